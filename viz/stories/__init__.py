"""Read stories, which are lists of stops. A stop shows one step of a run and explains it in a text.

`story.py` checks a document, `resolved.py` finds the run and the step of each stop, `builtin.py` reads the files of
topologies/stories/ and topologies/talks/. A talk has a title in place of a question, and stops with more keys:
`talk.py` and `resolved_talk.py`. docs/stories.md and docs/talks.md have the formats.
"""

from viz.stories.builtin import (
    builtin_stories,
    builtin_story,
    builtin_talk,
    story_as_talk,
    story_names,
    talk_names,
)
from viz.stories.resolved import ResolvedStop, ResolvedStory, resolved, walked_change
from viz.stories.resolved_talk import MissingStop, ResolvedTalk, files_beside, resolved_talk
from viz.stories.story import GROUPS, Stop, StopOfRun, Story, read_story
from viz.stories.talk import TalkStop, like_talk, read_talk

__all__ = [
    "GROUPS",
    "MissingStop",
    "ResolvedStop",
    "ResolvedStory",
    "ResolvedTalk",
    "Stop",
    "StopOfRun",
    "Story",
    "TalkStop",
    "builtin_stories",
    "builtin_story",
    "builtin_talk",
    "files_beside",
    "like_talk",
    "read_story",
    "read_talk",
    "resolved",
    "resolved_talk",
    "story_as_talk",
    "story_names",
    "talk_names",
    "walked_change",
]
