"""Define Finding: one thing that is odd about a machine, under one kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """A thing that is odd: its id, the nodes that it is about, a sentence or two, and a step of the trace to look at.

    If kernels disagree, each of `groups` lists kernels that agree with each other. `story` is the id of a built-in
    story about a machine of the same shape, None if there is none; `story_title` is its question, and `story_kernel`
    the kernel under which it has the finding, if that is another one.
    """

    id: str
    nodes: tuple[int, ...]
    says: str
    step: int
    groups: tuple[tuple[str, ...], ...] = ()
    story: str | None = None
    story_title: str | None = None
    story_kernel: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the finding, JSON-ready: "id", "nodes", "says" and "step", and of all others those that are set."""
        more = {
            "groups": [list(group) for group in self.groups],
            "story": self.story,
            "story_title": self.story_title,
            "story_kernel": self.story_kernel,
        }
        known = {key: value for key, value in more.items() if value}
        return {"id": self.id, "nodes": list(self.nodes), "says": self.says, "step": self.step, **known}
