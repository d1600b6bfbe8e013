"""Walk through a site of plain files below a path: with the host, and after it has gone. All tests share one page."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, Watch, visitor
from tests.browser.renewing import LOST
from tests.browser.steps import agree, charted, open_whole
from tests.browser.test_stories import is_at, open_story
from tests.once import made_once
from tests.serving import LIGHT, Server, serving
from tests.site.questions import QUESTIONS
from tests.static import static_server
from viz.analysis.run import Run
from viz.app.answers import Job, answer_job
from viz.app.service import Service
from viz.kernel import migrate
from viz.page.content_policy import WORKER_POLICY
from viz.site.build import build
from viz.site.folder import write
from viz.stories import builtin_story
from viz.topology import builtin, load

pytestmark = pytest.mark.slow

FIRST, SECOND = "two-sockets-three-classes", "losing-a-node"
STORIES = ("share-a-target", "read-once", "which-events-rebuild", "passes-or-tiers")
PYTHON_STARTS = 4 * PATIENCE
"""The milliseconds within which Python must have started in a page; it takes 20 s of processor time to compile it."""


@dataclass
class Visit:
    """A page of a site, the host, and the paths that the page has asked the host for."""

    page: Page
    host: Server
    watch: Watch
    folder: Path
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a small site below x/ and return the folder."""
    return made_once(
        tmp_path_factory, "host", lambda new: write(new / "x", build([FIRST, SECOND], STORIES, tell=lambda _: None))
    )


@pytest.fixture(scope="module")
def visit(browser: Browser, folder: Path) -> Iterator[Visit]:
    """Open the site below /x/, as a visitor for the first time."""
    with static_server(folder) as host:
        context = visitor(browser, host)
        watch = Watch(context, host.url)
        visit = Visit(context.new_page(), host, watch, folder)
        visit.page.on("request", lambda request: visit.asked.append(urlsplit(request.url).path))
        visit.page.goto("/x/")
        visit.page.wait_for_selector("main[data-step]")
        yield visit
        complaints = watch.settle()
        context.close()
        assert complaints == []


def walk(page: Page, stories: Sequence[str] = STORIES) -> None:
    """Choose another machine, step to its end, draw its chart, and walk stories."""
    trace = Run.of(builtin(SECOND)).trace()
    page.select_option("#topology", SECOND)
    expect(page.locator("#title")).to_have_text(builtin(SECOND).title)
    page.locator("body").press("End")
    agree(page, trace, trace.length - 1)
    expect(page.locator("#machine-findings")).not_to_be_empty()
    charted(page)
    for name in stories:
        open_story(page, name)
        for stop in builtin_story(name).stops:
            is_at(page, stop)
            if stop.stop.walk:
                expect(page.locator("#tool .witness")).to_be_visible()
            if stop.stop.against:
                expect(page.locator("#twins .apart")).to_contain_text(stop.stop.against)
            if stop.stop.view == "events":
                expect(page.locator("#tool .rebuilds tbody tr").first).to_be_visible()
            page.keyboard.press("PageDown")
        page.keyboard.press("Escape")
        expect(page.locator("#story-stop")).to_be_hidden()


def test_looking_and_stepping_need_no_python(visit: Visit) -> None:
    """The document shows its run, a link opens its step, and machines, charts and stories have their answers ready."""
    count = len(visit.asked)
    visit.page.goto(f"/x/?#topology={SECOND}&step=40")
    visit.page.wait_for_selector("main[data-step='40']")
    agree(visit.page, Run.of(builtin(SECOND)).trace(), 40)
    walk(visit.page)
    visit.page.click("#open-share")
    expect(visit.page.locator("#save-gif")).to_be_disabled()
    expect(visit.page.locator("#save-gif")).to_have_attribute("title", re.compile("makes no GIF"))
    visit.page.click("#close-share")
    assert visit.page.locator(".refusal:visible").count() == 0
    assert not any("/python/" in path for path in visit.asked[count:])


def test_all_ready_made_answers_are_kept_when_the_page_is_idle(visit: Visit) -> None:
    """Only a visitor who saves data keeps no more than what was fetched; all visitors of these tests do."""
    visit.page.evaluate("navigator.serviceWorker.ready.then(({active}) => active.postMessage('keep answers'))")
    kept = """async () => {
        const [name] = await caches.keys();
        const requests = await (await caches.open(name)).keys();
        return requests.map(({url}) => new URL(url).pathname);
    }"""
    answers = {f"/{path.relative_to(visit.folder).as_posix()}" for path in visit.folder.glob("x/answers/*/*")}
    while not answers <= set(visit.page.evaluate(kept)):
        visit.page.wait_for_timeout(100)


LINE = "2 sockets: cpu+dram 64G; shared cxl 256G at 20"
EDITED = "migrate.py establish_migrate_target"


def paste(page: Page, text: str) -> None:
    """Open a pasted machine under the usual kernel, whichever a story has left behind."""
    page.evaluate("hash => { location.hash = hash; }", f"#topology={FIRST}&kernel=posted&zonelists=runtime")
    expect(page.locator("#title")).to_have_text(builtin(FIRST).title)
    expect(page.locator("main")).to_have_attribute("data-kernel", "posted")
    paste_here(page, text)


