"""Write a scenario as the fields of the form on the page, each as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from viz.pressure.simulation import Plan

FIELDS = ("name", "memory", "bind", "allowed", "rate", "start")
"""The fields of an owner that hold a value of the document as it is."""


def form_of(table: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """Return the fields of a scenario's document, and what the form has no field for; see types/pressure.d.ts."""
    requests = {event["owner"]: event for event in table.get("events", ()) if event["event"] == "reclaim"}
    owners = [
        {
            **{key: _text(owner[key]) for key in FIELDS if key in owner},
            "cpu": str(plan.state.owners[owner["name"]].cpu),
            "reclaim": _text(requests.get(owner["name"], {}).get("memory", "")),
        }
        for owner in table["owners"]
    ]
    return {
        "owners": owners,
        "swap": _text(table.get("swap", "")),
        "demotion": "on" if table.get("demotion", True) else "off",
        "balancing": "2" if table.get("numa_balancing") == 2 else "0",
        "beyond": list(dict.fromkeys(_beyond(table))),
    }


def _beyond(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the form has no field for, in words."""
    if table.get("ticks"):
        yield "the last tick"
    if any(owner.get("hot") for owner in table["owners"]):
        yield "pages in use (hot)"
    asked = set[str]()
    for event in table.get("events", ()):
        if event["event"] != "reclaim":
            yield f"the event {event['event']}"
        elif event["owner"] in asked:
            yield "a second reclaim"
        else:
            asked.add(event["owner"])


def _text(value: object) -> str:
    """Return a size, a number or a list of nodes as the text of a field."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
