"""Send requests to a server as a page does."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

Reply = tuple[int, bytes]


def body(request: object, answer: str = "play", store: str = "request") -> dict[str, Any]:
    """Return the body that Dash's own script sends when `request` is put into the dcc.Store with the id `store`."""
    return {
        "output": f"{answer}.data",
        "outputs": {"id": answer, "property": "data"},
        "inputs": [{"id": store, "property": "data", "value": request}],
        "changedPropIds": [f"{store}.data"],
    }


def ask(url: str, request: object) -> tuple[int, dict[str, Any]]:
    """Request a run, and return the HTTP status and the run. The run is {} if the status is not 200.

    `url` is the address of the page with a slash at its end.
    """
    status, data = send(url, json.dumps(body(request)))
    return status, json.loads(data)["response"]["play"]["data"] if status == 200 else {}


def send(url: str, data: Any, path: str = "_dash-update-component", **headers: str) -> Reply:
    """Send a POST request, in chunks if `data` is an iterable; return the status and the body of the reply."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        headers = {"Content-Type": "application/json", **headers}
        connection.request("POST", f"{parts.path}{path}", data, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()
