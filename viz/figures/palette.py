"""Hold the colours of the light and the dark theme by their roles, and write them as CSS variables."""

from __future__ import annotations

from typing import NamedTuple


class Tone(NamedTuple):
    """A colour in the light theme and in the dark one."""

    light: str
    dark: str


ROLES = {
    "page": Tone("#f4f6f8", "#0c1014"),
    "panel": Tone("#ffffff", "#151b22"),
    "socket": Tone("#f1f4f7", "#0f141a"),
    "card": Tone("#ffffff", "#1b232c"),
    "line": Tone("#d8dee5", "#2b3540"),
    "edge": Tone("#8a96a3", "#5f6d7b"),
    "ink": Tone("#14181d", "#e8edf3"),
    "soft": Tone("#55606d", "#9ba8b6"),
    "accent": Tone("#2151d1", "#86a8ff"),
    "on-accent": Tone("#ffffff", "#0c1014"),
    "this-pass": Tone("#b45309", "#f5a742"),
    "this-pass-fill": Tone("#fff3e0", "#3a2810"),
    "next-pass": Tone("#0b7a5b", "#3ecf9f"),
    "next-pass-fill": Tone("#e0f5ed", "#0f3529"),
    "used": Tone("#5b6673", "#a0acb9"),
    "gone-fill": Tone("#dde3e9", "#090c10"),
    "used-fill": Tone("#e6eaef", "#2a333d"),
    "half-built": Tone("#fff3e0", "#3a2810"),
    "current-line": Tone("#fff0bf", "#40340f"),
    "last-line": Tone("#fffaea", "#231f10"),
    "keyword": Tone("#7028c9", "#c79bff"),
    "string": Tone("#55606d", "#9ba8b6"),
    "error": Tone("#b3261e", "#ff8a80"),
    "error-fill": Tone("#fdeceb", "#3b1513"),
}

PRESENTED = {
    "page": Tone("#ffffff", "#000000"),
    "panel": Tone("#ffffff", "#000000"),
    "socket": Tone("#b8b8b8", "#2b2b2b"),
    "card": Tone("#ffffff", "#000000"),
    "line": Tone("#6b6b6b", "#9a9a9a"),
    "edge": Tone("#3a3a3a", "#d0d0d0"),
    "ink": Tone("#000000", "#ffffff"),
    "soft": Tone("#000000", "#ffffff"),
    "accent": Tone("#0a1a5c", "#c9d6ff"),
    "on-accent": Tone("#ffffff", "#000000"),
    "this-pass": Tone("#4a2300", "#ffb84d"),
    "this-pass-fill": Tone("#4a2300", "#ffb84d"),
    "next-pass": Tone("#003325", "#4ee0b0"),
    "next-pass-fill": Tone("#003325", "#4ee0b0"),
    "used": Tone("#3a3a3a", "#d0d0d0"),
    "gone-fill": Tone("#b8b8b8", "#2b2b2b"),
    "used-fill": Tone("#2b2b2b", "#c8c8c8"),
    "half-built": Tone("#b8b8b8", "#808080"),
    "current-line": Tone("#e2b700", "#3a2c00"),
    "last-line": Tone("#ffffff", "#000000"),
    "keyword": Tone("#33105c", "#e6d6ff"),
    "string": Tone("#000000", "#ffffff"),
    "error": Tone("#5a0a05", "#ffc9c4"),
    "error-fill": Tone("#ffffff", "#000000"),
}
"""The colours of presenter mode in place of those of ROLES.

A projector in a room that is not dark mixes every colour with white. These colours can still be told apart then: text
has a contrast of 4.5 to what is behind it, and a state one of 1.5 to the other states (tests/figures/test_palette.py).
"""

CHAINS = (
    Tone("#2151d1", "#86a8ff"),
    Tone("#a21caf", "#f0abfc"),
    Tone("#0e7490", "#67e8f9"),
    Tone("#be123c", "#fda4af"),
    Tone("#4d7c0f", "#bef264"),
    Tone("#6d28d9", "#c4b5fd"),
    Tone("#92400e", "#fcd34d"),
    Tone("#334155", "#cbd5e1"),
)
"""The tint of each chain; the ninth chain has the first tint again."""


TONES = {**ROLES, **{f"chain-{index}": tone for index, tone in enumerate(CHAINS)}}
"""The tones of all roles, and of all chains as "chain-0" and so on."""


def css() -> str:
    """Return the CSS of all variables; `data-theme` on the root element chooses the theme, or else the system does."""
    light, dark = (_variables(colours(theme)) for theme in (0, 1))
    shown, dark_shown = (_variables(presented(theme)) for theme in (0, 1))
    return (
        f":root{{color-scheme:light;{light}}}"
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{color-scheme:dark;{dark}}}}}'
        f':root[data-theme="dark"]{{color-scheme:dark;{dark}}}'
        f":root[data-presenter]{{{shown}}}"
        "@media (prefers-color-scheme:dark)"
        f'{{:root[data-presenter]:not([data-theme="light"]){{{dark_shown}}}}}'
        f':root[data-presenter][data-theme="dark"]{{{dark_shown}}}'
    )


def colours(theme: int) -> dict[str, str]:
    """Return the colour of every variable in a theme: 0 is light, 1 is dark."""
    return {name: tone[theme] for name, tone in TONES.items()}


def presented(theme: int) -> dict[str, str]:
    """Return the colour of every variable that has another one in presenter mode."""
    return {name: tone[theme] for name, tone in PRESENTED.items()}


def _variables(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in values.items())


def colour(name: str, dark: bool) -> str:
    """Return the colour of a role in the dark theme or in the light one."""
    return TONES[name].dark if dark else TONES[name].light


def mixed_with_panel(name: str, dark: bool, share: float) -> str:
    """Return a mixture of a role's colour and the panel's, on which text can be read; `share` is the role's part."""
    pairs = zip(*(bytes.fromhex(colour(tone, dark)[1:]) for tone in (name, "panel")), strict=True)
    return "#" + bytes(round(share * own + (1 - share) * panel) for own, panel in pairs).hex()
