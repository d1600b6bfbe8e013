"""Test the embedded player: a page on the disk steers it, as docs/embedding.md says, and it tells only who may know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import HABITS, WINDOW
from tests.serving import LIGHT, ROOT, Server, serving
from viz.analysis.run import Run
from viz.page.player_data import play_alone
from viz.page.standalone import standalone
from viz.resources import assets
from viz.topology import builtin

MACHINE = "two-sockets-three-classes"
TRACE = Run.of(builtin(MACHINE)).trace()
HEAR = "window.told = []; window.addEventListener('message', ({ data, origin }) => told.push({ ...data, origin }));"


@pytest.fixture
def deck(browser: Browser) -> Iterator[Page]:
    """Yield an empty page for files on the disk, which records the messages that it gets in `told`."""
    context = browser.new_context(**WINDOW)
    context.add_init_script(HABITS)
    page = context.new_page()
    page.add_init_script(HEAR)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def told(page: Page, kind: str) -> list[dict[str, Any]]:
    """Return the messages of one type that the page has got."""
    found: list[dict[str, Any]] = page.evaluate("kind => told.filter(({ type }) => type === kind)", kind)
    return found


def send(page: Page, *messages: object) -> None:
    """Let the page send messages to its frame."""
    page.evaluate("all => all.forEach((one) => frames[0].postMessage(one, '*'))", list(messages))


def last(page: Page, **values: object) -> dict[str, Any]:
    """Wait until the newest message has these values, and return it."""
    match = "values => Object.entries(values).every(([key, value]) => told.at(-1)?.[key] === value)"
    page.wait_for_function(match, arg=values)
    newest: dict[str, Any] = page.evaluate("told.at(-1)")
    return newest


@pytest.mark.slow
def test_a_deck_on_the_disk_steers_the_player(deck: Page, server: Server, tmp_path: Path) -> None:
    """The deck of the document works, every command does what the document says, and garbage does nothing."""
    text = (ROOT / "docs/embedding.md").read_text()
    (source,) = re.findall(r"^```html file=deck.html\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "deck.html").write_text(source.replace("http://127.0.0.1:8050", server.url))
    deck.goto((tmp_path / "deck.html").as_uri())
    opens = 0
    ready = last(deck, type="ready", step=opens, steps=TRACE.length, playing=False, kernel="posted")
    assert ready["title"] == builtin(MACHINE).title
    assert ready["origin"] == server.url
    frame = deck.frame_locator("iframe")
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")

    deck.click("#next")
    last(deck, type="step", step=31, sentence=TRACE.at("sentence", 31))
    expect(frame.locator("#narration")).to_have_text(TRACE.at("sentence", 31))
    expect(deck.locator("#told")).to_have_text(TRACE.at("sentence", 31))

    send(deck, None, 7, "seek", [], {}, {"type": "seek", "step": 5}, *[{"tierscope": 1}] * 500, {"tierscope": 2})
    last(deck, type="refused")
    assert len(told(deck, "refused")) <= 5  # they are collected
    expect(frame.locator("#where")).to_contain_text("step 31 of")

    sources = TRACE.stops(1)
    send(deck, *[{"tierscope": 1, "type": "seek", "step": step} for step in range(40)])
    send(deck, {"tierscope": 1, "type": "seek", "step": sources[3]}, {"tierscope": 1, "type": "move", "strides": 2})
    last(deck, type="step", step=sources[5])
    send(deck, {"tierscope": 1, "type": "move", "strides": -1}, {"tierscope": 1, "type": "theme", "theme": "light"})
    last(deck, type="step", step=sources[4])
    expect(frame.locator("html")).to_have_attribute("data-theme", "light")
    assert len(told(deck, "step")) < 20

    send(deck, {"tierscope": 1, "type": "play", "speed": 8})
    deck.wait_for_function("told.at(-1).playing")
    expect(frame.locator("#speed")).to_have_value("8")
    send(deck, {"tierscope": 1, "type": "pause"})
    deck.wait_for_function("!told.at(-1).playing")
    send(deck, {"tierscope": 1, "type": "seek", "step": 9_999_999})
    last(deck, step=TRACE.length - 1)

    frame.locator("#stage").click(position={"x": 2, "y": 2})
    deck.keyboard.press("PageUp")
    last(deck, type="step", step=[step for step in sources if step < TRACE.length - 1][-1])
    deck.keyboard.press("PageDown")
    last(deck, type="step", step=TRACE.length - 1)
    deck.keyboard.press("PageDown")
    last(deck, type="beyond", by=1)
    expect(deck.locator("#told")).to_have_text("The next slide.")

    deck.evaluate("document.querySelector('iframe').src = document.querySelector('iframe').src + '&kernel=v5.16'")
    last(deck, type="run", kernel="v5.16")
    send(deck, {"tierscope": 1, "type": "hello"})
    last(deck, type="ready", kernel="v5.16")


def test_only_its_parent_steers_it(deck: Page, server: Server, tmp_path: Path) -> None:
    """A frame beside the player has no say."""
    player = f"{server.url}/?embed=1#topology={MACHINE}&step=31"
    frames = f'<iframe name="player" src="{player}" width="900" height="560"></iframe><iframe></iframe>'
    (tmp_path / "deck.html").write_text(frames)
    deck.goto((tmp_path / "deck.html").as_uri())
    last(deck, type="ready", step=31)
    message = {"tierscope": 1, "type": "seek", "step": 5}
    deck.evaluate(
        """message => {
            const script = frames[1].document.createElement("script");
            script.textContent = `parent.frames[0].postMessage(${JSON.stringify(message)}, "*")`;
            frames[1].document.body.append(script);
        }""",
        message,
    )
    send(deck, {"tierscope": 1, "type": "theme", "theme": "dark"})
    expect(deck.frame_locator("[name=player]").locator("html")).to_have_attribute("data-theme", "dark")
    assert told(deck, "step") == []
    send(deck, message)
    last(deck, type="step", step=5)


@pytest.mark.slow
def test_a_foreign_page_learns_nothing_of_a_machine_that_only_the_server_knows(deck: Page, tmp_path: Path) -> None:
    """The page may steer the player all the same; a built-in machine in the same frame is told of."""
    (tmp_path / "mine.toml").write_text((ROOT / f"topologies/{MACHINE}.toml").read_text())
    with serving(str(tmp_path / "mine.toml"), program=LIGHT) as own:
        (tmp_path / "deck.html").write_text(f'<iframe src="{own.url}/?embed=1" width="900" height="560"></iframe>')
        deck.goto((tmp_path / "deck.html").as_uri())
        frame = deck.frame_locator("iframe")
        expect(frame.locator("#narration")).not_to_be_empty()
        for _ in range(200):  # until the player listens
            send(deck, {"tierscope": 1, "type": "seek", "step": 31})
            if "step 31 of" in frame.locator("#where").inner_text():
                break
            deck.wait_for_timeout(100)
        expect(frame.locator("#where")).to_contain_text("step 31 of")
        send(deck, {"tierscope": 1, "type": "hello"}, {"tierscope": 1})
        last(deck, type="refused")
        assert [one["type"] for one in deck.evaluate("told")] == ["refused"]
        deck.evaluate(f"document.querySelector('iframe').src = '{own.url}/?embed=1#topology=dram-alone-then-pmem'")
        last(deck, type="run", title=builtin("dram-alone-then-pmem").title)


def test_an_exported_file_in_a_frame_of_a_deck_beside_it(deck: Page, tmp_path: Path) -> None:
    (tmp_path / "play.html").write_text(standalone(play_alone(Run.of(builtin(MACHINE))), assets()))
    (tmp_path / "deck.html").write_text('<iframe src="play.html?embed=1" width="900" height="560"></iframe>')
    deck.goto((tmp_path / "deck.html").as_uri())
    last(deck, type="ready", step=0)
    send(deck, {"tierscope": 1, "type": "seek", "step": 31})
    last(deck, type="step", step=31)
