"""The panels beside the stage as HTML fragments: the registers, a column a node, and the listing.

As with the stage, the player only sets classes, text and attributes on what is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from viz.trace.listing import Function
from viz.trace.model import Trace

HELP = {
    "this_pass": "The sources of this pass: the nodes that look for a target now.",
    "next_pass": "The targets found in this pass, which are the sources of the next. Empty at its end: finished.",
    "used_targets": "Every node that was a source or was chosen. None can be chosen again, so no cycle can form.",
    "source_nodes": "Every node that was ever a source. None can be chosen, so no cycle can form.",
    "node_demotion": "Where cold pages of each node go: one node, or several to draw from; -1 or empty is nowhere.",
    "nearest": "The nodes of the next slower tier that are as far as the best; the source prefers them.",
    "lower_tier": "All nodes in tiers slower than the one that is looked at.",
    "toptier": "The nodes that count as fast memory.",
    "preferred": "Where cold pages of each node go first.",
    "lower_tier_mask": "Where cold pages of each node may go if no preferred node has room.",
    "memtier": "The tier of each node: its abstract distance divided by 128.",
    "next_class": "The nodes that the source may demote to.",
    "target_set": "Where cold pages of each node may go, best first.",
    "walked": "The nodes that a page has been followed through.",
    "node_load": "What the last build of the zonelists charged each node. It only decides between equals.",
}

DENSE, WIDEST = 20, 99
"""More nodes than this get narrow columns; ids beyond that need wider ones all the same."""


def registers(trace: Trace) -> str:
    """A table with a row `[data-signal]` a register and a cell `[data-cell]` a node."""
    density = "registers dense" if len(trace.nodes) > DENSE else "registers"
    density += " wide" if trace.nodes[-1] > WIDEST else ""
    table = Element("table", {"class": density, "role": "grid", "aria-label": "Registers, a column a node"})
    table.set("style", f"--columns: {len(trace.nodes)}")
    head = SubElement(SubElement(table, "thead"), "tr")
    SubElement(head, "th", {"scope": "col"}).text = "node"
    for node in trace.nodes:
        SubElement(head, "th", {"scope": "col", "data-column": str(node)}).text = str(node)
    body = SubElement(table, "tbody")
    for name in (*trace.masks, *trace.arrays):
        kind = _kind(trace, name)
        row = SubElement(body, "tr", {"data-signal": name, "data-value": ""})
        row.set("class", f"{kind} {name.replace('_', '-')}")
        header = SubElement(row, "th", {"scope": "row", "title": HELP.get(name, "")})
        SubElement(header, "button", {"type": "button"}).text = name
        for node in trace.nodes:
            SubElement(row, "td", {"data-cell": str(node), "tabindex": "-1"})
    body[0][1].set("tabindex", "0")  # one cell takes the focus, the arrow keys go to the others
    return tostring(table, encoding="unicode", method="html")


def _kind(trace: Trace, name: str) -> str:
    if name in trace.masks:
        return "mask"
    return "array list" if isinstance(trace.at(f"{name}[{trace.nodes[0]}]", 0), str) else "array"


def listing(functions: Sequence[Function]) -> str:
    """Every function as a list `[data-function]` of lines `[data-line]`; the page shows one at a time."""
    root = Element("div", {"class": "listing"})
    for function in functions:
        attributes = {"data-function": f"{function.file} {function.name}", "hidden": "hidden"}
        lines = SubElement(root, "ol", attributes | {"start": str(function.first)})
        for number, pieces in enumerate(function.lines, function.first):
            line = SubElement(lines, "li", {"data-line": str(number)})
            code = SubElement(line, "code")
            code.text = "" if pieces else "\u200b"
            for piece in pieces:
                SubElement(code, "span", {"class": piece.kind} if piece.kind else {}).text = piece.text
    return tostring(root, encoding="unicode", method="html")
