"""Read device tree source: cpu and memory nodes with a numa-node-id, and the distance map.

    cpu@0 { reg = <0x0 0x000>; numa-node-id = <0>; };
    memory@80000000 { reg = <0x0 0x80000000 0x0 0x40000000>; numa-node-id = <0>; };
    distance-map { compatible = "numa-distance-map-v1"; distance-matrix = <0 0 10>, <0 1 20>, <1 1 10>; };

A distance given in one direction holds in both. A distance given in neither is 10 for a node to itself and 20 to any
other node: the kernel starts with these values and then reads the map.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from viz.kernel.nodemask import node_list
from viz.topology.errors import SecondMachine, TopologyError, shown
from viz.topology.formats import words
from viz.topology.formats.pairs import Pairs, fill, put
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology
from viz.topology.quantities import MAX_BYTES

_NUMA_PROPERTY = re.compile(r"\bdistance-matrix\s{0,9}=|\bnuma-node-id\s{0,9}=")
_TOKEN = re.compile(r"[{};]|\"[^\"\n]*+\"|[^{};\"]++")
_MAX_DEPTH, _MAX_TOKENS, _MAX_CELLS = 100, 500_000, 3 * 1024**2
_PATH = re.compile(r"&\{([^{}\n]{1,200})\}")
_CELL = re.compile(r"0[xX][0-9a-fA-F]{1,16}|[0-9]{1,19}")


@dataclass(slots=True)
class _Block:
    """A node of the device tree: what stands between two braces.

    `properties` and `numbers` are created when they are needed, because thousands of blocks may need neither.
    """

    name: str
    line: int
    parent: _Block | None = None
    properties: dict[str, str] | None = None
    numbers: dict[str, list[int]] | None = None
    """The numbers of each property whose text has been converted."""

    def get(self, key: str) -> str | None:
        """Return the text of a property, None if there is no such property."""
        return self.properties.get(key) if self.properties else None

    def put(self, key: str, value: str) -> None:
        """Store the text of a property unless it has one already."""
        if self.properties is None:
            self.properties = {}
        self.properties.setdefault(key, value)

    def move_to(self, other: _Block) -> None:
        """Move the properties of this block to the other one, where they replace those of the same name."""
        other.properties = other.properties or {}
        other.properties.update(self.properties or {})
        self.name, self.properties = "", None

    @property
    def kind(self) -> str:
        """Return the kind of node, such as "cpu": its device_type, else its name without the label and the address."""
        name = self.name.partition("@")[0].rpartition(":")[2].rpartition("/")[2].strip()
        return (self.get("device_type") or "").strip('" ') or name

    def cells(self, key: str, where: str) -> list[int] | None:
        """Return the numbers of a property, None if there is no such property.

        They are converted only once, because each child block may need them.
        """
        value = self.get(key)
        if value is None:
            return None
        if self.numbers is None:
            self.numbers = {}
        if key not in self.numbers:
            self.numbers[key] = _cells(value, where)
        return self.numbers[key]


def like_devicetree(text: str) -> bool:
    """Return whether the text has a NUMA property of device tree source."""
    return _NUMA_PROPERTY.search(text) is not None


def read_devicetree(text: str, name: str = "") -> ParseResult:
    """Return the topology that device tree source describes."""
    try:
        return _partial_topology(text).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _partial_topology(text: str) -> PartialTopology:
    partial, pairs, cpus = PartialTopology("device tree source"), Pairs(), dict[int, list[int]]()
    cpu_count = map_count = 0
    source = _without_comments(text)
    if not like_devicetree(source):  # a driver's source has the properties only in a comment
        source = _without_comments(text.replace("/*", "").replace("*/", ""))
    for block in _merged(_blocks(_PATH.sub(r"&\1", source))):
        where = f"line {block.line}"
        numbers = block.cells("numa-node-id", where)
        node = None if numbers is None else words.node_id(str((numbers or [-1])[0]), where)
        kind = block.kind
        if kind == "cpu":
            if node is not None:
                partial.node(node)
                cpus.setdefault(node, []).append(cpu_count)
            cpu_count += 1
        elif kind == "memory" and node is not None:
            facts = partial.node(node)
            facts.memory = None if block.get("reg") is None else (facts.memory or 0) + _memory(block, where)
        if block.get("distance-matrix") is not None:
            if map_count:
                raise SecondMachine("a second distance-map is here; give one machine at a time", where)
            map_count += 1
            _take_matrix(block.cells("distance-matrix", where) or [], pairs, where)
    for a, _ in pairs:
        partial.node(a)
    for node, facts in partial.nodes.items():
        facts.cpus = node_list(cpus.get(node, [])) if cpus else None
    any_size = any(facts.memory is not None for facts in partial.nodes.values())
    for facts in partial.nodes.values():
        facts.memory = 0 if any_size and facts.memory is None else facts.memory
    fill(partial, pairs, "the kernel")
    return partial


def _merged(blocks: Iterator[_Block]) -> list[_Block]:
    """Return the blocks, with the properties of a reference such as &label or &{/path} moved to the block it names."""
    merged = list(blocks)
    known: dict[str, _Block] = {}
    for block in merged:
        label, _, name = block.name.rpartition(":")
        earlier = known.get(block.name[1:].rpartition("/")[2]) if block.name[:1] == "&" else None
        if earlier is not None:
            block.move_to(earlier)
        for key in (label.strip(), name.strip()):
            known.setdefault(key, block)
    return merged


def _take_matrix(cells: list[int], pairs: Pairs, where: str) -> None:
    if len(cells) % 3:
        raise TopologyError(f"distance-matrix has {len(cells)} numbers; it needs three for each pair of nodes", where)
    for start in range(0, len(cells), 3):
        source, target = (words.node_id(str(cell), where) for cell in cells[start : start + 2])
        put(pairs, source, target, words.distance(str(cells[start + 2]), source, target, where), where)
    for source, target in list(pairs):
        if target < source and (target, source) not in pairs:
            pairs[target, source] = pairs[source, target]


def _memory(block: _Block, where: str) -> int:
    """Return the sum of the sizes in reg, in bytes. Each range has an address and a size, both in cells of 32 bits."""
    widths = dict.fromkeys(("address", "size"), 2)
    for key in widths:
        width = block.parent.cells(f"#{key}-cells", where) if block.parent else None
        if width is not None:
            widths[key] = min((width or [2])[0], 4)
    cells, step = block.cells("reg", where) or [], sum(widths.values())
    if not step or len(cells) % step:
        raise TopologyError(f"reg has {len(cells)} cells; it needs {step} for each range of memory", where)
    size = 0
    for start in range(0, len(cells), step):
        part = 0
        for cell in cells[start + widths["address"] : start + step]:
            part = part << 32 | cell
        size += part
    if size > MAX_BYTES:
        raise TopologyError("reg describes more memory than any machine has", where)
    return size


def _cells(value: str, where: str) -> list[int]:
    """Return all numbers that stand between < and >, in their order."""
    numbers = value.replace("<", " ").replace(">", " ").replace(",", " ").split()
    if len(numbers) > _MAX_CELLS:
        raise TopologyError("lists more numbers than any machine needs", where)
    wrong = next((word for word in numbers if not (word.isascii() and _CELL.fullmatch(word))), None)
    if wrong is not None:
        raise TopologyError(f"{shown(wrong)} is no number of a device tree", where)
    return [int(word, 16) if word[:2] in ("0x", "0X") else int(word) for word in numbers]


def _without_comments(text: str) -> str:
    """Return the text without /* */ and // comments and without the marks of a mail or a patch; no line is removed."""
    if text.count("{") > _MAX_TOKENS:
        raise TopologyError("is larger than any device tree")
    parts: list[str] = []
    position = 0
    while (start := text.find("/*", position)) >= 0:
        end = text.find("*/", start + 2)
        if end < 0:
            break
        parts += [text[position:start], "\n" * text.count("\n", start, end), " "]
        position = end + 2
    parts.append(text[position:])
    return re.sub(r"//[^\n]*|^(?:[>|+*\- \t]|#(?=[ \t])){1,40}", "", "".join(parts), flags=re.MULTILINE)


def _blocks(text: str) -> Iterator[_Block]:
    """Yield each block when it closes; blocks that the text never closes come last."""
    top = _Block("", 1)
    opened, pieces, line = [top], list[str](), 1
    for number, token in enumerate(_TOKEN.findall(text)):
        if number > _MAX_TOKENS or len(opened) > _MAX_DEPTH:
            raise TopologyError("is larger or deeper than any device tree", f"line {line}")
        if token not in ("{", ";", "}"):
            pieces.append(token)
            line += token.count("\n")
            continue
        statement, pieces = "".join(pieces), []
        if token == "{":
            opened.append(_Block(statement.strip().rpartition("\n")[2].strip(), line, opened[-1]))
        elif token == ";":
            name, equals, value = statement.partition("=")
            if equals:
                opened[-1].put(name.strip().rpartition("\n")[2].strip(), value.strip())
        elif len(opened) > 1:
            yield opened.pop()
    yield from reversed(opened)
