"""Find the runs and the steps of a talk. A stop whose machine is missing says so, and the others go on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from viz.stories.resolved import ResolvedStop, Traces, at_stop, machine_of, resolved_stop
from viz.stories.story import in_document
from viz.stories.talk import MAX_MACHINE, Talk, TalkStop, document_of, read_talk
from viz.stories.toml_lines import located
from viz.topology import Topology, TopologyError, builtin_names, load
from viz.topology.errors import shown

OF_MACHINE = ("topology", "machine", "file")
INHERITED = (*OF_MACHINE, "kernel", "zonelists", "events", "allowed", "step")
"""The keys of a stop that the next stop keeps, as long as it names no machine of its own."""
LONG_MACHINE = 2_000
"""The number of characters up to which a machine is written at every stop that shows it; a story has none longer."""
NO_FILES = "is a file, which only the command line reads"

ReadFile = Callable[[str], Topology]
"""A function that returns the machine in a file beside the talk; it raises MissingMachine if there is no such file."""


class MissingMachine(TopologyError):
    """The error that the machine which a stop names is not there."""


@dataclass(frozen=True)
class MissingStop:
    """A stop of a talk whose machine is missing, and one line that says so."""

    stop: TalkStop
    why: str


Found = ResolvedStop[TalkStop] | MissingStop
"""A stop with its run, or without one because its machine is missing."""


@dataclass(frozen=True)
class ResolvedTalk:
    """A talk with the runs and steps of its stops."""

    talk: Talk
    stops: tuple[Found, ...]
    document: dict[str, Any]
    """The talk as a document in which each stop names its machine, so that stops can change places. A machine of
    its "machines" that a stop names stays there, and a long one that several stops repeat comes to them."""

    @property
    def first(self) -> ResolvedStop[TalkStop] | None:
        """Return the first stop whose machine is there; None if there is none."""
        return next((stop for stop in self.stops if isinstance(stop, ResolvedStop)), None)


def resolved_talk(text: str, name: str, read_file: ReadFile | None = None) -> ResolvedTalk:
    """Return the talk in a text; raise TopologyError, which names the stop, its key and the line that are wrong."""
    try:
        return with_runs(read_talk(text, name), name, read_file)
    except TopologyError as error:
        raise located(error, text) from None


def with_runs(talk: Talk, name: str, read_file: ReadFile | None = None) -> ResolvedTalk:
    """Return a talk with the runs and steps of its stops; raise TopologyError if a stop is wrong."""
    return in_document(lambda: _with_runs(talk, read_file), name)


def files_beside(path: Path) -> ReadFile:
    """Return a function that reads machines from files in the folder of the talk at `path`, and nowhere else."""

    def read(name: str) -> Topology:
        file = path.parent / name
        if not file.resolve().is_relative_to(path.parent.resolve()):
            raise TopologyError(f"{shown(name)} lies outside of the talk's folder")
        try:
            data = file.read_bytes()
        except OSError as error:
            raise MissingMachine(f"{shown(name)} cannot be read: {error.strerror}") from None
        return load(data, name).topology

    return read


def _with_runs(talk: Talk, read_file: ReadFile | None) -> ResolvedTalk:
    stops = tuple(_stops(talk, read_file))
    tables = list(_explicit(stops, talk.stops))
    repeated = Counter(table.get("machine", "") for table in tables)
    given = {text: name for name, text in talk.machines.items()}
    free = (name for number in count(1) if (name := f"own-{number}") not in talk.machines)
    long = (text for text, number in repeated.items() if text in given or (number > 1 and len(text) > LONG_MACHINE))
    names = {text: given.get(text) or next(free) for text in long}
    for table in tables:
        if table.get("machine") in names:
            table["topology"] = names[table.pop("machine")]
    document = talk.model_dump(exclude={"stops", "machines"}, exclude_none=True)
    machines = {"machines": {name: text for text, name in names.items()}} if names else {}
    return ResolvedTalk(talk, stops, document | machines | {"stops": tables})


def _stops(talk: Talk, read_file: ReadFile | None) -> Iterator[Found]:
    before: Found | None = None
    traces, presenter = Traces(), True
    for index, stop in enumerate(talk.stops):
        presenter = presenter if stop.presenter is None else stop.presenter
        name = stop.topology if stop.topology in talk.machines else None
        own = {"topology": None, "machine": talk.machines[name]} if name else {}
        named = stop.model_copy(update={"presenter": presenter, **own})
        try:
            before = _stop(named, before, traces, read_file)
        except MissingMachine as error:
            before = MissingStop(named, str(at_stop(error, index)))
        except TopologyError as error:
            if name and error.key.startswith(".machine"):
                raise TopologyError(error.problem, f"machines.{name}") from None
            raise at_stop(error, index) from None
        yield before


def _stop(stop: TalkStop, before: Found | None, traces: Traces, read_file: ReadFile | None) -> ResolvedStop[TalkStop]:
    """Return a stop with its run; raise MissingMachine if its machine is not there, TopologyError if it is wrong."""
    names_none = all(getattr(stop, key) is None for key in OF_MACHINE)
    if isinstance(before, MissingStop):
        if names_none:
            raise MissingMachine("is that of the stop before, whose machine is missing", ".topology")
        before = None
    if stop.topology is not None and stop.topology not in builtin_names():
        raise MissingMachine(f"{shown(stop.topology)} is no built-in topology here", ".topology")
    if stop.file is not None:
        stop = _with_file(stop, stop.file, read_file)
    return resolved_stop(stop, before, machine_of(stop, before), traces)


def _with_file(stop: TalkStop, name: str, read_file: ReadFile | None) -> TalkStop:
    """Return the stop with the machine of its file in place of the file's name."""
    if read_file is None:
        raise MissingMachine(f"{shown(name)} {NO_FILES}", ".file")
    try:
        topology = read_file(name)
    except MissingMachine as error:
        raise MissingMachine(error.problem, ".file") from None
    except TopologyError as error:
        raise TopologyError(str(error), ".file") from None
    return stop.model_copy(update={"machine": json.dumps(topology.document()), "file": None})


def _explicit(stops: tuple[Found, ...], given: tuple[TalkStop, ...]) -> Iterator[dict[str, Any]]:
    """Yield the stops as tables, each with the keys that it keeps from the stops before.

    A file whose machine is longer than a talk may hold stays a file.
    """
    kept: dict[str, Any] = {}
    for one, named in zip(stops, given, strict=True):
        own = document_of(one.stop) | {"presenter": one.stop.presenter}
        if named.file is not None and len(own.get("machine", "")) > MAX_MACHINE:
            del own["machine"]
            own["file"] = named.file
        if own.keys() & set(OF_MACHINE):
            kept = {}
        kept |= {key: own[key] for key in INHERITED if key in own}
        scene = {"scenario": one.scene.scenario} if isinstance(one, ResolvedStop) and one.scene else {}
        yield own | kept | scene
