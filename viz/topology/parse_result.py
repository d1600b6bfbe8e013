"""ParseResult: a topology that was read, with all that had to be guessed and the alternative to each guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from viz.topology.distances import LARGEST, LOCAL, SMALLEST
from viz.topology.errors import TopologyError, shown
from viz.topology.evidence import Evidence
from viz.topology.model import Topology

TIER = "tier"
"""The key of a guess on a node's kind of memory; it matters only for kernels with memory tiers."""
TAKEN = " Taken as "
"""The words before the choice in the sentence of a guess with several choices."""
Change = Mapping[int, Mapping[str, Any]]
"""New values for keys of nodes, by node id."""


@dataclass(frozen=True)
class Choice:
    """One of several choices for a guess: its name in a request, its words for people, and what it changes."""

    name: str
    words: str
    change: Change
    taken: bool = False
    """Whether the topology has this choice now."""


@dataclass(frozen=True)
class Guess:
    """One thing that the topology needs and the listing does not say.

    `key` is for programs ("cpus", "memory", "distances", "tier", ...), `sentence` for people. `nodes` are the ids of
    the nodes that it is about. `change` is the alternative: new values for keys of nodes, by node id; it is empty if
    only a person can know them. A guess with several alternatives has all its `choices`, including the one that is
    taken.
    """

    key: str
    sentence: str
    nodes: tuple[int, ...] = ()
    change: Change = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    is_chosen: bool = False
    """Whether a person has made the choice, so that this is no longer a guess."""

    def changed_by(self, name: str) -> Change:
        """Return what the choice of that name changes; for "" return `change`.

        Raise TopologyError if there is no such choice.
        """
        if not name:
            return self.change
        found = next((choice for choice in self.choices if choice.name == name), None)
        if found is None:
            names = ", ".join(choice.name for choice in self.choices) or "none"
            raise TopologyError(f"{shown(name)} is no choice of this guess; its choices are {names}")
        return found.change

    def decided(self, name: str) -> Guess:
        """Return the guess after the choice with this name was made; a guess without choices keeps its sentence."""
        change = self.changed_by(name)
        found = next((c for c in self.choices if (c.name == name if name else c.change == change)), None)
        if found is None:
            return replace(self, is_chosen=True)
        sentence = f"{self.sentence.partition(TAKEN)[0]}{TAKEN}{found.words}, as chosen."
        choices = tuple(replace(choice, taken=choice is found) for choice in self.choices)
        return replace(self, sentence=sentence, choices=choices, is_chosen=True)


@dataclass(frozen=True)
class ParseResult:
    """A topology that was read, with all guesses, and a sentence (`oddities`) on each odd thing in the listing."""

    topology: Topology
    guesses: tuple[Guess, ...] = ()
    oddities: tuple[str, ...] = ()
    form: str = ""
    """The name of the listing's format in viz.topology.formats; empty for a document."""
    evidence: Evidence = field(default_factory=Evidence)
    """The statements of the listing on memory tiers."""
    tiers: Mapping[int, str] = field(default_factory=dict)
    """The source of each node's tier, such as "tier 22 from memory_tier22"; see viz.topology.trust."""

    def warnings(self) -> list[str]:
        """Return the sentences on all that is odd: about the listing, then about the machine."""
        return [*self.oddities, *self.topology.warnings()]

    def decided(self, decisions: Iterable[tuple[Guess, str]]) -> ParseResult:
        """Return the result with these guesses decided, each by the name of a choice or by "" for its only alternative.

        The note is dropped, because it quotes the guesses.
        """
        document = self.topology.document()
        document.pop("note", None)
        guesses = list(self.guesses)
        for guess, name in decisions:
            change = guess.changed_by(name)
            document["nodes"] = [node | change.get(node["id"], {}) for node in document["nodes"]]
            guesses[guesses.index(guess)] = guess.decided(name)
        return replace(self, topology=Topology.from_document(document), guesses=tuple(guesses))

    def guesses_under(self, has_tiers: bool) -> list[Guess]:
        """Return the guesses that a result depends on; guesses on tiers are among them only if the kernel has tiers."""
        return [guess for guess in self.guesses if has_tiers or guess.key != TIER]

    def rests_on(self, has_tiers: bool) -> list[str]:
        """Return the sentences of the guesses that a result depends on."""
        return [guess.sentence for guess in self.guesses_under(has_tiers)]

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
