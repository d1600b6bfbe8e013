"""Read the built-in stories and talks, one file each in topologies/stories/ and topologies/talks/."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from viz.resources import stories, talks
from viz.stories.resolved import ResolvedStory, resolved
from viz.stories.resolved_talk import ResolvedTalk, resolved_talk
from viz.stories.story import GROUPS, Story, read_story
from viz.topology import TopologyError
from viz.topology.errors import shown


def story_names() -> list[str]:
    """Return the ids of the built-in stories in alphabetical order."""
    return sorted(path.stem for path in stories().glob("*.toml"))


def builtin_stories() -> dict[str, Story]:
    """Return the built-in stories by id, group by group in the order of the gallery."""
    paths = [stories() / f"{name}.toml" for name in story_names()]
    found = {path.stem: _read(path, path.stat().st_mtime_ns) for path in paths}
    return dict(sorted(found.items(), key=lambda item: (GROUPS.index(item[1].group), item[1].order, item[0])))


def builtin_story(name: str) -> ResolvedStory:
    """Return the built-in story with this id, with its runs and steps; raise TopologyError if there is none."""
    if name not in story_names():  # this also keeps a name such as "../x" from being used as a path
        raise TopologyError(f"{shown(name)} is no built-in story")
    path = stories() / f"{name}.toml"
    return _resolved(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(path: Path, _modified: int) -> Story:
    """Return the story in a file. `_modified` is part of the cache's key, so a changed file is read again."""
    return read_story(path.read_text(encoding="utf-8"), path.name)


@lru_cache(maxsize=256)
def _resolved(path: Path, modified: int) -> ResolvedStory:
    return resolved(_read(path, modified), path.name)


def talk_names() -> list[str]:
    """Return the ids of the built-in talks in alphabetical order."""
    return sorted(path.stem for path in talks().glob("*.toml"))


def builtin_talk(name: str) -> ResolvedTalk:
    """Return the built-in talk with this id, with its runs and steps; raise TopologyError if there is none."""
    if name not in talk_names():  # this also keeps a name such as "../x" from being used as a path
        raise TopologyError(f"{shown(name)} is no built-in talk")
    path = talks() / f"{name}.toml"
    return _resolved_talk(path, path.stat().st_mtime_ns)


def story_as_talk(name: str) -> ResolvedTalk:
    """Return the built-in story with this id as a talk; raise TopologyError if there is none."""
    if name not in story_names():
        raise TopologyError(f"{shown(name)} is no built-in story")
    return resolved_talk((stories() / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


@lru_cache(maxsize=16)
def _resolved_talk(path: Path, _modified: int) -> ResolvedTalk:
    return resolved_talk(path.read_text(encoding="utf-8"), path.name)
