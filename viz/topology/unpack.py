"""Unpack compressed data as a stream and in bounded memory; data that unpacks to far too much is refused early."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from viz.topology.errors import TopologyError

MAX_UNPACKED = 128 * 2**20
"""The largest number of bytes that data may unpack to; the largest known archive of a /sys unpacks to half of this."""
_PIECE = 2**18
_MAX_RATIO, _ALWAYS_ALLOWED = 1000, 2**22
"""The largest ratio of unpacked to packed bytes (real archives stay below 100), checked from 4 MiB unpacked on."""
_MAX_STREAMS = 100
_MAX_XZ_MEMORY = 2**27


class Unpacker(Protocol):
    """The interface that the decompressors of the standard library share."""

    @property
    def eof(self) -> bool:
        """Return whether the end of the data was reached."""

    @property
    def unused_data(self) -> bytes:
        """Return the input bytes that follow the end of the compressed data."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Return up to max_length further bytes."""


class _Gunzip:
    """zlib's decompressor for gzip; like the two others it keeps the input that it has not used yet.

    It passes zlib one piece at a time, since zlib copies all input that it has not used on every call.
    """

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._data = b""
        self._position = 0

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._data[self._position :]

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        self._data += data
        while True:
            piece = self._data[self._position : self._position + _PIECE]
            output = self._zlib.decompress(piece, max_length)
            left = self._zlib.unused_data if self._zlib.eof else self._zlib.unconsumed_tail
            self._position += len(piece) - len(left)
            if output or self._zlib.eof or self._position == len(self._data):
                return output


_FORMATS: dict[bytes, tuple[str, Callable[[], Unpacker]]] = {
    b"\x1f\x8b\x08": ("gzip", _Gunzip),
    b"BZh": ("bzip2", bz2.BZ2Decompressor),
    b"\xfd7zXZ\0": ("xz", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MAX_XZ_MEMORY)),
}
_UNSUPPORTED = {
    b"PK\x03\x04": "a zip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
}


def packed_with(data: bytes) -> str | None:
    """Return the name of the format that the data is packed in; None if it is not packed.

    Raise TopologyError for a format that is not read, such as zip.
    """
    for magic, what in _UNSUPPORTED.items():
        if data.startswith(magic):
            raise TopologyError(f"is {what}; of packed files, gzip, bzip2 and xz are read")
    return next((name for magic, (name, _) in _FORMATS.items() if data.startswith(magic)), None)


def unpacked(data: bytes) -> Iterator[bytes]:
    """Yield the contents of packed data in pieces; raise TopologyError if it is cut off, damaged or too large."""
    magic, (name, make_unpacker) = next((magic, row) for magic, row in _FORMATS.items() if data.startswith(magic))
    out, size = 0, len(data)
    for _ in range(_MAX_STREAMS):
        unpacker, rest = make_unpacker(), data
        while not unpacker.eof:
            piece = _piece(unpacker, rest, name)
            rest = b""
            out += len(piece)
            if out > MAX_UNPACKED or (out > _ALWAYS_ALLOWED and out > _MAX_RATIO * size):
                raise TopologyError(f"unpacks to more than {out // 2**20} MiB; no listing of a machine does")
            yield piece
        data = unpacker.unused_data.lstrip(b"\0")  # tapes and some programs add zeros at the end
        if not data:
            return
        if not data.startswith(magic):
            raise TopologyError(f"has {len(data)} bytes of something else after its {name} data")
    raise TopologyError(f"is {name} data of more than {_MAX_STREAMS} parts")


def _piece(unpacker: Unpacker, data: bytes, name: str) -> bytes:
    try:
        piece = unpacker.decompress(data, _PIECE)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
        raise TopologyError(f"is damaged {name} data: {error}") from None
    if not piece and not unpacker.eof:
        raise TopologyError(f"is cut off: its {name} data has no end")
    return piece


def unpacked_whole(data: bytes, limit: int) -> bytes:
    """Return all of the contents; raise TopologyError if they have more than `limit` bytes."""
    whole = bytearray()
    for piece in unpacked(data):
        whole += piece
        if len(whole) > limit:
            raise TopologyError(f"unpacks to more than {limit // 2**20} MiB; no listing of a machine does")
    return bytes(whole)
