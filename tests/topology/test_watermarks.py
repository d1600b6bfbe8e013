"""Tests of watermarks in documents, and of reading /proc/zoneinfo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import printed, refusal
from viz.topology import Topology, TopologyError, read
from viz.topology.watermarks import Watermarks, read_zoneinfo
from viz.topology.writers import write

MARKS = {"min": 4120, "low": 5149, "high": 6178, "promo": 7207, "managed": 85146, "free": 78598}
ZONEINFO = """\
Node 0, zone      DMA
  per-node stats
      nr_inactive_anon 12
  pages free     3808
        boost    0
        min      190
        low      237
        high     284
        promo    331
        spanned  4095
        present  3998
        managed  3840
        protection: (0, 317, 317, 317, 317)
      nr_free_pages 3808
  pagesets
    cpu: 0
              count:    0
              high:     0
              high_min: 0
Node 0, zone    DMA32
  pages free     74790
        min      3930
        low      4912
        high     5894
        promo    6876
        managed  81306
Node 0, zone   Normal
  pages free     0
        min      0
        low      0
        high     0
        promo    0
        managed  0
Node 2, zone    DMA32
  pages free     46382
        min      2400
        low      3000
        high     3600
        promo    4200
        managed  48552
Node 3, zone   Normal
  pages free     0
        min      0
        low      0
        high     0
        managed  0
"""


def document(**marks: Any) -> dict[str, Any]:
    nodes = [{"id": 0, "cpus": 1, "memory": "384 MiB", "watermarks": marks}, {"id": 1, "cpus": 0, "memory": "1 GiB"}]
    return {"title": "two", "nodes": nodes, "distances": [[10, 20], [20, 10]]}


@pytest.mark.parametrize("form", ["toml", "json"])
def test_watermarks_survive_every_conversion(form: str) -> None:
    once = printed("convert", "--to", form, "-", stdin=json.dumps(document(**MARKS)))
    again = printed("convert", "--to", {"toml": "json", "json": "toml"}[form], "-", stdin=once)
    for text in (once, again):
        topology = read(text)
        assert topology == Topology.from_document(document(**MARKS))
        assert topology.nodes[0].watermarks is not None
        assert topology.nodes[0].watermarks.model_dump() == MARKS
        assert topology.nodes[1].watermarks is None


def test_free_is_managed_and_promo_is_high_unless_given() -> None:
    topology = Topology.from_document(document(min=1, low=2, high=3, managed=9))
    assert topology.nodes[0].watermarks is not None
    assert topology.nodes[0].watermarks.model_dump() == {
        "min": 1, "low": 2, "high": 3, "promo": 3, "managed": 9, "free": 9,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("marks", "problem"),
    [
        ({"min": 1, "low": 2, "high": 3}, "nodes[0].watermarks.managed: is missing"),
        ({"min": 2, "low": 1, "high": 3, "managed": 9}, "watermarks: min, low, high and promo must not fall"),
        ({"min": 1, "low": 2, "high": 3, "managed": 9, "free": 10}, "watermarks: free is 10, more than the 9 pages"),
        ({"min": -1, "low": 2, "high": 3, "managed": 9}, "watermarks.min: must be a whole number from 0"),
        ({"min": 1.0, "low": 2, "high": 3, "managed": 9}, "watermarks.min: must be a whole number"),
        ({"min": 1, "lowe": 2, "high": 3, "managed": 9}, "unknown key 'lowe', perhaps low is meant"),
    ],
)
def test_wrong_watermarks_are_one_clear_line(marks: dict[str, Any], problem: str) -> None:
    assert problem in refusal("order", "-", stdin=json.dumps(document(**marks)))


def test_formats_without_a_place_for_watermarks_say_so() -> None:
    lost = write(Topology.from_document(document(**MARKS)), "numactl").losses
    assert "numactl has no place for watermarks." in lost


def test_watermarks_that_are_no_table_are_refused() -> None:
    nodes = [{"id": 0, "cpus": 0, "memory": 1, "watermarks": 5}]
    with pytest.raises(TopologyError, match=r"nodes\[0\]\.watermarks: must be a table with the keys min, low"):
        Topology.from_document({**document(), "nodes": nodes})


def test_zoneinfo_adds_up_the_zones_of_a_node() -> None:
    found = read_zoneinfo(ZONEINFO)
    assert found.keys() == {0, 2}
    assert found[0].model_dump() == MARKS
    assert found[2].promo == 4200


def test_zoneinfo_without_promo_takes_high() -> None:
    lines = [line for line in ZONEINFO.splitlines() if "promo" not in line]
    assert read_zoneinfo("\n".join(lines))[0].promo == 6178


def test_what_is_no_zoneinfo_is_refused() -> None:
    with pytest.raises(TopologyError, match=r"a\.txt: is no /proc/zoneinfo"):
        read_zoneinfo("available: 2 nodes (0-1)\n", "a.txt")
    with pytest.raises(TopologyError, match="node 0 has no line for free, high"):
        read_zoneinfo("Node 0, zone Normal\n min 1\n low 2\n managed 9\n")


NUMACTL = """available: 2 nodes (0,2)
node 0 cpus: 0 1
node 0 size: 384 MB
node 2 cpus:
node 2 size: 192 MB
node distances:
node   0   2
  0:  10  20
  2:  20  10
"""


@pytest.mark.parametrize(
    "text", [NUMACTL + ZONEINFO, ZONEINFO + NUMACTL, f"{NUMACTL}\n$ cat /proc/zoneinfo\n{ZONEINFO}"]
)
def test_zoneinfo_may_stand_in_the_same_paste(text: str) -> None:
    marks = {node.id: node.watermarks for node in read(text).nodes}
    assert marks[0] == Watermarks(**MARKS)
    assert marks[2] is not None
    assert marks[2].free == 46382


def test_zoneinfo_may_be_a_file_beside(tmp_path: Path) -> None:
    file = tmp_path / "zoneinfo"
    file.write_text(ZONEINFO)
    text = printed("convert", "--to", "json", "--remote", "20", "--beside", str(file), "-", stdin=NUMACTL)
    assert read(text).nodes[0].watermarks == Watermarks(**MARKS)


def test_watermarks_of_a_document_go_before_those_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "zoneinfo"
    file.write_text(ZONEINFO)
    given = {**MARKS, "min": 1}
    text = printed("convert", "--to", "json", "--beside", str(file), "-", stdin=json.dumps(document(**given)))
    assert read(text).nodes[0].watermarks == Watermarks(**given)


def test_a_damaged_zoneinfo_in_a_paste_is_named() -> None:
    with pytest.raises(TopologyError, match="node 0 has no line for free, high"):
        read(NUMACTL + "Node 0, zone Normal\n min 1\n low 2\n managed 9\n")
