"""Read the machine of a request, and answer with the data that the player needs."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from typing import Any

from viz.analysis.compare import after_events
from viz.analysis.run import Run
from viz.doctor.copies import has_files
from viz.figures.charts import Figure, TooLarge, chart
from viz.kernel.releases import UnknownVersion
from viz.kernel.rules import own_files
from viz.page.player_data import play
from viz.topology import (
    KernelLogOnly,
    ParseResult,
    SeveralMachines,
    Topology,
    TopologyError,
    UnknownDistances,
    builtin,
    builtin_names,
    load,
    load_beside,
    printable,
)
from viz.topology.link import unpack
from viz.topology.tier_guess import with_tier_guesses
from viz.topology.trust import with_sources
from viz.work.limits import AT_ONCE, LIGHT_WORK

OPENED = "opened"
"""The name under which the page lists the topology that the server was started with."""
MAX_TITLE = 34
"""The largest number of characters of a title in the page's list of topologies."""
FORMS = {
    "remote": re.compile(r"[0-9]{1,3}"),
    "turned": re.compile(r"[0-9]{1,4}(?::[a-z]{1,12})?(?:,[0-9]{1,4}(?::[a-z]{1,12})?){0,1999}"),
}
"""The patterns of some values of a request: a distance, and indexes of guesses, with their choices: "0,2:cxl"."""

Opened = Topology
"""The topology that a server may be started with."""
Request = dict[str, Any]
MACHINES = ("text", "file", "link", "topology")
"""The keys by which a request names its machine: a listing, the base64 of a file, a link's text, or a name."""
READ_BY = (*MACHINES, "name", "machine", "beside", "remote", "turned", "allowed")
"""The keys on which the machine of a request depends.

`machine` is the number of one of several machines, `beside` a text in which the machine names its memory tiers,
`allowed` the nodes that a cgroup may use, or NO_MASK.
"""
NO_MASK = "none"
"""The value of `allowed` that drops the allowed nodes that the machine itself names."""
KEYS = (*READ_BY, "kernel", "zonelists", "chart", "theme", "narrow")
NEEDS: dict[type[Exception], str] = {UnknownDistances: "distances", KernelLogOnly: "machine", SeveralMachines: "choice"}
"""For each error, the name of what the visitor must add to the request; the page then asks the visitor for it."""


