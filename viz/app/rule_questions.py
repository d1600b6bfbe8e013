"""Answer the questions about changed rules: which rules a kernel has, and whether a person's own file has changed."""

from __future__ import annotations

from typing import Any

from viz.analysis.run import Run
from viz.app.service import Request
from viz.kernel.releases import row_of
from viz.kernel.rules import own_files
from viz.kernel.rules.meaning import obstacle, row_values
from viz.kernel.rules.switches import MOST, SWITCHES
from viz.kernel.rules.what_if import split_name
from viz.kernel.version import Version
from viz.topology import Topology


def rules(topology: Topology, question: Request) -> dict[str, Any]:
    """Return the rules of the question's kernel, with the values of its row and what each value means.

    For a kernel from a person's own file, the result has no rules but "fixed", a sentence that says why.
    """
    changed = Run.of(topology, question.get("kernel")).version
    if changed.patch is not None:
        where = "its lines" if changed.patch.edited else "the file itself"
        return {"fixed": f"{changed.kernels}. Its rules are changed in {where}.", "rules": []}
    row = row_of(split_name(changed.name)[0])
    return {
        "row": row.name,
        "name": changed.name,
        "most": MOST,
        "rules": [_rule(row, changed, name) for name in SWITCHES],
    }


def _rule(row: Version, changed: Version, name: str) -> dict[str, Any]:
    switch, own = SWITCHES[name], row_values(row)
    values = own | dict(changed.changed)
    return {
        "name": name,
        "label": switch.label,
        "number": switch.is_number,
        "values": dict(switch.values),
        "own": own.get(name, ""),
        "value": values.get(name, ""),
        "whyNot": obstacle(row, name, values),
    }


def patch(_: Topology, question: Request) -> dict[str, Any]:
    """Return a mark of the person's own file behind the question's kernel; it changes whenever the file changes."""
    kernel = question.get("kernel")
    return {"mark": own_files.mark(kernel) if isinstance(kernel, str) else ""}
