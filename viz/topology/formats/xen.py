"""Read Xen's nodes: `xl info -n` of a host, or the vnuma list of a guest's xl.cfg.

cpu_topology           :                   numa_info              :
cpu:    core    socket     node            node:    memsize    memfree    distances
  0:       0        0        0                0:     67584      60672      10,21       MB

vnuma = [ ["pnode=0", "size=2048", "vcpus=0,4", "vdistances=10,20"], [...] ]            MB
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from viz.kernel.nodemask import node_list
from viz.topology.distances import LARGEST
from viz.topology.errors import SecondMachine, TopologyError
from viz.topology.formats import words
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology, nodes_text
from viz.topology.quantities import MAX_CPUS

_XEN_LINE = re.compile(
    r"^[ \t>|+*#]*node:[ \t]+memsize[ \t]+memfree[ \t]+distances|^[ \t>|+*#]*vnuma[ \t]*=[ \t]*\[", re.MULTILINE
)
_QUOTED = re.compile(r"[\"']([a-z]{1,20}+)[ \t]{0,9}=[ \t]{0,9}+([^\"'\n]*+)[\"']")
_NO_DISTANCE = "4294967295"
"""The number that Xen prints in place of an unknown distance."""


def like_xen(text: str) -> bool:
    """Return whether the text holds the heading of Xen's nodes, or a guest's vnuma."""
    return _XEN_LINE.search(text) is not None


def read_xen(text: str, name: str = "") -> ParseResult:
    """Return the topology from the output of xl info -n, or from an xl.cfg."""
    try:
        partial = PartialTopology("xl info -n output")
        rows = dict(_host_rows(text, partial)) or dict(_guest_rows(text, partial))
        _take_rows(partial, rows)
        return partial.loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _host_rows(text: str, partial: PartialTopology) -> Iterator[tuple[int, tuple[list[str], str]]]:
    """Add the nodes of a host to the topology, and yield each node with its row and the line of the row."""
    section, cpus = "", dict[int, list[int]]()
    for number, line in words.unwrapped(text):
        line = line.replace("->", " ").replace("<-", " ")  # in mails people point at numbers with arrows
        where, cells = f"line {number}", line.split()
        if line.startswith(("cpu:", "node:")):
            if partial.nodes:
                raise SecondMachine("a second machine starts here; give one at a time", where)
            section = line.partition(":")[0]
        elif section and cells and cells[0].endswith(":") and cells[0][:-1].isdigit():
            if section == "cpu" and len(cells) == 4:
                node = words.node_id(cells[3], where)
                cpus.setdefault(node, []).append(words.count(cells[0][:-1], "a CPU", where, MAX_CPUS - 1))
            elif section == "node":
                yield _take_host_node(partial, cells, where)
        elif section == "node" and cells:
            section = ""
    for node in partial.nodes:
        partial.nodes[node].cpus = node_list(sorted(set(cpus.get(node, [])))) if cpus else None


def _take_host_node(partial: PartialTopology, cells: list[str], where: str) -> tuple[int, tuple[list[str], str]]:
    node = words.node_id(cells[0][:-1], where)
    if node in partial.nodes:
        raise TopologyError(f"node {node} comes a second time; each node has one line", where)
    if len(cells) < 4:
        raise TopologyError(f"node {node} needs memsize, memfree and distances; is the text cut off?", where)
    partial.node(node).memory = words.mebibytes(cells[1], "memsize", where)
    # A remark may follow the distances.
    distances = itertools.takewhile(lambda cell: not cell[0].isalpha() or cell == "nan", cells[3:])
    return node, (",".join(distances).replace(",,", ",").split(","), where)


def _guest_rows(text: str, partial: PartialTopology) -> Iterator[tuple[int, tuple[list[str], str]]]:
    node = -1
    line, position = 1, 0
    for match in _QUOTED.finditer(text, max(text.find("vnuma"), 0)):
        key, value = match[1], match[2].strip()
        line += text.count("\n", position, match.start())
        position = match.start()
        where = f"line {line}"
        if key == "pnode":
            node += 1
            partial.node(words.node_id(str(node), where))
        elif node < 0:
            continue
        elif key == "size":
            partial.node(node).memory = words.mebibytes(value, "size", where)
        elif key == "vcpus":
            partial.node(node).cpus = words.cpu_list(value, node, where)
        elif key == "vdistances":
            yield node, ([word.strip() for word in value.split(",")], where)


def _take_rows(partial: PartialTopology, rows: dict[int, tuple[list[str], str]]) -> None:
    """Store the rows of distances; their columns are the nodes in ascending order.

    A pair for which Xen has no distance becomes unreachable.
    """
    columns = sorted(partial.nodes)
    incomplete = set()
    for node, (row, where) in rows.items():
        if len(row) != len(columns):
            problem = f"node {node} has {len(row)} distances; it needs one for each of {node_list(columns)}"
            raise TopologyError(problem, where)
        incomplete |= {node} if _NO_DISTANCE in row else set()
        cells = [str(LARGEST) if word == _NO_DISTANCE else word for word in row]
        partial.rows[node] = [
            words.distance(word, node, other, where) for word, other in zip(cells, columns, strict=True)
        ]
    partial.columns = columns if rows else []
    if incomplete:
        sentence = (
            f"Xen knows no distance from {nodes_text(incomplete)} to some others; {LARGEST}, unreachable, is taken."
        )
        partial.guess("distances", sentence, sorted(incomplete))
