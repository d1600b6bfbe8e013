"""Boot topologies in QEMU with a real kernel, and compare its log with the model: `./dev boot [NAME|FILE]...`.

This needs qemu-system-x86_64 and a kernel: $KERNEL or the newest /boot/vmlinuz*. The guest needs no programs, because
the initramfs holds a small program of machine code. It prints the memory tiers (from 6.1 on) and ends the guest.
Each node with memory gets 128 MiB, because the demotion order does not depend on the amount of memory.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from struct import pack

from viz.analysis.kernel_log import Comparison
from viz.analysis.run import Run
from viz.kernel.memory_tiers import memtier
from viz.kernel.versions import VERSIONS
from viz.topology import Topology, builtin, builtin_names, load
from viz.topology.formats.kernel_log import printed_lists
from viz.topology.writers import write

QEMU = "qemu-system-x86_64"
NODE_MEMORY = 128 * 2**20
"""The memory of each node, in bytes."""
BOOT_LIMIT = 180
"""The largest number of seconds that a boot may take. Without KVM a boot takes 4 to 30 seconds."""
DEFAULT_NAMES = (
    "two-sockets-three-classes",
    "optane-two-sockets",
    "optane-four-clusters",
    "emulated-six-nodes",
    "nothing-to-demote",
)
"""The built-in topologies that are booted if the command line names none."""
HMAT_KEYS = (
    "tier",
    "adistance",
    "adistance_from",
    "read_latency",
    "write_latency",
    "read_bandwidth",
    "write_bandwidth",
)
"""The keys of a node whose values come from an HMAT."""
TIERS = "/sys/devices/virtual/memory_tiering"
"""The folder in which Linux has a folder for each memory tier."""
BUFFER = 0x410000
"""The address in the guest's memory at which the program in the initramfs stores what it reads from a file."""
_RELEASE = re.compile(r"Linux version (\S+)")
_TIER = re.compile(r"/memory_tier(\d{1,10})/nodelist:([-0-9,]{1,4000})")


def kernel() -> Path | None:
    """Return the path of the kernel to boot, or None if there is no kernel."""
    if "KERNEL" in os.environ:
        return Path(os.environ["KERNEL"])
    return max(Path("/boot").glob("vmlinuz*"), key=lambda path: path.stat().st_mtime, default=None)


def missing() -> str | None:
    """Return one line about what is missing for a boot, or None if nothing is missing."""
    if not shutil.which(QEMU):
        return f"{QEMU} is not installed; type: apt install qemu-system-x86"
    vmlinuz = kernel()
    if vmlinuz is None:
        return "there is no /boot/vmlinuz*; let KERNEL name a kernel"
    return None if os.access(vmlinuz, os.R_OK) else f"the kernel {vmlinuz} cannot be read"


def tier_files(tiers: Iterable[int]) -> list[str]:
    """Return the paths of the files that name the nodes of these tiers."""
    return [f"{TIERS}/memory_tier{tier}/nodelist" for tier in sorted(tiers)]


def initramfs(files: Sequence[str] = ()) -> bytes:
    """Return a cpio archive with an /init that prints these files of /sys and restarts the machine.

    QEMU's option -no-reboot turns the restart into QEMU's end.
    """
    restart = bytes.fromhex("b8a9000000 bfaddee1fe be69191228 ba67452301 0f05 ebfe")  # reboot(magic, magic, restart)
    return _member("init", 0o100755, program(files, restart)) + _member("TRAILER!!!", 0, b"")


