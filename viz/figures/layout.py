"""Where everything stands on the stage: geometry only, no output.

Sockets are boxes side by side, tiers are rows, nodes are cards. Every arrangement that could fit is tried and the
one whose letters may be drawn largest wins; what would not be legible even so is left out. So 6 nodes and 1,024
use the same rule.

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
from typing import NamedTuple

from viz.figures.card_sizes import CARDS, DESK, LEGIBLE, Card, Window
from viz.figures.socket_tier import SocketTier, socket_tiers
from viz.topology import Topology

MARGIN = 12
MAX_GAP = 190
ACROSS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 30, 40)
"""Cards side by side in a socket."""
MAX_BANDS = 16


class Box(NamedTuple):
    """A rectangle, in stage units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Layout:
    """The stage, laid out. `guessed` says that the topology names no sockets or tiers for some of its nodes."""

    size: tuple[float, float]
    detail: str
    cards: Mapping[int, Box]
    sockets: Mapping[str, Box]
    rows: Sequence[tuple[str, float]]
    """Labels of the tiers with the height of their middle, where all sockets share them."""
    spots: Mapping[int, SocketTier]
    guessed: bool


Groups = Mapping[str, Mapping[int, Sequence[int]]]
"""The nodes of every tier of every socket."""


def lay_out(topology: Topology, window: Window = DESK) -> Layout:
    """Lay out all nodes of a topology for a window."""
    spots = socket_tiers(topology)
    shape = _legible(_groups(spots), window)
    cards: dict[int, Box] = {}
    sockets: dict[str, Box] = {}
    for socket, box, heights in shape.sockets():
        sockets[socket] = box
        cards |= shape.cards_of(socket, box, heights)
    return Layout(
        size=shape.size(),
        detail=shape.card.detail,
        cards=cards,
        sockets=sockets,
        rows=_row_labels(topology, spots, shape),
        spots=spots,
        guessed=any(node.socket is None or node.tier is None for node in topology.nodes),
    )


def _groups(spots: Mapping[int, SocketTier]) -> Groups:
    groups: dict[str, dict[int, list[int]]] = {}
    for node, spot in sorted(spots.items()):
        groups.setdefault(spot.socket, {}).setdefault(spot.tier, []).append(node)
    return groups


@dataclass(frozen=True)
class Blocks:
    """The sockets, each with so many cards side by side, before they are put anywhere."""

    groups: Groups
    card: Card
    across: int

    @cached_property
    def widths(self) -> dict[str, float]:
        """The width of each socket's box."""
        wide, around = self.card.width + self.card.gap, 2 * self.card.padding - self.card.gap
        most = {socket: max(map(len, tiers.values())) for socket, tiers in self.groups.items()}
        return {socket: min(self.across, cards) * wide + around for socket, cards in most.items()}

    @cached_property
    def own_rows(self) -> dict[str, dict[int, float]]:
        """The height of each tier's row, fastest first, where every socket has rows of its own."""
        return {socket: self._rows([socket]) for socket in self.groups}

    @cached_property
    def shared_rows(self) -> dict[str, dict[int, float]]:
        """The same where all sockets share their rows."""
        return dict.fromkeys(self.groups, self._rows(self.groups))

    def _rows(self, sockets: Iterable[str]) -> dict[int, float]:
        most: dict[int, int] = {}
        for socket in sockets:
            for tier, nodes in self.groups[socket].items():
                most[tier] = max(most.get(tier, 0), ceil(len(nodes) / self.across))
        high = self.card.height + self.card.drop
        return {tier: rows * high + self.card.air for tier, rows in sorted(most.items())}


