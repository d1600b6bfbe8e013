"""Test what is fetched for a site: from where, into which folder, and what is refused in one line."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from viz.site import downloads
from viz.site.downloads import PYODIDE, NoDownload, cache, pyodide, wheels

ARCHIVE, WHEEL = b"an archive", b"a wheel"
HASH = base64.b64encode(hashlib.sha512(ARCHIVE).digest()).decode()
PIN = f"# packages\nsegno==1.6 --hash=sha256:{hashlib.sha256(WHEEL).hexdigest()}\n"
Fetch = Callable[[list[str]], tuple[int, str]]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the list of commands that are run in place of npm and pip, which only write the pinned files."""
    commands: list[list[str]] = []

    def run(command: Any, **options: Any) -> subprocess.CompletedProcess[str]:
        commands.append(list(command))
        assert options["cwd"] == cache()
        assert options["timeout"] == 300
        name = "--dest" if "--dest" in command else "--pack-destination"
        folder = Path(command[command.index(name) + 1])
        assert folder.parent == cache()
        (folder / ("segno-1.6.whl" if name == "--dest" else f"pyodide-{PYODIDE}.tgz")).write_bytes(
            WHEEL if name == "--dest" else ARCHIVE
        )
        return subprocess.CompletedProcess(command, 0, "", "")

    pins = tmp_path / "wheels.txt"
    pins.write_text(PIN)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(downloads, "PINS", pins)
    monkeypatch.setattr(downloads, "PYODIDE_HASH", HASH)
    monkeypatch.setattr(downloads, "_npm", lambda: ("npm",))
    monkeypatch.setattr(subprocess, "run", run)
    return commands


def answering(status: int, said: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    return lambda command, **_: subprocess.CompletedProcess(command, status, "", said)


def test_the_cache_is_that_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache() == Path("/caches/tierscope/site")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert cache() == Path.home() / ".cache/tierscope/site"


def test_pyodide_is_fetched_once(asked: list[list[str]]) -> None:
    place = cache() / f"pyodide-{PYODIDE}.tgz"
    assert (pyodide(), pyodide()) == (place, place)
    [command] = asked
    assert command[:6] == ["npm", "pack", f"pyodide@{PYODIDE}", "--silent", "--fetch-retries", "1"]
    assert [path.name for path in cache().iterdir()] == [place.name]


def test_another_archive_is_refused_and_not_kept(asked: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "PYODIDE_HASH", "other")
    with pytest.raises(NoDownload, match=f"what npm has fetched as Pyodide {PYODIDE} .* than the one pinned here$"):
        pyodide()
    assert list(cache().iterdir()) == []


def test_an_archive_in_the_cache_that_is_damaged_is_fetched_again(asked: list[list[str]]) -> None:
    pyodide().write_bytes(b"damaged")
    assert pyodide().read_bytes() == ARCHIVE
    assert len(asked) == 2


def test_packages_are_fetched_once_for_the_python_of_pyodide(asked: list[list[str]]) -> None:
    [wheel] = wheels()
    assert wheels() == [wheel]
    assert wheel == cache() / "wheels" / "segno-1.6.whl"
    [command] = asked
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"} <= set(command)
    for pair in (
        ("--retries", "1"), ("--python-version", "3.14"), ("--implementation", "cp"), ("--abi", "cp314"),
        ("--platform", "pyemscripten_2026_0_wasm32"), ("--only-binary", ":all:"),
        ("--requirement", str(downloads.PINS)),
    ):  # fmt: skip
        assert tuple(command[command.index(pair[0]) :][:2]) == pair


def test_other_packages_are_refused(asked: list[list[str]]) -> None:
    downloads.PINS.write_text(PIN.replace("sha256:", "sha256:0")[:-2] + "\n")
    with pytest.raises(NoDownload, match=r"pip has fetched other packages than those pinned here$"):
        wheels()


def test_without_pip_the_command_that_brings_it_is_named(
    asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "find_spec", lambda _: None)
    with pytest.raises(NoDownload, match=r"pip is needed to fetch packages; type: python -m ensurepip$"):
        wheels()


@pytest.mark.parametrize(
    ("status", "said", "why"),
    [
        (1, "a\nnpm ERR! no network  \n\n", "npm ERR! no network"),
        (7, "", "exit status 7"),
        (1, "x" * 300, "x" * 200),
    ],
)
@pytest.mark.parametrize(("fetch", "what"), [(pyodide, "Pyodide"), (wheels, "Python's packages")])
def test_a_failure_is_one_line_with_its_reason(
    asked: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    said: str,
    why: str,
    fetch: Callable[[], object],
    what: str,
) -> None:
    monkeypatch.setattr(subprocess, "run", answering(status, said))
    with pytest.raises(NoDownload) as refused:
        fetch()
    assert str(refused.value) == (
        f"{what} cannot be fetched; the first build of a site with Python needs a network ({why})"
    )


def test_what_takes_too_long_is_given_up(asked: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: Any, **options: Any) -> None:
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(NoDownload, match=r"Pyodide did not come within 300 seconds; .* needs a network$"):
        pyodide()


@pytest.mark.parametrize(
    ("own", "found", "node", "npm"),
    [
        (True, True, "own/bin/node", ("own/bin/node", "own/lib/node_modules/npm/bin/npm-cli.js")),
        (False, True, "/usr/bin/node", ("/usr/bin/npm",)),
        (False, False, "", ()),
    ],
)
def test_node_is_that_of_the_extra_or_that_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: bool, found: bool, node: str, npm: tuple[str, ...]
) -> None:
    for name in ("bin/node", "lib/node_modules/npm/bin/npm-cli.js") if own else ():
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).write_text("")
    monkeypatch.setattr(downloads, "_node_package", lambda: tmp_path / "own")
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if found else None)
    if not found:
        for get, what in ((downloads.node, "Node.js"), (downloads._npm, "npm")):
            with pytest.raises(
                NoDownload, match=f"{what} is needed to build a site with Python; type: pip install 'tierscope.site.'$"
            ):
                get()
        return
    assert downloads.node().removeprefix(f"{tmp_path}/") == node
    assert tuple(part.removeprefix(f"{tmp_path}/") for part in downloads._npm()) == npm
