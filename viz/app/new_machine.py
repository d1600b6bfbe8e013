"""What the dialog for a new machine asks: its controls as a line, its line as controls, and what would come of it.

The controls come and go as one object of words, as they stand in the fields, so that the grammar is here alone:

    {"sockets": "2", "clusters": "1", "cluster_at": "", "cross": "21", "ring": false, "cpus_first": false,
     "stands": [{"count": "1", "has_cpus": true, "cpus": "16", "kind": "hbm", "size": "64G", "at": "",
                 "per_socket": false}, ...],
     "shared": [{"count": "1", "kind": "cxl", "size": "", "at": "40"}], "pairs": "1-2 at 17; 0>3 at 25"}

An empty word is what is usual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from viz.analysis.run import Run
from viz.app.service import Request, Service
from viz.figures.text import outcome
from viz.kernel.nodemask import MAX_NUMNODES, node_list
from viz.topology import Topology, TopologyError
from viz.topology.notation import line_of, made, pair, parsed, size_text, written
from viz.topology.notation_words import distance, kind, number, size
from viz.topology.quantities import MAX_CPUS
from viz.topology.shaped import counted, note
from viz.topology.shapes import CLUSTERS, CPUS, CROSS, KINDS, NodeSpec, PlacedNode, Shape, usual_reach
from viz.work.limits import LIGHT_WORK

START = "2 sockets: cpu+dram 64G, pmem 256G; cross 21"
"""What the dialog shows where the machine on the page came from no line."""
MAX_FIELDS = 64
MAX_WORD = 400

Words = dict[str, Any]
Value = TypeVar("Value")


def shape(service: Service, question: Request) -> Request:
    """The line and the controls of the line, the controls or the machine that is asked about, and what it makes.

    {"wrong": one line, "at": the control, "" for none} where it makes nothing.
    """
    words = question.get("shape")
    line = "" if isinstance(words, dict) else _line(service, question)
    try:
        asked = shape_of(words) if isinstance(words, dict) else parsed(line)
        line = line or written(asked)
        machine = made(line)
    except TopologyError as error:
        return _wrong(error, isinstance(words, dict))
    return {
        "line": line,
        "shape": controls(asked),
        "told": f"{counted(len(machine.nodes), 'node')}: {_homes(machine)}. {note(asked)}",
        "order": _order(machine, question),
        "kinds": {name: one.label for name, one in KINDS.items()},
        "usual": {"cpus": str(CPUS), "cross": str(CROSS), "cluster_at": str(CLUSTERS)},
    }


def _wrong(error: TopologyError, in_controls: bool) -> Request:
    """What is wrong, and at which control: a pair of nodes is the only key that is none."""
    pairs = error.key[:1].isdigit()
    told = f"{error.key}: {error.problem}" if pairs else error.problem
    at = ("pairs" if pairs else error.key) if in_controls else "line"
    return {"wrong": str(TopologyError(told)), "at": at}


def _line(service: Service, question: Request) -> str:
    line = question.get("line")
    return line if isinstance(line, str) else line_of(service.topology(question)) or START


def _homes(machine: Topology) -> str:
    """Which ids are where."""
    found: dict[str, list[int]] = {}
    for node in machine.nodes:
        found.setdefault(node.socket or "", []).append(node.id)
    told = [f"{node_list(ids)} {where.lower() if ' ' in where else f'in {where}'}" for where, ids in found.items()]
    return ", ".join(told[:8]) + (", ..." if len(told) > 8 else "")


def _order(machine: Topology, question: Request) -> list[str]:
    """Who would demote to whom under the kernel that is asked for; nothing where it would take long."""
    if len(machine.nodes) > LIGHT_WORK:
        return []
    kernel, zonelists = question.get("kernel"), question.get("zonelists")
    known = zonelists if zonelists in ("boot", "runtime") else None
    return outcome(Run.of(machine, kernel if isinstance(kernel, str) else None, known).order())


# ---- a shape as controls


def controls(asked: Shape) -> Words:
    """The words that a shape puts into the fields."""
    return {
        "sockets": str(asked.sockets),
        "clusters": str(asked.clusters),
        "cluster_at": _word(asked.cluster_at),
        "cross": " ".join(map(str, asked.cross)),
        "ring": asked.ring,
        "cpus_first": asked.cpus_first,
        "stands": [_fields(asked, PlacedNode(stand, 0)) for stand in asked.node_specs],
        "shared": [_fields(asked, PlacedNode(stand)) for stand in asked.shared],
        "pairs": "; ".join(map(str, asked.pairs)),
    }


def _fields(asked: Shape, spot: PlacedNode) -> Words:
    """The words of a row, and what its empty fields would be."""
    stand = spot.stand
    usual = {} if not stand.kind else {"size": size_text(KINDS[stand.kind].size), "at": str(usual_reach(asked, spot))}
    return {
        "count": str(stand.count),
        "has_cpus": stand.cpus != 0,
        "cpus": _word(stand.cpus or None),
        "kind": stand.kind,
        "size": size_text(stand.size),
        "at": _word(stand.at),
        "per_socket": stand.per_socket,
        "usual": usual,
    }


def _word(value: int | None) -> str:
    return "" if value is None else str(value)


# ---- controls as a shape


def shape_of(words: Words) -> Shape:
    """Return the shape that the controls describe; TopologyError with the control that is wrong as its key."""
    hops = tuple(_each(words, "cross", distance))
    ring = words.get("ring") is True
    if len(hops) > 1 and not ring:
        raise TopologyError("several distances are those of a ring: one hop, two hops, ...", "cross")
    return Shape(
        sockets=_read(words, "sockets", lambda word: number(word, 1, MAX_NUMNODES, "a number of sockets")) or 1,
        node_specs=tuple(_node_specs(words, "stands")),
        clusters=_read(words, "clusters", lambda word: number(word, 1, MAX_NUMNODES, "a number of clusters")) or 1,
        cluster_at=_read(words, "cluster_at", distance),
        cross=hops or ((CROSS,) if ring else ()),
        ring=ring,
        shared=tuple(_node_specs(words, "shared")),
        cpus_first=words.get("cpus_first") is True,
        pairs=tuple(_each(words, "pairs", pair, ";")),
    )


def _node_specs(words: Words, key: str) -> Iterator[NodeSpec]:
    rows = words.get(key)
    if not isinstance(rows, list) or len(rows) > MAX_FIELDS or not all(isinstance(row, dict) for row in rows):
        raise TopologyError("is not understood", key)
    if not rows and key == "stands":
        raise TopologyError("a socket needs at least one node", key)
    for place, row in enumerate(rows):
        yield _node_spec(row, f"{key}.{place}")


def _node_spec(row: Words, where: str) -> NodeSpec:
    cpus: int | None = 0
    if row.get("has_cpus") is True:
        cpus = _read(row, "cpus", lambda word: number(word, 1, MAX_CPUS, "a number of CPUs"), where)
    name = _read(row, "kind", kind, where) or ""
    if not name and cpus == 0:
        raise TopologyError("a node has CPUs, memory or both", f"{where}.kind")
    return NodeSpec(
        kind=name,
        size=_read(row, "size", size, where) if name else None,
        cpus=cpus,
        at=_read(row, "at", distance, where) if cpus == 0 else None,
        count=_read(row, "count", lambda word: number(word, 1, MAX_NUMNODES, "a number of nodes"), where) or 1,
        per_socket=row.get("per_socket") is True,
    )


def _read(words: Words, key: str, read: Callable[[str], Value], where: str = "") -> Value | None:
    """The value of a control, None where it is empty."""
    word, place = words.get(key, ""), f"{where}.{key}" if where else key
    if not isinstance(word, str) or len(word) > MAX_WORD:
        raise TopologyError("is not understood", place)
    try:
        return read(word.strip()) if word.strip() else None
    except TopologyError as error:
        raise TopologyError(error.problem, place) from None


def _each(words: Words, key: str, read: Callable[[str], Value], between: str | None = None) -> list[Value]:
    """The values of a control that holds several."""
    parts = _read(words, key, lambda word: word.split(between)) or []
    found = (_read({key: part}, key, read) for part in parts)
    return [value for value in found if value is not None]
