"""Read the firmware's tables from raw bytes, from the output of acpidump, or from that of `iasl -d`.

A SLIT is about proximity domains, not about Linux's nodes. With the SRAT each domain becomes a node, with the number
that Linux on x86 gives it: Linux numbers the domains in the order in which they first appear, first in entries for
CPUs and initiators, then in those for memory. A domain without an entry is no node.
"""

from __future__ import annotations

import re

from viz.kernel.nodemask import MAX_NUMNODES
from viz.topology.acpi import CPU, MEMORY, SIGNATURES, Affinity, Tables, take_table
from viz.topology.distances import SLIT_UNUSED, is_valid_slit, without_slit
from viz.topology.errors import TopologyError
from viz.topology.formats import iasl, words
from viz.topology.hmat_figures import note_ignored_hmat, take_figures
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology, nodes_text

_DUMP = re.compile(r"^[ \t>|+*#]*(SLIT|SRAT|HMAT)[ \t]@[ \t]", re.MULTILINE)
_NUMBERED = re.compile(r"[0-9A-Fa-f]{4,8}:\s")


def like_bytes(data: bytes, offset: int = 0) -> bool:
    """Return whether one of the tables starts at the offset."""
    return data[offset : offset + 4] in (b"SLIT", b"SRAT", b"HMAT") and (
        b"\0" in data[offset : offset + 64] or len(data) - offset < 36
    )


def read_bytes(data: bytes, name: str = "") -> ParseResult:
    """Return the topology from the bytes of one or more tables, as in /sys/firmware/acpi/tables."""
    try:
        tables, offset = Tables(), 0
        while offset < len(data):
            if not like_bytes(data, offset):
                raise TopologyError(f"has {len(data) - offset} bytes of something else after its tables")
            offset += take_table(tables, data, offset)
        return partial_topology(tables).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def like_dump(text: str) -> bool:
    """Return whether the text holds what acpidump prints of one of the tables."""
    return _DUMP.search(text) is not None


def read_dump(text: str, name: str = "") -> ParseResult:
    """Return the topology from the tables in acpidump's output; other tables are ignored."""
    try:
        tables = Tables()
        table: bytearray | None = None
        for number, raw in enumerate(words.raw_lines(text), 1):
            line = raw.strip().lstrip(words.MARKS)
            if re.search(r"\s@\s", line) and not _NUMBERED.match(line):
                _finish(tables, table)
                table = bytearray() if line.startswith(SIGNATURES) else None
            elif table is not None and _NUMBERED.match(line):
                table += _hexadecimal(line, f"line {number}", len(table))
        _finish(tables, table)
        return partial_topology(tables).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _finish(tables: Tables, table: bytearray | None) -> None:
    if table is not None:
        take_table(tables, bytes(table))


def _hexadecimal(line: str, where: str, offset: int) -> bytes:
    """Return the bytes, 16 at most, of a line such as "0000: 53 4C 49 54  SLIT".

    The text at the end of a line may look like bytes too, so the bytes end where the gap before it starts.
    """
    start, colon, rest = line.partition(":")
    if not (colon and re.fullmatch("[0-9A-Fa-f]{1,8}", start)) or int(start, 16) != offset:
        raise TopologyError(f'is no line of a dump: "{offset:04X}: " and up to 16 bytes are expected', where)
    values = bytearray()
    # A single tab is a gap only where there are blanks too: elsewhere tabs may have replaced all blanks.
    gap = r"\s{2,}|\t" if " " in rest.strip() else r"\s{2,}"
    for word in re.split(gap, rest.strip(), maxsplit=1)[0].split()[:16]:
        if not re.fullmatch("[0-9A-Fa-f]{2}", word):
            break
        values.append(int(word, 16))
    return bytes(values)


