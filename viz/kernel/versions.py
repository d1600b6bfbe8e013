"""The table of kernel versions.

A row has a version's zonelist rules, its triggers and the routine that builds its order. A further version is one
module with that routine and one row here. The recorder, the command line and the page take the registers, the arrays
and the form of the result from the row. docs/architecture.md shows how to add one.
"""

from __future__ import annotations

from dataclasses import replace

from viz.kernel import memory_tiers, memory_tiers_v6_17, results, tier_sets
from viz.kernel import migrate, migrate_rfc2022, migrate_v5_15, migrate_v5_17
from viz.kernel.fallback_lists import set_fallback_targets
from viz.kernel.machine import Rules, Triggers
from viz.kernel.version import FROM_6_7 as FROM_6_7
from viz.kernel.version import PROTOCOLS as PROTOCOLS
from viz.kernel.version import UNKNOWN as UNKNOWN
from viz.kernel.version import Protocol as Protocol
from viz.kernel.version import Version as Version

TIERS = (memory_tiers.preferred, memory_tiers.lower_tier_mask, memory_tiers.memtier)
TIER_MASKS = ("nearest", "lower_tier", "toptier")
SETS = (tier_sets.target_set, tier_sets.preferred)
SET_MASKS = ("next_class",)

AS_POSTED = Triggers(memory="block", cpu="any, early")
AS_MERGED = Triggers(memory="node", cpu="any")
SINCE_5_18 = Triggers(memory="node", cpu="N_CPU")
SINCE_6_1 = Triggers(memory="node", cpu="never")
SINCE_6_7 = Triggers(memory="node", cpu="never", lists_rebuilt_before_n_memory=False)
SINCE_6_17 = replace(SINCE_6_7, node_notifier=True)

