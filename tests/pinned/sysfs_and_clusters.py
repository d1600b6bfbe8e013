"""What is read from files of /sys, and from texts of Kubernetes and Proxmox, that differ a little from each other."""

from __future__ import annotations

from tests.topology.formats.once_slow import FACTS
from tests.topology.formats.printers import numactl, sysfs_lines

LINES = sysfs_lines(FACTS)
TOP = "/sys/devices/system/node"
SYSFS_TEXTS = {
    "whole": LINES,
    "from within": LINES.replace(f"{TOP}/", ""),
    "from the folder above": LINES.replace(f"{TOP}/", "node/"),
    "with a dot before": LINES.replace("/sys/", "./sys/"),
    "of a copy": LINES.replace("/sys/", "copy/sys/"),
    "quoted": "".join(f"> {line}\n" for line in LINES.splitlines()),
    "blanks of a mail": LINES.replace("\n", "=20\n"),
    "headings of tail": "".join(
        f"==> {path} <==\n{text}\n" for path, text in (line.split(":", 1) for line in LINES.splitlines())
    ),
    "commands": "".join(
        f"$ cat {path}\n{text}\n" for path, text in (line.split(":", 1) for line in LINES.splitlines())
    ),
    "prompts": "".join(
        f"root@box:~# cat {path}\n{text}\n" for path, text in (line.split(":", 1) for line in LINES.splitlines())
    ),
    "one meminfo without its path": LINES.replace(f"{TOP}/node1/meminfo:", ""),
    "meminfo of another node": LINES.replace("node1/meminfo:Node 1 MemT", "node1/meminfo:Node 0 MemT"),
    "meminfo without kB": LINES.replace("2097152 kB", "2097152"),
    "meminfo without a number": LINES.replace("2097152 kB", "x kB"),
    "meminfo of 2^50 kB": LINES.replace("2097152 kB", f"{2**50} kB"),
    "meminfo of more": LINES.replace("2097152 kB", f"{2**50 + 1} kB"),
    "meminfo of a machine": LINES.replace("meminfo:Node 1 MemT", "meminfo:MemT"),
    "no meminfo": "".join(line for line in LINES.splitlines(keepends=True) if "node1/meminfo" not in line),
    "no memory by has_memory": "".join(
        line for line in LINES.splitlines(keepends=True) if "node1/meminfo" not in line
    ) + f"{TOP}/has_memory:0\n",
    "other memory by has_memory": f"{LINES}{TOP}/has_memory:0\n",
    "the same by has_memory": f"{LINES}{TOP}/has_memory:0-1\n",
    "has_normal_memory": f"{LINES}{TOP}/has_normal_memory:0\n",
    "other CPUs by has_cpu": f"{LINES}{TOP}/has_cpu:0\n",
    "another node online": LINES.replace("online:0-1", "online:0-2"),
    "no such list": LINES.replace("online:0-1", "online:x"),
    "no list of CPUs": "".join(line for line in LINES.splitlines(keepends=True) if "cpulist" not in line),
    "one list of CPUs": "".join(
        line for line in LINES.splitlines(keepends=True) if "node1/cpulist" not in line and "node1/cpumap" not in line
    ),
    "no CPUs": "".join(line for line in LINES.splitlines(keepends=True) if "/cpu" not in line),
    "CPUs by has_cpu": "".join(line for line in LINES.splitlines(keepends=True) if "/cpu" not in line)
    + f"{TOP}/has_cpu:0\n",
    "a list and a mask that differ": LINES.replace("node1/cpulist:2-3", "node1/cpulist:2"),
    "blanks in a list": LINES.replace("node1/cpulist:2-3", "node1/cpulist:2, 3"),
    "a mask of two words": LINES.replace("node1/cpulist:2-3\n", "node1/cpulist:2-3,32\n").replace("0000000c", "1,0c"),
    "a damaged mask": LINES.replace("0000000c", "0x0g"),
    "a mask of nine digits": LINES.replace("0000000c", "00000000c"),
    "no distances": "".join(line for line in LINES.splitlines(keepends=True) if "distance" not in line),
    "distances of one node": "".join(line for line in LINES.splitlines(keepends=True) if "node1/distance" not in line),
    "a short row": LINES.replace("31 10", "31"),
    "a word in a row": LINES.replace("31 10", "31 x"),
    "a row more than once": LINES + f"{TOP}/node1/distance:31 10\n",
    "another row of the node": LINES + f"{TOP}/node1/distance:30 10\n",
    "rows of three nodes": LINES.replace("10 21", "10 21 30").replace("31 10", "31 10 30"),
    "rows of three nodes that are online": LINES.replace("10 21", "10 21 30")
    .replace("31 10", "31 10 30")
    .replace("online:0-1", "online:0-2"),
    "rows of three nodes that are possible": LINES.replace("10 21", "10 21 30")
    .replace("31 10", "31 10 30")
    .replace("possible:0-1", "possible:0-2"),
    "one node of three": f"{TOP}/node1/distance:21 10 30\n{TOP}/node1/cpulist:1\n",
    "one node of three, which one is not clear": f"{TOP}/node1/distance:10 10 30\n{TOP}/node1/cpulist:1\n",
    "one node of three, none is near": f"{TOP}/node1/distance:20 20 30\n{TOP}/node1/cpulist:1\n",
    "a gap in the ids": LINES.replace("node1/", "node5/").replace("Node 1", "Node 5"),
    "node 1024": LINES.replace("node1/", "node1024/").replace("Node 1", "Node 1024"),
    "two machines": LINES.replace("/sys/", "a/sys/") + LINES.replace("/sys/", "b/sys/"),
    "other files": LINES + f"{TOP}/node1/numastat:numa_hit 5\n{TOP}/node1/vmstat:nr_free_pages 7\n",
    "CPU lists alone": "node0/cpulist:0-3\nnode1/cpulist:\n",
    "masks alone": "node0/cpumap:0f\nnode1/cpumap:30\n",
    "distances alone": "node0/distance:10 20\nnode1/distance:20 10\n",
    "sizes alone": "node0/meminfo:Node 0 MemTotal: 5 kB\nnode1/meminfo:Node 1 MemTotal: 6 kB\n",
    "lists alone": f"{TOP}/online:0-1\n{TOP}/possible:0-1\n",
    "a list that nobody closes": LINES.replace("online:0-1", "online:"),
}  # fmt: skip
ZONES = (
    "kind: NodeResourceTopology\nmetadata:\n  name: a\nzones:\n- name: node-0\n  type: Node\n"
    "  costs:\n  - name: node-0\n    value: 10\n  - name: node-1\n    value: 21\n"
    "  resources:\n  - name: cpu\n    capacity: 4\n  - name: memory\n    capacity: 5Gi\n"
    "- name: node-1\n  type: Node\n  costs:\n  - name: node-0\n    value: 31\n  - name: node-1\n    value: 10\n"
    "  resources:\n  - name: cpu\n    capacity: 3\n  - name: memory\n    capacity: {}\n"
)
ZONES_OF_A = ZONES.format("7Gi")
KUBERNETES_TEXTS = {
    "whole": ZONES_OF_A,
    **{
        f"memory {size}": ZONES.format(size)
        for size in (
            "5", "5k", "5K", "5Ki", "5M", "5Mi", "5G", "5T", "5Ti", "5P", "5Pi", "5.5Gi", "5m", "1500m", "x", "5Ei",
            "-5", '"7Gi"', "'7Gi'", "9999999Pi", "",
        )
    },
    "CPUs in thousandths": ZONES_OF_A.replace("capacity: 3", "capacity: 2500m"),
    "CPUs in words": ZONES_OF_A.replace("capacity: 3", "capacity: three"),
    "no CPUs": ZONES_OF_A.replace("  - name: cpu\n    capacity: 3\n", ""),
    "no resources": ZONES_OF_A.replace("  resources:\n  - name: cpu\n    capacity: 3\n", "  other:\n"),
    "allocatable": ZONES_OF_A.replace("capacity: 3", "allocatable: 3"),
    "allocatable and capacity": ZONES_OF_A.replace("capacity: 3", "allocatable: 2\n    capacity: 3"),
    "another type of zone": ZONES_OF_A.replace("name: node-1\n  type: Node", "name: node-1\n  type: Socket"),
    "no types": ZONES_OF_A.replace("  type: Node\n", ""),
    "other names": ZONES_OF_A.replace("node-1", "numa1"),
    "names without a number": ZONES_OF_A.replace("node-1", "far"),
    "a large number": ZONES_OF_A.replace("node-1", "node-1024"),
    "one direction": ZONES_OF_A.replace("  - name: node-0\n    value: 31\n", ""),
    "no costs": ZONES_OF_A.replace("costs:", "prices:"),
    "a cost of an absent zone": ZONES_OF_A.replace("node-1\n    value: 21", "node-5\n    value: 21"),
    "two costs of a pair": ZONES_OF_A.replace("value: 21", "value: 21\n  - name: node-1\n    value: 22"),
    "a cost in words": ZONES_OF_A.replace("value: 21", "value: far"),
    "a zone twice": ZONES_OF_A.replace("- name: node-1\n  type", "- name: node-0\n  type"),
    "no kind": ZONES_OF_A.replace("kind: NodeResourceTopology\n", ""),
    "another kind": ZONES_OF_A.replace("kind: NodeResourceTopology\n", "kind: Pod\n"),
    "neither a kind nor costs": ZONES_OF_A.replace("kind: NodeResourceTopology\n", "").replace("costs:", "prices:"),
    "neither a kind nor zones": ZONES_OF_A.replace("kind: NodeResourceTopology\n", "").replace("zones:", "areas:"),
    "a list": "kind: NodeResourceTopologyList\nitems:\n" + "".join(
        f"{'- ' if not number else '  '}{line}\n" for number, line in enumerate(ZONES_OF_A.splitlines())
    ),
    "two machines": f"{ZONES_OF_A}---\n{ZONES_OF_A.replace('name: a', 'name: b')}",
    "two machines without names": f"{ZONES_OF_A}---\n{ZONES_OF_A}".replace("  name: a\n", "  x: a\n"),
    "metadata that are a word": ZONES_OF_A.replace("metadata:\n  name: a", "metadata: a"),
    "comments": ZONES_OF_A.replace("zones:", "# zones\nzones: # all").replace("zones: # all", "zones:"),
    "tabs": ZONES_OF_A.replace("    value", "\tvalue"),
    "strings over lines": ZONES_OF_A.replace("name: a", "name: a\n    b\n  note: |\n    c: d\n  more: >\n    e"),
    "empty items": ZONES_OF_A.replace("zones:\n", "zones:\n-\n"),
    "items below their dashes": ZONES_OF_A.replace("\n- name: node-1", "\n-\n  name: node-1"),
    "indented lists": ZONES_OF_A.replace("  - name", "    - name").replace("    value", "      value").replace(
        "    capacity", "      capacity"
    ),
    "prose above": f"This is it:\nand so on\n{ZONES_OF_A}",
    "prose below": f"{ZONES_OF_A}That is all\n",
    "JSON": '{"kind": "NodeResourceTopology", "metadata": {"name": "a"}, "zones": [{"name": "node-0", "type": "Node", '
    '"costs": [{"name": "node-0", "value": 10}], "resources": [{"name": "cpu", "capacity": "4"}]}]}',
    "a list in JSON": '[{"kind": "NodeResourceTopology", "zones": [{"name": "node-0", "type": "Node"}, 5]}, 7]',
    "JSON that is cut": '{"kind": "NodeResourceTopology", "zones": [{"name": "node-0"',
}  # fmt: skip
GUEST = "cores: 4\nmemory: 2048\nnuma: 1\nsockets: 2\n"
NAMED = "numa0: cpus=0-1,hostnodes=0,memory=1024,policy=bind\nnuma1: cpus=2;3,memory=2048\n"
PROXMOX_TEXTS = {
    "nodes": f"{GUEST}{NAMED}",
    "sockets": GUEST,
    "sockets, quoted": "".join(f"> {line}\n" for line in GUEST.splitlines()),
    "one socket": GUEST.replace("sockets: 2\n", ""),
    "one core": GUEST.replace("cores: 4\n", ""),
    "the usual memory": GUEST.replace("memory: 2048\n", ""),
    "current memory": GUEST.replace("memory: 2048", "memory: current=4096"),
    "memory with more words": GUEST.replace("memory: 2048", "memory: 4096,x=5"),
    "memory in words": GUEST.replace("memory: 2048", "memory: all"),
    "three sockets": GUEST.replace("sockets: 2", "sockets: 3"),
    "0 sockets": GUEST.replace("sockets: 2", "sockets: 0"),
    "1024 sockets of too many cores": GUEST.replace("sockets: 2", "sockets: 1024").replace("cores: 4", "cores: 4097"),
    "1025 sockets": GUEST.replace("sockets: 2", "sockets: 1025"),
    "0 cores": GUEST.replace("cores: 4", "cores: 0"),
    "4096 cores": GUEST.replace("cores: 4", "cores: 4096"),
    "no NUMA": GUEST.replace("numa: 1", "numa: 0"),
    "a node without CPUs": NAMED.replace("cpus=2;3,", ""),
    "a node without memory": NAMED.replace(",memory=2048", ""),
    "a node twice": NAMED.replace("numa1", "numa0"),
    "node 1024": NAMED.replace("numa1", "numa1024"),
    "CPUs in words": NAMED.replace("cpus=2;3", "cpus=x"),
    "memory of a node in words": NAMED.replace("memory=2048", "memory=2G"),
}
FAKE = "BOOT_IMAGE=/vmlinuz ro numa=fake={} {}\n"
FAKE_TEXTS = {
    "two": FAKE.format(2, ""),
    **{f"numa=fake={number}": FAKE.format(number, "") for number in ("1", "0", "1025", "4G", "2U", "512m", "3k")},
    "abstract distances": FAKE.format(2, "numa_emulation.adistance=576,704"),
    "an abstract distance of 2^31 - 1": FAKE.format(2, f"numa_emulation.adistance=576,{2**31 - 1}"),
    "an abstract distance of 2^31": FAKE.format(2, f"numa_emulation.adistance=576,{2**31}"),
    "latencies": FAKE.format(2, "numa_emulation.read_latency=100,1000 numa_emulation.read_bandwidth=900,100"),
    "latencies of writes": FAKE.format(
        2, "numa_emulation.write_latency=100,1000 numa_emulation.write_bandwidth=900,100"
    ),
    "latencies and no bandwidths": FAKE.format(2, "numa_emulation.read_latency=100,1000"),
    "latencies of reads and writes": FAKE.format(
        2,
        "numa_emulation.read_latency=100,1000 numa_emulation.write_latency=150,1100 "
        "numa_emulation.read_bandwidth=900,100 numa_emulation.write_bandwidth=800,90",
    ),
    "reads of the first, writes of both": FAKE.format(
        2,
        "numa_emulation.read_latency=100 numa_emulation.write_latency=100,1000 "
        "numa_emulation.read_bandwidth=900,100 numa_emulation.write_bandwidth=900,100",
    ),
    "writes of the first, reads of both": FAKE.format(
        2,
        "numa_emulation.write_latency=100 numa_emulation.read_latency=100,1000 "
        "numa_emulation.write_bandwidth=900,100 numa_emulation.read_bandwidth=900,100",
    ),
    "fewer latencies": FAKE.format(3, "numa_emulation.read_latency=100,1000 numa_emulation.read_bandwidth=900,100"),
    "the second is DRAM": FAKE.format(
        2,
        "numa_emulation.read_latency=100,200 numa_emulation.read_bandwidth=900,800 numa_emulation.default_dram=0,1",
    ),
    "none is DRAM": FAKE.format(
        2,
        "numa_emulation.read_latency=100,200 numa_emulation.read_bandwidth=900,800 numa_emulation.default_dram=0,0",
    ),
    "a third is DRAM": FAKE.format(
        2,
        "numa_emulation.read_latency=100,200 numa_emulation.read_bandwidth=900,800 numa_emulation.default_dram=1,0,1",
    ),
    "the second is far faster": FAKE.format(
        2, "numa_emulation.read_latency=100000,1 numa_emulation.read_bandwidth=1,900"
    ),
    "quoted": FAKE.format(2, 'numa_emulation.adistance="576,704"'),
    "figures of no DRAM": FAKE.format(2, "numa_emulation.read_latency=0,200 numa_emulation.read_bandwidth=900,800"),
}  # fmt: skip
DEVICE = '{{"chardev": "{}", "size": 5, "target_node": {}, "mode": "{}"}}'
LISTING = numactl(FACTS)
BESIDE_TEXTS = {
    "nothing": LISTING,
    "a device": f"{LISTING}[\n{DEVICE.format('dax0.0', 1, 'system-ram')}\n]\n",
    "a device in one line": LISTING + DEVICE.format("dax0.0", 1, "system-ram") + "\n",
    "a list in one line": f"{LISTING}[{DEVICE.format('dax0.0', 1, 'system-ram')}]\n",
    "a device, quoted": f"{LISTING}> [\n> {DEVICE.format('dax0.0', 1, 'system-ram')}\n> ]\n",
    **{f"mode {m}": LISTING + DEVICE.format("dax0.0", 1, m) for m in ("devdax", "fsdax", "sector", "raw", "x")},
    "no mode": f'{LISTING}{{"chardev": "dax0.0", "target_node": "1"}}\n',
    "no name": f'{LISTING}{{"target_node": 1}}\n',
    "a device below others": f'{LISTING}{{"dev": "x", "daxregion": {{'
    '"devices": [{"chardev": "dax0.1", "target_node": 1}]}}\n',
    "node 1024": LISTING + DEVICE.format("dax0.0", 1024, "system-ram"),
    "node 1023": LISTING + DEVICE.format("dax0.0", 1023, "system-ram"),
    "JSON of another program": f'{LISTING}{{"a": [1, 2]}}\n',
    "memdev alone": f'{LISTING}{{"memdev": "mem0", "target_node": 1}}\n',
    "decoder alone": f'{LISTING}{{"decoder": "decoder0.0", "x": {{"target_node": 1}}}}\n',
    "JSON that is cut": f'{LISTING}[\n{{"chardev": "dax0.0",\n"target_node": 1\n',
    "JSON before the listing": f'[\n{DEVICE.format("dax0.0", 1, "system-ram")}\n]\n{LISTING}',
    **{
        f"JSON with {word} before the listing": f'{{"{word}": "x"}}\n{LISTING}'
        for word in ("chardev", "memdev", "daxregion", "target_node", "decoder", "other")
    },
    "a kernel's targets": f"{LISTING}Demotion targets for Node 0: preferred: 1, fallback: 1\n",
    "targets without fallbacks": f"{LISTING}Demotion targets for Node 0: preferred: 1\n",
    "no targets": f"{LISTING}Demotion targets for Node 0: null\n",
    "targets of node 1024": f"{LISTING}Demotion targets for Node 1024: preferred: 1, fallback: 1\n",
    "parameters": f"{LISTING}numa_emulation.adistance=576,704\n",
}  # fmt: skip
