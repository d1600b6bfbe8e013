"""Write a Report as text: the verdict, then each cause with what to do, what is not known, and what is fine."""

from __future__ import annotations

from collections.abc import Iterator

from viz.doctor.findings import Finding
from viz.doctor.report import Report


def report_text(report: Report) -> str:
    """Return the report as lines of text."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield report.verdict
    yield f"kernel {report.kernel or 'unknown'}"
    yield from (f"note: {note}" for note in report.notes)
    by_state = {state: [f for f in report.findings if f.state == state] for state in ("cause", "unknown", "ok")}
    if by_state["cause"]:
        yield "\nWhat keeps pages from being demoted, or hides it:"
        for finding in by_state["cause"]:
            yield from _cause(finding)
    if by_state["unknown"]:
        yield "\nNot known, with the command that tells:"
        for finding in by_state["unknown"]:
            yield f"  {_name(finding)} {finding.says}"
            yield f"{_INDENT}$ {finding.do}"
    if by_state["ok"]:
        yield "\nFine:"
        yield from (f"  {_name(finding)} {finding.says}" for finding in by_state["ok"])


_INDENT = " " * 28


def _cause(finding: Finding) -> Iterator[str]:
    yield f"  {_name(finding)} {finding.says}"
    yield from (f"{_INDENT}{evidence.path}: {evidence.value}" for evidence in finding.evidence)
    yield f"{_INDENT}-> {finding.do}"


def _name(finding: Finding) -> str:
    return f"{finding.cause:>2} {finding.id:22}"
