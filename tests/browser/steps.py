"""Read what a page shows at its step, and compare it with the trace, for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from playwright.sync_api import Page, expect

from viz.figures.css_classes import ABSENT, badge_texts, lacking
from viz.kernel.nodemask import NodeMask
from viz.kernel.versions import VERSIONS
from viz.topology import builtin
from viz.trace.model import Trace

REGISTERS = sorted({name for row in VERSIONS for name in (*row.masks, *(a.name for a in row.arrays))} | {"node_load"})

SNAPSHOT = """() => {
    const main = document.querySelector("main");
    const value = (name) => document.querySelector(`[data-signal=${name}]`)?.dataset.value;
    const cards = [...document.querySelectorAll("#stage [data-node]")];
    const arrows = [...document.querySelectorAll("#stage .arrow.stored")];
    const stored = arrows.map((a) => `${a.dataset.from}>${a.dataset.to}`);
    return {...main.dataset, narration: document.querySelector("#narration").textContent, arrows: stored.sort(),
            registers: Object.fromEntries(%s.map((name) => [name, value(name)]).filter(([, v]) => v !== undefined)),
            line: document.querySelector("#code .now")?.dataset.line,
            demotion: document.querySelector("#demotion").dataset.is,
            barrier: document.querySelector("#stage .barrier").classList.contains("shown"),
            lacks: Object.fromEntries(["offline", "no-memory", "no-cpus", "not-allowed"].map((name) => [name, cards
                .filter((card) => card.classList.contains(name))
                .map((card) => Number(card.dataset.node)).sort((a, b) => a - b)])),
            states: Object.fromEntries(cards.filter((card) => card.querySelector(".state"))
                .map((card) => [card.dataset.node, card.querySelector(".state").textContent])),
            badges: Object.fromEntries(cards.filter((card) => card.matches(".candidate:not(:has(.blank))"))
                .map((card) => [card.dataset.node, card.querySelector(".away").textContent]))};
}""" % json.dumps(REGISTERS)  # noqa: UP031


def shown(page: Page) -> dict[str, Any]:
    """Return everything that the page shows now, as the script SNAPSHOT reads it."""
    snapshot: dict[str, Any] = page.evaluate(SNAPSHOT)
    return snapshot


def at(page: Page) -> int:
    """Return the number of the step that the page shows."""
    return int(shown(page)["step"])


def expected(trace: Trace, step: int) -> dict[str, Any]:
    """Return the result that shown() must have when the page shows this step of the trace."""
    arrays = {name: trace.cells(name, step) for name in trace.arrays}
    registers = {name: trace.at(name, step) for name in trace.masks}
    registers |= {name: ",".join(f"{node}:{value}" for node, value in cells.items()) for name, cells in arrays.items()}
    candidates = NodeMask.parse(trace.at("candidates", step))
    stored = [(source, target) for source, targets in trace.flows(step).items() for target in targets]
    return {
        "step": str(step),
        "length": str(trace.length),
        "chapter": trace.chapters[trace.at("chapter", step)].name,
        "pass": str(trace.at("pass", step)),
        "kernel": trace.kernel,
        "narration": trace.at("sentence", step),
        "arrows": sorted(f"{source}>{target}" for source, target in stored),
        "registers": registers,
        "line": str(trace.at("stack", step)[-1][2]),
        "demotion": trace.at("demotion", step),
        "barrier": trace.at("operation", step)[0] == "Barrier",
        "lacks": {name: sorted(lacking(trace, has, step)) for has, name in ABSENT.items()},
        "states": {str(node): trace.at(f"state[{node}]", step) for node in trace.nodes},
        "badges": {str(node): text for node, text in badge_texts(trace, step).items() if node in candidates},
    }


EACH = """(moves) => {
    const read = READ;
    const scrubber = document.querySelector("#scrubber");
    return moves.map((move) => {
        if (typeof move === "string") {
            document.body.dispatchEvent(new KeyboardEvent("keydown", {key: move, bubbles: true, cancelable: true}));
        } else {
            scrubber.value = move;
            scrubber.dispatchEvent(new Event("input", {bubbles: true}));
        }
        return read();
    });
}"""


def each(page: Page, moves: Sequence[str | int], read: str = SNAPSHOT) -> list[Any]:
    """Make the moves one by one, and return a list of the results of the script `read`, one after each move.

    A move is a key to press, or the number of a step for the scrubber. All moves are made in one call of the browser,
    because a call for each move takes ten times as long.
    """
    results: list[Any] = page.evaluate(EACH.replace("READ", read), list(moves))
    return results


def agree(page: Page, trace: Trace, step: int) -> None:
    """Assert that every panel of the page shows this step of the trace."""
    compare(shown(page), trace, step)


def agree_all(page: Page, trace: Trace, moves: Sequence[str | int], steps: Iterable[int]) -> None:
    """Make the moves one by one, and assert that after each of them every panel shows the next of `steps`."""
    for found, step in zip(each(page, moves), steps, strict=True):
        compare(found, trace, step)


def compare(found: dict[str, Any], trace: Trace, step: int) -> None:
    """Assert that `found`, a result of shown(), is what the page must show at this step of the trace."""
    for key, value in expected(trace, step).items():
        if key == "states" and not found[key]:
            continue  # small cards have no room for states
        assert found[key] == value, (key, step)


def open_page(page: Page, url: str = "/") -> None:
    """Open the page, and wait for its first machine."""
    page.goto(url)
    page.wait_for_selector("main[data-step]")


FOLLOW = """(hash) => new Promise((done) => {
    if (location.hash === hash) done();
    window.addEventListener("popstate", () => done(), {once: true});
    location.hash = hash;
})"""


def follow(page: Page, hash: str) -> None:
    """Let an open page follow a link of its own, such as "#step=3", and wait until it shows what the link names.

    It costs a small part of what loading the page costs. What the visitor has opened or chosen before stays so.
    """
    page.evaluate(FOLLOW, hash)
    expect(page.locator("#status")).not_to_have_text("loading")
    page.wait_for_selector("main[data-step]")


def at_rest(page: Page) -> None:
    """Close what is open beside an open page, and take the focus from where it is."""
    page.keyboard.press("Escape")
    page.locator("#stage").click(position={"x": 2, "y": 2})


def open_whole(page: Page, url: str = "/") -> None:
    """Open the page, and wait for everything that it loads after its first run, so that the server may stop."""
    open_page(page, url)
    page.wait_for_selector("#messages", state="attached")
    page.wait_for_selector("#machine-findings > *", state="attached")
    page.evaluate("ours('#player/reconnect').then(() => {})")


def layout_shifts(page: Page) -> float:
    """Return how much of the page has moved since it was opened, as browsers measure it: 0 is nothing."""
    shifts: float = page.evaluate(
        "new Promise((tell) => { let sum = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) =>"
        " { sum += one.value; })).observe({type: 'layout-shift', buffered: true}); setTimeout(() => tell(sum), 300); })"
    )
    return shifts


def charted(page: Page) -> None:
    """Scroll to the charts, and wait until the selected chart is drawn."""
    page.locator("#charts").scroll_into_view_if_needed()
    expect(page.locator("#chart:not([aria-busy]) .heatmaplayer")).to_be_visible()


def go(page: Page, trace: Trace, name: str) -> None:
    """Let an open page show a built-in topology's run at the step where it opens, with single steps as strides."""
    address = f"/#topology={name}&kernel={trace.kernel}&zonelists={trace.zonelists}&step={trace.opens}"
    page.goto(address)
    expect(page.locator("#title")).to_have_text(trace.title)
    expect(page.locator("main")).to_have_attribute("data-kernel", trace.kernel)
    expect(page.locator("main")).to_have_attribute("data-step", str(trace.opens))
    expect(page.locator("#zonelists")).to_have_value(trace.zonelists)
    page.select_option("#size", "0")
    page.locator("#stage").click(position={"x": 2, "y": 2})


def choose(page: Page, name: str) -> None:
    """Select a topology, and wait until it is shown."""
    page.select_option("#topology", name)
    expect(page.locator("#title")).to_have_text(builtin(name).title)
    expect(page.locator("#status")).to_have_text("")
