"""Test the files of a site: the document names only files that are there, and the answers are those of the server."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest

from tests.site.conftest import MACHINES, STORIES
from tests.test_licences import rows, without_row
from viz.analysis.run import Run
from viz.app.answers import Job, answer_job
from viz.app.service import Service
from viz.page.content_policy import csp_hash
from viz.page.modules import names
from viz.resources import assets
from viz.site.python_files import FILES, LIBRARIES, MODULES, PROGRAM, WORKER
from viz.site.ready_made import answer_key, run_key
from viz.stories import builtin_story
from viz.topology import builtin

Files = Mapping[str, bytes]
MOST_REQUESTS, MOST_BYTES = 24, 210 * 2**10
"""The limits of the served page until it can be used."""


def page(files: Files) -> str:
    return files["index.html"].decode()


def attribute(files: Files, name: str) -> str:
    """Return an attribute of the element #site."""
    [element] = re.findall(r'<template id="site"[^>]*>', page(files))
    found = re.search(rf' data-{name}="([^"]*)"', element)
    assert found
    return unescape(found[1])


def document(files: Files, name: str) -> Any:
    return json.loads(gzip.decompress(files[f"{attribute(files, 'answers')}{name}.json.gz"]))


@pytest.mark.slow
def test_every_address_in_the_document_is_relative_and_a_file(files: Files) -> None:
    [imports] = re.findall(r'<script type="importmap">(.*?)</script>', page(files))
    linked = re.findall(r'(?:src|href)="([^"#]+)"', page(files).replace(imports, ""))
    addresses = [*json.loads(imports)["imports"].values(), *(one for one in linked if not one.startswith("data:"))]
    assert len(addresses) > 80
    assert {address[:2] for address in addresses} == {"./"}
    assert {address[2:] for address in addresses} <= files.keys()
    assert {attribute(files, "plotly"), f"{attribute(files, 'answers')}index.json.gz"} <= files.keys()


def test_the_first_look_stays_within_the_limits_of_the_served_page(files: Files) -> None:
    modules = re.findall(r'<(?:link rel="modulepreload" href|script type="module" src)="([^"]+)"', page(files))
    first = {address[2:] for address in modules}
    assert 10 < len(first) + 1 <= MOST_REQUESTS
    assert sum(len(gzip.compress(files[name])) for name in ("index.html", *first)) <= MOST_BYTES


def test_every_module_has_an_address_and_dash_is_replaced(files: Files) -> None:
    [imports] = re.findall(r'<script type="importmap">(.*?)</script>', page(files))
    addresses = json.loads(imports)["imports"]
    assert addresses.keys() == set(names(assets()))
    assert addresses["#core/dash"] == addresses["#site/without-server"]
    assert "dash" not in {name for path in files for name in path.split("/")}


def test_the_policy_allows_the_import_map_and_lets_no_text_become_code(files: Files) -> None:
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page(files))
    [imports] = re.findall(r'<script type="importmap">(.*?)</script>', page(files))
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == f"'self' {csp_hash(imports)}"
    assert rules["connect-src"] == "'self'"


def test_the_first_run_is_in_the_document(files: Files) -> None:
    [text] = re.findall(r'<script type="application/json" id="first-run">([^<]*)</script>', page(files))
    play = json.loads(text)
    assert attribute(files, "topology") == play["request"]["topology"] == MACHINES[0]
    assert play["title"] == builtin(MACHINES[0]).title
    assert play["findings"]["findings"]


def test_the_service_worker_knows_the_files(files: Files) -> None:
    line = files["sw.js"].split(b"\n", 1)[0].decode()
    site = json.loads(line.removeprefix("const SITE = ").removesuffix(";"))
    assert {*site["first"], *site["answers"], site["python"]} - {""} <= files.keys()
    assert {path for path in site["changing"] if path} <= files.keys()
    unknown = [path for path in files if not path.startswith(tuple(site["folders"])) and path not in site["changing"]]
    assert sorted(unknown) == ["LICENSES.txt", "_headers", "index.html", "robots.txt", "sw.js"]


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_has_its_run_and_all_charts(files: Files, name: str) -> None:
    index = document(files, "index")
    run = Run.of(builtin(name))
    question = {"topology": name, **index["usual"][name]}
    assert index["usual"][name] == {"kernel": run.asked, "zonelists": run.zonelists}
    number = index["runs"][run_key(question)]
    ready = document(files, str(number))["play"]
    play = answer_job(Job("whole", question, Service()))
    ready["listing"] = document(files, ready["listing"])
    assert json.loads(json.dumps(play)) == {key: value for key, value in ready.items() if key != "findings"}
    charts = document(files, f"{number}-pictures")["answers"]
    asked = {"chart": "timeline", "theme": "dark", "narrow": "yes"}
    figure = answer_job(Job("chart", question | asked, Service()))
    assert charts[answer_key("chart", asked)] == json.loads(json.dumps(figure))
    assert len(charts) == 9
    assert len(charts[answer_key("halls", {})]["stages"]) > 0


@pytest.mark.parametrize("name", STORIES)
def test_every_stop_of_a_story_has_its_run_and_what_its_tool_asks(files: Files, name: str) -> None:
    index = document(files, "index")
    for stop in builtin_story(name).stops:
        number = index["runs"][run_key({**index["usual"].get(stop.request.get("topology", ""), {}), **stop.request})]
        answers = document(files, str(number))["answers"]
        kinds = {json.loads(key)[0] for key in answers}
        assert {"code": set(), "events": {"events", "rebuilds"}}.get(stop.stop.view, {stop.stop.view}) <= (
            kinds | {"compare"} if "against" in kinds else kinds
        )
        if walk := stop.stop.walk:
            asked = {**walk.model_dump(exclude={"verdict", "event"}), "programOrder": False}
            assert walk.verdict in answers[answer_key("readers", asked)]["witnesses"]


def test_every_file_has_a_licence(files: Files) -> None:
    python = {f"python/0/{name}" for name in (*MODULES, *LIBRARIES, FILES, PROGRAM, WORKER)}
    assert without_row(files.keys() | python, rows("In a site")) == []
