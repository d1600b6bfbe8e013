"""Say how many examples hypothesis tries, as a share of what the run tries by default."""

from __future__ import annotations

from hypothesis import settings


def examples(share: float) -> settings:
    """Return a decorator: try `share` times as many examples as other tests, of which tests/conftest.py has the number.

    A plain number of examples would be the same in a run without slow tests as in one with them.
    """
    return settings(max_examples=round(settings().max_examples * share))
