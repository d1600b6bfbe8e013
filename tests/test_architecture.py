"""Test the structure of viz/: which package may import which, what the text commands load, and how long code is."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.serving import ROOT

MAX_LINES, MAX_LINES_OF_A_FUNCTION = 300, 45
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "viz").rglob("*.py"))
}

LENIENT = {
    "viz.app.addresses",
    "viz.cli.compare",
    "viz.cli.serve",
    "viz.doctor.folder",
    "viz.figures.animation_frames",
    "viz.figures.node_card",
    "viz.trace.conditions.evaluate",
    "viz.trace.events",
}
"""The modules with a zip() of sequences of different lengths, or that find the network of an address."""

PLAN = {
    "viz.resources": ("", ""),
    "viz.wording": ("", ""),
    "viz.kernel": ("", ""),
    "viz.work": ("", ""),
    "viz.topology": ("kernel resources wording", "pydantic tomli_w"),
    "viz.trace": ("kernel wording", "pydantic"),
    "viz.readers": ("kernel trace", ""),
    "viz.analysis": ("kernel topology trace readers resources wording", ""),
    "viz.doctor": ("kernel topology trace analysis wording", ""),
    "viz.pressure": ("kernel topology trace analysis wording", "pydantic"),
    "viz.stories": ("kernel topology trace readers analysis pressure resources", "pydantic"),
    "viz.figures": ("kernel topology trace readers analysis pressure resources wording", "networkx"),
    "viz.media": ("", "PIL resvg_py"),
    "viz.page": ("kernel topology trace analysis figures resources wording", ""),
    "viz.app": (
        "kernel topology trace readers analysis doctor pressure stories figures media page work resources wording",
        "brotli dash flask segno uvicorn werkzeug",
    ),
    "viz.site": ("kernel topology trace analysis stories figures page app resources", ""),
    "viz.cli": (
        "kernel topology trace readers analysis doctor pressure stories figures media page app site work resources "
        "wording",
        "click rich",
    ),
    "viz.__main__": ("cli", ""),
    "viz": ("", ""),
}
"""Each room (package) of viz/ with the rooms and the libraries that it may import, as docs/architecture.md says."""


def plan() -> str:
    """Return the table PLAN as text, for the message of a failed test."""
    lines = ["A room may import the rooms above it that stand beside it; tests/test_architecture.py has the table:"]
    for room, (rooms, libraries) in PLAN.items():
        lines.append(f"  {room.removeprefix('viz.'):10} {rooms or '-'}{f' | {libraries}' if libraries else ''}")
    return "\n".join(lines)


def room_of(module: str) -> str:
    """Return the room of a module: `viz.kernel` for `viz.kernel.migrate`."""
    return ".".join(module.split(".")[:2])


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a module, which several tests walk."""
    return ast.parse(path.read_text())


def imports(module: str, path: Path) -> Iterator[str]:
    """Yield every module that the source of a module imports, including imports in functions."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*parents, node.module] if node.module else parents)
            names = [f"{source}.{alias.name}" for alias in node.names]
            yield from names if source == "viz" else [source]


def test_a_module_imports_only_what_its_room_may_import() -> None:
    found = [line for module, path in MODULES.items() for line in forbidden_imports(module, path)]
    assert found == [], plan()


def forbidden_imports(module: str, path: Path) -> Iterator[str]:
    """Yield a line for each import of a module that the plan does not allow."""
    rooms, libraries = PLAN[room_of(module)]
    allowed = {room_of(module), *(f"viz.{name}" for name in rooms.split())}
    for name in imports(module, path):
        library = name.split(".")[0]
        known = room_of(name) in allowed if library == "viz" else library in sys.stdlib_module_names
        if not known and library not in libraries.split():
            yield f"{module} imports {name}"


def test_the_plan_has_no_cycle_and_every_module_has_a_room() -> None:
    seen: set[str] = {"viz"}
    for room, (rooms, _) in PLAN.items():
        assert {f"viz.{name}" for name in rooms.split()} <= seen, f"{room} stands on a room below it.\n{plan()}"
        seen.add(room)
    assert {room_of(module) for module in MODULES} == set(PLAN), plan()
    assert {path.name for path in (ROOT / "viz").glob("*.py")} == {"__init__.py", "__main__.py"}, plan()


def test_the_document_has_the_same_table() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| `")
    ]
    table = {f"viz.{name.strip('`')}": (rooms, libraries) for name, _, rooms, libraries in rows if name[0] == "`"}
    assert table == {room: row for room, row in PLAN.items() if room not in ("viz", "viz.__main__")}, plan()


@pytest.mark.slow
@pytest.mark.parametrize("command", [["order"], ["trace"], ["why", "0"], ["readers"]], ids=lambda command: command[0])
def test_the_text_commands_load_no_picture_library(command: list[str]) -> None:
    topology = min((ROOT / "topologies").glob("*.toml"))
    script = (
        "import runpy, sys\n"
        "try: runpy.run_module('viz', run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print(*sorted({'dash', 'flask', 'plotly', 'networkx'} & set(sys.modules)), file=sys.stderr, end='')"
    )
    run = [sys.executable, "-c", script, command[0], str(topology), *command[1:]]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert done.stderr.rpartition("\n")[2] == ""


def test_modules_and_functions_are_short() -> None:
    assert [module for module, path in MODULES.items() if len(path.read_text().splitlines()) > MAX_LINES] == []
    assert [line for module, path in MODULES.items() for line in long_functions(module, path)] == []


def long_functions(module: str, path: Path) -> Iterator[str]:
    """Yield a line for each function of a module that has too many lines."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_LINES_OF_A_FUNCTION:
                yield f"{module}.{node.name} has {length} lines"


def test_no_guard_is_off() -> None:
    """Only the modules of LENIENT take what does not fit exactly, and no dataclass says that it is not frozen."""
    sources = {module: path.read_text() for module, path in MODULES.items()}
    assert {module for module, source in sources.items() if "strict=False" in source} == LENIENT
    assert [module for module, source in sources.items() if "frozen=False" in source or "slots=False" in source] == []


def test_no_line_of_the_browsers_side_is_too_long() -> None:
    """Biome does not break long comments and templates, so this test finds them."""
    files = [
        *(ROOT / "assets").rglob("*.mjs"),
        *(ROOT / "types").rglob("*.ts"),
        *(ROOT / "tests" / "js").rglob("*.mjs"),
    ]
    assert len(files) > 50
    long = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 120
    ]
    assert long == []
