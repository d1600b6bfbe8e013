"""A topology as the text that ends a web address, and back: [A-Za-z0-9_-] only, at most MAX_LINK characters.

    "1" + base64url( deflate( head, "\\n", matrix ), checksum )

The head is the document as JSON, its tables turned into columns, since a column repeats itself and a table
does not. The matrix is a byte a cell, in the layout that deflates best. Packing its values into as few bits as
will do was tried: deflate's own codes were shorter for all but 2 and 16 values, and within a twentieth there.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable
from itertools import accumulate, pairwise
from math import gcd
from typing import Any

from viz.kernel.nodemask import MAX_NUMNODES
from viz.topology.distances import Matrix
from viz.topology.errors import TopologyError, shown
from viz.topology.model import Topology
from viz.topology.quantities import MAX_BYTES

MAX_LINK = 8_000
"""Characters; more is cut by mail and chat programs."""
MAX_INFLATED = 2 * 2**20
"""Bytes that a link may inflate to: 1,024 nodes with their distances, and as much again."""
MAX_HEAD = 2**19
"""Bytes of that before the matrix; short CPU lists that repeat could fill it, and take their time."""
VERSION = "1"
"""The first character; it changes whenever a reader of the old form would go wrong."""

_SAFE = re.compile(r"[A-Za-z0-9_-]*")
_NUMBER = re.compile(r"(?<![0-9])~?(?:0|[1-9][0-9]{,5})(?![0-9])")  # "007" is none: it would come back as 7
_CHECKSUM = 4

Column = list[Any]
Columns = dict[str, Column]


def pack(topology: Topology) -> str:
    """The topology as a link's text; TopologyError if it is too large for one."""
    document = topology.document()
    matrix = None if isinstance(topology.distances, str) else topology.distances
    texts = [VERSION + _base64(_deflated(plain)) for plain in _plains(document, matrix) if _is_bounded(plain)]
    shortest = min(texts, key=len, default="")
    if not shortest or len(shortest) > MAX_LINK:
        size = f"{len(shortest):,} characters" if shortest else "a document of megabytes"
        raise TopologyError(f"is too large for a link: {size}, and {MAX_LINK:,} characters fit; pass it on as a file")
    return shortest


def unpack(text: str) -> Topology:
    """The topology that pack() wrote; TopologyError in one line if the text is damaged, foreign or hostile."""
    plain = _inflated(_from_base64(text))
    try:
        document = _document(plain)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise _damaged("what it holds is no topology") from None
    try:
        return Topology.from_document(document)
    except TopologyError as error:
        raise _damaged(str(error)) from None


def inflated_size(text: object) -> int:
    """Return how many bytes a link inflates to, without reading them; 0 for what is no link."""
    try:
        return len(_inflated(_from_base64(text))) if isinstance(text, str) else 0
    except TopologyError:
        return 0


def _is_bounded(plain: bytes) -> bool:
    return len(plain) <= MAX_INFLATED and len(plain.partition(b"\n")[0]) <= MAX_HEAD


def _damaged(how: str) -> TopologyError:
    return TopologyError(f"the link is damaged: {how}")


# ---- text and bytes


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _from_base64(text: str) -> bytes:
    if len(text) > MAX_LINK:
        raise _damaged(f"it has {len(text):,} characters, and no link has more than {MAX_LINK:,}")
    if not text.startswith(VERSION):
        begins = f"starts with {shown(text[0])}" if text else "is empty"
        raise _damaged(f"it {begins}, and those of this tierscope start with '{VERSION}'")
    if not _SAFE.fullmatch(text):
        odd = next(char for char in text if not _SAFE.fullmatch(char))
        raise _damaged(f"{shown(odd)} stands in it, and only letters, digits, - and _ may")
    body = text[len(VERSION) :]
    data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)) if len(body) % 4 != 1 else b""
    if _base64(data) != body:  # one character alone, or bits at the end that stand for nothing
        raise _damaged("its last characters are wrong or missing")
    return data


