"""Read what `iasl -d` prints of the SLIT, the SRAT and the HMAT: lines of "[offset] label : value".

[024h 0036   8]                   Localities : 0000000000000002
[02Ch 0044   2]                 Locality   0 : 0A 15                16 bytes a line, then a backslash
[030h 0048   1]                Subtable Type : 01 [Memory Affinity]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn

from viz.topology.acpi import CPU, INITIATOR, MEMORY, Affinity, HmatTable, Tables, checked_size
from viz.topology.errors import SecondMachine, TopologyError, shown
from viz.topology.formats import words

_ACPI_LINE = re.compile(
    r"\bLocalities[ \t]*:|Signature[ \t]*:[ \t]*\"(?:SLIT|SRAT|HMAT)\"|\bLocality[ \t]+[0-9A-F]+[ \t]*:"
)
_PREFIX = re.compile(r"\[[0-9A-Fa-fh \t]{1,40}\]")
_BYTES = re.compile(r"[0-9A-Fa-f]{2}(?:[ \t]++[0-9A-Fa-f]{2})*+[ \t]*+\\?")

Line = tuple[int, str, str]
"""The number of a line, its label and its value."""


def like_iasl(text: str) -> bool:
    """Return whether the text has a line of a disassembled SLIT, SRAT or HMAT."""
    return _ACPI_LINE.search(text) is not None


def tables(text: str) -> Tables:
    """Return the tables that the text holds; raise TopologyError if one of them is damaged."""
    collected = Tables()
    for name, lines in _by_table(_labelled(text)):
        if name == "SLIT":
            if collected.slit is not None:
                raise SecondMachine("a second SLIT starts here; give one machine at a time", f"line {lines[0][0]}")
            collected.slit = _slit(lines)
        elif name == "SRAT":
            collected.take_srat(_srat(lines))
        elif name == "HMAT":
            _take_hmat(collected.hmat, lines)
    return collected


def _labelled(text: str) -> Iterator[Line]:
    """Yield the lines that have a label, and the lines that hold only bytes; these get "" as a label.

    The section "Raw Table Data", which repeats a table byte by byte, is left out.
    """
    in_raw_data = False
    for number, line in words.lines_of(text):
        line = line.lstrip(">+| \t")
        line = _PREFIX.sub("", line, count=1).strip() if line.startswith("[") else line
        in_raw_data = in_raw_data or line.startswith("Raw Table Data")
        label, colon, value = line.partition(":")
        if colon and label.strip() == "Signature":
            in_raw_data = False
        if in_raw_data:
            continue
        if colon and label.strip():
            yield number, " ".join(label.split()), value.strip()
        elif _BYTES.fullmatch((value if colon else line).strip()):
            yield number, "", (value if colon else line).strip()


def _by_table(lines: Iterator[Line]) -> Iterator[tuple[str, list[Line]]]:
    name, of_table = "", list[Line]()
    for line in lines:
        if line[1] == "Signature":
            if of_table:
                yield name, of_table
            name, of_table = line[2][:6].strip('"[] '), []
        elif not name and line[1] == "Localities":  # people may paste a SLIT without its header
            name, of_table = "SLIT", []
        of_table.append(line)
    if of_table:
        yield name, of_table


def _slit(lines: list[Line]) -> list[bytes]:
    size = next((_hex(line) for line in lines if line[1] == "Localities"), None)
    rows: dict[int, bytearray] = {}
    row: bytearray | None = None
    for line in lines:
        match = re.fullmatch(r"Locality ([0-9A-Fa-f]{1,5})", line[1])
        if match:
            number = len(rows)
            if number not in (int(match[1], 16), int(match[1]) if match[1].isdigit() else -1):
                _refuse(line, f"is Locality {match[1]} where Locality {len(rows)} is expected; each has one row")
            row = rows[number] = bytearray()
        elif line[1] or row is None:
            row = None
            continue
        row += _bytes(line)
    if size is None:
        size = len(rows)
    checked_size(size)
    if len(rows) != size:
        raise TopologyError(f"says {size} localities, but there are {len(rows)} rows; is the text cut off?", "SLIT")
    for number, cells in rows.items():
        if len(cells) != size:
            raise TopologyError(f"the row of locality {number} has {len(cells)} bytes for {size} localities", "SLIT")
    return [bytes(cells) for cells in rows.values()]


def _bytes(line: Line) -> bytes:
    if not _BYTES.fullmatch(line[2]):
        _refuse(line, f"{shown(line[2])} is no row of bytes of two hexadecimal digits")
    return bytes(int(word, 16) for word in line[2].rstrip("\\").split())


def _entries(lines: list[Line], start: str) -> Iterator[tuple[int, list[Line]]]:
    """Yield the type and the lines of each entry; `start` is the label with which an entry starts."""
    entry: list[Line] = []
    kind = -1
    for line in lines:
        if line[1] == start:
            if kind >= 0:
                yield kind, entry
            kind, entry = _hex(line), []
        entry.append(line)
    if kind >= 0:
        yield kind, entry


def _srat(lines: list[Line]) -> Iterator[Affinity]:
    for kind, entry in _entries(lines, "Subtable Type"):
        flags = _value(entry, "Flags (decoded below)", _value(entry, "Flags", None))
        if not (_value(entry, "Enabled", 0 if flags is None else flags) or 0) & 1:
            continue
        if kind == 0:
            high = _value(entry, "Proximity Domain High(24)", 0) or 0
            domain = (_value(entry, "Proximity Domain Low(8)") or 0) | high << 8
            yield Affinity(
                CPU, domain, (_value(entry, "Apic ID") or 0) | (_value(entry, "Local Sapic EID", 0) or 0) << 8
            )
        elif kind == 1:
            yield Affinity(MEMORY, _value(entry, "Proximity Domain") or 0, _value(entry, "Address Length") or 0)
        elif kind in (2, 3):
            id_label = "Apic ID" if kind == 2 else "Acpi Processor UID"
            yield Affinity(CPU, _value(entry, "Proximity Domain") or 0, _value(entry, id_label) or 0)
        elif kind == 5:
            yield Affinity(INITIATOR, _value(entry, "Proximity Domain") or 0)


def _take_hmat(hmat: HmatTable, lines: list[Line]) -> None:
    revision = _value(lines, "Revision", 2) or 0
    for kind, entry in _entries(lines, "Structure Type"):
        if kind == 0:
            _take_attached(hmat, entry, revision)
        if kind != 1 or _hierarchy(entry):
            continue
        unit = _value(entry, "Entry Base Unit") or 0
        initiators = [_hex(line) for line in entry if line[1] == "Initiator Proximity Domain List"]
        targets = [_hex(line) for line in entry if line[1] == "Target Proximity Domain List"]
        numbers = [_hex(line) for line in entry if line[1] == "Entry"]
        if len(numbers) != len(initiators) * len(targets):
            _refuse(entry[0], f"has {len(numbers)} entries for {len(initiators)} initiators and {len(targets)} targets")
        hmat.take_locality(_value(entry, "Data Type") or 0, revision, unit, initiators, targets, numbers)


def _hierarchy(entry: list[Line]) -> int:
    """Return the memory hierarchy of an entry: 0 for memory itself, another number for its caches."""
    flags = _value(entry, "Flags (decoded below)", _value(entry, "Flags", 0)) or 0
    return (_value(entry, "Memory Hierarchy", flags) or 0) & 15


def _take_attached(hmat: HmatTable, entry: list[Line], revision: int) -> None:
    """Add the initiator that memory is attached to; older versions of iasl call it the processor's domain."""
    target = _value(entry, "Memory Proximity Domain", None)
    if target is None:
        return
    flags = _value(entry, "Flags (decoded below)", _value(entry, "Flags", 0)) or 0
    flags |= (_value(entry, "Processor Proximity Domain Valid", 0) or 0) & 1
    initiator = _value(entry, "Attached Initiator Proximity Domain", _value(entry, "Processor Proximity Domain", 0))
    hmat.take_attached(flags, revision, initiator or 0, target)


def _value(entry: list[Line], label: str, default: int | None = -1) -> int | None:
    """Return the number with the label or, if the entry has none, the default.

    Raise TopologyError if the entry has none and no default is given.
    """
    line = next((line for line in entry if line[1] == label), None)
    if line is not None:
        return _hex(line)
    if default == -1:
        _refuse(entry[0], f"has no {shown(label)} below it; is the text cut off?")
    return default


def _hex(line: Line) -> int:
    word = line[2].split()[0] if line[2] else ""
    if not re.fullmatch("[0-9A-Fa-f]{1,16}", word):
        _refuse(line, f"{line[1]} must be a hexadecimal number, not {shown(word)}")
    return int(word, 16)


def _refuse(line: Line, problem: str) -> NoReturn:
    raise TopologyError(problem, f"line {line[0]}")
