"""Where everything stands on the stage: geometry only, no output.

Sockets are boxes side by side, tiers are rows, nodes are cards. Every arrangement that could fit is tried and
the one that may be drawn largest wins, so 6 nodes and 1,024 use the same rule.

    +- A ------+  +- B ------+
    | [0]      |  | [3]      |   tier 0
    | [1]      |  | [4]      |   tier 1
    +----------+  +----------+
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from viz.topology import Topology

STAGE = 1000, 600
"""The shape that the stage is made for, in its own units."""
MARGIN, GAP, PADDING, HEADING, ROW_LABEL = 12, 28, 18, 30, 70
MOST_GAP = 190
MOST_COLUMNS = 40
MOST_TIERS = 5
"""Guessed tiers beyond that are not told apart."""


class Card(NamedTuple):
    """The size of a node's card, and how much is written on it."""

    width: int
    height: int
    gap: int
    """Air to the next card beside it."""
    drop: int
    """Air to the next card below it, with room for an arrow."""
    air: int
    """More air around each tier's row."""
    detail: str


CARDS = (
    (24, Card(172, 84, 26, 26, 26, "full")),
    (96, Card(88, 50, 14, 30, 0, "short")),
    (1024, Card(46, 30, 8, 20, 0, "id")),
)
"""Up to so many nodes, this card."""


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
class Place:
    """The stage, laid out. `guessed` says that the topology names no sockets or tiers for some of its nodes."""

    size: tuple[float, float]
    detail: str
    cards: Mapping[int, Box]
    sockets: Mapping[str, Box]
    rows: Sequence[tuple[str, float]]
    """Labels of the tiers with the height of their middle, where all sockets share them."""
    socket_of: Mapping[int, str]
    guessed: bool


Groups = Mapping[str, Mapping[int, Sequence[int]]]
"""The nodes of every tier of every socket."""


class Spot(NamedTuple):
    """What a node belongs to."""

    socket: str
    tier: int


def place(topology: Topology) -> Place:
    """Lay out all nodes of a topology."""
    spots = spots_of(topology)
    shape = _largest(_groups(spots), next(card for most, card in CARDS if len(spots) <= most))
    cards: dict[int, Box] = {}
    sockets: dict[str, Box] = {}
    for socket, box, heights in shape.sockets():
        sockets[socket] = box
        cards |= shape.cards_of(socket, box, heights)
    return Place(
        size=shape.size(),
        detail=shape.card.detail,
        cards=cards,
        sockets=sockets,
        rows=_row_labels(topology, spots, shape),
        socket_of={node: spot.socket for node, spot in spots.items()},
        guessed=any(node.socket is None or node.tier is None for node in topology.nodes),
    )


def spots_of(topology: Topology) -> dict[int, Spot]:
    """Socket and tier of every node as the topology says, else of the nearest node with CPUs, by how far that is."""
    homes = nearest_cpu_nodes(topology)
    ranks = _ranks(distance for _, distance in homes.values())
    named = {node.id: f"Socket {node.socket}" for node in topology.nodes if node.socket is not None}
    spots = {}
    for node in topology.nodes:
        home, distance = homes.get(node.id, (node.id, 0))
        nearest = named.get(home, f"near node {home}" if homes else "")
        socket = f"Socket {node.socket}" if node.socket is not None else nearest
        spots[node.id] = Spot(socket, node.tier if node.tier is not None else ranks.get(distance, 0))
    return spots


def nearest_cpu_nodes(topology: Topology) -> dict[int, tuple[int, int]]:
    """For every node the nearest node with CPUs (lowest id of several) and how far it is; empty without CPUs."""
    with_cpus = [node for node in topology.nodes if node.online and node.cpu_count]
    if isinstance(topology.distances, str) or not with_cpus:
        return {}
    index = {node.id: i for i, node in enumerate(topology.nodes)}
    ids = {node.id for node in with_cpus}
    homes = {}
    for node in topology.nodes:
        row = topology.distances[index[node.id]]
        home = node if node.id in ids else min(with_cpus, key=lambda cpu: (row[index[cpu.id]], cpu.id))
        homes[node.id] = (home.id, 0 if home is node else row[index[home.id]])
    return homes


def _ranks(distances: Iterable[int]) -> dict[int, int]:
    return {distance: min(rank, MOST_TIERS - 1) for rank, distance in enumerate(sorted(set(distances)))}


def _groups(spots: Mapping[int, Spot]) -> Groups:
    groups: dict[str, dict[int, list[int]]] = {}
    for node, spot in sorted(spots.items()):
        groups.setdefault(spot.socket, {}).setdefault(spot.tier, []).append(node)
    return groups


