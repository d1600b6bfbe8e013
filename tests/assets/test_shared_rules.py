"""Test that Python and the page follow the same rules, with one table of cases for both, and have the same limits."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.node import Node
from tests.serving import ROOT
from viz.app import service
from viz.app.constants import module
from viz.app.held_answers import key_of
from viz.app.http_policy import EDITION_HEADER
from viz.figures.text import choice
from viz.kernel.memory import Stride, nodes_in
from viz.kernel.nodemask import node_list
from viz.kernel.versions import VERSIONS
from viz.page import terms_module
from viz.page.body import KEYS
from viz.readers.model import Change, Entry, verdict
from viz.readers.report_text import end_text
from viz.resources import assets
from viz.topology import TopologyError, quantities
from viz.topology.formats import words
from viz.trace.model import STRIDES, TALK
from viz.trace.scoretable import Row
from viz.trace.sentences import words as sentence_words
from viz.trace.why.ask import beaten
from viz.wording import counted

BEATEN = {"score": "comes first", "load": "is only", "id": "its id is higher"}
"""For each reason in tests/beaten_rows.json why a candidate is beaten: words that the sentence about it must have."""
KEY_NAMES = {
    " ": "Space",
    "ArrowRight": "→",
    "ArrowLeft": "←",
    "ArrowDown": "↓",
    "ArrowUp": "↑",
    "PageDown": "Page Down",
    "PageUp": "Page Up",
    "Escape": "Esc",
}
"""For each name of a key in the browser: its name in the page's list of keys, if that is another name."""


def cases(name: str) -> list[Any]:
    """Return the table of cases tests/NAME.json. tests/js/model.test.mjs reads the same table."""
    return list(json.loads((ROOT / f"tests/{name}.json").read_text()))


def test_the_page_has_the_constants_of_python() -> None:
    written = (assets() / "core/constants.mjs").read_text(encoding="utf-8")
    assert written == module(), "type: python -m viz.app.constants > assets/core/constants.mjs"


def test_the_page_has_the_names_of_python(modules: Node) -> None:
    sizes = modules.evaluate('async () => (await ours("#core/trace")).SIZES')
    assert sizes == {stride.name.lower(): stride.value for stride in Stride}
    strides = modules.evaluate('async () => (await ours("#core/trace")).STRIDES')
    assert tuple(strides) == STRIDES
    assert strides[TALK] == "talk"
    machines, read_by = modules.evaluate(
        'async () => { const { MACHINES, READ_BY } = await ours("#core/storage"); return [MACHINES, READ_BY]; }'
    )
    assert (set(machines), set(read_by)) == (set(service.MACHINES), set(service.READ_BY))


def written(module: str, pattern: str) -> str:
    """Return what the first group of a pattern matches in a module of the page that Node.js cannot run."""
    found = re.search(pattern, (assets() / module).read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"{module}: {pattern}"
    return found[1]


def test_the_list_of_keys_names_every_key_of_the_page() -> None:
    keys = re.findall(r'^  (?:"([^"]+)"|(\w+)):', written("commands.mjs", r"const KEYS = \{\n(.*?)\n\};"), re.MULTILINE)
    names = [KEY_NAMES.get(quoted or plain, quoted or plain) for quoted, plain in keys]
    assert len(names) > 20
    listed = " ".join(text for key in KEYS for text in key)
    assert [name for name in names if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", listed)] == []


def test_the_page_names_the_header_and_the_kernels_of_python() -> None:
    assert written("core/server.mjs", r'const EDITION = "([^"]+)"') == EDITION_HEADER
    usual = json.loads(written("tools/compare/panel.mjs", r"const USUAL = (\[[^]]+\])"))
    assert set(usual) <= {row.name for row in VERSIONS}


@pytest.mark.parametrize(("text", "nodes"), cases("node_lists"))
def test_node_lists(text: str, nodes: list[int]) -> None:
    assert list(nodes_in(text)) == nodes
    assert node_list(nodes) == text


@pytest.mark.parametrize(("number", "noun", "text"), cases("counts"))
def test_counts(number: int, noun: str, text: str) -> None:
    assert counted(number, noun) == text


@pytest.mark.parametrize(("nodes", "text"), cases("choices"))
def test_choices(nodes: list[int], text: str) -> None:
    assert choice(nodes) == sentence_words.choice(nodes) == text


@pytest.mark.parametrize(("text", "distance"), cases("distances"))
def test_distances(text: str, distance: int | None) -> None:
    if distance is None:
        with pytest.raises(TopologyError, match="distance"):
            words.distance(text, 0, 1)
    else:
        assert words.distance(text, 0, 1) == distance


@pytest.mark.parametrize(("best", "row", "why"), cases("beaten_rows"))
def test_beaten_candidates(best: list[Any], row: list[Any], why: str) -> None:
    assert BEATEN[why] in beaten(0, Row(*best), Row(*row))


@pytest.mark.parametrize("size", [0, 1, 5, 1023, 1024, 3 * 2**20, 2**30, 3 * 2**39, 5 * 10**12, 2**50, 2**53 - 1])
def test_sizes_that_the_page_writes_are_read_by_python(size: int, modules: Node) -> None:
    text = modules.call("#tools/edit/fields", "memoryText", size)
    assert (quantities.memory_bytes(text) if size else int(text)) == size


@pytest.mark.parametrize(("text", "count"), cases("cpu_lists"))
def test_cpu_lists(text: str, count: int | None) -> None:
    if count is None:
        with pytest.raises(ValueError, match="CPU"):
            quantities.cpu_numbers(text)
    else:
        assert len(quantities.cpu_numbers(text)) == quantities.cpu_bits(text).bit_count() == count


def entries(order: dict[str, int | str]) -> dict[int, Entry]:
    """Return an order as Python has it: where a node may have several targets, its entry is a tuple."""
    return {int(n): entry if isinstance(entry, int) else tuple(nodes_in(entry)) for n, entry in order.items()}


@pytest.mark.parametrize(("old", "new", "walk", "name"), cases("reader_verdicts"))
def test_verdicts(old: dict[str, int | str], new: dict[str, int | str], walk: list[int], name: str) -> None:
    assert verdict(Change(entries(old), entries(new)), tuple(walk)) == name


@pytest.mark.parametrize(("old", "new", "walk", "text"), cases("reader_ends"))
def test_what_the_last_read_found(
    old: dict[str, int | str], new: dict[str, int | str], walk: list[int], text: str
) -> None:
    assert end_text(Change(entries(old), entries(new)), tuple(walk)) == text


def test_the_page_has_the_words_of_the_glossary() -> None:
    written = (assets() / "core/glossary.mjs").read_text(encoding="utf-8")
    assert written == terms_module.module(), "type: python -m viz.page.terms_module > assets/core/glossary.mjs"


def test_the_page_finds_what_an_exported_talk_holds_by_the_same_keys(modules: Node) -> None:
    questions: list[dict[str, Any]] = [
        {"topology": "a", "kernel": "v5.15", "zonelists": "runtime"},
        {
            "text": 'a "quoted"\nline \u2192 \x7f',
            "other": {"kernel": "v6.1", "text": "é"},
            "start": 0,
            "programOrder": False,
        },
    ]
    script = """async (questions) => {
        const { keyOf } = await ours("#core/server");
        return questions.map((one) => keyOf({...one, narrow: "yes", absent: undefined}));
    }"""
    assert modules.evaluate(script, questions) == [key_of(question) for question in questions]