def paste_here(page: Page, text: str) -> None:
    """Open a pasted machine under the kernel that is chosen."""
    page.click("#open-paste")
    page.fill("#text", text)
    page.click("#load")


def ends(page: Page, run: Run) -> None:
    """Assert that the page shows a run, and that its last step is that of the run. Python may have to start first."""
    trace = run.trace()
    expect(page.locator("#title")).to_have_text(run.topology.title, timeout=PYTHON_STARTS)
    expect(page.locator("main")).to_have_attribute("data-kernel", run.version.name, timeout=PYTHON_STARTS)
    page.locator("body").press("End")
    agree(page, trace, trace.length - 1)


def change_rule(page: Page) -> None:
    """Change a rule of the kernel in the tool What if."""
    page.click("#tool-what-if")
    page.select_option("#rules [name=used]", "per-source")
    ends(page, Run.of(load(LINE).topology, "posted + used=per-source"))
    page.click("#as-row")
    expect(page.locator("main")).to_have_attribute("data-kernel", "posted")


def edit(page: Page, before: str, after: str) -> None:
    """Edit the lines of a function in the tool Patch, and run them."""
    page.click("#tool-edit-code")
    page.select_option("#edit-code [name=key]", EDITED)
    field = page.locator("#edit-code textarea")
    text = field.input_value()
    assert text.count(before) == 1
    field.fill(text.replace(before, after))
    page.click("#edit-code button.primary")


def start_python(visit: Visit) -> None:
    """Open a pasted machine, which Python computes; a bar says what comes while it starts."""
    paste(visit.page, LINE)
    expect(visit.page.locator("#progress progress")).to_be_visible()
    expect(visit.page.locator("#progress")).to_contain_text("Python")
    ends(visit.page, Run.of(load(LINE).topology))
    expect(visit.page.locator("#progress")).to_be_hidden()


def change_line(page: Page) -> None:
    """Edit a line so that the chooser does not mark its choice for others, and read what that moves."""
    edit(page, "machine, node, used\n", "machine, node, NodeMask(used)\n")
    expect(page.locator("main")).to_have_attribute("data-kernel", re.compile("^posted edited [0-9a-f]{8}$"))
    expect(page.locator("#moved h3")).to_have_text("1 node demotes elsewhere than in posted")
    expect(page.locator("#moved .differences")).to_contain_text("Node ")
    changed = "ours('#player/code').then(({changedListings}) => changedListings().map(one => one.dataset.function))"
    assert page.evaluate(changed) == [EDITED]
    assert "&code=" in page.url


MISTAKES = (
    ("if migration_target ==", "if migration_target =", r"line \d+: invalid syntax", "if migration_target ="),
    ("return migration_target", "return migration", r"line \d+: NameError", "return migration"),
    ("    yield Store(", "    while True: pass\n    yield Store(", r"line \d+: its loops are not done", "while True"),
)
"""Changes of a line that are wrong: what is told, and a part of the line that is selected then."""


def test_python_answers_all_else_and_on_the_second_visit_without_the_host(visit: Visit) -> None:
    """Python starts once on each visit, so that all that it does is one test."""
    start_python(visit)
    change_rule(visit.page)
    change_line(visit.page)
    for before, after, refusal, selected in MISTAKES:
        make_mistake(visit.page, before, after, refusal, selected)
    answer_a_hundred_questions_as_a_server_does(visit)
    edited_lines_reach_neither_network_nor_storage(visit)
    the_worker_alone_may_start_wasm(visit)
    come_back_without_the_host(visit)


def make_mistake(page: Page, before: str, after: str, refusal: str, selected: str) -> None:
    """Edit a line wrongly: the line is told and selected, and the run stays."""
    kernel = page.locator("main").get_attribute("data-kernel")
    edit(page, before, after)
    expect(page.locator("#edit-code-refused")).to_have_text(re.compile(rf"^migrate\.py, {refusal}"))
    marked = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert selected in page.locator("#edit-code textarea").evaluate(marked)
    expect(page.locator("main")).to_have_attribute("data-kernel", str(kernel))
    page.click("#tool-code")


def answer_a_hundred_questions_as_a_server_does(visit: Visit) -> None:
    asked = """questions => ours("#site/python").then(async ({askPython}) => {
        const answers = [];
        for (const [kind, question] of questions) answers.push(await askPython(kind, question));
        return answers;
    })"""
    for (kind, question), found in zip(QUESTIONS, visit.page.evaluate(asked, QUESTIONS), strict=True):
        answer = json.loads(json.dumps(answer_job(Job(kind, question, Service()))))
        assert ordered(found) == ordered(answer), (kind, question)


def ordered(value: Any) -> Any:
    """Return a JSON value with each list of names and texts sorted: Pythons list the variables of a frame variously."""
    if isinstance(value, dict):
        return {key: ordered(inner) for key, inner in value.items()}
    if not isinstance(value, list):
        return value
    pairs = all(isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one) for one in value)
    return sorted(value) if pairs else [ordered(inner) for inner in value]


