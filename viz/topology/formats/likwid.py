"""Read the section on NUMA domains that likwid-topology prints, in its older and its newer form.

Domain:          0                              Domain 0:
Processors:      ( 0 20 1 21 )                  Processors:  0 20 1 21
Distances:       10 21                          Relative distance to nodes:  10 21
Total memory:    31906.2 MB                     Memory: 30884.5 MB free of total 31906.2 MB
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from viz.kernel.nodemask import node_list
from viz.topology.errors import SecondMachine, TopologyError, shown
from viz.topology.formats import words
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology

_DOMAIN_LINE = re.compile(r"^[ \t>|+*#]*Domain(?::[ \t]*[0-9]+|[ \t]+[0-9]+:)[ \t]*(?:=20)?\r?$", re.MULTILINE)
_DOMAIN = re.compile(r"Domain(?::\s*(\S{1,9})|\s+(\S{1,9}):)")
_MB = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?|[1-9](?:\.[0-9]{1,5})?e\+0[6-9]) MB")  # a number printed with %g
_MAX_ROW = 1024


def like_likwid(text: str) -> bool:
    """Return whether a line starts a NUMA domain as likwid-topology prints it."""
    return _DOMAIN_LINE.search(text) is not None and "Processors:" in text


def read_likwid(text: str, name: str = "") -> ParseResult:
    """Return the topology from the output of likwid-topology."""
    try:
        return _partial_topology(text).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _partial_topology(text: str) -> PartialTopology:
    partial = PartialTopology("likwid-topology output")
    rows: dict[int, tuple[list[str], str]] = {}
    node = -1
    for number, line in words.unwrapped(text):
        where = f"line {number}"
        match = _DOMAIN.fullmatch(line)
        label, _, rest = line.partition(":")
        label = " ".join(label.split())
        if match:
            node = words.node_id(match[1] or match[2], where)
            if node in partial.nodes:
                raise SecondMachine(f"domain {node} comes a second time; give one machine at a time", where)
            partial.node(node)
        elif node >= 0 and label in _LABELS:
            _LABELS[label](partial, node, rest.strip(), where)
        elif node >= 0 and label in ("Distances", "Relative distance to nodes"):
            rows[node] = rest.split(), where
    _take_rows(partial, rows)
    return partial


def _take_cpus(partial: PartialTopology, node: int, rest: str, where: str) -> None:
    numbers = ",".join(rest.strip("() \t").replace(",", " ").split())
    partial.node(node).cpus = words.cpu_list(numbers, node, where)


def _take_memory(partial: PartialTopology, node: int, rest: str, where: str) -> None:
    match = _MB.fullmatch(" ".join(rest.split()[-2:]))
    if not match:
        raise TopologyError(f"the memory of domain {node} must be a number of MB, not {shown(rest)}", where)
    partial.node(node).memory = int(Decimal(match[1]) * 2**20)


_LABELS: dict[str, Callable[[PartialTopology, int, str, str], None]] = {
    "Processors": _take_cpus,
    "Total memory": _take_memory,
    "Memory": _take_memory,
}


def _take_rows(partial: PartialTopology, rows: dict[int, tuple[list[str], str]]) -> None:
    """Store the rows of distances; their columns are the domains in the order in which they are printed."""
    if not rows:
        return
    columns = list(partial.nodes)
    for node, (row, where) in rows.items():
        if len(row) != len(columns):
            problem = f"domain {node} has {len(row)} distances; it needs one for each of {node_list(columns)}"
            raise TopologyError(problem, where)
        partial.rows[node] = [
            words.distance(word, node, other, where) for word, other in zip(row, columns, strict=True)
        ]
    partial.columns = columns
