"""StrictModel, the base of all tables of a topology document, and pydantic's errors as TopologyError."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from viz.topology.errors import TopologyError, shown


class StrictModel(BaseModel):
    """A table of a document; it cannot be changed once read, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, table: object) -> object:
        known = list(cls.model_fields)
        if isinstance(table, dict):  # pydantic itself would make an error for each of a million odd keys
            odd = next((key for key in table if key not in cls.model_fields), None)
            if odd is not None:
                raise TopologyError(
                    f"unknown key {shown(odd)}{_suggestion(odd, known)}; the keys are {', '.join(known)}"
                )
        elif not isinstance(table, cls):
            raise TopologyError(f"must be a table with the keys {', '.join(known)}, not {shown(table)}")
        return table


def first_problem(error: ValidationError) -> TopologyError:
    """Return the first error that pydantic found, with its key written like nodes[2].memory."""
    first = error.errors(include_url=False)[0]
    key = key_path(first["loc"])
    if first["type"] == "missing":
        return TopologyError(_MISSING.get(str(first["loc"][-1]), "is missing"), key)
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, TopologyError):
        return TopologyError(cause.problem, key + cause.key)
    if words := _WORDS.get(first["type"]):
        return TopologyError(f"must be {words.format(**first.get('ctx', {}))}, not {shown(first['input'])}", key)
    return TopologyError(str(cause or first["msg"]), key)


def key_path(parts: Iterable[str | int]) -> str:
    """Return a path of keys and indexes as a person writes it: nodes[2].memory."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return path.removeprefix(".")


_WORDS = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "literal_error": "{expected}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
}
"""What a value must be, by the type of pydantic's error, whose own words are those of a programmer."""

_MISSING = {
    "distances": 'is missing; give a matrix in the order of nodes, or "unknown" where nobody knows them',
    "nodes": "is missing; give a [[nodes]] table with id, cpus and memory for each node",
    "title": "is missing; give a short name",
    "cpus": 'is missing; give a count or a CPU list such as "0-3,8", 0 for none',
    "memory": 'is missing; give bytes or a size such as "64 GiB", 0 for none',
}


def _suggestion(odd: object, known: list[str]) -> str:
    close = get_close_matches(odd[:30], known, n=1) if isinstance(odd, str) else []
    return f", perhaps {close[0]} is meant" if close else ""
