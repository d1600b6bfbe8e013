"""Answer the questions of the doctor's panel, from the machine on the page and the files that the visitor pasted."""

from __future__ import annotations

from typing import Any

from viz.app.service import Request, Service
from viz.doctor.collect import ARCHIVE, script
from viz.doctor.copies import read_copy, read_lines
from viz.doctor.facts import Facts
from viz.doctor.listing import merged, tree_of
from viz.doctor.release import Release
from viz.doctor.report import examine
from viz.doctor.tree import Tree
from viz.topology import TopologyError


def doctor(service: Service, question: Request) -> dict[str, Any]:
    """Return the report on the machine of the question, and the script that packs all files that the doctor reads.

    "more" is a text that the visitor adds, with lines of files or of a kernel's log. The kernel of the question is used
    if no file names one.
    """
    tree = _given(service, question)
    asked, more = question.get("kernel"), question.get("more")
    if isinstance(more, str):
        tree = merged(tree, read_lines(more))
    release = Facts(tree, Release.parse(asked) if isinstance(asked, str) else None).release
    if tree.is_selection:
        tree = merged(tree_of(service.loaded(question), release.row() if release else None), tree)
    return examine(Facts(tree, release)).as_dict() | {"script": script(), "archive": ARCHIVE}


def _given(service: Service, question: Request) -> Tree:
    """Return the files that the visitor has given; an empty Tree if the machine was given in another way."""
    data = service.given(question)
    try:
        return read_copy(data, chosen=str(question.get("machine", ""))) if data else Tree(is_selection=True)
    except TopologyError:
        return Tree(is_selection=True)
