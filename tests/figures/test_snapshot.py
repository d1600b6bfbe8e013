"""Test snapshots: a snapshot shows the same state as the player, and refers to no other file."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, fromstring

import pytest

from viz.analysis.run import Run
from viz.figures.css_classes import MASKS, SINGLES
from viz.figures.frame import Theme
from viz.figures.palette import colours
from viz.figures.snapshot import snapshot
from viz.figures.stage import stage
from viz.kernel.nodemask import NodeMask
from viz.kernel.versions import VERSIONS, Version
from viz.topology import Topology, builtin, builtin_names

SVG = "{http://www.w3.org/2000/svg}"
RUN = Run.of(builtin("two-sockets-three-classes"))
TRACE = RUN.trace()
TINY = {
    "title": "<b>&</b> \ufffe",
    "nodes": [{"id": 0, "cpus": 1, "memory": 1, "label": "</text>"}, {"id": 7, "cpus": 0, "memory": 1}],
    "distances": [[10, 20], [20, 10]],
}


def parsed(run: Run, step: int, theme: Theme = "light") -> Element:
    """Return the root element of the snapshot of a step."""
    return fromstring(snapshot(run.topology, run.trace(), step, theme))


def attributes_of(svg: Element, name: str, key: str) -> set[str]:
    """Return the values of the attribute `key` of all elements with the class `name`."""
    elements = (element for element in svg.iter() if name in element.get("class", "").split())
    return {element.get(key, "") for element in elements}


def words(svg: Element) -> str:
    """Return the text of a snapshot that is not part of its stage, such as the sentence of the step."""
    return " ".join(line.text or "" for line in svg.findall(f"{SVG}text"))


@pytest.mark.parametrize("step", range(0, TRACE.length, 4))
def test_a_snapshot_shows_the_state_of_its_step(step: int) -> None:
    svg = parsed(RUN, step)
    for signal, name in ((signal, name) for signal, name in MASKS.items() if signal in TRACE.signals):
        expected = {str(node) for node in NodeMask.parse(TRACE.at(signal, step))}
        assert attributes_of(svg, name, "data-node") - {""} == expected
    for signal, name in SINGLES.items():
        assert attributes_of(svg, name, "data-node") <= {str(TRACE.at(signal, step))}
    stored = {str(node) for node, target in TRACE.cells("node_demotion", step).items() if target != -1}
    assert attributes_of(svg, "stored", "data-from") == stored
    assert TRACE.at("sentence", step) in words(svg)
    assert f"step {step} of {TRACE.length - 1}" in words(svg)


def test_badges_say_the_distances_of_the_scan() -> None:
    svg = parsed(RUN, 24)
    badges = [
        (card.get("data-node"), card.find(f"{SVG}g/{SVG}text")) for card in svg.iterfind(f".//{SVG}g[@data-node]")
    ]
    assert {node: text.text for node, text in badges if text is not None} == {"2": "30+1", "4": "15", "5": "20"}


def test_a_snapshot_shows_what_events_did() -> None:
    """A snapshot shows nodes without memory, offline nodes, the tint of each chain, and a barrier at its own step."""
    run = Run.of(builtin("losing-a-node"))
    trace = run.trace()
    barrier = next(s for s in range(70, trace.length) if trace.at("operation", s)[0] == "Barrier")
    gone, back = parsed(run, barrier), parsed(run, trace.length - 1)
    assert attributes_of(gone, "no-memory", "data-node") == {"1"}
    assert attributes_of(back, "no-memory", "data-node") == set()
    assert attributes_of(parsed(Run.of(builtin("binding-pmem")), 0), "offline", "data-node") == {"2", "3"}
    assert [len(attributes_of(svg, "shown", "class")) for svg in (gone, back)] == [1, 0]
    assert [sorted(attributes_of(back, f"chain-{tint}", "data-from")) for tint in range(3)] == [
        ["0", "1"],
        ["3", "4"],
        [],
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", builtin_names())
def test_a_snapshot_of_every_builtin_refers_to_no_other_file(name: str, theme: Theme) -> None:
    run = Run.of(builtin(name))
    trace = run.trace()
    text = snapshot(run.topology, trace, trace.length - 1, theme)
    assert fromstring(text).tag == f"{SVG}svg"
    assert colours(("light", "dark").index(theme))["panel"] in text
    assert not re.search(r"var\(|@|animation|(?:src|href)=|url\((?!#)", text)


def test_markup_in_names_is_shown_as_text() -> None:
    run = Run.of(Topology.from_document(TINY))
    assert words(parsed(run, 0)).startswith("<b>&</b> \ufffd")


def test_a_long_sentence_stays_in_the_picture() -> None:
    document = TINY | {"title": "漢" * 200}
    svg = parsed(Run.of(Topology.from_document(document)), 0)
    lines = [line.text for line in svg.findall(f"{SVG}text") if "漢" in (line.text or "")]
    assert "".join(filter(None, lines)) == "漢" * 200
    assert max(len(line or "") for line in lines) * 24 <= 1120


@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row.name)
def test_every_version_has_a_picture_with_all_its_arrows(row: Version) -> None:
    run = Run.of(RUN.topology, row.name)
    trace = run.trace()
    svg = parsed(run, trace.length - 1)
    arrows = [arrow for arrow in svg.iter() if "stored" in (arrow.get("class") or "").split()]
    found = sorted((int(arrow.get("data-from", "")), int(arrow.get("data-to", ""))) for arrow in arrows)
    targets = trace.targets(trace.length - 1)
    assert found == sorted((source, target) for source, nodes in targets.items() for target in nodes)


def test_an_id_of_four_digits_has_smaller_letters_on_a_small_card() -> None:
    ids = [*range(0, 258, 2), 999, 1000]
    nodes = [{"id": node, "cpus": 1, "memory": 2**30} for node in ids]
    rows = [[10 if a == b else 20 for b in ids] for a in ids]
    machine = Topology.from_document({"title": "t", "nodes": nodes, "distances": rows})
    drawn = fromstring(stage(machine, Run.of(machine, "v6.1").trace())).iter()
    found = {text.text: text.get("class") for text in drawn if text.text in ("999", "1000")}
    assert found == {"999": "id middle", "1000": "id long middle"}
