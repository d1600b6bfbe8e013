"""Write the panels beside the stage as HTML fragments: the table of registers and the source listing.

As with the stage, the player only sets classes, text and attributes on these elements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from viz.readers.patch_claims import Claim, claims
from viz.trace.addresses import Address, address_in
from viz.trace.model import Trace
from viz.trace.rules import as_in_the_patch
from viz.trace.source_colours import Piece
from viz.trace.source_listing import Function, Statement

HELP = {
    "this_pass": ("choose in this pass", "The sources of this pass: the nodes that look for a target in it."),
    "next_pass": (
        "found as targets; empty at the end: done",
        "The targets found in this pass, which are the sources of the next. Empty at its end: finished.",
    ),
    "used_targets": (
        "were sources or chosen; never chosen again",
        "Every node that was a source or was chosen. None can be chosen again, so no two sources share a target "
        "and no cycle can form.",
    ),
    "source_nodes": ("were sources; never chosen", "Every node that was ever a source. None can be chosen."),
    "node_demotion": (
        "where cold pages go",
        "Where cold pages of each node go: one node, or several to draw from; -1 or empty is nowhere.",
    ),
    "nearest": (
        "as far as the best of the next tier",
        "The nodes of the next slower tier that are as far as the best; the source prefers them.",
    ),
    "lower_tier": ("in slower tiers", "All nodes in tiers slower than the one that is looked at."),
    "toptier": ("count as fast memory", "The nodes that count as fast memory."),
    "preferred": ("where cold pages go first", "Where cold pages of each node go first."),
    "lower_tier_mask": (
        "where else they may go",
        "Where cold pages of each node may go if no preferred node has room.",
    ),
    "memtier": ("abstract distance / 128", "The memory tier of each node: its abstract distance divided by 128."),
    "next_class": ("the source may demote to", "The nodes that the source may demote to."),
    "target_set": ("where cold pages may go, best first", "Where cold pages of each node may go, best first."),
    "walked": ("a page was followed through", "The nodes that a page has been followed through."),
    "node_load": (
        "decides between equals, lower wins",
        "What building the fallback lists (zonelists) has charged each node: the first at each new distance. "
        "Among targets that cost the same, the lowest wins.",
    ),
}
"""What each register is: the few words at the end of its row, and the sentence in its tooltip."""

CHANGED_USED = ("cannot be chosen in this turn", "The nodes that the source whose turn it is cannot choose.")
"""The words for used_targets if a changed rule decides which nodes are used, and for how long."""
FEW = 8
"""The largest number of nodes that leaves room for words at the end of a row."""
DENSE, WIDEST = 20, 99
"""Columns are narrow if there are more nodes than DENSE, and wider again if an id is larger than WIDEST."""
LEGEND = "Dimmed lines are only points to stop at; Linux has none of them."
TABLE = "Registers, a column a node. Enter: the arrow keys go from cell to cell. Escape: they step again."
LIST = "array list"
"""The classes of a register that holds a list for each node."""
LAID_OUT = 96
"""The number of columns shown at first; assets/player/registers.mjs shows others when they come into sight."""


def registers(trace: Trace) -> str:
    """Return a table with a row `[data-signal]` for each register and a cell `[data-cell]` for each node."""
    explained = len(trace.nodes) <= FEW
    density = "registers dense" if len(trace.nodes) > DENSE else "registers"
    density += " told" if explained else ""
    density += " wide" if trace.nodes[-1] > WIDEST else ""
    density += " lists" if any(_kind(trace, name) == LIST for name in trace.arrays) else ""
    table = Element("table", {"class": density, "role": "grid", "aria-label": TABLE})
    table.set("style", f"--columns: {len(trace.nodes)}")
    if len(trace.nodes) > LAID_OUT:
        table.attrib |= {"style": f"{table.get('style')}; --before: 0; --behind: {len(trace.nodes) - LAID_OUT}"}
        table.set("aria-colcount", str(len(trace.nodes) + 1))
    head = SubElement(SubElement(table, "thead"), "tr")
    SubElement(head, "th", {"scope": "col"}).text = "node"
    for cell, node in _columns(head, "th", trace.nodes):
        cell.attrib |= {"scope": "col", "data-column": str(node)}
        cell.text = str(node)
    if explained:
        SubElement(head, "td", {"class": "brief"})
    body = SubElement(table, "tbody")
    for name in (*trace.masks, *trace.arrays):
        kind = _kind(trace, name)
        row = SubElement(body, "tr", {"data-signal": name, "data-value": ""})
        row.set("class", f"{kind} {name.replace('_', '-')}")
        brief, sentence = HELP[name] if name != "used_targets" or as_in_the_patch(trace) else CHANGED_USED
        header = SubElement(row, "th", {"scope": "row", "title": sentence})
        SubElement(header, "button", {"type": "button"}).text = name
        for cell, node in _columns(row, "td", trace.nodes):
            cell.attrib |= {"data-cell": str(node), "tabindex": "-1"}
        if explained:
            SubElement(row, "td", {"class": "brief"}).text = brief
    first = next(body[0].iterfind("*[@data-cell]"))
    first.set("tabindex", "0")  # the tab key reaches one cell; the arrow keys move the focus to the others
    return tostring(table, encoding="unicode", method="html")


def _columns(row: Element, tag: str, nodes: Sequence[int]) -> Iterator[tuple[Element, int]]:
    """Yield a cell for each node; those after the first LAID_OUT are hidden, and spacer cells stand for hidden ones."""
    many = len(nodes) > LAID_OUT
    if many:
        SubElement(row, "td", {"class": "room", "aria-hidden": "true"})
    for index, node in enumerate(nodes):
        yield SubElement(row, tag, {"hidden": ""} if index >= LAID_OUT else {}), node
    if many:
        SubElement(row, "td", {"class": "room", "aria-hidden": "true"})


def _kind(trace: Trace, name: str) -> str:
    if name in trace.masks:
        return "mask"
    return LIST if isinstance(trace.at(f"{name}[{trace.nodes[0]}]", 0), str) else "array"


def listing(functions: Sequence[Function]) -> dict[str, str]:
    """Return every function as a list `[data-function]` of lines `[data-line]`, by "file name"; the page shows one.

    Lines at which a run can stop have the class "stops"; those that exist only to stop at have the class "look". Of a
    statement over several lines, the first names the last, `[data-last]`, and the others name the first, `[data-of]`.
    A statement in a loop names the loop's first line, `[data-loop]`. An address in Linux that a docstring gives is a
    link. What a comment of the patch claims about a statement is written below the statement, and the player shows it
    when the run stops at the line `[data-at]`.
    """
    return {
        f"{function.file} {function.name}": tostring(_lines(function), encoding="unicode", method="html")
        for function in functions
    }


def _lines(function: Function) -> Element:
    key = f"{function.file} {function.name}"
    lines = Element("ol", {"data-function": key, "class": "listing", "start": str(function.first)})
    items = []
    for number, pieces in enumerate(function.lines, function.first):
        items.append(SubElement(lines, "li", {"data-line": str(number)}))
        if number in function.changed:
            items[-1].set("data-changed", "")
        _write(SubElement(items[-1], "code"), pieces)
    for statement in function.statements:
        if statement.yields:
            _mark(items[statement.first - function.first : statement.last - function.first + 1], statement)
    for statement, claimed in claims(function):
        own_items = items[statement.first - function.first : statement.last - function.first + 1]
        note = _claim(lines, own_items, claimed)
        if not any(claim.on_request for claim in claimed):
            note.set("data-at", shown_at(function, statement))
    if any(statement.checkpoint for statement in function.statements):
        SubElement(lines, "li", {"class": "legend"}).text = LEGEND
    return lines


def _write(code: Element, pieces: Sequence[Piece]) -> None:
    """Put the pieces of a line into its element: coloured pieces as spans, the others as plain text."""
    code.text = "" if pieces else "\u200b"
    last: Element | None = None
    for piece in pieces:
        if piece.kind:
            last = SubElement(code, "span", {"class": piece.kind})
            last.text = piece.text
            if piece.kind == "string" and (address := address_in(piece.text)):
                _link(last, address)
        elif last is None:
            code.text += piece.text
        else:
            last.tail = piece.text


def _claim(lines: Element, items: Sequence[Element], claimed: Sequence[Claim]) -> Element:
    """Add a button with the verdict on a statement's claims, and below the statement their texts; return the texts."""
    items[0].set("class", f"{items[0].get('class', '')} claimed".strip())
    verdict = next((claim.verdict for claim in claimed if claim.verdict != "holds"), "holds")
    button = SubElement(items[0], "button", {"type": "button", "class": "claim", "aria-expanded": "false"})
    button.text = f"claim: {verdict}"
    button.set("title", " ".join(claim.text for claim in claimed))
    note = Element("li", {"class": "claims"})
    for claim in claimed:
        paragraph = SubElement(note, "p")
        paragraph.text = f"The comment: {claim.text} "
        SubElement(paragraph, "b").text = f"{claim.verdict[0].upper()}{claim.verdict[1:]}."
        paragraph[-1].tail = f" {claim.because}"
    lines.insert(list(lines).index(items[-1]) + 1, note)
    return note


def shown_at(function: Function, statement: Statement) -> str:
    """Return the line where a run stops at a statement or at the one right after it; empty if it stops at neither."""
    pair = [other for other in function.statements if other.first >= statement.first][:2]
    return str(next((other.first for other in pair if other.yields), ""))


def _link(span: Element, address: Address) -> None:
    """Turn the address in a docstring's line into a link."""
    text = span.text or ""
    span.text = text[: len(text) - len(text.lstrip())]
    attributes = {"target": "_blank", "rel": "noopener noreferrer", "title": address.description}
    SubElement(span, "a", {"href": address.link, **attributes}).text = text.strip()


def _mark(items: Sequence[Element], statement: Statement) -> None:
    """Set the classes and attributes of the lines of a statement at which a run can stop."""
    first, *others = items
    first.set("class", "stops look" if statement.checkpoint else "stops")
    if statement.loop is not None:
        first.set("data-loop", str(statement.loop))
    if others:
        first.set("data-last", str(statement.last))
    for item in others:
        item.set("data-of", str(statement.first))
        if statement.checkpoint:
            item.set("class", "look")
