"""The answers to the questions of the page, of every kind, with what each costs; also to questions that are wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from tests.pinned.forms import checksum, facts
from tests.site.questions import CHAINS, EVENTS, FIRST, LINE, LISTING, TALK
from viz.app.answers import KINDS, Job, answer_job
from viz.app.costs import TooDeep, cost
from viz.app.new_machine import START
from viz.app.service import Service
from viz.kernel.releases import UnknownVersion
from viz.topology import TopologyError
from viz.topology.writers import WRITERS

CGROUP = FIRST | {"allowed": "0,2-3", "kernel": "v7.0"}
LARGE = {"text": "40 sockets: cpu+dram 64G, cxl 256G; cross 21"}
WITHOUT_DISTANCES = LISTING.partition("node distances")[0]
HBM, OPTANE = ({"topology": name} for name in ("one-socket-hbm-and-pmem", "optane-two-sockets"))
PRINTED = "Demotion targets for Node 0: preferred: 1, fallback: 1-2"
ROW = {"count": "", "has_cpus": True, "cpus": "8", "kind": "dram", "size": "64G", "at": "", "per_socket": False}
CARD = ROW | {"count": "2", "has_cpus": False, "cpus": "", "kind": "cxl", "at": "40"}
CONTROLS = {"sockets": "2", "clusters": "", "cross": "21", "stands": [ROW], "shared": [CARD], "pairs": "0>1 at 25"}
OWN_SCENARIO = """title = "Two programs"
ticks = 60
[[owners]]
name = "a"
memory = "90% of first"
cpu = "first"
[[owners]]
name = "b"
memory = "1G"
allowed = ["last"]
[[events]]
tick = 20
event = "reclaim"
owner = "a"
memory = "10% of first"
"""

QUESTIONS: Mapping[str, list[Any]] = {
    "play": [
        FIRST,
        EVENTS | {"kernel": "v5.15"},
        {"topology": "boot-or-runtime", "zonelists": "boot"},
        HBM | {"kernel": "v6.16", "narrow": "yes"},
        FIRST | {"kernel": "v5.15 + used=per-source"},
        CGROUP,
        CGROUP | {"kernel": "v6.11"},
        {"text": "17 sockets: cpu+dram 64G, cxl 256G; cross 21", "kernel": "v6.1"},
        {"topology": "rebuild-storm"},
        {"text": LISTING, "name": "my machine.txt"},
        {"text": LISTING, "kernel": "6.12.50", "turned": "0:cxl", "allowed": "0-1"},
        {"text": LISTING, "kernel": "v6.17", "turned": "0,1:hbm"},
        {"text": WITHOUT_DISTANCES},
        {"text": WITHOUT_DISTANCES, "remote": "20"},
        {"text": PRINTED},
        {"text": "/sys/kernel/mm/numa/demotion_enabled:false"},
        {"text": LISTING[:200]},
        {"text": "nothing that names a node"},
        {"text": '{"nodes": []}'},
        {"file": "AAAA", "name": "x.bin"},
        {"file": "@"},
        {"link": "x"},
        {"topology": "../x"},
        {"topology": "opened"},
        FIRST | {"kernel": "v4.9"},
        FIRST | {"kernel": "v6.1 + x=y"},
        FIRST | {"zonelists": "never"},
        FIRST | {"allowed": "9"},
        HBM | {"allowed": "none"},
        FIRST | {"beside": "nothing of tiers"},
        {"text": LISTING, "turned": "9:zzz"},
        {"text": LISTING, "turned": "x"},
        {"text": LISTING, "remote": "1000"},
        {"topology": 3},
        {},
        None,
    ],
    "chart": [
        FIRST | {"chart": "timeline", "theme": "light"},
        EVENTS | {"chart": "timeline", "theme": "dark", "narrow": "yes"},
        HBM | {"chart": "timeline", "kernel": "v6.1"},
        FIRST | {"chart": "distances", "theme": "light"},
        {"topology": "optane-two-sockets", "chart": "distances", "theme": "dark", "narrow": "yes"},
        OPTANE | {"chart": "fill", "scenario": "default-policy", "theme": "light"},
        FIRST | {"chart": "fill", "scenario": "node-offline", "theme": "dark", "kernel": "v6.1"},
        {"text": "17 sockets: cpu+dram 1G; cross 21", "chart": "fill"},
        {"text": "260 sockets: cpu+dram", "chart": "timeline"},
        FIRST | {"chart": "no such chart"},
        FIRST,
        {"chart": "timeline"},
    ],
    "against": [
        FIRST | {"kernel": "posted", "other": FIRST | {"kernel": "v5.18"}},
        HBM | {"kernel": "posted", "other": HBM | {"kernel": "v6.1"}, "narrow": "yes"},
        HBM | {"kernel": "v5.16", "other": HBM | {"kernel": "v5.18"}},
        EVENTS | {"events": 1, "other": EVENTS | {"events": 0}},
        EVENTS | {"events": 9, "other": EVENTS | {"events": 0}},
        EVENTS | {"events": "1", "other": EVENTS},
        FIRST | {"other": {"topology": "losing-a-node"}},
        FIRST | {"other": "nothing"},
    ],
    "versions": [LINE | {"kernel": "v5.15 + tie=id"}],
    "events": [EVENTS, FIRST, {"topology": "binding-pmem"}],
    "rebuilds": [
        EVENTS,
        {"topology": "last-cpu-off", "kernel": "v6.1"},
        {"topology": "rebuild-storm", "kernel": "v7.0"},
    ],
    "readers": [
        FIRST | {"event": 0, "programOrder": False},
        EVENTS | {"event": 1, "programOrder": True, "kernel": "v5.15"},
        EVENTS | {"event": 1},
        HBM | {"event": 0, "kernel": "v6.1"},
        FIRST | CHAINS,
        FIRST | CHAINS | {"protocol": "in-place"},
        FIRST | CHAINS | {"protocol": "plain"},
        FIRST | CHAINS | {"start": 9},
        FIRST | CHAINS | {"old": "0>1>x"},
        FIRST | {"event": 9},
        FIRST | {"event": "0"},
        FIRST | {"event": 0, "kernel": "tier-sets"},
    ],
    "walk": [
        FIRST | CHAINS | {"walk": [0, 1, 2, -1]},
        FIRST | CHAINS | {"walk": [0, 2, 1, 2]},
        FIRST | CHAINS | {"walk": [0, 1]},
        FIRST | CHAINS | {"walk": ["x"]},
        FIRST | CHAINS,
    ],
    "claims": [FIRST | {"kernel": kernel} for kernel in ("posted", "v5.15", "rfc2022", "v6.1")],
    "picture": [
        FIRST | {"chart": "timeline", "step": 20, "theme": "light", "frame": True},
        FIRST | {"chart": "distances", "step": 0, "theme": "dark", "transparent": True},
        FIRST | {"chart": "fill", "scenario": "default-policy", "tick": 3},
        FIRST | {"chart": "fill", "tick": 1_000},
        FIRST | {"chart": "fill", "tick": -1},
        FIRST | {"chart": "timeline", "step": 51},
        FIRST | {"chart": "timeline", "step": "1"},
        FIRST | {"chart": "x"},
    ],
    "animation": [
        OPTANE | {"first": 14, "last": 18, "stride": 0, "theme": "dark", "frame": True},
        OPTANE | {"first": 14, "last": 13, "stride": 2},
        OPTANE | {"first": 14, "last": 18, "stride": 4},
        OPTANE | {"first": 0, "last": 99, "stride": 1},
    ],
    "pressure-why": [
        FIRST | {"scenario": "default-policy", "node": 0, "tick": 3},
        FIRST | {"toml": OWN_SCENARIO, "node": 1, "tick": 9},
        FIRST | {"scenario": "x", "node": 0, "tick": 3},
        FIRST | {"node": "0", "tick": 3},
        FIRST | {"node": 0, "tick": 100_000},
    ],
    "pressure": [FIRST | {"toml": OWN_SCENARIO}, FIRST | {"toml": "owners ="}, FIRST | {"scenario": "x"}],
    "stranding": [
        FIRST | {"cpus": 4, "memory": "16 GiB"},
        FIRST | {"cpus": 0, "memory": "100 GB"},
        LARGE | {"cpus": 3, "memory": "5G"},
        FIRST | {"cpus": 0, "memory": "0"},
        FIRST | {"cpus": -1, "memory": "16 GiB"},
        FIRST | {"cpus": 1, "memory": "lots"},
    ],
    "write": [*(FIRST | {"form": form} for form in WRITERS), FIRST | {"form": "x"}],
    "log": [FIRST | {"kernel": "v6.1", "log": PRINTED}, FIRST | {"log": "nothing"}, FIRST],
    "findings": [FIRST, {"text": LISTING, "kernel": "v6.1"}],
    "halls": [OPTANE, {"text": "12 sockets: cpu+dram 1G"}, {"text": "13 sockets: cpu+dram 1G"}],
    "shape": [
        {"line": "2 sockets: cpu+dram 64G, pmem 256G; cross 21", "kernel": "v6.1"},
        {"line": START.replace("pmem 256G", "2 x hbm at 12 per socket"), "zonelists": "boot"},
        {"line": "9 sockets: cpu+dram"},
        {"line": "2 sockets: cpu+nothing"},
        {"shape": CONTROLS},
        {
            "shape": CONTROLS
            | {"ring": True, "cross": "", "sockets": "6", "cpus_first": True, "clusters": "3", "cluster_at": "15"}
        },
        {"shape": CONTROLS | {"sockets": "1", "cross": "", "pairs": "", "stands": [ROW | {"cpus": "1", "count": "1"}]}},
        {"shape": CONTROLS | {"clusters": "1", "stands": [ROW | {"has_cpus": False, "per_socket": True}]}},
        {"shape": CONTROLS | {"stands": [ROW | {"kind": "", "size": "1G"}, CARD | {"count": "1025"}]}},
        {"shape": CONTROLS | {"sockets": "0"}},
        {"shape": CONTROLS | {"cross": "21 31"}},
        {"shape": CONTROLS | {"sockets": "many"}},
        {"shape": CONTROLS | {"sockets": 2}},
        {"shape": CONTROLS | {"pairs": "0-0 at 12"}},
        {"shape": CONTROLS | {"stands": []}},
        {"shape": CONTROLS | {"stands": "x"}},
        {"shape": CONTROLS | {"stands": [ROW | {"has_cpus": False, "kind": ""}]}},
        {"shape": CONTROLS | {"shared": [CARD | {"size": "huge"}]}},
        FIRST,
        LARGE,
    ],
    "condition": [
        {"condition": "node_demotion[1] changes and pass 2 begins"},
        {"condition": "(("},
        {"condition": 1},
    ],
    "rules": [
        FIRST | {"kernel": "v5.15 + tie=id"},
        FIRST | {"kernel": "v6.1"},
        FIRST | {"kernel": "posted"},
        FIRST | {"kernel": "x"},
    ],
    "patch": [FIRST | {"kernel": "mine.py"}, FIRST],
    "talk": [{"text": TALK}, {"text": TALK[:-40]}, {"story": "stranding"}, {"story": "x"}, {"document": {}}, {}],
    "qr": [{"address": "https://tierscope.example.org/#" + "x" * 1_300}, {"address": "x"}, {}],
    "export": [
        FIRST | {"kernels": "v6.1"},
        FIRST | {"topologies": ["x"] * 7},
        FIRST | {"kernels": ["v6.1"] * 5 + ["x"]},
    ],
}
"""Questions of each kind; those that tests ask at the command line, or whose answers are long, are few."""

MASKED = ("link",)
"""The keys of answers whose values differ between versions of libraries."""
COLUMNS = 100
"""The largest number of values in a list that is kept whole; longer ones are those of curves."""
LONG = 1_500
"""The least length of a text of which only the checksum is kept: pictures and listings are pinned by themselves."""


def files() -> dict[str, Callable[[], str]]:
    """Return KIND.txt for each kind of question."""
    return {f"{kind}.txt": partial(_text, kind) for kind in KINDS if kind in QUESTIONS}


@cache
def _service() -> Service:
    return Service()


def _text(kind: str) -> str:
    """Return each question of a kind with what it costs, and its answer."""
    parts = []
    for question in QUESTIONS[kind]:
        answer = answer_job(Job(kind, question, _service()))
        parts.append(f"{json.dumps(question)[:300]}\ncosts {_cost(kind, question)}\n{facts(_shown(answer))}")
    return "\n".join(parts)


def _cost(kind: str, question: Any) -> str:
    try:
        return f"{cost(kind, question if isinstance(question, dict) else {}, _service()):g}"
    except (TooDeep, TopologyError, UnknownVersion) as error:
        return f"nothing: {error}"


def _shown(value: Any, key: str = "") -> Any:
    """Return an answer without what cannot be pinned, and with checksums in place of what is pinned elsewhere."""
    if key in MASKED and value is not None:
        return "(masked)"
    if key in ("trace", "listing", "registers", "words", "classes") and isinstance(value, dict | list):
        return f"checksum {checksum(json.dumps(value))}"
    if isinstance(value, list) and len(value) > COLUMNS and not any(isinstance(one, dict | list) for one in value):
        return f"{len(value)} with the checksum {checksum(json.dumps(value))}"
    if isinstance(value, str) and len(value) > LONG:
        return f"checksum {checksum(value)}"
    if isinstance(value, dict):
        return {name: _shown(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_shown(one) for one in value]
    return value
