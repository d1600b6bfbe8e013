"""Errors of reading a topology, and the escaping that makes any text of a document safe to print."""

from __future__ import annotations

from collections.abc import Sequence

DIGITS_SHOWN = 20
"""An error quotes a number of up to about DIGITS_SHOWN digits in full; it only describes a longer one."""


class TopologyError(ValueError):
    """The error that a document or listing cannot be used.

    Its text is one line: the source's name, the key or line, the problem. `problem` says what is wrong and what would
    be right; `key` says where ("nodes[2].memory", "line 7").
    """

    def __init__(self, problem: str, key: str = "", name: str = "") -> None:
        self.problem, self.key, self.name = problem, key, name
        parts = (printable(name, 80), printable(key, 80), printable(problem, 600))
        super().__init__(": ".join(part for part in parts if part))

    def within(self, name: str) -> TopologyError:
        """Return the same error with the name of the source it was found in."""
        return type(self)(self.problem, self.key, name)


class UnknownDistances(TopologyError):
    """The error that the distances of a valid topology are unknown, so that no order can be computed."""


class SecondMachine(TopologyError):
    """The error that a second machine starts at a line of the text; `key` is that line."""


class SeveralMachines(TopologyError):
    """The error that a text or file holds several machines, of which one must be chosen; `names` are their names."""

    names: tuple[str, ...] = ()

    @classmethod
    def named(cls, names: Sequence[str], first: str = "", key: str = "") -> SeveralMachines:
        """Return the error that lists the names and says how to choose a machine; `first` is the start of its text."""
        listed = ", ".join(f"{number} ({printable(name, 40)})" for number, name in enumerate(names[:8], 1))
        listed += ", ..." if len(names) > 8 else ""
        error = cls(f"{first}holds {len(names)} machines: {listed}; choose one, as by --machine 1", key)
        error.names = tuple(names)
        return error

    def within(self, name: str) -> SeveralMachines:
        """Return the same error with the name of the source it was found in."""
        error = type(self)(self.problem, self.key, name)
        error.names = self.names
        return error


class KernelLogOnly(TopologyError):
    """The error that a text is a kernel log of orders: it can be compared with a machine, but does not describe one."""


def printable(text: str, limit: int = 80) -> str:
    """Return the text on one line of at most `limit` characters, with escapes for what is not plainly visible.

    Control characters, line ends, bidirectional and zero-width characters become escapes such as \\x1b or \\u202e.
    """
    head = text if len(text) <= limit else text[: limit - 3] + "..."
    return head if head.isprintable() else "".join(map(_escaped, head))


def shown(value: object) -> str:
    """Return a value of a document as an error quotes it: short, escaped, and never a whole list."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        return f"'{printable(value, 40)}'"
    if isinstance(value, int) and value.bit_length() > 3 * DIGITS_SHOWN:
        return f"a number of more than {DIGITS_SHOWN - 3} digits"  # str() is slow for a huge int, or refuses it
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list | tuple) else printable(str(value), 40)


def _escaped(char: str) -> str:
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
