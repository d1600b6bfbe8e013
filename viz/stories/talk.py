"""Check the document of a talk: a title, and stops like those of a story, with what a speaker needs.

title = "Where cold memory goes"
minutes = 6

[[stops]]
title = "The order is built"
topology = "two-sockets-three-classes"
step = "pass 1 begins"
until = "the order is complete"
autoplay = true
notes = "Say what a pass is."

A story's document is a talk, too: its question is the title, and its machine to try the last stop.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    FailFast,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    field_validator,
    model_validator,
)

from viz.stories.story import Line, Prose, StopOfRun, Story, condition, in_document
from viz.topology import TopologyError
from viz.topology import quantities as q
from viz.topology.document import like_json, toml_document
from viz.topology.errors import shown
from viz.topology.strict_model import StrictModel
from viz.trace.model import STRIDES

MAX_STOPS, MAX_TALK, MAX_MACHINE = 60, 400_000, 60_000
"""The largest number of stops, and of characters of a talk and of one machine in it."""
PANELS = ("code", "registers", "scores")
"""The panels that can stand beside the stage in the presenter mode."""
MACHINE_NAME = re.compile(r"[a-z0-9-]{1,40}")
"""The pattern of a name that a talk gives to a machine of its own."""
LIKE_TALK = re.compile(r"^[ \t]{0,40}(?:\[\[[ \t]{0,9}stops[ \t]{0,9}\]\]|stops[ \t]{0,9}=)", re.MULTILINE)
"""The pattern of a line of TOML that a talk has and a topology has not."""


def _lines(limit: int) -> Callable[[object], str]:
    """Return a check that a value is text of at most `limit` characters; its lines and tabs are kept."""

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(f"must be text, not {shown(value)}")
        if len(value) > limit:
            raise ValueError(f"must be text of at most {limit} characters")
        for char in value:
            if char not in "\n\r\t" and unicodedata.category(char) in ("Cc", "Cs"):
                raise ValueError(f"must be plain text, without the control character {shown(char)}")
        return value

    return check


def _step(value: object) -> object:
    """Return a condition, or the number of a step; raise ValueError for anything else."""
    if type(value) is int and 0 <= value < 10**7:
        return value
    if not isinstance(value, str):
        raise ValueError(f"must be a condition such as 'pass 2 begins', or the number of a step, not {shown(value)}")
    return condition(q.plain_text(400)(value))


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.1 <= value <= 120:
        raise ValueError(f"must be a number of seconds from 0.1 to 120, not {shown(value)}")
    return float(value)


def _machines(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > MAX_STOPS:
        raise ValueError(f"must be a table of up to {MAX_STOPS} machines by their names")
    for name in value:
        if not MACHINE_NAME.fullmatch(name):
            raise ValueError(f"has the name {shown(name)}; give one of small letters, digits and -")
    return {name: _lines(MAX_MACHINE)(machine) for name, machine in value.items()}


Words = Annotated[str, PlainValidator(q.plain_text(300))]
Notes = Annotated[str, PlainValidator(_lines(4000)), AfterValidator(str.strip)]
Listing = Annotated[str, PlainValidator(_lines(MAX_MACHINE))]
StepOrCondition = Annotated[str | int, PlainValidator(_step)]
Seconds = Annotated[float, PlainValidator(_seconds)]
Panel = Annotated[str, PlainValidator(q.one_of(*PANELS))]
StrideName = Annotated[str, PlainValidator(q.one_of(*STRIDES))]


class TalkStop(StopOfRun):
    """A stop of a talk. Its text may be missing, since a speaker says it."""

    text: Prose | None = None
    machine: Listing | None = None
    file: Line | None = None
    """The name of a file with a machine, beside the talk's own file; only a command reads it."""
    step: StepOrCondition | None = None
    until: StepOrCondition | None = None
    """The condition that finds the last step that the stop shows, after its first one."""
    stride: StrideName | None = None
    """The stride from the first step to the last one. Without it, the stop has the usual stride of a talk."""
    autoplay: StrictBool = False
    """Whether the steps, or the moments of a walk, play by themselves."""
    pace: Seconds | None = None
    """The seconds at each step that plays by itself; without it the time that its sentence takes to read."""
    moment: StrictInt | None = Field(default=None, ge=0, le=10_000)
    """The moment of the walk at which the stop opens."""
    presenter: StrictBool | None = None
    """Whether the page is in its presenter mode; without it as at the stop before, and at first it is."""
    panel: Panel | None = None
    """The panel that stands beside the stage in the presenter mode."""
    bands: StrictBool = False
    """Whether the masks stand as bands under the stage in the presenter mode."""
    words: Words | None = None
    """Words that stand beside the sentence of the step."""
    instead: StrictBool = False
    """Whether the words stand in place of the sentence."""
    notes: Notes | None = None
    """The speaker's notes, which only the speaker's window shows."""
    paste: StrictBool = False
    """Whether the audience's machine is pasted at this stop."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if sum(one is not None for one in (self.topology, self.machine, self.file)) > 1:
            raise TopologyError("name a topology, a machine or a file, and only one of them", ".file")
        for key, needed in (("pace", "autoplay"), ("moment", "walk"), ("instead", "words")):
            if getattr(self, key) not in (None, False) and not getattr(self, needed):
                raise TopologyError(f"belongs to a stop with {needed}", f".{key}")
        if self.autoplay and self.until is None and self.walk is None:
            raise TopologyError("belongs to a stop with until, or with a walk", ".autoplay")
        return self


class Talk(StrictModel):
    """A talk: a title, and its stops in their order."""

    title: Line
    minutes: StrictInt | None = Field(default=None, ge=1, le=600)
    """How long the talk is to take; the speaker's window counts down from it."""
    machines: Annotated[dict[str, str], PlainValidator(_machines)] = Field(default_factory=dict)
    """Machines by names that stops give as their `topology`, so that one which many stops show is written once."""
    stops: Annotated[tuple[TalkStop, ...], FailFast()]

    @field_validator("stops", mode="before")
    @classmethod
    def _limited(cls, value: object) -> object:
        if not isinstance(value, list) or not 0 < len(value) <= MAX_STOPS:
            raise TopologyError(f"must be a list of 1 to {MAX_STOPS} tables")
        return value


