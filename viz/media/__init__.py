"""Pictures as pixels: PNG and GIF. The extra `media` has the packages that this needs."""

from __future__ import annotations


class NoMedia(Exception):
    """The error that a package of the extra `media` is missing; its message is one line."""

    def __init__(self, package: str) -> None:
        super().__init__(f"this needs the package {package}, which is not installed: pip install 'tierscope[media]'")


class NoBackground(ValueError):
    """The error that pictures without a background are to be a GIF, whose pixels cannot be half transparent."""

    def __init__(self) -> None:
        super().__init__("a GIF needs a background: choose a theme without 'transparent', or an animated SVG")


class TooManyPixels(ValueError):
    """The error for a picture that would have more pixels than this program makes; its message is one line."""
