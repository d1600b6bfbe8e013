"""Read what `numactl -H` printed, as people paste it: from a terminal or a mail, with remarks in between.

    available: 3 nodes (0-1,3)                 the ids may have gaps
    node 0 cpus: 0 1 2 3                       may be wrapped over lines; or "0-3 (4)" with --cpu-compress
    node 0 size: 95991 MB                      MB are MiB; 0 MB = no memory; "<not available>"
    node distances:                            or "No distance information available."
    node   0   1   3                           columns by node id; they need not be aligned
      0:  10  21  28                           a row by node id

numactl_lines.py splits the text into statements. This module collects them in a Listing, refuses a listing that
contradicts itself, and makes a topology of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from viz.kernel.nodemask import node_list
from viz.topology.distances import distance_problem, is_distance
from viz.topology.errors import SecondMachine, TopologyError, printable, shown
from viz.topology.formats.numactl_lines import Statement, statements
from viz.topology.formats.words import cpu_list
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import ASSUMED_MEMORY, NodeFacts, PartialTopology, nodes_text
from viz.topology.quantities import node_ids

_NUMACTL_LINE = re.compile(
    r"\bavailable:\s+\d+\s+nodes?\b|\bnode\s+distances:|\b[nN]ode\s+\d+\s+(?:cpus|size):|\bNo NUMA .{0,9}available"
    r"|^[ \t>|+*#]{0,20}node(?:[ \t]{1,20}[0-9]{1,4}){1,1024}[ \t]{0,20}\r?\n"
    r"[ \t>|+*#]{0,20}[0-9]{1,4}:?[ \t]{1,20}[0-9]",
    re.MULTILINE,
)
_UNITS = {
    f"{letter}{tail}": 2 ** (10 * power)  # numactl prints only MB, and means MiB; people may edit that
    for power, letters in enumerate(("kK", "M", "G", "T"), 1)
    for letter in letters
    for tail in ("B", "iB")
}
_SIZE = re.compile(r"([0-9]{1,9}) ?([kKMGT]i?B)(?: .*)?")


def like_numactl(text: str) -> bool:
    """Return whether the text holds, even in the middle of a line, what only numactl -H prints."""
    return _NUMACTL_LINE.search(text) is not None


def read_numactl(text: str, name: str = "") -> ParseResult:
    """Return the topology from numactl -H output; other text before, after and between its lines is ignored."""
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
    """The statements collected so far, and their values. A statement may be repeated only with the same words."""

    statements: dict[tuple[str, int], Statement] = field(default_factory=dict)
    """The first statement of each kind about each node; the node is -1 for a kind that is not about a node."""
    cpus: dict[int, str] = field(default_factory=dict)
    memory: dict[int, int] = field(default_factory=dict)
    columns: list[int] = field(default_factory=list)
    rows: dict[int, bytes] = field(default_factory=dict)
    last_row: int = 0
    """The line number of the latest row."""

    def take(self, statement: Statement) -> None:
        """Add the statement to the listing; raise TopologyError if it contradicts an earlier one."""
        if _joined(statement):
            statement.refuse("several lines of numactl -H stand in one line; paste them with their line breaks")
        node = statement.node_id() if statement.node else -1
        if statement.kind == "row" and self._is_prose(statement):
            return
        earlier = self.statements.setdefault((statement.kind, node), statement)
        if earlier is statement:
            self._take_new(node, statement)
        elif statement.kind in ("available", "distances", "header"):
            problem = f"a second machine starts here, the first is on line {earlier.line}; give one at a time"
            raise SecondMachine(problem, f"line {statement.line}")
        elif statement.kind == "row":
            statement.refuse(f"node {node} has a row already, on line {earlier.line}; each node has one")
        elif statement.kind == "cpus" or (statement.kind == "size" and statement.words != earlier.words):
            problem = f"node {node} has another {statement.kind} on line {earlier.line}; give one machine only"
            raise SecondMachine(problem, f"line {statement.line}")

    def _take_new(self, node: int, statement: Statement) -> None:
        match statement.kind:
            case "cpus":
                self._take_cpus(node, statement)
            case "lscpu" if ("cpus", node) not in self.statements:  # people paste lscpu above a numactl without CPUs
                self._take_cpus(node, statement)
            case "size":
                self._take_size(node, statement)
            case "header":
                self._take_header(statement)
            case "row":
                self._take_row(node, statement)

    def _is_prose(self, row: Statement) -> bool:
        """Return whether a line such as "1: see above" or "1: 2" after a complete matrix is prose and not a row."""
        if not self.rows or len(self.rows) < len(self.columns):
            return False
        unlike_rows = len(row.words) != len(self.columns) and row.line > self.last_row + 1
        return unlike_rows or not all(word.isdigit() for word in row.words)

    def _take_cpus(self, node: int, statement: Statement) -> None:
        words = [word for word in statement.words if not word.startswith("(")]  # "(16)" is the number of CPUs before it
        self.cpus[node] = cpu_list(",".join(words).replace(",,", ","), node, f"line {statement.line}")

    def _take_size(self, node: int, statement: Statement) -> None:
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

    def _take_header(self, statement: Statement) -> None:
        for word in statement.words:
            column = statement.id_of(word)
            if column in self.columns:
                statement.refuse(f"node {column} has two columns; each node has one")
            self.columns.append(column)

    def _take_row(self, node: int, row: Statement) -> None:
        words = row.words
        if node not in self.columns:
            row.refuse(f"a row for node {node}, which has no column; the columns are {node_list(sorted(self.columns))}")
        if len(words) != len(self.columns):
            problem = f"the row of node {node} has {len(words)} distances for {len(self.columns)} columns"
            row.refuse(f"{problem}; it needs one for each of the nodes {node_list(sorted(self.columns))}")
        cells = [int(word) if word.isascii() and word.isdigit() and len(word) < 18 else word for word in words]
        wrong = next((column for column, cell in enumerate(cells) if not is_distance(cell)), None)
        if wrong is not None:
            row.refuse(f"from node {node} to node {self.columns[wrong]}: {distance_problem(cells[wrong])}")
        self.rows[node], self.last_row = bytes(map(int, cells)), row.line

    def check(self) -> None:
        """Raise TopologyError if something is missing: the header, the sizes and the rows must name the same nodes."""
        ids = self.ids()
        header = self.statements.get(("available", -1))
        if header:
            self._check_header(header, ids)
        if not ids:
            raise TopologyError('no line starts as those of numactl -H ("node 0 cpus: 0 1"); paste them unchanged')
        distances = self.statements.get(("distances", -1))
        if distances and not self.columns:
            distances.refuse("the distances are cut off; after this line come the columns and a row for each node")
        described = {node for kind, node in self.statements if kind in ("cpus", "size")}
        self._demand_each("row of distances", self.columns, self.rows)
        if self.columns and described:
            self._demand_each("row of distances", described, self.rows)
        # If the matrix is complete, a "..." in the listing can only stand for CPUs and sizes.
        if not (self.rows and ("elided", -1) in self.statements):
            self._demand_each('"cpus:" or "size:" line', ids if described else (), described)
            self._demand_each('"cpus:" line', ids if self.cpus else (), self.cpus)

    def _demand_each(self, what: str, wanted: Iterable[int], present: Iterable[int]) -> None:
        missing = set(wanted).difference(present)
        if missing:
            elided = self.statements.get(("elided", -1))
            where = f'; "..." on line {elided.line} stands for what is needed' if elided else "; is the text cut off?"
            raise TopologyError(f"no {what} for {nodes_text(missing)}{where}")

    def _check_header(self, header: Statement, ids: set[int]) -> None:
        count, listed = header.words[0], "".join(header.words[2:3])
        if count == "0":
            header.refuse("numactl saw no node at all; run it on the machine itself, not in a container")
        if count != str(len(ids)) or (listed[:1] == "(" and _ids_in(listed.strip("()")) != ids):
            words = printable(f"{count} nodes {listed}".strip(), 60)
            header.refuse(f"says {words}, but the lines are about {nodes_text(ids)}; is the text cut off?")

    def ids(self) -> set[int]:
        """Return every node that a line is about."""
        return {node for _, node in self.statements if node >= 0}.union(self.columns)


def _ids_in(listed: str) -> set[int]:
    """Return the node ids of the line "available:", without duplicates: old versions of numactl print 0 as "0-0"."""
    try:
        return set(node_ids(listed))
    except ValueError:
        return set()


def _is_placeholder(words: list[str]) -> bool:
    """Return whether a person has replaced the number of a size by a letter, as in "n MB"."""
    return len(words) > 1 and words[0] in ("n", "N", "x", "X", "xxx", "XXX", "?") and words[1] in _UNITS


def _joined(statement: Statement) -> bool:
    """Return whether a mail program has joined several lines of the listing into one."""
    return any(word == "node" or word.endswith(":") for word in statement.words)


def _partial_topology(listing: Listing) -> PartialTopology:
    """Return the nodes and distances of the listing; what it does not state is None."""
    partial = PartialTopology("numactl -H output", columns=listing.columns, rows=dict(listing.rows))
    for node in sorted(listing.ids()):
        partial.nodes[node] = NodeFacts(listing.cpus.get(node), listing.memory.get(node))
    without_size = [
        node for node in partial.nodes if listing.statements.get(("size", node), _NOTHING).words[:1] == ["<not"]
    ]
    if without_size:
        sentence = f"The size of {nodes_text(without_size)} was not available and is taken as none."
        partial.guess("memory", sentence, without_size, {node: {"memory": ASSUMED_MEMORY} for node in without_size})
    return partial


_NOTHING = Statement("", "", [], 0)
