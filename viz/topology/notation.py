"""The notation: a machine in one line, as a shape and back.

    2 sockets: 16 cpus+hbm 64G, dram 256G at 15, 2 x pmem 1T at 20; cross 21; shared cxl 512G at 40

    line   = NUMBER "socket"["s"] ":" stand {"," stand} {";" clause}
    stand  = [NUMBER "x"] (cpus ["+" memory] | memory ["at" NUMBER]) ["per" "socket"]
    cpus   = [NUMBER] "cpu"["s"]
    memory = ("gpu" | "hbm" | "dram" | "cxl" | "pmem") [SIZE]
    clause = "cross" NUMBER | "ring" NUMBER {NUMBER} | "snc" NUMBER ["at" NUMBER] | "shared" stand
           | "cpus" "first" | NUMBER ("-" | ">") NUMBER "at" NUMBER

What each means, and what is assumed where nothing is said, stands in viz.topology.shapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from viz.kernel.nodemask import MAX_NUMNODES
from viz.topology.errors import TopologyError, shown
from viz.topology.model import Topology
from viz.topology.notation_words import UNITS, Words, distance, kind, number, size, unexpected
from viz.topology.parse_result import ParseResult
from viz.topology.quantities import MAX_CPUS
from viz.topology.shaped import counted, topology
from viz.topology.shapes import NodeSpec, Pair, Shape

MAX_LINE = 400
"""Characters of a line."""
MADE = "made from the line: "
"""How the source of such a machine begins."""

_LOOKS = re.compile(r"\s*[0-9]{1,9}\s{0,9}sockets?\b", re.IGNORECASE)
_END = "a comma, a semicolon or the end"


def like_notation(text: str) -> bool:
    """Whether the text begins as such a line does."""
    return _LOOKS.match(text) is not None


def read_notation(text: str, name: str = "") -> ParseResult:
    """The machine that the line describes."""
    try:
        return ParseResult(made(text))
    except TopologyError as error:
        raise error.within(name) from None


def made(text: str) -> Topology:
    """The same, with the line as its source."""
    return topology(parsed(text), MADE + " ".join(text.split()))


def line_of(machine: Topology) -> str | None:
    """The line that a machine was made from; None if there is none, or if the machine is another by now."""
    line = (machine.source or "").removeprefix(MADE)
    if line == (machine.source or ""):
        return None
    try:
        same = made(line)
    except TopologyError:
        return None
    return line if (same.nodes, same.distances) == (machine.nodes, machine.distances) else None


# ---- a line as a shape


def parsed(text: str) -> Shape:
    """The shape that a line describes; TopologyError quotes the word that is wrong and says what was expected."""
    if len(text) > MAX_LINE:
        raise TopologyError(f"has {len(text)} characters; a machine in one line has at most {MAX_LINE}")
    words = Words(text)
    sockets = number(words.pull(), 1, MAX_NUMNODES, "a number of sockets")
    words.expect("sockets", "socket")
    words.expect(":", expected="a colon")
    node_specs = [_node_spec(words)]
    while words.took(","):
        node_specs.append(_node_spec(words))
    found: dict[str, Any] = {}
    while words.took(";") and words.ahead():
        _clause(words, found)
    if words.ahead():
        words.refuse("a semicolon or the end" if found else _END)
    return Shape(sockets, tuple(node_specs), **found)


def _node_spec(words: Words, shared: bool = False) -> NodeSpec:
    """A node, or several: their CPUs, memory, distance."""
    count, cpus = 1, _cpus(words)
    if cpus == 0 and words.numeric:
        count = number(words.pull(), 1, MAX_NUMNODES, "a number of nodes")
        words.expect("x", expected="x or cpus")
        cpus = _cpus(words)
    if cpus != 0 and shared:
        raise TopologyError("shared memory has no CPUs; leave them out, or put the node into the sockets")
    memory: tuple[str, int | None] = ("", None) if cpus != 0 and not words.took("+") else _memory(words, cpus == 0)
    at = None
    if words.took("at"):
        if cpus != 0:
            raise TopologyError("'at' is for nodes without CPUs: it is their distance from the CPUs beside them")
        at = distance(words.pull())
    per_socket = not shared and words.took("per")
    if per_socket:
        words.expect("socket")
    return NodeSpec(*memory, cpus, at, count, per_socket)


def _cpus(words: Words) -> int | None:
    """How many CPUs are next: 0 for none, None for as many as usual."""
    if words.took("cpus", "cpu"):
        return None
    if words.numeric and words.ahead(1) in ("cpus", "cpu"):
        cpus = number(words.pull(), 1, MAX_CPUS, "a number of CPUs")
        words.pull()
        return cpus
    return 0


def _memory(words: Words, or_cpus: bool) -> tuple[str, int | None]:
    name = kind(words.pull(), or_cpus)
    if not words.numeric:
        return name, None
    figure = words.pull()
    unit = "" if words.ahead() in ("at", "per") or not words.ahead().isalpha() else words.pull()
    return name, size(figure + unit)


def _clause(words: Words, found: dict[str, Any]) -> None:
    """What follows a semicolon goes into `found`, as keys of a shape."""
    if words.numeric:
        found["pairs"] = (*found.get("pairs", ()), _pair(words))
        return
    name = words.pull()
    if name.lower() not in _CLAUSES:
        raise unexpected(name, "cross, ring, snc, shared, cpus first, or a distance such as 0-1 at 20", _CLAUSES)
    keys = _CLAUSES[name.lower()](words)
    for key, value in keys.items():
        if key != "shared" and key in found:
            raise TopologyError(f"{shown(name)} says again what was said before; it may stand once")
        found[key] = found.get(key, ()) + value if key == "shared" else value


def _snc(words: Words) -> dict[str, Any]:
    clusters = number(words.pull(), 1, MAX_NUMNODES, "a number of clusters")
    return {"clusters": clusters} | ({"cluster_at": distance(words.pull())} if words.took("at") else {})


def _ring(words: Words) -> dict[str, Any]:
    hops = [distance(words.pull())]
    while words.numeric:
        hops.append(distance(words.pull()))
    return {"cross": tuple(hops), "ring": True}


def _first(words: Words) -> dict[str, Any]:
    words.expect("first")
    return {"cpus_first": True}


_CLAUSES: dict[str, Callable[[Words], dict[str, Any]]] = {
    "cross": lambda words: {"cross": (distance(words.pull()),)},
    "ring": _ring,
    "snc": _snc,
    "shared": lambda words: {"shared": (_node_spec(words, shared=True),)},
    "cpus": _first,
}


def pair(text: str) -> Pair:
    """A distance of its own: "0-1 at 20" both ways, "0>1 at 20" one way."""
    words = Words(text)
    found = _pair(words)
    if words.ahead():
        words.refuse("the end")
    return found


def _pair(words: Words) -> Pair:
    source = number(words.pull(), 0, MAX_NUMNODES - 1, "a node")
    both = not words.took(">")
    if both:
        words.expect("-", expected="- (both ways) or > (one way)")
    target = number(words.pull(), 0, MAX_NUMNODES - 1, "a node")
    words.expect("at")
    return Pair(source, target, distance(words.pull()), both)


# ---- a shape as a line


def written(shape: Shape) -> str:
    """The line of a shape; it says nothing that is assumed anyway."""
    node_specs = ", ".join(map(node_spec_text, shape.node_specs))
    return "; ".join([f"{counted(shape.sockets, 'socket')}: {node_specs}", *_clauses(shape)])


def node_spec_text(stand: NodeSpec) -> str:
    """A stand as the line has it."""
    parts = [f"{stand.count} x"] if stand.count > 1 else []
    memory = f"{stand.kind} {size_text(stand.size)}".strip() if stand.kind else ""
    cpus = "" if stand.cpus == 0 else "cpu" if stand.cpus is None else counted(stand.cpus, "cpu")
    parts.append("+".join(part for part in (cpus, memory) if part))
    parts += [f"at {stand.at}"] if stand.at is not None else []
    return " ".join([*parts, "per socket"] if stand.per_socket else parts)


def size_text(memory: int | None) -> str:
    """Bytes in the largest unit that keeps them whole: 64G; "" for None."""
    if memory is None:
        return ""
    power = max((p for p in range(1, 5) if memory % 1024**p == 0), default=1) if memory else 3
    return f"{memory // 1024**power}{UNITS[power - 1]}"


def _clauses(shape: Shape) -> Iterator[str]:
    if shape.clusters > 1 or shape.cluster_at is not None:
        yield f"snc {shape.clusters}" + (f" at {shape.cluster_at}" if shape.cluster_at is not None else "")
    if shape.cross:
        yield f"{'ring' if shape.ring else 'cross'} {' '.join(map(str, shape.cross))}"
    yield from (f"shared {node_spec_text(stand)}" for stand in shape.shared)
    if shape.cpus_first:
        yield "cpus first"
    yield from map(str, shape.pairs)
