"""/sys/devices/system/node: a directory, a tarball of it, or the lines that `grep -s .` makes of it.

    online possible has_cpu has_memory ...       node lists; may be empty, absent, or contradict the directories
    node0/distance                               one number for each ONLINE node, in ascending id
    node0/cpulist cpumap                         "0-3,8"; a mask of 32-bit words
    node0/meminfo                                Node 0 MemTotal:  131841696 kB

The directories say which nodes there are. Where a mask says otherwise, that is named and the directories hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from viz.kernel.nodemask import NodeMask, node_list
from viz.topology import tarball
from viz.topology.errors import TopologyError, printable, shown
from viz.topology.formats import words
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology, nodes_text
from viz.topology.unpack import packed_with, unpacked

MASKS = ("online", "possible", "has_cpu", "has_memory", "has_normal_memory", "has_generic_initiator")
_LEAVES = ("distance", "cpulist", "cpumap", "meminfo")
_PATH = re.compile(
    rf"(?P<root>|[^\n]*/)(?:node(?P<node>[0-9]{{1,6}})/(?P<leaf>{'|'.join(_LEAVES)})|(?P<mask>{'|'.join(MASKS)}))"
)
_LINE = re.compile(rf"^(?:[ \t>|+*#]{{0,40}}+|==> )\S*node[0-9]{{1,6}}/(?:{'|'.join(_LEAVES)})(?::| <==)", re.MULTILINE)
_HEADED = re.compile(r"=*+>?+\s*+(\S{1,300}+)\s<==\s*+(.*)")
_MEMORY = re.compile(r"^(?:Node\s+(\d{1,6})\s+)?MemTotal:\s*(\S{1,40})\s+kB", re.MULTILINE)
_NAMELESS = re.compile(r"Node\s+([0-9]{1,6})\s+MemTotal:")
_MAX_FILE = 2**20

Tree = dict[str, str]
"""Contents by path below devices/system/node: "node0/distance", "online"."""
Pieces = dict[str, list[str]]
"""The same before it is joined: a meminfo comes line by line."""
Forest = dict[str, Pieces]
"""The pieces of each machine, by where its devices/system/node is."""


def like_lines(text: str) -> bool:
    """Whether a line is `path:content` of a node's file, or its name as `head` and `tail` print it above it."""
    return _LINE.search(text) is not None


def read_lines(text: str, name: str = "") -> ParseResult:
    """The topology that `grep -s . /sys/devices/system/node/...` shows."""
    try:
        forest, bare = Forest(), Forest()
        for number, line in words.unwrapped(text):
            headed = _HEADED.fullmatch(line)
            path, _, content = line.partition(":") if headed is None else (headed[1], "", headed[2])
            nameless = _NAMELESS.match(line)
            if nameless:  # grep names no file where it was given only one, and cat never does
                _plant(bare, f"node{nameless[1]}/meminfo", line, f"line {number}")
            else:
                _plant(forest, path.strip(), content.strip(), f"line {number}")
        pieces = _only(forest)
        for path, contents in bare.get("", {}).items():
            pieces.setdefault(path, []).extend(contents)
        return _partial_topology(_joined(pieces), empty_is_none=True).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def like_tar(data: bytes) -> bool:
    """Whether the bytes are an archive, packed or not; what else is packed is text."""
    head = next(unpacked(data), b"") if packed_with(data) else data
    return tarball.is_tar(head)


def read_tar(data: bytes, name: str = "") -> ParseResult:
    """The topology of the one machine in a tarball of its /sys."""
    try:
        forest = Forest()
        pieces = unpacked(data) if packed_with(data) else [data]
        for path, content in tarball.files(pieces, _is_wanted):
            _plant(forest, path, content.decode("utf-8", "replace"), f"member {shown(path)}")
        return _partial_topology(_joined(_only(forest))).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def read_folder(folder: Path) -> ParseResult:
    """The topology of a directory: devices/system/node itself, or a /sys, or what holds one."""
    name = folder.name or str(folder)
    try:
        for below in (".", "devices/system/node", "sys/devices/system/node", "node"):
            tree = _grown(folder / below)
            if any("/" in path for path in tree):
                return _partial_topology(tree).loaded(name)
        raise TopologyError("is a directory without node0, node1, ...; give /sys/devices/system/node or a copy of it")
    except TopologyError as error:
        raise error.within(name) from None


