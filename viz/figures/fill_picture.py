"""Draw how full each node is over the ticks of a scenario as SVG, without a browser.

viz.figures.fill_chart draws the same chart for the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from xml.etree.ElementTree import Element

from viz.figures.box import Box
from viz.figures.chart_pictures import LEFT, TEXT, TICKS, WIDTH, Canvas, round_up
from viz.figures.extent import text_width
from viz.figures.fill_chart import ROW, SHARE, FillRow, FillRows, fill_rows, level
from viz.figures.frame import Look, Words, document
from viz.figures.palette import mixed_with_panel
from viz.figures.snapshot import run_text
from viz.pressure.outcome import Outcome

GAP = 8
"""The space between two rows, in units of the picture."""
DASHES = {"high": "", "low": "5 3", "min": "1.5 3"}


class NoTick(ValueError):
    """The error for a tick after the last one."""


def fill_picture(outcome: Outcome, look: Look, tick: int | None = None) -> str:
    """Return the chart as the text of an SVG file; `tick` is marked, and what is said of it stands below.

    Raise NoTick if the tick is after the last one.
    """
    run, title = outcome.run, outcome.scenario.title
    shown = fill_rows(outcome)
    if tick is not None and tick > shown.ticks[-1]:
        raise NoTick(f"there is no tick {tick}; the last one is {shown.ticks[-1]}")
    left_out = f", {len(shown.rows)} of {shown.nodes} nodes" if shown.nodes > len(shown.rows) else ""
    where = "" if tick is None else f"tick {tick} of {shown.ticks[-1]}; "
    said = [one.sentences for one in outcome.ticks if tick is not None and one.sentences and one.number <= tick]
    below = f"fill{left_out}; {where}{run_text(run.topology, run.version.name, run.zonelists)}"
    words = Words(f"{run.topology.title}: {title}", " ".join(said[-1]) if said else "", below, f"{title}: fill")
    return document(_Drawing(shown, look).drawn(tick), words, look)


class _Drawing:
    """The chart, which is filled from the top."""

    def __init__(self, shown: FillRows, look: Look) -> None:
        self.shown = shown
        self.canvas = Canvas(look)
        self.dark = look.theme == "dark"

    def x(self, tick: float) -> float:
        """Return the x position of a tick."""
        return LEFT + tick * (WIDTH - LEFT) / max(1, self.shown.ticks[-1])

    def drawn(self, tick: int | None) -> Element:
        """Return the picture with its rows, the numbers of ticks and the key."""
        canvas = self.canvas
        for place, (node, row) in enumerate(self.shown.rows.items()):
            top = place * (ROW + GAP)
            canvas.text(f"node {node}", LEFT - 8, top + ROW / 2, "end", "soft")
            self.row(row, top)
        end = len(self.shown.rows) * (ROW + GAP)
        if tick is not None:
            canvas.rect(Box(self.x(tick) - 1, 0, 2, end - GAP), canvas.look.values["accent"])
        for number in range(0, self.shown.ticks[-1] + 1, round_up(self.shown.ticks[-1] / TICKS)):
            canvas.text(str(number), self.x(number), end + 8, "middle", "soft")
        canvas.text("tick", LEFT - 8, end + 8, "end", "soft")
        return canvas.finish(WIDTH, self.key(end + 26))

    def row(self, row: FillRow, top: float) -> None:
        """Draw the layers and the watermarks of a node."""
        values, edges = self.canvas.look.values, [0.0] * len(self.shown.ticks)
        for name, tone in row.layers():
            above = self.stairs(row.tops[name], top)
            below = reversed(self.stairs(edges, top))
            way = "L".join(f"{x:.1f} {y:.1f}" for x, y in chain(above, below))
            self.canvas.path(f"M{way}z", mixed_with_panel(tone, self.dark, SHARE))
            edges = row.tops[name]
        for name, dash in DASHES.items():
            y = top + ROW * (1 - level(row.marks, getattr(row.marks, name)))
            self.canvas.path(f"M{LEFT} {y:.1f}H{WIDTH}", "none", values["ink"], dash)
        self.canvas.rect(Box(LEFT, top, WIDTH - LEFT, ROW), "none", values["edge"])

    def stairs(self, levels: Iterable[float], top: float) -> list[tuple[float, float]]:
        """Return the corners of a line that keeps each level until the next tick."""
        corners: list[tuple[float, float]] = []
        for tick, height in zip(self.shown.ticks, levels, strict=True):
            x, y = self.x(tick), top + ROW * (1 - height)
            if corners:
                corners.append((x, corners[-1][1]))
            corners.append((x, y))
        return corners

    def key(self, top: float) -> float:
        """Write what each colour and each line means; return where the picture ends."""
        canvas, values = self.canvas, self.canvas.look.values
        tones = dict(layer for row in self.shown.rows.values() for layer in row.layers())
        top = canvas.key(((name, mixed_with_panel(tone, self.dark, SHARE)) for name, tone in tones.items()), top)
        x = float(LEFT)
        for name, dash in DASHES.items():
            canvas.path(f"M{x:.1f} {top + 6.5:.1f}h24", "none", values["ink"], dash)
            canvas.text(f"{name} watermark", x + 30, top + 6.5)
            x += 50 + text_width(f"{name} watermark", TEXT)
        return top + 26
