"""Turn a topology into a link (text at the end of a web address) and back: [A-Za-z0-9_-], at most MAX_LINK characters.

    "1" + base64url( deflate( head, "\\n", matrix ), checksum )

The head is the document as JSON, with its tables turned into columns, since the values of a column repeat. The matrix
has a byte per cell, in the layout that deflates best. Packing cells into fewer bits was tried: deflate alone was
shorter, except for matrices of 2 or 16 different values, where it was at most a twentieth longer.
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
"""The largest number of characters in a link; mail and chat programs cut longer addresses."""
MAX_INFLATED = 2 * 2**20
"""The largest number of bytes that a link may inflate to: twice what 1,024 nodes with their distances need."""
MAX_HEAD = 2**19
"""The largest size of the head, in bytes; a longer one could consist of CPU lists, which take long to read."""
VERSION = "1"
"""The first character; it changes whenever an older tierscope would misread the link."""

_SAFE = re.compile(r"[A-Za-z0-9_-]*")
_NUMBER = re.compile(r"(?<![0-9])~?(?:0|[1-9][0-9]{,5})(?![0-9])")  # "007" must not match: it would come back as 7
_CHECKSUM_BYTES = 4

Column = list[Any]
Columns = dict[str, Column]


def pack(topology: Topology) -> str:
    """Return the topology as a link; raise TopologyError if it is too large for one."""
    document = topology.document()
    matrix = None if isinstance(topology.distances, str) else topology.distances
    links = [VERSION + _base64(_deflate(payload)) for payload in _payloads(document, matrix) if _is_bounded(payload)]
    shortest = min(links, key=len, default="")
    if not shortest or len(shortest) > MAX_LINK:
        size = f"{len(shortest):,} characters" if shortest else "a document of megabytes"
        raise TopologyError(f"is too large for a link: {size}, and {MAX_LINK:,} characters fit; pass it on as a file")
    return shortest


def unpack(text: str) -> Topology:
    """Return the topology of a link; raise TopologyError if the text is damaged, hostile or no link."""
    payload = _inflate(_from_base64(text))
    try:
        document = _document(payload)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise _damaged("what it holds is no topology") from None
    try:
        return Topology.from_document(document)
    except TopologyError as error:
        raise _damaged(str(error)) from None


def inflated_size(text: object) -> int:
    """Return how many bytes a link inflates to, without reading them; 0 if the text is no link."""
    try:
        return len(_inflate(_from_base64(text))) if isinstance(text, str) else 0
    except TopologyError:
        return 0


def _is_bounded(payload: bytes) -> bool:
    return len(payload) <= MAX_INFLATED and len(payload.partition(b"\n")[0]) <= MAX_HEAD


def _damaged(reason: str) -> TopologyError:
    return TopologyError(f"the link is damaged: {reason}")


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
    if _base64(data) != body:  # a single character left over, or unused bits at the end that are not 0
        raise _damaged("its last characters are wrong or missing")
    return data


def _deflate(payload: bytes) -> bytes:
    strategies = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED)
    streams = [zlib.compressobj(9, zlib.DEFLATED, -15, 9, strategy) for strategy in strategies]
    head, matrix = payload.split(b"\n", 1)
    between = zlib.Z_SYNC_FLUSH if matrix else zlib.Z_NO_FLUSH  # lets text and cells have different deflate codes
    parts = (s.compress(head + b"\n") + s.flush(between) + s.compress(matrix) + s.flush() for s in streams)
    return min(parts, key=len) + zlib.crc32(payload).to_bytes(_CHECKSUM_BYTES)


def _inflate(data: bytes) -> bytes:
    """Return what was deflated, after checking the checksum; inflate no more than MAX_INFLATED bytes."""
    stream = zlib.decompressobj(-15)
    try:
        payload = stream.decompress(data, MAX_INFLATED)
    except zlib.error:
        raise _damaged("a part of it was changed on its way") from None
    if not stream.eof:
        raise _damaged("its end is missing" if not stream.unconsumed_tail else "it holds more than any topology")
    if stream.unused_data != zlib.crc32(payload).to_bytes(_CHECKSUM_BYTES):
        missing = len(stream.unused_data) < _CHECKSUM_BYTES
        raise _damaged("its end is missing" if missing else "a part of it was changed on its way")
    return payload


# ---- the document


def _payloads(document: dict[str, Any], matrix: Matrix | None) -> list[bytes]:
    """Return the bytes to be deflated, once for each layout that the matrix allows."""
    head: dict[str, Any] = {key: value for key, value in document.items() if key != "distances" and value is not None}
    for key in head.keys() & {"nodes", "events"}:
        head[key] = {name: _WRITE.get(name, list)(column) for name, column in _columns(head[key]).items()}
    if matrix is None:
        return [_payload(head, b"")]
    symmetric = all(map(bytes.__eq__, matrix, map(bytes, zip(*matrix, strict=True))))
    layouts = ("half",) if symmetric else ("rows", "mirror")
    return [_payload({**head, "layout": layout}, _LAYOUTS[layout][0](matrix)) for layout in layouts]


def _payload(head: dict[str, Any], matrix: bytes) -> bytes:
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" + matrix


def _document(payload: bytes) -> dict[str, Any]:
    """Return the document of a payload; raise one of the errors that unpack() catches if the payload holds none."""
    text, _, cells = payload.partition(b"\n")
    if len(text) > MAX_HEAD:
        raise ValueError(f"{len(text)} bytes before the matrix")
    head = dict(json.loads(text))
    for key in head.keys() & {"nodes", "events"}:
        if any(len(column) > MAX_NUMNODES + 1 for column in head[key].values()):
            raise ValueError("too many nodes or events, which would take long to check one by one")
        head[key] = _tables({name: _READ.get(name, list)(column) for name, column in head[key].items()})
    layout = head.pop("layout", None)
    head["distances"] = _LAYOUTS[layout][1](cells, len(head["nodes"])) if layout else "unknown"
    return head


def _columns(tables: list[dict[str, Any]]) -> Columns:
    """Return the tables as columns: for each key, its value in every table, or None where a table lacks it."""
    keys = dict.fromkeys(key for table in tables for key, value in table.items() if value is not None)
    return {key: [table.get(key) for table in tables] for key in keys}


def _tables(columns: Columns) -> list[dict[str, Any]]:
    rows = zip(*columns.values(), strict=True)
    return [{key: value for key, value in zip(columns, row, strict=True) if value is not None} for row in rows]


# ---- columns that are written in another form, in which their values repeat


def _differences(ids: Column) -> Column:
    """Return [4, 1, 1, 3] for [4, 5, 6, 9]."""
    return [b - a for a, b in pairwise([0, *ids])]


def _from_differences(column: Column) -> Column:
    return list(accumulate(_checked_numbers(column)))


def _multiples(sizes: Column) -> Column:
    """Return the greatest common divisor, followed by each number divided by it."""
    unit = gcd(*sizes) or 1
    return [unit, *(size // unit for size in sizes)]


def _from_multiples(column: Column) -> Column:
    unit, *multiples = _checked_numbers(column)
    return [unit * multiple for multiple in multiples]


def _checked_numbers(column: Column) -> Column:
    """Return the column of whole numbers; raise TypeError for text or lists, whose products could fill the memory."""
    if not all(type(number) is int and abs(number) <= MAX_BYTES for number in column):
        raise TypeError("whole numbers are needed")
    return column


def _shifted(lists: Column) -> Column:
    """Return CPU lists whose numbers are differences from the previous list: "0-3", "4-4" for "0-3", "4-7"."""
    return _replaced(lists, lambda number, before: (number - before, number))


def _from_shifted(lists: Column) -> Column:
    return _replaced(lists, lambda difference, before: (before + difference, before + difference))


def _replaced(lists: Column, convert: Callable[[int, int], tuple[int, int]]) -> Column:
    """Replace each number in the lists by the first value of `convert(number, before)`.

    The second value is `before` for the number at the same position of the next list.
    """
    before: list[int] = []
    replaced: Column = []
    for entry in lists:
        if not isinstance(entry, str):
            replaced.append(entry)
            continue
        numbers = [int(number.replace("~", "-")) for number in _NUMBER.findall(entry)]
        pairs = [convert(number, before[i] if i < len(before) else 0) for i, number in enumerate(numbers)]
        before[: len(pairs)] = [pair[1] for pair in pairs]  # an empty list changes nothing in `before`
        texts = iter([str(pair[0]).replace("-", "~") for pair in pairs])  # "~" is minus, since "-" is a range
        replaced.append(_NUMBER.sub(lambda _, texts=texts: next(texts), entry))  # type: ignore[misc]
    return replaced


_WRITE: dict[str, Callable[[Column], Column]] = {"id": _differences, "memory": _multiples, "cpus": _shifted}
_READ: dict[str, Callable[[Column], Column]] = {
    "id": _from_differences,
    "memory": _from_multiples,
    "cpus": _from_shifted,
}


# ---- layouts of the matrix


def _rows(matrix: Matrix) -> bytes:
    """Return all cells, row by row."""
    return b"".join(matrix)


def _from_rows(cells: bytes, size: int) -> Matrix:
    if len(cells) != size * size:
        raise ValueError(f"{len(cells)} cells are not {size} rows of {size}")
    return tuple(cells[start : start + size] for start in range(0, len(cells), size))


def _half(matrix: Matrix) -> bytes:
    """Return the diagonal and the cells to the right of it, row by row."""
    return b"".join(row[i:] for i, row in enumerate(matrix))


def _from_half(cells: bytes, size: int) -> Matrix:
    return _from_mirror(cells + bytes(size * (size - 1) // 2), size)


def _mirror(matrix: Matrix) -> bytes:
    """Return _half(), then each cell of the other half minus its mirror image, modulo 256."""
    columns = map(bytes, zip(*matrix, strict=True))
    pairs = [(row[i + 1 :], column[i + 1 :]) for i, (row, column) in enumerate(zip(matrix, columns, strict=True))]
    return _half(matrix) + bytes((b - a) % 256 for row, column in pairs for a, b in zip(row, column, strict=True))


def _from_mirror(cells: bytes, size: int) -> Matrix:
    if len(cells) != size * size:
        raise ValueError(f"{len(cells)} cells are not {size} rows of {size}")
    rows = [bytearray(size) for _ in range(size)]
    upper, lower = 0, size * (size + 1) // 2
    for i in range(size):
        rows[i][i:] = right = cells[upper : upper + size - i]
        differences = cells[lower : lower + size - i - 1]
        for j, (cell, difference) in enumerate(zip(right[1:], differences, strict=True), i + 1):
            rows[j][i] = (cell + difference) % 256
        upper, lower = upper + size - i, lower + size - i - 1
    return tuple(map(bytes, rows))


_LAYOUTS: dict[str, tuple[Callable[[Matrix], bytes], Callable[[bytes, int], Matrix]]] = {
    "rows": (_rows, _from_rows),
    "half": (_half, _from_half),
    "mirror": (_mirror, _from_mirror),
}
