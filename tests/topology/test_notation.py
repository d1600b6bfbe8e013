"""Test the notation: lines are read, written, and refused with the name of the wrong word."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topology.shapes import shapes
from viz.topology import Topology, TopologyError, builtin, load, read
from viz.topology.notation import EXAMPLE, MAX_LINE, like_notation, line_of, made, parsed, read_notation, written
from viz.topology.shaped import topology
from viz.topology.shapes import Shape

LINE = "2 sockets: cpu+dram 64G, pmem 256G; cross 21"


@given(shapes())
def test_a_shape_comes_back_from_its_line(shape: Shape) -> None:
    assert parsed(written(shape)) == shape


@given(shapes())
def test_a_machine_comes_back_from_its_line(shape: Shape) -> None:
    line = written(shape)
    machine = read(line)
    assert line_of(machine) == line
    assert read(line_of(machine) or "").nodes == topology(shape, "").nodes


@pytest.mark.parametrize(
    ("line", "as_written"),
    [
        (LINE, LINE),
        ("  2  SOCKETS :cpu + DRAM 64 GiB,\n pmem 0.25T ; Cross 21 ;", LINE),
        ("1 sockets:2x dram;snc 1", "1 socket: 2 x dram"),
        ("1 socket: 1 cpus, 2 x 3 cpu+hbm 1536M per socket", "1 socket: 1 cpu, 2 x 3 cpus+hbm 1536M per socket"),
        ("3 sockets: cpu; ring 20", "3 sockets: cpu; ring 20"),
        ("1 socket: cpu+dram 0K", "1 socket: cpu+dram 0G"),
        (
            "1 socket: cpu; shared gpu; cpus first; shared 2 x cxl at 40",
            "1 socket: cpu; shared gpu; shared 2 x cxl at 40; cpus first",
        ),
        ("2 sockets: cpu; 0 > 1 at 30; 1-0 at 31", "2 sockets: cpu; 0>1 at 30; 1-0 at 31"),
    ],
)
def test_how_a_line_is_written(line: str, as_written: str) -> None:
    assert written(parsed(line)) == as_written


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("0 sockets: cpu", "'0' stands where a number of sockets from 1 to 1024 is expected"),
        ("1025 sockets: cpu", "'1025' stands where a number of sockets from 1 to 1024 is expected"),
        ("2 sockets", "the line ends where a colon is expected"),
        ("2 sockets:", "the line ends where cpu or a kind of memory (gpu, hbm, dram, cxl, pmem) is expected"),
        ("2 sockets cpu", "'cpu' stands where a colon is expected"),
        ("2 sockets: cpu+", "the line ends where a kind of memory (gpu, hbm, dram, cxl, pmem) is expected"),
        (
            "2 sockets: cpu+dram, Pmen 64G",
            "'Pmen' stands where cpu or a kind of memory (gpu, hbm, dram, cxl, pmem) is expected; "
            "perhaps pmem is meant",
        ),
        ("2 sockets: cpu+dram 64Q", "'64Q' stands where a size such as 512M, 64G or 1.5T is expected"),
        ("2 sockets: cpu+dram 64", "'64' stands where a size such as 512M, 64G or 1.5T is expected"),
        ("2 sockets: dram 64 at 17", "'64' stands where a size such as 512M, 64G or 1.5T is expected"),
        ("2 sockets: dram 0.1K", "'0.1K' stands where a size such as 512M, 64G or 1.5T is expected"),
        ("2 sockets: dram 9999999999G", "'9999999999G' stands where a size such as 512M, 64G or 1.5T is expected"),
        ("2 sockets: dram pmem", "'pmem' stands where a comma, a semicolon or the end is expected"),
        ("2 sockets: dram at 10", "'10' stands where a distance from 11 to 254 is expected"),
        ("2 sockets: dram at 255", "'255' stands where a distance from 11 to 254 is expected"),
        ("2 sockets: dram at", "the line ends where a distance from 11 to 254 is expected"),
        ("2 sockets: dram per node", "'node' stands where socket is expected"),
        ("2 sockets: 3 drum", "'drum' stands where x, cpus or a kind of memory is expected"),
        ("2 sockets: 0 cpus", "'0' stands where a number of CPUs from 1 to 65536 is expected"),
        ("2 sockets: 0 x dram", "'0' stands where a number of nodes from 1 to 1024 is expected"),
        (
            "2 sockets: cpu+dram at 17",
            "'at' is for nodes without CPUs: it is their distance from the CPUs beside them",
        ),
        (
            "2 sockets: cpu; cros 20",
            "'cros' stands where cross, ring, snc, shared, cpus first, or a distance such as 0-1 at 20 is expected; "
            "perhaps cross is meant",
        ),
        ("2 sockets: cpu; cross 20 30", "'30' stands where a semicolon or the end is expected"),
        ("2 sockets: cpu; cross 20; ring 30", "'ring' says again what was said before; it may stand once"),
        ("2 sockets: cpu; cpus last", "'last' stands where first is expected"),
        ("2 sockets: cpu; snc 2.5", "'2.5' stands where a number of clusters from 1 to 1024 is expected"),
        (
            "2 sockets: cpu; shared cpu+dram",
            "shared memory has no CPUs; leave them out, or put the node into the sockets",
        ),
        ("2 sockets: cpu; 0=1 at 20", "'=' stands where - (both ways) or > (one way) is expected"),
        ("2 sockets: cpu; 0-1024 at 20", "'1024' stands where a node from 0 to 1023 is expected"),
        ("2 sockets: cpu; 0-1 20", "'20' stands where at is expected"),
        ("2 sockets: \x1b[2J", r"'\x1b' stands where cpu or a kind of memory (gpu, hbm, dram, cxl, pmem) is expected"),
        ("2 sockets: \u0663 cpus", "'\u0663' stands where a number of CPUs from 1 to 65536 is expected"),
        ("2 sockets: " + "9" * 300, f"'{'9' * 37}...' stands where a number of nodes from 1 to 1024 is expected"),
        (
            "2 sockets: " + "x" * MAX_LINE,
            f"has {MAX_LINE + 11} characters; a machine in one line has at most {MAX_LINE}",
        ),
    ],
)
def test_the_error_for_a_wrong_line_quotes_the_word(line: str, problem: str) -> None:
    assert like_notation(line)
    with pytest.raises(TopologyError) as caught:
        load(line, "the line")
    assert str(caught.value) == f"the line: {problem}; an example: '{EXAMPLE}'"
    load(EXAMPLE)


@pytest.mark.parametrize(
    "text",
    [
        "sockets: cpu",
        "two sockets: cpu",
        "Socket(s): 2",
        "Sockets:\t\t2",
        "node 0 cpus: 2 sockets: x",
        "2 socketss: cpu",
    ],
)
def test_other_texts_are_not_like_the_notation(text: str) -> None:
    assert not like_notation(text)


@pytest.mark.parametrize("name", ["two-sockets-three-classes", "optane-two-sockets"])
def test_a_builtin_machine_has_no_line(name: str) -> None:
    assert line_of(builtin(name)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"distances": [[10, 30], [30, 10]]},
        {"source": "made from the line: 2 sockets: cpux"},
        {"source": "made from the line: 3 sockets: cpu"},
        {"source": "2 sockets: cpu"},
    ],
)
def test_a_machine_that_was_changed_has_no_line(change: dict[str, object]) -> None:
    machine = made("2 sockets: cpu")
    assert line_of(machine) == "2 sockets: cpu"
    assert line_of(Topology.from_document(machine.document() | change)) is None


@given(st.text(alphabet="0129 socketx:;,+->at.drmpuGT\n\x00", max_size=60))
def test_any_text_after_the_sockets_is_read_or_refused_in_one_line(tail: str) -> None:
    message = "n: "
    try:
        load(f"2 sockets:{tail}", "n")
    except TopologyError as error:
        message = str(error)
    assert message.isprintable()
    assert message.startswith("n: ")


@pytest.mark.parametrize("line", ["1024 sockets: cpu+dram; ring 20", "1 socket: 1024 x dram", "2 sockets: " * 10**6])
def test_the_largest_machines_are_read_quickly(line: str) -> None:
    start = time.process_time()
    try:
        read_notation(line)
    except TopologyError:
        assert len(line) > MAX_LINE
    assert time.process_time() - start < 20  # reading takes far less on an idle machine
