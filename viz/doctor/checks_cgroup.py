"""Check causes 8, 9 and 13: a cpuset, a cgroup's memory limits and swappiness can keep pages from being demoted."""

from __future__ import annotations

from viz.doctor.cgroup import Mems, events_of, file_of, is_there, mems_of
from viz.doctor.facts import Facts
from viz.doctor.findings import MAX_SHOWN, Finding, Machine, cause, no_kernel, ok, unknown
from viz.doctor.targets import Order
from viz.kernel.nodemask import node_list
from viz.topology.partial_topology import nodes_text

_SWAPPINESS = "proc/sys/vm/swappiness"
_SHOW_MEMS = "cat /sys/fs/cgroup/PATH/cpuset.mems.effective, or give --cgroup PATH"


def cpuset_excludes(machine: Machine) -> Finding:
    """Return whether the cpuset of the cgroup keeps its pages from being demoted."""
    facts = machine.facts
    if facts.since(6, 16) is None:
        return no_kernel(facts, "What a cpuset does to demotion hangs on the kernel")
    if not facts.since(6, 16):
        return ok(f"{facts.kernel} demotes pages without looking at cpusets; they may land outside of one.")
    if facts.cgroup is None:
        says = "From 6.16 on a cpuset can keep pages from being demoted, and no cgroup was named to look at."
        return unknown(says, _SHOW_MEMS)
    mems = mems_of(facts)
    if mems is None:
        what = (
            "Nothing shows which nodes the cgroup may use" if is_there(facts) else "There is no such cgroup to look at"
        )
        return unknown(f"{what}.", _SHOW_MEMS)
    shown = [facts.tree.evidence(mems.path)]
    if mems.is_v1:
        return ok("The cgroup is one of version 1, whose cpusets no kernel looks at when it demotes.", shown)
    if machine.order is None:
        return unknown("Nothing shows which nodes are targets.", "tierscope order --here", shown)
    if not any(node in mems.nodes and targets.lower for node, targets in machine.order.items()):
        return ok(
            f"The cgroup may use {nodes_text(mems.nodes)} only, and no node is slower; its pages are there.", shown
        )
    return (_filter if facts.since(7, 0) else _gate)(facts, machine.order, mems)


def ways(order: Order, mems: Mems) -> dict[int, list[int]]:
    """Return for each node of the cgroup the slower nodes to which Linux 7.0 and newer can demote its pages."""
    found = {
        node: [target for target in order[node].lower if target in mems.nodes]
        for node in sorted(mems.nodes)
        if node in order
    }
    return {node: targets for node, targets in found.items() if targets}


def _filter(facts: Facts, order: Order, mems: Mems) -> Finding:
    """Return the finding for Linux 7.0 and newer, which demote only to slower nodes that the cgroup may use."""
    shown = [facts.tree.evidence(mems.path)]
    if found := ways(order, mems):
        said = ", ".join(f"{node} to {node_list(targets)}" for node, targets in list(found.items())[:MAX_SHOWN])
        return ok(f"The cgroup may use slower nodes: its pages can go from node {said}.", shown)
    says = (
        f"The cgroup may use {nodes_text(mems.nodes)} and no node that is slower. {facts.kernel} demotes its pages "
        "only to nodes that it may use, so they stay."
    )
    return cause(says, shown, "Add a slower node to cpuset.mems of the cgroup, and of those that it is in.", stops=True)


def _gate(facts: Facts, order: Order, mems: Mems) -> Finding:
    """Return the finding for 6.16 to 6.19, which draw one preferred target and demote if the cgroup may use it."""
    shown = [facts.tree.evidence(mems.path)]
    closed: list[int] = []
    leaky: list[int] = []
    sources = [node for node in sorted(mems.nodes) if node in order and order[node].lower]
    for node in sources:
        drawn = order[node].preferred or order[node].lower
        outside = [target for target in drawn if target not in mems.nodes]
        if outside:
            (closed if len(outside) == len(drawn) else leaky).append(node)
    if not closed and any(not order[node].preferred for node in leaky):
        says = "The cgroup may use some slower nodes and not others, and nothing shows which are preferred."
        return unknown(says, "numactl -H, which has the distances that decide", shown)
    if not closed and not leaky:
        return ok("The cgroup may use every preferred target of its nodes.", shown)
    often = "is" if closed else "is at times"
    says = (
        f"The preferred target that {facts.kernel} draws for {nodes_text(closed or leaky)} {often} outside of "
        f"{nodes_text(mems.nodes)}, which the cgroup may use, and then nothing is demoted, even if another slower "
        "node is allowed."
    )
    do = "Add the preferred targets to cpuset.mems of the cgroup; or run 7.0 or newer, which takes any allowed node."
    return cause(says, shown, do, stops=closed == sources)


def memcg_limit_old(machine: Machine) -> Finding:
    """Return whether the cgroup has reached a limit under Linux 5.15 to 5.18, which then reclaim but do not demote."""
    facts = machine.facts
    if facts.since(5, 19) is None:
        return no_kernel(facts, "From 5.15 to 5.18, reclaim for the limit of a cgroup demotes nothing")
    if facts.since(5, 19) or not facts.since(5, 15):
        return ok(f"Only 5.15 to 5.18 do not demote for the limit of a cgroup, and this is {facts.kernel}.")
    events = events_of(facts) if facts.cgroup is not None else None
    path = file_of(facts, "memory.events")
    if events is None or path is None:
        says = f"When a cgroup reaches its limit, {facts.kernel} reclaims and demotes nothing; no cgroup was looked at."
        return unknown(says, "grep . /sys/fs/cgroup/PATH/memory.events twice, or give --cgroup PATH")
    shown = [facts.tree.evidence(path)]
    reached = {name: events.get(name, 0) for name in ("high", "max") if events.get(name, 0)}
    if not reached:
        return ok("The cgroup has not reached a limit.", shown)
    said = " and ".join(f"{name} {count} times" for name, count in reached.items())
    says = f"The cgroup has reached memory.{said}. {facts.kernel} reclaims then, and demotes nothing."
    return cause(
        says, shown, "Raise the limits, so that the node fills up before the cgroup does; or run 5.19 or newer."
    )


def swappiness(machine: Machine) -> Finding:
    """Return whether swappiness is 0, so that reclaim does not look at anonymous memory."""
    facts = machine.facts
    of_cgroup = file_of(facts, "memory.swappiness") if facts.cgroup is not None else None
    path = of_cgroup or _SWAPPINESS
    value = facts.tree.number(path)
    if value is None:
        return unknown("Nothing shows swappiness.", f"cat /{_SWAPPINESS}")
    shown = [facts.tree.evidence(path)]
    if value == 0:
        says = "swappiness is 0: reclaim looks at page cache alone as long as there is any, so anonymous memory stays."
        return cause(says, shown, f"As root: echo 60 > /{path} (1 to 200 will do); no swap is needed.")
    limit = file_of(facts, "memory.swap.max") if facts.cgroup is not None else None
    is_without = facts.swap_total == 0 or (limit is not None and facts.tree.number(limit) == 0)
    no_hindrance = " There is no swap, which is no hindrance: memory that can be demoted is looked at anyway."
    more = no_hindrance if is_without else ""
    return ok(f"swappiness is {value}, so anonymous memory is looked at, too.{more}", shown)
