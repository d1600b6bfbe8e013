"""List the formats that a topology can be read from; a new format needs one module and one row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from viz.topology import document, notation
from viz.topology.formats import (
    devicetree,
    hwloc,
    iasl,
    kernel_log,
    kubernetes,
    libvirt,
    likwid,
    lscpu,
    lsmem,
    numa_fake,
    numactl,
    proxmox,
    qemu,
    slit,
    sysfs,
    xen,
)
from viz.topology.model import Topology
from viz.topology.parse_result import ParseResult

Source = TypeVar("Source", str, bytes)


@dataclass(frozen=True)
class Format(Generic[Source]):
    """How to recognise and read one format of text or of bytes; `read(source, name)` may raise TopologyError.

    `sniff` is not called for a source that contains none of the `hints`: to search for these is much faster.
    """

    name: str
    sniff: Callable[[Source], bool]
    read: Callable[..., ParseResult]
    hints: tuple[Source, ...] = ()
    listing: bool = True
    """True for what a machine or another program prints, False for the formats that this project defines."""
    chooses: bool = False
    """Whether `read` has a third parameter: the number or name of the machine that the user has chosen."""
    as_it_is: Literal["never", "first", "only"] = "never"
    """Whether a text is read before marks of quotation and tags are taken off: these may belong to the format.

    If it cannot be read as it is, it is read without them after "first", and refused after "only".
    """

    def matches(self, source: Source) -> bool:
        """Return whether the source is in this format."""
        return (not self.hints or any(hint in source for hint in self.hints)) and self.sniff(source)


def _without_guesses(read: Callable[[str, str], Topology]) -> Callable[[str, str], ParseResult]:
    """Return a format's `read` function for a document, in which nothing has to be guessed."""
    return lambda text, name: ParseResult(read(text, name))


FORMATS: tuple[Format[str], ...] = (
    Format("the output of lscpu --json", lscpu.like_lscpu_json, lscpu.read_lscpu, ("NUMA",), as_it_is="only"),
    Format("the output of lsmem -o+NODE --json", lsmem.like_lsmem_json, lsmem.read_lsmem, ('"node"',), as_it_is="only"),
    Format(
        "a NodeResourceTopology of Kubernetes",
        kubernetes.like_kubernetes,
        kubernetes.read_kubernetes,
        ("zones",),
        chooses=True,
    ),
    Format(
        "a topology document in JSON",
        document.like_json,
        _without_guesses(document.read_json),
        listing=False,
        as_it_is="only",
    ),
    Format(
        "a topology document in TOML",
        document.like_our_toml,
        _without_guesses(document.read_toml),
        ("title", "nodes", "distances"),
        listing=False,
        as_it_is="only",
    ),
    Format("the output of numactl -H", numactl.like_numactl, numactl.read_numactl, ("node", "Node", "No NUMA")),
    Format("hwloc XML", hwloc.like_hwloc, hwloc.read_hwloc, ("<object", "<!DOCTYPE"), as_it_is="first"),
    Format(
        "libvirt XML",
        libvirt.like_libvirt,
        libvirt.read_libvirt,
        ("<cell", "<domain", "<capabilities"),
        as_it_is="first",
    ),
    Format(
        "lines of grep -s . /sys/devices/system/node",
        sysfs.like_lines,
        sysfs.read_lines,
        ("node/", "/distance", "/cpulist", "/cpumap", "/meminfo"),
        chooses=True,
    ),
    Format("QEMU arguments", qemu.like_qemu, qemu.read_qemu, ("-numa",), as_it_is="first"),
    Format("a SLIT as acpidump prints it", slit.like_dump, slit.read_dump, (" @ ", "\t@", "@\t")),
    Format("a SLIT as iasl -d prints it", iasl.like_iasl, slit.read_iasl, ("Localit", "Signature")),
    Format("the output of likwid-topology", likwid.like_likwid, likwid.read_likwid, ("Processors:",)),
    Format("the output of xl info -n", xen.like_xen, xen.read_xen, ("memsize", "vnuma"), as_it_is="first"),
    Format(
        "device tree source",
        devicetree.like_devicetree,
        devicetree.read_devicetree,
        ("distance-matrix", "numa-node-id"),
        as_it_is="first",
    ),
    Format("the output of lscpu", lscpu.like_lscpu, lscpu.read_lscpu, ("NUMA",)),
    Format("the output of lsmem -o+NODE", lsmem.like_lsmem, lsmem.read_lsmem, ("NODE",)),
    Format("a Proxmox configuration", proxmox.like_proxmox, proxmox.read_proxmox, ("numa",)),
    Format("kernel parameters with numa=fake", numa_fake.like_numa_fake, numa_fake.read_numa_fake, ("numa=fake=",)),
    Format(
        "a kernel's log, to compare with", kernel_log.like_ranking, kernel_log.read_ranking, ("Node", "memory_tier")
    ),
    Format(
        "a topology document in TOML",
        document.like_toml,
        _without_guesses(document.read_toml),
        listing=False,
        as_it_is="only",
    ),
    Format(
        "a line such as '2 sockets: cpu+dram 64G, pmem 256G'",
        notation.like_notation,
        notation.read_notation,
        listing=False,
        as_it_is="only",
    ),
)
"""The text formats in the order in which they are tried. The order matters: a document may quote a listing in its note,
and a listing may start as a TOML text does."""

BINARY: tuple[Format[bytes], ...] = (
    Format("a tarball of /sys/devices/system/node", sysfs.like_tar, sysfs.read_tar, chooses=True),
    Format("the bytes of a SLIT", slit.like_bytes, slit.read_bytes),
)
"""The binary formats in the order in which they are tried, before the bytes are decoded as text."""


def names() -> str:
    """Return the names of all formats, the best known first, for an error message."""
    listed = ["numactl -H", *(form.name for form in FORMATS), *(form.name for form in BINARY)]
    return "; ".join(dict.fromkeys(name.removeprefix("the output of ").removesuffix(" --json") for name in listed))
