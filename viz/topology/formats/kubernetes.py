"""Read a NodeResourceTopology of Kubernetes, as `kubectl get noderesourcetopologies -o yaml` or json prints it.

    zones:
    - name: node-0
      type: Node
      costs: [{name: node-0, value: 10}, {name: node-1, value: 20}]        a distance to each node
      resources: [{name: cpu, capacity: "20"}, {name: memory, capacity: 50Gi}]

Costs are the distances of the SLIT. A list of machines has one object for each machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from viz.topology.errors import TopologyError, shown
from viz.topology.formats import words
from viz.topology.formats.pairs import Pairs, fill, put
from viz.topology.formats.yaml_subset import documents
from viz.topology.machines import choose
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology

_KIND = re.compile(r"\bkind\"?:\s{0,9}\"?NodeResourceTopology(?:List)?\b")
_ZONES = re.compile(r"^[ \t]*+\"?zones\"?:", re.MULTILINE)
_COSTS = re.compile(r"\"?costs\"?:")
_NUMBER = re.compile(r".*?([0-9]{1,4})")
_QUANTITY = re.compile(r"([0-9]{1,18})(?:\.[0-9]{1,9})?(m|[kKMGTP]i?)?")
_UNITS: dict[str, int] = {"": 1, "m": 0} | {
    letter + tail: base**power
    for power, letters in enumerate(("kK", "M", "G", "T", "P"), 1)
    for letter in letters
    for tail, base in (("", 1000), ("i", 1024))
}


def like_kubernetes(text: str) -> bool:
    """Return whether the text has zones of a NodeResourceTopology."""
    if "zones" not in text:
        return False
    return _KIND.search(text) is not None or (_ZONES.search(text) is not None and _COSTS.search(text) is not None)


def read_kubernetes(text: str, name: str = "", chosen: str = "") -> ParseResult:
    """Return the topology of the machine or, if the text has several machines, of the chosen one."""
    try:
        found = list(_machines(text))
        if not found:
            raise TopologyError("has no zones that are NUMA nodes; give kubectl get noderesourcetopologies -o yaml")
        labels = [label or f"object {number}" for number, (label, _) in enumerate(found, 1)]
        zones = found[choose(labels, chosen) if len(found) > 1 else 0][1]
        return _partial_topology(zones).loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _machines(text: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the name and the zones of each object that has zones."""
    waiting = list(_documents(text))[::-1]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value[::-1]
        elif isinstance(value, dict):
            zones = [zone for zone in _list(value.get("zones")) if zone.get("type", "Node") == "Node"]
            if zones:
                metadata = value.get("metadata")
                yield str(metadata.get("name") or "") if isinstance(metadata, dict) else "", zones
            else:
                waiting += list(value.values())[::-1]


def _documents(text: str) -> Iterator[Any]:
    if text.lstrip().startswith(("{", "[")):
        try:
            yield json.loads(text)
        except (ValueError, RecursionError):
            raise TopologyError("is no JSON that can be read; is the text cut off?") from None
    else:
        yield from documents(text)


def _list(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _partial_topology(zones: list[dict[str, Any]]) -> PartialTopology:
    partial, pairs = PartialTopology("a NodeResourceTopology"), Pairs()
    for zone in zones:
        node = _node(zone.get("name"))
        facts = partial.node(node)
        resources = {
            str(item.get("name")): item.get("capacity", item.get("allocatable"))
            for item in _list(zone.get("resources"))
        }
        if "cpu" in resources:
            facts.cpus = _quantity(resources["cpu"], "cpu")
        elif resources:
            facts.cpus = 0
        if "memory" in resources:
            facts.memory = _quantity(resources["memory"], "memory")
        for cost in _list(zone.get("costs")):
            other = _node(cost.get("name"))
            put(pairs, node, other, words.distance(str(cost.get("value")), node, other, "costs"), "costs")
    fill(partial, pairs, "the exporter")
    return partial


def _node(label: object) -> int:
    match = _NUMBER.fullmatch(str(label)[:80])
    if not match:
        raise TopologyError(f"{shown(label)} is no name of a zone such as node-0", "zones")
    return words.node_id(match[1], "zones")


def _quantity(value: object, what: str) -> int:
    match = _QUANTITY.fullmatch(str(value).strip()[:40])
    if not match:
        raise TopologyError(f"{shown(value)} is no quantity of {what}, such as 20 or 50Gi", "resources")
    if match[2] == "m":
        return -(-int(match[1]) // 1000)
    return min(int(match[1]) * _UNITS[match[2] or ""], 2**62)
