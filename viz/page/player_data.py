"""play(): all that the player is given of a run, in the served page; play_alone(): the same for an exported one."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from viz.analysis.case_notes import note, opening
from viz.analysis.run import Run
from viz.figures import css_classes
from viz.figures.panels import listing, registers
from viz.figures.stage import stage
from viz.figures.text import order_text
from viz.kernel.versions import POSTED, UNKNOWN, version
from viz.page.story import story
from viz.topology import ParseResult, Topology, TopologyError
from viz.topology.link import pack
from viz.trace import wire
from viz.trace.event_words import chips, event_effects
from viz.trace.model import Trace
from viz.trace.source_listing import listing_of

MAX_STAGE_NODES = 32
"""Nodes; of a larger machine one stage is large enough to send."""
MAX_DOCUMENT_NODES, MAX_TEXT_NODES = 128, 256
"""Nodes; a larger machine as a document would be a good part of all that is sent, and its result is no mail."""


def play(run: Run, asked: dict[str, Any], loaded: ParseResult | None = None, part: Run | None = None) -> dict[str, Any]:
    """Everything the player shows of a run: the trace in wire form, the stage, the panels, the texts around them.

    `loaded` is what the run's topology was read from, with its guesses, where it was read at all; `part` is the run as
    it is after some of its events, where the trace is to end there.
    """
    loaded = loaded or ParseResult(run.topology)
    trace = (part or run).trace()
    opens = opening(run, trace)
    return {
        "request": asked,
        "more": part is not None,
        "kernel": run.version.name,
        "asked": run.asked,
        "zonelists": run.zonelists,
        "differs": run.version.differs,
        "title": run.topology.title,
        "note": note(run.topology, run.version),
        "opens": opens,
        "story": _story(run, opens),
        "scenario": {"chips": _chips(run), "played": run.version.triggers != UNKNOWN},
        "source": run.topology.source or "",
        "form": loaded.form,
        "guesses": [{"sentence": guess.sentence, "turns": bool(guess.change)} for guess in loaded.guesses],
        "warnings": loaded.warnings(),
        "trace": wire.dump(trace),
        **_stages(run.topology, trace, "narrow" in asked),
        "registers": registers(trace),
        "classes": {"masks": css_classes.MASKS, "ones": css_classes.ONES, "lacks": css_classes.LACKS},
        "text": f"{run.heading()}\n{order_text(run.order())}\n"
        if len(trace.nodes) <= MAX_TEXT_NODES and not part
        else None,
        "document": json.dumps(run.topology.document()) if len(trace.nodes) <= MAX_DOCUMENT_NODES else None,
        "link": _link(run.topology),
        "listing": _listing(run.version.name, bool(run.topology.events) and run.version.triggers != UNKNOWN),
    }


def play_alone(run: Run) -> dict[str, Any]:
    """The same for a page without a server: with the stage for a narrow window, too: nobody can be asked."""
    given = play(run, {"text": ""})
    return given | {"narrow": given["narrow"] or stage(run.topology, run.trace(), narrow=True)}


def _stages(topology: Topology, trace: Trace, narrow: bool) -> dict[str, str | None]:
    """The stage, and that for a narrow window, so that a page can change between them; of a large machine one alone."""
    if len(topology.nodes) > MAX_STAGE_NODES:
        return {"stage": stage(topology, trace, narrow), "narrow": None}
    return {"stage": stage(topology, trace), "narrow": stage(topology, trace, narrow=True)}


def _story(run: Run, opens: int | None) -> str:
    case = run.topology.case
    return story(case, run.version.name, run.topology.kernel or POSTED.name, opens) if case else ""


def _chips(run: Run) -> list[dict[str, Any]]:
    events = run.topology.happenings
    machine = run.topology.machine(run.version.rules) if events else None
    return [chip._asdict() for chip in chips(list(event_effects(machine, events)))] if machine else []


def _link(topology: Topology) -> str | None:
    """The machine as the text of a link; None if it is too large for one."""
    try:
        return pack(topology)
    except TopologyError:
        return None


@lru_cache
def _listing(kernel: str, events: bool) -> dict[str, str]:
    return listing(listing_of(version(kernel), events))
