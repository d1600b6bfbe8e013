"""Test that requirements/ fits pyproject.toml and is complete for every supported Python; ./dev lock repairs it."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from itertools import product
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.serving import ROOT
from tests.supply.requirements import DIRECT, RUN, SITE, TEST, Package, build_backend, declared, key, parse, runtime
from viz.site import downloads

FILES = {
    RUN: [*declared(), *build_backend()],
    SITE: [*declared("site"), *build_backend()],
    TEST: [*declared("test"), *build_backend()],
}
"""The requirements of pyproject.toml that each file of requirements/ must meet."""
PYTHONS = sorted(set(re.findall(r"\bpython(3\.\d+)\b", (ROOT / "dev").read_text())))
SYSTEMS = (("linux", "Linux", "x86_64"), ("linux", "Linux", "aarch64"), ("darwin", "Darwin", "arm64"))
PIN = f"click==8.1.0 \\\n    --hash=sha256:{'0' * 64}\n    # via flask, {DIRECT}\n"

Environment = Mapping[str, str]

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


def environments() -> Iterator[Environment]:
    """Yield the values of the variables in markers, such as python_version, for each Python on each system."""
    cpython = {"platform_python_implementation": "CPython", "implementation_name": "cpython", "os_name": "posix"}
    for python, (sys_platform, system, machine) in product(PYTHONS, SYSTEMS):
        versions = {"python_version": python, "python_full_version": f"{python}.9"}
        system_values = {"sys_platform": sys_platform, "platform_system": system, "platform_machine": machine}
        yield {**cpython, **versions, **system_values}


def chosen(packages: Iterable[Package], environment: Environment) -> dict[str, Package]:
    """Return the packages of a file that pip installs in an environment, at most one version of each."""
    selected = [package for package in packages if not package.marker or Marker(package.marker).evaluate(environment)]
    by_name = {package.name: package for package in selected}
    assert len(by_name) == len(selected)
    return by_name


@cache
def metadata_of(name: str) -> tuple[SpecifierSet, list[Requirement]]:
    """Return the Python versions and the packages that an installed package requires; both empty if not installed."""
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        return SpecifierSet(), []
    pythons = SpecifierSet(str(installed.metadata.json.get("requires_python", "")))
    return pythons, [Requirement(text) for text in installed.requires or ()]


def dependencies(wanted: Requirement, environment: Environment) -> list[Requirement]:
    """Return the packages that a package and its wanted extras require in an environment."""
    pythons, requirements = metadata_of(wanted.name)
    assert environment["python_full_version"] in pythons
    values = [{**environment, "extra": extra} for extra in ("", *wanted.extras)]
    return [each for each in requirements if each.marker is None or any(map(each.marker.evaluate, values))]


def unmet(packages: Iterable[Package], roots: Iterable[Requirement], environment: Environment) -> list[str]:
    """Return those of `roots` and all their dependencies that are not in `packages` or have a wrong version there."""
    available, pending = chosen(packages, environment), list(roots)
    followed, missing = set[str](), []
    while pending:
        wanted = pending.pop()
        package = available.get(key(wanted))
        if package is None or package.version not in wanted.specifier:
            missing.append(str(wanted))
        elif str(wanted) not in followed:
            followed.add(str(wanted))
            pending += dependencies(wanted, environment)
    return missing


def test_dev_looks_for_these_pythons() -> None:
    assert PYTHONS == ["3.11", "3.12", "3.13", "3.14"]


def test_every_direct_dependency_has_a_lower_and_an_upper_bound() -> None:
    bounds = {str(each): sorted(bound.operator for bound in each.specifier) for each in (*FILES[RUN], *FILES[TEST])}
    assert {name: operators for name, operators in bounds.items() if operators != ["<", ">="]} == {}


@each_file
def test_a_file_meets_the_requirements_of_pyproject(file: Path) -> None:
    versions = {package.name: package.version for package in parse(file.read_text())}
    assert [str(each) for each in FILES[file] if versions.get(key(each), "none") not in each.specifier] == []


@each_file
def test_packages_marked_as_direct_are_named_in_pyproject(file: Path) -> None:
    direct = {package.name for package in parse(file.read_text()) if DIRECT in package.needed_by}
    assert direct <= {key(requirement) for requirement in FILES[file]}


def test_all_files_have_the_same_versions_and_hashes() -> None:
    run, site, test = (
        {(package.name, package.version, package.hashes) for package in parse(file.read_text())}
        for file in (RUN, SITE, TEST)
    )
    assert run < site < test


def test_a_site_has_the_packages_that_the_server_runs() -> None:
    """Each wheel for browsers has the version that the tests run, and one of the hashes there."""
    packages = {package.name: package for package in parse(TEST.read_text())}
    pins = downloads.PIN.findall(downloads.PINS.read_text())
    assert {name for name, _, _ in pins} > {"pydantic", "pydantic-core", "tomli-w"}
    for name, version, digest in pins:
        assert version == packages[name].version
        assert digest in packages[name].hashes


@each_file
@pytest.mark.parametrize("environment", list(environments()), ids=lambda values: "-".join(values.values()))
def test_a_file_is_complete_in_every_environment(file: Path, environment: Environment) -> None:
    assert unmet(parse(file.read_text()), FILES[file], environment) == []


def test_each_missing_package_is_noticed() -> None:
    packages = parse(RUN.read_text())
    used = {name for environment in environments() for name in chosen(packages, environment)}
    unnoticed = [
        name
        for name in sorted(used)
        if not any(
            unmet([package for package in packages if package.name != name], FILES[RUN], environment)
            for environment in environments()
        )
    ]
    assert unnoticed == []


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://packages.example/simple\n" + PIN,
        PIN + "-e .\n",
        PIN.replace("    --hash=sha256:", "    --hash=md5:"),
        PIN.partition(" \\")[0] + "\n",
        PIN.replace("click==8.1.0", "click @ https://packages.example/click.whl"),
        PIN.replace("click==", "click>="),
    ],
    ids=["index", "folder", "weak hash", "no hash", "address", "range"],
)
def test_a_line_that_pins_nothing_is_refused(text: str) -> None:
    assert parse("# A comment.\n" + PIN)[0].needed_by == {"flask", DIRECT}
    with pytest.raises(ValueError, match="no pinned package"):
        parse(text)


def test_the_build_backend_is_not_needed_to_run() -> None:
    packages = parse(RUN.read_text())
    every, run = {package.name for package in packages}, {package.name for package in runtime(packages)}
    assert every - run >= {key(requirement) for requirement in build_backend()}
    assert run >= {key(requirement) for requirement in declared()}


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "extras"), [("viz", ("media", "watch")), ("tests", ("test",))])
def test_every_library_that_is_imported_is_declared(folder: str, extras: tuple[str, ...]) -> None:
    modules = {name for path in (ROOT / folder).rglob("*.py") for name in imported(path)}
    external = modules - sys.stdlib_module_names - {"viz", "tests"}
    packages = packages_distributions()
    names = {canonicalize_name(name) for module in external for name in packages.get(module, [module])}
    assert names - {key(requirement) for requirement in declared(*extras)} == set()


def imported(path: Path) -> Iterator[str]:
    """Yield the top-level package of each absolute import of a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


LOCK = ROOT / "package-lock.json"


def test_the_lock_of_npm_holds_no_address() -> None:
    """Without addresses, npm uses the registry of its settings, and the hashes make sure that the files are right."""
    assert "://" not in LOCK.read_text()
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()
    packages = json.loads(LOCK.read_text())["packages"]
    assert all(one["integrity"].startswith("sha512-") for name, one in packages.items() if name)


def test_the_lock_of_npm_is_that_of_package_json() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    assert json.loads(LOCK.read_text())["packages"][""]["devDependencies"] == wanted
