"""The Note of ActivityStreams: what somebody says, about what, and to whom."""

from dataclasses import dataclass
from datetime import datetime

from federation.vocabulary.hashtags import Hashtags, hashtags_json, parse_hashtags
from federation.vocabulary.values import (
    Json,
    compact,
    id_of,
    is_public,
    kind_of,
    line,
    link_of,
    listed,
    moment,
    natural,
    recipients,
    text,
    uri,
    uri_or_none,
    written,
)

# Lemmy says Note, some blogs answer with Article or Page; what they say is the same.
NOTE_TYPES = ("Note", "Article", "Page")
MAX_CONTENT = 50_000
MAX_MENTIONS = 20
MAX_SUMMARY = 500
MAX_LINKS = 5
# FEP-e232: a link to another object names the media type under which it is one.
_OBJECT = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
_OBJECT_TYPES = ("application/activity+json", "application/ld+json")


@dataclass(frozen=True)
class NotePicture:
    """A picture beside a Note; width and height in pixels."""

    url: str
    media_type: str
    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class Note:
    """A Note on the wire; `content` is HTML, not to be trusted."""

    id: str
    attributed_to: str
    content: str
    in_reply_to: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    url: str | None = None
    context: str | None = None
    mentions: tuple[tuple[str, str], ...] = ()
    """Identity and name of everybody who is named in it."""
    published: datetime | None = None
    updated: datetime | None = None
    summary: str = ""
    """What stands before it, so that readers decide whether they want to go on; plain text."""
    language: str = ""
    hashtags: Hashtags = ()
    about: tuple[tuple[str, str], ...] = ()
    """Identity and name of other objects that it tells about (FEP-e232)."""
    pictures: tuple[NotePicture, ...] = ()
    """Of ours alone: pictures of others are not read."""

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return is_public(self.to, self.cc)

    def as_json(self) -> Json:
        """The document without its context."""
        return compact(
            {
                "id": self.id,
                "type": "Note",
                "attributedTo": self.attributed_to,
                "inReplyTo": self.in_reply_to,
                "context": self.context,
                "to": list(self.to),
                "cc": list(self.cc),
                "summary": self.summary or None,
                "sensitive": True if self.summary else None,
                "content": self.content,
                "contentMap": {self.language: self.content} if self.language else None,
                "mediaType": "text/html",
                "url": self.url,
                "tag": self._tags(),
                "attachment": [_picture_json(one) for one in self.pictures] or None,
                "published": written(self.published) if self.published else None,
                "updated": written(self.updated) if self.updated else None,
            }
        )

    def _tags(self) -> list[Json]:
        named = [{"type": "Mention", "href": who, "name": name} for who, name in self.mentions]
        links = [
            {"type": "Link", "mediaType": _OBJECT, "href": address, "name": name}
            for address, name in self.about
        ]
        return [*named, *hashtags_json(self.hashtags), *links]


def is_note(value: object) -> bool:
    """Whether a document is something that people say."""
    kinds = listed(value.get("type"))[:10] if isinstance(value, dict) else []
    return any(kind in NOTE_TYPES for kind in kinds if isinstance(kind, str))


def parse_note(value: Json) -> Note:
    """Reads a Note. Raises Malformed when id, author or type are not usable."""
    kind_of(value)
    return Note(
        id=uri(value.get("id"), "id"),
        attributed_to=id_of(value.get("attributedTo"), "attributedTo"),
        content=natural(value, "content", MAX_CONTENT),
        in_reply_to=link_of(_reply(value.get("inReplyTo"))),
        to=recipients(value.get("to")),
        cc=recipients(value.get("cc")),
        url=link_of(value.get("url")),
        context=link_of(_reply(value.get("context"))),
        mentions=_mentions(value.get("tag")),
        published=moment(value.get("published")),
        updated=moment(value.get("updated")),
        summary=line(value.get("summary"), MAX_SUMMARY),
        language=_language(value),
        hashtags=parse_hashtags(value.get("tag")),
        about=_links(value.get("tag")),
    )


def _reply(value: object) -> object:
    """`inReplyTo` as an address: of an object its id, of several the first."""
    first = listed(value)[:1]
    if first and isinstance(first[0], dict):
        return first[0].get("id")
    return first


def _language(value: Json) -> str:
    """The one language of its words, where it names one."""
    words = value.get("contentMap")
    named = list(words)[:2] if isinstance(words, dict) else []
    return text(named[0], 20) if len(named) == 1 else ""


def _links(value: object) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for item in listed(value):
        if not isinstance(item, dict) or item.get("type") != "Link":
            continue
        address, kind = uri_or_none(item.get("href")), text(item.get("mediaType"), 100)
        if address is not None and kind.startswith(_OBJECT_TYPES):
            found.setdefault(address, line(item.get("name"), 200))
    return tuple(found.items())[:MAX_LINKS]


def _picture_json(picture: NotePicture) -> Json:
    return compact(
        {
            "type": "Document",
            "mediaType": picture.media_type,
            "url": picture.url,
            "name": picture.alt or None,
            "width": picture.width,
            "height": picture.height,
        }
    )


def _mentions(value: object) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for item in listed(value):
        if isinstance(item, dict) and item.get("type") == "Mention":
            who = uri_or_none(item.get("href"))
            if who is not None:
                found.setdefault(who, str(item.get("name") or "")[:200])
    return tuple(found.items())[:MAX_MENTIONS]
