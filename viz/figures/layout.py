"""Compute the layout of the stage: the place of each socket, tier and node. Nothing is drawn here.

Sockets are boxes side by side, tiers are rows, nodes are cards. lay_out() tries all arrangements of the sockets and
takes the one whose text can be drawn largest. If that text would still be too small to read, it takes cards with less
text. The rule is the same for 6 nodes and for 1,024.

    +- A ------+  +- B ------+
    | [0]      |  | [3]      |   tier 0
    | [1]      |  | [4]      |   tier 1
    +----------+  +----------+
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf

from viz.figures.box import Box
from viz.figures.card_sizes import CARDS, DESKTOP, Card, Window
from viz.figures.extent import font_size, text_width
from viz.figures.socket_tier import SocketTier, socket_tiers
from viz.topology import Topology

MARGIN = 12
"""The space around all sockets, in stage units."""
MAX_LABEL, GUTTER = 120, 22
"""The largest width of the tiers' names, and the space beside them, in stage units."""
MAX_GAP = 190
"""The largest space between two sockets, in stage units."""
COLUMNS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 30, 40)
"""The numbers of cards side by side in a socket that are tried."""
MAX_BANDS = 16
"""The largest number of rows of sockets that is tried."""


@dataclass(frozen=True)
class Layout:
    """The places of everything on the stage."""

    size: tuple[float, float]
    detail: str
    cards: Mapping[int, Box]
    sockets: Mapping[str, Box]
    rows: Sequence[tuple[str, float]]
    """The label and the y position of the middle of each tier's row; empty if the sockets have rows of their own."""
    socket_tiers: Mapping[int, SocketTier]
    guessed: bool
    """Whether the topology leaves out the socket or the tier of any node."""

    def label_boxes(self) -> list[Box]:
        """Return the rectangles of the tiers' names."""
        right = min((box.x for box in self.sockets.values()), default=0) - 10
        size = font_size("tier", self.detail)
        widths = [(min(MAX_LABEL, text_width(name, size)), y) for name, y in self.rows]
        return [Box(right - width, y - 0.7 * size, width, 1.4 * size) for width, y in widths]


Groups = Mapping[str, Mapping[int, Sequence[int]]]
"""The nodes of every socket, by tier."""


def lay_out(topology: Topology, window: Window = DESKTOP) -> Layout:
    """Lay out all nodes of a topology for a window."""
    nodes = socket_tiers(topology)
    names = _row_names(topology, nodes)
    if window.row_label:
        size = font_size("tier", (window.cards or CARDS)[0][0].detail)
        widest = max(text_width(name, size) for name in names.values())
        window = window._replace(row_label=max(window.row_label, ceil(min(widest, MAX_LABEL) + GUTTER)))
    arrangement = _legible(_groups(nodes), window)
    cards: dict[int, Box] = {}
    sockets: dict[str, Box] = {}
    for socket, box, heights in arrangement.sockets():
        sockets[socket] = box
        cards |= arrangement.cards_of(socket, box, heights)
    return Layout(
        size=arrangement.size(),
        detail=arrangement.card.detail,
        cards=cards,
        sockets=sockets,
        rows=_row_labels(names, arrangement),
        socket_tiers=nodes,
        guessed=any(node.socket is None or node.tier is None for node in topology.nodes),
    )


def _groups(nodes: Mapping[int, SocketTier]) -> Groups:
    groups: dict[str, dict[int, list[int]]] = {}
    for node, (socket, tier) in sorted(nodes.items()):
        groups.setdefault(socket, {}).setdefault(tier, []).append(node)
    return groups


@dataclass(frozen=True)
class Blocks:
    """The sizes of all sockets if each has up to `columns` cards side by side."""

    groups: Groups
    card: Card
    columns: int

    @cached_property
    def widths(self) -> dict[str, float]:
        """Return the width of each socket's box."""
        column, around = self.card.width + self.card.gap, 2 * self.card.padding - self.card.gap
        largest = {socket: max(map(len, tiers.values())) for socket, tiers in self.groups.items()}
        return {socket: min(self.columns, cards) * column + around for socket, cards in largest.items()}

    @cached_property
    def own_rows(self) -> dict[str, dict[int, float]]:
        """Return the height of each tier's row, fastest tier first, if every socket has rows of its own."""
        return {socket: self._rows([socket]) for socket in self.groups}

    @cached_property
    def shared_rows(self) -> dict[str, dict[int, float]]:
        """Return the height of each tier's row, fastest tier first, if all sockets share their rows."""
        return dict.fromkeys(self.groups, self._rows(self.groups))

    def _rows(self, sockets: Iterable[str]) -> dict[int, float]:
        rows: dict[int, int] = {}
        for socket in sockets:
            for tier, nodes in self.groups[socket].items():
                rows[tier] = max(rows.get(tier, 0), ceil(len(nodes) / self.columns))
        height = self.card.height + self.card.row_gap
        return {tier: count * height + self.card.tier_gap for tier, count in sorted(rows.items())}


