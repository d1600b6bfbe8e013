"""Bring CPUs online and take them offline. kernel/cpu.c

N_CPU is the set of nodes with CPUs: a node joins it with its first
CPU and leaves it with its last. The version decides which of these
events rebuild the order.
"""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.hotplug_checkpoints import (
    CPUS_DO_NOT_COUNT,
    N_CPU_STAYS,
    CpusChanged,
    Holding,
    NoCallback,
    StateChanged,
)
from viz.kernel.locks import (
    cpus_write_lock,
    cpus_write_unlock,
    held,
    mem_hotplug_begin,
    mem_hotplug_done,
)
from viz.kernel.machine import Machine
from viz.kernel.memory import Routine
from viz.kernel.memory_hotplug import try_online_node
from viz.kernel.migrate_v5_15 import (
    migration_offline_cpu,
    migration_online_cpu,
)
from viz.kernel.version import Version

Callback = Callable[[Machine, Version], Routine[None]]


def cpu_up(
    machine: Machine, version: Version, node: int
) -> Routine[None]:
    """Bring one more CPU of the node online.

    With its first CPU, the node joins N_CPU.

    kernel/cpu.c, _cpu_up() of v5.15
    """
    if node not in machine.online:
        mem_hotplug_begin(machine)
        yield Holding(held(machine))
        yield from try_online_node(machine, node)
        mem_hotplug_done(machine)

    cpus_write_lock(machine)
    yield Holding(held(machine))
    machine.cpu_count[node] += 1
    machine.cpus.add(node)
    cpus = machine.cpus.copy()
    yield CpusChanged(node, machine.cpu_count[node], +1, cpus)
    joins = node not in machine.n_cpu
    if joins:
        machine.n_cpu.add(node)
        n_cpu = machine.n_cpu.copy()
        yield StateChanged("N_CPU", node, True, n_cpu)
    yield from cpu_notify(
        machine, version, joins, migration_online_cpu
    )
    cpus_write_unlock(machine)


def cpu_down(
    machine: Machine, version: Version, node: int
) -> Routine[None]:
    """Take one CPU of the node offline.

    With its last CPU, the node leaves N_CPU. In the posted patches
    the order is rebuilt too early: N_CPU still has the node then.

    kernel/cpu.c, _cpu_down() of v5.15
    """
    cpus_write_lock(machine)
    yield Holding(held(machine))
    only = machine.cpu_count[node] == 1
    leaves = only and node in machine.n_cpu
    early = version.triggers.cpu == "any, early"
    if early:
        yield from cpu_notify(
            machine, version, leaves, migration_offline_cpu
        )
    machine.cpu_count[node] -= 1
    if only:
        machine.cpus.discard(node)
    cpus = machine.cpus.copy()
    yield CpusChanged(node, machine.cpu_count[node], -1, cpus)
    if leaves:
        machine.n_cpu.discard(node)
        n_cpu = machine.n_cpu.copy()
        yield StateChanged("N_CPU", node, False, n_cpu)
    if not early:
        yield from cpu_notify(
            machine, version, leaves, migration_offline_cpu
        )
    cpus_write_unlock(machine)


def cpu_notify(
    machine: Machine,
    version: Version,
    n_cpu_changes: bool,
    callback: Callback,
) -> Routine[None]:
    """Call the demotion code, if the version reacts to this CPU.

    kernel/cpu.c, cpuhp_invoke_callback() of v5.15
    """
    match version.triggers.cpu:
        case "never":
            yield NoCallback(CPUS_DO_NOT_COUNT)
        case "N_CPU" if not n_cpu_changes:
            yield NoCallback(N_CPU_STAYS)
        case _:
            yield from callback(machine, version)
