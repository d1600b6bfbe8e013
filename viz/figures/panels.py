"""The panels beside the stage as HTML fragments: the registers, a column a node, and the listing.

As with the stage, the player only sets classes, text and attributes on what is here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from viz.readers.patch_claims import Claim, claims
from viz.trace.addresses import Address, address_in
from viz.trace.model import Trace
from viz.trace.source_listing import Function, Piece, Statement

HELP = {
    "this_pass": ("look for a target now", "The sources of this pass: the nodes that look for a target now."),
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
    "memtier": ("abstract distance / 128", "The tier of each node: its abstract distance divided by 128."),
    "next_class": ("the source may demote to", "The nodes that the source may demote to."),
    "target_set": ("where cold pages may go, best first", "Where cold pages of each node may go, best first."),
    "walked": ("a page was followed through", "The nodes that a page has been followed through."),
    "node_load": (
        "decides between equals, lower wins",
        "What the last build of the zonelists charged each node. It only decides between equals.",
    ),
}
"""What each register is: in the few words that stand behind its row, and in a sentence."""

FEW = 8
"""Nodes; more leave no room for words behind a row."""
DENSE, WIDEST = 20, 99
"""More nodes than this get narrow columns; ids beyond that need wider ones all the same."""
LEGEND = "Dimmed lines are only points to stop at; Linux has none of them."
LAID_OUT = 96
"""Columns at first; the page lays others out as they come into sight (assets/player/register-columns.mjs)."""


def registers(trace: Trace) -> str:
    """A table with a row `[data-signal]` a register and a cell `[data-cell]` a node."""
    told = len(trace.nodes) <= FEW
    density = "registers dense" if len(trace.nodes) > DENSE else "registers"
    density += " told" if told else ""
    density += " wide" if trace.nodes[-1] > WIDEST else ""
    table = Element("table", {"class": density, "role": "grid", "aria-label": "Registers, a column a node"})
    table.set("style", f"--columns: {len(trace.nodes)}")
    if len(trace.nodes) > LAID_OUT:
        table.attrib |= {"style": f"{table.get('style')}; --before: 0; --behind: {len(trace.nodes) - LAID_OUT}"}
        table.set("aria-colcount", str(len(trace.nodes) + 1))
    head = SubElement(SubElement(table, "thead"), "tr")
    SubElement(head, "th", {"scope": "col"}).text = "node"
    for cell, node in _columns(head, "th", trace.nodes):
        cell.attrib |= {"scope": "col", "data-column": str(node)}
        cell.text = str(node)
    if told:
        SubElement(head, "td", {"class": "brief"})
    body = SubElement(table, "tbody")
    for name in (*trace.masks, *trace.arrays):
        kind = _kind(trace, name)
        row = SubElement(body, "tr", {"data-signal": name, "data-value": ""})
        row.set("class", f"{kind} {name.replace('_', '-')}")
        brief, sentence = HELP[name]
        header = SubElement(row, "th", {"scope": "row", "title": sentence})
        SubElement(header, "button", {"type": "button"}).text = name
        for cell, node in _columns(row, "td", trace.nodes):
            cell.attrib |= {"data-cell": str(node), "tabindex": "-1"}
        if told:
            SubElement(row, "td", {"class": "brief"}).text = brief
    first = next(body[0].iterfind("*[@data-cell]"))
    first.set("tabindex", "0")  # one cell takes the focus, the arrow keys go to the others
    return tostring(table, encoding="unicode", method="html")


def _columns(row: Element, tag: str, nodes: Sequence[int]) -> Iterator[tuple[Element, int]]:
    """A cell for each node; of many, those that may be out of sight are hidden between two of room."""
    many = len(nodes) > LAID_OUT
    if many:
        SubElement(row, "td", {"class": "room", "aria-hidden": "true"})
    for place, node in enumerate(nodes):
        yield SubElement(row, tag, {"hidden": ""} if place >= LAID_OUT else {}), node
    if many:
        SubElement(row, "td", {"class": "room", "aria-hidden": "true"})


def _kind(trace: Trace, name: str) -> str:
    if name in trace.masks:
        return "mask"
    return "array list" if isinstance(trace.at(f"{name}[{trace.nodes[0]}]", 0), str) else "array"


def listing(functions: Sequence[Function]) -> dict[str, str]:
    """Every function, as a list `[data-function]` of lines `[data-line]`, under "file name"; the page shows one.

    The lines at which a run can stop have the class "stops", those that are there only to stop at the class "look".
    The first line of a statement over several says where it ends, `[data-last]`, and the others where it begins,
    `[data-of]`; one in a loop says where that begins, `[data-loop]`. Where a docstring says where the function
    stands in Linux, that is a link. Below a statement of which a comment of the patch claims something stands what it
    claims, for the player to show at the line `[data-at]`.
    """
    return {f"{one.file} {one.name}": tostring(_lines(one), encoding="unicode", method="html") for one in functions}


def _lines(function: Function) -> Element:
    key = f"{function.file} {function.name}"
    lines = Element("ol", {"data-function": key, "class": "listing", "start": str(function.first)})
    items = []
    for number, pieces in enumerate(function.lines, function.first):
        items.append(SubElement(lines, "li", {"data-line": str(number)}))
        _write(SubElement(items[-1], "code"), pieces)
    for one in function.statements:
        if one.yields:
            _mark(items[one.first - function.first : one.last - function.first + 1], one)
    for statement, told in claims(function):
        of_it = items[statement.first - function.first : statement.last - function.first + 1]
        below = _claim(lines, of_it, told)
        if not any(one.runs_often for one in told):
            below.set("data-at", _shown_at(function, statement))
    if any(one.checkpoint for one in function.statements):
        SubElement(lines, "li", {"class": "legend"}).text = LEGEND
    return lines


def _write(code: Element, pieces: Sequence[Piece]) -> None:
    """Put the pieces of a line into its element: what has a colour is a span, and the rest is plain text."""
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


def _claim(lines: Element, items: Sequence[Element], told: Sequence[Claim]) -> Element:
    """Say beside a statement whether what comments claim of it is so; return what they claim, which stands below it."""
    items[0].set("class", f"{items[0].get('class', '')} claimed".strip())
    verdict = next((one.verdict for one in told if one.verdict != "true"), "true")
    button = SubElement(items[0], "button", {"type": "button", "class": "claim", "aria-expanded": "false"})
    button.text = f"claim: {verdict.removeprefix('true ')}"
    button.set("title", " ".join(one.text for one in told))
    below = Element("li", {"class": "claims"})
    for one in told:
        words = SubElement(below, "p")
        words.text = f"The comment: {one.text} "
        SubElement(words, "b").text = f"{one.verdict[0].upper()}{one.verdict[1:]}."
        words[-1].tail = f" {one.because}"
    lines.insert(list(lines).index(items[-1]) + 1, below)
    return below


def _shown_at(function: Function, statement: Statement) -> str:
    """The line at which a run stops for a statement: its own, or that of the statement right after it; else none."""
    following = [one for one in function.statements if one.first >= statement.first][:2]
    return str(next((one.first for one in following if one.yields), ""))


def _link(span: Element, address: Address) -> None:
    """Make a link of the address that a line of a docstring holds."""
    text = span.text or ""
    span.text = text[: len(text) - len(text.lstrip())]
    outside = {"target": "_blank", "rel": "noopener noreferrer", "title": address.told}
    SubElement(span, "a", {"href": address.link, **outside}).text = text.strip()


def _mark(items: Sequence[Element], statement: Statement) -> None:
    """Say on the lines of a statement at which a run can stop what it is."""
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
