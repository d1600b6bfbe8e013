"""Fetch a "cold page": every file that a browser with an empty cache fetches until the page is usable."""

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

from tests.bench.visitor import Check, Reply, Tally, Visitor, get, post, run

IMPORT = re.compile(r"""\b(?:import|export)\b(?:[^"'();=]*?\bfrom)?\s*["']([^"'\n]+)["']""")
"""The pattern of a static import in a JavaScript module. It does not match import(...), whose file comes later."""
STYLE = re.compile(r"""@import\s+["']([^"']+)["']|url\(\s*["']?(?!data:|#)([^"')]+)["']?\s*\)""")
FETCHED_LINKS = {"stylesheet", "modulepreload", "preload"}
"""The values of the attribute `rel` for which a browser fetches the target of a <link>."""
DASH = ("_dash-layout", "_dash-dependencies")
"""The paths that Dash's own script fetches when it starts."""
TERMS = "#player/terms"
"""The name of a module that is as old as the style sheets of STYLES_AT_ONCE."""
AT_ONCE = ("#later", "#player/reconnect", TERMS)
"""The names, in the import map, of the modules that the page imports as soon as its first run is shown."""
STYLES_AT_ONCE = ("dialogs/handout.css", "styles/presenter.css")
"""The style sheets that a script adds at the same time."""
WITH_CHARTS = re.compile(r"/dash/(?:deps/polyfill|dcc/)")
"""The pattern of Dash's scripts that are fetched with the first chart; the document holds them in a <template>."""
NEVER = re.compile(r"/dash_table/")
"""The pattern of Dash's scripts that are never fetched."""
CHARTS = ("_dash-component-suites/dash/dcc/async-graph.js", "_dash-component-suites/plotly/package_data/plotly.min.js")
"""The paths that Dash's own script fetches for the first chart."""
FINDINGS = "#player/findings"
"""The name, in the import map, of the module that asks for the findings on each machine."""
NO_MAP: Mapping[str, str] = {}
STAMPS = count(1)
"""Numbers for the key "asked" of requests. A page uses them to distinguish two requests for the same machine."""


@dataclass(frozen=True)
class ColdPage:
    """A server's page, as a browser without a cache loads it: its address, its files and its machines."""

    url: str
    """The page's address, with a slash at its end."""
    names: Mapping[str, tuple[str, ...]]
    """For the path of each file that the page fetches: the paths that the file refers to. The page itself is first."""
    machines: tuple[str, ...]
    """The names of the machines in the page's picker."""
    charts: tuple[str, ...] = ()
    """The paths of further scripts that come with the first chart."""
    has_run: bool = False
    """Whether the document contains the first run."""
    asks_findings: bool = False
    """Whether the page asks for the findings on every machine that it shows."""

    @property
    def base(self) -> str:
        """Return the path in the page's URL, with a slash at its end."""
        return urlsplit(self.url).path

    @property
    def host(self) -> str:
        """Return the value of the HTTP header Host."""
        return urlsplit(self.url).netloc

    @property
    def requests(self) -> list[bytes]:
        """Return all requests of a load without a cache, in an order in which a browser could send them."""
        paths = [*self.names, *(f"{self.base}{path}" for path in DASH)]
        runs = [] if self.has_run else [self.run(self.machines[0])]
        return [*(get(self.host, path) for path in paths), *runs]

    def run(self, machine: str, stamp: int | None = None) -> bytes:
        """Return the bytes of the request for a run of a machine; `stamp` is the number for the key "asked"."""
        request = {"topology": machine} if stamp is None else {"topology": machine, "asked": stamp}
        return run(self.host, self.base, request)


