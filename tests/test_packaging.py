"""`pip install .` gives the program that a checkout gives: the wheel carries all it needs and runs from anywhere."""

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
    """The files of a folder of the checkout, as git would take them, except for those of the checks."""
    return {
        path.relative_to(ROOT / folder).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != "ruff.toml"
    }


@pytest.fixture(scope="module", autouse=True)
def nothing_inherited() -> Iterator[None]:
    """Keep what the caller has set for Python, such as PYTHONPATH, from the programs that the tests start."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PYTHON")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a new environment that holds the wheel, and borrows only its dependencies."""
    home = tmp_path_factory.mktemp("env")
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    run(*PIP, "--python", python, "install", *OFFLINE, wheel, cwd=home)
    [packages] = home.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")  # searched after the wheel
    return python.parent


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder to stand in."""
    return tmp_path_factory.mktemp("nowhere")


def test_the_wheel_carries_assets_topologies_and_every_module(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if name.startswith("viz/")}
    assert names == (
        {f"viz/{name}" for name in shipped("viz")}
        | {f"viz/_assets/{name}" for name in shipped("assets")}
        | {f"viz/_topologies/{name}" for name in shipped("topologies")}
        | {"viz/_docs/glossary.md"}
    )


def test_the_installed_program_is_the_wheels(installed: Path, nowhere: Path) -> None:
    script = "import viz, viz.resources as r; print(viz.__file__, r.assets(), r.topologies(), sep='\\n')"
    places = run(installed / "python", "-c", script, cwd=nowhere).splitlines()
    assert all(Path(place).is_relative_to(installed.parent.resolve()) for place in places), places


def test_the_console_script_lists_its_commands(installed: Path, nowhere: Path) -> None:
    text = run(installed / "tierscope", "--help", cwd=nowhere)
    assert {"order", "serve", "trace"} <= set(text.split())


@pytest.mark.parametrize("program", [["tierscope"], ["python", "-m", "viz"]], ids=["tierscope", "python -m viz"])
def test_it_orders_a_topology_it_carries(installed: Path, nowhere: Path, program: list[str]) -> None:
    find = "import viz.resources; print(min(viz.resources.topologies().glob('*.toml')))"
    topology = run(installed / "python", "-c", find, cwd=nowhere).strip()
    assert "stop" in run(installed / program[0], *program[1:], "order", topology, cwd=nowhere)


def test_it_serves_the_page(installed: Path, nowhere: Path) -> None:
    with (
        serving(program=[str(installed / "tierscope")], cwd=nowhere) as server,
        urllib.request.urlopen(server.url, timeout=30) as answer,
    ):
        assert answer.status == 200


def test_another_place_gives_the_same_bytes(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sdist = build("sdist", ROOT, tmp_path / "sdist")
    run("tar", "-xzf", sdist, cwd=tmp_path)
    [copy] = tmp_path.glob("tierscope-*")
    run("chmod", "-R", "go=", copy, cwd=tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    assert build("sdist", copy, tmp_path / "again").read_bytes() == sdist.read_bytes()
    assert build("wheel", copy, tmp_path / "wheel").read_bytes() == wheel.read_bytes()
