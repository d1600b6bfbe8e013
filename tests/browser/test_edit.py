"""Test the editor: the grid, the fields and the stage change the machine, and the order is computed at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.editing import arrows, cell, document, effect, open_editor, undo_all
from tests.browser.steps import at_rest, open_page
from tests.browser.test_accessibility import violations
from tests.browser.test_strangers import machine
from viz.analysis.run import Run
from viz.topology import Topology

PASTE = """([cell, text]) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


def paste(page: Page, row: int, column: int, text: str) -> None:
    """Click a cell of the distance grid, and paste the text into it."""
    cell(page, row, column).click()
    page.evaluate(PASTE, [cell(page, row, column).element_handle(), text])


def load(page: Page, text: str) -> None:
    """Paste a machine into the open page, and open the editor."""
    page.click("#open-paste")
    page.fill("#text", text)
    page.click("#load")
    expect(page.locator("#paste")).to_be_hidden()
    if page.locator("#tool-edit").get_attribute("aria-selected") != "true":
        page.click("#tool-edit")


def agrees(page: Page) -> None:
    """Assert that the arrows on the stage are those that viz.kernel computes for the machine of the page."""
    run = Run.of(Topology.from_document(document(page)))
    trace = run.trace()
    final = trace.targets(trace.length - 1)
    assert arrows(page) == sorted(f"{node} -> {target}" for node, targets in final.items() for target in targets)


