"""Read descriptions of machines (documents, listings, tables, archives, the built-in examples) as Topology.

load() gives binary data to a format of BINARY, and decodes all other data for a format of FORMATS. The result is a
ParseResult: a Topology and its guesses. Topology.machine() makes the kernel's Machine of it.
"""

from __future__ import annotations

import quopri
import re
from dataclasses import replace
from pathlib import Path

from viz.topology.builtin import builtin, builtin_names
from viz.topology.case import Case, Expected
from viz.topology.document import like_our_toml
from viz.topology.errors import KernelLogOnly, SeveralMachines, TopologyError, UnknownDistances, printable
from viz.topology.evidence_text import evidence_in
from viz.topology.formats import BINARY, slit, sysfs
from viz.topology.formats.words import without_quotes
from viz.topology.model import Event, Topology
from viz.topology.node import Node
from viz.topology.notation import like_notation, parsed
from viz.topology.parse_result import Guess, ParseResult
from viz.topology.pasted import read_pasted
from viz.topology.tarball import is_tar
from viz.topology.trust import settled
from viz.topology.unpack import packed_with, unpacked_whole

__all__ = [
    "Case",
    "Event",
    "Expected",
    "Guess",
    "KernelLogOnly",
    "Node",
    "ParseResult",
    "SeveralMachines",
    "Topology",
    "TopologyError",
    "UnknownDistances",
    "builtin",
    "builtin_names",
    "load",
    "load_beside",
    "load_folder",
    "nodes_of_line",
    "printable",
    "read",
]  # fmt: skip

MAX_INPUT, MAX_ARCHIVE = 8 * 2**20, 64 * 2**20
"""The largest size of an input and of a tar archive that is not compressed, in bytes."""
_QUOTED_PRINTABLE = re.compile(r"=3D|(?:=[89A-F][0-9A-F]){2}")
"""A pattern for quoted-printable, the encoding of mails: it finds an equals sign, or two bytes outside ASCII."""
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read(data: bytes | str, name: str = "") -> Topology:
    """Return the topology that the data describes, in any format; raise TopologyError if there is none.

    `name` names the source in errors, such as a file; it is "" or "-" for pasted or piped text.
    """
    return load(data, name).topology


def load(data: bytes | str, name: str = "", machine: str = "") -> ParseResult:
    """Return the topology that the data describes, together with everything that had to be guessed.

    If the data describes several machines, `machine` chooses one, by its number (from 1) or its name. If `machine` is
    "" then, raise SeveralMachines.
    """
    try:
        if len(data) > MAX_ARCHIVE or (len(data) > MAX_INPUT and not (isinstance(data, bytes) and is_tar(data))):
            raise TopologyError(f"is larger than {MAX_INPUT // 2**20} MiB; no topology is")
        if isinstance(data, bytes):
            binary = next((form for form in BINARY if form.matches(data)), None)
            if binary:
                found = binary.read(data, name, machine) if binary.chooses else binary.read(data, name)
                return settled(replace(found, form=binary.name), found.evidence)
            if packed_with(data):
                data = unpacked_whole(data, MAX_INPUT)
                if packed_with(data):
                    raise TopologyError("is packed more than once; unpack it until it is a text or an archive")
                if slit.like_bytes(data):
                    found = slit.read_bytes(data, name)
                    return settled(found, found.evidence)
        return _read_text(_decode(data), name, machine)
    except TopologyError as error:
        raise error if error.name else error.within(name) from None


def nodes_of_line(text: object) -> int:
    """Return the number of nodes of a machine in one-line notation, without building them; 0 for any other text."""
    try:
        line = _decode(text) if isinstance(text, str) else ""
        return parsed(line).size if like_notation(line) else 0
    except TopologyError:
        return 0


def load_folder(folder: Path) -> ParseResult:
    """Return the topology of a directory: devices/system/node itself, a /sys, or a directory that contains a /sys."""
    found = sysfs.read_folder(folder)
    return settled(found, found.evidence)


def load_beside(result: ParseResult, data: bytes | str, name: str = "") -> ParseResult:
    """Return the result, completed by what the text in `data` says about memory tiers and watermarks.

    Raise TopologyError if the text says nothing about either.
    """
    evidence, _ = evidence_in(_decode(data))
    if not evidence:
        raise TopologyError(
            "says nothing of memory tiers; give memory_tierN/nodelist, a kernel's log or /proc/zoneinfo", name=name
        )
    return settled(result, evidence)


def _read_text(text: str, name: str, machine: str) -> ParseResult:
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")
    if _QUOTED_PRINTABLE.search(text) and not like_our_toml(text):
        text = quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    return read_pasted(text, name, machine)


def _decode(data: bytes | str) -> str:
    text = data if isinstance(data, str) else _decode_bytes(data)
    if "\0" in text and sysfs.like_lines(text):
        text = "\n".join(line.rstrip("\0") for line in text.split("\n"))  # some files of /sys end in NUL
    if "\0" in text:
        raise TopologyError("holds NUL characters: it is binary data, or UTF-16 without its mark at the start")
    text = without_quotes(text.removeprefix("\ufeff").replace("\u00a0", " "))  # web pages have many no-break spaces
    if not text.strip():
        raise TopologyError("is empty; give a topology document (TOML or JSON) or the output of numactl -H")
    return text


def _decode_bytes(data: bytes) -> str:
    encoding = "UTF-16" if data.startswith(_UTF16_MARKS) else "UTF-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        kind = (
            "a PNG picture" if data.startswith(b"\x89PNG") else f"no text in {encoding} (byte {error.start} is wrong)"
        )
        raise TopologyError(f"is {kind}; give TOML, JSON or the output of numactl -H") from None
