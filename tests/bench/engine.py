"""Measure the engine without a browser: full runs, recordings, answers of the server, and the memory of a command."""

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

from tests.bench.report import print_figure
from tests.command import printed
from tests.serving import ROOT
from viz.analysis.run import Run
from viz.app.answers import Job
from viz.app.dispatcher import answer_job_as_text
from viz.app.service import Service
from viz.kernel.memory import Memory, drive
from viz.pressure.outcome import Outcome
from viz.pressure.scenario import Scenario
from viz.topology import Topology
from viz.trace.chapters import first_build

RUNS = 5
"""The number of times that each pair of functions is measured."""


def main() -> None:
    """Measure the engine, and print every measured value with its limit."""
    # The memory is measured first, because a child process starts with the memory that this process uses at that time.
    print_figure("`order` on 1,024 nodes, peak memory", 400, peak_memory(1024), "MiB")
    print_figure("full run, 1,024 nodes against 512", 6, ratio(full_run(1024), full_run(512)))
    print_figure(
        "full run at 1,024 nodes against bare sorting of its rows", 2.6, ratio(full_run(1024), bare_sorting(1024))
    )
    print_figure("recording micro steps at 64 nodes against the plain run", 30, ratio(recording(64), full_run(64)))
    answer, build = first_answer()
    print_figure(
        "first answer of 64 nodes and 200 events against a recorded build and 200 state updates",
        3,
        ratio(answer, build),
    )
    print_figure(
        "1,000 ticks of pressure on 8 nodes against the command `order`", 30, ratio(pressure(1), order_command())
    )
    print_figure("pressure where every node has twice as much", 1.1, ratio(pressure(2), pressure(1)))
    for mix in ("one by one", "all away, then back", "at random"):
        print_figure(f"all of 200 events over the wire, nodes {mix}, gzip", 2, whole_run_size(200, mix), "MB")


def ratio(first: Callable[[], Any], second: Callable[[], Any]) -> float:
    """Return how many times as long `first` takes as `second`: the median of RUNS pairs that run in turn."""
    return statistics.median(seconds(first) / seconds(second) for _ in range(RUNS))


def seconds(work: Callable[[], Any]) -> float:
    """Return the processor time of a call, in seconds."""
    began = time.process_time()
    work()
    return time.process_time() - began


def machine(size: int) -> Topology:
    """Return a machine of `size` nodes: every fourth has CPUs, and many distances are equal, as on real machines."""
    dice = random.Random(size)
    nodes = [{"id": n, "cpus": int(n % 4 == 0), "memory": 2**30} for n in range(size)]
    distances = [[10 if a == b else dice.choice((12, 17, 21, 28, 32)) for b in range(size)] for a in range(size)]
    return Topology.from_document({"title": f"{size} nodes", "nodes": nodes, "distances": distances})


def full_run(size: int) -> Callable[[], None]:
    """Return a function that builds the zonelists and the order of a machine without recording a trace."""
    run = Run.of(machine(size))

    def work() -> None:
        started, memory = run.topology.machine(run.version.rules), Memory()
        for chapter in first_build(started, run.version):
            drive(chapter.routine, memory)

    return work


def bare_sorting(size: int) -> Callable[[], None]:
    """Return a function that sorts every row of the machine's distances by distance and id, and does nothing else."""
    rows = machine(size).distances

    def work() -> None:
        for row in rows:
            assert isinstance(row, bytes)
            sorted(range(size), key=lambda k: (row[k], k))  # the lambda is called at once, while `row` is this row

    return work


def recording(size: int) -> Callable[[], object]:
    """Return a function that records the run of a machine with `size` nodes, with the sentence of every step."""
    return Run.of(machine(size)).trace


def scenario(events: int, mix: str = "one by one") -> dict[str, str]:
    """Return the request for a run of 64 nodes in which memory goes offline and online again, `events` events in all.

    `mix` says in which order: "one by one" brings each node's memory back before the next node's memory goes,
    "all away, then back" takes the memory of all nodes first, and "at random" does neither.
    """
    document = machine(64).document()
    nodes = [node["id"] for node in document["nodes"] if not node["cpus"]][:40]
    kinds = ("mem_offline", "mem_online")
    if mix == "at random":
        dice, offline = random.Random(events), set[int]()
        changes = []
        for node in dice.choices([node["id"] for node in document["nodes"]], k=events):
            changes.append((kinds[node in offline], node))
            offline ^= {node}
    elif mix == "one by one":
        changes = [(kinds[i % 2], nodes[i // 2 % len(nodes)]) for i in range(events)]
    else:
        changes = [(kinds[i // len(nodes) % 2], nodes[i % len(nodes)]) for i in range(events)]
    document["events"] = [{"event": event, "node": node} for event, node in changes]
    return {"text": json.dumps(document)}


def tiered_machine(factor: int) -> Topology:
    """Return 8 nodes in three tiers, two of them with CPUs, each of 16 GiB times the factor."""
    tiers = [576, 576, 2880, 2880, 2880, 9216, 9216, 9216]
    nodes = [
        {"id": n, "cpus": 4 * (n < 2), "memory": factor * 2**34, "adistance": tier} for n, tier in enumerate(tiers)
    ]
    distances = [[10 if a == b else 20 + abs(a - b) for b in range(8)] for a in range(8)]
    return Topology.from_document({"title": "8 nodes", "nodes": nodes, "distances": distances})


def pressure(factor: int) -> Callable[[], Outcome]:
    """Return a function that plays 1,000 ticks, most of them under pressure: a bound owner of 2.5 times its node."""
    run, wanted = Run.of(tiered_machine(factor), "v7.0"), factor * 2**34 * 5 // 2
    owner = {"name": "bound", "memory": wanted, "rate": wanted // 1000, "cpu": 0, "bind": 0}
    scenario = Scenario.from_table({"title": "1,000 ticks", "owners": [owner], "ticks": 1000})
    return lambda: Outcome.of(run, scenario)


def order_command() -> Callable[[], object]:
    """Return a function that runs the command `order` for the same machine, in this process."""
    text = json.dumps(tiered_machine(1).document())
    return lambda: printed("order", "--json", "--kernel", "v7.0", "-", stdin=text)


def first_answer() -> tuple[Callable[[], object], Callable[[], object]]:
    """Return two functions whose times are compared.

    One answers the first request for a run with 200 events of memory. The other records a first build and 200 events
    of CPUs; these only update the node state N_CPU, because since v6.1 CPUs do not change the demotion order.
    """
    request = scenario(200)
    document = machine(64).document()
    kinds = ("cpu_offline", "cpu_online")
    document["events"] = [{"event": kinds[i % 2], "node": 0} for i in range(200)]
    return lambda: json.dumps(Service().answer(request)), Run.of(Topology.from_document(document), "v6.12").trace


def whole_run_size(events: int, mix: str) -> float:
    """Return the compressed size of the answer that holds the whole run of a scenario, in millions of bytes."""
    answer = answer_job_as_text(Job("whole", scenario(events, mix), Service()))
    return len(gzip.compress(answer["json"].encode(), 6)) / 1e6


def peak_memory(size: int) -> float:
    """Return the peak memory of the command `order` on a machine of `size` nodes, in MiB."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(machine(size).document(), file)
        file.flush()
        command = [sys.executable, "-m", "viz", "order", "--json", file.name]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
    return usage.ru_maxrss / 1024
