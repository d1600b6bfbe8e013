"""Find the values of a version's rules, and the reason why other rules mean nothing for that version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from viz.kernel.memory_tiers import memtier
from viz.kernel.rules.switches import SWITCHES
from viz.kernel.version import Version

Kind = Literal["passes", "tiers", "lists", "classes"]
"""The way in which a version builds the order."""

OF_READERS = ("read", "rebuilds")
OF_PASSES = ("used", "this-pass", "sources", "start", "barrier")
FROM_N_CPU = "n_cpu"


def kind_of(row: Version) -> Kind:
    """Return the way in which a row of the table builds the order."""
    if "next_pass" in row.masks:
        return "passes"
    if memtier in row.arrays:
        return "tiers"
    return "lists" if row.walks_lists else "classes"


def row_values(row: Version) -> dict[str, str]:
    """Return the values of a row's rules, by rule.

    A rule that means nothing for the row is left out, unless a change of another rule gives it a meaning: `further` is
    there for a row with one target for each node.
    """
    rules, kind = row.rules, kind_of(row)
    values = {
        "charge": str(rules.charge),
        "lists": str(rules.lists_for),
        "penalty-id": str(rules.penalty_id),
        "penalty-cpu": str(rules.penalty_cpu),
        "tie": str(rules.tie),
        "targets": {"passes": "one" if row.one_target else "equally-near", "tiers": "equally-near", "lists": "one"}.get(
            kind, "next-class"
        ),
    }
    if kind == "passes":
        values |= {
            "used": "per-source" if "source_nodes" in row.masks else "chooser",
            "this-pass": "before",
            "sources": "ascending",
            "start": FROM_N_CPU,
            "barrier": "smp_wmb" if row.protocol == "barrier" else "grace-period",
            "further": "gt",
        }
    if kind in ("passes", "lists"):
        values |= {"read": "once", "rebuilds": "1"}
    return values | ({"further": "eq"} if kind == "tiers" else {})


def rule(version: Version, name: str) -> str:
    """Return the value of a rule of a row or of a what-if; "" if the rule means nothing for that version."""
    values = version.values or _OF_ROWS.get(version.name)
    if values is None:
        values = _OF_ROWS[version.name] = row_values(version)
    return values.get(name, "")


_OF_ROWS: dict[str, Mapping[str, str]] = {}
"""The values of the table's rows, by name. They are kept because every sentence of a run needs some of them."""


def obstacle(row: Version, name: str, values: Mapping[str, str]) -> str:
    """Return why a rule means nothing for a row whose rules have these values; "" if the rule has a meaning."""
    targets = values["targets"]
    if name in OF_PASSES:
        return _not_of_passes(row, name, values)
    if name in OF_READERS and targets != "one":
        return "readers are worked out for one target a node, and here a node has several"
    match name:
        case "charge" if values["tie"] != "load":
            return f"with tie={values['tie']} nobody looks at the loads that lists charge"
        case "targets" if kind_of(row) == "lists":
            return f"in {row.name} every node has the next entry of its list, and that is one node"
        case "targets" if kind_of(row) == "classes":
            return f"in {row.name} every node has a whole class; take v6.1 for the other values"
        case "further" if targets != "equally-near":
            have = "one target" if targets == "one" else "a whole class of targets"
            return f"a node has {have}, so none is tested for how far it is; targets=equally-near changes that"
    return ""


def _not_of_passes(row: Version, name: str, values: Mapping[str, str]) -> str:
    label = SWITCHES[name].label
    of_passes = f"and {label[0].lower() + label[1:]} is a rule of passes"
    if kind_of(row) != "passes":
        return f"it builds its order without passes, {of_passes}; the rows from posted to v6.0 have them"
    if values["targets"] == "next-class":
        return f"with targets=next-class there are no passes, {of_passes}"
    if name == "this-pass" and values["used"] != "chooser":
        mask = "source_nodes" if values["used"] == "per-source" else "this_pass"
        return f"with used={values['used']} every source begins with a copy of {mask}, which holds this pass already"
    return ""