def read_iasl(text: str, name: str = "") -> ParseResult:
    """Return the topology from tables that iasl has disassembled."""
    try:
        return partial_topology(iasl.tables(text)).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def partial_topology(tables: Tables) -> PartialTopology:
    """Return the nodes and distances of the tables; without an SRAT, each proximity domain is a node."""
    if tables.slit is None and tables.srat is None:
        raise TopologyError("holds no SLIT; the distances are in that table")
    partial = PartialTopology("ACPI tables")
    if tables.srat is None:
        _domains_as_nodes(partial, tables.slit or [])
        _drop_invalid_slit(partial, tables.slit or [])
        return partial
    node_of_domain = _linux_node_ids(tables)
    by_domain: dict[int, list[Affinity]] = {}
    for entry in tables.srat:
        by_domain.setdefault(entry.domain, []).append(entry)
    for domain, node in node_of_domain.items():
        facts, entries = partial.node(node), by_domain[domain]
        facts.cpus = len({entry.amount for entry in entries if entry.kind == CPU})
        facts.memory = sum(entry.amount for entry in entries if entry.kind == MEMORY)
    if list(node_of_domain) != list(node_of_domain.values()):
        text = ", ".join(f"{domain} is node {node}" for domain, node in list(node_of_domain.items())[:40])
        partial.oddities.append(f"Linux numbers nodes as their proximity domains appear in the SRAT: {text}.")
    _take_rows(partial, tables.slit, node_of_domain)
    _drop_invalid_slit(partial, tables.slit or [])
    _take_access(partial, tables, node_of_domain)
    return partial


def _drop_invalid_slit(partial: PartialTopology, rows: list[bytes]) -> None:
    """Replace the distances by those that Linux assumes if it ignores the SLIT, and add a sentence that says so."""
    if not is_valid_slit(rows):
        ids = sorted(partial.nodes)
        partial.columns, partial.rows = ids, without_slit(ids)
        partial.oddities.append(SLIT_UNUSED)


def _domains_as_nodes(partial: PartialTopology, rows: list[bytes]) -> None:
    ids = list(range(len(rows)))
    for node in ids:
        partial.node(node)
    partial.columns, partial.rows = ids, dict(enumerate(rows))
    sentence = "The SLIT's proximity domains are taken for nodes; which of them Linux numbers, and how, is in the SRAT."
    partial.guess("ids", sentence, ids)


def _linux_node_ids(tables: Tables) -> dict[int, int]:
    """Return the node of each proximity domain: Linux reads the SRAT once for CPUs and initiators, then for memory."""
    entries = tables.srat or []
    domains = [entry.domain for entry in entries if entry.kind != MEMORY] + [
        entry.domain for entry in entries if entry.kind == MEMORY
    ]
    node_of_domain = {domain: node for node, domain in enumerate(dict.fromkeys(domains))}
    if len(node_of_domain) > MAX_NUMNODES:
        raise TopologyError(
            f"names {len(node_of_domain)} proximity domains; at most {MAX_NUMNODES} are possible", "SRAT"
        )
    return node_of_domain


def _take_rows(partial: PartialTopology, rows: list[bytes] | None, node_of_domain: dict[int, int]) -> None:
    if rows is None:
        return
    outside = [domain for domain in node_of_domain if domain >= len(rows)]
    if outside:
        raise TopologyError(f"has {len(rows)} localities, but the SRAT names proximity domain {outside[0]}", "SLIT")
    partial.columns = list(node_of_domain.values())
    partial.rows = {
        node: bytes(rows[domain][other] for other in node_of_domain) for domain, node in node_of_domain.items()
    }
    unused = [domain for domain in range(len(rows)) if domain not in node_of_domain]
    if unused:
        text = nodes_text(unused).replace("node", "proximity domain")
        partial.oddities.append(f"The SRAT names nothing in {text}; Linux makes no node of that.")


def _take_access(partial: PartialTopology, tables: Tables, node_of_domain: dict[int, int]) -> None:
    """Store in each node the latency and bandwidth that Linux takes from the HMAT."""
    if not tables.hmat.localities:
        return
    domains = {kind: {e.domain for e in tables.srat or () if e.kind == kind} for kind in (CPU, MEMORY)}
    problem = tables.hmat.problem(node_of_domain, domains[MEMORY])
    if problem:
        note_ignored_hmat(partial, problem)
        return
    has_cpu = domains[CPU]
    take_figures(partial, tables.hmat.hmat(), node_of_domain, has_cpu, [node_of_domain[domain] for domain in has_cpu])
