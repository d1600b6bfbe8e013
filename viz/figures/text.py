"""The result as plain text, ready for a mail: the chains as the patch comment writes them, the passes as a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask, node_list
from viz.trace.events import Entry, rebuilds, targets_of

COLUMNS = 72
"""No line of a chain or of the table is longer."""
HANGING, BETWEEN = "    ", "  "


def order_text(order: dict[str, Any]) -> str:
    """Who demotes to whom, what led there, and node_load, of a result as Run.order() gives it."""
    warned = ["", WARN_ONCE] if "warn_once" in order else []
    events = ["", event_lines(order)] if "events" in order else []
    parts = [outcome(order), *further(order), *warned, "", loads(order), *events]
    return "\n".join(line for part in parts for line in ([part] if isinstance(part, str) else part))


WARN_ONCE = "The kernel warns: Exceeds maximum demotion target nodes."
UNPLAYED = "No kernel does this, so nothing says what its events would do; they are not played."
STATES = {"N_MEMORY": "n_memory", "N_CPU": "n_cpu", "online": "online"}


def outcome(order: dict[str, Any]) -> list[str]:
    """A line for every chain or, where a node may have several targets, for every source."""
    if "tiers" in order:
        return fitted(tier_lines(order))
    if order["passes"] and not any(isinstance(value, list) for value in order["node_demotion"].values()):
        return chain_lines(order)
    return fitted(f"{node} -> {choice(targets)}" for node, targets in order["node_demotion"].items())


def choice(targets: int | list[int]) -> str:
    """ "2", "2 or 3", or "stop"."""
    if isinstance(targets, int):
        targets = [targets] if targets != NUMA_NO_NODE else []
    if len(targets) < 2:
        return str(targets[0]) if targets else "stop"
    return f"{', '.join(map(str, targets[:-1]))} or {targets[-1]}"


def tier_lines(order: dict[str, Any]) -> list[str]:
    """A line a tier, fastest first, then a line a node as the kernel logs it."""
    lines = [f"tier {tier['id']}: {tier['nodes']}" for tier in order["tiers"]]
    for node, preferred in order["preferred"].items():
        fallback = order["fallback_targets"][node] or "none, left behind when the memory went"
        found = f"preferred: {preferred}, fallback: {fallback}" if preferred else "null"
        lines.append(f"Demotion targets for Node {node}: {found}")
    fast = [int(node) for node, fast in order["toptier"].items() if fast]
    return [*lines, f"top tier: {node_list(fast) or 'nobody'}"]


def further(order: dict[str, Any]) -> list[str]:
    """What led to the outcome: passes, cycles or costs, after a blank line; nothing where all searched alone."""
    if order["passes"]:
        return ["", pass_table(order["passes"])]
    if "cycles" in order:
        rounds = [f"cycle: {' -> '.join(map(str, [*cycle, cycle[0]]))}" for cycle in order["cycles"]]
        return ["", *fitted(rounds or ["no cycle"])]
    if "costs" in order:
        return ["", *fitted(cost_lines(order))]
    return []


def cost_lines(order: dict[str, Any]) -> list[str]:
    """What each move costs, and whether it leaves the socket."""
    lines = []
    for node, moves in order["costs"].items():
        told = [f"{m['target']} at {m['distance']}{'' if m['local'] else ' in another socket'}" for m in moves]
        lines += [f"{node}: {', '.join(told)}; prefers {order['preferred'][node]}"] if told else []
    return lines


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
            rows.append(("", step_text(step), step["used_targets"], ""))
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


def fitted(lines: Iterable[str]) -> list[str]:
    """The lines with each that is too long on several, broken after a comma or before an arrow."""
    return [part for line in lines for part in filled(re.split(r"(?<=,)|(?= -> )", line), COLUMNS)]


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


def step_text(step: dict[str, Any]) -> str:
    """ "0 -> 1", "0 -> 1 or 2 (not 3)", "0 -> stop"."""
    if "target" in step:
        return f"{step['source']} -> {choice(step['target'])}"
    refused = f" (not {step['rejected']})" if step["rejected"] != NUMA_NO_NODE else ""
    return f"{step['source']} -> {choice(step['targets'])}{refused}"


def event_lines(order: dict[str, Any]) -> list[str]:
    """What each event did and the order it left, then what all of them cost; a note where none is played."""
    if order["events"] is None:
        return fitted([UNPLAYED])
    lines, standing = [], targets_of(order)
    for number, event in enumerate(order["events"], 1):
        lines += [f"event {number}: {event['event']} {event['node']}", f"    {did(event['log'])}"]
        told = [entry for entry in event["log"] if targets_of(entry)]
        if not told or targets_of(told[-1]) == standing:
            lines.append("    the order is as before")
        else:
            lines += [f"    {line}" for line in standing_lines(told[-1])]
            standing = targets_of(told[-1])
    caused, changed = rebuilds(order, [event["log"] for event in order["events"]])
    return [*lines, "", f"rebuilds caused: {caused}, of which changed the order: {changed}"]


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
            passes = len(entry["passes"] or [])
            return f"rebuild in {passes} pass{'es' if passes != 1 else ''}" if passes else "rebuild"
    return str(entry["do"])


def standing_lines(entry: Entry) -> list[str]:
    """The order an entry left: a line a chain from each node that is nobody's target, or a line a source."""
    if "tiers" in entry:
        return tier_lines(entry)
    targets = {int(node): value for node, value in entry["node_demotion"].items()}
    if any(isinstance(value, list) for value in targets.values()):
        lines = [f"{node} -> {choice(value)}" for node, value in targets.items() if value]
    else:
        heads = [node for node, target in targets.items() if target != NUMA_NO_NODE and node not in targets.values()]
        lines = [" -> ".join([*map(str, chain(entry["node_demotion"], head)), "stop"]) for head in heads]
    return lines or ["no node has a target"]


def loads(order: dict[str, Any]) -> str:
    """node_load[] in one line, or in several that hang back."""
    return "\n".join(filled(["node_load:", *(f" {n}:{load}" for n, load in order["node_load"].items())], COLUMNS))
