"""The answers to "why" about every cell and arrow of a run, and a checksum of each signal that the page plays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial

from tests.pinned.forms import checksum
from viz.analysis.run import Run
from viz.topology import builtin
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
WRONG = (("9", 0), ("0-9", 0), ("x", 0), ("passes[0]", 0), ("used_targets", 0), ("0", -1), ("0", 10_000))
ALSO = ("losing-a-node", "v6.11"), ("ghost-of-a-node", "posted"), ("rebuild-storm", "v5.18"), ("stale-loads", "v6.0")
"""Further runs of which only the signals are kept."""


def files() -> dict[str, Callable[[], str]]:
    """Return MACHINE-VERSION.txt for each run, and signals.txt."""
    named = {re.sub(r"[^\w.]+", "-", f"{name} {kernel}"): (name, kernel) for name, kernel in RUNS}
    return {**{f"{name}.txt": partial(_answers, *run) for name, run in named.items()}, "signals.txt": _signals}


@cache
def _trace(name: str, kernel: str) -> Trace:
    machine, _, allowed = name.partition(" on ")
    return Run.of(builtin(machine).allowing(allowed or None), kernel).trace()


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
