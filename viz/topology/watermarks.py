"""Watermarks: how many pages of a node should stay free, as a document gives them or /proc/zoneinfo prints them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainValidator, model_validator

from viz.topology import quantities as q
from viz.topology.errors import TopologyError
from viz.topology.strict_model import StrictModel
from viz.topology.zoneinfo import ZONE, zones_of

PAGE_SIZE = 4096
"""Bytes of a page; a kernel with larger ones has fewer pages, and smaller watermarks in pages."""
MAX_PAGES = q.MAX_BYTES // PAGE_SIZE

Pages = Annotated[int, PlainValidator(q.whole(0, MAX_PAGES))]


class Watermarks(StrictModel):
    """The watermarks of a node and how much memory it has, all in pages; the zones of a node are added up."""

    min: Pages
    low: Pages
    high: Pages
    promo: Pages
    """Where kswapd stops if numa_balancing is 2; the default is `high`."""
    managed: Pages
    free: Pages
    """Free pages at the start; the default is `managed`."""

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        given = {key: table[name] for key, name in (("promo", "high"), ("free", "managed")) if name in table}
        return given | table

    @model_validator(mode="after")
    def _in_order(self) -> Watermarks:
        if not self.min <= self.low <= self.high <= self.promo:
            marks = f"{self.min}, {self.low}, {self.high}, {self.promo}"
            raise TopologyError(f"min, low, high and promo must not fall, and are {marks}")
        if self.free > self.managed:
            raise TopologyError(f"free is {self.free}, more than the {self.managed} pages that are managed")
        return self


SIZES = ("free", "min", "low", "high", "promo", "managed")


def read_zoneinfo(text: str, name: str = "") -> dict[int, Watermarks]:
    """Return the watermarks of each node of a /proc/zoneinfo, its zones added up.

    A kernel before 5.18 prints no promo: then a node's promo is its high. TopologyError says what is missing.
    """
    zones = zones_of(text)
    if not zones:
        raise TopologyError("is no /proc/zoneinfo: no line is like 'Node 0, zone Normal'", name=name)
    sums: dict[int, dict[str, int]] = {}
    for zone in zones:
        node = sums.setdefault(zone.node, {})
        for key in SIZES:
            if (pages := getattr(zone, key)) is not None:
                node[key] = node.get(key, 0) + pages
    return {node: _checked(node, pages, name) for node, pages in sums.items() if pages.get("managed")}


def without_zoneinfo(text: str) -> str:
    """Return the text with the lines of a /proc/zoneinfo blanked: a zone's heading, and what is indented below it."""
    lines, inside = text.split("\n"), False
    for number, line in enumerate(lines):
        inside = bool(ZONE.fullmatch(line)) or (inside and line[:1] in (" ", "\t"))
        if inside:
            lines[number] = ""
    return "\n".join(lines)


def _checked(node: int, pages: dict[str, int], name: str) -> Watermarks:
    missing = [key for key in ("free", "min", "low", "high", "managed") if key not in pages]
    if missing:
        raise TopologyError(f"node {node} has no line for {', '.join(missing)}", name=name)
    pages["free"] = min(pages["free"], pages["managed"])  # the counters are read one after the other
    try:
        return Watermarks(**pages)
    except ValueError as error:
        raise TopologyError(f"node {node}: {error}", name=name) from None
