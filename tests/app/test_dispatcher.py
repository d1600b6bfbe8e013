"""Test the dispatcher: it answers light questions itself, gives heavy questions to a worker, and refuses wrong ones."""

from __future__ import annotations

import base64
import bz2
import gzip
import json
import logging
import lzma
import zlib
from typing import Any

import pytest

from viz.analysis.run import Run
from viz.app import service
from viz.app.answers import BROKEN, KINDS, TOO_MUCH_MEMORY, Job
from viz.app.costs import OF_NO_MACHINE
from viz.app.dispatcher import Dispatcher, answer_job_as_text
from viz.app.service import Service, first_events
from viz.figures import charts
from viz.kernel.versions import VERSIONS
from viz.page.player_data import play
from viz.topology import Topology, builtin, builtin_names
from viz.topology.link import MAX_INFLATED
from viz.topology.model import MAX_EVENTS
from viz.work.fair_queue import Refused
from viz.work.limits import LIGHT_TEXT
from viz.work.workers import Workers

SECRET = "what the visitor sent"


class RecordingWorkers(Workers):
    """Workers that record each job, and answer it in this process or refuse it."""

    def __init__(self, refusal: str = "") -> None:
        super().__init__(answer_job_as_text)
        self.jobs: list[Job] = []
        self.refusal = refusal

    def do(self, job: Any, *_: Any) -> dict[str, Any]:
        self.jobs.append(job)
        if self.refusal:
            raise Refused(self.refusal)
        return answer_job_as_text(job)


def recorded(opened: Topology | None = None, refusal: str = "") -> tuple[Dispatcher, list[Job]]:
    """Return a dispatcher, and a list to which the jobs that it gives to workers are appended."""
    workers = RecordingWorkers(refusal)
    return Dispatcher(Service(opened), workers), workers.jobs


