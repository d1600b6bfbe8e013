"""Described: what all tables of a topology document have in common, and pydantic's verdict in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from viz.topology.errors import TopologyError, shown


class StrictModel(BaseModel):
    """A table of a document: unchangeable once read, and no key is passed over in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, table: object) -> object:
        known = list(cls.model_fields)
        if isinstance(table, dict):  # here, or a document of a million odd keys would make a million errors
            odd = next((key for key in table if key not in cls.model_fields), None)
            if odd is not None:
                raise TopologyError(f"unknown key {shown(odd)}{_meant(odd, known)}; the keys are {', '.join(known)}")
        elif not isinstance(table, cls):
            raise TopologyError(f"must be a table with the keys {', '.join(known)}, not {shown(table)}")
        return table


def first_problem(error: ValidationError) -> TopologyError:
    """The first thing that pydantic found, with its place written as in the document: nodes[2].memory."""
    found = error.errors(include_url=False)[0]
    key = key_path(found["loc"])
    if found["type"] == "missing":
        return TopologyError(_MISSING.get(str(found["loc"][-1]), "is missing"), key)
    cause = found.get("ctx", {}).get("error")
    if isinstance(cause, TopologyError):
        return TopologyError(cause.problem, key + cause.key)
    return TopologyError(str(cause or found["msg"]), key)


def key_path(places: Iterable[str | int]) -> str:
    """A path of keys and list places as a person writes it: nodes[2].memory."""
    path = "".join(f"[{place}]" if isinstance(place, int) else f".{place}" for place in places)
    return path.removeprefix(".")


_MISSING = {
    "distances": 'is missing; give a matrix in the order of nodes, or "unknown" where nobody knows them',
    "nodes": "is missing; give a [[nodes]] table with id, cpus and memory for each node",
    "title": "is missing; give the machine a name",
    "cpus": 'is missing; give a count or a CPU list such as "0-3,8", 0 for none',
    "memory": 'is missing; give bytes or a size such as "64 GiB", 0 for none',
}


def _meant(odd: object, known: list[str]) -> str:
    close = get_close_matches(odd[:30], known, n=1) if isinstance(odd, str) else []
    return f", perhaps {close[0]} is meant" if close else ""
