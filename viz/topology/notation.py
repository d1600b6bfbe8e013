"""Read and write the notation, which describes a machine in one line.

    2 sockets: 16 cpus+hbm 64G, dram 256G at 15, 2 x pmem 1T at 20; cross 21; shared cxl 512G at 40

    line   = NUMBER "socket"["s"] ":" spec {"," spec} {";" clause}
    spec   = [NUMBER ["x"]] (cpus ["+" memory] | memory ["at" NUMBER]) ["per" "socket"]
    cpus   = [NUMBER] "cpu"["s"]
    memory = ("gpu" | "hbm" | "dram" | "cxl" | "pmem") [SIZE]
    clause = "cross" NUMBER | "ring" NUMBER {NUMBER} | "snc" NUMBER ["at" NUMBER] | "shared" spec
           | "cpus" "first" | NUMBER ("-" | ">") NUMBER "at" NUMBER

A spec describes one node or several equal ones. viz.topology.shapes says what each part means, and what its default is.
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
from viz.topology.shaped import topology
from viz.topology.shapes import KINDS, NodeSpec, Pair, Shape
from viz.wording import counted

MAX_LINE = 400
"""The largest number of characters in a line."""
EXAMPLE = "2 sockets: cpu+dram 64G, 2 cxl 256G; cross 21"
MADE = "made from the line: "
"""The beginning of `source` in a topology that was made from a line."""

_BEGINNING = re.compile(r"\s*[0-9]{1,9}\s{0,9}sockets?\b", re.IGNORECASE)
_EXPECTED_AFTER_SPEC = "a comma, a semicolon or the end"


def like_notation(text: str) -> bool:
    """Return whether the text begins like a line of the notation."""
    return _BEGINNING.match(text) is not None


def read_notation(text: str, name: str = "") -> ParseResult:
    """Return the machine that the line describes."""
    try:
        return ParseResult(made(text))
    except TopologyError as error:
        problem = f"{error.problem}; an example: '{EXAMPLE}'"
        raise TopologyError(problem, error.key, name) from None


def made(text: str) -> Topology:
    """Return the machine that the line describes, with the line in its `source`."""
    return topology(parsed(text), MADE + " ".join(text.split()))


def line_of(machine: Topology) -> str | None:
    """Return the line that a machine was made from; None if there is none or if the machine was changed since."""
    line = (machine.source or "").removeprefix(MADE)
    if line == (machine.source or ""):
        return None
    try:
        original = made(line)
    except TopologyError:
        return None
    return line if (original.nodes, original.distances) == (machine.nodes, machine.distances) else None


# ---- a line as a shape


def parsed(text: str) -> Shape:
    """Return the shape that a line describes; raise TopologyError, which says what was expected, at a wrong word."""
    if len(text) > MAX_LINE:
        raise TopologyError(f"has {len(text)} characters; a machine in one line has at most {MAX_LINE}")
    words = Words(text)
    sockets = number(words.take(), 1, MAX_NUMNODES, "a number of sockets")
    words.expect("sockets", "socket")
    words.expect(":", expected="a colon")
    node_specs = [_node_spec(words)]
    while words.accepted(","):
        node_specs.append(_node_spec(words))
    options: dict[str, Any] = {}
    while words.accepted(";") and words.peek():
        _clause(words, options)
    if words.peek():
        words.fail("a semicolon or the end" if options else _EXPECTED_AFTER_SPEC)
    return Shape(sockets, tuple(node_specs), **options)


def _node_spec(words: Words, shared: bool = False) -> NodeSpec:
    """Read the description of one node or of several equal nodes: CPUs, memory, distance."""
    count, cpus = 1, _cpus(words)
    if cpus == 0 and words.at_number:
        count = number(words.take(), 1, MAX_NUMNODES, "a number of nodes")
        if words.peek() not in KINDS:
            words.expect("x", expected="x, cpus or a kind of memory")
        cpus = _cpus(words)
    if cpus != 0 and shared:
        raise TopologyError("shared memory has no CPUs; leave them out, or put the node into the sockets")
    memory: tuple[str, int | None] = ("", None) if cpus != 0 and not words.accepted("+") else _memory(words, cpus == 0)
    at = None
    if words.accepted("at"):
        if cpus != 0:
            raise TopologyError("'at' is for nodes without CPUs: it is their distance from the CPUs beside them")
        at = distance(words.take())
    per_socket = not shared and words.accepted("per")
    if per_socket:
        words.expect("socket")
    return NodeSpec(*memory, cpus, at, count, per_socket)


def _cpus(words: Words) -> int | None:
    """Read the CPUs of a node and return their number: 0 if memory comes next, None if the line gives no number."""
    if words.accepted("cpus", "cpu"):
        return None
    if words.at_number and words.peek(1) in ("cpus", "cpu"):
        cpus = number(words.take(), 1, MAX_CPUS, "a number of CPUs")
        words.take()
        return cpus
    return 0


def _memory(words: Words, or_cpus: bool) -> tuple[str, int | None]:
    name = kind(words.take(), or_cpus)
    if not words.at_number:
        return name, None
    amount = words.take()
    unit = "" if words.peek() in ("at", "per") or not words.peek().isalpha() else words.take()
    return name, size(amount + unit)


def _clause(words: Words, options: dict[str, Any]) -> None:
    """Read what follows a semicolon, and add it to `options`, the keyword arguments of a Shape."""
    if words.at_number:
        options["pairs"] = (*options.get("pairs", ()), _pair(words))
        return
    name = words.take()
    if name.lower() not in _CLAUSES:
        raise unexpected(name, "cross, ring, snc, shared, cpus first, or a distance such as 0-1 at 20", _CLAUSES)
    keys = _CLAUSES[name.lower()](words)
    for key, value in keys.items():
        if key != "shared" and key in options:
            raise TopologyError(f"{shown(name)} says again what was said before; it may stand once")
        options[key] = options.get(key, ()) + value if key == "shared" else value


def _snc(words: Words) -> dict[str, Any]:
    clusters = number(words.take(), 1, MAX_NUMNODES, "a number of clusters")
    return {"clusters": clusters} | ({"cluster_at": distance(words.take())} if words.accepted("at") else {})


def _ring(words: Words) -> dict[str, Any]:
    hops = [distance(words.take())]
    while words.at_number:
        hops.append(distance(words.take()))
    return {"cross": tuple(hops), "ring": True}


def _cpus_first(words: Words) -> dict[str, Any]:
    words.expect("first")
    return {"cpus_first": True}


_CLAUSES: dict[str, Callable[[Words], dict[str, Any]]] = {
    "cross": lambda words: {"cross": (distance(words.take()),)},
    "ring": _ring,
    "snc": _snc,
    "shared": lambda words: {"shared": (_node_spec(words, shared=True),)},
    "cpus": _cpus_first,
}


def pair(text: str) -> Pair:
    """Return the distance of one pair of nodes from text: "0-1 at 20" both ways, "0>1 at 20" one way."""
    words = Words(text)
    result = _pair(words)
    if words.peek():
        words.fail("the end")
    return result


def _pair(words: Words) -> Pair:
    source = number(words.take(), 0, MAX_NUMNODES - 1, "a node")
    both = not words.accepted(">")
    if both:
        words.expect("-", expected="- (both ways) or > (one way)")
    target = number(words.take(), 0, MAX_NUMNODES - 1, "a node")
    words.expect("at")
    return Pair(source, target, distance(words.take()), both)


# ---- a shape as a line


def written(shape: Shape) -> str:
    """Return the line of a shape; it leaves out every value that is None or otherwise left at its default."""
    node_specs = ", ".join(map(node_spec_text, shape.node_specs))
    return "; ".join([f"{counted(shape.sockets, 'socket')}: {node_specs}", *_clauses(shape)])


def node_spec_text(spec: NodeSpec) -> str:
    """Return a spec as it is written in a line."""
    parts = [f"{spec.count} x"] if spec.count > 1 else []
    memory = f"{spec.kind} {size_word(spec.size)}".strip() if spec.kind else ""
    cpus = "" if spec.cpus == 0 else "cpu" if spec.cpus is None else counted(spec.cpus, "cpu")
    parts.append("+".join(part for part in (cpus, memory) if part))
    parts += [f"at {spec.at}"] if spec.at is not None else []
    return " ".join([*parts, "per socket"] if spec.per_socket else parts)


def size_word(memory: int | None) -> str:
    """Return bytes in the largest unit that gives a whole number, such as 64G; "" for None."""
    if memory is None:
        return ""
    power = max((p for p in range(1, 5) if memory % 1024**p == 0), default=1) if memory else 3
    return f"{memory // 1024**power}{UNITS[power - 1]}"


def _clauses(shape: Shape) -> Iterator[str]:
    if shape.clusters > 1 or shape.cluster_at is not None:
        yield f"snc {shape.clusters}" + (f" at {shape.cluster_at}" if shape.cluster_at is not None else "")
    if shape.cross:
        yield f"{'ring' if shape.ring else 'cross'} {' '.join(map(str, shape.cross))}"
    yield from (f"shared {node_spec_text(spec)}" for spec in shape.shared)
    if shape.cpus_first:
        yield "cpus first"
    yield from map(str, shape.pairs)
