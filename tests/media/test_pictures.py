"""Test that saved pictures look the same in programs other than browsers: the colours of cards, and every text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from statistics import median
from xml.etree.ElementTree import Element, fromstring

import pytest
from PIL import Image, ImageChops

from tests.command import printed, refusal, tierscope
from tests.media.renderers import RENDERERS
from viz.analysis.run import Run
from viz.figures.chart_pictures import chart_picture
from viz.figures.css_classes import node_classes
from viz.figures.fill_picture import fill_picture
from viz.figures.frame import Look, Theme
from viz.figures.palette import colour
from viz.figures.snapshot import snapshot
from viz.media.pixels import size_of
from viz.pressure.outcome import Outcome
from viz.pressure.scenario import builtin_scenario
from viz.topology import builtin

SVG = "{http://www.w3.org/2000/svg}"
NEAR = 8
"""The largest difference of a colour that a viewer does not see, of 255."""
SEED = "topologies/two-sockets-three-classes.toml"
Colour = tuple[int, ...]


Point = tuple[float, float]


def places(root: Element) -> Callable[[Element, float, float], Point]:
    """Return a function that says where a point of an element is, in pixels of the file."""
    [stage] = list(root.iter(f"{SVG}svg"))[1:]
    inside = set(stage.iter())
    left, top, width = (float(stage.get(name, "0")) for name in ("x", "y", "width"))
    inner = [float(part) for part in stage.get("viewBox", "").split()]
    scale = width / inner[2]

    def place(element: Element, x: float, y: float) -> Point:
        return (left + scale * (x - inner[0]), top + scale * (y - inner[1])) if element in inside else (x, y)

    return place


def middles(root: Element) -> Iterator[tuple[int, Point]]:
    """Yield each node with the middle of its card, in pixels of the file."""
    place = places(root)
    for card in root.iter():
        face = next((part for part in card if "face" in part.get("class", "").split()), None)
        if card.get("data-node") and face is not None:
            x, y, wide, high = (float(face.get(name, "0")) for name in ("x", "y", "width", "height"))
            yield int(card.get("data-node", "")), place(face, x + wide / 2, y + high / 2)


def seen(image: Image.Image, x: float, y: float) -> Colour:
    """Return the usual colour of the pixels around a point: a letter or a stripe does not change it."""
    around = [image.getpixel((round(x) + dx, round(y) + dy)) for dx in range(-6, 7) for dy in range(-6, 7)]
    return tuple(round(median(pixel[part] for pixel in around)) for part in range(3))  # type: ignore[index]


def rgb(text: str) -> Colour:
    return tuple(bytes.fromhex(text[1:]))


def is_near(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= NEAR for a, b in zip(one, other, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize(
    ("name", "step", "theme"),
    [
        ("two-sockets-three-classes", 26, "light"),
        ("two-sockets-three-classes", 39, "dark"),
        ("losing-a-node", 70, "light"),
        ("binding-pmem", 0, "dark"),
    ],
)
def test_cards_have_their_colours(name: str, step: int, theme: Theme, renderer: str) -> None:
    run = Run.of(builtin(name))
    trace = run.trace()
    file = snapshot(run.topology, trace, step, theme)
    image = RENDERERS[renderer](file)
    assert image.size == tuple(map(round, size_of(file)))
    classes = node_classes(trace, step)
    for node, (x, y) in middles(fromstring(file)):
        gone = {"no-memory", "leaving"} & set(classes.get(node, ()))
        card = rgb(colour("gone-fill" if gone else "card", theme == "dark"))
        if "offline" in classes.get(node, ()):
            socket = rgb(colour("socket", theme == "dark"))
            card = tuple(round(0.6 * a + 0.4 * b) for a, b in zip(card, socket, strict=True))
        assert is_near(seen(image, x, y), card), (node, seen(image, x, y), card)


@pytest.mark.slow
@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("kind", ["step", "timeline", "distances", "fill"])
def test_every_text_is_drawn(kind: str, renderer: str) -> None:
    """Each text of the file is not empty, and there are letters where it stands."""
    run = Run.of(builtin("two-sockets-three-classes"))
    trace = run.trace()
    if kind == "step":
        file = snapshot(run.topology, trace, 26, "light")
    elif kind == "fill":
        file = fill_picture(Outcome.of(run, builtin_scenario("bound")), Look(), 200)
    else:
        file = chart_picture(kind, run.topology, trace, Look(), 26)
    root = fromstring(file)
    texts = list(root.iter(f"{SVG}text"))
    assert len(texts) > 15
    blank = RENDERERS[renderer](re.sub(r"<text\b.*?</text>", "", file))
    letters = ImageChops.difference(RENDERERS[renderer](file).convert("L"), blank.convert("L"))
    place = places(root)
    for text in texts:
        assert (text.text or "").strip()
        x, y = place(text, float(text.get("x", "")), float(text.get("y", "")))
        around = letters.crop((round(x - 24), round(y - 16), round(x + 24), round(y + 4)))
        assert around.getextrema()[1] > 60, text.text  # type: ignore[operator]


def test_a_file_has_nothing_that_only_a_browser_understands() -> None:
    for theme in ("light", "dark", "transparent"):
        text = printed("draw", SEED, "--theme", theme, "--step", "26")
        assert not re.search(r"var\(|--[a-z]|<style|currentcolor|transparent|dominant-baseline|style=|px\b", text)


def test_a_transparent_picture_has_no_background_and_a_bare_one_no_words() -> None:
    def corner(*options: str) -> object:
        return RENDERERS["rsvg"](printed("draw", SEED, *options)).getpixel((2, 2))

    assert corner() == (255, 255, 255, 255)
    assert corner("--theme", "dark") == (*rgb(colour("panel", True)), 255)
    assert corner("--transparent")[3] == corner("--theme", "transparent", "--no-frame")[3] == 0  # type: ignore[index]
    framed, bare = (fromstring(printed("draw", SEED, *options)) for options in ((), ("--no-frame",)))
    assert len(framed.findall(f"{SVG}text")) >= 3
    assert bare.findall(f"{SVG}text") == []


def test_png_is_drawn_with_letters_on_a_machine_without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "/dev/null")
    done = tierscope("draw", SEED, "--format", "png", "--scale", "1")
    assert done.stdout.startswith(b"\x89PNG"), done.stderr
    svg = printed("draw", SEED)
    blank = re.sub(r"<text\b.*?</text>", "", svg)
    assert RENDERERS["resvg"](svg).tobytes() != RENDERERS["resvg"](blank).tobytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [(("--format", "jpeg"), "svg"), (("--scale", "99"), "8"), (("--chart", "pie"), "timeline")],
)
def test_bad_options_are_refused_in_a_line(options: tuple[str, ...], words: str) -> None:
    assert words in refusal("draw", SEED, *options)


def test_a_picture_with_too_many_pixels_is_refused_in_a_line() -> None:
    large = "100 sockets: cpu+dram 64G, pmem 256G"
    assert "too large" in refusal("draw", large, "--no-frame", "--format", "png", "--scale", "8")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    assert "pip install 'tierscope[media]'" in refusal("draw", SEED, "--format", "png")
