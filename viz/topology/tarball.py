"""Read the files of a tar archive from a stream, without extracting them; an archive with an odd member is refused.

The standard library's tarfile takes two seconds for a large /sys, and reads kinds of members that must be refused here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from posixpath import normpath

from viz.topology.errors import TopologyError, shown

BLOCK = 512
MAX_MEMBERS = 80_000
"""The largest number of members in an archive; the largest known archive of a /sys has 64,266."""
_MAX_SIZE = 16 * 2**20
"""The largest size, in bytes, of a member that is skipped; the largest one in a real archive has 134 kB."""
_MAX_WANTED = 2**20
"""The largest size, in bytes, of a member that is read, and of a long name."""
_FILE, _LINK, _SYMLINK, _FOLDER = b"0\x007", b"1", b"2", b"5"
_FORBIDDEN = {b"1": "a hard link", b"3": "a device", b"4": "a device", b"6": "a FIFO"}


class Blocks:
    """A stream of bytes, read in blocks; reading past its end raises TopologyError."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._buffer = b""
        self._position = 0

    def take(self, size: int, what: str = "the archive") -> bytes:
        """Return the next `size` bytes; the error for a stream that ends too soon names `what`."""
        while len(self._buffer) - self._position < size:
            piece = next(self._pieces, None)
            if piece is None:
                raise TopologyError(f"is cut off in the middle of {what}")
            self._buffer = self._buffer[self._position :] + piece
            self._position = 0
        self._position += size
        return self._buffer[self._position - size : self._position]

    def drop(self, size: int, what: str) -> None:
        """Skip the next `size` bytes."""
        while size > 0:
            step = min(size, 2**16)
            self.take(step, what)
            size -= step

    def rest_is_empty(self) -> bool:
        """Return whether only zeros follow, with which tar fills up its last record."""
        if self._buffer[self._position :].strip(b"\0"):
            return False
        return not any(piece.strip(b"\0") for piece in self._pieces)


@dataclass(slots=True)
class Member:
    """The header of one member, with the long names that extra headers gave."""

    path: str
    kind: bytes
    size: int
    target: str

    @property
    def is_file(self) -> bool:
        """Return whether the member is a regular file."""
        return self.kind in _FILE

    @property
    def is_link(self) -> bool:
        """Return whether the member is a symbolic link."""
        return self.kind == _SYMLINK

    @property
    def is_folder(self) -> bool:
        """Return whether the member is a folder."""
        return self.kind == _FOLDER

    def error(self, problem: str) -> TopologyError:
        """Return an error that names the member."""
        return TopologyError(problem, f"member {shown(self.path)}")


def is_tar(head: bytes) -> bool:
    """Return whether the first block is a tar header, which its checksum shows."""
    return len(head) >= BLOCK and any(head[:BLOCK]) and _checksum_is_right(head[:BLOCK])