def _grown(top: Path) -> Tree:
    """The files of a directory that are wanted; a FIFO or a device is no file."""
    nodes = sorted(top.glob("node[0-9]*"))[: 2 * 1024] if top.is_dir() else []
    paths = [top / mask for mask in MASKS] + [node / leaf for node in nodes for leaf in _LEAVES]
    tree: Tree = {}
    for path in paths:
        try:
            if path.is_file():
                with path.open("rb") as file:
                    tree[path.relative_to(top).as_posix()] = _clean(file.read(_MAX_FILE).decode("utf-8", "replace"))
        except OSError as error:
            raise TopologyError(f"cannot be read: {error.strerror}", path.relative_to(top).as_posix()) from None
    return tree


def _is_wanted(path: str) -> bool:
    match = _PATH.fullmatch(path)
    if match is None:
        return False
    root = match["root"].removeprefix("./")
    return root.endswith("system/node/") or root in ("", "node/")


def _plant(forest: Forest, path: str, content: str, where: str) -> None:
    """The content stands among the pieces of its machine; a file may stand there once."""
    match = _PATH.fullmatch(path)
    if match is None:
        return
    leaf = match["mask"] or f"node{int(match['node'])}/{match['leaf']}"
    pieces = forest.setdefault(match["root"].removeprefix("./").removesuffix("sys/devices/system/node/"), {})
    content, before = _clean(content), pieces.setdefault(leaf, [])
    if not before or (leaf.endswith("meminfo") and where.startswith("line")):
        before.append(content)
    elif before != [content] or not where.startswith("line"):
        raise TopologyError(f"{leaf} comes a second time; each file of a machine comes once", where)


def _clean(content: str) -> str:
    """The content without what fills the file up."""
    return content.replace("\0", "").strip()


def _joined(pieces: Pieces) -> Tree:
    return {path: "\n".join(contents) for path, contents in pieces.items()}


def _only(forest: Forest) -> Pieces:
    """The pieces of the one machine."""
    machines = [root for root, pieces in forest.items() if any("/" in path for path in pieces)]
    if len(machines) > 1:
        names = ", ".join(printable(root.strip("/") or "the top", 40) for root in machines[:5])
        raise TopologyError(f"holds {len(machines)} machines ({names}); give one at a time")
    if not machines:
        raise TopologyError("holds no devices/system/node/node0 with its distance, cpulist or meminfo")
    return forest[machines[0]]


def _partial_topology(tree: Tree, empty_is_none: bool = False) -> PartialTopology:
    draft = PartialTopology("/sys/devices/system/node")
    for path in tree:
        if "/" in path:
            draft.node(words.node_id(path.partition("/")[0].removeprefix("node"), path))
    masks = {mask: _mask(tree[mask], mask) for mask in MASKS if mask in tree}
    _take_cpus(draft, tree, masks, empty_is_none)
    _take_memory(draft, tree, masks)
    _take_rows(draft, tree, masks)
    _name_contradictions(draft, masks)
    return draft


def _mask(content: str, mask: str) -> NodeMask:
    try:
        return NodeMask.parse(content[:8192])
    except ValueError as error:
        raise TopologyError(str(error), mask) from None


def _take_cpus(draft: PartialTopology, tree: Tree, masks: Mapping[str, NodeMask], empty_is_none: bool) -> None:
    silent = []
    for node, found in draft.nodes.items():
        listed, mapped = tree.get(f"node{node}/cpulist"), tree.get(f"node{node}/cpumap")
        if mapped:
            mapped = words.cpu_mask(mapped, node, f"node{node}/cpumap")
        if listed is None:
            found.cpus = mapped
        else:
            found.cpus = words.cpu_list(listed.replace(", ", ","), node, f"node{node}/cpulist")
            if mapped is not None and mapped != found.cpus:
                draft.oddities.append(f"Node {node} has CPUs {found.cpus} by its cpulist, {mapped} by its cpumap.")
        if found.cpus is None:
            silent.append(node)
    if silent and empty_is_none and len(silent) < len(draft.nodes):  # grep drops empty files
        for node in silent:
            draft.nodes[node].cpus = ""
        sentence = f"There is no line with the CPUs of {nodes_text(silent)}, so there are none: grep drops empty files."
        draft.guess("cpus", sentence, silent, {node: {"cpus": 1} for node in silent})
    elif silent and masks.get("has_cpu"):
        for node in silent:
            draft.nodes[node].cpus = int(node in masks["has_cpu"])
        sentence = f"has_cpu says that {nodes_text(masks['has_cpu'])} has CPUs, not how many; 1 each is assumed."
        draft.guess("cpus", sentence, silent)


