"""Test that the SBOM in the wheel lists the packages that tierscope needs to run; ./dev lock renews it."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.metadata import RawMetadata

from tests.supply import sbom
from tests.supply.requirements import DIRECT, PROJECT, RUN, SBOM, TEST, Package, parse, runtime

TEXT = SBOM.read_text(encoding="utf-8")
BOM: dict[str, Any] = json.loads(TEXT)
NEEDED = runtime(parse(RUN.read_text(encoding="utf-8")))


def errors(text: str) -> Any:
    """Return the errors that the schema of CycloneDX reports, or None if the text is valid."""
    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)


def test_it_fits_the_schema() -> None:
    assert errors(TEXT) is None
    assert errors(TEXT.replace('"SHA-256"', '"SHA-257"')) is not None


def test_it_describes_this_version() -> None:
    component, project = BOM["metadata"]["component"], PROJECT["project"]
    assert (component["name"], component["version"]) == (project["name"], project["version"])
    assert component["licenses"] == [{"license": {"id": project["license"]}}]


def test_it_has_every_package_of_the_running_program_and_no_other() -> None:
    components = [
        (part["name"], part["version"], part["purl"], tuple(each["content"] for each in part["hashes"]))
        for part in BOM["components"]
    ]
    assert components == [
        (package.name, package.version, f"pkg:pypi/{package.name}@{package.version}", package.hashes)
        for package in NEEDED
    ]


def test_it_names_a_licence_for_each_package() -> None:
    components = BOM["components"]
    assert [part["name"] for part in components if not part["licenses"] or "none stated" in str(part)] == []


def test_it_says_what_each_package_needs() -> None:
    edges = {entry["ref"]: set(entry["dependsOn"]) for entry in BOM["dependencies"]}
    refs = {DIRECT: BOM["metadata"]["component"]["bom-ref"]} | {package.name: package.purl for package in NEEDED}
    for package in NEEDED:
        sources = {ref for ref, targets in edges.items() if package.purl in targets}
        assert sources == {refs[name] for name in package.needed_by if name in refs}
    assert edges.keys() == set(refs.values())


def test_it_has_nothing_that_differs_between_builds() -> None:
    assert "serialNumber" not in BOM
    assert "timestamp" not in BOM["metadata"]


@pytest.mark.parametrize("file", [RUN, TEST, SBOM], ids=lambda file: file.name)
def test_the_files_name_no_address_and_no_host(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"://|\b[\w-]+\.(?:com|dev|io|net|org)\b|\blocalhost\b|index", text) == []


@pytest.mark.slow
def test_the_wheel_has_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [path] = (name for name in archive.namelist() if "/sboms/" in name)
        assert path.partition("/")[2] == "sboms/tierscope.cdx.json"
        assert archive.read(path).decode() == TEXT


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"license_expression": "MIT"}, [{"license": {"id": "MIT"}}]),
        ({"license_expression": "MIT OR Apache-2.0"}, [{"expression": "MIT OR Apache-2.0"}]),
        ({"license": "mit"}, [{"license": {"id": "MIT"}}]),
        ({"classifiers": ["License :: OSI Approved :: MIT License"]}, [{"license": {"id": "MIT"}}]),
        (
            {"license": "BSD", "classifiers": ["Framework :: Dash", "License :: OSI Approved :: BSD License"]},
            [{"license": {"name": "BSD License"}}],
        ),
        ({"license": "A long text."}, [{"license": {"name": "A long text."}}]),
        ({}, [{"license": {"name": "none stated"}}]),
    ],
    ids=["one", "expression", "old field", "classifier", "vague", "text", "none"],
)
def test_a_licence_is_read_from_the_metadata_of_a_package(raw: RawMetadata, expected: list[Any]) -> None:
    assert sbom.licences(raw) == expected


def test_a_new_document_fits_the_schema() -> None:
    package = Package("click", "8.1.0", "sys_platform == 'linux'", ("0" * 64,), frozenset({DIRECT}))
    text = sbom.document(PROJECT["project"], [package], [{"name": "Click", "version": "8.1.0", "license": "MIT"}])
    assert errors(text) is None
    [component] = json.loads(text)["components"]
    assert component["properties"] == [{"name": "tierscope:marker", "value": "sys_platform == 'linux'"}]
