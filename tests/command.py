"""Run the command line in this process or in a new one, so that tests can check its output and its exit status."""

from __future__ import annotations

import subprocess
import sys
from contextlib import chdir
from unittest.mock import patch

from click.testing import CliRunner

from tests.serving import ROOT
from viz.cli import main

Done = subprocess.CompletedProcess[bytes]


def tierscope(*arguments: str, stdin: str | bytes = b"") -> Done:
    """Run a command in this process, which saves half a second for the start of a new process; return its result."""
    command = ["tierscope", *arguments]
    with chdir(ROOT), patch.object(sys, "argv", command), CliRunner().isolation(_bytes(stdin)) as (out, err, _):
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        sys.stdout.flush()
        sys.stderr.flush()
        return subprocess.CompletedProcess(command, status, out.getvalue(), err.getvalue())


def process(*arguments: str, stdin: str | bytes = b"") -> Done:
    """Run a command in a new process, as a shell does, and return its result."""
    command = [sys.executable, "-m", "viz", *arguments]
    return subprocess.run(command, cwd=ROOT, input=_bytes(stdin), capture_output=True, timeout=60, check=False)


def printed(*arguments: str, stdin: str | bytes = b"") -> str:
    """Run a command, check that it succeeds, and return what it printed."""
    done = tierscope(*arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def refusal(*arguments: str, stdin: str | bytes = b"") -> str:
    """Run a command, check that it exits with status 2 and prints one line on stderr only, and return this line."""
    done = tierscope(*arguments, stdin=stdin)
    message = done.stderr.decode()
    assert (done.returncode, done.stdout, message.count("\n")) == (2, b"", 1), message
    return message


def _bytes(stdin: str | bytes) -> bytes:
    return stdin if isinstance(stdin, bytes) else stdin.encode()
