"""Make the files of a site: the document, the page's modules, the answers that are ready made, and plotly.js."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from viz import resources
from viz.app.service import Service
from viz.app.story_gallery import PATH as STORIES
from viz.app.story_gallery import gallery
from viz.app.talks import PATH as TALKS
from viz.app.talks import builtin_talks
from viz.page.body import Groups
from viz.page.content_policy import WORKER_POLICY
from viz.site import downloads
from viz.site.document import document
from viz.site.headers import headers
from viz.site.licences import licences
from viz.site.python_files import FILES, WORKER, hash_of, python_files
from viz.site.ready_made import ReadyMade
from viz.stories import ResolvedStop, builtin_story, builtin_talk, story_names, talk_names
from viz.topology import builtin_names

Files = dict[str, bytes]
Tell = Callable[[str], None]

INDEX, PLOTLY = "index.json.gz", "plotly.min.js"
LICENCES = "LICENSES.txt"
PYTHON = "python/"
ROBOTS = b"User-agent: *\nAllow: /\n"


def build(
    machines: Sequence[str] | None = None,
    stories: Sequence[str] | None = None,
    with_python: bool = True,
    tell: Tell = print,
) -> Files:
    """Return the files of a site by path.

    `machines` and `stories` are the names of those that have ready-made answers; None for all. `with_python` says
    whether the site can compute other answers, too. `tell` is called with a line for each part.

    Raise NoDownload if what runs Python in a browser cannot be fetched.
    """
    python, licence_texts = _python(tell) if with_python else ({}, licences(()))
    ready = _ready(machines, stories, tell)
    answers, answers_place = _answers(ready)
    assets, assets_place = _assets()
    plotly, plotly_place = _plotly()
    tell("writing")
    places = {"answers": answers_place, "plotly": f"{plotly_place}{PLOTLY}", "python": _address(python, FILES)}
    play = next(iter(ready.runs.values())).play
    page = document(play, _groups(ready), resources.assets(), f"./{assets_place.rstrip('/')}", places)
    folders = [assets_place, answers_place, plotly_place, *([PYTHON] if python else [])]
    return {
        **assets,
        **answers,
        **plotly,
        **python,
        "index.html": page.encode(),
        STORIES: _json(gallery()),
        TALKS: _json({"talks": builtin_talks()}),
        "robots.txt": ROBOTS,
        LICENCES: licence_texts,
        "_headers": headers(),
        "sw.js": _service_worker(
            folders=folders,
            first=[*assets, f"{answers_place}{INDEX}"],
            answers=list(answers),
            python=_address(python, WORKER),
        ),
    }


def _ready(machines: Sequence[str] | None, stories: Sequence[str] | None, tell: Tell) -> ReadyMade:
    ready = ReadyMade()
    tell("computing the built-in machines")
    for name in builtin_names() if machines is None else machines:
        ready.add_machine(name)
    tell("computing the stories")
    for name in story_names() if stories is None else stories:
        ready.add_story(builtin_story(name))
    for name in talk_names() if stories is None else ():
        ready.add_stops(stop for stop in builtin_talk(name).stops if isinstance(stop, ResolvedStop))
    return ready


def _service_worker(**site: Any) -> bytes:
    """Return the service worker, which is told of the site's files (SITE in types/site.d.ts)."""
    site |= {"changing": [STORIES, TALKS, ""], "policy": WORKER_POLICY}
    script = (resources.assets() / "site/service-worker.js").read_bytes()
    return b"const SITE = " + _json(site) + b";\n" + script


def _groups(ready: ReadyMade) -> Groups:
    """Return the groups of the page's list of machines."""
    groups = Service().choices()
    return {label: [one for one in group if one[0] in ready.usual] for label, group in groups.items()}


def _assets() -> tuple[Files, str]:
    """Return the modules and style sheets of the page, and the address of their folder."""
    folder, place = resources.assets(), f"assets/{resources.edition()}"
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {f"{place}/{path}": data for path, data in files.items()}, f"{place}/"


def _answers(ready: ReadyMade) -> tuple[Files, str]:
    """Return the ready-made answers and the address of their folder, which has a hash of all of them in its name."""
    files: Files = {}
    for number, run in enumerate(ready.runs.values()):
        listing = f"listing-{hash_of({'': _json(run.play['listing'])})}"
        if f"{listing}.json.gz" not in files:  # many runs have the same one
            files[f"{listing}.json.gz"] = packed(run.play["listing"])
        files[f"{number}.json.gz"] = packed({"play": run.play | {"listing": listing}, "answers": run.answers})
        files[f"{number}-pictures.json.gz"] = packed({"answers": run.pictures})
    files[INDEX] = packed({"usual": ready.usual, "runs": {key: at for at, key in enumerate(ready.runs)}})
    place = f"answers/{hash_of(files)}"
    return {f"{place}/{name}": data for name, data in files.items()}, f"{place}/"


def _python(tell: Tell) -> tuple[Files, bytes]:
    """Return what runs Python in a browser, by path, and the licences of it."""
    tell("fetching and packing Python, which takes a minute the first time")
    wheels = downloads.wheels()
    return python_files(wheels), licences(wheels)


def _address(files: Files, name: str) -> str:
    """Return the path of the file of this name; "" if there is none."""
    return next((path for path in files if path.endswith(f"/{name}")), "")


def _plotly() -> tuple[Files, str]:
    """Return plotly.js, which is in plotly's Python package, and the address of its folder."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("plotly is not installed")
    place = f"plotly/{version('plotly')}/"
    return {f"{place}{PLOTLY}": (Path(spec.origin).parent / "package_data" / PLOTLY).read_bytes()}, place


def packed(value: Any) -> bytes:
    """Return a JSON value as text, compressed with gzip; the same value always gives the same bytes."""
    return gzip.compress(_json(value), 9, mtime=0)


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
