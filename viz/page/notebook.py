"""Show a run in a notebook, as the picture of its result. `viz.Run` is the class of this module."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Self

from viz.analysis import run
from viz.figures.snapshot import snapshot
from viz.figures.text import order_text
from viz.page.player_data import play_alone
from viz.page.standalone import standalone
from viz.resources import assets
from viz.topology import Topology, load, load_folder

STYLE = "max-width:100%;height:auto"


@dataclass(frozen=True)
class Run(run.Run):
    """A run that a notebook shows."""

    @classmethod
    def read(cls, source: str | bytes | Path, kernel: str | None = None, zonelists: str | None = None) -> Self:
        """Return the run of a machine: a Path is a file or a folder, all else is the text that describes the machine.

        Raise TopologyError if it describes none, UnknownVersion if there is no such kernel.
        """
        return cls.of(_machine(source), kernel, zonelists)

    def _repr_html_(self) -> str:
        """Return the picture of the last step of the first order, and that order as text."""
        trace = self.trace()
        step = trace.closes
        picture = b64encode(snapshot(self.topology, trace, step).encode()).decode()
        words = escape(trace.at("sentence", step))
        image = f'<img style="{STYLE}" alt="{words}" src="data:image/svg+xml;base64,{picture}">'
        return f"<figure>{image}<figcaption><pre>{escape(order_text(self.order()))}</pre></figcaption></figure>"

    def player(self, height: int = 720) -> Player:
        """Return the page with this run in it, `height` pixels high, which the notebook shows in a frame."""
        return Player(standalone(play_alone(self), assets()), height)


@dataclass(frozen=True)
class Player:
    """A page that a notebook shows in a frame."""

    page: str
    height: int

    def _repr_html_(self) -> str:
        """Return the frame, with the page in it."""
        size = f'style="width:100%;border:0" height="{self.height}"'
        return f'<iframe {size} sandbox="allow-scripts" srcdoc="{escape(self.page)}"></iframe>'


def _machine(source: str | bytes | Path) -> Topology:
    if isinstance(source, Path):
        return (load_folder(source) if source.is_dir() else load(source.read_bytes(), source.name)).topology
    return load(source.encode() if isinstance(source, str) else source, "the text").topology
