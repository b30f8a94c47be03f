"""What a message to a channel says, before it takes the form of any service."""

from dataclasses import dataclass, field
from datetime import datetime

LONGEST_TITLE = 150
LONGEST_DETAIL = 300
MOST_LINES = 10


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that is told. `when`, `who` and `detail` may be empty; `url` is its page."""

    kind: str
    label: str
    """What happened, such as "New session"."""
    title: str
    url: str
    id: str
    """Its address for programs."""
    when: str = ""
    who: str = ""
    detail: str = ""
    at: datetime
    """When it was published or changed."""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    previous_starts_at: datetime | None = None
    timezone: str = ""
    company: str = ""
    language: str = ""
    audience: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is told at once: the first ten things, and how many more there are."""

    name: str
    """The same each time that it is tried."""
    heading: str
    lines: tuple[Line, ...]
    more: str = ""
    """Such as "and 12 more", for what did not fit in; empty when nothing is left."""
    open_label: str
    """What the button says that leads to a page."""
    company: str
    origin: str
    language: str
    sent_at: datetime
    is_test: bool = False
    spoken: str = field(default="")
    """All of it in one line, for notifications."""


def cut(text: str, most: int) -> str:
    """Text on one line, of at most `most` characters."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def facts_of(line: Line) -> tuple[str, ...]:
    """When, by whom and what else, as far as there is something to say."""
    return tuple(part for part in (line.when, line.who, line.detail) if part)


def as_text(message: Message) -> str:
    """The message without any markup, as it is read where nothing else is shown."""
    parts = [message.heading]
    for line in message.lines:
        parts.append("\n".join((f"{line.label}: {line.title}", *facts_of(line), line.url)))
    return "\n\n".join([*parts, *([message.more] if message.more else [])])
