"""What real kernels computed, and the question whether the program computes the same.

`tests/golden/rows.jsonl` holds results of the kernel's own functions, `boots.jsonl` what booted kernels printed or
held in memory. A wider set of rows in the same form is checked by `python -m tests.goldens FILE...`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from viz.analysis.run import Run
from viz.kernel.nodemask import node_list
from viz.kernel.versions import VERSIONS, Version
from viz.topology import Topology

FOLDER = Path(__file__).parent / "golden"
DRAM_TIER = 4
NO_GOLDEN = {
    "v5.17.7": "no kernel of that release was run; tests/kernel/test_migrate_v5_17.py has what is known of it",
    "fallback-lists": "no kernel does this",
    "tier-sets": "no kernel does this",
    "local-tier-sets": "no kernel does this",
}
"""The versions that no golden row speaks of, each with the reason."""
Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    """The rows of a file of goldens."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def digest(value: object) -> str:
    """The hash that stands for a large value in a golden row."""
    return hashlib.sha256(json.dumps(value, separators=(",", ":"), sort_keys=True).encode()).hexdigest()[:16]


def document(row: Row) -> dict[str, Any]:
    """The topology document of a row of computed results."""
    nodes = [
        {
            "id": node,
            "cpus": int(node in row["cpus"]),
            "memory": 2**30 if node in row["memory"] else 0,
            "online": node in row["online"],
            "adistance": adistance,
        }
        for node, adistance in zip(row["ids"], row["adistance"], strict=True)
    ]
    given: Row = {key: row[key] for key in ("zonelists", "n_cpu") if key in row}
    return {"title": row["name"], "nodes": nodes, "distances": matrix(row), **given}


def matrix(row: Row) -> list[list[int]]:
    """The distances of a row, unpacked where they are packed."""
    if "distance" in row:
        return list(row["distance"])
    size, cells = len(row["ids"]), zlib.decompress(base64.b64decode(row["distance_z"]))
    return [list(cells[i * size : (i + 1) * size]) for i in range(size)]


def differences(row: Row) -> Iterator[str]:
    """What the program computes otherwise than the kernels did."""
    topology = Topology.from_document(json.loads(json.dumps(document(row))))
    for version in VERSIONS:
        expected = row["expect"].get(golden_name(version))
        if expected is None:
            continue
        found = golden(Run.of(topology, version.name).order())
        for what, value in found.items():
            if expected.get(f"{what}_sha", digest(value)) != digest(value) or expected.get(what, value) != value:
                yield f"{row['name']}: {version.name}: {what}"
            if what not in expected and f"{what}_sha" not in expected:
                yield f"{row['name']}: {version.name}: the row says nothing on {what}"
        for what in {what.removesuffix("_sha") for what in expected} - found.keys():
            yield f"{row['name']}: {version.name}: the program says nothing on {what}"


def golden_name(version: Version) -> str:
    """Return the name under which the goldens speak of a version: the posted patch builds the order of 5.15."""
    return "v5.15" if version.name == "posted" else version.name


def golden(order: dict[str, Any]) -> dict[str, Any]:
    """A result as the goldens write it."""
    loads, lists = list(order["node_load"].values()), list(order["fallback"].values())
    return {"node_load": loads, "order": lists, **golden_order(order)}


def golden_order(order: dict[str, Any]) -> dict[str, Any]:
    """Of a result or of a rebuild, who demotes to whom and what led there, as the goldens write it."""
    found: dict[str, Any] = {}
    if order["passes"] is not None:
        found["demotion"] = list(order["node_demotion"].values())
        found["passes"] = [golden_pass(one) for one in order["passes"]]
        found["n_passes"] = len(order["passes"])
    else:
        found["tiers"] = order["tiers"]
        found["preferred"] = list(order["preferred"].values())
        found["fallback"] = list(order["fallback_targets"].values())
        found["toptier"] = list(order["toptier"].values())
        steps = order.get("steps", [])
        found["steps"] = [{"src": s["source"], "cand": s["candidates"], "picks": s["picks"]} for s in steps]
    return found | ({"warn_once": True} if "warn_once" in order else {})


def hotplug_document(row: Row) -> dict[str, Any]:
    """The topology document of a row of computed event sequences."""
    blocks, cpus = dict(row["memory"]), dict(row["cpus"])
    nodes = [
        {
            "id": node,
            "cpus": cpus.get(node, 0),
            "memory": 2**30,
            "blocks": blocks.get(node, 0),
            "online": node in row["online"],
            "adistance": adistance,
        }
        for node, adistance in zip(row["ids"], row["adistance"], strict=True)
    ]
    happenings = [{"event": event, "node": node} for event, node in row["events"]]
    given = {"distances": row["distance"], "zonelists": row["zonelists"], "events": happenings}
    return {"title": row["name"], "nodes": nodes, **given}


def hotplug_differences(row: Row) -> Iterator[str]:
    """Where the program plays events otherwise than the kernels did."""
    topology = Topology.from_document(json.loads(json.dumps(hotplug_document(row))))
    for kernel, expect in row["expect"].items():
        order = Run.of(topology, kernel).order()
        first = [
            {"do": "zonelists", "of": "all", "node_load": list(order["node_load"].values())},
            {"do": "rebuild", **order_digested(order)},
        ]
        events = [
            {"ev": event["event"], "node": event["node"], "log": [golden_entry(entry) for entry in event["log"]]}
            for event in order["events"]
        ]
        yield from (
            f"{row['name']}: {kernel}: {index}: {a} != {b}"
            for index, (a, b) in enumerate(zip_longest([*first, *events], without_passes(expect)))
            if a != b
        )