def edited_lines_reach_neither_network_nor_storage(visit: Visit) -> None:
    """Every way out of the worker that Python knows of is closed; so is every way to make JavaScript of a text."""
    ways = [
        "import js; js.fetch('/x/robots.txt')",
        "from pyodide.code import run_js; run_js('1')",
        "import pyodide_js; pyodide_js.loadPackage('micropip')",
        "import sys, importlib; sys.modules.pop('js'); importlib.import_module('js').fetch('/x/robots.txt')",
        "import sys, importlib; sys.modules.pop('js'); importlib.import_module('js').Object.constructor('return 1')()",
        "import sys; sys.modules.pop('pyodide.code'); from pyodide.code import run_js; run_js('self.indexedDB.name')",
        "import _socket; _socket.socket().connect(('127.0.0.1', 80))",
    ]
    text = inspect.getsource(migrate.establish_migrate_target)
    asked = """([key, texts, machine]) => ours("#site/python").then(async ({askPython}) => {
        const lines = [];
        for (const text of texts) {
            const {name, error} = await askPython("edit", {row: "posted", texts: {[key]: text}});
            lines.push(error ?? (await askPython("play", {...machine, kernel: name})).error ?? "it ran");
        }
        return lines;
    })"""
    texts = [text.replace("    yield Store(", f"    {way}\n    yield Store(") for way in ways]
    count = len(visit.asked)
    for way, line in zip(ways, visit.page.evaluate(asked, [EDITED, texts, {"topology": FIRST}]), strict=True):
        assert re.match(r"migrate\.py, line \d+: |Python failed at this", line), (way, line)
    assert visit.asked[count:] == []


def the_worker_alone_may_start_wasm(visit: Visit) -> None:
    [worker] = {path for path in visit.asked if path.endswith("/worker.mjs")}
    script = "path => fetch(path).then(reply => reply.headers.get('Content-Security-Policy'))"
    visit.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    assert visit.page.evaluate(script, worker) == WORKER_POLICY
    bare = "WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => 'started', () => 'refused')"
    visit.watch.allow("unsafe-eval")
    assert visit.page.evaluate(bare) == "refused"


def come_back_without_the_host(visit: Visit) -> None:
    """Edited lines of a link run once the visitor lets them; all else is computed as before."""
    page = visit.page
    walk(page, STORIES[-1:])
    paste(page, LINE)
    change_line(page)
    link = page.url
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    visit.watch.allow("ERR_CONNECTION_REFUSED|Failed to fetch|robots")
    visit.host.stop()
    page.goto("about:blank")
    open_link(page, link)
    page.click("#run-lines button:not(.primary)")
    ends(page, Run.of(load(LINE).topology))
    assert "code=" not in page.url
    open_link(page, link)
    page.click("#run-lines .primary")
    expect(page.locator("main")).to_have_attribute("data-kernel", re.compile("^posted edited"))
    walk(page, STORIES[-1:])
    paste(page, LINE)
    ends(page, Run.of(load(LINE).topology))
    change_rule(page)
    change_line(page)
    assert page.locator(".refusal:visible").count() == 0


def open_link(page: Page, link: str) -> None:
    """Open a link with edited lines in a page that does not know them; it shows them and asks."""
    page.goto(link)
    expect(page.locator("#run-lines")).to_contain_text("establish_migrate_target() of posted")
    expect(page.locator("#run-lines pre")).to_contain_text("NodeMask(used)")


def test_python_answers_while_a_server_is_gone(folder: Path, browser: Browser) -> None:
    """A page of a server that offers the Python of this site keeps it, and asks it only while the server is gone."""
    with serving("--base-path", "/y/", "--fallback", str(folder / "x"), program=LIGHT) as server:
        context = visitor(browser, server)
        watch = Watch(context, server.url)
        page = context.new_page()
        open_whole(page, f"{server.url}/y/")
        page.evaluate("Object.defineProperty(navigator, 'connection', {value: {saveData: false}})")
        page.evaluate("ours('#site/fallback').then(({keepFallback}) => keepFallback())")
        charted(page)
        watch.allow(LOST)
        server.stop()
        page.select_option("#kernel", "v6.1")
        ends(page, Run.of(builtin(FIRST), "v6.1"))
        expect(page.locator("#notice .instead")).to_contain_text("Python in this browser answers")
        expect(page.locator("#open-paste")).not_to_have_attribute("data-need", re.compile("."))
        charted(page)
        paste_here(page, LINE)
        ends(page, Run.of(load(LINE).topology, "v6.1"))
        page.click("#tool-stranding")
        expect(page.locator("#packed")).to_contain_text("Without walls")
        with serving("--base-path", "/y/", "--port", server.url.rpartition(":")[2], program=LIGHT):
            page.evaluate("window.dispatchEvent(new Event('online'))")
            expect(page.locator("#notice .instead")).to_have_count(0)  # a notice of the paste may stay
            with page.expect_request(lambda request: request.method == "POST"):
                page.select_option("#kernel", "v5.18")
            ends(page, Run.of(load(LINE).topology, "v5.18"))
        complaints = watch.settle()
        context.close()
        assert complaints == []
