"""Read a pasted text: unwrap it, choose a machine, collect what it says of tiers, and read the rest in its format."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from viz.topology.document import like_our_toml
from viz.topology.errors import KernelLogOnly, SecondMachine, SeveralMachines, TopologyError
from viz.topology.evidence_text import evidence_in
from viz.topology.formats import FORMATS, Format, names
from viz.topology.machines import choose, read_one
from viz.topology.parse_result import ParseResult
from viz.topology.tier_guess import with_tier_guesses
from viz.topology.trust import settled, with_sources
from viz.topology.unreadable import advice
from viz.topology.wrappers import View, views

ONLY_TIERS = "says which nodes are slower than others, and has no machine; run numactl -H, and give both in one paste"


def read_pasted(text: str, name: str, chosen: str = "") -> ParseResult:
    """Return the machine of the text; raise TopologyError if it has none, or several of which none is chosen."""
    try:
        return _read(text, name, chosen)
    finally:
        format_of.cache_clear()  # its keys are whole texts, which would stay in memory


def _read(text: str, name: str, chosen: str) -> ParseResult:
    form = format_of(text)
    if form and form.as_it_is != "never" and not _is_foreign(text, form):
        try:
            return read_one(text, name, chosen, read_whole)
        except SeveralMachines:
            raise
        except TopologyError as error:
            if form.as_it_is == "only":
                raise
            return _read_views(text, name, chosen, error)
    return _read_views(text, name, chosen, None)


def _is_foreign(text: str, form: Format[str]) -> bool:
    """Return whether a text in JSON or TOML is no topology document."""
    if form.name.endswith("JSON"):
        return '"nodes"' not in text and '"distances"' not in text and '"title"' not in text
    return form.name.endswith("TOML") and not like_our_toml(text)


def _read_views(text: str, name: str, chosen: str, error: TopologyError | None) -> ParseResult:
    """Return the machine of the first of views(text) that can be read; if there is none, that of the text itself."""
    for view in views(text):
        recognised = [part for part in view if (form := format_of(part.text)) and form.listing]
        attempts = [_attempt(part.text, name, chosen if len(recognised) == 1 else "") for part in recognised]
        try:
            if result := _one_of(recognised, attempts, name, chosen):
                return result
        except SeveralMachines as several:
            raise several.within(name) from None
        except TopologyError as wrong:
            error = error or wrong
        error = error or next((wrong for wrong in attempts if isinstance(wrong, TopologyError)), None)
    if error:
        raise error
    return read_one(text, name, chosen, read_whole)


def _one_of(
    view: View, attempts: list[ParseResult | TopologyError | None], name: str, chosen: str
) -> ParseResult | None:
    """Return the machine of the view's only text that can be read, or of the chosen text; None if none can be read."""
    readable = [index for index, attempt in enumerate(attempts) if not isinstance(attempt, TopologyError)]
    if not readable:
        return None
    if len(readable) > 1:
        labels = [view[index].name or f"text {number}" for number, index in enumerate(readable, 1)]
        readable, chosen = [readable[choose(labels, chosen)]], ""
    attempt = attempts[readable[0]]
    return attempt if isinstance(attempt, ParseResult) else read_one(view[readable[0]].text, name, chosen, read_whole)


def _attempt(text: str, name: str, chosen: str) -> ParseResult | TopologyError | None:
    """Return the machine of the text, or why it cannot be read; None if it has several, of which one must be chosen."""
    try:
        return read_whole(text, name, chosen)
    except (SecondMachine, SeveralMachines):
        return None
    except TopologyError as error:
        return error


@lru_cache(16)
def format_of(text: str) -> Format[str] | None:
    """Return the format of the text, or None; it is cached, because it is needed several times while a text is read."""
    return next((form for form in FORMATS if form.matches(text)), None)


def read_whole(text: str, name: str, chosen: str = "") -> ParseResult:
    """Return the one machine of the text; each node's tier comes from the most trusted source."""
    form = format_of(text)
    if form and not form.listing and not _is_foreign(text, form):
        return with_sources(with_tier_guesses(form.read(text, name)))
    evidence, rest = evidence_in(text)
    form = format_of(rest)
    if form is None or not form.listing:
        if evidence:
            raise KernelLogOnly(advice(text) or ONLY_TIERS, name=name)
        known = advice(text)
        if form is None or known:
            raise TopologyError(known or _nothing(), name=name)
    result = form.read(rest, name, chosen) if form.chooses else form.read(rest, name)
    evidence.add(result.evidence)
    return settled(replace(result, form=form.name), evidence)


def _nothing() -> str:
    return f"is nothing that is understood here; understood are: {names()}"
