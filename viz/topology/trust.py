"""Decide how fast a node's memory is, where several sources state it. The most trusted source comes first:

    1  the document or --assume
    2  what the kernel printed: Demotion targets for Node N
    3  the files memory_tierN/nodelist; the parameters of numa_emulation
    4  performance: access1 of a node, the HMAT, hwloc's values; then hwloc's name of the memory and its MemoryTier
    5  a device of dax/kmem adds the node's memory
    6  a guess

A claim that contradicts a more trusted one is reported and not used. Latencies and bandwidths stay as they are in the
topology, because every kernel computes its own abstract distance from them. All other claims become the abstract
distance of the node.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.versions import VERSIONS
from viz.topology.errors import TopologyError
from viz.topology.evidence import Evidence
from viz.topology.model import Topology
from viz.topology.node import Node
from viz.topology.parse_result import TIER, ParseResult
from viz.topology.partial_topology import nodes_text
from viz.topology.printed_files import signed_tier
from viz.topology.printed_targets import inferred
from viz.topology.tier_guess import DAX_ADISTANCE, KINDS, middle_of, tier_of, with_tier_guesses
from viz.topology.watermarks import Watermarks

GUESSED, TAKEN = "guessed", "taken"
"""How a text on a tier begins if nothing says the tier: a guess, or the default for memory beside CPUs."""
GIVEN = ", as this topology says"
"""How a text on a tier ends if the document states the tier."""
DOCUMENT = "the document"
"""The source of a claim that the document makes."""
FIGURE_KEYS = ("read_latency", "write_latency", "read_bandwidth", "write_bandwidth")


class Rank(IntEnum):
    """The rank of a source; a lower number means more trust."""

    GIVEN = 1
    PRINTED = 2
    FILE = 3
    PERFORMANCE = 4
    NAMED = 5
    DAX = 6


@dataclass(frozen=True)
class Claim:
    """A statement about a node: its abstract distance, and the source of the statement in words."""

    rank: Rank
    node: int
    adistance: int
    source: str


def settled(result: ParseResult, evidence: Evidence) -> ParseResult:
    """Return the result with each node's tier by the most trusted claim, and a sentence for each contradiction."""
    oddities = list(_mismatches(evidence, result.topology))
    result = _with_access(result, evidence)
    try:
        claims = list(_claims(result, evidence))
    except TopologyError as error:
        oddities.append(f"{error.problem[:1].upper()}{error.problem[1:]}; they are not used.")
        claims = list(_claims(result, replace(evidence, lower={})))
    by_node: dict[int, list[Claim]] = {}
    for claim in sorted(claims, key=lambda claim: claim.rank):
        by_node.setdefault(claim.node, []).append(claim)
    best = {node: of_node[0] for node, of_node in by_node.items()}
    oddities += _contradictions(by_node)
    added = {claim.node: claim for claim in claims if claim.rank is Rank.DAX}  # even if its performance is known, too
    stated = best | {node: claim for node, claim in added.items() if best[node].rank is Rank.PERFORMANCE}
    without = {node.id for node in result.topology.nodes if not node.watermarks}
    marks = {node: found for node, found in evidence.watermarks.items() if node in without}
    topology = with_watermarks(_with_adistances(result.topology, stated), marks)
    result = replace(result, topology=topology, oddities=(*result.oddities, *oddities))
    return with_sources(with_tier_guesses(replace(result, tiers={})), best)


def with_watermarks(topology: Topology, found: Mapping[int, Watermarks]) -> Topology:
    """Return the topology with these watermarks, by node id; ids that it does not have are ignored."""
    document = topology.document()
    for node in document["nodes"]:
        if node["id"] in found:
            node["watermarks"] = found[node["id"]].model_dump()
    return Topology.from_document(document) if found else topology


def with_sources(result: ParseResult, best: Mapping[int, Claim] | None = None) -> ParseResult:
    """Return the result with a text on the source of each node's tier; a source that it already names is kept."""
    best = best or {}
    guessed = {node for guess in result.guesses if guess.key == TIER for node in guess.nodes}
    words = {
        node.id: _source(node, best.get(node.id), node.id in guessed) for node in result.topology.nodes if node.memory
    }
    read = {node: text for node, text in result.tiers.items() if " from " in text and node not in guessed}
    return replace(result, tiers={node: text for node, text in (words | read).items() if text})


