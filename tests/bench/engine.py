"""The engine: full runs, recording, the memory of one command."""

from __future__ import annotations

import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from tests.bench.report import say
from tests.serving import ROOT
from viz.analysis.run import Run
from viz.app.dispatcher import Job, done_as_text
from viz.app.service import Service
from viz.kernel.memory import Memory, drive
from viz.topology import Topology
from viz.trace.chapters import first_build

RUNS = 5


def main() -> None:
    """Print every ratio."""
    say("`order` on 1,024 nodes, peak memory", 400, peak_memory(1024), "MiB")  # first: a child begins with what we hold
    say("full run, 1,024 nodes against 512", 6, ratio(full_run(1024), full_run(512)))
    say("full run at 1,024 nodes against bare sorting of its rows", 2.6, ratio(full_run(1024), bare_sorting(1024)))
    say("recording micro steps at 64 nodes against the plain run", 30, ratio(recording(64), full_run(64)))
    opened, alone = opening()
    say(
        "first answer of 64 nodes and 200 events against a recorded build and 200 state updates",
        3,
        ratio(opened, alone),
    )
    for mix in ("one by one", "all away, then back", "at random"):
        say(f"all of 200 events over the wire, nodes {mix}, gzip", 2, whole_size(200, mix), "MB")


def ratio(one: Callable[[], Any], other: Callable[[], Any]) -> float:
    """How many times as long the first takes: the median over pairs run in turn."""
    return statistics.median(seconds(one) / seconds(other) for _ in range(RUNS))


def seconds(work: Callable[[], Any]) -> float:
    """Processor time of one call, in seconds."""
    began = time.process_time()
    work()
    return time.process_time() - began


def machine(size: int) -> Topology:
    """A quarter of the nodes has CPUs; distances have ties, as real ones do."""
    dice = random.Random(size)
    nodes = [{"id": n, "cpus": int(n % 4 == 0), "memory": 2**30} for n in range(size)]
    far = [[10 if a == b else dice.choice((12, 17, 21, 28, 32)) for b in range(size)] for a in range(size)]
    return Topology.from_document({"title": f"{size} nodes", "nodes": nodes, "distances": far})


def full_run(size: int) -> Callable[[], None]:
    """Zonelists and order, drained without recording."""
    run = Run.of(machine(size))

    def work() -> None:
        built, memory = run.topology.machine(run.version.rules), Memory()
        for chapter in first_build(built, run.version):
            drive(chapter.routine, memory)

    return work


def bare_sorting(size: int) -> Callable[[], None]:
    """Every row of the same matrix sorted by distance and id, and nothing else."""
    rows = machine(size).distances

    def work() -> None:
        for row in rows:
            assert isinstance(row, bytes)
            sorted(range(size), key=lambda k: (row[k], k))  # called at once

    return work


def recording(size: int) -> Callable[[], object]:
    """The same run as a trace, sentences and all."""
    return Run.of(machine(size)).trace


def scenario(events: int, mix: str = "one by one") -> dict[str, str]:
    """A request for 64 nodes that lose and get back memory: each at once, all before the first is back, or any."""
    document = machine(64).document()
    nodes = [node["id"] for node in document["nodes"] if not node["cpus"]][:40]
    kinds = ("mem_offline", "mem_online")
    if mix == "at random":
        dice, away = random.Random(events), set[int]()
        apply_event = []
        for node in dice.choices([node["id"] for node in document["nodes"]], k=events):
            apply_event.append((kinds[node in away], node))
            away ^= {node}
    elif mix == "one by one":
        apply_event = [(kinds[i % 2], nodes[i // 2 % len(nodes)]) for i in range(events)]
    else:
        apply_event = [(kinds[i // len(nodes) % 2], nodes[i % len(nodes)]) for i in range(events)]
    document["events"] = [{"event": event, "node": node} for event, node in apply_event]
    return {"text": json.dumps(document)}


def opening() -> tuple[Callable[[], object], Callable[[], object]]:
    """What the page shows its first step of, as text; and the same build with 200 CPUs that change N_CPU, as a trace.

    The updates rebuild nothing: from v6.1 on, the coming and going of CPUs does not.
    """
    request = scenario(200)
    document = machine(64).document()
    kinds = ("cpu_offline", "cpu_online")
    document["events"] = [{"event": kinds[i % 2], "node": 0} for i in range(200)]
    return lambda: json.dumps(Service().answer(request)), Run.of(Topology.from_document(document), "v6.12").trace


def whole_size(events: int, mix: str) -> float:
    """The run to its end as the page fetches it, in millions of bytes."""
    answer = done_as_text(Job("whole", scenario(events, mix), Service()))
    return len(gzip.compress(answer["json"].encode(), 6)) / 1e6


def peak_memory(size: int) -> float:
    """The most that one command line run ever held, in MiB."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(machine(size).document(), file)
        file.flush()
        command = [sys.executable, "-m", "viz", "order", "--json", file.name]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
    return usage.ru_maxrss / 1024
