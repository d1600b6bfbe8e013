"""Test a visitor's own machine: dropped or chosen as a file, with other guesses, saved, and compared with a log."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Watch
from tests.browser.steps import open_page, open_whole, shown
from tests.browser.test_accessibility import violations
from tests.fuzz import SMALL
from tests.relay import Relay
from tests.topology.formats.printers import lscpu, numactl, sysfs_tar
from viz.topology import builtin, builtin_names, read
from viz.topology.writers import ENDINGS, WRITERS, write

WITHOUT_DISTANCES, TWO = lscpu(SMALL[2]), numactl(SMALL[0])
DROP = """async ([name, data]) => {
    const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name));
    for (const type of ["dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(type, {dataTransfer, bubbles: true, cancelable: true}));
        if (type === "dragover" && !("dropping" in document.documentElement.dataset)) throw new Error("not marked");
    }
}"""


def drop(page: Page, name: str, data: bytes) -> None:
    """Wait until the page has loaded its module later.mjs, which listens for dropped files, and drop a file on it."""
    page.evaluate("ours('#later').then(() => {})")
    page.evaluate(DROP, [name, base64.b64encode(data).decode()])


def paste(page: Page, text: str) -> None:
    page.click("#open-paste")
    page.fill("#text", text)
    page.click("#load")


@pytest.mark.slow
def test_a_file_can_be_dropped_anywhere_or_chosen(page: Page, tmp_path: Path) -> None:
    open_page(page)
    before = shown(page)
    drop(page, "<b>cat</b>.png", b"\x89PNG\r\n\x1a\n")
    expect(page.locator("#error")).to_contain_text("<b>cat</b>.png: is a PNG picture")
    drop(page, "large.tar", bytes(3_000_000))
    expect(page.locator("#error")).to_contain_text("large.tar has 3.0 MB")
    page.click("#close-paste")
    assert shown(page) == before
    document = builtin(builtin_names()[0]).document()
    document["title"] = "<img src=x onerror=alert(1)>"
    drop(page, "evil.json", json.dumps(document).encode())
    expect(page.locator("#title")).to_have_text(document["title"])
    assert page.locator("#title img, #guesses img, #warnings img").count() == 0
    (tmp_path / "box.txt").write_text(TWO)
    page.click("#open-paste")
    page.locator("#file").set_input_files(tmp_path / "box.txt")
    expect(page.locator("#title")).to_contain_text("numactl")
    for data, form in ((TWO.encode("utf-16"), "numactl -H"), (sysfs_tar(SMALL[0]), "a tarball of /sys")):
        page.select_option("#topology", builtin_names()[0])
        expect(page.locator(".stage [data-node]")).to_have_count(6)
        drop(page, "box", data)
        expect(page.locator(".stage [data-node]")).to_have_count(2)
        expect(page.locator("#paste")).to_be_hidden()
        expect(page.locator("#warnings")).to_contain_text(form)
        page.select_option("#kernel", "v6.1")
        expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
        expect(page.locator(".stage [data-node]")).to_have_count(2)
        page.reload()
        expect(page.locator(".stage [data-node]")).to_have_count(2)


@pytest.mark.slow
def test_unknown_distances_are_filled_in_and_guesses_turned_by_keyboard(page: Page) -> None:
    open_page(page)
    paste(page, WITHOUT_DISTANCES)
    expect(page.locator("#error")).to_contain_text("unknown")
    page.click("#paste summary")
    expect(page.locator("#fill")).to_be_visible()
    assert violations(page, "#paste") == []
    page.click("#paste summary")
    page.fill("#remote", "33")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#guesses")).to_contain_text("33 to any other")
    assert violations(page, "#guesses") == []
    one_choice = page.locator("#guesses button:not([data-choice])")
    size = page.locator(".stage [data-node='0'] .size")
    before = size.inner_html()
    one_choice.focus()
    page.keyboard.press("Enter")
    expect(one_choice).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".stage [data-node='0']")).to_have_class("node no-memory")
    one_choice.click()
    expect(one_choice).to_have_attribute("aria-pressed", "false")
    assert size.inner_html() == before


@pytest.mark.slow
def test_the_machine_is_saved_in_every_format(page: Page) -> None:
    name = builtin_names()[0]
    open_page(page)
    page.click("#open-share")
    for form in WRITERS:
        page.select_option("#form", form)
        with page.expect_download() as download:
            page.click("#save-machine")
        assert download.value.suggested_filename.endswith(f".{ENDINGS[form]}")
        text = download.value.path().read_text()
        assert (read(text).ids, read(text).distances) == (builtin(name).ids, builtin(name).distances), form
        expect(page.locator("#written")).to_have_value(text)
        expect(page.locator("#losses li")).to_have_text(list(write(builtin(name), form).losses))
    page.select_option("#form", "numactl")
    page.click("#copy-machine")
    expect(page.locator("#losses li").first).to_be_visible()
    assert violations(page, "#share") == []


def test_saving_without_a_server(context: BrowserContext, page: Page, watch: Watch, usual_relay: Relay) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    watch.allow("ERR_CONNECTION_REFUSED|did not respond")  # the idle page requests the chart
    open_whole(page, usual_relay.url)
    usual_relay.cut()
    page.click("#open-share")
    page.select_option("#form", "qemu")
    page.click("#copy-machine")
    expect(page.locator("#share-note")).to_contain_text("The server does not answer")
    page.select_option("#form", "json")
    page.click("#copy-machine")
    expect(page.locator("#share-note")).to_contain_text("Machine copied")
    assert read(page.evaluate("navigator.clipboard.readText()")).ids == builtin(builtin_names()[0]).ids


def test_a_log_is_held_against_the_machine_on_show(page: Page) -> None:
    open_page(page)
    orders = {0: "0 1 2 3 4 5", 1: "1 2 0 3 4 5", 2: "2 1 0 3 4 5"}
    paste(page, "".join(f"[ 0.1] Fallback order for Node {node}: {order}\n" for node, order in orders.items()))
    expect(page.locator("#tool-log")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#log-told")).to_contain_text("1 of 3 lists differ")
    expect(page.locator("#findings .differs").first).to_contain_text("Node 1: the log has 1 2 0 3 4 5")
    expect(page.locator(".stage .log-marks text")).to_have_text("\u2260")
    expect(page.locator("#stage-text .log-marks")).to_contain_text("node 1")
    assert violations(page, "#tool", "#stage") == []
    page.click("#clear-log")
    expect(page.locator(".log-marks")).to_have_count(0)
    page.fill("#log-text", "nothing of the kind")
    page.click("#tool form .primary")
    expect(page.locator("#log-told")).to_contain_text("Fallback order")