def program(files: Sequence[str], ending: bytes) -> bytes:
    """Return an ELF program that mounts /sys, prints each file that exists as "name:content", and runs `ending`."""
    base, head, data = 0x400000, 64 + 56, bytearray()

    def text(value: str, after: int) -> int:
        """Add the text to the program's data, and return its address if `after` bytes of code stand before the data."""
        address = base + head + after + len(data)
        data.extend(value.encode() + b"\0")
        return address

    def code(after: int) -> bytes:
        data.clear()
        sys, sysfs = text("/sys", after), text("sysfs", after)
        parts = [_call(83, sys, 0o755), _call(165, sysfs, sys, sysfs, 0)]  # mkdir, mount
        for file in files:
            name = text(f"{file}:", after)
            read = bytes.fromhex("89c7 31c0 be") + pack("<I", BUFFER) + bytes.fromhex("ba00040000 0f05 4189c5")
            write = _call(1, 1, name, len(file) + 1)
            write += bytes.fromhex("4489ea b801000000 bf01000000 be") + pack("<I", BUFFER) + bytes.fromhex("0f05")
            shown = read + write
            # The name to open is `name` without its colon. A failed open() jumps over the code that prints the file.
            parts += [_call(2, text(file, after), 0), bytes.fromhex("85c0 0f88") + pack("<I", len(shown)), shown]
        return b"".join(parts) + ending

    size = len(code(0))
    body = code(size) + data
    total = head + len(body)
    elf = b"\x7fELF\2\1\1" + bytes(9) + pack("<HHIQQQIHHHHHH", 2, 62, 1, base + head, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    load_all = pack("<IIQQQQQQ", 1, 7, 0, base, base, total, BUFFER + 1024 - base, 4096)
    return elf + load_all + body


def _call(number: int, *arguments: int) -> bytes:
    """Return the code of a system call: it puts the arguments into their registers and the number into eax."""
    registers = (b"\xbf", b"\xbe", b"\xba", b"\x41\xba")  # edi, esi, edx, r10d
    moves = b"".join(move + pack("<I", value) for move, value in zip(registers, arguments, strict=False))
    return moves + b"\xb8" + pack("<I", number) + b"\x0f\x05"


def _member(name: str, mode: int, data: bytes) -> bytes:
    fields = (1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    header = b"070701" + "".join(f"{field:08X}" for field in fields).encode() + name.encode() + b"\0"
    return b"".join(part + bytes(-len(part) % 4) for part in (header, data))


def small(topology: Topology) -> Topology:
    """Return the topology without events, with at most one CPU and with NODE_MEMORY bytes in each node."""
    document = topology.document()
    document.pop("events", None)
    document["nodes"] = [
        node | {"cpus": int(bool(node["cpus"])), "memory": NODE_MEMORY * bool(node["memory"])}
        for node in document["nodes"]
    ]
    if not all(node["memory"] for node in document["nodes"]):  # in this case Linux ignores the HMAT
        document["nodes"] = [{key: node[key] for key in node if key not in HMAT_KEYS} for node in document["nodes"]]
    return Topology.from_document(document)


def booted(command: str, files: Sequence[str] = ()) -> str:
    """Run the QEMU command of a topology; return the kernel's messages and the contents of these files of its /sys."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "initramfs"
        archive.write_bytes(initramfs(files))
        lines = (line for line in command.splitlines() if not line.startswith("#"))
        words = shlex.split("\n".join(lines).replace("\\\n", " "))
        replacements = {"VMLINUZ": str(kernel()), "INITRD": str(archive)}
        try:
            done = subprocess.run(
                [replacements.get(word, word) for word in words],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=BOOT_LIMIT,
            )
        except subprocess.TimeoutExpired:
            raise SystemExit(f"boot: the kernel has not come to its end within {BOOT_LIMIT} s") from None
    if done.returncode or "Linux version" not in done.stdout:
        raise SystemExit(f"boot: QEMU failed: {(done.stderr or done.stdout)[-600:]}")
    return done.stdout


def differences(topology: Topology) -> Iterator[str]:
    """Yield a line that names the kernel, then a line for each difference between the kernel's log and the model."""
    written = write(small(topology), "qemu")
    read = load(written.text).topology
    yield from log_differences(read, booted(written.text, tier_files(possible_tiers(read))))


def possible_tiers(topology: Topology) -> set[int]:
    """Return the ids of all tiers that any kernel version could make of the topology."""
    rows = [row for row in VERSIONS if memtier in row.arrays]
    return {tier["id"] for row in rows for tier in Run.of(topology, row.name, "boot").order()["tiers"]}


def log_differences(topology: Topology, log: str) -> Iterator[str]:
    """Yield a line that names the kernel of a log, then a line for each difference between the log and the model."""
    release = _RELEASE.search(log)
    assert release
    run = Run.of(topology, release[1], "boot")
    printed = printed_lists(log)
    yield f"Linux {release[1]} as {run.version.name}: {len(printed.fallback)} orders, {len(printed.targets)} targets"
    if set(printed.fallback) != set(run.topology.ids):
        yield f"the kernel has nodes {sorted(printed.fallback)}, the topology {list(run.topology.ids)}"
    for finding in Comparison(run, printed).findings():
        if finding.node is not None and not finding.same:
            yield finding.sentence
    found = {int(tier): nodes for tier, nodes in _TIER.findall(log)}
    computed = {tier["id"]: tier["nodes"] for tier in run.order().get("tiers", ())}
    if found and found != computed:
        yield f"the kernel has the tiers {_tiers_text(found)}, the model {_tiers_text(computed)}"


def _tiers_text(tiers: dict[int, str]) -> str:
    return ", ".join(f"{tier}: {nodes}" for tier, nodes in sorted(tiers.items()))


def main() -> int:
    """Boot each topology that the command line names. Return 1 if a log differs or nothing can boot, else 0."""
    parser = argparse.ArgumentParser(prog="./dev boot", description="Boot topologies in QEMU and compare the orders.")
    parser.add_argument("names", nargs="*", metavar="NAME|FILE", help=f"default: {', '.join(DEFAULT_NAMES)}")
    parser.add_argument(
        "--doctor", action="store_true", help="say what the doctor makes of each, with HMAT and without"
    )
    options = parser.parse_args()
    problem = missing()
    if problem:
        print(f"boot: not run: {problem}", file=sys.stderr)
        return 1
    if options.doctor:
        from tests.boot_doctor import main as examine

        return examine(options.names)
    different = 0
    for name in options.names or DEFAULT_NAMES:
        topology = builtin(name) if name in builtin_names() else load(Path(name).read_bytes(), name).topology
        start = time.monotonic()
        heading, *lines = differences(topology)
        different += bool(lines)
        result = "DIFFERENT" if lines else "the same"
        print(f"{name}: {heading}: {result} ({time.monotonic() - start:.0f} s)", *lines, sep="\n    ", flush=True)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
