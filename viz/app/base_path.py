"""Read the path below which the page is served, as an option or the environment gives it."""

from __future__ import annotations

import re

LONGEST = 200
_SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+"  # not "." or "..", which browsers remove from a URL
_PATH = re.compile(rf"/?(?:{_SEGMENT}(?:/{_SEGMENT})*/?)?")


def with_slashes(text: str) -> str:
    """Return the path with a slash at both ends: "/x/" for "x", "/x" and "/x/", and "/" for "".

    Raise ValueError if the path has more than LONGEST characters, or characters other than letters, digits, - . _ ~ and
    single slashes.
    """
    if len(text) > LONGEST or not _PATH.fullmatch(text):
        raise ValueError("give a path such as /tierscope/, of letters, digits, - . _ ~ and single slashes")
    return f"/{text.strip('/')}/".replace("//", "/")
