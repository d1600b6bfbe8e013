"""Read the requirements files, which name every package with its version and the hashes of its files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.serving import ROOT

RUN, TEST = ROOT / "requirements/run.txt", ROOT / "requirements/test.txt"
SBOM = ROOT / "requirements/tierscope.cdx.json"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DIRECT = "tierscope (pyproject.toml)"
"""How the resolver names the project among those that need a package."""

HASH = r"--hash=sha256:([0-9a-f]{64})"
PIN = re.compile(
    r"^(?P<pin>[\w.-]+==[^\s;]+(?: ; .+)?) \\\n"
    rf"(?P<hashes>(?: {{4}}{HASH}(?: \\)?\n)+)"
    r"(?: {4}# via (?P<needed_by>.+)\n)?",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Package:
    """One package of a requirements file."""

    name: str
    version: str
    marker: str
    """Where it is installed, such as `python_full_version < '3.14'`; empty: everywhere."""
    hashes: tuple[str, ...]
    """SHA-256 in hexadecimal, one for each file that may be installed."""
    needed_by: frozenset[str]
    """Names of packages, and DIRECT; the build backend may be needed by none."""

    @property
    def pin(self) -> str:
        """Return the line that asks for it everywhere."""
        return " ".join((f"{self.name}=={self.version}", *(f"--hash=sha256:{content}" for content in self.hashes)))

    @property
    def purl(self) -> str:
        """Return the package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def parse(text: str) -> list[Package]:
    """Return the packages of a requirements file in its order; ValueError where it has any other line."""
    body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    if rest := PIN.sub("", body).strip():
        raise ValueError(f"no pinned package with hashes: {rest.splitlines()[0]}")
    return [_package(found) for found in PIN.finditer(body)]


def _package(found: re.Match[str]) -> Package:
    pinned = Requirement(found["pin"])
    [version] = (specifier.version for specifier in pinned.specifier)
    hashes = tuple(re.findall(HASH, found["hashes"]))
    needed_by = frozenset(found["needed_by"].split(", ") if found["needed_by"] else ())
    return Package(pinned.name, version, str(pinned.marker or ""), hashes, needed_by)


def runtime(packages: Sequence[Package]) -> list[Package]:
    """Return those that tierscope itself needs when it runs, without those that only the build backend needs."""
    found = {DIRECT}
    while more := {package.name for package in packages if package.needed_by & found} - found:
        found |= more
    return [package for package in packages if package.name in found]


def declared(*extras: str) -> Iterator[Requirement]:
    """Yield what pyproject.toml asks for when tierscope runs, and for the extras named."""
    project = PROJECT["project"]
    yield from map(Requirement, project["dependencies"])
    for extra in extras:
        yield from map(Requirement, project["optional-dependencies"][extra])


def build_backend() -> Iterator[Requirement]:
    """Yield what pyproject.toml asks for to build tierscope."""
    yield from map(Requirement, PROJECT["build-system"]["requires"])


def key(requirement: Requirement) -> str:
    """Return a name as the requirements files write it."""
    return canonicalize_name(requirement.name)
