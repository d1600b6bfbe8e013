"""Define the headers that a host of a site should send, in the form of a file that some hosts read."""

from __future__ import annotations

from viz.page.content_policy import WORKER_POLICY

IMMUTABLE = "Cache-Control: public, max-age=31536000, immutable"
HEADERS = {
    "/*": (
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer",
        "Content-Security-Policy: frame-ancestors 'self'",
    ),
    "/assets/*": (IMMUTABLE,),
    "/answers/*": (IMMUTABLE,),
    "/plotly/*": (IMMUTABLE,),
    "/python/*": (IMMUTABLE, f"Content-Security-Policy: {WORKER_POLICY}"),
    "/index.html": ("Cache-Control: no-cache",),
    "/sw.js": ("Cache-Control: no-cache",),
    "/stories.json": ("Cache-Control: no-cache",),
    "/talks.json": ("Cache-Control: no-cache",),
}
"""The headers by path. docs/site.md says what each is for."""


def headers() -> bytes:
    """Return the file `_headers`, which Netlify and Cloudflare Pages read."""
    return "".join(f"{path}\n" + "".join(f"  {line}\n" for line in lines) for path, lines in HEADERS.items()).encode()
