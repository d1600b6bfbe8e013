"""Remember the files that were named as kernels when the program was started, and read a file again when it changes.

A page, a link or a document can only use the name of a file that is remembered here; it cannot add a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from viz.kernel.rules.own_patch import WrongPatch, file_name, patched, read_patch
from viz.kernel.version import Version

_FILES: dict[str, Path] = {}
_EDITED: dict[str, Version] = {}
"""Versions with edited lines, by name. Only the worker of a browser has any."""
MOST_EDITED = 32
_LOADED: dict[str, tuple[tuple[int, int], Version]] = {}


def register(path: Path) -> str:
    """Remember a file, and return its name as a kernel; raise WrongPatch if another file has that name."""
    name, whole = file_name(path), path.resolve()
    if _FILES.setdefault(name, whole) != whole:
        raise WrongPatch(f"{name}: there are two files of that name; rename one")
    return name


def register_all(paths: Iterable[str]) -> None:
    """Remember the files that another process has registered, by their absolute paths."""
    for path in paths:
        register(Path(path))


def registered() -> tuple[str, ...]:
    """Return the absolute paths of all remembered files."""
    return tuple(map(str, _FILES.values()))


def is_registered(kernel: str) -> bool:
    """Return whether a kernel's name is that of a remembered file."""
    return kernel.strip(" ") in _FILES


def keep_edited(version: Version) -> None:
    """Remember a version with edited lines, so that it can be named as a kernel; the oldest of many are forgotten."""
    _EDITED.pop(version.name, None)
    _EDITED[version.name] = version
    while len(_EDITED) > MOST_EDITED:
        del _EDITED[next(iter(_EDITED))]


def forget_all() -> None:
    """Forget all files, and all versions with edited lines."""
    _EDITED.clear()
    _FILES.clear()
    _LOADED.clear()


def current(name: str, row_of: Callable[[str], Version]) -> Version | None:
    """Return the version that the present text of a file defines, or one with edited lines; None if none has this name.

    Raise WrongPatch if the file cannot be used.
    """
    path = _FILES.get(name)
    if path is None:
        return _EDITED.get(name)
    seen = _state(path)
    if name not in _LOADED or _LOADED[name][0] != seen:
        _LOADED.pop(name, None)
        _LOADED[name] = seen, patched(name, read_patch(path), row_of)
    return _LOADED[name][1]


def _state(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_mtime_ns, state.st_size


def mark(name: str) -> str:
    """Return a text that changes when the content of the named file changes; "" if no file has this name."""
    path = _FILES.get(name)
    if path is None:
        return ""
    try:
        return mark_of(read_patch(path))
    except WrongPatch as error:
        return str(error)


def mark_of(source: str) -> str:
    """Return the mark of a file that contains this text."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]
