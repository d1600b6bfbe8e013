"""Compressed data, unpacked as a stream and in bounded memory; a packed bomb is refused while it goes off."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from viz.topology.errors import TopologyError

MAX_UNPACKED = 128 * 2**20  # the largest archive of a /sys that we know of unpacks to half of it
_PIECE = 2**18
_MAX_RATIO, _FREE = 1000, 2**22  # real archives stay below a hundred; nothing is said of the first 4 MiB
_MAX_STREAMS = 100
_MAX_XZ_MEMORY = 2**27


class Unpacker(Protocol):
    """What the decompressors of the standard library have in common."""

    @property
    def eof(self) -> bool:
        """Whether the data has come to its end."""

    @property
    def unused_data(self) -> bytes:
        """What follows the end."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most max_length bytes more."""


class _Gunzip:
    """zlib's decompressor for gzip, with the manners of the two others: it keeps what it has not used yet.

    zlib is given a piece at a time, since it hands back all that it has not used, each time.
    """

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._data = b""
        self._at = 0

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._data[self._at :]

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        self._data += data
        while True:
            piece = self._data[self._at : self._at + _PIECE]
            made = self._zlib.decompress(piece, max_length)
            left = self._zlib.unused_data if self._zlib.eof else self._zlib.unconsumed_tail
            self._at += len(piece) - len(left)
            if made or self._zlib.eof or self._at == len(self._data):
                return made


_PACKERS: dict[bytes, tuple[str, Callable[[], Unpacker]]] = {
    b"\x1f\x8b\x08": ("gzip", _Gunzip),
    b"BZh": ("bzip2", bz2.BZ2Decompressor),
    b"\xfd7zXZ\0": ("xz", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MAX_XZ_MEMORY)),
}
_OTHERS = {b"PK\x03\x04": "a zip archive", b"7z\xbc\xaf": "a 7-Zip archive", b"\x28\xb5\x2f\xfd": "packed with zstd"}


def packed_with(data: bytes) -> str | None:
    """The name of the packer that made the data, None where it is not packed."""
    for magic, what in _OTHERS.items():
        if data.startswith(magic):
            raise TopologyError(f"is {what}; of packed files, gzip, bzip2 and xz are read")
    return next((name for magic, (name, _) in _PACKERS.items() if data.startswith(magic)), None)


def unpacked(data: bytes) -> Iterator[bytes]:
    """The contents of packed data in pieces; TopologyError once it is cut off, damaged or larger than it may be."""
    magic, (name, maker) = next((magic, row) for magic, row in _PACKERS.items() if data.startswith(magic))
    out, size = 0, len(data)
    for _ in range(_MAX_STREAMS):
        unpacker, rest = maker(), data
        while not unpacker.eof:
            piece = _piece(unpacker, rest, name)
            rest = b""
            out += len(piece)
            if out > MAX_UNPACKED or (out > _FREE and out > _MAX_RATIO * size):
                raise TopologyError(f"unpacks to more than {out // 2**20} MiB; no listing of a machine does")
            yield piece
        data = unpacker.unused_data.lstrip(b"\0")  # tapes and some programs fill up with zeros
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


def unpacked_whole(data: bytes, most: int) -> bytes:
    """All of the contents, which must not be larger than `most` bytes."""
    whole = bytearray()
    for piece in unpacked(data):
        whole += piece
        if len(whole) > most:
            raise TopologyError(f"unpacks to more than {most // 2**20} MiB; no listing of a machine does")
    return bytes(whole)
