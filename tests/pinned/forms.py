"""Write results as texts that can be read line by line, the same on every machine."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from textwrap import wrap
from typing import Any

WIDTH = 118
"""The largest length of a line of data, in characters; a text without a space may be longer."""
DIGITS = 6
"""How many digits of a number's fraction are kept: the last ones differ between versions of Python."""


def markup(text: str) -> str:
    """Return SVG or HTML with an element a line; long styles and paths take several lines."""
    lines = text.replace("><", ">\n<").rstrip("\n") + "\n"
    return re.sub(r"(?<=\})(?=[.@])|(?<=z)(?=M)|(?<=\d)(?=L(?:[\d. ]+L){8})", "\n", lines)


def facts(value: Any) -> str:
    """Return JSON with a fact a line; short lists and tables share lines, long texts are lists of their lines."""
    return f"{fact_lines(value)}\n"


def fact_lines(value: Any) -> str:
    """Return the same without a newline at its end."""
    return "\n".join(_lines(value, ""))


def checksum(text: str) -> str:
    """Return a text's checksum, in place of a text that nobody would read."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _lines(value: Any, indent: str) -> list[str]:
    """Return a value as lines; the first one has no indentation, because it stands behind a key."""
    value = _readable(value)
    deeper = f"{indent} "
    if isinstance(value, dict) and len(line := _one_line(value)) + len(indent) <= WIDTH and r"\n" not in line:
        return [line]
    if isinstance(value, dict) and value:
        parts = [_keyed(f"{_scalar(str(key))}: ", one, deeper) for key, one in value.items()]
        return ["{", *_joined(parts), f"{indent}}}"]
    if isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        return ["[", *_joined([_keyed("", one, deeper) for one in value]), f"{indent}]"]
    if isinstance(value, list) and any(isinstance(one, str) and len(one) > WIDTH / 4 for one in value):
        return ["[", *_joined([[f"{deeper}{_scalar(one)}"] for one in value]), f"{indent}]"]
    if isinstance(value, list):
        words = ", ".join(_scalar(one).replace(" ", "\u00a0") for one in value)
        lines = wrap(words, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False) or [""]
        lines = [line.replace("\u00a0", " ") for line in lines]
        return [f"[{lines[0]}]"] if len(lines) == 1 else ["[", *(f"{deeper}{line}" for line in lines), f"{indent}]"]
    return [_scalar(value)]


def _one_line(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_scalar(str(key))}: {_one_line(one)}' for key, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_one_line, value))}]"
    return _scalar(value)


def _keyed(key: str, value: Any, indent: str) -> list[str]:
    first, *others = _lines(value, indent)
    return [f"{indent}{key}{first}", *others]


def _joined(parts: Iterable[list[str]]) -> list[str]:
    """Return the lines of all parts, with a comma after each part but the last."""
    lines = [line for *others, last in parts for line in (*others, f"{last},")]
    return [*lines[:-1], lines[-1].removesuffix(",")]


def _readable(value: Any) -> Any:
    """Return a text of several lines, or a long one of markup, as a list of its lines, and a tuple as a list."""
    if isinstance(value, str) and ("\n" in value or (len(value) > WIDTH and "><" in value)):
        return markup(value).splitlines()
    return list(value) if isinstance(value, tuple) else value


def _scalar(value: Any) -> str:
    return json.dumps(round(value, DIGITS) if isinstance(value, float) else value, ensure_ascii=False)
