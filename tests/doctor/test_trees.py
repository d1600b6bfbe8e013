"""Test trees that are empty, damaged, hostile or incomplete, and that a tarball gives the same report as its tree."""

from __future__ import annotations

import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.command import printed, process, refusal, tierscope
from tests.doctor.cases import Case, all_cases
from tests.doctor.machines import KERNELS, NODES, machine, packed, write
from viz.doctor.collect import script
from viz.doctor.copies import read_copy
from viz.doctor.facts import Facts
from viz.doctor.folder import read_folder
from viz.doctor.paths import place
from viz.doctor.report import UNKNOWN_KERNEL, examine
from viz.topology import load

SOME = [case for case in all_cases() if "7.3.4" in case.states and not case.cgroup and not case.dmesg][::6]


def report(root: Path | str, *options: str) -> dict[str, Any]:
    """Return the report on a tree or a tarball."""
    found = json.loads(printed("doctor", "--root", str(root), "--json", *options))
    assert isinstance(found, dict)
    return found


def states(of: dict[str, Any]) -> dict[str, str]:
    """Return the state of each finding, by the id of its check."""
    return {found["id"]: found["state"] for found in of["findings"]}


def test_the_files_of_this_machine_are_read() -> None:
    tree = read_folder(Path("/"))
    assert tree.text("proc/sys/kernel/osrelease") == platform.release()
    assert "proc/sys/vm/swappiness" not in tree.denied
    assert report("/")["kernel"] == platform.release()


def test_an_empty_folder_says_nothing(tmp_path: Path) -> None:
    found = report(tmp_path)
    assert (found["demotes"], found["kernel"]) == (None, None)
    assert set(states(found).values()) == {"unknown"}
    assert found["verdict"].startswith("Nothing can be said")
    text = printed("doctor", "--root", str(tmp_path))
    assert text.splitlines()[:3] == [found["verdict"], "kernel unknown", f"note: {UNKNOWN_KERNEL}"]
    text = printed("doctor", "--root", str(tmp_path), "--kernel", "9.1")
    assert text.splitlines()[1:3] == [
        "kernel 9.1",
        "note: Linux 9.1 is newer than all releases that are known here; it is taken as 7.3.",
    ]
    assert "note:" not in printed("doctor", "--root", str(tmp_path), "--kernel", "7.3.4")


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("half", ["sys", "proc"])
def test_half_a_machine_gives_what_it_has(kernel: str, half: str, tmp_path: Path) -> None:
    files = {path: content for path, content in machine(kernel).items() if path.startswith(f"{half}/")}
    found = report(write(tmp_path, files))
    assert found["kernel"] == (kernel if half == "proc" else None)
    assert found["demotes"] is (True if half == "sys" and kernel not in KERNELS[:1] else None)
    assert states(found)["no-feature"] == ("ok" if half == "sys" else "unknown")


def test_the_nodes_alone_do_not_show_that_there_is_no_switch(tmp_path: Path) -> None:
    files = {path: content for path, content in machine("6.12.117").items() if path.startswith(NODES)}
    found = report(write(tmp_path, files), "--kernel", "6.12.117")
    assert (found["demotes"], states(found)["no-feature"]) == (None, "unknown")
    assert "cause" not in {state for name, state in states(found).items() if name != "counter-missing"}


def test_old_kernels_have_no_feature(tmp_path: Path) -> None:
    files = machine("5.15.1") | {"proc/version": "Linux version 5.10.0-30-amd64 (x@y)"}
    del files["sys/kernel/mm/numa/demotion_enabled"]
    found = report(write(tmp_path, files))
    assert (states(found)["no-feature"], found["demotes"]) == ("cause", False)
    assert "5.10" in found["verdict"]


