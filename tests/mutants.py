"""Change viz/ at random, one place at a time, and print which changes no test notices.

A mutant is a copy of the repository with one number, comparison, operator or text of viz/ changed. The tests nearest to
the changed module run on it: the tests of the module, the tests that import it, the tests of its room, and some quick
ones of tests/browser. A mutant survives if all these tests pass: then a test is missing, or it makes no difference.
"""

from __future__ import annotations

import argparse
import ast
import io
import random
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.serving import ROOT

COPIED = (
    "viz",
    "assets",
    "topologies",
    "docs",
    "tests",
    "requirements",
    "pyproject.toml",
    "LICENSE",
    "package.json",
    "package-lock.json",
    "README.md",
    "LICENSES.md",
    "dev",
)
SWAPS = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "==": "!=",
    "!=": "==",
    "+": "-",
    "-": "+",
    "and": "or",
    "or": "and",
    "True": "False",
    "False": "True",
    "min": "max",
    "max": "min",
}
SHOWN_BY_A_BROWSER = ("figures", "page", "app")
BROWSER_TESTS = ("test_page.py", "test_registers.py", "test_code.py", "test_links.py", "test_accessibility.py")
PATIENCE = 600
"""The number of seconds that the tests of a mutant may take. A mutant whose tests take longer counts as noticed."""

TOO_LONG = ["too long"]
"""What stands in place of the names of failed tests if tests have taken longer than PATIENCE."""

FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/[^\s:\[]+(?:::\w+)*)", re.M)
"""The lines with which pytest names the tests that failed, and the files that it could not import."""

PASSED = (0, 5)
"""The exit statuses of pytest if no test fails: 5 if none is selected."""


class Mutant(NamedTuple):
    """A change of one token of a module: `old`, at column `start` of the line, becomes `new`."""

    module: Path
    line: int
    start: int
    old: str
    new: str

    def describe(self) -> str:
        """Return the place and the change as one line."""
        return f"{self.module}:{self.line}: {self.old} -> {self.new}"

    def apply(self, root: Path) -> None:
        """Write the changed module into the copy of the repository at `root`."""
        lines = (ROOT / self.module).read_text().splitlines(keepends=True)
        line = lines[self.line - 1]
        lines[self.line - 1] = line[: self.start] + self.new + line[self.start + len(self.old) :]
        (root / self.module).write_text("".join(lines))


def mutants_of(module: Path) -> Iterator[Mutant]:
    """Yield every mutant of a module, whose path is relative to the repository."""
    source = (ROOT / module).read_text()
    quiet = _lines_without_effect(ast.parse(source))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        (line, start), (end, _) = token.start, token.end
        if line == end and line not in quiet and (new := _changed(token)) is not None:
            yield Mutant(module, line, start, token.string, new)


def _changed(token: tokenize.TokenInfo) -> str | None:
    text = token.string
    if token.type == tokenize.NUMBER and text.replace("_", "").isdecimal():
        return str(int(text.replace("_", "")) + 1)
    if token.type in (tokenize.OP, tokenize.NAME):
        return SWAPS.get(text)
    if token.type == tokenize.STRING and not text.startswith(('"""', 'r"""')) and text[-2:] != '""':
        return f"{text[:-1]} X{text[-1]}"
    return None


def _lines_without_effect(tree: ast.Module) -> set[int]:
    """Return the numbers of lines whose changes no test can notice: imports, docstrings, annotations and types."""
    quiet = set[int]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) or _is_text_alone(node) or _is_for_types_only(node):
            quiet |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))  # type: ignore[attr-defined]
        for note in _annotations(node):
            quiet |= set(range(note.lineno, (note.end_lineno or note.lineno) + 1))
    return quiet


def _is_text_alone(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_types_only(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript | ast.BinOp):
        return any(
            isinstance(name, ast.Name) and name.id[0].isupper() and not name.id.isupper() for name in node.targets
        )
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.AnnAssign) and node.value is None:
        yield node.annotation
    if isinstance(node, ast.FunctionDef) and node.returns is not None:
        yield node.returns


def nearest_tests(module: Path) -> list[list[str]]:
    """Return lists of pytest's arguments for the tests nearest to a module; they are run until one of them fails.

    The slow tests come after the quick ones, because most mutants are noticed by these.
    """
    room, name = module.parts[1], module.stem
    dotted = ".".join(module.with_suffix("").parts).removesuffix(".__init__")
    files = [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if "browser" not in path.parts]
    own = [path for path in files if path.stem in (f"test_{name}", f"test_{name}s")]
    importing = [path for path in files if f"{dotted} import" in path.read_text() or f" {name}\n" in path.read_text()]
    of_room = sorted((ROOT / "tests" / room).rglob("test_*.py"))
    everywhere = ("pinned", "test_architecture.py", "cli", "test_goldens.py", "assets")
    rest = [ROOT / "tests" / name for name in everywhere]
    found: dict[Path, None] = dict.fromkeys([*own, *importing, *of_room, *rest])
    names = [str(path.relative_to(ROOT)) for path in found]
    runs = [["-m", "not slow", *names], ["-m", "slow", *names]]
    if room in SHOWN_BY_A_BROWSER:
        runs.append(["-m", "not slow", *(f"tests/browser/{test}" for test in BROWSER_TESTS)])
    return runs


def survives(mutant: Mutant, copy: Path) -> bool:
    """Return whether all tests nearest to the mutant pass in the copy. Afterwards restore the copy.

    Raise RuntimeError if a test that fails does so without the mutant, too: then it says nothing about the mutant.
    """
    mutant.apply(copy)
    try:
        failed = next(filter(None, (_failed(tests, copy) for tests in nearest_tests(mutant.module))), [])
    finally:
        shutil.copy(ROOT / mutant.module, copy / mutant.module)
    if failed and failed != TOO_LONG and (always := _failed(failed, copy)):
        raise RuntimeError(f"these tests fail without a mutant, too: {' '.join(always)}")
    return not failed


def _failed(tests: list[str], copy: Path) -> list[str]:
    """Run tests until one fails; return the files or functions of those that failed, or TOO_LONG."""
    command = [sys.executable, "-P", "-m", "pytest", "-x", "-q", "--tb=no", "-n", "2", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, timeout=PATIENCE, text=True)
    except subprocess.TimeoutExpired:
        return TOO_LONG
    if done.returncode in PASSED:
        return []
    return list(dict.fromkeys(FAILED.findall(done.stdout))) or ["tests"]


def copied(folder: Path) -> Path:
    """Copy the files that the tests need to a folder, and return the folder."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    return folder


def chosen(seed: int, count: int, under: str = "viz") -> list[Mutant]:
    """Return `count` mutants of the modules under a path, drawn at random; all possible mutants are equally likely."""
    modules = [path.relative_to(ROOT) for path in sorted((ROOT / under).rglob("*.py"))]
    everything = [mutant for module in modules for mutant in mutants_of(module)]
    return random.Random(seed).sample(everything, count)


def main() -> int:
    """Test the mutants, print the result of each, and return the number of survivors as the exit status."""
    parser = argparse.ArgumentParser(prog="./dev mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--under", metavar="FOLDER", default="viz", help="draw from the modules in this folder alone")
    options = parser.parse_args()
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(Path(folder))
        for number, mutant in enumerate(chosen(options.seed, options.count, options.under), 1):
            alive = survives(mutant, copy)
            survivors += alive
            print(f"{number:3} {'SURVIVES' if alive else 'noticed '} {mutant.describe()}", flush=True)
    print(f"{survivors} of {options.count} survive")
    return survivors


if __name__ == "__main__":
    sys.exit(main())
