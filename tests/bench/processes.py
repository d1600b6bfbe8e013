"""Read from /proc how much memory and processor time a server and its processes use."""

from __future__ import annotations

import asyncio
import os
import re
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
"""The number of ticks in a second; /proc counts time in ticks."""
SAMPLE = 0.5
"""The number of seconds between two samples of the memory."""


def family(process: int) -> list[int]:
    """Return the ids of a process and of all its descendants that are running now."""
    processes = [process]
    for parent in processes:  # the loop itself appends to `processes`
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                processes.extend(map(int, task.read_text().split()))
    return processes


def memory(process: int) -> float:
    """Return the resident memory of a process and its descendants, in MiB; 0 if there is no /proc.

    Memory that several processes share is counted once for each of them.
    """
    return sum(map(memory_of, family(process)))


def memory_of(process: int) -> float:
    """Return the resident memory of a single process, in MiB; 0 if it has ended."""
    with suppress(OSError):
        resident = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
        return int(resident[1]) / 1024 if resident else 0
    return 0


def processor_time(process: int) -> float:
    """Return the processor seconds of a process and its descendants, including descendants that have ended."""
    ticks = 0
    for member in family(process):
        with suppress(OSError):
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime and cstime; the last two count ended children
    return ticks / TICKS


def machine_time() -> float:
    """Return the processor seconds for which the whole machine has been busy; 0 if there is no /proc."""
    with suppress(OSError):
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
        return sum(int(field) for index, field in enumerate(fields) if index not in (3, 4)) / TICKS  # idle and iowait
    return 0


async def watch_memory(process: int, samples: list[float]) -> None:
    """Append the memory of a process and its descendants to `samples` every SAMPLE seconds until cancelled."""
    while True:
        samples.append(memory(process))
        await asyncio.sleep(SAMPLE)
