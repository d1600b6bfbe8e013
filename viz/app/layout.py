"""The page as it stands before anything is played: empty panels, controls and the document around them."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from viz.app import ids
from viz.figures.palette import css
from viz.kernel.versions import VERSIONS

ZONELISTS = {
    "runtime": "runtime: built with all CPUs up, so a node with CPUs pays 1",
    "boot": "boot: built before any CPU is up, so no node pays",
}
SIZES = {"0": "every step", "1": "by source", "2": "by pass", "3": "by chapter"}
SPEEDS = {"0.25": "0.25x", "0.5": "0.5x", "1": "1x", "2": "2x", "4": "4x", "8": "8x"}
KEYS = (
    ("Space or .", "play or pause"),
    ("Left, Right", "one stride back or forward"),
    ("Home", "first step of the order; again: the very beginning"),
    ("End", "last step"),
    ("?", "this list"),
)

DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>tierscope: Linux's memory demotion order, pass by pass</title>
<link rel="icon" type="image/svg+xml" href="BASEassets/icon.svg">
<style>PALETTE</style>
{%css%}
</head>
<body>
{%app_entry%}
<noscript>tierscope plays its steps in the browser and needs JavaScript.</noscript>
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def aria(**attributes: str) -> dict[str, Any]:
    """aria-* attributes, in the form that Dash's elements take them."""
    return {f"aria-{name}": value for name, value in attributes.items()}


def document(base: str) -> str:
    """The index page, with both themes' colours; `base` is the path that the app is served under."""
    return DOCUMENT.replace("PALETTE", css()).replace("BASE", base)


def layout(choices: list[tuple[str, str]], first_request: dict[str, Any]) -> html.Main:
    """The whole page; the player fills it."""
    return html.Main(
        [
            _header(choices),
            _stage(),
            _side(),
            html.Section(id=ids.REGISTERS, className="panel", **aria(label="Registers"), tabIndex=0),
            _deck(),
            _paste_dialog(),
            _keys_dialog(),
            dcc.Store(id=ids.REQUEST, data=first_request),
            dcc.Store(id=ids.PLAY),
            dcc.Store(id=ids.SINK),
        ],
        id=ids.MAIN,
    )


def _header(choices: list[tuple[str, str]]) -> html.Header:
    kernels = {row.name: f"{row.name} ({row.kernels}): {row.differs}" for row in VERSIONS}
    return html.Header(
        [
            html.H1("tierscope"),
            _select(ids.TOPOLOGY, "topology", dict(choices)),
            _select(ids.KERNEL, "kernel", kernels),
            _select(ids.ZONELISTS, "zonelists", ZONELISTS),
            html.Button("Paste a machine", id="open-paste"),
            html.Span(className="spring"),
            html.Span(id="status", role="status"),
            html.Button("Theme", id="theme", title="Light or dark"),
            html.Button("?", id="open-keys", title="List of keys", **aria(label="List of keys")),
        ]
    )


def _stage() -> html.Section:
    return html.Section(
        [
            html.Div([html.H2(id="title"), html.P(id="note")], className="caption"),
            html.Div(id=ids.STAGE),
            html.Ul(id="warnings"),
        ],
        className="panel stage-panel",
        **aria(label="Stage"),
    )


def _side() -> html.Div:
    code = html.Section(
        [html.P(id="stack"), html.Div(id=ids.CODE, tabIndex=0), html.P(id="watched")],
        className="panel code-panel",
        **aria(label="The code that runs"),
    )
    scores = html.Section(id=ids.SCORES, className="panel", tabIndex=0, **aria(label="Scores"))
    return html.Div([code, scores], className="side")


def _deck() -> html.Section:
    buttons = [
        ("first", "First step of the order"),
        ("back", "Back"),
        ("play-pause", "Play"),
        ("forward", "Forward"),
        ("last", "Last step"),
    ]
    return html.Section(
        [
            html.P(id=ids.NARRATION, **aria(live="polite")),
            html.Div(
                [
                    *(
                        html.Button(html.Span(className="icon"), id=name, title=label, **aria(label=label))
                        for name, label in buttons
                    ),
                    html.Div(
                        [
                            html.Div(id="marks", **aria(hidden="true")),
                            html.Div(id="scrubber-place"),
                        ],
                        className="scrub",
                    ),
                    html.Output(id="where"),
                    _select("size", "stride", SIZES),
                    _select("speed", "speed", SPEEDS),
                ],
                className="transport",
            ),
        ],
        className="panel deck",
        **aria(label="Player"),
    )


def _select(name: str, label: str, options: dict[str, str]) -> html.Label:
    return html.Label(
        [html.Span(label), html.Select([html.Option(text, value=value) for value, text in options.items()], id=name)],
        className=f"choice choice-{name}",
    )


def _paste_dialog() -> html.Dialog:
    return html.Dialog(
        [
            html.H2("Paste a machine"),
            html.Label("The output of numactl -H, or a topology in TOML or JSON", htmlFor="text"),
            html.Div(html.Textarea(id="text", rows=14, spellCheck="false", wrap="off"), className="field"),
            html.P(id="error", role="alert"),
            html.Div([html.Button("Cancel", id="close-paste"), html.Button("Load", id="load", className="primary")]),
        ],
        id="paste",
    )


def _keys_dialog() -> html.Dialog:
    rows = [html.Tr([html.Th(key, scope="row"), html.Td(does)]) for key, does in KEYS]
    return html.Dialog(
        [html.H2("Keys"), html.Table(html.Tbody(rows)), html.Div(html.Button("Close", id="close-keys"))],
        id="keys",
    )
