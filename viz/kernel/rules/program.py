"""Copy modules of viz.kernel, some with changed source, and make the copies call each other.

A function looks names up in its module. So a function that calls a changed function needs a copy of its own module, in
which that name is the changed function. All else, above all classes, is shared with the modules that all rows use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import CodeType, FunctionType, ModuleType
from typing import Any

from viz.kernel.versions import VERSIONS

ROUTINES = (
    "what_if",
    "page_alloc",
    "migrate",
    "migrate_v5_15",
    "migrate_v5_17",
    "migrate_rfc2022",
    "memory_tiers",
    "memory_tiers_v6_17",
    "tier_sets",
    "fallback_lists",
    "next_demotion_node",
    "memory_hotplug",
    "cpu",
    "hotplug",
    "results",
)
"""The modules whose functions a run calls, directly or through others."""


def modules_with(
    changed: Mapping[ModuleType, str | CodeType],
    replaced: Mapping[tuple[str, str], FunctionType] | None = None,
    patch: ModuleType | None = None,
    names: Mapping[str, Any] | None = None,
) -> dict[str, ModuleType]:
    """Return copies of the routine modules by name; a module in `changed` gets the source that stands there.

    The source may be compiled already. `names` are further names for modules with a changed source.

    `replaced` has functions that replace others, by (module, function). They come from the module `patch`. If that
    module imports a function that it replaces, it gets the original, so that a replacement can call the original.
    """
    made = {module.__name__: _copy(module, changed.get(module), names or {}) for module in routine_modules()}
    if patch is not None:
        link(vars(patch), made)
    for (module_name, name), function in (replaced or {}).items():
        setattr(made[module_name], name, function)
    for module in made.values():
        link(vars(module), made)
    return made


def file_of(module: ModuleType) -> str:
    """Return the name of the file of a module, as the listing has it: "migrate.py"."""
    return f"{module.__name__.rpartition('.')[2]}.py"


def routine_modules() -> Iterable[ModuleType]:
    """Return the original modules of ROUTINES, and those with the routines of all rows."""
    names = (f"viz.kernel.{name}" for name in ROUTINES)
    for name in dict.fromkeys([*names, *(row.build_order.__module__ for row in VERSIONS)]):
        yield import_module(name)


def _copy(module: ModuleType, source: str | CodeType | None, further: Mapping[str, Any]) -> ModuleType:
    """Return a copy of a module: with the same names or, if there is a changed source, with that source's names."""
    copy = ModuleType(module.__name__, module.__doc__)
    names = vars(copy)
    if source is not None:
        names |= {"__file__": module.__file__, **further}
        code = compile(source, module.__file__ or module.__name__, "exec") if isinstance(source, str) else source
        exec(code, names)
        return copy
    names |= vars(module)
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            names[name] = _with_names(value, names)
    return copy


def _with_names(function: FunctionType, names: dict[str, Any]) -> FunctionType:
    """Return a copy of a function that looks its global names up in another module."""
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__doc__, copy.__annotations__ = function.__doc__, function.__annotations__
    copy.__module__ = function.__module__
    return copy


def link(names: dict[str, Any], made: Mapping[str, ModuleType]) -> None:
    """Replace in a namespace every function and module that has a copy in `made` by that copy."""
    for name, value in names.items():
        if isinstance(value, dict) and name != "__builtins__":
            names[name] = {key: _linked(entry, made) for key, entry in value.items()}
        else:
            names[name] = _linked(value, made)


def _linked(value: object, made: Mapping[str, ModuleType]) -> object:
    if isinstance(value, ModuleType):
        return made.get(value.__name__, value)
    if isinstance(value, FunctionType) and value.__module__ in made:
        return getattr(made[value.__module__], value.__name__, value)
    return value
