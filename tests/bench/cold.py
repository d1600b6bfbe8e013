"""A cold page: all that a browser without a cache fetches until the page is usable, each file once it is named."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import count
from urllib.parse import urljoin, urlsplit

import brotli

from tests.bench.visitor import Check, Reply, Tally, Visitor, get, run

IMPORT = re.compile(r"""\b(?:import|export)\b(?:[^"'();=]*?\bfrom)?\s*["']([^"'\n]+)["']""")
"""A static import of a JavaScript module; those with brackets are for later."""
STYLE = re.compile(r"""@import\s+["']([^"']+)["']|url\(\s*["']?(?!data:|#)([^"')]+)["']?\s*\)""")
FETCHED_LINKS = {"stylesheet", "modulepreload", "preload"}
DASH = ("_dash-layout", "_dash-dependencies")
"""What Dash's own script asks for."""
CHARTS = ("_dash-component-suites/dash/dcc/async-graph.js", "_dash-component-suites/plotly/package_data/plotly.min.js")
"""What Dash's own script fetches for the first chart."""
NO_MAP: Mapping[str, str] = {}
STAMPS = count(1)
"""A page tells two runs of the same machine apart."""


@dataclass(frozen=True)
class ColdPage:
    """What one server's page consists of."""

    url: str
    """The page's address, with a slash at its end."""
    names: Mapping[str, tuple[str, ...]]
    """Each path of the page and the other paths that it names; the page itself comes first."""
    machines: tuple[str, ...]
    """What the page's picker of machines offers."""

    @property
    def base(self) -> str:
        """The path of the page."""
        return urlsplit(self.url).path

    @property
    def host(self) -> str:
        """What a browser calls the server."""
        return urlsplit(self.url).netloc

    @property
    def requests(self) -> list[bytes]:
        """All requests of a cold page, in an order that a browser could send them in."""
        paths = [*self.names, *(f"{self.base}{path}" for path in DASH)]
        return [*(get(self.host, path) for path in paths), self.run(self.machines[0])]

    def run(self, machine: str, stamp: int | None = None) -> bytes:
        """Return the request for a run."""
        asked = {"topology": machine} if stamp is None else {"topology": machine, "asked": stamp}
        return run(self.host, self.base, asked)


class _Document(HTMLParser):
    """Collects what a document names, and what its picker of machines offers."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[tuple[str, bool]] = []
        """Each with whether it is a JavaScript module."""
        self.machines: list[str] = []
        self.imports: dict[str, str] = {}
        """Where modules lie that are imported by name."""
        self._within: str | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        relation = (has.get("rel") or "").split()
        if tag == "script" and (source := has.get("src")):
            self.files.append((source, has.get("type") == "module"))
        elif tag == "link" and FETCHED_LINKS & set(relation) and (source := has.get("href")):
            self.files.append((source, "modulepreload" in relation))
        elif tag in ("select", "script"):
            self._within = has.get("id") if tag == "select" else has.get("type")
        elif tag == "option" and self._within == "topology":
            self.machines.append(has.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "script"):
            self._within = None

    def handle_data(self, data: str) -> None:
        if self._within == "module":
            self.files += [(name, True) for name in IMPORT.findall(data)]
        elif self._within == "importmap":
            self.imports = json.loads(data)["imports"]


async def explore(url: str) -> ColdPage:
    """Return the page at an address, which has a slash at its end; ValueError where something of it is not there."""
    count_event = Tally()
    async with Visitor(url, count_event) as visitor:

        async def text(path: str) -> str:
            reply = await visitor.fetch(path, get(visitor.host, path, encoding=""))
            if reply is None:
                raise ValueError(f"the page is not whole: {', '.join(count_event.errors)}")
            return reply.body.decode()

        home = urlsplit(url).path
        document = _Document()
        document.feed(await text(home))
        names: dict[str, tuple[str, ...]] = {home: tuple(urljoin(home, name) for name, _ in document.files)}
        todo = [(urljoin(home, name), module) for name, module in document.files]
        for path, module in todo:  # grows meanwhile
            if path not in names:
                names[path] = named_in(path, await text(path), module, document.imports)
                todo += [(name, module) for name in names[path]]
    return ColdPage(url, names, tuple(document.machines))


def named_in(path: str, text: str, module: bool, imports: Mapping[str, str] = NO_MAP) -> tuple[str, ...]:
    """Return the paths that a style sheet or a JavaScript module has a browser fetch, in their order.

    `imports` is the import map of the page.
    """
    if urlsplit(path).path.endswith(".css"):
        found = ["".join(pair) for pair in STYLE.findall(text)]
    else:
        found = [imports.get(name, name) for name in IMPORT.findall(text)] if module else []
    return tuple(dict.fromkeys(urljoin(path, name) for name in found))


class Sizes(dict[str, int]):
    """The length of every file as it was sent first; the next has to be as long."""

    def check(self, path: str) -> Check:
        """Return a check of a reply for the path."""

        def wrong(reply: Reply) -> str | None:
            length = len(reply.body)
            if not length:
                return "an empty file"
            return None if length == self.setdefault(path, length) else f"{length} bytes, not {self[path]}"

        return wrong


async def load(visitor: Visitor, page: ColdPage, sizes: Sizes) -> bool:
    """Fetch a cold page, first run and all, and return whether all of it came."""
    met = {page.base}

    async def file(path: str) -> bool:
        home = path == page.base  # it holds a new token each time, and has no length of its own
        check = None if home else sizes.check(path)
        if not await visitor.fetch("index" if home else "assets", get(page.host, path), check):
            return False
        new = [name for name in page.names[path] if name not in met]
        met.update(new)
        return all(await asyncio.gather(*map(file, new)))

    async def dash(path: str) -> bool:
        return bool(await visitor.fetch("Dash's own", get(page.host, path), sizes.check(path)))

    if not await file(page.base) or not all(await asyncio.gather(*(dash(f"{page.base}{name}") for name in DASH))):
        return False
    return await play(visitor, page, page.machines[0])


async def play(visitor: Visitor, page: ColdPage, machine: str, stamp: int | None = None) -> bool:
    """Ask for the run of a machine and return whether it came; the first of a page has no stamp."""
    return bool(await visitor.fetch("runs", page.run(machine, stamp), holds(b'"trace":')))


async def draw(visitor: Visitor, page: ColdPage, sizes: Sizes) -> bool:
    """Fetch the first chart with what draws it, and return whether all of it came."""
    asked = {"topology": page.machines[0], "chart": "timeline", "theme": "light", "asked": next(STAMPS)}
    chart = run(page.host, page.base, asked, answer="chart-answer")
    if not await visitor.fetch("charts", chart, holds(b'"figure":')):
        return False
    paths = [f"{page.base}{path}" for path in CHARTS]
    scripts = (visitor.fetch("charts", get(page.host, path), sizes.check(path)) for path in paths)
    return all(await asyncio.gather(*scripts))


def holds(wanted: bytes) -> Check:
    """Return a check that an answer of Dash holds this; what it could not do comes with status 200, too."""
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}

    def wrong(reply: Reply) -> str | None:
        data: bytes = unpack.get(reply.encoding, bytes)(reply.body)
        return None if wanted in data else f"an answer without {wanted.decode()} {data[:200]!r}"

    return wrong
