"""What readers see of changes under every protocol, the tables of their moments, and the claims of the patch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tests.pinned.words import result
from viz.kernel.releases import version
from viz.readers.model import Change, View
from viz.readers.orders import read_order
from viz.readers.patch_claims import claims, reader_claims
from viz.readers.report import change_of, reader_report, schedule_counts, witnesses
from viz.readers.report_text import PROTOCOLS, changed_rules, end_text, report_text
from viz.readers.timetable import timetable
from viz.trace.source_listing import listing_of

CHANGES = {
    "swapped": ("0>1>2", "0>2>1", "posted"),
    "several": ("0>1,0>2,3>1", "0>2,0>3", "v5.18"),
    "plain": ("0>1>2", "2>1>0", "v5.15 + read=plain"),
    "built-twice": ("0>1", "1>0", "v5.15 + rebuilds=2"),
}
"""The order before, the order after, and the kernel."""
ORDERS = (
    "0>1>2", "0 -> 1 -> 2", "{'0': 1}", '{"0": 1, "1": -1}', '{"0": [1, 2]}', "node_demotion[0] = 1", "0: 1",
    '{"0": "1-2"}', '{"a": 1}', '{"0": 1024}', "[1, -1]", "0>1;1>2", "0>1\n1>2",
    "Demotion targets for Node 0: preferred: 1",
    "0>stop", "0>", "0>1>", "x" * 99, "0>-1", '{"node_demotion": {"0": 1}}',
)  # fmt: skip


def files() -> dict[str, Callable[[], str]]:
    """Return a file for each change, and files with the claims of the patch and with orders that people write."""
    named = {f"{name}.txt": partial(_change, *change) for name, change in CHANGES.items()}
    return named | {"many-walks.txt": _many, "claims.txt": _claims, "orders.txt": _orders}


def _change(old: str, new: str, kernel: str) -> str:
    change = change_of(old, new, version(kernel))
    lines = [f"{old} to {new} under {kernel}: {change}", ""]
    for protocol in PROTOCOLS:
        for program_order in (False, True):
            found = witnesses(change, protocol, program_order)
            counts = schedule_counts(change, protocol, program_order)
            lines += [report_text(protocol, program_order, found, counts, changed_rules(change)), ""]
            lines += [*_walks(change, protocol, program_order), ""]
    return "\n".join(lines)


def _walks(change: Change, protocol: str, program_order: bool) -> Iterator[str]:
    report = reader_report(change, protocol, program_order)  # type: ignore[arg-type]
    view = View(change, protocol, program_order)  # type: ignore[arg-type]
    for start in report["starts"]:
        for walk in start["walks"][:3]:
            seen = tuple(walk["seen"])
            moments = "" if change.plain else "; ".join(str(moment) for moment in timetable(view, seen))
            yield f"{walk['verdict']} {seen} {end_text(change, seen)}: {moments}"


def _claims() -> str:
    lines = [f"{protocol}: {claim}" for protocol in PROTOCOLS for claim in reader_claims(protocol)]
    for name in ("posted", "v5.15"):
        for function in listing_of(version(name), events=True):
            lines += [f"{name} {function.name}: {statement}: {claimed}" for statement, claimed in claims(function)]
    return "\n".join([*lines, ""])


def _orders() -> str:
    return "".join(f"{text!r}: {result(read_order, text)}\n" for text in ORDERS)


def _many() -> str:
    """Return how many walks there are where they are not all listed, and the shortest for each verdict."""
    chain = range(11)
    change = change_of(">".join(map(str, chain)), ">".join(map(str, reversed(chain))))
    lines = list[str]()
    for protocol in ("in-place", "barrier"):
        report = reader_report(change, protocol)
        for start in report["starts"]:
            more = {key: value for key, value in start.items() if key != "walks"}
            lines += [f"{protocol} {more}", f"    {start['walks'][:3]} {start['walks'][-1]}"]
    return "\n".join([*lines, ""])
