"""Test the dialog for a new machine: its line changes its controls and vice versa; a new machine can be undone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.steps import open_page, open_whole
from tests.relay import Relay

SEED = "Two sockets, three classes of memory"
START = "2 sockets: cpu+dram 64G, pmem 256G; cross 21"


def open_dialog(page: Page) -> None:
    """Open the dialog, in which the line then has the focus."""
    page.locator("#open-shape").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-at=line]")).to_have_value(START)


def put(page: Page, at: str, text: str) -> None:
    """Type the text into the dialog's control with this name, such as "line" or "stands.1.size"."""
    page.locator(f"[data-at='{at}']").fill(text)


def stage(page: Page) -> list[str]:
    """Return the ids of the nodes on the stage, sorted."""
    ids: list[str] = page.eval_on_selector_all(".stage [data-node]", "all => all.map(one => one.dataset.node)")
    return sorted(ids, key=int)


@pytest.mark.slow
def test_a_machine_from_one_line_or_from_controls_by_keyboard(page: Page) -> None:
    open_page(page)
    undo_a_new_machine(page)
    page.select_option("#kernel", "posted")
    expect(page.locator("main")).to_have_attribute("data-kernel", "posted")
    write_a_line(page)
    use_the_controls(page)


def undo_a_new_machine(page: Page) -> None:
    """A new machine is shown under the kernel that was chosen, can be undone, and comes again."""
    page.select_option("#kernel", "v6.1")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    open_dialog(page)
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("2 sockets: DRAM, PMEM")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    act = "async (name) => (await ours('#player/history'))[name]()"
    assert page.evaluate("async () => (await ours('#player/history')).canUndo()") == f"New machine: {START}"
    page.evaluate(act, "undo")
    expect(page.locator("#title")).to_have_text(SEED)
    assert "topology=two-sockets-three-classes" in page.url
    page.evaluate(act, "redo")
    expect(page.locator("#title")).to_have_text("2 sockets: DRAM, PMEM")


def write_a_line(page: Page) -> None:
    """Type a line into the dialog, which has it again when it is opened the next time."""
    open_dialog(page)
    expect(page.locator("[data-at=line]")).to_be_focused()
    page.keyboard.type("2 sockets: cpu+hbm, dram at 15, pmem at 20")
    expect(page.locator("#shape-told")).to_contain_text("6 nodes: 0-2 in A, 3-5 in B. Distances: 15 to DRAM")
    expect(page.locator("#shape-order")).to_have_text("0 -> 1 -> 2 -> stop\n3 -> 4 -> 5 -> stop")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("2 sockets: HBM, DRAM, PMEM")
    expect(page.locator("#shape")).to_be_hidden()
    expect(page.locator("#open-shape")).to_be_focused()
    assert stage(page) == ["0", "1", "2", "3", "4", "5"]
    assert "machine=" in page.url
    page.keyboard.press("Enter")
    expect(page.locator("[data-at=line]")).to_have_value("2 sockets: cpu+hbm, dram at 15, pmem at 20")


def use_the_controls(page: Page) -> None:
    """Use the controls of the open dialog; each of them changes the line."""
    put(page, "line", START)
    expect(page.locator("#shape-told")).to_contain_text("4 nodes")
    for key in ["Tab", "3"]:
        page.keyboard.press(key)
    expect(page.locator("[data-at=sockets]")).to_have_value("3")
    expect(page.locator("[data-at=line]")).to_have_value(START.replace("2", "3", 1))
    page.locator("[data-to=shared]").press("Enter")
    expect(page.locator("[data-at='shared.0.kind']")).to_be_focused()
    page.keyboard.type("GPU")
    page.keyboard.press("Tab")
    page.keyboard.type("8G")
    page.locator("[data-at='stands.0.has_cpus']").press("Space")
    page.locator("[data-at=cpus_first]").focus()
    page.keyboard.press("ArrowDown")
    line = "3 sockets: dram 64G, pmem 256G; cross 21; shared gpu 8G; cpus first"
    expect(page.locator("[data-at=line]")).to_have_value(line)
    expect(page.locator("#shape-told")).to_contain_text("7 nodes: 0-1 in A, 2-3 in B, 4-5 in C, 6 shared by all")
    expect(page.locator("[data-at='shared.0.at']")).to_have_attribute("placeholder", "91")
    page.locator("#shape .primary").press("Enter")
    expect(page.locator("#title")).to_have_text("3 sockets: DRAM, PMEM; shared GPU")
    expect(page.locator(".stage")).to_contain_text("Shared by all")


def test_who_writes_at_once_is_not_overwritten(page: Page) -> None:
    """The answer to the first request comes while the visitor types. It must not replace the typed text."""
    held: list[Route] = []
    open_page(page)
    page.route("**/ask/shape", lambda route: route.continue_() if held else held.append(route))
    page.evaluate("window.setTimeout = (later) => { window.later = later; }")
    with page.expect_request("**/ask/shape"):
        page.click("#open-shape")
    put(page, "line", "3 sockets: cpu+dram")
    with page.expect_response("**/ask/shape") as first:
        held[0].continue_()
    first.value.finished()
    expect(page.locator("[data-at=line]")).to_have_value("3 sockets: cpu+dram")
    page.evaluate("window.later()")
    expect(page.locator("#shape-told")).to_contain_text("3 nodes")
    expect(page.locator("[data-at=line]")).to_have_value("3 sockets: cpu+dram")


