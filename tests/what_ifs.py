"""Draw versions with changed rules at random, for tests of what must hold under any of them."""

from __future__ import annotations

from hypothesis import strategies as st

from viz.kernel.releases import version
from viz.kernel.rules.meaning import obstacle, row_values
from viz.kernel.rules.switches import SWITCHES
from viz.kernel.versions import VERSIONS, Version

NUMBERS = ("0", "1", "2", "5", "255")


@st.composite
def what_ifs(draw: st.DrawFn) -> Version:
    """Draw a row with some changed rules that all mean something for it."""
    row = draw(st.sampled_from(VERSIONS))
    changes: dict[str, str] = {}
    for name in draw(st.lists(st.sampled_from(list(SWITCHES)), unique=True, max_size=5)):
        switch = SWITCHES[name]
        value = draw(st.sampled_from(NUMBERS if switch.is_number else tuple(switch.values)))
        values = row_values(row) | changes | {name: value}
        if not any(obstacle(row, each, values) for each in (*changes, name)):
            changes[name] = value
    return version(" + ".join([row.name, *(f"{name}={value}" for name, value in changes.items())]))
