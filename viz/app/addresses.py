"""Find the address under which the requests of a client are counted.

a client on another machine      its IP address; with IPv6 its /64 network, because one client has all of that
a client on this machine         one address for each connection, because it may be a proxy with many users behind it
a client behind a trusted proxy  the address that the proxy reports
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Addresses:
    """The rules that say which address a request counts for.

    If there are trusted proxies, all clients on this machine that are not behind a trusted proxy share one address.
    """

    trusted_proxies: tuple[str, ...] = ()

    def of_connection(self, peer: tuple[Any, ...] | None) -> str:
        """Return the address that a connection counts for; each connection of a proxy has an address of its own."""
        if not peer:
            return ""
        host, port = str(peer[0]), peer[1]
        return f"{host} {port}" if self._is_proxy(host) else counted_address(host)

    def of_request(self, scope: Mapping[str, Any]) -> str:
        """Return the address that an ASGI request counts for.

        If a trusted proxy has sent the request, uvicorn has already set "client" to the address in its headers.
        """
        if not scope.get("client"):
            return ""
        host, port = scope["client"]
        return f"{host} {port}" if not self.trusted_proxies and _is_loopback(host) else counted_address(host)

    def _is_proxy(self, host: str) -> bool:
        if not self.trusted_proxies:
            return _is_loopback(host)
        return any(_is_in(host, proxy) for proxy in self.trusted_proxies)


def counted_address(host: str) -> str:
    """Return the address under which a numeric address is counted: an IPv4 address itself, or the /64 network of IPv6.

    Any other text is returned as it is.
    """
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
