"""What the page is made of: its tables, its documents, and all that the player and an exported file are given."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from tests.pinned.forms import checksum, facts, markup
from tests.site.questions import TALK
from viz import resources
from viz.analysis.run import Run
from viz.app import page_document
from viz.app.held import held_talk
from viz.app.held_machines import held_machines
from viz.app.service import Service
from viz.figures.palette import css
from viz.page import first_run, notebook
from viz.page.body import body
from viz.page.content_policy import WORKER_POLICY
from viz.page.player_data import play, play_alone
from viz.page.standalone import standalone_machines, standalone_talk
from viz.page.story import story
from viz.site.document import document as site_document
from viz.site.headers import headers
from viz.stories import resolved_talk
from viz.topology import builtin
from viz.trace import wire

GROUPS = {"": [("opened", "A <machine> & its title")], "Examples": [("boot-or-runtime", "Boot or run time")]}
STORIES = (
    ("two-sockets-refused-target", "v5.15", 3),
    ("dram-alone-then-pmem", "posted", None),
    ("two-nodes-of-5-gb", "v6.1", 0),
    ("two-sockets-four-dram", "v5.15", 1),
)
VIEWS = """[[stops]]
title = "Two kernels"
step = "the order is complete"
view = "compare"
against = "v5.18"
[[stops]]
title = "What a reader sees"
view = "readers"
walk = { old = "0>1>2", new = "0>2>1", protocol = "barrier", start = 0, verdict = "cycle" }
[[stops]]
title = "Pressure"
view = "pressure"
scenario = "default-policy"
tick = 20
"""
"""Further stops of a talk, each with a tool."""
ROOT = {"follow": "talk.example.org", "opens": "topology=x&step=3", "python": ""}
PLACES = {"python": "python/files.json", "answers": "answers/<x>"}
LONG = 1_000
"""The least length of a part of a run, as JSON, of which only the checksum is kept."""


def files() -> dict[str, Callable[[], str]]:
    """Return the parts of the page."""
    return {
        "body.html": lambda: _without(_own_files(), body(GROUPS, "./mine.py", edits_code=True)),
        "choices.json": lambda: facts(Service(builtin("two-nodes-of-5-gb")).choices()),
        "palette.css": lambda: css().replace(";", ";\n"),
        "document.html": _document,
        "speaker.html": lambda: _without(_body(), page_document.speaker("/x/assets", resources.assets())),
        "site.html": _site,
        "notebook.html": _notebook,
        "exported-talk.html": lambda: _without(_body(), standalone_talk(_talk(), resources.assets())),
        "exported-machines.html": lambda: _without(_body(), standalone_machines(_machines(), resources.assets())),
        "stories.html": _stories,
        "talk.json": lambda: facts(_in_short(_talk())),
        "machines.json": lambda: facts(_in_short(_machines())),
        "player.json": _player,
        **{f"wire-{kernel}.json": partial(_wire, kernel) for kernel in ("posted", "v6.1")},
    }


@cache
def _own_files() -> frozenset[str]:
    """Return the lines of the files that the page is put together from."""
    files = [*resources.assets().rglob("*.css"), resources.PACKAGE / "page" / "page.html"]
    return frozenset(line for path in files for line in markup(path.read_text(encoding="utf-8")).splitlines())


@cache
def _body() -> frozenset[str]:
    """Return these lines and those of the page's body."""
    return _own_files() | set(markup(body({})).splitlines())


def _without(known: frozenset[str], document: str) -> str:
    """Return the lines of a document that are not known, without the hashes and the contents of what it holds."""
    short = re.sub(r"'sha256-[^']+'", "'sha256-...'", document.replace(css(), ""))
    short = re.sub(r'(?<="importmap">|"first-run">).*?(?=</script>)|(?<=>)[A-Za-z0-9+/=]{200,}(?=<)', "...", short)
    lines = markup(short.replace("<style>", "<style>\n")).splitlines()
    return "".join(f"{line}\n" for line in lines if line not in known and "modulepreload" not in line)


def _run(name: str, kernel: str | None = None) -> Run:
    return Run.of(builtin(name), kernel)


def _document() -> str:
    document = page_document.document("/x/", "/x/assets", resources.assets(), {"": []}, "v9", ROOT)
    return _without(_body(), document)


def _site() -> str:
    run = _run("boot-or-runtime")
    shown = play(run, {"topology": "boot-or-runtime"}) | {"trace": {}, "listing": {}, "stage": "<svg></svg>"}
    whole = site_document(shown, GROUPS, resources.assets(), "assets/0", PLACES)
    element = first_run.element({"title": "<b>"})
    return f"{_without(_body(), whole)}{element}\n{WORKER_POLICY}\n{headers().decode()}"


@cache
def _talk() -> dict[str, Any]:
    return held_talk(resolved_talk(TALK + VIEWS, "the talk"), "own")


@cache
def _machines() -> dict[str, Any]:
    return held_machines({"of-5-gb": builtin("two-nodes-of-5-gb")}, [None, "v6.1"])


def _in_short(held: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file holds, with checksums in place of its longest parts."""
    runs = {key: {name: _short(part, name) for name, part in run.items()} for key, run in held["runs"].items()}
    return {**held, "runs": runs, "answers": {key: _short(answer) for key, answer in held["answers"].items()}}


def _short(part: object, name: str = "") -> object:
    text = json.dumps(part)
    return "(masked)" if name == "link" else f"checksum {checksum(text)}" if len(text) > LONG else part


def _notebook() -> str:
    run = notebook.Run.read("2 sockets: cpu+dram 64G, pmem 256G", "v6.1")
    player = run.player(500)
    picture = re.sub(r'base64,[^"]*', "base64,...", run._repr_html_())
    return f"{picture}\n{player._repr_html_()[:300]}\n{_without(_body(), player.page)}"


def _stories() -> str:
    parts = []
    for name, kernel, step in STORIES:
        topology = builtin(name)
        assert topology.case
        parts.append(markup(story(topology.case, kernel, topology.kernel or "posted", step)))
    return "\n".join(parts)


def _player() -> str:
    """Return all that the player of an exported file is given of a run, but for its pictures and its trace."""
    given = play_alone(_run("one-socket-two-equal", "v5.18"))
    return facts(
        {key: value for key, value in given.items() if key not in ("trace", "stage", "narrow", "halls", "link")}
    )


def _wire(kernel: str) -> str:
    return facts(wire.dump(_run("boot-or-runtime", kernel).trace()))
