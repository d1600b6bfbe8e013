"""Answer the questions of the pressure panel: a scenario played on the machine, and why a node does what it does."""

from __future__ import annotations

from typing import Any

from viz.analysis.run import Run
from viz.app.service import Request, Service
from viz.figures.fill_chart import fill_chart
from viz.kernel.nodemask import MAX_NUMNODES
from viz.pressure import wire
from viz.pressure.outcome import Outcome
from viz.pressure.scenario import Scenario, builtin_scenario, read_scenario, scenario_names
from viz.pressure.simulation import MAX_TICKS
from viz.pressure.why import explain
from viz.topology import Topology, TopologyError

MAX_WORK = 50_000
"""The largest number of nodes that one answer looks at; this takes about a quarter of a second."""


def pressure(topology: Topology, question: Request) -> dict[str, Any]:
    """Return the scenario of the question, played under the page's kernel, and all that can be chosen.

    The question has the name of a built-in one as "scenario", or the text of one's own as "toml".
    """
    name, toml = question.get("scenario"), question.get("toml")
    text = toml if isinstance(toml, str) and toml else None
    return wire.answer(_run(topology, question), name if isinstance(name, str) and name else None, text, MAX_WORK)


def pressure_why(topology: Topology, question: Request) -> dict[str, Any]:
    """Return sentences on the "node" of the question at its "tick"."""
    node, tick = question.get("node"), tick_of(question)
    if type(node) is not int or not 0 <= node < MAX_NUMNODES:
        raise TopologyError("is to be the id of a node", "node")
    outcome = outcome_of(topology, question, tick)
    return {"sentences": explain(outcome.simulation.plan.state, node)}


def fill(service: Service, question: Request) -> dict[str, Any]:
    """Return the plotly figure of how full each node is over the ticks of the question's scenario."""
    outcome = outcome_of(service.topology(question), question)
    return {"figure": fill_chart(outcome, question.get("theme") == "dark")}


def outcome_of(topology: Topology, question: Request, until: int = MAX_TICKS) -> Outcome:
    """Return the scenario of the question, played up to a tick."""
    return Outcome.of(_run(topology, question), _scenario(question), max_work=MAX_WORK, until=until)


def tick_of(question: Request) -> int:
    """Return the tick that a question names; raise TopologyError if no scenario has such a tick."""
    tick = question.get("tick")
    if type(tick) is not int or not 0 <= tick <= MAX_TICKS:
        raise TopologyError(f"is to be a number up to {MAX_TICKS}", "tick")
    return tick


def _run(topology: Topology, question: Request) -> Run:
    return Run.of(topology, question.get("kernel"), question.get("zonelists"))


def _scenario(question: Request) -> Scenario:
    toml, name = question.get("toml"), question.get("scenario")
    if isinstance(toml, str) and toml:
        return read_scenario(toml, "the scenario")
    return builtin_scenario(name if isinstance(name, str) and name else scenario_names()[0])
