"""Read the ACPI tables SLIT, SRAT and HMAT from their bytes, which viz.topology.formats finds in files and listings.

These are the offsets, in bytes from the start of a table:

    SLIT   36: u64 number of localities   44: a byte per pair, row after row (0-9 reserved, 255 unreachable)
    SRAT   48: entries (u8 type, u8 length, ...): 0, 2, 3 CPU, 1 memory, 5 generic initiator
    HMAT    8: revision   40: structures (u16 type, u16, u32 length, ...); type 0 names the initiator that memory is
            attached to, type 1 holds latencies and bandwidths
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from struct import unpack_from

from viz.kernel.hmat import DATA_TYPES, Hmat, Locality, hmat_normalize
from viz.topology.errors import TopologyError

HEADER = 36
SIGNATURES = ("SLIT", "SRAT", "HMAT")
MAX_LOCALITIES = 1024
CPU, MEMORY, INITIATOR = "cpu", "memory", "initiator"


@dataclass(frozen=True)
class Affinity:
    """An enabled entry of the SRAT: a CPU, memory or an initiator, and the proximity domain it is in."""

    kind: str
    domain: int
    amount: int = 0
    """Bytes of memory; for a CPU its APIC id (x86) or ACPI processor UID (Arm); 0 for an initiator."""


@dataclass
class HmatTable:
    """The structures of an HMAT; ids are proximity domains."""

    localities: list[Locality] = field(default_factory=list)
    attached: dict[int, int | None] = field(default_factory=dict)
    """For each domain with memory, the initiator that the memory is attached to; None if the HMAT names none."""

    def take_locality(
        self, data_type: int, revision: int, unit: int, initiators: Sequence[int], targets: Sequence[int],
        entries: Sequence[int],
    ) -> None:  # fmt: skip
        """Add a table of latencies or bandwidths; Linux ignores tables of other data types."""
        if data_type < len(DATA_TYPES):
            pairs = [(a, b) for a in initiators for b in targets]
            figures = (hmat_normalize(entry, unit, data_type, revision) for entry in entries)
            self.localities.append(Locality(DATA_TYPES[data_type], dict(zip(pairs, figures, strict=True))))

    def take_attached(self, flags: int, revision: int, initiator: int, target: int) -> None:
        """Store the initiator that the memory of the domain `target` is attached to.

        Bit 0 of the flags says whether the entry names an initiator. In revision 1, bit 1 says whether the entry is
        about memory at all; without it the entry is ignored.
        """
        if revision > 1 or flags & 2:
            self.attached[target] = initiator if flags & 1 else self.attached.get(target)

    def problem(self, domains: Container[int], memory: Container[int]) -> str | None:
        """Return why Linux ignores the whole HMAT, or None.

        `domains` are the proximity domains in the SRAT, and `memory` those of them with memory.
        """
        for target, initiator in self.attached.items():
            if target not in memory:
                return f"it describes memory of proximity domain {target}, and the SRAT lists none there"
            if initiator is not None and initiator not in domains:
                return f"it attaches memory to proximity domain {initiator}, which the SRAT does not list"
        return None

    def hmat(self) -> Hmat:
        """Return the HMAT in the form that viz.kernel.hmat uses."""
        attached = {target: initiator for target, initiator in self.attached.items() if initiator is not None}
        return Hmat(tuple(self.localities), attached)


@dataclass
class Tables:
    """The contents of the tables SLIT, SRAT and HMAT.

    The SLIT is a list of rows in the order of proximity domains. SLIT and SRAT are None until a table has been found.
    """

    slit: list[bytes] | None = None
    srat: list[Affinity] | None = None
    hmat: HmatTable = field(default_factory=HmatTable)

    def take_srat(self, entries: Iterable[Affinity]) -> None:
        """Add the entries of an SRAT; a machine may have several."""
        self.srat = [] if self.srat is None else self.srat
        self.srat.extend(entries)


def take_table(tables: Tables, data: bytes, start: int = 0) -> int:
    """Add to `tables` the table that begins at byte `start`, and return its length."""
    name, available = data[start : start + 4].decode("latin-1"), len(data) - start
    if available < HEADER:
        raise TopologyError(f"is cut off: a table has a header of {HEADER} bytes", name)
    length = int.from_bytes(data[start + 4 : start + 8], "little")
    if not HEADER <= length <= available:
        raise TopologyError(f"is cut off: it says {length} bytes and {available} are there", name)
    table = data[start : start + length]
    if sum(table) % 256:
        raise TopologyError("has a wrong checksum: its bytes do not add up to 0", name)
    if name == "SLIT":
        if tables.slit is not None:
            raise TopologyError("comes a second time; give one machine at a time", name)
        tables.slit = slit_rows(table)
    elif name == "SRAT":
        tables.take_srat(_affinities(table))
    else:
        _take_hmat(tables.hmat, table)
    return length


def slit_rows(table: bytes) -> list[bytes]:
    """Return the rows of a SLIT; raise TopologyError if it is cut off or has a reserved value."""
    if len(table) < HEADER + 8:
        raise TopologyError("is cut off before its number of localities", "SLIT")
    size = int.from_bytes(table[36:44], "little")
    checked_size(size)
    if len(table) < 44 + size * size:
        raise TopologyError(f"is cut off: {size} localities need {44 + size * size} bytes, not {len(table)}", "SLIT")
    return [table[44 + row * size : 44 + row * size + size] for row in range(size)]


def checked_size(size: int) -> None:
    """Raise TopologyError if a SLIT cannot have `size` localities."""
    if not 1 <= size <= MAX_LOCALITIES:
        raise TopologyError(f"says {size} localities; 1 to {MAX_LOCALITIES} are possible", "SLIT")


def _affinities(table: bytes) -> Iterator[Affinity]:
    for kind, body in _entries(table, 48, "BB", "SRAT"):
        size = len(body)
        if kind == 0 and size >= 16 and body[4] & 1:
            domain = body[2] | int.from_bytes(body[9:12], "little") << 8
            yield Affinity(CPU, domain, body[3] | body[8] << 8)
        elif kind == 1 and size >= 40 and body[28] & 1:
            domain, _, _, length = unpack_from("<IHQQ", body, 2)
            yield Affinity(MEMORY, domain, length)
        elif kind == 2 and size >= 24 and body[12] & 1:
            yield Affinity(CPU, *unpack_from("<II", body, 4))
        elif kind == 3 and size >= 18 and body[10] & 1:
            yield Affinity(CPU, *unpack_from("<II", body, 2))
        elif kind == 5 and size >= 32 and body[24] & 1:
            yield Affinity(INITIATOR, int.from_bytes(body[4:8], "little"))


def _take_hmat(hmat: HmatTable, table: bytes) -> None:
    revision = table[8]
    for kind, body in _entries(table, 40, "HHI", "HMAT"):
        if kind == 0 and len(body) >= 20:
            flags, initiator, target = unpack_from("<HxxII", body, 8)
            hmat.take_attached(flags, revision, initiator, target)
        if kind != 1 or len(body) < 32 or body[8] & 15:  # the low bits are 0 for memory, and not 0 for a cache
            continue
        initiators, targets = unpack_from("<II", body, 12)
        (unit,) = unpack_from("<Q", body, 24)
        if (
            initiators > 1024
            or targets > 1024
            or len(body) < 32 + 4 * (initiators + targets) + 2 * initiators * targets
        ):
            raise TopologyError("is cut off in a structure of latencies or bandwidths", "HMAT")
        domains = unpack_from(f"<{initiators + targets}I", body, 32)
        entries = unpack_from(f"<{initiators * targets}H", body, 32 + 4 * (initiators + targets))
        hmat.take_locality(body[9], revision, unit, domains[:initiators], domains[initiators:], entries)


def _entries(table: bytes, start: int, header: str, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield the type of each entry and its bytes, including its header; the header ends with the entry's length."""
    size = 2 if header == "BB" else 8
    while start < len(table):
        if len(table) - start < size:
            raise TopologyError("is cut off in the header of an entry", name)
        numbers = unpack_from(f"<{header}", table, start)
        if not size <= numbers[-1] <= len(table) - start:
            raise TopologyError(f"has an entry of {numbers[-1]} bytes where {len(table) - start} are left", name)
        yield numbers[0], table[start : start + numbers[-1]]
        start += numbers[-1]
