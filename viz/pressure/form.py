"""Write a scenario as the fields of the form on the page, each as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from viz.pressure.outcome import Outcome
from viz.pressure.scenario import Scenario

FIELDS = ("memory", "bind", "allowed", "rate", "start")
"""The fields of an owner that hold a value of the document as it is."""
RESIDENT_TICKS = 230
"""The ticks after its start at which the form lets an owner be reclaimed: without a rate it has all its pages then."""


def form_of(table: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    """Return the fields of a scenario's document, and what the form has no field for; see types/pressure.d.ts.

    `outcome` is the scenario played. Names come from there, because a document may write them with more blanks.
    """
    scenario, owners = outcome.scenario, outcome.simulation.plan.state.owners
    requests: dict[str | None, str] = {}
    for event, written in zip(scenario.events, table.get("events", ()), strict=True):
        if event.event == "reclaim":
            requests.setdefault(event.owner, _text(written["memory"]))
    return {
        "owners": [
            {
                "name": owner.name,
                **{key: _text(written[key]) for key in FIELDS if key in written},
                "cpu": str(owners[owner.name].cpu),
                "reclaim": requests.get(owner.name, ""),
            }
            for owner, written in zip(scenario.owners, table["owners"], strict=True)
        ],
        "swap": _text(table.get("swap", "")),
        "demotion": "on" if scenario.demotion else "off",
        "balancing": "2" if scenario.numa_balancing == 2 else "0",
        "beyond": list(dict.fromkeys(_beyond(scenario))),
    }


def _beyond(scenario: Scenario) -> Iterator[str]:
    """Yield what the form has no field for, in words."""
    if scenario.ticks:
        yield "the last tick"
    if scenario.numa_balancing not in (0, 2):
        yield f"numa_balancing {scenario.numa_balancing}"
    if any(owner.hot for owner in scenario.owners):
        yield "pages in use (hot)"
    starts = {owner.name: owner.start for owner in scenario.owners}
    asked = set[str | None]()
    for event in scenario.events:
        if event.event != "reclaim":
            yield f"the event {event.event}"
        elif event.owner in asked:
            yield "a second reclaim"
        elif event.tick != starts.get(event.owner or "", 0) + RESIDENT_TICKS:
            yield "the tick of a reclaim"
        asked |= {event.owner} if event.event == "reclaim" else set()


def _text(value: object) -> str:
    """Return a size, a number or a list of nodes as the text of a field."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
