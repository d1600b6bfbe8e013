"""Read from the files of a cgroup which nodes it may use, and how often it has reached its memory limits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from posixpath import normpath

from viz.doctor.facts import Facts, node_set
from viz.doctor.folder import HIERARCHIES, cgroup_folders
from viz.doctor.paths import CGROUPS


def cgroup_path(text: str) -> str | None:
    """Return a cgroup's path below /sys/fs/cgroup, without slashes at its ends; None if it leads out of that folder.

    The text may begin with that folder, or with a copy of that folder, such as "copy/sys/fs/cgroup/a".
    """
    above, found, below = text.partition(f"{CGROUPS}/")
    path = normpath("/" + (below if found and not above.strip("/").startswith("..") else text).lstrip("/")).strip("/")
    if path == CGROUPS or text.rstrip("/").endswith(f"/{CGROUPS}"):
        path = ""
    return None if "\0" in text or ".." in text.split("/") or len(text) > 4096 else path


@dataclass(frozen=True)
class Mems:
    """The nodes that a cgroup may use, the path of the file that lists them, and whether the cgroup is of version 1."""

    nodes: frozenset[int]
    path: str
    is_v1: bool


def mems_of(facts: Facts) -> Mems | None:
    """Return the nodes that the cgroup or, if it has no cpuset, the nearest one above it may use; None if unknown."""
    tree = facts.tree
    if not is_there(facts):
        return None
    for folder in cgroup_folders(facts.cgroup or ""):
        names = ("cpuset.mems.effective", "cpuset.effective_mems", "cpuset.mems")
        for name in names:
            path = f"{folder}/{name}"
            nodes = node_set(tree.text(path) or None)
            if nodes is not None:
                is_v1 = name == names[1] or (name == names[2] and f"{folder}/".startswith(f"{CGROUPS}/cpuset/"))
                return Mems(frozenset(nodes), path, is_v1)
    return None


def is_there(facts: Facts) -> bool:
    """Return whether the folder of the cgroup itself, not only that of a cgroup above it, is among the files."""
    return any(facts.tree.exists(folder) for folder in own_folders(facts))


def own_folders(facts: Facts) -> list[str]:
    """Return where the folder of the cgroup itself may be: in version 2, or in a hierarchy of version 1."""
    return list(islice(cgroup_folders(facts.cgroup or ""), len(HIERARCHIES)))


def file_of(facts: Facts, name: str) -> str | None:
    """Return the path of a file of the cgroup itself, not of a cgroup above it; None if there is no such file."""
    paths = [f"{folder}/{name}" for folder in own_folders(facts)]
    return next((path for path in paths if facts.tree.text(path) is not None), None)


def events_of(facts: Facts) -> dict[str, int] | None:
    """Return the counters of memory.events; None if the cgroup has no such file."""
    path = file_of(facts, "memory.events")
    if path is None:
        return None
    pairs = (line.split() for line in (facts.tree.text(path) or "").splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isascii() and pair[1].isdigit()}
