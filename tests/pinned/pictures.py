"""Pictures: of steps, of runs that move, of charts, for telephones, for halls, and small ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import product
from textwrap import fill
from xml.etree import ElementTree

from tests.pinned.forms import WIDTH, checksum, markup
from viz.analysis.run import Run
from viz.figures.animated_svg import animated_svg, animation, picture_at, still_times
from viz.figures.animation_frames import frames
from viz.figures.box import Box
from viz.figures.card_sizes import DESKTOP, PHONE, hall_windows
from viz.figures.chart_pictures import chart_picture
from viz.figures.fill_picture import fill_picture
from viz.figures.frame import Look, Theme
from viz.figures.layout import lay_out
from viz.figures.orders import orders_stage
from viz.figures.panels import registers
from viz.figures.route import Head, route
from viz.figures.snapshot import snapshot
from viz.figures.stage import hall_stages, stage
from viz.figures.thumbnail import thumbnail
from viz.kernel.releases import version
from viz.kernel.versions import VERSIONS
from viz.pressure.outcome import Outcome
from viz.pressure.scenario import builtin_scenario
from viz.readers.report import change_of
from viz.topology import Topology, builtin, load

SHAPES = {
    "one-node": "1 socket: cpu+dram 64G",
    "six-sockets": "6 sockets: cpu+dram 64G, hbm 16G, cxl 256G; cross 21",
    "ten-sockets": "10 sockets: cpu+dram 64G; cross 21",
    "eight-sockets": "8 sockets: cpu+dram 64G, pmem 256G; cross 21",
    "24-sockets": "24 sockets: cpu+dram 64G, cxl 256G; cross 21",
    "52-sockets": "52 sockets: cpu+dram 64G, hbm 16G; cross 21",
}
"""Machines that are described in one line; the cards of the last three are small, in groups of many rows."""
NODES = ("cpu+dram 64G", "cpu+dram 64G, pmem 256G", "cpu+dram 64G, 2 x hbm 16G")
STEPS: dict[str, tuple[str, str | None, int, Theme, bool, bool]] = {
    "scan": ("two-sockets-three-classes", None, 24, "light", True, False),
    "scan-before-v5.18": ("two-sockets-refused-target", "v5.17", 12, "light", True, False),
    "end-bare-dark": ("two-sockets-three-classes", None, -1, "dark", False, False),
    "end-transparent": ("one-socket-hbm-and-pmem", "v6.1", -1, "light", False, True),
    "barrier": ("losing-a-node", None, 73, "light", True, False),
    "memory-gone": ("losing-a-node", None, 110, "dark", True, False),
    "not-yet-online": ("binding-pmem", None, 0, "light", True, False),
    "zonelists": ("stale-loads", "v5.15", 6, "light", True, False),
    "cgroup": ("two-sockets-three-classes on 0,2-3", "v7.0", -1, "light", True, False),
    "tiers": ("gpu-with-empty-nodes", "v6.16", 9, "dark", True, False),
    "eleven-nodes": ("cpus-apart-from-memory", None, 40, "light", True, False),
    "cells": ("sixteen-cells-one-memory", None, 60, "light", True, False),
    "several-targets": ("optane-four-clusters", "v6.0", -1, "light", True, False),
}
"""Pictures of steps: machine, version, step, theme, whether it has a frame, whether it has no background."""
STAGES = (
    ("two-sockets-three-classes", None, True),
    ("boot-or-runtime", "v5.16", True),
    ("ten-sockets", "v6.1", True),
    ("six-sockets", None, False),
    ("24-sockets", None, False),
)
"""Stages without a step: machine, version, whether the window is narrow."""
LAID_OUT = [f"{count} sockets: {nodes}; cross 21" for count in (1, 2, 3, 5, 7, 12) for nodes in NODES]
LAID_OUT += ["cpus-apart-from-memory", "gpu-with-empty-nodes", "optane-four-clusters", "losing-a-node"]
"""Machines of which the places of sockets and cards are kept, for all windows."""
LARGE = (("52-sockets", "v6.1", False),)
"""Stages that are too large to be read; only their checksums are kept."""
WINDOWS = {
    "desktop": DESKTOP,
    "phone": PHONE,
    **{f"hall {number}": one for number, one in enumerate(hall_windows(66, 60, 130))},
}
FILLS = (
    ("two-sockets-three-classes", "default-policy", Look("light"), 8),
    ("optane-two-sockets", "default-policy", Look("dark", frame=False), None),
)
ORDERS = (("0>1>2,3", "0>2>1", "posted"), ("0>1,0>2", "0>2", "v6.1"), ("5", "", "posted"))
"""Orders without a machine: the chains before and after a change, and the version that says how many targets may be."""
THUMBNAILS = ("one-node", "two-sockets-three-classes", "cpus-apart-from-memory", "power9-gpu-memory", "eight-sockets")


def files() -> dict[str, Callable[[], str]]:
    """Return the names of all pictures."""
    return {
        **{f"step-{name}.svg": partial(_step, *row) for name, row in STEPS.items()},
        **{
            f"stage-{name}-{'narrow' if narrow else 'wide'}.svg": partial(_stage, name, kernel, narrow)
            for name, kernel, narrow in STAGES
        },
        "large.txt": _large,
        "routes.txt": _routes,
        "layouts.txt": _layouts,
        "halls-two-sockets-three-classes.svg": partial(_halls, "two-sockets-three-classes", None),
        "animated.svg": partial(_animated, 14, 24, 0, Look("light")),
        "animated-bare.svg": partial(_animated, 34, 50, 2, Look("dark", frame=False, transparent=True)),
        "stills.svg": _stills,
        "timeline.svg": partial(_chart, "timeline", "two-sockets-three-classes", None, Look("light"), 24),
        "timeline-of-events.svg": partial(_chart, "timeline", "losing-a-node", None, Look("dark", frame=False), None),
        "timeline-of-tiers.svg": partial(_chart, "timeline", "eight-sockets", "v6.1", Look("light"), 3),
        "distances.svg": partial(_chart, "distances", "optane-two-sockets", None, Look("light"), 3),
        "distances-dark.svg": partial(_chart, "distances", "emulated-six-nodes", None, Look("dark"), None),
        **{f"fill-{name}.svg": partial(_fill, name, *row) for name, *row in FILLS},
        "thumbnails.svg": _thumbnails,
        "orders.svg": _orders,
        "registers.txt": _registers,
    }


def _machine(name: str) -> Topology:
    name, _, allowed = name.partition(" on ")
    if name in SHAPES or ";" in name:
        return load(SHAPES.get(name, name).encode(), "the line").topology
    return builtin(name).allowing(allowed or None)


@cache
def _run(name: str, kernel: str | None = None) -> Run:
    return Run.of(_machine(name), kernel)


def _step(name: str, kernel: str | None, step: int, theme: Theme, frame: bool, transparent: bool) -> str:
    run = _run(name, kernel)
    trace = run.trace()
    return markup(snapshot(run.topology, trace, step % trace.length, theme, frame, transparent))


def _stage(name: str, kernel: str | None, narrow: bool) -> str:
    run = _run(name, kernel)
    return markup(stage(run.topology, run.trace(), narrow))


def _large() -> str:
    """Return the checksums of pictures and tables that are too large to be read."""
    made = {f"stage of {name} under {kernel}": _stage(name, kernel, narrow) for name, kernel, narrow in LARGE}
    made |= {f"registers of {name} under {kernel}": registers(_run(name, kernel).trace()) for name, kernel, _ in LARGE}
    return "".join(f"{checksum(text)}  {name}\n" for name, text in made.items())


def _routes() -> str:
    """Return the curve of an arrow between every two of nine boxes, and to itself, past the others."""
    boxes = [Box(40 + 150 * (n % 3) + 17 * (n // 3), 30 + 95 * (n // 3) + 9 * n, 88 + 6 * n, 50) for n in range(9)]
    lines = []
    for (one, source), (other, target) in product(enumerate(boxes), repeat=2):
        curve = route(source, target, [box for box in boxes if box not in (source, target)], (640, 390))
        lines.append(f"{one} {other} {curve.svg()} {Head(curve, 11).svg()} {curve.length:.1f}\n")
    return "".join(lines)


def _layouts() -> str:
    """Return where the cards of many machines are in every window, those of a large machine as a checksum."""
    lines = []
    for name in LAID_OUT:
        topology = _machine(name)
        lines.append(f"\n{name}")
        for window, layout in ((window, lay_out(topology, one)) for window, one in WINDOWS.items()):
            places = " ".join(f"{node}:{box.x:.0f},{box.y:.0f}" for node, box in layout.cards.items())
            size = "x".join(f"{side:.0f}" for side in layout.size)
            card = next(iter(layout.cards.values()))
            shown = places if len(places) < WIDTH else checksum(places)
            lines.append(f"{window}: {layout.detail} {card.width:.0f}x{card.height:.0f} in {size}: {shown}")
    return "\n".join(lines)[1:] + "\n"


def _halls(name: str, kernel: str | None) -> str:
    run = _run(name, kernel)
    return "".join(map(markup, hall_stages(run.topology, run.trace())))


def _animated(first: int, last: int, stride: int, look: Look) -> str:
    run = _run("two-sockets-three-classes")
    trace = run.trace()
    return markup(animated_svg(animation(run.topology, trace, frames(trace, first, last, stride), look)))


def _stills() -> str:
    """Return the times of all single pictures of a motion, and one of these pictures."""
    run = _run("optane-two-sockets")
    trace = run.trace()
    film = animation(run.topology, trace, frames(trace, 10, 20, 1), Look("light", frame=False))
    times = still_times(film)
    return f"{fill(' '.join(f'{time:g}' for time in times), WIDTH)}\n{markup(picture_at(film, times[len(times) // 2]))}"


def _chart(chart: str, name: str, kernel: str | None, look: Look, step: int | None) -> str:
    run = _run(name, kernel)
    return markup(chart_picture(chart, run.topology, run.trace(), look, step))


def _fill(name: str, scenario: str, look: Look, tick: int | None) -> str:
    return markup(fill_picture(Outcome.of(_run(name), builtin_scenario(scenario)), look, tick))


def _thumbnails() -> str:
    runs = [_run(name) for name in THUMBNAILS]
    return "".join(markup(thumbnail(run.topology, run.trace().targets(run.trace().closes))) for run in runs)


def _orders() -> str:
    return "".join(markup(orders_stage(change_of(old, new, version(kernel)))) for old, new, kernel in ORDERS)


def _registers() -> str:
    """Return what the table of registers says of each register that a version has, once, in a few words and in full."""
    said = dict[str, None]()
    for kernel in (*(row.name for row in VERSIONS), "posted + used=per-source"):
        for row in ElementTree.fromstring(registers(_run("two-sockets-three-classes on 2,5", kernel).trace())).iter(
            "tr"
        ):
            header, brief = row.find("th"), row.find("td[@class='brief']")
            if header is not None and brief is not None and header.get("title"):
                said[f"{row.get('data-signal')} ({row.get('class')}): {brief.text}. {header.get('title')}\n"] = None
    return "".join(said)
