"""Asking a server what a page asks it."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

Reply = tuple[int, bytes]


def body(request: object, answer: str = "play", asking: str = "request") -> dict[str, Any]:
    """What Dash's own script sends for a change of a store."""
    return {
        "output": f"{answer}.data",
        "outputs": {"id": answer, "property": "data"},
        "inputs": [{"id": asking, "property": "data", "value": request}],
        "changedPropIds": [f"{asking}.data"],
    }


def ask(url: str, request: object) -> tuple[int, dict[str, Any]]:
    """The status, and what to play; `url` is the page's, with a slash at its end."""
    status, data = send(url, json.dumps(body(request)))
    return status, json.loads(data)["response"]["play"]["data"] if status == 200 else {}


def send(url: str, data: Any, path: str = "_dash-update-component", **headers: str) -> Reply:
    """The status and the body of the reply to a POST; an iterable is sent in chunks."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.netloc, timeout=60)
    try:
        headers = {"Content-Type": "application/json", **headers}
        connection.request("POST", f"{where.path}{path}", data, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()
