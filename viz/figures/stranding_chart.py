"""Jobs in bins: what stranding leaves over, as a picture and as text. A bin is a bar of cores and a bar of memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from viz.analysis.stranding import Amount, Packing, stranding
from viz.topology import Topology
from viz.topology.shaped import counted

MAX_DRAWN, MAX_SEGMENTS = 64, 24
"""Bins in a picture; jobs in a bar that have a segment each, while more share one."""
LABEL, WIDE, HIGH, GAP, ROW = 92, 380, 18, 4, 62
ROOM = 14
"""How wide a segment is at least that has its number written in it."""
DECIMAL, BINARY = ("GB", 10**9), ("GiB", 2**30)


def bins(topology: Topology) -> dict[int, Amount]:
    """What each node that is online has of cores and memory."""
    return {n.id: Amount(n.cpu_count, n.memory if n.has_memory else 0) for n in topology.nodes if n.online}


def packings(topology: Topology, job: Amount, unit: tuple[str, int]) -> dict[str, Any]:
    """Both packings, JSON-ready, each with its bins drawn; memory in bytes."""
    nodes = bins(topology)
    whole = Amount(sum(node.cores for node in nodes.values()), sum(node.memory for node in nodes.values()))
    open_, walled = stranding(list(nodes.values()), job)
    shown = ((["the machine"], [whole], open_), ([f"node {node}" for node in nodes], list(nodes.values()), walled))
    return {
        key: told(packing) | {"told": text(packing, unit), "bins": picture(names, sizes, packing, job, unit)}
        for key, (names, sizes, packing) in zip(("open", "walled"), shown, strict=True)
    }


def told(packing: Packing) -> dict[str, int]:
    """How many jobs run and what is left over, JSON-ready."""
    return {"jobs": packing.jobs, "cores": packing.stranded.cores, "memory": packing.stranded.memory}


def unit_of(memory: str) -> tuple[str, int]:
    """The unit to tell sizes in: the decimal one for who asked in decimal units."""
    return DECIMAL if memory.strip()[-1:] == "B" and memory.strip()[-2:-1] not in ("i", "") else BINARY


def text(packing: Packing, unit: tuple[str, int]) -> str:
    """ "3 jobs; 2 cores and 1 GB are left over"."""
    return f"{counted(packing.jobs, 'job')}; {left(packing.stranded, unit)} left over"


def left(rest: Amount, unit: tuple[str, int]) -> str:
    """ "2 cores and 1 GB"."""
    return f"{counted(rest.cores, 'core')} and {size(rest.memory, unit)}"


def size(memory: int, unit: tuple[str, int]) -> str:
    """ "1 GB", "0.3 GiB"; whole numbers without a point."""
    name, bytes_ = unit
    return f"{memory / bytes_:.1f}".removesuffix(".0") + f" {name}"


def picture(names: Sequence[str], sizes: Sequence[Amount], packing: Packing, job: Amount, unit: tuple[str, int]) -> str:
    """The bins as an SVG element in text form; the longest bars are as wide as the picture."""
    shown = list(zip(names, sizes, packing.bins, strict=True))[:MAX_DRAWN]
    svg = Element("svg", {"class": "bins", "role": "img", "viewBox": f"0 0 {LABEL + WIDE + 8} {ROW * len(shown)}"})
    SubElement(svg, "title").text = f"{text(packing, unit)}; {len(sizes)} bins"
    most = Amount(max((s.cores for s in sizes), default=0) or 1, max((s.memory for s in sizes), default=0) or 1)
    for row, (name, has, (jobs, rest)) in enumerate(shown):
        y = ROW * row
        _text(svg, name, 0, y + HIGH - 4, "bin-name")
        _text(svg, f"{counted(jobs, 'job')}, {left(rest, unit)} left", LABEL, y + 2 * HIGH + GAP + 14, "bin-rest")
        for place, (what, of, each, label) in enumerate(
            (
                (has.cores, most.cores, job.cores, counted(has.cores, "core")),
                (has.memory, most.memory, job.memory, size(has.memory, unit)),
            )
        ):
            _bar(svg, y + place * (HIGH + GAP), WIDE * what / of, jobs, WIDE * each / of, label)
    return tostring(svg, encoding="unicode")


def _bar(svg: Element, y: float, wide: float, jobs: int, each: float, label: str) -> None:
    """A bar as wide as that: a segment a job, or one for all of many, then what is left over."""
    group = SubElement(svg, "g")
    SubElement(group, "title").text = label
    _rect(group, LABEL, y, wide, "bin-left")
    together = jobs > MAX_SEGMENTS
    step = jobs * each if together else each
    for number in range(1 if together else jobs):
        _rect(group, LABEL + number * step, y, step, "bin-job")
        if step > ROOM:
            words = f"{jobs} jobs" if together else str(number + 1)
            _text(group, words, LABEL + number * step + 5, y + HIGH - 5, "bin-number")


def _rect(parent: Element, x: float, y: float, width: float, name: str) -> None:
    box = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": str(HIGH), "class": name}
    SubElement(parent, "rect", box)


def _text(parent: Element, words: str, x: float, y: float, name: str) -> None:
    SubElement(parent, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": name}).text = words
