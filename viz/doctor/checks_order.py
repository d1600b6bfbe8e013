"""Check causes 1 to 4: whether the kernel can demote, whether the switch is on, and whether there are slower nodes."""

from __future__ import annotations

from viz.doctor.checks_figures import SHOW_TIERS, another_tier
from viz.doctor.facts import Facts
from viz.doctor.findings import MAX_SHOWN, Finding, Machine, cause, no_kernel, ok, unknown
from viz.doctor.paths import AUTO_ONLINE, DAX, LOG, MEMORY, NODES, NUMA, SWITCH, TIERING
from viz.doctor.tree import Evidence, Tree
from viz.topology.partial_topology import nodes_text
from viz.trace.sentences.words import sentence_on_takers
from viz.wording import counted

SHOW_MEMORY = "lsmem -o+NODE; daxctl list; ls -l /sys/bus/dax/devices/*/driver"


def no_feature(machine: Machine) -> Finding:
    """Return whether the kernel cannot demote at all. A kernel that can demote has the folder /sys/kernel/mm/numa."""
    facts = machine.facts
    tree, shown = facts.tree, [facts.tree.evidence(NUMA)]
    if tree.exists(NUMA):
        return ok(f"{facts.kernel} can demote: it has the folder /{NUMA}.", [Evidence(f"/{NUMA}", "is there")])
    if facts.since(5, 15) is False:
        says = f"{facts.kernel} is older than 5.15, the first that demotes, and has no /{NUMA}."
        return cause(says, shown, "Run Linux 5.15 or newer, better 6.11 or newer.", stops=True)
    if tree.lacks(NUMA):
        option = "CONFIG_NUMA_MIGRATION" if facts.since(7, 1) else "CONFIG_MIGRATION"
        says = f"There is no /{NUMA}: {facts.kernel} was built without CONFIG_NUMA or {option}, and never demotes."
        do = f"Run a kernel of 5.15 or newer with CONFIG_NUMA=y and {option}=y."
        return cause(says, shown, do, stops=True)
    return unknown("Nothing shows whether this kernel can demote.", f"ls /{NUMA}")


def switch_off(machine: Machine) -> Finding:
    """Return whether demotion is switched off, as it is by default."""
    facts = machine.facts
    shown = [facts.tree.evidence(SWITCH)]
    if facts.switch is True:
        return ok("The switch is on.", shown)
    if facts.switch is False:
        says = "The switch is off, as it is by default. The order is computed anyway, but nothing is demoted."
        do = f"As root: echo true > /{SWITCH} (until the next boot; a line in /etc/tmpfiles.d keeps it)."
        return cause(says, shown, do, stops=True)
    says = "Nothing shows whether demotion is switched on."
    return unknown(says, f"cat /{SWITCH}", shown if facts.tree.exists(SWITCH) else [])


def one_tier(machine: Machine) -> Finding:
    """Return whether there is no slower tier to demote to."""
    facts = machine.facts
    if facts.since(6, 1) is False:
        return ok(f"{facts.kernel} has no memory tiers; chain-end says what its order is.")
    if facts.memory is not None and len(facts.memory) == 1:
        says = f"Only {nodes_text(facts.memory)} has memory, so there is nowhere to demote to."
        do = "Bring slower memory online as a node of its own, such as that of a CXL device."
        listed = [path for path in (f"{NODES}/has_memory", f"{NODES}/online") if facts.tree.exists(path)]
        return cause(says, [facts.tree.evidence(path) for path in listed[:1] or [NODES]], do, stops=True)
    tiers = facts.tiers
    if tiers is None:
        return _tiers_in_log(machine)
    shown = [facts.tree.evidence(f"{TIERING}/memory_tier{tier}/nodelist") for tier in tiers][:MAX_SHOWN]
    if len(tiers) == 1:
        only = next(iter(tiers))
        says = (
            f"There is one memory tier, memory_tier{only}, with {nodes_text(tiers[only])}. {facts.kernel} demotes from "
            "a tier to the next slower one, so there is nowhere to go."
        )
        return cause(says, shown, another_tier(facts), stops=True)
    slowest = list(tiers.values())[-1]
    says = f"There are {len(tiers)} memory tiers. Nothing is demoted from {nodes_text(slowest)}, the slowest."
    with_cpus = {node for node in facts.memory or () if node in (facts.cpus or ())}
    if with_cpus and with_cpus <= set(slowest):
        says += " All nodes with CPUs are there, so only what programs put into faster memory can be demoted."
    return ok(says, shown)


