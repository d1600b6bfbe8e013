"""Define the changes of the routines' source for each value of a rule.

An edit replaces a few lines, which are in the module exactly once, by other lines. The new lines are as narrow as the
rest of viz/kernel, and their comments begin with "What if".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import NamedTuple

from viz.kernel import memory_tiers, migrate, migrate_rfc2022, migrate_v5_15, migrate_v5_17, page_alloc, tier_sets

SEVERAL = (migrate_v5_17, migrate_rfc2022)
"""The modules whose routine can give a node several targets."""


class Edit(NamedTuple):
    """An edit of a module: the old lines and the new ones, which also replace a comment right above the old lines."""

    module: ModuleType
    old: str
    new: str


class WrongEdit(RuntimeError):
    """The error that a module does not have the old lines exactly once: it was changed, and edits.py was not."""


def edited(edits: Iterator[Edit]) -> dict[ModuleType, str]:
    """Return the new source of every module that the edits change."""
    sources: dict[ModuleType, str] = {}
    for module, old, new in edits:
        source = sources.get(module) or source_of(module)
        if source.count(old) != 1:
            raise WrongEdit(f"{module.__name__} does not have once:\n{old}")
        before, after = source.split(old)
        sources[module] = f"{_without_comment(before)}{new}{after}"
    return sources


def _without_comment(source: str) -> str:
    """Return a source without the comment at its end."""
    lines = source.splitlines(keepends=True)
    while lines and lines[-1].lstrip().startswith("#"):
        lines.pop()
    return "".join(lines)


def source_of(module: ModuleType) -> str:
    """Return the source of a module of viz.kernel, which its loader reads."""
    assert module.__loader__ is not None
    source: str = module.__loader__.get_source(module.__name__)  # type: ignore[attr-defined]
    return source


# ---- the chooser and the zonelists


def of_chooser(changed: Mapping[str, str]) -> Iterator[Edit]:
    """Yield the edits of page_alloc.py for penalties, ties, charges and the nodes that get zonelists."""
    for name, value in changed.items():
        match name:
            case "penalty-id":
                yield from _penalty_id(value)
            case "penalty-cpu":
                penalty = "PENALTY_FOR_NODE_WITH_CPUS"
                yield Edit(page_alloc, f"            val += {penalty}\n", f"            val += {value}  # What if.\n")
                yield Edit(
                    page_alloc, f"        + ({penalty} if n in cpus else 0)\n", f"        + {value} * (n in cpus)\n"
                )
            case "tie":
                yield from _tie(value)
            case "charge":
                yield from _charge(value)
            case "lists":
                yield Edit(page_alloc, LISTS, f"    for node in machine.{value}:\n")


LISTS = """    for node in (
        machine.online
        if machine.rules.lists_for == "online"
        else machine.possible
    ):
"""


def _penalty_id(value: str) -> Iterator[Edit]:
    new = f"        # What if a lower id costs {value}.\n        val += {value} * (n < node)\n"
    yield Edit(page_alloc, "        val += n < node\n", new)
    yield Edit(page_alloc, "        + (n < node)\n", f"        + {value} * (n < node)\n")


def _tie(value: str) -> Iterator[Edit]:
    higher = value == "last-id"
    comment = f"        # What if the {'higher' if higher else 'lower'} id decides between equals.\n"
    yield Edit(page_alloc, "        val *= LOAD_LIMIT\n        val += machine.node_load[n]\n", comment)
    if higher:
        yield Edit(page_alloc, "        if val < min_val:\n", "        if val <= min_val:\n")
    old = "    by_load = sorted(val, key=machine.node_load.__getitem__)\n"
    old += "    return sorted(by_load, key=val.__getitem__)\n"
    ids = "reversed(val)" if higher else "val"
    yield Edit(page_alloc, old, f"    return sorted({ids}, key=val.__getitem__)\n")


def _charge(value: str) -> Iterator[Edit]:
    lines = {
        "set": "machine.node_load[n] = left",
        "add": "machine.node_load[n] += left",
        "one": "machine.node_load[n] += 1",
    }
    cases = "".join(f'                case "{name}":\n                    {line}\n' for name, line in lines.items())
    match = f"            match machine.rules.charge:\n{cases}"
    if value == "none":
        test = "        if distance[n] != previous:\n"
        yield Edit(page_alloc, f"{test}{match}            charged[n] = machine.node_load[n]\n", CHARGES_NOBODY)
    else:
        yield Edit(page_alloc, match, f"            {lines[value]}  # What if.\n")


CHARGES_NOBODY = "        # What if nobody is charged.\n"


# ---- the passes

FOR = "        for node in this_pass:\n"
INIT = "    used_targets = NODE_MASK_NONE()\n"
TAKES = "        used_targets |= this_pass\n"
START = "    next_pass = machine.node_states[N_CPU].copy()\n"
COMPLETE = "    yield OrderComplete()\n"
ANNOTATIONS = "from __future__ import annotations\n"
HAS_TARGETS = """            # What if: whoever has targets gets no more.
            if (yield Load(node_demotion[node])):
                continue
