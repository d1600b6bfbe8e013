"""Loaded: a topology with all that had to be guessed to have one, and the other choice of each guess ready to take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from viz.topology.distances import LARGEST, LOCAL, SMALLEST
from viz.topology.errors import TopologyError
from viz.topology.model import Topology


@dataclass(frozen=True)
class Guess:
    """One thing that the listing does not say and the topology has to.

    `key` is for programs ("cpus", "memory", "distances", ...), `sentence` for people. `nodes` are the ids it is about.
    `change` is the other choice: keys of nodes by node id, empty where a person has to say what is right.
    """

    key: str
    sentence: str
    nodes: tuple[int, ...] = ()
    change: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class ParseResult:
    """What reading gave: `oddities` are sentences on what the listing says and no healthy machine would."""

    topology: Topology
    guesses: tuple[Guess, ...] = ()
    oddities: tuple[str, ...] = ()
    form: str = ""
    """The listing that it was read from, as viz.topology.formats calls it; empty for a document."""

    def warnings(self) -> list[str]:
        """All that is odd: about the listing, then about the machine."""
        return [*self.oddities, *self.topology.warnings()]

    def turned(self, guesses: Iterable[Guess]) -> ParseResult:
        """The same with the other choice of each of these guesses; a note that tells of guesses goes."""
        document = self.topology.document()
        document.pop("note", None)
        for guess in guesses:
            document["nodes"] = [node | guess.change.get(node["id"], {}) for node in document["nodes"]]
        return replace(self, topology=Topology.from_document(document))

    def filled(self, remote: int) -> ParseResult:
        """The same with distances where there were none: 10 from a node to itself, `remote` to any other."""
        if not SMALLEST < remote <= LARGEST:
            raise TopologyError(f"a distance to fill in is from {SMALLEST + 1} to {LARGEST}, not {remote}")
        if self.topology.distances != "unknown":
            return self
        ids = self.topology.ids
        rows = [[LOCAL if a == b else remote for b in ids] for a in ids]
        topology = Topology.from_document(self.topology.document() | {"distances": rows})
        sentence = f"The distances are filled in: {LOCAL} from a node to itself, {remote} to any other."
        return replace(self, topology=topology, guesses=(*self.guesses, Guess("distances", sentence, ids)))
