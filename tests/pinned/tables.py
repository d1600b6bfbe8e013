"""What is read from ACPI tables that differ a little from each other, as iasl prints them, as bytes and as dumps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from struct import pack

from tests.pinned.formats import differs, grouped, read
from tests.topology.formats.once_slow import FACTS
from tests.topology.formats.printers import dump, slit, srat, table

SLIT = (
    'Signature : "SLIT"\nLocalities : 0000000000000003\n'
    "Locality 0 : 0A 15 1E\nLocality 1 : 1F 0A 28\nLocality 2 : 1D 28 0A\n"
)
CPU = (
    "Subtable Type : 00 [Processor]\nProximity Domain Low(8) : 00\nApic ID : 04\nFlags (decoded below) : 00000001\n"
    "Enabled : 1\nLocal Sapic EID : 00\nProximity Domain High(24) : 000000\n"
)
CPUS = CPU + CPU.replace("Apic ID : 04", "Apic ID : 05")
FAR_CPU = CPU.replace("Low(8) : 00", "Low(8) : 02").replace("Apic ID : 04", "Apic ID : 08")
MEMORY = (
    "Subtable Type : 01 [Memory]\nProximity Domain : 00000001\nAddress Length : 0000000040000000\n"
    "Flags (decoded below) : 00000001\nEnabled : 1\n"
)
SRAT = f'Signature : "SRAT"\n{CPUS}{FAR_CPU}{MEMORY}{MEMORY.replace("00000001", "00000000", 1)}'
ATTACHED = (
    "Structure Type : 0000 [Attributes]\nFlags (decoded below) : 0001\nProcessor Proximity Domain Valid : 1\n"
    "Attached Initiator Proximity Domain : 00000000\nMemory Proximity Domain : 00000001\n"
)
FIGURES = "".join(
    f"Structure Type : 0001 [Figures]\nFlags (decoded below) : 00\nMemory Hierarchy : 0\nData Type : {kind}\n"
    "Entry Base Unit : 0000000000000064\nInitiator Proximity Domain List : 00000000\n"
    "Initiator Proximity Domain List : 00000002\nTarget Proximity Domain List : 00000000\n"
    f"Target Proximity Domain List : 00000001\n{''.join(f'Entry : {entry:04X}' + chr(10) for entry in entries)}"
    for kind, entries in (("00", (5, 16, 9, 8)), ("03", (5, 2, 3, 4)))
)
HMAT = f'Signature : "HMAT"\nRevision : 02\n{ATTACHED}{FIGURES}'
ALL = SLIT + SRAT + HMAT
BY_FLAGS = ALL.replace("Enabled : 1\n", "")
OF_MEMORY = "Flags (decoded below) : 00\nMemory Hierarchy : 0\n"
INITIATOR, TARGET = (
    f"{words} Proximity Domain : 0000000{n}\n" for words, n in (("Attached Initiator", 0), ("Memory", 1))
)
MORE = ALL + 'Signature : "SRAT"\n'
OTHER_CPU = "Proximity Domain : 00000001\nApic ID : 00000006\nProcessor UID : 7\nFlags : 1\nEnabled : 1\n"
GENERIC = "Subtable Type : 05 [Generic Initiator]\nProximity Domain : 00000002\nFlags : 00000001\nEnabled : 1\n"
ROWS = "".join(f"Locality {{}}{row} : {' '.join(['14'] * row + ['0A'] + ['14'] * (11 - row))}\n" for row in range(12))
IASL = {
    "all three": ALL,
    "quoted": "".join(f"> {line}\n" for line in ALL.splitlines()),
    "offsets in brackets": "".join(f"[02Ch 0044   {n}]  {line}\n" for n, line in enumerate(ALL.splitlines(), 1)),
    "rows alone": SLIT.partition("0003\n")[2],
    "rows and their number": SLIT.partition("\n")[2],
    "rows without their number": SLIT.replace("Localities : 0000000000000003\n", ""),
    "a heading alone": 'Signature : "SLIT"\n',
    "another table alone": 'Signature : "HMAT"\n',
    "another table before": f'Signature : "FACP"\nRevision : 06\nEntry : zz\n{ALL}',
    "no locality": SLIT.replace("0003", "0000"),
    "far too many localities": SLIT.replace("0003", "0401"),
    "ids in decimal": "Localities : 000000000000000C\n" + ROWS.format(*[" " * (row < 10) for row in range(12)]),
    "ids in hexadecimal": "Localities : 0C\n" + "".join(
        line.replace("Locality 10 ", "Locality A ").replace("Locality 11 ", "Locality B ")
        for line in ROWS.format(*[""] * 12).splitlines(keepends=True)
    ),
    "another label among rows": ALL.replace("Locality 1", "Reserved : 00\n   : 99\nLocality 1"),
    "a row over two lines": ALL.replace("1F 0A", "1F \\\n : 0A"),
    "a row over two lines without colons": ALL.replace("1F 0A", "1F\n  0A"),
    "raw data between": SLIT + "Raw Table Data: Length 60\n 0000: 53 4C // SLIT\n99 99\n" + SRAT + HMAT,
    "small letters": ALL.replace("0A 15 1E", "0a 15 1e"),
    "CPUs that are disabled": ALL.replace(CPUS, CPU.replace("Enabled : 1", "Enabled : 0") + CPU),
    "CPUs that only flags enable": ALL.replace("Enabled : 1\n", ""),
    "CPUs that only flags disable": BY_FLAGS.replace("Flags (decoded below) : 00000001", "Flags : 2"),
    "CPUs without flags": BY_FLAGS.replace("Flags (decoded below) : 00000001\n", ""),
    "flags that are not decoded": BY_FLAGS.replace("Flags (decoded below)", "Flags"),
    "more flags": BY_FLAGS.replace("00000001\n", "00000003\n", 1),
    "an EID for a CPU": ALL.replace("Apic ID : 05", "Apic ID : 04").replace("EID : 00", "EID : 01", 1),
    "the CPU twice": ALL.replace("Apic ID : 05", "Apic ID : 04"),
    "no EID": ALL.replace("Local Sapic EID : 00\n", ""),
    "no high part of a domain": ALL.replace("Proximity Domain High(24) : 000000\n", ""),
    "a high part of a domain": ALL.replace("High(24) : 000000", "High(24) : 000001"),
    "high parts without a SLIT": SRAT.replace("High(24) : 000000", "High(24) : 000001"),
    "X2APIC": MORE + f"Subtable Type : 02 [X2APIC]\n{OTHER_CPU}",
    "GICC": MORE + f"Subtable Type : 03 [GICC]\n{OTHER_CPU}".replace("Proc", "Acpi Proc"),
    "GICC without its id": MORE + f"Subtable Type : 03 [GICC]\n{OTHER_CPU}",
    "another kind of entry": MORE + f"Subtable Type : 04 [GIC ITS]\n{OTHER_CPU}",
    "a generic initiator": MORE + GENERIC.replace("0002", "0001"),
    "a generic initiator before memory": SRAT.replace(MEMORY, GENERIC + MEMORY),
    "an initiator that is disabled": SRAT + GENERIC.replace("Enabled : 1", "Enabled : 0"),
    "memory in two parts": ALL.replace(MEMORY, MEMORY + MEMORY),
    "two tables of entries": ALL + SRAT.replace("Apic ID : 0", "Apic ID : 1"),
    "no length of memory": SLIT + SRAT.replace("Address Length", "Length"),
    "memory first": SLIT + f'Signature : "SRAT"\n{MEMORY}{CPUS}',
    "domains in another order": SLIT + SRAT.replace("Low(8) : 00", "Low(8) : 01").replace("1\nAdd", "0\nAdd"),
    "a domain outside of the SLIT": SLIT + SRAT.replace("Low(8) : 00", "Low(8) : 03"),
    "a domain with nothing": SLIT + SRAT.replace(MEMORY, ""),
    "revision 1": ALL.replace("Revision : 02", "Revision : 01"),
    "revision 1 about memory": ALL.replace("Revision : 02", "Revision : 01").replace(": 0001\nProc", ": 0003\nProc"),
    "no revision": ALL.replace("Revision : 02\n", ""),
    "revision 0": ALL.replace("Revision : 02\n", "Revision : 00\n"),
    "attached by its flags": ALL.replace("Processor Proximity Domain Valid : 1\n", ""),
    "attached by the line alone": ALL.replace("Flags (decoded below) : 0001\n", ""),
    "attached by a flag that is not decoded": ALL.replace(
        "Flags (decoded below) : 0001\nProcessor Proximity Domain Valid : 1", "Flags : 1"
    ),
    "not attached": ALL.replace("Valid : 1", "Valid : 0").replace(": 0001\nProc", ": 0000\nProc"),
    "attached by the older label": ALL.replace("Attached Initiator Proximity", "Processor Proximity"),
    "attached to nothing that is named": ALL.replace(INITIATOR, ""),
    "attached to an absent domain": ALL.replace(INITIATOR, INITIATOR.replace("0\n", "9\n")),
    "attributes of an absent domain": ALL.replace(TARGET, TARGET.replace("1\n", "9\n")),
    "attributes of nothing": ALL.replace(TARGET, ""),
    "attributes of the first domain": ALL.replace(TARGET, TARGET.replace("1\n", "0\n")),
    "another structure": ALL + FIGURES.replace("Type : 0001", "Type : 0002"),
    "figures of a cache": ALL.replace("Hierarchy : 0", "Hierarchy : 1", 1),
    "figures of a cache by flags": ALL.replace(OF_MEMORY, "Flags (decoded below) : 02\n", 1),
    "figures of a cache by flags alone": ALL.replace(OF_MEMORY, "Flags : 02\n", 1),
    "no hierarchy": ALL.replace(OF_MEMORY, ""),
    "higher bits of the hierarchy": ALL.replace("Hierarchy : 0", "Hierarchy : 10"),
    "no type of data": ALL.replace("Data Type : 00\n", ""),
    "an unknown type of data": ALL.replace("Data Type : 00\n", "Data Type : 06\n"),
    "figures of reads": ALL.replace("Data Type : 00\n", "Data Type : 01\n"),
    "no unit": ALL.replace("Entry Base Unit : 0000000000000064\n", ""),
    "a unit of 0": ALL.replace("Entry Base Unit : 0000000000000064\n", "Entry Base Unit : 0\n"),
    "an entry that is unreachable": ALL.replace("Entry : 0010", "Entry : FFFF"),
    "an entry that is missing": ALL.replace("Entry : 0010", "Entry : 0000"),
    "an entry that is cut": ALL.replace("Entry : 0010\n", "Entry :\n"),
    "fewer entries": ALL.replace("Entry : 0010\n", ""),
    "a number of 17 digits": ALL.replace("Entry : 0010\n", "Entry : 00000000000000010\n"),
}  # fmt: skip
"""What iasl may print, by what is special about it."""


def _cpu(domain: int, apic: int, flags: int = 1, eid: int = 0, *, size: int = 16) -> bytes:
    return pack("<BBBBIB3sI", 0, size, domain & 255, apic, flags, eid, (domain >> 8).to_bytes(3, "little"), 0)[:size]


def _x2apic(domain: int, apic: int, flags: int = 1, kind: int = 2) -> bytes:
    return pack("<BBHIIIII", kind, 24, 0, domain, apic, flags, 0, 0)


def _memory(domain: int, length: int = 2**30, flags: int = 1) -> bytes:
    return pack("<BBIHQQIIQ", 1, 40, domain, 0, 0, length, 0, flags, 0)


def _srat(*entries: bytes) -> bytes:
    return table("SRAT", bytes(12) + b"".join(entries))


def _figures(
    kind: int, numbers: tuple[int, ...] = (5, 16, 9, 8), *, flags: int = 0, unit: int = 100, less: int = 0
) -> bytes:
    body = pack("<HHIBBHIIIQ", 1, 0, 56 - less, flags, kind, 0, 2, 2, 0, unit)
    return (body + pack("<IIII", 0, 2, 0, 1) + pack("<4H", *numbers))[: 56 - less]


def _hmat(*structures: bytes, revision: int = 2) -> bytes:
    whole = bytearray(table("HMAT", bytes(4) + b"".join(structures)))
    whole[8] = revision
    whole[9] = (whole[9] + 1 - revision) % 256
    return bytes(whole)


def _attached(flags: int, initiator: int = 0, target: int = 1, size: int = 40) -> bytes:
    return (pack("<HHIHHII", 0, 0, size, flags, 0, initiator, target) + bytes(20))[:size]


ROWS_OF_THREE = bytes([10, 21, 30, 31, 10, 40, 29, 40, 10])
THREE = table("SLIT", pack("<Q", 3) + ROWS_OF_THREE)
HERE = _srat(_cpu(0, 4), _cpu(0, 5), _cpu(2, 8), _memory(1), _memory(0))
BOTH = _figures(0), _figures(3, (5, 2, 3, 4))
BYTES = {
    "figures": THREE + HERE + _hmat(_attached(1), *BOTH),
    "CPUs and memory": THREE + HERE,
    "a CPU twice": THREE + _srat(_cpu(0, 4), _cpu(0, 4), _memory(1)),
    "CPUs with other EIDs": THREE + _srat(_cpu(0, 4), _cpu(0, 4, eid=1), _memory(1)),
    "a CPU that is disabled": THREE + _srat(_cpu(0, 4), _cpu(0, 5, flags=2), _memory(1)),
    "a CPU with more flags": THREE + _srat(_cpu(0, 4), _cpu(0, 5, flags=3), _memory(1)),
    "a CPU in a high domain": _srat(_cpu(0, 4), _cpu(0x10203, 5), _memory(1)),
    "a short CPU": THREE + _srat(_cpu(0, 4), _cpu(0, 5, size=15), _memory(1)),
    "memory that is disabled": THREE + _srat(_cpu(0, 4), _memory(1), _memory(1, flags=2)),
    "memory in two parts": THREE + _srat(_cpu(0, 4), _memory(1), _memory(1, 5)),
    "memory first": THREE + _srat(_memory(1), _cpu(0, 4)),
    "short memory": THREE + _srat(_cpu(0, 4), _memory(1), pack("<BB", 1, 39) + _memory(1)[2:39]),
    "X2APIC": THREE + _srat(_x2apic(0, 4), _x2apic(0, 5), _memory(1)),
    "X2APIC that is disabled": THREE + _srat(_x2apic(0, 4), _x2apic(0, 5, 2), _memory(1)),
    "short X2APIC": THREE + _srat(_x2apic(0, 4), pack("<BB", 2, 23) + _x2apic(0, 5)[2:23], _memory(1)),
    "GICC": THREE + _srat(pack("<BBIIII", 3, 18, 0, 4, 1, 0), pack("<BBIIII", 3, 18, 0, 5, 1, 0), _memory(1)),
    "GICC that is disabled": THREE + _srat(_cpu(0, 3), pack("<BBIIII", 3, 18, 0, 4, 2, 0), _memory(1)),
    "short GICC": THREE + _srat(_cpu(0, 3), pack("<BBIIIHB", 3, 17, 0, 4, 1, 0, 0), _memory(1)),
    "another kind of entry": THREE + _srat(_cpu(0, 3), _x2apic(0, 5, kind=4), _memory(1)),
    "an initiator": THREE + _srat(_cpu(0, 4), pack("<BBHI", 5, 32, 0, 1) + bytes(16) + pack("<II", 1, 0), _memory(1)),
    "an initiator alone": _srat(_cpu(0, 4), pack("<BBHI", 5, 32, 0, 2) + bytes(16) + pack("<II", 1, 0), _memory(1)),
    "an initiator that is disabled": _srat(_cpu(0, 4), pack("<BBHI", 5, 32, 0, 2) + bytes(24), _memory(1)),
    "a short initiator": _srat(_cpu(0, 4), pack("<BBHI", 5, 31, 0, 2) + bytes(16) + pack("<IHB", 1, 0, 0), _memory(1)),
    "an entry of no length": THREE + _srat(_cpu(0, 4), b"\0\0"),
    "an entry of one byte": THREE + _srat(_cpu(0, 4), b"\7\1"),
    "an entry of a header alone": THREE + _srat(_cpu(0, 4), b"\7\2", _memory(1)),
    "a byte after the entries": THREE + _srat(_cpu(0, 4), b"\7"),
    "an entry that is cut": THREE + _srat(_cpu(0, 4)[:-1]),
    "a header alone": table("SLIT", b""),
    "half of the number of localities": table("SLIT", bytes(7)),
    "one locality": table("SLIT", pack("<Q", 1) + b"\n"),
    "no locality": table("SLIT", pack("<Q", 0)),
    "1024 localities without their rows": table("SLIT", pack("<Q", 1024)),
    "1025 localities": table("SLIT", pack("<Q", 1025)),
    "a row that is cut": table("SLIT", pack("<Q", 2) + bytes([10, 20, 20])),
    "bytes after the rows": table("SLIT", pack("<Q", 2) + bytes([10, 20, 20, 10, 99])),
    "half a header": THREE[:35],
    "bytes after the table": THREE + b"xyz",
    "a table that says less": THREE[:4] + pack("<I", 35) + THREE[8:],
    "a second SLIT": THREE + THREE,
    "two tables of entries": THREE + _srat(_cpu(0, 4)) + _srat(_memory(1)),
    "entries without domains": THREE + _srat(),
    "figures without the initiator": THREE + HERE + _hmat(_attached(0), *BOTH),
    "figures that name no initiator after one that does": THREE + HERE + _hmat(_attached(1), _attached(0), *BOTH),
    "revision 1 not about memory": THREE + HERE + _hmat(_attached(1), *BOTH, revision=1),
    "revision 1 about memory": THREE + HERE + _hmat(_attached(3), *BOTH, revision=1),
    "short attributes": THREE + HERE + _hmat(_attached(1, 9, 9, size=19), *BOTH),
    "attributes of 20 bytes": THREE + HERE + _hmat(_attached(1, 9, 9, size=20), *BOTH),
    "an absent initiator": THREE + HERE + _hmat(_attached(1, 9), *BOTH),
    "an absent target": THREE + HERE + _hmat(_attached(0, 0, 9), *BOTH),
    "figures of a cache": THREE + HERE + _hmat(_attached(1), _figures(0, flags=1), _figures(3, (5, 2, 3, 4))),
    "figures with a high flag": THREE + HERE + _hmat(_attached(1), _figures(0, flags=16), _figures(3, (5, 2, 3, 4))),
    "an unknown type of data": THREE + HERE + _hmat(_attached(1), _figures(6), *BOTH),
    "figures of reads and writes": THREE
    + HERE
    + _hmat(_attached(1), *(_figures(kind, (5, 9, 6, 3)) for kind in (1, 2, 4, 5))),
    "a unit of 0": THREE + HERE + _hmat(_attached(1), _figures(0, unit=0), _figures(3, (5, 2, 3, 4))),
    "figures that are cut": THREE + HERE + _hmat(_attached(1), _figures(0, less=1)),
    "figures that end before their numbers": THREE + HERE + _hmat(_attached(1), _figures(0, less=24)),
    "figures that end before the unit": THREE + HERE + _hmat(_attached(1), _figures(0, less=25)),
    "1025 initiators": THREE + HERE + _hmat(pack("<HHIBBHIIIQ", 1, 0, 32, 0, 0, 0, 1025, 0, 0, 1)),
    "1025 targets": THREE + HERE + _hmat(pack("<HHIBBHIIIQ", 1, 0, 32, 0, 0, 0, 0, 1025, 0, 1)),
    "figures of nothing": THREE + HERE + _hmat(pack("<HHIBBHIIIQ", 1, 0, 32, 0, 0, 0, 0, 0, 0, 1)),
    "another structure": THREE + HERE + _hmat(_attached(1), pack("<HHI", 2, 0, 8), *BOTH),
    "a structure that is too short": THREE + HERE + _hmat(_attached(1), pack("<HHI", 2, 0, 7)),
    "bytes after the structures": THREE + HERE + _hmat(_attached(1), *BOTH, bytes(7)),
    "figures without entries": THREE + _hmat(_attached(1), *BOTH),
}
"""Tables as the firmware has them, by what is special about them."""
DUMP = dump(slit(FACTS), srat(FACTS))
DUMPS = {
    "both": DUMP,
    "other tables": f"FACP @ 0x0000\n    0000: 01 02 zz\n\n{DUMP}",
    "quoted": "".join(f"> {line}\n" for line in DUMP.splitlines()),
    "tabs": DUMP.replace(" ", "\t"),
    "a tab before the sign": DUMP.replace(" @", "\t@"),
    "a tab after the sign": DUMP.replace("@ ", "@\t"),
    "a tab before the characters": "\n".join(line[:58].rstrip() + "\t" + line[58:] for line in DUMP.split("\n")),
    "characters that look like bytes": DUMP.replace("SLIT0...", "AB CD EF"),
    "no characters": "\n".join(line[:58].rstrip() for line in DUMP.split("\n")),
    "a line twice": DUMP.replace("    0010:", "    0000:", 1),
    "a long offset": DUMP.replace("    0010:", "    00000010:", 1),
    "a short offset": DUMP.replace("    0010:", "    010:", 1),
    "an offset without a colon": DUMP.replace("    0010:", "    0010 ", 1),
    "17 bytes in a line": DUMP.replace("  SLIT", " 00  SLIT", 1),
    "prose between": DUMP.replace("SRAT @", "That is all, and now:\n\nSRAT @"),
    "an address in prose": DUMP.replace("SRAT @", "a @ b\nSRAT @"),
    "nothing but headings": "SLIT @ 0x0\nSRAT @ 0x0\n",
    "a heading alone": "HMAT @ 0x0\n",
}
"""What acpidump may print, and what becomes of it on its way."""


def files() -> dict[str, Callable[[], str]]:
    """Return a file for what iasl prints, for bytes, and for dumps."""
    return {
        "iasl.txt": partial(compared, IASL),
        "bytes.txt": partial(compared, BYTES),
        "dumps.txt": partial(compared, DUMPS),
    }


def compared(texts: dict[str, str] | dict[str, bytes]) -> str:
    """Return the facts that are read from the first text, then what differs in those that are read from the others."""
    (_, first), *others = ((name, _without_choices(read(data))) for name, data in texts.items())
    return "\n".join([*first, "", *grouped((name, differs(first, facts)) for name, facts in others), ""])


def _without_choices(facts: list[str]) -> list[str]:
    return [fact for fact in facts if not fact.startswith("choice ")]
