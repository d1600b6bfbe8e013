"""Answer the questions of the share dialog: pictures of the charts, and steps of the run as pictures that move."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from viz.analysis.run import Run
from viz.app.costs import FILL
from viz.app.pressure_questions import outcome_of, tick_of
from viz.app.service import Request
from viz.media import NoBackground, NoMedia, TooManyPixels
from viz.media.gif import gif
from viz.topology import Topology, TopologyError
from viz.trace.model import Trace

MAX_STILLS = 250
"""The largest number of single pictures of a GIF that a server makes; each takes about a twentieth of a second."""
GIF_WIDTH = 900
"""The width of a GIF in pixels."""


def picture(topology: Topology, question: Request) -> dict[str, Any]:
    """Return the chart that the question names, as an SVG file. Raise TopologyError if it cannot be drawn.

    The question has the "step" that is marked on the timeline, and the look: "theme", "frame" and "transparent". For
    the chart of how full nodes are it has a scenario and its "tick" instead, as the tool Pressure asks for them.
    """
    from viz.figures.chart_pictures import PICTURES, chart_picture  # late: few visitors ask this
    from viz.figures.charts import TooLarge
    from viz.figures.fill_picture import NoTick, fill_picture

    name = question.get("chart")
    if name == FILL:
        tick = None if question.get("tick") is None else tick_of(question)
        try:
            return {"svg": fill_picture(outcome_of(topology, question), look_of(question), tick)}
        except NoTick as error:
            raise TopologyError(str(error), "tick") from None
    if name not in PICTURES:
        raise TopologyError(f"is one of {', '.join((*PICTURES, FILL))}", "chart")
    trace = Run.of(topology, question.get("kernel"), question.get("zonelists")).trace()
    try:
        return {"svg": chart_picture(name, topology, trace, look_of(question), step_of(question, "step", trace))}
    except TooLarge as error:
        raise TopologyError(str(error)) from None


def animation(topology: Topology, question: Request) -> dict[str, Any]:
    """Return the steps from "first" to "last" as a picture that moves: "svg" as a text, or "gif" in base64.

    The question has the stride as a number, "stride", the "form" and the look. Raise TopologyError if it is too long.
    """
    from viz.figures.animated_svg import animated_svg, still_times, stills  # late: few visitors ask this
    from viz.figures.animated_svg import animation as animation_of
    from viz.figures.animation_frames import TooLong, frames

    trace = Run.of(topology, question.get("kernel"), question.get("zonelists")).trace()
    first, last = step_of(question, "first", trace), step_of(question, "last", trace)
    stride = question.get("stride")
    if last < first or stride not in (0, 1, 2, 3):
        raise TopologyError("is to be a step after the first one, with a stride from 0 to 3", "last")
    try:
        film = animation_of(topology, trace, frames(trace, first, last, stride), look_of(question))
        if question.get("form") != "gif":
            return {"svg": animated_svg(film)}
        if len(still_times(film)) > MAX_STILLS:
            raise TopologyError("These are too many pictures for a GIF from here; take fewer steps.")
        return {"gif": b64encode(gif(stills(film), GIF_WIDTH)).decode()}
    except (TooLong, TooManyPixels, NoBackground, NoMedia) as error:
        raise TopologyError(str(error)) from None


def look_of(question: Request) -> Any:
    """Return the Look that a question asks for."""
    from viz.figures.frame import Look

    dark = question.get("theme") == "dark"
    return Look("dark" if dark else "light", question.get("frame") is True, question.get("transparent") is True)


def step_of(question: Request, key: str, trace: Trace) -> int:
    """Return a step of the run that a question names; raise TopologyError if the run has no such step."""
    step = question.get(key)
    if type(step) is not int or not 0 <= step < trace.length:
        raise TopologyError(f"is to be a step from 0 to {trace.length - 1}", key)
    return step
