"""Test XML inside other text: what is read, and which line an error names."""

from __future__ import annotations

import pytest

from viz.topology import TopologyError, load
from viz.topology.xml_tree import SEVERAL, parsed

PROSE = "Hello,\n\nthis is it:\n"
CELL = "<cell id='{}' cpus='{}' memory='{}'/>"
ZERO, TWO = CELL.format(0, "0", 1), CELL.format(2, "2", 1)


@pytest.mark.parametrize(
    "between", ["", "\n", " and ", "\n1 < 2, &amp; so on\n".replace("<", "&lt;"), "<vcpu>4</vcpu>\n", "<!-- x -->"]
)
def test_elements_that_follow_each_other_describe_one_machine(between: str) -> None:
    topology = load(f"{PROSE}{ZERO}{between}{TWO}\nBye\n").topology
    assert [(node.id, node.cpus) for node in topology.nodes] == [(0, "0"), (2, "2")]


def test_the_text_of_an_element_is_whole() -> None:
    root = parsed("<a>one<b/>two<!-- no -->three<b>x</b>\n \n</a>")
    assert (root.tag, root.text) == ("a", "onetwothree ")
    assert [child.text for child in root.all("b")] == ["", "x"]


def test_several_elements_get_a_root_and_keep_their_lines() -> None:
    root = parsed(f"{PROSE}<a/>\n<b>\n<c/></b> or <d/>\nnot < this")
    assert root.tag == SEVERAL
    assert [(element.tag, element.line) for element in root.walk()][1:] == [("a", 4), ("b", 5), ("c", 6), ("d", 6)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{PROSE}<numa>\n{ZERO}\n{CELL.format(1, '1', 'x')}</numa>", "line 6: memory must be"),
        (f"{PROSE}{ZERO}\n{CELL.format(1, '1', 'x')}", "line 5: memory must be"),
        (f"{PROSE}{ZERO}\n{TWO}<cell id='3'>", "line 5: is no XML"),
        (f"{PROSE}{ZERO}\n<cell 0a='1'/>{TWO}", "line 5: is no XML: not well-formed"),
        (f"{PROSE}{ZERO}\nthis & that {TWO}", "line 5: is no XML: not well-formed"),
        (
            f"{PROSE}<numa>{ZERO}</numa>\n<numa>{TWO}</numa>",
            "line 5: a second machine starts here, the first is on line 4",
        ),
        (f"{PROSE}<numa>{ZERO}</numa>\n<domain>{TWO}</domain>", "line 5: a second document starts here"),
        (f"{PROSE}<a/>\n<numa>{ZERO}&x;</numa>", "line 5: is no XML: undefined entity"),
    ],
)
def test_an_error_names_the_line_of_the_text(text: str, problem: str) -> None:
    with pytest.raises(TopologyError) as caught:
        load(text)
    assert str(caught.value).startswith(problem)
