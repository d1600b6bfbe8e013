"""Write an outcome in the compact form that the page takes: moves as numbers, and what differs from tick to tick.

owners, kinds    names; moves have their places in these lists
nodes            [[id, managed, min, low, high, promo], ...]
start            [[owner, node, pages], ...] before the first tick
ticks            the numbers of the ticks at which something happens
moves            for each of them [kind, source, target, owner, pages, kind, ...], -1 for no node
sentences        {place of a tick: [sentences]}
awake            {place of a tick: [nodes whose kswapd is awake]}, where that differs from the tick before
isolated         the same of nodes whose memory is leaving or has left
order            {place of a tick: [[node, target], ...]} where the order differs from that before; at first, the run's
counters         for each kind the names of the counters of a node that it adds to
"""

from __future__ import annotations

from typing import Any, TypeVar

from viz.analysis.run import Run
from viz.kernel.releases import version
from viz.pressure.form import form_of
from viz.pressure.outcome import LEFT_OUT, Outcome
from viz.pressure.replay import counters_of
from viz.pressure.scenario import builtin_scenario, builtin_text, read_scenario, scenario_names
from viz.pressure.simulation import MAX_WORK, Tick
from viz.pressure.state import OTHERS
from viz.topology.document import toml_document

Item = TypeVar("Item")
KINDS = ("alloc", "kswapd", "direct", "proactive", "promote", "migrate", "swap", "exit", "drain")


def answer(run: Run, name: str | None, toml: str | None = None, max_work: int = MAX_WORK) -> dict[str, Any]:
    """Return a scenario played on a run, with its text and the names of all built-in ones.

    It is the one in the text `toml` or, without it, the built-in one of that name, or else the first.
    """
    text = toml or builtin_text(name or scenario_names()[0])
    outcome = Outcome.of(run, read_scenario(text, "the scenario" if toml else str(name)), max_work=max_work)
    form = form_of(toml_document(text), outcome)
    names = [{"name": known, "title": builtin_scenario(known).title} for known in scenario_names()]
    return {"scenario": name, "scenarios": names, "toml": text, "form": form, **dump(outcome)}


def dump(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome, ready for JSON."""
    state = outcome.simulation.plan.state
    owners = [*state.owners, *OTHERS]
    places = {name: place for place, name in enumerate(owners)}
    marks = [(node.id, node.marks) for node in state.nodes.values()]
    return {
        "title": outcome.scenario.title,
        "note": outcome.scenario.note,
        "kernel": outcome.run.version.name,
        "madeFor": version(outcome.scenario.kernel).name if outcome.scenario.kernel else "",
        "leftOut": LEFT_OUT,
        "remark": outcome.remark(),
        "owners": owners,
        "cpus": [owner.cpu for owner in state.owners.values()],
        "kinds": list(KINDS),
        "counters": [list(counters_of(kind, state.behaviour)) for kind in KINDS],
        "nodes": [[node, m.managed, m.min, m.low, m.high, m.promo] for node, m in marks],
        "start": [
            [places[owner], node, pages] for owner, held in outcome.start.pages.items() for node, pages in held.items()
        ],
        "ticks": [tick.number for tick in outcome.ticks],
        "moves": [_moves(tick, places) for tick in outcome.ticks],
        "sentences": {place: list(tick.sentences) for place, tick in enumerate(outcome.ticks) if tick.sentences},
        "awake": _changes([tick.awake for tick in outcome.ticks]),
        "isolated": _changes([tick.isolated for tick in outcome.ticks]),
        "order": _changes([tick.arrows for tick in outcome.ticks], outcome.first_arrows),
    }


def _moves(tick: Tick, places: dict[str, int]) -> list[int]:
    return [
        number
        for move, pages in tick.moves.items()
        for number in (KINDS.index(move.kind), move.source, move.target, places[move.owner], pages)
    ]


def _changes(lists: list[tuple[Item, ...]], first: tuple[Item, ...] = ()) -> dict[int, list[Item]]:
    """Return each list that differs from the one before it, by its place; before the first of them is `first`."""
    return {place: list(items) for place, items in enumerate(lists) if items != (lists[place - 1] if place else first)}
