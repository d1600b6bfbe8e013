"""Write the SBOM: a CycloneDX document that lists what tierscope needs to run.

The document depends on nothing but the requirements.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cyclonedx.spdx import fixup_id, is_expression
from packaging.metadata import RawMetadata, parse_email
from packaging.utils import canonicalize_name

from tests.supply.requirements import DIRECT, Package

Json = dict[str, Any]


def metadata(wheel: Path) -> RawMetadata:
    """Return the metadata of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA") and name.count("/") == 1)
        return parse_email(archive.read(name))[0]


def licences(raw: RawMetadata) -> list[Json]:
    """Return a package's licences: as SPDX identifiers or expressions if possible, else as the package names them."""
    stated = raw.get("license_expression") or raw.get("license") or "none stated"
    if fixup_id(stated):
        return [{"license": _license(stated)}]
    if is_expression(stated):
        return [{"expression": stated}]
    classifiers = [text.rpartition(" :: ")[2] for text in raw.get("classifiers", []) if text.startswith("License ::")]
    return [{"license": _license(name)} for name in classifiers or [stated]]


def _license(name: str) -> Json:
    known = fixup_id(name) or fixup_id(name.removesuffix(" License"))
    return {"id": known} if known else {"name": name}


def component(package: Package, raw: RawMetadata) -> Json:
    """Return the CycloneDX component that describes a package, with the hashes of all its files."""
    marker = [{"name": "tierscope:marker", "value": package.marker}] if package.marker else []
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "hashes": [{"alg": "SHA-256", "content": content} for content in package.hashes],
        "licenses": licences(raw),
        **({"properties": marker} if marker else {}),
    }


def document(project: Mapping[str, Any], packages: Sequence[Package], metadata: Iterable[RawMetadata]) -> str:
    """Return the SBOM as JSON, without a serial number and a time, so that all builds of a wheel are equal."""
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    raws = {f"{canonicalize_name(raw['name'])}@{raw['version']}": raw for raw in metadata}
    described = {"type": "application", "bom-ref": own, "name": project["name"], "version": project["version"]}
    refs = {DIRECT: own} | {package.name: package.purl for package in packages}
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**described, "purl": own, "licenses": [{"license": {"id": project["license"]}}]}},
        "components": [component(package, raws[f"{package.name}@{package.version}"]) for package in packages],
        "dependencies": [
            {"ref": ref, "dependsOn": [package.purl for package in packages if name in package.needed_by]}
            for name, ref in refs.items()
        ],
    }
    return json.dumps(bom, indent=2) + "\n"
