"""Read pyproject.toml and the requirements files, which name packages with versions and hashes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.serving import ROOT

RUN, SITE, TEST = (ROOT / f"requirements/{name}.txt" for name in ("run", "site", "test"))
SBOM = ROOT / "requirements/tierscope.cdx.json"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DIRECT = "tierscope (pyproject.toml)"
"""The name of tierscope in the comments of a requirements file, which say what needs a package."""

HASH = r"--hash=sha256:([0-9a-f]{64})"
PIN = re.compile(
    r"^(?P<pin>[\w.-]+==[^\s;]+(?: ; .+)?) \\\n"
    rf"(?P<hashes>(?: {{4}}{HASH}(?: \\)?\n)+)"
    r"(?: {4}# via (?P<needed_by>.+)\n)?",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Package:
    """A package of a requirements file."""

    name: str
    version: str
    marker: str
    """The environments that need the package, such as `python_full_version < '3.14'`; empty means all."""
    hashes: tuple[str, ...]
    """The SHA-256 of each file that may be installed, in hexadecimal."""
    needed_by: frozenset[str]
    """The names of the packages that need this package, and DIRECT if tierscope does; empty for the build backend."""

    @property
    def pin(self) -> str:
        """Return the package's line for a requirements file, with its hashes but without its marker."""
        return " ".join((f"{self.name}=={self.version}", *(f"--hash=sha256:{content}" for content in self.hashes)))

    @property
    def purl(self) -> str:
        """Return the package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def parse(text: str) -> list[Package]:
    """Return the packages of a requirements file in its order. Raise ValueError if a line pins no package."""
    body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    if rest := PIN.sub("", body).strip():
        raise ValueError(f"no pinned package with hashes: {rest.splitlines()[0]}")
    return [_package(match) for match in PIN.finditer(body)]


def _package(match: re.Match[str]) -> Package:
    pinned = Requirement(match["pin"])
    [version] = (specifier.version for specifier in pinned.specifier)
    hashes = tuple(re.findall(HASH, match["hashes"]))
    needed_by = frozenset(match["needed_by"].split(", ") if match["needed_by"] else ())
    return Package(pinned.name, version, str(pinned.marker or ""), hashes, needed_by)


def runtime(packages: Sequence[Package]) -> list[Package]:
    """Return the packages that tierscope needs to run, without packages that only the build backend needs."""
    needed = {DIRECT}
    while more := {package.name for package in packages if package.needed_by & needed} - needed:
        needed |= more
    return [package for package in packages if package.name in needed]


def declared(*extras: str) -> Iterator[Requirement]:
    """Yield the requirements in pyproject.toml for running tierscope, and those of the named extras."""
    project = PROJECT["project"]
    yield from map(Requirement, project["dependencies"])
    for extra in extras:
        yield from map(Requirement, project["optional-dependencies"][extra])


def build_backend() -> Iterator[Requirement]:
    """Yield the requirements in pyproject.toml for building tierscope."""
    yield from map(Requirement, PROJECT["build-system"]["requires"])


def key(requirement: Requirement) -> str:
    """Return the name of a required package as the requirements files write it."""
    return canonicalize_name(requirement.name)
