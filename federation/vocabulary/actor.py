"""Actors: Person, Group, Application and the rest, with their keys and what allied instances add."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from federation.vocabulary.hashtags import Hashtags, hashtags_json, parse_hashtags
from federation.vocabulary.values import (
    Json,
    Malformed,
    an_object,
    compact,
    flag,
    kind_of,
    line,
    link_of,
    listed,
    moment,
    natural,
    one_of,
    text,
    uri,
    uri_or_none,
    whole,
    written,
)

ACTOR_TYPES = ("Person", "Group", "Application", "Service", "Organization")
MAX_HTML = 50_000
MAX_ALIASES = 20
MAX_FIELDS = 60
RFC9421 = {
    "href": "https://datatracker.ietf.org/doc/html/rfc9421",
    "name": "RFC-9421: HTTP Message Signatures",
}


@dataclass(frozen=True)
class Key:
    """A public key in an actor document: PEM for `rsa`, Multibase for `ed25519`."""

    id: str
    owner: str
    kind: str
    public: str


@dataclass(frozen=True)
class Card:
    """What an alliance instance says about its company, on its instance actor and its company actor."""

    company: str | None = None
    instance: str | None = None
    hue: int = 0
    language: str = "de"
    timezone: str = "Europe/Berlin"
    software: str = ""

    def as_json(self) -> Json:
        """The terms on an actor."""
        return compact(
            {
                "company": self.company,
                "instance": self.instance,
                "hue": self.hue,
                "workingLanguage": self.language,
                "homeTimezone": self.timezone,
                "software": self.software,
            }
        )


@dataclass(frozen=True)
class Expertise:
    """What a person of an alliance instance lets others know about their knowledge."""

    headline: str = ""
    languages: tuple[str, ...] = ()
    ask_me_about: tuple[str, ...] = ()
    is_leader: bool = False
    audience: str = "alliance"
    takes_letters: bool = False
    """Whether a Note to this person alone is welcome. Who says nothing about it takes none."""

    def as_json(self) -> Json:
        """The terms on a Person."""
        return {
            "headline": self.headline,
            "speaks": list(self.languages),
            "askMeAbout": list(self.ask_me_about),
            "isLeader": self.is_leader,
            "takesLetters": self.takes_letters,
            "visibleTo": self.audience,
        }


@dataclass(frozen=True)
class Icon:
    """The portrait of an actor."""

    url: str
    media_type: str = "image/jpeg"

    def as_json(self) -> Json:
        """The Image: every reader looks for `mediaType` and `url` alone (Mastodon, ActivityPub 4.1)."""
        return {"type": "Image", "mediaType": self.media_type, "url": self.url}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """An actor on the wire."""

    id: str
    type: str
    inbox: str
    username: str = ""
    name: str = ""
    summary: str = ""
    url: str | None = None
    outbox: str | None = None
    followers: str | None = None
    following: str | None = None
    featured: str | None = None
    upcoming: str | None = None
    shared_inbox: str | None = None
    webfinger: str | None = None
    is_discoverable: bool = False
    is_indexable: bool = False
    approves_by_hand: bool = False
    also_known_as: tuple[str, ...] = ()
    moved_to: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    fields: tuple[tuple[str, str], ...] = ()
    """Names and HTML values of PropertyValue attachments."""
    topics: Hashtags = ()
    icon: Icon | None = None
    keys: tuple[Key, ...] = ()
    card: Card | None = None
    expertise: Expertise | None = None
    also_serves: dict[str, str] = field(default_factory=dict)
    """Further endpoints of the actor by property name, such as `partners`."""

    def as_json(self) -> Json:
        """The document without its context; what is absent is left out."""
        body = {
            "id": self.id,
            "type": self.type,
            "preferredUsername": self.username,
            "webfinger": self.webfinger,
            "name": self.name or None,
            "summary": self.summary or None,
            "url": self.url,
            "inbox": self.inbox,
            "outbox": self.outbox,
            "followers": self.followers,
            "following": self.following,
            "featured": self.featured,
            "upcomingEvents": self.upcoming,
            "endpoints": {"sharedInbox": self.shared_inbox} if self.shared_inbox else None,
            "discoverable": self.is_discoverable,
            "indexable": self.is_indexable,
            "manuallyApprovesFollowers": self.approves_by_hand,
            "alsoKnownAs": list(self.also_known_as) or None,
            "movedTo": self.moved_to,
            "published": written(self.published) if self.published else None,
            "updated": written(self.updated) if self.updated else None,
            "attachment": _fields_json(self.fields) or None,
            "tag": hashtags_json(self.topics) or None,
            "icon": self.icon.as_json() if self.icon else None,
            "generator": {"type": "Application", "implements": [RFC9421]},
            "implements": [RFC9421] if self.type == "Application" else None,
            **self._keys(),
            **(self.card.as_json() if self.card else {}),
            **(self.expertise.as_json() if self.expertise else {}),
            **self.also_serves,
        }
        return compact(body)

    def _keys(self) -> Json:
        rsa = [
            {"id": key.id, "owner": key.owner, "publicKeyPem": key.public}
            for key in self.keys
            if key.kind == "rsa"
        ]
        multikeys = [
            {"id": key.id, "type": "Multikey", "controller": key.owner, "publicKeyMultibase": key.public}
            for key in self.keys
            if key.kind == "ed25519"
        ]
        # One key as an object, as everybody expects; several only while a key is being replaced.
        public_key: Any = rsa[0] if len(rsa) == 1 else rsa or None
        return {"publicKey": public_key, "assertionMethod": multikeys or None}


def parse_actor(value: Json) -> Actor:
    """Reads an actor of any server. Raises Malformed without id, known type or inbox."""
    kind = kind_of(value)
    if kind not in ACTOR_TYPES:
        raise Malformed("not an actor")
    id = uri(value.get("id"), "id")  # noqa: A001
    endpoints = value.get("endpoints")
    return Actor(
        id=id,
        type=kind,
        inbox=uri(value.get("inbox"), "inbox"),
        username=line(value.get("preferredUsername"), 100),
        name=line(natural(value, "name", 1000), 200),
        summary=natural(value, "summary", MAX_HTML),
        url=link_of(value.get("url")),
        outbox=uri_or_none(value.get("outbox")),
        followers=uri_or_none(value.get("followers")),
        following=uri_or_none(value.get("following")),
        featured=uri_or_none(value.get("featured")),
        upcoming=uri_or_none(value.get("upcomingEvents")),
        shared_inbox=uri_or_none(endpoints.get("sharedInbox")) if isinstance(endpoints, dict) else None,
        webfinger=text(value.get("webfinger"), 300) or None,
        is_discoverable=flag(value.get("discoverable"), False),
        is_indexable=flag(value.get("indexable"), False),
        approves_by_hand=flag(value.get("manuallyApprovesFollowers"), False),
        also_known_as=_addresses(value.get("alsoKnownAs")),
        moved_to=uri_or_none(value.get("movedTo")),
        published=moment(value.get("published")),
        updated=moment(value.get("updated")),
        fields=_parse_fields(value.get("attachment")),
        topics=parse_hashtags(value.get("tag")),
        icon=_parse_icon(value.get("icon")),
        keys=tuple(_parse_keys(value)),
        card=_parse_card(value),
        expertise=_parse_expertise(value),
    )


def _parse_icon(value: object) -> Icon | None:
    """The first picture of those given. It is shown nowhere: no page of ours leads to foreign pictures."""
    for item in listed(value)[:4]:
        if isinstance(item, dict) and (url := link_of(item.get("url"))):
            return Icon(url, text(item.get("mediaType"), 60) or "image/jpeg")
    return None


def _addresses(value: object) -> tuple[str, ...]:
    found = (uri_or_none(item) for item in listed(value)[:MAX_ALIASES])
    return tuple(address for address in found if address is not None)


def _fields_json(fields: tuple[tuple[str, str], ...]) -> list[Json]:
    """Each field twice: as FEP-fb2a wants it (section 2), and as everybody reads it so far (section 4)."""
    return [
        *({"type": "Note", "name": name, "content": value} for name, value in fields),
        *({"type": "PropertyValue", "name": name, "value": value} for name, value in fields),
    ]


def _parse_fields(value: object) -> tuple[tuple[str, str], ...]:
    """Notes and Links first, then what only older software knows by another name (FEP-fb2a, section 4)."""
    found: dict[str, str] = {}
    for kind, content in (("Note", "content"), ("Link", "href"), ("PropertyValue", "value")):
        for item in listed(value)[:MAX_FIELDS]:
            if isinstance(item, dict) and item.get("type") == kind and (name := line(item.get("name"), 100)):
                found.setdefault(name, text(item.get(content), 2000))
    return tuple(found.items())[:20]


def _parse_keys(value: Json) -> list[Key]:
    """Keys that carry an identity; whether they name this actor is for whoever verifies with them."""
    found = []
    for item in listed(value.get("publicKey"))[:8]:
        key = an_object(item, "publicKey") if isinstance(item, dict) else {}
        if is_key := (key.get("id"), key.get("owner"), key.get("publicKeyPem")):
            found.append(_key("rsa", *is_key))
    for item in listed(value.get("assertionMethod"))[:8]:
        if isinstance(item, dict) and item.get("type") == "Multikey":
            found.append(
                _key("ed25519", item.get("id"), item.get("controller"), item.get("publicKeyMultibase"))
            )
    return [key for key in found if key is not None]


def _key(kind: str, id: object, owner: object, public: object) -> Key | None:  # noqa: A002
    key_id, owner_id, material = uri_or_none(id), uri_or_none(owner), text(public, 8192)
    return Key(key_id, owner_id, kind, material) if key_id and owner_id and material else None


def _parse_card(value: Json) -> Card | None:
    company, instance = uri_or_none(value.get("company")), uri_or_none(value.get("instance"))
    if company is None and instance is None:
        return None
    hue = whole(value.get("hue")) or 0
    return Card(
        company=company,
        instance=instance,
        hue=hue if hue < 24 else 0,
        language=text(value.get("workingLanguage"), 10) or "en",
        timezone=text(value.get("homeTimezone"), 64) or "UTC",
        software=line(value.get("software"), 100),
    )


def _parse_expertise(value: Json) -> Expertise | None:
    if "headline" not in value and "askMeAbout" not in value:
        return None
    return Expertise(
        headline=line(value.get("headline"), 200),
        languages=_words(value.get("speaks"), 10),
        ask_me_about=_words(value.get("askMeAbout"), 100),
        is_leader=flag(value.get("isLeader"), False),
        takes_letters=flag(value.get("takesLetters"), False),
        audience=one_of(value.get("visibleTo"), ("alliance", "public"), "alliance"),
    )


def _words(value: object, limit: int) -> tuple[str, ...]:
    found = (line(item, limit) for item in listed(value))
    return tuple(word for word in found if word)[:30]