@pytest.mark.slow
def test_the_dialog_says_what_is_meant_and_what_is_wrong(page: Page) -> None:
    """It opens also where no machine could be shown."""
    page.goto("/#machine=1damaged")
    expect(page.locator("#broken-text")).to_contain_text("The link is damaged")
    open_dialog(page)
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("2 sockets: DRAM, PMEM")
    expect(page.locator("#broken")).to_be_hidden()
    open_dialog(page)
    move_and_remove_rows(page)
    fill_the_controls(page)
    say_what_is_wrong(page)
    page.keyboard.press("Escape")
    expect(page.locator("#shape")).to_be_hidden()
    expect(page.locator("#title")).to_have_text("2 sockets: DRAM, PMEM")
    fit_a_phone_and_a_small_desk(page)


def move_and_remove_rows(page: Page) -> None:
    page.locator("[data-act=up]").nth(1).press("Enter")
    expect(page.locator("[data-at=line]")).to_have_value("2 sockets: pmem 256G, cpu+dram 64G; cross 21")
    page.locator("[data-act=remove]").nth(0).press("Enter")
    expect(page.locator("[data-at=line]")).to_have_value("2 sockets: cpu+dram 64G; cross 21")
    expect(page.locator("[data-act=remove]")).to_be_disabled()


def fill_the_controls(page: Page) -> None:
    """Write a line, which fills the controls."""
    put(page, "line", "4 sockets: 8 cpus+dram 1.5T, 2 x cxl per socket; snc 2 at 14; ring 20 30; 0-1 at 40")
    expect(page.locator("[data-at=sockets]")).to_have_value("4")
    found = {at: page.locator(f"[data-at='{at}']").input_value() for at in (
        "clusters", "cluster_at", "cross", "ring", "pairs", "stands.0.cpus", "stands.0.size", "stands.1.count",
        "stands.1.kind", "stands.1.size", "stands.1.per_socket",
    )}  # fmt: skip
    assert list(found.values()) == ["2", "14", "20 30", "1", "0-1 at 40", "8", "1536G", "2", "cxl", "", "1"]
    assert page.locator("[data-at='stands.1.size']").get_attribute("placeholder") == "256G"
    expect(page.locator("[data-at='stands.0.at']")).to_be_hidden()
    put(page, "line", START)
    expect(page.locator("[data-at=sockets]")).to_have_value("2")


def say_what_is_wrong(page: Page) -> None:
    """What is wrong is said at its control, or at the line."""
    wrong = page.locator("#shape-wrong")
    put(page, "stands.1.size", "64Q")
    expect(wrong).to_have_text("'64Q' stands where a size such as 512M, 64G or 1.5T is expected")
    size = page.locator("[data-at='stands.1.size']")
    expect(size).to_have_attribute("aria-invalid", "true")
    expect(size).to_have_attribute("aria-describedby", "shape-wrong")
    assert page.locator("[data-row] #shape-wrong").count() == 1
    page.locator("#shape .primary").click()
    expect(size).to_be_focused()
    put(page, "line", "2 sockets: pmen")
    expect(wrong).to_contain_text("perhaps pmem is meant")
    expect(page.locator("[data-at=line]")).to_have_attribute("aria-invalid", "true")
    expect(size).not_to_have_attribute("aria-invalid", "true")
    put(page, "line", "1024 sockets: cpu+dram, pmem")
    expect(wrong).to_contain_text("makes 2048 nodes; at least 1 and at most 1024 are possible")
    put(page, "line", "2 sockets: <img src=x onerror=alert(1)>")
    expect(wrong).to_contain_text("'<' stands where cpu or a kind of memory")
    put(page, "line", START)
    expect(wrong).to_be_hidden()


def fit_a_phone_and_a_small_desk(page: Page) -> None:
    for width, height in ((390, 844), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        if width > 1000:  # in a wide window the header has one row
            assert len(set(page.eval_on_selector_all("header > button", "all => all.map(one => one.offsetTop)"))) == 1
        page.click("#open-shape")
        put(page, "line", "2 sockets: cpu+dram, 2 x cxl at 20 per socket; snc 2; shared pmem")
        expect(page.locator("#shape-told")).to_contain_text("9 nodes")
        assert page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('#shape'))") == 0
        expect(page.locator("#shape .primary")).to_be_in_viewport()
        page.keyboard.press("Escape")


@pytest.mark.slow
def test_without_the_server_it_says_so(page: Page, watch: Watch, relay: Relay) -> None:
    """The dialog itself has to come from the server, as tools have, and so have the machines."""
    open_whole(page, relay.url)
    watch.allow("ERR_CONNECTION_REFUSED|did not respond|Failed to fetch")
    relay.cut()
    page.click("#tool-stranding")
    expect(page.locator("#tool")).to_contain_text("The server does not answer")
    page.click("#open-shape")
    expect(page.locator("#status")).to_contain_text("The server does not answer")
    relay.back()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#status")).to_have_text("")
    page.click("#open-shape")
    expect(page.locator("#shape-told")).not_to_be_empty()
    relay.cut()
    page.keyboard.press("Enter")
    expect(page.locator("#shape-wrong")).to_have_text("The server does not answer. This page plays on.")
    expect(page.locator("#shape")).to_be_visible()