@pytest.mark.parametrize("seed", range(25))
def test_rubbish_in_every_file_is_no_traceback(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    files = machine(chance.choice(KERNELS), chance.choice(list(all_cases())).changes)
    write(tmp_path, files)
    for path in files:
        if chance.random() < 0.4:
            content = (tmp_path / path).read_bytes()
            cut = chance.randrange(len(content) + 1)
            noise = chance.randbytes(chance.choice([0, 3, 300]))
            (tmp_path / path).write_bytes(chance.choice([noise, content[:cut] + noise, content * 3, b"9" * 5000]))
    found = report(tmp_path)
    assert len(found["findings"]) == 23
    assert "\n" not in found["verdict"]
    assert all(
        "\n" not in piece["value"] and len(piece["value"]) <= 960 for f in found["findings"] for piece in f["evidence"]
    )
    assert tierscope("doctor", "--root", str(tmp_path)).returncode == 0


def test_fifos_devices_loops_and_huge_files_hold_nobody_up(tmp_path: Path) -> None:
    write(tmp_path, machine("7.3.4"))
    for path in ("proc/vmstat", f"{NODES}/node0/meminfo", "sys/kernel/mm/lru_gen/enabled"):
        (tmp_path / path).unlink()
        os.mkfifo(tmp_path / path)
    (tmp_path / "proc/sys/vm/swappiness").unlink()
    (tmp_path / "proc/sys/vm/swappiness").symlink_to("/dev/zero")
    for folder in ("node2", "node3"):
        (tmp_path / NODES / folder).symlink_to("node3" if folder == "node2" else "node2")
    (tmp_path / "sys/bus/dax/devices").mkdir(parents=True)
    (tmp_path / "sys/bus/dax/devices/dax0.0").symlink_to("..")
    (tmp_path / NODES / "node0/memory0").symlink_to(tmp_path)
    with (tmp_path / "proc/zoneinfo").open("ab") as file:
        file.truncate(2**33)
    done = process("doctor", "--root", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (states(found)["swappiness"], states(found)["kswapd-gave-up"]) == ("unknown", "ok")
    assert found["demotes"] is True


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("0\n")
    root = write(tmp_path / "root", machine("7.3.4", {"proc/sys/vm/swappiness": None}))
    (root / "proc/sys/vm/swappiness").symlink_to(tmp_path / "secret")
    assert states(report(root))["swappiness"] == "unknown"
    inside = root / "proc/sys/vm/real"
    inside.write_text("0\n")
    (root / "proc/sys/vm/swappiness").unlink()
    (root / "proc/sys/vm/swappiness").symlink_to("real")
    assert states(report(root))["swappiness"] == "cause"


@pytest.mark.skipif(os.getuid() == 0 and not shutil.which("setpriv"), reason="root may read everything")
def test_a_folder_without_rights_is_unknown_and_not_absent(tmp_path: Path) -> None:
    root = write(tmp_path, machine("7.3.4"))
    tmp_path.chmod(0o755)
    (root / "sys/kernel/mm").chmod(0o000)
    (root / "proc/vmstat").chmod(0o000)
    for above in (tmp_path, *tmp_path.parents):
        if above.owner() != "root" or os.getuid() == 0:
            above.chmod(above.stat().st_mode | 0o011) if os.access(above, os.W_OK) and above != Path("/") else None
    user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.getuid() == 0 else []
    command = [*user, sys.executable, "-m", "viz", "doctor", "--root", str(root), "--json"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, cwd=Path(__file__).parents[2])
    (root / "sys/kernel/mm").chmod(0o755)
    found = json.loads(done.stdout)
    assert (states(found)["no-feature"], states(found)["switch-off"], found["demotes"]) == ("unknown", "unknown", None)


@pytest.mark.parametrize("case", SOME, ids=lambda case: f"{case.id}-{case.title}".replace(" ", "_"))
@pytest.mark.parametrize(("mode", "prefix"), [("w:gz", "."), ("w", "host/root"), ("w:xz", "")])
def test_a_tarball_says_what_its_tree_says(case: Case, mode: str, prefix: str, tmp_path: Path) -> None:
    root = write(tmp_path / "root", machine("7.3.4", case.files("7.3.4")))
    (tmp_path / "x.tar").write_bytes(packed(root, mode, prefix or "."))
    assert report(tmp_path / "x.tar") == report(root)


def test_links_to_drivers_are_read_from_folders_and_tarballs(tmp_path: Path) -> None:
    root = write(tmp_path / "root", machine("7.3.4", {"sys/bus/dax/devices/dax0.0/target_node": "2"}))
    (root / "sys/bus/dax/devices/dax0.0/driver").symlink_to("../../drivers/device_dax")
    assert states(report(root))["memory-offline"] == "cause"
    (tmp_path / "x.tar").write_bytes(packed(root))
    assert report(tmp_path / "x.tar") == report(root)


@pytest.mark.slow
@pytest.mark.parametrize("shell", [shell for shell in ("dash", "bash") if shutil.which(shell)])
@pytest.mark.parametrize("case", SOME[1::5], ids=lambda case: f"{case.id}-{case.title}".replace(" ", "_"))
def test_the_script_packs_what_gives_the_same_answer(shell: str, case: Case, tmp_path: Path) -> None:
    root = write(tmp_path / "a root", machine("7.3.4", case.files("7.3.4")))
    (root / "sys/kernel/mm").mkdir(parents=True, exist_ok=True)
    (tmp_path / "collect.sh").write_text(printed("doctor", "--collect"))
    before = sorted(root.rglob("*"))
    environment = {"ROOT": str(root), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [shell, "collect.sh", "out.tar.gz"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "wrote out.tar.gz\n", "")
    assert sorted(root.rglob("*")) == before
    assert report(tmp_path / "out.tar.gz") == report(root)
    with tarfile.open(tmp_path / "out.tar.gz") as archive:
        assert {(member.uname, member.gname, member.uid) for member in archive} == {("", "", 0)}
        contents = [file.read() for member in archive if (file := archive.extractfile(member))]
    assert not any(b"builder@host" in content for content in contents)


def test_the_script_takes_the_lines_on_tiers_of_the_log(tmp_path: Path) -> None:
    root = write(tmp_path / "root", machine("7.3.4") | {"dmesg": "Demotion targets for Node 0: null\nuser alice\n"})
    environment = {"ROOT": str(root), "PATH": os.environ["PATH"]}
    subprocess.run(
        ["sh"], input=script().encode(), cwd=tmp_path, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    data = (tmp_path / "tierscope-doctor.tar.gz").read_bytes()
    tree = read_copy(data)
    assert load(data).topology.ids == (0, 1)  # it opens on the page, too
    assert tree.files["dmesg"] == "Demotion targets for Node 0: null"


def test_lines_of_grep_and_tail_say_what_their_files_say(tmp_path: Path) -> None:
    files = machine("6.12.117", {f"{NODES}/node1/cpulist": None})
    whole = examine(Facts(read_folder(write(tmp_path, files))))
    grep = "".join(f"/{path}:{line}\n" for path, content in files.items() for line in content.splitlines() if line)
    tail = "".join(f"==> /{path} <==\n{content}\n" for path, content in files.items())
    for text in (grep, tail):
        found = examine(Facts(read_copy(text.encode())))
        assert {f.id: f.state for f in found.findings} == {f.id: f.state for f in whole.findings}


def test_where_a_copy_begins() -> None:
    assert place("./a/b/sys/kernel/mm/numa/demotion_enabled") == ("a/b/", "sys/kernel/mm/numa/demotion_enabled")
    assert place("devices/system/node/online") == ("", "sys/devices/system/node/online")
    assert place("node0/distance") == ("", f"{NODES}/node0/distance")
    assert place("proc/sys/vm/swappiness") == ("", "proc/sys/vm/swappiness")
    assert place("etc/passwd") is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--root", "/nowhere/at/all"], "no folder and no file"),
        (["--root", "/dev/null"], "no folder and no file"),
        (["--kernel", "banana"], "no release"),
        (["--cgroup", "../../etc"], "no path below"),
        (["--collect", "--json"], "--collect prints a script"),
        (["--root", ""], "no folder and no file"),
    ],
)
def test_bad_usage_is_one_line(arguments: list[str], says: str) -> None:
    assert says in refusal("doctor", *arguments)


@pytest.mark.parametrize(
    "data", [b"\x1f\x8b\x08\0\0\0", b"\0" * 2000, bytes(range(256)) * 8], ids=["gz", "zeros", "all"]
)
def test_a_file_that_is_no_copy_is_refused_in_one_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(data)
    assert "x: " in refusal("doctor", "--root", str(tmp_path / "x"))
