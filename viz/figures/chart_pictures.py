"""Draw the charts as SVG without a browser: the timeline of a run, and the distances between its nodes.

viz.figures.charts draws the same charts for the page, where they can be zoomed and pointed at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import ceil
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from viz.figures.box import Box
from viz.figures.charts import MAX_LABELS, MAX_NODES, TooLarge
from viz.figures.extent import fitted, text_width
from viz.figures.frame import Look, Words, document
from viz.figures.palette import mixed_with_panel
from viz.figures.plain_svg import BASELINE
from viz.figures.snapshot import run_text, step_text
from viz.figures.timeline_marks import SHARE, event_names, pass_spans
from viz.figures.timeline_roles import MASK_TONES, TIMELINE, Role, mask_spans, off_spans, roles_at
from viz.topology import Topology
from viz.trace.model import Trace

WIDTH, LEFT = 1120, 130
"""The width of a chart and of the names at its left, in units of the picture."""
ROW, MAX_ROWS = 24, 600
"""The height of a row, and the largest height of all rows of nodes."""
SMALLEST_ROW = 11
"""The least height of a row beside which its node's id can be written."""
MAX_STRETCHES = 20_000
"""The largest number of stretches of one role that a picture of a timeline shows; more would be finer than its dots."""
TEXT = 13
"""The font size of all texts."""
LINE = 22
"""The distance of two lines of the key."""
TICKS = 10
"""The largest number of steps that are named below the timeline."""
CELL = 46
"""The largest size of a cell of the matrix of distances."""


def chart_picture(name: str, topology: Topology, trace: Trace, look: Look, step: int | None = None) -> str:
    """Return the chart named "timeline" or "distances" as the text of an SVG file; `step` is marked on the timeline.

    Raise TooLarge if the run is too large to be read in it, KeyError if there is no chart of that name.
    """
    draw = PICTURES[name]
    if len(topology.nodes) > MAX_NODES:
        raise TooLarge(f"The charts show machines of up to {MAX_NODES} nodes; this one has {len(topology.nodes)}.")
    marked = step if name == "timeline" else None
    picture = draw(topology, trace, look, marked)
    where = "" if marked is None else f"{step_text(trace, marked)}; "
    sentence = "" if marked is None else trace.at("sentence", marked)
    below = f"{name}; {where}{run_text(topology, trace.kernel, trace.zonelists)}"
    return document(picture, Words(trace.title, sentence, below, f"{trace.title}: {name}"), look)


