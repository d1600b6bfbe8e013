"""Test the answers about changed rules, and what a server does with a person's own file as a kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from viz.app.answers import Job, answer_job
from viz.app.costs import HEAVY, cost
from viz.app.service import Service
from viz.kernel.rules import own_files
from viz.kernel.rules.switches import SWITCHES

SEED = "two-sockets-three-classes"
MINE = """
ROW = "v5.15"


def disable_all_migrate_targets(machine):
    yield from ()
"""


def answered(kind: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a service that has only built-in machines."""
    return answer_job(Job(kind, asked, Service()))


def test_the_rules_of_a_kernel_come_with_their_values_and_what_means_nothing() -> None:
    answer = answered("rules", {"topology": SEED, "kernel": "5.15 + used=sources"})
    assert (answer["row"], answer["name"]) == ("v5.15", "v5.15 + used=sources")
    rules = {rule["name"]: rule for rule in answer["rules"]}
    assert list(rules) == list(SWITCHES)
    assert (rules["used"]["own"], rules["used"]["value"], rules["used"]["whyNot"]) == ("chooser", "sources", "")
    assert "holds this pass already" in rules["this-pass"]["whyNot"]
    assert rules["zonelists"]["own"] == ""
    assert rules["penalty-cpu"]["number"]
    assert answered("rules", {"topology": SEED, "kernel": "v5.15 + used=x"}).keys() == {"error"}


def test_every_version_and_the_what_if_on_show_are_in_the_table() -> None:
    asked = {"topology": SEED, "kernel": "v5.15 + used=sources"}
    rows = {row["name"]: row for row in answered("versions", asked)["rows"]}
    assert rows["v5.15 + used=sources"]["differs"] == []
    assert rows["v5.15"]["differs"] == [2, 4]
    machines = answered("machines", asked)["rows"]
    assert next(row for row in machines if row["shown"])["told"].startswith("0 → 1, 1 → 2, 2 → 1")


def test_a_visitor_cannot_name_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    for kernel in (str(path), "./mine.py", "mine.py", f"{path} + tie=id"):
        for kind in ("play", "whole", "versions", "rules", "against", "readers"):
            asked = {"topology": SEED, "kernel": kernel, "other": {"topology": SEED, "kernel": kernel}}
            assert "unknown kernel" in answered(kind, asked)["error"], kind


def test_a_run_of_a_file_is_heavy_and_its_process_gets_the_file(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    name = own_files.register(tmp_path / "mine.py")
    service = Service(kernel=name)
    for asked in ({"topology": SEED}, {"topology": SEED, "kernel": name}):
        assert cost("play", asked, service) == HEAVY
    assert cost("patch", {"topology": SEED, "kernel": name}, service) < HEAVY
    assert cost("play", {"topology": SEED, "kernel": "v5.15"}, service) < HEAVY
    own_files.forget_all()  # as in a process that has just begun
    play = answer_job(Job("play", {"topology": SEED}, service))
    assert (play["kernel"], play["asked"]) == (name, name)
    assert play["patch"] == answer_job(Job("patch", {"topology": SEED, "kernel": name}, service))["mark"]
    fixed = answer_job(Job("rules", {"topology": SEED, "kernel": name}, service))
    assert "changed in the file itself" in fixed["fixed"]
    (tmp_path / "mine.py").write_text(MINE.replace("yield from ()", "yield from nobody"))
    assert play["patch"] != answer_job(Job("patch", {"topology": SEED, "kernel": name}, service))["mark"]
    wrong = answer_job(Job("play", {"topology": SEED}, service))
    assert wrong == {"error": "mine.py, line 6: NameError: name 'nobody' is not defined"}
