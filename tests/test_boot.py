"""Check a real boot if QEMU and a kernel are installed; if not, what `./dev boot` prints, and what it would boot."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import boot
from tests.serving import ROOT
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
