"""A tar archive as (path, contents), read from a stream; nothing is extracted, and odd members refuse the whole.

The standard library's tarfile takes two seconds for a large /sys and has to be talked out of much of what it can do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from posixpath import normpath

from viz.topology.errors import TopologyError, shown

BLOCK = 512
MAX_MEMBERS = 80_000  # the largest archive of a /sys that we know of has 64,266
_MAX_SIZE = 16 * 2**20  # of a member that is passed over; the largest real one has 134 kB
_MAX_WANTED = 2**20  # of a member that is read, and of a long name
_FILE, _LINK, _SYMLINK, _FOLDER = b"0\x007", b"1", b"2", b"5"
_FORBIDDEN = {b"1": "a hard link", b"3": "a device", b"4": "a device", b"6": "a FIFO"}


class Blocks:
    """A stream of bytes, read in blocks; TopologyError where it ends too soon."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held = b""
        self._at = 0

    def take(self, size: int, what: str = "the archive") -> bytes:
        """The next bytes, all of them."""
        while len(self._held) - self._at < size:
            piece = next(self._pieces, None)
            if piece is None:
                raise TopologyError(f"is cut off in the middle of {what}")
            self._held = self._held[self._at :] + piece
            self._at = 0
        self._at += size
        return self._held[self._at - size : self._at]

    def drop(self, size: int, what: str) -> None:
        """The next bytes are passed over."""
        while size > 0:
            step = min(size, 2**16)
            self.take(step, what)
            size -= step

    def rest_is_empty(self) -> bool:
        """Whether nothing but zeros follows, which is how tar fills up its last record."""
        if self._held[self._at :].strip(b"\0"):
            return False
        return not any(piece.strip(b"\0") for piece in self._pieces)


@dataclass(slots=True)
class Member:
    """The header of one member, long names put in place."""

    path: str
    kind: bytes
    size: int
    target: str

    def refuse(self, problem: str) -> TopologyError:
        """Why the archive cannot be used, naming the member."""
        return TopologyError(problem, f"member {shown(self.path)}")


def is_tar(head: bytes) -> bool:
    """Whether the first block is a tar header: its checksum is right."""
    return len(head) >= BLOCK and any(head[:BLOCK]) and _checksum_is_right(head[:BLOCK])


def files(pieces: Iterable[bytes], wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Path and contents of every file whose path is wanted."""
    blocks = Blocks(pieces)
    for member in _members(blocks):
        _check(member)
        padding = -member.size % BLOCK
        if member.kind in _FILE and wanted(member.path):
            if member.size > _MAX_WANTED:
                raise member.refuse(f"has {member.size} bytes; a file of /sys is far smaller")
            yield member.path, blocks.take(member.size, f"member {shown(member.path)}")
            blocks.drop(padding, "the archive")
        else:
            blocks.drop(member.size + padding, f"member {shown(member.path)}")


def _members(blocks: Blocks) -> Iterator[Member]:
    """The members that are something; the extra headers with long names are merged into what follows them."""
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
    """What an extra header says of the next member: GNU's long names, or pax's keys."""
    body = blocks.take(member.size, "a long name")
    blocks.drop(-member.size % BLOCK, "the archive")
    if member.kind == b"g":
        return {}
    if member.kind in b"LK":
        return {"path" if member.kind == b"L" else "linkpath": _text(body)}
    found = dict(_records(body))
    if "size" in found:
        raise TopologyError("holds a member of 8 GiB or more; a file of /sys is far smaller")
    return found


def _records(body: bytes) -> Iterator[tuple[str, str]]:
    """Keys and values of a pax header, which come as b"<length of all of it> <key>=<value>\\n"."""
    at = 0
    while at < len(body):
        digits, blank, _ = body[at : at + 20].partition(b" ")
        if not (blank and digits.isdigit() and len(digits) < int(digits) <= len(body) - at):
            raise TopologyError("is a damaged tar archive: a pax header is wrong")
        key, _, value = body[at + len(digits) + 1 : at + int(digits) - 1].partition(b"=")
        yield _text(key), _text(value)
        at += int(digits)


def _check(member: Member) -> None:
    """The member is of a harmless kind and stays in its place."""
    what = _FORBIDDEN.get(member.kind)
    if what or member.kind not in _FILE + _SYMLINK + _FOLDER:
        raise member.refuse(f"is {what or 'of an unknown kind'}; only files, folders and symbolic links are expected")
    if "\0" in member.path or member.path.startswith("/"):
        raise member.refuse("has an absolute name; names inside an archive start without a slash")
    if ".." in member.path.split("/"):
        raise member.refuse('leads out of the archive by ".."')
    if member.kind == _SYMLINK:
        _check_link(member)


def _check_link(member: Member) -> None:
    """The link points into the tree; one packed inside devices/system/node may point to where the rest of it was."""
    above = "" if "devices/system" in member.path else "sys/devices/system/"
    folder = above + normpath(member.path).rpartition("/")[0]
    if member.target.startswith("/") or normpath(f"{folder}/{member.target}").split("/")[0] == "..":
        raise member.refuse(f"is a link out of the archive, to {shown(member.target)}")


def _checksum_is_right(header: bytes) -> bool:
    told = header[148:156].strip(b" \0")
    return told.lstrip(b"0") == b"%o" % (sum(header) - sum(header[148:156]) + 8 * 32)


def _number(field: bytes) -> int:
    if field[0] & 0x80:  # base 256, for what octal cannot hold
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
