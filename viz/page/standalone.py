"""Write the page with one run, or with a whole talk, as one HTML file, which plays without a server or a network."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from viz.figures.palette import css
from viz.page import modules
from viz.page.body import body

DOCUMENT = """<!DOCTYPE html>
<html lang="en" data-exported{attributes}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' data:;
 style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'">
<title>{title} - tierscope</title>
<style>{palette}</style>
<style>{rules}</style>
</head>
<body>
{body}
<script type="application/gzip" id="run">{run}</script>
<script type="importmap">{imports}</script>
<script type="module">
import "{entry}";
import "{run_entry}";
</script>
</body>
</html>
"""

RUN_ENTRY = "#player/exported-run"
"""The module that shows the run in the file, once the page has started."""
WITHOUT_SERVER = ("pressure",)
"""The tools that an exported page can have: all that they show is in the file."""


TOOLS_OF_MACHINES = ("compare", "events", "readers")
"""The tools whose answers are in a file with machines."""
TALK_MODULES = ("#dialogs/story-gallery", "#player/notes")
"""The modules that an exported talk needs besides those of the page and the tools of its stops."""
PRESSURE_MODULES = ("#tools/pressure/sheet",)
"""The modules that an exported page with Pressure needs besides the tool's own, to print a tick."""
TALK_STYLE = "dialogs/stories.css"
"""The style sheet that an exported talk needs."""


def standalone(play: Mapping[str, Any], assets: Path) -> str:
    """Return the whole page with one run in it, as one HTML file.

    `play` is what player_data.play_alone() returns, `assets` the folder of the page's modules and style sheets. If it
    has the answer to a question of the tool Pressure as "pressure", the file has that tool, too. Raise MissingModule if
    a module imports another one that is not in this folder.
    """
    return _document(play, play["title"], assets, [tool for tool in WITHOUT_SERVER if tool in play])


def standalone_talk(held: Mapping[str, Any], assets: Path) -> str:
    """Return the whole page with a talk in it, as one HTML file: all its runs, and the answers that its stops need.

    `held` is what viz.app.held.held_talk() returns. Raise MissingModule as standalone() does.
    """
    tools = sorted({stop["view"] for stop in held["talk"]["stops"]} - {"code"})
    return _document(held, held["talk"]["title"], assets, tools, urlencode(held["opens"]))


def standalone_machines(held: Mapping[str, Any], assets: Path) -> str:
    """Return the whole page with several machines and kernels in it, as one HTML file.

    `held` is what viz.app.held_machines.held_machines() returns; a run in it may have "pressure". Raise MissingModule
    as standalone() does.
    """
    alone = [tool for tool in WITHOUT_SERVER if any(tool in run for run in held["runs"].values())]
    machines = [(name, title) for name, title in held["machines"]]
    return _document(held, machines[0][1], assets, [*TOOLS_OF_MACHINES, *alone], machines=machines)


def _document(
    data: Mapping[str, Any],
    title: str,
    assets: Path,
    tools: Sequence[str],
    opens: str = "",
    machines: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the page with the data in it.

    `opens` is the address at which a talk opens, and "" for runs. `machines` are those in the list of topologies.
    """
    alone = list(tools) if machines else [tool for tool in tools if tool in WITHOUT_SERVER]
    attributes = f' data-tools="{" ".join(alone)}"' if alone else ""
    attributes += " data-machines" if machines else ""
    attributes += f' data-opens="{escape(opens)}"' if opens else ""
    sheets = ("dialogs/handout.css", *((TALK_STYLE,) if opens else ()))
    further = (RUN_ENTRY, *(TALK_MODULES if opens else ()), *(PRESSURE_MODULES if "pressure" in tools else ()))
    rules = modules.styles(assets, tools, modules.LATER_STYLES)
    rules += "".join((assets / sheet).read_text(encoding="utf-8") for sheet in sheets)
    return DOCUMENT.format(
        attributes=attributes,
        title=escape(title),
        palette=css(),
        rules=rules,
        body=body({"": machines or [("", title)]}),
        run=base64.b64encode(gzip.compress(json.dumps(data).encode(), mtime=0)).decode(),
        imports=modules.carried(assets, tools, further),
        entry=modules.ENTRY,
        run_entry=RUN_ENTRY,
    )
