"""Read /sys/devices/system/node: a directory, a tarball of it, or the lines that `grep -s .` prints of it.

    online possible has_cpu has_memory ...       node lists; may be empty, absent, or contradict the directories
    node0/distance                               one number for each ONLINE node, in ascending id
    node0/cpulist cpumap                         "0-3,8"; a mask of 32-bit words
    node0/meminfo                                Node 0 MemTotal:  131841696 kB

The nodes are those that have a directory. If a mask contradicts the directories, the contradiction is an oddity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from viz.kernel.nodemask import NodeMask, node_list
from viz.topology import tarball
from viz.topology.errors import SecondMachine, TopologyError, shown
from viz.topology.evidence import Evidence
from viz.topology.formats import sysfs_tiers, words
from viz.topology.machines import choose
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology, nodes_text
from viz.topology.unpack import packed_with, unpacked

MASKS = ("online", "possible", "has_cpu", "has_memory", "has_normal_memory", "has_generic_initiator")
_LEAVES = ("distance", "cpulist", "cpumap", "meminfo")
_PATH = re.compile(
    rf"(?P<root>|[^\n]*/)(?:node(?P<node>[0-9]{{1,6}})/(?P<leaf>{'|'.join(_LEAVES)})|(?P<mask>{'|'.join(MASKS)}))"
)
_FILE_LINE = re.compile(
    rf"^(?:[ \t>|+*#]{{0,40}}+|==> )\S*node[0-9]{{1,6}}/(?:{'|'.join(_LEAVES)})(?::| <==)", re.MULTILINE
)
_FILE_HEADING = re.compile(r"=*+>?+\s*+(\S{1,300}+)\s<==\s*+(.*)")
_CAT = re.compile(
    r"^(?:[^\n]{0,200}?[\s$#>%])?cat[ \t]++"
    rf"(\S{{0,200}}(?:node[0-9]{{1,6}}/(?:{'|'.join(_LEAVES)})|system/node/(?:{'|'.join(MASKS)})))[ \t]*+\r?$",
    re.MULTILINE,
)
_MEM_TOTAL = re.compile(r"^(?:Node\s+(\d{1,6})\s+)?MemTotal:\s*(\S{1,40})\s+kB", re.MULTILINE)
_MEMINFO_WITHOUT_PATH = re.compile(r"Node\s+([0-9]{1,6})\s+MemTotal:")
_MASK = re.compile(r"[0-9a-f]{1,8}(?:,[0-9a-f]{8}){0,2047}")  # `head`, `tail` and `cat` print it below its path
_MAX_FILE = 2**20  # in bytes

Tree = dict[str, str]
"""The contents of files by their paths below devices/system/node, such as "node0/distance" and "online"."""
Pieces = dict[str, list[str]]
"""The contents of files in pieces, by path: grep prints a meminfo line by line."""
Machines = dict[str, Pieces]
"""The pieces of each machine, by the path of the directory that holds its /sys."""


def like_lines(text: str) -> bool:
    """Return whether a line is `path:content` of a node's file, or the file's path as `head` and `tail` print it."""
    return _FILE_LINE.search(text) is not None


def cats_as_headings(text: str) -> str:
    """Return the text with each command that prints a node's file by `cat` replaced by the file's path and a colon."""
    return _CAT.sub(r"\1:", text) if "cat " in text else text


def read_lines(text: str, name: str = "", chosen: str = "") -> ParseResult:
    """Return the topology from the output of `grep -s . /sys/devices/system/node/...`."""
    try:
        machines, without_path, masked = Machines(), Machines(), ""
        for number, line in words.unwrapped(text):
            heading = _FILE_HEADING.fullmatch(line)
            path, _, content = line.partition(":") if heading is None else (heading[1], "", heading[2])
            if masked and _MASK.fullmatch(line):
                path, content = masked, line
            masked = path if path.endswith("cpumap") and not content.strip() else ""
            meminfo = _MEMINFO_WITHOUT_PATH.match(line)
            if meminfo:  # grep prints no path if it searches only one file, and cat never prints one
                _add_piece(without_path, f"node{meminfo[1]}/meminfo", line, f"line {number}")
            elif not masked:
                _add_piece(machines, path.strip(), content.strip(), f"line {number}")
        pieces = machines[_only_root(machines, chosen)]
        for path, contents in without_path.get("", {}).items():
            pieces.setdefault(path, []).extend(contents)
        return _partial_topology(_joined(pieces), empty_is_none=True).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def like_tar(data: bytes) -> bool:
    """Return whether the bytes are a tar archive, packed or not."""
    head = next(unpacked(data), b"") if packed_with(data) else data
    return tarball.is_tar(head)


def read_tar(data: bytes, name: str = "", chosen: str = "") -> ParseResult:
    """Return the topology from a tarball of a machine's /sys, or of the chosen one if it holds several machines."""
    try:
        machines, tiers = Machines(), dict[str, Evidence]()
        pieces = unpacked(data) if packed_with(data) else [data]
        for path, raw in tarball.files(pieces, lambda path: _is_wanted(path) or sysfs_tiers.is_wanted(path)):
            content = raw.decode("utf-8", "replace")
            if sysfs_tiers.is_wanted(path):
                sysfs_tiers.take_file(tiers.setdefault(sysfs_tiers.root_of(path), Evidence()), path, content)
            else:
                _add_piece(machines, path, content, f"member {shown(path)}")
        root = _only_root(machines, chosen)
        partial = _partial_topology(_joined(machines[root]))
        for of_root, evidence in tiers.items():
            if of_root == root or len(machines) == 1:
                partial.evidence.add(evidence)
        return partial.loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def read_folder(folder: Path) -> ParseResult:
    """Return the topology from a directory: devices/system/node itself, a /sys, or a directory that contains a /sys."""
    name = folder.name or str(folder)
    try:
        for below in (".", "devices/system/node", "sys/devices/system/node", "node"):
            tree = _read_files(folder / below)
            if any("/" in path for path in tree):
                partial = _partial_topology(tree)
                partial.evidence = sysfs_tiers.read_tiers(folder / below, folder)
                return partial.loaded(name)
        raise TopologyError("is a directory without node0, node1, ...; give /sys/devices/system/node or a copy of it")
    except TopologyError as error:
        raise error.within(name) from None


