"""Test the import maps: each module has a name, and an exported page that lacks an imported module is an error."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.command import refusal
from tests.serving import ROOT
from viz.page import modules
from viz.page.modules import IMPORTS, LATER_STYLES, STYLES, MissingModule, carried, names, paths, served
from viz.resources import assets, topologies


def folder(place: Path, **modules: str) -> Path:
    """Write the modules to core/ and a page.mjs that imports the first of them; return the folder."""
    (place / "core").mkdir()
    for name, text in modules.items():
        (place / f"core/{name}.mjs").write_text(text)
    (place / "page.mjs").write_text(f'import "#core/{next(iter(modules))}";\n')
    return place


def imported(place: Path) -> list[str]:
    return list(json.loads(carried(place))["imports"])


def test_the_served_map_names_every_module() -> None:
    urls = json.loads(served(assets(), "/assets/x"))["imports"]
    assert list(urls) == names(assets())
    assert urls["#core/trace"] == "/assets/x/core/trace.mjs"
    assert "data:" not in served(assets(), "/assets/x")


def test_the_paths_are_those_of_all_modules_and_style_sheets() -> None:
    found = paths(assets())
    assert sorted(f"#{path.removesuffix('.mjs')}" for path in found if path.endswith(".mjs")) == names(assets())
    styles = {path for path in found if path.endswith(".css")}
    assert {f"styles/{name}.css" for name in (*STYLES, *LATER_STYLES)} < styles
    assert {f"tools/{path.parent.name}/style.css" for path in assets().glob("tools/*/style.css")} < styles
    assert len(found) == len(names(assets())) + len(styles)


def test_node_and_typescript_resolve_the_same_names() -> None:
    imports = json.loads((ROOT / "package.json").read_text())["imports"]
    for name in names(assets()):
        room, _, rest = name.partition("/")
        target = imports.get(name) or imports[f"{room}/*"].replace("*", rest)
        assert (ROOT / target).is_file(), name


def test_every_import_is_a_name_of_the_map() -> None:
    known = set(names(assets()))
    for file in assets().rglob("*.mjs"):
        assert set(IMPORTS.findall(file.read_text(encoding="utf-8"))) <= known, file


@pytest.mark.parametrize(
    "text",
    [
        'import { a as b } from "#core/b";',
        "import * as b from '#core/b';",
        'import "#core/b";',
        'import {\n  a,\n  c as d,\n} from "#core/b";',
        'import { a } from "#core/b"',
        "import{a}from'#core/b'",
        'export { a } from "#core/b";',
        'export * from "#core/b";',
        'export const b = () => import("#core/b");',
    ],
)
def test_any_import_is_followed(tmp_path: Path, text: str) -> None:
    assert imported(folder(tmp_path, a=f"// A module.\n{text}\n", b="export const a = 1, c = 2;")) == [
        "#page",
        "#core/a",
        "#core/b",
    ]


@pytest.mark.parametrize(
    "text",
    [
        'import.meta.resolve("#core/none");',
        'export const part = ({ from, to }) => find("#core/none");',
        'export const from = "#core/none";',
    ],
)
def test_what_only_looks_like_an_import_is_none(tmp_path: Path, text: str) -> None:
    assert imported(folder(tmp_path, a=f"{text}\n")) == ["#page", "#core/a"]


def test_a_cycle_is_carried_once(tmp_path: Path) -> None:
    place = folder(tmp_path, a='import "#core/b";\n', b='import "#core/a";\n')
    assert imported(place) == ["#page", "#core/a", "#core/b"]


@pytest.mark.parametrize("name", ["#core/renamed", "./b.mjs", "#elsewhere/b"])
def test_what_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    place = folder(tmp_path, a=f'import {{ b }} from "{name}";\n', b="")
    with pytest.raises(MissingModule, match=rf"^assets/core/a.mjs imports {name}, and assets/ has no such module$"):
        carried(place)


def test_a_command_names_it_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [name for name in names(assets()) if name != "#core/words"]
    monkeypatch.setattr(modules, "names", lambda _: known)
    said = refusal("export", str(topologies() / "two-sockets-three-classes.toml"))
    assert re.search(r"assets/\S+\.mjs imports #core/words, and assets/ has no such module", said)


def test_a_text_that_would_end_the_script_does_not(tmp_path: Path) -> None:
    assert "</script" not in carried(folder(tmp_path, a="const end = '</script><!--';\n"))


def test_a_type_that_a_comment_names_is_no_import(tmp_path: Path) -> None:
    (tmp_path / "page.mjs").write_text('/** @type {typeof import("#core/none")} */\nexport const none = 1;\n')
    assert list(json.loads(carried(tmp_path))["imports"]) == ["#page"]