@dataclass(frozen=True)
class Arrangement:
    """One way to arrange the sockets: side by side up to a width, then in a band below."""

    window: Window
    blocks: Blocks
    max_width: float

    @property
    def card(self) -> Card:
        """Return the size of every node's card."""
        return self.blocks.card

    @cached_property
    def bands(self) -> list[list[str]]:
        """Return the sockets of each band: those side by side within `max_width`."""
        bands: list[list[str]] = []
        width = 0.0
        for socket, own_width in self.blocks.widths.items():
            width += own_width + self.card.socket_gap
            if not bands or width > self.max_width:
                bands.append([])
                width = own_width + self.card.socket_gap
            bands[-1].append(socket)
        return bands

    @property
    def aligned(self) -> bool:
        """Return whether all sockets are side by side, so that a tier is one row through all of them."""
        return len(self.bands) == 1

    @property
    def rows(self) -> dict[str, dict[int, float]]:
        """Return the height of each tier's row in each socket; sockets in a single band share their rows."""
        return self.blocks.shared_rows if self.aligned else self.blocks.own_rows

    @cached_property
    def heights(self) -> list[float]:
        """Return the height of each band, which is that of its highest socket."""
        around = self.card.heading + self.card.padding
        rows = self.rows
        return [max(sum(rows[socket].values()) for socket in band) + around for band in self.bands]

    def tight_size(self) -> tuple[float, float]:
        """Return the size of the stage with the least space between sockets."""
        gap = self.card.socket_gap
        widest = max(sum(self.blocks.widths[socket] + gap for socket in band) for band in self.bands) - gap
        height = sum(self.heights) + gap * (len(self.bands) - 1)
        return widest + 2 * MARGIN + self.label_width, height + 2 * MARGIN

    @property
    def label_width(self) -> int:
        """Return the width of the column with the tiers' names; 0 if the sockets do not share their rows."""
        return self.window.row_label if self.aligned else 0

    def font_size(self) -> float:
        """Return the size of the smallest text in units of the window, if the window shows the whole stage."""
        width, height = self.tight_size()
        return min(self.window.width / width, self.window.height / height) * self.card.font_size

    def gap(self) -> float:
        """Return the space between sockets; a single band spreads over the window's width, up to MAX_GAP."""
        width, height = self.tight_size()
        spare = height * self.window.width / self.window.height - width
        gaps = len(self.blocks.groups) - 1
        least = self.card.socket_gap
        return min(MAX_GAP, least + max(0, spare) / gaps) if gaps and self.aligned else least

    def size(self) -> tuple[float, float]:
        """Return the size of the stage."""
        width, height = self.tight_size()
        return width + (self.gap() - self.card.socket_gap) * (len(self.blocks.groups) - 1), height

    def sockets(self) -> Iterator[tuple[str, Box, dict[int, float]]]:
        """Yield every socket with its box and the heights of its rows, by tier."""
        gap = self.gap()
        top: float = MARGIN
        for band, height in zip(self.bands, self.heights, strict=True):
            left: float = MARGIN + self.label_width
            for socket in band:
                yield socket, Box(left, top, self.blocks.widths[socket], height), self.rows[socket]
                left += self.blocks.widths[socket] + gap
            top += height + self.card.socket_gap

    def cards_of(self, socket: str, box: Box, heights: Mapping[int, float]) -> dict[int, Box]:
        """Return the cards of one socket, each tier centred in its row."""
        boxes = {}
        columns = self.blocks.columns
        top = box.y + self.card.heading
        cell_width, cell_height = self.card.width + self.card.gap, self.card.height + self.card.row_gap
        for tier, height in heights.items():
            nodes = self.blocks.groups[socket].get(tier, ())
            spare = height - ceil(len(nodes) / columns) * cell_height + self.card.row_gap
            for index, node in enumerate(nodes):
                row, column = divmod(index, columns)
                in_row = min(columns, len(nodes) - row * columns)
                x = box.x + (box.width - in_row * cell_width + self.card.gap) / 2 + column * cell_width
                y = top + spare / 2 + row * cell_height
                boxes[node] = Box(x, y, self.card.width, self.card.height)
            top += height
        return boxes


def _legible(groups: Groups, window: Window) -> Arrangement:
    """Return the arrangement with the most facts on its cards whose text can be read, else one with smallest cards."""
    for cards in window.cards or CARDS:
        arrangement = _largest(groups, cards, window)
        if arrangement.font_size() * window.pixels >= window.legible:
            break
    return arrangement


def _largest(groups: Groups, cards: Sequence[Card], window: Window) -> Arrangement:
    """Return the arrangement whose text can be drawn largest in the window."""
    widest = max(len(nodes) for tiers in groups.values() for nodes in tiers.values())
    arrangements = (
        Arrangement(window, blocks, width / bands if bands > 1 else inf)
        for card in cards
        for columns in (*(number for number in COLUMNS if number < widest), min(widest, COLUMNS[-1]))
        for blocks in [Blocks(groups, card, columns)]
        for width in [Arrangement(window, blocks, inf).tight_size()[0]]
        for bands in range(1, min(len(groups), MAX_BANDS) + 1)
    )
    return max(arrangements, key=lambda each: (each.font_size(), -each.blocks.columns))


def _row_names(topology: Topology, nodes: Mapping[int, SocketTier]) -> dict[int, str]:
    """Return the name of each tier: the label if all its nodes have the same one, or else "class" and its number."""
    labels: dict[int, set[str | None]] = {}
    for node in topology.nodes:
        labels.setdefault(nodes[node.id].tier, set()).add(node.label)
    return {tier: (len(found) == 1 and found.pop()) or f"class {tier}" for tier, found in labels.items()}


def _row_labels(names: Mapping[int, str], arrangement: Arrangement) -> list[tuple[str, float]]:
    """Return the name and the middle of each row that all sockets share."""
    labels: list[tuple[str, float]] = []
    if not arrangement.label_width:
        return labels
    top: float = MARGIN + arrangement.card.heading
    for tier, height in next(iter(arrangement.rows.values())).items():
        labels.append((names[tier], top + height / 2))
        top += height
    return labels
