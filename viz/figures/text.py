"""The result as plain text, ready for a mail: the chains as the patch comment writes them, the passes as a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.trace.events import Entry, rebuilds

COLUMNS = 72
"""No line of a chain or of the table is longer."""
HANGING, BETWEEN = "    ", "  "
NO_ORDER = "The demotion order of this kernel is not built yet; node_load and the fallback orders are."

NO_EVENTS = "So its events are not played."

STATES = {"N_MEMORY": "n_memory", "N_CPU": "n_cpu", "online": "online"}


def order_text(order: dict[str, Any]) -> str:
    """The chains, the passes and node_load of a result as Run.order() gives it."""
    parts = [loads(order), *(["", event_text(order)] if order.get("events") else [])]
    if order["node_demotion"] is None:
        unplayed = [NO_EVENTS] if "events" in order else []
        return "\n".join([NO_ORDER, *unplayed, "", fallbacks(order), "", *parts])
    return "\n".join([*chain_lines(order), "", pass_table(order["passes"]), "", *parts])


def chain_lines(order: dict[str, Any]) -> list[str]:
    """A chain on a line, "0 -> 1 -> 2 -> stop", by the id of the node that it starts from; a long one on several."""
    sources = NodeMask.parse(order["passes"][0]["this_pass"])
    if not sources:
        return ["N_CPU is empty, so the passes start nowhere and no node has a target."]
    chains = ([*map(str, chain(order["node_demotion"], source)), "stop"] for source in sources)
    return [line for nodes in chains for line in filled([nodes[0], *(f" -> {node}" for node in nodes[1:])], COLUMNS)]


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
    return "\n".join(line for row in rows for line in _lines(row, _widths(rows)))


def filled(pieces: Iterable[str], width: int, hanging: str = HANGING) -> list[str]:
    """The pieces one after another, on as few lines of that width as will do; all but the first hang back."""
    lines = [""]
    for piece in pieces:
        if lines[-1].strip() and len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append(hanging + piece.lstrip())
        else:
            lines[-1] += piece
    return [line.rstrip() for line in lines]


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of each column: what it needs, but the widest share what COLUMNS leaves of it."""
    needed = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    spare = COLUMNS - len(BETWEEN) * (len(needed) - 1)
    widths = list(needed)
    for place, column in enumerate(sorted(range(len(needed)), key=needed.__getitem__)):
        widths[column] = min(needed[column], spare // (len(needed) - place))
        spare -= widths[column]
    return widths


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """A row of the table, on as many lines as its longest cell needs."""
    cells = [filled(_pieces(cell), width, "  ") for cell, width in zip(row, widths, strict=True)]
    lines = zip_longest(*cells, fillvalue="")
    return [BETWEEN.join(map(str.ljust, line, widths)).rstrip() for line in lines]


def _pieces(cell: str) -> list[str]:
    """What may stand on a line of its own: "this_pass = ", "0-2,", "5"."""
    return re.split(r"(?<=,)|(?<= = )", cell)


def event_text(order: dict[str, Any]) -> str:
    """What each event did and the order it left, then what all of them cost."""
    lines, standing = [], order["node_demotion"]
    for number, event in enumerate(order["events"], 1):
        lines += [f"event {number}: {event['event']} {event['node']}", f"    {did(event['log'])}"]
        *_, left = [standing, *(entry["node_demotion"] for entry in event["log"] if "node_demotion" in entry)]
        if left == standing:
            lines.append("    the order is as before")
        else:
            lines += [f"    {line}" for line in standing_lines(left)]
        standing = left
    caused, changed = rebuilds(order["node_demotion"], [event["log"] for event in order["events"]])
    return "\n".join([*lines, "", f"rebuilds caused: {caused}, of which changed the order: {changed}"])


def did(log: list[Entry]) -> str:
    """The entries of an event's log in one line."""
    done = ", ".join(map(entry_text, log[:-1])) or "nothing is rebuilt"
    return "; ".join([done, *(f"{name} {log[-1][key] or '(empty)'}" for name, key in STATES.items())])


def entry_text(entry: Entry) -> str:
    """An entry in a few words."""
    match entry["do"]:
        case "zonelists":
            return "all zonelists" if entry["of"] == "all" else f"the zonelist of {entry['of']} alone"
        case "rebuild":
            return f"rebuild in {len(entry['passes'])} pass{'es' if len(entry['passes']) != 1 else ''}"
    return str(entry["do"])


def standing_lines(node_demotion: dict[str, int]) -> list[str]:
    """One line a chain of an order, from each node that is nobody's target."""
    targets = set(node_demotion.values())
    heads = [int(node) for node, target in node_demotion.items() if target != NUMA_NO_NODE and int(node) not in targets]
    return [" -> ".join([*map(str, chain(node_demotion, head)), "stop"]) for head in heads] or ["no node has a target"]


def fallbacks(order: dict[str, Any]) -> str:
    """Every node's fallback order, as the kernel logs it."""
    lists = order["fallback"].items()
    return "\n".join(f"Fallback order for Node {node}: {' '.join(map(str, ids))}" for node, ids in lists)


def loads(order: dict[str, Any]) -> str:
    """node_load[] in one line, or in several that hang back."""
    return "\n".join(filled(["node_load:", *(f" {n}:{load}" for n, load in order["node_load"].items())], COLUMNS))
