"""Check whether what a line of an answer to "why" says is true of the trace."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from viz.kernel.machine import Machine
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.trace.model import Trace
from viz.trace.scoretable import Row


@dataclass(frozen=True)
class AnswerLine:
    """A line of the answer about `node`, or about the passes if `node` is -1, with its place in the trace.

    The line is shown at the step `now`, and leads to the step `step`.
    """

    trace: Trace
    machine: Machine
    node: int
    now: int
    step: int

    @property
    def operation(self) -> tuple[object, ...]:
        operation: tuple[object, ...] = self.trace.at("operation", self.step)
        return operation

    def mask(self, name: str, step: int | None = None) -> NodeMask:
        return NodeMask.parse(self.trace.at(name, self.step if step is None else step))

    def took(self, by: int, node: int, number: int) -> bool:
        trace, step = self.trace, self.step
        return (self.operation, trace.at("source", step), trace.at("pass", step)) == (("Taken", node), by, number)

    def is_lost(self, node: int) -> bool:
        """Return whether the node was refused after this step and became no source in the rest of this build."""
        later = range(self.step, self.trace.length)
        end = next(
            (step for step in later if self.trace.at("operation", step)[0] == "OrderComplete"), self.trace.length
        )
        names = [self.trace.at("operation", step) for step in range(self.step, end)]
        return any(name[0] == "Lost" and name[2] == node for name in names) and all(
            node not in NodeMask.parse(self.trace.at("this_pass", step)) for step in range(self.step, end)
        )

    def source(self, node: int, number: int) -> bool:
        return self.operation == ("PassBegins", number) and node in self.mask("this_pass")

    def starts(self, node: int, cause: str) -> bool:
        return node in self.machine.n_cpu and (cause == "it has CPUs") == (node in self.machine.cpus)

    def distance(self, node: int) -> int:
        return self.machine.distance[self.node][node]

    def targets(self) -> list[int]:
        """Return the targets of the answer's node."""
        return self.trace.targets(self.step)[self.node]

    def rows(self) -> list[Row]:
        return [Row(*row) for row in self.trace.at("scores", self.step)[0]]


def ids(listed: object) -> list[int]:
    """Return the node ids in a text such as "3, 4 and 5"."""
    return [int(number) for number in re.findall(r"\d+", str(listed))]


CAUSE = "(it has CPUs|N_CPU holds it, although no CPU is online there)"


def _turn(s: AnswerLine, number: int, cause: str | None) -> bool:
    begins = s.operation == ("SourceBegins", s.node) and s.trace.at("pass", s.step) == number and s.now < s.step
    return begins and (s.starts(s.node, cause) if cause else number > 1)


def _has_memory_at(s: AnswerLine, node: int, distance: int) -> bool:
    """Return whether the node has memory and has that distance from the answer's node."""
    return s.distance(node) == distance and node in s.machine.memory


def _free(s: AnswerLine, listed: str, more: int | None) -> bool:
    shown = [tuple(map(int, entry.split(" at "))) for entry in listed.split(", ")]
    free = [(row.node, row.distance) for row in s.rows() if row.verdict in ("chosen", "beaten")]
    return shown == free[: len(shown)] and len(free) == len(shown) + (more or 0)


def _rest(s: AnswerLine, more: int, noun: str) -> bool:
    used = s.machine.memory & s.mask("used_targets") - NodeMask([s.node])
    return len(used) == 3 + more and noun == ("node" if more == 1 else "nodes")


def _charge(s: AnswerLine, owner: int, node: int, before: int, after: int) -> bool:
    name, who, charged = s.operation
    assert isinstance(charged, tuple)
    loads = s.trace.at(f"node_load[{node}]", s.step - 1), s.trace.at(f"node_load[{node}]", s.step)
    return (
        (name, who, node) == ("ZonelistBuilt", owner, s.node) and (node, after) in charged and loads == (before, after)
    )


def _earlier(s: AnswerLine, charges: int, load: int) -> bool:
    """Return whether `charges` zonelists have charged the node since loads were last reset before the line's step."""
    charged = 0
    for step in range(s.step + 1):
        name, *fields = s.trace.at("operation", step)
        if name == "ZonelistsBegin":
            charged = 0
        elif name == "ZonelistBuilt":
            charged += s.node in dict(fields[1])
    return (charged, s.trace.at(f"node_load[{s.node}]", s.step)) == (charges, load)


def _since(s: AnswerLine, node: int, load: int) -> bool:
    signal = s.trace.signals[f"node_load[{node}]"]
    return s.step in signal.steps and all(
        signal.at(step) == load for step in range(s.step, s.trace.opens + (s.now > s.trace.opens))
    )


def _no_target(s: AnswerLine, number: int) -> bool:
    operations = [s.trace.at("operation", step) for step in range(s.trace.length) if s.trace.at("pass", step) == number]
    return all(done[2] == NUMA_NO_NODE for done in operations if done[0] == "SourceDone")


Check = Callable[..., bool]

