"""Find the row of versions.py for a kernel, by its release or by the row's name."""

from __future__ import annotations

import re
from functools import lru_cache

from viz.kernel.rules import own_files
from viz.kernel.rules.what_if import split_name, what_if
from viz.kernel.version import UnknownVersion as UnknownVersion
from viz.kernel.versions import (
    FORMER_NAMES,
    LOSES_REFUSED,
    POSTED,
    RANDOM_MEMBER,
    RELEASES,
    RFC2022,
    V6_12_43,
    VERSIONS,
    Version,
)

RELEASED = (
    POSTED,
    *(
        row
        for row in RELEASES
        if row.name not in (RFC2022.name, RANDOM_MEMBER.name)
    ),
)
"""The row of the patch as mailed, and all rows whose code a release of Linux runs."""

LAST_MINOR = {5: 19, 6: 19}
"""The last release of each series that has ended: 5.19 was followed by 6.0, and 6.19 by 7.0."""

FIXED_IN_RC = 7
"""The first release candidate of 5.15 that no longer has the code as posted."""

FIXED_IN_STABLE = 8
"""The stable release of 5.17 that first put refused nodes back; 5.18 always did."""

WIDER_IN_STABLE = 43
"""The stable release of 6.12 that first computed abstract distances in 64 bits."""

RELEASE = re.compile(
    r"v?(\d{1,2})\.(\d{1,2})(?:\.(?P<stable>\d{1,4}))?(?:-rc(?P<rc>\d{1,2}))?(?P<build>[-+~.][\w.+~-]{0,60})?",
    re.ASCII,
)

ROWS = {row.name: row for row in VERSIONS}
"""All rows by name."""


def version(text: str) -> Version:
    """Return the row for a kernel, named by the row ("posted") or by any release from 5.15 on ("6.1.192-amd64").

    Changed rules can follow, as in "v5.15 + used=per-source"; the row is then changed accordingly. Raise UnknownVersion
    if there is no such row or rule.
    """
    return own_files.current(text.strip(" "), of_table) or of_table(text)


def of_table(text: str) -> Version:
    """Return a row of the table, or a row with changed rules, but never a version from a person's own file."""
    return ROWS.get(text) or (_changed(text) if "=" in text else row_of(text))


@lru_cache(64)
def _changed(text: str) -> Version:
    """Return a row with changed rules. It is cached because every sentence of a run looks it up by name."""
    kernel, changes = split_name(text.strip(" "))
    return what_if(own_files.current(kernel, row_of) or row_of(kernel), changes)


def named_kernel(kernel: str | None, usual: str) -> str:
    """Return `kernel`, or `usual` if it is None. Changes without a kernel ("+ tie=id") are added to `usual`."""
    if not kernel:
        return usual
    return f"{usual} {kernel}".rstrip(" +") if kernel.lstrip(" ").startswith("+") else kernel


def row_of(text: str) -> Version:
    """Return the row of the table that stands for a kernel."""
    text = text.strip(" ")
    for row in VERSIONS:
        if text.lower() in (row.name, row.name.lstrip("v")):
            return row
    for name, row in FORMER_NAMES.items():
        if text.lower() in (name, name.lstrip("v")):
            return row
    match = RELEASE.fullmatch(text.lower())
    if not match:
        raise UnknownVersion(
            f"unknown kernel {text[:40]!r}: {_rows()}"
        )
    release = int(match[1]), int(match[2])
    if release < (5, 15):
        raise UnknownVersion(
            f"kernel {text[:40]!r} has no node_demotion[]: {_rows()}"
        )
    if not _may_exist(*release):
        raise UnknownVersion(
            f"there was no kernel {text[:40]!r}: {_rows()}"
        )
    if (
        release == (5, 15)
        and match["rc"]
        and int(match["rc"]) < FIXED_IN_RC
    ):
        return POSTED
    if release == (5, 17) and _loses_refused(match):
        return LOSES_REFUSED
    if (
        release == (6, 12)
        and int(match["stable"] or 0) >= WIDER_IN_STABLE
    ):
        return V6_12_43
    return [
        row
        for row in VERSIONS
        if row.since and row.since <= release
    ][-1]


def release_of(text: str) -> tuple[int, int] | None:
    """Return the release that a text names, such as (6, 12) for "v6.12.43"; None if it names none."""
    match = RELEASE.fullmatch(text.strip(" ").lower())
    return (int(match[1]), int(match[2])) if match else None


def _may_exist(major: int, minor: int) -> bool:
    """Return whether a kernel of this number can exist, as far as this module knows.

    A number above the newest row can exist, and then the newest row stands for it. In a series that has ended, a number
    above the last release cannot exist, unless a row begins even later in that series.
    """
    begun = [
        row.since[1]
        for row in VERSIONS
        if row.since and row.since[0] == major
    ]
    return major not in LAST_MINOR or minor <= max(
        LAST_MINOR[major], *begun
    )


def _loses_refused(release: re.Match[str]) -> bool:
    """Return whether a release of 5.17 is older than 5.17.8, which put refused nodes back.

    The "5.17.0-1-generic" of a distribution does not tell its stable release, and counts as newer.
    """
    numbered = release["stable"] is not None and not (
        int(release["stable"]) == 0 and release["build"]
    )
    return release["rc"] is not None or (
        numbered and int(release["stable"]) < FIXED_IN_STABLE
    )


def _rows() -> str:
    rows = ", ".join(
        f"{row.name} ({row.kernels})" for row in VERSIONS
    )
    return f"give a release from v5.15 on, or one of {rows}"
