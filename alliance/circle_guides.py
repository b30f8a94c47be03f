"""Guides that learning circles can follow, by name and address; nothing of them is copied."""

from dataclasses import dataclass

from alliance.models import WEEKS

__all__ = ["AGENDA_TEXTS", "GUIDES", "WEEKS", "Guide"]


@dataclass(frozen=True)
class Guide:
    """A guide: its name, where it is, under which licence."""

    title: str
    url: str
    licence: str = "Creative Commons"


# The guides of the lernOS community (https://lernos.org), each in a repository of its own.
GUIDES = (
    Guide("lernOS für Dich", "https://github.com/cogneon/lernos-for-you"),
    Guide("lernOS KI", "https://github.com/cogneon/lernos-ai"),
    Guide("lernOS Zettelkasten", "https://github.com/cogneon/lernos-zettelkasten"),
    Guide("lernOS Sketchnoting", "https://github.com/cogneon/lernos-sketchnoting"),
    Guide("lernOS Podcasting", "https://github.com/cogneon/lernos-podcasting"),
    Guide("lernOS Community Management", "https://github.com/cogneon/lernos-cmgmt"),
    Guide("lernOS Achtsamkeit", "https://github.com/cogneon/lernos-achtsamkeit"),
    Guide("lernOS Content Curation", "https://github.com/cogneon/lernos-content-curation"),
    Guide("lernOS Expert Debriefing", "https://github.com/cogneon/lernos-expert-debriefing"),
)

AGENDA_TEXTS = (
    "Getting to know each other: who are we, and what brings each of us here?",
    "What each of us wants to have learned in twelve weeks, in one sentence.",
    "Who already knows about it? Names, places and sources for each of us.",
    "First steps: show each other what you tried this week.",
    "Halfway to the middle: what is harder than you thought?",
    "Ask somebody outside of the circle, and tell what they said.",
    "The middle: look at your sentence again. Does it still hold?",
    "Show something unfinished, and let the others say what they see.",
    "What helps you to stay with it? Exchange your habits.",
    "Teach the others one thing that you have learned.",
    "What will be left of it, and who else should hear about it?",
    "Tell your story: what has changed, and celebrate.",
)
"""Msgids: what a circle does in each of its weeks where its guide says nothing else."""
