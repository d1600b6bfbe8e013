"""Check and convert the values that a person may write: counts, sizes, CPU lists, node lists, texts.

Every check takes any value that a document can hold, and raises ValueError, which says what would be right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal

from viz.kernel.nodemask import NodeMask
from viz.topology.errors import TopologyError, shown

MAX_CPUS = 65536
MAX_CPUS_IN_ALL = 4 * MAX_CPUS
"""The largest number of CPUs of all nodes together; a CPU counts once for each node that lists it."""
MAX_BYTES = 2**62
_MAX_CPU_LIST = 6 * MAX_CPUS
"""The largest number of characters in a CPU list: "65535," for each CPU; checked before the text is split."""
_MAX_NODE_LIST = 6 * 1024
"""The largest number of characters in a node list."""
_UNITS = {"B": 1} | {
    f"{letter}{tail}": base**power
    for power, letters in enumerate(("kK", "M", "G", "T", "P"), start=1)
    for letter in letters
    for tail, base in (("iB", 1024), ("B", 1000))
}
_SIZE = re.compile(r"([0-9]{1,19})(\.[0-9]{1,12})? *([A-Za-z]{1,3})")
_CPU_RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5})(?::([0-9]{1,5}))?)?")
_ONES = re.compile("1+")
_NONZERO_BYTES = re.compile(rb"[^\0]+")
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def whole(low: int, high: int) -> Callable[[object], int]:
    """Return a check that a value is a whole number from low to high; it refuses true and 1.0."""

    def check(value: object) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}, not {shown(value)}")
        return value

    return check


def positive(value: object) -> float:
    """Return the value; raise ValueError unless it is a number above 0, neither infinite nor NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e18:
        raise ValueError(f"must be a number above 0, not {shown(value)}")
    return value


def figure(value: object) -> float:
    """Return the value; raise ValueError unless it is a number above 0, or 0 for "not stated by firmware"."""
    return 0 if value == 0 and not isinstance(value, bool) else positive(value)


def reads_and_writes(read: float | None, write: float | None) -> tuple[int, int]:
    """Return the values for reads and for writes as whole numbers; if only one of them is given, it counts for both."""
    one = read if read is not None else write or 0
    return round(one), round(write if write is not None else one)


def flag(value: object) -> bool:
    """Return the value; raise ValueError unless it is True or False; 1 and 0 are refused."""
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {shown(value)}")
    return value


