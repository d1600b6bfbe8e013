"""Xen: `xl info -n` of a host, or the vnuma list of a guest's xl.cfg.

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
from viz.topology.errors import TopologyError
from viz.topology.formats import words
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology, nodes_text
from viz.topology.quantities import MAX_CPUS

_LOOKS = re.compile(
    r"^[ \t>|+*#]*node:[ \t]+memsize[ \t]+memfree[ \t]+distances|^[ \t>|+*#]*vnuma[ \t]*=[ \t]*\[", re.MULTILINE
)
_QUOTED = re.compile(r"[\"']([a-z]{1,20}+)[ \t]{0,9}=[ \t]{0,9}+([^\"'\n]*+)[\"']")
_FAR = "4294967295"


def like_xen(text: str) -> bool:
    """Whether the text holds the heading of Xen's nodes, or a guest's vnuma."""
    return _LOOKS.search(text) is not None


def read_xen(text: str, name: str = "") -> ParseResult:
    """The topology in the output of xl info -n, or in an xl.cfg."""
    try:
        draft = PartialTopology("xl info -n output")
        rows = dict(_host(text, draft)) or dict(_guest(text, draft))
        _take_rows(draft, rows)
        return draft.loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _host(text: str, draft: PartialTopology) -> Iterator[tuple[int, tuple[list[str], str]]]:
    """Rows by node, their line with them; the draft has the nodes."""
    section, cpus = "", dict[int, list[int]]()
    for number, line in words.unwrapped(text):
        line = line.replace("->", " ").replace("<-", " ")  # a mail's arrows at a number
        where, cells = f"line {number}", line.split()
        if line.startswith(("cpu:", "node:")):
            if draft.nodes:
                raise TopologyError("a second machine starts here; give one at a time", where)
            section = line.partition(":")[0]
        elif section and cells and cells[0].endswith(":") and cells[0][:-1].isdigit():
            if section == "cpu" and len(cells) == 4:
                node = words.node_id(cells[3], where)
                cpus.setdefault(node, []).append(words.count(cells[0][:-1], "a CPU", where, MAX_CPUS - 1))
            elif section == "node":
                yield _host_node(draft, cells, where)
        elif section == "node" and cells:
            section = ""
    for node in draft.nodes:
        draft.nodes[node].cpus = node_list(sorted(set(cpus.get(node, [])))) if cpus else None


def _host_node(draft: PartialTopology, cells: list[str], where: str) -> tuple[int, tuple[list[str], str]]:
    node = words.node_id(cells[0][:-1], where)
    if node in draft.nodes:
        raise TopologyError(f"node {node} comes a second time; each node has one line", where)
    if len(cells) < 4:
        raise TopologyError(f"node {node} needs memsize, memfree and distances; is the text cut off?", where)
    draft.node(node).memory = words.count(cells[1], "memsize", where, 2**40) * 2**20
    listed = itertools.takewhile(lambda cell: not cell[0].isalpha() or cell == "nan", cells[3:])  # a remark may follow
    return node, (",".join(listed).replace(",,", ",").split(","), where)


def _guest(text: str, draft: PartialTopology) -> Iterator[tuple[int, tuple[list[str], str]]]:
    node = -1
    line, at = 1, 0
    for match in _QUOTED.finditer(text, max(text.find("vnuma"), 0)):
        key, value = match[1], match[2].strip()
        line += text.count("\n", at, match.start())
        at = match.start()
        where = f"line {line}"
        if key == "pnode":
            node += 1
            draft.node(words.node_id(str(node), where))
        elif node < 0:
            continue
        elif key == "size":
            draft.node(node).memory = words.count(value, "size", where, 2**40) * 2**20
        elif key == "vcpus":
            draft.node(node).cpus = words.cpu_list(value, node, where)
        elif key == "vdistances":
            yield node, ([word.strip() for word in value.split(",")], where)


def _take_rows(draft: PartialTopology, rows: dict[int, tuple[list[str], str]]) -> None:
    """Columns are the nodes in ascending order; what Xen has no number for is unreachable."""
    columns = sorted(draft.nodes)
    far = set()
    for node, (row, where) in rows.items():
        if len(row) != len(columns):
            problem = f"node {node} has {len(row)} distances; it needs one for each of {node_list(columns)}"
            raise TopologyError(problem, where)
        far |= {node} if _FAR in row else set()
        cells = [str(LARGEST) if word == _FAR else word for word in row]
        draft.rows[node] = [words.distance(word, node, to, where) for word, to in zip(cells, columns, strict=True)]
    draft.columns = columns if rows else []
    if far:
        sentence = f"Xen knows no distance from {nodes_text(far)} to some others; {LARGEST}, unreachable, is taken."
        draft.guess("distances", sentence, sorted(far))
