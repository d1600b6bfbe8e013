"""Define the command that writes the page as a folder of plain files."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "-o", "output", metavar="DIR", required=True, type=click.Path(path_type=Path), help="The folder to write to."
)
@click.option(
    "--python/--no-python",
    default=True,
    show_default=True,
    help="Let browsers run Python for what is not ready made. The first build fetches it from npm and PyPI.",
)
def site(output: Path, python: bool) -> None:
    """Write the page as a folder of plain files, which any static host can serve (docs/site.md).

    The folder is new, empty, or has an older site, which is replaced.
    """
    from viz.site import build, folder  # imported late, because both import Flask
    from viz.site.downloads import NoDownload

    try:
        folder.check(output)
        files = build.build(with_python=python, tell=lambda line: click.echo(line, err=True))
        folder.write(output, files)
    except (folder.NoSiteFolder, NoDownload) as error:
        raise click.ClickException(str(error)) from None
    size = sum(map(len, files.values()))
    click.echo(f"{output}: {len(files)} files, {size / 1e6:.1f} MB")
