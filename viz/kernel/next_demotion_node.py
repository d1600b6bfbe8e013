"""Find where the cold pages of a cgroup go. mm/vmscan.c

A cgroup can be limited to some nodes, its `mems`, which the file
cpuset.mems.effective lists. An example: node 0 prefers 1, nodes 1
and 2 are slower, and the cgroup may use 0 and 2. Pages go

    to v6.15          to 1: the cpuset is ignored
    v6.16 to v6.19    nowhere: 1 is drawn, and is not allowed
    from v7.0         to 2: the best node that is slower and allowed

If several nodes are preferred, Linux draws one at random. The
functions here return all nodes that Linux can draw.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from viz.kernel.cgroup_checkpoints import (
    CgroupBegins,
    CgroupDone,
    Filtered,
    GateDraws,
    MayGo,
    PreferredFiltered,
)
from viz.kernel.machine import Machine
from viz.kernel.memory import (
    READ_ONCE,
    Routine,
    nodes_in,
    rcu_read_lock,
    rcu_read_unlock,
)
from viz.kernel.memory_tiers import lower_tier_mask, preferred
from viz.kernel.nodemask import NODE_MASK_NONE, NodeMask
from viz.kernel.page_alloc import find_next_best_node

if TYPE_CHECKING:
    from viz.kernel.versions import Version


def next_demotion_node(
    machine: Machine, node: int, allowed: NodeMask
) -> Routine[NodeMask]:
    """Return the allowed nodes of which Linux draws one.

    They are the preferred nodes that are allowed. If none is, the
    result is the best of all allowed nodes, however slow it is.

    mm/memory-tiers.c, next_demotion_node() of v7.0
    """
    nodes = yield from preferred_nodes(node)
    drawn = nodes & allowed
    yield PreferredFiltered(node, nodes, drawn)
    if drawn:
        return drawn
    used = machine.possible - allowed
    best = yield from find_next_best_node(machine, node, used)
    return NodeMask([best])


def preferred_nodes(node: int) -> Routine[NodeMask]:
    """Return the preferred nodes, read in one section.

    mm/memory-tiers.c, next_demotion_node() of v6.1
    """
    yield rcu_read_lock()
    nodes = NodeMask(nodes_in((yield READ_ONCE(preferred[node]))))
    yield rcu_read_unlock()
    return nodes


def node_get_allowed_targets(node: int) -> Routine[NodeMask]:
    """Return all nodes of slower tiers.

    mm/memory-tiers.c, node_get_allowed_targets() of v6.1
    """
    yield rcu_read_lock()
    lower = yield READ_ONCE(lower_tier_mask[node])
    yield rcu_read_unlock()
    return NodeMask(nodes_in(lower))


def demote_anywhere(
    machine: Machine, node: int, mems: NodeMask
) -> Routine[None]:
    """Find the targets without regard to the cpuset.

    mm/vmscan.c, demote_folio_list() of v6.1
    """
    targets = yield from preferred_nodes(node)
    lower = yield from node_get_allowed_targets(node)
    others = lower - targets
    yield MayGo(node, targets, others, (targets | others) - mems)


def demote_past_gate(
    machine: Machine, node: int, mems: NodeMask
) -> Routine[None]:
    """Find the targets if a node that is drawn passes a check.

    Linux draws a preferred node, and demotes only if that node is
    in the cpuset. For the move it draws again, and it falls back to
    all slower nodes: both may be outside the cpuset.

    mm/vmscan.c, can_demote() of v6.16
    """
    targets = yield from preferred_nodes(node)
    passes = targets & mems
    yield GateDraws(node, targets, passes)
    lower = NODE_MASK_NONE()
    if passes:
        lower = yield from node_get_allowed_targets(node)
    else:
        targets = NODE_MASK_NONE()
    others = lower - targets
    yield MayGo(node, targets, others, (targets | others) - mems)


def demote_filtered(
    machine: Machine, node: int, mems: NodeMask
) -> Routine[None]:
    """Find the targets among slower nodes that are in the cpuset.

    mm/vmscan.c, demote_folio_list() of v7.0
    """
    lower = yield from node_get_allowed_targets(node)
    allowed = lower & mems
    yield Filtered(node, lower, allowed)
    targets = NODE_MASK_NONE()
    if allowed:
        targets = yield from next_demotion_node(
            machine, node, allowed
        )
    others = allowed - targets
    yield MayGo(node, targets, others, NODE_MASK_NONE())


def demote_random_member(
    machine: Machine, node: int, mems: NodeMask
) -> Routine[None]:
    """Find the targets where Linux draws twice.

    It draws a preferred node. If that is not allowed, it draws one
    of all allowed nodes.

    Not in Linux: only in a stable kernel, commit 5bf24c60c290.
    """
    lower = yield from node_get_allowed_targets(node)
    allowed = lower & mems
    yield Filtered(node, lower, allowed)
    targets = NODE_MASK_NONE()
    if allowed:
        nodes = yield from preferred_nodes(node)
        targets = nodes & allowed
        yield PreferredFiltered(node, nodes, targets)
        if nodes - allowed:
            targets = allowed
    others = allowed - targets
    yield MayGo(node, targets, others, NODE_MASK_NONE())


def demote_cgroup(
    machine: Machine, version: Version, mems: NodeMask
) -> Routine[None]:
    """Find for every node where the pages of a cgroup may go.

    Not in Linux: there pages move when their node is full.
    """
    demote = DEMOTE[version.cpuset]
    yield CgroupBegins(mems)
    for node in machine.memory:
        yield from demote(machine, node, mems)
    yield CgroupDone()


DEMOTE: dict[
    str, Callable[[Machine, int, NodeMask], Routine[None]]
] = {
    "ignored": demote_anywhere,
    "gate": demote_past_gate,
    "filter": demote_filtered,
    "random": demote_random_member,
}
"""The routine of each kernel, by Version.cpuset."""
