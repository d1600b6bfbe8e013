"""Write assets/core/constants.mjs, the constants of the Python side that the page needs, too.

`python -m viz.app.constants` prints the text of the file, and `python -m viz.app.constants choreography` that of
assets/player/choreography-table.mjs, which comes after the first picture.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

from viz.app.service import NO_MASK, OPENED
from viz.figures import choreography, frame
from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import MAX_NUMNODES
from viz.kernel.versions import PROTOCOLS
from viz.page.body import SPEEDS
from viz.page.player_data import MAX_DOCUMENT_NODES
from viz.pressure.form import RESIDENT_TICKS
from viz.pressure.scenario import MAX_OWNERS, MAX_TEXT
from viz.readers.model import VERDICTS
from viz.stories.resolved_talk import LONG_MACHINE
from viz.stories.talk import LIKE_TALK, MAX_TALK
from viz.topology.distances import LARGEST, LOCAL, REMOTE
from viz.topology.link import MAX_LINK
from viz.topology.model import MAX_EVENTS
from viz.topology.node import LARGEST_ADISTANCE, MAX_LABEL
from viz.topology.quantities import MAX_CPUS
from viz.work.limits import MAX_FILE

CONSTANTS: Mapping[str, int | str | Sequence[str | float] | Mapping[str, float]] = {
    "LOCAL_DISTANCE": LOCAL,
    "REMOTE_DISTANCE": REMOTE,
    "LARGEST_DISTANCE": LARGEST,
    "LARGEST_ID": MAX_NUMNODES - 1,
    "DRAM_ADISTANCE": MEMTIER_ADISTANCE_DRAM,
    "LARGEST_ADISTANCE": LARGEST_ADISTANCE,
    "MAX_CPUS": MAX_CPUS,
    "MAX_LABEL": MAX_LABEL,
    "MAX_EVENTS": MAX_EVENTS,
    "MAX_EDIT_NODES": MAX_DOCUMENT_NODES,
    "MAX_FILE_BYTES": MAX_FILE,
    "MAX_LINK": MAX_LINK,
    "MAX_TALK": MAX_TALK,
    "LIKE_TALK": LIKE_TALK.pattern,
    "LONG_MACHINE": LONG_MACHINE,
    "MAX_OWNERS": MAX_OWNERS,
    "MAX_SCENARIO": MAX_TEXT,
    "RESIDENT_TICKS": RESIDENT_TICKS,
    "NO_MASK": NO_MASK,
    "OPENED": OPENED,
    "PROTOCOLS": PROTOCOLS,
    "READER_VERDICTS": VERDICTS,
    "SPEEDS": [json.loads(speed) for speed, _ in SPEEDS if speed],
    "FRAME": {
        "width": frame.WIDTH,
        "margin": frame.MARGIN,
        "maxHeight": frame.MAX_HEIGHT,
        "maxScale": frame.MAX_SCALE,
        "title": frame.TITLE,
        "sentence": frame.SENTENCE,
        "small": frame.SMALL,
    },
}
HEAD = """\
// @ts-check
// Constants of the Python side that the page needs, too. viz/app/constants.py writes this file:
// python -m viz.app.constants > assets/core/constants.mjs

"""
TABLE_HEAD = """\
// @ts-check
// What moves while a run plays, and for how long. viz/figures/choreography.py explains these tables, and
// viz/app/constants.py writes this file:
// python -m viz.app.constants choreography > assets/player/choreography-table.mjs

"""


def module() -> str:
    """Return the text of the JavaScript module."""
    return HEAD + "".join(f"export const {name} = {_literal(value)};\n" for name, value in CONSTANTS.items())


def _literal(value: int | str | Sequence[str | float] | Mapping[str, float]) -> str:
    """Return a value in JavaScript; TypeScript must know each text of a list."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name}: {number}' for name, number in value.items())} }}"
    text = json.dumps(value)
    return text if isinstance(value, int | str) else f"/** @type {{const}} */ ({text})"


def choreography_module() -> str:
    """Return the text of the JavaScript module with the tables of viz.figures.choreography."""
    tables: Mapping[str, Sequence[int] | Mapping[str, object]] = {
        "MOVES": {name: list(move) for name, move in choreography.MOVES.items()},
        "OPERATIONS": choreography.OPERATIONS,
        "READING": [choreography.READING_LEAST, choreography.READING_START, choreography.READING_LETTER],
    }
    return TABLE_HEAD + "".join(f"export const {name} = {_table(table)};\n" for name, table in tables.items())


def _table(table: Sequence[int] | Mapping[str, object]) -> str:
    """Return a table in JavaScript, with a line for each entry as biome formats it."""
    if not isinstance(table, Mapping):
        return json.dumps(table)
    return "{\n" + "".join(f"  {name}: {json.dumps(value)},\n" for name, value in table.items()) + "}"


if __name__ == "__main__":
    print(choreography_module() if sys.argv[1:] == ["choreography"] else module(), end="")
