"""Make a what-if, which is a Version from a row with changed rules, such as "v5.15 + used=per-source"."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from types import ModuleType
from typing import Any

from viz.kernel import migrate_v5_17, results, tier_sets
from viz.kernel.migrate import node_demotion
from viz.kernel.rules.edits import (
    Edit,
    WrongEdit,
    base_module,
    edited,
    module_values,
    of_chooser,
    of_passes,
    of_readers,
    of_tiers,
)
from viz.kernel.rules.meaning import kind_of, obstacle, row_values
from viz.kernel.rules.program import modules_with
from viz.kernel.rules.switches import SWITCHES
from viz.kernel.version import Protocol, UnknownVersion, Version

CHANGE = re.compile(r"[ +,]+(?=[a-z]+(?:-[a-z]+)?=)")
"""The separator before each change in a name such as "v5.15 + used=per-source"; a link may have lost the plus."""
MOST_TEXT = 600
"""The largest number of characters of a name; a name with all switches has fewer."""
CHOOSER = ("charge", "lists", "penalty-id", "penalty-cpu", "tie")
MASKS = ("this_pass", "next_pass", "used_targets")
Changes = Iterable[tuple[str, str]]


def split_name(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the kernel and the changes in a name, such as ("v5.15", [("used", "per-source")]).

    Raise UnknownVersion if a change names no rule or no value of the rule, or if a rule is changed twice.
    """
    if len(text) > MOST_TEXT:
        raise UnknownVersion(f"the name of a kernel has at most {MOST_TEXT} characters")
    kernel, *parts = CHANGE.split(text)
    changes = [change_of(part) for part in parts]
    names = [name for name, _ in changes]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise UnknownVersion(f"the rule {twice} is given twice")
    return kernel, changes


def change_of(text: str) -> tuple[str, str]:
    """Return the rule and the value in a text such as "used=per-source"; raise UnknownVersion if one does not exist."""
    name, equals, value = (part.strip(" ") for part in text.partition("="))
    if not equals or name not in SWITCHES:
        raise UnknownVersion(f"there is no rule {text.strip(' ')[:40]!r}; the rules are {', '.join(SWITCHES)}")
    if problem := SWITCHES[name].problem(value):
        raise UnknownVersion(f"the rule {problem}")
    return name, str(int(value)) if SWITCHES[name].is_number else value


def what_if(row: Version, changes: Changes) -> Version:
    """Return the row with these rules changed. A rule that is set to the value that the row already has is no change.

    Raise UnknownVersion, with the reason, if a rule means nothing for the row.
    """
    if row.patch is not None:
        where = f'{row.patch.file} itself, as in ROW = "v5.18 + tie=id"'
        raise UnknownVersion(f"the rules of {row.name} are changed in {where}")
    own = row_values(row)
    wanted = {name: value for name, value in changes if own.get(name) != value}
    ordered = tuple((name, wanted[name]) for name in SWITCHES if name in wanted)
    values = own | wanted
    for name, value in ordered:
        if why := obstacle(row, name, values):
            raise UnknownVersion(f"{name}={value} means nothing for {row.name}: {why}")
    return with_rules(row, ordered) if ordered else row


def changed_name(row: str, changes: Changes) -> str:
    """Return the name of a what-if: "v5.15 + used=per-source"."""
    return " + ".join([row, *(f"{name}={value}" for name, value in changes)])


