"""The HTML document of the page: Dash's scripts and stores around the plain body of viz/page/page.html."""

from __future__ import annotations

import re
from threading import Lock
from typing import Any
from urllib.parse import quote

from dash import Dash, dcc, html

from viz.figures.palette import css
from viz.page import body
from viz.page.modules import STYLES

REQUEST, PLAY, SINK = "request", "play", "sink"
CHART_REQUEST, CHART_ANSWER, CHART_PLACE, CHART = "chart-request", "chart-answer", "chart-place", "chart-graph"

ICON = "data:image/svg+xml," + quote(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='7' fill='#2151d1'/>"
    "<path d='M9 7h14M9 16h14M9 25h14M16 8.5v5m-2.4-2.4 2.4 2.4 2.4-2.4M16 17.5v5m-2.4-2.4 2.4 2.4 2.4-2.4' fill='none'"
    " stroke='#fff' stroke-width='2.6' stroke-linecap='round' stroke-linejoin='round'/></svg>"
)
"""A data URL, because a browser that fetches the icon later may find that the server has gone."""

DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>tierscope: Linux's memory demotion order, pass by pass</title>
<meta name="description" content="Plays, step by step, how Linux computes where memory of each NUMA node is demoted.">
<link rel="icon" type="image/svg+xml" href="ICON">
<style>PALETTE</style>
{%css%}
STYLES
<script type="importmap">IMPORTS</script>
<script type="module" src="PLACE/page.mjs"></script>
</head>
<body>
BODY
<p id="late">The player has not come from the server. In a sandboxed frame it needs allow-same-origin.</p>
<noscript>tierscope plays its steps in the browser and needs JavaScript.</noscript>
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


TABLE_SCRIPT = re.compile(r'<script src="[^"]*/dash_table/[^"]*"></script>\n?')


class Page(Dash):
    """Dash without the script of its table, which is large and not used, and with a lock around its setup.

    Dash 4.4 lists its scripts and style sheets during the first request. If two requests came first at once, the second
    would get an index page without them, and the cache would then send that page to every visitor.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._setting_up = Lock()
        super().__init__(*args, **options)

    def _setup_server(self) -> None:
        """List the scripts and style sheets; other requests wait for it."""
        with self._setting_up:
            super()._setup_server()  # type: ignore[no-untyped-call]

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # Dash names every part
        """Return the index page with its parts filled in."""
        parts["scripts"] = TABLE_SCRIPT.sub("", parts["scripts"])
        page: str = super().interpolate_index(**parts)  # type: ignore[no-untyped-call]
        return page


def document(base: str, assets: str, imports: str, topologies: body.Groups) -> str:
    """Return Dash's template of the index page.

    `base` is the path below which the app is served, with a slash at its end; `assets` is the path of its assets below
    that; `imports` is the import map of its modules.
    """
    styles = "\n".join(f'<link rel="stylesheet" href="{base}{assets}/styles/{name}.css">' for name in STYLES)
    content = body.body(topologies, charts="{%app_entry%}")
    parts = {"ICON": ICON, "PALETTE": css(), "STYLES": styles, "IMPORTS": imports, "BODY": content}
    parts["PLACE"] = f"{base}{assets}"
    text = DOCUMENT
    for name, part in parts.items():
        text = text.replace(name, part)
    return text


def stores() -> html.Div:
    """Return all that Dash itself renders: the stores of requests and answers, and the place of the chart."""
    names = (REQUEST, PLAY, SINK, CHART_REQUEST, CHART_ANSWER)
    return html.Div([*(dcc.Store(id=name) for name in names), html.Div(id=CHART_PLACE)], id="stores")
