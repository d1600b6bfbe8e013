"""Compare what a kernel printed with what this program computes, for the run's version and for all others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from viz.analysis.implied_tiers import ImpliedTiers
from viz.analysis.run import Run
from viz.kernel.memory import nodes_in
from viz.kernel.releases import RELEASED
from viz.kernel.versions import UNKNOWN, VERSIONS
from viz.topology.formats.kernel_log import PrintedLists
from viz.wording import BUILT

Lists = Mapping[int, list[int]]
"""Lists of node ids, one for each node or one for each tier."""


@dataclass(frozen=True)
class Finding:
    """One result of the comparison. `node` is the node that it is about, or None if it is about a tier or all lists."""

    node: int | None
    same: bool
    sentence: str
    about: Literal["list", "kind", "tiers"] = "kind"
    """What the finding is about: one list of the log, all its lists of a kind, or the tiers that the log implies."""


@dataclass(frozen=True)
class Kind:
    """One kind of list that kernels print: its attribute of PrintedLists, its plural, and the words before one list."""

    key: str
    plural: str
    prefix: str
    computed: Callable[[Mapping[str, Any]], Lists | None]
    """A function that returns the lists of this kind in a result, or None if its version prints none."""
    ranked: bool = False
    """Whether the order of a list matters; if not, lists are compared as sets."""

    def printed(self, log: PrintedLists) -> Lists:
        """Return the lists of this kind in a log."""
        lists: Lists = getattr(log, self.key)
        return lists

    def same(self, printed: list[int], computed: list[int]) -> bool:
        """Return whether two lists are equal, or for an unranked kind, whether they have the same nodes."""
        return printed == computed if self.ranked else sorted(printed) == sorted(computed)

    def has(self, computed: Lists | None, owner: int, printed: list[int]) -> bool:
        """Return whether the lists of a result have the printed list for `owner`, which is a node or a tier."""
        return computed is not None and owner in computed and self.same(printed, computed[owner])


def _by_node(key: str, alternative: str = "") -> Callable[[Mapping[str, Any]], Lists | None]:
    """Return a function that gets the lists of a result: those under `key`, else those under `alternative`."""

    def lists(result: Mapping[str, Any]) -> Lists | None:
        cells = result.get(key) if result.get(key) is not None else result.get(alternative)
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
"""Every kind of list that kernels print."""


@dataclass(frozen=True)
class Comparison:
    """A comparison of a log with a run, and with the same machine under every kernel and both kinds of zonelists."""

    run: Run
    log: PrintedLists

    def findings(self) -> Iterator[Finding]:
        """Yield for each kind a Finding for each list of the log, and one on which versions would print all of them."""
        for kind in KINDS:
            printed = kind.printed(self.log)
            computed = kind.computed(self._result)
            if printed and computed is None:
                yield Finding(None, False, f"Kernel {self.run.version.name} has no {kind.plural} to compare with.")
            for owner, nodes in sorted(printed.items()):
                if computed is not None:
                    yield self._finding(kind, owner, nodes, computed.get(owner))
            if printed:
                yield self._finding_on_all(kind, printed)
        if self._implied.condition and self.run.version.reads_tiers and not self._implied.is_known:
            sentence = f"The log implies that {self._implied.condition}; this run has other tiers."
            yield Finding(None, False, sentence, "tiers")

    @cached_property
    def _implied(self) -> ImpliedTiers:
        return ImpliedTiers(self.run, self.log)

    def _would_print(self, kind: Kind, printed: Lists) -> str:
        """Return which kernels would print all of these lists if the tiers were those that the log implies."""
        results = self._implied.results if kind.key in ("targets", "lower", "tiers") else {}
        computed = {key: kind.computed(result) for key, result in results.items()}
        return self._implied.sentence(
            [key for key, lists in computed.items() if all(kind.has(lists, *item) for item in printed.items())]
        )

    @cached_property
    def _result(self) -> dict[str, Any]:
        return self.run.order()

    @cached_property
    def _results(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return the result for the machine under every kernel with both kinds of zonelists, by (kernel, zonelists)."""
        names = [row.name for row in VERSIONS if row.triggers != UNKNOWN]
        names += [self.run.version.name] if self.run.version.modules else []
        keys = [(name, zonelists) for name in names for zonelists in ("boot", "runtime")]
        return {(name, zonelists): Run.of(self.run.topology, name, zonelists).order() for name, zonelists in keys}

    @cached_property
    def _lists(self) -> dict[str, dict[tuple[str, str], Lists | None]]:
        """Return the lists of every result, by kind and (kernel, zonelists), computed once for all lists of the log.

        Only kernels with tiers print the nodes in slower tiers beside the targets.
        """
        with_tiers = {key: result for key, result in self._results.items() if result.get("tiers") is not None}
        return {
            kind.key: {
                key: kind.computed(result)
                for key, result in (with_tiers if kind.key == "targets" and self.log.lower else self._results).items()
            }
            for kind in KINDS
        }

    def _finding(self, kind: Kind, owner: int, printed: list[int], computed: list[int] | None) -> Finding:
        name, node = (f"Tier {owner}", None) if kind.key == "tiers" else (f"Node {owner}", owner)
        printed_text = f"{kind.prefix}{_listed(printed)}"
        if computed is not None and kind.same(printed, computed):
            return Finding(node, True, f"{name}: {printed_text}, the same.", "list")
        if computed is None and node is not None:
            return Finding(node, False, f"{name}: the log has {printed_text}, the topology has no such node.", "list")
        matching = [key for key, lists in self._lists[kind.key].items() if kind.has(lists, owner, printed)]
        condition = self._would_print(kind, {owner: printed})
        hint = f"{_names(matching)} would print it" if matching else "" if condition else "no version would print it"
        hint = "; ".join(filter(None, (hint, condition)))
        sentence = f"{name}: the log has {printed_text}, computed is {_listed(computed or [])}; {hint}."
        return Finding(node, False, sentence, "list")

    def _finding_on_all(self, kind: Kind, printed: Lists) -> Finding:
        """Return the finding on which versions have all printed lists of this kind."""
        by_key = self._lists[kind.key].items()
        matching = [key for key, lists in by_key if all(kind.has(lists, *item) for item in printed.items())]
        condition = self._would_print(kind, printed)
        if not matching:
            more = f" with the tiers of this run; {condition}" if condition else ""
            problem = f"No version has all of these {kind.plural}{more}"
            return Finding(None, False, f"{problem}.")
        same = (self.run.version.name, self.run.zonelists) in matching
        more = f"; {condition}" if condition and not same else ""
        others = "" if same else f"{self.run.version.name} would print other {kind.plural}. "
        return Finding(None, same, f"{others}All {kind.plural} are those of {_names(matching)}{more}.")


def _targets(cell: int | list[int] | str) -> list[int]:
    return list(cell) if isinstance(cell, list) else nodes_in(cell)


def _listed(nodes: Iterable[int]) -> str:
    return " ".join(map(str, nodes)) or "none"


def _names(keys: list[tuple[str, str]]) -> str:
    """Return the names of the versions. Versions that are in no release are named only if there are no others.

    A version for which the kind of zonelists matters is named with it: "v6.1, v5.15 (zonelists built at boot, ...)".
    """
    by_version: dict[str, list[str]] = {}
    for name, zonelists in keys:
        by_version.setdefault(name, []).append(zonelists)
    released = {row.name for row in RELEASED}
    never = ", which is in no release"
    named = [name for name in by_version if name in released] or list(by_version)
    return ", ".join(f"{name}{'' if name in released else never}{_kind_of_lists(by_version[name])}" for name in named)


def _kind_of_lists(zonelists: list[str]) -> str:
    """Return which kind of zonelists a result needs, in parentheses; "" if both kinds give it."""
    return "" if len(zonelists) > 1 else f" (zonelists {BUILT[zonelists[0]]})"
