"""Test which values Linux keeps of an HMAT."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.kernel.adistance import AccessCoordinate, adistances, mt_perf_to_adistance, reference
from viz.kernel.hmat import DATA_TYPES, Hmat, Locality, access_coordinate, hmat_normalize
from viz.kernel.nodemask import NodeMask

LATENCY, BANDWIDTH = DATA_TYPES[0], DATA_TYPES[3]


@pytest.mark.parametrize(
    ("entry", "base", "data_type", "revision", "expected"),
    [
        (100, 1000, 0, 2, 100),
        (3, 500, 0, 2, 2),  # 1.5 ns is rounded up
        (3, 500, 3, 2, 1500),
        (0, 1000, 0, 2, 0),
        (0xFFFF, 1000, 3, 2, 0),
        (2, 2**31, 3, 2, 0),  # the product needs 33 bits
        (0xFFFE, 65536, 3, 2, 0xFFFE * 65536),
        (9, 1, 0, 1, 0),
        (101, 1, 3, 1, 11),
    ],
)
def test_an_entry_becomes_a_figure(entry: int, base: int, data_type: int, revision: int, expected: int) -> None:
    assert hmat_normalize(entry, base, data_type, revision) == expected


def tables(latency: dict[tuple[int, int], int], bandwidth: dict[tuple[int, int], int]) -> tuple[Locality, ...]:
    """Return a table of access latencies and a table of access bandwidths."""
    return Locality(LATENCY, latency), Locality(BANDWIDTH, bandwidth)


def test_latency_chooses_the_initiator_and_bandwidth_among_those() -> None:
    of_2 = Hmat(tables({(0, 2): 260, (1, 2): 200}, {(0, 2): 16000, (1, 2): 4000}))
    assert access_coordinate(of_2, 2, 1, [0, 1]) == AccessCoordinate(200, 200, 4000, 4000)
    tied = Hmat(tables({(0, 2): 200, (1, 2): 200}, {(0, 2): 16000, (1, 2): 4000}))
    assert access_coordinate(tied, 2, 1, [0, 1]) == AccessCoordinate(200, 200, 16000, 16000)


def test_only_initiators_with_cpus_count_for_tiers() -> None:
    hmat = Hmat(tables({(0, 2): 80, (1, 2): 5}, {(0, 2): 200, (1, 2): 1600}))
    assert access_coordinate(hmat, 2, 1, [0]) == AccessCoordinate(80, 80, 200, 200)
    assert access_coordinate(hmat, 2, 0, [0]) == AccessCoordinate(5, 5, 1600, 1600)


def test_an_attached_initiator_decides_alone_if_it_has_cpus() -> None:
    hmat = Hmat(tables({(0, 2): 80, (1, 2): 5}, {(1, 2): 1600}), {2: 0})
    assert access_coordinate(hmat, 2, 1, [0, 1]) == AccessCoordinate(80, 80, 0, 0)
    assert access_coordinate(hmat, 2, 1, [1]) == AccessCoordinate(5, 5, 1600, 1600)


def test_the_last_table_counts_and_a_known_figure_beats_an_unknown_one() -> None:
    older = Locality(("read_latency",), {(0, 2): 1})
    newer = Locality(("read_latency",), {(0, 2): 0, (1, 2): 90})
    assert access_coordinate(Hmat((older, newer)), 2, 1, [0, 1]) == AccessCoordinate(read_latency=90)
    assert access_coordinate(Hmat((newer, older)), 2, 1, [0, 1]) == AccessCoordinate(read_latency=1)
    assert access_coordinate(Hmat((older, newer), {2: 0}), 2, 1, [0, 1]) == AccessCoordinate()


@given(st.dictionaries(st.tuples(st.integers(0, 3), st.just(9)), st.integers(0, 500)), st.frozensets(st.integers(0, 3)))
def test_more_initiators_never_make_latency_worse(cells: dict[tuple[int, int], int], cpus: frozenset[int]) -> None:
    hmat = Hmat((Locality(LATENCY, cells),))
    by_cpus = access_coordinate(hmat, 9, 1, cpus).read_latency
    by_any = access_coordinate(hmat, 9, 0, cpus).read_latency
    known = [value for (initiator, _), value in cells.items() if value and initiator in cpus]
    assert by_cpus == min(known, default=0)
    assert by_any <= by_cpus or not by_cpus


def test_32_bits_wrap_and_64_do_not() -> None:
    dram, far = AccessCoordinate(100, 100, 2_000_000, 2_000_000), AccessCoordinate(200, 200, 1_000_000, 1_000_000)
    assert mt_perf_to_adistance(far, dram, 64) == 2304
    product = 576 * 400 // 200 * 4_000_000
    assert product >= 2**32
    assert mt_perf_to_adistance(far, dram, 32) == product % 2**32 // 2_000_000 == 156


def test_dram_nodes_must_be_alike_in_each_figure_seen_from_the_first() -> None:
    def fast(latency: int) -> AccessCoordinate:
        return AccessCoordinate(latency, latency, 1000, 1000)

    both = NodeMask([0, 1])
    assert adistances({0: fast(100), 1: fast(90)}, both) == {0: 576, 1: 518}
    assert adistances({0: fast(90), 1: fast(100)}, both) == {}
    assert "differs by more than a tenth" in str(reference({0: fast(90), 1: fast(100)}, both))
    assert "no figures" in str(reference({0: fast(90)}, both))
    assert reference({}, NodeMask()) == "no node has CPUs and memory"
    mixed = AccessCoordinate(120, 80, 1000, 1000)  # the sum of both latencies is the same, but each of them differs
    assert adistances({0: fast(100), 1: mixed}, both) == {}
