"""The answers to "why" about every cell and arrow of a run, and a checksum of each signal that the page plays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from itertools import permutations

from tests.conditions import outcome, table
from tests.pinned.forms import checksum
from viz.analysis.run import Run
from viz.topology import Topology, builtin, load
from viz.trace.conditions import ConditionError, parse
from viz.trace.model import Trace
from viz.trace.why.answer import Answer
from viz.trace.why.ask import WhyError, why

RUNS = (
    ("two-sockets-three-classes", "posted"),
    ("losing-a-node", "v5.15"),
    ("optane-two-sockets", "v5.16"),
    ("two-sockets-refused-target", "v5.17"),
    ("one-socket-two-equal", "v5.17.7"),
    ("memoryless-cpu-node", "v5.18"),
    ("two-sockets-three-expanders", "rfc2022"),
    ("dram-alone-then-pmem", "v6.1"),
    ("one-socket-pmem-and-gpu on 0,2", "v6.16"),
    ("one-socket-hbm-and-pmem on 0-1", "v7.0"),
    ("four-sockets-two-pmem", "fallback-lists"),
    ("cxl-asymmetric", "tier-sets"),
    ("two-sockets-three-classes", "v5.15 + tie=last-id + used=per-source"),
)
"""The runs: machine, or machine and allowed nodes, and version; each version has another way to choose."""
SLOW = "1 socket: cpu+dram 64G, 12 x cxl 64G"
FURTHER = (
    ("power9-gpu-memory", "posted + used=sources"),
    ("power9-gpu-memory", "posted + sources=descending + tie=last-id"),
    ("power9-gpu-memory", "posted + used=per-source + tie=id"),
    (f"{SLOW} on 12", "v6.11"),
    (SLOW, "v5.17.7"),
    ("2 sockets: cpu+dram 64G, 5 x pmem 64G; cross 21", "v5.17"),
    ("2 sockets: cpu+dram 64G, 5 x pmem 64G; cross 21", "tier-sets"),
    ("last-cpu-off", "v5.17.7"),
    ("losing-a-node", "v6.11"),
    ("rebuild-storm", "v5.15"),
    ("rebuild-storm", "fallback-lists"),
    ("offline-that-fails on 5", "v7.0"),
    ("four-sockets-two-pmem", "posted + start=fastest-tier"),
    ("losing-a-node", "v5.17 + this-pass=never"),
    ("losing-a-node on 0", "random-member"),
    ("boot-or-runtime on 0", "v6.16"),
    ("cpus-apart-from-memory on 0,10", "v5.15"),
    ("cpus-apart-from-memory on 0,10", "v6.11"),
    ("one-socket-two-equal", "posted + used=sources"),
    ("one-socket-two-equal", "v5.17 + further=eq"),
    ("cxl-asymmetric", "v5.17 + this-pass=loop"),
    ("ghost-of-a-node", "posted + this-pass=never"),
    ("sixteen-cells-one-memory", "rfc2022"),
    ("two-sockets-three-classes", "posted + sources=nearest"),
    ("stale-loads", "posted"),
    ("memoryless-cpu-node", "posted + charge=none"),
    ("two-sockets-three-expanders", "tier-sets"),
    ("offline-that-fails", "posted"),
    ("1 socket: dram 64G, cxl 64G", "posted"),
    ("2 sockets: 4 cpus", "posted + start=fastest-tier"),
    ("2 sockets: 4 cpus", "posted"),
    ("2 sockets: 4 cpus", "fallback-lists"),
    ("1 socket: cpu+dram 64G, 16 x cxl 64G", "v5.17"),
    ("four-sockets-two-pmem", "v6.11 + targets=one"),
    ("losing-a-node on 0-1", "v7.0 + targets=next-class"),
    ("two-sockets-dram-between", "v6.1 + penalty-cpu=0"),
    ("optane-four-clusters", "v5.16 + this-pass=loop"),
    ("two-sockets-three-classes with loads", "v5.15"),
    ("two-sockets-three-classes with n_cpu", "posted"),
    ("one-socket-two-equal on 1-2", "v6.16"),
    ("one-socket-two-equal on 1-2", "v7.0"),
    ("losing-a-node on 2,5", "v7.0"),
    ("losing-a-node", "fallback-lists"),
    ("losing-a-node", "tier-sets"),
    ("one-socket-two-equal with leaving", "v6.1"),
    ("one-socket-two-equal with penalties", "v6.1"),
    ("one-socket-two-equal with penalties", "v6.1 + further=gt"),
    ("one-socket-two-equal on 0", "v7.0"),
    ("2 sockets: 4 cpus", "v6.17"),
    ("one-socket-two-equal", "v5.15 + tie=id"),
)
"""Runs of which only those sentences and answers are kept that no run before has, apart from its numbers."""
GIVEN: dict[str, dict[str, object]] = {
    "loads": {"node_load": {"2": 7, "4": 1}},
    "n_cpu": {"n_cpu": [0, 2, 3]},
    "leaving": {"events": [{"event": event, "node": 2} for event in ("mem_offline", "node_remove")]},
    "penalties": {
        "nodes": [
            {"id": 0, "cpus": 1, "memory": 2**30, "adistance": 576},
            {"id": 1, "cpus": 1, "memory": 2**30, "adistance": 128},
            {"id": 2, "cpus": 0, "memory": 2**30, "adistance": 576},
        ],
        "distances": [[10, 20, 25], [20, 10, 21], [25, 21, 10]],
    },
}
"""What a machine of a run has beside what the built-in one has."""
CONDITIONED = (
    ("losing-a-node", "posted"),
    ("losing-a-node", "v5.15"),
    ("two-sockets-refused-target", "v5.17"),
    ("dram-alone-then-pmem", "v6.1"),
    ("one-socket-hbm-and-pmem on 0-1", "v7.0"),
    ("four-sockets-two-pmem", "fallback-lists"),
)
"""The runs in which all conditions are looked for."""
MORE = (
    "pass 1 begins or used_targets has 1",
    "used_targets has 1 or pass 1 begins",
    "used_targets has 1 or next_pass has 2",
    "not (used_targets has 1)",
    "(pass 1 begins then source 0 begins) or the barrier is passed",
    "the disable begins then the order begins",
    "node 1 has a target and demotion works",
    "the barrier is passed",
    "pages leave",
)
"""Conditions that tests/conditions.json does not have."""
WRONG = (("9", 0), ("0-9", 0), ("x", 0), ("passes[0]", 0), ("used_targets", 0), ("0", -1), ("0", 10_000))
ALSO = ("losing-a-node", "v6.11"), ("ghost-of-a-node", "posted"), ("rebuild-storm", "v5.18"), ("stale-loads", "v6.0")
"""Further runs of which only the signals are kept."""


def files() -> dict[str, Callable[[], str]]:
    """Return MACHINE-VERSION.txt for each run, and signals.txt."""
    named = {re.sub(r"[^\w.]+", "-", f"{name} {kernel}"): (name, kernel) for name, kernel in RUNS}
    answers = {f"{name}.txt": partial(_answers, *run) for name, run in named.items()}
    return {**answers, "further.txt": _further, "signals.txt": _signals, "conditions.txt": _conditions}


@cache
def _trace(name: str, kernel: str) -> Trace:
    machine, _, allowed = name.partition(" on ")
    machine, _, given = machine.partition(" with ")
    topology = load(machine.encode(), "the line").topology if ":" in machine else builtin(machine)
    if given:
        topology = Topology.from_document({**topology.document(), **GIVEN[given]})
    return Run.of(topology.allowing(allowed or None), kernel).trace()


def _answers(name: str, kernel: str) -> str:
    """Return every answer of a run, once, with the steps at which it begins to hold and the subjects that have it."""
    trace = _trace(name, kernel)
    asked: dict[str, list[str]] = {}
    for subject, step, answer in (*_of_signals(trace), *_of_arrows(trace)):
        asked.setdefault(_text(trace, answer, step), []).append(f"{subject} at {step}")
    return "\n".join(
        f"{', '.join(subjects[:3])}{', ...' * (len(subjects) > 3)}\n{text}" for text, subjects in asked.items()
    )


def _of_signals(trace: Trace) -> Iterator[tuple[str, int, Answer]]:
    for name, signal in trace.signals.items():
        if name.startswith("why "):
            yield from ((name[4:], step, answer) for step, answer in zip(signal.steps, signal.values, strict=True))


def _of_arrows(trace: Trace) -> Iterator[tuple[str, int, Answer]]:
    """Yield the answers about the arrows between all nodes in the middle of the first order and at the end."""
    for step in ((trace.opens + trace.closes) // 2, trace.length - 1):
        for node in trace.nodes:
            for target in trace.nodes:
                yield f"{node}-{target}", step, why(trace, f"{node}-{target}", step)
    for subject, step in WRONG:
        try:
            yield subject, step, why(trace, subject, step)
        except WhyError as error:
            yield subject, step, (str(error), -1, ())


def _text(trace: Trace, answer: Answer, step: int) -> str:
    """Return an answer with the steps of its scan and of its lines counted back from its own step."""
    question, scan, lines = answer
    told = (f"  {_back(step, at)}  {text or trace.at('sentence', at)}\n" for at, text in lines)
    return f"{question} ({_back(step, scan)})\n{''.join(told)}"


def _further() -> str:
    """Return the sentences and answers of further runs, each once, whatever its numbers are."""
    known: set[str] = set()
    lines = []
    for name, kernel in FURTHER:
        new = forms(said(_trace(name, kernel)))
        lines += [f"\n{name} under {kernel}", *(text for form, text in new.items() if form not in known)]
        known |= new.keys()
    return "\n".join(lines)[1:] + "\n"


def forms(texts: Iterable[str]) -> dict[str, str]:
    """Return texts by their forms, which have an N for every number or list of numbers."""
    return {re.sub(r"\d+(?:[-, ]+\d+)*", "N", text): text for text in texts}


def said(trace: Trace) -> Iterator[str]:
    """Yield all that is said of a run: titles, sentences, states of nodes, questions and answers, also of arrows."""
    for node, target in permutations(trace.nodes[:4], 2):
        for step in range(trace.opens, trace.length, 7):
            yield from (text for _, text in why(trace, f"{node}-{target}", step)[2] if text)
    yield from (chapter.title for chapter in trace.chapters)
    for name, signal in trace.signals.items():
        if name in ("sentence", "demotion_words") or name.startswith("state["):
            yield from signal.values
        elif name.startswith("why "):
            for question, _, lines in signal.values:
                yield question
                yield from (text for _, text in lines if text)


def _conditions() -> str:
    """Return for each run the steps where each condition of tests/conditions.json holds, or why it cannot be asked."""
    texts = dict.fromkeys([*(case["condition"] for case in table()["cases"]), *MORE])
    lines = []
    for name, kernel in CONDITIONED:
        lines.append(f"\n{name} under {kernel}")
        for text in texts:
            found = outcome(_trace(name, kernel), text)
            lines.append(f"{text}: {found if isinstance(found, str) else ' '.join(map(str, found[:40]))}")
    errors = [*(text for text, _ in table()["errors"]), "x" * 401]
    return "\n".join([*lines, "", *(f"{text[:60]}: {_refusal(text)}" for text in errors)])[1:] + "\n"


def _refusal(text: str) -> str:
    try:
        return f"means {parse(text)}"
    except ConditionError as error:
        return str(error)


def _back(step: int, at: int) -> str:
    return "never" if at < 0 else str(at - step)


def _signals() -> str:
    """Return for each run how often each of its signals changes, and a checksum of its changes."""
    lines = []
    for name, kernel in (*RUNS, *ALSO):
        lines.append(f"\n{name} under {kernel}")
        kinds: dict[str, list[object]] = {}
        for signal, values in _trace(name, kernel).signals.items():
            kinds.setdefault(signal.partition("[")[0], []).append((signal, values.steps, values.values))
        lines += [f"  {checksum(json.dumps(changes))}  {kind}" for kind, changes in kinds.items()]
    return "\n".join(lines)[1:] + "\n"
