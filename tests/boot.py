"""The written QEMU command against a real kernel: `./dev boot [NAME|FILE]...` boots topologies and compares the logs.

Needed are qemu-system-x86_64 and a kernel, $KERNEL or the newest /boot/vmlinuz*; not even a shell is, as the initramfs
holds a few bytes of machine code that end the guest. Each node with memory has 128 MiB: sizes decide nothing here.
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
from collections.abc import Iterator
from pathlib import Path
from struct import pack

from viz.analysis.kernel_log import Comparison
from viz.analysis.run import Run
from viz.topology import Topology, builtin, builtin_names, load
from viz.topology.formats.kernel_log import said_in
from viz.topology.writers import write

QEMU = "qemu-system-x86_64"
SMALL = 128 * 2**20
SLOWEST = 180
"""Seconds that a boot may take; without KVM it is 4 to 30."""
USUAL = (
    "two-sockets-three-classes",
    "optane-two-sockets",
    "optane-four-clusters",
    "emulated-six-nodes",
    "nothing-to-demote",
)
OF_AN_HMAT = ("tier", "adistance", "read_latency", "write_latency", "read_bandwidth", "write_bandwidth")
_RELEASE = re.compile(r"Linux version (\S+)")


def kernel() -> Path | None:
    """The kernel to boot, None where there is none."""
    if "KERNEL" in os.environ:
        return Path(os.environ["KERNEL"])
    return max(Path("/boot").glob("vmlinuz*"), key=lambda path: path.stat().st_mtime, default=None)


def missing() -> str | None:
    """What has to be installed before anything can boot."""
    if not shutil.which(QEMU):
        return f"{QEMU} is not installed; type: apt install qemu-system-x86"
    found = kernel()
    if found is None:
        return "there is no /boot/vmlinuz*; let KERNEL name a kernel"
    return None if os.access(found, os.R_OK) else f"the kernel {found} cannot be read"


def initramfs() -> bytes:
    """A cpio archive with an /init that restarts the machine, which with -no-reboot ends QEMU."""
    code = bytes.fromhex("b8a9000000 bfaddee1fe be69191228 ba67452301 0f05 ebfe")  # reboot(magic, magic, restart)
    size = 64 + 56 + len(code)
    head = b"\x7fELF\2\1\1" + bytes(9) + pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400078, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    load_all = pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, size, size, 4096)
    return _member("init", 0o100755, head + load_all + code) + _member("TRAILER!!!", 0, b"")


def _member(name: str, mode: int, data: bytes) -> bytes:
    fields = (1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    header = b"070701" + "".join(f"{field:08X}" for field in fields).encode() + name.encode() + b"\0"
    return b"".join(part + bytes(-len(part) % 4) for part in (header, data))


def small(topology: Topology) -> Topology:
    """The same with one CPU and little memory where there is any, as it stands before its events."""
    document = topology.document()
    document.pop("events", None)
    document["nodes"] = [
        node | {"cpus": int(bool(node["cpus"])), "memory": SMALL * bool(node["memory"])} for node in document["nodes"]
    ]
    if not all(node["memory"] for node in document["nodes"]):  # Linux ignores the HMAT then, as the writer says
        document["nodes"] = [{key: node[key] for key in node if key not in OF_AN_HMAT} for node in document["nodes"]]
    return Topology.from_document(document)


def booted(command: str) -> str:
    """What the kernel prints when the command of a written topology is run."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "initramfs"
        archive.write_bytes(initramfs())
        lines = (line for line in command.splitlines() if not line.startswith("#"))
        words = shlex.split("\n".join(lines).replace("\\\n", " "))
        put = {"VMLINUZ": str(kernel()), "INITRD": str(archive)}
        try:
            done = subprocess.run(
                [put.get(word, word) for word in words],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SLOWEST,
            )
        except subprocess.TimeoutExpired:
            raise SystemExit(f"boot: the kernel has not come to its end within {SLOWEST} s") from None
    if done.returncode or "Linux version" not in done.stdout:
        raise SystemExit(f"boot: QEMU failed: {(done.stderr or done.stdout)[-600:]}")
    return done.stdout


def differences(topology: Topology) -> Iterator[str]:
    """A line for each thing that the kernel says otherwise than the model; the first line names the kernel."""
    written = write(small(topology), "qemu")
    log = booted(written.text)
    release = _RELEASE.search(log)
    assert release
    run = Run.of(load(written.text).topology, release[1], "boot")
    said = said_in(log)
    yield f"Linux {release[1]} as {run.version.name}: {len(said.fallback)} orders, {len(said.targets)} targets"
    if set(said.fallback) != set(run.topology.ids):
        yield f"the kernel has nodes {sorted(said.fallback)}, the topology {list(run.topology.ids)}"
    for finding in Comparison(run, said).findings():
        if finding.node is not None and not finding.same:
            yield finding.sentence


def main() -> int:
    """Boot each topology that is named; 1 where a kernel says otherwise or nothing can boot."""
    parser = argparse.ArgumentParser(prog="./dev boot", description="Boot topologies in QEMU and compare the orders.")
    parser.add_argument("names", nargs="*", metavar="NAME|FILE", help=f"default: {', '.join(USUAL)}")
    options = parser.parse_args()
    problem = missing()
    if problem:
        print(f"boot: not run: {problem}", file=sys.stderr)
        return 1
    bad = 0
    for name in options.names or USUAL:
        topology = builtin(name) if name in builtin_names() else load(Path(name).read_bytes(), name).topology
        start = time.monotonic()
        heading, *lines = differences(topology)
        bad += bool(lines)
        verdict = "DIFFERENT" if lines else "the same"
        print(f"{name}: {heading}: {verdict} ({time.monotonic() - start:.0f} s)", *lines, sep="\n    ", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
