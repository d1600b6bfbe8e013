"""Write parts of a content security policy."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"
"""The content security policy of the worker that runs Python: it alone may start wasm, and it may fetch nothing."""


def csp_hash(script: str) -> str:
    """Return the hash by which a content security policy allows a script that is inline in the page."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
