"""Test changed rules on the page: the panel, the name and the link, cycles on the stage, and a person's own file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Watch, visitor
from tests.browser.steps import agree, open_page
from tests.browser.test_accessibility import violations
from tests.serving import LIGHT, serving
from viz.analysis.run import Run
from viz.topology import builtin

SEED = "two-sockets-three-classes"
MINE = '''"""Made up: the farthest node is the best."""

from viz.kernel.checkpoints import Scan, Taken

ROW = "v5.15"


def find_next_best_node(machine, node, used):
    """Return the node with the highest id."""
    best = max(machine.memory - used, default=-1)
    yield Scan(node, best, machine.memory - used)
    if best >= 0:
        used.add(best)
        yield Taken(best)
    return best
'''


def field(page: Page, label: str) -> Locator:
    """Return the field of the rule with this label."""
    return page.locator("#rules").get_by_label(label)


def open_panel(page: Page) -> None:
    page.click("#tool-what-if")
    expect(page.locator("#rules .rule").first).to_be_visible()


@pytest.mark.slow
def test_a_rule_is_changed_named_compared_and_taken_back(page: Page) -> None:
    open_page(page, f"/#topology={SEED}&kernel=v5.15")
    open_panel(page)
    expect(page.locator("#what-if-name")).to_have_text("These are the rules of v5.15.")
    field(page, "Who counts as used").select_option("sources")
    expect(page.locator("#what-if-name")).to_have_text("This is v5.15 + used=sources.")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15 + used=sources")
    expect(page.locator("#kernel")).to_have_value("v5.15 + used=sources")
    assert "kernel=v5.15+%2B+used%3Dsources" in page.url
    assert violations(page, "#tool") == []
    expect(page.locator(".rule.changed")).to_contain_text("cycles can appear")
    expect(field(page, "When sources become used")).to_be_disabled()
    page.locator("#changed-code summary").click()
    expect(page.locator("#changed-code [data-changed]").first).to_contain_text("used_targets = this_pass.copy()")
    trace = Run.of(builtin(SEED), "v5.15 + used=sources").trace()
    page.keyboard.press("End")
    agree(page, trace, trace.length - 1)
    expect(page.locator("#narration")).to_contain_text("Cycles: 1 → 2 → 1, 3 → 4 → 3.")

    page.click("#compare-row")
    expect(page.locator("#twins select[name=other]")).to_have_value("kernel:v5.15")
    expect(page.locator("#twins .differences")).to_contain_text("Node 2 demotes to 1 in v5.15 + used=sources")
    page.click("#tool-what-if")
    page.click("#as-row")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15")
    expect(page.locator("#as-row")).to_be_hidden()
    page.click("#tool-code")
    expect(page.locator("#code [data-changed]")).to_have_count(0)


@pytest.mark.slow
def test_a_link_opens_a_what_if_and_its_code_has_the_changed_lines(page: Page) -> None:
    open_page(page, f"/#topology={SEED}&kernel=v5.15 + used=per-source + tie=id")
    name = "v5.15 + tie=id + used=per-source"
    expect(page.locator("main")).to_have_attribute("data-kernel", name)
    trace = Run.of(builtin(SEED), name).trace()
    agree(page, trace, 0)
    expect(page.locator("#kernel-name")).to_have_text(f"kernel {name}")
    expect(page.locator("#kernel-name")).to_be_visible()  # the list has no room for it
    page.keyboard.press("ArrowRight")
    agree(page, trace, trace.opens)
    expect(page.locator("#narration")).to_contain_text("What if: Between equals the lower id decides")
    page.keyboard.press("]")
    changed = page.locator("#code [data-changed]")
    expect(changed.filter(has_text="source_nodes |= this_pass")).to_have_count(1)
    page.select_option("#kernel", "v5.15")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v5.15")
    expect(page.locator("#kernel-name")).to_be_hidden()
    expect(changed).to_have_count(0)
    page.select_option("#kernel", name)
    expect(page.locator("main")).to_have_attribute("data-kernel", name)
    for _ in range(3):
        page.click("#forward")
    expect(changed.first).to_be_attached()
    what_means_nothing_is_disabled_or_refused(page)
    page.goto(f"/#topology={SEED}&kernel=v5.15 + used=mine")
    expect(page.get_by_text("used is one of chooser, per-source, sources, not 'mine'").first).to_be_visible()


def what_means_nothing_is_disabled_or_refused(page: Page) -> None:
    """A rule that means nothing for the kernel is disabled, or refused with the reason."""
    page.goto(f"/#topology={SEED}&kernel=v6.1")
    expect(page.locator("main")).to_have_attribute("data-kernel", "v6.1")
    open_panel(page)
    expect(field(page, "Who counts as used")).to_be_disabled()
    expect(page.locator("#rule-used")).to_contain_text("it builds its order without passes")
    field(page, "How many targets a node has").select_option("one")
    expect(page.locator("#rule-further")).to_contain_text("a node has one target")
    field(page, "What CPUs cost").fill("5")
    page.keyboard.press("Tab")
    expect(page.locator("#what-if-name")).to_have_text("This is v6.1 + penalty-cpu=5 + targets=one.")
    field(page, "What a zonelist charges").select_option("add")
    expect(page.locator("#what-if-name")).to_contain_text("charge=add")
    field(page, "What decides between equals").select_option("id")
    expect(page.locator("#what-if-refused")).to_contain_text("with tie=id nobody looks at the loads that lists charge")


@pytest.mark.slow
def test_a_file_of_ones_own_is_played_and_offered_again_once_edited(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    with serving("--kernel", str(path), program=LIGHT) as server:
        context = visitor(browser, server)
        watch = Watch(context, server.url)
        page = context.new_page()
        open_page(page)
        expect(page.locator("main")).to_have_attribute("data-kernel", "mine.py")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#narration")).to_contain_text("find_next_best_node() of mine.py")
        page.keyboard.press("1")
        while page.locator("#code ol").get_attribute("data-function") != "mine.py find_next_best_node":
            page.keyboard.press("ArrowRight")
        expect(page.locator("#code .now")).to_contain_text("yield Scan(node, best")
        open_panel_of_file(page)
        path.write_text(MINE.replace("max(", "min("))
        notice = page.locator("#notice .edited-file")
        expect(notice).to_contain_text("mine.py has been edited on the disk.")
        assert violations(page, "#notice") == []
        notice.get_by_role("button", name="Run it again").click()
        expect(notice).to_have_count(0)
        page.keyboard.press("End")
        expect(page.locator("#stage .arrow.stored[data-from='0'][data-to='1']")).to_have_count(1)
        path.write_text(MINE.replace("best = max", "best = nobody"))
        notice.get_by_role("button", name="Run it again").click()
        expect(page.get_by_text("mine.py, line 10: NameError: name 'nobody' is not defined").first).to_be_visible()
        page.goto(f"/#topology={SEED}&kernel={path}")
        expect(page.get_by_text("unknown kernel").first).to_be_visible()
        assert watch.settle() == []
        context.close()


def open_panel_of_file(page: Page) -> None:
    page.click("#tool-what-if")
    expect(page.locator("#what-if-name")).to_contain_text("Its rules are changed in the file itself.")
    page.click("#tool-code")
