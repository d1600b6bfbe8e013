"""Seeded mutations of every fixture over all readers: nothing but TopologyError comes out, quickly, in little memory.

    ./dev fuzz [--seconds N] [--seed S]

A failure prints the seed and the round, which make the same input again, and the input itself.
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.topology.formats.habits import TEXTS
from tests.topology.formats.printers import PRINTERS, Facts, iasl, srat, sysfs, tar
from viz.topology import OnlyALog, TopologyError, builtin, builtin_names, load
from viz.topology.formats.kernel_log import said_in
from viz.topology.writers import WRITERS, write
from viz.work.peak_memory import peak

SLOWEST, USUAL = 0.5, 2**18
"""Seconds of its own time that an input of up to so many bytes may take; a larger one may take more in proportion."""
TRIES = 3
"""How often the time is taken of what took too long: another program may have had the caches."""
RUNS = (1_000, 4_000, 16_000, 60_000)
"""How often a piece stands in a row."""
LARGEST = 500 * 2**20
"""Bytes that the process may have at its largest."""
SMALL = (
    Facts("two", "", ((0, "0-1", 2**30), (1, "2-3", 2**31)), [[10, 21], [21, 10]]),
    Facts("gaps", "", ((0, "0", 2**30), (8, "", 2**30), (252, "", 0)), [[10, 40, 80], [40, 10, 80], [80, 80, 10]]),
    Facts("unknown", "", ((0, "0-7", 2**30), (1, "", 2**30)), None),
)
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

SIGNS = (*" \t=/'\",09a([{<>}])#-:|>&;.$\\\n", "\\\n", "a=", "1,", "1 ", "1\n", "<a/>", "\u00a0")
Mutation = Callable[[random.Random, bytes], bytes]


def fixtures() -> list[bytes]:
    """Every machine in every format, what the writers make of the built-in topologies, and a machine in one line."""
    found: list[bytes | str] = [printer(facts) for printer in PRINTERS.values() for facts in SMALL if facts.rows]
    found += [PRINTERS[name](SMALL[2]) for name in ("numactl", "lscpu", "hwloc-xml-v2", "sysfs-tar")]
    found += [tar(sysfs(SMALL[0])), iasl(SMALL[0], with_srat=True), srat(SMALL[0])]
    found += TEXTS.values()
    found += [write(builtin(builtin_names()[1]), form).text for form in WRITERS]
    found += [
        "Fallback order for Node 0: 0 1\nDemotion targets for Node 0: preferred: 1, fallback: 1\nmemory_tier4 0-1\n",
        "2 sockets: 8 cpus+dram 64G, 2 x pmem 1T at 17; snc 2 at 12; ring 21 30; shared cxl; cpus first; 0>1 at 20",
    ]
    plain = [one if isinstance(one, bytes) else one.encode() for one in found]
    return [*plain, *(gzip.compress(one, mtime=0) for one in plain[::4])]


def flip(draw: random.Random, data: bytes) -> bytes:
    """Some bytes are others."""
    changed = bytearray(data)
    for _ in range(draw.randint(1, 8)):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def cut(draw: random.Random, data: bytes) -> bytes:
    """A piece is missing, or all after it."""
    start = draw.randrange(len(data))
    return data[:start] + (data[start + draw.randint(1, 80) :] if draw.random() < 0.7 else b"")


def repeat(draw: random.Random, data: bytes) -> bytes:
    """A piece stands there many times."""
    start = draw.randrange(len(data))
    end = start + draw.randint(1, 120)
    return data[:end] + data[start:end] * draw.choice((1, 2, 10, 400)) + data[end:]


def swell(draw: random.Random, data: bytes) -> bytes:
    """A short piece stands there thousands of times in a row, a sign, a word or what stands there anyway."""
    start = draw.randrange(len(data))
    word = draw.choice((draw.choice(SIGNS), draw.choice(WORDS)))
    piece = data[start : start + draw.randint(1, 8)] if draw.random() < 0.3 else word.encode()
    run = piece * min(draw.choice(RUNS), USUAL // len(piece))
    return data[:start] + run + data[start + draw.choice((0, 0, 1, 4)) :]


def insert(draw: random.Random, data: bytes) -> bytes:
    """A word that means something somewhere stands where it should not, or instead of another."""
    start = draw.randrange(len(data))
    return data[:start] + draw.choice(WORDS).encode() + data[start + draw.choice((0, 0, 1, 4)) :]


def swap(draw: random.Random, data: bytes) -> bytes:
    """Two lines have changed places."""
    lines = data.split(b"\n")
    a, b = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def recode(draw: random.Random, data: bytes) -> bytes:
    """The same in another coat."""
    text = data.decode("utf-8", "replace")
    return draw.choice(
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
    """An input that something else than a clear error came of."""

    number: int
    problem: str
    data: bytes


def made(seed: int, number: int, sources: Sequence[bytes]) -> bytes:
    """The input of a round: always the same for a seed."""
    draw = random.Random(f"{seed} {number}")
    data = draw.choice(sources)
    if draw.random() < 0.1:
        data += draw.choice(sources)
    for _ in range(draw.choice((1, 1, 2, 3, 6))):
        data = draw.choice(MUTATIONS)(draw, data or b"0")
    return data


def trouble(data: bytes) -> str | None:
    """What is wrong with how an input is read, None where it is read or refused as it should be."""
    allowed = SLOWEST * max(1, len(data) / USUAL)
    spent = float("inf")
    for _ in range(TRIES):
        start = time.process_time()
        wrong = _read_or_refused(data)
        spent = min(spent, time.process_time() - start)
        if wrong or spent <= allowed:
            return wrong
    return f"took {spent:.2f} s"


def _read_or_refused(data: bytes) -> str | None:
    try:
        try:
            load(data, "fuzz")
        except OnlyALog:
            said_in(data.decode("utf-8", "replace"), "fuzz")
    except TopologyError as error:
        if not str(error).isprintable() or not str(error).startswith("fuzz: "):
            return f"the error is not one clear line: {str(error)[:200]!r}"
    except Exception as error:  # this is what is looked for
        return f"{type(error).__name__}: {error}"[:300]
    return None


def run(seed: int, rounds: int | None = None, seconds: float | None = None) -> tuple[int, Failure | None]:
    """How many rounds went well, and the first that did not."""
    sources, start, number = fixtures(), time.perf_counter(), 0
    while (rounds is None or number < rounds) and (seconds is None or time.perf_counter() - start < seconds):
        data = made(seed, number, sources)
        problem = trouble(data)
        if problem is None and number % 500 == 0 and peak() > LARGEST:
            problem = f"the process has had {peak() // 2**20} MiB"
        if problem:
            return number, Failure(number, problem, data)
        number += 1
    return number, None


def main() -> int:
    """Fuzz for a while; 1 after a failure."""
    parser = argparse.ArgumentParser(prog="./dev fuzz", description="Read mutated listings until the time is up.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    start = time.perf_counter()
    count, failure = run(options.seed, seconds=options.seconds)
    spent = time.perf_counter() - start
    print(f"seed {options.seed}: {count} inputs in {spent:.0f} s, at most {peak() // 2**20} MiB")
    if failure:
        print(f"FAILED at round {failure.number}: {failure.problem}\n{failure.data[:4000]!r}")
    return 1 if failure else 0


if __name__ == "__main__":
    sys.exit(main())
