"""Test links: what the address contains, what wrong links do, and what the dialog for sharing copies and saves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.bench.engine import machine
from tests.browser.conftest import Watch
from tests.browser.steps import agree, choose, follow, layout_shifts, open_page, open_whole, shown
from tests.browser.test_accessibility import violations
from viz.analysis.run import Run
from viz.app.qr_code import as_svg
from viz.topology import builtin, builtin_names
from viz.topology.link import pack
from viz.trace.model import Trace

FIRST = builtin_names()[0]


def test_nothing_moves_while_the_page_opens_with_another_machine(page: Page) -> None:
    """The machine has a discussion beside its stage and events, for which the page makes room."""
    open_whole(page, "/#topology=dram-alone-then-pmem")
    assert layout_shifts(page) < 0.01


def test_the_address_holds_the_run_and_the_step_and_back_works(page: Page, trace: Trace) -> None:
    """What a link names and nobody understands is named, and so is a step beyond the end."""
    broken, told = page.locator("#broken"), page.locator("#broken-text")
    open_page(page, "/#garbage")
    expect(told).to_contain_text("The link ")
    page.keyboard.press("ArrowRight")
    expect(broken).to_be_visible()  # the message stays until the visitor closes or answers it
    page.click("#open-default")
    expect(broken).to_be_hidden()
    expect(page).to_have_url(re.compile("step=0$"))
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(f"step={trace.stops(1)[1]}$"))
    choose(page, "two-sockets-one-expander")
    page.keyboard.press("End")
    page.select_option("#kernel", "v5.16")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.16")
    expect(page).to_have_url(re.compile("topology=two-sockets-one-expander&kernel=v5.16&zonelists=runtime"))
    page.go_back()
    expect(page.locator("main")).to_have_attribute("data-kernel", "posted")
    page.go_back()
    expect(page.locator("#title")).to_have_text(builtin(FIRST).title)
    page.go_forward()
    expect(page.locator("#title")).to_have_text(builtin("two-sockets-one-expander").title)

    boot = Run.of(builtin("boot-or-runtime"), "v5.16", "runtime").trace()
    follow(page, f"#topology=boot-or-runtime&kernel=v5.16&zonelists=runtime&step={boot.length - 3}")
    expect(page.locator("#title")).to_have_text(boot.title)
    agree(page, boot, boot.length - 3)
    follow(page, "#step=many")
    expect(told).to_contain_text("The link ")
    page.click("#open-default")
    expect(broken).to_be_hidden()
    expect(page.locator("#title")).to_have_text(trace.title)

    page.goto("/robots.txt")
    open_page(page, "/#step=99999")
    agree(page, trace, trace.length - 1)
    expect(told).to_contain_text("99999")
    page.click("#close-broken")
    expect(broken).to_be_hidden()
    agree(page, trace, trace.length - 1)
    page.evaluate("location.hash = location.hash.replace(/step=.*/, 'step=4321')")
    expect(told).to_contain_text("4321")


@pytest.mark.slow
def test_a_broken_link_offers_the_default_and_a_whole_one_carries_a_machine_of_ones_own(page: Page) -> None:
    broken, told = page.locator("#broken"), page.locator("#broken-text")
    for link in ("topology=nowhere", "kernel=v1.0", "zonelists=x", "machine=abc", "machine=%00%ff"):
        if link != "topology=nowhere":
            told.evaluate("line => { line.textContent = ''; line.parentElement.hidden = true; }")
        page.goto(f"/#{link}")
        expect(broken, link).to_be_visible()
        expect(told, link).not_to_be_empty()
        choices = "[...document.querySelectorAll('header select')].map((choice) => choice.value)"
        assert page.evaluate(choices) == [""] * 3, link
    page.click("#open-default")
    expect(page.locator("#title")).to_have_text(builtin(FIRST).title)
    expect(broken).to_be_hidden()

    page.click("#open-paste")
    page.fill("#text", json.dumps(builtin("power9-gpu-memory").document() | {"title": "mine"}))
    page.click("#load")
    expect(page.locator("#title")).to_have_text("mine")
    page.keyboard.press("Escape")
    page.locator("#stage").click(position={"x": 2, "y": 2})
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile("machine=1[A-Za-z0-9_-]+&kernel=posted&zonelists=runtime&step=[1-9][0-9]+$"))
    before, link = shown(page), page.url
    page.goto("/robots.txt")
    open_page(page, link)
    assert shown(page) == before


def test_the_dialog_copies_and_saves(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page)
    page.keyboard.press("ArrowRight")
    page.click("[data-node='0']")
    page.click("#open-share")
    page.click("#copy-link")
    expect(page.locator("#share-note")).to_have_text("Link copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.click("#copy-text")
    expect(page.locator("#share-note")).to_have_text("Text copied. Its columns line up in a monospace font.")
    text = page.evaluate("navigator.clipboard.readText()")
    assert "0 -> 1 -> 2 -> stop" in text
    *lines, address = text.splitlines()
    assert max(map(len, lines)) <= 72
    assert address == page.url
    for wanted in (page.locator("#question").inner_text(), "distances, from a row to a column:", "step "):
        assert wanted in text
    with page.expect_download() as download:
        page.click("#save-svg")
    assert "var(" not in download.value.path().read_text()
    fills = page.evaluate(
        """async (text) => {
            const frame = document.body.appendChild(document.createElement("div"));
            frame.attachShadow({mode: "open"}).innerHTML = text;
            return getComputedStyle(frame.shadowRoot.querySelector(".card")).fill;
        }""",
        download.value.path().read_text(),
    )
    assert fills == "rgb(255, 255, 255)"
    assert download.value.suggested_filename.endswith(".svg")
    with page.expect_download() as download:
        page.click("#save-png")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as download:
        page.click("#save-machine")
    assert download.value.suggested_filename == "two-sockets-three-classes-of-memory.toml"

    # Without a clipboard, texts are shown with all their lines.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.click("#copy-text")
    expect(page.locator("#written")).to_have_value(re.compile("(.*\n){10,}"))
    page.click("#copy-link")
    assert page.locator("#link").evaluate("it => [it.selectionEnd, it.scrollLeft]") == [len(page.url), 0]


@pytest.mark.slow
def test_what_the_dialog_makes_of_a_link(context: BrowserContext, page: Page, watch: Watch, tmp_path: Path) -> None:
    """The field shows the beginning of a long link; the QR code and the frame are those of the link."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, f"/?theme=dark#machine={pack(builtin('two-sockets-one-expander'))}&kernel=v6.1&step=20")
    page.click("#open-share")
    field = page.locator("#link")
    assert field.evaluate("it => [it.scrollLeft, it.selectionStart, it.scrollWidth > it.clientWidth]") == [0, 0, True]
    page.click("text=QR code")
    expect(page.locator("#link-made svg path")).to_have_count(2)
    shown = page.locator(".qr svg").evaluate("it => it.outerHTML")
    assert re.findall(r' d="([^"]+)"', shown) == re.findall(r' d="([^"]+)"', as_svg(field.input_value()))
    assert violations(page, "dialog[open]") == []
    page.click("text=Embed")
    frame = page.evaluate("navigator.clipboard.readText()")
    assert page.locator("#link-made textarea").input_value() == frame
    (tmp_path / "page.html").write_text(frame)
    watch.origins.add("file://")
    other = context.new_page()
    other.goto((tmp_path / "page.html").as_uri())
    player = other.frame_locator("iframe")
    expect(player.locator("main")).to_have_attribute("data-step", "20")
    expect(player.locator("html")).to_have_attribute("data-theme", "dark")
    expect(player.locator("#title")).to_have_text(builtin("two-sockets-one-expander").title)


