"""Read /proc/zoneinfo: the free pages and the watermarks of each zone, and whether kswapd of a node has given up.

Node 0, zone   Normal
  pages free     345924
        min      11605
        ...
        protection: (0, 0, 0, 0, 0)
  node_unreclaimable:  0
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

ZONE = re.compile(r"\s*Node\s+([0-9]{1,5}), zone\s+(\w{1,20})\s*")
"""The pattern of the line with which a zone begins."""
_SIZE = re.compile(r"\s*(?:pages )?(free|min|low|high|promo|managed|present)\s+([0-9]{1,18})\s*")
_PROTECTION = re.compile(r"\s*protection: \(([0-9, ]{0,400})\)\s*")
_UNRECLAIMABLE = re.compile(r"\s*node_unreclaimable:\s+([01])\s*")


@dataclass
class Zone:
    """A zone of a node. Its sizes are in pages; a size that the file does not have is None."""

    node: int
    name: str
    free: int | None = None
    min: int | None = None
    low: int | None = None
    high: int | None = None
    promo: int | None = None
    managed: int | None = None
    present: int | None = None
    protection: list[int] = field(default_factory=list)
    unreclaimable: bool | None = None
    """Whether kswapd of the node has given up."""

    @property
    def is_populated(self) -> bool:
        """Return whether the zone has pages that can be allocated."""
        size = self.managed if self.managed is not None else self.present
        return (size is None or size > 0) and self.free is not None and self.high is not None and self.name != "Device"

    @property
    def reserve(self) -> int:
        """Return the pages that allocations of movable memory leave alone here, because higher zones can serve them."""
        return max(self.protection, default=0)

    def words(self) -> str:
        """Return the zone, its free pages and its watermarks on one line."""
        pairs = ((name, getattr(self, name)) for name in ("free", "min", "low", "high", "promo"))
        figures = ", ".join(f"{name} {value}" for name, value in pairs if value is not None)
        return f"Node {self.node}, zone {self.name}: {figures}"


def zones_of(text: str) -> list[Zone]:
    """Return all zones in the text of /proc/zoneinfo; lines that are not understood are left out."""
    zones: list[Zone] = []
    for line in text.splitlines():
        found = ZONE.fullmatch(line)
        if found:
            zones.append(Zone(int(found[1]), found[2]))
        elif zones:
            _take(zones[-1], line)
    return zones


def _take(zone: Zone, line: str) -> None:
    if found := _SIZE.fullmatch(line):
        if getattr(zone, found[1]) is None:  # a name that comes again in a zone is ignored
            setattr(zone, found[1], int(found[2]))
    elif found := _PROTECTION.fullmatch(line):
        zone.protection = [int(word) for word in found[1].replace(",", " ").split() if len(word) < 19]
    elif found := _UNRECLAIMABLE.fullmatch(line):
        zone.unreclaimable = found[1] == "1"


def gave_up(zones: Iterable[Zone]) -> dict[int, bool]:
    """Return by node whether its kswapd has given up; a node whose zones do not say so is left out."""
    found: dict[int, bool] = {}
    for zone in zones:
        if zone.unreclaimable is not None:
            found[zone.node] = found.get(zone.node, False) or zone.unreclaimable
    return found
