"""Send requests to a server as a page does."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

Reply = tuple[int, bytes]


def body(request: object, answer: str = "play", asking: str = "request") -> dict[str, Any]:
    """Return the body that Dash's own script sends when the store `asking` gets a new value, the request."""
    return {
        "output": f"{answer}.data",
        "outputs": {"id": answer, "property": "data"},
        "inputs": [{"id": asking, "property": "data", "value": request}],
        "changedPropIds": [f"{asking}.data"],
    }


def ask(url: str, request: object) -> tuple[int, dict[str, Any]]:
    """Ask for a run; return the status and the run, {} unless the status is 200.

    `url` is the address of the page, with a slash at its end.
    """
    status, data = send(url, json.dumps(body(request)))
    return status, json.loads(data)["response"]["play"]["data"] if status == 200 else {}


def send(url: str, data: Any, path: str = "_dash-update-component", **headers: str) -> Reply:
    """Send a POST request; return the status and the body of the reply. If `data` is an iterable, send it in chunks."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        headers = {"Content-Type": "application/json", **headers}
        connection.request("POST", f"{parts.path}{path}", data, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()
