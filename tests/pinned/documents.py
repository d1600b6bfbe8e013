"""Write a JSON document so that a reviewer can read it."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 120


def lines(value: Any, indent: str = "") -> str:
    """Return the value as JSON in which all that is short stands on one line, and all else on several."""
    short = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(short) <= WIDTH or not isinstance(value, dict | list):
        return short
    deeper = f"{indent} "
    if isinstance(value, dict):
        inner = [f"{json.dumps(key, ensure_ascii=False)}: {lines(item, deeper)}" for key, item in value.items()]
        return f",\n{deeper}".join([f"{{{inner[0]}", *inner[1:]]) + "}"
    return f",\n{deeper}".join(["[" + lines(value[0], deeper), *(lines(item, deeper) for item in value[1:])]) + "]"
