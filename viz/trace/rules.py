"""Find the rules of a trace's version, and write a sentence for each rule that a what-if has changed."""

from __future__ import annotations

from viz.kernel.releases import version
from viz.kernel.rules.meaning import rule as rule_of
from viz.kernel.rules.switches import SWITCHES
from viz.trace.model import Trace

OF_LISTS = ("charge", "lists", "zonelists")
"""The rules that are explained at the step where the zonelists begin; all others, where the order begins."""


def rule(trace: Trace, name: str) -> str:
    """Return the value of a rule; "" if the rule has no meaning for the version."""
    return rule_of(version(trace.kernel), name)


def shares_targets(trace: Trace) -> bool:
    """Return whether several sources may have the same target, because a target is not marked as used for others."""
    return rule(trace, "used") in ("per-source", "sources")


def as_in_the_patch(trace: Trace) -> bool:
    """Return whether sources and targets become used for all later sources, as in the posted patch."""
    return rule(trace, "used") in ("chooser", "") and rule(trace, "this-pass") in ("before", "")


def told(trace: Trace, of_lists: bool) -> str:
    """Return " What if: ..." with a sentence for each changed rule; "" if none is changed.

    With `of_lists` the rules are those of the zonelists, otherwise those of the order."""
    row = version(trace.kernel)
    own = ""
    if row.patch and not of_lists:
        names = ", ".join(f"{name}()" for name in (*row.patch.replaced, *row.patch.edited))
        own = f" What if: {names} of {row.patch.file} takes the place of the row's own."
    changed = [(name, value) for name, value in row.changed if (name in OF_LISTS) == of_lists]
    return own + "".join(f" What if: {SWITCHES[name].sentence(value)}" for name, value in changed)
