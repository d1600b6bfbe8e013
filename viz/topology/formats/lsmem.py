"""Read the sizes of nodes from `lsmem` with its column NODE; it shows neither CPUs nor distances.

RANGE                                  SIZE  STATE REMOVABLE BLOCK NODE        lsmem -o+NODE; the columns may differ
0x0000000000000000-0x000000007fffffff    2G online       yes  0-15    0
RANGE="0x..." SIZE="2G" STATE="online" NODE="0"                                lsmem -P
{"memory": [{"range": "0x...", "size": "2G", "state": "online", "node": 0}]}   lsmem -J
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from viz.topology.errors import TopologyError, shown
from viz.topology.formats import words
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology
from viz.topology.quantities import MAX_BYTES

_HEADER = re.compile(
    r"^[ \t>|+*#]*+(?=[^\n]{0,200}\b(?:RANGE|SIZE)\b)(?=[^\n]{0,200}\bNODE\b)[A-Z_ \t]++\r?$", re.MULTILINE
)
_PAIRS = re.compile(r"\b(RANGE|SIZE|STATE|NODE)=\"([^\"\n]{0,100})\"")
_OBJECT = re.compile(r"\{[^{}]{0,2000}\"node\"[^{}]{0,400}\}")
_JSON_PAIR = re.compile(r"\"(range|size|state|node)\":\s{0,9}\"?([\w.-]{1,80})\"?")
_SIZE = re.compile(r"([0-9]{1,19})(?:\.([0-9]{1,3}))?([KMGTP]?)")
_RANGE = re.compile(r"0x([0-9a-fA-F]{1,16})-0x([0-9a-fA-F]{1,16})")

Block = dict[str, str]
"""The cells of a row by the names of their columns, in capitals."""


def like_lsmem(text: str) -> bool:
    """Return whether the text is a table of lsmem that names nodes."""
    return _HEADER.search(text) is not None or ('NODE="' in text and 'SIZE="' in text)


def like_lsmem_json(text: str) -> bool:
    """Return whether the text is the output of lsmem --json, with nodes."""
    return text.lstrip().startswith("{") and '"memory"' in text[:200] and '"node"' in text and '"range"' in text


def read_lsmem(text: str, name: str = "") -> ParseResult:
    """Return the nodes with their sizes; a node whose memory is all offline starts with 0 blocks online."""
    try:
        partial = PartialTopology("lsmem output")
        online: set[int] = set()
        for where, block in _json_blocks(text) if like_lsmem_json(text) else _blocks(text):
            if block.get("NODE", "-").isdigit():
                node = words.node_id(block["NODE"], where)
                facts = partial.node(node)
                facts.memory = (facts.memory or 0) + _bytes(block, where)
                online |= {node} if block.get("STATE", "online").startswith("online") else set()
        for node, facts in partial.nodes.items():
            if node not in online and facts.memory:
                facts.extra["blocks"] = 0
        return partial.loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _json_blocks(text: str) -> Iterator[tuple[str, Block]]:
    for match in _OBJECT.finditer(text):
        yield "lsmem", {pair[1].upper(): pair[2] for pair in _JSON_PAIR.finditer(match[0])}


def _blocks(text: str) -> Iterator[tuple[str, Block]]:
    columns: list[str] = []
    for number, line in words.lines_of(text):
        cells = line.split()
        if "NODE" in cells and ("RANGE" in cells or "SIZE" in cells):
            columns = cells
        elif 'NODE="' in line:
            yield f"line {number}", dict(_PAIRS.findall(line))
        elif columns and len(cells) == len(columns) and (cells[0].startswith("0x") or columns[0] != "RANGE"):
            yield f"line {number}", dict(zip(columns, cells, strict=True))


def _bytes(block: Block, where: str) -> int:
    """Return the size of a block, by its SIZE or its RANGE."""
    match, span = _SIZE.fullmatch(block.get("SIZE", "")), _RANGE.fullmatch(block.get("RANGE", ""))
    if match:
        unit: int = 1024 ** " KMGTP".index(match[3] or " ")
        size: int = int(match[1]) * unit + int(match[2] or 0) * unit // 10 ** len(match[2] or "")
    elif span:
        size = int(span[2], 16) - int(span[1], 16) + 1
    else:
        raise TopologyError(f"{shown(block.get('SIZE', ''))} is no size of a range of memory, such as 2G", where)
    if not 0 <= size <= MAX_BYTES:
        raise TopologyError("is a range of more memory than any machine has", where)
    return size
