"""Test `./dev boot`: its lines, its initramfs and, if QEMU and a kernel are installed, a real boot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import boot
from tests.goldens import Row, rows
from tests.goldens_2026 import FOLDER, qemu
from tests.serving import ROOT
from viz.kernel.nodemask import node_list
from viz.topology import builtin, load
from viz.topology.writers import write

SEED = "two-sockets-three-classes"


@pytest.mark.skipif(boot.missing() is not None, reason=f"optional: {boot.missing()}")
def test_a_kernel_orders_the_six_nodes_as_the_model_does() -> None:
    heading, *different = boot.differences(builtin(SEED))
    assert "6 orders" in heading
    assert different == []


def test_it_says_what_is_missing() -> None:
    for environment, message in (({"PATH": "/nowhere"}, "is not installed"), ({"KERNEL": "/no/kernel"}, "")):
        command = [sys.executable, "-m", "tests.boot", SEED]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("boot: not run: ")
        assert message in done.stderr


def test_the_small_machine_keeps_ids_distances_and_tiers() -> None:
    topology = builtin(SEED)
    again = load(write(boot.small(topology), "qemu").text).topology
    assert (again.ids, again.distances) == (topology.ids, topology.distances)
    assert [node.cpu_count > 0 for node in again.nodes] == [node.cpu_count > 0 for node in topology.nodes]
    assert [node.adistance for node in again.nodes] == [node.adistance for node in topology.nodes]


def test_the_initramfs_is_an_archive_with_a_program() -> None:
    archive = boot.initramfs()
    assert archive[:6] == b"070701"
    assert archive[110:115] == b"init\0"
    assert archive[116:120] == b"\x7fELF"
    assert b"TRAILER!!!" in archive
    assert len(archive) % 4 == 0


def test_the_program_prints_the_files_that_exist(tmp_path: Path) -> None:
    """In this test the program ends with exit(), because it must not restart the machine."""
    (tmp_path / "nodelist").write_text("0-1,3\n")
    files = [str(tmp_path / name) for name in ("nodelist", "none", "nodelist")]
    leave = bytes.fromhex("b83c000000 31ff 0f05")  # exit(0)
    program = tmp_path / "init"
    program.write_bytes(boot.program(files, leave))
    program.chmod(0o755)
    done = subprocess.run([program], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout) == (0, f"{files[0]}:0-1,3\n" * 2)


def log_of(row: Row) -> str:
    """Return the log of a boot as its kernel prints it, followed by the output of the program in the initramfs."""
    seen = row["boot"]
    lines = [f"[    0.000000] Linux version {row['kernel']}+deb13-amd64 (debian-kernel@lists.debian.org)"]
    for node, order in seen["fallback_order"].items():
        lines.append(f"[    0.100000] Fallback order for Node {node}: {' '.join(map(str, order))} ")
    for node, targets in seen["demotion"].items():
        preferred, fallback = (node_list((targets or {}).get(key, [])) for key in ("preferred", "fallback"))
        text = f"preferred: {preferred}, fallback: {fallback}" if targets else "null"
        lines.append(f"[    0.900000] Demotion targets for Node {node}: {text}")
    return "\n".join(lines + [f"{boot.TIERS}/memory_tier{t}/nodelist:{node_list(n)}" for t, n in seen["tiers"].items()])


@pytest.mark.parametrize("kernel", ["6.12.117", "7.3.4"])
def test_a_log_of_tiers_and_targets_is_held_against_the_model(kernel: str) -> None:
    row = next(row for row in rows(FOLDER / "hmat_boots.jsonl") if row["kernel"] == kernel)
    topology = load(qemu(row["machine"]).encode()).topology
    assert set(map(int, row["boot"]["tiers"])) <= boot.possible_tiers(topology)
    heading, *different = boot.log_differences(topology, log_of(row))
    assert heading.startswith(f"Linux {kernel}")
    assert different == []
    moved = log_of(row).replace("memory_tier4/", "memory_tier5/")
    assert any("the kernel has the tiers 5: " in line for line in boot.log_differences(topology, moved))
