"""What differs between kernels in what happens to pages; where pages may go is the order's business."""

from __future__ import annotations

from dataclasses import dataclass

from viz.kernel.releases import release_of, row_of
from viz.kernel.rules.what_if import split_name
from viz.kernel.versions import Version

Release = tuple[int, int]
RELEASE_OF_ROW: dict[str, Release] = {"rfc2022": (5, 18), "random-member": (6, 18)}
"""The release around rows that no release stands for; the others behave like the first release with demotion."""
FIRST: Release = (5, 15)


@dataclass(frozen=True)
class Behaviour:
    """What a kernel does with pages; docs/pressure.md has the release of each change."""

    release: Release
    falls_back: bool
    """From 6.1: what does not fit on the target goes to any other slower node. Before: it stays."""
    loses_filter: bool
    """From 6.1 to 6.19: once a page of a list is on the target, the rest of that list may go anywhere."""
    skips_awake: bool
    """From 6.18: the first look for free pages passes over nodes whose kswapd is awake."""
    counts_proactive: bool
    """From 6.15: proactive demotion has a counter of its own."""
    keeps_proactive: bool
    """From 6.2: proactive reclaim does not swap what could not be demoted."""
    cgroup_demotes: bool
    """From 5.19: reclaim for a cgroup demotes, and memory.reclaim exists."""
    promo: bool
    """From 5.18: with numa_balancing 2, kswapd frees up to the promo watermark."""
    toggle_wakes: bool
    """From 6.18: turning demotion on lets a kswapd that gave up try again."""
    off_while_leaving: bool
    """To 6.0: demotion is off while memory leaves."""

    @classmethod
    def of(cls, version: Version, asked: str) -> Behaviour:
        """Return what the kernel does that `asked` names and whose row is `version`.

        Changed rules, and a person's own file, leave all of that as it is in the row that they start from.
        """
        row = row_of(version.row) if version.row else version
        named = None if version.patch else release_of(split_name(asked)[0])
        release = named or row.since or RELEASE_OF_ROW.get(row.name, FIRST)
        return cls(
            release,
            falls_back=release >= (6, 1),
            loses_filter=(6, 1) <= release < (7, 0),
            skips_awake=release >= (6, 18),
            counts_proactive=release >= (6, 15),
            keeps_proactive=release >= (6, 2),
            cgroup_demotes=release >= (5, 19),
            promo=release >= (5, 18),
            toggle_wakes=release >= (6, 18),
            off_while_leaving=release < (6, 1),
        )
