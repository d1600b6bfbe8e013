"""Tests of watermarks that are computed as Linux computes them."""

from __future__ import annotations

import pytest

from tests.goldens import rows
from tests.goldens_2026 import FOLDER
from viz.pressure.watermarks import computed_min_free_kbytes, setup_per_zone_wmarks, watermarks_of
from viz.topology import Node
from viz.topology.watermarks import Watermarks


def test_marks_are_a_share_of_min_free_kbytes_and_gaps_of_a_quarter() -> None:
    found = setup_per_zone_wmarks({0: 300_000, 1: 100_000}, 4000, 10)
    assert found[0].model_dump() == {
        "min": 750,
        "low": 1050,
        "high": 1350,
        "promo": 1650,
        "managed": 300_000,
        "free": 300_000,
    }
    assert found[1].min == 250


def test_the_scale_factor_widens_gaps_above_a_quarter_of_min() -> None:
    [plain] = setup_per_zone_wmarks({0: 1_000_000}, 4000, 10).values()
    [wide] = setup_per_zone_wmarks({0: 1_000_000}, 4000, 100).values()
    assert (plain.low - plain.min, wide.low - wide.min, wide.promo - wide.high) == (1000, 10_000, 10_000)


def test_min_free_kbytes_is_the_root_of_memory_between_bounds() -> None:
    """64 GiB in one zone: 4 times the root of the kilobytes, since khugepaged asks for less there."""
    assert computed_min_free_kbytes({0: 2**24}) == 32768
    assert computed_min_free_kbytes({0: 2**34}) == 262144
    assert computed_min_free_kbytes({0: 64}) == 128
    assert computed_min_free_kbytes(dict.fromkeys(range(4), 2**20)) == 4 * 22528, "khugepaged: 22 MiB a zone"


@pytest.mark.parametrize("row", rows(FOLDER / "pressure_boots.jsonl")[::7], ids=lambda row: row["name"])
def test_computed_marks_are_within_a_fifth_of_what_kernels_had(row: dict[str, dict[str, dict[str, int]]]) -> None:
    """These kernels count a zone more, and had reserved some memory by the time khugepaged started."""
    managed = {int(node): marks["managed"] for node, marks in row["watermarks"].items()}
    for node, marks in setup_per_zone_wmarks(managed, None, 10).items():
        booted = row["watermarks"][str(node)]
        for name in ("min", "low", "high", "promo"):
            assert getattr(marks, name) == pytest.approx(booted[name], rel=0.2)


def test_a_document_goes_before_what_is_computed() -> None:
    given = Watermarks.model_validate({"min": 1, "low": 2, "high": 3, "managed": 900})
    nodes = [Node(id=0, cpus=1, memory=4096 * 1000, watermarks=given), Node(id=1, cpus=0, memory=4096 * 1000)]
    nodes += [Node(id=2, cpus=0, memory=0)]
    found = watermarks_of(nodes, 40)
    assert found.keys() == {0, 1}
    assert (found[0].min, found[0].promo, found[1].managed) == (1, 3, 1000)
    assert found[1].min == 10 * 1000 // 1900
