"""One table: a kernel version is its zonelist rules, its barrier, its triggers and its way to build the order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from viz.kernel.machine import Machine, Rules, Triggers
from viz.kernel.memory import Routine
from viz.kernel.migrate import disable_all_migrate_targets, set_migration_target_nodes


@dataclass(frozen=True)
class Version:
    """A row: all the kernels it stands for compute the same."""

    name: str
    kernels: str
    since: tuple[int, int] | None
    """The first release, or None for a patch that was only posted."""
    differs: str
    """What it does that the row before does not, in one line."""
    rules: Rules
    build_order: Callable[[Machine], Routine[None]] | None
    """None: this program does not build the order of these kernels yet."""
    triggers: Triggers
    """Which events rebuild it."""
    disable: Callable[[Machine], Routine[None]] = disable_all_migrate_targets
    """What takes all targets away while memory is leaving."""
    masks: tuple[str, ...] = ("this_pass", "next_pass", "used_targets")
    """The local variables of build_order that are registers on the page."""
    arrays: tuple[str, ...] = ("node_demotion",)
    """The shared arrays that it stores to."""


AS_POSTED = Triggers(memory="block", cpu="any, early")
AS_MERGED = Triggers(memory="node", cpu="any")
SINCE_5_18 = Triggers(memory="node", cpu="N_CPU")
SINCE_6_1 = Triggers(memory="node", cpu="never", disables=False, lock="memory_tier_lock")
SINCE_6_7 = Triggers(memory="node", cpu="never", disables=False, ghost=False, lock="memory_tier_lock")

POSTED = Version(
    name="posted",
    kernels="patch 02/10 of April 2021",
    since=None,
    differs="The patch as mailed: disable, smp_wmb(), then the passes. Patch 03/10 of the same series made the "
    "barrier a grace period; both give the same order.",
    rules=Rules("set", "online", True, "smp_wmb()"),
    build_order=set_migration_target_nodes,
    triggers=AS_POSTED,
)

VERSIONS = (
    POSTED,
    Version(
        name="v5.15",
        kernels="5.15",
        since=(5, 15),
        differs="As merged: synchronize_rcu() in place of the write barrier. The passes are the same.",
        rules=Rules("set", "online", True, "synchronize_rcu()"),
        build_order=set_migration_target_nodes,
        triggers=AS_MERGED,
    ),
    Version(
        name="v5.16",
        kernels="5.16",
        since=(5, 16),
        differs="Zonelists add to node_load[] where they overwrote it before, so ties can go the other way.",
        rules=Rules("add", "online", True, "synchronize_rcu()"),
        build_order=set_migration_target_nodes,
        triggers=AS_MERGED,
    ),
    Version(
        name="v5.17",
        kernels="5.17",
        since=(5, 17),
        differs="A node may have up to 15 equally near targets.",
        rules=Rules("add", "online", True, "synchronize_rcu()"),
        build_order=None,
        triggers=AS_MERGED,
    ),
    Version(
        name="v5.18",
        kernels="5.18",
        since=(5, 18),
        differs="Zonelists are built for possible nodes that are not online, too.",
        rules=Rules("add", "possible", True, "synchronize_rcu()"),
        build_order=None,
        triggers=SINCE_5_18,
    ),
    Version(
        name="v6.0",
        kernels="5.19, 6.0",
        since=(5, 19),
        differs="Every charge to node_load[] is 1.",
        rules=Rules("one", "possible", True, "synchronize_rcu()"),
        build_order=None,
        triggers=SINCE_5_18,
    ),
    Version(
        name="rfc2022",
        kernels="a patch of April 2022 on 5.18, never merged",
        since=None,
        differs="Sources of one pass may share their targets.",
        rules=Rules("add", "possible", True, "synchronize_rcu()"),
        build_order=None,
        triggers=SINCE_5_18,
    ),
    Version(
        name="v6.1",
        kernels="6.1 to 6.6",
        since=(6, 1),
        differs="Memory tiers: every node may demote to the nearest nodes of the next slower tier.",
        rules=Rules("one", "possible", True, "synchronize_rcu()"),
        build_order=None,
        triggers=SINCE_6_1,
    ),
    Version(
        name="v6.12",
        kernels="6.7 and newer",
        since=(6, 7),
        differs="A node without memory no longer stands in its own zonelist.",
        rules=Rules("one", "possible", False, "synchronize_rcu()"),
        build_order=None,
        triggers=SINCE_6_7,
    ),
)

LAST_MINOR = {5: 19, 6: 19, 7: 19}
"""The numbering of releases: 5.19 was followed by 6.0, 6.19 by 7.0; of 7 the end is not known yet."""

FIXED_IN_RC = 7
"""5.15 ran the code as posted until its seventh release candidate."""

RELEASE = re.compile(r"v?(\d{1,2})\.(\d{1,2})(?:\.\d{1,4})?(?:-rc(\d{1,2}))?(?:[-+~.][\w.+~-]{0,60})?", re.ASCII)


class UnknownVersion(ValueError):
    """No row stands for that kernel; the message is one line and lists the rows."""


def version(text: str) -> Version:
    """The row that stands for a kernel: by its name ("posted"), or any release from 5.15 on ("6.1.192-amd64")."""
    text = text.strip()
    for row in VERSIONS:
        if text.lower() in (row.name, row.name.lstrip("v")):
            return row
    match = RELEASE.fullmatch(text.lower())
    if not match:
        raise UnknownVersion(f"unknown kernel {text[:40]!r}: {_rows()}")
    release = int(match[1]), int(match[2])
    if release < (5, 15):
        raise UnknownVersion(f"kernel {text[:40]!r} has no node_demotion[]: {_rows()}")
    if release[1] > LAST_MINOR.get(release[0], -1):
        raise UnknownVersion(f"unknown kernel {text[:40]!r}: {_rows()}")
    if release == (5, 15) and match[3] and int(match[3]) < FIXED_IN_RC:
        return POSTED
    return [row for row in VERSIONS if row.since and row.since <= release][-1]


def _rows() -> str:
    rows = ", ".join(f"{row.name} ({row.kernels})" for row in VERSIONS)
    return f"give a release from v5.15 on, or one of {rows}"