def assumed(result: ParseResult, kinds: Mapping[int, str]) -> ParseResult:
    """Return the result with the kind of memory that `kinds` gives to each node; raise TopologyError for a wrong node.

    A node is wrong if it has no memory or if the topology has no such node.
    """
    memory = {node.id: node.memory for node in result.topology.nodes}
    wrong = next((node for node in kinds if not memory.get(node)), None)
    if wrong is not None:
        why = "has no memory, so it is in no tier" if wrong in memory else f"is none of the {nodes_text(memory)}"
        raise TopologyError(f"node {wrong} {why}", "--assume")
    claims = [Claim(Rank.GIVEN, node, KINDS[kind].adistance, f"--assume {node}={kind}") for node, kind in kinds.items()]
    notes = [
        f"Node {claim.node}: {_tier(claim)} by {claim.source}, not {result.tiers[claim.node]}."
        for claim in claims
        if claim.node in result.tiers and _contradicts(result.tiers[claim.node], claim)
    ]
    topology = _with_adistances(result.topology, {claim.node: claim for claim in claims}, anew=True)
    left = tuple(guess for guess in result.guesses if guess.key != TIER or not kinds.keys() & set(guess.nodes))
    tiers = {**result.tiers, **{claim.node: _words(claim) for claim in claims}}
    return replace(result, topology=topology, guesses=left, oddities=(*result.oddities, *notes), tiers=tiers)


def _contradicts(words: str, claim: Claim) -> bool:
    """Return whether a text on the source of a tier names another tier than the claim, and is no guess or default."""
    return not words.startswith((GUESSED, TAKEN)) and not re.match(rf"{_tier(claim)}\b", words)


def is_read(words: str) -> bool:
    """Return whether a text on the source of a tier is what a machine says: no guess, no default, not the document."""
    return not words.startswith((GUESSED, TAKEN)) and not words.endswith(GIVEN)


def trust_lines(tiers: Mapping[int, str]) -> list[str]:
    """Return a sentence for each source, with all its nodes: "Node 1: tier 22 from memory_tier22."."""
    nodes: dict[str, list[int]] = {}
    for node, words in tiers.items():
        nodes.setdefault(words, []).append(node)
    return [f"{nodes_text(of).capitalize()}: {words}." for words, of in nodes.items()]


def _with_access(result: ParseResult, evidence: Evidence) -> ParseResult:
    """Return the result with the latencies and bandwidths of access1, or of access0 without access1, in its nodes."""
    found = evidence.access.get(1) or evidence.access.get(0) or {}
    figures = {
        node: {key: value for key, value in of.items() if 0 < value < 10**15}
        for node, of in found.items()
        if node in result.topology.ids
    }
    if not any(figures.values()):
        return result
    document = result.topology.document()
    document["nodes"] = [
        {key: value for key, value in node.items() if not (key in FIGURE_KEYS and node["id"] in figures)}
        | figures.get(node["id"], {})
        for node in document["nodes"]
    ]
    oddities = result.oddities
    if not evidence.access.get(1):
        oddities += ("Only access0 is there, which counts initiators without CPUs, too; Linux uses access1.",)
    return replace(result, topology=Topology.from_document(document), oddities=oddities)


def _claims(result: ParseResult, evidence: Evidence) -> Iterator[Claim]:
    by_id = {node.id: node for node in result.topology.nodes}
    yield from (Claim(Rank.GIVEN, n.id, n.adistance, DOCUMENT) for n in result.topology.nodes if n.states_adistance)
    read = {node: signed_tier(tier) for tier, listed in evidence.tiers.items() for node in listed}
    dram = [node.id for node in result.topology.nodes if node.cpu_count and node.memory]
    printed = inferred(evidence.lower, dram, read) if evidence.lower else {}
    source = "the demotion targets that the kernel printed (inferred)"
    yield from (Claim(Rank.PRINTED, node, adistance, source) for node, adistance in printed.items())
    yield from (Claim(Rank.FILE, n, max(0, middle_of(tier)), f"memory_tier{tier}") for n, tier in read.items())
    source = "the parameters of numa_emulation"
    yield from (Claim(Rank.FILE, node, adistance, source) for node, adistance in evidence.emulated.items())
    for node, adistance in performance_adistances(result.topology).items():
        yield Claim(Rank.PERFORMANCE, node, adistance, _figures_words(by_id[node], result.form, evidence))
    for node, (adistance, source) in _named(evidence, dram).items():
        yield Claim(Rank.NAMED, node, adistance, source)
    for node, device in evidence.dax.items():
        yield Claim(Rank.DAX, node, DAX_ADISTANCE, f"dax/kmem ({device})" if device else "dax/kmem")


def performance_adistances(topology: Topology) -> dict[int, int]:
    """Return the abstract distances, by node, that the newest kernel computes from latency and bandwidth."""
    rules = max((row for row in VERSIONS if row.since), key=lambda row: row.since or ()).rules
    if not any(node.access_coordinate.is_known for node in topology.nodes):
        return {}
    memory = {node.id for node in topology.nodes if node.memory}
    return {node: value for node, value in topology.adistances_of_figures(rules).items() if node in memory}


def _figures_words(node: Node, form: str, evidence: Evidence) -> str:
    read_from = "the document" if not form else "hwloc's values" if form == "hwloc XML" else "HMAT"
    origin = "access1" if evidence.access.get(1) else "access0" if evidence.access else read_from
    figures = node.access_coordinate
    return f"{origin}: latency {figures.read_latency} ns, bandwidth {figures.read_bandwidth} MB/s"


