"""Tree: what was read of a machine's /sys and /proc, by path, and what could not be read.

A path has no slash at its beginning, as in viz.doctor.paths. A file that is not in a tree was missing on
the machine, or was left out by whoever copied the files; is_whole says which of the two the doctor assumes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from viz.doctor.paths import NODES, expression
from viz.topology.errors import printable

MAX_FILE = 4 * 2**20
"""The largest number of bytes read from a file; /proc/zoneinfo of a machine with 1000 CPUs has about a million."""
MAX_FILES = 100_000
MAX_ALL = 64 * 2**20
"""The largest number of bytes read from all files."""
MAX_VALUE = 160
"""The largest number of characters of a value that is shown as evidence."""


@dataclass(frozen=True)
class Evidence:
    """A piece of evidence: the path of a file on the machine, and the file's value on one line."""

    path: str
    value: str


@dataclass
class Tree:
    """The files, links and folders of a machine, as far as the doctor reads them."""

    files: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    """The target of each symbolic link, by the link's path; only links to drivers are kept."""
    folders: set[str] = field(default_factory=set)
    denied: dict[str, str] = field(default_factory=dict)
    """For each path that is there and cannot be read: the reason."""
    hidden: set[str] = field(default_factory=set)
    """Paths of which nobody can tell whether they are there, because a folder above them cannot be read."""
    notes: list[str] = field(default_factory=list)
    """Sentences on what was left out."""
    is_selection: bool = False
    """Whether somebody chose the files, so that a missing file says nothing about the machine."""
    named: dict[str, str] = field(default_factory=dict)
    """For a path whose content does not come from such a file: the name that evidence shows instead of the path."""
    _size: int = 0

    def add(self, path: str, content: str) -> bool:
        """Store a file; return False, and store nothing, if there are too many files or bytes."""
        if len(self.files) >= MAX_FILES or self._size + len(content) > MAX_ALL:
            note = f"Only the first {len(self.files)} files were read."
            self.notes += [] if note in self.notes else [note]
            return False
        self.files[path] = content.replace("\0", "").strip("\n")
        self._size += len(content)
        self.add_folder(path.rpartition("/")[0])
        return True

    def add_folder(self, path: str) -> None:
        """Store a folder and all folders above it."""
        while path and path not in self.folders:
            self.folders.add(path)
            path = path.rpartition("/")[0]

    def exists(self, path: str) -> bool:
        """Return whether a file or a folder with this path is there, even if it cannot be read."""
        return path in self.files or path in self.folders or path in self.links or path in self.denied

    def is_denied(self, path: str) -> bool:
        """Return whether the path or a folder above it cannot be read."""
        while path:
            if path in self.denied or path in self.hidden:
                return True
            path = path.rpartition("/")[0]
        return False

    @property
    def is_empty(self) -> bool:
        """Return whether nothing of a machine was found."""
        return not (self.files or self.links or self.denied or self.hidden or self.folders)

    @property
    def is_whole(self) -> bool:
        """Return whether the tree holds so much that a file that is not in it is taken to be missing on the machine.

        A copy of the nodes' folder alone, or of /proc alone, says nothing about other files.
        """
        nodes = any(path.startswith(f"{NODES}/") for path in self.files)
        if self.is_selection:
            return False
        sys = any(path.startswith("sys/kernel/") for path in self.folders)
        proc = any(path.startswith("proc/") for path in self.files)
        return sys or (nodes and proc)

    def lacks(self, path: str) -> bool:
        """Return whether the machine is known to have no such file or folder."""
        return self.is_whole and not self.exists(path) and not self.is_denied(path)

    def text(self, path: str) -> str | None:
        """Return the contents of a file without blanks around them; None if there is none that can be read."""
        content = self.files.get(path)
        return None if content is None else content.strip()

    def number(self, path: str) -> int | None:
        """Return the whole number that a file holds; None if it holds something else."""
        text = self.text(path)
        return int(text) if text is not None and re.fullmatch(r"-?[0-9]{1,18}", text, re.ASCII) else None

    def matches(self, pattern: str) -> Iterator[tuple[re.Match[str], str]]:
        """Yield the match and the path of each file that matches a pattern of viz.doctor.paths, in order of numbers."""
        form = re.compile(expression(pattern).replace("[0-9]{1,10}", "([0-9]{1,10})"))
        found = [(match, path) for path in self.files if (match := form.fullmatch(path))]
        yield from sorted(found, key=lambda pair: (*map(int, pair[0].groups()), pair[1]))

    def evidence(self, path: str, value: str | None = None) -> Evidence:
        """Return a file as evidence: its contents, or `value` if only a part of them matters."""
        if value is None:
            value = self.links.get(path, self.text(path))
        if value is None:
            value = "cannot be read" if self.is_denied(path) else "is not there"
        return Evidence(self.named.get(path, f"/{path}"), printable(" ".join(value.split()), MAX_VALUE))
