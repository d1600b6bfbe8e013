"""Hold the words for what a step shows: the roles of nodes, the verdicts of a scan, and whether demotion works.

The player gets them with each run, so that the page, its charts and its descriptions use the same words.
"""

from __future__ import annotations

from viz.trace.demotion_words import MEANINGS, WORKS

ROLES = {
    "source": "has its turn",
    "this-pass": "in this_pass",
    "next-pass": "in next_pass",
    "used": "in used_targets",
    "candidate": "candidate",
    "chosen": "chosen",
    "chain-end": "its chain ends here",
    "no-memory": "none of its memory is online",
}
"""The words for each CSS class of a node (viz.figures.css_classes); the page describes a node in this order."""
LIST_BUILT = "its fallback list is built"
"""The words for the source while zonelists are built, when it does not choose."""
VERDICTS = {
    "chosen": "chosen",
    "beaten": "farther",
    "used": "in used_targets",
    "other tier": "not in the next tier",
    "other class": "no choice for this node",
    "no memory": "has no memory",
}
"""The words for each verdict of a score table (viz.trace.scoretable)."""

FOR_PLAYER = {
    "roles": [list(role) for role in ROLES.items()],
    "listBuilt": LIST_BUILT,
    "verdicts": VERDICTS,
    "works": WORKS,
    "demotion": MEANINGS,
}
"""All these words as the player gets them; the roles are pairs, because JSON objects may lose their order."""
