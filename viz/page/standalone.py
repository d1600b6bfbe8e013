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
<html lang="en" data-exported>
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


def standalone(play: Mapping[str, Any], assets: Path) -> str:
    """Return the whole page with one run in it, as one HTML file.

    `play` is what player_data.play_alone() returns, `assets` the folder of the page's modules and style sheets.
    Raise MissingModule if a module imports another one that is not in this folder.
    """
    run = gzip.compress(json.dumps(play).encode(), mtime=0)
    return DOCUMENT.format(
        title=escape(play["title"]),
        palette=css(),
        rules=modules.styles(assets),
        body=body({"": [("", play["title"])]}),
        run=base64.b64encode(run).decode(),
        imports=modules.carried(assets),
        entry=modules.ENTRY,
    )
