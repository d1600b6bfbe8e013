"""Find the function of Linux that a function of viz.kernel stands for, and link to its source.

The last line of a docstring in viz.kernel names the function of Linux: "mm/migrate.c, next_demotion_node() of v5.15".
"""

from __future__ import annotations

import re
from typing import NamedTuple

ADDRESS = re.compile(r"(?P<file>[\w/-]+\.c), (?P<function>\w+)\(\) of (?P<where>patch 0[23]/10|v\d+\.\d+)")
ABSENT = "Not in Linux: "
"""The last line of a docstring begins with this if Linux has no such function; the rest of the line says why."""

MERGED = {"patch 02/10": "v5.15", "patch 03/10": "v5.15"}
"""The release that each patch of the series was merged into (commits 79c28a416722 and 884a6e5d1f93)."""
TREE = "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree"


class Address(NamedTuple):
    """A function of Linux: its file, its name, and the release or patch (`where`) that has it in this form."""

    file: str
    function: str
    where: str

    @property
    def tag(self) -> str:
        """Return the release whose source tree has the function."""
        return MERGED.get(self.where, self.where)

    @property
    def link(self) -> str:
        """Return the URL of the file in the source tree of the release in `tag`."""
        return f"{TREE}/{self.file}?h={self.tag}"

    @property
    def description(self) -> str:
        """Return what the link leads to, in words."""
        merged = f", which merged {self.where}" if self.where in MERGED else ""
        return f"{self.file} of Linux {self.tag}{merged}"


def address_in(line: str) -> Address | None:
    """Return the address that the line consists of, or None if the line is anything else."""
    match = ADDRESS.fullmatch(line.strip())
    return Address(**match.groupdict()) if match else None
