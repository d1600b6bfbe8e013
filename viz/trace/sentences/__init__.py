"""A sentence for every operation: one module a chapter or version, each with a table TELLERS.

A teller is given the trace, the step, and the fields of the operation that was performed there. Stores and loads are
told by the array, and by whether its cells hold a number or a node list: tables STORES and LOADS.
"""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.memory import Value
from viz.trace.model import Trace
from viz.trace.sentences import hotplug, lists, order, targets, tiers, zonelists

STORES = {**order.STORES, **targets.STORES, **tiers.STORES}
LOADS = {**order.LOADS, **targets.LOADS}


def _store(trace: Trace, step: int, array: str, node: int, value: Value) -> str:
    return STORES[array, type(value)](trace, step, array, node, value)


def _load(trace: Trace, step: int, array: str, node: int) -> str:
    return LOADS[array, type(trace.at(f"{array}[{node}]", step))](trace, step, array, node)


SENTENCES: dict[str, Callable[..., str]] = {
    **zonelists.SENTENCES,
    **order.SENTENCES,
    **targets.SENTENCES,
    **tiers.SENTENCES,
    **lists.SENTENCES,
    **hotplug.SENTENCES,
    "Store": _store,
    "Load": _load,
}
