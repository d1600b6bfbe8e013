"""Collect what a text says beside its listing: files of /sys, a kernel's log, daxctl, numa=fake, /proc/zoneinfo."""

from __future__ import annotations

import re
from collections.abc import Iterator

from viz.topology.evidence import Evidence
from viz.topology.formats import words
from viz.topology.formats.numa_fake import emulated_adistances
from viz.topology.formats.sysfs import cats_as_headings
from viz.topology.printed_files import printed_files
from viz.topology.printed_targets import TARGETS
from viz.topology.watermarks import read_zoneinfo, without_zoneinfo

_TARGET_NODE = re.compile(r"\"target_node\":\s{0,9}\"?([0-9]{1,4})\b")
_DEVICE = re.compile(r"\"chardev\":\s{0,9}\"(dax[0-9.]{1,12})\"")
_NOT_MEMORY = re.compile(r"\"mode\":\s{0,9}\"(?:devdax|fsdax|sector|raw)\"")
_DAX_HINTS = ('"chardev"', '"memdev"', '"daxregion"', '"target_node"', '"decoder"')


def evidence_in(text: str) -> tuple[Evidence, str]:
    """Return what the text says of memory tiers, and the rest of the text."""
    evidence, rest = printed_files(text)
    rest = cats_as_headings(rest)
    if "Demotion targets" in rest:
        _take_log(evidence, rest)
    if any(hint in rest for hint in _DAX_HINTS):
        rest = _take_dax(evidence, rest)
    if "numa_emulation." in rest:
        evidence.emulated.update(emulated_adistances(rest))
    if "managed" in rest and (without := without_zoneinfo(rest)) != rest:
        evidence.watermarks.update(read_zoneinfo(rest))
        rest = without
    return evidence, rest


def _take_log(evidence: Evidence, text: str) -> None:
    for number, line in words.lines_of(text):
        found = TARGETS.search(line)
        if found:
            node = words.node_id(found[1], f"line {number}")
            evidence.preferred[node] = words.listed_nodes(found[2] or "", f"line {number}")
            lower = found[3] if found[3] is not None else found[2]
            evidence.lower[node] = words.listed_nodes(lower or "", f"line {number}")


def _take_dax(evidence: Evidence, text: str) -> str:
    """Add the target nodes in the JSON of daxctl, cxl and ndctl, and return the text with that JSON blanked."""
    lines = text.split("\n")
    for first, last in _json_blocks(lines):
        block = "\n".join(lines[first:last])
        if any(hint in block for hint in _DAX_HINTS):
            _take_devices(evidence, block)
            lines[first:last] = [""] * (last - first)
    return "\n".join(lines)


def _take_devices(evidence: Evidence, block: str) -> None:
    for piece in block.split("{")[1:]:  # a device has one pair of braces, and its mode stands beside its target
        target = _TARGET_NODE.search(piece)
        if target and not _NOT_MEMORY.search(piece) and int(target[1]) < 1024:
            device = _DEVICE.search(piece)
            evidence.dax[int(target[1])] = device[1] if device else ""


def _json_blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield, for each block of JSON that starts a line, the index of its first line and of the line after the block."""
    first, depth = -1, 0
    for number, line in enumerate(lines):
        if (first < 0 and line.lstrip(words.MARKS)[:1] in ("[", "{") and line.strip().strip("[{]} \t,") == "") or (
            first < 0 and line.lstrip(words.MARKS).startswith(('{"', "[{"))
        ):
            first, depth = number, 0
        if first >= 0:
            depth += line.count("{") + line.count("[") - line.count("}") - line.count("]")
            if depth <= 0:
                yield first, number + 1
                first = -1
    if first >= 0:
        yield first, len(lines)
