"""Define the icon of the page."""

from __future__ import annotations

from urllib.parse import quote

ICON = "data:image/svg+xml," + quote(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='7' fill='#2151d1'/>"
    "<path d='M9 7h14M9 16h14M9 25h14M16 8.5v5m-2.4-2.4 2.4 2.4 2.4-2.4M16 17.5v5m-2.4-2.4 2.4 2.4 2.4-2.4' fill='none'"
    " stroke='#fff' stroke-width='2.6' stroke-linecap='round' stroke-linejoin='round'/></svg>"
)
"""The icon of the page, as a data URL: a browser that fetched it later might find that the server is gone."""