def _read_files(top: Path) -> Tree:
    """Return the contents of the directory's files that are needed; a FIFO or a device is ignored."""
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


def _add_piece(machines: Machines, path: str, content: str, where: str) -> None:
    """Add the content of the file `path` to its machine; raise TopologyError if the file comes a second time."""
    match = _PATH.fullmatch(path)
    if match is None:
        return
    leaf = match["mask"] or f"node{int(match['node'])}/{match['leaf']}"
    root = match["root"].removeprefix("./").removesuffix("devices/system/node/").removesuffix("sys/")
    pieces = machines.setdefault(root, {})
    content, earlier = _clean(content), pieces.setdefault(leaf, [])
    if not earlier or (leaf.endswith("meminfo") and where.startswith("line")):
        earlier.append(content)
    elif earlier != [content] or not where.startswith("line"):
        kind = SecondMachine if where.startswith("line") else TopologyError
        raise kind(f"{leaf} comes a second time; each file of a machine comes once", where)


def _clean(content: str) -> str:
    """Return the content without NUL characters, and without blanks around it."""
    return content.replace("\0", "").strip()


def _joined(pieces: Pieces) -> Tree:
    return {path: "\n".join(contents) for path, contents in pieces.items()}


def _only_root(machines: Machines, chosen: str = "") -> str:
    """Return the key of the only machine, or of the chosen one; raise TopologyError if no machine has a node."""
    roots = [root for root, pieces in machines.items() if any("/" in path for path in pieces)]
    if len(roots) > 1:
        return roots[choose([root.strip("/") or "the top" for root in roots], chosen)]
    if not roots:
        raise TopologyError("holds no devices/system/node/node0 with its distance, cpulist or meminfo")
    return roots[0]


def _partial_topology(tree: Tree, empty_is_none: bool = False) -> PartialTopology:
    partial = PartialTopology("/sys/devices/system/node")
    for path in tree:
        if "/" in path:
            partial.node(words.node_id(path.partition("/")[0].removeprefix("node"), path))
    masks = {mask: _mask(tree[mask], mask) for mask in MASKS if mask in tree}
    _take_cpus(partial, tree, masks, empty_is_none)
    _take_memory(partial, tree, masks)
    _take_rows(partial, tree, masks)
    _add_contradictions(partial, masks)
    return partial


def _mask(content: str, mask: str) -> NodeMask:
    try:
        return NodeMask.parse(content[:8192])
    except ValueError as error:
        raise TopologyError(str(error), mask) from None


