"""Say which rules the version of a trace has, and in a sentence which of them a what-if has changed."""

from __future__ import annotations

from viz.kernel.releases import version
from viz.kernel.rules.meaning import rule as rule_of
from viz.kernel.rules.switches import SWITCHES
from viz.trace.model import Trace

OF_LISTS = ("charge", "lists", "zonelists")
"""The rules that are told where the zonelists begin; all others are told where the order begins."""


def rule(trace: Trace, name: str) -> str:
    """Return the value of a rule, or "" if the rule means nothing for the version."""
    return rule_of(version(trace.kernel), name)


def shares_targets(trace: Trace) -> bool:
    """Return whether several sources may have the same target, because none of them marks its choice for others."""
    return rule(trace, "used") in ("per-source", "sources")


def as_in_the_patch(trace: Trace) -> bool:
    """Return whether whoever was a source or was chosen is used from then on for everybody, as in the patch."""
    return rule(trace, "used") in ("chooser", "") and rule(trace, "this-pass") in ("before", "")


def told(trace: Trace, of_lists: bool) -> str:
    """Return " What if: ..." with a sentence for each changed rule of the zonelists or of the order, or ""."""
    row = version(trace.kernel)
    own = ""
    if row.patch and not of_lists:
        names = ", ".join(f"{name}()" for name in row.patch.replaced)
        own = f" What if: {names} of {row.patch.file} takes the place of the row's own."
    changed = [(name, value) for name, value in row.changed if (name in OF_LISTS) == of_lists]
    return own + "".join(f" What if: {SWITCHES[name].sentence(value)}" for name, value in changed)
