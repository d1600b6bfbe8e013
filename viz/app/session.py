"""What the server does for a page, as plain functions: a request in, all that the player needs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from viz.kernel.versions import UnknownVersion
from viz.play import play
from viz.run import Run
from viz.topology import Topology, TopologyError, builtin, builtin_names, read
from viz.topology.link import unpack

if TYPE_CHECKING:
    import plotly.graph_objects as go

OPENED = "opened"
"""The name under which the page lists the file that it was started with."""
SHORT = 34
"""Letters that the picker has room for."""

Opened = Topology
"""What the server may be started with."""
Request = dict[str, Any]
KEYS = ("text", "link", "topology", "kernel", "zonelists", "chart", "theme", "narrow")


class Session:
    """Serves one page; holds no state of any visitor, only the file that the server was started with, if any."""

    def __init__(self, opened: Opened | None = None) -> None:
        self.opened = opened

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """What the picker offers, group by group: the name and a short title of each topology."""
        found: dict[str, list[tuple[str, str]]] = {"": [(OPENED, _short(self.opened))]} if self.opened else {}
        for name in builtin_names():
            topology = builtin(name)
            found.setdefault(topology.group or "Others", []).append((name, _short(topology)))
        return found

    def answer(self, request: object) -> dict[str, Any]:
        """What to play, or {"error": one line}; whatever the request is, it raises nothing."""
        try:
            asked = _checked(request)
            return play(Run.of(self._topology(asked), asked.get("kernel"), asked.get("zonelists")), asked)
        except (TopologyError, UnknownVersion) as error:
            return {"error": str(error)}

    def chart(self, request: object) -> go.Figure | str:
        """The chart that is asked for, or why there is none; whatever the request is, it raises nothing."""
        from viz.figures.charts import TooLarge, chart  # plotly takes its time to import

        try:
            asked = _checked(request)
            run = Run.of(self._topology(asked), asked.get("kernel"), asked.get("zonelists"))
            return chart(asked["chart"], run, asked.get("theme", "light"), "narrow" in asked)
        except KeyError:
            return "There is no such chart."
        except (TopologyError, UnknownVersion, TooLarge) as error:
            return str(error)

    def topology(self, request: object) -> Topology:
        """The machine that a request names; TopologyError, in one line, where it names none."""
        return self._topology(_checked(request))

    def _topology(self, asked: Request) -> Topology:
        if "text" in asked:
            return read(asked["text"], "the text")
        if "link" in asked:
            return unpack(asked["link"])
        if asked["topology"] == OPENED and self.opened:
            return self.opened
        if asked["topology"] not in builtin_names():
            raise TopologyError("there is no built-in topology of that name")
        return builtin(asked["topology"])


def _short(topology: Topology) -> str:
    title = topology.name or topology.title
    return title if len(title) <= SHORT else f"{title[: SHORT - 3].rstrip()}..."


def _checked(request: object) -> Request:
    """The request with only the keys that are known, each of its right type."""
    if not isinstance(request, dict):
        raise TopologyError("the request is not understood")
    asked = {key: request[key] for key in KEYS if request.get(key)}
    if not asked.keys() & {"text", "link", "topology"} or not all(isinstance(value, str) for value in asked.values()):
        raise TopologyError("the request is not understood")
    if asked.get("zonelists", "boot") not in ("boot", "runtime"):
        raise TopologyError("zonelists is either boot or runtime")
    return asked
