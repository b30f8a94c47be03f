"""The names of streams, what they need, and which of them a status is for."""

from dataclasses import dataclass
from typing import Any

from alliance.text import slug_of
from web.mastodon.errors import NO_SCOPE

UNKNOWN = "Unknown stream"
NAMES = (
    *("user", "user:notification", "direct", "list", "hashtag", "hashtag:local"),
    *("public", "public:media", "public:local", "public:local:media", "public:remote", "public:remote:media"),
)
_MOST_CHARACTERS = 200
_STATUSES = ("read", "read:statuses")
_NOTIFICATIONS = ("read", "read:notifications")


class RefusedStream(Exception):
    """A stream that is not there, or not for this token; `status` as HTTP would say it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream; `about` is the hashtag as it was asked for, or the number of a list."""

    name: str
    about: str = ""

    @property
    def label(self) -> list[str]:
        """How messages name it."""
        return [self.name, self.about] if self.about else [self.name]

    @property
    def slug(self) -> str:
        """The topic of a hashtag."""
        return slug_of(self.about)

    @property
    def list_id(self) -> int | None:
        """Of a list."""
        return int(self.about) if self.name == "list" else None

    @property
    def has_statuses(self) -> bool:
        """Whether statuses come on it."""
        return self.name not in ("user:notification", "direct")


def stream_of(wanted: dict[str, Any], scopes: frozenset[str]) -> Stream:
    """The stream that `stream`, `tag` and `list` name. Raises RefusedStream.

    A token that may read notifications alone hears nothing else, and the other way round.
    """
    name = _text(wanted.get("stream"))
    if name not in NAMES:
        raise RefusedStream(400, UNKNOWN)
    needed = _NOTIFICATIONS if name == "user:notification" else _STATUSES
    if scopes.isdisjoint(needed):
        raise RefusedStream(401, NO_SCOPE)
    if name.startswith("hashtag"):
        return Stream(name, _tag(_text(wanted.get("tag"))))
    return Stream(name, _list(_text(wanted.get("list")))) if name == "list" else Stream(name)


def hears_notifications(scopes: frozenset[str]) -> bool:
    """Whether notifications come on the stream `user` as well."""
    return not scopes.isdisjoint(_NOTIFICATIONS)


def _tag(text: str) -> str:
    if not slug_of(text):
        raise RefusedStream(400, "Missing tag name parameter")
    return text


def _list(text: str) -> str:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise RefusedStream(404, "Record not found")
    return text


def _text(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 1 << 63 else ""
    return value.strip()[:_MOST_CHARACTERS] if isinstance(value, str) else ""
