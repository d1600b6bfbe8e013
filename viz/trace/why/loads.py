"""Explain why node_load[] holds its values."""

from __future__ import annotations

from viz.kernel.machine import ChargeRule
from viz.kernel.releases import version
from viz.trace.charge_words import charge_words
from viz.trace.why.answer import Answer, Column, Line, answer
from viz.trace.why.history import History
from viz.wording import counted

MEANING = "Among candidates that are equally near with their penalties, the one with the lowest load is chosen."

Charge = tuple[int, int, int, int]
"""A charge of a node: (step, owner of the zonelist that was built, load before, load after)."""


def columns(history: History, array: str) -> dict[int, Column]:
    """Return for each node the answers to why its node_load[] has its value."""
    trace = history.trace
    answers = {node: Column() for node in trace.nodes}
    charges: dict[int, list[Charge]] = {node: [] for node in trace.nodes}
    charge = version(trace.kernel).rules.charge
    build_begins = 0
    for step, (operation, *fields) in history.changes("operation"):
        match operation:
            case "ZonelistsBegin" | "NodeLoadGiven":
                build_begins = step
                charges = {node: [] for node in trace.nodes}
                for node in trace.nodes:
                    answers[node].put(step, _not_charged(operation, node, step, trace.at(f"{array}[{node}]", step)))
            case "ZonelistBuilt":
                for node, load in fields[1]:
                    before = trace.at(f"{array}[{node}]", step - 1)
                    charges[node].insert(0, (step, fields[0], before, load))
                    answers[node].put(step, _charged(node, charges[node], build_begins, charge))
    return answers


def _question(node: int, load: int) -> str:
    return f"Why is node_load[{node}] {load}?"


def _not_charged(operation: str, node: int, step: int, load: int) -> Answer:
    is_given = operation == "NodeLoadGiven"
    text = (
        "The topology gives this load." if is_given else "No zonelist has charged it since all loads were set to zero."
    )
    return answer(_question(node, load), [(step, text), (step, MEANING)])


def _charged(node: int, charges: list[Charge], build_begins: int, rule: ChargeRule) -> Answer:
    (step, owner, before, after), *earlier = charges
    change = f"from {before} to {after}" if rule == "set" else f"{after - before} more"
    if before == after:
        change = f"left at {after}"
    text = f"The zonelist of node {owner} charged node {node}, the first at a new distance: {change}."
    lines: list[Line] = [(step, text)]
    if earlier and rule != "set":  # With the rule "set" the previous load makes no difference.
        lines.append((earlier[0][0], f"{counted(len(earlier), 'earlier charge')} had brought it to {before}."))
    return answer(_question(node, charges[0][3]), [*lines, (build_begins, f"{charge_words(rule).rule} {MEANING}")])
