"""What a kernel printed against what this program computes: for each node, and for every version it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from viz.analysis.run import Run
from viz.kernel.memory import nodes_in
from viz.kernel.versions import UNKNOWN, VERSIONS
from viz.topology.formats.kernel_log import Said

Lists = Mapping[int, list[int]]
"""Node ids by node, or by tier."""


@dataclass(frozen=True)
class Finding:
    """One thing that the log says: `node` is whom it is about, None where it is about all of them."""

    node: int | None
    same: bool
    sentence: str


@dataclass(frozen=True)
class Kind:
    """One kind of list that kernels print: the key of it in a log, and how sentences call many and one."""

    key: str
    many: str
    one: str
    computed: Callable[[Mapping[str, Any]], Lists | None]
    """The lists that a result has; None where its version prints none."""
    ranked: bool = False
    """Whether the order in a list says something; else it is a set."""

    def said(self, said: Said) -> Lists:
        """The lists of a log."""
        lists: Lists = getattr(said, self.key)
        return lists

    def same(self, one: list[int], other: list[int]) -> bool:
        """Whether two lists say the same."""
        return one == other if self.ranked else sorted(one) == sorted(other)

    def has(self, computed: Lists | None, owner: int, printed: list[int]) -> bool:
        """Whether the lists of a result have that one of that owner."""
        return computed is not None and owner in computed and self.same(printed, computed[owner])


def _by_node(key: str, other: str = "") -> Callable[[Mapping[str, Any]], Lists | None]:
    def lists(result: Mapping[str, Any]) -> Lists | None:
        cells = result.get(key) if result.get(key) is not None else result.get(other)
        return None if cells is None else {int(node): _targets(cell) for node, cell in cells.items()}

    return lists


def _tiers(result: Mapping[str, Any]) -> Lists | None:
    tiers = result.get("tiers")
    return None if tiers is None else {tier["id"]: nodes_in(tier["nodes"]) for tier in tiers}


KINDS = (
    Kind("fallback", "fallback orders", "", _by_node("fallback"), ranked=True),
    Kind("targets", "demotion targets", "target ", _by_node("node_demotion", "preferred")),
    Kind("lower", "nodes in slower tiers", "in slower tiers ", _by_node("fallback_targets")),
    Kind("tiers", "tiers", "", _tiers),
)


@dataclass(frozen=True)
class Comparison:
    """A log against the run of a machine, and against the same machine under every other kernel and zonelists."""

    run: Run
    said: Said

    def findings(self) -> Iterator[Finding]:
        """One for each list of the log, then one for each kind on who would print all of them."""
        for kind in KINDS:
            printed = kind.said(self.said)
            computed = kind.computed(self._result)
            if printed and computed is None:
                yield Finding(None, False, f"Kernel {self.run.version.name} has no {kind.many} to compare with.")
            for owner, nodes in sorted(printed.items()):
                if computed is not None:
                    yield self._finding(kind, owner, nodes, computed.get(owner))
            if printed:
                yield self._whole(kind, printed)

    @cached_property
    def _result(self) -> dict[str, Any]:
        return self.run.order()

    @cached_property
    def _every(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What every kernel makes of the machine, with both kinds of zonelists."""
        rows = [row.name for row in VERSIONS if row.triggers != UNKNOWN]
        keys = [(name, moment) for name in rows for moment in ("boot", "runtime")]
        return {(name, moment): Run.of(self.run.topology, name, moment).order() for name, moment in keys}

    @cached_property
    def _lists(self) -> dict[str, dict[tuple[str, str], Lists | None]]:
        """The lists of each kind that every kernel makes, worked out once: every line of a log may ask for them."""
        return {kind.key: {key: kind.computed(result) for key, result in self._every.items()} for kind in KINDS}

    def _finding(self, kind: Kind, owner: int, printed: list[int], computed: list[int] | None) -> Finding:
        who, node = (f"Tier {owner}", None) if kind.key == "tiers" else (f"Node {owner}", owner)
        shown = f"{kind.one}{_listed(printed)}"
        if computed is not None and kind.same(printed, computed):
            return Finding(node, True, f"{who}: {shown}, the same.")
        if computed is None and node is not None:
            return Finding(node, False, f"{who}: the log has {shown}, the topology has no such node.")
        found = [key for key, lists in self._lists[kind.key].items() if kind.has(lists, owner, printed)]
        hint = f"{_names(found)} would print it" if found else "no version would print it"
        told = f"{who}: the log has {shown}, computed is {_listed(computed or [])}; {hint}."
        return Finding(node, False, told)

    def _whole(self, kind: Kind, printed: Lists) -> Finding:
        every = self._lists[kind.key].items()
        found = [key for key, lists in every if all(kind.has(lists, *one) for one in printed.items())]
        if not found:
            return Finding(None, False, f"No version has all of these {kind.many}.")
        here = (self.run.version.name, self.run.zonelists) in found
        return Finding(None, here, f"All {kind.many} are those of {_names(found)}.")


def _targets(cell: int | list[int] | str) -> list[int]:
    return list(cell) if isinstance(cell, list) else nodes_in(cell)


def _listed(nodes: Iterable[int]) -> str:
    return " ".join(map(str, nodes)) or "none"


def _names(keys: list[tuple[str, str]]) -> str:
    """ "posted and v5.15 (boot), v6.1 (either)": versions with the moment their zonelists were built."""
    moments: dict[str, list[str]] = {}
    for name, moment in keys:
        moments.setdefault(name, []).append(moment)
    return ", ".join(f"{name} ({'either' if len(both) > 1 else both[0]})" for name, both in moments.items())