def golden_entry(entry: Row) -> Row:
    """An entry of an event's log as the goldens write it."""
    match entry["do"]:
        case "zonelists":
            return {**entry, "node_load": list(entry["node_load"].values())}
        case "disable":
            return {"do": "disable", "demotion": list(entry["node_demotion"].values())}
        case "rebuild":
            return {"do": "rebuild", **order_digested(entry)}
    return entry


def order_digested(order: dict[str, Any]) -> Row:
    """What golden_order() says, with hashes in place of passes and steps."""
    found = golden_order(order)
    hashed = {f"{what}_sha": digest(found.pop(what)) for what in ("passes", "steps") if what in found}
    return {**found, **hashed}


def without_passes(expected: Any) -> Any:
    """The same without the passes in full, for which their hash stands as well."""
    if isinstance(expected, list):
        return [without_passes(one) for one in expected]
    if isinstance(expected, dict):
        return {key: without_passes(value) for key, value in expected.items() if key != "passes"}
    return expected


def real_hotplug_differences(row: Row) -> Iterator[str]:
    """Where the passes come out otherwise than those run inside a real kernel, at each step on its own node_load."""
    for step in row["steps"]:
        described = boot_document({**row, **step, "nodes": [node["id"] for node in row["nodes"]]})
        given = Topology.from_document({**described, "node_load": step["node_load"], "kernel": "posted"})
        if list(seed_trace(Run.of(given).order())) != step["seed_trace"]:
            yield f"{described['title']}: passes of the patch at {step['snap']}"


def golden_pass(one: dict[str, Any]) -> dict[str, Any]:
    """A pass as the goldens write it."""
    steps = [golden_step(step) for step in one["steps"]]
    return {"this": one["this_pass"], "used_in": one["used_targets"], "steps": steps, "next": one["next_pass"]}


def golden_step(step: dict[str, Any]) -> dict[str, Any]:
    """A source's turn as the goldens write it."""
    return {{"source": "src", "used_targets": "used"}.get(key, key): value for key, value in step.items()}


def boot_document(boot: Row) -> dict[str, Any]:
    """The topology document of a booted machine, as its kernel saw it."""
    tier_of = {node: int(tier) for tier, nodes in boot["tiers"].items() for node in nodes}
    nodes = [
        {
            "id": node,
            "cpus": int(node in boot["has_cpu"]),
            "memory": 2**30 if node in boot["has_memory"] else 0,
            "online": node in boot["online"],
            "adistance": 128 * tier_of.get(node, DRAM_TIER),
        }
        for node in boot["nodes"]
    ]
    title = f"{boot['name']} on {boot['kernel']}"
    return {
        "title": title,
        "nodes": nodes,
        "distances": boot["distance"],
        "zonelists": "boot",
        "kernel": boot["kernel"],
    }


def boot_differences(boot: Row) -> Iterator[str]:
    """What the program computes otherwise than a booted kernel: zonelists, tiers, and the passes run inside it."""
    described = boot_document(boot)
    order = Run.of(Topology.from_document(described)).order()
    if order["fallback"] != boot["fallback"]:
        yield f"{described['title']}: fallback order"
    loads = {str(node): boot["node_load"].get(str(node), 0) for node in boot["nodes"]}
    if order["node_load"] != loads:
        yield f"{described['title']}: node_load"
    yield from tier_differences(boot, order)
    given = Topology.from_document({**described, "node_load": boot["node_load"], "kernel": "posted"})
    if list(seed_trace(Run.of(given).order())) != boot["seed_trace"]:
        yield f"{described['title']}: passes of the patch on the kernel's own node_load"


def tier_differences(boot: Row, order: dict[str, Any]) -> Iterator[str]:
    """What the program says of the tiers otherwise than the kernel's memory and, from 6.9 on, its log."""
    title = f"{boot['name']} on {boot['kernel']}"
    if {str(tier["id"]): ids(tier["nodes"]) for tier in order["tiers"]} != boot["tiers"]:
        yield f"{title}: tiers"
    found = {node: [ids(order["preferred"][node]), ids(order["fallback_targets"][node])] for node in order["preferred"]}
    if any(found[node] != held[:2] for node, held in boot["kernel_node_demotion"].items()):
        yield f"{title}: preferred and lower tiers in the kernel's memory"
    for node, printed in (boot["demotion_printed"] or {}).items():
        if found[node] != ([printed["preferred"], printed["fallback"]] if printed else [[], []]):
            yield f"{title}: demotion targets as printed"


def seed_trace(order: dict[str, Any]) -> Iterator[list[Any]]:
    """The passes as the boots wrote them: masks as lists of ids, next_pass after every step."""
    for number, one in enumerate(order["passes"], 1):
        yield ["pass", number, ids(one["this_pass"]), ids(one["used_targets"])]
        following: set[int] = set()
        for step in one["steps"]:
            following |= {step["target"]} - {-1}
            yield ["step", step["source"], step["target"], ids(step["used_targets"]), sorted(following)]
        assert one["next_pass"] == node_list(sorted(following))


def ids(text: str) -> list[int]:
    """A node list as a list, without the program's own parser."""
    runs = [[int(end) for end in part.split("-")] for part in text.split(",") if part]
    return [node for run in runs for node in range(run[0], run[-1] + 1)]


def check_of(row: Row) -> Callable[[Row], Iterator[str]]:
    """The check for a row, by what the row holds."""
    if "steps" in row:
        return real_hotplug_differences
    if "seed_trace" in row:
        return boot_differences
    return hotplug_differences if "events" in row else differences


def main(files: list[str]) -> int:
    """Check every row of the files; the number of differences."""
    total = 0
    for name in files:
        found = rows(Path(name))
        told = [line for row in found for line in check_of(row)(row)]
        print(*told, sep="\n", end="\n" if told else "")
        print(f"{name}: {len(found)} rows, {len(told)} differences")
        total += len(told)
    return total


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
