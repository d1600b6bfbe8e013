"""Hold what all charts have in common: the layout of a theme, and the list of colours at the lower edge."""

from __future__ import annotations

from typing import Any

from viz.figures.palette import colour

KEY = {"orientation": "h", "x": 0, "xanchor": "left", "yref": "container", "y": 0, "yanchor": "bottom"}
KEY |= {"itemclick": False, "itemdoubleclick": False}
"""The layout of the list of colours and their meanings, at the lower edge of the chart."""


def theme_layout(dark: bool) -> dict[str, Any]:
    """Return the layout of a figure in the light or the dark theme."""
    ink = colour("ink", dark)
    return {
        "paper_bgcolor": colour("panel", dark),
        "plot_bgcolor": colour("panel", dark),
        "font": {"color": ink, "size": 13, "family": "system-ui, sans-serif"},
        "margin": {"l": 90, "r": 20},
        "hoverlabel": {"font": {"color": ink}, "bgcolor": colour("card", dark)},
        "xaxis": {"gridcolor": colour("line", dark)},
        "dragmode": False,
    }
