"""Every URI that we mint and every URI that we recognise as ours."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
PUBLIC_ALIASES = frozenset({PUBLIC, "as:Public", "Public"})

INSTANCE = "instance"
COMPANY = "company"

_DEFAULT_PORTS = {"https": 443, "http": 80}
LARGEST_ID = (1 << 63) - 1
_ID = re.compile(r"[1-9][0-9]{0,18}")
_PERSON = "person:"
_COMMUNITY = "community:"
_TOKEN_CHARACTERS = 40
_CIRCLE = re.compile(r"/circles/(?:places/([A-Za-z0-9_-]{16,40})|(?:mine/)?([0-9]{1,19}))")


def person_actor(person_id: int) -> str:
    """The key by which one of our people is stored as an actor: `person:<id>`."""
    return f"person:{person_id}"


def person_id_of(actor: str) -> int | None:
    """The person behind an actor key, or None for instance and company."""
    return identifier(actor.removeprefix(_PERSON)) if actor.startswith(_PERSON) else None


def community_actor(community_id: int) -> str:
    """The key by which one of our communities is stored as an actor: `community:<id>`."""
    return f"community:{community_id}"


def community_id_of(actor: str) -> int | None:
    """The community behind an actor key, or None for everybody else."""
    return identifier(actor.removeprefix(_COMMUNITY)) if actor.startswith(_COMMUNITY) else None


def identifier(digits: str) -> int | None:
    """The identifier that `digits` write, or None: no database holds more than 63 bits, and each of our
    addresses has one spelling."""
    found = int(digits) if _ID.fullmatch(digits) else 0
    return found if 0 < found <= LARGEST_ID else None


def comment_key(written: str) -> tuple[int, str] | None:
    """Identifier and token as they stand in the address of a comment: `<id>-<token>`."""
    digits, separator, token = written.partition("-")
    found = identifier(digits)
    return (found, token) if found is not None and separator and len(token) <= _TOKEN_CHARACTERS else None


@lru_cache(maxsize=4096)
def host_of(uri: str) -> str:
    """Lower-case host of a URI, with its port unless it is the scheme's own; empty when there is none.

    One host has one name here, whatever it calls itself: a dot at the end or a port that goes without saying
    would lead past blocks and limits.
    """
    try:
        parts = urlsplit(uri)
        usual = parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme)
        return (parts.hostname or "").rstrip(".") + ("" if usual else f":{parts.port}")
    except ValueError:
        return ""


def origin_of(uri: str) -> str:
    """Scheme and host of a URI: `https://lernen.example`; of what can't be read none that a URI has."""
    try:
        return f"{urlsplit(uri).scheme}://{host_of(uri)}"
    except ValueError:
        return "://"


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
        if (community_id := community_id_of(actor)) is not None:
            return self.community(community_id)
        person_id = person_id_of(actor)
        if person_id is None:
            raise ValueError(f"not the key of an actor: {actor}")
        return self.person(person_id)

    def community(self, community_id: int) -> str:
        """A community of ours: its page, its document and its identity."""
        return f"{self.origin}/communities/{community_id}"

    def session(self, session_id: int) -> str:
        return f"{self.origin}/sessions/{session_id}"

    def transcript(self, session_id: int, transcript_id: int) -> str:
        """What was said in a session of ours, as WebVTT, for whoever may see the session."""
        return f"{self.session(session_id)}/transcripts/{transcript_id}.vtt"

    def series(self, series_id: int) -> str:
        """What the dates of a series belong to; a page for people as well."""
        return f"{self.origin}/series/{series_id}"

    def activity(self, activity_id: int) -> str:
        return f"{self.origin}/activities/{activity_id}"

    def comment(self, comment_id: int, token: str) -> str:
        """A comment of one of our people; the token keeps others from finding it by counting."""
        return f"{self.origin}/comments/{comment_id}-{token}"

    def story(self, story_id: int, token: str) -> str:
        """A story of one of our people: its page and its document."""
        return f"{self.origin}/stories/{story_id}-{token}"

    def letter(self, letter_id: int) -> str:
        """What one of our people wrote to somebody elsewhere; an identity alone, nothing is served there."""
        return f"{self.origin}/letters/{letter_id}"

    def wish(self, wish_id: int, token: str) -> str:
        """What one of our people asks for or offers: its page and its document."""
        return f"{self.origin}/requests/{wish_id}-{token}"

    def circle_call(self, call_id: int) -> str:
        """A call of ours for learning circles; of these and what follows nothing is served to machines."""
        return f"{self.origin}/circles/{call_id}"

    def circle(self, circle_id: int) -> str:
        """A circle that we formed."""
        return f"{self.origin}/circles/mine/{circle_id}"

    def circle_place(self, token: str) -> str:
        """Somebody of ours who signed up for a circle, by pseudonym."""
        return f"{self.origin}/circles/places/{token}"

    def circle_note(self, note_id: int) -> str:
        """What one of our people said to their circle."""
        return f"{self.origin}/circles/notes/{note_id}"

    def circle_key(self, uri: str) -> str | None:
        """The number of the call or circle, or the token of the place of ours that a URI names, or None."""
        found = _CIRCLE.fullmatch(self._path(uri) or "")
        if found is None:
            return None
        return found[1] or (found[2] if identifier(found[2]) is not None else None)

    def replies(self, session_id: int) -> str:
        """The conversation about a session of ours."""
        return f"{self.session(session_id)}/replies"

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
        if path in ("/actor", "/company"):
            return INSTANCE if path == "/actor" else COMPANY
        if (community_id := self._number(uri, "/communities/")) is not None:
            return community_actor(community_id)
        person_id = self._number(uri, "/people/")
        return person_actor(person_id) if person_id is not None else None

    def followers_of(self, uri: str) -> str | None:
        """The key of the actor whose followers collection a URI names, or None."""
        return self.actor_key(uri.removesuffix("/followers")) if uri.endswith("/followers") else None

    def session_id(self, uri: str) -> int | None:
        """The identifier of the session of ours that a URI names, or None."""
        return self._number(uri, "/sessions/")

    @staticmethod
    def hosts_of(session_uri: str) -> str:
        """Those who hold a session, ours or another, as what somebody is invited into."""
        return f"{session_uri}#organizers"

    def note(self, note_id: int) -> str:
        """A Note about a session of ours; its number is the one of the Create that carried it."""
        return f"{self.origin}/notes/{note_id}"

    def note_id(self, uri: str) -> int | None:
        """The identifier of the Note of ours that a URI names, or None."""
        return self._number(uri, "/notes/")

    def activity_id(self, uri: str) -> int | None:
        """The identifier of the activity of ours that a URI names, or None."""
        return self._number(uri, "/activities/")

    def comment_key(self, uri: str) -> tuple[int, str] | None:
        """Identifier and token of the comment of ours that a URI names, or None."""
        path = self._path(uri) or ""
        return comment_key(path.removeprefix("/comments/")) if path.startswith("/comments/") else None

    def story_key(self, uri: str) -> tuple[int, str] | None:
        """Identifier and token of the story of ours that a URI names, or None."""
        path = self._path(uri) or ""
        return comment_key(path.removeprefix("/stories/")) if path.startswith("/stories/") else None

    def wish_key(self, uri: str) -> tuple[int, str] | None:
        """Identifier and token of the request of ours that a URI names, or None."""
        path = self._path(uri) or ""
        return comment_key(path.removeprefix("/requests/")) if path.startswith("/requests/") else None

    def _path(self, uri: str) -> str | None:
        return uri[len(self.origin) :] if self.is_ours(uri) else None

    def _number(self, uri: str, prefix: str) -> int | None:
        path = self._path(uri) or ""
        return identifier(path.removeprefix(prefix)) if path.startswith(prefix) else None
