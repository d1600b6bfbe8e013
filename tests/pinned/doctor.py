"""What the doctor says of a machine that demotes, of the changes to it in the doctor's tests, and its counters."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from tests.doctor.cases import all_cases
from tests.doctor.machines import CGROUP, KERNELS, counters, figures, machine, packed, write
from tests.pinned.doctor_words import words
from tests.pinned.formats import grouped
from tests.pinned.forms import fact_lines
from tests.pinned.machines import UNSAID
from tests.pinned.odd_files import ODD
from viz.doctor import counters as watch
from viz.doctor.cgroup import cgroup_path
from viz.doctor.collect import script
from viz.doctor.copies import read_copy, read_lines
from viz.doctor.facts import Facts
from viz.doctor.folder import read_folder
from viz.doctor.listing import merged, tree_of
from viz.doctor.paths import LOG
from viz.doctor.release import Release
from viz.doctor.report import examine
from viz.doctor.report_text import report_text
from viz.doctor.tree import Tree
from viz.kernel.releases import version
from viz.topology import ParseResult, builtin, load

OTHERS = {
    "6.1.112": ("no-performance", "one-tier", "spills-first"),
    "6.12.5": ("mglru-counter", "spills-first"),
    "6.12.10": ("mglru-counter",),
    "6.12.11": ("mglru-counter",),
    "6.17.3": ("cpuset-excludes", "spills-first"),
}
"""Further kernels, and the checks whose cases are looked at under each."""


def files() -> dict[str, Callable[[], str]]:
    """Return a whole report for each kernel, what differs from it in each case, the counters, and copies of files."""
    reports = {f"report-{kernel}.txt": partial(_whole, kernel) for kernel in KERNELS}
    cases = {f"cases-{kernel}.txt": partial(_cases, kernel) for kernel in KERNELS[::4]}
    return (
        reports
        | cases
        | {
            "cases-others.txt": _others,
            "folders.txt": _folders,
            "watch.txt": _watch,
            "odd-files.txt": _odd_files,
            "words.txt": words,
            "copies.txt": _copies,
            "collect.txt": script,
        }
    )


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
    lines = [f"{key}: {fact_lines(value)}" for key, value in report.items()]
    for found in findings:
        lines.append(f"{found['id']}: {found['state']}: {found['says']}" + f" DO {found['do']}" * bool(found["do"]))
        lines += [f"{found['id']}: {each['path']} = {each['value']}" for each in found["evidence"]]
    return lines


def _whole(kernel: str) -> str:
    facts = facts_of(machine(kernel))
    return "\n".join([report_text(examine(facts)), "", *lines_of(facts), ""])


def _cases(kernel: str) -> str:
    return "\n".join([*grouped(_differences(kernel)), ""])


def _others() -> str:
    """Return what differs under other kernels in the cases of checks that depend on the kernel most."""
    lines = list[str]()
    for kernel, checks in OTHERS.items():
        lines += [f"{kernel}:", *grouped(_differences(kernel, checks)), ""]
    return "\n".join(lines)


def _differences(kernel: str, checks: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield the name of each case, and each line of its report that the machine that demotes does not have."""
    base = set(lines_of(facts_of(machine(kernel))))
    for case in all_cases():
        if kernel in case.states and (not checks or case.id in checks):
            of_case = lines_of(facts_of(machine(kernel, case.files(kernel)), case.dmesg, case.cgroup))
            yield from ((f"{case.id}, {case.title}", line) for line in of_case if line not in base)


def _odd_files() -> str:
    """Return what differs from the machine that demotes for each file that is missing or has an odd content."""
    firmware = figures({0: 100, 1: 250})
    base = set(lines_of(facts_of(machine("7.3.4", firmware))))
    named = list[tuple[str, str]]()
    for path, contents in ODD.items():
        for number, content in enumerate(contents, 1):
            lines = lines_of(facts_of(machine("7.3.4", firmware | {path: content})))
            new = [line for line in lines if line not in base] or ["the same"]
            short = path.replace("sys/devices/system/node/", "")
            named += [
                (f"{short} {number}: {content!r:.60}" if content is not None else f"no {short}", line) for line in new
            ]
    return "\n".join([*grouped(named), ""])


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
        lines += [fact_lines(watch.as_dict(after, before)), ""]
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
        "no counters": facts_of({path: text for path, text in files.items() if not path.endswith("/vmstat")}),
        "no kernel": facts_of(machine(None)),
        "a newer kernel": facts_of(machine("9.1.0")),
        "an older kernel": facts_of(machine("5.14.0") | {"proc/version": "Linux version 5.10.0-30-amd64 (x@y)"}),
        "a distribution's kernel": facts_of(machine("6.1.112") | {"proc/version": "Linux version 5.14.0-427.el9 (x)"}),
    }
    return "\n".join([*grouped((name, line) for name, facts in copies.items() for line in lines_of(facts)), ""])


def _folders() -> str:
    """Return what differs from the machine that demotes if it is read from a folder, a tarball or another listing."""
    files = machine("7.3.4", {f"{CGROUP}/cpuset.mems.effective": "0\n", f"{CGROUP}/memory.events": "max 3\n"})
    whole = set(lines_of(facts_of(files)))
    found = dict[str, Facts]()
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name), files)
        driver = folder / "sys/bus/dax/devices/dax0.0/driver"
        driver.parent.mkdir(parents=True)
        driver.symlink_to("../../../../bus/dax/drivers/device_dax")
        (folder / "proc/sys/vm/swappiness").unlink()
        (folder / "proc/sys/vm/swappiness").symlink_to("/etc/hostname")
        found["a folder"] = Facts(read_folder(folder, "app"), None, "app")
        found["its nodes"] = Facts(read_folder(folder / "sys/devices/system/node"))
        found["its sys"] = Facts(read_folder(folder / "sys"))
        found["a tarball"] = Facts(read_copy(packed(folder)), None, "app")
        found["a tarball below a name"] = Facts(read_copy(packed(folder, "w", "box/copy")))
    listed = load(UNSAID)
    found["a listing"] = Facts(tree_of(listed, None))
    for kernel in ("v5.15", "v6.1", "v6.17"):
        document = ParseResult(builtin("one-socket-hbm-and-pmem"))
        found[f"a document under {kernel}"] = Facts(tree_of(document, version(kernel)), Release.parse(kernel[1:]))
    tiers = read_lines("/sys/devices/virtual/memory_tiering/memory_tier4/nodelist:0-1\n")
    found["a listing and tiers"] = Facts(merged(tree_of(listed, None), tiers))
    lines = ((name, line) for name, facts in found.items() for line in lines_of(facts) if line not in whole)
    return "\n".join([*grouped(lines), ""])
