"""The Host names that a server answers to.

A page of another site can point a name of its own at 127.0.0.1 once the browser has loaded it, and then read what a
server there answers. A server that listens on a loopback address answers to loopback names alone.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Hosts:
    """Which names are answered: all of them, or those of the loopback and `allowed`."""

    only_loopback: bool = False
    allowed: Collection[str] = ()

    @classmethod
    def of(cls, address: str, allowed: Collection[str] = ()) -> Hosts:
        """Return the names for a server that listens at `address`, a name or a number."""
        return cls(is_loopback(address), tuple(name.lower() for name in allowed))

    def answers_to(self, host: str) -> bool:
        """Whether a request with this Host header, which may end with a port, is answered."""
        if not self.only_loopback:
            return True
        name = _without_port(host).lower().rstrip(".")
        return is_loopback(name) or name in self.allowed


def is_loopback(name: str) -> bool:
    """Whether a name or a number stands for this machine alone."""
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
