from __future__ import annotations

import json
import time
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from viz.topology import Topology, TopologyError, read

WORDS = st.text(alphabet="abc XYZ<>&\"'é漢-.,=#[]{}", min_size=1, max_size=20).map(
    lambda text: " ".join(text.split()) or "x"
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the document of a valid topology with any of the optional keys."""
    ids = draw(st.lists(st.integers(0, 1023), min_size=1, max_size=6, unique=True))
    cells = st.lists(st.integers(10, 255), min_size=len(ids), max_size=len(ids))
    node_keys = {"socket": WORDS, "tier": st.integers(0, 3), "label": WORDS, "online": st.booleans()}
    optional = {
        "note": WORDS,
        "source": WORDS,
        "kernel": WORDS,
        "zonelists": st.sampled_from(["runtime", "boot"]),
        "n_cpu": st.lists(st.sampled_from(ids), unique=True),
        "node_load": st.dictionaries(st.sampled_from(ids).map(str), st.integers(0, 99)),
        "events": st.lists(
            st.fixed_dictionaries({"event": st.just("cpu_online"), "node": st.sampled_from(ids)}), max_size=3
        ),
    }
    cpus = st.sampled_from([0, 3, "", "0-3,8", "0-62:2"])
    memory = st.sampled_from([0, 4096, "64 GiB", "1.5 TB"])
    nodes = [
        {"id": node} | draw(st.fixed_dictionaries({"cpus": cpus, "memory": memory}, optional=node_keys)) for node in ids
    ]
    distances = draw(st.lists(cells, min_size=len(ids), max_size=len(ids)) | st.just("unknown"))
    return {"title": draw(WORDS), "nodes": nodes, "distances": distances} | draw(
        st.fixed_dictionaries({}, optional=optional)
    )


@given(documents())
def test_toml_and_json_give_equal_topologies(document: dict[str, Any]) -> None:
    from_json = read(json.dumps(document))
    assert read(tomli_w.dumps(document)) == from_json
    assert read(json.dumps(from_json.document())) == from_json
    assert isinstance(from_json, Topology)
    assert len(from_json.warnings()) <= 5


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title = \n", "line 1, column 9: is no TOML: "),
        ('title = "a"\ntitle = "b"\n', "line 2, column 12: is no TOML: "),
        ("[[nodes]]\nid = 1\n[nodes]\n", "is no TOML"),
        ('title = "a"\nfoo = 1\n', "unknown key 'foo'"),
        ("# mine\n\ntitle = 2024-01-01\n", "title: must be text, not 2024-01-01"),
        ('{"title": "a",}', "line 1, column "),
        ('{"title": "a", "title": "b"}', "the key 'title' stands twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": -Infinity}', "-Infinity is no number"),
        ('{"a": 1} {"a": 1}', "is no JSON"),
        ("{}", "title: is missing"),
        ("a = " + "1" * 5000, "thousands of digits"),
        ('{"a": ' + "1" * 5000 + "}", "thousands of digits"),
        ('{"a":' + "[" * 100_000, "nested too deeply"),
        ('{"title":' + "[" * 800 + "]" * 800 + "}", "title: must be text, not a list"),
        ("a = " + "[" * 100_000, "nested too deeply"),
        (".".join("a" * 100_000) + " = 1", "joined by dots"),
        ("[" + " . ".join("a" * 20) + "]", "joined by dots"),
        ("x = 1\nb = { " + ".".join(['"a\\"b"', "'c'", "d"] * 6) + " = 1 }", "joined by dots"),
        ("title = 'x'\n" + "[[nodes]]\nid = 0\n" * 100_000, "at most 1024 nodes"),
        ("nodes = [" + "{id = 0}," * 100_000 + "]", "at most 1024 nodes"),
        ("distances = [" + "[10, 10]," * 800_000 + "]", "at most 1024 nodes"),
        ('{"title": "x", "nodes": [' + '{"id": 0}, ' * 99_999 + '{"id": 0}]}', "nodes: lists 100000 nodes"),
        ("{" + "".join(f'"key{n}": 0, ' for n in range(20_000)) + '"title": "x"}', "unknown key 'key0'"),
    ],
    ids=lambda text: text[:24],
)
def test_bad_text_is_refused_in_one_line_and_quickly(text: str, problem: str) -> None:
    start = time.perf_counter()
    with pytest.raises(TopologyError) as caught:
        read(text, "m")
    assert problem in str(caught.value)
    assert str(caught.value).startswith("m: ")
    assert "\n" not in str(caught.value)
    assert time.perf_counter() - start < 30  # reading takes a fraction of a second on an idle machine


def test_a_row_of_decimal_numbers_is_no_long_key() -> None:
    row = ", ".join(["10.5"] * 300)
    with pytest.raises(TopologyError, match="title: is missing"):
        read(f"distances = [[{row}]]")
