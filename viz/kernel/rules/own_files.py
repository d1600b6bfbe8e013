"""Remember the files that the person who started the program has named as kernels, and read them again once changed.

A page, a link or a document can name such a kernel, by its name alone, once it is here. None can bring one here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from viz.kernel.rules.own_patch import WrongPatch, file_name, patched, read_patch
from viz.kernel.version import Version

_FILES: dict[str, Path] = {}
_LOADED: dict[str, tuple[tuple[int, int], Version]] = {}


def register(path: Path) -> str:
    """Remember a file, and return the name that it has as a kernel; raise WrongPatch if another has that name."""
    name, whole = file_name(path), path.resolve()
    if _FILES.setdefault(name, whole) != whole:
        raise WrongPatch(f"{name}: there are two files of that name; rename one")
    return name


def register_all(paths: Iterable[str]) -> None:
    """Remember files that another process has; their paths are whole."""
    for path in paths:
        register(Path(path))


def registered() -> tuple[str, ...]:
    """Return the paths of all files."""
    return tuple(map(str, _FILES.values()))


def is_registered(kernel: str) -> bool:
    """Return whether a name is that of a file."""
    return kernel.strip(" ") in _FILES


def forget_all() -> None:
    """Forget every file."""
    _FILES.clear()
    _LOADED.clear()


def current(name: str, row_of: Callable[[str], Version]) -> Version | None:
    """Return the version that the file of that name makes of its row, as it is on the disk now; None for no such file.

    Raise WrongPatch if the file cannot be used.
    """
    path = _FILES.get(name)
    if path is None:
        return None
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
    """Return a text that changes when the file of that name changes on the disk; "" for no such file."""
    path = _FILES.get(name)
    if path is None:
        return ""
    try:
        return mark_of(read_patch(path))
    except WrongPatch as error:
        return str(error)


def mark_of(source: str) -> str:
    """Return the mark of a file with this text."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]
