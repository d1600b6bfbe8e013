"""Build the data that the player gets about a run: play() for the served page, play_alone() for an exported one."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from viz.analysis.case_notes import note, opening
from viz.analysis.findings import findings
from viz.analysis.run import Run
from viz.figures import css_classes, step_words
from viz.figures.panels import listing, registers
from viz.figures.stage import hall_stages, stage
from viz.figures.text import cpuset_sentence, findings_text, order_text
from viz.kernel.rules.own_files import mark_of
from viz.kernel.version import Version
from viz.kernel.versions import POSTED, UNKNOWN
from viz.page.story import story
from viz.topology import ParseResult, Topology, TopologyError
from viz.topology.link import pack
from viz.topology.parse_result import TIER, Choice
from viz.topology.trust import trust_lines
from viz.trace import wire
from viz.trace.event_words import chips, event_effects
from viz.trace.model import Trace
from viz.trace.source_listing import listing_of

MAX_STAGE_NODES = 32
"""The largest number of nodes for which the stages for both a desktop window and a narrow one are sent."""
MAX_DOCUMENT_NODES, MAX_TEXT_NODES = 128, 256
"""The largest numbers of nodes for which the document, and the result as text, are sent.

The document of a larger machine would be a large part of all data, and its result would be too long for a mail.
"""

FOR_TIERS = "For kernels from 6.1 on: "
"""The words before a guess about memory tiers, if the kernel that is shown has no tiers."""


def play(
    run: Run, request: dict[str, Any], loaded: ParseResult | None = None, part: Run | None = None
) -> dict[str, Any]:
    """Return all that the player shows of a run: the trace in wire form, the stage, the panels, the texts around them.

    `loaded` is the result of reading the run's topology, with its guesses, if it was read from a text. `part` is the
    run with its first events only; if it is given, its trace is sent.
    """
    loaded = loaded or ParseResult(run.topology)
    trace = part.trace(whole=False) if part else run.trace()
    first_step = opening(run, trace)
    return {
        "request": request,
        "more": part is not None,
        **_kernel(run),
        "title": run.topology.title,
        "note": note(run.topology, run.version),
        "opens": first_step,
        "story": _story(run, first_step),
        "scenario": {"chips": _chips(run), "played": run.version.triggers != UNKNOWN},
        "source": run.topology.source or "",
        "form": loaded.form,
        **_rests_on(run, loaded),
        "warnings": loaded.warnings(),
        "allowed": run.topology.allowed,
        "cpuset": cpuset_sentence(run.topology.allowed, run.version.cpuset) if run.topology.allowed else None,
        "trace": wire.dump(trace),
        **_stages(run.topology, trace, "narrow" in request),
        "registers": registers(trace),
        "classes": {"masks": css_classes.MASKS, "ones": css_classes.SINGLES, "lacks": css_classes.ABSENT},
        "words": step_words.FOR_PLAYER,
        "text": f"{run.heading()}\n{order_text(run.order())}\n"
        if len(trace.nodes) <= MAX_TEXT_NODES and not part
        else None,
        "document": json.dumps(run.topology.document()) if len(trace.nodes) <= MAX_DOCUMENT_NODES else None,
        "link": _link(run.topology),
        "listing": _listing(
            run.version,
            bool(run.topology.events) and run.version.triggers != UNKNOWN,
            run.topology.allowed is not None,
        ),
    }


def _kernel(run: Run) -> dict[str, Any]:
    """Return the kernel of the run, and those of its rules that the page needs."""
    patch = run.version.patch
    return {
        "kernel": run.version.name,
        "asked": run.asked,
        "zonelists": run.zonelists,
        "differs": run.version.differs,
        "tie": run.version.rules.tie,
        "patch": mark_of(patch.source) if patch and not patch.edited else None,
    }


def _rests_on(run: Run, loaded: ParseResult) -> dict[str, Any]:
    """Return the guesses that the run depends on, each with its choices, and sentences on the sources of the tiers.

    Guesses about tiers are the last, so that the indexes of the others do not depend on the kernel. If the machine was
    read from a listing, these guesses are shown for a kernel without tiers, too: the owner of the machine most likely
    runs a kernel with tiers.
    """
    tiers = run.version.reads_tiers
    shown = [guess for guess in loaded.guesses if tiers or loaded.form or guess.key != TIER]
    return {
        "guesses": [
            {"sentence": guess.sentence if tiers or guess.key != TIER else FOR_TIERS + guess.sentence}
            | {"turns": bool(guess.change)}
            | ({"choices": [_choice(choice) for choice in guess.choices]} if guess.choices else {})
            for guess in shown
        ],
        "trust": trust_lines(loaded.tiers) if tiers else [],
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {"name": choice.name, "words": choice.words, "taken": choice.taken}


def play_alone(run: Run) -> dict[str, Any]:
    """Return play() of a run with the parts that a page usually requests later: further stages, and the findings."""
    data = play(run, {"text": ""})
    narrow = data["narrow"] or stage(run.topology, run.trace(), narrow=True)
    halls = hall_stages(run.topology, run.trace())
    return data | {"narrow": narrow, "halls": halls, "findings": findings_json(run, ParseResult(run.topology))}


def findings_json(run: Run, loaded: ParseResult) -> dict[str, Any]:
    """Return the findings on a run: the list for the page, and the same as text for a mail."""
    found = findings(run, loaded.guesses_under(run.version.reads_tiers))
    return {"findings": [finding.as_dict() for finding in found], "text": findings_text(found)}


def _stages(topology: Topology, trace: Trace, narrow: bool) -> dict[str, str | None]:
    """Return the stages for a desktop window and for a narrow one; for a large machine only the one that is needed."""
    if len(topology.nodes) > MAX_STAGE_NODES:
        return {"stage": stage(topology, trace, narrow), "narrow": None}
    return {"stage": stage(topology, trace), "narrow": stage(topology, trace, narrow=True)}


def _story(run: Run, first_step: int | None) -> str:
    case = run.topology.case
    return story(case, run.version.name, run.topology.kernel or POSTED.name, first_step) if case else ""


def _chips(run: Run) -> list[dict[str, Any]]:
    events = run.topology.event_pairs
    machine = run.topology.machine(run.version.rules) if events else None
    return [chip._asdict() for chip in chips(list(event_effects(machine, events)))] if machine else []


def _link(topology: Topology) -> str | None:
    """Return the machine as the text of a link; None if it is too large for one."""
    try:
        return pack(topology)
    except TopologyError:
        return None


@lru_cache
def _listing(version: Version, events: bool, allowed: bool) -> dict[str, str]:
    return listing(listing_of(version, events, allowed))
