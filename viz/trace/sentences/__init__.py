"""Write a sentence for every operation. There is one module for each chapter or group of versions.

The table SENTENCES of a module maps the name of an operation to the function that writes its sentence. The function
takes the trace, the step, and the fields of the operation. For stores and loads, the tables STORES and LOADS map the
array, and whether its cells hold a number or a node list.
"""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.memory import Value
from viz.trace.model import Trace
from viz.trace.sentences import cgroups, hotplug, lists, order, targets, tiers, zonelists

STORES = {**order.STORES, **targets.STORES, **tiers.STORES}
LOADS = {**order.LOADS, **targets.LOADS, **cgroups.LOADS}


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
    **cgroups.SENTENCES,
    "Store": _store,
    "Load": _load,
}