POSTED = Version(
    name="posted",
    kernels="patch 02/10 of April 2021",
    summary="as mailed, 2021",
    since=None,
    differs="The patch as mailed: disable, smp_wmb(), then the passes. Events are those of patch 03/10, and so is the "
    "disable before memory leaves, which waits for a grace period. The order is the same.",
    rules=Rules("set", "online", True),
    build_order=migrate.set_migration_target_nodes,
    rebuild=migrate.__set_migration_target_nodes,
    disable=migrate_v5_15.disable_all_migrate_targets,
    memory_callback=migrate_v5_15.migrate_on_reclaim_callback,
    triggers=AS_POSTED,
    protocol="barrier",
)
V5_15 = Version(
    name="v5.15",
    kernels="5.15",
    summary="the patch as merged",
    since=(5, 15),
    differs="As merged: synchronize_rcu() in place of the write barrier. The passes are the same.",
    rules=Rules("set", "online", True),
    build_order=migrate_v5_15.set_migration_target_nodes,
    rebuild=migrate_v5_15.__set_migration_target_nodes,
    disable=migrate_v5_15.disable_all_migrate_targets,
    memory_callback=migrate_v5_15.migrate_on_reclaim_callback,
    triggers=AS_MERGED,
)
V5_16 = replace(
    V5_15,
    name="v5.16",
    kernels="5.16",
    summary="loads add up",
    since=(5, 16),
    differs="Zonelists add to node_load[] where they overwrote it before, so ties can go the other way.",
    rules=Rules("add", "online", True),
)
LOSES_REFUSED = Version(
    name="v5.17.7",
    kernels="5.17 up to 5.17.7",
    summary="several targets, a refused one is lost (up to 5.17.7)",
    since=None,
    differs="A node may have up to 15 equally near targets; a reader draws one at random each time. One that is "
    "found and refused is lost to everybody.",
    rules=Rules("add", "online", True, refused_is_free=False),
    build_order=migrate_v5_17.set_migration_target_nodes,
    rebuild=migrate_v5_17.__set_migration_target_nodes,
    disable=migrate_v5_17.disable_all_migrate_targets,
    memory_callback=migrate_v5_15.migrate_on_reclaim_callback,
    triggers=AS_MERGED,
    result=results.several_targets,
    arrays=(migrate_v5_17.node_demotion,),
)
V5_17 = replace(
    LOSES_REFUSED,
    name="v5.17",
    kernels="5.17 from 5.17.8 on",
    summary="several targets",
    since=(5, 17),
    differs="A node that is found and refused is put back, so that another source may take it.",
    rules=Rules("add", "online", True),
)
V5_18 = replace(
    V5_17,
    name="v5.18",
    kernels="5.18",
    summary="fewer rebuilds",
    since=(5, 18),
    differs="Zonelists are built for possible nodes that are not online, too.",
    rules=Rules("add", "possible", True),
    triggers=SINCE_5_18,
)
V6_0 = replace(
    V5_18,
    name="v6.0",
    kernels="5.19, 6.0",
    summary="every charge is 1 (5.19, 6.0)",
    since=(5, 19),
    differs="Every charge to node_load[] is 1.",
    rules=Rules("one", "possible", True),
)
RFC2022 = replace(
    V5_18,
    name="rfc2022",
    kernels="a patch of April 2022 on 5.18, never merged",
    summary="sources share targets (April 2022)",
    since=None,
    differs="Sources of one pass may share their targets.",
    build_order=migrate_rfc2022.set_migration_target_nodes,
    rebuild=migrate_rfc2022.__set_migration_target_nodes,
    masks=("this_pass", "next_pass", "source_nodes", "used_targets"),
)
V6_1 = Version(
    name="v6.1",
    kernels="6.1 to 6.6",
    summary="memory tiers (6.1 to 6.6)",
    since=(6, 1),
    differs="Memory tiers: every node prefers the nearest nodes of the next slower tier. CPUs play no part in the order. "
    "Memory that is there at boot counts as DRAM, tier 4; what dax/kmem adds is in tier 22.",
    rules=Rules("one", "possible", True),
    build_order=memory_tiers.memory_tier_init,
    memory_callback=memory_tiers.memtier_hotplug_callback,
    triggers=SINCE_6_1,
    result=results.tiers,
    masks=TIER_MASKS,
    arrays=TIERS,
)
V6_7 = replace(
    V6_1,
    name="v6.7",
    kernels="6.7 to 6.10",
    summary="speed of added memory counts (6.7 to 6.10)",
    since=(6, 7),
    differs="Memory that is added after boot can get its tier from firmware's latency and bandwidth; memory at boot "
    "stays in tier 4. A node without memory leaves its own zonelist.",
    rules=Rules("one", "possible", False, hmat="added", adistance_bits=32),
    triggers=SINCE_6_7,
)
V6_11 = replace(
    V6_7,
    name="v6.11",
    kernels="6.11 to 6.15, of 6.12 up to 6.12.42",
    summary="speed of all memory counts (6.11 to 6.15)",
    since=(6, 11),
    differs="Memory at boot can get its tier from firmware's figures, too; with very high bandwidths the 32-bit "
    "arithmetic overflows.",
    rules=Rules("one", "possible", False, hmat="all", adistance_bits=32),
)
V6_12_43 = replace(
    V6_11,
    name="v6.12.43",
    kernels="6.12 from 6.12.43 on",
    summary="speeds in 64 bits (later 6.12)",
    since=None,
    differs="As 6.11 to 6.15, but abstract distances are computed in 64 bits and do not overflow.",
    rules=Rules("one", "possible", False, hmat="all"),
)
V6_16 = replace(
    V6_11,
    name="v6.16",
    kernels="6.16",
    summary="a cpuset can stop demotion",
    since=(6, 16),
    differs="A cgroup's pages are demoted only if one target, drawn for the check, is in its cpuset. The move draws "
    "again, and can end outside the cpuset.",
    cpuset="gate",
)
V6_17 = replace(
    V6_16,
    name="v6.17",
    kernels="6.17 to 6.19",
    summary="rebuilt earlier (6.17 to 6.19)",
    since=(6, 17),
    differs="Abstract distances are computed in 64 bits. The order is rebuilt before MEM_ONLINE or MEM_OFFLINE is "
    "announced, and no longer in answer to it.",
    rules=V6_12_43.rules,
    memory_callback=memory_tiers_v6_17.no_callback,
    node_callback=memory_tiers_v6_17.memtier_hotplug_callback,
    triggers=SINCE_6_17,
)
V7_0 = replace(
    V6_17,
    name="v7.0",
    kernels="7.0 and newer",
    summary="a cpuset says where to (7.0 and newer)",
    since=(7, 0),
    differs="A cgroup's pages go only to nodes of its cpuset: to a preferred one that is allowed, else to the best "
    "of all slower nodes that are.",
    cpuset="filter",
)
RANDOM_MEMBER = replace(
    V7_0,
    name="random-member",
    kernels="a stable kernel with one of the two patches of 7.0; by name only",
    summary="half of what 7.0 changed",
    since=None,
    differs="As 7.0, but if the drawn target is not allowed, one of all allowed nodes is drawn, however far it is.",
    cpuset="random",
)
PASSES = (V5_15, V5_16, LOSES_REFUSED, V5_17, V5_18, V6_0, RFC2022)
RELEASES = (*PASSES, V6_1, V6_7, V6_11, V6_12_43, V6_16, V6_17, V7_0, RANDOM_MEMBER)
FORMER_NAMES = {FROM_6_7: V6_11}
"""Former names of rows, which links and documents may still have."""

FALLBACK_LISTS = Version(
    name="fallback-lists",
    kernels="no kernel; what the patch rejects",
    summary="the next entry of each list",
    since=None,
    differs="Every node demotes to the next entry of its own fallback list, which always makes a cycle.",
    rules=POSTED.rules,
    build_order=set_fallback_targets,
    result=results.successors,
    masks=("walked",),
    walks_lists=True,
)
TIER_SETS = Version(
    name="tier-sets",
    kernels="no kernel; proposed in the discussion of the patch",
    summary="sets of targets (Wei Xu, 2021)",
    since=None,
    differs="Every node may demote to all nodes of the next slower class, and prefers the best of them.",
    rules=POSTED.rules,
    build_order=tier_sets.set_tier_targets,
    result=results.classes,
    masks=SET_MASKS,
    arrays=SETS,
)
LOCAL_TIER_SETS = replace(
    TIER_SETS,
    name="local-tier-sets",
    kernels="no kernel; a policy from the same discussion",
    summary="sets within a socket",
    differs="Every node may demote only to nodes of the next slower class in its own socket.",
    build_order=tier_sets.set_local_tier_targets,
)

VERSIONS = (POSTED, *RELEASES, FALLBACK_LISTS, TIER_SETS, LOCAL_TIER_SETS)
