"""Describe how a kernel charges node_load[], that is how building a zonelist changes the loads of nodes."""

from __future__ import annotations

from typing import NamedTuple, assert_never

from viz.kernel.machine import ChargeRule


class ChargeWords(NamedTuple):
    """The words for one rule by which a kernel charges node_load[].

    `rule` is a sentence. `does_to_load` is the verb that goes before "node_load[]" when two versions are compared.
    """

    rule: str
    does_to_load: str


def charge_words(charge: ChargeRule) -> ChargeWords:
    """Return the words for a rule by which node_load[] is charged. mypy reports an error if a rule has none."""
    match charge:
        case "set":
            rule = "In this kernel a charge sets the load to the number of online nodes, less the entries before it."
            return ChargeWords(rule, "overwrites")
        case "add":
            rule = "In this kernel a charge adds the number of online nodes, less the entries before it."
            return ChargeWords(rule, "adds to")
        case "one":
            return ChargeWords("In this kernel every charge is 1.", "adds only 1 to")
        case "none":
            return ChargeWords("In this kernel no list charges anybody.", "adds nothing to")
    assert_never(charge)
