"""Test how a visitor's machine is opened: files, guesses, unknown distances, other formats, and a kernel's log."""

from __future__ import annotations

import base64
import gzip
import json
import re
from typing import Any

import pytest

from tests.fuzz import SMALL
from tests.topology.formats.printers import hwloc2, lscpu, numactl, slit, sysfs_tar
from viz.app.endpoints import ASKS
from viz.app.service import Service
from viz.topology import Topology, TopologyError, read
from viz.topology.writers import WRITERS
from viz.trace.conditions import ConditionError

WITHOUT_DISTANCES, TWO = SMALL[2], SMALL[0]


def answer_to(**request: str) -> dict[str, Any]:
    return Service().answer(request)


def file(data: bytes | str) -> str:
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


def document(answer: dict[str, Any]) -> Topology:
    return Topology.from_document(json.loads(answer["document"]))


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (numactl(TWO).encode("utf-16"), "numactl -H"),
        (sysfs_tar(TWO), "a tarball"),
        (gzip.compress(numactl(TWO).encode(), mtime=0), "numactl -H"),
        (slit(TWO), "the bytes of a SLIT"),
        (hwloc2(TWO), "hwloc XML"),
    ],
)
def test_a_file_is_read_as_the_command_line_reads_it(data: bytes | str, form: str) -> None:
    answer = answer_to(file=file(data), name="box.dat")
    assert form in answer["form"]
    assert document(answer).distances == read(data).distances
    assert answer["request"]["name"] == "box.dat"


def test_the_refusal_of_a_bad_file_begins_with_its_name() -> None:
    assert answer_to(file=file(b"\x89PNG\r\n"), name="cat.png\x1b[2J")["error"].startswith(
        "cat.png\\x1b[2J: is a PNG picture"
    )
    assert "did not come whole" in answer_to(file="%%%")["error"]


def test_unknown_distances_are_asked_for_and_then_listed_as_a_guess() -> None:
    answer = answer_to(text=lscpu(WITHOUT_DISTANCES))
    assert answer["needs"] == "distances"
    assert "unknown" in answer["error"]
    filled = answer_to(text=lscpu(WITHOUT_DISTANCES), remote="31")
    assert document(filled).distances == (bytes([10, 31]), bytes([31, 10]))
    assert any("31" in guess["sentence"] for guess in filled["guesses"])
    for bad in ("9", "10", "256", "20,30", "x"):
        assert "error" in answer_to(text=lscpu(WITHOUT_DISTANCES), remote=bad)


def test_a_guess_can_be_turned_to_its_other_choice() -> None:
    answer = answer_to(text=lscpu(WITHOUT_DISTANCES), remote="20")
    index = next(index for index, guess in enumerate(answer["guesses"]) if guess["turns"])
    turned = answer_to(text=lscpu(WITHOUT_DISTANCES), remote="20", turned=str(index))
    assert turned["guesses"] == answer["guesses"]
    assert turned["note"] == ""
    assert document(turned).nodes != document(answer).nodes
    assert document(answer_to(text=lscpu(WITHOUT_DISTANCES), remote="20", turned="999")).nodes == document(answer).nodes


def test_a_document_is_no_listing() -> None:
    assert answer_to(text=json.dumps(read(numactl(TWO)).document()))["form"] == ""


@pytest.mark.parametrize("form", WRITERS)
def test_a_machine_is_written_in_every_format_and_losses_are_named(form: str) -> None:
    machine = read(numactl(TWO))
    written = ASKS["write"](Service(), {"text": numactl(TWO), "form": form})
    again = read(written["text"])
    assert (again.ids, again.distances) == (machine.ids, machine.distances)
    assert all(loss.endswith(".") for loss in written["losses"])
    assert re.fullmatch("[a-z]+", written["ending"])
    with pytest.raises(TopologyError, match="is one of"):
        ASKS["write"](Service(), {"text": numactl(TWO), "form": "png"})


def test_a_log_needs_a_machine_and_is_compared_with_it() -> None:
    log = "[ 0.1] Fallback order for Node 0: 0 1\n[ 0.2] Fallback order for Node 1: 0 1\n"
    assert answer_to(text=log)["needs"] == "machine"
    findings = ASKS["log"](Service(), {"text": numactl(TWO), "log": log, "kernel": "v5.16"})["findings"]
    assert [(finding["node"], finding["same"]) for finding in findings] == [(0, True), (1, False), (None, False)]
    for bad in (None, "", "nothing"):
        with pytest.raises(TopologyError, match="Fallback order"):
            ASKS["log"](Service(), {"text": numactl(TWO), "log": bad})


def test_a_condition_on_steps_is_sent_as_a_tree() -> None:
    asked = ASKS["condition"](Service(), {"condition": "used_targets has 3"})
    assert asked == {"tree": ["has", "used_targets", 3]}
    for wrong in ("used_targets", "", 3, None):
        with pytest.raises(ConditionError):
            ASKS["condition"](Service(), {"condition": wrong})
