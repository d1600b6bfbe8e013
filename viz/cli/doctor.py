"""Define the command doctor, which says whether a machine demotes, where to, and if not, why."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import BinaryIO

import click

from viz.cli.inputs import name_of, print_sentences
from viz.doctor.cgroup import cgroup_path
from viz.doctor.collect import script
from viz.doctor.copies import decoded, read_copy
from viz.doctor.facts import Facts
from viz.doctor.folder import read_folder
from viz.doctor.paths import LOG
from viz.doctor.release import Release
from viz.doctor.report import examine
from viz.doctor.report_text import report_text
from viz.doctor.tree import Tree
from viz.topology import MAX_ARCHIVE, MAX_INPUT, TopologyError, printable

HERE = "/"


@click.command()
@click.option(
    "--root", metavar="DIR|TARBALL", default=HERE, help="Another machine's /sys and /proc; default: this one's."
)
@click.option("--dmesg", type=click.File("rb"), help="The kernel's log of that machine.")
@click.option("--kernel", metavar="V", help="The release, such as 6.12.117, where no file says it.")
@click.option("--cgroup", metavar="PATH", help="A cgroup whose cpuset and limits are looked at, such as /system.slice.")
@click.option("--json", "as_json", is_flag=True, help="The report as one JSON document.")
@click.option("--collect", is_flag=True, help="Print a script for sh that packs what is read into a tarball.")
def doctor(
    root: str, dmesg: BinaryIO | None, kernel: str | None, cgroup: str | None, as_json: bool, collect: bool
) -> None:
    """Say whether a machine demotes, where to, and if not, why.

    It only reads, and needs no root. Exit status 0 whenever it could look, whatever it found.
    """
    if collect:
        if root != HERE or dmesg or kernel or cgroup or as_json:
            raise click.UsageError("--collect prints a script; leave out the other options.")
        click.echo(script(), nl=False)
        return
    if root == "-" and dmesg is not None and dmesg.name == "<stdin>":
        raise click.UsageError("Only one of --root and --dmesg can be read from standard input.")
    asked = release_option(kernel)
    below = cgroup_option(cgroup)
    tree = read_tree(root, below)
    if dmesg:
        tree.files[LOG] = decoded(dmesg.read(MAX_INPUT))
    facts = Facts(tree, asked, below)
    if asked and facts.release is not asked:
        print_sentences("note", ["The files name a kernel of their own, so --kernel is not used."])
    report = examine(facts)
    click.echo(json.dumps(report.as_dict()) if as_json else report_text(report))


def release_option(kernel: str | None) -> Release | None:
    """Return the release that --kernel names, or None without --kernel; raise UsageError if the text is no release."""
    if kernel is None:
        return None
    release = Release.parse(kernel)
    if release is None:
        raise click.UsageError(f"--kernel: '{printable(kernel, 40)}' is no release of Linux, such as 6.12.117.")
    return release


def cgroup_option(cgroup: str | None) -> str | None:
    """Return the path below /sys/fs/cgroup, or None without --cgroup; raise UsageError if the path leads elsewhere."""
    below = None if cgroup is None else cgroup_path(cgroup)
    if cgroup is not None and below is None:
        raise click.UsageError(f"--cgroup: '{printable(cgroup, 80)}' is no path below /sys/fs/cgroup.")
    return below


def read_tree(root: str, cgroup: str | None = None) -> Tree:
    """Return the files in --root: a folder, a tarball or a listing; "-" is a tarball or a listing on standard input."""
    if root == "-":
        return _copy(sys.stdin.buffer)
    try:
        path = Path(root)
        if root and path.is_dir():
            return read_folder(path, cgroup)
        if not root or not path.is_file():
            raise click.UsageError(f"--root: '{printable(root, 80)}' is no folder and no file.")
        with path.open("rb") as file:
            return _copy(file)
    except (OSError, ValueError) as error:
        if isinstance(error, TopologyError):
            raise
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise click.UsageError(f"--root: '{printable(root, 80)}' cannot be read: {reason}.") from None


def _copy(file: BinaryIO) -> Tree:
    data = file.read(MAX_ARCHIVE + 1)
    if len(data) > MAX_ARCHIVE:
        raise TopologyError(f"is larger than {MAX_ARCHIVE // 2**20} MiB; no such tarball is", name=name_of(file))
    return read_copy(data, name_of(file))
