"""What is read from listings and command lines that differ a little from each other, as other people paste them."""

from __future__ import annotations

from tests.topology.formats.once_slow import FACTS
from tests.topology.formats.printers import likwid, lscpu, numactl, qemu, xen

IN_A_STRING = '"\\nNUMA node0 CPU(s): 0-1\\nNUMA node1 CPU(s): 2\\n"'
"""The output of lscpu, as a string within another text."""
QEMU = qemu(FACTS)
SMP = "qemu -m 4G -smp {} -numa node,nodeid=0 -numa node,nodeid=1"
PLACED = f"{SMP} -numa cpu,node-id=0,{{}} -numa cpu,node-id=1,{{}}"
BOTH_CPUS = ("socket-id=0", "socket-id=1")
LB = "-numa hmat-lb,initiator=0,target={},hierarchy={},data-type={},{}"
HMAT = " ".join(
    LB.format(node, "memory", f"access-{kind}", f"{kind}={value}")
    for kind, values in {"latency": (90, 250), "bandwidth": ("20G", "9G")}.items()
    for node, value in enumerate(values)
)
SLOW = QEMU.strip().replace("cpus=2-3,", "") + f" {HMAT}\n"
QEMU_TEXTS = {
    "whole": QEMU,
    "a listing in a string": f"-name {IN_A_STRING} {QEMU}",
    "JSON": QEMU.replace(
        "-object memory-backend-ram,id=ram1,size=2147483648",
        '-object \'{"qom-type":"memory-backend-ram","id":"ram1","size":2147483648}\'',
    ),
    "another object": QEMU.replace("memory-backend-ram,id=ram1", "memory-backend-file,id=ram1,share=on"),
    "an object without an id": QEMU.replace("id=ram1,", ""),
    "a backend that is not there": QEMU.replace("memdev=ram1", "memdev=ram9"),
    **{
        f"size {size}": QEMU.replace("size=2147483648", f"size={size}")
        for size in ("2G", "2g", "2GiB", "2GB", "1.5G", "0.5t", "2048M", "2048000k", "5b", "2x", "G", "9999999T", "$X")
    },
    **{f"mem={size}": QEMU.replace("memdev=ram1", f"mem={size}") for size in ("2", "2G", "1.5G", "x")},
    "no memory of one node": QEMU.replace(",memdev=ram1", ""),
    "no memory of any node": QEMU.replace(",memdev=ram1", "").replace(",memdev=ram0", ""),
    "no memory of any node, and -m 1000": QEMU.replace(",memdev=ram", ",x=").replace("-m 4G", "-m 1000"),
    "no memory of any node, and -m size=": QEMU.replace(",memdev=ram", ",x=").replace("-m 4G", "-m size=2G,slots=2"),
    "no memory of any node, and no -m": QEMU.replace(",memdev=ram", ",x=").replace("-m 4G", ""),
    "no memory of any node, and a variable": QEMU.replace(",memdev=ram", ",x=").replace("-m 4G", "-m $RAM"),
    "no CPUs": QEMU.replace(",cpus=0-1", "").replace(",cpus=2-3", ""),
    "CPUs of one node": QEMU.replace(",cpus=2-3", ""),
    "CPUs in two parts": QEMU.replace(",cpus=2-3", ",cpus=2,cpus=5"),
    "CPUs in one list": QEMU.replace(",cpus=2-3", ",cpus=2,5"),
    "CPUs that are no list": QEMU.replace(",cpus=2-3", ",cpus=2-x"),
    "no ids": QEMU.replace("nodeid=0,", "").replace("nodeid=1,", ""),
    "an id twice": QEMU.replace("nodeid=1,", "nodeid=0,"),
    "a word alone": QEMU.replace("nodeid=1,", "nodeid=1,memory,"),
    "a variable alone": QEMU.replace("nodeid=1,", "nodeid=1,$MORE,"),
    "a distance without a value": QEMU.replace("src=0,dst=1,val=21", "src=0,dst=1"),
    "a distance of a node that comes later": "-numa dist,src=0,dst=1,val=21 " + QEMU,
    "a distance of a node in a variable": QEMU.replace("dst=1,val=21", "dst=$N,val=21"),
    "a distance to itself of 11": QEMU.replace("src=0,dst=0,val=10", "src=0,dst=0,val=11"),
    "a distance of 9": QEMU.replace("val=21", "val=9"),
    "one direction": QEMU.replace("-numa dist,src=1,dst=0,val=31", ""),
    "another distance of the pair": QEMU.replace("val=31", "val=31 -numa dist,src=1,dst=0,val=32"),
    "the same distance again": QEMU.replace("val=31", "val=31 -numa dist,src=1,dst=0,val=31"),
    "three nodes, one direction and one that differs": QEMU.strip() + " -numa node -numa dist,src=0,dst=2,val=40",
    "three nodes, one direction and one that is missing": QEMU.replace("val=31", "val=21").strip()
    + " -numa node -numa dist,src=0,dst=2,val=40",
    "three nodes, one direction": QEMU.replace("val=31", "val=21").strip()
    + " -numa node -numa dist,src=0,dst=2,val=40 -numa dist,src=2,dst=1,val=50",
    "variables": f"export A=21\nlocal B=ram1\n{QEMU}".replace("val=21", "val=${A}").replace("memdev=ram1", "memdev=$B"),
    "variables with comments": f'A="21" # far\n{QEMU}'.replace("val=21", "val=$A"),
    "a variable in itself": f"A=$A\n{QEMU}".replace("val=21", "val=$A"),
    "an option in a comment": QEMU.replace("-numa dist", "#-numa dist"),
    "strings in Python": 'args = ["-numa", "node,nodeid=0,cpus=0-1,mem=1G",\n "-numa", "node,nodeid=1,"\n "mem=2G"]',
    "a string over two lines": 'x = "-numa node,nodeid=0,cpus=0," \\\n"mem=1G"\n',
    "an open quotation": QEMU.replace("-numa dist,src=0,dst=1", '-numa "dist,src=0,dst=1'),
    "an open quotation that ends below": QEMU.replace("-numa dist,src=0,dst=1", '-numa "dist,src=0,dst=1') + '"\n',
    "a quotation that starts above": f'x="\n{QEMU.strip()}"\n',
    "a quotation that starts in another paragraph": f'x="\n\n{QEMU.strip()}"\n',
    "an apostrophe in a comment": QEMU.replace("-numa dist,src=0,dst=0", "# it's\n-numa dist,src=0,dst=0"),
    "an escaped quotation mark": QEMU.replace("-numa dist,src=0,dst=0", '\\"\n-numa dist,src=0,dst=0'),
    "an equals sign": QEMU.replace("-numa node,nodeid=1", "-numa=node,nodeid=1"),
    "a comma for a blank": QEMU.replace("-numa node,nodeid=1", '-numa", "node,nodeid=1'),
    "a cache": QEMU.strip() + " -numa hmat-cache,node-id=0,size=10K,level=1",
    "sockets": PLACED.format("2,sockets=2", *BOTH_CPUS),
    "sockets of cores": PLACED.format("8,sockets=2,cores=4", *BOTH_CPUS),
    "sockets of threads": PLACED.format("8,sockets=2,cores=2,threads=2", *BOTH_CPUS),
    "sockets of dies and clusters": PLACED.format("48,sockets=2,dies=2,clusters=2,cores=3,threads=2", *BOTH_CPUS),
    "cores": PLACED.format("8,sockets=1,cores=4,threads=2", "socket-id=0,core-id=1", "socket-id=0,core-id=2"),
    "threads": PLACED.format("8,cores=4,threads=2", "core-id=1,thread-id=1", "core-id=2,thread-id=0"),
    "clusters": PLACED.format("16,clusters=2,cores=4,threads=2", "cluster-id=0", "cluster-id=1"),
    "dies": PLACED.format("32,dies=2,clusters=2,cores=4,threads=2", "die-id=0", "die-id=1"),
    "no numbers of cores": PLACED.format("2", *BOTH_CPUS),
    "0 cores": PLACED.format("2,cores=0", *BOTH_CPUS),
    "too many CPUs": PLACED.format("65537", *BOTH_CPUS),
    "CPU 65535": PLACED.format("2,cores=1", "socket-id=0", "socket-id=65535"),
    "CPU 65536": PLACED.format("2,cores=1", "socket-id=0", "socket-id=65536"),
    "a CPU of an unknown node": SMP.format("2") + " -numa cpu,node-id=5,socket-id=0",
    "a CPU of no node": SMP.format("2") + " -numa cpu,socket-id=0",
    "CPUs that are absent": PLACED.format("cpus=1,maxcpus=2,sockets=2,cores=1,threads=1", *BOTH_CPUS),
    "CPUs that may come later": PLACED.format("cpus=1,maxcpus=2,sockets=2", *BOTH_CPUS),
    "CPUs that are plugged in": PLACED.format("cpus=1,maxcpus=3,sockets=3", *BOTH_CPUS)
    + " -numa cpu,node-id=1,socket-id=2 -device qemu64-x86_64-cpu,socket-id=2,core-id=0,thread-id=0",
    "all CPUs are there": PLACED.format("cpus=2,maxcpus=2", *BOTH_CPUS)
    + " -device qemu64-x86_64-cpu,socket-id=0,core-id=0,thread-id=0",
    "another device": PLACED.format("cpus=1,maxcpus=2", *BOTH_CPUS) + " -device host-x86_64-cpu,core-id=1",
    "latencies": SLOW,
    "latencies and absent CPUs": SLOW.replace("-smp 4", "-smp 1,maxcpus=4"),
    "an initiator of its own": SLOW.replace("nodeid=1,", "nodeid=1,initiator=0,"),
    "an unknown initiator": SLOW.replace("initiator=0,target=1", "initiator=5,target=1"),
    "no initiator": SLOW.replace("initiator=0,target=1", "target=1"),
    "no target": SLOW.replace("target=1,", ""),
    "no value": SLOW.replace(",latency=250", ""),
    "a cache's latency": SLOW.replace("target=1,hierarchy=memory", "target=1,hierarchy=first-level"),
    "no hierarchy": SLOW.replace("hierarchy=memory,", ""),
    "an unknown kind": SLOW.replace("data-type=access-latency", "data-type=latency"),
    "reads": SLOW.replace("data-type=access-", "data-type=read-"),
    "writes": SLOW.replace("data-type=access-", "data-type=write-"),
    "a bandwidth between two": SLOW.replace("bandwidth=9G", f"bandwidth={9 * 2**30 + 1}"),
    "the longest latency": SLOW.replace("latency=250", "latency=4294967"),
    "a latency that is too long": SLOW.replace("latency=250", "latency=4294968"),
    "a node without memory": SLOW.replace(",memdev=ram1", ""),
    "a node without memory or CPUs, as an initiator": SLOW.replace(",memdev=ram1", "").replace(
        "initiator=0,target=1", "initiator=1,target=1"
    ),
    "no CPU at all": SLOW.replace("cpus=0-1,", ""),
}  # fmt: skip
NUMACTL = numactl(FACTS)
NUMACTL_TEXTS = {
    "whole": NUMACTL,
    **{
        f"size {size}": NUMACTL.replace("2048 MB", size)
        for size in (
            "2048", "2048MB", "2 GB", "2 GiB", "2 TB", "2 kB", "2 KiB", "2048 MB today", "x MB", "n MB", "N GB", "? MB",
            "XXX MB", "xxx MB", "X MB", "n", "n PB", "<not available>", "<not found>", "1234567890 MB", "",
        )
    },
    "no header": NUMACTL.partition("\n")[2],
    "another number of nodes": NUMACTL.replace("2 nodes", "3 nodes"),
    "other nodes in the header": NUMACTL.replace("(0-1)", "(0-2)"),
    "an odd list in the header": NUMACTL.replace("(0-1)", "(a)"),
    "no list in the header": NUMACTL.replace(" (0-1)", ""),
    "a word in the header": NUMACTL.replace("(0-1)", "x"),
    "no sizes": "".join(line for line in NUMACTL.splitlines(keepends=True) if "size" not in line),
    "no CPUs": "".join(line for line in NUMACTL.splitlines(keepends=True) if "cpus" not in line),
    "nothing about node 1": "".join(line for line in NUMACTL.splitlines(keepends=True) if "node 1" not in line),
    "CPUs of node 0 alone": NUMACTL.replace("node 1 cpus: 2 3\n", ""),
    "sizes left out": NUMACTL.replace("node 1 cpus: 2 3\nnode 1 size: 2048 MB\n", "...\n"),
    "rows left out": NUMACTL.replace("  1:  31  10", " ..."),
    "sizes left out and no distances": NUMACTL.partition("node distances")[0].replace("node 1 cpus: 2 3\n", "[snip]\n"),
    **{
        f"{words} for a row": NUMACTL.replace("  1:  31  10", f"  {words}")
        for words in ("..", "\u2026", "<snip>", "[...]", "{cut}", "(snipped)", "(cutter)", ".", "cuts")
    },
    "no row and no columns": NUMACTL.partition("node    0")[0],
    "no rows": NUMACTL.partition("  0:")[0],
    "a CPU list with a comma at its start": NUMACTL.replace("cpus: 2 3", "cpus: 2,3"),
    "the number of CPUs": NUMACTL.replace("cpus: 2 3", "cpus: 2 3 (2)").replace("cpus: 0 1", "cpus: 0 1 (2"),
    "the CPUs of lscpu": NUMACTL.replace("node 1 cpus: 2 3\n", "NUMA node1 CPU(s): 2,3\n"),
    "other CPUs of lscpu": "NUMA node1 CPU(s): 7\n" + NUMACTL,
    "another size again": NUMACTL + "node 1 size: 1 MB\n",
    "the same size again": NUMACTL + "node 1 size: 2048 MB\n",
    "prose like a row": NUMACTL + "\n1: see above\n",
    "a row that is too short, far below": NUMACTL + "\n\n1: 10\n",
    "a row below": NUMACTL + "0: 10 20\n",
    "a short row": NUMACTL.replace("31  10", "31"),
    "a long row": NUMACTL.replace("31  10", "31  10  5"),
    "a distance of 9": NUMACTL.replace("31  10", "31  9"),
    "a distance of 256": NUMACTL.replace("31  10", "256  10"),
    "a word in a row": NUMACTL.replace("31  10", "31  x"),
    "a row of another node": NUMACTL.replace("  1:  31", "  5:  31"),
    "a column twice": NUMACTL.replace("node    0   1", "node    0   0"),
    "a column of node 1024": NUMACTL.replace("node    0   1", "node    0   1024"),
    "columns in another order": NUMACTL.replace("node    0   1", "node    1   0"),
    "other CPUs of a node": NUMACTL.replace("node 1 size", "node 1 cpus: 5\nnode 1 size"),
    "CPUs in words": NUMACTL.replace("cpus: 2 3", "cpus: 2 x"),
    "a second header": NUMACTL + NUMACTL.partition("\n")[0] + "\n",
    "a second matrix": NUMACTL + "node distances:\n",
    "columns again": NUMACTL + "node 0 1\n",
    "no NUMA": "No NUMA available on this system\n",
    "no distances": NUMACTL.partition("node distances")[0] + "No distance information available.\n",
    "lines joined": NUMACTL.replace("MB\nnode 1", "MB node 1"),
    "prose about nodes": NUMACTL + "node zero is fast\nnodes\nnode\nNode 1 is slow\n",
    "soft line ends": NUMACTL.replace("cpus: 2 3", "cpus: 2=\n 3"),
    "soft line ends in prose": "a=\nb=\n" + NUMACTL,
    "a soft line end at the end": NUMACTL.replace("1:  31  10 ", "1:  31=\n  10"),
    "tags": f"<pre>{NUMACTL}</pre>",
    "a tag of another kind": f"<span>\n{NUMACTL}</span>",
    **{
        f"{tags} before a line": NUMACTL.replace("node 0 cpus", f"{tags} node 0 cpus")
        for tags in ("<tt>", "<BLOCKQUOTE>", "<tt class='x'> <blockquote>", "<font>", "<ttx>", "<tt")
    },
    "an arrow": NUMACTL.replace("2048 MB", "2048 MB <-- this"),
    "dashes": NUMACTL.replace("2048 MB", "2048 MB \u2014 this"),
    "bare rows": NUMACTL.replace("  0: ", "  0 ").replace("  1: ", "  1 "),
    "node ids in full width": NUMACTL.replace("node 1 size", "node \uff11 size"),
    "a node of five digits": NUMACTL.replace("node 1 size", "node 10000 size"),
}  # fmt: skip
LIKWID = likwid(FACTS)
LIKWID_TEXTS = {
    "whole": LIKWID,
    "blanks of a mail": LIKWID.replace("\n", "=20\n"),
    "newer": LIKWID.replace("Domain:\t\t\t0", "Domain 0:").replace("Distances:", "Relative distance to nodes:"),
    "newer memory": LIKWID.replace("Total memory:\t\t2048 MB", "Memory: 1.5 MB free of total 2048 MB"),
    "commas": LIKWID.replace("( 2 3 )", "( 2,3 )"),
    "no memory": LIKWID.replace("Total memory:\t\t2048 MB\n", ""),
    "no CPUs": LIKWID.replace("Processors:\t\t( 2 3 )\n", ""),
    "no distances": LIKWID.replace("Distances:", "x:"),
    "a short row": LIKWID.replace("31 10", "31"),
    "a domain twice": LIKWID.replace("Domain:\t\t\t1", "Domain:\t\t\t0"),
    "a domain of another name": LIKWID.replace("Domain:\t\t\t1", "Domain:\t\t\tx"),
    **{
        f"{size} MB": LIKWID.replace("2048 MB", f"{size} MB")
        for size in ("2.5", "1e+06", "1.5e+06", "1e+10", "x", "1.5e+03")
    },
}  # fmt: skip
LSCPU = lscpu(FACTS)
LSCPU_TEXTS = {
    "whole": LSCPU,
    "no CPUs of a node": LSCPU.replace("      2-3", ""),
    "a node of six digits": LSCPU.replace("node1", "node000001"),
    "a dash": LSCPU.replace("      2-3", "      -"),
    "blanks after commas": LSCPU.replace("      2-3", "      2, 3"),
    "another list again": LSCPU + "NUMA node1 CPU(s): 7\n",
    "the same list again": LSCPU + "NUMA node1 CPU(s): 2-3\n",
    "a word": LSCPU.replace("      2-3", "      x"),
    "JSON": '{"lscpu": [{"field": "NUMA node0 CPU(s):", "data": "0-1"}, '
    '{"field": "NUMA node1 CPU(s):", "data": null}]}',
    "JSON with a dash": '{"lscpu": [{"field": "NUMA node0 CPU(s):", "data": "-"}]}',
    "JSON of another program": '{"x": [{"field": "NUMA node0 CPU(s):", "data": "0-1"}]}',
}
LSMEM = (
    "RANGE SIZE STATE REMOVABLE BLOCK NODE\n0x0-0x7fffffff 2G online yes 0-15 0\n0x80000000-0xffffffff {} {} no 16 1\n"
)
PAIRED = 'RANGE="0x0-0x7f" SIZE="2G" STATE="online" NODE="0"\nRANGE="0x80-0xff" SIZE="{}" STATE="{}" NODE="1"\n'
IN_JSON = '{{"memory": [{{"range": "0x0-0x7f", "size": "2G", "state": "online", "node": 0}}, {}]}}'
LSMEM_TEXTS = {
    "whole": LSMEM.format("2G", "online"),
    **{
        f"size {size}": LSMEM.format(size, "online")
        for size in ("0", "5", "1.5G", "1.25K", "3M", "1T", "1P", "9999P", "5000P", "x", "1g")
    },
    "offline": LSMEM.format("2G", "offline"),
    "going offline": LSMEM.format("2G", "going-offline"),
    "in two blocks": LSMEM.format("2G", "online") + "0x100000000-0x17fffffff 2G offline no 32 1\n",
    "in two offline blocks": LSMEM.format("2G", "offline") + "0x100000000-0x17fffffff 2G offline no 32 1\n",
    "no SIZE": "RANGE STATE NODE\n0x0-0x7fffffff online 0\n0x80000000-0xffffffff online 1\n",
    "no RANGE": "SIZE STATE NODE\n2G online 0\n1G online 1\n",
    "no STATE": "SIZE NODE\n2G 0\n1G 1\n",
    "a range that ends before it starts": "RANGE STATE NODE\n0x80-0x7f online 0\n0x80-0x70 online 1\n",
    "a range of one byte": "RANGE STATE NODE\n0x80-0x80 online 0\n",
    "no node of a block": LSMEM.format("2G", "online").replace("no 16 1", "no 16 -"),
    "prose": LSMEM.format("2G", "online") + "\nMemory block size: 128M\nTotal online memory: 4G\na b c d e f\n",
    "pairs": PAIRED.format("2G", "online"),
    "pairs that are offline": PAIRED.format("2G", "offline"),
    "pairs without a size": PAIRED.format("", "online"),
    "JSON": IN_JSON.format('{"range": "0x80-0xff", "size": 5, "state": "offline", "node": 1}'),
    "JSON with a listing in a string": IN_JSON.format(
        f'{{"range": "0-0x1", "size": 5, "x": {IN_A_STRING}, "node": 1}}'
    ),
    "JSON without a size": IN_JSON.format('{"range": "0x80-0xff", "node": 1}'),
    "JSON without a range": IN_JSON.format('{"size": "1G", "node": 1}'),
    "JSON of no node": IN_JSON.format('{"size": "1G", "node": null}'),
}
XEN = xen(FACTS)
VNUMA = 'vnuma = [ ["pnode=0","size=8","vcpus=0-1","vdistances=10,20"],\n ["pnode=1","size=9","vdistances=30,10"] ]\n'
XEN_TEXTS = {
    "whole": XEN,
    "a listing in a string": f"{XEN}{IN_A_STRING}\n",
    "blanks of a mail": XEN.replace("\n", "=20\n"),
    "arrows": XEN.replace("10,21", "10,21  <- far"),
    "a remark": XEN.replace("10,21", "10,21 far away"),
    "blanks between distances": XEN.replace("10,21", "10, 21"),
    "a distance that is no number": XEN.replace("10,21", "10,nan"),
    "an unknown distance": XEN.replace("10,21", "10,4294967295"),
    "unknown distances": XEN.replace("21", "4294967295").replace("31", "4294967295"),
    "no distances": XEN.replace("10,21", "").replace("31,10", ""),
    "no CPUs": XEN.replace("cpu:    core", "x"),
    "CPUs of one node": XEN.replace("        1\n  3:", "        0\n  3:"),
    "fewer cells of a CPU": XEN.replace("  3:       3        0        1", "  3:       3        0"),
    "CPU 65536": XEN.replace("  3:       3", "  65536:       3"),
    "prose in the table": XEN.replace("   1:      2048", "So it is\n   1:      2048"),
    "a node twice": XEN.replace("   1:      2048", "   0:      2048"),
    "too much memory": XEN.replace("2048", "9" * 19),
    "two machines": XEN + XEN,
    "a guest": VNUMA,
    "a guest in quotation marks of another kind": VNUMA.replace('"', "'"),
    "a guest without distances": VNUMA.replace(',"vdistances=10,20"', "").replace(',"vdistances=30,10"', ""),
    "a guest with half of the distances": VNUMA.replace(',"vdistances=30,10"', ""),
    "a guest with blanks": VNUMA.replace("=", " = ").replace(",20", " , 20"),
    "a guest with a short row": VNUMA.replace("30,10", "30"),
    "a guest with a bad size": VNUMA.replace("size=9", "size=x"),
    "other words before a guest": f'name="x"\nsize="99"\n{VNUMA}',
    "a size before its node": VNUMA.replace('"pnode=0","size=8"', '"size=8","pnode=0"'),
}
