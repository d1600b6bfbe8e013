"""Write the page with one run in it as a single HTML file, which plays without a server or a network."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from viz.figures.palette import css
from viz.page import modules
from viz.page.body import body

DOCUMENT = """<!DOCTYPE html>
<html lang="en" data-exported{tools}>
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
const packed = Uint8Array.from(atob(document.querySelector("#run").textContent), (char) => char.charCodeAt(0));
const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
window.tierscopePlay = await new Response(unpacked).json();
window.dispatchEvent(new Event("tierscope:play"));
</script>
</body>
</html>
"""

WITHOUT_SERVER = ("pressure",)
"""The tools that an exported page can have: all that they show is in the file."""


def standalone(play: Mapping[str, Any], assets: Path) -> str:
    """Return the whole page with one run in it, as one HTML file.

    `play` is what player_data.play_alone() returns, `assets` the folder of the page's modules and style sheets. If it
    has the answer to a question of the tool Pressure as "pressure", the file has that tool, too. Raise MissingModule if
    a module imports another one that is not in this folder.
    """
    tools = [tool for tool in WITHOUT_SERVER if tool in play]
    run = gzip.compress(json.dumps(play).encode(), mtime=0)
    return DOCUMENT.format(
        title=escape(play["title"]),
        palette=css(),
        rules=modules.styles(assets, tools, modules.LATER_STYLES)
        + (assets / "dialogs/handout.css").read_text(encoding="utf-8"),
        tools=f' data-tools="{" ".join(tools)}"' if tools else "",
        body=body({"": [("", play["title"])]}),
        run=base64.b64encode(run).decode(),
        imports=modules.carried(assets, tools),
        entry=modules.ENTRY,
    )