def like_talk(text: str) -> bool:
    """Return whether a text is the document of a talk, or of a story, and not that of a machine."""
    if like_json(text):
        try:
            document = json.loads(text[: MAX_TALK + 1])
        except (ValueError, RecursionError):
            return False
        return isinstance(document, dict) and "stops" in document
    return LIKE_TALK.search(text) is not None


def read_talk(text: str, name: str) -> Talk:
    """Return the talk in a text, TOML or JSON; raise TopologyError, which says where the text is wrong."""
    if len(text) > MAX_TALK:
        raise TopologyError(f"is longer than {MAX_TALK} characters; no talk is", name=name)
    return in_document(lambda: talk_of(_document(text)), name)


def _document(text: str) -> object:
    if not like_json(text):
        return toml_document(text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TopologyError(f"is no JSON: {error}") from None


def talk_of(document: object) -> Talk:
    """Return the talk in a document; a story is made a talk. Raise ValidationError or TopologyError."""
    if isinstance(document, dict) and "question" in document and "title" not in document:
        return _talk_of_story(Story.model_validate(document))
    return Talk.model_validate(document)


def _talk_of_story(story: Story) -> Talk:
    """Return a story as a talk, outside of the presenter mode. The machine to try is its last stop."""
    stops = [document_of(stop) for stop in story.stops]
    stops[0]["presenter"] = False
    now = document_of(story.now_try)
    if "machine" in now:
        stops.append({"title": "Now try", "step": "the order is complete"} | now)
    return Talk.model_validate({"title": story.question, "stops": stops})


def document_of(table: StrictModel) -> dict[str, Any]:
    """Return the keys of a stop, or of another table, that are set; events are texts, as in a document."""
    document = table.model_dump(exclude={"events"}, exclude_none=True, exclude_defaults=True)
    events = getattr(table, "events", None)
    if events is not None:
        document["events"] = [f"{event.event} {event.node}" for event in events]
    return document