def _deflated(plain: bytes) -> bytes:
    streams = [zlib.compressobj(9, zlib.DEFLATED, -15, 9, how) for how in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED)]
    head, matrix = plain.split(b"\n", 1)
    cut = zlib.Z_SYNC_FLUSH if matrix else zlib.Z_NO_FLUSH  # codes of their own for text and for cells
    parts = (s.compress(head + b"\n") + s.flush(cut) + s.compress(matrix) + s.flush() for s in streams)
    return min(parts, key=len) + zlib.crc32(plain).to_bytes(_CHECKSUM)


def _inflated(data: bytes) -> bytes:
    """What was deflated; never more than MOST bytes are made of it."""
    stream = zlib.decompressobj(-15)
    try:
        plain = stream.decompress(data, MAX_INFLATED)
    except zlib.error:
        raise _damaged("a part of it was changed on its way") from None
    if not stream.eof:
        raise _damaged("its end is missing" if not stream.unconsumed_tail else "it holds more than any topology")
    if stream.unused_data != zlib.crc32(plain).to_bytes(_CHECKSUM):
        missing = len(stream.unused_data) < _CHECKSUM
        raise _damaged("its end is missing" if missing else "a part of it was changed on its way")
    return plain


# ---- the document


def _plains(document: dict[str, Any], matrix: Matrix | None) -> list[bytes]:
    """The document before it is deflated, once for each layout that the matrix allows."""
    head: dict[str, Any] = {key: value for key, value in document.items() if key != "distances" and value is not None}
    for key in head.keys() & {"nodes", "events"}:
        head[key] = {name: _WRITE.get(name, list)(column) for name, column in _columns(head[key]).items()}
    if matrix is None:
        return [_plain(head, b"")]
    symmetric = all(map(bytes.__eq__, matrix, map(bytes, zip(*matrix, strict=True))))
    layouts = ("half",) if symmetric else ("rows", "mirror")
    return [_plain({**head, "layout": layout}, _LAYOUTS[layout][0](matrix)) for layout in layouts]


def _plain(head: dict[str, Any], matrix: bytes) -> bytes:
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" + matrix


def _document(plain: bytes) -> dict[str, Any]:
    """The document again; any error of Python's if it was none."""
    text, _, cells = plain.partition(b"\n")
    if len(text) > MAX_HEAD:
        raise ValueError(f"{len(text)} bytes before the matrix")
    head = dict(json.loads(text))
    for key in head.keys() & {"nodes", "events"}:
        if any(len(column) > MAX_NUMNODES + 1 for column in head[key].values()):
            raise ValueError("a million nodes or events, say, which take their time to be refused one by one")
        head[key] = _tables({name: _READ.get(name, list)(column) for name, column in head[key].items()})
    layout = head.pop("layout", None)
    head["distances"] = _LAYOUTS[layout][1](cells, len(head["nodes"])) if layout else "unknown"
    return head


def _columns(tables: list[dict[str, Any]]) -> Columns:
    """A list for each key that any table has, None where a table has it not."""
    keys = dict.fromkeys(key for table in tables for key, value in table.items() if value is not None)
    return {key: [table.get(key) for table in tables] for key in keys}


def _tables(columns: Columns) -> list[dict[str, Any]]:
    rows = zip(*columns.values(), strict=True)
    return [{key: value for key, value in zip(columns, row, strict=True) if value is not None} for row in rows]


# ---- columns that are written another way, since they then repeat themselves


def _steps(ids: Column) -> Column:
    """[4, 5, 6, 9] as [4, 1, 1, 3]."""
    return [b - a for a, b in pairwise([0, *ids])]


def _from_steps(steps: Column) -> Column:
    return list(accumulate(_whole(steps)))