def _named(evidence: Evidence, dram: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Return the abstract distance and its source, by node, from hwloc's names of memory and its MemoryTier."""
    claims: dict[int, tuple[int, str]] = {}
    rank_of = {node: rank for rank, nodes in evidence.ranks.items() for node in nodes}
    ranked = sorted(evidence.ranks)
    usual = next((rank_of[node] for node in dram if node in rank_of), ranked[0] if ranked else 0)
    for node, rank in rank_of.items():
        steps = ranked.index(rank) - ranked.index(usual)
        adistance = DAX_ADISTANCE * steps if steps > 0 else MEMTIER_ADISTANCE_DRAM >> -steps
        claims[node] = adistance, f"hwloc's MemoryTier {rank}"
    for node, kind in evidence.kinds.items():
        if node not in claims:
            claims[node] = KINDS[kind].adistance, f"hwloc, which calls it {kind.upper()}"
    return claims


def _contradictions(by_node: Mapping[int, list[Claim]]) -> Iterator[str]:
    """Yield a sentence for each pair of sources that put the same nodes into different tiers."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for node, (best, *others) in by_node.items():
        for other in others:
            if tier_of(other.adistance) != tier_of(best.adistance) and not _agree_roughly(best, other):
                key = f"{_tier(best)} by {best.source}", f"{_tier(other)} by {other.source}"
                pairs.setdefault(key, []).append(node)
    for (taken, left), nodes in pairs.items():
        yield f"{nodes_text(nodes).capitalize()}: {taken}, but {left}; the first is taken."


def _agree_roughly(best: Claim, other: Claim) -> bool:
    """Return whether two claims that name different tiers agree at least on whether memory is slower than DRAM.

    This is enough if one of them is inferred from printed targets or from a name, or if the other one is the value of
    dax/kmem. Then the claims agree if both mean slower than DRAM, both like DRAM, or both faster. A value of dax/kmem
    always agrees with performance. For all other claims return False.
    """
    if Rank.PRINTED in (best.rank, other.rank) or Rank.NAMED in (best.rank, other.rank) or other.rank is Rank.DAX:
        side = [(claim.adistance > 639) - (claim.adistance < 512) for claim in (best, other)]
        return side[0] == side[1] or (other.rank is Rank.DAX and best.rank is Rank.PERFORMANCE)
    return False


def _mismatches(evidence: Evidence, topology: Topology) -> Iterator[str]:
    """Yield a sentence for each way in which the files of the tiers do not fit the nodes of the listing."""
    known = {node.id for node in topology.nodes}
    listed = {node for nodes in evidence.tiers.values() for node in nodes}
    if listed - known:
        yield f"The files of the tiers name {nodes_text(listed - known)}, which the listing does not have."
    missing = {node.id for node in topology.nodes if node.has_memory} - listed
    if listed and missing and listed & known:
        yield f"No file of a tier names {nodes_text(missing)}; is one missing?"
    double = [node for node in listed if sum(node in nodes for nodes in evidence.tiers.values()) > 1]
    if double:
        yield f"{nodes_text(double).capitalize()} {'are' if double[1:] else 'is'} in several tiers; the last counts."
    if any(signed_tier(tier) < 0 for tier in evidence.tiers):
        yield "A tier's number is that of a negative abstract distance; the fastest possible is taken."


def _with_adistances(topology: Topology, best: Mapping[int, Claim], anew: bool = False) -> Topology:
    new = {
        node: {"adistance": claim.adistance} | ({"adistance_from": "dax/kmem"} if claim.rank is Rank.DAX else {})
        for node, claim in best.items()
        if node in topology.ids and (anew or claim.rank not in (Rank.GIVEN, Rank.PERFORMANCE))
    }
    if not new:
        return topology
    document: dict[str, Any] = topology.document()
    for node in document["nodes"]:
        if node["id"] in new:
            node.pop("adistance_from", None)
            node.update(new[node["id"]])
    return Topology.from_document(document)


def _source(node: Node, claim: Claim | None, guessed: bool) -> str:
    if claim is not None:
        return _words(claim)
    if node.states_adistance:
        return f"tier {tier_of(node.adistance)}, as chosen" if guessed else f"{_tier_text(node)}{GIVEN}"
    if node.access_coordinate.is_known:
        return "from the latency and bandwidth in the document"
    if guessed:
        return f"{GUESSED}: DRAM, tier 4"
    return f"{TAKEN} as DRAM, tier 4, the default for memory beside CPUs" if node.cpu_count else ""


def _tier_text(node: Node) -> str:
    return f"tier {tier_of(node.adistance)}"


def _words(claim: Claim) -> str:
    return f"{_tier(claim)}{GIVEN}" if claim.source == DOCUMENT else f"{_tier(claim)} from {claim.source}"


def _tier(claim: Claim) -> str:
    return f"tier {tier_of(claim.adistance)}"