def files(pieces: Iterable[bytes], wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield the path and contents of every file whose path is wanted."""
    blocks = Blocks(pieces)
    for member in members(blocks):
        _check(member)
        if member.is_file and wanted(member.path):
            if member.size > _MAX_WANTED:
                raise member.error(f"has {member.size} bytes; a file of /sys is far smaller")
            yield member.path, content_of(member, blocks, member.size)
        else:
            skip(member, blocks)


def content_of(member: Member, blocks: Blocks, limit: int) -> bytes:
    """Return the first `limit` bytes of a member whose header was just read, and skip the rest of it."""
    content = blocks.take(min(member.size, limit), f"member {shown(member.path)}")
    blocks.drop(member.size - len(content) + -member.size % BLOCK, f"member {shown(member.path)}")
    return content


def skip(member: Member, blocks: Blocks) -> None:
    """Skip the contents of a member whose header was just read."""
    blocks.drop(member.size + -member.size % BLOCK, f"member {shown(member.path)}")


def members(blocks: Blocks) -> Iterator[Member]:
    """Yield the members, unchecked; the caller reads or skips the contents of each.

    Extra headers with long names are merged into the member that follows them.
    """
    extra: dict[str, str] = {}
    for _ in range(MAX_MEMBERS):
        header = blocks.take(BLOCK)
        if not any(header):
            if not blocks.rest_is_empty():
                raise TopologyError("has something else after the end of its archive")
            return
        member = _member(header, extra)
        if member.kind in b"LKxg":
            extra |= _extra(member, blocks)
        else:
            extra = {}
            yield member
    raise TopologyError(f"is an archive of more than {MAX_MEMBERS} members; give only devices/system/node")


def _member(header: bytes, extra: dict[str, str]) -> Member:
    if not _checksum_is_right(header):
        raise TopologyError("is a damaged tar archive: a header's checksum is wrong")
    path = _text(header[:100])
    if header[257:262] == b"ustar" and header[345:346] != b"\0" and header[257:265] != b"ustar  \0":
        path = f"{_text(header[345:500])}/{path}"
    size = _number(header[124:136])
    path = extra.get("path", path)
    kind = header[156:157]
    if (kind in b"LKxg" and size > _MAX_WANTED) or size > _MAX_SIZE:
        raise TopologyError(f"has {size} bytes; a file of /sys is far smaller", f"member {shown(path)}")
    if kind in _LINK + _SYMLINK + _FOLDER:
        size = 0
    return Member(path, kind, size, extra.get("linkpath", _text(header[157:257])))


def _extra(member: Member, blocks: Blocks) -> dict[str, str]:
    """Return what an extra header says of the next member: GNU's long names, or pax's keys."""
    body = blocks.take(member.size, "a long name")
    blocks.drop(-member.size % BLOCK, "the archive")
    if member.kind == b"g":
        return {}
    if member.kind in b"LK":
        return {"path" if member.kind == b"L" else "linkpath": _text(body)}
    records = dict(_records(body))
    if "size" in records:
        raise TopologyError("holds a member of 8 GiB or more; a file of /sys is far smaller")
    return records


def _records(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield keys and values of a pax header; a record is b"<length of the record> <key>=<value>\\n"."""
    start = 0
    while start < len(body):
        digits, blank, _ = body[start : start + 20].partition(b" ")
        if not (blank and digits.isdigit() and len(digits) < int(digits) <= len(body) - start):
            raise TopologyError("is a damaged tar archive: a pax header is wrong")
        key, _, value = body[start + len(digits) + 1 : start + int(digits) - 1].partition(b"=")
        yield _text(key), _text(value)
        start += int(digits)


def _check(member: Member) -> None:
    """Raise TopologyError if the member is of a harmful kind or has a path outside the archive."""
    forbidden = _FORBIDDEN.get(member.kind)
    if forbidden or member.kind not in _FILE + _SYMLINK + _FOLDER:
        raise member.error(
            f"is {forbidden or 'of an unknown kind'}; only files, folders and symbolic links are expected"
        )
    if "\0" in member.path or member.path.startswith("/"):
        raise member.error("has an absolute name; names inside an archive start without a slash")
    if ".." in member.path.split("/"):
        raise member.error('leads out of the archive by ".."')
    if member.is_link:
        _check_link(member)


def _check_link(member: Member) -> None:
    """Raise TopologyError if a symbolic link points out of the archive.

    An archive of devices/system/node alone may have links to other parts of the /sys that it was made from.
    """
    above = "" if "devices/system" in member.path else "sys/devices/system/"
    folder = above + normpath(member.path).rpartition("/")[0]
    if member.target.startswith("/") or normpath(f"{folder}/{member.target}").split("/")[0] == "..":
        raise member.error(f"is a link out of the archive, to {shown(member.target)}")


def _checksum_is_right(header: bytes) -> bool:
    stored = header[148:156].strip(b" \0")
    return stored.lstrip(b"0") == b"%o" % (sum(header) - sum(header[148:156]) + 8 * 32)


def _number(field: bytes) -> int:
    if field[0] & 0x80:  # base 256, for numbers that are too large for octal digits
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if digits and not digits.isdigit():
        raise TopologyError("is a damaged tar archive: a size is no number")
    try:
        return int(digits or b"0", 8)
    except ValueError:
        raise TopologyError("is a damaged tar archive: a size is not octal") from None


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")
