"""Read a Tree from a copy of a machine's files that is no folder: a tar archive, or lines that programs printed.

grep -s . /proc/vmstat /sys/...       /proc/vmstat:pgdemote_kswapd 0
tail -n +1 /proc/vmstat               ==> /proc/vmstat <==, and the contents in the next lines
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from viz.doctor.paths import LOG, NODES, TIERING, VERSION, ZONEINFO, is_wanted, place
from viz.doctor.tree import MAX_FILE, Tree
from viz.topology import tarball
from viz.topology.errors import TopologyError
from viz.topology.formats.sysfs import cats_as_headings, like_tar
from viz.topology.formats.words import raw_lines
from viz.topology.machines import choose
from viz.topology.unpack import packed_with, unpacked, unpacked_whole

MAX_TEXT = 8 * 2**20
"""The largest number of bytes of a text that is unpacked."""
_GREP = re.compile(r"[ \t>|+*#]{0,40}+([^\s:]{1,400}+):(.*)", re.DOTALL)
_HEADING = re.compile(r"=*+>?+\s*+(\S{1,400}+)\s<==\s*+")
_LOG_LINE = re.compile(
    r"Fallback order for Node|Demotion targets for Node|the performance of DRAM node|Built [0-9]+ zonelists|"
    r"acpi/hmat"
)
_RELEASE_LINE = re.compile(r"Linux version [0-9]\S{0,99}")


def read_copy(data: bytes, name: str = "", chosen: str = "") -> Tree:
    """Return the files in a tar archive or a text; raise TopologyError if the data is neither, or damaged."""
    try:
        if like_tar(data):
            return read_archive(data, chosen)
        if packed_with(data):
            data = unpacked_whole(data, MAX_TEXT)
    except TopologyError as error:
        raise error.within(name) from None
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TopologyError("is no folder, no tarball and no text", name=name)
    return read_lines(decoded(data))


def has_files(data: bytes) -> bool:
    """Return whether a tarball or a text has files that only the doctor reads, such as /proc/vmstat."""
    try:
        tree = read_copy(data)
    except TopologyError:
        return False
    also_read_for_orders = (LOG, VERSION, ZONEINFO)
    return any(not path.startswith((f"{NODES}/", TIERING)) and path not in also_read_for_orders for path in tree.files)


def decoded(data: bytes) -> str:
    """Return a log or a listing as text, even if some bytes are not valid."""
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")


def read_archive(data: bytes, chosen: str = "") -> Tree:
    """Return the files in a tarball. Links are not followed, and devices and FIFOs are ignored."""
    blocks = tarball.Blocks(unpacked(data) if packed_with(data) else [data])
    trees: dict[str, Tree] = {}
    for member in tarball.members(blocks):
        placed = place(member.path.rstrip("/") + ("/." if member.is_folder else ""))
        tree = trees.setdefault(placed[0], Tree()) if placed else Tree()
        path = placed[1] if placed else ""
        if member.is_folder:
            tree.add_folder(path.removesuffix("/."))
        elif member.is_link and is_wanted(path):
            tree.links[path] = member.target
            tree.add_folder(path.rpartition("/")[0])
        elif member.is_file and is_wanted(path):
            tree.add(path, tarball.content_of(member, blocks, MAX_FILE).decode("utf-8", "replace"))
            continue
        tarball.skip(member, blocks)
    return _one_of(trees, chosen)


def _one_of(trees: dict[str, Tree], chosen: str) -> Tree:
    """Return the tree of the only machine, or of the chosen one."""
    machines = {root: tree for root, tree in trees.items() if tree.files}
    if len(machines) > 1:
        names = [root.strip("/") or "the top" for root in machines]
        return list(machines.values())[choose(names, chosen)]
    return next(iter(machines.values()), next(iter(trees.values()), Tree()))


def read_lines(text: str) -> Tree:
    """Return the files whose path and lines the text shows, and the lines of a kernel's log."""
    tree, contents = Tree(is_selection=True), dict[str, list[str]]()
    for path, line in _lines_of_files(cats_as_headings(text)):
        contents.setdefault(path, []).append(line)
    for path, lines in contents.items():
        tree.add(path, "\n".join(lines))
    return tree


def _lines_of_files(text: str) -> Iterator[tuple[str, str]]:
    """Yield for each line that belongs to a file the file's path on the machine, and the line without that path."""
    below = ""
    for line in raw_lines(text):
        heading = _HEADING.fullmatch(line)
        if heading:
            below = _wanted_path(heading[1])
            continue
        found = _GREP.fullmatch(line)
        path = _wanted_path(found[1]) if found else ""
        if found and path:
            below = path if not found[2].strip() else ""
            yield path, found[2]
        elif _LOG_LINE.search(line):
            yield LOG, line
        elif below:
            yield below, line
        elif release := _RELEASE_LINE.search(line):
            yield VERSION, release[0]


def _wanted_path(path: str) -> str:
    """Return the path on the machine of a file that the doctor reads; "" for any other file."""
    placed = place(path)
    return placed[1] if placed and is_wanted(placed[1]) else ""
