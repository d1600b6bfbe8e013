"""Write assets/core/constants.mjs, the constants of the Python side that the page needs, too.

`python -m viz.page.constants` prints the text of the file.
"""

from __future__ import annotations

from viz.kernel.nodemask import MAX_NUMNODES
from viz.page.player_data import MAX_DOCUMENT_NODES
from viz.topology.distances import LARGEST, LOCAL, REMOTE
from viz.topology.model import LARGEST_ADISTANCE, MAX_EVENTS, MAX_LABEL
from viz.topology.quantities import MAX_CPUS

CONSTANTS = {
    "LOCAL_DISTANCE": LOCAL,
    "REMOTE_DISTANCE": REMOTE,
    "LARGEST_DISTANCE": LARGEST,
    "LARGEST_ID": MAX_NUMNODES - 1,
    "LARGEST_ADISTANCE": LARGEST_ADISTANCE,
    "MAX_CPUS": MAX_CPUS,
    "MAX_LABEL": MAX_LABEL,
    "MAX_EVENTS": MAX_EVENTS,
    "MAX_EDIT_NODES": MAX_DOCUMENT_NODES,
}
HEAD = """\
// @ts-check
// Constants of the Python side that the page needs, too. viz/page/constants.py writes this file:
// python -m viz.page.constants > assets/core/constants.mjs

"""


def module() -> str:
    """Return the text of the JavaScript module."""
    return HEAD + "".join(f"export const {name} = {value};\n" for name, value in CONSTANTS.items())


if __name__ == "__main__":
    print(module(), end="")
