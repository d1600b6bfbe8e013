"""Test an audience: phones show what the speaker's page shows, may look around, come back, and are told who is gone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import Watch, visitor
from tests.browser.steps import agree, choose, open_page, shown
from tests.browser.test_accessibility import violations
from tests.relay import Relay, relaying
from tests.serving import LIGHT, Server, serving
from viz.analysis.run import Run
from viz.app.qr_code import as_svg, as_text
from viz.topology import builtin, builtin_names

pytestmark = pytest.mark.slow

PHONE = {"width": 390, "height": 844}
NAME = "two-sockets-one-expander"
BAR, BACK, NOTICE = "#notice .follow", "#notice .follow button", "#notice .speak"


@pytest.fixture(scope="module")
def hall() -> Iterator[Server]:
    """Yield a server that lets an audience follow a speaker. No speaker has spoken before the first test."""
    with serving("--follow", program=LIGHT) as server:
        yield server


def tab(browser: Browser, hall: Server | Relay, **options: object) -> Page:
    """Return an empty page of a new visitor; a test fails on what goes wrong there."""
    context = visitor(browser, hall, **options)
    page = context.new_page()
    page.watched = Watch(context, hall.url)  # type: ignore[attr-defined]
    return page


@pytest.fixture
def people(browser: Browser, hall: Server) -> Iterator[tuple[Page, Page]]:
    """Yield the speaker's page and that of a follower with a phone, both open."""
    speaker, follower = tab(browser, hall), tab(browser, hall, viewport=PHONE)
    speaker.goto(secret(hall))
    speaker.wait_for_selector("main[data-step]")
    speaker.wait_for_selector("#open-audience")
    open_page(follower)
    yield speaker, follower
    for page in (speaker, follower):
        complaints = page.watched.settle() if not page.is_closed() else []  # type: ignore[attr-defined]
        page.context.close()
        assert complaints == []


def secret(hall: Server) -> str:
    """Return the address of the speaker's page, as the server has printed it."""
    (address,) = re.findall(r"The speaker opens (\S+) and keeps it secret", hall.output())
    return str(address)


def with_speaker(follower: Page) -> None:
    """Wait until the page follows."""
    expect(follower.locator(BAR)).to_contain_text("You follow the speaker.")


def test_whoever_comes_before_the_speaker_waits_and_a_server_that_ends_leaves_the_last_picture(
    browser: Browser, hall: Server
) -> None:
    """An address of the speaker without its last part is told of at once, one with a wrong token by the server."""
    with relaying(hall.url) as relay:
        follower = tab(browser, relay, viewport=PHONE)
        follower.watched.allow("ERR_|Failed to load")  # type: ignore[attr-defined]
        open_page(follower)
        expect(follower.locator(BAR)).to_contain_text("The speaker has not begun yet.")
        before = shown(follower)
        relay.cut()
        expect(follower.locator(BAR)).to_contain_text("The server does not answer. This is the last picture.")
        assert shown(follower) == before
        with suppress(PlaywrightError):
            follower.context.close()

    page = tab(browser, hall)
    page.goto("/speaker")
    expect(page.locator("#told")).to_contain_text("lacks its last part")
    assert violations(page) == []
    page.watched.allow("403")  # type: ignore[attr-defined]
    page.goto("/speaker#" + "x" * 22)
    expect(page.locator(NOTICE)).to_contain_text("That is not the token of this server's speaker.")
    page.reload()
    expect(page.locator(BAR)).to_be_visible()  # the page is one of the audience now
    page.context.close()


