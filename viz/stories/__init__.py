"""Read stories, which are lists of stops. A stop shows one step of a run and explains it in a text.

`story.py` checks a document, `resolved.py` finds the run and the step of each stop, `builtin.py` reads the files of
topologies/stories/. docs/stories.md has the format.
"""

from viz.stories.builtin import builtin_stories, builtin_story, story_names
from viz.stories.resolved import ResolvedStop, ResolvedStory, resolved
from viz.stories.story import GROUPS, Stop, Story, Walk, read_story

__all__ = [
    "GROUPS",
    "ResolvedStop",
    "ResolvedStory",
    "Stop",
    "Story",
    "Walk",
    "builtin_stories",
    "builtin_story",
    "read_story",
    "resolved",
    "story_names",
]
