"""Device tree source: cpu and memory nodes with a numa-node-id, and the distance map.

    cpu@0 { reg = <0x0 0x000>; numa-node-id = <0>; };
    memory@80000000 { reg = <0x0 0x80000000 0x0 0x40000000>; numa-node-id = <0>; };
    distance-map { compatible = "numa-distance-map-v1"; distance-matrix = <0 0 10>, <0 1 20>, <1 1 10>; };

One direction holds for both; what is given in none is 10 or 20, as the kernel has it before it reads the map.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from viz.kernel.nodemask import node_list
from viz.topology.errors import TopologyError, shown
from viz.topology.formats import words
from viz.topology.formats.pairs import Pairs, fill, put
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology
from viz.topology.quantities import MAX_BYTES

_LOOKS = re.compile(r"\bdistance-matrix\s{0,9}=|\bnuma-node-id\s{0,9}=")
_TOKEN = re.compile(r"[{};]|\"[^\"\n]*+\"|[^{};\"]++")
_MAX_DEPTH, _MAX_TOKENS, _MAX_CELLS = 100, 500_000, 3 * 1024**2
_PATH = re.compile(r"&\{([^{}\n]{1,200})\}")
_CELL = re.compile(r"0[xX][0-9a-fA-F]{1,16}|[0-9]{1,19}")


@dataclass(slots=True)
class _Block:
    """What stands between braces; its tables are made when they are needed, as thousands of blocks need none."""

    name: str
    line: int
    around: _Block | None = None
    properties: dict[str, str] | None = None
    numbers: dict[str, list[int]] | None = None

    def get(self, key: str) -> str | None:
        """The value of a property as it is written."""
        return self.properties.get(key) if self.properties else None

    def put(self, key: str, value: str) -> None:
        """The property has that value, if it has none yet."""
        if self.properties is None:
            self.properties = {}
        self.properties.setdefault(key, value)

    def move_to(self, other: _Block) -> None:
        """What is said of this block is said of the other one, and holds instead of what was said before."""
        other.properties = other.properties or {}
        other.properties.update(self.properties or {})
        self.name, self.properties = "", None

    @property
    def kind(self) -> str:
        """Such as "cpu": its device_type, or of its name the part between the label and the address."""
        name = self.name.partition("@")[0].rpartition(":")[2].rpartition("/")[2].strip()
        return (self.get("device_type") or "").strip('" ') or name

    def cells(self, key: str, where: str) -> list[int] | None:
        """The numbers of a property, None without it; they are read once, as all blocks inside may ask for them."""
        value = self.get(key)
        if value is None:
            return None
        if self.numbers is None:
            self.numbers = {}
        if key not in self.numbers:
            self.numbers[key] = _cells(value, where)
        return self.numbers[key]


def like_devicetree(text: str) -> bool:
    """Whether the text is device tree source that speaks of NUMA."""
    return _LOOKS.search(text) is not None


def read_devicetree(text: str, name: str = "") -> ParseResult:
    """The topology in a device tree's source."""
    try:
        return _draft(text).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _draft(text: str) -> PartialTopology:
    draft, pairs, cpus = PartialTopology("device tree source"), Pairs(), dict[int, list[int]]()
    count = maps = 0
    source = _without_comments(text)
    if not like_devicetree(source):  # it stands in a comment of a driver's
        source = _without_comments(text.replace("/*", "").replace("*/", ""))
    for block in _merged(_blocks(_PATH.sub(r"&\1", source))):
        where = f"line {block.line}"
        given = block.cells("numa-node-id", where)
        node = None if given is None else words.node_id(str((given or [-1])[0]), where)
        kind = block.kind
        if kind == "cpu":
            if node is not None:
                draft.node(node)
                cpus.setdefault(node, []).append(count)
            count += 1
        elif kind == "memory" and node is not None:
            found = draft.node(node)
            found.memory = None if block.get("reg") is None else (found.memory or 0) + _memory(block, where)
        if block.get("distance-matrix") is not None:
            if maps:
                raise TopologyError("a second distance-map is here; give one machine at a time", where)
            maps += 1
            _take_matrix(block.cells("distance-matrix", where) or [], pairs, where)
    for a, _ in pairs:
        draft.node(a)
    for node, found in draft.nodes.items():
        found.cpus = node_list(cpus.get(node, [])) if cpus else None
    sized = any(found.memory is not None for found in draft.nodes.values())
    for found in draft.nodes.values():
        found.memory = 0 if sized and found.memory is None else found.memory
    fill(draft, pairs, "the kernel")
    return draft