@dataclass(frozen=True)
class Shape:
    """One way to arrange the groups: so many sockets side by side, so many cards side by side in a socket."""

    groups: Groups
    card: Card
    columns: int
    across: int

    def bands(self) -> list[list[str]]:
        """The sockets that stand side by side, row by row."""
        names = list(self.groups)
        return [names[start : start + self.columns] for start in range(0, len(names), self.columns)]

    def socket_width(self, socket: str) -> float:
        """The width of one socket's box."""
        cards = min(self.across, max(map(len, self.groups[socket].values())))
        return cards * (self.card.width + self.card.gap) - self.card.gap + 2 * PADDING

    def row_heights(self, band: Sequence[str]) -> dict[int, float]:
        """The height of each tier's row in a band, fastest first."""
        most: dict[int, int] = {}
        for socket in band:
            for tier, nodes in self.groups[socket].items():
                most[tier] = max(most.get(tier, 0), ceil(len(nodes) / self.across))
        high = self.card.height + self.card.drop
        return {tier: rows * high + self.card.air for tier, rows in sorted(most.items())}

    def tight_size(self) -> tuple[float, float]:
        """The size of the stage with no more air than needed."""
        widths = [sum(self.socket_width(socket) + GAP for socket in band) - GAP for band in self.bands()]
        heights = [sum(self.row_heights(band).values()) + HEADING + PADDING + GAP for band in self.bands()]
        return max(widths) + 2 * MARGIN + ROW_LABEL, sum(heights) - GAP + 2 * MARGIN

    def gap(self) -> float:
        """The air between sockets: what the height leaves of the width, up to MOST_GAP."""
        width, height = self.tight_size()
        spare = height * STAGE[0] / STAGE[1] - width
        between = min(self.columns, len(self.groups)) - 1
        return min(MOST_GAP, GAP + max(0, spare) / between) if between else GAP

    def size(self) -> tuple[float, float]:
        """The size of the stage."""
        width, height = self.tight_size()
        return width + (self.gap() - GAP) * (min(self.columns, len(self.groups)) - 1), height

    def sockets(self) -> Iterator[tuple[str, Box, dict[int, float]]]:
        """Every socket with its box and the heights of its rows."""
        top: float = MARGIN
        for band in self.bands():
            heights = self.row_heights(band)
            height = sum(heights.values()) + HEADING + PADDING
            left: float = MARGIN + ROW_LABEL
            for socket in band:
                yield socket, Box(left, top, self.socket_width(socket), height), heights
                left += self.socket_width(socket) + self.gap()
            top += height + GAP

    def cards_of(self, socket: str, box: Box, heights: Mapping[int, float]) -> dict[int, Box]:
        """The cards of one socket, each tier centred in its row."""
        boxes = {}
        top = box.y + HEADING
        wide, high = self.card.width + self.card.gap, self.card.height + self.card.drop
        for tier, height in heights.items():
            nodes = self.groups[socket].get(tier, ())
            air = height - ceil(len(nodes) / self.across) * high + self.card.drop
            for i, node in enumerate(nodes):
                row, column = divmod(i, self.across)
                in_row = min(self.across, len(nodes) - row * self.across)
                left = box.x + (box.width - in_row * wide + self.card.gap) / 2
                boxes[node] = Box(left + column * wide, top + air / 2 + row * high, self.card.width, self.card.height)
            top += height
        return boxes


def _largest(groups: Groups, card: Card) -> Shape:
    """The arrangement that may be drawn largest on the stage."""
    widest = max(len(nodes) for tiers in groups.values() for nodes in tiers.values())
    shapes = (
        Shape(groups, card, columns, across)
        for columns in range(1, min(len(groups), MOST_COLUMNS) + 1)
        for across in range(1, min(widest, MOST_COLUMNS) + 1)
    )
    return max(shapes, key=lambda shape: (_scale(shape.tight_size()), -shape.across))


def _scale(size: tuple[float, float]) -> float:
    return min(STAGE[0] / size[0], STAGE[1] / size[1])


def _row_labels(topology: Topology, spots: Mapping[int, Spot], shape: Shape) -> list[tuple[str, float]]:
    """What each row holds, where all sockets share the rows: the label of all its nodes, else the tier."""
    labels: list[tuple[str, float]] = []
    if len(shape.bands()) > 1:
        return labels
    label_of = {node.id: node.label for node in topology.nodes}
    top: float = MARGIN + HEADING
    for tier, height in shape.row_heights(shape.bands()[0]).items():
        names = {label_of[node] for node, spot in spots.items() if spot.tier == tier}
        only = names.pop() if len(names) == 1 else None
        labels.append((only or f"tier {tier}", top + height / 2))
        top += height
    return labels
