"""Build the body of the page, for the server and for export, from page.html and the tables of choices below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template

from viz.kernel.releases import RELEASED
from viz.kernel.versions import VERSIONS, Version
from viz.topology.formats import names
from viz.wording import BUILT

SAVE_FORMATS = (
    ("toml", "TOML, as this program reads it"),
    ("json", "JSON, as this program reads it"),
    ("numactl", "output of numactl -H"),
    ("slit", "SLIT, as source for iasl"),
    ("libvirt", "libvirt <numa>"),
    ("qemu", "QEMU command line that boots it"),
)
"""The formats that the machine can be saved in: the keys of viz.topology.writers.WRITERS and their labels."""
STRIDES = (("0", "every step"), ("1", "by source"), ("2", "by pass"), ("3", "by event"), ("4", "for a talk"))
SPEEDS = (("", "to read"), *((speed, f"{speed}x") for speed in ("0.25", "0.5", "1", "2", "4", "8")))
"""The speeds of playing. Without one, each stop is shown for as long as its sentence takes to read."""
KEYS = (
    ("Space .", "play or pause"),
    (". b", "in the presenter mode: blank the screen, and bring it back"),
    ("← →", "a stride back or forward, on the stage, in the code and in the registers, too; with Shift: a source"),
    ("[ ]", "a pass back or forward"),
    ("Home End", "first step, last step"),
    ("1 2 3 4 5", "stride: every step, by source, by pass, by event, for a talk (about eight an event)"),
    ("+ -", "faster, slower"),
    (
        "↑ ↓",
        "on the stage: from node to node, and Enter asks why; in the code: from line to line, and Enter runs to it",
    ),
    ("Enter", "in the registers: the arrow keys go from cell to cell, and Enter asks why; Esc: they step again"),
    ("/", "find the step where something happens, such as: pass 2 begins; playing stops there"),
    ("g", "predict: whom will a node choose? ↑ ↓ and Enter, or a click on its card, answer"),
    ("p", "presenter mode; there c, r and w show code, registers and scores, Page Up and Page Down step"),
    ("m", "in presenter mode: the masks as bands under the stage, beside any panel"),
    ("Page Up, Page Down", "in a story or talk: through the stops, and through what is inside a stop of a talk"),
    ("s", "stop here: add what is shown to a talk of your own"),
    ("n", "notes: a second window for the speaker, with the next stop and a clock"),
    ("Ctrl V", "opens a pasted machine, in the presenter mode, too; the kernel stays"),
    ("f", "full screen"),
    ("d", "light or dark"),
    ("Ctrl Z", "undoes a change of the machine; with Shift, or Ctrl Y: does it again"),
    ("Esc", "closes the answer, leaves the story, leaves the presenter mode"),
    ("?", "this help: what this is, words, keys"),
)

TOOLS = (
    ("code", "Code", "The code that runs, and the scores"),
    ("edit", "Edit", "Change the machine: nodes, places, distances, ids"),
    ("events", "Events", "Build a scenario: memory and CPUs come and go"),
    ("compare", "Compare", "A second run in step with this one, and every version in a table"),
    ("stranding", "Stranding", "How much free memory goes unused when pages of a node may not go to others"),
    ("pressure", "Pressure", "What happens to pages when nodes fill up"),
    ("readers", "Readers", "What a reader without a lock can see"),
    ("log", "Log", "Paste what a kernel printed (dmesg), and see whether the same is computed here"),
    ("doctor", "Doctor", "Find out from a machine's own files whether it demotes and, if not, why"),
    ("what-if", "What if", "Change a rule of the kernel, and see what that changes"),
)
"""The tools beside the stage: name, label, purpose. All but the first have a folder in assets/tools/."""
EDIT_CODE = ("edit-code", "Patch", "Change lines of the routine, and see what moves")
"""A tool that only a page has whose browser runs Python itself, because no server runs what a page sends."""

LINKS = (
    ("open-find", "Find a step", "Find the step where something happens, or a story by its words (/)", ""),
    ("open-allowed", "Allowed nodes", "Choose which nodes a group of programs may use, and see what that changes", ""),
    (
        "predict-switch",
        "Predict",
        "Guess whom a node will choose, before you see it (g)",
        'aria-pressed="false"',
    ),
    ("open-own", "My machines", "Name or remove the machines that you have opened here", "hidden"),
    ("stop-here", "Stop here", "Add this step, as it is shown, to a talk of your own (s)", ""),
)
"""The links above the stage: id, label, purpose, further attributes."""

PROPOSED = "Patches and proposals, in no release"
"""The label of the group of kernels that nobody can install."""

Choices = Iterable[tuple[str, str]]
Groups = Mapping[str, Choices]


def body(topologies: Groups, kernel: str | None = None, edits_code: bool = False) -> str:
    """Return the page's body. `topologies` has, by group, the names and titles in the page's list of topologies.

    `kernel` is added to the page's list of kernels if it is not a row of the table. `edits_code` says whether the page
    has the tool EDIT_CODE.
    """
    template = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
    return template.substitute(
        topologies="".join(_group(*group) for group in topologies.items()),
        kernels=_kernels(kernel),
        tools="".join(_tab(*tool) for tool in (*TOOLS, *([EDIT_CODE] if edits_code else []))),
        links="".join(_link(*link) for link in LINKS),
        formats="".join(f"<li>{escape(name)}</li>" for name in names().split("; ")),
        forms=_options(SAVE_FORMATS),
        zonelists=_options((name, words.removeprefix("built ")) for name, words in BUILT.items()),
        sizes=_options(STRIDES, "1"),
        speeds=_options(SPEEDS),
        keys="".join(f'<tr><th scope="row">{escape(key)}</th><td>{escape(action)}</td></tr>' for key, action in KEYS),
    )


def _kernels(other: str | None) -> str:
    """Return the options of the list of kernels, in groups; `other` is a kernel to list beside the rows."""
    released = [row for row in VERSIONS if row in RELEASED]
    proposed = [row for row in VERSIONS if row not in RELEASED]
    first = _options([(other, other)]) if other and other not in {row.name for row in VERSIONS} else ""
    return first + _kernel_group("As posted, and released", released) + _kernel_group(PROPOSED, proposed)


def _kernel_group(label: str, rows: Iterable[Version]) -> str:
    options = "".join(
        f'<option value="{escape(row.name)}" title="{escape(row.kernels)}">{escape(kernel_label(row))}</option>'
        for row in rows
    )
    return f'<optgroup label="{escape(label)}">{options}</optgroup>'


def kernel_label(row: Version) -> str:
    """Return a version's name with what is new in it or, if the row does not say that, with its releases."""
    return f"{row.name}: {row.summary}" if row.summary else f"{row.name} ({row.kernels})"


def _tab(name: str, label: str, title: str) -> str:
    selected = 'aria-controls="beside" aria-selected="true"'
    unselected = 'aria-controls="tool" aria-selected="false" tabindex="-1"'
    state = selected if name == "code" else unselected
    return (
        f'<button type="button" role="tab" id="tool-{name}" data-tool="{name}" title="{escape(title)}" {state}>'
        f"{escape(label)}</button>"
    )


def _link(name: str, label: str, title: str, attributes: str) -> str:
    return (
        f'<button type="button" id="{name}" class="link" title="{escape(title)}" {attributes}>{escape(label)}</button>'
    )


def _group(label: str, choices: Choices) -> str:
    """Return options as a group under its label; without a label, the options alone."""
    return f'<optgroup label="{escape(label)}">{_options(choices)}</optgroup>' if label else _options(choices)


def _options(choices: Choices, chosen: str = "") -> str:
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
        for value, text in choices
    )
