"""Write tests/conditions.json, the table of conditions with which both Python and the page are tested.

`python -m tests.conditions` computes the traces of the table's runs again, and the steps that each condition names. A
reviewer reads the difference.
"""

from __future__ import annotations

import json
from typing import Any

from tests.serving import ROOT
from viz.analysis.run import Run
from viz.topology import builtin
from viz.trace import wire
from viz.trace.conditions import NotInRun, parse, steps_where
from viz.trace.model import Trace

TABLE = ROOT / "tests" / "conditions.json"
NEEDLESS = ("stack", "watched", "sentence", "scores", "zonelist", "size", "lock")
"""Signals that no condition names; they would make the table large."""


def trace_of(run: dict[str, Any]) -> Trace:
    """Return the trace of a run that the table describes."""
    topology = builtin(run["topology"]).allowing(run.get("allowed"))
    return Run.of(topology, run["kernel"]).trace()


def wire_of(trace: Trace) -> dict[str, Any]:
    """Return the wire form of a trace with only the signals that conditions name."""
    signals = {
        name: signal
        for name, signal in trace.signals.items()
        if name not in NEEDLESS and not name.startswith(("why ", "state[", "chain["))
    }
    slim = Trace(**{**trace.__dict__, "signals": signals})
    document: dict[str, Any] = json.loads(json.dumps(wire.dump(slim)))
    return document


def outcome(trace: Trace, text: str) -> list[int] | str:
    """Return the steps that a condition names, or the message of NotInRun."""
    try:
        return steps_where(trace, parse(text))
    except NotInRun as absent:
        return str(absent)


def table() -> dict[str, Any]:
    """Return the table as it stands in the file."""
    read: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return read


def renewed(old: dict[str, Any]) -> dict[str, Any]:
    """Return a table with the same runs and conditions, and with newly computed traces, steps and errors."""
    traces = {name: trace_of(run) for name, run in old["runs"].items()}
    return {
        "runs": {name: {**run, "trace": wire_of(traces[name])} for name, run in old["runs"].items()},
        "cases": [
            {
                "run": case["run"],
                "condition": case["condition"],
                "tree": parse(case["condition"]),
                "steps": outcome(traces[case["run"]], case["condition"]),
            }
            for case in old["cases"]
        ],
        "errors": old["errors"],
    }


def text_of(written: dict[str, Any]) -> str:
    """Return a table as text: a line for each run, each case and each error."""
    parts = []
    for name, entries in written.items():
        if isinstance(entries, dict):
            lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in entries.items()]
            parts.append(f"{json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n}")
        else:
            parts.append(f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, entries)) + "\n]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(text_of(renewed(table())), encoding="utf-8")
