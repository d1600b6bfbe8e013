"""Compare what the program computes with what real kernels computed.

`tests/golden/rows.jsonl` holds results of the kernel's own functions. `boots.jsonl` holds what booted kernels printed
or had in memory. `python -m tests.goldens FILE...` compares further files of the same form.
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
"""The versions for which there are no golden rows, each with the reason."""
FROM_6_7 = ("v6.7", "v6.11", "v6.12.43", "v6.16", "v6.17", "v7.0", "random-member")
Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    """Return the rows of a golden file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def digest(value: object) -> str:
    """Return the hash of a large value, as golden rows store it in place of the value."""
    return hashlib.sha256(json.dumps(value, separators=(",", ":"), sort_keys=True).encode()).hexdigest()[:16]


def document(row: Row) -> dict[str, Any]:
    """Return the topology document of a row of rows.jsonl."""
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
    optional: Row = {key: row[key] for key in ("zonelists", "n_cpu") if key in row}
    return {"title": row["name"], "nodes": nodes, "distances": matrix(row), **optional}


def matrix(row: Row) -> list[list[int]]:
    """Return the distances of a row, which may be stored compressed."""
    if "distance" in row:
        return list(row["distance"])
    size, cells = len(row["ids"]), zlib.decompress(base64.b64decode(row["distance_z"]))
    return [list(cells[i * size : (i + 1) * size]) for i in range(size)]


def differences(row: Row) -> Iterator[str]:
    """Yield a line for each result that the program computes differently from the kernels."""
    topology = Topology.from_document(json.loads(json.dumps(document(row))))
    for version in VERSIONS:
        expected = row["expect"].get(golden_name(version))
        if expected is None:
            continue
        computed = golden(Run.of(topology, version.name).order())
        for key, value in computed.items():
            if expected.get(f"{key}_sha", digest(value)) != digest(value) or expected.get(key, value) != value:
                yield f"{row['name']}: {version.name}: {key}"
            if key not in expected and f"{key}_sha" not in expected:
                yield f"{row['name']}: {version.name}: the row says nothing on {key}"
        for key in {key.removesuffix("_sha") for key in expected} - computed.keys():
            yield f"{row['name']}: {version.name}: the program says nothing on {key}"


def golden_name(version: Version) -> str:
    """Return the name of a version in the golden rows.

    The posted patch builds the same order as v5.15. If the document gives the tiers, all versions from v6.7 on build
    the same order as v6.12.
    """
    if version.name == "posted":
        return "v5.15"
    return "v6.12" if version.name in FROM_6_7 else version.name


def golden(order: dict[str, Any]) -> dict[str, Any]:
    """Return the results of `order` in the form of the golden rows."""
    loads, lists = list(order["node_load"].values()), list(order["fallback"].values())
    return {"node_load": loads, "order": lists, **golden_order(order)}


def golden_order(order: dict[str, Any]) -> dict[str, Any]:
    """Return the targets of an order or a rebuild, and its passes or its tiers, in the form of the golden rows."""
    result: dict[str, Any] = {}
    if order["passes"] is not None:
        result["demotion"] = list(order["node_demotion"].values())
        result["passes"] = [golden_pass(order_pass) for order_pass in order["passes"]]
        result["n_passes"] = len(order["passes"])
    else:
        result["tiers"] = order["tiers"]
        result["preferred"] = list(order["preferred"].values())
        result["fallback"] = list(order["fallback_targets"].values())
        result["toptier"] = list(order["toptier"].values())
        steps = order.get("steps", [])
        result["steps"] = [{"src": s["source"], "cand": s["candidates"], "picks": s["picks"]} for s in steps]
    return result | ({"warn_once": True} if "warn_once" in order else {})


def hotplug_document(row: Row) -> dict[str, Any]:
    """Return the topology document of a row with a sequence of events."""
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
    event_pairs = [{"event": event, "node": node} for event, node in row["events"]]
    rest = {"distances": row["distance"], "zonelists": row["zonelists"], "events": event_pairs}
    return {"title": row["name"], "nodes": nodes, **rest}


def hotplug_differences(row: Row) -> Iterator[str]:
    """Yield a line for each event that the program plays differently from the kernels."""
    topology = Topology.from_document(json.loads(json.dumps(hotplug_document(row))))
    expected = [
        (kernel, expect)
        for name, expect in row["expect"].items()
        for kernel in (FROM_6_7 if name == "v6.12" else (name,))
    ]
    for kernel, expect in expected:
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
    """Return an entry of the log of an event in the form of the golden rows."""
    match entry["do"]:
        case "zonelists":
            return {**entry, "node_load": list(entry["node_load"].values())}
        case "disable":
            return {"do": "disable", "demotion": list(entry["node_demotion"].values())}
        case "rebuild":
            return {"do": "rebuild", **order_digested(entry)}
    return entry


def order_digested(order: dict[str, Any]) -> Row:
    """Return the result of golden_order() with hashes in place of passes and steps."""
    result = golden_order(order)
    hashed = {f"{key}_sha": digest(result.pop(key)) for key in ("passes", "steps") if key in result}
    return {**result, **hashed}


