"""NodeMask, the kernel's nodemask_t: a set of node ids, handed around by reference.

Written as a *node list*, the way the kernel prints one: "0-2,5", and "" for the empty set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

NUMA_NO_NODE = -1
MAX_NUMNODES = 1024
"""The largest table a distribution builds (NODES_SHIFT = 10); no result depends on it."""

KEPT = 4096
"""So many masks and node lists are remembered with what they hold: the same ones come at step after step."""


_BIT = (*(1 << node for node in range(MAX_NUMNODES)), 0)
"""The bit of every node, and at last, for NUMA_NO_NODE, none."""


class NodeMask:
    """A mutable set of node ids, one bit a node; iterates in ascending id, as for_each_node_mask() does.

    Mutable because C passes it by pointer: whoever holds it sees what the callee adds.
    """

    __slots__ = ("bits",)

    def __init__(self, nodes: Iterable[int] = ()) -> None:
        self.bits = 0
        for node in nodes:
            self.bits |= 1 << node

    @classmethod
    def of_bits(cls, bits: int) -> NodeMask:
        """The mask whose bit n says whether node n is in it."""
        mask = cls()
        mask.bits = bits
        return mask

    @classmethod
    def parse(cls, text: str) -> NodeMask:
        """The mask that a node list names; ValueError says which part is no node or range below MAX_NUMNODES."""
        return cls.of_bits(_parsed(text))

    def add(self, node: int) -> None:
        """node_set(): the node is in the mask."""
        self.bits |= 1 << node

    def discard(self, node: int) -> None:
        """node_clear(): the node is not in the mask."""
        self.bits &= ~(1 << node)

    def copy(self) -> NodeMask:
        """A mask of its own with the same nodes, as C copies a struct."""
        return NodeMask.of_bits(self.bits)

    def __contains__(self, node: int) -> bool:
        return self.bits & _BIT[node] != 0

    def __iter__(self) -> Iterator[int]:
        return iter(_nodes(self.bits))

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __bool__(self) -> bool:
        return self.bits != 0

    def __or__(self, other: NodeMask) -> NodeMask:
        return NodeMask.of_bits(self.bits | other.bits)

    def __ior__(self, other: NodeMask) -> NodeMask:
        self.bits |= other.bits
        return self

    def __and__(self, other: NodeMask) -> NodeMask:
        return NodeMask.of_bits(self.bits & other.bits)

    def __sub__(self, other: NodeMask) -> NodeMask:
        return NodeMask.of_bits(self.bits & ~other.bits)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, NodeMask) and self.bits == other.bits
        )

    __hash__ = None  # type: ignore[assignment]  # mutable

    def __str__(self) -> str:
        return _listed(self.bits)

    def __repr__(self) -> str:
        return f"NodeMask({str(self)!r})"


def NODE_MASK_NONE() -> NodeMask:  # noqa: N802  # the kernel's name
    """Return a mask without nodes, a new one each time: in C the assignment copies it."""
    return NodeMask()


def node_list(nodes: Iterable[int]) -> str:
    """Ids as the kernel's %*pbl prints them, runs of neighbours joined by a dash; their order is kept."""
    runs: list[list[int]] = []
    for node in nodes:
        if runs and node == runs[-1][1] + 1:
            runs[-1][1] = node
        else:
            runs.append([node, node])
    return ",".join(
        f"{low}" if low == high else f"{low}-{high}"
        for low, high in runs
    )


@lru_cache(KEPT)
def _nodes(bits: int) -> tuple[int, ...]:
    digits = bin(bits)[
        :1:-1
    ]  # "0b1101" read from the right: node 0 first
    return tuple(
        node for node, digit in enumerate(digits) if digit == "1"
    )


@lru_cache(KEPT)
def _listed(bits: int) -> str:
    """A mask is asked for its text at every step, and changes at few."""
    return node_list(_nodes(bits))


@lru_cache(KEPT)
def _parsed(text: str) -> int:
    bits = 0
    for part in text.split(",") if text.strip() else []:
        first, dash, last = part.strip().partition("-")
        low, high = (
            _node_id(first, part),
            _node_id(last if dash else first, part),
        )
        if high < low:
            raise ValueError(f"{part.strip()!r} runs backwards")
        bits |= (1 << high + 1) - (1 << low)
    return bits


def listed(text: str) -> list[int]:
    """The ids of a node list in its own order: "4,1-2" is 4, 1, 2. What node_list() wrote, not what a person typed."""
    runs = (
        [part.split("-") for part in text.split(",")]
        if text
        else []
    )
    return [
        node
        for run in runs
        for node in range(int(run[0]), int(run[-1]) + 1)
    ]


def _node_id(digits: str, part: str) -> int:
    digits = digits.strip()
    if not (
        digits.isascii()
        and digits.isdigit()
        and len(digits) <= 4
        and int(digits) < MAX_NUMNODES
    ):
        raise ValueError(
            f"{part.strip()[:40]!r} is no node id or range from 0 to {MAX_NUMNODES - 1}"
        )
    return int(digits)
