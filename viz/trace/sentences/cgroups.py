"""Write the sentences of the chapter "cgroup": where the pages of a cgroup may go."""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.memory import nodes_in
from viz.kernel.releases import version
from viz.trace.model import Trace
from viz.trace.scoretable import Row
from viz.trace.sentences.order import SENTENCES as ORDER
from viz.trace.sentences.words import choice, names

_RULES = {
    "ignored": "This kernel does not look at that: it demotes as for anybody.",
    "gate": "This kernel draws a preferred node and demotes only if that one is allowed; then it draws anew.",
    "filter": "This kernel demotes only to nodes that are slower and allowed.",
    "random": "This kernel draws a preferred node; if it is not allowed, any that is slower and allowed.",
}
MAX_RANKED = 4
"""The largest number of candidates that a sentence names with their distances."""


def _begins(trace: Trace, step: int, mems: str) -> str:
    return f"Where do pages go of a cgroup that may use {_nodes(mems)}? {_RULES[version(trace.kernel).cpuset]}"


def _read_side(trace: Trace, step: int, name: str) -> str:
    if "unlock" in name:
        return f"{name}: the section ends; a writer may go on."
    return f"{name}: a section begins; no writer gets past synchronize_rcu() until it ends."


def _preferred(trace: Trace, step: int, array: str, node: int) -> str:
    nodes = nodes_in(trace.at(f"{array}[{node}]", step))
    return f"{array}[{node}] reads {choice(nodes)}." if nodes else f"{array}[{node}] is empty: there is nowhere to go."


def _lower(trace: Trace, step: int, array: str, node: int) -> str:
    lower = trace.at(f"{array}[{node}]", step)
    return f"{array}[{node}] {f'reads {lower}: all slower nodes' if lower else 'is empty: nothing is slower'}."


def _gate(trace: Trace, step: int, node: int, drawn: str, passes: str) -> str:
    mems = trace.at("allowed", step)
    if not drawn:
        return f"Node {node} prefers nobody, so nothing is demoted."
    if not passes:
        return f"Whichever of {drawn} is drawn is not among {mems}: nothing is demoted from node {node}."
    if passes == drawn:
        return f"Whichever of {drawn} is drawn is among {mems}: node {node} may demote."
    return f"If {passes} is drawn of {drawn}, node {node} may demote; else it may not, this time."


def _filtered(trace: Trace, step: int, node: int, lower: str, allowed: str) -> str:
    if not lower:
        return f"No node is slower than node {node}: nothing is demoted."
    if not allowed:
        return f"Slower than node {node}: {lower}. The cgroup may use none of these: nothing is demoted."
    return f"Slower than node {node}: {lower}. Of these, the cgroup may use {allowed}."


def _preferred_filtered(trace: Trace, step: int, node: int, preferred: str, drawn: str) -> str:
    if not drawn:
        return f"preferred & allowed is empty: {_not_allowed(preferred)}."
    one = f" One of {names(nodes_in(drawn))} is drawn each time." if len(nodes_in(drawn)) > 1 else ""
    return f"preferred & allowed is {drawn}, of {preferred}.{one}"


def scan(trace: Trace, step: int, node: int, best: int) -> str:
    """Return the sentence on a scan. In the chapter on a cgroup the candidates of a scan are all allowed nodes."""
    if trace.chapters[trace.at("chapter", step)].name != "cgroup":
        return ORDER["Scan"](trace, step, node, best)
    return f"The chooser goes on among all allowed nodes, of any slower tier: {ranking(trace, step)}."


def ranking(trace: Trace, step: int) -> str:
    """Return the allowed nodes as the chooser ranks them: "2 at 30 comes first, then 3 at 40"."""
    rows = [Row(*row) for row in trace.at("scores", step)[0]]
    ranked = [f"{row.node} at {row.distance}" for row in rows if row.verdict in ("chosen", "beaten")]
    more = f" and {len(ranked) - MAX_RANKED} more" if len(ranked) > MAX_RANKED else ""
    if len(ranked) == 1:
        return f"{ranked[0]} is the only one"
    return f"{ranked[0]} comes first, then {', '.join(ranked[1:MAX_RANKED])}{more}"


def not_allowed(trace: Trace, step: int, preferred: str) -> str:
    """Return a clause on preferred nodes that are not allowed, and on the scan at `step` among all allowed nodes."""
    return f"preferred & allowed is empty, so the chooser goes on: {_not_allowed(preferred)}, {ranking(trace, step)}"


def _not_allowed(preferred: str) -> str:
    nodes = nodes_in(preferred)
    if not nodes:
        return "nobody is preferred"
    return f"{names(nodes)} {'is' if len(nodes) == 1 else 'are'} not allowed"


def taken(trace: Trace, step: int, node: int) -> str:
    """Return the sentence on what happens to the chosen node."""
    if trace.chapters[trace.at("chapter", step)].name != "cgroup":
        return ORDER["Taken"](trace, step, node)
    return f"Node {node} is the answer. It goes into used, a copy that nobody looks at again."


def _may_go(trace: Trace, step: int, node: int, targets: str, others: str, outside: str) -> str:
    if not targets:
        return f"{node} → stop: cold pages of the cgroup stay on node {node}, or are reclaimed there."
    text = f"{node} → {choice(nodes_in(targets))} for pages of the cgroup"
    if others:
        text += f"; where that is full, to {choice(nodes_in(others))}"
    return f"{text}.{leak(outside)}"


def leak(outside: str) -> str:
    """Return a sentence, after a space, on nodes outside the cpuset that may get pages; "" if there are none."""
    return f" Not in the cpuset, and may get some all the same: {outside}." if outside else ""


def _done(trace: Trace, step: int) -> str:
    targets = {node: nodes_in(trace.at(f"demotes_to[{node}]", step)) for node in trace.nodes}
    parts = [f"{node} → {choice(found)}" for node, found in targets.items() if found]
    more = f" and {len(parts) - 3} more" if len(parts) > 3 else ""
    order = f"{', '.join(parts[:3])}{more}" if parts else "nothing is demoted"
    return f"For a cgroup on {_nodes(trace.at('allowed', step))}: {order}."


def _nodes(text: str) -> str:
    return f"node {text}" if text.isdigit() else f"nodes {text}"


LOADS: dict[tuple[str, type], Callable[..., str]] = {
    ("preferred", str): _preferred,
    ("lower_tier_mask", str): _lower,
}
SENTENCES: dict[str, Callable[..., str]] = {
    "CgroupBegins": _begins,
    "ReadSide": _read_side,
    "GateDraws": _gate,
    "Filtered": _filtered,
    "PreferredFiltered": _preferred_filtered,
    "Scan": scan,
    "Taken": taken,
    "MayGo": _may_go,
    "CgroupDone": _done,
}
