"""How the server replies: statuses, headers and first words, asked in this process; and every limit of the program."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from tests.pinned.forms import WIDTH
from tests.serving import PROGRAMS
from viz import resources
from viz.app import create_app
from viz.app.fallback import Fallback
from viz.app.following import AWAY_AFTER, Following
from viz.app.hosts import Hosts
from viz.kernel.rules import own_files
from viz.work.limits import MAX_REQUEST, Limits

BASE, HOST = "/x/", "talk.example.org"
PLACE = "#topology=boot-or-runtime&kernel=v6.1&zonelists=runtime&step=3"
WORDS: list[dict[str, Any]] = [
    {},
    {"token": "wrong", "tab": "a"},
    {"token": "t", "tab": "a"},
    {"token": "t", "tab": "A tab"},
    {"token": "t", "tab": "a", "place": PLACE},
    {"token": "t", "tab": "b", "place": PLACE},
    {"token": "t", "tab": "b", "place": PLACE, "claims": True},
    {"token": "t", "tab": "b", "place": "nowhere"},
    {"token": "t", "tab": "b", "place": "#machine=x"},
    {"token": "t", "tab": "b", "leaves": True},
]
"""What a speaker's page may say, one after the other."""
GETS = (
    "",
    "?embed=1&theme=dark&other=1",
    "robots.txt",
    "favicon.ico",
    "_dash-layout",
    "_dash-dependencies",
    "assets/{edition}/page.mjs",
    "assets/{edition}/styles/page.css",
    "assets/page.mjs",
    "python/worker.mjs",
    "python/files.json",
    "python/none.zip",
    "nothing",
    "follow",
    "speaker",
)
POSTS: tuple[tuple[str, Any], ...] = (
    ("ask/condition", {"condition": "pass 1 begins"}),
    ("ask/versions", {"topology": "boot-or-runtime"}),
    ("ask/versions", {"topology": "boot-or-runtime"}),
    ("ask/versions", {"topology": "boot-or-runtime", "kernel": "v6.6"}),
    ("ask/findings", {"topology": "boot-or-runtime", "kernel": "v6.12", "zonelists": "boot", "asked": 1}),
    ("ask/write", {"topology": "boot-or-runtime", "form": "x"}),
    ("ask/nothing", {}),
    ("ask/write", "no JSON"),
    ("ask/condition", {"condition": [[[[]]]]}),
    ("_dash-update-component", {}),
    ("robots.txt", {}),
)
LIMIT = re.compile(r"^((?:MAX|MOST|LARGEST_|LIGHT|LEAST|AT_ONCE|PATIENCE)(?:_[A-Z]+)*)(?:: .*)? = \S*\d", re.MULTILINE)
"""The pattern of the definition of a limit that is a number."""
SENTENCE = re.compile(r"^([A-Z_]+) = ", re.MULTILINE)
"""The pattern of the definition of a constant that may be a sentence."""
HEADERS = re.compile("cache|content-[^l]|vary|policy|referrer|location|allow|edition", re.IGNORECASE)
"""The headers that are kept; the others are dates, lengths and names of libraries."""


def files() -> dict[str, Callable[[], str]]:
    """Return the replies to each kind of request."""
    return {"replies.txt": _replies, "speaker.txt": _speaker, "limits.txt": _limits, "sentences.txt": _sentences}


@cache
def _edition() -> str:
    return resources.edition()


def _client(following: Following | None = None, **options: Any) -> FlaskClient:
    own_files.forget_all()  # as in a process that has just begun; a server keeps no answers if a kernel is a file
    fallback = Fallback(
        {"python/worker.mjs": b"work", "python/files.json": b"{}"}, "python/files.json", "python/worker.mjs"
    )
    client: FlaskClient = create_app(
        base=BASE, hosts=Hosts(True, (HOST,)), following=following, fallback=fallback, **options
    ).server.test_client()
    return client


