"""Define Finding, the result of a check of one cause, and functions that make findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from viz.doctor.facts import Facts
from viz.doctor.targets import Order
from viz.doctor.tree import Evidence

State = Literal["cause", "ok", "unknown"]
MAX_SHOWN = 8
"""The largest number of pieces of evidence of one kind in a finding."""


@dataclass(frozen=True)
class Finding:
    """The result of a check: whether its cause keeps pages from being demoted here, and what to do."""

    state: State
    says: str
    """What was found, and what it means for this kernel."""
    evidence: tuple[Evidence, ...] = ()
    do: str = ""
    """What helps against the cause; if it is unknown, the command that would show it."""
    stops: bool = False
    """Whether nothing at all is demoted as long as the cause remains."""
    id: str = ""
    cause: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the finding JSON-ready."""
        return {
            "id": self.id,
            "cause": self.cause,
            "state": self.state,
            "says": self.says,
            "evidence": [asdict(evidence) for evidence in self.evidence],
            "do": self.do,
        }


@dataclass(frozen=True)
class Machine:
    """The machine that is checked: the facts, and the order that follows from them, None if it is not known."""

    facts: Facts
    order: Order | None

    @property
    def sources(self) -> list[int]:
        """Return the nodes that should demote: those with targets or, if none is known, those with CPUs and memory.

        If no file says which nodes have memory, those are taken that /proc/zoneinfo has.
        """
        if self.order is not None:
            found = [node for node, targets in self.order.items() if targets.lower]
            if found:
                return sorted(found)
        facts = self.facts
        with_memory = sorted(facts.zones) if facts.memory is None else facts.memory
        return [node for node in with_memory if facts.cpus is None or node in facts.cpus]

    @property
    def fast(self) -> list[int]:
        """Return the sources that have CPUs, where programs allocate first; all sources if none of them has CPUs."""
        return [node for node in self.sources if node in (self.facts.cpus or ())] or self.sources


Check = Callable[[Machine], Finding]


def cause(says: str, evidence: Sequence[Evidence], do: str, stops: bool = False) -> Finding:
    """Return the finding that the cause is present."""
    return Finding("cause", says, tuple(evidence), do, stops)


def ok(says: str, evidence: Sequence[Evidence] = ()) -> Finding:
    """Return the finding that the cause is absent."""
    return Finding("ok", says, tuple(evidence))


def unknown(says: str, do: str, evidence: Sequence[Evidence] = ()) -> Finding:
    """Return the finding that nobody knows whether the cause is present; `do` is the command that would show it."""
    return Finding("unknown", says, tuple(evidence), do)


def no_kernel(facts: Facts, what: str) -> Finding:
    """Return the unknown finding of a check that depends on the kernel's release if that is not known."""
    if facts.release is not None:
        says = f"{what}, and {facts.kernel} has parts of newer ones, as its distribution chose."
        return unknown(says, "the list of changes of the distribution's kernel")
    return unknown(f"{what}, and nothing says which kernel this is.", "uname -r, and give it with --kernel")
