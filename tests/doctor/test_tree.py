"""Test what a tree says of the paths of a machine."""

from __future__ import annotations

import pytest

from viz.doctor.tree import Tree


@pytest.fixture
def tree() -> Tree:
    """Return a tree with a file, a link, a file that cannot be read, and a folder into which nobody can look."""
    tree = Tree()
    tree.add("sys/kernel/mm/numa/demotion_enabled", "true\n")
    tree.links["sys/bus/dax/devices/dax0.0/driver"] = "kmem"
    tree.denied["proc/kpageflags"] = "permission denied"
    tree.hidden.add("sys/kernel/debug")
    return tree


@pytest.mark.parametrize(
    ("path", "exists", "lacks"),
    [
        ("sys/kernel/mm/numa/demotion_enabled", True, False),
        ("sys/kernel/mm", True, False),
        ("sys/bus/dax/devices/dax0.0/driver", True, False),
        ("proc/kpageflags", True, False),
        ("sys/kernel/debug", False, False),
        ("sys/kernel/debug/sched", False, False),
        ("sys/kernel/mm/lru_gen/enabled", False, True),
        ("sys/kern", False, True),
    ],
)
def test_a_path_is_there_or_missing_or_nobody_can_tell(tree: Tree, path: str, exists: bool, lacks: bool) -> None:
    assert tree.exists(path) is exists
    assert tree.lacks(path) is lacks


def test_a_selection_of_files_lacks_nothing(tree: Tree) -> None:
    tree.is_selection = True
    assert not tree.lacks("sys/kernel/mm/lru_gen/enabled")
    assert tree.exists("sys/kernel/mm/numa/demotion_enabled")


def test_evidence_says_why_there_is_no_value(tree: Tree) -> None:
    shown = {
        path: tree.evidence(path).value
        for path in ("sys/bus/dax/devices/dax0.0/driver", "proc/kpageflags", "sys/kernel/debug/sched", "proc/zoneinfo")
    }
    assert list(shown.values()) == ["kmem", "cannot be read", "cannot be read", "is not there"]
