"""Read from a kernel's log what it says about demotion."""

from __future__ import annotations

import re
from functools import cached_property

from viz.kernel.nodemask import NodeMask
from viz.topology.printed_targets import TARGETS

_MISMATCH = re.compile(r"the performance of DRAM node ([0-9]{1,5}) mismatches[^\n]{0,80}")
_BOOT = re.compile(r"^.{0,80}?Linux version [0-9]", re.MULTILINE)
_BEGINS = re.compile(
    r"Linux version [0-9]|Fallback order for Node|Built [0-9]{1,5} zonelists|Demotion targets for Node"
)


class KernelWords:
    """A kernel's log from its last boot on, and what checks look for in it; `text` is None if there is no log."""

    def __init__(self, text: str | None) -> None:
        boots = [found.start() for found in _BOOT.finditer(text or "")]
        self.text = text if text is None or not boots else text[boots[-1] :]

    @property
    def is_known(self) -> bool:
        """Return whether there is a log."""
        return self.text is not None

    @cached_property
    def reaches_boot(self) -> bool:
        """Return whether the log still has lines from boot, so that a line that is missing was never printed."""
        return _BEGINS.search(self.text or "") is not None

    @cached_property
    def mismatch(self) -> str:
        """Return the line that says that DRAM nodes differ too much; "" if there is none."""
        found = _MISMATCH.search(self.text or "")
        return found[0] if found else ""

    @cached_property
    def targets(self) -> dict[int, tuple[list[int], list[int]]]:
        """Return for each node its preferred targets and all slower nodes, as the kernel printed them last."""
        found: dict[int, tuple[list[int], list[int]]] = {}
        for match in TARGETS.finditer(self.text or ""):
            try:
                preferred = list(NodeMask.parse((match[2] or "").strip(",")))
                lower = list(NodeMask.parse((match[3] or match[2] or "").strip(",")))
                found[int(match[1])] = (preferred, lower)
            except ValueError:
                continue
        return found
