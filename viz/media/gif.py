"""Put pictures into a GIF with Pillow."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from viz.media import NoBackground, NoMedia
from viz.media.pixels import png, size_of

if TYPE_CHECKING:
    from PIL.Image import Image

COLOURS = 128
"""The number of colours of a GIF; a stage has a dozen, and the edges of its letters need the others."""
UNIT = 10
"""The milliseconds of which the times in a GIF are multiples."""


def gif(pictures: Iterable[tuple[str, float]], width: int) -> bytes:
    """Return a GIF that repeats pictures: each an SVG file, with the milliseconds for which it is seen.

    Raise NoMedia if a package is missing, TooManyPixels if the pictures are too large, NoBackground if they have none.
    """
    try:
        from PIL import Image
    except ImportError:
        raise NoMedia("pillow") from None
    drawn: list[Image.Image] = []
    lengths: list[int] = []
    for image, length in _distinct(_drawn(pictures, width)):
        drawn.append(image.quantize(COLOURS, dither=Image.Dither.NONE))
        lengths.append(max(2, round(length / UNIT)) * UNIT)
    file = io.BytesIO()
    drawn[0].save(file, "GIF", save_all=True, append_images=drawn[1:], duration=lengths, loop=0, optimize=False)
    return file.getvalue()


def _drawn(pictures: Iterable[tuple[str, float]], width: int) -> Iterator[tuple[Image, float]]:
    from PIL import Image

    for svg, length in pictures:
        data = png(svg, width / size_of(svg)[0])
        image = Image.open(io.BytesIO(data))
        if image.has_transparency_data and image.getchannel("A").getextrema() != (255, 255):
            raise NoBackground
        yield image.convert("RGB"), length


def _distinct(pictures: Iterable[tuple[Image, float]]) -> Iterator[tuple[Image, float]]:
    """Yield the pictures; equal ones that follow each other are one picture, which is seen for as long as all."""
    shown, lasted = None, 0.0
    for image, length in pictures:
        if shown is not None and image.tobytes() != shown.tobytes():
            yield shown, lasted
            lasted = 0.0
        shown, lasted = image, lasted + length
    if shown is not None:
        yield shown, lasted
