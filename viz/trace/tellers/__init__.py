"""A sentence for every operation: one module a chapter, each with a table TELLERS.

A teller is given the trace, the step, and the fields of the operation that was performed there.
"""

from __future__ import annotations

from viz.trace.tellers import hotplug, order, zonelists

TELLERS = {**zonelists.TELLERS, **order.TELLERS, **hotplug.TELLERS}
