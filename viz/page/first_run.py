"""Put the first run into the document of the page, so that a browser can play it before it fetches anything else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any


def names(play: Mapping[str, Any]) -> str:
    """Return the attributes by which an element of the document says which run the document has."""
    named_by = {"topology": play["request"]["topology"], "kernel": play["asked"], "zonelists": play["zonelists"]}
    return "".join(f' data-{name}="{escape(value)}"' for name, value in named_by.items())


def element(play: Mapping[str, Any]) -> str:
    """Return the element of the document that has the run; `play` is what player_data.play() returns."""
    text = json.dumps(play, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="first-run">{text}</script>'
