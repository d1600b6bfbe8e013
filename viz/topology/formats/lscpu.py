"""Read the nodes and their CPUs from the output of lscpu, in any language; it shows neither memory nor distances.

NUMA node0 CPU(s):   0-15,32-47           the number is in the label, which is translated
NUMA node(s):        2                    no number in the label: how many nodes there are
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from viz.topology.errors import SecondMachine, TopologyError
from viz.topology.formats import words
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology

_LABEL = re.compile(r"(?=[^:\uff1a\n]{0,80}NUMA)[^:\uff1a0-9\n]{0,60}([0-9]{1,6})[^:\uff1a0-9\n]{0,60}[:\uff1a]")
_NUMA_LINE = re.compile(rf"^[ \t>|+*#]*+{_LABEL.pattern}[0-9,:\u002d \t]*+(?:=|=20)?\r?$", re.MULTILINE)
_JSON = re.compile(r"\"field\":\s{0,9}\"([^\"\n]{1,120}:)\",\s{0,99}\"data\":\s{0,9}(?:\"([^\"\n]*)\"|null)")


def like_lscpu(text: str) -> bool:
    """Return whether a line lists the CPUs of a NUMA node."""
    return _NUMA_LINE.search(text) is not None


def like_lscpu_json(text: str) -> bool:
    """Return whether the text is the output of lscpu --json."""
    return text.lstrip().startswith("{") and '"lscpu"' in text[:200]


def read_lscpu(text: str, name: str = "") -> ParseResult:
    """Return the topology from the output of lscpu; its distances are unknown."""
    try:
        partial = PartialTopology("lscpu output")
        for where, line in _lines(text):
            match = _LABEL.match(line)
            if not match:
                continue
            node, cpus = words.node_id(match[1], where), line[match.end() :].strip()
            listed = words.cpu_list("" if cpus == "-" else cpus, node, where)
            if partial.node(node).cpus not in (None, listed):
                raise SecondMachine(f"node {node} comes a second time; give one machine at a time", where)
            partial.node(node).cpus = listed
        return partial.loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _lines(text: str) -> Iterator[tuple[str, str]]:
    if like_lscpu_json(text):
        for match in _JSON.finditer(text):
            yield "lscpu", f"{match[1]} {match[2] or ''}"
    else:
        for number, line in words.unwrapped(text):
            yield f"line {number}", line.replace(", ", ",")
