"""Answer ahead what a visitor of a site can ask without Python: about built-in machines and the stops of stories.

The answers about a run are one document, {"play": the run, "answers": {key: answer}}; its charts and the stages of
presenter mode are another one, {"answers": {key: answer}}. assets/site/answers.mjs finds a run and an answer by keys
that it makes as this module does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from viz.analysis.run import Run
from viz.app.answers import Answer, Job, answer_job
from viz.app.costs import FILL
from viz.app.service import READ_BY, Request, Service
from viz.figures.charts import CHARTS
from viz.stories import ResolvedStop, ResolvedStory

OF_RUN = frozenset((*READ_BY, "kernel", "zonelists"))
"""The keys of a question that name a run; the others say what is asked about it."""


def key(value: object) -> str:
    """Return a JSON value as text: equal values have equal texts, in JavaScript, too."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def run_key(question: Mapping[str, Any]) -> str:
    """Return the key of the run that a question names."""
    return key({name: value for name, value in question.items() if name in OF_RUN and value})


def answer_key(kind: str, question: Mapping[str, Any]) -> str:
    """Return the key of what a question asks about its run."""
    return key([kind, {name: value for name, value in question.items() if name not in OF_RUN}])


@dataclass
class ReadyRun:
    """A run with the answers about it; its pictures are the charts, and the stages of presenter mode."""

    question: Request
    play: Answer
    answers: dict[str, Answer] = field(default_factory=dict)
    pictures: dict[str, Answer] = field(default_factory=dict)


class ReadyMade:
    """Collects runs, each once, and the answers about them."""

    def __init__(self) -> None:
        self.service = Service()
        self.runs: dict[str, ReadyRun] = {}
        self.usual: dict[str, Request] = {}
        """The kernel and the zonelists of each built-in machine, for questions that do not name them."""

    def add_machine(self, name: str) -> None:
        """Add the run of a built-in machine under its usual kernel."""
        run = self.add_run({"topology": name})
        self.usual[name] = {option: run.question[option] for option in ("kernel", "zonelists")}

    def add_story(self, story: ResolvedStory) -> None:
        """Add the runs of all stops of a story, what the tools at the stops ask, and the machine to try."""
        self.add_stops(story.stops)
        if story.now:
            self.add_run(story.now[0])

    def add_stops(self, stops: Iterable[ResolvedStop[Any]]) -> None:
        """Add the runs of stops, and what the tools at the stops ask."""
        for stop in stops:
            run = self.add_run(stop.request)
            if stop.stop.against:
                self.add_run({**stop.request, "kernel": stop.stop.against})  # the tool asks for its findings
            for kind, asked in _of_view(stop):
                self._add_answer(run.pictures if kind == "chart" else run.answers, kind, run.question, asked)

    def add_run(self, request: Request) -> ReadyRun:
        """Return the run of a request with its findings and charts; compute them if it is not there yet."""
        run = Run.of(self.service.topology(request), request.get("kernel"), request.get("zonelists"))
        question = {**request, "kernel": run.asked, "zonelists": run.zonelists}
        if run_key(question) not in self.runs:
            self.runs[run_key(question)] = self._run(question)
        return self.runs[run_key(question)]

    def _run(self, question: Request) -> ReadyRun:
        play = self._answer("whole", question)
        ready = ReadyRun(question, play | {"findings": self._answer("findings", question)})
        for chart in CHARTS:
            for asked in _in_every_theme(chart):
                self._add_answer(ready.pictures, "chart", question, asked)
        self._add_answer(ready.pictures, "halls", question, {})
        return ready

    def _add_answer(self, answers: dict[str, Answer], kind: str, question: Request, asked: Request) -> None:
        if answer_key(kind, asked) not in answers:
            answers[answer_key(kind, asked)] = self._answer(kind, question | asked)

    def _answer(self, kind: str, question: Request) -> Answer:
        return answer_job(Job(kind, question, self.service))


def _in_every_theme(chart: str) -> Iterator[Request]:
    """Yield what the page asks about a chart: in the light and the dark theme, in wide and in narrow windows."""
    for theme, narrow in product(("light", "dark"), ({}, {"narrow": "yes"})):
        yield {"chart": chart, "theme": theme, **narrow}


def _of_view(stop: ResolvedStop[Any]) -> Iterator[tuple[str, Request]]:
    """Yield the kinds of questions that the tool at a stop asks, with what they ask beside the run."""
    machine = {name: value for name, value in stop.request.items() if name in READ_BY}
    match stop.stop.view:
        case "events":
            yield from (("events", {}), ("rebuilds", {}))
        case "compare" if stop.stop.against:
            yield "against", {"other": {**machine, "kernel": stop.stop.against, "zonelists": stop.run.zonelists}}
        case "pressure" if stop.scene:
            yield "pressure", {"scenario": stop.scene.scenario}
            yield from (("chart", {"scenario": stop.scene.scenario, **asked}) for asked in _in_every_theme(FILL))
        case "readers":
            yield "claims", {}
            yield "readers", {"event": _event_at(stop), "programOrder": False}
            if walk := stop.stop.walk:
                chains = {"old": walk.old, "new": walk.new, "start": walk.start, "protocol": walk.protocol}
                yield "readers", {**chains, "programOrder": False}


def _event_at(stop: ResolvedStop[Any]) -> int:
    """Return the number of the event at a stop, counted from 1; 0 in the first build."""
    return max(0, int(stop.run.trace().at("chapter", stop.step)) - 1)
