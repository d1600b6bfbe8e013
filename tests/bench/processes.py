"""What a server and its processes take of the machine: memory and processor time, as Linux counts them."""

from __future__ import annotations

import asyncio
import os
import re
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SAMPLE = 0.5
"""Seconds between two looks at the memory."""


def family(process: int) -> list[int]:
    """Return the process and all its descendants that live now."""
    found = [process]
    for one in found:  # grows meanwhile
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):
                found.extend(map(int, task.read_text().split()))
    return found


def memory(process: int) -> float:
    """Return what the process and its descendants hold now, in MiB; 0 where no /proc says so.

    What several of them share is counted for each.
    """
    return sum(map(memory_of, family(process)))


def memory_of(process: int) -> float:
    """Return what this one process holds now, in MiB; 0 if it has ended."""
    with suppress(OSError):
        held = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
        return int(held[1]) / 1024 if held else 0
    return 0


def processor_time(process: int) -> float:
    """Return the processor seconds of the process and its descendants, those that have ended too."""
    ticks = 0
    for one in family(process):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # its own and its ended children's, as user and as system
    return ticks / TICKS


def machine_time() -> float:
    """Return the processor seconds that the whole machine has worked; 0 where no /proc says so."""
    with suppress(OSError):
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
        return sum(int(field) for place, field in enumerate(fields) if place not in (3, 4)) / TICKS  # idle and iowait
    return 0


async def watch_memory(process: int, samples: list[float]) -> None:
    """Add what the process and its descendants hold, every half second until this is cancelled."""
    while True:
        samples.append(memory(process))
        await asyncio.sleep(SAMPLE)
