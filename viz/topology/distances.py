"""Check the distance matrix: one row and one column per node, in the order in which the nodes are listed.

pydantic would make an error for each of up to a million wrong cells, while this check stops at the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from viz.topology.errors import TopologyError, shown

LOCAL, REMOTE, SMALLEST, LARGEST = 10, 20, 10, 255
"""The distances that Linux and libvirt assume from a node to itself and to another one; the range of all distances."""
Matrix = tuple[bytes, ...]
Pair = tuple[int, int]


def checked_distances(value: object, ids: Sequence[int]) -> Matrix | Literal["unknown"]:
    """Return the matrix as rows of bytes, or "unknown"; raise TopologyError at the first wrong row or cell."""
    if value == "unknown":
        return "unknown"
    if not isinstance(value, list | tuple):
        raise TopologyError(f'must be a matrix (a list of rows) or "unknown", not {shown(value)}', "distances")
    if len(value) != len(ids):
        problem = f"needs {len(ids)} rows, one a node in the order of nodes, and has {len(value)}"
        raise TopologyError(problem, "distances")
    return tuple(_row(row, index, ids) for index, row in enumerate(value))


def _row(row: object, index: int, ids: Sequence[int]) -> bytes:
    key = f"distances[{index}]"
    if not isinstance(row, list | tuple | bytes):
        raise TopologyError(f"the row of node {ids[index]} must be a list of numbers, not {shown(row)}", key)
    if len(row) != len(ids):
        problem = f"the row of node {ids[index]} needs {len(ids)} numbers, one a node, and has {len(row)}"
        raise TopologyError(problem, key)
    try:
        cells = bytes(row)
        if min(cells) >= SMALLEST:  # bytes() turns True into 1, which is refused, too
            return cells
    except (TypeError, ValueError):
        pass
    column = next(column for column, cell in enumerate(row) if not is_distance(cell))
    problem = f"from node {ids[index]} to node {ids[column]}: {distance_problem(row[column])}"
    raise TopologyError(problem, f"{key}[{column}]")


def is_distance(value: object) -> bool:
    """Return whether a value is a whole number that a SLIT may hold as a distance."""
    return type(value) is int and SMALLEST <= value <= LARGEST


def distance_problem(value: object) -> str:
    """Say what is wrong with a value that is no distance, and what a distance is."""
    why = "reserved" if type(value) is int and 0 <= value < SMALLEST else "no distance"
    return f"{shown(value)} is {why}; a distance is a whole number from {SMALLEST} to {LARGEST} (255 = unreachable)"


def matrix_warnings(matrix: Matrix, ids: Sequence[int]) -> Iterator[str]:
    """Yield a sentence for each kind of oddity in the matrix; real firmware has them, and the kernel accepts them."""
    yield from _warning(
        _remote_tens(matrix),
        lambda a, b: f"The distance from node {ids[a]} to node {ids[b]} is 10, as if they were one node",
        "Linux on x86 drops a firmware table that says so",
    )
    yield from _warning(
        _asymmetric(matrix),
        lambda a, b: f"From node {ids[a]} to node {ids[b]} it is {matrix[a][b]}, back it is {matrix[b][a]}",
        "the row of the node that looks for a target decides",
    )
    yield from _warning(
        ((a, a) for a, row in enumerate(matrix) if row[a] != LOCAL),
        lambda a, _: f"Node {ids[a]} is at distance {matrix[a][a]} from itself instead of 10",
        "it is taken as it is",
    )


def _remote_tens(matrix: Matrix) -> Iterator[Pair]:
    for a, row in enumerate(matrix):
        if row.count(LOCAL) > (row[a] == LOCAL):
            yield from ((a, b) for b, cell in enumerate(row) if cell == LOCAL and a != b)


def _asymmetric(matrix: Matrix) -> Iterator[Pair]:
    columns = map(bytes, zip(*matrix, strict=True))
    for a, (row, column) in enumerate(zip(matrix, columns, strict=True)):
        if row != column:  # most rows are equal, so their cells need no comparison
            yield from ((a, b) for b in range(a + 1, len(row)) if row[b] != column[b])


def _warning(odd_pairs: Iterator[Pair], sentence: Callable[[int, int], str], remark: str) -> Iterator[str]:
    """Yield a warning on the first odd pair of nodes, with the number of the other odd pairs; nothing if there is none.

    `sentence` makes the warning's first part from the two indexes; `remark` says how Linux treats such a pair.
    """
    first = next(odd_pairs, None)
    if first is not None:
        more = sum(1 for _ in odd_pairs)
        yield f"{sentence(*first)}{f' (and {more} more like it)' if more else ''}; {remark}."


SLIT_UNUSED = (
    f'Linux throws this SLIT away ("SLIT table looks invalid. Not used."): a diagonal is not {LOCAL}, or another '
    f"distance is {LOCAL} or less. It takes {LOCAL} from a node to itself and {REMOTE} to any other."
)


def is_valid_slit(rows: Sequence[Sequence[int]]) -> bool:
    """Return whether Linux uses a SLIT: every node has distance 10 to itself, and a larger one to all others."""
    return all(
        row[index] == LOCAL and min((*row[:index], *row[index + 1 :]), default=LARGEST) > LOCAL
        for index, row in enumerate(rows)
        if index < len(row)
    )


def without_slit(ids: Sequence[int]) -> dict[int, Sequence[int]]:
    """Return the rows of distances that Linux assumes if it has no SLIT."""
    return {node: bytes(LOCAL if other == node else REMOTE for other in ids) for node in ids}


def row_by_id(row: bytes, ids: tuple[int, ...]) -> bytes:
    """Return a row of the matrix, indexed by node id; an id that is not in `ids` gets 255, unreachable."""
    by_id = bytearray(b"\xff" * (max(ids) + 1))
    for node, distance in zip(ids, row, strict=True):
        by_id[node] = distance
    return bytes(by_id)
