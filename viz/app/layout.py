"""Define the layout that Dash renders: the messages between the page and its callbacks, and the place of the chart.

Everything else on the page is plain HTML (viz/page/page.html); docs/decisions/plain-html-in-dash.md says why.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

REQUEST, PLAY = "request", "play"
CHART_REQUEST, CHART_ANSWER, CHART_PLACE = "chart-request", "chart-answer", "chart-place"
MESSAGES = "messages"


class Message(Component):
    """A component that renders nothing. Its `data` is a question of the page, or the answer of a callback.

    dcc.Store would do the same, but it needs 130 KiB of scripts. The React side is in assets/core/dash.mjs.
    """

    _namespace = "tierscope"
    _type = "Message"
    _children_props: list[str] = []  # noqa: RUF012  # Dash reads this from the class, so it cannot be set in __init__
    _base_nodes: list[str] = ["children"]  # noqa: RUF012  # the same holds for this one

    def __init__(self, id: str) -> None:
        self._prop_names = self.available_properties = ["id", "data"]
        self._valid_wildcard_attributes: list[str] = []
        self.available_wildcard_properties: list[str] = []
        super().__init__(id=id)  # type: ignore[no-untyped-call]


def layout() -> html.Div:
    """Return the layout of the app."""
    names = (REQUEST, PLAY, CHART_REQUEST, CHART_ANSWER)
    return html.Div([*(Message(name) for name in names), html.Div(id=CHART_PLACE)], id=MESSAGES)
