"""Test that the page's module #tools/readers/model judges schedules in the same way as viz/readers."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from tests.node import Node
from tests.readers.test_model import VISIBLE, linked
from tests.readers.test_timetable import obeys, replayed
from viz.kernel.versions import PROTOCOLS
from viz.readers.model import Change, View, verdict
from viz.readers.outcomes import Outcomes
from viz.readers.timetable import Moment, timetable

PLAY = """async (cases) => {
    const model = await ours("#tools/readers/model");
    const told = (moments) => moments.map(({kind, node, value, stretch}) => [kind, node, value, stretch ?? 0]);
    return cases.map(({game, moments, moves}) => {
        let now = model.settled(game, model.asMoments(moments));
        const first = told(now);
        const seen = model.walkOf(game, now);
        for (const [where, by] of moves) {
            const rows = model.rowsOf(now);
            const movable = rows.flatMap((row, index) => (model.canMove(game, row) ? [index] : []));
            const found = model.moved(game, rows, movable[where % movable.length], by);
            if (typeof found !== "string") now = found;
        }
        const walk = model.walkOf(game, now);
        const [verdict, then] = [seen, walk].map((one) => model.verdictOf(game, one));
        return {first, seen, verdict, moved: told(now), walk, then};
    });
}"""


def test_the_pages_model_is_the_kernels(modules: Node) -> None:
    """Replaying a schedule gives its walk. A schedule in which operations were moved still obeys the protocol."""
    random, cases, views = Random(1), list[dict[str, Any]](), list[View]()
    for protocol, program_order, _ in product(PROTOCOLS, VISIBLE, range(6)):
        one, other = random.sample(range(4), 4), random.sample(range(4), 4)
        change = Change(linked(one, {random.randrange(4)}), linked(other, {random.randrange(4)}))
        view = View(change, protocol, program_order)
        for walk in Outcomes(view).witnesses(0).values():
            game = {
                "old": change.old,
                "new": change.new,
                "protocol": protocol,
                "programOrder": program_order,
                "start": 0,
            }
            moves = [[random.randrange(20), random.choice([-1, 1])] for _ in range(40)]
            cases.append({"game": game, "moments": [list(one) for one in timetable(view, walk)], "moves": moves})
            views.append(view)
    for view, case, found in zip(views, cases, modules.evaluate(PLAY, cases), strict=True):
        assert found["first"] == case["moments"]
        moments = [Moment(*one) for one in found["moved"]]
        for walk, name in ((found["seen"], found["verdict"]), (found["walk"], found["then"])):
            assert verdict(view.change, tuple(walk)) == name
            assert view.follow(tuple(walk)), walk
        assert replayed(view.change, 0, moments) == tuple(found["walk"])
        assert obeys(view, moments), moments
