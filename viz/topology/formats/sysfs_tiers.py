"""Read the files of a /sys that are about memory tiers, from a directory or an archive of it.

devices/virtual/memory_tiering/memory_tier4/nodelist          the nodes of a tier
devices/system/node/node1/access1/initiators/read_latency     and other files of this folder: in ns and MB/s
bus/dax/devices/dax0.0/target_node                            the node that a device's memory belongs to
"""

from __future__ import annotations

import re
from pathlib import Path

from viz.kernel.nodemask import NodeMask
from viz.topology.errors import TopologyError
from viz.topology.evidence import Evidence

PATH = re.compile(
    r"(?P<root>|[^\n]*/)(?:memory_tier(?P<tier>[0-9]{1,10})/nodelist"
    r"|node(?P<node>[0-9]{1,4})/access(?P<kind>[01])/initiators/(?P<figure>(?:read|write)_(?:latency|bandwidth))"
    r"|(?P<dax>dax[0-9]{1,5}\.[0-9]{1,5})/target_node)"
)
_BELOW = re.compile(r"(?:sys/)?(?:devices|bus)/.*+|(?:virtual|system)/.*+|node/$|memory_tiering/$")
_LIMIT = 4096
"""At most _LIMIT files of each kind are read, and at most _LIMIT bytes of each file."""


def is_wanted(path: str) -> bool:
    """Return whether the path is that of a file about memory tiers."""
    return PATH.fullmatch(path) is not None


def root_of(path: str) -> str:
    """Return the path of the directory that holds the /sys of a file."""
    match = PATH.fullmatch(path)
    root = match["root"].removeprefix("./") if match else ""
    below = _BELOW.search(root)
    return root[: below.start()] if below else root


def take_file(evidence: Evidence, path: str, content: str) -> None:
    """Add the statement of a file; raise TopologyError if a tier's nodes are no list of nodes."""
    match = PATH.fullmatch(path)
    content = content.replace("\0", "").strip()
    if match is None or not content:
        return
    number = int(content) if content.isascii() and content.isdigit() and len(content) < 16 else -1
    if match["tier"]:
        try:
            evidence.tiers[int(match["tier"])] = list(NodeMask.parse(content[:8192]))
        except ValueError as error:
            raise TopologyError(str(error), f"memory_tier{match['tier']}/nodelist") from None
    elif match["dax"] and 0 <= number < 1024:
        evidence.dax[number] = match["dax"]
    elif match["figure"] and number >= 0:
        nodes = evidence.access.setdefault(int(match["kind"]), {})
        nodes.setdefault(int(match["node"]), {})[match["figure"]] = number


def read_tiers(top: Path, folder: Path) -> Evidence:
    """Return the statements on tiers in the files near `top`, which is a devices/system/node in `folder`."""
    evidence = Evidence()
    devices = top.absolute().parent.parent
    tierings = (devices / "virtual" / "memory_tiering", folder / "memory_tiering", folder)
    for tiering in tierings:
        _take_all(evidence, tiering, "memory_tier[0-9]*/nodelist")
        if evidence.tiers:
            break
    _take_all(evidence, top, "node[0-9]*/access[01]/initiators/[rw]*_*")
    for target in sorted((devices.parent / "bus" / "dax" / "devices").glob("dax*/target_node"))[:_LIMIT]:
        if _driver(target.parent) in ("kmem", ""):
            _take_one(evidence, target.parent.parent, target)
    return evidence


def _take_all(evidence: Evidence, top: Path, pattern: str) -> None:
    for path in sorted(top.glob(pattern))[:_LIMIT] if top.is_dir() else ():
        _take_one(evidence, top, path)


def _take_one(evidence: Evidence, top: Path, path: Path) -> None:
    try:
        if path.is_file():
            with path.open("rb") as file:
                content = file.read(_LIMIT).decode("utf-8", "replace")
            take_file(evidence, path.relative_to(top).as_posix(), content)
    except OSError:
        return  # a file that cannot be read says nothing


def _driver(device: Path) -> str:
    """Return the driver of a device; "" if it is not known."""
    try:
        return (device / "driver").readlink().name
    except OSError:
        return ""
