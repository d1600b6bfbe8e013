"""NodeMask, which is nodemask_t in Linux: a set of node ids.

Its text form is a *node list*, as Linux prints one: "0-2,5", and ""
for the empty set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

NUMA_NO_NODE = -1
MAX_NUMNODES = 1024
"""The largest number of nodes in the kernels of distributions.

No result depends on it.
"""

CACHE_SIZE = 4096
"""The number of masks and node lists whose conversion is kept.

The same masks are converted at many steps.
"""


_BIT = (*(1 << node for node in range(MAX_NUMNODES)), 0)
"""The bit of each node. NUMA_NO_NODE, index -1, has no bit."""


class NodeMask:
    """A mutable set of node ids, one bit a node.

    Iteration is in ascending order, as in for_each_node_mask(). A
    mask is mutable because C passes it by pointer: the caller sees
    the nodes that the called function adds.
    """

    __slots__ = ("bits",)

    def __init__(self, nodes: Iterable[int] = ()) -> None:
        self.bits = 0
        for node in nodes:
            self.bits |= 1 << node

    @classmethod
    def of_bits(cls, bits: int) -> NodeMask:
        """Return the mask whose bit n stands for node n."""
        mask = cls()
        mask.bits = bits
        return mask

    @classmethod
    def parse(cls, text: str) -> NodeMask:
        """Return the mask that a node list names.

        Raise ValueError naming the part that is no node or range.
        """
        return cls.of_bits(_parsed(text))

    def add(self, node: int) -> None:
        """Put the node into the mask: node_set()."""
        self.bits |= 1 << node

    def discard(self, node: int) -> None:
        """Take the node out of the mask: node_clear()."""
        self.bits &= ~(1 << node)

    def copy(self) -> NodeMask:
        """Return another mask with the same nodes.

        In C an assignment makes such a copy.
        """
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


def NODE_MASK_NONE() -> NodeMask:  # noqa: N802  # as in Linux
    """Return a mask without nodes, a new one each time."""
    return NodeMask()


def node_list(nodes: Iterable[int]) -> str:
    """Return ids as text in their order: "4,1-2" for 4, 1, 2."""
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


@lru_cache(CACHE_SIZE)
def _nodes(bits: int) -> tuple[int, ...]:
    # The digits are reversed, so that node 0 comes first.
    digits = bin(bits)[:1:-1]
    return tuple(
        node for node, digit in enumerate(digits) if digit == "1"
    )


@lru_cache(CACHE_SIZE)
def _listed(bits: int) -> str:
    """Return a mask as a node list."""
    return node_list(_nodes(bits))


@lru_cache(CACHE_SIZE)
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
    """Return the ids of a text that node_list() wrote, in order."""
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
        problem = (
            f"no node id or range from 0 to {MAX_NUMNODES - 1}"
        )
        raise ValueError(f"{part.strip()[:40]!r} is {problem}")
    return int(digits)
