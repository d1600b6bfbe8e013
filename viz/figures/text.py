"""Write a result as plain text for a mail: chains in the notation of the patch's comments, and passes as a table."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from viz.analysis.findings import Finding
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask, node_list
from viz.topology import printable
from viz.trace.events import Entry, rebuilds, targets_of
from viz.wording import counted

COLUMNS = 72
"""The largest length of a line of a chain or of the table, in characters."""
NO_BREAK = "\u00a0"
INDENT, BETWEEN = "    ", "  "
"""The indentation of continued lines, and the space between the columns of the table."""


def order_text(order: dict[str, Any]) -> str:
    """Return a result of Run.order() as text: where nodes demote to, how that came about, node_load, and the events."""
    warning = ["", WARN_ONCE] if "warn_once" in order else []
    events = ["", event_lines(order)] if "events" in order else []
    cgroup = ["", cgroup_lines(order)] if "allowed" in order else []
    parts = [outcome(order), *cgroup, *derivation(order), *warning, "", loads(order), *events]
    return "\n".join(line for part in parts for line in ([part] if isinstance(part, str) else part))


WARN_ONCE = "The kernel warns: Exceeds maximum demotion target nodes."
UNPLAYED = "No kernel does this, so nothing says what its events would do; they are not played."
STATES = {"N_MEMORY": "n_memory", "N_CPU": "n_cpu", "online": "online"}


def outcome(order: dict[str, Any]) -> list[str]:
    """Return a line for every chain or, if nodes can have several targets, for every source."""
    if "tiers" in order:
        return broken(tier_lines(order))
    if order["passes"] and not any(isinstance(value, list) for value in order["node_demotion"].values()):
        return chain_lines(order)
    return broken(f"{node} -> {choice(targets)}" for node, targets in order["node_demotion"].items())


def choice(targets: int | list[int]) -> str:
    """Return targets as text: "2", "2 or 3", or "stop" if there are none."""
    if isinstance(targets, int):
        targets = [targets] if targets != NUMA_NO_NODE else []
    if len(targets) < 2:
        return str(targets[0]) if targets else "stop"
    return f"{', '.join(map(str, targets[:-1]))} or {targets[-1]}"


def tier_lines(order: dict[str, Any]) -> list[str]:
    """Return a line for each tier, fastest first, then a line for each node as the kernel logs it."""
    lines = [f"tier {tier['id']}: {tier['nodes']}" for tier in order["tiers"]]
    for node, preferred in order["preferred"].items():
        fallback = order["fallback_targets"][node] or "none, left behind when the memory went"
        targets = f"preferred: {preferred}, fallback: {fallback}" if preferred else "null"
        lines.append(f"Demotion targets for Node {node}: {targets}")
    top = [int(node) for node, in_top in order["toptier"].items() if in_top]
    return [*lines, f"top tier: {node_list(top) or 'nobody'}"]


CPUSETS = {
    "ignored": "this kernel does not look at its cpuset",
    "gate": "its cpuset decides whether, not where",
    "filter": "its cpuset decides where",
    "random": "its cpuset decides where, and any allowed node may be drawn",
}


def cpuset_sentence(allowed: str, cpuset: str) -> str:
    """Return what a kernel does about the cpuset of a cgroup that may use these nodes."""
    return f"A cgroup on node{'' if allowed.isdigit() else 's'} {allowed}: {CPUSETS[cpuset]}."


def cgroup_lines(order: dict[str, Any]) -> list[str]:
    """Return a line for each node that says where a cgroup's pages go, and which nodes outside its cpuset get some."""
    head = cpuset_sentence(order["allowed"], order["cpuset"])
    lines = []
    for node, targets in order["demotes_to"].items():
        leaks = node_list(order["leaks_to"][node])
        lines.append(f"{node} -> {choice(targets)}" + (f"; outside the cpuset: {leaks}" if leaks else ""))
    return broken([head, *lines])


def derivation(order: dict[str, Any]) -> list[str]:
    """Return a blank line and what led to the outcome: passes, cycles or costs; [] if the result has none of these."""
    if order["passes"]:
        return [*cycle_lines(order), "", pass_table(order["passes"])]
    if "cycles" in order:
        return cycle_lines(order)
    if lines := cost_lines(order):
        return ["", *broken(lines)]
    return []


