"""Test the wheel: it has all files that the program needs, runs from any folder, and can be built again."""

from __future__ import annotations

import os
import sysconfig
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import ROOT, serving
from tests.supply.building import OFFLINE, PIP, build, run


def shipped(folder: str) -> set[str]:
    """Return the files of a folder that the wheel must contain: all files but caches and settings of ruff."""
    return {
        path.relative_to(ROOT / folder).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != "ruff.toml"
    }


@pytest.fixture(scope="module", autouse=True)
def no_python_variables() -> Iterator[None]:
    """Unset variables such as PYTHONPATH for the programs that the tests start."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PYTHON")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bin folder of a new environment that has the wheel, and the dependencies of this environment."""
    environment = tmp_path_factory.mktemp("env")
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    run(*PIP, "--python", python, "install", *OFFLINE, wheel, cwd=environment)
    [packages] = environment.glob("lib/python*/site-packages")
    # A folder in a .pth file comes after the wheel on sys.path.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


@pytest.fixture(scope="module")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty folder in which programs can run."""
    return tmp_path_factory.mktemp("empty")


def test_the_wheel_carries_assets_topologies_and_every_module(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if name.startswith("viz/")}
    assert names == (
        {f"viz/{name}" for name in shipped("viz")}
        | {f"viz/_assets/{name}" for name in shipped("assets")}
        | {f"viz/_topologies/{name}" for name in shipped("topologies")}
        | {"viz/_docs/glossary.md"}
    )


@pytest.mark.slow
def test_the_installed_program_uses_only_the_files_of_the_wheel(installed: Path, empty_folder: Path) -> None:
    script = "import viz, viz.resources as r; print(viz.__file__, r.assets(), r.topologies(), sep='\\n')"
    paths = run(installed / "python", "-c", script, cwd=empty_folder).splitlines()
    assert all(Path(path).is_relative_to(installed.parent.resolve()) for path in paths), paths


@pytest.mark.slow
def test_the_console_script_lists_its_commands(installed: Path, empty_folder: Path) -> None:
    text = run(installed / "tierscope", "--help", cwd=empty_folder)
    assert {"order", "serve", "trace"} <= set(text.split())


@pytest.mark.slow
@pytest.mark.parametrize("program", [["tierscope"], ["python", "-m", "viz"]], ids=["tierscope", "python -m viz"])
def test_the_installed_program_orders_its_own_topology(installed: Path, empty_folder: Path, program: list[str]) -> None:
    script = "import viz.resources; print(min(viz.resources.topologies().glob('*.toml')))"
    topology = run(installed / "python", "-c", script, cwd=empty_folder).strip()
    assert "stop" in run(installed / program[0], *program[1:], "order", topology, cwd=empty_folder)


@pytest.mark.slow
def test_the_installed_program_serves_the_page(installed: Path, empty_folder: Path) -> None:
    with (
        serving(program=[str(installed / "tierscope")], cwd=empty_folder) as server,
        urllib.request.urlopen(server.url, timeout=30) as answer,
    ):
        assert answer.status == 200


@pytest.mark.slow
def test_a_build_in_another_folder_has_the_same_bytes(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdist = build("sdist", ROOT, tmp_path / "sdist")
    run("tar", "-xzf", sdist, cwd=tmp_path)
    [copy] = tmp_path.glob("tierscope-*")
    run("chmod", "-R", "go=", copy, cwd=tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    assert build("sdist", copy, tmp_path / "again").read_bytes() == sdist.read_bytes()
    assert build("wheel", copy, tmp_path / "wheel").read_bytes() == wheel.read_bytes()
