"""Read a Tree from a folder: the root of this machine, or a copy of another machine's files.

Nothing outside the folder is read. Only regular files are opened, and none of them can make the reader wait.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from viz.doctor.paths import CGROUP_FILES, CGROUPS, DAX, NODES, PATTERNS, alternatives, expression
from viz.doctor.tree import MAX_FILE, Tree

MAX_ENTRIES = 200_000
"""The largest number of names that are looked at in one folder."""
HIERARCHIES = ("", "unified", "cpuset", "memory")
"""Where the tree of cgroups may be, below /sys/fs/cgroup. The first two are for version 2, the others for version 1."""
_PIECE = 2**16
_MOUNTS = (("", ("sys", "proc")), ("sys", ("devices/system/node", "kernel/mm")), (NODES, ("node0",)))
"""Where on a machine a given folder may belong, and names in the folder that show that it belongs there."""


def read_folder(top: Path, cgroup: str | None = None, patterns: Sequence[str] = PATTERNS) -> Tree:
    """Return the files in a folder: a root with sys and proc, a copy of /sys, or a folder that holds one of these.

    `cgroup` is the path of a cgroup below /sys/fs/cgroup whose files are read, too.
    """
    base, mount = _base(top)
    reader = _Reader(base, mount)
    for pattern in patterns:
        for each in alternatives(pattern):
            reader.take(each)
    for folder in cgroup_folders(cgroup) if cgroup is not None else ():
        for name in CGROUP_FILES:
            reader.take(f"{folder}/{name}", as_it_is=True)
    return reader.tree


def cgroup_folders(cgroup: str) -> Iterator[str]:
    """Yield the folders where a cgroup and then each cgroup above it may be, in version 2 and in version 1."""
    parts = [part for part in cgroup.split("/") if part]
    for depth in range(len(parts), -1, -1):
        for hierarchy in HIERARCHIES:
            yield "/".join([CGROUPS, *([hierarchy] if hierarchy else []), *parts[:depth]])


def _base(top: Path) -> tuple[Path, str]:
    """Return the folder to read, and where on a machine it belongs."""
    for folder in (top, *_only_folder(top)):
        for mount, signs in _MOUNTS:
            if any(os.path.lexists(folder / sign) for sign in signs):
                return folder, mount
    return top, ""


def _only_folder(top: Path) -> Sequence[Path]:
    """Return the only folder within a folder, such as one that an archive was unpacked to; [] if there are several."""
    try:
        with os.scandir(top) as entries:
            folders = [Path(entry.path) for entry, _ in zip(entries, range(100), strict=False) if entry.is_dir()]
    except OSError:
        return []
    return folders if len(folders) == 1 else []


@dataclass
class _Reader:
    base: Path
    mount: str
    tree: Tree = field(default_factory=Tree)
    _names: dict[str, list[str]] = field(default_factory=dict)
    _inside: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._real_base = os.path.realpath(self.base)

    def take(self, pattern: str, as_it_is: bool = False) -> None:
        """Read all files below the root that match a pattern; with `as_it_is`, a "#" in the pattern is no wildcard."""
        if self.mount and not pattern.startswith(f"{self.mount}/"):
            return
        parts = pattern.removeprefix(f"{self.mount}/").split("/") if self.mount else pattern.split("/")
        for path in self._expanded("", parts, as_it_is):
            if not self._take_file(path):
                return

    def _on_machine(self, path: str) -> str:
        return f"{self.mount}/{path}" if self.mount and path else self.mount or path

    def _expanded(self, folder: str, parts: list[str], as_it_is: bool) -> Iterator[str]:
        """Yield the paths below the base that match a pattern; the last part of a path may not exist."""
        name, *rest = parts
        if folder and not self._is_folder(folder):
            return
        if "#" in name and not as_it_is:
            form = re.compile(expression(name))
            names = [each for each in self._entries(folder) if form.fullmatch(each)]
        else:
            names = [name]
        for each in names:
            path = f"{folder}/{each}" if folder else each
            if rest:
                yield from self._expanded(path, rest, as_it_is)
            else:
                yield path

    def _is_folder(self, path: str) -> bool:
        machine = self._on_machine(path)
        if machine in self.tree.folders:
            return True
        mode = self._mode(path)
        if mode is not None and stat.S_ISDIR(mode) and self._is_inside(path):
            self.tree.add_folder(machine)
            return True
        return False

    def _mode(self, path: str) -> int | None:
        """Return the mode of the file at the path, which holds its kind; None if there is none or nobody can tell."""
        try:
            return (self.base / path).stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError):
            self.tree.hidden.add(self._on_machine(path))
            return None

    def _is_inside(self, path: str) -> bool:
        """Return whether a path stays within the base, whatever symbolic links lead to."""
        if path not in self._inside:
            above = path.rpartition("/")[0]
            is_inside = not above or self._is_inside(above)
            if is_inside and (self.base / path).is_symlink():
                real = os.path.realpath(self.base / path)
                is_inside = self._real_base == "/" or real.startswith(f"{self._real_base}/")
            self._inside[path] = is_inside
        return self._inside[path]

    def _entries(self, folder: str) -> list[str]:
        if folder not in self._names:
            self._names[folder] = []
            try:
                with os.scandir(self.base / folder) as entries:
                    names = [entry.name for entry, _ in zip(entries, range(MAX_ENTRIES), strict=False)]
                self._names[folder] = sorted(names, key=lambda name: (len(name), name))
            except OSError as error:
                self._note_denied(self._on_machine(folder), error)
        return self._names[folder]

    def _take_file(self, path: str) -> bool:
        """Read one file; return False once the tree can hold no more."""
        machine, file = self._on_machine(path), self.base / path
        try:
            if machine.startswith(DAX) and machine.endswith("/driver") and file.is_symlink():
                self.tree.links[machine] = str(file.readlink())
                return True
            mode = self._mode(path)
            if mode is None or not stat.S_ISREG(mode) or not self._is_inside(path):
                return True
            return self.tree.add(machine, _content(file))
        except OSError as error:
            self._note_denied(machine, error)
            return True

    def _note_denied(self, machine: str, error: OSError) -> None:
        """Record that a path exists and cannot be read; a file that has just been removed is not recorded."""
        if not isinstance(error, FileNotFoundError):
            self.tree.denied[machine] = error.strerror or "cannot be read"


def _content(file: Path) -> str:
    """Return the first MAX_FILE bytes of a regular file.

    The file is opened without waiting, in case it has become a FIFO since it was looked at. It is read in small pieces:
    Linux allocates as much memory as a read of /proc/sys requests, and refuses a large read.
    """
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    with os.fdopen(descriptor, "rb", buffering=0) as opened:
        content = bytearray()
        while stat.S_ISREG(os.fstat(descriptor).st_mode) and len(content) < MAX_FILE:
            piece = opened.read(min(_PIECE, MAX_FILE - len(content)))
            if not piece:
                break
            content += piece
        return content.decode("utf-8", "replace")
