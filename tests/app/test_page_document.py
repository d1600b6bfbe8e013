"""Test the HTML document of the page: its scripts, its first run, and that all requests get the same document."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from tests.app.endpoint import body
from viz.app import create_app
from viz.page.modules import first
from viz.resources import assets, edition
from viz.topology import builtin, builtin_names, load


def test_requests_that_come_first_and_at_once_get_the_same_page() -> None:
    """Dash collects its scripts during the first request. Requests at that time must not get a page without them."""
    server = create_app().server
    start = Barrier(6)

    def index() -> bytes:
        start.wait()
        return bytes(server.test_client().get("/").data)

    with ThreadPoolExecutor(6) as threads:
        pages = [page.result() for page in [threads.submit(index) for _ in range(6)]]
    assert [page.count(b"/dash_renderer.") for page in pages] == [1] * 6


def first_run(page: str) -> dict[str, Any]:
    """Return the run that an index page contains."""
    found = re.search(r'<script type="application/json" id="first-run">([^<]*)</script>', page)
    assert found
    play: dict[str, Any] = json.loads(found[1])
    return play


def test_the_document_has_what_the_callback_answers() -> None:
    client = create_app().server.test_client()
    page = client.get("/").text
    name = builtin_names()[0]
    answer = client.post("/_dash-update-component", json=body({"topology": name})).get_json()["response"]["play"][
        "data"
    ]
    assert {**first_run(page), "edition": edition()} == answer
    assert f'<template id="dash" data-topology="{name}" data-kernel="posted" data-zonelists="runtime">' in page


def test_a_machine_that_the_server_was_started_with_comes_with_the_document() -> None:
    page = create_app(builtin(builtin_names()[1])).server.test_client().get("/").text
    assert first_run(page)["title"] == builtin(builtin_names()[1]).title
    assert 'data-topology="opened"' in page


def test_a_large_machine_does_not() -> None:
    nodes = [{"id": node, "cpus": 1, "memory": 2**30} for node in range(33)]
    distances = [[10 if one == other else 20 for one in range(33)] for other in range(33)]
    page = (
        create_app(load(json.dumps({"title": "Large", "nodes": nodes, "distances": distances})).topology)
        .server.test_client()
        .get("/")
        .text
    )
    assert "first-run" not in page
    assert '<template id="dash">' in page


def test_the_modules_of_the_first_picture_do_not_wait_for_each_other() -> None:
    page = create_app(base="/x/").server.test_client().get("/x/").text
    preloaded = re.findall(r'<link rel="modulepreload" href="([^"]*)">', page)
    assert preloaded == [f"/x/assets/{edition()}/{name[1:]}.mjs" for name in first(assets())]
    assert len(preloaded) < 24
    assert page.index("importmap") < page.index("modulepreload")


def test_nothing_is_drawn_before_all_parts_of_the_page_are_there() -> None:
    """A page that arrives in pieces would be drawn with the first of them, and its parts would move."""
    page = create_app().server.test_client().get("/").text
    [name] = re.findall('<link rel="expect" href="#([^"]+)" blocking="render">', page)
    assert page.index("</main>") < page.index(f'id="{name}"') < page.index('id="first-run"')
