"""The firmware's tables: raw bytes, what acpidump prints of them, or what `iasl -d` makes of them.

A SLIT knows proximity domains, not Linux's nodes. With the SRAT the domains become nodes as Linux on x86 numbers them,
in the order in which they first appear, entries of CPUs before those of memory; a domain without an entry is no node.
"""

from __future__ import annotations

import re

from viz.kernel.nodemask import MAX_NUMNODES
from viz.topology.acpi import CPU, MEMORY, SIGNATURES, Affinity, Tables, take_table
from viz.topology.errors import TopologyError
from viz.topology.formats import iasl, words
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology, nodes_text

_DUMP = re.compile(r"^[ \t>|+*#]*(SLIT|SRAT|HMAT)[ \t]@[ \t]", re.MULTILINE)

_NUMBERED = re.compile(r"[0-9A-Fa-f]{4,8}:\s")


def like_bytes(data: bytes, at: int = 0) -> bool:
    """Whether the bytes from there on start as one of the tables does."""
    return data[at : at + 4] in (b"SLIT", b"SRAT", b"HMAT") and (b"\0" in data[at : at + 64] or len(data) - at < 36)


def read_bytes(data: bytes, name: str = "") -> ParseResult:
    """The topology of tables one after the other, as in /sys/firmware/acpi/tables."""
    try:
        tables, at = Tables(), 0
        while at < len(data):
            if not like_bytes(data, at):
                raise TopologyError(f"has {len(data) - at} bytes of something else after its tables")
            at += take_table(tables, data, at)
        return draft_of(tables).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def like_dump(text: str) -> bool:
    """Whether the text holds what acpidump prints of one of the tables."""
    return _DUMP.search(text) is not None


def read_dump(text: str, name: str = "") -> ParseResult:
    """The topology of the tables in acpidump's output; other tables are passed over."""
    try:
        tables = Tables()
        held: bytearray | None = None
        for number, raw in enumerate(words.raw_lines(text), 1):
            line = raw.strip().lstrip(words.MARKS)
            if re.search(r"\s@\s", line) and not _NUMBERED.match(line):
                _finish(tables, held)
                held = bytearray() if line.startswith(SIGNATURES) else None
            elif held is not None and _NUMBERED.match(line):
                held += _hexadecimal(line, f"line {number}", len(held))
        _finish(tables, held)
        return draft_of(tables).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _finish(tables: Tables, held: bytearray | None) -> None:
    if held is not None:
        take_table(tables, bytes(held))


def _hexadecimal(line: str, where: str, offset: int) -> bytes:
    """The up to 16 bytes of a line such as "0000: 53 4C 49 54  SLIT"; the last line's text may look like bytes too."""
    start, colon, rest = line.partition(":")
    if not (colon and re.fullmatch("[0-9A-Fa-f]{1,8}", start)) or int(start, 16) != offset:
        raise TopologyError(f'is no line of a dump: "{offset:04X}: " and up to 16 bytes are expected', where)
    found = bytearray()
    gap = r"\s{2,}|\t" if " " in rest.strip() else r"\s{2,}"  # before the text; tabs may have taken the blanks' places
    for word in re.split(gap, rest.strip(), maxsplit=1)[0].split()[:16]:
        if not re.fullmatch("[0-9A-Fa-f]{2}", word):
            break
        found.append(int(word, 16))
    return bytes(found)


def read_iasl(text: str, name: str = "") -> ParseResult:
    """The topology of tables that iasl has disassembled."""
    try:
        return draft_of(iasl.tables(text)).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def draft_of(tables: Tables) -> PartialTopology:
    """Nodes and distances by the tables: by the SRAT where there is one, else a node for each proximity domain."""
    if tables.slit is None and tables.srat is None:
        raise TopologyError("holds no SLIT; the distances are in that table")
    draft = PartialTopology("ACPI tables")
    if tables.srat is None:
        _domains_as_nodes(draft, tables.slit or [])
        return draft
    numbers = _linux_numbers(tables)
    by_domain: dict[int, list[Affinity]] = {}
    for entry in tables.srat:
        by_domain.setdefault(entry.domain, []).append(entry)
    for domain, node in numbers.items():
        found, inside = draft.node(node), by_domain[domain]
        found.cpus = len({one.amount for one in inside if one.kind == CPU})
        found.memory = sum(one.amount for one in inside if one.kind == MEMORY)
    if list(numbers) != list(numbers.values()):
        text = ", ".join(f"{domain} is node {node}" for domain, node in list(numbers.items())[:40])
        draft.oddities.append(f"Linux numbers nodes as their proximity domains appear in the SRAT: {text}.")
    _take_rows(draft, tables.slit, numbers)
    _take_access(draft, tables, numbers)
    return draft


def _domains_as_nodes(draft: PartialTopology, rows: list[bytes]) -> None:
    ids = list(range(len(rows)))
    for node in ids:
        draft.node(node)
    draft.columns, draft.rows = ids, dict(enumerate(rows))
    sentence = "The SLIT's proximity domains are taken for nodes; which of them Linux numbers, and how, is in the SRAT."
    draft.guess("ids", sentence, ids)


def _linux_numbers(tables: Tables) -> dict[int, int]:
    """Node by proximity domain; Linux reads the SRAT twice, for what computes and for memory."""
    entries = tables.srat or []
    first = [one.domain for one in entries if one.kind != MEMORY] + [
        one.domain for one in entries if one.kind == MEMORY
    ]
    numbers = {domain: node for node, domain in enumerate(dict.fromkeys(first))}
    if len(numbers) > MAX_NUMNODES:
        raise TopologyError(f"names {len(numbers)} proximity domains; at most {MAX_NUMNODES} are possible", "SRAT")
    return numbers


def _take_rows(draft: PartialTopology, rows: list[bytes] | None, numbers: dict[int, int]) -> None:
    if rows is None:
        return
    outside = [domain for domain in numbers if domain >= len(rows)]
    if outside:
        raise TopologyError(f"has {len(rows)} localities, but the SRAT names proximity domain {outside[0]}", "SLIT")
    draft.columns = list(numbers.values())
    draft.rows = {node: bytes(rows[domain][other] for other in numbers) for domain, node in numbers.items()}
    unused = [domain for domain in range(len(rows)) if domain not in numbers]
    if unused:
        text = nodes_text(unused).replace("node", "proximity domain")
        draft.oddities.append(f"The SRAT names nothing in {text}; Linux makes no node of that.")


def _take_access(draft: PartialTopology, tables: Tables, numbers: dict[int, int]) -> None:
    """Each node has the best latency (ps) and bandwidth (MB/s) that the HMAT gives to any initiator."""
    for access in tables.hmat:
        ways = {0: ("read", "write"), 1: ("read",), 2: ("write",)}.get(access.data_type % 3, ())
        what, best = ("latency", min) if access.data_type < 3 else ("bandwidth", max)
        for (_, target), value in access.cells.items():
            if target in numbers and 0 < value < 10**18 and access.data_type < 6:
                extra = draft.node(numbers[target]).extra
                for way in ways:
                    extra[f"{way}_{what}"] = best(extra.get(f"{way}_{what}", value), value)
