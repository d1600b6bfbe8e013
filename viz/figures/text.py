"""The result as plain text, 72 columns where ids allow: the chains as the patch comment writes them, the passes."""

from __future__ import annotations

from typing import Any

from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask

NO_ORDER = "The demotion order of this kernel is not built yet; node_load and the fallback orders are."


def order_text(order: dict[str, Any]) -> str:
    """The chains, the passes and node_load of a result as Run.order() gives it."""
    parts = [loads(order)]
    if order["node_demotion"] is None:
        return "\n".join([NO_ORDER, "", fallbacks(order), "", *parts])
    return "\n".join([*chain_lines(order), "", pass_table(order["passes"]), "", *parts])


def chain_lines(order: dict[str, Any]) -> list[str]:
    """One line a chain, "0 -> 1 -> 2 -> stop", by the id of the node that it starts from."""
    sources = NodeMask.parse(order["passes"][0]["this_pass"])
    if not sources:
        return ["N_CPU is empty, so the passes start nowhere and no node has a target."]
    return [" -> ".join([*map(str, chain(order["node_demotion"], source)), "stop"]) for source in sources]


def chain(node_demotion: dict[str, int], source: int) -> list[int]:
    """The nodes that cold pages of `source` can be demoted through, in order, beginning with itself."""
    nodes = [source]
    while (target := node_demotion[str(nodes[-1])]) != NUMA_NO_NODE:
        nodes.append(target)
    return nodes


def pass_table(passes: list[dict[str, Any]]) -> str:
    """A row for every pass and every source: what it chose, and what used_targets held afterwards."""
    rows = [("pass", "step", "used_targets", "next_pass")]
    for number, one in enumerate(passes, 1):
        rows.append((str(number), f"this_pass = {one['this_pass'] or '(empty)'}", one["used_targets"] or "(empty)", ""))
        for step in one["steps"]:
            target = "stop" if step["target"] == NUMA_NO_NODE else step["target"]
            rows.append(("", f"{step['source']} -> {target}", step["used_targets"], ""))
        rows[-1] = (*rows[-1][:3], one["next_pass"] or "(empty)")
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def fallbacks(order: dict[str, Any]) -> str:
    """Every node's fallback order, as the kernel logs it."""
    lists = order["fallback"].items()
    return "\n".join(f"Fallback order for Node {node}: {' '.join(map(str, ids))}" for node, ids in lists)


def loads(order: dict[str, Any]) -> str:
    """node_load[] in one line."""
    return "node_load: " + " ".join(f"{node}:{load}" for node, load in order["node_load"].items())