def _tiers_in_log(machine: Machine) -> Finding:
    """Return the finding on tiers from the kernel's log, for a machine without files about its tiers."""
    targets = machine.facts.log.targets
    shown = [
        Evidence(LOG, f"Demotion targets for Node {node}: {(lower and 'preferred: ' + str(preferred)) or 'null'}")
        for node, (preferred, lower) in sorted(targets.items())
    ][:MAX_SHOWN]
    if targets and not any(lower for _, lower in targets.values()):
        says = "The kernel's log has `null` as the demotion targets of every node: all memory is in one tier."
        return cause(says, shown, another_tier(machine.facts), stops=True)
    if targets:
        return ok("The kernel's log has demotion targets, so there are several tiers.", shown)
    return unknown("Nothing shows the memory tiers.", SHOW_TIERS)


def chain_end(machine: Machine) -> Finding:
    """Return whether, before 6.1, a node with CPUs is the end of its chain, so that it has no target."""
    facts, order = machine.facts, machine.order
    if facts.release is None or facts.since(6, 1) is None:
        return no_kernel(facts, "Before 6.1 a node may be the end of a chain")
    if facts.since(6, 1):
        return ok(f"{facts.kernel} has memory tiers and no chains.")
    if order is None or facts.cpus is None:
        what = "The order of this kernel follows from CPUs, memory and distances, and some of them are missing."
        return unknown(what, "numactl -H | tierscope order - --kernel " + (facts.release.text[:20]))
    ends = [node for node, targets in order.items() if node in facts.cpus and not targets.lower]
    shown = [facts.tree.evidence(f"{NODES}/node{node}/distance") for node in ends[:MAX_SHOWN]]
    if ends:
        says = (
            f"{nodes_text(ends).capitalize()} has no target: no memory without CPUs is left for it, since each node is "
            "the target of one other at most and those with CPUs are never one."
            + sentence_on_takers({node: sorted(targets.lower) for node, targets in order.items()})
        )
        do = "Run 6.1 or newer, where nodes share targets; tierscope order shows the passes."
        return cause(says, shown, do, stops=not any(targets.lower for targets in order.values()))
    return ok("Each node with CPUs has a target.")


def memory_offline(machine: Machine) -> Finding:
    """Return whether some memory is not online, so that nothing can be demoted to it."""
    facts = machine.facts
    tree = facts.tree
    shown = [*_unused_dax(tree), *_offline_blocks(tree), *_empty_nodes(facts)]
    if shown:
        says = f"Some memory is not online ({counted(len(shown), 'sign')} of it), so nothing can be demoted to it."
        do = (
            "daxctl reconfigure-device --mode=system-ram DEVICE gives a DAX device to kmem; chmem -e or "
            f"echo online_movable > /{MEMORY}/memoryN/state brings a block online. "
            f"online_movable in /{AUTO_ONLINE} does it for what comes later."
        )
        more = [tree.evidence(AUTO_ONLINE)] if tree.exists(AUTO_ONLINE) else []
        return cause(says, [*shown[:MAX_SHOWN], *more], do)
    if facts.memory is None:
        return unknown("Nothing shows which memory is online.", SHOW_MEMORY)
    if not (tree.is_whole or set(facts.memory) == set(facts.nodes)):
        return unknown("Nothing shows why a node has no memory.", SHOW_MEMORY)
    return ok("No memory is known that is not online.", [tree.evidence(f"{NODES}/has_memory")])


def _unused_dax(tree: Tree) -> list[Evidence]:
    """Return the DAX devices that are not system memory, as their driver or, from 7.3 on, their state shows."""
    shown = []
    drivers = {path: target for path, target in (tree.links | tree.files).items() if path.startswith(DAX)}
    for path, target in sorted(drivers.items()):
        target = target.strip()
        if not path.endswith("/driver"):
            continue
        if target.rstrip("/").rpartition("/")[2] == "device_dax":
            shown.append(Evidence(f"/{path}", "device_dax"))
    for _, path in tree.matches(f"{DAX}/dax#.#/state"):
        if tree.text(path) in ("unplugged", "offline"):
            shown.append(tree.evidence(path))
    return shown


def _offline_blocks(tree: Tree) -> list[Evidence]:
    """Return each memory block that is offline once, with the path in its node's folder if there is one."""
    found: dict[str, str] = {}
    for pattern in (f"{NODES}/node#/memory#/state", f"{MEMORY}/memory#/state"):
        for match, path in tree.matches(pattern):
            if tree.text(path) in ("offline", "going-offline"):
                found.setdefault(match.groups()[-1], path)
    return [tree.evidence(path) for path in found.values()]


def _empty_nodes(facts: Facts) -> list[Evidence]:
    """Return the nodes that are online and have no CPUs, no memory and no generic initiator."""
    if facts.memory is None or facts.cpus is None:
        return []
    empty = set(facts.nodes) - set(facts.memory) - set(facts.cpus) - (facts.mask("has_generic_initiator") or set())
    path = f"{NODES}/has_memory"
    if facts.tree.exists(path):
        return [Evidence(f"/{path}", f"does not have node {node}") for node in sorted(empty)]
    return [Evidence(f"/{NODES}/node{node}/meminfo", "MemTotal: 0 kB") for node in sorted(empty)]
