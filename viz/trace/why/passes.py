"""Explain why there is another pass, and why the passes stop."""

from __future__ import annotations

from viz.trace.sentences.words import names
from viz.trace.why.answer import Answer, Column, Line, answer
from viz.trace.why.history import Build, History, Pass, mask_at
from viz.wording import counted

MORE = "Why are there more passes to come?"
STOPPED = "Why did the passes stop?"
UNDECIDED = "Will there be another pass?"


def column(history: History) -> Column:
    """Return, for every step, the answer to why more passes follow or why they have stopped."""
    answers = Column()
    first = history.builds[0].begins if history.builds else history.trace.length - 1
    answers.put(0, answer(MORE, [(first, "None has begun: the order is built from this step on.")]))
    for build in history.builds:
        if not build.passes:
            continue
        answers.put(build.begins, _starting(build))
        for current in build.passes:
            answers.put(current.begins, _undecided(current))
            if joined := _first_target(history, build, current):
                answers.put(joined, _more(history, current, joined))
        answers.put(build.ends, _stopped(history, build))
    return answers


def _starting(build: Build) -> Answer:
    if build.start == "fastest-tier":
        return answer(MORE, [(build.passes[0].begins, "Pass 1 starts from the nodes of the fastest tier.")])
    if not build.n_cpu:
        return answer(MORE, [(build.passes[0].begins, "N_CPU is empty, so pass 1 has no source and is the only one.")])
    return answer(MORE, [(build.passes[0].begins, f"Pass 1 starts from N_CPU: {names(build.n_cpu)}.")])


def _first_target(history: History, build: Build, current: Pass) -> int | None:
    """Return the step at which next_pass got its first node during the pass, or None if it got none."""
    ends = next((later.begins for later in build.passes if later.begins > current.begins), build.ends + 1)
    steps = history.trace.signals["next_pass"].steps
    return next((step for step in steps if current.begins < step < ends and history.trace.at("next_pass", step)), None)


def _undecided(current: Pass) -> Answer:
    text = (
        f"next_pass is empty when pass {current.number} begins, so that it collects the targets of this pass alone. If "
        "it is still empty at the end, nobody is left to choose, and this pass was the last."
    )
    return answer(UNDECIDED, [(current.begins, text)])


def _more(history: History, current: Pass, joined: int) -> Answer:
    node = next(iter(mask_at(history.trace, "next_pass", joined)))
    text = f"next_pass is not empty: node {node} is in it, so there is a pass {current.number + 1}."
    return answer(MORE, [(joined, text), (joined, "")])


def _why_it_ends(build: Build) -> str:
    if build.used == "own":
        return "Nobody is left who could choose."
    if build.used == "sources" or build.this_pass in ("loop", "never"):
        return "It had to end: every pass but the last stores one more target, and each node has room for only so many."
    return "It had to end: a source can never become a target, so every pass leaves fewer to take."


def _stopped(history: History, build: Build) -> Answer:
    last = build.passes[-1]
    without_target = [turn for turn in build.turns.values() if turn.number == last.number and turn.scan >= 0]
    lines: list[Line] = [(build.ends, f"next_pass is empty: nobody became a target in pass {last.number}.")]
    if not last.sources:
        lines.append((last.begins, ""))
    lines += [(turn.scan, "") for turn in without_target[:2]]
    if without_target[2:]:
        lines.append(
            (last.begins, f"The same goes for {counted(len(without_target) - 2, 'more source')} of this pass.")
        )
    lines.append((build.ends, _why_it_ends(build)))
    return answer(STOPPED, lines)
