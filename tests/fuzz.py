"""Read texts of every format with random changes, and stop at the first text that is handled wrongly.

    ./dev fuzz [--seconds N] [--seed S]

The program must read a text or raise TopologyError, quickly and in little memory. A failure prints the input, and the
seed and the number of the round, from which the same input can be made again.
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from tests.other_readers import READERS
from tests.topology.formats.habits import TEXTS
from tests.topology.formats.printers import PRINTERS, Facts, iasl, srat, sysfs, tar
from viz.kernel.version import UnknownVersion
from viz.topology import KernelLogOnly, TopologyError, builtin, builtin_names, load
from viz.topology.formats.kernel_log import printed_lists
from viz.topology.writers import WRITERS, write
from viz.trace.conditions import ConditionError
from viz.work.peak_memory import peak

MAX_SECONDS, USUAL_SIZE = 0.5, 2**18
"""The largest number of processor seconds for an input of USUAL_SIZE bytes; a larger input may take longer."""
TRIES = 3
"""The number of times that an input must be too slow, because other programs may have slowed down a measurement."""
REPEATS = (1_000, 4_000, 16_000, 60_000)
"""The numbers of times for which swell() may repeat a piece of text."""
OTHERS = 6
"""One round of so many reads a text that names no machine, such as a talk."""
MAX_MEMORY = 500 * 2**20
"""The largest number of bytes of memory that the process may use."""
SMALL = (
    Facts("two", "", ((0, "0-1", 2**30), (1, "2-3", 2**31)), [[10, 21], [21, 10]]),
    Facts("gaps", "", ((0, "0", 2**30), (8, "", 2**30), (252, "", 0)), [[10, 40, 80], [40, 10, 80], [80, 80, 10]]),
    Facts("unknown", "", ((0, "0-7", 2**30), (1, "", 2**30)), None),
)
"""Small machines that are printed in every format."""
WORDS = (
    *[
        "0",
        "9",
        "10",
        "255",
        "256",
        "-1",
        "1e3",
        "nan",
        "0-999999999",
        "1.5",
        "node",
        "<",
        "</cell>",
        "&amp;",
        "&x;",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "=",
        "...",
        "0x",
        "0xffffffff,,",
        "$A",
        "#",
        "/*",
    ],
    *("2 sockets:", "at 17", "1024 x "),
    *("node 0 cpus:", "node distances:", "available: 2 nodes (0-1)", "<!DOCTYPE x [", '"', "'", "9" * 40, "> ", "=3D"),
    *("\u0663", "\uff11", "\u202e", "\u200b", "\0", "\n", "\r\n", "\t", "=20\n", "\\\n", "\x1b[2J"),
)
"""Words that mean something in a format, and unusual characters, for insert() and swell()."""
SIGNS = (*" \t=/'\",09a([{<>}])#-:|>&;.$\\\n", "\\\n", "a=", "1,", "1 ", "1\n", "<a/>", "\u00a0")
"""Short pieces of text that swell() repeats."""
Mutation = Callable[[random.Random, bytes], bytes]


def fixtures() -> list[bytes]:
    """Return the texts to change: small machines and a built-in topology in every format, and other texts."""
    sources: list[bytes | str] = [printer(facts) for printer in PRINTERS.values() for facts in SMALL if facts.rows]
    sources += [PRINTERS[name](SMALL[2]) for name in ("numactl", "lscpu", "hwloc-xml-v2", "sysfs-tar")]
    sources += [tar(sysfs(SMALL[0])), iasl(SMALL[0], with_srat=True), srat(SMALL[0])]
    sources += TEXTS.values()
    sources += [write(builtin(builtin_names()[1]), form).text for form in WRITERS]
    sources += [
        "Fallback order for Node 0: 0 1\nDemotion targets for Node 0: preferred: 1, fallback: 1\nmemory_tier4 0-1\n",
        "2 sockets: 8 cpus+dram 64G, 2 x pmem 1T at 17; snc 2 at 12; ring 21 30; shared cxl; cpus first; 0>1 at 20",
    ]
    plain = [source if isinstance(source, bytes) else source.encode() for source in sources]
    return [*plain, *(gzip.compress(data, mtime=0) for data in plain[::4])]


def flip(rng: random.Random, data: bytes) -> bytes:
    """Replace some bytes by random ones."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(rng: random.Random, data: bytes) -> bytes:
    """Remove a piece of the data, or everything after a position."""
    start = rng.randrange(len(data))
    return data[:start] + (data[start + rng.randint(1, 80) :] if rng.random() < 0.7 else b"")


def repeat(rng: random.Random, data: bytes) -> bytes:
    """Repeat a piece of the data up to 400 times."""
    start = rng.randrange(len(data))
    end = start + rng.randint(1, 120)
    return data[:end] + data[start:end] * rng.choice((1, 2, 10, 400)) + data[end:]


