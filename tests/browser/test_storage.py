"""Test that the page works even if the browser's storage is damaged, forbidden or full; only stored data is lost."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.editing import cell, document, effect, open_editor
from tests.browser.steps import at, choose, open_page
from tests.browser.test_draft import on_runs
from viz.resources import assets
from viz.topology import builtin, builtin_names

NAME = "abc"
"""The name under which the browser stores a machine in these tests."""
KEYS = dict(
    re.findall(r'^  "?([\w.*-]+)"?: "(\w+Storage)",$', (assets() / "core/storage.mjs").read_text("utf-8"), re.MULTILINE)
)
TOOLS = ("edit", "events", "compare", "stranding", "pressure", "readers", "log")

MACHINE = {"link": "no link that reads"}
DOCUMENT = json.dumps(builtin(builtin_names()[0]).document())
ENTRY = {"machine": {"text": DOCUMENT}, "document": DOCUMENT}


def draft(past: Any = (), now: Any = ENTRY, origin: Any = ENTRY, unsent: Any = None) -> str:
    """Return a history as a tab stores it. Its default machine is the one of an address that names no machine."""
    return json.dumps({"history": {"past": past, "now": now, "future": []}, "origin": origin, "unsent": unsent})


WHOLE = draft([{**ENTRY, "told": "an edit", "renamed": [[0, 1]]}])
GARBAGE = {
    "half an object": '{"a',
    "a huge text": "x" * 800_000,
    "a link that no longer reads": json.dumps(MACHINE),
    "a history of texts": draft(["an", "edit"], "now"),
    "an address that is none": draft(unsent=5),
    "a machine that the server refuses": draft(now={"machine": MACHINE}, unsent="#"),
}
"""One kind for each way in which the page finds an error; tests/js/storage.test.mjs has more that it forgets alike."""
IN_ALL_TOOLS = ("half an object", "a machine that the server refuses")
"""The names of the garbage that is tested in all tools, and at the address of a kept machine."""


def store_everywhere(page: Page, text: str) -> None:
    """Store a text under every key, as if an earlier page had stored it."""
    page.goto("/no-such-page")
    keys = [[place, f"tierscope.{key.replace('*', NAME)}"] for key, place in KEYS.items()]
    page.evaluate("([keys, text]) => keys.forEach(([place, key]) => window[place].setItem(key, text))", [keys, text])


def keys_that_hold(page: Page, text: str) -> list[str]:
    """Return the keys that still hold the text."""
    keys = [[place, f"tierscope.{key.replace('*', NAME)}"] for key, place in KEYS.items()]
    held = "keys.filter(([place, key]) => window[place].getItem(key) === text).map(([, key]) => key)"
    found: list[str] = page.evaluate(f"([keys, text]) => {held}", [keys, text])
    return found


def plays(page: Page) -> None:
    page.keyboard.press("Home")
    step = at(page)
    page.keyboard.press("ArrowRight")
    assert at(page) > step


def tool_opens(page: Page, tool: str) -> None:
    page.click(f"#tool-{tool}")
    expect(page.locator("#tool :is(form, h2)").first).to_be_visible()
    expect(page.locator("#tool .refusal:not(:empty)")).to_have_count(0)


def tools_open(page: Page) -> None:
    for tool in TOOLS:
        tool_opens(page, tool)
    page.click("#open-shape")
    expect(page.locator("#shape-told")).not_to_be_empty()
    page.keyboard.press("Escape")
    page.click("#tool-code")


def test_one_module_alone_knows_where_things_are_kept() -> None:
    """Every key is in the table of storage.mjs, and every value that a module reads is checked."""
    used = set()
    for module in assets().rglob("*.mjs"):
        text = module.read_text("utf-8")
        if module.name != "storage.mjs":
            assert not re.search(r"\b(local|session)Storage\b", text), module.name
        used |= {re.sub(r"\$\{.*?\}", "*", key) for key in re.findall(r'\b(?:recall|keep|forget)\(["`](.+?)["`]', text)}
        assert not re.search(r'\brecall\(["`][^"`]*["`]\)', text), module.name
        assert module.parent.name != "tools" or "recall(" not in text or module.name == "edit.mjs"
    expanded = {name for key in used for name in (["edit-both", "edit-follow"] if key == "edit-*" else [key])}
    assert expanded == KEYS.keys()


@pytest.mark.slow
def test_garbage_under_every_key_is_forgotten(page: Page, watch: Watch) -> None:
    """The page opens, plays, and opens its tools as if nothing were stored."""
    watch.allow("status 404|status of 404")  # store_everywhere() stores the text from a page that does not exist
    for what, text in GARBAGE.items():
        for address in ("/", f"/#kept={NAME}") if what in IN_ALL_TOOLS else ("/",):
            store_everywhere(page, text)
            open_page(page, address)
            expect(page.locator("#title")).to_have_text(builtin(builtin_names()[0]).title)
            plays(page)
            if what in IN_ALL_TOOLS and address == "/":
                tools_open(page)
            else:
                tool_opens(page, "edit")
            assert page.evaluate("ours('#core/storage').then(({keepMachine}) => keepMachine({text: 'x'}))")
            left = set(keys_that_hold(page, text))
            # A kept machine stays stored if the address does not name it, or if only the server can find what is wrong.
            assert left <= {f"tierscope.kept.{NAME}"}, (what, address, left)


def test_what_is_whole_is_taken(page: Page, watch: Watch) -> None:
    """If the page forgot everything, the test above would pass; this one would fail."""
    watch.allow("status 404|status of 404")
    store_everywhere(page, WHOLE)
    page.evaluate("localStorage['tierscope.keys'] = localStorage['tierscope.edit-both'] = 'off'")
    page.evaluate("localStorage['tierscope.story'] = 'folded'; localStorage['tierscope.tour'] = 'seen'")
    page.goto("/")
    page.wait_for_selector("main[data-step]")
    assert document(page) == json.loads(DOCUMENT)
    page.click("#tool-edit")
    expect(page.locator("[name=both]")).not_to_be_checked()
    expect(page.locator("#single-keys")).not_to_be_checked()
    expect(page.locator("#welcome")).to_be_hidden()
    choose(page, "dram-alone-then-pmem")
    expect(page.locator("#story .look")).to_be_hidden()


def test_a_kept_machine_that_is_refused_stays_one_step_back(page: Page, watch: Watch) -> None:
    watch.allow("status 404|status of 404")
    store_everywhere(page, json.dumps({"text": DOCUMENT.replace("Two sockets", "Two kept sockets")}))
    refusals = [{"response": {"play": {"data": {"error": "a run too long for today"}}}, "multi": True}]
    on_runs(page, lambda route: route.fulfill(json=refusals.pop()) if refusals else route.continue_())
    open_page(page, f"/#kept={NAME}")
    expect(page.locator("#title")).to_have_text(builtin(builtin_names()[0]).title)
    expect(page.locator("#broken-text")).to_contain_text("can no longer be read")
    page.go_back()
    expect(page.locator("#title")).to_contain_text("Two kept sockets")


BARRIERS = {
    "denied": """for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, {get() { throw new DOMException("denied", "SecurityError"); }});
    }""",
    "full": 'Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };',
}


@pytest.mark.slow
@pytest.mark.parametrize("barrier", BARRIERS)
def test_without_storage_only_a_reload_forgets(page: Page, barrier: str) -> None:
    page = page.context.new_page()
    page.add_init_script(BARRIERS[barrier])
    open_page(page)
    plays(page)
    tools_open(page)
    page.keyboard.press("Home")
    page.click("#skip-tour")
    choose(page, "dram-alone-then-pmem")
    expect(page.locator("#welcome")).to_be_hidden()
    page.click("#story summary")
    expect(page.locator("#story .look")).to_be_hidden()
    choose(page, "two-sockets-refused-target")
    expect(page.locator("#story .look")).to_be_hidden()

    page.click("#open-keys")
    page.uncheck("#single-keys")
    page.click("#close-keys")
    step = at(page)
    page.locator("body").press("Home")
    page.keyboard.press("]")
    page.keyboard.press("4")
    expect(page.locator("#size")).to_have_value("1")
    assert at(page) <= step

    choose(page, builtin_names()[0])
    edit_and_undo(page)
    page.reload()  # the address contains the machine
    page.wait_for_selector("main[data-step]")
    assert document(page)["distances"][1][2] == 90


def edit_and_undo(page: Page) -> None:
    """Edit a distance, undo the edit and do it again."""
    page.click("#tool-edit")
    page.uncheck("[name=both]")
    cell(page, 1, 2).click()
    page.keyboard.type("90")
    page.keyboard.press("Enter")
    expect(effect(page)).to_contain_text("to 90")
    page.click("[data-act='undo']")
    expect(effect(page)).to_contain_text("Undoing")
    expect(cell(page, 1, 2)).to_have_text("17")
    page.keyboard.press("Control+y")
    expect(effect(page)).not_to_contain_text("Undoing")


@pytest.mark.slow
def test_a_full_storage_keeps_the_newest_edits(page: Page) -> None:
    """Old edits are dropped to make room for new edits."""
    open_editor(page)
    for distance in (90, 91, 92):
        cell(page, 1, 2).click()
        page.keyboard.type(str(distance))
        page.keyboard.press("Enter")
        expect(effect(page)).to_contain_text(f"to {distance}")
    page.evaluate(
        """() => {
            const before = Storage.prototype.setItem;
            Storage.prototype.setItem = function (key, text) {
                const long = key === "tierscope.draft" && JSON.parse(text).history.past.length > 1;
                if (long) throw new DOMException("full", "QuotaExceededError");
                return before.call(this, key, text);
            };
        }"""
    )
    page.reload()
    page.wait_for_selector("main[data-step]")
    page.click("#tool-edit")
    page.click("[data-act='undo']")
    expect(cell(page, 1, 2)).to_have_text("91")
    expect(page.locator("[data-act='undo']")).to_be_disabled()
