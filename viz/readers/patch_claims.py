"""What the comments of patch 02/10 claim, in our words, and whether it is so.

One table for all. What is claimed of readers depends on the protocol between them and the writer, and on what a reader
does: one read, a snapshot of the whole array, or a walk. The rest is claimed of the order itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from viz.kernel.versions import Protocol
from viz.trace.source_listing import Function, Statement

Verdict = Literal["true", "true in part", "not true"]


class ReaderClaim(NamedTuple):
    """For which protocols a statement holds of one read, of a snapshot, and of a walk; None: not meant."""

    text: str
    read: frozenset[Protocol]
    snapshot: frozenset[Protocol] | None
    walk: frozenset[Protocol] | None


_ALL: frozenset[Protocol] = frozenset(("in-place", "barrier", "grace-walk", "grace-hop"))
_DISABLING = _ALL - {"in-place"}
_ONE_SECTION: frozenset[Protocol] = frozenset(("grace-walk",))

TOGETHER = ReaderClaim(
    "Old and new targets are never seen together: what is seen is the old order or the new one, with gaps.",
    _ALL,
    _DISABLING,
    _ONE_SECTION,
)
ONCE = ReaderClaim(
    "There is one bad turn at most, so whoever goes round does it once.",
    _ALL,
    _DISABLING,
    _DISABLING,
)
ONE_VALUE = ReaderClaim("READ_ONCE(): what was read stays one value, however often it is used.", _ALL, None, None)

READER_CLAIMS = (TOGETHER, ONCE, ONE_VALUE)
"""What is claimed of readers."""

KINDS = {"read": "one read", "snapshot": "a snapshot of the array", "walk": "a walk, one read a hop"}


def reader_claims(protocol: Protocol) -> list[dict[str, str | bool | None]]:
    """Return every statement with whether it holds for each kind of reader under that protocol, JSON-ready."""
    return [{"told": one.text, **{kind: _holds(one, kind, protocol) for kind in KINDS}} for one in READER_CLAIMS]


def _holds(promise: ReaderClaim, kind: str, protocol: Protocol) -> bool | None:
    where = getattr(promise, kind)
    return None if where is None else protocol in where


@dataclass(frozen=True)
class Claim:
    """What a comment says of a statement of a function; `files` have both, and `statement` is how it begins."""

    files: tuple[str, ...]
    function: str
    statement: str
    text: str
    verdict: Verdict
    because: str
    runs_often: bool = False
    """Whether the statement runs for every source: then it is told when it is asked for, and not each time."""


PASSES = ("migrate.py", "migrate_v5_15.py")
ALL_PASSES = (*PASSES, "migrate_v5_17.py")
ORDER = "__set_migration_target_nodes"
PROTOCOLS: dict[str, Protocol] = {"migrate.py": "barrier", "migrate_v5_15.py": "grace-hop"}
"""Between the writer and the readers of a file."""

CLAIMS = (
    Claim(
        PASSES,
        "next_demotion_node",
        "return target",
        "Nothing keeps the target online, or makes it stay the target.",
        "true",
        "A rebuild can change it right after the read.",
    ),
    Claim(
        ("migrate_v5_15.py",),
        "next_demotion_node",
        "yield rcu_read_lock()",
        "Reads that have to agree with each other need one section around all of them.",
        "true",
        "A walk within one section never goes round. With a section for each hop, as here, it can.",
    ),
    Claim(
        PASSES,
        "establish_migrate_target",
        "if (yield Load(",
        "A node that has a target gets no other, and a plain read will do to see it: nobody else stores here.",
        "true",
        "After the disable no node has a target. And no two events rebuild the order at once.",
    ),
    Claim(
        PASSES,
        "establish_migrate_target",
        "migration_target = yield from find_next_best_node(",
        "Targets are ranked as the allocator ranks its fallback lists.",
        "true",
        "It is the same chooser. But here nobody is taken twice, or there would be cycles.",
    ),
    Claim(
        PASSES,
        "establish_migrate_target",
        "if migration_target == NUMA_NO_NODE:",
        "To find nobody is no error: it may be the end of a chain.",
        "true",
        "Every chain ends with a source that finds nobody, and nothing else ends one.",
    ),
    Claim(
        PASSES,
        ORDER,
        "yield from disable_all_migrate_targets(",
        "All targets go first, so that no change of the machine makes a cycle; for a moment nothing is demoted.",
        "true in part",
        "The array never holds a cycle. But a walk that has read an old target can go on to a new one, and go round.",
    ),
    Claim(
        ALL_PASSES,
        ORDER,
        "next_pass = machine.node_states[N_CPU].copy()",
        "Memory is first allocated near CPUs, so the order begins at the nodes with CPUs.",
        "true",
        "They choose first. Even one without memory of its own does, and takes a target from others.",
    ),
    Claim(
        ALL_PASSES,
        ORDER,
        "used_targets |= this_pass",
        "A source is never a target later, so no cycle can form.",
        "true",
        "Who was a source or was chosen is never chosen again: no chain leads back into itself.",
    ),
    Claim(
        ALL_PASSES,
        ORDER,
        "used_targets |= this_pass",
        "This is done only once a pass, so that several sources can share a target.",
        "not true",
        "Whoever is chosen goes into used_targets at once, too: no two sources ever share a target.",
    ),
    Claim(
        ("migrate_rfc2022.py",),
        ORDER,
        "used_targets = source_nodes.copy()",
        "Several sources can share a target.",
        "true",
        "Every source of a pass has a copy of its own, so what one chooses is free for the others.",
    ),
    Claim(
        ALL_PASSES,
        ORDER,
        "next_pass.add(target_node)",
        "The targets of this pass choose in the next.",
        "true",
        "They are all of its sources.",
        runs_often=True,
    ),
    Claim(
        ALL_PASSES,
        ORDER,
        "if not next_pass:",
        "There is another pass if this one needs it.",
        "true",
        "It does if anybody found a target. So the last pass finds none.",
    ),
    Claim(
        ALL_PASSES,
        "set_migration_target_nodes",
        "get_online_mems(machine)",
        "The order is never rebuilt by two at once, since events of memory hotplug come one by one. This is for "
        "callers that do not hold the lock yet.",
        "true",
        "A memory event holds the lock for writing and calls the inner function. A CPU event holds a lock of its own.",
    ),
)
"""What is claimed of the order, statement by statement."""

OF_READERS = (
    (("migrate.py",), ORDER, "yield smp_wmb()", TOGETHER),
    (("migrate.py",), ORDER, "yield smp_wmb()", ONCE),
    (("migrate_v5_15.py",), "disable_all_migrate_targets", "yield synchronize_rcu()", TOGETHER),
    (("migrate_v5_15.py",), "disable_all_migrate_targets", "yield synchronize_rcu()", ONCE),
    (PASSES, "next_demotion_node", "target: int = yield READ_ONCE(", ONE_VALUE),
)
"""Where the comments claim something of readers."""


def claims(function: Function) -> Iterator[tuple[Statement, list[Claim]]]:
    """Yield every statement of a function of which a comment claims something, with what it claims."""
    about = [one for one in (*CLAIMS, *_of_readers()) if function.file in one.files and function.name == one.function]
    for statement in function.statements:
        text = function.text(statement).strip()
        if found := [one for one in about if text.startswith(one.statement)]:
            yield statement, found


def _of_readers() -> Iterator[Claim]:
    """Yield what is claimed of readers, as it holds under the protocol of each file."""
    for files, function, statement, promise in OF_READERS:
        for file in files:
            yield Claim((file,), function, statement, promise.text, *_judged(promise, PROTOCOLS[file]))


def _judged(promise: ReaderClaim, protocol: Protocol) -> tuple[Verdict, str]:
    meant = {text: _holds(promise, kind, protocol) for kind, text in KINDS.items()}
    so, not_so = ([text for text, held in meant.items() if held is wanted] for wanted in (True, False))
    because = f"So it is for {' and for '.join(so)}" + (f", but not for {' and for '.join(not_so)}." if not_so else ".")
    return ("true in part" if not_so else "true"), because
