"""Define all attacks by name: the data that each attack sends, and how it sends them."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tests.attacks import payloads
from tests.attacks.connections import Attacker, ask, disconnect, read_nothing, trickle
from viz.app.qr_code import MAX_ADDRESS
from viz.kernel.versions import VERSIONS
from viz.pressure.simulation import MAX_TICKS
from viz.topology import builtin_names
from viz.topology.writers import WRITERS

CHARTS = ("timeline", "distances")
HALF_LENGTH = 3_900_000
HALF = payloads.post_head("/_dash-update-component", f"Content-Length: {HALF_LENGTH}") + b" " * (HALF_LENGTH // 2)
CHUNKED = payloads.post_head("/ask/whole", "Transfer-Encoding: chunked")
GET = payloads.get("/")
KEPT = payloads.get("/", close=False)


@dataclass(frozen=True)
class Attack:
    """An attack: its description, and `make`, which returns the coroutine function that the attacking process runs."""

    what: str
    make: Callable[[], Callable[[Attacker], Coroutine[Any, Any, None]]]
    files: int = 0
    """The limit of open files (`ulimit -n`) of the attacked server; 0 means the usual limit."""
    options: tuple[str, ...] = ()
    """The options of the attacked server."""


Requests = Callable[[], Sequence[bytes]]


def repeated(what: str, at_once: int, requests: Requests) -> Attack:
    """Return an attack that sends requests repeatedly, `at_once` of them at the same time."""
    return Attack(f"{what}, {at_once} at once", lambda: partial(ask, requests=requests(), at_once=at_once))


def of_audience(attack: Attack) -> Attack:
    """Return an attack on a server that lets an audience follow a speaker."""
    return replace(attack, options=("--follow",))


def questions(what: str, at_once: int, name: str, *makers: Callable[[], payloads.Question]) -> Attack:
    """Return an attack that sends questions to /ask/NAME repeatedly; each function in `makers` makes one question."""
    return repeated(f"/ask/{name} {what}", at_once, lambda: [payloads.asking(name, make()) for make in makers])


def unread(what: str, connections: int, data: Callable[[], bytes], read_a_second: int = 0) -> Attack:
    """Return an attack by clients that read nothing of the answers, or `read_a_second` bytes a second."""
    how = f"{read_a_second} bytes read a second" if read_a_second else "nothing read"
    return Attack(
        f"{connections} connections: {what}, {how}",
        lambda: partial(read_nothing, data=data(), connections=connections, read_a_second=read_a_second),
    )


def slow(
    what: str, connections: int, start: bytes, pieces: Sequence[bytes], every: float = 2.0, **options: Any
) -> Attack:
    """Return an attack by requests that never end: clients send `start`, then a piece every `every` seconds."""
    files = options.pop("files", 0)
    run = partial(trickle, start=start, pieces=pieces, every=every, connections=connections, **options)
    return Attack(f"{connections} connections: {what}", lambda: run, files)


def disconnecting(what: str, at_once: int, data: Callable[[], bytes], after: float = 0.0) -> Attack:
    """Return an attack by clients that send data and disconnect `after` seconds later without reading an answer."""
    return Attack(f"{what}, {at_once} at once", lambda: partial(disconnect, data=data(), at_once=at_once, after=after))


def both_large() -> payloads.Question:
    """Return a comparison of two machines that together are about as large as the largest request that is allowed."""
    return {**payloads.large(700), "other": {**payloads.large(700), "kernel": "v6.12"}}


def all_padded() -> Sequence[bytes]:
    """Return a request for every combination of a beginning in payloads.STARTS and a padding in payloads.PADDING."""
    return [
        payloads.playing(payloads.padded(start, padding)) for start in payloads.STARTS for padding in payloads.PADDING
    ]


FIRST: Mapping[str, Attack] = {
    "readers-64": questions("on chains of 64 nodes", 14, "readers", lambda: payloads.chains(64)),
    "readers-200": questions(
        "on chains of 200", 14, "readers", lambda: payloads.chains(200, protocol="in-place", programOrder=True)
    ),
    "readers-1024": questions(
        "on chains of 1,024", 14, "readers", lambda: payloads.chains(1024, protocol="in-place", programOrder=True)
    ),
    "walk-1024": questions(
        "on chains of 1,024",
        14,
        "walk",
        lambda: payloads.chains(1024, protocol="in-place", walk=[*range(1024), 1023]),
        lambda: payloads.chains(1024, protocol="barrier", walk=[*range(512), *range(510, -1, -1), -1]),
    ),
    "unread-bundle": unread("GET of plotly.min.js", 150, lambda: payloads.get(payloads.BUNDLE)),
    "unread-plain": unread(
        "GET of plotly.min.js, not packed",
        150,
        lambda: payloads.get(payloads.BUNDLE).replace(b"Accept-Encoding", b"X-Encoding"),
    ),
    "unread-write": unread(
        "/ask/write of a link to a QEMU line",
        60,
        lambda: payloads.asking("write", {**payloads.linked(), "form": "qemu"}),
    ),
    "unread-toml": unread(
        "/ask/write of a link to TOML", 60, lambda: payloads.asking("write", {**payloads.linked(), "form": "toml"})
    ),
    "unread-run": unread("a large run", 60, lambda: payloads.playing(payloads.large(256))),
    "unread-pipelined": unread("400 pipelined GET /", 40, lambda: KEPT * 400),
    "unread-pipelined-bundle": unread(
        "50 pipelined GETs of plotly.min.js", 40, lambda: payloads.get(payloads.BUNDLE, close=False) * 50
    ),
    "dribbled-bundle": unread("GET of plotly.min.js", 150, lambda: payloads.get(payloads.BUNDLE), 1),
    "dribbled-faster": unread("GET of plotly.min.js", 300, lambda: payloads.get(payloads.BUNDLE), 4000),
    "paste-tabs": repeated(
        "a QEMU line and 64,900 tabs", 4, lambda: [payloads.playing(payloads.padded(payloads.STARTS[0], "\t"))]
    ),
    "paste-padding": repeated("64 kB of padding behind each format's start", 4, all_padded),
    "paste-deep": repeated(
        "30,000 brackets",
        8,
        lambda: [
            payloads.playing({"text": payloads.deep()}),
            payloads.asking("against", {"text": payloads.deep(), "other": payloads.small()}),
        ],
    ),
    "idle-1100": slow("nothing sent, at 1,024 files", 1100, b"", [], files=1024),
    "idle-4100": slow("nothing sent", 4100, b"", []),
    "idle-after-one": slow("one GET / each, then nothing, at 1,024 files", 1100, KEPT, [], files=1024),
    "bundle": repeated("GET of plotly.min.js", 8, lambda: [payloads.get(payloads.BUNDLE)]),
    "page-varied": repeated(
        "GET / with other queries and encodings",
        8,
        lambda: [payloads.get(f"/?x={n}").replace(b"gzip,", b"gzip;q=0.%d," % (n % 9 + 1)) for n in range(500)],
    ),
    "events-1024": questions('"1024 sockets: cpu"', 30, "events", lambda: {"text": "1024 sockets: cpu"}),
    "machines": questions("", 30, "machines", payloads.small),
    "qr": questions(
        "of the longest address", 30, "qr", lambda: {"address": "http://127.0.0.1/#".ljust(MAX_ADDRESS, "x")}
    ),
    "follow-asks": of_audience(
        repeated(
            "GET /follow with other marks",
            30,
            lambda: [payloads.get("/follow", f'If-None-Match: "{n}"') for n in range(1000)],
        )
    ),
    "follow-guesses": of_audience(
        repeated(
            "words of a speaker with wrong tokens and long places",
            30,
            lambda: [
                payloads.post("/follow", json.dumps({"token": token, "tab": "a", "place": "#" + "x" * 60_000}).encode())
                for token in ("", "x" * 22, "é" * 2000)
            ],
        )
    ),
    "condition": questions(
        "of 400 characters", 30, "condition", lambda: {"condition": " or ".join(["pass 1 begins"] * 23)}
    ),
    "talk": questions("of 60 stops on 1,024 nodes", 6, "talk", payloads.long_talk),
    "stories": repeated("GET /stories.json", 30, lambda: [payloads.get("/stories.json", close=False)]),
    "shape-1024": questions('"1024 sockets: cpu"', 30, "shape", lambda: {"line": "1024 sockets: cpu"}),
    "link-1024": repeated("a run of a link to 1,024 nodes", 30, lambda: [payloads.playing(payloads.linked())]),
    "large-6": questions("of 1,024 nodes", 6, "whole", payloads.large),
    "half-bodies": slow("half of 3.9 MB, then a byte now and then", 150, HALF, [b" "]),
    "trickled-bodies": slow("a body, a byte at a time", 200, HALF[:2000], [b" "], 1.0),
    "trickled-headers": slow("headers, a few bytes at a time", 200, b"GET / HTTP/1.1\r\nHost: x\r\n", [b"x-a: b\r\n"]),
    "trickled-4100": slow("headers, a byte at a time", 4100, b"GET / HTTP/1.1\r\nHost: x\r\nx: ", [b"a"], 5.0),
}
"""The attacks that were tried first, and similar attacks."""

FURTHER: Mapping[str, Attack] = {
    "old-http": repeated("GET / by HTTP/1.0", 30, lambda: [payloads.get("/", version="1.0", close=False)]),
    "get-page": repeated("GET /", 30, lambda: [GET]),
    "small-posts": repeated(
        "small runs", 30, lambda: [payloads.playing({**payloads.small(), "kernel": k}) for k in ("v6.1", "v5.15")]
    ),
    "nonsense-posts": repeated("bodies that are no JSON", 30, lambda: [payloads.post("/ask/whole", b"[" * 60_000)]),
    "trickled-chunks": slow("chunks, one a second", 200, CHUNKED, [b"1\r\n \r\n"], 1.0),
    "tiny-chunks": repeated(
        "a body in chunks of one byte", 8, lambda: [CHUNKED + b"1\r\n \r\n" * 500_000 + b"0\r\n\r\n" + GET]
    ),
    "half-closed": slow(
        "an unfinished GET, then half closed", 150, payloads.get(payloads.BUNDLE)[:-2], [], 1.0, shut=True
    ),
    "half-closed-get": slow(
        "GET of plotly.min.js, then half closed", 150, payloads.get(payloads.BUNDLE), [], 1.0, shut=True
    ),
    "silent": slow("connected, half closed at once", 300, b"", [], 1.0, shut=True),
    "churn": disconnecting("connect and leave", 16, lambda: b""),
    "churn-get": disconnecting("GET / and leave", 16, lambda: GET),
    "leave-large": disconnecting("a large run, then leave", 8, lambda: payloads.playing(payloads.large()), 0.3),
    "leave-readers": disconnecting(
        "/ask/readers on 200 nodes, then leave", 30, lambda: payloads.asking("readers", payloads.chains(200)), 0.1
    ),
    "whole-events": questions("of 1,024 nodes by 500 events", 4, "whole", lambda: payloads.large(1024, 500)),
    "whole-64-events": questions("of 64 nodes by 500 events", 8, "whole", lambda: payloads.large(64, 500)),
    "against-large": questions("of two machines of 700 nodes", 4, "against", both_large),
    "versions-64": questions("of 64 nodes", 14, "versions", lambda: payloads.large(64)),
    "versions-1024": questions("of 1,024 nodes", 4, "versions", payloads.large),
    "rebuilds-events": questions("of 64 nodes by 500 events", 14, "rebuilds", lambda: {"text": payloads.most_events()}),
    "rebuilds-link": questions("of a link to 1,024 nodes", 14, "rebuilds", payloads.linked),
    "stranding-1024": questions(
        "of a link to 1,024 nodes", 14, "stranding", lambda: {**payloads.linked(), "cpus": 1, "memory": "1 KiB"}
    ),
    "log-64kb": questions(
        "with 60 kB", 14, "log", lambda: {**payloads.linked(64), "log": "Demotion targets for Node 0: null\n" * 1800}
    ),
    "pressure-owners": questions(
        "of 16 owners in 5,000 ticks, and of 1,024 nodes",
        14,
        "pressure",
        lambda: {**payloads.linked(64), "toml": payloads.many_owners()},
        lambda: {**payloads.linked(), "scenario": "slow-tier-full", "kernel": "v7.0"},
    ),
    "pressure-why": questions(
        "of 16 owners at the last of 5,000 ticks",
        14,
        "pressure-why",
        lambda: {**payloads.linked(64), "toml": payloads.many_owners(), "node": 0, "tick": MAX_TICKS},
    ),
    "doctor-files": questions(
        "with 3 MB of lines, and a file that unpacks to a gigabyte",
        14,
        "doctor",
        lambda: {**payloads.linked(), "kernel": "v7.0", "more": "/proc/vmstat:pgdemote_kswapd 1\n" * 90_000},
        lambda: payloads.bombs()[0],
    ),
    "picture-events": questions(
        "of 64 nodes by 500 events",
        14,
        "picture",
        *[partial(lambda chart: {**payloads.large(64, 500), "chart": chart, "step": 0}, c) for c in CHARTS],
    ),
    "animation-gif": questions(
        "as a GIF of all steps of 64 nodes",
        14,
        "animation",
        lambda: {**payloads.large(64), "first": 0, "last": 200, "stride": 0, "form": "gif"},
    ),
    "export-runs": questions(
        "of 64 nodes by 6 kernels and 6 machines",
        6,
        "export",
        lambda: {
            **payloads.large(64),
            "kernels": [row.name for row in VERSIONS[:6]],
            "topologies": builtin_names()[:6],
        },
    ),
    "findings-1024": questions("of a link to 1,024 nodes", 14, "findings", payloads.linked),
    "halls-64": questions("of 64 nodes by 500 events", 14, "halls", lambda: payloads.large(64, 500)),
    "claims-events": questions("of 64 nodes by 500 events", 14, "claims", lambda: payloads.large(64, 500)),
    "rules-changed": questions(
        "of changes that must be compiled",
        14,
        "rules",
        *[
            partial(lambda n: {**payloads.small(), "kernel": f"v5.15 + used=sources + penalty-cpu={n}"}, n)
            for n in range(2, 40)
        ],
    ),
    "patch-1024": questions(
        "of a link to 1,024 nodes", 14, "patch", lambda: {**payloads.linked(), "kernel": "/etc/passwd"}
    ),
    "write-link": questions(
        "of a link to 1,024 nodes",
        14,
        "write",
        *[partial(lambda form: {**payloads.linked(), "form": form}, form) for form in WRITERS],
    ),
    "charts": repeated(
        "charts of 64 nodes by 500 events",
        14,
        lambda: [
            payloads.charting({**payloads.large(64), "chart": chart}) for chart in ("distances", "timeline", "ways")
        ],
    ),
    "bombs": repeated(
        "gzip, bzip2 and xz files that unpack to a gigabyte", 8, lambda: [payloads.playing(x) for x in payloads.bombs()]
    ),
    "link-bombs": repeated(
        "links that inflate",
        30,
        lambda: [payloads.playing(payloads.inflating_link()), payloads.playing(payloads.wide_link())],
    ),
    "many-headers": repeated("400 headers", 30, lambda: [payloads.get("/", *[f"x-{n}: {n}" for n in range(400)])]),
    "endless-headers": slow("headers without end", 16, b"GET / HTTP/1.1\r\n", [b"x: " + b"a" * 60_000 + b"\r\n"], 0.01),
    "long-line": repeated("a request line of 64 KiB", 16, lambda: [payloads.get("/" + "a" * 65_500)]),
    "full-bodies": repeated("4 MB of blanks", 8, lambda: [payloads.post("/ask/whole", b" " * 3_999_999)]),
    "large-numbers": repeated(
        "numbers of 4,000 digits",
        14,
        lambda: [payloads.playing({"text": json.dumps({"title": "x", "nodes": [{"id": "9" * 4000}] * 14})})],
    ),
}
"""The attacks that were added later: questions, unread answers, slow requests, and clients that disconnect."""

ATTACKS: Mapping[str, Attack] = {**FIRST, **FURTHER}