def cycle_lines(order: dict[str, Any]) -> list[str]:
    """Return a blank line and lines on the cycles of an order; [] for a version under which no cycle is possible."""
    if "cycles" not in order:
        return []
    cycles = [f"cycle: {' -> '.join(map(str, [*cycle, cycle[0]]))}" for cycle in order["cycles"]]
    return ["", *broken(cycles or ["no cycle"])]


def cost_lines(order: dict[str, Any]) -> list[str]:
    """Return what each move costs, and whether it leaves the socket; [] for a version that counts no costs."""
    lines = []
    for node, moves in order.get("costs", {}).items():
        texts = [f"{m['target']} at {m['distance']}{'' if m['local'] else ' in another socket'}" for m in moves]
        lines += [f"{node}: {', '.join(texts)}; prefers {order['preferred'][node]}"] if texts else []
    return lines


def chain_lines(order: dict[str, Any]) -> list[str]:
    """Return each chain as "0 -> 1 -> 2 -> stop", in the order of their first nodes; long ones take several lines."""
    sources = NodeMask.parse(order["passes"][0]["this_pass"])
    if not sources:
        return ["N_CPU is empty, so the passes start nowhere and no node has a target."]
    chains = (chain_words(order["node_demotion"], source) for source in sources)
    return [line for nodes in chains for line in filled([nodes[0], *(f" -> {node}" for node in nodes[1:])], COLUMNS)]


def chain_words(node_demotion: dict[str, int], source: int) -> list[str]:
    """Return the nodes of chain() as words, then "stop" or, if the chain leads back to one of its nodes, "N again"."""
    nodes = chain(node_demotion, source)
    target = node_demotion[str(nodes[-1])]
    return [*map(str, nodes), "stop" if target == NUMA_NO_NODE else f"{target} again"]


def chain(node_demotion: dict[str, int], source: int) -> list[int]:
    """Return the nodes to which cold pages of `source` come one after the other, beginning with `source`, each once."""
    nodes = [source]
    while (target := node_demotion[str(nodes[-1])]) not in (NUMA_NO_NODE, *nodes):
        nodes.append(target)
    return nodes


def pass_table(passes: list[dict[str, Any]]) -> str:
    """Return a table with a row for each pass and each source: what it chose, and used_targets after that."""
    rows = [("pass", "step", "used_targets", "next_pass")]
    for number, each in enumerate(passes, 1):
        sources = f"this_pass = {each['this_pass'] or '(empty)'}"
        rows.append((str(number), sources, each["used_targets"] or "(empty)", ""))
        for step in each["steps"]:
            rows.append(("", step_text(step), step["used_targets"], ""))
        rows[-1] = (*rows[-1][:3], each["next_pass"] or "(empty)")
    return "\n".join(line for row in rows for line in _row_lines(row, _column_widths(rows)))


def filled(pieces: Iterable[str], width: int, indent: str = INDENT) -> list[str]:
    """Return the pieces joined to as few lines of that width as possible; all lines but the first are indented."""
    lines = [""]
    for piece in pieces:
        if lines[-1].strip() and len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append(indent + piece.lstrip())
        else:
            lines[-1] += piece
    return [line.rstrip() for line in lines]


def broken(lines: Iterable[str]) -> list[str]:
    """Return the lines; those that are too long are broken after a comma or before an arrow."""
    return [part for line in lines for part in filled(re.split(r"(?<=,)|(?= -> )", line), COLUMNS)]


def _column_widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the width of each column: what it needs, except that the widest ones share the space that is left."""
    needed = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    spare = COLUMNS - len(BETWEEN) * (len(needed) - 1)
    widths = list(needed)
    for index, column in enumerate(sorted(range(len(needed)), key=needed.__getitem__)):
        widths[column] = min(needed[column], spare // (len(needed) - index))
        spare -= widths[column]
    return widths


def _row_lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return the lines of a row of the table, as many as its longest cell needs."""
    cells = [filled(_pieces(cell), width, "  ") for cell, width in zip(row, widths, strict=True)]
    lines = zip_longest(*cells, fillvalue="")
    return [BETWEEN.join(map(str.ljust, line, widths)).rstrip() for line in lines]


