"""Where a function of the kernel floor stands in Linux, as the last line of its docstring says, and as a link."""

from __future__ import annotations

import re
from typing import NamedTuple

ADDRESS = re.compile(r"(?P<file>[\w/-]+\.c), (?P<function>\w+)\(\) of (?P<where>patch 0[23]/10|v\d+\.\d+)")
ABSENT = "Not in Linux: "
"""How the last line begins where Linux has no such function; why it is there follows."""

MERGED = {"patch 02/10": "v5.15", "patch 03/10": "v5.15"}
"""The release that has what a patch of the series became (commits 79c28a416722 and 884a6e5d1f93)."""
TREE = "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree"


class Address(NamedTuple):
    """A function of Linux: its file, its name, and the release or patch that has it in this form."""

    file: str
    function: str
    where: str

    @property
    def tag(self) -> str:
        """The release whose source tree has it."""
        return MERGED.get(self.where, self.where)

    @property
    def link(self) -> str:
        """The file in the source tree at that tag."""
        return f"{TREE}/{self.file}?h={self.tag}"

    @property
    def told(self) -> str:
        """What the link leads to, in words."""
        merged = f", which merged {self.where}" if self.where in MERGED else ""
        return f"{self.file} of Linux {self.tag}{merged}"


def address_in(line: str) -> Address | None:
    """Return the address that a line holds and nothing else, or None."""
    found = ADDRESS.fullmatch(line.strip())
    return Address(**found.groupdict()) if found else None
