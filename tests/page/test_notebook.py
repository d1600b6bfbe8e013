"""Test what a notebook shows of a run."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from html import unescape
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

import viz
from tests.serving import ROOT
from viz.topology import TopologyError, builtin

MACHINE = ROOT / "topologies/two-sockets-three-classes.toml"


def picture(html: str) -> str:
    """Return the SVG file in the HTML that a notebook gets."""
    found = re.search(r'src="data:image/svg\+xml;base64,([\w+/=]+)"', html)
    assert found
    return b64decode(found[1]).decode()


def test_a_run_shows_its_result() -> None:
    run = viz.Run.of(builtin("losing-a-node"), "v5.15")
    html = run._repr_html_()
    svg = picture(html)
    assert fromstring(svg).tag.endswith("svg")
    first = min(c.first for c in run.trace().chapters if c.first > run.trace().opens) - 1
    assert f"step {first} of" in svg
    assert "kernel v5.15" in svg
    assert "->" in unescape(html)


def test_a_run_is_read_from_a_file_a_folder_or_a_text() -> None:
    of_file = viz.Run.read(MACHINE)
    assert viz.Run.read(MACHINE.read_text()).topology == viz.Run.read(MACHINE.read_bytes()).topology == of_file.topology
    assert len(viz.Run.read("2 sockets: cpu+dram 64G, pmem 256G", "v6.1").topology.nodes) == 4
    with pytest.raises(TopologyError):
        viz.Run.read(Path("tests"))


def test_a_hostile_title_stays_text() -> None:
    nodes = [{"id": 0, "cpus": 1, "memory": 1, "label": '"><script>'}]
    run = viz.Run.read(json.dumps({"title": '"><script>alert(1)</script>', "nodes": nodes, "distances": [[10]]}))
    for html in (run._repr_html_(), run.player()._repr_html_()):
        assert "<script" not in html
    assert 'sandbox="allow-scripts"' in run.player()._repr_html_()


def test_nothing_else_is_there() -> None:
    with pytest.raises(AttributeError):
        viz.Rum  # noqa: B018