def _take_memory(draft: PartialTopology, tree: Tree, masks: Mapping[str, NodeMask]) -> None:
    for node, found in draft.nodes.items():
        path = f"node{node}/meminfo"
        match = _MEMORY.search(tree.get(path, ""))
        if match:
            if match[1] and int(match[1]) != node:
                raise TopologyError(f"is about node {match[1]}", path)
            found.memory = words.count(match[2], "MemTotal", path, 2**50) * 1024
        elif "MemTotal" in tree.get(path, ""):
            raise TopologyError("says MemTotal without a number of kB; is the text cut off?", path)
        elif "has_memory" in masks and node not in masks["has_memory"]:
            found.memory = 0


def _take_rows(draft: PartialTopology, tree: Tree, masks: Mapping[str, NodeMask]) -> None:
    given = {node: tree[path].split() for node in draft.nodes if (path := f"node{node}/distance") in tree}
    if not given or not any(given.values()):
        return
    missing = set(draft.nodes).difference(given)
    if missing:
        raise TopologyError(f"no distance file for {nodes_text(missing)}; each node has one")
    width = len(next(iter(given.values())))
    draft.columns = _columns(sorted(draft.nodes), width, masks, next(iter(given.values())))
    extra = set(draft.columns).difference(draft.nodes)
    if extra:
        who = f"{nodes_text(extra)}, which have" if min(extra) >= 0 else f"{len(extra)} more nodes, which have"
        draft.oddities.append(f"The distances have columns for {who} no directory; those are left out.")
    for node, row in given.items():
        path = f"node{node}/distance"
        if len(row) != width:
            raise TopologyError(f"has {len(row)} numbers and others have {width}; each has one for each node", path)
        pairs = zip(row, draft.columns, strict=True)
        draft.rows[node] = [words.distance(word, node, other, path) for word, other in pairs]


def _columns(ids: list[int], width: int, masks: Mapping[str, NodeMask], row: list[str]) -> list[int]:
    """The nodes that the columns of a distance file are for."""
    if width == len(ids):
        return ids
    for mask in masks.values():
        if len(mask) == width and all(node in mask for node in ids):
            return list(mask)
    if len(ids) == 1 and row.count("10") == 1:  # its distance to itself; the others have been taken out
        return [ids[0] if word == "10" else -place for place, word in enumerate(row, 1)]
    online = f", and online says {masks['online']}" if "online" in masks else ""
    problem = f"has {width} numbers, but the nodes are {node_list(ids)}{online}; it needs one for each online node"
    raise TopologyError(problem, f"node{ids[0]}/distance")


def _name_contradictions(draft: PartialTopology, masks: Mapping[str, NodeMask]) -> None:
    ids = sorted(draft.nodes)
    online = masks.get("online")
    if online and list(online) != ids:
        draft.oddities.append(f"online says {online}, but there are directories for {node_list(ids)}; they are taken.")
    cpus = [node for node in ids if draft.nodes[node].cpus]
    _compare(draft, masks.get("has_cpu"), cpus, "has_cpu", "the CPUs of each node")
    memory = [node for node in ids if draft.nodes[node].memory]
    if all(draft.nodes[node].memory is not None for node in ids):
        _compare(draft, masks.get("has_memory"), memory, "has_memory", "the sizes of each node")


def _compare(draft: PartialTopology, mask: NodeMask | None, found: Iterable[int], name: str, by: str) -> None:
    found = list(found)
    if mask and list(mask) != found:
        draft.oddities.append(f"{name} says {mask}, but by {by} it is {node_list(found) or 'none'}; that is taken.")
