"""Show how jobs fill bins and what they leave over, as a picture and as text.

A bin is a node or the whole machine; it is drawn as a bar of cores and a bar of memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from viz.analysis.stranding import Amount, Packing, stranding
from viz.topology import Topology
from viz.wording import counted

MAX_DRAWN, MAX_SEGMENTS = 64, 24
"""The largest numbers of bins in a picture, and of jobs in a bar that have a segment each; more jobs share one."""
LABEL, BAR, HEIGHT, GAP, ROW = 92, 380, 18, 4, 62
"""In the picture's units: the widths of labels and of the longest bar, and the heights of a bar, a gap and a row."""
MIN_NUMBERED = 14
"""The least width of a segment that shows its number."""
DECIMAL, BINARY = ("GB", 10**9), ("GiB", 2**30)
"""The units for sizes of memory: the name and the number of bytes."""


def bins(topology: Topology) -> dict[int, Amount]:
    """Return the cores and the memory of each node that is online."""
    return {n.id: Amount(n.cpu_count, n.memory if n.has_memory else 0) for n in topology.nodes if n.online}


def packings(topology: Topology, job: Amount, unit: tuple[str, int]) -> dict[str, Any]:
    """Return the packings without and with walls between nodes, ready for JSON, with pictures; memory is in bytes."""
    nodes = bins(topology)
    whole = Amount(sum(node.cores for node in nodes.values()), sum(node.memory for node in nodes.values()))
    open_, walled = stranding(list(nodes.values()), job)
    cases = ((["the machine"], [whole], open_), ([f"node {node}" for node in nodes], list(nodes.values()), walled))
    return {
        key: packing_json(packing)
        | {"told": text(packing, unit), "bins": picture(names, sizes, packing, job, unit, whole)}
        for key, (names, sizes, packing) in zip(("open", "walled"), cases, strict=True)
    }


def packing_json(packing: Packing) -> dict[str, int]:
    """Return how many jobs run and what is left over, ready for JSON; memory is in bytes."""
    return {"jobs": packing.jobs, "cores": packing.stranded.cores, "memory": packing.stranded.memory}


def unit_of(memory: str) -> tuple[str, int]:
    """Return the unit for sizes: decimal if the text of a size uses a decimal unit, else binary."""
    return DECIMAL if memory.strip()[-1:] == "B" and memory.strip()[-2:-1] not in ("i", "") else BINARY


def text(packing: Packing, unit: tuple[str, int]) -> str:
    """Return a sentence such as "3 jobs; 2 cores and 1 GB left over"."""
    return f"{counted(packing.jobs, 'job')}; {left(packing.stranded, unit)} left over"


def left(rest: Amount, unit: tuple[str, int]) -> str:
    """Return text such as "2 cores and 1 GB"."""
    return f"{counted(rest.cores, 'core')} and {size(rest.memory, unit)}"


def size(memory: int, unit: tuple[str, int]) -> str:
    """Return text such as "1 GB" or "0.3 GiB"."""
    name, bytes_ = unit
    return f"{memory / bytes_:.1f}".removesuffix(".0") + f" {name}"


def picture(
    names: Sequence[str],
    sizes: Sequence[Amount],
    packing: Packing,
    job: Amount,
    unit: tuple[str, int],
    longest: Amount,
) -> str:
    """Return the bins as the text of an SVG element; a bar of the `longest` amount is as wide as the picture."""
    bins_shown = list(zip(names, sizes, packing.bins, strict=True))[:MAX_DRAWN]
    svg = Element("svg", {"class": "bins", "role": "img", "viewBox": f"0 0 {LABEL + BAR + 8} {ROW * len(bins_shown)}"})
    SubElement(svg, "title").text = f"{text(packing, unit)}; {len(sizes)} bins"
    for row, (name, whole, (jobs, rest)) in enumerate(bins_shown):
        y = ROW * row
        _text(svg, name, 0, y + HEIGHT - 4, "bin-name")
        _text(svg, f"{counted(jobs, 'job')}, {left(rest, unit)} left", LABEL, y + 2 * HEIGHT + GAP + 14, "bin-rest")
        bars = (
            (whole.cores, longest.cores or 1, job.cores, counted(whole.cores, "core")),
            (whole.memory, longest.memory or 1, job.memory, size(whole.memory, unit)),
        )
        for index, (amount, most, per_job, label) in enumerate(bars):
            _bar(svg, y + index * (HEIGHT + GAP), BAR * amount / most, jobs, BAR * per_job / most, label)
    return tostring(svg, encoding="unicode")


def _bar(svg: Element, y: float, width: float, jobs: int, per_job: float, label: str) -> None:
    """Draw a bar with a segment for each job; if there are more than MAX_SEGMENTS jobs, one segment stands for all."""
    group = SubElement(svg, "g")
    SubElement(group, "title").text = label
    _rect(group, LABEL, y, width, "bin-left")
    together = jobs > MAX_SEGMENTS
    segment = jobs * per_job if together else per_job
    for number in range(1 if together else jobs):
        _rect(group, LABEL + number * segment, y, segment, "bin-job")
        if segment > MIN_NUMBERED:
            text = f"{jobs} jobs" if together else str(number + 1)
            _text(group, text, LABEL + number * segment + 5, y + HEIGHT - 5, "bin-number")


def _rect(parent: Element, x: float, y: float, width: float, css_class: str) -> None:
    box = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": str(HEIGHT), "class": css_class}
    SubElement(parent, "rect", box)


def _text(parent: Element, text: str, x: float, y: float, css_class: str) -> None:
    SubElement(parent, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": css_class}).text = text
