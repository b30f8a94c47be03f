"""Atom (RFC 4287) and JSON Feed 1.1 of sessions, and of whatever else has a title and an address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

import orjson

from alliance.models import Session
from alliance.visibility import STRANGER, shown_host
from web.times import Reader

ATOM = "http://www.w3.org/2005/Atom"
_NEVER = datetime(2020, 1, 1, tzinfo=UTC)
# XML 1.0 section 2.2: these can't be written at all.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A feed: what it is called, where it lies, whose page it belongs to."""

    title: str
    url: str
    home: str
    origin: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing in a feed; `tags` with slug and name, `html` sanitised."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    published_at: datetime
    updated_at: datetime
    language: str
    author: str
    tags: tuple[tuple[str, str], ...] = ()


def atom(channel: Channel, sessions: Sequence[Session], reader: Reader) -> bytes:
    """The Atom document; company, host and topics must be loaded."""
    return atom_of(channel, [item_of(channel, session, reader) for session in sessions])


def json_feed(channel: Channel, sessions: Sequence[Session], reader: Reader) -> bytes:
    """The JSON Feed document; company, host and topics must be loaded."""
    return json_feed_of(channel, [item_of(channel, session, reader) for session in sessions])


def item_of(channel: Channel, session: Session, reader: Reader) -> Item:
    """A session as feeds show it."""
    page = f"{channel.origin}/sessions/{session.id}"
    return Item(
        id=session.uri or page,
        url=page,
        title=session.title,
        summary=summary_of(session, reader),
        html=session.description_html,
        published_at=session.published_at or session.updated_at,
        updated_at=session.updated_at,
        language=session.language,
        author=author_of(session),
        tags=tuple((topic.slug, topic.name) for topic in session.topics),
    )


def atom_of(channel: Channel, items: Sequence[Item]) -> bytes:
    """The Atom document of anything."""
    Xml.register_namespace("", ATOM)
    root = Xml.Element(f"{{{ATOM}}}feed", {"xml:lang": channel.language})
    _text(root, "id", channel.url)
    _text(root, "title", channel.title)
    _text(root, "updated", _moment(max((item.updated_at for item in items), default=_NEVER)))
    _link(root, "self", channel.url, "application/atom+xml")
    _link(root, "alternate", channel.home, "text/html")
    _text(root, "generator", "Alliance")
    for item in items:
        _entry(root, item)
    body: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def json_feed_of(channel: Channel, items: Sequence[Item]) -> bytes:
    """The JSON Feed document of anything."""
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": channel.title,
            "home_page_url": channel.home,
            "feed_url": channel.url,
            "language": channel.language,
            "items": [_item(item) for item in items],
        }
    )


def _item(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.html,
        "date_published": _moment(item.published_at),
        "date_modified": _moment(item.updated_at),
        "language": item.language,
        "authors": [{"name": item.author}],
        "tags": [name for _, name in item.tags],
    }


def _entry(root: Xml.Element, item: Item) -> None:
    entry = Xml.SubElement(root, f"{{{ATOM}}}entry", {"xml:lang": item.language})
    _text(entry, "id", item.id)
    _text(entry, "title", item.title)
    _text(entry, "updated", _moment(item.updated_at))
    _text(entry, "published", _moment(item.published_at))
    _link(entry, "alternate", item.url, "text/html")
    _text(Xml.SubElement(entry, f"{{{ATOM}}}author"), "name", item.author)
    for slug, name in item.tags:
        Xml.SubElement(entry, f"{{{ATOM}}}category", {"term": slug, "label": _clean(name)})
    _text(entry, "summary", item.summary)
    _text(entry, "content", item.html).set("type", "html")


def summary_of(session: Session, reader: Reader) -> str:
    """When, and by whom: "Di 17. März, 10:00-11:00 (Berlin), Alpenwerk"."""
    start = session.starts_at
    day = reader.short_day(reader.here(start).date()).split()[0]
    when = f"{day} {reader.date_of(reader.here(start).date())}, {reader.span(start, session.ends_at)}"
    off = f"{reader.texts.gettext('Cancelled')}: " if session.status == "cancelled" else ""
    return f"{off}{when} ({reader.city(reader.zone.key)}), {session.company.name}"


def author_of(session: Session) -> str:
    """The host where everybody may know the name, with the company."""
    host = shown_host(STRANGER, session)
    return f"{host.name}, {session.company.name}" if host else session.company.name


def _text(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    made = Xml.SubElement(parent, f"{{{ATOM}}}{name}")
    made.text = _clean(text)
    return made


def _link(parent: Xml.Element, rel: str, href: str, content_type: str) -> None:
    Xml.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": href, "type": content_type})


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
