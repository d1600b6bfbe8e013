"""What the doctor says of a machine that demotes, of the changes to it in the doctor's tests, and its counters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from tests.doctor.cases import all_cases
from tests.doctor.machines import KERNELS, counters, figures, machine
from tests.pinned import documents
from tests.pinned.formats import grouped
from viz.doctor import counters as watch
from viz.doctor.cgroup import cgroup_path
from viz.doctor.collect import script
from viz.doctor.copies import read_copy
from viz.doctor.facts import Facts
from viz.doctor.paths import LOG
from viz.doctor.release import Release
from viz.doctor.report import examine
from viz.doctor.report_text import report_text
from viz.doctor.tree import Tree


def files() -> dict[str, Callable[[], str]]:
    """Return a whole report for each kernel, what differs from it in each case, the counters, and copies of files."""
    reports = {f"report-{kernel}.txt": partial(_whole, kernel) for kernel in KERNELS}
    cases = {f"cases-{kernel}.txt": partial(_cases, kernel) for kernel in KERNELS[::4]}
    return reports | cases | {"watch.txt": _watch, "copies.txt": _copies, "collect.txt": script}


def facts_of(files: Mapping[str, str], dmesg: str | None = None, cgroup: str | None = None) -> Facts:
    """Return the facts of a machine with these files."""
    tree = Tree()
    for path, content in files.items():
        tree.add(path, content)
    if dmesg:
        tree.files[LOG] = dmesg
    return Facts(tree, None, cgroup_path(cgroup) if cgroup else None)


def lines_of(facts: Facts) -> list[str]:
    """Return the report as lines: the verdict, and a line for each finding and for each piece of its evidence."""
    report = examine(facts).as_dict()
    findings = report.pop("findings")
    lines = [f"{key}: {documents.lines(value)}" for key, value in report.items()]
    for found in findings:
        lines.append(f"{found['id']}: {found['state']}: {found['says']}" + f" DO {found['do']}" * bool(found["do"]))
        lines += [f"{found['id']}: {each['path']} = {each['value']}" for each in found["evidence"]]
    return lines


def _whole(kernel: str) -> str:
    facts = facts_of(machine(kernel))
    return "\n".join([report_text(examine(facts)), "", *lines_of(facts), ""])


def _cases(kernel: str) -> str:
    base = set(lines_of(facts_of(machine(kernel))))
    return "\n".join([*grouped(_differences(kernel, base)), ""])


def _differences(kernel: str, base: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the name of each case, and each line of its report that the machine that demotes does not have."""
    for case in all_cases():
        if kernel in case.states:
            of_case = lines_of(facts_of(machine(kernel, case.files(kernel)), case.dmesg, case.cgroup))
            yield from ((f"{case.id}, {case.title}", line) for line in of_case if line not in base)


def _watch() -> str:
    lines = list[str]()
    for kernel in KERNELS:
        before = watch.sample(facts_of(machine(kernel)), 1.0)
        more = {
            "proc/vmstat": counters(kernel, kswapd=900, direct=40, proactive=7),
            "sys/devices/system/node/node0/vmstat": "pgdemote_kswapd 850\npgdemote_direct 3\n",
            "sys/kernel/mm/numa/demotion_enabled": None,
        }
        after = watch.sample(facts_of(machine(kernel, more)), 3.5)
        lines += [watch.title(before), watch.title(after)]
        lines += [" | ".join(row) for row in (watch.HEADINGS, *watch.rows(before, None), *watch.rows(after, before))]
        lines += [documents.lines(watch.as_dict(after, before)), ""]
    return "\n".join(lines)


def _copies() -> str:
    """Return the report on lines of files, as grep and tail print them, and on parts of a machine."""
    files = machine("7.3.4", figures({0: 100, 1: 250}))
    grep = "".join(f"/{path}:{line}\n" for path, text in files.items() for line in text.splitlines())
    tail = "".join(f"==> /{path} <==\n{text}\n" for path, text in files.items())
    copies = {
        "grep": Facts(read_copy(grep.encode())),
        "tail": Facts(read_copy(tail.encode())),
        "nothing": Facts(read_copy(b"")),
        "a kernel's name": Facts(read_copy(b""), Release.parse("6.12.5-amd64")),
        "a log": Facts(read_copy(b"[    1.0] Demotion targets for Node 0: preferred: 1, fallback: 1\n")),
        "sys": facts_of({path: text for path, text in files.items() if path.startswith("sys/")}),
        "proc": facts_of({path: text for path, text in files.items() if path.startswith("proc/")}),
        "no kernel": facts_of(machine(None)),
        "a newer kernel": facts_of(machine("9.1.0")),
        "an older kernel": facts_of(machine("5.14.0") | {"proc/version": "Linux version 5.10.0-30-amd64 (x@y)"}),
        "a distribution's kernel": facts_of(machine("6.1.112") | {"proc/version": "Linux version 5.14.0-427.el9 (x)"}),
    }
    return "\n".join([*grouped((name, line) for name, facts in copies.items() for line in lines_of(facts)), ""])
