"""TopologyError, and the escaping that makes whatever a document holds safe to print."""

from __future__ import annotations

DIGITS_SHOWN = 20


class TopologyError(ValueError):
    """A document cannot be used; str() is one line for a terminal: source name, key or line, and the problem.

    `problem` says what is wrong and what would be right, `key` where it stands ("nodes[2].memory", "line 7").
    """

    def __init__(self, problem: str, key: str = "", name: str = "") -> None:
        self.problem, self.key, self.name = problem, key, name
        parts = (printable(name, 80), printable(key, 80), printable(problem, 600))
        super().__init__(": ".join(part for part in parts if part))

    def within(self, name: str) -> TopologyError:
        """The same error, naming the source it was found in."""
        return type(self)(self.problem, self.key, name)


class UnknownDistances(TopologyError):
    """The machine is there, but nobody knows its distances."""


class OnlyALog(TopologyError):
    """The text is what a kernel printed of its orders: to be compared with a machine, and none itself."""


def printable(text: str, limit: int = 80) -> str:
    """The text on one line of at most `limit` characters, with all that is not plainly visible shown as escapes.

    Control characters, terminal escapes, line ends, bidirectional and zero-width characters become \\x1b, \\u202e.
    """
    head = text if len(text) <= limit else text[: limit - 3] + "..."
    return head if head.isprintable() else "".join(map(_escaped, head))


def shown(value: object) -> str:
    """A value of a document as an error quotes it: short, escaped, and never a whole list."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        return f"'{printable(value, 40)}'"
    if isinstance(value, int) and value.bit_length() > 3 * DIGITS_SHOWN:
        return f"a number of more than {DIGITS_SHOWN - 3} digits"  # str() of a huge int is slow, then refused
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list | tuple) else printable(str(value), 40)


def _escaped(char: str) -> str:
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
