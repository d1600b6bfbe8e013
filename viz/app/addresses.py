"""The addresses that shares are counted by.

of a client elsewhere               its own; of IPv6 the network of 64 bits, which one client has as a whole
of a client on this machine         one for each connection: a proxy may stand there, with a hall behind it
of a client behind a trusted proxy  what the proxy says
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Addresses:
    """How clients are told apart. Once proxies are named, this machine counts as one address like any other."""

    trusted_proxies: tuple[str, ...] = ()

    def of_connection(self, peer: tuple[Any, ...] | None) -> str:
        """Return the address of a connection; a trusted proxy's connections count one by one."""
        host, port = (str(peer[0]), peer[1]) if peer else ("", 0)
        return f"{host} {port}" if self._counts_one_by_one(host) else share(host)

    def of_request(self, scope: Mapping[str, Any]) -> str:
        """Return the address of an ASGI request, after the headers of trusted proxies have been heeded."""
        host, port = scope.get("client") or ("", 0)
        return f"{host} {port}" if not self.trusted_proxies and _is_loopback(host) else share(host)

    def _counts_one_by_one(self, host: str) -> bool:
        if not self.trusted_proxies:
            return _is_loopback(host)
        return any(_is_in(host, proxy) for proxy in self.trusted_proxies)


def share(host: str) -> str:
    """Return what a numeric address is counted as."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6 and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network(f"{host}/64", strict=False)) if address.version == 6 else host


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_in(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return host == network