def _replies() -> str:
    client = _client(Following(HOST))
    requests: list[tuple[str, str, dict[str, Any]]] = [("GET", f"{BASE}{path}", {}) for path in GETS]
    requests += [("GET", path, {}) for path in ("/x", "/x?embed=1&theme=blue", "/", "/robots.txt", "//x/")]
    requests += [
        ("POST", f"{BASE}{path}", {"json": value} if isinstance(value, dict) else {"data": value})
        for path, value in POSTS
    ]
    requests += [
        ("GET", BASE, {"headers": {"Host": "elsewhere.example.org"}}),
        ("GET", BASE, {"headers": {"Host": f"{HOST}:80"}}),
        ("HEAD", BASE, {}),
        ("DELETE", BASE, {}),
        ("POST", f"{BASE}ask/condition", {"data": b"x" * (MAX_REQUEST + 1)}),
    ]
    usual: dict[str, str] = {}
    parts = []
    for method, path, more in requests:
        with client.open(path.format(edition=_edition()), method=method, **more) as reply:
            parts.append(_told(f"{method} {path}", reply, usual))
        usual = usual or dict(reply.headers)
    return "\n".join([*parts, *_kept(client)])


def _kept(client: FlaskClient) -> list[str]:
    """Return what the server has cached: paths, then questions."""
    caches = client.application.extensions["tierscope.caches"]
    return [f"cached: {_without_hashes(key)}" for kept in (caches.files, caches.answers) for key in kept._entries] + [
        ""
    ]


def _told(asked: str, reply: Response, usual: Mapping[str, str]) -> str:
    """Return a reply as text: its status, the headers in which it differs from the page, and its first words."""
    known = {name: value for name, value in sorted(reply.headers.items()) if HEADERS.search(name)}
    lines = [asked, str(reply.status_code)]
    lines += [f"{name}: {value}" for name, value in known.items() if usual.get(name) != value]
    lines += [f"no {name}" for name in sorted(usual) if HEADERS.search(name) and name not in known]
    if reply.mimetype == "text/plain" or "/ask/" in asked:
        lines.append(reply.get_data(as_text=True)[:WIDTH].strip())
    return _without_hashes("".join(f"{line}\n" for line in lines))


def _without_hashes(text: str) -> str:
    return re.sub(r"'sha256-[^']+'", "'sha256-...'", text).replace(_edition(), "EDITION")


def _speaker() -> str:
    """Return what a server answers to a speaker's page, and what followers are told after each word."""
    now = [0.0]
    following = Following(HOST, lambda: now[0])
    following.token = "t"
    client = _client(following)
    lines = [client.get(f"{BASE}follow").get_data(as_text=True)]
    for word in WORDS:
        reply = client.post(f"{BASE}follow", json=word)
        told = client.get(f"{BASE}follow").get_data(as_text=True)
        lines += [f"\n{json.dumps(word)}", f"{reply.status} {reply.get_data(as_text=True).strip()}", told]
    client.post(f"{BASE}follow", json=WORDS[2] | {"claims": True})
    for now[0] in (AWAY_AFTER, AWAY_AFTER + 1):
        lines.append(f"\nafter {now[0]:g} s\n{client.get(f'{BASE}follow').get_data(as_text=True)}")
    return "\n".join([*lines, "", *_kept(client)])


def _limits() -> str:
    """Return every limit of the program, by module: the constants that are named as one, and those of heavy work."""
    lines = [f"{place}: {name} = {limit:_}" for place, name, limit in _constants(LIMIT)]
    lines += [f"heavy work: {field.name} = {field.default:_}" for field in fields(Limits) if field.name != "running"]
    return "\n".join(lines) + "\n"


def _sentences() -> str:
    """Return every constant of the program that is one or two whole sentences: refusals, warnings, titles of links."""
    found = ((place, name, text) for place, name, text in _constants(SENTENCE) if isinstance(text, str))
    return "".join(f"{place}: {name}: {text}\n" for place, name, text in found if " " in text and text.endswith("."))


def _constants(definition: re.Pattern[str]) -> Iterator[tuple[str, str, Any]]:
    """Yield the constants whose definitions a pattern finds: the module's path, the name and the value."""
    for path in sorted(resources.PACKAGE.rglob("*.py")):
        place = path.relative_to(resources.PACKAGE.parent).with_suffix("")
        name_of_module = ".".join(place.parts)
        names = definition.findall(path.read_text(encoding="utf-8"))
        if names and name_of_module not in PROGRAMS:
            module = importlib.import_module(name_of_module)
            yield from ((place.as_posix(), name, getattr(module, name)) for name in names)