@lru_cache(32)
def with_rules(row: Version, changed: tuple[tuple[str, str], ...]) -> Version:
    """Return the what-if. The last ones are kept, because every sentence of a run looks its version up by name."""
    values = row_values(row) | dict(changed)
    own_module = sys.modules[row.build_order.__module__]
    base = base_module(own_module, values) if kind_of(row) == "passes" else own_module
    try:
        sources = edited(_edits(row, base, dict(changed), values))
    except WrongEdit:
        raise UnknownVersion(f"{changed_name(row.name, changed)}: the routine of this row has no such lines") from None
    version = _with_data(_on_module(row, base, values), values)
    modules = modules_with(sources)
    version = replace(version, modules=modules, values=_meaningful(row, values), changed=changed)
    sentences = " ".join(SWITCHES[name].sentence(value) for name, value in changed)
    return replace(
        version,
        name=changed_name(row.name, changed),
        kernels=f"{row.kernels}, changed",
        since=None,
        row=row.row or row.name,
        zonelists=values.get("zonelists", ""),
        differs=f"What if: {sentences} All else is as in {row.name}.",
        sources={module.__name__: source for module, source in sources.items()},
        **{name: version.own(getattr(version, name)) for name in ROUTINE_FIELDS},
    )


ROUTINE_FIELDS = ("build_order", "rebuild", "disable", "memory_callback", "node_callback", "result")


def _meaningful(row: Version, values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if not obstacle(row, name, values)}


def _edits(row: Version, base: ModuleType, changed: Mapping[str, str], values: Mapping[str, str]) -> Iterator[Edit]:
    yield from of_chooser({name: value for name, value in changed.items() if name in CHOOSER})
    if changed.get("read") == "plain":
        yield from of_readers()
    if kind_of(row) == "passes" and base is not tier_sets:
        has = module_values(base)
        several = values["targets"] == "equally-near"
        differs = {name: values[name] for name in has if values[name] != has[name]}
        yield from of_passes(base, {name: value for name, value in differs.items() if several or name != "further"})
    elif kind_of(row) == "tiers":
        yield from of_tiers(changed)


def _on_module(row: Version, base: ModuleType, values: Mapping[str, str]) -> Version:
    """Return the row with the routines of the module `base`, and with the masks, arrays and result to match."""
    if kind_of(row) != "passes":
        return row
    fields: dict[str, Any] = {}
    if base is tier_sets:
        build = tier_sets.set_tier_targets
        fields = {"build_order": build, "rebuild": build, "disable": tier_sets.disable_all_targets}
        fields |= {
            "result": results.classes,
            "masks": ("next_class",),
            "arrays": (tier_sets.target_set, tier_sets.preferred),
        }
        return replace(row, **fields)
    several = values["targets"] == "equally-near"
    loops = values["used"] == "sources" or values["this-pass"] == "never"
    fields["masks"] = (*MASKS[:2], "source_nodes", MASKS[2]) if values["used"] == "per-source" else MASKS
    if base.__name__ != row.build_order.__module__:
        fields |= {name: getattr(base, routine) for name, routine in PASS_ROUTINES.items()}
        fields["arrays"] = (migrate_v5_17.node_demotion if several else node_demotion,)
    if loops:
        fields["result"] = results.several_in_cycles if several else results.successors
    elif base.__name__ != row.build_order.__module__:
        fields["result"] = results.several_targets if several else results.one_target
    return replace(row, **fields)


PASS_ROUTINES = {
    "build_order": "set_migration_target_nodes",
    "rebuild": "__set_migration_target_nodes",
    "disable": "disable_all_migrate_targets",
}


def _with_data(row: Version, values: Mapping[str, str]) -> Version:
    """Return the row with the values that other parts of the program read as data from `rules` and `protocol`."""
    rules: dict[str, Any] = {"charge": values["charge"], "lists_for": values["lists"], "tie": values["tie"]}
    rules |= {"penalty_id": int(values["penalty-id"]), "penalty_cpu": int(values["penalty-cpu"])}
    if "used" in values and (values["start"] == "fastest-tier" or values["targets"] == "next-class"):
        rules["hmat"] = "all"
    protocol = PROTOCOLS.get(values.get("barrier", ""), row.protocol)
    return replace(row, rules=replace(row.rules, **rules), protocol=protocol)


PROTOCOLS: dict[str, Protocol] = {
    "none": "no-barrier",
    "after-passes": "no-barrier",
    "smp_wmb": "barrier",
    "grace-period": "grace-hop",
}
"""The protocol for readers with each barrier. A barrier after the passes separates nothing, so it counts as none."""
