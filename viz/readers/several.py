"""Find which verdicts are possible for walks where a node may have several targets, and a reader draws one at each hop.

There is no single old or new chain then, so all walks from a node are listed, up to a bound.
"""

from __future__ import annotations

from viz.readers.model import VERDICTS, View, Walk, verdict
from viz.readers.outcomes import Outcomes
from viz.readers.walks import Lister

MAX_SEVERAL = 1000
"""The largest number of walks from a node for which verdicts are found where a node may have several targets."""


class TooManyWalks(ValueError):
    """The error that more than MAX_SEVERAL walks are possible from a node; its message is one line."""


class SeveralOutcomes(Outcomes):
    """The verdicts that are possible in a view with several targets a node."""

    def witnesses(self, start: int) -> dict[str, Walk]:
        """Return a shortest walk for every verdict that is possible from `start`; raise TooManyWalks."""
        walks, number = Lister(self, max_counted=1, max_followed=1).walks(start, MAX_SEVERAL)
        if number != len(walks):
            limit = (
                f"where a node has several targets, readers are worked out for up to {MAX_SEVERAL:,} walks from a node"
            )
            raise TooManyWalks(f"{limit}, and node {start} has more")
        best: dict[str, Walk] = {}
        for walk in walks:
            best.setdefault(verdict(self.view.change, walk), walk)
        return {name: best[name] for name in VERDICTS if name in best}


def outcomes_of(view: View) -> Outcomes:
    """Return the outcomes of a view, by the search that fits it."""
    return SeveralOutcomes(view) if view.change.several else Outcomes(view)