class Service:
    """Answers questions, and remembers the machines that it has read for them.

    `opened` is the topology that the server was started with, or None if it was started without one. `kernel` is the
    kernel for requests that name none. `files` are the paths of files that are kernels, for worker processes.
    """

    def __init__(self, opened: Opened | None = None, kernel: str | None = None) -> None:
        self.opened = opened
        self.kernel = kernel
        self.files = own_files.registered()
        self._machines: dict[tuple[object, ...], ParseResult] = {}

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """Return the entries of the page's list of topologies by group: the name and a short title of each."""
        groups: dict[str, list[tuple[str, str]]] = {"": [(OPENED, _short_title(self.opened))]} if self.opened else {}
        for name in builtin_names():
            topology = builtin(name)
            groups.setdefault(topology.group or "Others", []).append((name, _short_title(topology)))
        return groups

    def answer(self, request: object, whole: bool = False) -> dict[str, Any]:
        """Return the data that the player needs, or {"error": one line} for any wrong request.

        An error has "examine": True if the doctor can look at what was given, though no order can be shown.
        A long run comes without its later events, unless `whole` is True.
        """
        try:
            asked = _checked(request)
            loaded = self._loaded(asked)
            run = Run.of(loaded.topology, asked.get("kernel", self.kernel), asked.get("zonelists"))
            events = None if whole else first_events(run.topology)
            return play(run, asked, loaded, None if events is None else after_events(run, events))
        except (TopologyError, UnknownVersion) as error:
            return {"error": str(error)} | self._next(error, request)

    def _next(self, error: Exception, request: object) -> dict[str, Any]:
        """Return what the visitor can do after an error: add what is missing, choose, or ask the doctor."""
        needs = NEEDS.get(type(error))
        choices = {"choices": list(error.names)} if isinstance(error, SeveralMachines) else {}
        return (
            ({"needs": needs} if needs else {})
            | choices
            | ({"examine": True} if self._has_files(error, request) else {})
        )

    def _has_files(self, error: Exception, request: object) -> bool:
        """Return whether what was given has files for the doctor, though it lacks a machine or its distances."""
        if isinstance(error, UnknownVersion | SeveralMachines):
            return False
        try:
            return has_files(self.given(request))
        except TopologyError:
            return False

    def chart(self, request: object) -> Figure | str:
        """Return the chart that the request names, or one line that says why there is none."""
        try:
            asked = _checked(request)
            run = Run.of(self._loaded(asked).topology, asked.get("kernel", self.kernel), asked.get("zonelists"))
            return chart(asked["chart"], run, asked.get("theme", "light"), "narrow" in asked)
        except KeyError:
            return "There is no such chart."
        except (TopologyError, UnknownVersion, TooLarge) as error:
            return str(error)

    def topology(self, request: object) -> Topology:
        """Return the machine of a request; raise TopologyError if the request names none or it cannot be read."""
        return self.loaded(request).topology

    def loaded(self, request: object) -> ParseResult:
        """Return the machine of a request with the guesses about it; raise TopologyError as topology() does."""
        return self._loaded(_checked(request))

    def given(self, request: object) -> bytes:
        """Return the bytes that the visitor has pasted or dropped; b"" if the machine was not given in this way."""
        asked = _checked(request)
        return _bytes(asked["file"]) if "file" in asked else asked.get("text", "").encode("utf-8", "replace")

    def _loaded(self, asked: Request) -> ParseResult:
        """Return the machine of a request, with the choices of the visitor for its unknown distances and guesses."""
        key = tuple(asked.get(part) for part in READ_BY)
        if key not in self._machines:
            self._machines[key] = self._completed(asked)
        return self._machines[key]

    def _completed(self, asked: Request) -> ParseResult:
        loaded = self._read(asked)
        if "beside" in asked:
            loaded = load_beside(loaded, asked["beside"], "the text")
        if "remote" in asked:
            loaded = loaded.filled(int(asked["remote"]))
        if "turned" in asked:
            turned = dict(_index_and_choice(part) for part in asked["turned"].split(","))
            decisions = [(guess, turned[index]) for index, guess in enumerate(loaded.guesses) if index in turned]
            loaded = with_sources(loaded.decided(decisions))
        if "allowed" in asked:
            loaded = replace(loaded, topology=_masked(loaded.topology, asked["allowed"]))
        return loaded

    def _read(self, asked: Request) -> ParseResult:
        name = printable(asked.get("name", ""), 80)
        if "text" in asked:
            return load(asked["text"], name or "the text", asked.get("machine", ""))
        if "file" in asked:
            return load(_bytes(asked["file"]), name or "the file", asked.get("machine", ""))
        known = ParseResult(unpack(asked["link"]) if "link" in asked else self._named(asked["topology"]))
        return with_sources(with_tier_guesses(known))

    def _named(self, name: str) -> Topology:
        if name == OPENED and self.opened:
            return self.opened
        if name not in builtin_names():
            raise TopologyError("there is no built-in topology of that name")
        return builtin(name)


def _masked(topology: Topology, nodes: str) -> Topology:
    if nodes != NO_MASK:
        return topology.allowing(nodes)
    return Topology.from_document({key: value for key, value in topology.document().items() if key != "allowed"})


def _index_and_choice(part: str) -> tuple[int, str]:
    index, _, choice = part.partition(":")
    return int(index), choice


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise TopologyError("the file did not come whole") from None


def first_events(topology: Topology) -> int | None:
    """Return how many events the first answer holds; None for all of them."""
    nodes, events = len(topology.nodes), len(topology.events)
    first = max(0, LIGHT_WORK // nodes - 1)
    return None if first >= events or nodes * (1 + events) <= AT_ONCE else first


def _short_title(topology: Topology) -> str:
    title = topology.name or topology.title
    return title if len(title) <= MAX_TITLE else f"{title[: MAX_TITLE - 3].rstrip()}..."


def _checked(request: object) -> Request:
    """Return the request with only its known keys; raise TopologyError if it names no machine or a value is wrong."""
    if not isinstance(request, dict):
        raise TopologyError("the request is not understood")
    asked = {key: request[key] for key in KEYS if request.get(key)}
    if not asked.keys() & set(MACHINES) or not all(isinstance(value, str) for value in asked.values()):
        raise TopologyError("the request is not understood")
    if not all(form.fullmatch(asked[key]) for key, form in FORMS.items() if key in asked):
        raise TopologyError("the request is not understood")
    if asked.get("zonelists", "boot") not in ("boot", "runtime"):
        raise TopologyError("zonelists is either boot or runtime")
    return asked
