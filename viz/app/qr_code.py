"""Draw an address as a QR code, which a phone reads with its camera. segno, of the extra `media`, computes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segno import QRCode

    from viz.app.service import Request, Service

MAX_ADDRESS = 1_273
"""The largest number of characters of an address: what a QR code of version 25 holds. A larger code has dots that are
too small for a phone some metres away."""
ADDRESS = re.compile(r"https?://[!-~]+")
LONG = 200
"""The number of characters from which on a code has the mask MASK. Shorter codes have the best of the eight masks, but
comparing masks takes four fifths of the work, and a phone can read a code with any mask."""
MASK = 2
BORDER = 4
"""The width of the white border, in dots, as the standard demands."""
NO_SEGNO = "A QR code needs the package segno: pip install 'tierscope[media]'."
HALVES = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""The character for two dots, one above the other, that are dark or light. Terminals are dark, so light is drawn."""


class NoQrCode(ValueError):
    """The error that says in one line why there is no QR code."""


def qr(_service: Service, question: Request) -> dict[str, Any]:
    """Return the QR code of the "address" in a question as an SVG element; raise NoQrCode if there is none."""
    address = question.get("address")
    return {"svg": as_svg(address if isinstance(address, str) else "")}


def as_svg(address: str) -> str:
    """Return the QR code of an address as an SVG element, dark on white; raise NoQrCode if there is none."""
    return _code(address).svg_inline(border=BORDER, omitsize=True, dark="#000", light="#fff", svgclass="", lineclass="")


def as_text(address: str) -> str:
    """Return the QR code of an address as lines for a terminal with light letters; raise NoQrCode if there is none."""
    rows = [[bool(dot) for dot in row] for row in _code(address).matrix_iter(border=BORDER)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(HALVES[dots] for dots in zip(*pair, strict=True)) for pair in pairs)


def _code(address: str) -> QRCode:
    if not ADDRESS.fullmatch(address):
        raise NoQrCode("A QR code is of an address, such as https://tierscope.example.org/.")
    if len(address) > MAX_ADDRESS:
        length = f"{len(address):,} characters, and {MAX_ADDRESS:,} can be read from some metres away"
        raise NoQrCode(f"This link is too long for a QR code: it has {length}.")
    try:
        import segno
    except ImportError:
        raise NoQrCode(NO_SEGNO) from None
    mask = None if len(address) <= LONG else MASK
    return segno.make_qr(address, error="l", boost_error=True, mask=mask)
