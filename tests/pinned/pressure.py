"""What happens in the built-in scenarios and in variants of them: sentences, moves, the form's fields, and refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.pinned.forms import fact_lines
from tests.pressure.machines import owner, play, said, three_tiers
from viz.analysis.run import Run
from viz.pressure.form import form_of
from viz.pressure.outcome import Outcome
from viz.pressure.scenario import builtin_text, read_scenario, scenario_names
from viz.pressure.text import outcome_text
from viz.pressure.why import explain
from viz.pressure.wire import dump
from viz.topology import Topology, TopologyError, builtin, load
from viz.topology.document import toml_document

MACHINE = "two-sockets-slow-beside-each"
KERNELS = ("v5.15", "v6.17")
"""The kernels under which each scenario is played; the sentences are told under all, the moves under the last."""
SCENARIOS = {
    "everything": """
title = "All keys"
note = "A note."
kernel = "v6.17"
swap = "1 GiB"
numa_balancing = 2
ticks = 600
[[owners]]
name = "first one"
memory = "70 GiB"
bind = [0, 1]
rate = 100000
start = 3
hot = "10 GiB"
[[owners]]
name = "second"
memory = "20% of first plus 1 GiB"
cpu = 1
allowed = "0,2"
[[events]]
tick = 300
event = "reclaim"
owner = "second"
memory = "2 GiB"
[[events]]
tick = 400
event = "offline"
node = 1
[[events]]
tick = 450
event = "online"
node = 1
[[events]]
tick = 460
event = "demotion off"
[[events]]
tick = 500
event = "exit"
owner = "first one"
""",
}
SMALL = """title = "Small"
swap = "1 GiB"
[[owners]]
name = "one"
memory = "2 GiB"
cpu = 0
bind = "0"
[[events]]
tick = 250
event = "reclaim"
owner = "one"
memory = "1 GiB"
"""
"""A scenario that is damaged."""
CHANGES = {
    'title = "Small"': ("", "title = 5", 'title = ""'),
    'swap = "1 GiB"': ("swap = -1", 'swap = "much"', "demotion = 1", "numa_balancing = 4", "ticks = 0", "zz = 1"),
    'name = "one"': ("", 'name = "free"', 'name = ""', 'name = "kernel"'),
    'memory = "2 GiB"': ("memory = 0", 'memory = "70"', 'memory = "9 EiB"', "rate = 0", "start = -1", "hot = 2"),
    "cpu = 0": ("", "cpu = 9", 'cpu = "x"'),
    'bind = "0"': ('bind = "9"', 'bind = ""', "bind = [0, 1]", 'allowed = "1"', 'bind = "1"'),
    "tick = 250": ("", "tick = 0", "tick = 99999"),
    'event = "reclaim"': ('event = "offline"', 'event = "exit"', 'event = "none"', ""),
    'owner = "one"': ('owner = "two"', "", "node = 1"),
    'memory = "1 GiB"': ("", 'memory = "0 GiB"', 'memory = "100 GiB"'),
}
"""For lines of SMALL, what is put in the place of each."""

_NODES = [
    *three_tiers().document()["nodes"],
    {"id": 3, "cpus": 0, "memory": 0},
    {"id": 4, "cpus": 2, "memory": 2**22, "online": False},
]
ODD = three_tiers(nodes=_NODES, distances=[[10 if a == b else 20 for b in range(5)] for a in range(5)])
"""A machine with a node without memory and one that is offline."""
USED = three_tiers(nodes=[{**node, "watermarks": {**node["watermarks"], "free": 300}} for node in _NODES[:3]])
"""A machine of which a large part is in use at the start."""
PLAYED: dict[str, tuple[Topology, dict[str, Any], dict[str, Any]]] = {
    "much is reclaimed": (three_tiers(), owner(1200), {"reclaim": 500}),
    "switched off and on": (
        three_tiers(),
        owner(1500, rate=40960),
        {
            "events": [
                {"tick": 5, "event": "demotion off"},
                {"tick": 60, "event": "demotion on"},
                {"tick": 100, "event": "online", "node": 1},
            ]
        },
    ),
    "a node cannot leave": (
        three_tiers(),
        owner(2600),
        {"events": [{"tick": 400, "event": "offline", "node": 1}], "ticks": 600},
    ),
    "one tier": (load("2 sockets: cpu+dram 1G").topology, owner(9 * 2**16), {}),
    "in use before": (USED, owner(600), {}),
    "a crowded machine": (USED, owner(1200, rate=3 * 4096), {}),
    "a cpuset without the preferred target": (
        three_tiers(),
        owner(1500, allowed="0,2", bind="0"),
        {"swap": 2**22},
    ),
    "a target up to 6.19": (
        three_tiers(),
        owner(3000, rate=5 * 4096),
        {"swap": 2**22, "kernel": "6.18"},
    ),
    "no memory": (load("2 sockets: 4 cpus").topology, owner(1), {}),
    "no kernel": (
        three_tiers(),
        owner(1),
        {"kernel": "tier-sets", "events": [{"tick": 5, "event": "offline", "node": 1}]},
    ),
    "a CPU that is offline": (ODD, owner(1, cpu=4), {}),
    "several CPUs": (ODD, owner(1, cpu="all"), {}),
    "a name that is taken": (ODD, owner(1, "in use before"), {}),
}
"""Plays on small machines: the machine, an owner, and what else play() is given."""


def files() -> dict[str, Callable[[], str]]:
    """Return a file for each built-in scenario, and one for what is refused."""
    texts = {name: builtin_text(name) for name in scenario_names()} | SCENARIOS
    return {
        "refusals.txt": _refusals,
        "several.txt": _several,
        "small.txt": _small,
        **{f"{name}.txt": partial(_played, text) for name, text in texts.items()},
    }


def _played(text: str) -> str:
    return "\n".join([*_lines(text), ""])


def _lines(text: str) -> Iterator[str]:
    before = list[str]()
    try:
        for kernel in KERNELS:
            outcome = Outcome.of(Run.of(builtin(MACHINE), kernel), read_scenario(text, "the scenario"))
            told = outcome_text(outcome).splitlines()
            yield f"{kernel}:"
            yield from told if not before else (line for line in told if line not in before)
            yield ""
            before += told
    except TopologyError as error:
        yield str(error)
        return
    yield fact_lines(outcome.end())
    yield fact_lines(form_of(toml_document(text), outcome))
    for node in outcome.run.topology.ids:
        yield from explain(outcome.simulation.plan.state, node)
    yield fact_lines(dump(outcome) | {"moves": [], "ticks": []})
    for tick in outcome.ticks[:: max(1, len(outcome.ticks) // 12)]:
        yield f"{tick.number}: " + "; ".join(
            f"{move.kind} {move.owner} {move.source}>{move.target} {pages}" for move, pages in tick.moves.items()
        )


def _refusals() -> str:
    run = Run.of(load("2 sockets: cpu+dram 1G, pmem 4G").topology, "v6.1")
    lines = []
    for old, news in CHANGES.items():
        for new in news:
            added = f"{old}\n{new}" if old.partition(" ")[0] != new.partition(" ")[0] and new else new
            try:
                outcome = Outcome.of(run, read_scenario(SMALL.replace(old, added), "the scenario"), until=300)
                told = " | ".join(sentence for tick in outcome.ticks for sentence in tick.sentences)
            except TopologyError as error:
                told = str(error)
            lines.append(f"{new or f'without {old}'}: {told}")
    return "\n".join([*lines, ""])


def _several() -> str:
    """Return an owner's pages where a node has several targets, with and without a cpuset, and a run that is cut."""
    lines = list[str]()
    machine = load("1 socket: cpu+dram 1G, 3 x pmem 1G").topology
    for kernel, allowed in (
        ("v5.18", ""),
        ("v6.16", "0-2"),
        ("v6.17", "0,2"),
        ("random-member", "0,3"),
        ("v7.0", "0-2"),
    ):
        text = SMALL.replace('bind = "0"', f'allowed = "{allowed}"' if allowed else "")
        outcome = Outcome.of(Run.of(machine, kernel), read_scenario(text, "the scenario"), max_work=20_000)
        lines += [f"{kernel}, {allowed or 'all'}:", outcome_text(outcome), fact_lines(outcome.end()), ""]
    short = read_scenario(SMALL.replace("2 GiB", "40 MiB"), "the scenario")
    whole = Outcome.of(Run.of(machine, "v6.1"), short).document()
    lines.append(fact_lines(whole | {"ticks": [whole["ticks"][place] for place in (0, 1, -1)]}))
    cut = Outcome.of(Run.of(machine, "v6.1"), read_scenario(SMALL, "the scenario"), max_work=30)
    return "\n".join([*lines, cut.remark(), ""])


def _small() -> str:
    """Return what is said of small machines of three tiers, and of some without tiers, memory or a CPU."""
    lines = list[str]()
    for name, (machine, owned, more) in PLAYED.items():
        try:
            told = said(play(machine, owned, **more))
        except TopologyError as error:
            told = str(error)
        lines.append(f"{name}:\n{told}\n")
    return "\n".join([*lines, *explain(play(ODD, owner(100)).simulation.plan.state, 3), ""])
