"""What templates of conversations, reports and notifications are given, in the reader's words."""

from dataclasses import dataclass

from web.forms import Form
from web.pages.views import Act, Badge, Face


@dataclass(frozen=True)
class CommentView:
    """One comment for one reader; links are there for what this reader may do."""

    id: int
    depth: int
    face: Face
    company: Badge | None
    host: str
    when: str
    iso: str
    html: str
    edited: bool = False
    note: str = ""
    """What is special about it: it waits, is hidden, or was said to the host alone."""
    tone: str = ""
    reply_url: str | None = None
    acts: tuple[Act, ...] = ()
    original_url: str | None = None
    follows_nothing: bool = False
    """What it answers is not there to be read."""


@dataclass(frozen=True)
class Talk:
    """The conversation about a session."""

    comments: tuple[CommentView, ...]
    total: int
    form: Form | None
    action: str
    hint: str = ""
    closed: str = ""
    answering: CommentView | None = None
    more_url: str | None = None
    modes: tuple[tuple[str, str], ...] = ()
    mode: str = ""


@dataclass(frozen=True)
class InterestView:
    """How many find a session interesting, and the button that says so."""

    words: str
    act: Act | None
    own: bool = False


@dataclass(frozen=True)
class ReportView:
    """One report for moderators."""

    id: int
    about: str
    kind: str
    title: str
    url: str | None
    quote: str
    by: str
    reason: str
    when: str
    iso: str
    outcome: str = ""
    note: str = ""
    decisions: tuple[tuple[str, str], ...] = ()
    forward_url: str | None = None
    forwarded: str = ""


@dataclass(frozen=True)
class NotificationView:
    """One thing that happened."""

    url: str
    words: str
    quote: str
    when: str
    iso: str
    face: Face
    company: Badge | None
    unread: bool