"""


def of_passes(module: ModuleType, changed: Mapping[str, str]) -> Iterator[Edit]:
    """Yield the edits of a module that builds the order in passes."""
    loop, first_lines, imports = FOR, "", []
    used = changed.get("used", "per-source" if module is migrate_rfc2022 else "chooser")
    mask = {"chooser": "used_targets", "per-source": "source_nodes", "sources": "this_pass"}[used]
    if "used" in changed:
        yield Edit(module, INIT, "    source_nodes = NODE_MASK_NONE()\n" if used == "per-source" else "")
        takes = {"per-source": "source_nodes |= this_pass", "sources": "used_targets = this_pass.copy()"}[used]
        yield Edit(module, TAKES, f"        {takes}\n")
        first_lines = HAS_TARGETS if (module, used) == (migrate_v5_17, "sources") else ""
        first_lines += f"            # What if: a copy for each source.\n            used_targets = {mask}.copy()\n"
    if "this-pass" in changed:
        never = "        # What if: no source becomes used.\n"
        yield Edit(module, TAKES, never * (changed["this-pass"] == "never"))
        first_lines = "            used_targets.add(node)  # What if.\n" * (changed["this-pass"] == "loop")
    if "sources" in changed:
        loop = _loop(changed["sources"], mask)
        imports += ["nearest_sources"] * (changed["sources"] == "nearest")
    if "start" in changed:
        yield Edit(module, START, "    next_pass = fastest_tier(machine)\n")
        imports += ["fastest_tier"]
    if loop + first_lines != FOR:
        yield Edit(module, FOR, loop + first_lines)
    if imports:
        yield _import(module, "viz.kernel.what_if", *sorted(imports))
    yield from _barrier(module, changed.get("barrier", ""))
    if "further" in changed:
        yield Edit(migrate_v5_17, " and val > best_distance\n", " and val != best_distance\n")


def _loop(value: str, mask: str) -> str:
    if value == "descending":
        return "        for node in reversed(list(this_pass)):\n"
    return f"        for node in nearest_sources(\n            machine, this_pass, {mask}\n        ):\n"


def _import(module: ModuleType, source: str, *names: str) -> Edit:
    return Edit(module, ANNOTATIONS, f"{ANNOTATIONS}\nfrom {source} import {', '.join(names)}\n")


def _barrier(module: ModuleType, value: str) -> Iterator[Edit]:
    """Yield the edits for the barrier, which the posted patch has in its build and other rows in the disable."""
    if not value:
        return
    own = "smp_wmb" if module is migrate else "synchronize_rcu"
    place = migrate_v5_17 if module is migrate_rfc2022 else module
    wanted = {"smp_wmb": "smp_wmb", "grace-period": "synchronize_rcu"}.get(value)
    yield Edit(
        place,
        f"    yield {own}()\n",
        f"    yield {wanted}()  # What if.\n" if wanted else "    # What if: no barrier.\n",
    )
    if wanted and wanted != own:
        yield Edit(place, "from viz.kernel.memory import (\n", f"from viz.kernel.memory import (\n    {wanted},\n")
    if value == "after-passes":
        yield Edit(module, COMPLETE, f"    yield {own}()  # What if.\n{COMPLETE}")
        if place is not module:
            yield Edit(
                module, "from viz.kernel.memory import Routine\n", f"from viz.kernel.memory import Routine, {own}\n"
            )


def of_readers() -> Iterator[Edit]:
    """Yield the edits that put a plain read in place of READ_ONCE() in the two functions that readers run."""
    line = "    target: int = yield {}(node_demotion[node])\n"
    for module in (migrate, migrate_v5_15):
        yield Edit(module, line.format("READ_ONCE"), line.format("Load"))
    yield Edit(migrate_v5_15, "from viz.kernel.memory import (\n", "from viz.kernel.memory import (\n    Load,\n")


# ---- the tiers

FIRST = "    best_distance: int | None = None\n"
BEST = "        if best_distance in (None, distance):\n            best_distance = distance\n"


def of_tiers(changed: Mapping[str, str]) -> Iterator[Edit]:
    """Yield the edits of memory_tiers.py for the choice of the preferred nodes in the next tier."""
    match changed.get("targets"), changed.get("further"):
        case "one", _:
            yield Edit(
                memory_tiers,
                BEST,
                "        # What if: only the first.\n" + BEST.replace("in (None, distance)", "is None"),
            )
        case "next-class", _:
            source = source_of(memory_tiers)
            body = source[source.index(FIRST) : source.index("    yield PreferredDone(node)\n")]
            yield Edit(memory_tiers, body, PREFERS_ALL)
        case _, "gt":
            yield Edit(memory_tiers, BEST, NO_FARTHER)


PREFERS_ALL = """    nearest = NODE_MASK_NONE()
    # What if all of the next tier were preferred.
    for target in ranking:
        nearest.add(target)
        yield Store(preferred[node], str(nearest))
"""
NO_FARTHER = """        # What if: no farther than the first.
        if best_distance is None or distance <= best_distance:
            best_distance = best_distance or distance
"""


def base_module(row_module: ModuleType, values: Mapping[str, str]) -> ModuleType:
    """Return the module to edit for a row with passes: the row's own or, if that is easier to edit, another one.

    A module that is not in SEVERAL gives each node one target.
    """
    match values["targets"]:
        case "next-class":
            return tier_sets
        case "one":
            return migrate_v5_15 if row_module in SEVERAL else row_module
    if row_module is migrate_rfc2022 and values["used"] != "per-source":
        return migrate_v5_17
    return row_module if row_module in SEVERAL else migrate_v5_17


def module_values(module: ModuleType) -> dict[str, str]:
    """Return the values that a module has without edits, for the rules of passes."""
    used = "per-source" if module is migrate_rfc2022 else "chooser"
    barrier = "smp_wmb" if module is migrate else "grace-period"
    common = {"this-pass": "before", "sources": "ascending", "start": "n_cpu", "further": "gt"}
    return {**common, "used": used, "barrier": barrier}
