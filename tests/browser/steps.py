"""What a page shows of its step, and what the trace says it should."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, expect

from viz.kernel.versions import VERSIONS
from viz.topology import builtin
from viz.trace.model import Trace

REGISTERS = sorted({name for row in VERSIONS for name in (*row.masks, *(a.name for a in row.arrays))} | {"node_load"})

SNAPSHOT = """() => {
    const main = document.querySelector("main");
    const value = (name) => document.querySelector(`[data-signal=${name}]`)?.dataset.value;
    const stored = [...document.querySelectorAll(".arrow.stored")].map((a) => `${a.dataset.from}>${a.dataset.to}`);
    return {...main.dataset, narration: document.querySelector("#narration").textContent, arrows: stored.sort(),
            registers: Object.fromEntries(%s.map((name) => [name, value(name)]).filter(([, v]) => v !== undefined)),
            line: document.querySelector("#code .now")?.dataset.line};
}""" % json.dumps(REGISTERS)  # noqa: UP031


def shown(page: Page) -> dict[str, Any]:
    """Everything that the page says of its step."""
    found: dict[str, Any] = page.evaluate(SNAPSHOT)
    return found


def expected(trace: Trace, step: int) -> dict[str, Any]:
    """The same, from the trace."""
    arrays = {name: trace.cells(name, step) for name in trace.arrays}
    registers = {name: trace.at(name, step) for name in trace.masks}
    registers |= {name: ",".join(f"{node}:{value}" for node, value in cells.items()) for name, cells in arrays.items()}
    stored = [(source, target) for source, found in trace.targets(step).items() for target in found]
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
    }


def agree(page: Page, trace: Trace, step: int) -> None:
    """The page shows that step of that trace, in every panel."""
    found = shown(page)
    for key, value in expected(trace, step).items():
        assert found[key] == value, (key, step)


def open_page(page: Page, url: str = "/") -> None:
    """The page, with its first machine loaded."""
    page.goto(url)
    page.wait_for_selector("main[data-step]")


def choose(page: Page, name: str) -> None:
    """Pick a topology and wait until it is shown."""
    page.select_option("#topology", name)
    expect(page.locator("#title")).to_have_text(builtin(name).title)
    expect(page.locator("#status")).to_have_text("")
