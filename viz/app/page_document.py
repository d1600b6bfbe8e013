"""Write the HTML document of the page: the plain body of viz/page/page.html, its first run, and all that starts Dash.

A browser can play the first run before it has any of Dash's scripts. All that Dash puts into its index page is in a
<template>, unchanged; assets/core/dash.mjs takes the scripts from there once the first step is on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any

from dash import Dash
from dash.types import RendererHooks

from viz.figures.palette import css
from viz.page import body, first_run, modules
from viz.page.icon import ICON

HOOKS: RendererHooks = {"request_pre": "tierscope.onAsked", "callback_resolved": "tierscope.onResolved"}
"""The functions of assets/core/dash.mjs that Dash calls when it sends a callback, and when the callback ends."""

DOCUMENT = """<!DOCTYPE html>
<html lang="en"{%root%}>
<head>
{%metas%}
<title>tierscope: Linux's memory demotion order, pass by pass</title>
<meta name="description" content="Plays, step by step, how Linux computes where memory of each NUMA node is demoted.">
<link rel="icon" type="image/svg+xml" href="{%icon%}">
<script type="importmap">{%imports%}</script>
{%preloads%}
<link rel="expect" href="#late" blocking="render">
<style>{%palette%}</style>
<style>{%styles%}</style>
{%css%}
<template id="dash"{%named_by%}>{%app_entry%}{%config%}{%scripts%}{%renderer%}</template>
<script type="module" src="{%place%}/core/dash.mjs" async></script>
<script type="module" src="{%place%}/page.mjs"></script>
</head>
<body>
{%body%}
<p id="late">The player has not come from the server. In a sandboxed frame it needs allow-same-origin.</p>
<noscript>tierscope plays its steps in the browser and needs JavaScript.</noscript>
{%first_run%}
</body>
</html>"""

Play = dict[str, Any]


class Page(Dash):
    """Dash with the first run in its index page, and with a lock around its setup.

    Dash 4.4 lists its scripts and style sheets during the first request. If the first two requests came at the same
    time, the second would get an index page without scripts, and the cache would send that page to every visitor.

    `first` returns the run that the page opens with, or None if it is too large to come with the document.
    """

    def __init__(self, *args: Any, first: Callable[[], Play | None], **options: Any) -> None:
        self._setting_up = Lock()
        self._first = first
        super().__init__(*args, **{"hooks": HOOKS, **options})

    def _setup_server(self) -> None:
        """List the scripts and style sheets; other requests wait for it."""
        with self._setting_up:
            super()._setup_server()  # type: ignore[no-untyped-call]

    @cached_property
    def _first_parts(self) -> dict[str, str]:
        """Return the first run as an element, and the attributes that name it; both are empty if there is none."""
        play = self._first()
        if play is None:
            return {"named_by": "", "first_run": ""}
        return {"named_by": first_run.names(play), "first_run": first_run.element(play)}

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # Dash names every part
        """Return the index page with its parts filled in."""
        page: str = super().interpolate_index(**parts)  # type: ignore[no-untyped-call]
        return _filled(page, self._first_parts)


NO_DATA: Mapping[str, str] = {}
SPEAKER = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tierscope: the speaker</title>
<link rel="icon" type="image/svg+xml" href="{%icon%}">
<script type="importmap">{%imports%}</script>
<script type="module" src="{%place%}/speaker.mjs"></script>
</head>
<body><main><h1>tierscope</h1><p id="told" role="status">The speaker's page is on its way.</p></main></body>
</html>"""
"""The page that keeps the speaker's token for the tab, and then opens the page itself."""


def document(
    base: str,
    place: str,
    assets: Path,
    topologies: body.Groups,
    kernel: str | None = None,
    root: Mapping[str, str] = NO_DATA,
) -> str:
    """Return Dash's template of the index page, which Page completes.

    `base` is the path below which the app is served, with a slash at its end; `place` is the path of the folder
    `assets`; `kernel` is a kernel to list beside the rows of the table. `root` has data for the root element: "follow"
    is the name or address under which an audience finds the server, if it follows a speaker, "opens" the part of an
    address after its # at which the page opens if a visitor names none, and "python" the path of the list of the files
    that run Python in the browser while the server is gone; what is empty is left out.
    """
    preloads = (f'<link rel="modulepreload" href="{place}/{name[1:]}.mjs">' for name in modules.first(assets))
    return _filled(
        DOCUMENT,
        {
            "root": "".join(f' data-{name}="{escape(text)}"' for name, text in root.items() if text),
            "icon": ICON,
            "imports": modules.served(assets, place),
            "preloads": "\n".join(preloads),
            "palette": css(),
            "styles": modules.styles(assets),
            "place": place,
            "body": body.body(topologies, kernel),
        },
    )


def speaker(place: str, assets: Path) -> str:
    """Return the document of the page that keeps the speaker's token; `place` is the path of the folder `assets`."""
    return _filled(SPEAKER, {"icon": ICON, "imports": modules.served(assets, place), "place": place})


def _filled(text: str, parts: dict[str, str]) -> str:
    """Return the text with each {%name%} replaced by the part of that name, as in Dash's own templates."""
    for name, part in parts.items():
        text = text.replace(f"{{%{name}%}}", part)
    return text
