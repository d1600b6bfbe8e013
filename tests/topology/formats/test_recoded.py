"""Test for each text format that a listing is still read after the changes that happen when people pass it on."""

from __future__ import annotations

import bz2
import gzip
import lzma
import quopri
import re
import textwrap
from collections.abc import Callable

import pytest

from viz.topology import TopologyError, load

from .printers import PRINTERS, Facts, sysfs, tar

FACTS = Facts(
    "gaps",
    "",
    ((0, "0-1", 2**30), (1, "2-3", 3 * 2**30), (2, "", 2**31)),
    [[10, 21, 17], [21, 10, 128], [17, 128, 10]],
)
TEXTS = {name: text for name, printer in PRINTERS.items() if isinstance(text := printer(FACTS), str)}


def marked(text: str, mark: str) -> str:
    return "".join(f"{mark}{line}\n" for line in text.splitlines())


RECODED: dict[str, Callable[[str], str | bytes]] = {
    "lf": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "cr": lambda text: text.replace("\n", "\r"),
    "bom": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "tabs": lambda text: re.sub("  +", "\t", text),
    "every blank a tab": lambda text: text.replace(" ", "\t"),
    "quoted": lambda text: marked(text, "> "),
    "quoted twice": lambda text: marked(text, ">> > "),
    "quoted, crlf": lambda text: marked(text, "> ").replace("\n", "\r\n").encode(),
    "trailing blanks": lambda text: text.replace("\n", "   \n") + "\n\n",
    "gz": lambda text: gzip.compress(text.encode()),
    "bz2": lambda text: bz2.compress(text.encode()),
    "xz": lambda text: lzma.compress(text.encode()),
    "gz of utf-16": lambda text: gzip.compress(text.encode("utf-16")),
    "gz of crlf with a mark": lambda text: gzip.compress(text.replace("\n", "\r\n").encode("utf-8-sig")),
    "prompts around": lambda text: f"$ show it\n{text}[me@box ~]# exit\n",
    "in a mail": lambda text: f"Hi,\n\nOn Monday <me@box.example> wrote:\n{marked(text, '> ')}\nThanks!\n",
    "in a patch": lambda text: marked(text, "+"),
    "in a comment": lambda text: f"/*\n{marked(text, ' * ')} */\n",
    "in a script's comment": lambda text: marked(text, "# "),
    "in a fence": lambda text: f"```\n{text}```\n",
    "quoted-printable": lambda text: quopri.encodestring(text.encode()),
    "indented": lambda text: marked(text, "      "),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "no line end at the end": lambda text: text.rstrip("\n"),
    "wide blanks": lambda text: text.replace("  ", "\u00a0 "),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("change", RECODED)
def test_a_changed_text_is_the_same_machine(name: str, change: str) -> None:
    plain, again = load(TEXTS[name]).topology, load(RECODED[change](TEXTS[name])).topology
    assert (again.nodes, again.distances) == (plain.nodes, plain.distances)
    assert len(plain.nodes) == 3


@pytest.mark.parametrize(
    ("name", "width"),
    [(name, width) for name in ("numactl", "likwid-topology", "xen", "lscpu", "qemu", "dts") for width in (40, 72)]
    + [("sysfs-lines", 72)],
)
def test_a_wrapped_text_is_the_same_machine(name: str, width: int) -> None:
    text = TEXTS[name]
    wrapper = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
    lines = [wrapper.wrap(line) or [""] for line in text.split("\n")]
    plain, again = load(text).topology, load("\n".join(line for pieces in lines for line in pieces)).topology
    assert (again.nodes, again.distances) == (plain.nodes, plain.distances)


@pytest.mark.parametrize("name", ["slit-bytes", "sysfs-tar"])
def test_a_binary_format_may_be_packed_once(name: str) -> None:
    printed = PRINTERS[name](FACTS)
    assert isinstance(printed, bytes)
    unpacked = printed if name == "slit-bytes" else gzip.decompress(printed)
    assert load(gzip.compress(unpacked)).topology.distances == load(unpacked).topology.distances
    with pytest.raises(TopologyError, match="packed more than once"):
        load(gzip.compress(gzip.compress(unpacked)))


def test_an_archive_that_is_not_packed_may_be_large() -> None:
    small = tar(sysfs(FACTS))
    other = tar({f"node0/other{number}": "x" * 1000 for number in range(6000)}).rstrip(b"\0")
    large = other + bytes(-len(other) % 512) + small
    assert len(large) > 8 * 2**20
    assert load(large).topology.distances == load(small).topology.distances
    with pytest.raises(TopologyError, match="larger than 8 MiB"):
        load(b"x" + large)
