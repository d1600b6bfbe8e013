"""Test that the largest light question of each kind takes little time, and that the largest question hits its limit."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import takewhile
from typing import Any

import pytest

from tests.attacks.payloads import many_owners
from viz.app.answers import BROKEN, KINDS, TOO_MUCH_MEMORY, Job, answer_job
from viz.app.costs import COSTS, HEAVY, OF_NO_MACHINE, cost, too_long_to_read
from viz.app.dispatcher import answer_job_as_text
from viz.app.service import Service
from viz.kernel.nodemask import MAX_NUMNODES
from viz.pressure.simulation import MAX_TICKS
from viz.topology import Topology
from viz.topology.link import pack
from viz.topology.model import MAX_EVENTS
from viz.work.limits import LIGHT_TEXT, LIGHT_WORK

LIGHT_SUMS = 60
"""The time that a light question may take at most, in the time of A_SUM: half a second on the computer of 2026."""
A_SUM = range(200_000)
END_SECONDS = 0.3
"""The processor time after which the work on the largest question of a kind is ended."""
Question = dict[str, Any]
EVENTS = ("mem_offline", "mem_online")


@cache
def machine(nodes: int, events: int = 0, apart: int = 61) -> str:
    """Return a machine whose order takes long to build: one node has CPUs, and all nodes form long chains."""
    rows = [[10 if a == b else 11 + (a * 7 + b * 13) % (apart - 11) for b in range(nodes)] for a in range(nodes)]
    document = {
        "title": "t",
        "nodes": [{"id": n, "cpus": 4 if n == 0 else 0, "memory": 2**30} for n in range(nodes)],
        "distances": rows,
        "events": [{"event": EVENTS[i % 2], "node": i // 2 % nodes} for i in range(events)],
    }
    return json.dumps(document)


def chains(nodes: int) -> tuple[str, str]:
    """Return the texts of two orders: a single chain such as "0>1>2", and the same chain in reverse."""
    ids = [str(node) for node in range(nodes)]
    return ">".join(ids), ">".join(reversed(ids))


def about_machine(**keys: Any) -> Callable[[int, int], Question]:
    """Return a function that makes a question about a machine from its numbers of nodes and events.

    `keys` are the question's other keys.
    """
    return lambda nodes, events: {"text": machine(nodes, events), **keys}


def against(nodes: int, events: int) -> Question:
    """Return a question that compares the runs of a machine in two kernels."""
    return {"text": machine(nodes, events), "other": {"text": machine(nodes, events), "kernel": "v6.12"}}


def two_chains(protocol: str) -> Callable[[int, int], Question]:
    """Return a function that makes a question about readers during a rebuild that reverses a long chain."""

    def question(nodes: int, _: int) -> Question:
        old, new = chains(nodes)
        return {"text": machine(2), "old": old, "new": new, "protocol": protocol, "programOrder": True}

    return question


def doctor(nodes: int, _: int) -> Question:
    """Return a question to the doctor about a machine whose order the answer has to compute twice."""
    lines = "".join(f"/sys/devices/system/node/node{n}/vmstat:pgdemote_kswapd 0\n" for n in range(nodes))
    return {"text": machine(nodes), "kernel": "v6.12", "more": lines + LOG}


def walk(nodes: int, _: int) -> Question:
    """Return a question about a walk along a chain of `nodes` nodes during a rebuild that reverses the chain."""
    old, new = chains(nodes)
    return {"text": machine(2), "old": old, "new": new, "walk": [*range(nodes), -1]}


LOG = "".join(f"Fallback order for Node {n}: {' '.join(map(str, reversed(range(8))))}\n" for n in range(8))
UNDER_PRESSURE = {"toml": many_owners(), "node": 0, "tick": MAX_TICKS}
QUESTIONS: list[tuple[str, Callable[[int, int], Question]]] = [
    ("play", about_machine()),
    ("play", about_machine(kernel="v6.12")),
    ("whole", about_machine()),
    ("chart", about_machine(chart="timeline")),
    ("chart", about_machine(chart="distances")),
    ("chart", about_machine(chart="fill", kernel="v6.12", **UNDER_PRESSURE)),
    *(("picture", about_machine(chart=chart, step=0)) for chart in ("timeline", "distances")),
    ("picture", about_machine(chart="fill", kernel="v6.12", **UNDER_PRESSURE)),
    ("animation", about_machine(first=0, last=1, stride=0)),
    ("stranding", about_machine(cpus=1, memory="1 KiB")),
    ("readers", about_machine(kernel="v5.15")),
    ("readers", about_machine(kernel="v6.1")),
    ("claims", about_machine()),
    *(("readers", two_chains(protocol)) for protocol in ("in-place", "barrier", "grace-hop")),
    ("walk", walk),
    ("events", about_machine()),
    ("rebuilds", about_machine()),
    *(("write", about_machine(form=form)) for form in ("qemu", "json", "numactl", "libvirt")),
    ("log", about_machine(log=LOG)),
    ("against", against),
    ("doctor", doctor),
    ("versions", about_machine()),
    ("machines", about_machine()),
    ("export", lambda nodes, _: {"text": f"{nodes} sockets: cpu+dram"}),
    ("shape", lambda nodes, _: {"line": f"{nodes} sockets: cpu+dram"}),
    ("shape", lambda nodes, _: {"text": f"{nodes} sockets: cpu+dram"}),
    ("events", lambda nodes, _: {"text": f"{nodes} sockets: cpu+dram"}),
    ("findings", about_machine()),
    ("halls", about_machine()),
    ("findings", about_machine(kernel="v6.12")),
    ("talk", lambda *_: {"story": "tour"}),
    ("condition", lambda nodes, _: {"condition": " or ".join(["pass 1 begins"] * nodes)}),
    ("play", lambda nodes, _: {"link": pack(Topology.from_document(json.loads(machine(nodes, apart=12))))}),
    ("play", about_machine(kernel="v5.17 + used=sources + penalty-cpu=5 + charge=one")),
    ("rules", about_machine(kernel="v5.17 + used=sources")),
    ("patch", about_machine(kernel="mine.py")),
    *((kind, about_machine(kernel="v6.12", **UNDER_PRESSURE)) for kind in ("pressure", "pressure-why")),
    ("pressure", about_machine(scenario="slow-tier-full")),
    ("qr", lambda nodes, _: {"address": "https://tierscope.example.org/#".ljust(nodes, "x")}),
]
FIRST_OF_EACH_KIND = dict(reversed(QUESTIONS))
SIZES = [1, 2, 4, 8, 16, 24, 32, 40, 48, 52, 56, 60, 64, 80, 96, 128, 150, 180, 256, 360, 512, 700, 1024]


def is_light(kind: str, question: Question) -> bool:
    """Return whether a question is light: its text is not too long to read, and its cost is at most LIGHT_WORK."""
    return not too_long_to_read(question) and cost(kind, question, Service()) <= LIGHT_WORK


def largest_light(kind: str, make: Callable[[int, int], Question]) -> Iterator[Question]:
    """Yield light questions about machines of several sizes, each with as many events as it can have and stay light."""
    light = list(takewhile(lambda nodes: is_light(kind, make(nodes, 0)), SIZES))
    if not light:  # a talk and an exported file are always heavy
        return
    for nodes in dict.fromkeys((light[-1], light[len(light) // 2], min(4, light[-1]), 1)):
        events = (500, 127, 63, 31, 15, 7, 5, 3, 2, 1, 0)
        yield next(question for n in events if is_light(kind, question := make(nodes, n)))


def seconds(work: Callable[[], object]) -> float:
    """Call `work`, and return the processor seconds that it took."""
    began = time.process_time()
    work()
    return time.process_time() - began


def sums(work: Callable[[], object]) -> float:
    """Call `work` up to five times, and return the least time of a call, in the time that Python needs for A_SUM then.

    So the result says little about how fast the computer is, or how busy. A call that takes less than half of
    LIGHT_SUMS is the last.
    """
    best = float("inf")
    for _ in range(5):
        unit = seconds(lambda: sum(number for number in A_SUM))
        best = min(best, seconds(work) / unit)
        if best < LIGHT_SUMS / 2:
            break
    return best


def test_every_kind_has_a_cost_and_is_tested() -> None:
    assert set(COSTS) == set(KINDS) == {kind for kind, _ in QUESTIONS}


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "make"), QUESTIONS, ids=[f"{n} {kind}" for n, (kind, _) in enumerate(QUESTIONS)])
def test_the_largest_light_question_takes_little_time(kind: str, make: Callable[[int, int], Question]) -> None:
    for question in largest_light(kind, make):

        def ask(question: Question = question) -> None:
            service = Service()
            cost(kind, question, service)
            assert "fault" not in str(answer_job(Job(kind, question, service)).get("error"))

        assert sums(ask) <= LIGHT_SUMS


@pytest.mark.parametrize("kind", [kind for kind in COSTS if kind not in OF_NO_MACHINE])
def test_a_question_about_the_largest_machine_is_heavy(kind: str) -> None:
    make = FIRST_OF_EACH_KIND[kind]
    if kind == "stranding":  # the answer needs only two sums over the nodes
        assert is_light(kind, {"text": "1 sockets: cpu+dram", "cpus": 1, "memory": "1 KiB"})
        return
    assert not is_light(kind, make(MAX_NUMNODES, 0))


def test_long_or_compressed_text_is_heavy() -> None:
    for question in (
        {"text": "x" * (LIGHT_TEXT + 1)},
        {"file": "H4sI" + "A" * 20},
        {"log": "x" * (LIGHT_TEXT + 1), "topology": "two-sockets-three-classes"},
        {"shape": {"stands": [{"kind": "x" * 400}] * 200}},
        {"other": {"text": "x" * (LIGHT_TEXT + 1)}},
    ):
        assert cost("play", question, Service()) == HEAVY


FORKING = multiprocessing.get_context("forkserver")
"""Makes processes without threads that can be ended at any moment; only the first of them takes time to start."""
FORKING.set_forkserver_preload(["tests.app.test_costs"])
FAULT = 7
"""The exit status of a process that has found a fault."""


def work_on(kind: str) -> None:
    """Work on the largest question of a kind in this process, and end the process: with FAULT if there is a fault.

    Work that takes more than END_SECONDS of the processor ends without one; tests/work ends such work, too.
    """
    signal.signal(signal.SIGVTALRM, lambda *_: os._exit(0))
    job = Job(kind, FIRST_OF_EACH_KIND[kind](MAX_NUMNODES, MAX_EVENTS), Service())
    signal.setitimer(signal.ITIMER_VIRTUAL, END_SECONDS)
    os._exit(FAULT if answer_job_as_text(job).get("error") in (BROKEN, TOO_MUCH_MEMORY) else 0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", FIRST_OF_EACH_KIND)
def test_the_largest_question_of_all_finds_no_fault_in_its_first_moments(kind: str) -> None:
    """It is answered or refused, or still being worked on when its time is over."""
    process = FORKING.Process(target=work_on, args=(kind,))
    process.start()
    process.join(60)
    process.kill()
    process.join()
    assert process.exitcode == 0
