"""Define the command that serves the page."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from viz.cli.inputs import FileOrFolder, Input, changed_kernel, rule_option
from viz.cli.kernel_name import KERNEL
from viz.cli.talk_file import talk_in
from viz.kernel.releases import version
from viz.kernel.versions import POSTED
from viz.topology import printable

if TYPE_CHECKING:
    from viz.app.fallback import Fallback

_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def base_path(text: str) -> str:
    """Return the path given with --base-path, with a slash at both ends; raise BadParameter if it is none."""
    from viz.app.base_path import with_slashes  # imported late, because the other commands need no server

    try:
        return with_slashes(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def host_names(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """Check the names given with --allow-host and return them; raise BadParameter if one is no host name."""
    for name in names:
        if len(name) > 253 or not _HOST_NAME.fullmatch(name):
            raise click.BadParameter(f"{printable(name, 60)!r} is no host name such as tierscope.example.org")
    return names


def proxy_addresses(_: click.Context, __: click.Parameter, proxies: tuple[str, ...]) -> tuple[str, ...]:
    """Check the proxies given with --trusted-proxy and return them.

    Raise BadParameter if one is no IP address or network.
    """
    for proxy in proxies:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            raise click.BadParameter(f"{printable(proxy, 60)!r} is no address or network such as 10.0.0.0/8") from None
    return proxies


@click.command()
@click.argument("file", type=FileOrFolder("rb"), required=False)
@click.option("--kernel", metavar="V", type=KERNEL, help="The kernel that the page opens with, or a file: ./mine.py.")
@rule_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8050, show_default=True, help="0: any free port.")
@click.option(
    "--base-path", "base", metavar="/X/", default="/", type=base_path, help="Serve all of it below this path."
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    callback=host_names,
    help="Answer under this name, too; on a loopback address only loopback names are answered. Repeatable.",
)
@click.option(
    "--trusted-proxy",
    "trusted_proxies",
    metavar="ADDRESS",
    multiple=True,
    callback=proxy_addresses,
    help="Believe the X-Forwarded-For of this address or network, so that shares are by visitor. Repeatable.",
)
@click.option(
    "--follow",
    is_flag=True,
    help="Let an audience follow the speaker's page on their phones; --host is the name or address that they open.",
)
@click.option(
    "--fallback",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Let pages keep the Python of the site in DIR, to answer while the server is gone (docs/site.md).",
)
@click.option("--debug", is_flag=True, help="Dash's development server, which reloads when the code changes.")
def serve(
    file: BinaryIO | Path | None, debug: bool, kernel: str | None, rules: tuple[str, ...], **listen_options: Any
) -> None:
    """Serve the page, opened at FILE if one is given: a machine, or a talk, which has `stops`."""
    if listen_options["follow"]:
        _check_follow(listen_options["host"], debug)
    kernel = changed_kernel(kernel or (POSTED.name if rules else None), rules)
    if kernel:
        kernel = version(kernel).name
    opened = (talk_in(file) or Input(file).topology(needs_distances=False)) if file else None
    from viz.app.serve import ListenOptions  # imported late, because importing dash takes 0.3 s
    from viz.app.serve import serve as run_server

    if listen_options["fallback"]:
        listen_options["fallback"] = _python_of(listen_options["fallback"])
    listen = ListenOptions(**listen_options)
    try:
        run_server(opened, listen, debug, kernel)
    except OSError as error:
        raise click.ClickException(f"cannot serve on {listen.host} port {listen.port}: {error.strerror}") from None


def _python_of(folder: Path) -> Fallback:
    """Return the Python of the site in a folder; raise ClickException if it has none of this version."""
    from viz.site.fallback import read
    from viz.site.folder import NoSiteFolder

    try:
        return read(folder)
    except NoSiteFolder as error:
        raise click.ClickException(str(error)) from None


def _check_follow(host: str, debug: bool) -> None:
    """Raise UsageError if an audience could not find the server, or if its state would be in several processes."""
    if debug:
        raise click.UsageError("--follow needs the usual server: leave --debug out")
    if host.strip("[]") in ("", "0.0.0.0", "::"):
        raise click.UsageError("--follow needs the name or address that the audience opens, such as --host 192.0.2.7")
