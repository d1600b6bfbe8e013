"""Send requests to a server as a page does."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

Reply = tuple[int, bytes]


def body(request: object, answer: str = "play", asking: str = "request") -> dict[str, Any]:
    """Return what Dash's own script sends when a store changes."""
    return {
        "output": f"{answer}.data",
        "outputs": {"id": answer, "property": "data"},
        "inputs": [{"id": asking, "property": "data", "value": request}],
        "changedPropIds": [f"{asking}.data"],
    }


def ask(url: str, request: object) -> tuple[int, dict[str, Any]]:
    """Return the status, and the answer for the player; `url` is the page's, with a slash at its end."""
    status, data = send(url, json.dumps(body(request)))
    return status, json.loads(data)["response"]["play"]["data"] if status == 200 else {}


def send(url: str, data: Any, path: str = "_dash-update-component", **headers: str) -> Reply:
    """Return the status and the body of the reply to a POST; an iterable is sent in chunks."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        headers = {"Content-Type": "application/json", **headers}
        connection.request("POST", f"{parts.path}{path}", data, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()
