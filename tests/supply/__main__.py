"""Run `./dev lock`: update requirements/ and package-lock.json to the newest versions that the project allows."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from packaging.specifiers import SpecifierSet

from tests.node import node
from tests.serving import ROOT
from tests.supply import sbom
from tests.supply.requirements import PROJECT, RUN, SBOM, SITE, TEST, Package, parse, runtime
from viz.site.downloads import FOR_PYODIDE, PIN, PINS

HEADER = """\
# What ./dev installs: versions and SHA-256 hashes for every Python and system that tierscope supports.
# ./dev lock writes this file anew from pyproject.toml.
"""
NPM_LOCK = ROOT / "package-lock.json"
OLDEST = min(specifier.version for specifier in SpecifierSet(PROJECT["project"]["requires-python"]))
RESOLVE = (
    *("uv", "pip", "compile", "pyproject.toml", "-", "--quiet", "--no-header", "--annotation-style", "line"),
    # Each package gets one version for all versions of Python.
    *("--universal", "--python-version", OLDEST, "--fork-strategy", "fewest"),
    # Only wheels are allowed, because a build from source would download build tools without checking a hash.
    *("--generate-hashes", "--only-binary", ":all:"),
)


def python(*arguments: str | Path, text: str = "") -> None:
    """Run a module of the test environment. If it fails, end this program; the module has printed its errors."""
    if subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, input=text, text=True).returncode:
        sys.exit(f"lock: {arguments[0]} failed (its reasons are above)")


def resolve(file: Path, *options: str) -> list[Package]:
    """Let uv write a requirements file, and return its packages, which include the build backend."""
    python(*RESOLVE, *options, "--output-file", file, text="\n".join(PROJECT["build-system"]["requires"]))
    file.write_text(HEADER + file.read_text(encoding="utf-8"), encoding="utf-8")
    return parse(file.read_text(encoding="utf-8"))


def download(packages: Iterable[Package], folder: Path) -> None:
    """Download a wheel of each package into the folder, even if the package's marker excludes this system.

    The wheels are those for the oldest supported Python, because every package has a wheel for it.
    """
    pins = folder / "pins.txt"
    pins.write_text("".join(f"{package.pin}\n" for package in packages), encoding="utf-8")
    pip = ("pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes")
    python(*pip, "--only-binary", ":all:", "--python-version", OLDEST, "--dest", folder, "--requirement", pins)


def lock_npm(*, keep: bool) -> None:
    """Write package-lock.json, whose packages check assets/ and are no part of the program.

    Entries about funding are taken out, because they hold addresses. Nothing is installed; `./dev test` does that.
    """
    binary = Path(node()).resolve()
    npm = binary.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    command = ("install" if keep else "update", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund")
    if subprocess.run([binary, npm, *command], cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        sys.exit("lock: npm failed (its reasons are above)")
    lock = json.loads(NPM_LOCK.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    NPM_LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


def pin_wheels(packages: Iterable[Package], folder: Path) -> str:
    """Download the wheels that a browser runs, in the versions of `packages`, and return their pins for a site."""
    names = {name for name, _, _ in PIN.findall(PINS.read_text(encoding="utf-8"))}
    wanted = sorted((package for package in packages if package.name in names), key=lambda package: package.name)
    pins = folder / "site.txt"
    pins.write_text("".join(f"{package.pin}\n" for package in wanted), encoding="utf-8")
    pip = ("pip", "download", "--quiet", "--disable-pip-version-check", "--require-hashes", *FOR_PYODIDE)
    python(*pip, "--dest", folder / "site", "--requirement", pins)
    by_name = {wheel.name.partition("-")[0].replace("_", "-"): wheel for wheel in (folder / "site").glob("*.whl")}
    hashes = {name: hashlib.sha256(wheel.read_bytes()).hexdigest() for name, wheel in by_name.items()}
    return "".join(f"{one.name}=={one.version} --hash=sha256:{hashes[one.name]}\n" for one in wanted)


def main() -> None:
    """Write requirements/ for tests, for sites and to run, all with the same versions; the SBOM; all other pins."""
    parser = argparse.ArgumentParser(prog="./dev lock", description="Renew requirements/ and package-lock.json.")
    parser.add_argument("--keep", action="store_true", help="change no version that the project still allows")
    keep = parser.parse_args().keep
    lock_npm(keep=keep)
    all_packages = resolve(TEST, "--extra", "test", *(() if keep else ("--upgrade",)))
    for file in (SITE, RUN):
        shutil.copy(TEST, file)  # uv keeps versions that its output file already contains
    resolve(SITE, "--extra", "site")
    packages = runtime(resolve(RUN))
    with tempfile.TemporaryDirectory() as name:
        download(packages, folder := Path(name))
        PINS.write_text(pin_wheels(all_packages, folder), encoding="utf-8")
        metadata = [sbom.metadata(wheel) for wheel in sorted(folder.glob("*.whl"))]
    SBOM.write_text(sbom.document(PROJECT["project"], packages, metadata), encoding="utf-8")


if __name__ == "__main__":
    main()
