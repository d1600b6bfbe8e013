"""Test which clients count as the same client, and for which Host headers a request is answered."""

from __future__ import annotations

import pytest

from viz.app.addresses import Addresses, counted_address
from viz.app.hosts import Hosts


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_a_client_counts_as_its_address_or_network(host: str, counted: str) -> None:
    assert counted_address(host) == counted


def test_this_machine_counts_as_one_client_only_if_proxies_are_named() -> None:
    plain, behind = Addresses(), Addresses(("127.0.0.1", "10.0.0.0/8"))
    two = [("127.0.0.1", 1), ("127.0.0.1", 2)]
    assert {plain.of_connection(peer) for peer in two} == {"127.0.0.1 1", "127.0.0.1 2"}
    assert len({plain.of_request({"client": peer}) for peer in two}) == 2
    assert len({behind.of_connection(peer) for peer in two}) == 2  # the proxy's connections are two clients
    assert len({behind.of_request({"client": peer}) for peer in two}) == 1
    assert len({behind.of_connection(("10.1.2.3", port)) for port in (1, 2)}) == 2
    assert len({behind.of_connection(("127.0.0.2", port)) for port in (1, 2)}) == 1
    for addresses in (plain, behind):
        assert len({addresses.of_connection(("192.0.2.7", port)) for port in (1, 2)}) == 1
        assert addresses.of_connection(None) == addresses.of_request({}) == addresses.of_request({"client": None}) == ""


@pytest.mark.parametrize(
    ("listens", "host", "answered"),
    [
        ("127.0.0.1", "127.0.0.1:8050", True),
        ("127.0.0.1", "127.0.0.2", True),
        ("127.0.0.1", "LocalHost:1", True),
        ("127.0.0.1", "a.localhost", True),
        ("127.0.0.1", "localhost.", True),
        ("::1", "[::1]:8050", True),
        ("localhost", "127.0.0.1", True),
        ("127.0.0.1", "evil.example", False),
        ("127.0.0.1", "localhost.evil.example", False),
        ("127.0.0.1", "127.0.0.1.evil.example", False),
        ("127.0.0.1", "10.0.0.1", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "tierscope.example:80", True),
        ("0.0.0.0", "evil.example", True),
        ("192.0.2.7", "anything", True),
    ],
)
def test_on_a_loopback_address_only_loopback_names_are_answered(listens: str, host: str, answered: bool) -> None:
    assert Hosts.of(listens, ("Tierscope.Example",)).answers_to(host) is answered
