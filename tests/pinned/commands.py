"""What the commands print: their help, their results on a few machines, and their refusals."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256

from tests.command import tierscope
from tests.pinned.forms import fact_lines
from tests.topology.formats.test_linear import LOG
from viz.cli import COMMANDS
from viz.topology import builtin

FILES = {
    "SEED": "topologies/two-sockets-three-classes.toml",
    "HBM": "topologies/one-socket-hbm-and-pmem.toml",
    "EVENTS": "topologies/losing-a-node.toml",
    "OFF": "topologies/last-cpu-off.toml",
    "LINE": "'2 sockets: cpu+dram 64G, pmem 256G; cross 21'",
    "TALK": "topologies/talks/six-minutes.toml",
}
"""The machines of the commands below, by short names.

Commands that are refused before they begin have that of a line: they would leave a file open.
"""
LISTING = """available: 3 nodes (0-2)
node 0 cpus: 0 1 2 3
node 0 size: 1024 MB
node 1 cpus:
node 1 size: 4096 MB
node 2 cpus:
node 2 size: 0 MB
node distances:
node   0   1   2
  0:  10  17  28
  1:  17  10  28
  2:  28  28  10
"""
"""A machine with a node whose kind is unknown, and one without memory."""
UNKNOWN = LISTING.partition("node distances")[0]
TINY = {
    "title": "tiny",
    "nodes": [{"id": 0, "cpus": 1, "memory": 1}, {"id": 5, "cpus": 0, "memory": 1}],
    "distances": [[10, 20], [20, 10]],
}
TARGETS = {0: "null", 1: "preferred: 0, fallback: 0,2", 2: "null"}
ORDERS = {0: "0 1 2 3 4 5", 1: "1 0 2 3 4 5", 3: "3 4 5 1 0 2", 9: "9 1"}
STDIN = {
    "numactl": LISTING,
    "unknown": UNKNOWN,
    "log": LOG,
    "tiers": "".join(f"Demotion targets for Node {node}: {to}\n" for node, to in TARGETS.items()),
    "orders": "".join(f"Fallback order for Node {node}: {order}\n" for node, order in ORDERS.items()),
    "two": f"# a\n{LISTING}\n# b\n{LISTING}",
    "nothing": "",
    "jsonl": f'{json.dumps(TINY)}\n\n{{"title": 1}}\nno JSON\n{json.dumps(TINY | {"kernel": "v9"})}\n',
    "bytes": "\0\1",
    "far": json.dumps({**builtin("two-sockets-three-classes").document(), "allowed": "2,5"}),
    "loads": json.dumps(TINY | {"node_load": {"5": 3}}),
    "cgroup": json.dumps({**builtin("one-socket-hbm-and-pmem").document(), "allowed": "0-1"}),
}
"""What a command reads from standard input, by a name after "<"."""
RUNS: dict[str, str] = {
    "order": """
        order SEED
        order SEED --kernel v5.15 --zonelists boot
        order SEED --kernel 6.12 --allowed 0,2-3
        order SEED --json --kernel v6.1 --rule used=per-source
        order SEED --findings
        order HBM --kernel v7.0 --findings
        order HBM --kernel v6.1 --json --findings
        order LINE
        order - --kernel v6.1 <numactl
        order - --kernel v6.1 --assume 1=cxl <numactl
        order - --kernel v6.1 --assume 1=hbm --json <numactl
        order - --kernel v6.1 --assume 1=gold <numactl
        order - --assume cxl <numactl
        order - --remote 20 --kernel v6.1 <unknown
        order - --findings --remote 20 --kernel v6.1 <unknown
        order - <unknown
        order - <two
        order - --machine 2 <two
        order - --machine 3 <two
        order - --machine b <two
        order - <nothing
        order - <bytes
        order - <log
        order - --jsonl <jsonl
        order - --jsonl --findings --kernel v6.1 <jsonl
        order SEED --jsonl --here
        order --jsonl --here
        order SEED --dmesg - <log
        order SEED --kernel v6.1 --dmesg README.md
        order HBM --kernel v6.1 --dmesg - <tiers
        order SEED --dmesg - <orders
        order SEED --json --dmesg - <log
        order SEED --here
        order
        order SEED --kernel v4.2
        order SEED --kernel rubbish
        order SEED --rule used=never
        order SEED --rule never=used
        order SEED --kernel ./none.py
        order SEED --allowed 9
        order LINE --zonelists never
        order none.toml
        order topologies
        order - --kernel v6.1 --beside topologies/losing-a-node.toml <numactl
        order '2 sockets: cpu+dram 64G, pmem'
        order EVENTS
        order EVENTS --kernel v5.17
        order EVENTS --kernel fallback-lists
        order EVENTS --kernel v6.1
        order OFF --kernel v6.1
        order topologies/binding-pmem.toml
        order '1 socket: cpu+dram, 16 x pmem' --kernel v5.17
        order '1 socket: dram, pmem'
        order HBM --kernel v6.16 --allowed 0
        order HBM --kernel random-member --allowed 0-1
        order - <loads
        order SEED --kernel 'posted + used=per-source' --findings
        order '1 socket: dram, pmem' --findings
        order '1 socket: cpu+dram, cxl at 20; shared cxl at 30' --kernel v6.1 --findings
        order topologies/power9-gpu-memory.toml --kernel tier-sets --findings
    """,
    "trace": """
        trace HBM --kernel v6.1 --size pass
        trace EVENTS --size event
        trace SEED --size source
        trace SEED --find 'pass 2 begins'
        trace SEED --find 'node_demotion[1] changes' --json
        trace SEED --find 'used_targets has 99'
        trace SEED --find 'node 0 finds 5'
        trace SEED --find 'pass'
        trace LINE --kernel v5.17 --size micro
        trace - --json <tiny
    """,
    "why": """
        why SEED 0
        why SEED 0-1
        why SEED 1-0
        why SEED passes --step 40
        why SEED 'used_targets[3]'
        why HBM 0 --kernel v7.0
        why HBM 'node_demotion[1]' --kernel v6.1 --allowed 0-1
        why - 1 --kernel v6.1 <numactl
        why SEED 9
        why SEED 'used_targets[99]'
        why SEED 0 --step 9999
        why SEED 0 --step -1
    """,
    "readers": """
        readers EVENTS --event 1
        readers EVENTS --event 1 --json
        readers SEED --event 1
        readers OFF --event 1 --kernel v5.17
        readers OFF --kernel v6.1
        readers --old '0>1>2' --new '0>2>1'
        readers --old '0>1>2' --new '0>2>1' --protocol none
        readers --old '0>1>2' --new '0>2>1' --kernel v5.18 --rule read=locked
        readers --old '0>1,0>2' --new '1>0' --json
        readers --old '0>1>0' --new '1>0'
        readers --old '0>x' --new '1>0'
        readers --old '0>1'
        readers SEED --old '0>1' --new '1>0'
        readers --old '0>1>2>3>4,5>6>7' --new '4>3>2>1>0,7>6>5'
        readers --old '0>1' --new '1>0' --protocol slow
    """,
    "compare": """
        compare '1 socket: cpu+dram, pmem'
        compare SEED --kernel v5.15 --kernel v6.1
        compare HBM --kernel v6.1 --kernel v6.11 --findings
        compare SEED LINE
        compare '1 socket: cpu+dram, pmem' --rule tie=id
        compare SEED --kernel v5.15 --rule used=per-source --json
        compare EVENTS --event 1
        compare EVENTS --event 99
        compare LINE --event 0
        compare - --kernel v6.1 --kernel v6.16 <cgroup
        compare topologies/boot-or-runtime.toml --kernel 'v5.16 + charge=none' --kernel 'v5.16 + charge=one'
        compare topologies/boot-or-runtime.toml --kernel v5.16 --kernel 'v5.16 + charge=none'
        compare - --kernel v7.0 --kernel random-member <far
        compare SEED LINE --event 1
        compare --builtin --kernel v6.1 --kernel v5.15
        compare --builtin --findings
        compare SEED --builtin
        compare '1 socket: cpu+dram, 2 x pmem' --kernel v5.15 --kernel v5.16
        compare topologies/boot-or-runtime.toml --kernel v5.15 --kernel v5.16
        compare topologies/one-socket-two-equal.toml --kernel v5.15 --kernel v5.17
        compare topologies/power9-gpu-memory.toml --kernel v6.0 --kernel v5.16
        compare topologies/one-socket-two-equal.toml --kernel 'v5.15 + tie=last-id' --kernel v5.15
        compare - --kernel v6.1 --kernel v5.15 <numactl
    """,
    "rules": """
        rules
        rules --kernel v5.15
        rules --kernel v6.1
        rules --kernel v7.0 --json
        rules --kernel 'v5.15 + used=per-source'
        rules --kernel v4
    """,
    "stranding": """
        stranding SEED
        stranding SEED --cpus 0 --memory '500 MB'
        stranding LINE --cpus 3 --memory '7 GiB' --json
        stranding SEED --cpus 0 --memory '0 GB'
        stranding LINE --memory lots
    """,
    "pressure": """
        pressure SEED --request 5G
        pressure LINE --request 70G --cpu 1 --bind 0-1 --swap 2G --demotion off
        pressure LINE --request 70G --allowed 0,2 --reclaim 1G --numa-balancing 2 --kernel v6.1
        pressure LINE --request 70G --kernel v7.0 --min-free-kbytes 67584 --watermark-scale-factor 200
        pressure LINE --scenario bound --demotion off
        pressure SEED --scenario none
        pressure SEED --scenario bound --bind 0
        pressure SEED --scenario topologies/losing-a-node.toml
        pressure SEED
        pressure SEED --request 0
        pressure LINE --request much
        pressure LINE --request 99999999999G
        pressure SEED --request 1G --cpu 9
        pressure LINE --request 1G --scenario bound
        pressure LINE --scenario tests/browser/page.png
        pressure '2 sockets: cpu+dram 1G' --request 100M
        pressure SEED --request 1G --bind 9
        pressure SEED --request 1G --bind ''
        pressure LINE --request 1G --swap '1 XB'
        pressure LINE --request 1G --zoneinfo - <numactl
    """,
    "convert": """
        convert SEED --to json
        convert SEED --to toml
        convert HBM --to qemu
        convert SEED --to numactl
        convert EVENTS --to slit
        convert HBM --to libvirt
        convert - --to toml <unknown
        convert LINE --to xml
        convert LINE
    """,
    "doctor": """
        doctor --root none
        doctor --root ''
        doctor --kernel six
        doctor --cgroup ../..
        doctor --collect
        doctor --collect --json
        doctor --root - <numactl
        doctor --root - --kernel 6.12.1 <bytes
        watch --root none
        watch --kernel x --root topologies --once
        watch --root topologies --once
        watch --root topologies --json
        watch --root topologies
        watch --interval 0 --once
    """,
    "pictures": """
        draw SEED --pass 1 --theme dark
        draw SEED --step 20 --no-frame --transparent
        draw SEED --chart timeline --pass 2
        draw SEED --chart distances --theme dark
        draw LINE --chart fill --scenario bound --tick 300
        animate SEED --pass 1 --stride pass --speed 2
        draw SEED --step 9999
        draw SEED --step 1 --pass 1
        draw SEED --pass 9
        draw HBM --kernel v6.1 --pass 1
        draw SEED --chart fill
        draw SEED --scenario bound
        draw SEED --tick 1
        draw SEED --chart fill --scenario bound --step 1
        animate LINE --steps 5..2
        animate SEED --steps 5..99999
        animate SEED --steps 5..9 --pass 1
        animate SEED --pass 7
        animate LINE --stride micro --steps 0..100 --speed 0.01
        export TALK --kernel v6.1
        export SEED --scenario none
        counterexample --kernel v6.1
        counterexample --kernel v6.1 --kernel v9
        site
        serve --base-path /a//b --port 0
        serve --allow-host /x
        serve --trusted-proxy nobody
        serve --follow --debug
        serve --follow --host 0.0.0.0
    """,
}
"""The command lines, a file each; in the place of a short name in FILES stands the machine."""


def files() -> dict[str, Callable[[], str]]:
    """Return help.txt, with the help of all commands, and a file for each kind of command."""
    return {"help.txt": _help, **{f"{name}.txt": partial(text, runs) for name, runs in RUNS.items()}}


def text(runs: str) -> str:
    """Return the command lines, each with what the command prints."""
    return "\n".join(line for run in runs.split("\n") if run.strip() for line in printed(run.strip()))


def printed(run: str) -> Iterator[str]:
    """Yield a command line and what it prints, a fact a line."""
    words = " ".join(FILES.get(word, word) for word in shlex.split(run, posix=False))
    command, _, stdin = words.partition(" <")
    done = tierscope(*shlex.split(command), stdin=(STDIN | {"tiny": json.dumps(TINY)}).get(stdin, ""))
    yield f"$ tierscope {run}"
    text = done.stdout.decode()
    is_picture = text.startswith("<svg")  # tests/pinned/texts/pictures/ has pictures that can be read
    yield from [f"<svg> {sha256(done.stdout).hexdigest()[:12]}"] if is_picture else map(_readable, text.splitlines())
    yield from (f"stderr: {line}" for line in done.stderr.decode().splitlines())
    if done.returncode:
        yield f"exit status {done.returncode}"
    yield ""


def _readable(line: str) -> str:
    return fact_lines(json.loads(line)) if line.startswith("{") and line.endswith("}") else line


def _help() -> str:
    names = sorted(str(command.name) for command in COMMANDS)
    return text("\n".join(["--help", "nothing", *(f"{name} --help" for name in names)]))
