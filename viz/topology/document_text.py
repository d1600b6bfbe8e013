"""Write a topology as a document for people to read: TOML or JSON, with one line per row of the matrix."""

from __future__ import annotations

import json
from typing import Any

import tomli_w

from viz.topology.model import Topology

_TABLES = ("node_load", "notes", "case")
_LATER = ("nodes", "distances", "events", *_TABLES)
"""Keys that follow all others, since they are tables or take several lines."""


def toml_text(topology: Topology) -> str:
    """Return the document as TOML, laid out like the files of topologies/."""
    document = topology.document()
    text = tomli_w.dumps({key: value for key, value in document.items() if key not in _LATER and value is not None})
    text += f"\n{_toml_distances(topology)}"
    for key in _TABLES:
        if document.get(key):
            text += "\n" + tomli_w.dumps({key: document[key]})
    for key in ("nodes", "events"):
        for table in document.get(key, ()):
            text += f"\n[[{key}]]\n{_toml_table(table)}"
    return text


def _toml_table(table: dict[str, Any]) -> str:
    """Return the keys of a table, with a table in it on one line, since a header of its own would end the outer one."""
    inner = {key: value for key, value in table.items() if isinstance(value, dict)}
    lines = tomli_w.dumps({key: value for key, value in table.items() if value is not None and key not in inner})
    for key, values in inner.items():
        lines += f"{key} = {{ {', '.join(f'{name} = {value}' for name, value in values.items())} }}\n"
    return lines


def _toml_distances(topology: Topology) -> str:
    if isinstance(topology.distances, str):
        return 'distances = "unknown"\n'
    pad = " " * 6
    head = "    # to:" + "".join(f"{node:>4} " for node in topology.ids).rstrip()
    rows = [
        f"    [{pad}{', '.join(f'{cell:>3}' for cell in row)}],  # from {node}"
        for node, row in zip(topology.ids, topology.distances, strict=True)
    ]
    return "\n".join(["distances = [", head, *rows, "]", ""])


def json_text(topology: Topology) -> str:
    """Return the document as JSON, with one line for each node and for each row of distances."""
    document = topology.document()
    return "{\n" + ",\n".join(f"  {json.dumps(key)}: {_json(value)}" for key, value in document.items()) + "\n}\n"


def _json(value: Any) -> str:
    if isinstance(value, list | tuple) and value and isinstance(value[0], list | dict):
        return "[\n    " + ",\n    ".join(json.dumps(item) for item in value) + "\n  ]"
    return json.dumps(value)
