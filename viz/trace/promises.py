"""What the comments of patch 02/10 say of readers, in our words, and for which readers it is true."""

from __future__ import annotations

from typing import NamedTuple

from viz.kernel.readers import Protocol


class Promise(NamedTuple):
    """A statement, and for which protocols it holds of one read, of a snapshot, and of a walk; None: not meant."""

    told: str
    read: frozenset[Protocol]
    snapshot: frozenset[Protocol] | None
    walk: frozenset[Protocol] | None


_ALL: frozenset[Protocol] = frozenset(("in-place", "barrier", "grace-walk", "grace-hop"))
_DISABLING = _ALL - {"in-place"}
_ONE_SECTION: frozenset[Protocol] = frozenset(("grace-walk",))

PROMISES = (
    Promise(
        "Old and new targets are never seen together: what is seen is the old order or the new one, with gaps.",
        _ALL,
        _DISABLING,
        _ONE_SECTION,
    ),
    Promise("There is one bad turn at most, so whoever goes round does it once.", _ALL, _DISABLING, _DISABLING),
    Promise("READ_ONCE(): what was read stays one value, however often it is used.", _ALL, None, None),
)


def kept(protocol: Protocol) -> list[dict[str, str | bool | None]]:
    """Every statement with whether it holds for each kind of reader under that protocol, JSON-ready."""
    return [
        {"told": one.told, **{kind: _holds(protocol, getattr(one, kind)) for kind in ("read", "snapshot", "walk")}}
        for one in PROMISES
    ]


def _holds(protocol: Protocol, where: frozenset[Protocol] | None) -> bool | None:
    return None if where is None else protocol in where