def test_a_follower_sees_what_the_speaker_shows(people: tuple[Page, Page], hall: Server) -> None:
    """A pasted machine only if the speaker agrees. The token is in the speaker's address alone, and one tab speaks."""
    speaker, follower = people
    asked: list[Request] = []
    follower.on("request", lambda request: asked.append(request))
    with_speaker(follower)
    expect(follower.locator("#welcome")).to_be_hidden()

    choose(speaker, NAME)
    speaker.select_option("#kernel", "v6.1")
    expect(speaker.locator("main")).to_have_attribute("data-kernel", "v6.1")
    speaker.keyboard.press("End")
    trace = Run.of(builtin(NAME), "v6.1").trace()
    expect(follower.locator("main")).to_have_attribute("data-kernel", "v6.1")
    expect(follower.locator("main")).to_have_attribute("data-step", str(trace.length - 1))
    agree(follower, trace, trace.length - 1)
    with_speaker(follower)
    assert violations(follower) == []

    follower.click("#back")
    expect(follower.locator(BAR)).to_contain_text("You look around.")
    where = shown(follower)["step"]
    speaker.keyboard.press("Home")
    expect(speaker.locator("main")).to_have_attribute("data-step", "0")
    follower.wait_for_timeout(3000)  # longer than the interval between two questions
    assert shown(follower)["step"] == where
    assert violations(follower, BAR) == []
    choose(follower, builtin_names()[0])
    follower.click(BACK)
    expect(follower.locator("#title")).to_have_text(builtin(NAME).title)
    expect(follower.locator("main")).to_have_attribute("data-step", "0")
    with_speaker(follower)

    polls = [request for request in asked if request.url == f"{hall.url}/follow"]
    assert len(polls) > 2
    assert {(request.method, request.post_data) for request in polls} == {("GET", None)}
    assert "token" not in str([request.url for request in asked]) + str([request.post_data for request in asked])

    with_speaker(follower)
    before = shown(follower)
    speaker.click("#open-paste")
    speaker.fill("#text", json.dumps(builtin(NAME).document() | {"title": "mine"}))
    speaker.click("#load")
    expect(speaker.locator(NOTICE)).to_contain_text("Your audience does not see this machine")
    speaker.keyboard.press("End")
    follower.wait_for_timeout(3000)
    assert shown(follower) == before
    assert violations(speaker, NOTICE) == []
    speaker.click("text=Show it")
    expect(speaker.locator(NOTICE)).to_have_count(0)
    expect(follower.locator("#title")).to_have_text("mine")
    expect(follower.locator("main")).to_have_attribute("data-mode", "ended")

    address = secret(hall)
    token = address.partition("#")[2]
    assert hall.output().count(token) == 1
    assert as_text(f"{hall.url}/") in hall.output()
    assert token not in speaker.url
    speaker.click("#open-audience")
    expect(speaker.locator("#audience")).to_contain_text(f"{hall.url}/")
    expect(speaker.locator("#audience svg path")).to_have_count(2)
    code = speaker.locator("#audience svg").evaluate("it => it.outerHTML")
    assert re.findall(r' d="([^"]+)"', code) == re.findall(r' d="([^"]+)"', as_svg(f"{hall.url}/"))
    assert violations(speaker, "dialog[open]") == []
    speaker.evaluate("document.documentElement.dataset.presenter = ''")  # where Page Down also steps
    before = shown(speaker)["step"]
    speaker.keyboard.press("PageDown")
    expect(speaker.locator("#audience")).to_be_hidden()
    assert shown(speaker)["step"] == before, "the key closes the dialog, and does nothing else"
    speaker.keyboard.press("p")
    speaker.click("#open-share")
    assert token not in speaker.content() + speaker.locator("#link").input_value()
    speaker.click("#close-share")

    choose(speaker, builtin_names()[0])
    expect(follower.locator("#title")).to_have_text(builtin(builtin_names()[0]).title)
    other = speaker.context.new_page()
    speaker.watched.allow("status 409|409 \\(")  # type: ignore[attr-defined]
    other.goto(secret(hall))
    other.wait_for_selector("#open-audience")
    choose(other, NAME)
    expect(follower.locator("#title")).to_have_text(builtin(NAME).title)
    speaker.keyboard.press("End")
    expect(speaker.locator(NOTICE)).to_contain_text("Another tab of yours speaks now.")
    speaker.click("text=Speak from here")
    expect(follower.locator("#title")).to_have_text(builtin(builtin_names()[0]).title)
    other.close()
    before = shown(follower)
    speaker.goto("about:blank")
    expect(follower.locator(BAR)).to_contain_text("The speaker is away. This is the last picture.")
    assert shown(follower) == before
