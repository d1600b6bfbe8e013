"""Test the entries of a binary SRAT: each kind, domains above 255, and entries that are disabled or too short."""

from __future__ import annotations

from struct import pack

import pytest

from tests.topology.formats.printers import table
from viz.topology.acpi import CPU, INITIATOR, MEMORY, Affinity, Tables, take_table

DOMAIN = 0x04030201
LOCAL_APIC = pack("<BBBBIB3sI", 0, 16, 0x01, 0x22, 1, 0x33, b"\x02\x03\x04", 0)
MEMORY_RANGE = pack("<BBIHQQIIQ", 1, 40, DOMAIN, 0, 2**32, 2**30, 0, 1, 0)
X2APIC = pack("<BBHIIIII", 2, 24, 0, DOMAIN, 0x1234567, 1, 0, 0)
GICC = pack("<BBIIII", 3, 18, DOMAIN, 0x7654321, 1, 0)
GENERIC_INITIATOR = pack("<BBBBI16sII", 5, 32, 0, 1, DOMAIN, b"handle of device", 1, 0)


def entries(*given: bytes) -> list[Affinity] | None:
    """Return what an SRAT with these structures says."""
    tables = Tables()
    take_table(tables, table("SRAT", bytes(12) + b"".join(given)))
    return tables.srat


@pytest.mark.parametrize(
    ("structure", "flags", "says"),
    [
        (LOCAL_APIC, 4, Affinity(CPU, DOMAIN, 0x3322)),
        (MEMORY_RANGE, 28, Affinity(MEMORY, DOMAIN, 2**30)),
        (X2APIC, 12, Affinity(CPU, DOMAIN, 0x1234567)),
        (GICC, 10, Affinity(CPU, DOMAIN, 0x7654321)),
        (GENERIC_INITIATOR, 24, Affinity(INITIATOR, DOMAIN)),
    ],
    ids=["local APIC", "memory", "x2APIC", "GICC", "generic initiator"],
)
def test_an_entry_is_read_unless_it_is_disabled_or_too_short(structure: bytes, flags: int, says: Affinity) -> None:
    assert entries(structure, structure) == [says, says]
    disabled = structure[:flags] + b"\2" + structure[flags + 1 :]
    assert entries(disabled, structure) == [says]
    short = bytes([structure[0], len(structure) - 1]) + structure[2:-1]
    assert entries(short, structure) == [says]


def test_other_kinds_say_nothing_about_nodes() -> None:
    interrupt_translation_service = pack("<BBIHI", 4, 12, DOMAIN, 0, 1)
    assert entries(interrupt_translation_service, X2APIC) == [Affinity(CPU, DOMAIN, 0x1234567)]
