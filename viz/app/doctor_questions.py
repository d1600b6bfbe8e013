"""Answer the questions of the doctor's panel, from the machine on the page and the files that the visitor pasted."""

from __future__ import annotations

from typing import Any

from viz.app.service import Request, Service
from viz.doctor.cgroup import cgroup_path
from viz.doctor.collect import ARCHIVE, script
from viz.doctor.copies import read_copy, read_lines
from viz.doctor.facts import Facts
from viz.doctor.listing import merged, tree_of
from viz.doctor.release import Release
from viz.doctor.report import examine
from viz.doctor.tree import Tree
from viz.kernel.versions import Version
from viz.topology import TopologyError, printable


def doctor(service: Service, question: Request) -> dict[str, Any]:
    """Return the report on the machine of the question, and the script that packs all files that the doctor reads.

    "more" is a text that the visitor adds, with lines of files or of a kernel's log. "cgroup" is the path of a cgroup.
    The kernel of the question is used if no file names one, unless the machine is given as a tarball, for which the
    report is that of the command line. Raise TopologyError if the machine cannot be read and there are no files.
    """
    tree = _given(service, question)
    kernel, more = question.get("kernel"), question.get("more")
    asked = Release.parse(kernel) if tree.is_selection and isinstance(kernel, str) else None
    if isinstance(more, str):
        tree = merged(tree, read_lines(more))
    release = Facts(tree, asked).release
    if tree.is_selection:
        tree = _with_machine(service, question, tree, release.row() if release else None)
    report = examine(Facts(tree, release, _cgroup(question)))
    return report.as_dict() | {"script": script(), "archive": ARCHIVE}


def _with_machine(service: Service, question: Request, tree: Tree, row: Version | None) -> Tree:
    """Return the tree together with what the machine of the question says of nodes, distances and tiers."""
    try:
        return merged(tree_of(service.loaded(question), row), tree)
    except TopologyError:
        if not tree.files:
            raise
        return tree  # the lines are of a machine without nodes, or without their distances


def _cgroup(question: Request) -> str | None:
    """Return the path of the cgroup below /sys/fs/cgroup; None if the question names none."""
    text = question.get("cgroup")
    if not isinstance(text, str) or not text.strip():
        return None
    path = cgroup_path(text.strip())
    if path is None:
        raise TopologyError(f"'{printable(text, 80)}' is no path below /sys/fs/cgroup", "cgroup")
    return path


def _given(service: Service, question: Request) -> Tree:
    """Return the files that the visitor has given; an empty Tree if the machine was given in another way."""
    data = service.given(question)
    try:
        return read_copy(data, chosen=str(question.get("machine", ""))) if data else Tree(is_selection=True)
    except TopologyError:
        return Tree(is_selection=True)
