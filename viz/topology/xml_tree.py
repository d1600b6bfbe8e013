"""Read XML into a small tree with expat: entities and DOCTYPE declarations are refused, depth and size are bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from viz.topology.errors import SecondMachine, TopologyError, shown

MAX_DEPTH = 200
MAX_ELEMENTS = 150_000
MAX_TEXT = 2**20
_QUOTE_MARKS = " \t>|+*#"
"""Characters before a line that is quoted in a mail or stands in a comment."""
SEVERAL = "_"
"""The tag of the element that is put around several root elements that follow each other."""
_TAG = re.compile(r"<(?:\?xml\s|!DOCTYPE\s|!--|[A-Za-z][\w:.-]{0,100}(?:\s|/?>))")
_DOCUMENT_START = re.compile(r"<(?:\?xml|!DOCTYPE|domain|capabilities|topology)[\s>]")
"""The start of a document or of another machine's root element."""
_JUNK = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]
_NONE: Mapping[str, str] = {}


@dataclass(slots=True)
class Element:
    """An element: its tag without the namespace prefix, the line it starts on, and the text directly in it.

    Elements without attributes or children share one empty value, since there may be thousands of them.
    """

    tag: str
    attributes: Mapping[str, str]
    line: int
    children: Sequence[Element] = ()
    text: str = ""

    @property
    def where(self) -> str:
        """Return the line, as an error names it."""
        return f"line {self.line}"

    def all(self, tag: str) -> Iterator[Element]:
        """Return the children with that tag."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Element | None:
        """Return the first child with that tag, None if there is none."""
        return next(self.all(tag), None)

    def walk(self) -> Iterator[Element]:
        """Yield the element and all elements inside it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))

    def refuse(self, problem: str) -> NoReturn:
        """Raise TopologyError because of this element."""
        raise TopologyError(problem, self.where)


@dataclass(slots=True)
class _Open:
    """An element that has not ended, with its children and the pieces of its text so far."""

    element: Element
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    size: int = 0


class _Builder:
    def __init__(self, lines_before: int) -> None:
        self.lines_before = lines_before
        self.parser = expat.ParserCreate(encoding="UTF-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity
        self.parser.ExternalEntityRefHandler = self._entity
        self.parser.SkippedEntityHandler = self._entity
        self.open = [_Open(Element("", {}, 0))]
        self.count = 0

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        line = self.lines_before + self.parser.CurrentLineNumber
        if len(self.open) > MAX_DEPTH:
            raise TopologyError(f"nests elements more than {MAX_DEPTH} deep", f"line {line}")
        if self.count > MAX_ELEMENTS:
            raise TopologyError(f"has more than {MAX_ELEMENTS} elements; no machine needs so many", f"line {line}")
        element = Element(tag.rpartition(":")[2], attributes or _NONE, line)
        self.open[-1].children.append(element)
        self.open.append(_Open(element))

    def _end(self, tag: str) -> None:
        ended = self.open.pop()
        ended.element.children, ended.element.text = tuple(ended.children), "".join(ended.pieces)

    def _text(self, text: str) -> None:
        inside = self.open[-1]
        if inside.size > MAX_TEXT:
            inside.element.refuse(f"<{shown(inside.element.tag)}> holds more than {MAX_TEXT // 2**20} MiB of text")
        inside.pieces.append(" " if text.isspace() else text)
        inside.size += len(inside.pieces[-1])

    def _doctype(self, name: str, system: str | None, public: str | None, subset: bool) -> None:
        if subset:
            line = self.lines_before + self.parser.CurrentLineNumber
            raise TopologyError("has a DOCTYPE with declarations of its own; only a bare one is read", f"line {line}")

    def _entity(self, *what: object) -> NoReturn:
        line = self.lines_before + self.parser.CurrentLineNumber
        raise TopologyError("uses an entity; only those that XML itself has (&amp; and so on) are read", f"line {line}")


def parsed(text: str) -> Element:
    """Return the root element of an XML text; prose before and after it is skipped.

    If several elements follow each other, return an element around them. What follows the first is read as the content
    of another element, so that no text is read twice.
    """
    first = _TAG.search(text)
    start = first.start() if first else 0
    prefix = text[text.rfind("\n", 0, start) + 1 : start].rstrip()
    if prefix and not prefix.strip(_QUOTE_MARKS):
        return parsed(re.sub(rf"^{re.escape(prefix)}", "", text, flags=re.MULTILINE))
    lines_before = text.count("\n", 0, start)
    try:
        return _tree(text[start:].rstrip(), lines_before)
    except _TrailingText as trailing:
        if _DOCUMENT_START.search(trailing.rest):
            raise SecondMachine("a second document starts here; give one at a time", trailing.key) from None
        if not _TAG.search(trailing.rest):  # only prose follows
            return trailing.root
        more = _tree(f"<{SEVERAL}>{trailing.rest[: trailing.rest.rfind('>') + 1]}</{SEVERAL}>", trailing.lines_before)
        return Element(SEVERAL, _NONE, trailing.root.line, (trailing.root, *more.children))


def _tree(text: str, lines_before: int) -> Element:
    builder, octets = _Builder(lines_before), text.encode("utf-8", "replace")  # half a surrogate pair becomes "?"
    roots = builder.open[0].children
    try:
        builder.parser.Parse(octets, True)
    except expat.ExpatError as error:
        if error.code == _JUNK or (len(builder.open) == 1 and roots):
            rest = octets[builder.parser.ErrorByteIndex :].decode("utf-8", "replace")
            raise _TrailingText(roots[0], rest, error.lineno + lines_before) from None
        raise TopologyError(
            f"is no XML: {expat.ErrorString(error.code)}", f"line {error.lineno + lines_before}"
        ) from None
    return roots[0]


class _TrailingText(TopologyError):
    """The error that something follows the root element; `rest` is that text."""

    def __init__(self, root: Element, rest: str, line: int) -> None:
        super().__init__("something follows the document", f"line {line}")
        self.root, self.rest, self.lines_before = root, rest, line - 1


def attribute(element: Element, name: str) -> str:
    """Return the value of an attribute; raise TopologyError if it is missing."""
    value = element.attributes.get(name)
    if value is None:
        element.refuse(f"<{element.tag[:30]}> needs the attribute {shown(name)}")
    return value
