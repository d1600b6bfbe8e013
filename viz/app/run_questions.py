"""Answer questions about one run that the page asks a moment after it has shown the run."""

from __future__ import annotations

from typing import Any

from viz.analysis.run import Run
from viz.app.service import Request, Service
from viz.figures.stage import MAX_HALL_NODES, hall_stages
from viz.page.player_data import findings_json
from viz.topology import Topology


def findings(service: Service, question: Request) -> dict[str, Any]:
    """Return the findings on a run, which say what is odd about the machine, and the same as text for a mail."""
    loaded = service.loaded(question)
    run = Run.of(loaded.topology, question.get("kernel"), question.get("zonelists"))
    return findings_json(run, loaded)


def halls(topology: Topology, question: Request) -> dict[str, Any]:
    """Return the stages for presenter mode; none if the machine is too large for them."""
    if len(topology.nodes) > MAX_HALL_NODES:
        return {"stages": []}
    run = Run.of(topology, question.get("kernel"), question.get("zonelists"))
    return {"stages": hall_stages(topology, run.trace())}