def test_distances_are_edited_by_pointer_by_keyboard_and_by_pasting(page: Page) -> None:
    """The arrows move at once, an arrow leads to its distance, and no key of the grid is the player's."""
    open_editor(page)
    grid = page.get_by_role("grid", name="Distances")
    assert grid.locator("td[tabindex='0']").count() == 1
    grid.locator("td[tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    expect(cell(page, 1, 2)).to_be_focused()
    before = page.locator("#where").inner_text()
    page.keyboard.type("300")
    page.keyboard.press("Enter")
    field = page.get_by_label("Distance from node 1 to node 2")
    expect(field).to_have_value("300")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#grid-refusal")).to_contain_text("\u201c300\u201d is no distance")
    page.keyboard.press("Escape")
    expect(cell(page, 1, 2)).to_have_text("17")
    expect(cell(page, 1, 2)).to_be_focused()
    page.keyboard.press("Delete")
    expect(effect(page)).to_contain_text("Raising d(1,2) and d(2,1) to 20")
    expect(cell(page, 1, 2)).to_be_focused()
    page.get_by_label("both ways").uncheck()
    cell(page, 1, 2).focus()
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.type("25")
    page.keyboard.press("Enter")
    expect(effect(page)).to_contain_text("Raising d(1,2) to 25")
    expect(cell(page, 2, 2)).to_be_focused()
    expect(page.locator(".odd-ones")).to_contain_text("d(1,2) is 25, back it is 20")
    assert page.locator("#where").inner_text() == before, "no key was the player's"
    page.reload()
    page.click("#tool-edit")
    expect(page.get_by_label("both ways")).not_to_be_checked()
    page.get_by_label("both ways").check()
    undo_all(page, 2)

    page.locator(".arrow[data-from='1'][data-to='2'] .far").click()
    expect(cell(page, 1, 2)).to_be_focused()

    assert "1 -> 2" in arrows(page)
    cell(page, 1, 2).click()
    page.keyboard.type("90")
    page.keyboard.press("Enter")
    done = "aising d(1,2) and d(2,1) to 90"
    expect(effect(page)).to_have_text(f"R{done} moved 1 -> 2 to 1 -> 5, 4 -> 5 to 4 -> 2.")
    assert document(page)["distances"][1][2] == document(page)["distances"][2][1] == 90
    agrees(page)
    page.keyboard.press("Control+z")
    expect(effect(page)).to_have_text(f"Undoing r{done} moved 1 -> 5 to 1 -> 2, 4 -> 2 to 4 -> 5.")
    expect(page.get_by_role("button", name=f"Redo r{done}")).to_be_enabled()
    page.keyboard.press("Control+Shift+z")
    expect(effect(page)).to_contain_text("moved 1 -> 2 to 1 -> 5")
    undo_all(page, 1)

    size = 6
    matrix = [[10 if a == b else 20 + abs(a - b) for b in range(size)] for a in range(size)]
    lines = ["node distances:", "node   0   1   2   3   4   5"]
    lines += [f"  {a}:  " + "  ".join(map(str, row)) for a, row in enumerate(matrix)]
    paste(page, 3, 3, "\n".join(f"> {line}" for line in lines))
    expect(effect(page)).to_contain_text("Pasting 6 x 6 distances")
    assert document(page)["distances"] == matrix
    agrees(page)
    paste(page, 5, 5, "10\t20\n20\t10")
    expect(page.locator("#grid-refusal")).to_have_text("The text is a block of 2 x 2; from here 1 x 1 fit.")
    assert document(page)["distances"] == matrix


@pytest.mark.slow
def test_nodes_are_edited_in_fields_by_keyboard_and_by_dragging(page: Page) -> None:
    """A field refuses at itself and keeps the text, ids say who chooses first, and the step is kept."""
    open_editor(page)
    field = page.get_by_label("Size of the memory")
    field.fill("64")
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#node-refusal")).to_have_text("64 needs a unit, as in 64 GiB.")
    expect(field).to_have_value("64")
    expect(page.locator("[data-act='undo']")).to_be_disabled()
    field.fill("32 GiB")
    page.keyboard.press("Enter")
    expect(page.locator("#node-refusal")).to_be_hidden()
    expect(page.locator(".stage [data-node='0']")).to_contain_text("32 GiB")
    page.get_by_label("CPUs", exact=True).uncheck()
    expect(effect(page)).to_contain_text("Taking the CPUs of node 0 added 5 -> 0")
    agrees(page)
    page.get_by_label("online", exact=True).uncheck()
    expect(effect(page)).to_contain_text("Taking node 0 offline")
    agrees(page)
    undo_all(page, 3)

    choice = page.locator("#tool [name=node]")
    expect(choice.locator("option:checked")).to_have_text("0, HBM, chooses 1st")
    expect(page.locator(".edit-marks text")).to_have_text(["chooses 1st", "chooses 2nd"])
    page.get_by_label("id", exact=True).fill("3")
    page.keyboard.press("Enter")
    expect(effect(page)).to_have_text("Swapping nodes 0 and 3 changed no arrow.")
    expect(choice.locator("option:checked")).to_have_text("3, HBM, chooses 2nd")
    assert document(page)["nodes"][3]["cpus"] == "0-15"
    agrees(page)
    undo_all(page, 1)

    page.locator(".stage [data-node='2']").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(effect(page)).to_contain_text("Moving node 2 to class 1")
    expect(page.locator(".stage [data-node='2']")).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(effect(page)).to_contain_text("Moving node 2 to socket B")
    expect(page.locator(".stage [data-node='2']")).to_have_attribute("data-socket-of", "Socket B")
    agrees(page)
    page.keyboard.press("Insert")
    expect(effect(page)).to_contain_text("Adding node 6")
    expect(page.locator(".stage [data-node='6']")).to_have_attribute("data-tier", "1")
    agrees(page)
    page.locator(".stage [data-node='6']").focus()
    page.keyboard.press("Delete")
    expect(effect(page)).to_contain_text("Removing node 6")
    expect(page.locator(".stage [data-node]:focus")).to_have_count(1)
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.type("CXL")
    page.keyboard.press("Enter")
    expect(effect(page)).to_contain_text("to CXL changed no arrow")
    for _ in range(5):
        page.keyboard.press("Control+z")
    expect(page.locator("[data-act='undo']")).to_be_disabled()
    expect(page.locator(".stage [data-node='2']")).to_have_attribute("data-tier", "2")
    assert [node["label"] for node in document(page)["nodes"]] == ["HBM", "DRAM", "PMEM"] * 2

    card, target = (page.locator(f".stage [data-node='{node}'] .card").bounding_box() for node in (5, 1))
    assert card
    assert target
    page.mouse.move(card["x"] + 40, card["y"] + 30)
    page.mouse.down()
    page.mouse.move(target["x"] + 60, target["y"] + 30, steps=4)
    expect(page.locator(".drop-zones .over text")).to_have_text("class 1")
    page.keyboard.press("Escape")
    expect(page.locator(".drop-zones")).to_have_count(0)
    page.mouse.up()
    page.mouse.move(card["x"] + 40, card["y"] + 30)
    page.mouse.down()
    page.mouse.move(target["x"] + 60, target["y"] + 30, steps=4)
    page.mouse.up()
    expect(effect(page)).to_contain_text("Moving node 5 to socket A, class 1")
    expect(page.locator("#tool-edit")).to_have_attribute("aria-selected", "true")
    agrees(page)
    page.locator(".stage [data-node='3'] .card").dblclick()
    page.keyboard.type("far")
    page.keyboard.press("Enter")
    expect(page.locator(".stage [data-node='3']")).to_contain_text("far")

    at_rest(page)
    page.keyboard.press("Home")
    page.keyboard.press("]")
    page.keyboard.press("ArrowRight")
    before = page.locator("main").get_attribute("data-pass"), page.locator("#where").inner_text()
    page.locator("#tool [name=node]").select_option("0")
    page.get_by_label("label", exact=True).fill("fast")
    page.keyboard.press("Enter")
    expect(page.locator(".stage [data-node='0']")).to_contain_text("fast")
    assert (page.locator("main").get_attribute("data-pass"), page.locator("#where").inner_text()) == before


@pytest.mark.slow
def test_what_is_too_large_is_said_and_axe_finds_nothing_in_small_and_dense_grids(page: Page) -> None:
    open_page(page)
    for size, told in ((65, "up to 64 nodes, and this machine has 65"), (129, "up to 128 nodes")):
        load(page, machine(size))
        expect(page.locator("#title")).to_have_text(f"{size} nodes")
        message = page.locator(".edit .too-many" if size <= 128 else ".edit p")
        expect(message).to_contain_text(told)
        expect(page.locator(".distance-grid")).to_be_hidden()
    for size in (6, 13):
        load(page, machine(size))
        expect(page.locator("#title")).to_have_text(f"{size} nodes")
        expect(page.locator(".distance-grid tbody td")).to_have_count(size * size)
        cell(page, 1, 2).click()
        page.keyboard.type("255")
        page.keyboard.press("Enter")
        expect(effect(page)).to_contain_text("to 255")
        if size == 6:
            page.click(".edit-keys summary")
        cell(page, 2, 1).click()
        page.keyboard.type("9")
        page.keyboard.press("Enter")
        expect(page.locator("#grid-refusal")).to_be_visible()
        assert violations(page, "#tool", ".stage-panel") == [], size
        page.keyboard.press("Escape")
