"""The locks that are held while the order is rebuilt.

In this model events happen one after the other, so no routine waits
for another. But a routine could wait for a lock that it holds
itself: a deadlock, which is an error here. To avoid it,
mm/migrate.c has two functions that build the order: one takes the
lock of memory hotplug, and one is for callers that hold it.
"""

from __future__ import annotations

from viz.kernel.machine import Machine

MEM_HOTPLUG_LOCK = "mem_hotplug_lock"
CPU_HOTPLUG_LOCK = "cpu_hotplug_lock"
FOR_READING = f"{MEM_HOTPLUG_LOCK} for reading"


class Deadlock(RuntimeError):
    """The error that a routine waits for a lock that it holds."""


def held(machine: Machine, *more: str) -> str:
    """Return the names of the held locks and `more` as a text."""
    return ", ".join([*machine.locks, *more])


def mem_hotplug_begin(machine: Machine) -> None:
    """Take the lock of memory hotplug.

    While it is held, no other memory comes or goes.
    """
    _take(machine, MEM_HOTPLUG_LOCK)


def mem_hotplug_done(machine: Machine) -> None:
    """Release the lock of memory hotplug."""
    machine.locks.remove(MEM_HOTPLUG_LOCK)


def get_online_mems(machine: Machine) -> None:
    """Take the lock of memory hotplug for reading.

    While it is held, no memory comes or goes.
    """
    _take(machine, FOR_READING)


def put_online_mems(machine: Machine) -> None:
    """Release what get_online_mems() took."""
    machine.locks.remove(FOR_READING)


def cpus_write_lock(machine: Machine) -> None:
    """Take the lock of CPU hotplug: no other CPU comes or goes."""
    _take(machine, CPU_HOTPLUG_LOCK)


def cpus_write_unlock(machine: Machine) -> None:
    """Release the lock of CPU hotplug."""
    machine.locks.remove(CPU_HOTPLUG_LOCK)


def mutex_lock(machine: Machine, mutex: str) -> None:
    """Take a lock that only one routine can hold."""
    _take(machine, mutex)


def mutex_unlock(machine: Machine, mutex: str) -> None:
    """Release what mutex_lock() took."""
    machine.locks.remove(mutex)


def _take(machine: Machine, lock: str) -> None:
    if any(
        taken.split()[0] == lock.split()[0]
        for taken in machine.locks
    ):
        raise Deadlock(
            f"{lock} is wanted while {held(machine)} is held"
        )
    machine.locks.append(lock)
