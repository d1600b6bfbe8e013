"""What is refused, each in one line: limits, rules that mean nothing, orders that never end, and people's own files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.pinned.rules import OWN
from tests.pinned.words import result
from viz.analysis.run import Run
from viz.analysis.stranding import Amount
from viz.app.answers import Job
from viz.app.dispatcher import answer_job_as_text
from viz.app.endpoints import ASKS
from viz.app.held_machines import held_machines
from viz.app.service import Service
from viz.kernel.locks import Deadlock, get_online_mems, mem_hotplug_begin
from viz.kernel.memory import Endless, Memory, Routine, drive, smp_wmb
from viz.kernel.releases import of_table, version
from viz.kernel.rules import own_files
from viz.kernel.rules.own_patch import patched
from viz.kernel.rules.what_if import what_if
from viz.pressure.scenario import MAX_TEXT, read_scenario
from viz.readers.model import View
from viz.readers.report import change_of
from viz.readers.several import outcomes_of
from viz.readers.timetable import timetable
from viz.topology import builtin
from viz.trace import wire

SEED = builtin("two-sockets-three-classes")
EVENTS = builtin("losing-a-node")


def files() -> dict[str, Callable[[], str]]:
    """Return the one file."""
    return {"refusals.txt": lambda: "".join(f"{name}: {refusal(ask)}\n" for name, ask in ASKED.items())}


def refusal(ask: Callable[[], object]) -> str:
    """Return what is said in place of an answer, or a short answer itself."""
    try:
        return result(ask)
    except (Endless, Deadlock) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        own_files.forget_all()


def _two_files() -> object:
    return [own_files.register(Path(folder, "mine.py")) for folder in ("/one", "/other")]


def _answer(limit: str, most: int, job: Job) -> object:
    with patch(limit, most):
        return answer_job_as_text(job)


def _asked(name: str, **question: object) -> dict[str, Any]:
    answer: dict[str, Any] = ASKS[name](Service(), {"topology": "two-sockets-three-classes", **question})
    return answer


def _never_ends() -> object:
    with patch("viz.kernel.rules.loop_limit.MOST_ROUNDS", 500):
        row = patched("mine.py", OWN.replace("    if node", "    while True:\n        pass\n    if node"), of_table)
        own_files.keep_edited(row)
        return Run.of(SEED, row.name).order()


def _never_done() -> object:
    def barriers() -> Routine[None]:
        while True:
            yield smp_wmb()

    return drive(barriers(), Memory(), limit=700)


def _lock_twice() -> object:
    machine = SEED.machine(version("posted").rules)
    get_online_mems(machine)
    mem_hotplug_begin(machine)
    return None


def _rules_of_own() -> object:
    own_files.keep_edited(row := patched("mine.py", OWN, of_table))
    return _asked("rules", kernel=row.name)


def _changed_own() -> object:
    return what_if(patched("mine.py", OWN, of_table), [("tie", "id")]).name


def _walk(walk: tuple[int, ...], kernel: str = "posted") -> object:
    return timetable(View(change_of("0>1>2", "0>2>1", version(kernel)), "barrier"), walk)


def _many_walks() -> object:
    chain = ", ".join(f"{node} -> {node + 1} or {node + 2}" for node in range(40))
    return outcomes_of(View(change_of(chain, "", version("v5.17")), "grace-walk")).witnesses(0)


PLAY = Job("play", {"topology": "two-sockets-three-classes"}, Service())
ASKED: dict[str, Callable[[], object]] = {
    "no chain": lambda: change_of("", ""),
    "a long name of a kernel": lambda: version(f"v6.1{' + tie=id' * 80}"),
    "sources without passes": lambda: version("v5.15 + targets=next-class + sources=descending"),
    "used and this-pass": lambda: version("v5.15 + used=sources + this-pass=loop"),
    "further of one target": lambda: version("v5.15 + further=eq"),
    "two files of one name": _two_files,
    "rules of a file": _changed_own,
    "the rules of a file, on the page": _rules_of_own,
    "a loop that never ends": _never_ends,
    "an order that is never done": _never_done,
    "a lock that is held": _lock_twice,
    "a job that needs nothing": lambda: Amount(4, 2**30).jobs(Amount(0, 0)),
    "a job that needs less than nothing": lambda: Amount(4, 2**30).jobs(Amount(1, -1)),
    "plain reads, on the page": lambda: _asked("readers", old="0>1", new="", kernel="posted + read=plain"),
    "a walk that does not end": lambda: _asked("walk", old="0>1", new="", walk=[0, 1]),
    "readers of no kernel": lambda: Run.of(EVENTS, "fallback-lists").change(1),
    "readers of event 3": lambda: Run.of(EVENTS, "v6.1").change(3),
    "a walk that nobody sees": lambda: _walk((0, 2, 0)),
    "a walk of plain reads": lambda: _walk((0, 1), kernel="posted + read=plain"),
    "too many walks": _many_walks,
    "a trace of an older form": lambda: wire.load({"wire": 1}),
    "a large scenario": lambda: read_scenario("#" * (MAX_TEXT + 1), "a"),
    "a nested scenario": lambda: read_scenario("a = " + "[" * 3000, "a"),
    "no owner": lambda: read_scenario('title = "a"\nowners = []', "a"),
    "an owner that is no table": lambda: read_scenario('title = "a"\nowners = 5', "a"),
    "17 owners": lambda: read_scenario('title = "a"\n' + '[[owners]]\nname = "o"\nmemory = 4096\n' * 17, "a"),
    "a long answer": lambda: _answer("viz.app.dispatcher.MAX_ANSWER", 5000, PLAY),
    "many runs in a file": lambda: held_machines({"a": SEED}, [None] * 25),
    "many pictures": lambda: _asked("animation", first=0, last=50, stride=0, form="gif"),
    "targets of many nodes": lambda: _asked("versions", topology="", text="17 sockets: cpu+dram, pmem")["rows"][0],
}
"""What is asked."""