def _merged(blocks: Iterator[_Block]) -> list[_Block]:
    """The blocks, what a later block such as &label or &{/path} says of an earlier one put into that."""
    found = list(blocks)
    known: dict[str, _Block] = {}
    for block in found:
        label, _, name = block.name.rpartition(":")
        earlier = known.get(block.name[1:].rpartition("/")[2]) if block.name[:1] == "&" else None
        if earlier is not None:
            block.move_to(earlier)
        for key in (label.strip(), name.strip()):
            known.setdefault(key, block)
    return found


def _take_matrix(cells: list[int], pairs: Pairs, where: str) -> None:
    if len(cells) % 3:
        raise TopologyError(f"distance-matrix has {len(cells)} numbers; it needs three for each pair of nodes", where)
    for at in range(0, len(cells), 3):
        source, target = (words.node_id(str(cell), where) for cell in cells[at : at + 2])
        put(pairs, source, target, words.distance(str(cells[at + 2]), source, target, where), where)
    for source, target in list(pairs):
        if target < source and (target, source) not in pairs:
            pairs[target, source] = pairs[source, target]


def _memory(block: _Block, where: str) -> int:
    """The sum of the sizes in reg, which has address and size in cells of 32 bits."""
    wide = dict.fromkeys(("address", "size"), 2)
    for key in wide:
        given = block.around.cells(f"#{key}-cells", where) if block.around else None
        if given is not None:
            wide[key] = min((given or [2])[0], 4)
    cells, step = block.cells("reg", where) or [], sum(wide.values())
    if not step or len(cells) % step:
        raise TopologyError(f"reg has {len(cells)} cells; it needs {step} for each range of memory", where)
    size = 0
    for at in range(0, len(cells), step):
        part = 0
        for cell in cells[at + wide["address"] : at + step]:
            part = part << 32 | cell
        size += part
    if size > MAX_BYTES:
        raise TopologyError("reg describes more memory than any machine has", where)
    return size


def _cells(value: str, where: str) -> list[int]:
    """The numbers between < and >, all of them in a row."""
    found = value.replace("<", " ").replace(">", " ").replace(",", " ").split()
    if len(found) > _MAX_CELLS:
        raise TopologyError("lists more numbers than any machine needs", where)
    wrong = next((word for word in found if not (word.isascii() and _CELL.fullmatch(word))), None)
    if wrong is not None:
        raise TopologyError(f"{shown(wrong)} is no number of a device tree", where)
    return [int(word, 16) if word[:2] in ("0x", "0X") else int(word) for word in found]


def _without_comments(text: str) -> str:
    """The text without /* */ and // comments, its lines kept."""
    if text.count("{") > _MAX_TOKENS:
        raise TopologyError("is larger than any device tree")
    parts: list[str] = []
    at = 0
    while (start := text.find("/*", at)) >= 0:
        end = text.find("*/", start + 2)
        if end < 0:
            break
        parts += [text[at:start], "\n" * text.count("\n", start, end), " "]
        at = end + 2
    parts.append(text[at:])
    return re.sub(
        r"//[^\n]*|^(?:[>|+*\- \t]|#(?=[ \t])){1,40}", "", "".join(parts), flags=re.MULTILINE
    )  # and a mail's or a patch's marks


def _blocks(text: str) -> Iterator[_Block]:
    """Each block once it has closed, with the block around it; a fragment need not close."""
    top = _Block("", 1)
    opened, pieces, line = [top], list[str](), 1
    for number, token in enumerate(_TOKEN.findall(text)):
        if number > _MAX_TOKENS or len(opened) > _MAX_DEPTH:
            raise TopologyError("is larger or deeper than any device tree", f"line {line}")
        if token not in ("{", ";", "}"):
            pieces.append(token)
            line += token.count("\n")
            continue
        held, pieces = "".join(pieces), []
        if token == "{":
            opened.append(_Block(held.strip().rpartition("\n")[2].strip(), line, opened[-1]))
        elif token == ";":
            name, equals, value = held.partition("=")
            if equals:
                opened[-1].put(name.strip().rpartition("\n")[2].strip(), value.strip())
        elif len(opened) > 1:
            yield opened.pop()
    yield from reversed(opened)
