"""Turn an SVG file into pixels with resvg.

Its letters are those of DejaVu Sans, which the package ziafont brings, so that the picture is the same on every
machine, and one without any font has letters, too. Only for scripts that DejaVu Sans lacks are the machine's own fonts
used as well.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from viz.media import NoMedia, TooManyPixels

FONT = "DejaVu Sans"
MAX_PIXELS = 40_000_000
"""The largest number of pixels of a picture; each takes four bytes while it is drawn."""
LAST_LETTER = "\u2fff"
"""The last character for which the fonts of the machine are not looked at."""
BOLD = 0.045
"""The width of the line around bold letters, in units of the font size: the font has no bold letters of its own."""
_BOLD = re.compile(r'<text\b[^>]*\bfont-weight="[67]00"[^>]*>')
_SIZE = re.compile(r'<svg [^>]*?\bviewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')


def png(svg: str, scale: float = 1) -> bytes:
    """Return an SVG file as a PNG file with `scale` pixels for each unit of its view box.

    Raise NoMedia if a package is missing, TooManyPixels if the picture would be too large.
    """
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise NoMedia("resvg-py") from None
    width, height = (round(scale * side) for side in size_of(svg))
    if width * height > MAX_PIXELS:
        raise TooManyPixels(f"a picture of {width} x {height} pixels is too large; up to {MAX_PIXELS:,} are drawn")
    return svg_to_bytes(
        svg_string=_BOLD.sub(_thicker, svg),
        width=width,
        height=height,
        skip_system_fonts=max(svg) <= LAST_LETTER,
        font_files=[str(font_file())],
        font_family=FONT,
        sans_serif_family=FONT,
        monospace_family=FONT,
    )


def _thicker(found: re.Match[str]) -> str:
    """Return the start of a bold text with a line around its letters, in their colour."""
    tag = found[0].replace(' stroke="none"', "")
    fill, size = re.search(r'\bfill="([^"]+)"', tag), re.search(r'\bfont-size="([\d.]+)"', tag)
    if not fill or not size or ' stroke="' in tag:
        return tag
    return f'{tag[:-1]} stroke="{fill[1]}" stroke-width="{BOLD * float(size[1]):.2f}">'


def size_of(svg: str) -> tuple[float, float]:
    """Return the width and the height of an SVG file's view box."""
    found = _SIZE.search(svg)
    assert found, "every picture has a view box"
    return float(found[1]), float(found[2])


def font_file() -> Path:
    """Return the path of the font; raise NoMedia if the package that brings it is missing."""
    package = find_spec("ziafont")
    if package is None or package.origin is None:
        raise NoMedia("ziafont")
    return Path(package.origin).parent / "fonts/DejaVuSans.ttf"
