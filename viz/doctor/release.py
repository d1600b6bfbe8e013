"""Read the release of a machine's kernel, on which checks depend."""

from __future__ import annotations

import re
from dataclasses import dataclass

from viz.kernel.releases import RELEASE, UnknownVersion, version
from viz.kernel.versions import Version
from viz.topology.errors import printable

_IN_VERSION = re.compile(r"Linux version (\S{1,100})")
_MGLRU_BUG = range(11)
_NEWEST = "7.3"
"""The release that is computed in place of one that has no row in the table of versions."""


@dataclass(frozen=True)
class Release:
    """A release of Linux: "6.12.117+deb13-amd64" is 6.12, and 117 of its stable series."""

    text: str
    number: tuple[int, int]
    stable: int | None
    """None if it is unknown. A distribution's 6.12.0-55.el10 may have the fixes of any stable release of 6.12."""

    @classmethod
    def parse(cls, text: str) -> Release | None:
        """Return the release that a text begins with; None if it begins with none."""
        found = RELEASE.match(text.strip().lower()[:100])
        if found is None:
            return None
        stable = int(found["stable"]) if found["stable"] else None
        if stable == 0 and found["build"]:
            stable = None
        return cls(printable(text.strip(), 100), (int(found[1]), int(found[2])), stable)

    @classmethod
    def of_files(cls, proc_version: str | None, osrelease: str | None) -> Release | None:
        """Return the release that /proc/version or /proc/sys/kernel/osrelease names; None if neither names one."""
        found = _IN_VERSION.search((proc_version or "")[:4096])
        for text in (found[1] if found else "", (osrelease or "")[:100]):
            if release := cls.parse(text):
                return release
        return None

    @property
    def has_mglru_bug(self) -> bool:
        """Return whether the release is or, if its stable release is not known, may be one of 6.12.0 to 6.12.10.

        In these MGLRU does not count the pages that it demotes.
        """
        return self.number == (6, 12) and (self.stable is None or self.stable in _MGLRU_BUG)

    @property
    def note(self) -> str:
        """Return a sentence if the release is newer than all that are known here; else ""."""
        if self.number <= tuple(map(int, _NEWEST.split("."))):
            return ""
        return f"Linux {self.text} is newer than all releases that are known here; it is taken as {_NEWEST}."

    def row(self) -> Version | None:
        """Return the row of the table of versions that computes the kernel's order; None for kernels before 5.15."""
        if self.number < (5, 15):
            return None
        name = ".".join(map(str, (*self.number, *([] if self.stable is None else [self.stable]))))
        try:
            return version(name)
        except UnknownVersion:
            return version(_NEWEST)