class Canvas:
    """An SVG element to which rectangles and texts of a chart are added."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.svg = Element("svg", {"font-family": look.values["sans"], "font-size": str(TEXT)})

    def rect(self, box: Box, fill: str, line: str = "none") -> None:
        """Add a rectangle."""
        x, y, width, height = (f"{value:.1f}" for value in box)
        paint = {"fill": fill, "stroke": line, "stroke-width": "1"}
        SubElement(self.svg, "rect", {"x": x, "y": y, "width": width, "height": height} | paint)

    def path(self, way: str, fill: str, line: str = "none", dash: str = "") -> None:
        """Add a path."""
        paint = {"fill": fill, "stroke": line, "stroke-width": "1"}
        SubElement(self.svg, "path", {"d": way} | paint | ({"stroke-dasharray": dash} if dash else {}))

    def text(self, text: str, x: float, middle: float, anchor: str = "start", tone: str = "ink") -> None:
        """Add a text at the middle of its line."""
        place = {"x": f"{x:.1f}", "y": f"{middle + BASELINE * TEXT:.1f}", "text-anchor": anchor}
        SubElement(self.svg, "text", place | {"fill": self.look.values[tone]}).text = text

    def role_colour(self, role: Role) -> str:
        """Return the colour of a role."""
        return mixed_with_panel(role.tone, self.look.theme == "dark", role.share)

    def key(self, colours: Iterable[tuple[str, str]], top: float) -> float:
        """Write each name beside its colour, in as many lines as they need; return where the next line begins."""
        x = float(LEFT)
        for name, fill in colours:
            if x > LEFT and x + 26 + text_width(name, TEXT) > WIDTH:
                x, top = float(LEFT), top + LINE
            self.rect(Box(x, top, 13, 13), fill, self.look.values["edge"])
            self.text(name, x + 19, top + 6.5)
            x += 40 + text_width(name, TEXT)
        return top + LINE

    def finish(self, width: float, height: float) -> Element:
        """Give the picture its size and return it."""
        self.svg.set("viewBox", f"0 0 {width:.0f} {height:.0f}")
        return self.svg


class Stretch(NamedTuple):
    """The steps at which a node keeps one role."""

    first: int
    end: int
    """The step after the last one."""
    role: Role


class Timeline:
    """A timeline that is filled from the top; `top` is the y position of the next row."""

    def __init__(self, trace: Trace, look: Look) -> None:
        self.trace = trace
        self.canvas = Canvas(look)
        self.top = 44.0
        self.row = min(ROW, MAX_ROWS / len(self.trace.nodes))

    def x(self, step: float) -> float:
        """Return the x position at which a step begins."""
        return LEFT + step * (WIDTH - LEFT) / self.trace.length

    def bar(self, first: int, end: int, height: float, fill: str, text: str = "", tone: str = "ink") -> None:
        """Add a bar over a stretch of steps to the row at `top`, with a text if the bar has room for it."""
        box = Box(self.x(first), self.top + 1, self.x(end) - self.x(first), max(1, height - 2))
        self.canvas.rect(box, fill)
        if text and height >= SMALLEST_ROW and text_width(text, TEXT) + 6 <= box.width:
            self.canvas.text(text, box.x + 3, box.centre[1], tone=tone)

    def name(self, text: str, height: float) -> None:
        """Write the name of the row at `top`."""
        self.canvas.text(fitted(text, LEFT - 10, TEXT)[0], LEFT - 8, self.top + height / 2, "end", "soft")


def timeline(_: Topology, trace: Trace, look: Look, step: int | None) -> Element:
    """Return the timeline: bars of the masks, the role of each node at each step, a frame for each pass."""
    line = Timeline(trace, look)
    canvas = line.canvas
    rows = _stretches(trace)
    for name in trace.masks:
        line.name(name, ROW)
        for first, end, value in mask_spans(trace, name):
            line.bar(first, end, ROW, look.values[MASK_TONES.get(name, "used-fill")], value)
        line.top += ROW
    line.name("demotion", ROW)
    for first, end in off_spans(trace):
        line.bar(first, end, ROW, look.values["edge"], "off", "panel")
    line.top += ROW + 8
    for row, (node, stretches) in enumerate(zip(trace.nodes, rows, strict=True)):
        if line.row >= SMALLEST_ROW or row % int(SMALLEST_ROW / line.row + 1) == 0:
            line.name(f"node {node}", line.row)
        for first, end, role in stretches:
            tone = "panel" if role is TIMELINE[-1] else "ink"
            line.bar(first, end, line.row, canvas.role_colour(role), role.word, tone)
        line.top += line.row
    _passes(line)
    _ticks(line, step)
    _key(line)
    return canvas.finish(WIDTH, line.top)


def _stretches(trace: Trace) -> list[list[Stretch]]:
    """Return for each node the stretches of a role other than "none"; raise TooLarge as soon as they are too many."""
    rows: dict[int, list[Stretch]] = {node: [] for node in trace.nodes}
    begun: dict[int, tuple[int, int]] = {}
    count = 0
    for step in range(trace.length + 1):
        roles = roles_at(trace, step) if step < trace.length else {}
        for node, (first, code) in [(node, one) for node, one in begun.items() if roles.get(node) != one[1]]:
            rows[node].append(Stretch(first, step, TIMELINE[code]))
            del begun[node]
        new = {node: (step, code) for node, code in roles.items() if code and node not in begun}
        begun |= new
        count += len(new)
        if count > MAX_STRETCHES:
            problem = f"A picture of a timeline shows up to {MAX_STRETCHES:,} stretches of one role"
            raise TooLarge(f"{problem}; this run has more.")
    return [rows[node] for node in trace.nodes]


def _passes(line: Timeline) -> None:
    """Draw a frame around the steps of each pass, with its number above, and the names of events above that."""
    trace, canvas = line.trace, line.canvas
    for first, last, number in pass_spans(trace):
        frame = Box(line.x(first), 42, line.x(last + 1) - line.x(first), line.top - 42)
        canvas.rect(frame, "none", canvas.look.values["edge"])
        text = f"pass {number}" if last - first > SHARE * trace.length else str(number)
        canvas.text(text, line.x(first) + 2, 32)
    for name in event_names(trace, WIDTH - LEFT):
        canvas.text(name["text"], line.x(name["x"] + 0.5), 12)


def _ticks(line: Timeline, step: int | None) -> None:
    """Write the numbers of some steps below the rows, and draw a line at the step that is marked."""
    canvas, length = line.canvas, line.trace.length
    for number in range(0, length, round_up(length / TICKS)):
        canvas.text(str(number), line.x(number + 0.5), line.top + 12, "middle", "soft")
    canvas.text("step", LEFT - 8, line.top + 12, "end", "soft")
    if step is not None:
        canvas.rect(Box(line.x(step + 0.5) - 1, 42, 2, line.top - 42), canvas.look.values["accent"])
    line.top += 24


def round_up(number: float) -> int:
    """Return the least of 1, 2, 5, 10, 20, 50, ... that is not below a number."""
    return next(size for size in _round_numbers() if size >= number)


def _round_numbers() -> Iterator[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _key(line: Timeline) -> None:
    """Write what each colour means."""
    colours = [(role.word, line.canvas.role_colour(role)) for role in TIMELINE]
    line.top = line.canvas.key(colours, line.top + 6) - 2


def distances(topology: Topology, _: Trace, look: Look, __: int | None) -> Element:
    """Return the matrix of distances, from the row's node to the column's."""
    rows = [[int(distance) for distance in row] for row in topology.distances]
    canvas, ids = Canvas(look), topology.ids
    cell = min(CELL, MAX_ROWS / len(ids))
    most, least = max(map(max, rows)), min(map(min, rows))
    left, top = 80, 46
    canvas.text("to node", left, 12, tone="soft")
    canvas.text("from node", 0, top - 14, tone="soft")
    every = ceil(24 / cell)
    for row, node in enumerate(ids):
        if row % every == 0:
            canvas.text(str(node), left - 8, top + (row + 0.5) * cell, "end")
            canvas.text(str(node), left + (row + 0.5) * cell, top - 14, "middle")
        for column, distance in enumerate(rows[row]):
            share = 0.5 * (distance - least) / (most - least or 1)
            colour = mixed_with_panel("accent", look.theme == "dark", share)
            box = Box(left + column * cell, top + row * cell, cell - 1, cell - 1)
            canvas.rect(box, colour)
            if len(ids) <= MAX_LABELS:
                canvas.text(str(distance), *box.centre, "middle")
    return canvas.finish(left + len(ids) * cell, top + len(ids) * cell)


PICTURES: dict[str, Callable[[Topology, Trace, Look, int | None], Element]] = {
    "timeline": timeline,
    "distances": distances,
}
