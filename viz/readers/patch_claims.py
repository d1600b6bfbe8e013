"""List what the comments of patch 02/10 claim, in our words, and say whether each claim holds, and for whom.

Whether a claim about readers holds depends on the protocol between writer and readers, and on what a reader does:
one read, a snapshot of the whole array, or a walk. All other claims are about the order itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from viz.kernel.versions import Protocol
from viz.trace.source_listing import Function, Statement

Verdict = Literal["holds", "holds in part", "does not hold"]


class ReaderClaim(NamedTuple):
    """A claim about readers, and the protocols under which it is true for each kind of reader.

    None means that the claim is not about that kind of reader.
    """

    text: str
    read: frozenset[Protocol]
    snapshot: frozenset[Protocol] | None
    walk: frozenset[Protocol] | None


_ALL: frozenset[Protocol] = frozenset(("in-place", "no-barrier", "barrier", "grace-walk", "grace-hop"))
_DISABLING = _ALL - {"in-place", "no-barrier"}
_ONE_SECTION: frozenset[Protocol] = frozenset(("grace-walk",))

TOGETHER = ReaderClaim(
    "Old and new targets are never seen together: what is seen is the old order or the new one, or part of one.",
    _ALL,
    _DISABLING,
    _ONE_SECTION,
)
ONCE = ReaderClaim(
    "A reader who goes round in a circle does so once at most.",
    _ALL,
    _DISABLING,
    _DISABLING,
)
ONE_VALUE = ReaderClaim("READ_ONCE(): what was read stays one value, however often it is used.", _ALL, None, None)

READER_CLAIMS = (TOGETHER, ONCE, ONE_VALUE)
"""Every claim about readers."""

KINDS = {"read": "one read", "snapshot": "a snapshot of the whole array", "walk": "a walk, with one read a hop"}
"""The words for each kind of reader; the keys are fields of ReaderClaim."""


def reader_claims(protocol: Protocol) -> list[dict[str, str | bool | None]]:
    """Return every claim about readers, JSON-ready, and whether it is true for each kind of reader under a protocol."""
    return [
        {"told": claim.text, **{kind: _is_true(claim, kind, protocol) for kind in KINDS}} for claim in READER_CLAIMS
    ]


def _is_true(claim: ReaderClaim, kind: str, protocol: Protocol) -> bool | None:
    protocols = getattr(claim, kind)
    return None if protocols is None else protocol in protocols


@dataclass(frozen=True)
class Claim:
    """What a comment claims about a statement of a function, and whether that is true.

    Each of the `files` contains the function. `statement` is the beginning of the statement's text, and `because` gives
    the reason for the verdict.
    """

    files: tuple[str, ...]
    function: str
    statement: str
    text: str
    verdict: Verdict
    because: str
    on_request: bool = False
    """Whether the page shows the claim only on request, because the statement runs once for every source."""


PASSES = ("migrate.py", "migrate_v5_15.py")
ALL_PASSES = (*PASSES, "migrate_v5_17.py")
ORDER = "__set_migration_target_nodes"
PROTOCOLS: dict[str, Protocol] = {"migrate.py": "barrier", "migrate_v5_15.py": "grace-hop"}
"""The protocol between writer and readers in each file."""

CLAIMS = (
    Claim(
        PASSES,
        "next_demotion_node",
        "return target",
        "Nothing keeps the target online, or makes it stay the target.",
        "holds",
        "A rebuild can change it right after the read.",
    ),
    Claim(
        ("migrate_v5_15.py",),
        "next_demotion_node",
        "yield rcu_read_lock()",
        "Reads that have to agree with each other need one section around all of them.",
        "holds",
        "A walk within one section never goes round. With a section for each hop, as here, it can.",
    ),
    Claim(
        PASSES,
        "establish_migrate_target",
        "if (yield Load(",
        "A node that has a target gets no other, and a plain read will do to see it: nobody else stores here.",
        "holds",
        "After the disable no node has a target. And no two events rebuild the order at once.",
    ),
    Claim(
        PASSES,
        "establish_migrate_target",
        "migration_target = yield from find_next_best_node(",
        "Targets are ranked as the allocator ranks its fallback lists.",
        "holds",
        "It is the same chooser. But here nobody is taken twice, or there would be cycles.",
    ),
    Claim(
        PASSES,
        "establish_migrate_target",
        "if migration_target == NUMA_NO_NODE:",
        "To find nobody is no error: it may be the end of a chain.",
        "holds",
        "Every chain ends with a source that finds nobody, and nothing else ends one.",
    ),
    Claim(
        PASSES,
        ORDER,
        "yield from disable_all_migrate_targets(",
        "All targets go first, so that no change of the machine makes a cycle; for a moment nothing is demoted.",
        "holds in part",
        "The array never holds a cycle. But a walk that has read an old target can go on to a new one, and go round.",
    ),
    Claim(
        ALL_PASSES,
        ORDER,
        "next_pass = machine.node_states[N_CPU].copy()",
        "Memory is first allocated near CPUs, so the order begins at the nodes with CPUs.",
        "holds",
        "They choose first. Even one without memory of its own does, and takes a target from others.",
    ),
    Claim(
        ALL_PASSES,
        ORDER,
        "used_targets |= this_pass",
        "A source is never a target later, so no cycle can form.",
        "holds",
        "Who was a source or was chosen is never chosen again: no chain leads back into itself.",
    ),
    Claim(
        ALL_PASSES,
        ORDER,
        "used_targets |= this_pass",
        "This is done only once a pass, so that several sources can share a target.",
        "does not hold",
        "Whoever is chosen goes into used_targets at once, too: no two sources ever share a target.",
    ),
    Claim(
        ("migrate_rfc2022.py",),
        ORDER,
        "used_targets = source_nodes.copy()",
        "Several sources can share a target.",
        "holds",
        "Every source of a pass has a copy of its own, so what one chooses is free for the others.",
    ),
    Claim(
        ALL_PASSES,
        ORDER,
        "next_pass.add(target_node)",
        "The targets of this pass choose in the next.",
        "holds",
        "They are all of its sources.",
        on_request=True,
    ),
    Claim(
        ALL_PASSES,
        ORDER,
        "if not next_pass:",
        "There is another pass if this one needs it.",
        "holds",
        "It does if anybody found a target. So the last pass finds none.",
    ),
    Claim(
        ALL_PASSES,
        "set_migration_target_nodes",
        "get_online_mems(machine)",
        "The order is never rebuilt by two at once, since events of memory hotplug come one by one. This is for "
        "callers that do not hold the lock yet.",
        "holds",
        "A memory event holds the lock for writing and calls the inner function. A CPU event holds a lock of its own.",
    ),
)
"""Every claim that is not in READER_CLAIMS, with the statement that it is about."""

OF_READERS = (
    (("migrate.py",), ORDER, "yield smp_wmb()", TOGETHER),
    (("migrate.py",), ORDER, "yield smp_wmb()", ONCE),
    (("migrate_v5_15.py",), "disable_all_migrate_targets", "yield synchronize_rcu()", TOGETHER),
    (("migrate_v5_15.py",), "disable_all_migrate_targets", "yield synchronize_rcu()", ONCE),
    (PASSES, "next_demotion_node", "target: int = yield READ_ONCE(", ONE_VALUE),
)
"""Where the comments make each claim about readers: (files, function, beginning of the statement, claim)."""


def claims(function: Function) -> Iterator[tuple[Statement, list[Claim]]]:
    """Yield each statement about which the patch's comments make claims, with these claims; none in what-ifs."""
    if not function.of_row:
        return
    about = [
        claim
        for claim in (*CLAIMS, *_about_readers())
        if function.file in claim.files and function.name == claim.function
    ]
    for statement in function.statements:
        text = function.text(statement).strip()
        if matching := [claim for claim in about if text.startswith(claim.statement)]:
            yield statement, matching


def _about_readers() -> Iterator[Claim]:
    """Yield the claims about readers once for each file that makes them, judged under the protocol of that file."""
    for files, function, statement, claim in OF_READERS:
        for file in files:
            yield Claim((file,), function, statement, claim.text, *_judged(claim, PROTOCOLS[file]))


def _judged(claim: ReaderClaim, protocol: Protocol) -> tuple[Verdict, str]:
    """Return the verdict on a claim, and the sentence that gives the reason."""
    truth = {text: _is_true(claim, kind, protocol) for kind, text in KINDS.items()}
    true, false = ([text for text, value in truth.items() if value is wanted] for wanted in (True, False))
    because = f"It holds for {' and for '.join(true)}" + (f", but not for {' and for '.join(false)}." if false else ".")
    return ("holds in part" if false else "holds"), because
