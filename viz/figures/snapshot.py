"""Draw a step as an SVG file that needs no other file and no CSS, so that programs other than browsers can draw it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from viz.figures.css_classes import mark
from viz.figures.frame import Look, Theme, Words, document, parsed
from viz.figures.plain_svg import make_plain
from viz.figures.stage import stage
from viz.topology import Topology
from viz.trace.model import Trace


def snapshot(
    topology: Topology, trace: Trace, step: int, theme: Theme = "light", frame: bool = True, transparent: bool = False
) -> str:
    """Return one step of a trace as the text of an SVG file."""
    picture = bare_stage(topology, trace)
    mark(picture, trace, step)
    look = Look(theme, frame, transparent)
    make_plain(picture, look.values)
    return document(picture, words_of(topology, trace, step), look)


def bare_stage(topology: Topology, trace: Trace) -> Element:
    """Return the stage without its title and role, since the file that it is put into has these."""
    picture = parsed(stage(topology, trace))
    picture.attrib.pop("role")
    picture.remove(picture[0])
    return picture


def words_of(topology: Topology, trace: Trace, step: int) -> Words:
    """Return the words that stand around the picture of a step."""
    where = step_text(trace, step)
    below = f"{where}; {run_text(topology, trace.kernel, trace.zonelists)}"
    return Words(trace.title, trace.at("sentence", step), below, f"{trace.title}: {where}")


def step_text(trace: Trace, step: int) -> str:
    """Return which step it is, of how many, and in which pass."""
    number = trace.at("pass", step)
    return f"step {step} of {trace.length - 1}{f', pass {number}' if number else ''}"


def run_text(topology: Topology, kernel: str, zonelists: str) -> str:
    """Return the kernel of a run, and where its node_load[] is from."""
    loads = "node_load as given" if topology.node_load is not None else f"zonelists {zonelists}"
    return f"kernel {kernel}, {loads}"
