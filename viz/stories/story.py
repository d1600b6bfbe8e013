"""Check the document of a story: a question, and the stops that answer it.

question = "Why does my second node get no target?"
group = "My second node gets nothing"

[[stops]]
title = "A refused node stays used"
topology = "two-sockets-refused-target"
kernel = "v5.17.7"
step = "node 0 refuses 3"
text = "..."

[now_try]
text = "..."
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    FailFast,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    ValidationError,
    field_validator,
    model_validator,
)

from viz.kernel.hotplug import EVENTS
from viz.kernel.versions import PROTOCOLS
from viz.pressure.simulation import MAX_TICKS
from viz.readers.model import VERDICTS
from viz.topology import Event, TopologyError, model
from viz.topology import quantities as q
from viz.topology.document import toml_document
from viz.topology.errors import shown
from viz.topology.strict_model import StrictModel, first_problem
from viz.trace.conditions import ConditionError, parse

GROUPS = (
    "Start here",
    "Pages under pressure",
    "Surprising",
    "My second node gets nothing",
    "Hotplug",
    "Real machines",
    "Kernels against each other",
    "Proposals",
    "Asked about the patch",
)
"""The groups of stories, in the order in which the gallery shows them."""
MAX_STOPS, MAX_EVENTS = 6, 40
VIEWS = ("code", "edit", "events", "compare", "stranding", "pressure", "readers", "log")
"""The tools of the page that can be open beside the stage at a stop."""
PLACES = ("stage", "registers", "code", "scores", "player", "charts", "tool")
"""Parts of the page that a stop can mark. It can also mark "node 3", a register or a cell such as used_targets[3]."""

T = TypeVar("T")
Line = Annotated[str, PlainValidator(q.plain_text(120))]
Title = Annotated[str, PlainValidator(q.plain_text(60))]
Prose = Annotated[str, PlainValidator(q.plain_text(700))]
Look = Annotated[str, PlainValidator(q.plain_text(300))]
Machine = Annotated[str, PlainValidator(q.plain_text(2000))]


def condition(text: str) -> str:
    """Return a text that is a condition; raise ValueError, which says where it goes wrong, if it is none."""
    try:
        parse(text)
    except ConditionError as error:
        raise ValueError(str(error)) from None
    return text


def _events(value: object) -> tuple[Event, ...]:
    """Return the events in a list of texts such as "mem_offline 1"; raise ValueError for anything else."""
    if not isinstance(value, list) or len(value) > MAX_EVENTS:
        raise ValueError(f"must be a list of at most {MAX_EVENTS} events, such as 'mem_offline 1', not {shown(value)}")
    return tuple(map(_event, value))


def _event(value: object) -> Event:
    name, _, node = value.partition(" ") if isinstance(value, str) else ("", "", "")
    if name not in EVENTS or not (node.isascii() and node.isdigit() and len(node) < 5):
        raise ValueError(f"must be an event and its node, such as 'mem_offline 1', not {shown(value)}")
    return Event(event=name, node=int(node))


def _moment(value: object) -> int | str:
    return q.whole(0, MAX_TICKS)(value) if isinstance(value, int) else q.plain_text(120)(value)


Moment = Annotated[int | str, PlainValidator(_moment)]
Condition = Annotated[str, PlainValidator(q.plain_text(400)), AfterValidator(condition)]
Events = Annotated[tuple[Event, ...], PlainValidator(_events)]
Group = Annotated[str, PlainValidator(q.one_of(*GROUPS))]
View = Annotated[str, PlainValidator(q.one_of(*VIEWS))]


class Walk(StrictModel):
    """A reader's walk for the tool Readers: it has this verdict while the order changes.

    The change is from `old` to `new`, or that of an event of the run, counted from 1; 0 is the first build.
    """

    old: Line | None = None
    new: Line | None = None
    event: Annotated[int, PlainValidator(q.whole(0, model.MAX_EVENTS))] | None = None
    protocol: Annotated[str, PlainValidator(q.one_of(*PROTOCOLS))]
    start: int
    verdict: Annotated[str, PlainValidator(q.one_of(*VERDICTS))]

    @model_validator(mode="after")
    def _has_one_change(self) -> Self:
        if (self.event is None) == (self.old is None) or (self.old is None) != (self.new is None):
            raise TopologyError("name old and new, or an event")
        return self


class StopOfRun(StrictModel):
    """A step of a run, and what the page shows beside it. It keeps from the stop before what it does not name itself.

    A stop that names a machine keeps nothing: the kernel, the zonelists, the events and the mask are the machine's.
    """

    title: Title
    look: Look | None = None
    """A hint on what to look at."""
    mark: Line | None = None
    """The part of the page that is outlined: one of PLACES, "node 3", a register or a cell."""
    topology: Line | None = None
    """The name of a built-in topology."""
    machine: Machine | None = None
    """A machine as text, such as a line in the notation, in place of `topology`."""
    kernel: Line | None = None
    zonelists: Literal["boot", "runtime"] | None = None
    events: Events | None = None
    """The events that take the place of the machine's own."""
    allowed: Line | None = None
    """The nodes that a cgroup may use, as a node list."""
    view: View = "code"
    against: Line | None = None
    """The kernel with which the tool Compare compares this one."""
    walk: Walk | None = None
    """The walk that the tool Readers shows."""
    scenario: Line | None = None
    """The built-in scenario that the tool Pressure shows."""
    tick: Moment | None = None
    """Its tick: a number, or words of a sentence that is said at it."""
    ask: Line | None = None
    """The cell whose value is explained (its "why" is open), such as node_demotion[1]."""
    predict: StrictBool = False
    """Whether the page asks, before that step, whom a node will choose. The step is one at which a node chooses."""
    step: str | int | None = None
    """The condition that finds the step; a stop of a talk may have its number. Without it, the stop keeps the run and
    step of the stop before."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.topology is not None and self.machine is not None:
            raise TopologyError("name a topology or a machine, not both", ".machine")
        for key, view in (("against", "compare"), ("walk", "readers"), ("scenario", "pressure"), ("tick", "pressure")):
            if getattr(self, key) is not None and self.view != view:
                raise TopologyError(f'belongs to view = "{view}"', f".{key}")
        if self.ask is not None and self.view != "code":
            raise TopologyError('belongs to view = "code"', ".ask")
        return self


class Stop(StopOfRun):
    """A stop of a story, which has a text."""

    text: Prose
    step: Condition | None = None


class Try(StrictModel):
    """Something to try after the last stop: in words, and as a machine that shows the same if one is given."""

    text: Prose
    machine: Machine | None = None
    kernel: Line | None = None
    step: Condition | None = None


class Story(StrictModel):
    """A story: a question in plain words, the stops that answer it, and something to try afterwards."""

    question: Line
    group: Group
    order: StrictInt = 0
    """A number by which the stories of a group are sorted."""
    asked: Line | None = None
    """Who asked the question and when, such as "Huang Ying, 28 January 2022"; None if nobody is known."""
    stops: Annotated[tuple[Stop, ...], FailFast()]
    picture: StrictInt = Field(default=-1, ge=-1)
    """The index of the stop whose order the story's card shows in the gallery; -1 is the last stop."""
    now_try: Try

    @field_validator("stops", mode="before")
    @classmethod
    def _limited(cls, value: object) -> object:
        if not isinstance(value, list) or not 0 < len(value) <= MAX_STOPS:
            raise TopologyError(f"must be a list of 1 to {MAX_STOPS} tables")
        return value


def read_story(text: str, name: str) -> Story:
    """Return the story in a TOML text; raise TopologyError, which says where the text is wrong."""
    return in_document(lambda: Story.model_validate(toml_document(text)), name)


def in_document(read: Callable[[], T], name: str) -> T:
    """Return what `read` makes of a document; raise its first problem as TopologyError with the document's name."""
    try:
        return read()
    except ValidationError as error:
        raise first_problem(error).within(name) from None
    except TopologyError as error:
        raise error.within(name) from None
