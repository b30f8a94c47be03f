"""What other servers tell us, as plain values: checked and cut to size before anything is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class ProfileNews:
    """What an expert elsewhere shows of themselves."""

    audience: str = "public"
    """`public` or `alliance`."""
    headline: str = ""
    about_html: str = ""
    """Not sanitised yet."""
    languages: Sequence[str] = ()
    ask_me_about: Sequence[str] = ()
    topics: Sequence[str] = ()
    """Names."""
    is_leader: bool = False
    takes_letters: bool = False


@dataclass(frozen=True, kw_only=True)
class PersonNews:
    """Somebody elsewhere. The company follows from the host of `uri`; without a profile nothing is shown."""

    uri: str
    username: str
    host: str
    name: str
    url: str | None = None
    profile: ProfileNews | None = None


@dataclass(frozen=True, kw_only=True)
class TranslationNews:
    """A session in another language than its own."""

    language: str
    title: str
    description_html: str = ""
    """Not sanitised yet."""


@dataclass(frozen=True)
class SeriesNews:
    """A series of another company as one of its dates names it; `rhythm` in words, by language."""

    uri: str
    title: str = ""
    rhythm: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SessionNews:
    """A session of another company. Moments are aware; `host_uri` names somebody told of before."""

    uri: str
    title: str
    starts_at: datetime
    updated_at: datetime
    audience: str
    """`public` or `alliance`."""
    ends_at: datetime | None = None
    published_at: datetime | None = None
    timezone: str = "UTC"
    url: str | None = None
    description_html: str = ""
    """Not sanitised yet."""
    language: str = "en"
    previous_starts_at: datetime | None = None
    place: str = "online"
    place_name: str = ""
    place_address: str = ""
    capacity: int | None = None
    going_count: int = 0
    waiting_count: int = 0
    join_mode: str = "free"
    status: str = "scheduled"
    status_note: str = ""
    conversation: str = "moderated"
    sequence: int | None = None
    topics: Sequence[str] = field(default=())
    host_uri: str | None = None
    translations: Sequence[TranslationNews] = ()
    materials: Sequence[tuple[str, str, str]] = ()
    """Kind, title and address of what there is to see or read again."""
    transcripts: Sequence[tuple[str, str]] = ()
    """Language and address of each of what was said."""
    series: SeriesNews | None = None
    """What it is a date of."""
    is_leaders: bool = False


@dataclass(frozen=True, kw_only=True)
class CommentNews:
    """A remark of somebody elsewhere about a session. Moments are aware."""

    uri: str
    html: str
    """Not sanitised yet."""
    url: str | None = None
    is_public: bool = False
    is_private: bool = False
    """Said to the host alone."""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    mentions: Sequence[int] = ()
    """Those of our people who are named in it."""


@dataclass(frozen=True, kw_only=True)
class StoryNews:
    """A story that somebody at a partner tells. Moments are aware."""

    uri: str
    html: str
    """Not sanitised yet."""
    audience: str
    """`public` or `alliance`; `company` for one that is no longer for us."""
    is_quiet: bool = False
    url: str | None = None
    spoiler: str = ""
    language: str = ""
    about: Sequence[str] = ()
    """Identities of sessions that it may be about."""
    parent_uri: str | None = None
    """Identity of the story that it answers."""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    mentions: Sequence[int] = ()
    """Those of our people who are named in it."""
