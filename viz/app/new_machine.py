"""Answer the questions of the dialog for a new machine: convert controls and lines, and describe the machine they make.

The page sends and gets the controls as one object with the texts of the fields, so that only the server knows the
grammar of a line:

    {"sockets": "2", "clusters": "1", "cluster_at": "", "cross": "21", "ring": false, "cpus_first": false,
     "stands": [{"count": "1", "has_cpus": true, "cpus": "16", "kind": "hbm", "size": "64G", "at": "",
                 "per_socket": false}, ...],
     "shared": [{"count": "1", "kind": "cxl", "size": "", "at": "40"}], "pairs": "1-2 at 17; 0>3 at 25"}

An empty text stands for the usual value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from viz.analysis.run import Run
from viz.app.service import Request, Service
from viz.figures.text import outcome
from viz.kernel.nodemask import MAX_NUMNODES, node_list
from viz.topology import Topology, TopologyError
from viz.topology.notation import line_of, made, pair, parsed, size_word, written
from viz.topology.notation_words import distance, kind, number, size
from viz.topology.quantities import MAX_CPUS
from viz.topology.shaped import note
from viz.topology.shapes import CLUSTERS, CPUS, CROSS, KINDS, NodeSpec, PlacedNode, Shape, usual_reach
from viz.wording import counted
from viz.work.limits import LIGHT_WORK

START = "2 sockets: cpu+dram 64G, pmem 256G; cross 21"
"""The line that the dialog shows if the machine on the page was not made by a line."""
MAX_FIELDS = 64
"""The largest number of rows of nodes in the dialog."""
MAX_TEXT = 400
"""The largest number of characters of a field."""

Controls = dict[str, Any]
Value = TypeVar("Value")


def shape(service: Service, question: Request) -> Request:
    """Return the line and the controls of a machine, and a description of it.

    The question has the controls as "shape", or a "line", or a machine. If the controls or the line are wrong, return
    {"wrong": one line, "at": the control that is wrong, "" for none}.
    """
    fields = question.get("shape")
    line = "" if isinstance(fields, dict) else _line(service, question)
    try:
        asked = shape_of(fields) if isinstance(fields, dict) else parsed(line)
        line = line or written(asked)
        machine = made(line)
    except TopologyError as error:
        return _wrong(error, isinstance(fields, dict))
    return {
        "line": line,
        "shape": controls(asked),
        "told": f"{counted(len(machine.nodes), 'node')}: {_nodes_by_socket(machine)}. {note(asked)}",
        "order": _order(machine, question),
        "kinds": {name: memory.label for name, memory in KINDS.items()},
        "usual": {"cpus": str(CPUS), "cross": str(CROSS), "cluster_at": str(CLUSTERS)},
    }


def _wrong(error: TopologyError, in_controls: bool) -> Request:
    """Return the answer about an error: one line that says what is wrong, and the name of the control with the error.

    The key of the error is the name of a control, or a pair of nodes, which the control "pairs" contains. Unless the
    error is `in_controls`, it is in the dialog's line.
    """
    is_pair = error.key[:1].isdigit()
    problem = f"{error.key}: {error.problem}" if is_pair else error.problem
    control = ("pairs" if is_pair else error.key) if in_controls else "line"
    return {"wrong": str(TopologyError(problem)), "at": control}


def _line(service: Service, question: Request) -> str:
    line = question.get("line")
    return line if isinstance(line, str) else line_of(service.topology(question)) or START


def _nodes_by_socket(machine: Topology) -> str:
    """Return the nodes of each socket as text: "0-1 in A, 2 shared by all"."""
    sockets: dict[str, list[int]] = {}
    for node in machine.nodes:
        sockets.setdefault(node.socket or "", []).append(node.id)
    parts = [f"{node_list(ids)} {name.lower() if ' ' in name else f'in {name}'}" for name, ids in sockets.items()]
    return ", ".join(parts[:8]) + (", ..." if len(parts) > 8 else "")


def _order(machine: Topology, question: Request) -> list[str]:
    """Return the order of the machine under the kernel of the question, as lines of text.

    For more than LIGHT_WORK nodes return an empty list, because the order would take long to compute.
    """
    if len(machine.nodes) > LIGHT_WORK:
        return []
    kernel, zonelists = question.get("kernel"), question.get("zonelists")
    known = zonelists if zonelists in ("boot", "runtime") else None
    return outcome(Run.of(machine, kernel if isinstance(kernel, str) else None, known).order())


# ---- a shape as controls


def controls(asked: Shape) -> Controls:
    """Return the controls of a shape, as the object that the page gets."""
    return {
        "sockets": str(asked.sockets),
        "clusters": str(asked.clusters),
        "cluster_at": _text(asked.cluster_at),
        "cross": " ".join(map(str, asked.cross)),
        "ring": asked.ring,
        "cpus_first": asked.cpus_first,
        "stands": [_row(asked, PlacedNode(spec, 0)) for spec in asked.node_specs],
        "shared": [_row(asked, PlacedNode(spec)) for spec in asked.shared],
        "pairs": "; ".join(map(str, asked.pairs)),
    }


def _row(asked: Shape, node: PlacedNode) -> Controls:
    """Return the fields of the row for a node. Under "usual" are the values that empty fields stand for."""
    spec = node.spec
    usual = {} if not spec.kind else {"size": size_word(KINDS[spec.kind].size), "at": str(usual_reach(asked, node))}
    return {
        "count": str(spec.count),
        "has_cpus": spec.cpus != 0,
        "cpus": _text(spec.cpus or None),
        "kind": spec.kind,
        "size": size_word(spec.size),
        "at": _text(spec.at),
        "per_socket": spec.per_socket,
        "usual": usual,
    }


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


# ---- controls as a shape


def shape_of(fields: Controls) -> Shape:
    """Return the shape that the controls describe.

    Raise TopologyError with the name of the control as its key if a control is wrong.
    """
    hops = tuple(_each(fields, "cross", distance))
    ring = fields.get("ring") is True
    if len(hops) > 1 and not ring:
        raise TopologyError("several distances are those of a ring: one hop, two hops, ...", "cross")
    return Shape(
        sockets=_read(fields, "sockets", lambda text: number(text, 1, MAX_NUMNODES, "a number of sockets")) or 1,
        node_specs=tuple(_node_specs(fields, "stands")),
        clusters=_read(fields, "clusters", lambda text: number(text, 1, MAX_NUMNODES, "a number of clusters")) or 1,
        cluster_at=_read(fields, "cluster_at", distance),
        cross=hops or ((CROSS,) if ring else ()),
        ring=ring,
        shared=tuple(_node_specs(fields, "shared")),
        cpus_first=fields.get("cpus_first") is True,
        pairs=tuple(_each(fields, "pairs", pair, ";")),
    )


def _node_specs(fields: Controls, key: str) -> Iterator[NodeSpec]:
    rows = fields.get(key)
    if not isinstance(rows, list) or len(rows) > MAX_FIELDS or not all(isinstance(row, dict) for row in rows):
        raise TopologyError("is not understood", key)
    if not rows and key == "stands":
        raise TopologyError("a socket needs at least one node", key)
    for index, row in enumerate(rows):
        yield _node_spec(row, f"{key}.{index}")


def _node_spec(row: Controls, row_name: str) -> NodeSpec:
    cpus: int | None = 0
    if row.get("has_cpus") is True:
        cpus = _read(row, "cpus", lambda text: number(text, 1, MAX_CPUS, "a number of CPUs"), row_name)
    name = _read(row, "kind", kind, row_name) or ""
    if not name and cpus == 0:
        raise TopologyError("a node has CPUs, memory or both", f"{row_name}.kind")
    return NodeSpec(
        kind=name,
        size=_read(row, "size", size, row_name) if name else None,
        cpus=cpus,
        at=_read(row, "at", distance, row_name) if cpus == 0 else None,
        count=_read(row, "count", lambda text: number(text, 1, MAX_NUMNODES, "a number of nodes"), row_name) or 1,
        per_socket=row.get("per_socket") is True,
    )


def _read(fields: Controls, key: str, read: Callable[[str], Value], row_name: str = "") -> Value | None:
    """Return the value of a control, or None if it is empty.

    Raise TopologyError with the name of the control as its key if the text is wrong.
    """
    text, control = fields.get(key, ""), f"{row_name}.{key}" if row_name else key
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise TopologyError("is not understood", control)
    try:
        return read(text.strip()) if text.strip() else None
    except TopologyError as error:
        raise TopologyError(error.problem, control) from None


def _each(fields: Controls, key: str, read: Callable[[str], Value], between: str | None = None) -> list[Value]:
    """Return the values of a control that holds several, separated by `between` or, if that is None, by spaces."""
    parts = _read(fields, key, lambda text: text.split(between)) or []
    values = (_read({key: part}, key, read) for part in parts)
    return [value for value in values if value is not None]
