"""Turn the files of a Tree into facts about a machine, as the values that checks need.

A fact that the files do not give is None, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from viz.doctor.kernel_words import KernelWords
from viz.doctor.paths import LOG, LRU_GEN, NODES, NUMA, OSRELEASE, SWITCH, TIERING, VERSION, VMSTAT, ZONEINFO
from viz.doctor.release import Release
from viz.doctor.tree import Tree
from viz.kernel.nodemask import MAX_NUMNODES, NodeMask
from viz.topology.printed_files import signed_tier
from viz.topology.zoneinfo import Zone, gave_up, zones_of

FIGURES = ("read_latency", "write_latency", "read_bandwidth", "write_bandwidth")
_COUNTER = re.compile(r"^(?:Node \d{1,5} )?([A-Za-z_()]{1,60}):?[ \t]+([0-9]{1,18})\b", re.MULTILINE | re.ASCII)
_TRUE, _FALSE = ("true", "1", "y", "yes", "on"), ("false", "0", "n", "no", "off")


@dataclass(frozen=True)
class Facts:
    """The facts about one machine. `asked` is the kernel that the user names; it counts if no file says the kernel."""

    tree: Tree
    asked: Release | None = None
    cgroup: str | None = None
    """The path of the cgroup to examine below /sys/fs/cgroup, without slashes at its ends; None if there is none."""

    @cached_property
    def release(self) -> Release | None:
        """Return the release of the kernel: the one in the files, else `asked`."""
        return Release.of_files(self.tree.text(VERSION), self.tree.text(OSRELEASE)) or self.asked

    def since(self, *number: int) -> bool | None:
        """Return whether the kernel is of the given release or newer; None if that is not known."""
        if self.release is None:
            return None
        if self.is_backported:
            return True if number <= ((6, 1) if self.tiers else (5, 15)) else None
        return self.release.number >= number

    @property
    def is_backported(self) -> bool:
        """Return whether a distribution has added demotion to an older kernel, as RHEL to its 5.14."""
        return self.release is not None and self.release.number < (5, 15) and self.tree.exists(NUMA)

    @property
    def kernel(self) -> str:
        """Return the words for the kernel in a sentence."""
        return f"Linux {self.release.text}" if self.release else "This kernel"

    @cached_property
    def switch(self) -> bool | None:
        """Return whether demotion is switched on; None if no file says so."""
        word = (self.tree.text(SWITCH) or "").lower()
        return True if word in _TRUE else False if word in _FALSE else None

    @cached_property
    def log(self) -> KernelWords:
        """Return what the kernel's log says."""
        return KernelWords(self.tree.files.get(LOG))

    # ---- nodes

    @cached_property
    def nodes(self) -> list[int]:
        """Return the nodes that are online."""
        online = self.mask("online")
        if online:
            return sorted(online)
        found = {part for path in self.tree.folders if (part := _node_of(path)) is not None}
        named = (self.mask("has_memory") or set()) | (self.mask("has_cpu") or set())
        return sorted(found | named)

    @cached_property
    def memory(self) -> list[int] | None:
        """Return the nodes that have online memory; None if no file says so."""
        mask = self.mask("has_memory")
        if mask is None:
            sizes = {node: self.meminfo(node).get("MemTotal") for node in self.nodes}
            if sizes and None not in sizes.values():
                mask = {node for node, size in sizes.items() if size}
        if mask is None:
            mask = self.mask("has_normal_memory") or {n for nodes in (self.tiers or {}).values() for n in nodes}
        return sorted(mask) or None

    @cached_property
    def cpus(self) -> list[int] | None:
        """Return the nodes that have CPUs; None if no file says so."""
        mask = self.mask("has_cpu")
        if mask is None:
            lists = {node: self.tree.text(f"{NODES}/node{node}/cpulist") for node in self.nodes}
            if any(text is not None for text in lists.values()):
                mask = {node for node, text in lists.items() if text}
        return None if mask is None else sorted(mask)

    def mask(self, name: str) -> set[int] | None:
        """Return the nodes that a file such as has_memory lists; None if there is no such list."""
        return node_set(self.tree.text(f"{NODES}/{name}"))

    @cached_property
    def tiers(self) -> dict[int, list[int]] | None:
        """Return the nodes of each memory tier, the fastest first; None if the machine does not show its tiers."""
        found: dict[int, list[int]] = {}
        for match, path in self.tree.matches(f"{TIERING}/memory_tier#/nodelist"):
            nodes = node_set(self.tree.text(path))
            if nodes is None:
                return None
            if nodes:
                found[int(match[1])] = sorted(nodes)
        return {tier: found[tier] for tier in sorted(found, key=signed_tier)} or None

    @cached_property
    def figures(self) -> dict[int, dict[str, int]]:
        """Return for each node the latency and bandwidth that the firmware states, by the name of their file."""
        classes = self._classes
        return classes.get(1) or classes.get(0) or {}

    @property
    def figures_folder(self) -> str:
        """Return the folder of a node that holds latency and bandwidth: access1, or access0 if only that has them."""
        return f"access{0 if not self._classes.get(1) and self._classes.get(0) else 1}/initiators"

    @cached_property
    def _classes(self) -> dict[int, dict[int, dict[str, int]]]:
        classes: dict[int, dict[int, dict[str, int]]] = {}
        for figure in FIGURES:
            for kind in (0, 1):
                for match, path in self.tree.matches(f"{NODES}/node#/access{kind}/initiators/{figure}"):
                    value = self.tree.number(path)
                    if value and 0 < value < 2**32:
                        classes.setdefault(kind, {}).setdefault(int(match[1]), {})[figure] = value
        return classes

    @cached_property
    def distances(self) -> dict[int, dict[int, int]] | None:
        """Return the distance from each node to each node; None if one of them is not known."""
        rows: dict[int, dict[int, int]] = {}
        for node in self.nodes:
            words = (self.tree.text(f"{NODES}/node{node}/distance") or "").split()
            if len(words) != len(self.nodes) or not all(re.fullmatch("[0-9]{1,3}", word, re.ASCII) for word in words):
                return None
            rows[node] = dict(zip(self.nodes, map(int, words), strict=True))
        return rows or None

    # ---- counters and watermarks

    @cached_property
    def vmstat(self) -> dict[str, int]:
        """Return the counters of /proc/vmstat."""
        return _counters(self.tree.files.get(VMSTAT))

    def node_vmstat(self, node: int) -> dict[str, int]:
        """Return the counters of a node, by name."""
        return _counters(self.tree.files.get(f"{NODES}/node{node}/vmstat"))

    def meminfo(self, node: int) -> dict[str, int]:
        """Return the sizes in a node's meminfo, in kB, by name."""
        return _counters(self.tree.files.get(f"{NODES}/node{node}/meminfo"))

    def numastat(self, node: int) -> dict[str, int]:
        """Return the counters of a node's allocations, in pages, by name."""
        return _counters(self.tree.files.get(f"{NODES}/node{node}/numastat"))

    @cached_property
    def demoted(self) -> int | None:
        """Return how many pages were demoted since boot; None if no counter says so."""
        counts = [value for name, value in self.vmstat.items() if name.startswith("pgdemote_")]
        if not counts:
            by_node = [self.node_vmstat(node) for node in self.nodes]
            counts = [value for found in by_node for name, value in found.items() if name.startswith("pgdemote_")]
        return sum(counts) if counts else None

    @property
    def miscounts(self) -> bool:
        """Return whether the counters may be 0 although pages were demoted, because MGLRU does not count them."""
        return self.release is not None and self.release.has_mglru_bug and self.uses_mglru is not False

    @property
    def swap_total(self) -> int | None:
        """Return the size of all swap in kB; None if it is not known."""
        return _counters(self.tree.files.get("proc/meminfo")).get("SwapTotal")

    @cached_property
    def zones(self) -> dict[int, list[Zone]]:
        """Return the zones of each node that have pages."""
        zones: dict[int, list[Zone]] = {}
        for zone in self._all_zones:
            if zone.is_populated:
                zones.setdefault(zone.node, []).append(zone)
        return zones

    @cached_property
    def gave_up(self) -> dict[int, bool]:
        """Return by node whether its kswapd has given up, for the nodes for which /proc/zoneinfo says so."""
        return gave_up(self._all_zones)

    @cached_property
    def _all_zones(self) -> list[Zone]:
        return zones_of(self.tree.files.get(ZONEINFO, ""))

    @cached_property
    def uses_mglru(self) -> bool | None:
        """Return whether the multi-generational LRU is switched on; None if no file says so."""
        found = re.fullmatch(r"(?:0x)?([0-9a-f]{1,8})", (self.tree.text(LRU_GEN) or "").lower(), re.ASCII)
        return bool(int(found[1], 16) & 1) if found else None


def node_set(text: str | None) -> set[int] | None:
    """Return the nodes of a list such as "0-2,4"; None if the text is no such list."""
    if text is None:
        return None
    try:
        return set(NodeMask.parse(text[:8192]))
    except ValueError:
        return None


def _node_of(path: str) -> int | None:
    found = re.fullmatch(rf"{NODES}/node([0-9]{{1,4}})", path, re.ASCII)
    return int(found[1]) if found and int(found[1]) < MAX_NUMNODES else None


def _counters(text: str | None) -> dict[str, int]:
    return {name: int(value) for name, value in _COUNTER.findall(text or "")}
