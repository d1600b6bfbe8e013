"""What is read from texts that differ a little from each other, as other versions of a program write them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.pinned import listings, sysfs_and_clusters
from tests.pinned.listings import IN_A_STRING
from tests.pinned.speeds import HWLOC, LIBVIRT, VALUE
from tests.pinned.tables import compared
from tests.topology.formats.once_slow import FACTS
from tests.topology.formats.printers import devicetree, hwloc1, libvirt_caps

KINDS = ("DRAM", "HBM", "MCDRAM", "CXL-DRAM", "CXL", "SPM", "NVM", "CXL-NVM", "PMEM", " cxl-nvm ", "GPU")
ATTRIBUTE = '<memattr name="{}" flags="6">\n' + VALUE.format(7, 90) + VALUE.format(8, 250) + "</memattr>\n"
SECOND = 'local_memory="2147483648"/>'
"""The end of the element of the second node."""
BARE_HWLOC = HWLOC.replace(' subtype="NVM"', "").replace('name="DAXDevice"', 'name="x"')
HWLOC_TEXTS = {
    "whole": HWLOC,
    "a listing in a string": HWLOC.replace("<topology ", f"<topology note={IN_A_STRING} "),
    "without a kind": BARE_HWLOC,
    **{f"subtype {kind}": HWLOC.replace('"NVM"', f'"{kind}"') for kind in KINDS},
    "a kind in an info": BARE_HWLOC.replace(
        SECOND, 'local_memory="2147483648"><info name="Type" value="PMEM"/></object>'
    ),
    "another info": BARE_HWLOC.replace(
        SECOND, 'local_memory="2147483648"><info name="Kind" value="PMEM"/></object>'
    ),
    "tiers and a device": BARE_HWLOC.replace(
        SECOND,
        'local_memory="2147483648"><info name="MemoryTier" value="1"/><info name="DAXDevice" value="dax0.0"/></object>',
    ),
    "a device with a long name": BARE_HWLOC.replace(
        SECOND,
        f'local_memory="2147483648"><info name="DAXDevice" value="{"dax" * 9}"/></object>',
    ),
    "tiers of both": BARE_HWLOC.replace(
        SECOND, 'local_memory="2147483648"><info name="MemoryTier" value="1"/></object>'
    ).replace('local_memory="1073741824"/>', 'local_memory="1073741824"><info name="MemoryTier" value="0"/></object>'),
    **{
        f"tier {tier}": BARE_HWLOC.replace(
            SECOND, f'local_memory="2147483648"><info name="MemoryTier" value="{tier}"/></object>'
        )
        for tier in ("99999", "100000", "x", "\u0663")
    },
    **{
        f"{name} alone": BARE_HWLOC.partition("<memattr")[0] + ATTRIBUTE.format(name) + "</topology>"
        for name in (
            "Latency", "ReadLatency", "WriteLatency", "Bandwidth", "ReadBandwidth", "WriteBandwidth", "Capacity",
        )
    },
    "an initiator by its object": HWLOC.replace('initiator_cpuset="0x3"', 'initiator_obj_gp_index="1"'),
    "no initiator": HWLOC.replace('initiator_cpuset="0x3"', ""),
    "an initiator for each": HWLOC.replace('value="250" initiator_cpuset="0x3"', 'value="250" initiator_cpuset="0xc"'),
    "a value of 2^40": HWLOC.replace('value="250"', f'value="{2**40}"'),
    "a value of more": HWLOC.replace('value="250"', f'value="{2**40 + 1}"'),
    "an unknown target": HWLOC.replace('target_obj_gp_index="8"', 'target_obj_gp_index="9"'),
    "nodes without gp_index": HWLOC.replace(' gp_index="8"', ""),
    "older names": BARE_HWLOC.replace('"NUMANode"', '"NUMA"').replace('type="NUMA" nbobjs', 'type="NUMANode" nbobjs'),
    "more than the number of nodes": HWLOC.replace('nbobjs="2" kind="5"', 'nbobjs="3" kind="5"'),
    "no kind of the matrix": HWLOC.replace('kind="5"', ""),
    "bandwidths as a matrix": HWLOC.replace('kind="5"', 'kind="9"'),
    "latencies that are measured": HWLOC.replace('kind="5"', 'kind="6"'),
    "a matrix without a name": HWLOC.replace(' name="NUMALatency"', ""),
    "a matrix without indexing": HWLOC.replace(' indexing="os"', ""),
    "indexes by gp_index": HWLOC.replace('indexing="os"', 'indexing="gp"').replace(">0 1 <", ">7 8 <"),
    "indexes in another order": HWLOC.replace(">0 1 <", ">1 0 <"),
    "an index twice": HWLOC.replace(">0 1 <", ">1 1 <"),
    "one index fewer": HWLOC.replace(">0 1 <", ">0 <"),
    "a matrix of one node": HWLOC.replace('nbobjs="2" kind="5"', 'nbobjs="1" kind="5"')
    .replace(">0 1 <", ">0 <")
    .replace(">10 21 31 10 <", ">10 <"),
    "one value fewer": HWLOC.replace("31 10 ", "31 "),
    "a second matrix of other values": HWLOC.replace(
        "</distances2></", "</distances2></"
    ).replace("  <distances2", '  <distances2 type="NUMANode" nbobjs="2" kind="6" name="Mine"><indexes length="4">0 1 '
    '</indexes><u64values length="9">10 22 22 10</u64values></distances2>\n  <distances2', 1),
    "a second matrix under the usual name": HWLOC.replace(
        "  <distances2", '  <distances2 type="NUMANode" nbobjs="2" kind="6" name="NUMALatency"><indexes length="4">0 1 '
        '</indexes><u64values length="9">10 22 22 10</u64values></distances2>\n  <distances2', 1),
    "memory in kB": HWLOC.replace('local_memory="2147483648"', 'memory_kB="2048"'),
    "memory in kB under another name": HWLOC.replace('local_memory="2147483648"', 'local_memory_kB="2048"'),
    "no memory": HWLOC.replace('local_memory="2147483648"', ""),
    "2^50 kB": HWLOC.replace('local_memory="2147483648"', f'memory_kB="{2**50}"'),
    "more than 2^50 kB": HWLOC.replace('local_memory="2147483648"', f'memory_kB="{2**50 + 1}"'),
    "no CPUs": HWLOC.replace('cpuset="0x0000000c"', ""),
    "an empty CPU set": HWLOC.replace('cpuset="0x0000000c"', 'cpuset="0x0"'),
    "one CPU set": HWLOC.replace('cpuset="0x0000000c"', 'cpuset="0x00000003"'),
    "one CPU set and no kinds": BARE_HWLOC.replace('cpuset="0x0000000c"', 'cpuset="0x00000003"'),
    "a CPU set in the other": HWLOC.replace('cpuset="0x0000000c"', 'cpuset="0x00000001"'),
    "one CPU set, DRAM second": BARE_HWLOC.replace('cpuset="0x0000000c"', 'subtype="DRAM" cpuset="0x00000003"'),
    "one CPU set, HBM first": BARE_HWLOC.replace('cpuset="0x00000003"', 'subtype="HBM" cpuset="0x00000003"').replace(
        'cpuset="0x0000000c"', 'cpuset="0x00000003"'
    ),
}  # fmt: skip
OLDER = hwloc1(FACTS)
OLDER_TEXTS = {
    "whole": OLDER,
    "a depth without objects": OLDER.replace('relative_depth="1"', 'relative_depth="2"'),
    "a depth of the machine itself": OLDER.replace('relative_depth="1"', 'relative_depth="0"'),
    "no depth": OLDER.replace(' relative_depth="1"', ""),
    "a depth of 100": OLDER.replace('relative_depth="1"', 'relative_depth="100"'),
    "a depth of 101": OLDER.replace('relative_depth="1"', 'relative_depth="101"'),
    "cores at the depth": OLDER.replace("<page_type", '<object type="Core"/><page_type').replace(
        'relative_depth="1"', 'relative_depth="2"'
    ),
    "fewer objects": OLDER.replace('nbobjs="2"', 'nbobjs="1"'),
    "more objects": OLDER.replace('nbobjs="2"', 'nbobjs="3"'),
    "no base": OLDER.replace(' latency_base="10.000000"', ""),
    "a base in words": OLDER.replace('"10.000000"', '"ten"'),
    "a base of one": OLDER.replace('"10.000000"', '"1.0"')
    .replace('"1.000000"', '"10"')
    .replace('"2.1', '"21')
    .replace('"3.1', '"31')
    .replace('00000"', '"'),
    "a latency fewer": OLDER.replace('<latency value="2.100000"/>', ""),
    "a latency without a value": OLDER.replace('<latency value="2.100000"/>', "<latency/>"),
    "a latency that is almost whole": OLDER.replace("2.100000", "2.1009"),
    "a latency that is not quite whole": OLDER.replace("2.100000", "2.1011"),
    "a latency between two": OLDER.replace("2.100000", "2.15"),
    "a latency that is too large": OLDER.replace("2.100000", "25.6"),
    "a latency of 0": OLDER.replace("2.100000", "0"),
    "a latency with 13 places": OLDER.replace("2.100000", "2.1000000000000"),
    "kB": OLDER.replace('local_memory="1073741824"', 'memory_kB="1048576"'),
}
CELL = '<cell id="1" cpus="2-3" memory="2097152" unit="KiB"></cell>'
LIBVIRT_TEXTS = {
    "whole": LIBVIRT,
    "a listing in a string": LIBVIRT.replace("<numa>", f"<numa note={IN_A_STRING}>"),
    "cells alone": CELL.replace('"1"', '"0"') + CELL,
    **{
        f"unit {unit}": LIBVIRT.replace('memory="2097152" unit="KiB"', f'memory="5000000" unit="{unit}"')
        for unit in ("b", "bytes", "k", "K", "KB", "kiB", "M", "MB", "MiB", "m", "GiBs", "")
    },
    **{
        f"unit {unit}": LIBVIRT.replace('memory="2097152" unit="KiB"', f'memory="3" unit="{unit}"')
        for unit in ("G", "GB", "GiB", "T", "TB", "TiB", "P", "PB", "PiB")
    },
    "no unit": LIBVIRT.replace('memory="2097152" unit="KiB"', 'memory="2097152"'),
    "no ids": LIBVIRT.replace('cell id="0"', "cell").replace('cell id="1"', "cell"),
    "no memory": LIBVIRT.replace('memory="2097152" unit="KiB"', ""),
    "no CPUs": LIBVIRT.replace('cpus="2-3"', ""),
    "a CPU left out": LIBVIRT.replace('cpus="2-3"', 'cpus="2-4,^3"'),
    "all CPUs left out": LIBVIRT.replace('cpus="2-3"', 'cpus="2,^2"'),
    "the distance of another": LIBVIRT.replace('sibling id="1"', 'sibling id="5"'),
    "no distances": LIBVIRT.replace('<sibling id="1" value="21"/>', ""),
    "no value of a distance": LIBVIRT.replace('<sibling id="1" value="21"/>', '<sibling id="1"/>'),
    "two distances of a pair": LIBVIRT.replace(
        '<sibling id="1" value="21"/>', '<sibling id="1" value="21"/><sibling id="1" value="22"/>'
    ),
    "both directions": LIBVIRT.replace(
        'unit="KiB"></cell>', 'unit="KiB"><distances><sibling id="0" value="31"/></distances></cell>'
    ),
    "a distance of 10 to itself": LIBVIRT.replace(
        '<sibling id="1" value="21"/>', '<sibling id="0" value="10"/><sibling id="1" value="21"/>'
    ),
    "a memory-only cell": LIBVIRT.replace('cpus="2-3"', ""),
    "a memory-only cell and no latencies": LIBVIRT.replace('cpus="2-3"', "").replace("latency", "x"),
    "no types": LIBVIRT.replace("type='access'", ""),
    "an unknown type": LIBVIRT.replace("type='access'", "type='fetch'"),
    "reads": LIBVIRT.replace("type='access'", "type='read'"),
    "writes": LIBVIRT.replace("type='access'", "type='write'"),
    "a bandwidth between two": LIBVIRT.replace("value='20480000'", "value='20480001'"),
    "an unknown target": LIBVIRT.replace("target='1'", "target='7'"),
    "caches alone": LIBVIRT.replace("target='1' type", "target='1' cache='1' type"),
    "cache 0": LIBVIRT.replace("target='1' type", "target='1' cache='0' type"),
    "another element": LIBVIRT.replace("<interconnects>", "<interconnects><delay/>"),
    "a latency without a value": LIBVIRT.replace("value='250'", ""),
}
CAPS = libvirt_caps(FACTS)
CAPS_TEXTS = {
    "whole": CAPS,
    "MiB": CAPS.replace("unit='KiB'>2097152", "unit='MiB'>2048"),
    "no unit": CAPS.replace("<memory unit='KiB'>2097152", "<memory>2097152"),
    "an unknown unit": CAPS.replace("unit='KiB'>2097152", "unit='words'>2048"),
    "no memory": CAPS.replace("<memory unit='KiB'>2097152</memory>", ""),
    "memory in words": CAPS.replace(">2097152<", ">much<"),
    "CPUs in an attribute, too": CAPS.replace('<cell id="1">', '<cell id="1" cpus="7">'),
    "no CPUs": CAPS.replace('<cpu id="2" socket_id="0"/><cpu id="3" socket_id="0"/>', ""),
    "no list of CPUs": CAPS.replace('<cpus num="2"><cpu id="2" socket_id="0"/><cpu id="3" socket_id="0"/></cpus>', ""),
    "a CPU twice": CAPS.replace('<cpu id="2"', '<cpu id="3"'),
    "a CPU without an id": CAPS.replace('<cpu id="2"', "<cpu"),
    "CPU 65535": CAPS.replace('<cpu id="2"', '<cpu id="65535"'),
    "CPU 65536": CAPS.replace('<cpu id="2"', '<cpu id="65536"'),
    "one direction": CAPS.replace('<sibling id="0" value="31"/>', ""),
    "no distances": CAPS.replace("sibling", "other"),
    "no cells": CAPS.replace("cell id", "other id").replace("</cell>", "</other>"),
    "a cell twice": CAPS.replace('cell id="1"', 'cell id="0"'),
    "no elements": CAPS.replace("distances", "x"),
}
THIRD = "<cell id='2' memory='1' unit='GiB'/>"
LIBVIRT_TEXTS |= {
    "three cells, each with an initiator": LIBVIRT.replace("<interconnects>", f"{THIRD}<interconnects>").replace(
        "</interconnects>",
        "<latency initiator='0' target='2' value='300'/><latency initiator='1' target='2' value='200'/>"
        "<bandwidth initiator='0' target='2' value='5000000'/><bandwidth initiator='1' target='2' value='4000000'/>"
        "</interconnects>",
    ),
    "three cells, an initiator by bandwidth": LIBVIRT.replace("<interconnects>", f"{THIRD}<interconnects>").replace(
        "</interconnects>",
        "<bandwidth initiator='0' target='2' value='5000000'/><bandwidth initiator='1' target='2' value='4000000'/>"
        "</interconnects>",
    ),
    "three cells and one distance": LIBVIRT.replace("<interconnects>", f"{THIRD}<interconnects>"),
}
TREE = devicetree(FACTS)
TREE_TEXTS = {
    "whole": TREE,
    "a listing in a string": TREE.replace(" cpus {", f" cpus {{ note = {IN_A_STRING};"),
    "quoted": "".join(f"> {line}\n" for line in TREE.splitlines()),
    "a patch": "".join(f"+{line}\n" for line in TREE.splitlines()),
    "all in a comment": f"/*\n{TREE.replace('/* cells */', '')}*/\n",
    "no address cells": TREE.replace(" #address-cells = <2>; #size-cells = <2>;", ""),
    "one cell": TREE.replace("#address-cells = <2>; #size-cells = <2>;", "#address-cells = <1>; #size-cells = <1>;"),
    "5 cells of an address": TREE.replace("#address-cells = <2>; #size", "#address-cells = <5>; #size"),
    "0 cells": TREE.replace("#address-cells = <2>; #size-cells = <2>;", "#address-cells = <0>; #size-cells = <0>;"),
    "two ranges": TREE.replace("<0x0 0x0 0x0 0x40000000>", "<0x0 0x0 0x0 0x40000000>, <0x1 0x0 0x1 0x0>"),
    "memory in two blocks": TREE.replace("numa-node-id = <1>; };\n dist", "numa-node-id = <0>; };\n dist"),
    "decimal sizes": TREE.replace("0x40000000", "1073741824"),
    "capital hexadecimal": TREE.replace("0x40000000", "0X4000000A"),
    "memory without its type": TREE.replace('device_type = "memory"; ', ""),
    "CPUs without their type": TREE.replace('device_type = "cpu"; ', ""),
    "labels": TREE.replace("memory@00", "mem0: memory@00").replace("cpu@0 {", "first: cpu@0 {"),
    "a label that is used later": TREE.replace("memory@10 {", "mem: memory@10 {").replace(
        "numa-node-id = <1>; };\n dist", "};\n dist"
    )
    + "&mem { numa-node-id = <1>; };\n",
    "a path that is used later": TREE.replace("numa-node-id = <1>; };\n dist", "};\n dist")
    + "&{/memory@10} { numa-node-id = <1>; };\n",
    "a label of nothing": TREE + "&other { numa-node-id = <1>; };\n",
    "a property that is changed later": TREE.replace("memory@10 {", "mem: memory@10 {")
    + "&mem { numa-node-id = <0>; };\n",
    "a CPU without a node": TREE.replace("reg = <0>; numa-node-id = <0>;", "reg = <0>;"),
    "memory without a node": TREE.replace("0x40000000>; numa-node-id = <0>;", "0x40000000>;"),
    "memory without a size": TREE.replace(" reg = <0x0 0x0 0x0 0x40000000>;", ""),
    "no sizes": TREE.replace(" reg = <0x0 0x0 0x0 0x40000000>;", "").replace(" reg = <0x0 0x0 0x0 0x80000000>;", ""),
    "no CPUs": TREE.replace("cpu@", "x@").replace('"cpu"', '"x"'),
    "no distances": TREE.partition(" distance-map")[0] + "};\n",
    "both directions": TREE.replace("<0 1 21>", "<0 1 21>, <1 0 31>"),
    "the other direction": TREE.replace("<0 1 21>", "<1 0 31>"),
    "no distance between two": TREE.replace("<0 1 21>,", ""),
    "a pair that differs": TREE.replace("<0 1 21>", "<0 1 21>, <0 1 22>"),
    "a pair again": TREE.replace("<0 1 21>", "<0 1 21>, <0 1 21>"),
    "another node in the matrix": TREE.replace("<0 1 21>", "<0 1 21>, <0 5 22>"),
    "four numbers": TREE.replace("<0 1 21>", "<0 1 21 5>"),
    "a distance of 9": TREE.replace("<0 1 21>", "<0 1 9>"),
    "a word in the matrix": TREE.replace("<0 1 21>", "<0 ONE 21>"),
    "a node in many cells": TREE.replace("numa-node-id = <0>", "numa-node-id = <0 7>"),
    "a node in no cell": TREE.replace("numa-node-id = <0>", "numa-node-id = <>"),
    "node 1024": TREE.replace("numa-node-id = <0>", "numa-node-id = <1024>"),
    "a string with a brace": TREE.replace('compatible = "numa', 'note = "}{;"; compatible = "numa'),
    "a comment in a property": TREE.replace("<0 1 21>", "<0 1 /* far */ 21>"),
    "2^62 bytes": TREE.replace("0x0 0x40000000", "0x40000000 0x0"),
    "more than 2^62 bytes": TREE.replace("0x0 0x40000000", "0x40000000 0x1"),
}


def files() -> dict[str, Callable[[], str]]:
    """Return a file for each format."""
    texts = {
        "hwloc": HWLOC_TEXTS,
        "hwloc-1": OLDER_TEXTS,
        "libvirt": LIBVIRT_TEXTS,
        "capabilities": CAPS_TEXTS,
        "xen": listings.XEN_TEXTS,
        "device-tree": TREE_TEXTS,
        "qemu": listings.QEMU_TEXTS,
        "numactl": listings.NUMACTL_TEXTS,
        "likwid": listings.LIKWID_TEXTS,
        "lscpu": listings.LSCPU_TEXTS,
        "lsmem": listings.LSMEM_TEXTS,
        "sysfs": sysfs_and_clusters.SYSFS_TEXTS,
        "kubernetes": sysfs_and_clusters.KUBERNETES_TEXTS,
        "proxmox": sysfs_and_clusters.PROXMOX_TEXTS,
        "fake-nodes": sysfs_and_clusters.FAKE_TEXTS,
        "beside": sysfs_and_clusters.BESIDE_TEXTS,
    }
    return {f"{name}.txt": partial(compared, of) for name, of in texts.items()}
