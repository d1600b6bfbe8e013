"""Answer the question of the share dialog for a file that plays without a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from viz.app.held_machines import TooManyRuns, held_machines
from viz.app.service import Request, Service
from viz.page.standalone import standalone_machines
from viz.resources import assets
from viz.topology import TopologyError, builtin

MAX_NAMES = 6
"""The largest number of kernels, and of built-in machines, that a question adds to the run that is shown."""


def export(service: Service, question: Request) -> dict[str, Any]:
    """Return a file, "html", with the run of the question, and with it under the "kernels" of the question.

    "topologies" are built-in machines that are in the file, too. Raise TopologyError if these are no lists of names.
    """
    own = str(question.get("topology") or "shown")
    machines = {own: service.topology(question)}
    machines |= {name: builtin(name) for name in _names(question, "topologies") if name != own}
    kernels = list(dict.fromkeys([question.get("kernel"), *_names(question, "kernels")]))
    try:
        return {"html": standalone_machines(held_machines(machines, kernels, question.get("zonelists")), assets())}
    except TooManyRuns as error:
        raise TopologyError(str(error)) from None


def _names(question: Request, key: str) -> Sequence[str]:
    names = question.get(key) or []
    if not isinstance(names, list) or len(names) > MAX_NAMES or not all(isinstance(name, str) for name in names):
        raise TopologyError(f"is to be a list of up to {MAX_NAMES} names", key)
    return names
