"""Test the page's list of kernels: a plain name for each row, and a group for those that are in no release."""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

from viz.kernel.releases import RELEASED
from viz.kernel.versions import VERSIONS
from viz.page.body import PROPOSED, body, kernel_label


def groups(kernel: str | None = None) -> dict[str, list[str]]:
    """Return the values of the options of the list of kernels, by the label of their group."""
    found = re.search(r'<select id="kernel">.*?</select>', body({"": [("a", "A")]}, kernel), re.DOTALL)
    assert found
    return {
        group.get("label", ""): [option.get("value", "") for option in group]
        for group in fromstring(found[0]).iter("optgroup")
    }


def test_what_is_in_no_release_has_a_group_of_its_own() -> None:
    found = groups()
    assert found[PROPOSED] == [row.name for row in VERSIONS if row not in RELEASED]
    assert {"rfc2022", "tier-sets", "fallback-lists"} <= set(found[PROPOSED])
    assert sorted(name for names in found.values() for name in names) == sorted(row.name for row in VERSIONS)


def test_every_version_has_a_plain_name() -> None:
    labels = [kernel_label(row) for row in VERSIONS]
    assert "v5.17: several targets" in labels
    assert len(set(labels)) == len(labels)
    assert all(row.summary and len(label) <= 64 for row, label in zip(VERSIONS, labels, strict=True))


def test_another_kernel_stands_first() -> None:
    page = body({"": [("a", "A")]}, "./mine.py")
    assert '<select id="kernel"><option value="./mine.py">./mine.py</option>' in page
    assert "./mine.py" not in str(groups("posted"))


def test_help_has_three_parts() -> None:
    page = body({"": [("a", "A")]})
    assert re.findall(r'<section id="help-(\w+)"><h3[^>]*>([^<]+)</h3>', page) == [
        ("what", "What is this?"),
        ("words", "Words"),
        ("keys", "Keys"),
    ]
