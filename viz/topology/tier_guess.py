"""List the guesses about memory whose speed is unknown: one guess for each such node, with all its choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import NodeMask
from viz.topology.errors import TopologyError, shown
from viz.topology.model import Topology
from viz.topology.node import Node
from viz.topology.notation import MADE
from viz.topology.parse_result import TIER, Choice, Guess, ParseResult

CHUNK_BITS = 7
"""The number of low bits of an abstract distance that do not matter for its tier."""
DAX_ADISTANCE = 5 * MEMTIER_ADISTANCE_DRAM
"""The abstract distance that dax/kmem gives to memory whose performance is unknown: 2880, tier 22."""
FASTER_ADISTANCE = MEMTIER_ADISTANCE_DRAM // 2


@dataclass(frozen=True)
class Kind:
    """A kind of memory that a person may name: its words in a sentence, and the abstract distance that it gets."""

    words: str
    adistance: int


KINDS = {
    "dram": Kind("DRAM", MEMTIER_ADISTANCE_DRAM),
    "hbm": Kind("faster than DRAM (HBM)", FASTER_ADISTANCE),
    "cxl": Kind("CXL by dax/kmem", DAX_ADISTANCE),
    "pmem": Kind("PMEM by dax/kmem", DAX_ADISTANCE),
}
"""The kinds of memory, by the word that --assume and the page's requests use for them."""
SENTENCE = (
    "Node {} has memory and no CPUs; nothing says what it is. Taken as DRAM (tier 4); other choices: CXL or PMEM by "
    "dax/kmem (tier 22), faster than DRAM (HBM)."
)


def tier_of(adistance: int) -> int:
    """Return the number of the tier that Linux puts an abstract distance into."""
    return adistance >> CHUNK_BITS


def middle_of(tier: int) -> int:
    """Return the abstract distance in the middle of a tier; it is used if only the number of a tier is known."""
    return (tier << CHUNK_BITS) + (1 << CHUNK_BITS - 1)


def tier_guesses(topology: Topology) -> Iterator[Guess]:
    """Yield a guess for every node with memory and without CPUs whose speed is unknown.

    There are none for a machine made from a line, because the line names the kind of each node's memory, and none for a
    machine in which no CPUs are known.
    """
    if (topology.source or "").startswith(MADE) or not any(node.cpu_count for node in topology.nodes):
        return
    for node in topology.nodes:
        if _is_unknown(node):
            choices = tuple(_choice(node.id, name) for name in KINDS)
            yield Guess(TIER, SENTENCE.format(node.id), (node.id,), _choice(node.id, "cxl").change, choices)


def _is_unknown(node: Node) -> bool:
    said = (node.label or "").upper().startswith(("DRAM", "DDR")) or "adistance" in node.model_fields_set
    said = said or node.access_coordinate.is_known
    return node.memory > 0 and not node.cpu_count and not said


def _choice(node: int, name: str) -> Choice:
    kind = KINDS[name]
    words = f"{kind.words} (tier {tier_of(kind.adistance)})"
    return Choice(name, words, {node: {"adistance": kind.adistance}}, taken=name == "dram")


def with_tier_guesses(result: ParseResult) -> ParseResult:
    """Return the result with a guess for each node of unknown memory, after its other guesses."""
    others = tuple(guess for guess in result.guesses if guess.key != TIER)
    return replace(result, guesses=(*others, *tier_guesses(result.topology)))


def assumptions(words: Iterable[str]) -> dict[int, str]:
    """Return the kind by node from words such as "1=cxl" and "2-3=pmem,4=hbm"; raise TopologyError for other words."""
    assumed: dict[int, str] = {}
    for word in words:
        nodes = ""
        for part in word.split(","):  # "1,3=cxl" names two nodes
            listed, equals, kind = part.partition("=")
            nodes = f"{nodes},{listed}".strip(",")
            if equals:
                assumed |= dict.fromkeys(_nodes(nodes, word), _kind(kind, word))
                nodes = ""
        if nodes or not word:
            raise TopologyError(f"{shown(word)} is no assumption such as 1=cxl; the kinds are {', '.join(KINDS)}")
    return assumed


def _kind(word: str, whole: str) -> str:
    if word.strip().lower() not in KINDS:
        problem = f"{shown(word)} is no kind of memory that can be assumed; give one of {', '.join(KINDS)}"
        raise TopologyError(f"{problem}, as in 1=cxl", whole)
    return word.strip().lower()


def _nodes(text: str, whole: str) -> list[int]:
    try:
        nodes = list(NodeMask.parse(text[:8192]))
    except ValueError as error:
        raise TopologyError(str(error), whole) from None
    if not nodes:
        raise TopologyError("names no node before its equals sign; 1=cxl is an assumption", whole)
    return nodes
