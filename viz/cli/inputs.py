"""Read the machine that a command is given, define the options that commands share, and write files."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, BinaryIO

import click

from viz.analysis.findings import Finding, findings
from viz.analysis.run import Run
from viz.cli.kernel_name import KERNEL
from viz.kernel.releases import named_kernel, version
from viz.kernel.rules.switches import SWITCHES
from viz.kernel.rules.what_if import change_of, changed_name
from viz.kernel.versions import POSTED, VERSIONS
from viz.topology import (
    MAX_ARCHIVE,
    MAX_INPUT,
    ParseResult,
    Topology,
    UnknownDistances,
    load_beside,
    load_folder,
    printable,
)
from viz.topology import load as load_data
from viz.topology.notation import like_notation
from viz.topology.parse_result import TIER
from viz.topology.tier_guess import KINDS, assumptions
from viz.topology.trust import assumed, is_read, trust_lines
from viz.wording import BUILT

SYSFS_NODES = "/sys/devices/system/node"
"""The folder in which Linux describes the NUMA nodes of the machine that the command runs on."""
ROW_NAMES = ", ".join(row.name for row in VERSIONS)
RULES = ", ".join(SWITCHES)


def kernel_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --kernel, --rule and --zonelists to a command; its parameter `kernel` is a name with the changed rules."""
    zonelists = click.option(
        "--zonelists",
        type=click.Choice(["boot", "runtime"]),
        help=f"{BUILT['boot']}; or {BUILT['runtime']}.".capitalize(),
    )
    about = f"A release from v5.15 on, one of {ROW_NAMES}, or a file of your own: ./mine.py. Default: posted."
    kernel = click.option("--kernel", metavar="V", type=KERNEL, help=about)

    @wraps(command)
    def with_rules(kernel: str | None, rules: tuple[str, ...], **others: Any) -> None:
        command(kernel=changed_kernel(kernel, rules), **others)

    return kernel(rule_option(zonelists(with_rules)))


def rule_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add --rule to a command."""
    about = f"Change a rule of the kernel, such as used=per-source; repeatable. `tierscope rules` lists them: {RULES}."
    return click.option("--rule", "rules", metavar="NAME=VALUE", multiple=True, help=about)(command)


def changed_kernel(kernel: str | None, rules: Sequence[str]) -> str | None:
    """Return a kernel's name with changed rules, such as "v5.15 + used=per-source".

    For None the name has the rules alone, which then apply to the topology's kernel. Raise UnknownVersion for a rule
    that does not exist.
    """
    changes = sorted((change_of(rule) for rule in rules), key=lambda change: list(SWITCHES).index(change[0]))
    return changed_name(kernel or "", changes).strip(" ") if changes else kernel


class Line(io.BytesIO):
    """A machine in one line, in the form of an open file, so that it is read like one."""

    name = "the line"


class FileOrFolder(click.File):
    """The type of an argument that is a file, a directory, or a machine in one line."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the Path of a directory, a Line for a machine in one line, or the open file.

        If a file has the name of the line, the file is opened.
        """
        if isinstance(value, str):
            exists = _exists(Path(value))
            if exists and Path(value).is_dir():
                return Path(value)
            if not exists and like_notation(value):
                return Line(value.encode("utf-8", "surrogateescape"))
        return super().convert(value, param, ctx)


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (OSError, ValueError):  # for example because a machine in one line is too long for a file name
        return False
    return True


@dataclass(frozen=True)
class Input:
    """The machine that a command was given: an open file, a directory, or the machine that the command runs on.

    Only topology() and read() read the file. `remote` fills in unknown distances, `assume` says what kind of memory
    nodes have, `chosen` is the number of a machine if the file has several, and `beside` is a second file, in which the
    machine names its memory tiers.
    """

    file: BinaryIO | Path | None
    here: bool = False
    remote: int | None = None
    assume: tuple[str, ...] = ()
    chosen: str = ""
    beside: BinaryIO | None = None

    def topology(self, needs_distances: bool = True, kernels: Sequence[str | None] | None = None) -> Topology:
        """Return the topology, and print guesses and warnings on stderr, as read() does."""
        return self.read(needs_distances, kernels).topology

    def read(
        self, needs_distances: bool = True, kernels: Sequence[str | None] | None = None, names_tiers: bool = True
    ) -> ParseResult:
        """Return what was read, and print guesses and warnings on stderr.

        Guesses on memory tiers are printed only if one of `kernels` has tiers; None stands for the kernel that the
        document names. If `names_tiers` is false, they are left out, because the caller prints them itself.
        """
        if self.here == (self.file is not None):
            raise click.UsageError("Give a FILE or --here" + (", not both." if self.here else "."))
        loaded = self._loaded()
        if self.remote is not None:
            loaded = loaded.filled(self.remote)
        if needs_distances and loaded.topology.distances == "unknown":
            problem = "are unknown, and this needs them; --remote 20 fills in 10 and 20, or give a matrix"
            raise UnknownDistances(problem, "distances")
        tiers = any(has_tiers(kernel_of(loaded.topology, kernel)) for kernel in kernels or ())
        print_sentences("guess", map(with_option, loaded.rests_on(tiers and names_tiers)))
        print_sentences("note", loaded.warnings())
        if tiers and any(is_read(words) for words in loaded.tiers.values()):
            print_sentences("note", trust_lines(loaded.tiers))
        return loaded

    def _loaded(self) -> ParseResult:
        loaded = _loaded(self.file or Path(SYSFS_NODES), self.chosen)
        if self.beside is not None:
            loaded = load_beside(loaded, self.beside.read(MAX_INPUT + 1), name_of(self.beside))
        return assumed(loaded, assumptions(self.assume)) if self.assume else loaded


def print_tier_guesses(loaded: ParseResult) -> None:
    """Print the guesses about memory tiers on stdout, as a part of the result."""
    for guess in loaded.guesses:
        if guess.key == TIER:
            click.echo(f"\nguess: {printable(with_option(guess.sentence), 600)}")


def kernel_of(topology: Topology, kernel: str | None) -> str | None:
    """Return `kernel` or, if it is None, the kernel that the topology names; None if it names none."""
    return named_kernel(kernel, topology.kernel or POSTED.name) if kernel or topology.kernel else None


def has_tiers(kernel: str | None) -> bool:
    """Return whether a kernel looks at memory tiers; None stands for the default kernel, which does not."""
    return kernel is not None and version(kernel).reads_tiers


def with_option(sentence: str) -> str:
    """Return the sentence of a guess; if it is about the kind of a node's memory, add the option that decides it."""
    if not sentence.startswith("Node ") or "nothing says what it is" not in sentence:
        return sentence
    return f"{sentence} Decide by --assume {sentence.split()[1]}={'|'.join(KINDS)}."