def _multiples(sizes: Column) -> Column:
    """The greatest common divisor, then how many times it each of the whole numbers is."""
    unit = gcd(*sizes) or 1
    return [unit, *(size // unit for size in sizes)]


def _from_multiples(column: Column) -> Column:
    unit, *times = _whole(column)
    return [unit * size for size in times]


def _whole(column: Column) -> Column:
    """The same column; of other things than whole numbers, sums and products could fill the memory."""
    if not all(type(number) is int and abs(number) <= MAX_BYTES for number in column):
        raise TypeError("whole numbers are needed")
    return column


def _shifted(lists: Column) -> Column:
    """CPU lists, each number as the difference to that of the list before: "0-3", "4-7" as "0-3", "4-4"."""
    return _walked(lists, lambda number, before: (number - before, number))


def _from_shifted(lists: Column) -> Column:
    return _walked(lists, lambda step, before: (before + step, before + step))


def _walked(lists: Column, step: Callable[[int, int], tuple[int, int]]) -> Column:
    """The lists with each number replaced by the first of `step`; the second is what the next list starts from."""
    before: list[int] = []
    walked: Column = []
    for entry in lists:
        if not isinstance(entry, str):
            walked.append(entry)
            continue
        numbers = [int(number.replace("~", "-")) for number in _NUMBER.findall(entry)]
        pairs = [step(number, before[i] if i < len(before) else 0) for i, number in enumerate(numbers)]
        before[: len(pairs)] = [pair[1] for pair in pairs]  # what is longer stays: a node without CPUs does not end it
        texts = iter([str(pair[0]).replace("-", "~") for pair in pairs])  # "-" stands between numbers already
        walked.append(_NUMBER.sub(lambda _, texts=texts: next(texts), entry))  # type: ignore[misc]
    return walked


_WRITE: dict[str, Callable[[Column], Column]] = {"id": _steps, "memory": _multiples, "cpus": _shifted}
_READ: dict[str, Callable[[Column], Column]] = {"id": _from_steps, "memory": _from_multiples, "cpus": _from_shifted}


# ---- layouts of the matrix


def _rows(matrix: Matrix) -> bytes:
    """Row by row."""
    return b"".join(matrix)


def _from_rows(cells: bytes, size: int) -> Matrix:
    if len(cells) != size * size:
        raise ValueError(f"{len(cells)} cells are not {size} rows of {size}")
    return tuple(cells[start : start + size] for start in range(0, len(cells), size))


def _half(matrix: Matrix) -> bytes:
    """The diagonal and what is right of it, row by row."""
    return b"".join(row[i:] for i, row in enumerate(matrix))


def _from_half(cells: bytes, size: int) -> Matrix:
    return _from_mirror(cells + bytes(size * (size - 1) // 2), size)


def _mirror(matrix: Matrix) -> bytes:
    """Half of it, then how much each cell of the other half is more than its mirror image."""
    columns = map(bytes, zip(*matrix, strict=True))
    pairs = [(row[i + 1 :], column[i + 1 :]) for i, (row, column) in enumerate(zip(matrix, columns, strict=True))]
    return _half(matrix) + bytes((b - a) % 256 for row, column in pairs for a, b in zip(row, column, strict=True))


def _from_mirror(cells: bytes, size: int) -> Matrix:
    if len(cells) != size * size:
        raise ValueError(f"{len(cells)} cells are not {size} rows of {size}")
    rows = [bytearray(size) for _ in range(size)]
    upper, more = 0, size * (size + 1) // 2
    for i in range(size):
        rows[i][i:] = right = cells[upper : upper + size - i]
        differences = cells[more : more + size - i - 1]
        for j, (cell, difference) in enumerate(zip(right[1:], differences, strict=True), i + 1):
            rows[j][i] = (cell + difference) % 256
        upper, more = upper + size - i, more + size - i - 1
    return tuple(map(bytes, rows))


_LAYOUTS: dict[str, tuple[Callable[[Matrix], bytes], Callable[[bytes, int], Matrix]]] = {
    "rows": (_rows, _from_rows),
    "half": (_half, _from_half),
    "mirror": (_mirror, _from_mirror),
}
