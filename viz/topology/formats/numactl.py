"""What `numactl -H` printed, as people paste it: from a terminal, out of a mail, with remarks in between.

    available: 3 nodes (0-1,3)                 the ids may have gaps
    node 0 cpus: 0 1 2 3                       may be wrapped over lines; or "0-3 (4)" with --cpu-compress
    node 0 size: 95991 MB                      MB are MiB; 0 MB = no memory; "<not available>"
    node distances:                            or "No distance information available."
    node   0   1   3                           columns by node id, never aligned for sure
      0:  10  21  28                           a row by node id

numactl_lines.py makes statements of the text; here they become a listing that contradicts itself nowhere, and that a
topology.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from viz.kernel.nodemask import node_list
from viz.topology.distances import distance_problem, is_distance
from viz.topology.errors import TopologyError, printable, shown
from viz.topology.formats.numactl_lines import Statement, statements
from viz.topology.formats.words import cpu_list
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import ASSUMED_MEMORY, Found, PartialTopology, nodes_text
from viz.topology.quantities import node_ids

_LOOKS = re.compile(
    r"\bavailable:\s+\d+\s+nodes?\b|\bnode\s+distances:|\b[nN]ode\s+\d+\s+(?:cpus|size):|\bNo NUMA .{0,9}available"
    r"|^[ \t>|+*#]{0,20}node(?:[ \t]{1,20}[0-9]{1,4}){1,1024}[ \t]{0,20}\r?\n"
    r"[ \t>|+*#]{0,20}[0-9]{1,4}:?[ \t]{1,20}[0-9]",
    re.MULTILINE,
)
_UNITS = {
    f"{letter}{tail}": 2 ** (10 * power)  # numactl prints MB only, and means MiB; people edit
    for power, letters in enumerate(("kK", "M", "G", "T"), 1)
    for letter in letters
    for tail in ("B", "iB")
}
_SIZE = re.compile(r"([0-9]{1,9}) ?([kKMGT]i?B)(?: .*)?")


def like_numactl(text: str) -> bool:
    """Whether the text holds a line, or what may once have been a line, that only numactl -H prints."""
    return _LOOKS.search(text) is not None


def read_numactl(text: str, name: str = "") -> ParseResult:
    """The topology that a numactl -H listing shows, whatever stands before, after and between its lines."""
    try:
        listing = Listing()
        for statement in statements(text):
            listing.take(statement)
        listing.check()
        return _partial_topology(listing).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


@dataclass
class Listing:
    """All that the statements said. Whatever is said twice must be said the same."""

    said: dict[tuple[str, int], Statement] = field(default_factory=dict)
    """By kind and node, -1 for what is about no node."""
    cpus: dict[int, str] = field(default_factory=dict)
    memory: dict[int, int] = field(default_factory=dict)
    columns: list[int] = field(default_factory=list)
    rows: dict[int, bytes] = field(default_factory=dict)
    last_row: int = 0
    """The line of the row that came last."""

    def take(self, statement: Statement) -> None:
        """The listing holds the statement too; TopologyError where it cannot be true."""
        if _joined(statement):
            statement.refuse("several lines of numactl -H stand in one line; paste them with their line breaks")
        node = statement.node_id() if statement.node else -1
        if statement.kind == "row" and self._is_prose(statement):
            return
        earlier = self.said.setdefault((statement.kind, node), statement)
        if earlier is statement:
            self._take_new(node, statement)
        elif statement.kind in ("available", "distances", "header"):
            statement.refuse(f"a second machine starts here, the first is on line {earlier.line}; give one at a time")
        elif statement.kind == "row":
            statement.refuse(f"node {node} has a row already, on line {earlier.line}; each node has one")
        elif statement.kind == "cpus" or (statement.kind == "size" and statement.words != earlier.words):
            statement.refuse(f"node {node} has another {statement.kind} on line {earlier.line}; give one machine only")

    def _take_new(self, node: int, statement: Statement) -> None:
        match statement.kind:
            case "cpus":
                self._cpus(node, statement)
            case "lscpu" if ("cpus", node) not in self.said:  # some paste it above a listing without CPUs
                self._cpus(node, statement)
            case "size":
                self._size(node, statement)
            case "header":
                self._header(statement)
            case "row":
                self._row(node, statement)

    def _is_prose(self, row: Statement) -> bool:
        """Whether a line such as "1: see above" or "1: 2" comes after a matrix that is complete without it."""
        if not self.rows or len(self.rows) < len(self.columns):
            return False
        other = len(row.words) != len(self.columns) and row.line > self.last_row + 1
        return other or not all(word.isdigit() for word in row.words)

    def _cpus(self, node: int, statement: Statement) -> None:
        words = [word for word in statement.words if not word.startswith("(")]  # "(16)" counts what it follows
        self.cpus[node] = cpu_list(",".join(words).replace(",,", ","), node, f"line {statement.line}")

    def _size(self, node: int, statement: Statement) -> None:
        words = statement.words
        match = _SIZE.fullmatch(" ".join(words[:3]))
        if words[:2] == ["<not", "available>"]:
            self.memory[node] = 0
        elif _is_placeholder(words):
            return
        elif not match:
            got = " ".join(words[:3])[:60]
            statement.refuse(f'the size of node {node} must be a number of MB, such as "95991 MB", not {shown(got)}')
        else:
            self.memory[node] = int(match[1]) * _UNITS[match[2]]

    def _header(self, statement: Statement) -> None:
        for word in statement.words:
            column = statement.id_of(word)
            if column in self.columns:
                statement.refuse(f"node {column} has two columns; each node has one")
            self.columns.append(column)

    def _row(self, node: int, row: Statement) -> None:
        words = row.words
        if node not in self.columns:
            row.refuse(f"a row for node {node}, which has no column; the columns are {node_list(sorted(self.columns))}")
        if len(words) != len(self.columns):
            problem = f"the row of node {node} has {len(words)} distances for {len(self.columns)} columns"
            row.refuse(f"{problem}; it needs one for each of the nodes {node_list(sorted(self.columns))}")
        cells = [int(word) if word.isascii() and word.isdigit() and len(word) < 18 else word for word in words]
        wrong = next((place for place, cell in enumerate(cells) if not is_distance(cell)), None)
        if wrong is not None:
            row.refuse(f"from node {node} to node {self.columns[wrong]}: {distance_problem(cells[wrong])}")
        self.rows[node], self.last_row = bytes(map(int, cells)), row.line

    def check(self) -> None:
        """Nothing is missing in the middle: all that is said is said of the same nodes."""
        ids = self.ids()
        header = self.said.get(("available", -1))
        if header:
            self._check_header(header, ids)
        if not ids:
            raise TopologyError('no line starts as those of numactl -H ("node 0 cpus: 0 1"); paste them unchanged')
        distances = self.said.get(("distances", -1))
        if distances and not self.columns:
            distances.refuse("the distances are cut off; after this line come the columns and a row for each node")
        described = {node for kind, node in self.said if kind in ("cpus", "size")}
        self._demand_each("row of distances", self.columns, self.rows)
        if self.columns and described:
            self._demand_each("row of distances", described, self.rows)
        if not (self.rows and ("elided", -1) in self.said):  # else only CPUs and sizes are left out
            self._demand_each('"cpus:" or "size:" line', ids if described else (), described)
            self._demand_each('"cpus:" line', ids if self.cpus else (), self.cpus)

    def _demand_each(self, what: str, wanted: Iterable[int], given: Iterable[int]) -> None:
        missing = set(wanted).difference(given)
        if missing:
            elided = self.said.get(("elided", -1))
            where = f'; "..." on line {elided.line} stands for what is needed' if elided else "; is the text cut off?"
            raise TopologyError(f"no {what} for {nodes_text(missing)}{where}")

    def _check_header(self, header: Statement, ids: set[int]) -> None:
        count, listed = header.words[0], "".join(header.words[2:3])
        if count == "0":
            header.refuse("numactl saw no node at all; run it on the machine itself, not in a container")
        if count != str(len(ids)) or (listed[:1] == "(" and _ids_in(listed.strip("()")) != ids):
            said = printable(f"{count} nodes {listed}".strip(), 60)
            header.refuse(f"says {said}, but the lines are about {nodes_text(ids)}; is the text cut off?")

    def ids(self) -> set[int]:
        """Every node that a line is about."""
        return {node for _, node in self.said if node >= 0}.union(self.columns)


def _ids_in(listed: str) -> set[int]:
    """The node ids of the first line; old versions print one node as 0-0."""
    try:
        return set(node_ids(listed))
    except ValueError:
        return set()


def _is_placeholder(words: list[str]) -> bool:
    """Whether a person put a letter where the number was, as in "n MB"."""
    return len(words) > 1 and words[0] in ("n", "N", "x", "X", "xxx", "XXX", "?") and words[1] in _UNITS


def _joined(statement: Statement) -> bool:
    """Whether words of other lines follow in the same line: someone's mail program filled the paragraph."""
    return any(word == "node" or word.endswith(":") for word in statement.words)


def _partial_topology(listing: Listing) -> PartialTopology:
    """All that the listing says, and what its lines leave open."""
    draft = PartialTopology("numactl -H output", columns=listing.columns, rows=dict(listing.rows))
    for node in sorted(listing.ids()):
        draft.nodes[node] = Found(listing.cpus.get(node), listing.memory.get(node))
    hidden = [node for node in draft.nodes if listing.said.get(("size", node), _NOTHING).words[:1] == ["<not"]]
    if hidden:
        sentence = f"The size of {nodes_text(hidden)} was not available and is taken as none."
        draft.guess("memory", sentence, hidden, {node: {"memory": ASSUMED_MEMORY} for node in hidden})
    return draft


_NOTHING = Statement("", "", [], 0)
