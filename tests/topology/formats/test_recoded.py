"""The ways in which a listing changes while it is handed on, over all formats that are text."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
from collections.abc import Callable

import pytest

from viz.topology import load

from .printers import PRINTERS, Facts

FACTS = Facts(
    "gaps",
    "",
    ((0, "0-1", 2**30), (1, "2-3", 3 * 2**30), (2, "", 2**31)),
    [[10, 21, 17], [21, 10, 128], [17, 128, 10]],
)
TEXTS = {name: text for name, printer in PRINTERS.items() if isinstance(text := printer(FACTS), str)}
RECODED: dict[str, Callable[[str], str | bytes]] = {
    "lf": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "cr": lambda text: text.replace("\n", "\r"),
    "bom": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "tabs": lambda text: re.sub("  +", "\t", text),
    "every blank a tab": lambda text: text.replace(" ", "\t"),
    "quoted": lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
    "quoted twice": lambda text: "".join(f">> > {line}\n" for line in text.splitlines()),
    "quoted, crlf": lambda text: "".join(f"> {line}\r\n" for line in text.splitlines()).encode(),
    "trailing blanks": lambda text: text.replace("\n", "   \n") + "\n\n",
    "gz": lambda text: gzip.compress(text.encode()),
    "bz2": lambda text: bz2.compress(text.encode()),
    "xz": lambda text: lzma.compress(text.encode()),
    "gz of utf-16": lambda text: gzip.compress(text.encode("utf-16")),
    "prompt above": lambda text: f"$ show it\n{text}",
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("way", RECODED)
def test_it_is_the_same_machine(name: str, way: str) -> None:
    plain, again = load(TEXTS[name]).topology, load(RECODED[way](TEXTS[name])).topology
    assert (again.nodes, again.distances) == (plain.nodes, plain.distances)
    assert len(plain.nodes) == 3
