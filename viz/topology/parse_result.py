"""ParseResult: a topology that was read, with all that had to be guessed and the alternative to each guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from viz.topology.distances import LARGEST, LOCAL, SMALLEST
from viz.topology.errors import TopologyError
from viz.topology.model import Topology


@dataclass(frozen=True)
class Guess:
    """One thing that the topology needs and the listing does not say.

    `key` is for programs ("cpus", "memory", "distances", ...), `sentence` for people. `nodes` are the ids it is about.
    `change` is the alternative: new values for keys of nodes, by node id; it is empty if only a person can tell.
    """

    key: str
    sentence: str
    nodes: tuple[int, ...] = ()
    change: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class ParseResult:
    """The result of reading; `oddities` are sentences on what the listing says and no healthy machine would say."""

    topology: Topology
    guesses: tuple[Guess, ...] = ()
    oddities: tuple[str, ...] = ()
    form: str = ""
    """The name of the listing's format in viz.topology.formats; empty for a document."""

    def warnings(self) -> list[str]:
        """Return all that is odd: about the listing, then about the machine."""
        return [*self.oddities, *self.topology.warnings()]

    def turned(self, guesses: Iterable[Guess]) -> ParseResult:
        """Return the result with the alternative to each of these guesses; the note goes, since it names guesses."""
        document = self.topology.document()
        document.pop("note", None)
        for guess in guesses:
            document["nodes"] = [node | guess.change.get(node["id"], {}) for node in document["nodes"]]
        return replace(self, topology=Topology.from_document(document))

    def filled(self, remote: int) -> ParseResult:
        """Return the result with unknown distances filled in: 10 from a node to itself, `remote` to any other."""
        if not SMALLEST < remote <= LARGEST:
            raise TopologyError(f"a distance to fill in is from {SMALLEST + 1} to {LARGEST}, not {remote}")
        if self.topology.distances != "unknown":
            return self
        ids = self.topology.ids
        rows = [[LOCAL if a == b else remote for b in ids] for a in ids]
        topology = Topology.from_document(self.topology.document() | {"distances": rows})
        sentence = f"The distances are filled in: {LOCAL} from a node to itself, {remote} to any other."
        return replace(self, topology=topology, guesses=(*self.guesses, Guess("distances", sentence, ids)))