def _take_cpus(partial: PartialTopology, tree: Tree, masks: Mapping[str, NodeMask], empty_is_none: bool) -> None:
    unlisted = []
    for node, facts in partial.nodes.items():
        listed, mapped = tree.get(f"node{node}/cpulist"), tree.get(f"node{node}/cpumap")
        if mapped:
            mapped = words.cpu_mask(mapped, node, f"node{node}/cpumap")
        if listed is None:
            facts.cpus = mapped
        else:
            facts.cpus = words.cpu_list(listed.replace(", ", ","), node, f"node{node}/cpulist")
            if mapped is not None and mapped != facts.cpus:
                partial.oddities.append(f"Node {node} has CPUs {facts.cpus} by its cpulist, {mapped} by its cpumap.")
        if facts.cpus is None:
            unlisted.append(node)
    if unlisted and empty_is_none and len(unlisted) < len(partial.nodes):
        for node in unlisted:
            partial.nodes[node].cpus = ""
        who = nodes_text(unlisted)
        sentence = f"There is no line with the CPUs of {who}, so there are none: grep drops empty files."
        partial.guess("cpus", sentence, unlisted, {node: {"cpus": 1} for node in unlisted})
    elif unlisted and masks.get("has_cpu"):
        for node in unlisted:
            partial.nodes[node].cpus = int(node in masks["has_cpu"])
        sentence = f"has_cpu says that {nodes_text(masks['has_cpu'])} has CPUs, not how many; 1 each is assumed."
        partial.guess("cpus", sentence, unlisted)


def _take_memory(partial: PartialTopology, tree: Tree, masks: Mapping[str, NodeMask]) -> None:
    for node, facts in partial.nodes.items():
        path = f"node{node}/meminfo"
        match = _MEM_TOTAL.search(tree.get(path, ""))
        if match:
            if match[1] and int(match[1]) != node:
                raise TopologyError(f"is about node {match[1]}", path)
            facts.memory = words.count(match[2], "MemTotal", path, 2**50) * 1024
        elif "MemTotal" in tree.get(path, ""):
            raise TopologyError("says MemTotal without a number of kB; is the text cut off?", path)
        elif "has_memory" in masks and node not in masks["has_memory"]:
            facts.memory = 0


def _take_rows(partial: PartialTopology, tree: Tree, masks: Mapping[str, NodeMask]) -> None:
    words_by_node = {node: tree[path].split() for node in partial.nodes if (path := f"node{node}/distance") in tree}
    if not words_by_node or not any(words_by_node.values()):
        return
    missing = set(partial.nodes).difference(words_by_node)
    if missing:
        raise TopologyError(f"no distance file for {nodes_text(missing)}; each node has one")
    width = len(next(iter(words_by_node.values())))
    partial.columns = _columns(sorted(partial.nodes), width, masks, next(iter(words_by_node.values())))
    extra = set(partial.columns).difference(partial.nodes)
    if extra:
        who = f"{nodes_text(extra)}, which have" if min(extra) >= 0 else f"{len(extra)} more nodes, which have"
        partial.oddities.append(f"The distances have columns for {who} no directory; those are left out.")
    for node, row in words_by_node.items():
        path = f"node{node}/distance"
        if len(row) != width:
            raise TopologyError(f"has {len(row)} numbers and others have {width}; each has one for each node", path)
        pairs = zip(row, partial.columns, strict=True)
        partial.rows[node] = [words.distance(word, node, other, path) for word, other in pairs]


def _columns(ids: list[int], width: int, masks: Mapping[str, NodeMask], row: list[str]) -> list[int]:
    """Return the node of each column of a distance file; a column for an unknown node gets a negative number."""
    if width == len(ids):
        return ids
    for mask in masks.values():
        if len(mask) == width and all(node in mask for node in ids):
            return list(mask)
    # If the directories of all other nodes are missing, the only 10 is the distance of the node to itself.
    if len(ids) == 1 and row.count("10") == 1:
        return [ids[0] if word == "10" else -column for column, word in enumerate(row, 1)]
    online = f", and online says {masks['online']}" if "online" in masks else ""
    problem = f"has {width} numbers, but the nodes are {node_list(ids)}{online}; it needs one for each online node"
    raise TopologyError(problem, f"node{ids[0]}/distance")


def _add_contradictions(partial: PartialTopology, masks: Mapping[str, NodeMask]) -> None:
    ids = sorted(partial.nodes)
    if (online := masks.get("online")) and list(online) != ids:
        partial.oddities.append(
            f"online says {online}, but there are directories for {node_list(ids)}; they are taken."
        )
    cpus = [node for node in ids if partial.nodes[node].cpus]
    _compare(partial, masks.get("has_cpu"), cpus, "has_cpu", "the CPUs of each node")
    memory = [node for node in ids if partial.nodes[node].memory]
    if all(partial.nodes[node].memory is not None for node in ids):
        _compare(partial, masks.get("has_memory"), memory, "has_memory", "the sizes of each node")


def _compare(partial: PartialTopology, mask: NodeMask | None, nodes: Iterable[int], name: str, by: str) -> None:
    nodes = list(nodes)
    if mask and list(mask) != nodes:
        partial.oddities.append(f"{name} says {mask}, but by {by} it is {node_list(nodes) or 'none'}; that is taken.")
