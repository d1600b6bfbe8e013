from __future__ import annotations

import codecs
import importlib
import subprocess
import sys

import pytest

from viz.topology import TopologyError, read

from .conftest import Change

TOML = """
# what a person writes
title = "Tömlß"
distances = [[10]]
[[nodes]]
id = 0
cpus = "0-3"
memory = "1 GiB"
"""
NUMACTL = "node 0 cpus: 0 1\nnode 0 size: 100 MB\nnode distances:\nnode   0\n  0:  10\n"


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (TOML, "Tömlß"),
        (TOML.encode(), "Tömlß"),
        (codecs.BOM_UTF8 + TOML.encode(), "Tömlß"),
        (TOML.encode("utf-16"), "Tömlß"),
        (codecs.BOM_UTF16_BE + TOML.encode("utf-16-be"), "Tömlß"),
        (TOML.replace("\n", "\r\n").encode(), "Tömlß"),
        (f"note = '''{NUMACTL}'''" + TOML, "Tömlß"),
        (NUMACTL, "numactl -H: 1 node"),
        (codecs.BOM_UTF8 + NUMACTL.encode(), "numactl -H: 1 node"),
        ("\n\n$ A=1\n" + NUMACTL, "numactl -H: 1 node"),
    ],
)
def test_the_format_is_recognised_by_content(data: bytes | str, title: str) -> None:
    assert read(data).title == title


def test_json_may_be_indented(changed: Change) -> None:
    assert read("\n  " + changed()).title == "two nodes"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("", "is empty"),
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a PNG picture"),
        (b"\x7fELF\2\1\1\0", "NUL characters"),
        ('title = "x"'.encode("utf-16-le"), "NUL characters"),
        (b"title = \xff", "is no text in UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "is no text in UTF-16"),
        (b" " * (2**24 + 1), "larger than 8 MiB"),
        (
            "hello, world",
            "understood are: numactl -H; lscpu; lsmem",
        ),
        ("<script>alert(1)</script>", "understood are"),
        ("# only a remark\n", "understood are"),
        ("# \r\n" * 200_000 + "x", "understood are"),
        ("Fallback order for Node 0: 0 1 2", "is a kernel's log: a ranking"),
    ],
    ids=range(15),
)
def test_other_data_is_refused(data: bytes | str, problem: str) -> None:
    with pytest.raises(TopologyError) as caught:
        read(data, "some\x1b[2Jfile")
    assert problem in str(caught.value)
    assert str(caught.value).startswith("some\\x1b[2Jfile: ")


@pytest.mark.parametrize("text", ["=3D \ud800 node 0 cpus: 0\n", "<domain>\ud800<cell/></domain>"])
def test_half_a_surrogate_pair_is_refused_as_text(text: str) -> None:
    with pytest.raises(TopologyError):
        read(text)


@pytest.mark.parametrize(
    ("text", "parser"),
    [
        (TOML, "tomllib.loads"),
        ('{"title": "x", "nodes": [{"id": 0, "cpus": 1, "memory": 1}], "distances": "unknown"}', "json.loads"),
        ("Hello,\n<numa><cell memory='1'/></numa>\nBye\n", "viz.topology.xml_tree._tree"),
        ("qemu -numa node,nodeid=0,cpus=0-1\n", "viz.topology.formats.qemu.options"),
        (NUMACTL, "viz.topology.formats.numactl.statements"),
        ("/ { cpu@0 { numa-node-id = <0>; }; };", "viz.topology.formats.devicetree._blocks"),
    ],
    ids=["TOML", "JSON", "XML", "QEMU", "numactl", "device tree"],
)
def test_a_text_is_parsed_only_once(text: str, parser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, name = parser.rpartition(".")
    parse = getattr(importlib.import_module(module), name)
    calls: list[object] = []

    def counted(*arguments: object, **keywords: object) -> object:
        calls.append(arguments)
        return parse(*arguments, **keywords)

    monkeypatch.setattr(parser, counted)
    read(text)
    assert len(calls) == 1


def test_reading_needs_neither_dash_nor_plotly_nor_networkx() -> None:
    program = "import sys, viz.topology as t; t.builtin(t.builtin_names()[0]); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"dash", "plotly", "networkx", "flask", "numpy"} & set(run.stdout.split())
