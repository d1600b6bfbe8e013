"""Check causes 3a, 3b and 3c: which latency and bandwidth the firmware states, and which tiers follow from them."""

from __future__ import annotations

from viz.doctor.facts import FIGURES, Facts
from viz.doctor.findings import MAX_SHOWN, Finding, Machine, cause, no_kernel, ok, unknown
from viz.doctor.paths import LOG, NODES
from viz.doctor.tree import Evidence
from viz.kernel.adistance import AccessCoordinate, is_within_tolerance, mt_perf_to_adistance
from viz.topology.partial_topology import nodes_text
from viz.topology.tier_guess import tier_of

SHOW_TIERS = "grep . /sys/devices/virtual/memory_tiering/memory_tier*/nodelist"
SHOW_FIGURES = "grep -s . /sys/devices/system/node/node*/access1/initiators/*"
SHOW_LOG = "dmesg | grep -e 'Demotion targets' -e 'performance of DRAM', and give the lines with --dmesg"
DATA = "ACPI HMAT or CDAT"


def another_tier(facts: Facts) -> str:
    if facts.since(6, 11) is False:
        return (
            f"{facts.kernel} takes all memory that is there at boot as DRAM. Let dax/kmem add the slow memory after "
            "boot (daxctl reconfigure-device --mode=system-ram), or run 6.11 or newer, which uses the "
            f"firmware's {DATA}."
        )
    return (
        f"The kernel takes tiers from the firmware's {DATA}: no-performance, too-similar and dram-mismatch say what of "
        "it is missing here. Memory that dax/kmem adds without such figures gets tier 22."
    )


def no_performance(machine: Machine) -> Finding:
    """Return whether the kernel knows no latency and bandwidth of the nodes, and so puts all of them into one tier."""
    facts = machine.facts
    if facts.since(6, 1) is False:
        return ok(f"{facts.kernel} has no memory tiers, and looks at no latency or bandwidth.")
    if facts.tiers is not None and len(facts.tiers) > 1:
        return ok("The nodes are in several tiers already.")
    if facts.memory is not None and len(facts.memory) == 1:
        return ok("Only one node has memory, so figures would change nothing.")
    if not facts.figures:
        return _without_figures(facts)
    nodes = sorted(facts.figures)
    shown = _shown(facts)
    if facts.since(6, 11) is None:
        return no_kernel(
            facts, "Whether the firmware's figures are used for memory that is there at boot hangs on the release"
        )
    if facts.since(6, 11) is False:
        says = (
            f"The firmware says how fast the memory of {nodes_text(nodes)} is, but {facts.kernel} puts all memory that "
            "is there at boot into tier 4 whatever it is."
        )
        return cause(says, shown, another_tier(facts)) if facts.tiers else unknown(says, SHOW_TIERS, shown)
    missing = [node for node in facts.memory or () if node not in _complete(facts)]
    if missing:
        says = (
            f"The firmware does not give latency and bandwidth of {nodes_text(missing)}. Such memory counts as "
            "DRAM; if it is that of a node with CPUs, there is nothing to compare the others with."
        )
        return cause(says, shown, f"Ask for firmware with a complete {DATA}.")
    return ok(f"The firmware says how fast the memory of {nodes_text(nodes)} is.", shown)


def _without_figures(facts: Facts) -> Finding:
    shown = [Evidence(f"/{NODES}/node*/access1/initiators", "is not there")]
    if facts.tiers is None and not facts.tree.is_whole:
        return unknown("Nothing shows whether the firmware says how fast the nodes are.", SHOW_FIGURES)
    if facts.memory is None:
        return unknown("Nothing shows which nodes have memory.", SHOW_FIGURES)
    if facts.release is None and facts.tiers is None:
        return no_kernel(facts, "Kernels from 6.1 on sort nodes by how fast they are")
    says = (
        f"The firmware does not say how fast any node is (no {DATA}), so all memory that is there at boot counts as "
        "DRAM: abstract distance 576, tier 4."
    )
    if facts.since(6, 11) is False:
        says += f" {facts.kernel} would do that even with such figures."
    do = (
        f"Look for a firmware setting or update that brings an {DATA}; dmesg then has lines of acpi/hmat. Or let "
        "dax/kmem add the slow memory after boot, which gets tier 22 without figures."
    )
    return cause(says, shown, do)