def document(size: int, changes: int = 0) -> dict[str, Any]:
    """Return the document of a machine with `size` equal nodes and `changes` events; `changes` must be even."""
    return {
        "title": SECRET,
        "nodes": [{"id": n, "cpus": 1, "memory": 2**30} for n in range(size)],
        "distances": [[10 if a == b else 20 for b in range(size)] for a in range(size)],
        "events": [{"event": "cpu_offline", "node": 0}, {"event": "cpu_online", "node": 0}] * (changes // 2),
    }


def unpacked(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the content of an answer, unpacked as the page does it."""
    content: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(answer["packed"])))
    return content


@pytest.mark.parametrize("name", builtin_names())
def test_every_builtin_is_light(name: str) -> None:
    dispatcher, jobs = recorded()
    assert dispatcher.answer("play", {"topology": name})["title"] == builtin(name).title
    assert not jobs


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    [
        {"text": json.dumps(document(65))},
        {"text": json.dumps(document(9, 8))},
        {"text": json.dumps(document(2)) + " " * LIGHT_TEXT},
    ],
    ids=["nodes", "events", "text"],
)
def test_heavy_questions_go_to_workers(question: dict[str, str]) -> None:
    dispatcher, jobs = recorded()
    run = Run.of(Topology.from_document(json.loads(question["text"])))
    assert unpacked(dispatcher.answer("play", question)) == json.loads(json.dumps(play(run, question)))
    chart = unpacked(dispatcher.answer("chart", question | {"chart": "distances"}))
    assert len(chart["figure"]["data"][0]["z"]) == len(run.topology.nodes)
    compared = json.loads(dispatcher.answer("versions", question)["json"])
    assert len(compared["rows"]) == len(VERSIONS)
    assert [job.kind for job in jobs] == ["play", "chart", "versions"]
    assert recorded(refusal="Busy.")[0].answer("play", question) == {"error": "Busy."}


def test_compressed_files_are_only_unpacked_by_workers() -> None:
    dispatcher, jobs = recorded()
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        dispatcher.answer("play", {"topology": builtin_names()[0], "file": base64.b64encode(pack(b"x")).decode()})
    assert len(jobs) == 3


@pytest.mark.slow
def test_a_worker_process_answers_a_heavy_question() -> None:
    dispatcher = Dispatcher(Service(Topology.from_document(document(65))))
    play = unpacked(dispatcher.answer("play", {"topology": "opened", "kernel": "v6.12"}))
    assert dispatcher.workers._started
    dispatcher.workers.close()
    assert play["kernel"] == "v6.11"
    assert len(play["trace"]["nodes"]) == 65


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"nodes": [{}] * 1025}, "at most 1024"),
        ({"nodes": [{}] * 10**5}, "at most 1024"),
        ({"events": [{}] * (MAX_EVENTS + 1)}, "at most 500"),
    ],
)
def test_too_many_nodes_or_events_are_refused(changes: dict[str, Any], refusal: str) -> None:
    for kind in KINDS.keys() - set(OF_NO_MACHINE):
        assert refusal in recorded()[0].answer(kind, {"text": json.dumps(document(2) | changes)})["error"]


@pytest.mark.parametrize("question", [None, 5, "x", [], {}, {"text": 5}, {"topology": ["x"]}, {"topology": "../x"}])
@pytest.mark.parametrize("kind", KINDS)
def test_nonsense_is_refused_in_one_line(kind: str, question: object) -> None:
    answer = Dispatcher(Service()).answer(kind, question)
    assert set(answer) == {"error"}
    assert "\n" not in answer["error"]


def test_a_link_that_inflates_too_far_is_refused() -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = bomb.compress(bytes(4 * MAX_INFLATED)) + bomb.flush() + bytes(4)
    link = "1" + base64.urlsafe_b64encode(data).decode().rstrip("=")
    assert "damaged" in Dispatcher(Service()).answer("play", {"link": link})["error"]


def test_a_timeline_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "MAX_CELLS", 100)
    question = {"topology": builtin_names()[0], "chart": "timeline"}
    assert "up to 100 nodes by steps" in Dispatcher(Service()).answer("chart", question)["error"]


def fail(error: BaseException) -> Any:
    """Return a function that raises the error."""

    def work(*_: object) -> None:
        raise error

    return work


def test_a_fault_is_answered_in_one_line_and_the_log_has_nothing_that_was_sent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(service, "play", fail(KeyError(SECRET)))
    with caplog.at_level(logging.DEBUG):
        assert Dispatcher(Service()).answer("play", {"text": json.dumps(document(2))}) == {"error": BROKEN}
    assert "KeyError in test_dispatcher.py line" in caplog.text
    assert SECRET not in caplog.text + "".join(capfd.readouterr())


def test_too_long_an_answer_and_too_much_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job("play", {"topology": builtin_names()[0]}, Service())
    monkeypatch.setattr("viz.app.dispatcher.MAX_ANSWER", 1000)
    assert "too long for a page" in answer_job_as_text(job)["error"]
    monkeypatch.setattr(service, "play", fail(MemoryError()))
    assert answer_job_as_text(job) == {"error": TOO_MUCH_MEMORY}


def test_the_first_answer_to_a_long_run_has_its_first_events_and_is_light() -> None:
    dispatcher, jobs = recorded()
    question = {"text": json.dumps(document(64, 200))}
    first = dispatcher.answer("play", question)
    assert not jobs
    assert first["more"]
    assert [chapter["name"] for chapter in first["trace"]["chapters"]] == ["zonelists", "order"]
    assert len(json.loads(first["document"])["events"]) == 200
    few = {"text": json.dumps(document(6, 100))}
    whole = json.loads(dispatcher.answer("whole", few)["json"])
    part = dispatcher.answer("play", few)
    assert [job.kind for job in jobs] == ["whole"]
    assert not whole["more"]
    assert len(whole["trace"]["chapters"]) == 2 + 100
    chapters = part["trace"]["chapters"]
    assert chapters == whole["trace"]["chapters"][: len(chapters)]


@pytest.mark.parametrize(("nodes", "events", "first"), [(1024, 0, None), (1024, 2, 0), (40, 10, None), (30, 40, 1)])
def test_a_run_of_which_nothing_is_left_out_is_not_fetched_again(nodes: int, events: int, first: int | None) -> None:
    topology = Service().topology({"text": json.dumps(document(nodes, events))})
    assert first_events(topology) == first


def test_the_second_machine_of_a_comparison_counts_too() -> None:
    small = {"topology": builtin_names()[0]}
    for other in (
        {"text": json.dumps(document(65))},
        {"text": json.dumps(document(2)) + " " * LIGHT_TEXT},
        {"file": base64.b64encode(gzip.compress(b"x")).decode()},
    ):
        dispatcher, jobs = recorded()
        dispatcher.answer("against", {**small, "other": other})
        assert [job.kind for job in jobs] == ["against"]
    dispatcher, jobs = recorded()
    assert "differences" in dispatcher.answer("against", {**small, "other": {**small, "kernel": "v6.12"}})
    assert not jobs


def test_the_topology_of_the_server_may_be_the_second_machine() -> None:
    dispatcher, _ = recorded(Topology.from_document(document(3)))
    answer = dispatcher.answer("against", {"topology": builtin_names()[0], "other": {"topology": "opened"}})
    assert answer["title"] == SECRET
