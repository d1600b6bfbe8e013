"""Test which row of VERSIONS each kernel release maps to."""

from __future__ import annotations

import pytest

from viz.kernel.releases import UnknownVersion, version
from viz.kernel.versions import VERSIONS


@pytest.mark.parametrize(
    ("release", "row"),
    [
        ("posted", "posted"),
        ("rfc2022", "rfc2022"),
        ("v5.15", "v5.15"),
        ("5.15.0-91-generic", "v5.15"),
        ("v5.15-rc1", "posted"),
        ("v5.15-rc6", "posted"),
        ("v5.15-rc7", "v5.15"),
        ("v5.16-rc1", "v5.16"),
        ("v5.17-rc1", "v5.17.7"),
        ("5.17.0", "v5.17.7"),
        ("5.17.7-200.fc35.x86_64", "v5.17.7"),
        ("5.17", "v5.17"),
        ("5.17.0-3-amd64", "v5.17"),
        ("5.17.8", "v5.17"),
        ("5.18", "v5.18"),
        ("v5.19", "v6.0"),
        ("6.0.12", "v6.0"),
        ("v6.1", "v6.1"),
        ("6.1.192", "v6.1"),
        ("6.1.0-37-amd64", "v6.1"),
        ("v6.6", "v6.1"),
        ("6.7", "v6.7"),
        ("6.10.14", "v6.7"),
        ("v6.11", "v6.11"),
        ("v6.12", "v6.11"),
        ("6.12", "v6.11"),
        ("6.12.42", "v6.11"),
        ("6.12.43", "v6.12.43"),
        (" V6.12.117+deb13-amd64 ", "v6.12.43"),
        ("6.15.11", "v6.11"),
        ("6.16.12", "v6.16"),
        ("6.17-rc1", "v6.17"),
        ("6.19", "v6.17"),
        ("7.0", "v7.0"),
        ("7.3.4+deb13-amd64", "v7.0"),
        ("7.20", "v7.0"),
        ("8.0", "v7.0"),
        ("random-member", "random-member"),
    ],
)
def test_a_release_maps_to_its_row(release: str, row: str) -> None:
    assert version(release).name == row


@pytest.mark.parametrize(
    "release", ["v5.14", "4.19.0", "5.20", "6.20", "v6", "", "latest", "6.1; rm", "\x1b[31m6.1", "٦.1"]
)
def test_an_unknown_release_is_refused(release: str) -> None:
    with pytest.raises(UnknownVersion) as refused:
        version(release)
    assert all(row.name in str(refused.value) for row in VERSIONS)
    assert "\n" not in str(refused.value)
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize("kernel", ["v5.15\n", "v5.15\t", "\nposted", "v6.1\r", "v5.15\n6.1"])
def test_a_release_with_a_line_end_is_refused(kernel: str) -> None:
    with pytest.raises(UnknownVersion):
        version(kernel)


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("v6.1", True),
        ("v5.17", False),
        ("v5.17 + targets=next-class", True),
        ("v5.17 + targets=one", False),
        ("posted + start=fastest-tier", True),
        ("tier-sets", False),
    ],
)
def test_the_order_depends_on_tiers_from_6_1_on_or_by_a_changed_rule(name: str, reads: bool) -> None:
    assert version(name).reads_tiers is reads
