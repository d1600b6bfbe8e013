"""What a person describes of a machine: documents, listings, tables, archives and the built-in examples, as Topology.

bytes --BINARY, or decode and FORMATS--> Loaded (a Topology and its guesses) --machine(rules)--> viz.kernel's Machine
"""

from __future__ import annotations

import quopri
import re
from dataclasses import replace

from viz.topology.builtin import builtin, builtin_names
from viz.topology.case import Case, Expected
from viz.topology.document import like_our_toml
from viz.topology.errors import OnlyALog, TopologyError, UnknownDistances, printable
from viz.topology.formats import BINARY, FORMATS, names, slit, sysfs
from viz.topology.formats.words import without_quotes
from viz.topology.model import Event, Node, Topology
from viz.topology.notation import like_notation, parsed
from viz.topology.parse_result import Guess, ParseResult
from viz.topology.tarball import is_tar
from viz.topology.unpack import packed_with, unpacked_whole

__all__ = [
    "Case",
    "Event",
    "Expected",
    "Guess",
    "Node",
    "OnlyALog",
    "ParseResult",
    "Topology",
    "TopologyError",
    "UnknownDistances",
    "builtin",
    "builtin_names",
    "load",
    "nodes_of_line",
    "printable",
    "read",
]  # fmt: skip

MAX_INPUT, MAX_ARCHIVE = 8 * 2**20, 64 * 2**20
"""Bytes of anything, and of an archive that is not packed."""
_ENCODED = re.compile(r"=3D|(?:=[89A-F][0-9A-F]){2}")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read(data: bytes | str, name: str = "") -> Topology:
    """The topology that the data describes, in whatever format it is; TopologyError says why there is none.

    `name` is how errors call the source, such as a file name; "" or "-" for something pasted or piped.
    """
    return load(data, name).topology


def load(data: bytes | str, name: str = "") -> ParseResult:
    """The same with all that had to be guessed."""
    try:
        if len(data) > MAX_ARCHIVE or (len(data) > MAX_INPUT and not (isinstance(data, bytes) and is_tar(data))):
            raise TopologyError(f"is larger than {MAX_INPUT // 2**20} MiB; no topology is")
        if isinstance(data, bytes):
            binary = next((form for form in BINARY if form.matches(data)), None)
            if binary:
                return replace(binary.read(data, name), form=binary.name)
            if packed_with(data):
                data = unpacked_whole(data, MAX_INPUT)
                if packed_with(data):
                    raise TopologyError("is packed more than once; unpack it until it is a text or an archive")
                if slit.like_bytes(data):
                    return slit.read_bytes(data, name)
        return _read_text(_decoded(data), name)
    except TopologyError as error:
        raise error if error.name else error.within(name) from None


def nodes_of_line(text: object) -> int:
    """Return how many nodes a machine in one line has, without making any; 0 for what is no such line."""
    try:
        line = _decoded(text) if isinstance(text, str) else ""
        return parsed(line).size if like_notation(line) else 0
    except TopologyError:
        return 0


def _read_text(text: str, name: str) -> ParseResult:
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")
    if _ENCODED.search(text) and not like_our_toml(text):  # a mail's way to write what is not plain ASCII, and =
        text = quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    form = next((form for form in FORMATS if form.matches(text)), None)
    if form is None:
        raise TopologyError(f"is nothing that is understood here; understood are: {names()}")
    loaded = form.read(text, name)
    return replace(loaded, form=form.name) if form.listing else loaded


def _decoded(data: bytes | str) -> str:
    text = data if isinstance(data, str) else _text(data)
    if "\0" in text and sysfs.like_lines(text):
        text = "\n".join(line.rstrip("\0") for line in text.split("\n"))  # as some files of /sys end
    if "\0" in text:
        raise TopologyError("holds NUL characters: it is binary data, or UTF-16 without its mark at the start")
    text = without_quotes(text.removeprefix("\ufeff").replace("\u00a0", " "))  # pages are full of wide blanks
    if not text.strip():
        raise TopologyError("is empty; give a topology document (TOML or JSON) or the output of numactl -H")
    return text


def _text(data: bytes) -> str:
    encoding = "UTF-16" if data.startswith(_UTF16) else "UTF-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        kind = (
            "a PNG picture" if data.startswith(b"\x89PNG") else f"no text in {encoding} (byte {error.start} is wrong)"
        )
        raise TopologyError(f"is {kind}; give TOML, JSON or the output of numactl -H") from None
