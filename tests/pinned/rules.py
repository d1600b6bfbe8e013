"""What each value of a rule changes: the lines of the routines, the words, and the order; and people's own routines."""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Callable, Iterator
from functools import partial

from tests.pinned.why import forms, said
from tests.pinned.words import result
from viz.analysis.counterexample import document, first_in, question, units
from viz.analysis.run import Run
from viz.kernel import migrate
from viz.kernel.memory import Endless
from viz.kernel.releases import of_table, version
from viz.kernel.rules import own_files
from viz.kernel.rules.edited_listing import edited_row
from viz.kernel.rules.edits import source_of
from viz.kernel.rules.meaning import obstacle, row_values
from viz.kernel.rules.own_patch import patched
from viz.kernel.rules.switches import SWITCHES
from viz.kernel.version import UnknownVersion, Version
from viz.kernel.versions import VERSIONS
from viz.topology import Topology, builtin, load
from viz.trace.rules import told

ROWS = ("v5.15", "rfc2022", "v6.17", "tier-sets")
"""The kernels whose rules are changed: one for each kind of routine."""
NUMBERS = ("7",)
"""The values of rules that are numbers."""
TOGETHER = (
    "v5.15 + used=per-source + targets=equally-near",
    "v5.18 + used=sources + targets=one",
    "v5.17 + targets=next-class + tie=last-id",
    "posted + barrier=none + read=plain",
    "v5.16 + start=fastest-tier + charge=none + lists=possible",
    "v6.1 + penalty-id=5 + penalty-cpu=9 + charge=add",
)
"""What-ifs of several rules."""
EVENT_ROWS = ("posted", "v5.18", "v6.1", "v6.17")
"""The kernels under which events are played."""
EVENTS = (
    ("mem_offline", 1),
    ("mem_online_fail", 1),
    ("mem_online", 1),
    ("mem_offline_fail", 1),
    ("cpu_offline", 0),
    ("cpu_online", 0),
    ("cpu_online", 2),
    ("mem_offline", 2),
    ("node_remove", 2),
    ("mem_add", 2),
    ("mem_add", 1),
)
MACHINE = builtin("one-socket-hbm-and-pmem")
ESTABLISH = inspect.getsource(migrate.establish_migrate_target)
OWN = '''"""Everybody demotes to the last node."""
from viz.kernel.memory import Store
from viz.kernel.migrate import node_demotion
ROW = "posted"
def establish_migrate_target(machine, node, used):
    last = max(machine.memory)
    if node == last:
        return -1
    yield Store(node_demotion[node], last)
    return last
'''
FILES = {
    "a file": OWN,
    "a failure": OWN.replace(
        "    if node == last", "    if node == 1:\n        raise ValueError('no')\n    if node == last"
    ),
    "a failure at once": OWN + "raise KeyError('no')\n",
    "another row": OWN.replace("posted", "v5.18"),
    "without words": OWN.partition("\n")[2],
    "no row": "x = 1\n",
    "a row that is no text": "\nROW = 5\n",
    "an unknown row": 'ROW = "v9"\n',
    "itself": 'ROW = "mine.py"\n',
    "nothing": 'ROW = "v5.15"\n',
    "a function of another name": 'ROW = "v5.15"\ndef no_such(machine):\n    yield\n',
    "fewer parameters": 'ROW = "v5.15"\ndef establish_migrate_target(machine):\n    yield\n',
    "no operations": 'ROW = "v5.15"\ndef find_next_best_node(machine, node, used):\n    return 1\n',
    "operations": 'ROW = "v5.15"\ndef charge_node_load(machine, local, order):\n    yield\n',
    "a row with rules": OWN.replace('"posted"', '"v5.15 + tie=id"'),
}
"""Files of people's own."""
CHOOSER = '''"""Everybody demotes to the farthest node."""
from viz.kernel.checkpoints import Scan, Taken
from viz.kernel.nodemask import NUMA_NO_NODE
ROW = "posted"
def find_next_best_node(machine, node, used):
    free = machine.memory - used
    best = max(free, key=lambda one: (machine.distance[node][one], one), default=NUMA_NO_NODE)
    yield Scan(node, best, free)
    if best != NUMA_NO_NODE:
        used.add(best)
        yield Taken(best)
    return best
'''
EDITED = {
    "a listing": {"migrate.py establish_migrate_target": ESTABLISH.replace("node, used\n", "node, used.copy()\n")},
    "no text": {},
    "another file": {"none.py f": "x"},
    "another function": {"migrate.py f": "x"},
    "another name": {"migrate.py establish_migrate_target": "def f():\n    pass\n"},
    "two functions": {"migrate.py establish_migrate_target": f"{ESTABLISH}\ndef f():\n    pass\n"},
    "fewer parameters": {"migrate.py establish_migrate_target": "def establish_migrate_target(a):\n    yield\n"},
    "decorated": {"migrate.py establish_migrate_target": f"@staticmethod\n{ESTABLISH}"},
    "too long": {"migrate.py establish_migrate_target": "#" * 2**17},
}
"""Edited listings."""


def files() -> dict[str, Callable[[], str]]:
    """Return a file for each kernel, and files on what-ifs of several rules, on the kernels, and on own routines."""
    rows = {f"{row}.txt": partial(_changes, row) for row in ROWS}
    more = {"together.txt": _together, "kernels.txt": _kernels, "own.txt": _own, "searches.txt": _searches}
    return rows | more | {f"events-{row}.txt": partial(_events, row) for row in EVENT_ROWS}