def one_of(*words: str) -> Callable[[object], str]:
    """Return a check that a value is one of the words."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"must be one of {', '.join(words)}, not {shown(value)}")
        return value

    return check


def plain_text(limit: int) -> Callable[[object], str]:
    """Return a check that a value is text of at most `limit` characters; it turns each run of white space into a blank.

    The check accepts markup. It refuses surrogates and control characters, which could control a terminal or reverse
    the text.
    """

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(f"must be text, not {shown(value)}")
        text = " ".join(value[: 4 * limit].split())
        if len(text) > limit:
            raise ValueError(f"must be text of at most {limit} characters")
        for char in text:
            if char in _BIDI_CONTROLS or unicodedata.category(char) in ("Cc", "Cs"):
                raise ValueError(f"must be plain text, without the control character {shown(char)}")
        return text

    return check


def memory_bytes(value: object) -> int:
    """Return the bytes that a value means: a number of bytes, or text such as "64 GiB" or "1.5 TB"."""
    if type(value) is int and 0 <= value <= MAX_BYTES:
        return value
    match = _SIZE.fullmatch(value.strip()[:64]) if isinstance(value, str) else None
    if match is None or match[3] not in _UNITS:
        raise ValueError(f'must be bytes (a whole number) or a size such as "64 GiB" or "1.5 TB", not {shown(value)}')
    size = int(Decimal(match[1] + (match[2] or "")) * _UNITS[match[3]])
    if size > MAX_BYTES:
        raise ValueError(f"{shown(value)} is more memory than any machine has")
    return size


def checked_cpus(value: object) -> int | str:
    """Return the value; raise ValueError unless it is a count of CPUs or a CPU list such as "0-3,8"."""
    if isinstance(value, str):
        cpu_bits(value)
        return value.strip()
    if type(value) is not int or not 0 <= value <= MAX_CPUS:
        raise ValueError(f'must be a count of CPUs up to {MAX_CPUS} or a CPU list such as "0-3,8", not {shown(value)}')
    return value


def cpu_numbers(text: str) -> set[int]:
    """Return the CPUs that a CPU list names: "0-3,8", or with a stride "0-62:2"; "" names none."""
    cpus: set[int] = set()
    return cpus.union(*_spans(text))


def cpu_bits(text: str) -> int:
    """Return the CPUs that a CPU list names as a mask, bit n for CPU n; this is fast even for very many CPUs."""
    bits = 0
    for span in _spans(text):
        bits |= _spaced_bits(len(span), span.step) << span.start
    return bits


def _spaced_bits(count: int, step: int) -> int:
    """Return a mask of `count` bits, `step` apart. It is made by doubling, since a division would take milliseconds."""
    bits, done = 1, 1
    while done < count:
        more = min(done, count - done)
        bits |= bits << more * step
        done += more
    return bits


def cpu_text(bits: int) -> str:
    """Return the CPUs of a mask as a CPU list in its shortest form."""
    return ",".join(f"{low}" if low == high else f"{low}-{high}" for low, high in _runs_of_ones(bits))


def _runs_of_ones(bits: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last bit of each run of ones; zero bytes are skipped, since there may be very many."""
    for octets in _NONZERO_BYTES.finditer(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        first = 8 * octets.start()
        for run in _ONES.finditer(bin(int.from_bytes(octets[0], "little"))[:1:-1]):
            yield first + run.start(), first + run.end() - 1


def _spans(text: str) -> list[range]:
    if len(text) > _MAX_CPU_LIST:
        raise ValueError(f"is a CPU list of {len(text)} characters; no machine has so many CPUs")
    spans, total = list[range](), 0
    for part in text.split(",") if text.strip() else []:
        span = cpu_range(part.strip())
        spans.append(span)
        total += len(span)
        if total > MAX_CPUS:  # a list may name a CPU twice, but a hostile list could take long to read
            raise ValueError(f"names more than {MAX_CPUS} CPUs")
    return spans


def cpu_range(part: str) -> range:
    """Return the CPUs of one part of a CPU list: "8", "0-3" or "0-62:2"."""
    match = _CPU_RANGE.fullmatch(part)
    low, high, stride = (int(match[1]), int(match[2] or match[1]), int(match[3] or 1)) if match else (1, 0, 0)
    if not low <= high < MAX_CPUS or stride < 1:
        raise ValueError(f'{shown(part)} is no CPU number or range up to {MAX_CPUS - 1}, such as 8, "0-3" or "0-62:2"')
    return range(low, high + 1, stride)


def node_ids(value: object) -> tuple[int, ...]:
    """Return node ids in ascending order, from a list of ids or a node list such as "0,2-3"."""
    if isinstance(value, str) and len(value) <= _MAX_NODE_LIST:
        return tuple(NodeMask.parse(value))
    if not isinstance(value, list | tuple) or len(value) > 1024:
        raise ValueError(f'must be a list of node ids or a node list such as "0,2-3", not {shown(value)}')
    return tuple(NodeMask(whole(0, 1023)(node) for node in value))


def node_key(key: object) -> int:
    """Return the node id that a key of a table means; "02" is refused, since 2 could then come twice."""
    if type(key) is int:
        return key
    if isinstance(key, str) and len(key) <= 4 and key.isascii() and key.isdigit() and str(int(key)) == key:
        return int(key)
    raise ValueError(f"{shown(key)} is no node id")


def node_load(node: int, load: object) -> int:
    """Return the load of a node; raise TopologyError if the value is no load."""
    try:
        return whole(0, 2**31 - 1)(load)
    except ValueError as error:
        raise TopologyError(str(error), f".{node}") from None
