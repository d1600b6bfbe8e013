"""Test the layout of a stage: its size is that of the sockets in it, with the same margin at every side."""

from __future__ import annotations

import pytest

from viz.figures.card_sizes import DESKTOP, PHONE, Window
from viz.figures.layout import MARGIN, Layout, lay_out
from viz.topology import builtin, builtin_names


def far_sides(layout: Layout) -> tuple[float, float]:
    """Return the right end of the rightmost socket and the lower end of the lowest one."""
    boxes = list(layout.sockets.values())
    return max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)


@pytest.mark.parametrize("window", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", builtin_names())
def test_the_margin_is_the_same_at_every_side(name: str, window: Window) -> None:
    layout = lay_out(builtin(name), window)
    assert layout.size == pytest.approx([side + MARGIN for side in far_sides(layout)])
