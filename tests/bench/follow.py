"""Measure an audience: followers who ask where the speaker is every two seconds, as the page's own script does.

The speaker takes a step every two seconds, and opens another machine of the speaker's own after every fifth of them, so
that all followers request the same run at nearly the same time. All traffic stays on this machine.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from tests.bench.crowd import LoadResult, observe
from tests.bench.engine import machine
from tests.bench.report import Figure, show
from tests.bench.visitor import Tally, Visitor, get, post, run
from tests.serving import serving
from viz.app.following import run_of
from viz.topology.link import pack

FOLLOWERS, SECONDS = 500, 40.0
INTERVAL = 2.0
"""The number of seconds between two questions of a follower, and between two steps of the speaker."""
SPREAD = (0.75, 1.25)
"""The factors between which the interval of a follower varies."""
STEPS = 5
"""The number of the speaker's steps on one machine."""
NODES = 8
TAG = re.compile(rb"(?i)\r\netag: *([^\r]+)")
"""The header by which a follower's next question names the answer that it has."""
TOKEN = re.compile(r"/speaker#(\S+)")


@dataclass
class Talk:
    """What the speaker has shown and what followers have seen of it."""

    token: str
    shown: dict[str, float] = field(default_factory=dict)
    """For each place, when the speaker went there."""
    lags: list[float] = field(default_factory=list)
    """For each place that a follower came to, the seconds since the speaker went there."""
    is_over: bool = False


def main() -> None:
    """Serve FOLLOWERS followers for SECONDS seconds, and print what was measured."""
    with serving("--follow") as server:
        token = TOKEN.search(server.output())
        assert token, server.output()
        talk = Talk(token[1])
        show({"": _figures(observe(server.process.pid, lambda tally: _audience(server.url, talk, tally)), talk)})


async def _audience(url: str, talk: Talk, tally: Tally) -> None:
    followers = [asyncio.create_task(_follow(url, talk, tally)) for _ in range(FOLLOWERS)]
    await _speak(url, talk, tally)
    talk.is_over = True
    await asyncio.gather(*followers)


async def _speak(url: str, talk: Talk, tally: Tally) -> None:
    """Act as the speaker's page for SECONDS seconds."""
    end = time.perf_counter() + SECONDS
    async with Visitor(url, tally, connections=1) as speaker:
        for place in _places():
            if time.perf_counter() > end:
                return
            talk.shown[place] = time.perf_counter()
            word = {"token": talk.token, "tab": "bench", "place": place, "agreed": True}
            await speaker.fetch("speaker", post(speaker.host, "/follow", word))
            await asyncio.sleep(INTERVAL)


def _places() -> Iterator[str]:
    for number in count(NODES):
        for step in range(STEPS):
            yield f"#machine={pack(machine(number))}&kernel=v6.1&zonelists=runtime&step={step}"


async def _follow(url: str, talk: Talk, tally: Tally) -> None:
    """Act as a follower's page until the talk is over."""
    place, tag = "", ""
    async with Visitor(url, tally, connections=1) as follower:
        await asyncio.sleep(random.uniform(0, INTERVAL))
        while not talk.is_over:
            question = get(follower.host, "/follow").replace(b"\r\n\r\n", f"\r\nIf-None-Match: {tag}\r\n\r\n".encode())
            reply = await follower.fetch("place", question)
            if reply and reply.status == 200:
                found = TAG.search(reply.head)
                tag = found[1].decode() if found else ""
                before, place = place, json.loads(reply.body)["place"]
                if place in talk.shown:
                    talk.lags.append(time.perf_counter() - talk.shown[place])
                if run_of(place) != run_of(before):
                    asked = run_of(place) | {"narrow": "yes"}
                    await follower.fetch("run", run(follower.host, "/", asked))
            await asyncio.sleep(INTERVAL * random.uniform(*SPREAD))


def _figures(result: LoadResult, talk: Talk) -> list[Figure]:
    lags = sorted(talk.lags) or [0.0]
    what = f"{FOLLOWERS} followers"
    return [
        Figure(f"{what}: questions a second", len(result.tally.waits["place"]) / result.seconds, "/s"),
        *(Figure(f"{what}: a question, p{p}", result.percentile("place", p), "ms") for p in (50, 95)),
        Figure(f"{what}: requests for runs of the speaker's machines", len(result.tally.waits["run"])),
        *(Figure(f"{what}: such a run, p{p}", result.percentile("run", p), "ms") for p in (50, 95)),
        *(Figure(f"{what}: behind the speaker, p{p}", lags[len(lags) * p // 100], "s") for p in (50, 95)),
        Figure(f"{what}: the speaker's own word, p95", result.percentile("speaker", 95), "ms"),
        Figure(f"{what}: of a core, the server", 100 * result.server / result.seconds, "%"),
        Figure(f"{what}: of a core, the followers", 100 * result.client / result.seconds, "%"),
        Figure(f"{what}: of a core, everything else", 100 * result.others / result.seconds, "%"),
        Figure(f"{what}: memory, largest", max(result.memory, default=0), "MiB"),
        Figure(f"{what}: errors", result.errors, limit=0),
    ]
