"""requirements/ fits pyproject.toml and has all that every Python needs which ./dev looks for; else: ./dev lock."""

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
from tests.supply.requirements import DIRECT, RUN, TEST, Package, build_backend, declared, key, parse, runtime

FILES = {RUN: [*declared(), *build_backend()], TEST: [*declared("test"), *build_backend()]}
"""What pyproject.toml asks each file for."""
PYTHONS = sorted(set(re.findall(r"\bpython(3\.\d+)\b", (ROOT / "dev").read_text())))
SYSTEMS = (("linux", "Linux", "x86_64"), ("linux", "Linux", "aarch64"), ("darwin", "Darwin", "arm64"))
PIN = f"click==8.1.0 \\\n    --hash=sha256:{'0' * 64}\n    # via flask, {DIRECT}\n"

Environment = Mapping[str, str]

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


def environments() -> Iterator[Environment]:
    """Yield what markers may ask of each Python on each system."""
    cpython = {"platform_python_implementation": "CPython", "implementation_name": "cpython", "os_name": "posix"}
    for python, (sys_platform, system, machine) in product(PYTHONS, SYSTEMS):
        versions = {"python_version": python, "python_full_version": f"{python}.9"}
        where = {"sys_platform": sys_platform, "platform_system": system, "platform_machine": machine}
        yield {**cpython, **versions, **where}


def chosen(packages: Iterable[Package], environment: Environment) -> dict[str, Package]:
    """Return what pip takes from a file in an environment: at most one version of each package."""
    found = [package for package in packages if not package.marker or Marker(package.marker).evaluate(environment)]
    by_name = {package.name: package for package in found}
    assert len(by_name) == len(found)
    return by_name


@cache
def stated(name: str) -> tuple[SpecifierSet, list[Requirement]]:
    """Return the Pythons and the packages that an installed package asks for; none if this Python has no need of it."""
    try:
        about = distribution(name)
    except PackageNotFoundError:
        return SpecifierSet(), []
    pythons = SpecifierSet(str(about.metadata.json.get("requires_python", "")))
    return pythons, [Requirement(text) for text in about.requires or ()]


def needs(wanted: Requirement, environment: Environment) -> list[Requirement]:
    """Return what a package asks for itself, with its extras."""
    pythons, found = stated(wanted.name)
    assert environment["python_full_version"] in pythons
    asked = [{**environment, "extra": extra} for extra in ("", *wanted.extras)]
    return [one for one in found if one.marker is None or any(one.marker.evaluate(environ) for environ in asked)]


def unmet(packages: Iterable[Package], roots: Iterable[Requirement], environment: Environment) -> list[str]:
    """Return what is missing or has a wrong version, of the roots and all that they need."""
    there, left = chosen(packages, environment), list(roots)
    followed, missing = set[str](), []
    while left:
        wanted = left.pop()
        package = there.get(key(wanted))
        if package is None or package.version not in wanted.specifier:
            missing.append(str(wanted))
        elif str(wanted) not in followed:
            followed.add(str(wanted))
            left += needs(wanted, environment)
    return missing


def test_dev_looks_for_these_pythons() -> None:
    assert PYTHONS == ["3.11", "3.12", "3.13", "3.14"]


def test_every_direct_dependency_has_a_lower_and_an_upper_bound() -> None:
    bounds = {str(one): sorted(bound.operator for bound in one.specifier) for one in (*FILES[RUN], *FILES[TEST])}
    assert {one: found for one, found in bounds.items() if found != ["<", ">="]} == {}


@each_file
def test_it_has_what_pyproject_asks_for_within_its_bounds(file: Path) -> None:
    versions = {package.name: package.version for package in parse(file.read_text())}
    assert [str(one) for one in FILES[file] if versions.get(key(one), "none") not in one.specifier] == []


@each_file
def test_pyproject_asks_for_all_that_it_has_for_no_other_reason(file: Path) -> None:
    direct = {package.name for package in parse(file.read_text()) if DIRECT in package.needed_by}
    assert direct <= {key(one) for one in FILES[file]}


def test_both_files_agree() -> None:
    run, test = ({(one.name, one.version, one.hashes) for one in parse(file.read_text())} for file in (RUN, TEST))
    assert run < test


@each_file
@pytest.mark.parametrize("environment", list(environments()), ids=lambda values: "-".join(values.values()))
def test_every_python_finds_all_it_needs(file: Path, environment: Environment) -> None:
    assert unmet(parse(file.read_text()), FILES[file], environment) == []


def test_any_package_that_is_missing_is_noticed() -> None:
    packages = parse(RUN.read_text())
    used = {name for environment in environments() for name in chosen(packages, environment)}
    unnoticed = [
        name
        for name in sorted(used)
        if not any(unmet([one for one in packages if one.name != name], FILES[RUN], each) for each in environments())
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


def test_the_build_backend_is_not_among_what_runs() -> None:
    build, run = (
        {one.name for one in packages} for packages in (parse(RUN.read_text()), runtime(parse(RUN.read_text())))
    )
    assert build - run >= {key(one) for one in build_backend()}
    assert run >= {key(one) for one in declared()}


@pytest.mark.parametrize(("folder", "extras"), [("viz", ()), ("tests", ("test",))])
def test_every_library_that_is_imported_is_declared(folder: str, extras: tuple[str, ...]) -> None:
    modules = {name for path in (ROOT / folder).rglob("*.py") for name in imported(path)}
    foreign = modules - sys.stdlib_module_names - {"viz", "tests"}
    names = {canonicalize_name(name) for module in foreign for name in packages_distributions().get(module, [module])}
    assert names - {key(one) for one in declared(*extras)} == set()


def imported(path: Path) -> Iterator[str]:
    """Yield the first name of everything that a module imports from elsewhere."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


LOCK = ROOT / "package-lock.json"


def test_the_lock_of_npm_holds_no_address() -> None:
    """npm fetches from the registry that it is set up for; each package is known by its hash."""
    assert "://" not in LOCK.read_text()
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()
    packages = json.loads(LOCK.read_text())["packages"]
    assert all(one["integrity"].startswith("sha512-") for name, one in packages.items() if name)


def test_the_lock_of_npm_is_that_of_package_json() -> None:
    asked = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    assert json.loads(LOCK.read_text())["packages"][""]["devDependencies"] == asked
