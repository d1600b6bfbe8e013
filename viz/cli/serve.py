"""The command that serves the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

import click

from viz.cli.given import FileOrFolder, Given

_SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+"  # neither "." nor "..", which browsers take away
_BASE_PATH = re.compile(rf"/?(?:{_SEGMENT}(?:/{_SEGMENT})*/?)?")


def base_path(text: str) -> str:
    """The path with a slash at both ends, of "x", "/x" or "/x/"; "/" of nothing."""
    if len(text) > 200 or not _BASE_PATH.fullmatch(text):
        raise click.BadParameter("give a path such as /tierscope/, of letters, digits, - . _ ~ and single slashes")
    return f"/{text.strip('/')}/".replace("//", "/")


@click.command()
@click.argument("file", type=FileOrFolder("rb"), required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8050, show_default=True, help="0: any free port.")
@click.option(
    "--base-path", "base", metavar="/X/", default="/", type=base_path, help="Serve all of it below this path."
)
@click.option("--debug", is_flag=True, help="Dash's development server, which reloads when the code changes.")
def serve(file: BinaryIO | Path | None, host: str, port: int, base: str, debug: bool) -> None:
    """Serve the page, opened at FILE if one is given."""
    topology = Given(file).topology(needs_distances=False) if file else None
    from viz.app.serve import serve as run_server  # dash takes 0.3 s to import, and only this command needs it

    try:
        run_server(topology, host, port, base, debug)
    except (OSError, ValueError) as error:  # ValueError: waitress, of a host name that nothing answers to
        reason = error.strerror if isinstance(error, OSError) else error
        raise click.ClickException(f"cannot serve on {host} port {port}: {reason}") from None
