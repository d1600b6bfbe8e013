"""Short texts that people write, good and bad: quantities, lists, lines, chains, kernels, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from tests.pinned.formats import facts_of
from viz.kernel.nodemask import NodeMask, listed, node_list
from viz.kernel.releases import version
from viz.readers.report import change_of
from viz.topology import load
from viz.topology import quantities as q
from viz.topology.errors import printable, shown
from viz.topology.notation import line_of, pair
from viz.wording import counted, size_text

NUMBERS = (
    0,
    1,
    -1,
    10,
    255,
    256,
    1023,
    1024,
    65535,
    65536,
    2**20,
    2**31,
    2**62,
    2**62 + 1,
    10**30,
    True,
    1.0,
    1.5,
    -0.5,
)
WORDS = (
    "",
    " ",
    "x",
    "1",
    "007",
    "-1",
    "0-3",
    "3-0",
    "0-62:2",
    "0-3:0",
    "0,2-3",
    "0,0",
    ",",
    "1,",
    "0 - 3",
    "1 2",
    "٣",
)
THINGS: tuple[object, ...] = (None, [], [0, 2], [2, 0, 2], [1024], ["0"], {}, {"0": 1}, float("nan"), float("inf"))
SIZES = (
    "1", "1 GiB", "1GiB", "1.5 TB", "1.5TiB", "64 G", "1 gib", "1 KB", "1 B", "1.5 B", "0.3 GiB", "1  MB", ".5 GB",
    "1e3 MB", "5 XB", "99999999999999999999 GB", "4 EiB", "4096 PiB", "8192 PiB", "5,5 GB", "1 KiB", "0 GB",
)  # fmt: skip
LISTS = ("0-65535", "65536", "0-1023", "1024", "5-5", "0-9:3,20", "1-2-3", "0x3", "0-", "-", "9,8,7", "0-1,1-2", "all")
TEXTS = (
    "a",
    "a\tb",
    "a\nb",
    "\x1b[1m",
    "\u202e",
    "a" * 50,
    "ä ü",
    "\ud800",
    "'quoted'",
    "\0",
    "  a  ",
    "\u200b",
    "\x7f",
)
LINES = (
    "1 socket: cpu+dram",
    "2 sockets: cpu+dram 64G, pmem 256G; cross 21",
    "2 sockets: 24 cpus+dram 32G, 2 x cxl 1T at 20; cpus first; cross 30",
    "1 socket: cpu+dram 8G, cxl 16G per socket; snc 2 at 11; shared gpu 24G at 50",
    "4 sockets: 1 cpu; ring 16 22; 0>3 at 99",
    "3 sockets: cpu+hbm 1.5G; 0-1 at 40; ring 30",
    "4 sockets: cpu+dram, 2 x pmem; snc 2",
    "2 sockets: cpu+gpu 64G, dram 1T, hbm 8G; shared 2 x pmem 4T",
    "1 sockets: dram 1G",
    "2 socket: cpu+dram",
    "0 sockets: cpu",
    "99 sockets: cpu+dram, 20 x cxl",
    "2 sockets cpu",
    "2 sockets:",
    "2 sockets: cpu+dram 64X",
    "2 sockets: cpu+dram 64",
    "2 sockets: cpu+sram 64G",
    "2 sockets: 0 cpus+dram",
    "2 sockets: 9999999 cpus+dram",
    "2 sockets: cpu+dram at 20",
    "2 sockets: cpu+dram, pmem at 9",
    "2 sockets: cpu+dram, pmem at 300",
    "2 sockets: cpu+dram, pmem; cross",
    "2 sockets: cpu+dram; cross 21 22",
    "2 sockets: cpu+dram; cross 21; cross 22",
    "2 sockets: cpu+dram; ring",
    "2 sockets: cpu+dram; ring 20 30 40",
    "2 sockets: cpu+dram; snc 1",
    "2 sockets: cpu+dram; snc 3 at 300",
    "2 sockets: cpu+dram; 0-9 at 20",
    "2 sockets: cpu+dram; 0-0 at 20",
    "2 sockets: cpu+dram; 0-1 at",
    "2 sockets: cpu+dram; 0-1 at 20; 1-0 at 21",
    "2 sockets: cpu+dram; shared",
    "2 sockets: cpu+dram; shared cpu",
    "2 sockets: cpu+dram; cpus last",
    "2 sockets: cpu+dram; colour red",
    "2 sockets: cpu+dram, 1000 x pmem",
    "2 sockets: cpu+dram; cross 250; pmem",
    "2 sockets: cpu+dram, pmem at 200; cross 200",
    "2 sockets: cpu+dram" + ", pmem" * 80,
    "2 sockets: cpu+dram, 600 x pmem",
    "2 sockets: cppu+dram",
    "2 sockets: dramm",
    "2 sockets: cpu+drum",
    "2 sockets: cpu; cros 20",
    "2 scokets: cpu",
    "1025 sockets: cpu",
    "2 sockets: 32768 cpus",
    "2 sockets: 32769 cpus",
    "1 socket: 65537 cpus",
    "1 socket: 1 cpu",
    "27 SOCKETS: CPU+DRAM 64g; CROSS 254",
    "2 sockets: cpu+dram 64 G, pmem 64GiB at 11; cross 255",
    "2 sockets: cpu+dram 0.5K",
    "2 sockets: cpu+dram 1.5K",
    "2 sockets: cpu+dram 4194304T",
    "2 sockets: cpu+dram 4194305T",
    "2 sockets: 2 2 cpu",
    "2 sockets: 2 x 4 cpus+dram, 2 x cpu",
    "2 sockets: cpu+dram per socket, cxl per node; snc 2",
    "2 sockets: cpu+dram, hbm 8G per socket; snc 2",
    "2 sockets: cpu+dram; snc 2; snc 3",
    "2 sockets: cpu+dram; cross 30; ring 20",
    "2 sockets: cpu+dram; 0-1 at 10",
    "2 sockets: cpu+dram; 0-1024 at 20",
    "2 sockets: cpu+dram; 0>1 at 254; 1>0 at 11",
    "2 sockets: cpu+dram; shared 2 x cxl at 30; shared pmem at 40",
    "2 sockets: cpu+dram; shared cxl per socket",
    "2 sockets: cpu+dram, cxl at 20; cpus second",
    "2 sockets: cpu+dram; cpus first; cpus first",
    "5 sockets: cpu+dram; ring 20 30",
    "6 sockets: cpu; ring 20",
    "3 sockets: cpu+dram 8G, hbm 4G, gpu 2G, cxl, pmem",
    "1 socket: cpu+cxl, dram, hbm, pmem",
    "1 socket: dram, pmem",
    "1 socket: pmem",
    "2 sockets: hbm, dram, cpu+dram, cpu+hbm",
    "2 sockets: cpu+dram; ",
    "2 sockets: cpu+dram;; cross 30",
    "2 sockets: cpu+dram,",
    "2 sockets: cpu+",
    "1 socket: cpu" + "; 0-0 at 20" * 36,
    "1 socket: cpu+dram" + ", cxl at 20" * 34 + ", cxl at",
    "1 socket: cpu+dram" + ", cxl at 20" * 34 + ", cxl at 30",
)
"""Machines in one line."""
KERNELS = (
    "posted", "5.15", "v5.15", "5.15.0", "5.15.167", "5.14", "5.16-rc1", "5.16-rc7", "5.16-rc8", "5.17.7", "5.17.8",
    "5.17", "5.17-rc8", "v5.18.0-rc1", "5.19", "5.20", "6.0", "6.1.112-amd64", "6.6", "6.7", "6.10", "6.11", "6.12",
    "6.12.42", "6.12.43", "6.15", "6.16.1", "6.17.0", "6.19", "6.20", "7.0", "7.3.4", "7.99", "9.0", "tier-sets",
    "random-member", "rfc2022", "4.19", "v", "", "6", "6.x", "linux", "v6.1 + used=per-source", "v5.15 + used=sources",
    "v5.15 +used=per-source,tie=first-id", "v5.15 + used=x", "v5.15 + a-b=c", "v5.15 + tie=load",
    "v5.15 + penalty-id=300", "v5.15 + penalty-id=007",
    "v5.15 + tie=first-id + charge=one", "v5.15 + tie=first-id + tie=last-id", "v6.1 " * 200,
)  # fmt: skip
CHAINS = ("0>1>2", "0>1,2>3", "", "0", "0>1>0", "0>1,0>2", "0>1024", "a>b", "0 > 1", ">", "0>1,", "0>0", "0>1>2>1")


MOST = 400
"""The largest number of characters of a result."""


def files() -> dict[str, Callable[[], str]]:
    """Return a file for each kind of text."""
    return {
        "memory.txt": partial(_tried, q.memory_bytes, (*SIZES, *NUMBERS, *THINGS)),
        "cpus.txt": partial(_tried, q.checked_cpus, (*WORDS, *LISTS, *NUMBERS, *THINGS)),
        "node-ids.txt": partial(_tried, q.node_ids, (*WORDS, *LISTS, *NUMBERS, *THINGS)),
        "numbers.txt": _numbers,
        "texts.txt": _texts,
        "lines.txt": _lines,
        "kernels.txt": partial(_tried, _kernel, KERNELS),
        "chains.txt": partial(_tried, lambda text: change_of(text, "0>2,1>0"), CHAINS),
    }


def result(function: Callable[..., object], *values: object) -> str:
    """Return what a function returns, or the error that it raises, in one line."""
    try:
        return str(function(*values))[:MOST]
    except ValueError as error:
        return f"{type(error).__name__}: {error}"


def _tried(function: Callable[..., object], values: Iterable[object]) -> str:
    return "".join(f"{ascii(value)[:100]}: {result(function, value)}\n" for value in values)


def _numbers() -> str:
    functions: dict[str, Callable[[object], object]] = {
        "whole from 5 to 255": q.whole(5, 255),
        "positive": q.positive,
        "figure": q.figure,
        "flag": q.flag,
        "one of a, b": q.one_of("a", "b"),
        "node key": q.node_key,
        "load of node 3": partial(q.node_load, 3),
    }
    values = (*NUMBERS, *WORDS, *THINGS, "a", "b", "c")
    return "\n".join(f"{name}:\n{_tried(function, values)}" for name, function in functions.items())


def _texts() -> str:
    functions: dict[str, Callable[..., object]] = {
        "text of up to 20": q.plain_text(20),
        "printable": partial(printable, limit=20),
        "shown": shown,
        "node list": listed,
        "mask": NodeMask.parse,
    }
    values = (*TEXTS, *WORDS, *LISTS)
    lines = [f"{name}:\n{_tried(lambda value, f=f: ascii(f(value)), values)}" for name, f in functions.items()]
    lines += [f"shown:\n{_tried(shown, (*NUMBERS, *THINGS))}"]
    lines += [f"sizes:\n{_tried(size_text, (0, 1, 1023, 1024, 2**20, 2**30, 3 * 2**29, 2**40 + 1, 10**12))}"]
    lines += [f"counted:\n{_tried(lambda number: counted(number, 'node'), (0, 1, 2, 1000))}"]
    lines += [f"lists:\n{_tried(node_list, ([], [0], [0, 1], [0, 1, 2], [0, 2], [5, 3, 4, 9]))}"]
    return "\n".join(lines)


def _lines() -> str:
    lines = list[str]()
    for line in LINES:
        try:
            made = load(line)
            lines += [
                f"{line[:100]}:",
                *(f"    {fact[:160]}" for fact in facts_of(made) if not fact.startswith("tier of")),
                f"    note: {made.topology.note}",
            ]
            lines += [f"    again: {line_of(made.topology)}"]
        except ValueError as error:
            lines.append(f"{line[:100]}: {error}")
    lines += [f"pair {text}: {result(pair, text)}" for text in ("0-1 at 20", "0>1 at 20", "0-1 20", "0-1 at 5", "a")]
    return "\n".join([*lines, ""])


def _kernel(name: str) -> str:
    row = version(name)
    return f"{row.name} ({row.kernels}) {row.differs}"