@pytest.mark.slow
def test_a_machine_too_large_for_a_code_says_so_and_its_saved_picture_is_whole(page: Page) -> None:
    """The picture also contains an arrow that bends below the sockets."""
    topology = machine(70)
    trace = Run.of(topology).trace()
    open_page(page, f"/#machine={pack(topology)}&step={trace.length - 1}")
    expect(page.locator("main")).to_have_attribute("data-step", str(trace.length - 1))
    page.click("#open-share")
    page.click("text=QR code")
    expect(page.locator("#link-made")).to_contain_text("This link is too long for a QR code")
    with page.expect_download() as download:
        page.click("#save-svg")
    picture, arrows = page.evaluate(
        """(text) => {
            const frame = document.body.appendChild(document.createElement("div"));
            frame.attachShadow({mode: "open"}).innerHTML = text;
            const {x, y, width, height} = frame.shadowRoot.querySelector("svg").viewBox.baseVal;
            const stored = [...frame.shadowRoot.querySelectorAll(".arrow.stored .shaft")];
            const shafts = stored.map((shaft) => shaft.getBBox());
            return [[x, y, x + width, y + height], [Math.min(...shafts.map((box) => box.x)),
                Math.min(...shafts.map((box) => box.y)), Math.max(...shafts.map((box) => box.x + box.width)),
                Math.max(...shafts.map((box) => box.y + box.height))]];
        }""",
        download.value.path().read_text(),
    )
    (left, top, right, bottom), (west, north, east, south) = picture, arrows
    assert left < west < east < right
    assert top < north < south < bottom
