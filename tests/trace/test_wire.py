"""Test the wire document: load() returns the trace from which dump() made the document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from tests.machines import machine_of, machines
from tests.trace.samples import SEED, recorded
from viz.analysis.run import Run
from viz.kernel.machine import Machine
from viz.topology import builtin
from viz.trace import wire


@given(machines())
def test_load_undoes_dump_even_through_text(machine: Machine) -> None:
    trace = recorded(machine)
    assert wire.load(json.loads(json.dumps(wire.dump(trace)))) == trace


def test_only_changes_are_written() -> None:
    """A signal is written only where its value changes; a value that many signals share is written once."""
    size = 64
    document = wire.dump(recorded(machine_of("20 " * size * size, cpus="0-15")))
    steps = document["length"]
    for name, (gaps, indexes) in document["signals"].items():
        assert gaps[0] == 0
        assert min(gaps[1:], default=1) > 0, name
        assert sum(gaps) < steps
        assert name.startswith("why ") or all(indexes[1:]), name
    keys = [json.dumps(value) for value in document["values"]]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("document", [{}, {"wire": 0}, {"wire": "3"}, {"wire": 2}])
def test_a_document_of_another_wire_version_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(wire.WireError, match="wire version 3"):
        wire.load(document)


def test_the_document_is_plain_json() -> None:
    text = json.dumps(wire.dump(recorded(machine_of(SEED, cpus="0,3"))), allow_nan=False)
    assert json.loads(text)["opens"] == 7


def test_only_operations_hold_flags() -> None:
    """dump() writes equal values once. True equals 1, so a signal that held both would be changed."""
    for kernel in ("posted", "v5.18", "v6.12"):
        for name, signal in Run.of(builtin("rebuild-storm"), kernel).trace().signals.items():
            flagged = [value for value in signal.values if any(isinstance(part, bool) for part in parts(value))]
            assert not flagged or name == "operation"
            assert all(isinstance(value[0], str) for value in flagged)


def parts(value: Any) -> Iterator[Any]:
    """Yield all values inside nested tuples."""
    if isinstance(value, tuple):
        for part in value:
            yield from parts(part)
    else:
        yield value
