"""Scenario: what owners do to a machine, as data. The built-in ones are TOML files beside this module.

title = "Bound to one node"
note = "What to look at."
kernel = "7.3.4"               # all of these may be left out
demotion = true
swap = "2 GiB"
numa_balancing = 2
ticks = 400                    # the last tick; without it a run ends once nothing happens any more

[[owners]]
name = "database"
memory = "130% of first"       # or "12 GiB"; first, target, last and all are nodes of the machine at hand; also
                               # "100% of node 0 plus 500 MiB", "fill target less 10% of first"
cpu = "first"                  # or a node id
bind = "first"                 # MPOL_BIND; left out: any node
allowed = ["first", "last"]    # cpuset.mems; left out: no cpuset
rate = "64 MiB"                # a tick; left out: a two hundredth of its memory
start = 0

[[events]]
tick = 120
event = "reclaim"              # or offline, online, demotion on, demotion off, exit
owner = "database"
memory = "40 MiB"
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import FailFast, PlainValidator, ValidationError, field_validator, model_validator

from viz.pressure.simulation import MAX_TICKS
from viz.pressure.state import OTHERS
from viz.topology import quantities as q
from viz.topology.document import toml_document
from viz.topology.errors import TopologyError, shown
from viz.topology.node import MAX_LABEL
from viz.topology.strict_model import StrictModel, first_problem

MAX_OWNERS = 16
MAX_EVENTS = 64
MAX_SIZE = 80
"""Characters of a size."""
MAX_TEXT = 64 * 1024
"""Bytes of a scenario; one with all keys and tables needs fewer."""
ROLES = ("first", "target", "slower", "last", "all")
"""Words for nodes of the machine at hand: the lowest with CPUs, those it prefers, all slower, the slowest, all."""
EVENTS = ("reclaim", "offline", "online", "demotion on", "demotion off", "exit")
FOLDER = Path(__file__).parent / "scenarios"

Name = Annotated[str, PlainValidator(q.plain_text(MAX_LABEL))]
TickNumber = Annotated[int, PlainValidator(q.whole(0, MAX_TICKS))]


class Part(NamedTuple):
    """An amount that depends on the machine: a part of some nodes, or what they have free above low.

    Another amount may be added to it, or taken off.
    """

    percent: int | None
    """None stands for what is free above low."""
    role: str
    """One of ROLES, or a node such as "node 0"."""
    less: int | Part | None = None
    plus: int | Part | None = None


_PART = re.compile(rf"(?:(fill|[0-9]{{1,4}}% of) )?({'|'.join(ROLES)}|node [0-9]{{1,4}})")
_SUM = re.compile(r"(.+?) (less|plus) (.+)")


def _size(value: object) -> int | Part:
    """Return bytes, or a part such as "120% of first", "fill target less 10% of first" or "node 0 plus 500 MiB"."""
    try:
        two = _SUM.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= MAX_SIZE else None
        whole = _amount(two[1]) if two else _amount(value)
        if two and isinstance(whole, Part):
            other = _amount(two[3])
            return whole._replace(less=other) if two[2] == "less" else whole._replace(plus=other)
        if not two:
            return whole
    except ValueError:
        pass
    problem = (
        'must be a size such as "2 GiB", a part such as "120% of first" or "100% of node 0", or such a part plus or '
        'less another amount: "node 0 plus 500 MiB"'
    )
    raise ValueError(f"{problem} (instead of first: {', '.join(ROLES[1:])}), not {shown(value)}")


def _amount(value: object) -> int | Part:
    """Return bytes or a part without a sum; raise ValueError for anything else."""
    part = _PART.fullmatch(value.strip()) if isinstance(value, str) else None
    if not part:
        return q.memory_bytes(value)
    share = part[1] or "100% of"
    return Part(None if share == "fill" else int(share.partition("%")[0]), part[2])


def _nodes(value: object) -> tuple[int | str, ...]:
    """Return node ids and roles: of an id, a list such as "0,2-3" or "first,last", or a list of ids and roles."""
    found = list[int | str]()
    parts = value.split(",") if isinstance(value, str) and len(value) <= 4096 else value
    for part in parts if isinstance(parts, list | tuple) and len(parts) <= 1024 else [parts]:
        if isinstance(part, str) and part.strip() in ROLES:
            found.append(part.strip())
        elif type(part) is int:
            found += q.node_ids([part])
        else:
            found += q.node_ids(part if isinstance(part, str) else None)
    if not found:
        raise ValueError('names no node; give ids such as "0,2-3"')
    return tuple(found)


def _node(value: object) -> int | str:
    """Return one node id or role."""
    found = _nodes(value)
    if len(found) != 1 or found[0] in ("all", "slower"):
        raise ValueError(f"must be one node: an id, first, target or last, not {shown(value)}")
    return found[0]


Size = Annotated[int | Part, PlainValidator(_size)]
Nodes = Annotated[tuple[int | str, ...], PlainValidator(_nodes)]
NodeRef = Annotated[int | str, PlainValidator(_node)]


class OwnerTable(StrictModel):
    """Somebody who allocates."""

    name: Name
    memory: Size
    cpu: NodeRef = "first"
    bind: Nodes | None = None
    allowed: Nodes | None = None
    rate: Size | None = None
    start: TickNumber = 0
    hot: Size = 0
    """What it uses of slower memory in a tick, and numa_balancing 2 would promote."""


class EventTable(StrictModel):
    """Something that happens at a tick."""

    tick: TickNumber
    event: Annotated[str, PlainValidator(q.one_of(*EVENTS))]
    node: NodeRef | None = None
    owner: Name | None = None
    memory: Size | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> EventTable:
        needs = {"reclaim": ("owner", "memory"), "exit": ("owner",), "offline": ("node",), "online": ("node",)}
        for key in needs.get(self.event, ()):
            if getattr(self, key) is None:
                raise TopologyError(f"{self.event} needs the key {key}")
        return self


class Scenario(StrictModel):
    """Owners and events."""

    title: Annotated[str, PlainValidator(q.plain_text(120))]
    note: Annotated[str, PlainValidator(q.plain_text(1000))] = ""
    kernel: Name | None = None
    demotion: Annotated[bool, PlainValidator(q.flag)] = True
    swap: Size = 0
    numa_balancing: Annotated[int, PlainValidator(q.whole(0, 3))] = 0
    ticks: TickNumber = 0
    owners: Annotated[tuple[OwnerTable, ...], FailFast()]
    events: Annotated[tuple[EventTable, ...], FailFast()] = ()

    @field_validator("owners", "events", mode="before")
    @classmethod
    def _not_too_many(cls, tables: object) -> object:
        if not isinstance(tables, list | tuple) or len(tables) > max(MAX_OWNERS, MAX_EVENTS):
            raise TopologyError(f"must be a list of at most {MAX_OWNERS} owners or {MAX_EVENTS} events")
        return tables

    @model_validator(mode="after")
    def _names_fit(self) -> Scenario:
        names = [owner.name for owner in self.owners]
        if not names:
            raise TopologyError("is empty; give at least one owner", "owners")
        if len(names) > MAX_OWNERS:
            raise TopologyError(f"lists {len(names)} owners; at most {MAX_OWNERS} are possible")
        taken = next((name for name in names if name in OTHERS), None)
        if taken is not None:
            raise TopologyError(f"names an owner {shown(taken)}, which is the name of what is in use at the start")
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise TopologyError(f"names the owner {shown(twice)} twice")
        odd = next((event.owner for event in self.events if event.owner not in (None, *names)), None)
        if odd is not None:
            raise TopologyError(f"an event names the owner {shown(odd)}, which is not listed")
        return self

    @classmethod
    def from_table(cls, table: object, name: str = "") -> Scenario:
        """Return the scenario that a parsed table describes; raise TopologyError for its first mistake."""
        try:
            return cls.model_validate(table)
        except ValidationError as error:
            raise first_problem(error).within(name) from None


def read_scenario(text: str, name: str = "") -> Scenario:
    """Return the scenario that a TOML text describes; raise TopologyError for its first mistake."""
    if len(text) > MAX_TEXT:
        raise TopologyError(f"is larger than {MAX_TEXT // 1024} KiB; no scenario is", name=name)
    try:
        table = toml_document(text)
    except TopologyError as error:
        raise error.within(name) from None
    except RecursionError:
        raise TopologyError("is nested too deeply for a scenario", name=name) from None
    return Scenario.from_table(table, name)


def scenario_names() -> list[str]:
    """Return the names of the built-in scenarios, in the order of the numbers that their files begin with."""
    return [path.stem.partition("-")[2] for path in sorted(FOLDER.glob("*.toml"))]


@lru_cache
def builtin_scenario(name: str) -> Scenario:
    """Return the built-in scenario of that name; raise TopologyError, which lists the names, if there is none."""
    return read_scenario(builtin_text(name), name)


def builtin_text(name: str) -> str:
    """Return the text of a built-in scenario; raise TopologyError, which lists the names, if there is none."""
    names = scenario_names()
    if name not in names:
        close = get_close_matches(name[:60], names, n=1)
        hint = f"perhaps {close[0]} is meant" if close else f"they are {', '.join(names)}"
        raise TopologyError(f"{shown(name)} is no built-in scenario; {hint}")
    return sorted(FOLDER.glob("*.toml"))[names.index(name)].read_text(encoding="utf-8")