def _shown(facts: Facts) -> list[Evidence]:
    """Return latency and bandwidth of the first MAX_SHOWN nodes as evidence, one piece for each node."""
    shown = []
    for node, of in sorted(facts.figures.items())[:MAX_SHOWN]:
        value = ", ".join(f"{name} {of[name]}" for name in FIGURES if name in of)
        shown.append(Evidence(f"/{NODES}/node{node}/{facts.figures_folder}", value))
    return shown


def too_similar(machine: Machine) -> Finding:
    """Return whether the latency and bandwidth of all nodes lead to the same tier."""
    facts = machine.facts
    if facts.since(6, 7) is False:
        return ok(f"{facts.kernel} makes no tiers of latency and bandwidth; 6.7 is the first.")
    if facts.tiers is not None and len(facts.tiers) > 1:
        return ok("The nodes are in several tiers already.")
    if facts.memory is not None and len(facts.memory) == 1:
        return ok("Only one node has memory, so there is nothing to compare.")
    distances = performance_distances(facts)
    if not distances:
        return unknown("There are no figures of all nodes to compare.", SHOW_FIGURES)
    if facts.since(6, 7) is None:
        return no_kernel(facts, "Which memory a kernel puts into another tier hangs on its release")
    shown = _shown(facts)
    said = ", ".join(f"node {node} {value} (tier {tier_of(value)})" for node, value in list(distances.items())[:8])
    if len({tier_of(value) for value in distances.values()}) > 1:
        return ok(f"Latency and bandwidth give abstract distances in several tiers: {said}.", shown)
    says = (
        f"Latency and bandwidth give abstract distances in one tier: {said}. 512 to 639 is tier 4, DRAM's, so memory "
        "that is less than 1.11 times as slow is no target."
    )
    do = (
        "Nothing is broken: to this kernel the memory is as fast as DRAM. Weighted interleave can spread pages instead."
    )
    return cause(says, shown, do)


def performance_distances(facts: Facts) -> dict[int, int]:
    """Return each node's abstract distance, computed from latency and bandwidth; empty if a node's are not known.

    The first node with CPUs and memory stands for DRAM. If there is none, the result is empty, too.
    """
    dram = [node for node in facts.memory or () if node in (facts.cpus or ())]
    complete = _complete(facts)
    if not dram or dram[0] not in complete or not set(facts.memory or ()) <= set(complete):
        return {}
    row = facts.release.row() if facts.release else None
    bits = row.rules.adistance_bits if row else 64
    return {node: mt_perf_to_adistance(of, complete[dram[0]], bits) for node, of in sorted(complete.items())}


def _complete(facts: Facts) -> dict[int, AccessCoordinate]:
    """Return latency and bandwidth of the nodes for which both are known."""
    coordinates = {node: AccessCoordinate(**figures) for node, figures in facts.figures.items()}
    return {node: of for node, of in coordinates.items() if of.is_known}


def dram_mismatch(machine: Machine) -> Finding:
    """Return whether nodes with CPUs differ so much that the kernel ignores latency and bandwidth of all nodes."""
    facts = machine.facts
    if facts.since(6, 7) is False:
        return ok(f"{facts.kernel} does not compare DRAM nodes; 6.7 is the first that does.")
    if facts.memory is not None and len(facts.memory) == 1:
        return ok("Only one node has memory, so there is nothing to compare.")
    do = "Fix the firmware's figures, so that all nodes with CPUs are within 10 %; then boot anew."
    refused = "The kernel then uses no latency and no bandwidth of any node until the next boot."
    if facts.log.mismatch:
        says = f"The kernel found DRAM nodes that differ by more than 10 %. {refused}"
        return cause(says, [Evidence(LOG, facts.log.mismatch)], do)
    if facts.log.is_known and facts.log.reaches_boot:
        return ok("The kernel's log has no complaint that DRAM nodes differ.")
    different = _different_dram(facts)
    if different is None:
        return unknown("Nothing shows whether the kernel found DRAM nodes that differ by more than 10 %.", SHOW_LOG)
    if different:
        shown = _shown(facts)
        says = (
            f"The figures of {nodes_text(different)} differ by more than 10 % from those of the first node with CPUs."
        )
        return cause(f"{says} {refused}", shown, do)
    return ok("The figures of all nodes with CPUs are within 10 % of each other.")


def _different_dram(facts: Facts) -> list[int] | None:
    """Return the nodes with CPUs that are over 10 % faster or slower than the first; None if that is not known."""
    dram = [node for node in facts.memory or () if node in (facts.cpus or ())]
    figures = _complete(facts)
    if not dram or not set(dram) <= set(figures):
        return None
    return [node for node in dram if not is_within_tolerance(figures[node], figures[dram[0]])]
