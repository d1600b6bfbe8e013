"""Answer the questions of a page in the browser that shows it: Pyodide runs this in a web worker.

The answers are those of a server (viz.app.answers), which a test compares. There is one question more: with "edit" the
page sends functions of the listing whose lines were edited there, and gets the name of the kernel with these lines. It
exists here alone, because a server must not run what a page sends. This module and all that it imports need pydantic,
tomli-w and segno, and nothing else.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from viz.app.answers import Answer, Job, answer_job
from viz.app.service import Service
from viz.kernel.releases import UnknownVersion, of_table
from viz.kernel.rules import loop_limit, own_files
from viz.kernel.rules.edited_listing import edited_row

EDIT = "edit"
OUTSIDE = ("js", "pyodide_js", "pyodide.code", "pyodide.http")
"""Modules that lead out of Python; edited lines cannot import them."""
loop_limit.MOST_ROUNDS = 1_000_000
"""A browser's Python takes about as long for these rounds as a server's does for its own limit."""


def answer(kind: str, question: str) -> str:
    """Return the answer to a question; both are JSON. The answer is {"error": one line} if there is none."""
    asked = json.loads(question)
    found = _edited(asked) if kind == EDIT else answer_job(Job(kind, asked, Service()))
    return json.dumps(found, separators=(",", ":"))


def close_off() -> None:
    """Let nobody import a module of OUTSIDE from now on."""
    sys.modules.update(dict.fromkeys(OUTSIDE))  # type: ignore[arg-type]  # None stands for a module that is not there


def _edited(question: dict[str, Any]) -> Answer:
    """Remember the row "row" with the texts "texts" of its functions, and return its name as a kernel."""
    row, texts = question.get("row"), question.get("texts")
    if not isinstance(row, str) or not isinstance(texts, dict) or not all(map(_is_text, texts.values())):
        return {"error": "the edited lines did not come whole"}
    try:
        version = edited_row(of_table(row), texts)
    except UnknownVersion as error:
        return {"error": str(error)}
    own_files.keep_edited(version)
    return {"name": version.name, "differs": version.differs}


def _is_text(value: object) -> bool:
    return isinstance(value, str)
