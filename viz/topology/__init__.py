"""What a person describes of a machine: documents, pasted listings and the built-in examples, all as Topology.

bytes --decode--> text --FORMATS--> Topology --machine(rules)--> viz.kernel's Machine
"""

from __future__ import annotations

from viz.topology.builtin import builtin, builtin_names
from viz.topology.errors import TopologyError, printable
from viz.topology.formats import FORMATS
from viz.topology.model import Event, Node, Topology

__all__ = ["Event", "Node", "Topology", "TopologyError", "builtin", "builtin_names", "printable", "read"]

MAX_INPUT = 16 * 2**20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read(data: bytes | str, name: str = "") -> Topology:
    """The topology that the data describes, in whatever format it is; TopologyError says why there is none.

    `name` is how errors call the source, such as a file name; "" or "-" for something pasted or piped.
    """
    try:
        text = _decoded(data)
        form = next((form for form in FORMATS if form.sniff(text)), None)
        if form is None:
            known = "; ".join(form.name for form in FORMATS)
            raise TopologyError(f"is nothing that is understood here; understood are: {known}")
    except TopologyError as error:
        raise error.within(name) from None
    return form.read(text, name)


def _decoded(data: bytes | str) -> str:
    if len(data) > MAX_INPUT:
        raise TopologyError(f"is larger than {MAX_INPUT // 2**20} MiB; no topology is")
    text = data if isinstance(data, str) else _text(data)
    if "\0" in text:
        raise TopologyError("holds NUL characters: it is binary data, or UTF-16 without its mark at the start")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise TopologyError("is empty; give a topology document (TOML or JSON) or the output of numactl -H")
    return text


def _text(data: bytes) -> str:
    encoding = "UTF-16" if data.startswith(_UTF16) else "UTF-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        kind = (
            "a PNG picture" if data.startswith(b"\x89PNG") else f"no text in {encoding} (byte {error.start} is wrong)"
        )
        raise TopologyError(f"is {kind}; give TOML, JSON or the output of numactl -H") from None
