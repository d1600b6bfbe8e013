"""Write an outcome as plain text: a sentence for each tick that matters, then a table of the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from viz.pressure.outcome import LEFT_OUT, Outcome
from viz.pressure.replay import COUNTERS, DEMOTED
from viz.pressure.state import OTHERS


def outcome_text(outcome: Outcome) -> str:
    """Return what happened, tick by tick, and where all pages and counters are at the end."""
    lines = [outcome.scenario.title]
    lines += [outcome.scenario.note] if outcome.scenario.note else []
    lines += ["", *_sentences(outcome), "", *_table(_end(outcome)), ""]
    lines += [*filter(None, [outcome.remark(), *_swapped(outcome)]), LEFT_OUT]
    return "\n".join(lines)


def _sentences(outcome: Outcome) -> Iterator[str]:
    for tick in outcome.ticks:
        for sentence in tick.sentences:
            yield f"{tick.number:>6}  {sentence}"


def _end(outcome: Outcome) -> list[list[str]]:
    """Return a head and a row for each node with memory: its owners' pages, free pages, watermarks, counters."""
    frame = outcome.last()
    owners = [*outcome.simulation.plan.state.owners, *(name for name in OTHERS if frame.pages.get(name))]
    used = [name for name in COUNTERS if any(values.get(name) for values in frame.counters.values())]
    shown = list(dict.fromkeys([*DEMOTED[:2], *used]))
    rows = [["node", *owners, "free", "min", "low", "high", *shown]]
    for node in outcome.simulation.plan.state.nodes.values():
        pages = [frame.pages.get(owner, {}).get(node.id, 0) for owner in owners]
        marks = [node.marks.min, node.marks.low, node.marks.high]
        counted = [frame.counters[node.id].get(name, 0) for name in shown]
        rows.append([str(node.id), *(f"{value:,}" for value in (*pages, frame.free[node.id], *marks, *counted))])
    return rows


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows as lines whose columns end below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def _swapped(outcome: Outcome) -> Iterator[str]:
    for owner in outcome.simulation.plan.state.owners.values():
        if owner.swapped:
            yield f"{owner.swapped:,} pages of {owner.name} are in swap."