def swell(rng: random.Random, data: bytes) -> bytes:
    """Insert a sign, a word or a few bytes of the data thousands of times in a row."""
    start = rng.randrange(len(data))
    word = rng.choice((rng.choice(SIGNS), rng.choice(WORDS)))
    piece = data[start : start + rng.randint(1, 8)] if rng.random() < 0.3 else word.encode()
    repeated = piece * min(rng.choice(REPEATS), USUAL_SIZE // len(piece))
    return data[:start] + repeated + data[start + rng.choice((0, 0, 1, 4)) :]


def insert(rng: random.Random, data: bytes) -> bytes:
    """Insert a word at a random position, or replace some bytes by the word."""
    start = rng.randrange(len(data))
    return data[:start] + rng.choice(WORDS).encode() + data[start + rng.choice((0, 0, 1, 4)) :]


def swap(rng: random.Random, data: bytes) -> bytes:
    """Exchange two lines."""
    lines = data.split(b"\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def recode(rng: random.Random, data: bytes) -> bytes:
    """Change the encoding, the line ends or the blanks of the data, or compress the data."""
    text = data.decode("utf-8", "replace")
    return rng.choice(
        (
            lambda: text.encode("utf-16"),
            lambda: text.encode("utf-16-le"),
            lambda: b"\xef\xbb\xbf" + data,
            lambda: data.replace(b"\n", b"\r\n"),
            lambda: b"> " + data.replace(b"\n", b"\n> "),
            lambda: data.replace(b" ", b"\t"),
            lambda: gzip.compress(data, 1, mtime=0),
        )
    )()


MUTATIONS: Sequence[Mutation] = (flip, cut, repeat, swell, insert, insert, insert, swap, recode)


@dataclass(frozen=True)
class Failure:
    """An input that was neither read nor refused with a clear error."""

    number: int
    """The number of the round in which the input was made."""
    problem: str
    data: bytes


def make_input(seed: int, number: int, sources: Sequence[bytes]) -> bytes:
    """Return the input of a round. The same seed and number always make the same input."""
    rng = random.Random(f"{seed} {number}")
    data = rng.choice(sources)
    if rng.random() < 0.1:
        data += rng.choice(sources)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        data = rng.choice(MUTATIONS)(rng, data or b"0")
    return data


def read_machine(data: bytes) -> None:
    """Read a machine, or the lists in a kernel's log; raise TopologyError if the data is neither."""
    try:
        load(data, "fuzz")
    except KernelLogOnly:
        printed_lists(data.decode("utf-8", "replace"), "fuzz")


def _read_text(read: Callable[[str], object], data: bytes) -> None:
    read(data.decode("utf-8", "replace"))


def problem_with(data: bytes, read: Callable[[bytes], object] = read_machine) -> str | None:
    """Return what goes wrong when the input is read, or None if it is read or refused correctly and fast enough."""
    allowed = MAX_SECONDS * max(1, len(data) / USUAL_SIZE)
    spent = float("inf")
    for _ in range(TRIES):
        start = time.process_time()
        problem = _read(data, read)
        spent = min(spent, time.process_time() - start)
        if problem or spent <= allowed:
            return problem
    return f"took {spent:.2f} s"


def _read(data: bytes, read: Callable[[bytes], object]) -> str | None:
    """Read the input. Return None if it is read or refused with a clear line, else a description of the problem."""
    try:
        read(data)
    except (TopologyError, ConditionError, UnknownVersion) as error:
        is_named = str(error).startswith("fuzz: ") or not isinstance(error, TopologyError)
        if not str(error).isprintable() or not is_named:
            return f"the error is not one clear line: {str(error)[:200]!r}"
    except Exception as error:  # every exception of another type is a problem
        return f"{type(error).__name__}: {error}"[:300]
    return None


def fuzz(seed: int, rounds: int | None = None, seconds: float | None = None) -> tuple[int, Failure | None]:
    """Read inputs for `rounds` rounds or `seconds` seconds, or until one fails; None means no limit.

    Return how many inputs went well, and the failure, or None if there was none.
    """
    sources, others, start, number = fixtures(), list(READERS.values()), time.perf_counter(), 0
    while (rounds is None or number < rounds) and (seconds is None or time.perf_counter() - start < seconds):
        if number % OTHERS == 0:
            read_text, text = others[number // OTHERS % len(others)]
            data = make_input(seed, number, [text.encode()])
            problem = problem_with(data, partial(_read_text, read_text))
        else:
            data = make_input(seed, number, sources)
            problem = problem_with(data)
        if problem is None and number % 500 == 0 and peak() > MAX_MEMORY:
            problem = f"the process has had {peak() // 2**20} MiB"
        if problem:
            return number, Failure(number, problem, data)
        number += 1
    return number, None


def main() -> int:
    """Fuzz for the number of seconds in the options, or until a failure; return 1 after a failure, else 0."""
    parser = argparse.ArgumentParser(prog="./dev fuzz", description="Read mutated listings until the time is up.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    start = time.perf_counter()
    count, failure = fuzz(options.seed, seconds=options.seconds)
    spent = time.perf_counter() - start
    print(f"seed {options.seed}: {count} inputs in {spent:.0f} s, at most {peak() // 2**20} MiB")
    if failure:
        print(f"FAILED at round {failure.number}: {failure.problem}\n{failure.data[:4000]!r}")
    return 1 if failure else 0


if __name__ == "__main__":
    sys.exit(main())