class _Document(HTMLParser):
    """A parser that collects the files to which a document refers, and the machines in its picker."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[tuple[str, bool]] = []
        """Pairs of a path and whether the file at the path is a JavaScript module."""
        self.charts: list[str] = []
        """The scripts that are fetched with the first chart."""
        self.has_run = False
        self.machines: list[str] = []
        self.imports: dict[str, str] = {}
        """The import map: for each name by which modules are imported, the path of the module."""
        self._open: str | None = None
        """The id of the <select> that is being parsed, or the type of the <script> that is being parsed."""
        self._in_template = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        relation = (attributes.get("rel") or "").split()
        self.has_run |= attributes.get("id") == "first-run"
        if tag == "template":
            self._in_template = True
        elif tag == "script" and (source := attributes.get("src")):
            self._add_script(source, attributes.get("type") == "module")
        elif tag == "link" and FETCHED_LINKS & set(relation) and (source := attributes.get("href")):
            self.files.append((source, "modulepreload" in relation))
        elif tag in ("select", "script"):
            self._open = attributes.get("id") if tag == "select" else attributes.get("type")
        elif tag == "option" and self._open == "topology":
            self.machines.append(attributes.get("value") or "")

    def _add_script(self, source: str, module: bool) -> None:
        if self._in_template and WITH_CHARTS.search(source):
            self.charts.append(source)
        elif not NEVER.search(source):
            self.files.append((source, module))

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._in_template = False
        if tag in ("select", "script"):
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open == "module":
            self.files += [(name, True) for name in IMPORT.findall(data)]
        elif self._open == "importmap":
            self.imports = json.loads(data)["imports"]
            self.files += [(self.imports[name], True) for name in AT_ONCE if name in self.imports]
            later = self.imports.get(AT_ONCE[0], "")
            self.files += [(urljoin(later, name), False) for name in STYLES_AT_ONCE if TERMS in self.imports]


async def explore(url: str) -> ColdPage:
    """Return the page at an address that ends with a slash. Raise ValueError if one of its files cannot be fetched."""
    tally = Tally()
    async with Visitor(url, tally) as visitor:

        async def text(path: str) -> str:
            reply = await visitor.fetch(path, get(visitor.host, path, encoding=""))
            if reply is None:
                raise ValueError(f"the page is not whole: {', '.join(tally.errors)}")
            return reply.body.decode()

        home = urlsplit(url).path
        document = _Document()
        document.feed(await text(home))
        first = dict.fromkeys(urljoin(home, name) for name, _ in document.files)
        names: dict[str, tuple[str, ...]] = {home: tuple(first)}
        pending = [(urljoin(home, name), module) for name, module in document.files]
        for path, module in pending:  # the loop itself appends to `pending`
            if path not in names:
                names[path] = named_in(path, await text(path), module, document.imports)
                pending += [(name, module) for name in names[path]]
    return ColdPage(
        url, names, tuple(document.machines), tuple(document.charts), document.has_run, FINDINGS in document.imports
    )


def named_in(path: str, text: str, module: bool, imports: Mapping[str, str] = NO_MAP) -> tuple[str, ...]:
    """Return the paths of the files that a browser fetches because a style sheet or a JavaScript module names them.

    The paths come in the order in which the file names them. `imports` is the page's import map.
    """
    if urlsplit(path).path.endswith(".css"):
        names = ["".join(pair) for pair in STYLE.findall(text)]
    else:
        names = [imports.get(name, name) for name in IMPORT.findall(text)] if module else []
    return tuple(dict.fromkeys(urljoin(path, name) for name in names))


class Sizes(dict[str, int]):
    """For each path: the bytes of the first reply for it. All later replies for the path must have the same length."""

    def check(self, path: str) -> Check:
        """Return a check that a reply for the path has the same length as the first reply for it."""

        def wrong(reply: Reply) -> str | None:
            length = len(reply.body)
            if not length:
                return "an empty file"
            return None if length == self.setdefault(path, length) else f"{length} bytes, not {self[path]}"

        return wrong


async def load(visitor: Visitor, page: ColdPage, sizes: Sizes) -> bool:
    """Fetch the page and its first run without a cache, and return whether all replies were good."""
    known = {page.base}

    async def file(path: str) -> bool:
        home = path == page.base  # the document contains a new token each time, so its length may vary
        check = None if home else sizes.check(path)
        if not await visitor.fetch("index" if home else "assets", get(page.host, path), check):
            return False
        new = [name for name in page.names[path] if name not in known]
        known.update(new)
        return all(await asyncio.gather(*map(file, new)))

    async def dash_file(path: str) -> bool:
        return bool(await visitor.fetch("Dash's own", get(page.host, path), sizes.check(path)))

    if not await file(page.base) or not all(await asyncio.gather(*(dash_file(f"{page.base}{name}") for name in DASH))):
        return False
    return page.has_run or await play(visitor, page, page.machines[0])


async def play(visitor: Visitor, page: ColdPage, machine: str, stamp: int | None = None) -> bool:
    """Fetch the run of a machine and return whether the reply was good. `stamp` is None for the first run of a page."""
    return bool(await visitor.fetch("runs", page.run(machine, stamp), holds(b'"trace":')))


async def ask_findings(visitor: Visitor, page: ColdPage, machine: str) -> bool:
    """Fetch the findings on a machine as the page does, and return whether the reply was good.

    A page of a commit before there were findings asks for none, and the result is then True.
    """
    question = post(page.host, f"{page.base}ask/findings", {"topology": machine})
    return not page.asks_findings or bool(await visitor.fetch("findings", question, holds(b'"findings":')))


async def draw(visitor: Visitor, page: ColdPage, sizes: Sizes) -> bool:
    """Fetch the first chart and the scripts that draw it, and return whether all replies were good."""
    request = {"topology": page.machines[0], "chart": "timeline", "theme": "light", "asked": next(STAMPS)}
    chart = run(page.host, page.base, request, answer="chart-answer")
    if not await visitor.fetch("charts", chart, holds(b'"figure":')):
        return False
    paths = [*page.charts, *(f"{page.base}{path}" for path in CHARTS)]
    scripts = (visitor.fetch("charts", get(page.host, path), sizes.check(path)) for path in paths)
    return all(await asyncio.gather(*scripts))


def holds(wanted: bytes) -> Check:
    """Return a check that an answer of Dash contains `wanted`, because failed callbacks have the status 200, too."""
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}

    def wrong(reply: Reply) -> str | None:
        data: bytes = unpack.get(reply.encoding, bytes)(reply.body)
        return None if wanted in data else f"an answer without {wanted.decode()} {data[:200]!r}"

    return wrong
