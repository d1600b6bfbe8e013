"""Who may import whom, what `order` never loads, and how long a function may grow."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import ROOT

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "viz").rglob("*.py"))
}

LIBRARIES = {
    "viz": set[str](),
    "viz.resources": set[str](),
    "viz.kernel": set[str](),
    "viz.topology": {"pydantic", "tomli_w"},
    "viz.trace": {"pydantic"},
    "viz.run": set[str](),
    "viz.compare": set[str](),
    "viz.kernel_log": set[str](),
    "viz.counterexample": set[str](),
    "viz.stranding": set[str](),
    "viz.story": set[str](),
    "viz.play": set[str](),
    "viz.work": set[str](),
    "viz.figures": {"plotly", "networkx"},
    "viz.app": {"brotli", "dash", "flask", "plotly", "uvicorn", "werkzeug"},
    "viz.cli": {"click"},
    "viz.__main__": set[str](),
}
"""What a floor may import beside the standard library."""

BELOW = {
    "viz": set[str](),
    "viz.resources": set[str](),
    "viz.kernel": set[str](),
    "viz.topology": {"viz.kernel", "viz.resources"},
    "viz.trace": {"viz.kernel"},
    "viz.run": {"viz.kernel", "viz.topology", "viz.trace"},
    "viz.compare": {"viz.kernel", "viz.run", "viz.trace"},
    "viz.kernel_log": {"viz.kernel", "viz.topology", "viz.run"},
    "viz.counterexample": {"viz.kernel"},
    "viz.stranding": set[str](),
    "viz.story": {"viz.kernel", "viz.run", "viz.topology", "viz.trace"},
    "viz.figures": {"viz.kernel", "viz.topology", "viz.trace", "viz.run", "viz.resources", "viz.stranding"},
    "viz.play": {"viz.kernel", "viz.run", "viz.figures", "viz.story", "viz.topology", "viz.trace"},
    "viz.work": set[str](),
    "viz.__main__": {"viz.cli"},
}
"""The floors that a floor stands on."""

BELOW["viz.app"] = (
    {"viz.compare", "viz.kernel_log", "viz.play", "viz.stranding", "viz.work"}
    | BELOW["viz.play"]
    | BELOW["viz.figures"]
)
BELOW["viz.cli"] = {"viz.app", "viz.compare", "viz.counterexample", "viz.kernel_log"} | BELOW["viz.app"]


def floor_of(module: str) -> str:
    """`viz.kernel` for `viz.kernel.migrate`."""
    return ".".join(module.split(".")[:2])


def imports(module: str, path: Path) -> Iterator[str]:
    """Every module that a module's source names in an import, wherever it stands."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, node.module] if node.module else above)
            names = [f"{source}.{alias.name}" for alias in node.names]
            yield from names if source == "viz" else [source]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_floor_may(module: str) -> None:
    floor = floor_of(module)
    for name in imports(module, MODULES[module]):
        if name.split(".")[0] == "viz":
            assert floor_of(name) in {floor} | BELOW[floor], f"{module} imports {name}"
        else:
            library = name.split(".")[0]
            assert library in sys.stdlib_module_names | LIBRARIES[floor], f"{module} imports {name}"


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


@pytest.mark.parametrize("module", MODULES)
def test_nothing_grows_out_of_sight(module: str) -> None:
    source = MODULES[module].read_text()
    assert len(source.splitlines()) <= 300
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            length = node.end_lineno - node.lineno + 1
            assert length <= 45, f"{node.name} has {length} lines"