def _changes(row: str) -> str:
    lines = [f"{row}: {row_values(version(row))}", ""]
    for name, switch in SWITCHES.items():
        for value in NUMBERS if switch.is_number else switch.values:
            if row_values(version(row)).get(name) != value:
                lines += [*_what_if(f"{row} + {name}={value}"), ""]
    return "\n".join(lines)


def _together() -> str:
    lines = [line for name in TOGETHER for line in [*_what_if(name), ""]]
    trace = Run.of(MACHINE, TOGETHER[-1]).trace()
    return "\n".join([*lines, told(trace, of_lists=True), told(trace, of_lists=False), ""])


def _what_if(name: str) -> Iterator[str]:
    """Yield the what-if's words, the lines that it changes, and the order under it."""
    yield name
    try:
        row = version(name)
    except UnknownVersion as error:
        yield f"    {error}"
        return
    yield f"    {row.differs}"
    yield f"    {row.kernels} | {row.protocol} | {row.masks} | {[array.name for array in row.arrays]} | {row.values}"
    yield from (f"    {line}" for line in _changed_lines(row))
    yield from (f"    {line}" for line in _order(row))


def _changed_lines(row: Version) -> Iterator[str]:
    for name, source in row.sources.items():
        before, after = source_of(sys.modules[name]).splitlines(), source.splitlines()
        yield name
        for line in difflib.unified_diff(before, after, n=0, lineterm=""):
            if not line.startswith(("---", "+++", "@@")):
                yield line


def _order(row: Version) -> Iterator[str]:
    try:
        order = Run.of(MACHINE, row.name).order()
    except (Endless, UnknownVersion) as error:
        yield str(error)
        return
    kept = ("node_demotion", "preferred", "targets", "node_load")
    yield str({key: value for key, value in order.items() if key in kept})


def _kernels() -> str:
    lines = list[str]()
    for row in VERSIONS:
        lines += [f"{row.name} ({row.kernels}): {row.differs}", f"    {row.summary}", f"    {row.note_keys}"]
        lines += [f"    {row.protocol} | {row.cpuset} | {row.triggers} | {row.rules}", f"    {row_values(row)}"]
        values = row_values(row)
        lines += [f"    {name}: {why}" for name in SWITCHES if (why := obstacle(row, name, values))]
    return "\n".join([*lines, ""])


def _own() -> str:
    lines = [f"{name}: {result(_own_file, source)}" for name, source in FILES.items()]
    lines += [f"{name}: {result(_edited, texts)}" for name, texts in EDITED.items()]
    return "\n".join([*lines, "", *_said_of_own(), ""])


def _said_of_own() -> list[str]:
    """Return what is said of an order that a chooser of one's own builds and not of the row's, whatever its numbers."""
    machine = builtin("two-sockets-three-classes")
    row = patched("mine.py", CHOOSER, of_table)
    own_files.keep_edited(row)
    try:
        usual, own = (forms(said(Run.of(machine, name).trace())) for name in ("posted", row.name))
        return [text for form, text in own.items() if form not in usual]
    finally:
        own_files.forget_all()


def _own_file(source: str) -> str:
    return _told(patched("mine.py", source, of_table))


def _edited(texts: dict[str, str]) -> str:
    return _told(edited_row(of_table("posted"), texts))


def _told(row: Version) -> str:
    """Return the words of a version, the words of its first step, and the order under it."""
    words = f"{row.name.rpartition(' ')[0]} | {row.kernels} | {row.differs} | {row.row} | {dict(row.values)}"
    own_files.keep_edited(row)
    try:
        trace = Run.of(MACHINE, row.name).trace()
        return f"{words}{told(trace, of_lists=False)} {' | '.join(_order(row))}"
    except UnknownVersion as error:
        return f"{words} {error}"
    finally:
        own_files.forget_all()


def _events(row: str) -> str:
    """Return the sentences of a run in which memory and CPUs come, go, and fail to come or go."""
    machine = load("1 socket: cpu+dram, 2 x pmem at 20").topology.document()
    events = [{"event": event, "node": node} for event, node in EVENTS]
    run = Run.of(Topology.from_document(machine | {"events": events}), row)
    trace = run.trace()
    lines = [f"{step:>5}  {trace.at('sentence', step)}" for step in range(trace.closes, trace.length)]
    return "\n".join([run.heading(), *lines, ""])


def _searches() -> str:
    """Return the first machine of two nodes and of three on which two kernels disagree, and the units of the search."""
    lines = [str(unit) for nodes in (1, 2, 3) for unit in units(nodes, asymmetric=False)][:40]
    for first, second, asymmetric in (("v5.15", "v6.1", False), ("v5.16", "v5.17", False), ("v6.1", "v5.18", True)):
        asked = question(first, second, "runtime", asymmetric, 1000)
        for nodes in (2, 3):
            found = (first_in(asked, unit)[0] for unit in list(units(nodes, asymmetric))[:20])
            machine = next((candidate for candidate in found if candidate), None)
            lines += [f"{first} {second} {nodes}: {document(machine, asked) if machine else 'none'}"]
    return "\n".join([*lines, ""])
