"""The Note of ActivityStreams: what somebody says, about what, and to whom."""

from dataclasses import dataclass
from datetime import datetime

from federation.vocabulary.values import (
    Json,
    compact,
    id_of,
    is_public,
    kind_of,
    link_of,
    listed,
    moment,
    natural,
    recipients,
    uri,
    uri_or_none,
    written,
)

# Lemmy says Note, some blogs answer with Article or Page; what they say is the same.
NOTE_TYPES = ("Note", "Article", "Page")
MAX_CONTENT = 50_000
MAX_MENTIONS = 20


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
                "content": self.content,
                "mediaType": "text/html",
                "url": self.url,
                "tag": [{"type": "Mention", "href": who, "name": name} for who, name in self.mentions],
                "published": written(self.published) if self.published else None,
                "updated": written(self.updated) if self.updated else None,
            }
        )


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
    )


def _reply(value: object) -> object:
    """`inReplyTo` as an address: of an object its id, of several the first."""
    first = listed(value)[:1]
    if first and isinstance(first[0], dict):
        return first[0].get("id")
    return first


def _mentions(value: object) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for item in listed(value):
        if isinstance(item, dict) and item.get("type") == "Mention":
            who = uri_or_none(item.get("href"))
            if who is not None:
                found.setdefault(who, str(item.get("name") or "")[:200])
    return tuple(found.items())[:MAX_MENTIONS]
