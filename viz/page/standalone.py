"""standalone(): the page with one run in it, as a single file that plays without a server or a network."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from viz.figures.palette import css
from viz.page.body import body

DOCUMENT = """<!DOCTYPE html>
<html lang="en" data-exported>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline';
 style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'">
<title>{title} - tierscope</title>
<style>{palette}</style>
<style>{rules}</style>
</head>
<body>
{body}
<script type="application/gzip" id="run">{run}</script>
<script type="module">
{modules}
const packed = Uint8Array.from(atob(document.querySelector("#run").textContent), (char) => char.charCodeAt(0));
const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
window.tierscopePlay = await new Response(unpacked).json();
window.dispatchEvent(new Event("tierscope:play"));
</script>
</body>
</html>
"""

IMPORT = re.compile(r'^import \{([^}]+)\} from "\./([\w.]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function|const) (\w+)", re.MULTILINE)


def standalone(play: Mapping[str, Any], assets: Path) -> str:
    """Return the whole page with one run in it, as one HTML file.

    `play` is what player_data.play_alone() returns, `assets` the folder of the page's modules and style sheets.
    """
    run = gzip.compress(json.dumps(play).encode(), mtime=0)
    return DOCUMENT.format(
        title=escape(play["title"]),
        palette=css(),
        rules="\n".join(sheet.read_text(encoding="utf-8") for sheet in sorted(assets.glob("*.css"))),
        body=body({"": [("", play["title"])]}),
        run=base64.b64encode(run).decode(),
        modules="\n".join(_bundle(assets, "page.mjs", [])),
    )


def _bundle(assets: Path, name: str, done: list[str]) -> list[str]:
    """A module and, before it, all that it imports, each as a function that returns what it exports."""
    if name in done:
        return []
    done.append(name)
    text = (assets / name).read_text(encoding="utf-8")
    parts = [part for _, needed in IMPORT.findall(text) for part in _bundle(assets, needed, done)]
    inner = EXPORT.sub(r"\1 \2", IMPORT.sub(r"const {\1} = from_\2;", text)).replace(".mjs;", "_mjs;")
    returned = ", ".join(exported for _, exported in EXPORT.findall(text))
    return [*parts, f"const from_{name.replace('.', '_')} = (() => {{\n{inner}\nreturn {{ {returned} }};\n}})();"]
