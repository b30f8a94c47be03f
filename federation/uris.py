"""Every URI that we mint and every URI that we recognise as ours."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
PUBLIC_ALIASES = frozenset({PUBLIC, "as:Public", "Public"})

INSTANCE = "instance"
COMPANY = "company"

_PERSON = re.compile(r"person:(\d{1,19})")
_PATHS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"/actor"), lambda match: INSTANCE),
    (re.compile(r"/company"), lambda match: COMPANY),
    (re.compile(r"/people/(\d{1,19})"), lambda match: person_actor(int(match[1]))),
)


def person_actor(person_id: int) -> str:
    """The key by which one of our people is stored as an actor: `person:<id>`."""
    return f"person:{person_id}"


def person_id_of(actor: str) -> int | None:
    """The person behind an actor key, or None for instance and company."""
    match = _PERSON.fullmatch(actor)
    return int(match[1]) if match else None


def host_of(uri: str) -> str:
    """Lower-case host of a URI, with its port when one is written; empty when there is none."""
    try:
        parts = urlsplit(uri)
        port = f":{parts.port}" if parts.port is not None else ""
        return f"{parts.hostname or ''}{port}"
    except ValueError:
        return ""


def origin_of(uri: str) -> str:
    """Scheme and host of a URI: `https://lernen.example`."""
    return f"{urlsplit(uri).scheme}://{host_of(uri)}"


@dataclass(frozen=True)
class Uris:
    """The addresses of one instance; `origin` has no trailing slash."""

    origin: str

    @property
    def instance(self) -> str:
        return f"{self.origin}/actor"

    @property
    def company(self) -> str:
        return f"{self.origin}/company"

    @property
    def shared_inbox(self) -> str:
        return f"{self.origin}/inbox"

    @property
    def partners(self) -> str:
        return f"{self.origin}/partners"

    def person(self, person_id: int) -> str:
        return f"{self.origin}/people/{person_id}"

    def actor(self, actor: str) -> str:
        """The URI of one of our actors by its key."""
        if actor == INSTANCE:
            return self.instance
        if actor == COMPANY:
            return self.company
        person_id = person_id_of(actor)
        if person_id is None:
            raise ValueError(f"not the key of an actor: {actor}")
        return self.person(person_id)

    def session(self, session_id: int) -> str:
        return f"{self.origin}/sessions/{session_id}"

    def activity(self, activity_id: int) -> str:
        return f"{self.origin}/activities/{activity_id}"

    def topic(self, slug: str) -> str:
        return f"{self.origin}/sessions?topic={slug}"

    def media(self, name: str) -> str:
        """A picture in the media folder."""
        return f"{self.origin}/media/{name}"

    def meeting(self, attendance_id: int, mark: str) -> str:
        """The personal link of somebody who is going."""
        return f"{self.origin}/meet/{attendance_id}-{mark}"

    def is_ours(self, uri: str) -> bool:
        """Whether a URI lies on this instance."""
        return uri == self.origin or uri.startswith(f"{self.origin}/")

    def actor_key(self, uri: str) -> str | None:
        """The key of the actor of ours that a URI names, or None."""
        path = self._path(uri)
        for pattern, key in _PATHS:
            if path is not None and (match := pattern.fullmatch(path)):
                return key(match)
        return None

    def followers_of(self, uri: str) -> str | None:
        """The key of the actor whose followers collection a URI names, or None."""
        return self.actor_key(uri.removesuffix("/followers")) if uri.endswith("/followers") else None

    def session_id(self, uri: str) -> int | None:
        """The identifier of the session of ours that a URI names, or None."""
        return self._number(uri, "/sessions/")

    def activity_id(self, uri: str) -> int | None:
        """The identifier of the activity of ours that a URI names, or None."""
        return self._number(uri, "/activities/")

    def _path(self, uri: str) -> str | None:
        return uri[len(self.origin) :] if self.is_ours(uri) else None

    def _number(self, uri: str, prefix: str) -> int | None:
        path = self._path(uri) or ""
        rest = path.removeprefix(prefix)
        if rest == path or not re.fullmatch(r"[0-9]{1,19}", rest):
            return None
        return int(rest)