CHECKS: list[tuple[str, Check]] = [
    (
        r"(\w+\[\d+\]) has not changed since the trace begins\.",
        lambda s, cell: s.trace.at(cell, s.now) == s.trace.at(cell, 0),
    ),
    (
        r"Nodes? (\d[\d, and]*) (?:is|are) as near as node (\d+), at (\d+), so the choice is between them\.",
        lambda s, others, first, d: all(s.distance(n) == d for n in (first, *ids(others))),
    ),
    (r"\w+\[\] names nobody until targets are looked for\.", lambda s: s.now < s.step or not s.targets()),
    (r"The first is stored\.", lambda s: s.operation[0] == "Store"),
    (r"It ends with nobody\.", lambda s: not s.targets()),
    (
        r"Node (\d+) looks for itself from step (\d+) on\.",
        lambda s, n, step: s.operation[:2] == ("SearchBegins", n) and s.now < step == s.step,
    ),
    (
        r"Node (\d+) has no memory, so there is nothing to demote from it\.",
        lambda s, n: n == s.node and n not in s.machine.memory,
    ),
    (r"Node (\d+) took node (\d+) in pass (\d+)\.", lambda s, *g: s.took(*g) and s.step <= s.now),
    (
        r"Node (\d+) found node (\d+), refused it and did not put it back: it can be no target, so no source\.",
        lambda s, by, n: s.operation == ("Taken", n) and s.trace.at("source", s.step) == by and s.is_lost(n),
    ),
    (
        r"Node (\d+), at (\d+): found, refused and not put back in pass (\d+) by node (\d+)\.",
        lambda s, n, d, k, by: s.took(by, n, k) and _has_memory_at(s, n, d) and s.is_lost(n),
    ),
    (
        r"Node (\d+) took node (\d+) in pass (\d+), so node (\d+) chooses in the pass after it\.",
        lambda s, by, n, k, again: s.took(by, n, k) and again == n and s.trace.at("pass", s.now) == k,
    ),
    (
        r"Node (\d+) took node (\d+) in pass (\d+), and a target is a source in the next pass\.",
        lambda s, by, n, k: s.took(by, n, k) and s.trace.at("pass", s.now) == k + 1,
    ),
    (
        r"Nobody has taken node (\d+) yet; node (\d+) will, in pass (\d+)\.",
        lambda s, n, by, k: s.took(by, n, k) and s.now < s.step,
    ),
    (r"Node (\d+) takes node (\d+) in pass (\d+), and that makes it a source\.", lambda s, *g: s.took(*g)),
    (r"Node (\d+) takes node (\d+) in pass (\d+), and a target chooses in the pass after that\.", AnswerLine.took),
    (
        r"Node (\d+) joins at the end of the turn of node (\d+), who takes node (\d+) in pass (\d+)\.",
        lambda s, n, by, again, k: s.took(by, n, k) and again == n,
    ),
    (
        r"Node (\d+), at (\d+): taken in pass (\d+) by node (\d+)\.",
        lambda s, n, d, k, by: s.took(by, n, k) and _has_memory_at(s, n, d),
    ),
    (
        rf"Node (\d+), at (\d+): {CAUSE}, so it was a source of pass (1) and can never be a target\.",
        lambda s, n, d, cause, k: s.source(n, k) and s.starts(n, cause) and _has_memory_at(s, n, d),
    ),
    (
        rf"Node (\d+): {CAUSE}, so it is a source of pass (1) and can never be a target\.",
        lambda s, n, cause, k: s.source(n, k) and s.starts(n, cause),
    ),
    (
        r"In the passes, up to v6\.0, a node with CPUs is never a target; from v6\.1 on it can be, .* slower tier\.",
        lambda s: s.operation == ("PassBegins", 1) and bool(s.machine.n_cpu & s.machine.cpus),
    ),
    (
        r"Node (\d+) has CPUs\. In the passes, up to v6\.0, .* slower tier than that of node (\d+)\.",
        lambda s, n, by: (
            n in s.machine.cpus and s.trace.at(f"memtier[{n}]", s.step) > s.trace.at(f"memtier[{by}]", s.step)
        ),
    ),
    (
        rf"Node (\d+) is a source of pass (1), because {CAUSE}\.",
        lambda s, n, k, cause: s.source(n, k) and s.starts(n, cause),
    ),
    (
        r"Why nodes with CPUs: programs get memory near their CPUs first, so cold pages gather there\. "
        r"The routine does not ask how fast a node's memory is\.",
        lambda s: s.operation == ("PassBegins", 1) and s.node in s.machine.n_cpu,
    ),
    (
        r"Node (\d+) was a source in pass (\d+), and no node is a source twice\.",
        lambda s, n, k: s.source(n, k) and s.step < s.now,
    ),
    (
        r"Node (\d+) is not a source before pass (\d+)\.",
        lambda s, n, k: s.source(n, k) and s.now < s.step,
    ),
    (rf"Its turn to choose comes in pass (\d+)(?:, because {CAUSE})?\.", _turn),
    (
        r"Node (\d+) is choosing now, in pass (\d+)\.",
        lambda s, n, k: s.operation == ("SourceBegins", n) and s.trace.at("pass", s.now) == k and n == s.node,
    ),
    (
        r"Its target is stored\.",
        lambda s: s.operation[:3] == ("Store", "node_demotion", s.node) and s.now < s.step and s.operation[3] != -1,
    ),
    (
        r"It finds nobody\.",
        lambda s: s.operation == ("Scan", s.node, NUMA_NO_NODE) and s.now < s.step,
    ),
    (
        r"Node (\d+) left when pass (\d+) began: the targets of pass (\d+) became its sources\.",
        lambda s, n, k, before: s.source(n, k) and before == k - 1 and n in s.mask("next_pass", s.step - 1),
    ),
    (
        r"Node (\d+) is offline, so it is neither source nor target\.",
        lambda s, n: n not in s.machine.online | s.machine.n_cpu,
    ),
    (
        r"Node (\d+) has no memory, so nobody can take it, and it is not in N_CPU, so it is no source either\.",
        lambda s, n: n in s.machine.online - s.machine.memory - s.machine.n_cpu,
    ),
    (
        r"N_CPU is empty, so the passes start nowhere and nobody is taken\.",
        lambda s: not s.machine.n_cpu,
    ),
    (r"The nodes with memory that were free, best first: ([\d, at]+?)(?: and (\d+) more)?\.", _free),
    (r"As for (\d+) more (nodes?) with memory, no nearer than these: all sources, or taken\.", _rest),
    (
        r"node_load\[(\d+)\] is (\d+) since the zonelist of node (\d+) was built\.",
        lambda s, n, load, owner: s.operation[:2] == ("ZonelistBuilt", owner) and _since(s, n, load),
    ),
    (r"node_load\[(\d+)\] is (\d+) from this step on\.", _since),
    (
        r"The zonelist of node (\d+) charged node (\d+), the first at a new distance: from (\d+) to (\d+)\.",
        _charge,
    ),
    (
        r"The zonelist of node (\d+) charged node (\d+), the first at a new distance: (\d+) more\.",
        lambda s, owner, n, more: any(
            _charge(s, owner, n, load - more, load) for node, load in s.operation[2] if node == n
        ),
    ),
    (
        r"The zonelist of node (\d+) charged node (\d+), the first at a new distance: left at (\d+)\.",
        lambda s, owner, n, load: _charge(s, owner, n, load, load),
    ),
    (r"(\d+) earlier charges? had brought it to (\d+)\.", _earlier),
    (
        r"No zonelist has charged it since all loads were set to zero\.",
        lambda s: s.operation == ("ZonelistsBegin",) and s.trace.at(f"node_load[{s.node}]", s.now) == 0,
    ),
    (r"The topology gives this load\.", lambda s: s.operation == ("NodeLoadGiven",)),
    (r"(?:In this kernel .*\. )?Among candidates that are equally near .* is chosen\.", lambda s: s.step == 0),
    (
        r"(\w+) is empty until the order is built\.",
        lambda s, mask: not s.mask(mask, s.now),
    ),
    (
        r"node_demotion\[\] holds -1 everywhere until an order is built\.",
        lambda s: s.operation == ("OrderBegins",) and s.now < s.step,
    ),
    (r"None has begun: the order is built from this step on\.", lambda s: s.operation == ("OrderBegins",)),
    (
        r"N_CPU is empty, so pass 1 has no source and is the only one\.",
        lambda s: s.operation == ("PassBegins", 1) and not s.machine.n_cpu,
    ),
    (r"Pass 1 starts from N_CPU: .*\.", lambda s: s.mask("this_pass") == s.machine.n_cpu),
    (
        r"next_pass is empty when pass (\d+) begins, so that it collects the targets of this pass alone\. If it is "
        r"still empty at the end, nobody is left to choose, and this pass was the last\.",
        lambda s, k: s.operation == ("PassBegins", k) and not s.mask("next_pass", s.now),
    ),
    (
        r"next_pass is not empty: node (\d+) is in it, so there is a pass (\d+)\.",
        lambda s, n, k: (
            n in s.mask("next_pass", s.now) and n in s.mask("next_pass") and s.trace.at("pass", s.now) == k - 1
        ),
    ),
    (
        r"next_pass is empty: nobody became a target in pass (\d+)\.",
        lambda s, k: s.trace.at("pass", s.step) == k and not s.mask("next_pass") and _no_target(s, k),
    ),
    (
        r"The same goes for (\d+) more sources? of this pass\.",
        lambda s, n: len(s.mask("this_pass")) == n + 2,
    ),
    (
        r"It had to end: a source can never become a target, so every pass leaves fewer to take\.",
        lambda s: s.operation == ("OrderComplete",),
    ),
]


def is_true(line: AnswerLine, text: str) -> bool:
    """Return whether the text of a line is true. Raise AssertionError if no check matches the text."""
    for pattern, check in CHECKS:
        if match := re.fullmatch(pattern, text):
            groups = [int(g) if g and g.isdigit() else g for g in match.groups()]
            return check(line, *groups)
    raise AssertionError(f"no check fits {text!r}")
