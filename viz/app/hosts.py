"""Decide to which Host names a server answers.

A page of another site can make its own host name resolve to 127.0.0.1 after the browser has loaded the page, and then
read the answers of a local server (DNS rebinding). A server that listens on a loopback address therefore answers only
to loopback names.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Hosts:
    """The Host names to which a server answers: all or, if `only_loopback`, loopback names and those in `allowed`."""

    only_loopback: bool = False
    allowed: Collection[str] = ()

    @classmethod
    def of(cls, address: str, allowed: Collection[str] = ()) -> Hosts:
        """Return the names for a server that listens at `address`, a host name or an IP address."""
        return cls(is_loopback(address), tuple(name.lower() for name in allowed))

    def answers_to(self, host: str) -> bool:
        """Return whether a request with this Host header is answered; the header may end with a port."""
        if not self.only_loopback:
            return True
        name = _without_port(host).lower().rstrip(".")
        return is_loopback(name) or name in self.allowed


def is_loopback(name: str) -> bool:
    """Return whether a host name or an IP address is that of a loopback interface."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