def _pieces(cell: str) -> list[str]:
    """Split a cell where a line may end: "this_pass = ", "0-2,", "5"."""
    return re.split(r"(?<=,)|(?<= = )", cell)


def step_text(step: dict[str, Any]) -> str:
    """Return text such as "0 -> 1", "0 -> 1 or 2 (not 3)", "0 -> stop" or "0 keeps 1"."""
    if "kept" in step:
        return f"{step['source']} keeps {step['kept']}"
    if "target" in step:
        return f"{step['source']} -> {choice(step['target'])}"
    refused = f" (not {step['rejected']})" if step["rejected"] != NUMA_NO_NODE else ""
    return f"{step['source']} -> {choice(step['targets'])}{refused}"


def event_lines(order: dict[str, Any]) -> list[str]:
    """Return what each event did and the order after it, then the number of rebuilds; or that none are played."""
    if order["events"] is None:
        return broken([UNPLAYED])
    lines, current = [], targets_of(order)
    for number, event in enumerate(order["events"], 1):
        lines += [f"event {number}: {event['event']} {event['node']}", f"    {log_text(event['log'])}"]
        stores = [entry for entry in event["log"] if targets_of(entry)]
        if not stores or targets_of(stores[-1]) == current:
            lines.append("    the order is as before")
        else:
            lines += [f"    {line}" for line in entry_order_lines(stores[-1])]
            current = targets_of(stores[-1])
    caused, changed = rebuilds(order, [event["log"] for event in order["events"]])
    return [*lines, "", f"rebuilds caused: {caused}, of which changed the order: {changed}"]


def log_text(log: list[Entry]) -> str:
    """Return the entries of an event's log as one line."""
    actions = ", ".join(map(entry_text, log[:-1])) or "nothing is rebuilt"
    return "; ".join([actions, *(f"{name} {log[-1][key] or '(empty)'}" for name, key in STATES.items())])


def entry_text(entry: Entry) -> str:
    """Return the action of a log's entry in a few words."""
    match entry["do"]:
        case "zonelists":
            return "all zonelists" if entry["of"] == "all" else f"the zonelist of {entry['of']} alone"
        case "rebuild":
            passes = len(entry["passes"] or [])
            return f"rebuild in {passes} pass{'es' if passes != 1 else ''}" if passes else "rebuild"
    return str(entry["do"])


def entry_order_lines(entry: Entry) -> list[str]:
    """Return the order after an entry: a line for each chain, or for each source if nodes can have several targets."""
    if "tiers" in entry:
        return tier_lines(entry)
    targets = {int(node): value for node, value in entry["node_demotion"].items()}
    if any(isinstance(value, list) for value in targets.values()):
        lines = [f"{node} -> {choice(value)}" for node, value in targets.items() if value]
    else:
        heads = [node for node, target in targets.items() if target != NUMA_NO_NODE and node not in targets.values()]
        lines = [" -> ".join(chain_words(entry["node_demotion"], head)) for head in heads]
    return lines or ["no node has a target"]


def loads(order: dict[str, Any]) -> str:
    """Return node_load[] as a line, or as several if it is long."""
    return "\n".join(filled(["node_load:", *(f" {n}:{load}" for n, load in order["node_load"].items())], COLUMNS))


def findings_text(found: Sequence[Finding]) -> str:
    """Return a heading and a numbered list of findings, each with its id and the step to look at."""
    if not found:
        return "Nothing is odd about this machine."
    heading = f"{counted(len(found), 'thing')} to know about this machine"
    return "\n".join([heading, "", *(line for number, one in enumerate(found, 1) for line in _item(number, one))])


def _item(number: int, finding: Finding) -> list[str]:
    text = f"{finding.says} ({finding.id}, step {finding.step})"
    start = f"{number}. "
    whole = printable(text, 2000).replace(" → ", f"{NO_BREAK}→{NO_BREAK}")  # an arrow is never at the end of a line
    lines = textwrap.wrap(
        whole, COLUMNS, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False
    )
    return [line.replace(NO_BREAK, " ") for line in lines]