@dataclass(frozen=True)
class Arrangement:
    """One way to arrange the blocks: side by side up to a width."""

    window: Window
    blocks: Blocks
    limit: float

    @property
    def card(self) -> Card:
        """What every node is drawn on."""
        return self.blocks.card

    @cached_property
    def bands(self) -> list[list[str]]:
        """The sockets that stand side by side, row by row: as many in each as are no wider than the limit."""
        bands: list[list[str]] = []
        width = 0.0
        for socket, own in self.blocks.widths.items():
            wide = own + self.card.between
            width += wide
            if not bands or width > self.limit:
                bands.append([])
                width = wide
            bands[-1].append(socket)
        return bands

    @property
    def aligned(self) -> bool:
        """Whether all sockets stand side by side, so that a tier is one row through all of them."""
        return len(self.bands) == 1

    @property
    def rows(self) -> dict[str, dict[int, float]]:
        """The height of each row of each socket: shared by all if they stand in one band, else its own."""
        return self.blocks.shared_rows if self.aligned else self.blocks.own_rows

    @cached_property
    def heights(self) -> list[float]:
        """The height of each band: that of its highest socket."""
        around = self.card.heading + self.card.padding
        rows = self.rows
        return [max(sum(rows[socket].values()) for socket in band) + around for band in self.bands]

    def tight_size(self) -> tuple[float, float]:
        """The size of the stage with no more air than needed."""
        between = self.card.between
        widest = max(sum(self.blocks.widths[socket] + between for socket in band) for band in self.bands) - between
        high = sum(self.heights) + between * (len(self.bands) - 1)
        return widest + 2 * MARGIN + self.label, high + 2 * MARGIN

    @property
    def label(self) -> int:
        """The room for the names of the tiers, where all sockets share their rows."""
        return self.window.row_label if self.aligned else 0

    def letter(self) -> float:
        """How large small facts are where the window shows all of the stage, in units of the window."""
        width, height = self.tight_size()
        return min(self.window.width / width, self.window.height / height) * self.card.letter

    def gap(self) -> float:
        """The air between sockets: in one band what the height leaves of the width, up to MAX_GAP."""
        width, height = self.tight_size()
        spare = height * self.window.width / self.window.height - width
        gaps = len(self.blocks.groups) - 1
        return min(MAX_GAP, self.card.between + max(0, spare) / gaps) if gaps and self.aligned else self.card.between

    def size(self) -> tuple[float, float]:
        """The size of the stage."""
        width, height = self.tight_size()
        return width + (self.gap() - self.card.between) * (len(self.blocks.groups) - 1), height

    def sockets(self) -> Iterator[tuple[str, Box, dict[int, float]]]:
        """Every socket with its box and the heights of its rows."""
        gap = self.gap()
        top: float = MARGIN
        for band, height in zip(self.bands, self.heights, strict=True):
            left: float = MARGIN + self.label
            for socket in band:
                yield socket, Box(left, top, self.blocks.widths[socket], height), self.rows[socket]
                left += self.blocks.widths[socket] + gap
            top += height + self.card.between

    def cards_of(self, socket: str, box: Box, heights: Mapping[int, float]) -> dict[int, Box]:
        """The cards of one socket, each tier centred in its row."""
        boxes = {}
        across = self.blocks.across
        top = box.y + self.card.heading
        wide, high = self.card.width + self.card.gap, self.card.height + self.card.drop
        for tier, height in heights.items():
            nodes = self.blocks.groups[socket].get(tier, ())
            air = height - ceil(len(nodes) / across) * high + self.card.drop
            for i, node in enumerate(nodes):
                row, column = divmod(i, across)
                in_row = min(across, len(nodes) - row * across)
                left = box.x + (box.width - in_row * wide + self.card.gap) / 2
                boxes[node] = Box(left + column * wide, top + air / 2 + row * high, self.card.width, self.card.height)
            top += height
        return boxes


def _legible(groups: Groups, window: Window) -> Arrangement:
    """The arrangement of the cards that tell most among those that could be read; of the least ones if none could."""
    for cards in CARDS:
        shape = _largest(groups, cards, window)
        if shape.letter() * window.pixels >= LEGIBLE:
            break
    return shape


def _largest(groups: Groups, cards: Sequence[Card], window: Window) -> Arrangement:
    """The arrangement whose letters may be drawn largest in the window."""
    widest = max(len(nodes) for tiers in groups.values() for nodes in tiers.values())
    shapes = (
        Arrangement(window, blocks, whole / bands if bands > 1 else inf)
        for card in cards
        for across in (*(number for number in ACROSS if number < widest), min(widest, ACROSS[-1]))
        for blocks in [Blocks(groups, card, across)]
        for whole in [Arrangement(window, blocks, inf).tight_size()[0]]
        for bands in range(1, min(len(groups), MAX_BANDS) + 1)
    )
    return max(shapes, key=lambda shape: (shape.letter(), -shape.blocks.across))


def _row_labels(topology: Topology, spots: Mapping[int, SocketTier], shape: Arrangement) -> list[tuple[str, float]]:
    """What each row holds, where all sockets share the rows: the label of all its nodes, else the tier."""
    labels: list[tuple[str, float]] = []
    if not shape.label:
        return labels
    label_of = {node.id: node.label for node in topology.nodes}
    top: float = MARGIN + shape.card.heading
    for tier, height in next(iter(shape.rows.values())).items():
        names = {label_of[node] for node, spot in spots.items() if spot.tier == tier}
        only = names.pop() if len(names) == 1 else None
        labels.append((only or f"tier {tier}", top + height / 2))
        top += height
    return labels