def without_passes(expected: Any) -> Any:
    """Return the expected values without complete passes; only hashes of passes are compared."""
    if isinstance(expected, list):
        return [without_passes(item) for item in expected]
    if isinstance(expected, dict):
        return {key: without_passes(value) for key, value in expected.items() if key != "passes"}
    return expected


def real_hotplug_differences(row: Row) -> Iterator[str]:
    """Yield a line for each step at which the program's passes differ from those that ran inside a real kernel.

    At each step the program begins with the kernel's node_load.
    """
    for step in row["steps"]:
        described = boot_document({**row, **step, "nodes": [node["id"] for node in row["nodes"]]})
        topology = Topology.from_document({**described, "node_load": step["node_load"], "kernel": "posted"})
        if list(seed_trace(Run.of(topology).order())) != step["seed_trace"]:
            yield f"{described['title']}: passes of the patch at {step['snap']}"


def golden_pass(order_pass: dict[str, Any]) -> dict[str, Any]:
    """Return a pass in the form of the golden rows."""
    steps = [golden_step(step) for step in order_pass["steps"]]
    return {
        "this": order_pass["this_pass"],
        "used_in": order_pass["used_targets"],
        "steps": steps,
        "next": order_pass["next_pass"],
    }


def golden_step(step: dict[str, Any]) -> dict[str, Any]:
    """Return a step of a pass, in which one source chooses, in the form of the golden rows."""
    return {{"source": "src", "used_targets": "used"}.get(key, key): value for key, value in step.items()}


def boot_document(boot: Row) -> dict[str, Any]:
    """Return the topology document of a booted machine as its kernel saw it."""
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
    """Yield a line for each difference from a booted kernel: in its zonelists, its tiers, or passes that ran inside."""
    machine_document = boot_document(boot)
    order = Run.of(Topology.from_document(machine_document)).order()
    if order["fallback"] != boot["fallback"]:
        yield f"{machine_document['title']}: fallback order"
    loads = {str(node): boot["node_load"].get(str(node), 0) for node in boot["nodes"]}
    if order["node_load"] != loads:
        yield f"{machine_document['title']}: node_load"
    yield from tier_differences(boot, order)
    with_loads = Topology.from_document({**machine_document, "node_load": boot["node_load"], "kernel": "posted"})
    if list(seed_trace(Run.of(with_loads).order())) != boot["seed_trace"]:
        yield f"{machine_document['title']}: passes of the patch on the kernel's own node_load"


def tier_differences(boot: Row, order: dict[str, Any]) -> Iterator[str]:
    """Yield a line if tiers or targets differ from the kernel's memory or, from 6.9 on, from its log."""
    title = f"{boot['name']} on {boot['kernel']}"
    if {str(tier["id"]): ids(tier["nodes"]) for tier in order["tiers"]} != boot["tiers"]:
        yield f"{title}: tiers"
    found = {node: [ids(order["preferred"][node]), ids(order["fallback_targets"][node])] for node in order["preferred"]}
    if any(found[node] != in_memory[:2] for node, in_memory in boot["kernel_node_demotion"].items()):
        yield f"{title}: preferred and lower tiers in the kernel's memory"
    for node, printed in (boot["demotion_printed"] or {}).items():
        if found[node] != ([printed["preferred"], printed["fallback"]] if printed else [[], []]):
            yield f"{title}: demotion targets as printed"


def seed_trace(order: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield the passes in the form of boots.jsonl: masks as lists of ids, and next_pass after every step."""
    for number, order_pass in enumerate(order["passes"], 1):
        yield ["pass", number, ids(order_pass["this_pass"]), ids(order_pass["used_targets"])]
        following: set[int] = set()
        for step in order_pass["steps"]:
            following |= {step["target"]} - {-1}
            yield ["step", step["source"], step["target"], ids(step["used_targets"]), sorted(following)]
        assert order_pass["next_pass"] == node_list(sorted(following))


def ids(text: str) -> list[int]:
    """Return the ids of a node list such as `0-2,5`, without using the program's own parser."""
    runs = [[int(end) for end in part.split("-")] for part in text.split(",") if part]
    return [node for run in runs for node in range(run[0], run[-1] + 1)]


def check_of(row: Row) -> Callable[[Row], Iterator[str]]:
    """Return the function that compares a row, depending on the keys of the row."""
    if "steps" in row:
        return real_hotplug_differences
    if "seed_trace" in row:
        return boot_differences
    return hotplug_differences if "events" in row else differences


def main(files: list[str]) -> int:
    """Compare every row of the files, and return the number of differences."""
    total = 0
    for name in files:
        checked = rows(Path(name))
        lines = [line for row in checked for line in check_of(row)(row)]
        print(*lines, sep="\n", end="\n" if lines else "")
        print(f"{name}: {len(checked)} rows, {len(lines)} differences")
        total += len(lines)
    return total


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
