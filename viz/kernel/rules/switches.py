"""Define the table of switches: every rule that can be changed, with its values and a sentence on each value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST = 255
"""The largest penalty, equal to the largest distance, which is a byte."""


@dataclass(frozen=True)
class Switch:
    """A rule: its name on the command line and in links, its name in words, and a sentence for each value.

    A rule whose value is a number has only the key "N", and {} in the sentence stands for the number.
    """

    name: str
    label: str
    values: Mapping[str, str]

    @property
    def is_number(self) -> bool:
        """Return whether the values are numbers from 0 to MOST."""
        return "N" in self.values

    def sentence(self, value: str) -> str:
        """Return the sentence that says what a value means."""
        return self.values["N"].format(value) if self.is_number else self.values[value]

    def problem(self, value: str) -> str:
        """Return what is wrong with a value; "" if the rule can have the value."""
        if self.is_number:
            fits = value.isascii() and value.isdigit() and len(value) <= 3 and int(value) <= MOST
            return "" if fits else f"{self.name} is a whole number from 0 to {MOST}, not {value[:20]!r}"
        return "" if value in self.values else f"{self.name} is one of {', '.join(self.values)}, not {value[:20]!r}"


SWITCHES = {
    switch.name: switch
    for switch in (
        Switch(
            "charge",
            "What a zonelist charges",
            {
                "set": "A zonelist sets the load of the first node at each distance to the number of nodes left.",
                "add": "A zonelist adds the number of nodes left to the load of the first node at each distance.",
                "one": "A zonelist adds 1 to the load of the first node at each distance.",
                "none": "Zonelists charge nobody, so every load stays 0 and equals are decided by their ids.",
            },
        ),
        Switch(
            "lists",
            "Whose zonelists are built",
            {
                "online": "Zonelists are built for online nodes.",
                "possible": "Zonelists are built for all possible nodes, also for those that are not online.",
            },
        ),
        Switch(
            "zonelists",
            "When zonelists are built",
            {
                "boot": "Zonelists are built at boot, before CPUs are up.",
                "runtime": "Zonelists are built with CPUs up.",
            },
        ),
        Switch("penalty-id", "What a lower id costs", {"N": "A candidate with a lower id than the source pays {}."}),
        Switch("penalty-cpu", "What CPUs cost", {"N": "A candidate with CPUs pays {}."}),
        Switch(
            "tie",
            "What decides between equals",
            {
                "load": "Between equals the lower load decides, then the lower id.",
                "id": "Between equals the lower id decides, and nobody looks at loads.",
                "last-id": "Between equals the higher id decides, and nobody looks at loads.",
            },
        ),
        Switch(
            "used",
            "Who counts as used",
            {
                "chooser": "Whoever is chosen is used for everybody, and so is every source.",
                "per-source": "Every source has a copy of its own of all sources so far, so sources may share targets.",
                "sources": "Only the sources of the pass at hand are used, so an earlier one can be chosen again: "
                "cycles can appear.",
            },
        ),
        Switch(
            "this-pass",
            "When sources become used",
            {
                "before": "All sources of a pass become used before the first of them chooses.",
                "loop": "A source becomes used when its turn comes, so one that chooses earlier may take it.",
                "never": "Sources never become used, so that every source is its own best.",
            },
        ),
        Switch(
            "sources",
            "Who chooses first",
            {
                "ascending": "The sources of a pass choose in the order of their ids, the lowest first.",
                "descending": "The sources of a pass choose in the order of their ids, the highest first.",
                "nearest": "The source that is nearest to a free node chooses first.",
            },
        ),
        Switch(
            "start",
            "Where the passes start",
            {
                "n_cpu": "The passes start at the nodes with CPUs.",
                "fastest-tier": "The passes start at all nodes of the fastest memory tier.",
            },
        ),
        Switch(
            "targets",
            "How many targets a node has",
            {
                "one": "A node has one target at most.",
                "equally-near": "A node has all targets that are equally near.",
                "next-class": "A node has all nodes of the next slower class as its targets.",
            },
        ),
        Switch(
            "further",
            "The test for a further target",
            {
                "gt": "A further target is refused if it is farther than the first (>).",
                "eq": "A further target is taken only if it is exactly as far as the first (==).",
            },
        ),
        Switch(
            "barrier",
            "What stands between disable and passes",
            {
                "none": "No barrier stands between the disable and the new targets.",
                "smp_wmb": "A write barrier stands between the disable and the new targets.",
                "after-passes": "The barrier stands behind the passes, so nothing keeps old and new targets apart.",
                "grace-period": "A grace period stands between the disable and the new targets.",
            },
        ),
        Switch(
            "read",
            "How a reader reads",
            {
                "once": "A reader reads each entry once (READ_ONCE).",
                "plain": "A reader reads plainly, so a compiler may move each read to anywhere in the walk.",
            },
        ),
        Switch(
            "rebuilds",
            "Rebuilds within one walk",
            {
                "1": "One rebuild happens while a reader walks.",
                "2": "A second rebuild, which gives the same order again, happens while a reader walks.",
            },
        ),
    )
}
"""All switches by name, in the order in which the name of a what-if lists them."""
