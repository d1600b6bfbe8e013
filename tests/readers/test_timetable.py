"""Test that every listed walk has a schedule that obeys its protocol and, when replayed, gives the walk."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.readers.test_model import VISIBLE, orders, targets_in
from viz.kernel import migrate, migrate_v5_15
from viz.kernel.memory import Memory, drive
from viz.kernel.migrate import node_demotion
from viz.kernel.versions import PROTOCOLS, Protocol
from viz.readers.model import Change, View, Walk, members
from viz.readers.outcomes import Outcomes
from viz.readers.report import change_of
from viz.readers.timetable import Moment, timetable
from viz.readers.walks import Lister


def replayed(change: Change, start: int, moments: list[Moment]) -> Walk:
    """Return the walk of a reader that starts at `start` in this schedule."""
    entries, walk = dict(change.old), [start]
    for moment in moments:
        if moment.kind == "store":
            entries[moment.node] = moment.value
        elif moment.kind == "read":
            assert moment.node == walk[-1]
            assert moment.value == entries[walk[-1]]
            walk.append(members(entries[walk[-1]])[0])
    return tuple(walk)


def obeys(view: View, moments: list[Moment]) -> bool:
    """Return whether a schedule obeys barriers, program order, and a grace period that waits for the whole walk."""
    stores = [(moment.node, moment.value) for moment in moments if moment.kind == "store"]
    groups = view.change.stores(view.protocol)
    in_order = [store for group in groups for store in group]
    kinds = [moment.kind for moment in moments]
    barriers = [kind for kind in kinds if kind != "store" and kind != "read"]
    expected = ["starts", "ends"] if view.protocol.startswith("grace") else ["barrier"]
    if barriers != (expected if len(groups) > 1 else []):
        return False
    if barriers:
        stores_before = [kind for kind in kinds if kind != "read"].index(barriers[0])
        if stores_before != len(groups[0]) or (view.program_order and stores != in_order):
            return False
    if view.protocol == "grace-walk" and barriers and kinds.index("read") < kinds.index("starts"):
        return "read" not in kinds[kinds.index("ends") :]
    return sorted(stores) == sorted(in_order)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(orders(), orders(), st.sampled_from(VISIBLE), st.booleans())
@examples(0.4)
def test_every_walk_has_a_schedule(
    protocol: str, old: dict[int, int], new: dict[int, int], program_order: bool, written: bool
) -> None:
    view = View(Change(old, new, written), protocol, program_order)  # type: ignore[arg-type]
    lister = Lister(Outcomes(view))
    for walk in (walk for start in range(3) for walk in lister.walks(start).first):
        moments = timetable(view, walk)
        assert replayed(view.change, walk[0], moments) == walk
        assert obeys(view, moments), moments


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_hop_is_a_call_of_next_demotion_node(protocol: Protocol) -> None:
    """next_demotion_node(), whose code the page shows beside a walk, returns the values of the walk."""
    module = migrate_v5_15 if protocol.startswith("grace") else migrate
    change = change_of("0>1>2,3>4", "0>2>1,3>0")
    view = View(change, protocol)
    for walk in (walk for start in change.old for walk in Outcomes(view).witnesses(start).values()):
        memory = Memory({node_demotion[node]: target for node, target in targets_in(change.old).items()})
        nodes = [walk[0]]
        for moment in timetable(view, walk):
            if moment.kind == "store":
                memory[node_demotion[moment.node]] = members(moment.value)[0]
            elif moment.kind == "read":
                nodes.append(drive(module.next_demotion_node(nodes[-1]), memory))
        assert tuple(nodes) == walk


def test_the_cycle_of_the_patch_discussion() -> None:
    """The reader reads B's target before the disable, and C's new target afterwards. An RCU section prevents this."""
    change = change_of("0>1>2", "0>2>1")
    moments = [tuple(moment)[:3] for moment in timetable(View(change, "barrier"), (1, 2, 1))]
    assert moments == [
        ("read", 1, 2),
        ("store", 0, -1),
        ("store", 1, -1),
        ("store", 2, -1),
        ("barrier", -1, -1),
        ("store", 2, 1),
        ("read", 2, 1),
        ("store", 0, 2),
    ]
    with pytest.raises(ValueError, match="no walker"):
        timetable(View(change, "grace-walk"), (1, 2, 1))


def test_a_witness_of_64_nodes_has_a_schedule_too() -> None:
    old, new = ({n: n + step if n + step < 64 else -1 for n in range(64)} for step in (1, 2))
    for protocol, program_order in product(PROTOCOLS, VISIBLE):
        view = View(Change(old, new), protocol, program_order)
        for walk in Outcomes(view).witnesses(0).values():
            moments = timetable(view, walk)
            assert replayed(view.change, 0, moments) == walk
            assert obeys(view, moments)