def machine_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add FILE and the options about the machine to a command; they reach the command as an Input named `machine`."""

    @click.argument("file", type=FileOrFolder("rb"), required=False)
    @click.option("--here", is_flag=True, help="This machine, by its /sys, instead of FILE.")
    @click.option(
        "--remote", type=click.IntRange(11, 255), metavar="N", help="Where distances are unknown, assume 10 and N."
    )
    @assume_option
    @click.option("--machine", "chosen", metavar="N", default="", help="Which one, where FILE has several.")
    @click.option("--beside", type=click.File("rb"), help="What the machine says of its tiers: memory_tierN, a log.")
    @wraps(command)
    def with_machine(
        file: BinaryIO | Path | None,
        here: bool,
        remote: int | None,
        assume: tuple[str, ...],
        chosen: str,
        beside: BinaryIO | None,
        **others: Any,
    ) -> None:
        command(machine=Input(file, here, remote, assume, chosen, beside), **others)

    return with_machine


def assume_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add --assume to a command."""
    kinds = "|".join(KINDS)
    return click.option("--assume", multiple=True, metavar="1=KIND", help=f"What a node's memory is: {kinds}.")(command)


def findings_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add --findings to a command, as the parameter `with_findings`."""
    words = "What is odd about the machine, the most important first."
    return click.option("--findings", "with_findings", is_flag=True, help=words)(command)


def findings_of(run: Run, loaded: ParseResult, without: Iterable[str] = ()) -> list[Finding]:
    """Return the findings on a run, of a machine that was read as `loaded`."""
    return findings(run, loaded.guesses_under(run.version.reads_tiers), without)


def print_sentences(kind: str, sentences: Iterable[str]) -> None:
    """Print the sentences on stderr, each on a line that begins with `kind`."""
    for sentence in sentences:
        click.echo(f"{kind}: {printable(sentence, 600)}", err=True)


def _loaded(file: BinaryIO | Path, chosen: str = "") -> ParseResult:
    """Read an open file or a directory."""
    if isinstance(file, Path):
        return load_folder(file)
    return load_data(file.read(MAX_ARCHIVE + 1), name_of(file), chosen)


def name_of(file: BinaryIO) -> str:
    """Return the name of the file in error messages."""
    return "standard input" if file is sys.stdin.buffer else printable(Path(str(file.name)).name, 80)


def write(output: BinaryIO, text: str) -> None:
    """Write the text to a file, as write_bytes() does."""
    write_bytes(output, text.encode())


def write_bytes(output: BinaryIO, data: bytes) -> None:
    """Write the bytes to a file.

    click opens the file only here, so that an error before this leaves a file of an earlier run as it is.
    """
    try:
        output.write(data)
        output.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"cannot write {printable(output.name, 80)}: {error.strerror}") from None
