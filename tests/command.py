"""The command line as scripts use it: by what it prints and how it ends, in this process or in one of its own."""

from __future__ import annotations

import subprocess
import sys
from contextlib import chdir
from unittest.mock import patch

from click.testing import CliRunner

from tests.serving import ROOT
from viz.cli import main

Done = subprocess.CompletedProcess[bytes]


def tierscope(*arguments: str, given: str | bytes = b"") -> Done:
    """The finished command, run in this process: a new one takes half a second to begin."""
    command = ["tierscope", *arguments]
    with chdir(ROOT), patch.object(sys, "argv", command), CliRunner().isolation(_data(given)) as (out, err, _):
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        sys.stdout.flush()
        sys.stderr.flush()
        return subprocess.CompletedProcess(command, status, out.getvalue(), err.getvalue())


def process(*arguments: str, given: str | bytes = b"") -> Done:
    """The same in a process of its own, as for a person."""
    command = [sys.executable, "-m", "viz", *arguments]
    return subprocess.run(command, cwd=ROOT, input=_data(given), capture_output=True, timeout=60, check=False)


def printed(*arguments: str, given: str | bytes = b"") -> str:
    """What the command printed, where it must succeed."""
    done = tierscope(*arguments, given=given)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def refusal(*arguments: str, given: str | bytes = b"") -> str:
    """The one line that the command wrote on stderr, where it must fail; a server leaves its sockets to its process."""
    done = (process if arguments[0] == "serve" else tierscope)(*arguments, given=given)
    told = done.stderr.decode()
    assert (done.returncode, done.stdout, told.count("\n")) == (2, b"", 1), told
    return told


def _data(given: str | bytes) -> bytes:
    return given if isinstance(given, bytes) else given.encode()
