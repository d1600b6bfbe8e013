"""Write the HTML document of a site: the page's body with its first run, and relative addresses of all else."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from viz.figures.palette import css
from viz.page import body, first_run, modules
from viz.page.content_policy import csp_hash
from viz.page.icon import ICON

POLICY = (
    "default-src 'none'; script-src 'self' {hash}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self' data:; worker-src 'self'; base-uri 'none'; form-action 'none'"
)
"""The content security policy of the page. It lets no script make code of a text, and no wasm start."""
INSTEAD = {modules.DASH: "#site/without-server"}
"""The modules that take the place of others: a site has neither a server nor Dash."""
DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<title>tierscope: Linux's memory demotion order, pass by pass</title>
<meta name="description" content="Plays, step by step, how Linux computes where memory of each NUMA node is demoted.">
<link rel="icon" type="image/svg+xml" href="{icon}">
<script type="importmap">{imports}</script>
{preloads}
<link rel="expect" href="#late" blocking="render">
<style>{palette}</style>
<style>{styles}</style>
<template id="site"{named_by}{places}></template>
<script type="module" src="{entry}"></script>
</head>
<body>
{body}
<p id="late">The player has not come. In a sandboxed frame it needs allow-same-origin.</p>
<noscript>tierscope plays its steps in the browser and needs JavaScript.</noscript>
{first_run}
</body>
</html>
"""


def document(
    play: Mapping[str, Any], topologies: body.Groups, assets: Path, place: str, places: Mapping[str, str]
) -> str:
    """Return the document with one run in it.

    `topologies` are the groups of the page's list. `place` is the address of the folder of assets, relative to the
    document; `places` are the addresses of other parts of the site by name, which scripts read from the element #site.
    """
    imports = modules.served(assets, place, INSTEAD)
    first = modules.first(assets, (modules.ENTRY,), INSTEAD)
    return DOCUMENT.format(
        policy=POLICY.format(hash=csp_hash(imports)),
        icon=ICON,
        imports=imports,
        preloads="\n".join(f'<link rel="modulepreload" href="{place}/{name[1:]}.mjs">' for name in first),
        palette=css(),
        styles=modules.styles(assets) + (assets / "site/site.css").read_text(encoding="utf-8"),
        named_by=first_run.names(play),
        places="".join(f' data-{name}="{escape(address)}"' for name, address in places.items()),
        entry=f"{place}/{modules.ENTRY[1:]}.mjs",
        body=body.body(topologies, edits_code=bool(places["python"])),
        first_run=first_run.element(play),
    )
