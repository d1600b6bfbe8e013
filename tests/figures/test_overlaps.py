"""Test that no pill or badge of a picture covers a word, a number, an arrowhead or another pill, and no text is cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

import pytest

from tests.bench.engine import machine
from viz.analysis.run import Run
from viz.figures.box import Box
from viz.figures.css_classes import mark
from viz.figures.extent import text_box
from viz.figures.snapshot import snapshot
from viz.figures.stage import stage
from viz.kernel.versions import VERSIONS
from viz.topology import builtin, builtin_names
from viz.trace.model import Trace

SVG = "{http://www.w3.org/2000/svg}"
HIDDEN = {"gone": "no-memory", "this": "this-pass", "next": "next-pass", "used": "used"}
"""For each word on a card that is visible only while the node has a certain role: the CSS class of the role."""


class Drawn(NamedTuple):
    """The boxes of the visible parts of a picture, each with a name."""

    words: list[tuple[str, Box]]
    pills: list[tuple[str, Box]]
    badges: list[tuple[str, Box]]
    heads: list[tuple[str, Box]]


def box_of(rect: Element) -> Box:
    return Box(*(float(rect.get(name, "")) for name in ("x", "y", "width", "height")))


def head_box(path: Element) -> Box:
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d", ""))]
    xs, ys = numbers[::2], numbers[1::2]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def drawn(svg: Element) -> Drawn:
    """Return what is visible of a stage that mark() has marked for a step."""
    found = Drawn([], [], [], [])
    detail = svg.get("class", "").split()[1]
    for group in svg:
        names = group.get("class", "").split()
        if group.get("data-node"):
            found.words.extend(words_of(group, names, detail))
            found.badges.extend(badges_of(group, names, detail))
        elif "arrow" in names and "stored" in names:
            pair = f"{group.get('data-from')} -> {group.get('data-to')}"
            found.pills.extend((pair, box_of(rect)) for rect in group.iter("rect"))
            found.heads.extend((pair, head_box(path)) for path in group if path.get("class") == "head")
        elif group.get("data-socket") or group.tag == "text":
            found.words.extend((text.text or "", text_box(text, detail)) for text in group.iter("text"))
    return found


def words_of(card: Element, roles: list[str], detail: str) -> Iterator[tuple[str, Box]]:
    for text in card.findall("text"):
        names = text.get("class", "").split()
        unseen = any(role not in roles for name, role in HIDDEN.items() if name in names)
        if text.text and not unseen and "badge" not in names and not ("size" in names and "no-memory" in roles):
            yield text.text, text_box(text, detail)


def badges_of(card: Element, roles: list[str], detail: str) -> Iterator[tuple[str, Box]]:
    if "candidate" not in roles:
        return
    name = f"badge of {card.get('data-node')}"
    for part in card:
        text = part if part.tag == "text" else part.find("text")
        if part.get("class", "").startswith("badge") and text is not None:
            yield name, text_box(text, detail)
    yield from ((name, box_of(rect)) for rect in card.iterfind("*[@class='badge']/rect"))


def covered(seen: Drawn) -> Iterator[str]:
    """Yield a line for each part that a pill or a badge covers, and for each pair of words that overlap."""
    for plates, others in (
        (seen.pills + seen.badges, seen.words + seen.heads),
        (seen.pills, seen.badges),
    ):
        for (name, plate), (other, box) in ((a, b) for a in plates for b in others):
            if plate.overlaps(box):
                yield f"the pill or badge {name} lies on {other}"
    for (name, plate), (other, box) in combinations(seen.pills, 2):
        if plate.overlaps(box):
            yield f"the pills {name} and {other} overlap"
    for (name, first), (other, second) in combinations(seen.words, 2):
        if first.overlaps(second):
            yield f"the words {name!r} and {other!r} overlap"


def checked_steps(trace: Trace) -> set[int]:
    """Return the steps to check: the last step of each chapter, and some steps at which a source chooses."""
    chosen = [step for step, value in zip(*_scans(trace), strict=True) if value]
    return {trace.length - 1, *(span.first - 1 for span in trace.chapters[1:]), *chosen[:: len(chosen) // 4 + 1]}


def _scans(trace: Trace) -> tuple[list[int], list[str]]:
    signal = trace.signals["candidates"]
    return list(signal.steps), list(signal.values)


def problems(run: Run, narrow: bool = False) -> Iterator[str]:
    """Yield a line for each part of a run's stage that is covered or cut at one of the checked steps."""
    trace = run.trace()
    text = stage(run.topology, trace, narrow)
    if "\u2026" in text:
        yield "a text is cut"
    for step in sorted(checked_steps(trace)):
        svg = fromstring(text)
        mark(svg, trace, step)
        for line in covered(drawn(svg)):
            yield f"step {step}: {line}"


@pytest.mark.slow
@pytest.mark.parametrize("name", builtin_names())
def test_nothing_is_covered_in_any_version(name: str) -> None:
    topology = builtin(name)
    for row in VERSIONS:
        found = {f"{row.name}: {line}" for line in problems(Run.of(topology, row.name))}
        assert not found


@pytest.mark.parametrize("name", builtin_names())
def test_nothing_is_covered_on_a_telephone(name: str) -> None:
    assert not set(problems(Run.of(builtin(name)), narrow=True))


@pytest.mark.parametrize("size", [6, 12, 16, 24, 40, 64])
def test_nothing_is_covered_on_a_machine_of_many_nodes(size: int) -> None:
    assert not set(problems(Run.of(machine(size))))


def test_no_arrow_leaves_the_stage() -> None:
    for run in (Run.of(machine(64)), Run.of(builtin("optane-four-clusters"), "tier-sets")):
        svg = fromstring(stage(run.topology, run.trace()))
        width, height = (float(number) for number in svg.get("viewBox", "").split()[2:])
        for path in svg.iterfind("*/*[@class='shaft']"):
            ax, ay, bx, by, cx, cy = (float(number) for number in re.findall(r"-?[\d.]+", path.get("d", "")))
            assert 0 < (ax + 2 * bx + cx) / 4 < width
            assert 0 < (ay + 2 * by + cy) / 4 < height


def test_a_picture_is_as_free_as_the_stage() -> None:
    run = Run.of(builtin("losing-a-node"))
    step = run.trace().chapters[2].first - 1
    whole = fromstring(snapshot(run.topology, run.trace(), step).replace(' xmlns="http://www.w3.org/2000/svg"', ""))
    inner = next(whole.iter("svg")).find("svg")
    assert inner is not None
    assert not set(covered(drawn(inner)))


def test_a_pill_stands_at_forty_percent_where_nothing_is_in_the_way() -> None:
    svg = fromstring(stage((run := Run.of(builtin("losing-a-node"))).topology, run.trace()))
    arrow = svg.find("*[@data-from='2'][@data-to='5']")
    assert arrow is not None
    ax, ay, _, _, bx, by = (float(n) for n in re.findall(r"-?[\d.]+", arrow[1].get("d", "")))
    assert ay == by
    assert box_of(next(arrow.iter("rect"))).centre == pytest.approx((ax + 0.4 * (bx - ax), ay), abs=0.2)
