"""Status: a session, a comment, a story or a message; and a boost of one of them."""

from datetime import datetime
from html import escape
from typing import Any

from alliance.models import Company, Person, Session
from alliance.queries.postings import BETWEEN, WITHIN
from alliance.text import text_as_html
from federation.translate.lines import headline_html, summary_html
from web.mastodon.answers import iso
from web.mastodon.entities.account import mention, person_page
from web.mastodon.entities.card import card_of
from web.mastodon.entities.media import picture
from web.mastodon.entities.place import Place
from web.mastodon.entities.poll import poll_of
from web.mastodon.entities.tag import hashtag_html, leaders_html, leaders_tag, tag_in_status

JSON = dict[str, Any]
NO_QUOTES = {"automatic": [], "manual": [], "current_user": "denied"}


def session_status(row: Any, place: Place) -> JSON:
    """What is the same for everybody, of a row of `queries.postings.sessions_said`."""
    page = row.url or row.uri or place.uris.session(row.key)
    slugs = [slug for slug, _ in topics_in(row.topics)]
    host = _host(row, place)
    return _status(
        row,
        uri=row.uri or place.uris.session(row.key),
        url=page,
        content=session_html(row, page, slugs, place),
        visibility="public" if row.audience == "public" else "private",
        language=row.language,
        media=_pictures(row, place),
        mentions=[host] if host else [],
        tags=[
            *(tag_in_status(slug, place) for slug in slugs),
            *([leaders_tag(place)] if row.is_leaders else []),
        ],
        poll=poll_of(row),
        card=card_of(row, page, place),
    )


def comment_status(row: Any, place: Place) -> JSON:
    """The same of a row of `comments_said`."""
    session = place.uris.session(row.session_id)
    return _status(
        row,
        uri=row.uri or place.uris.comment(row.key, row.token),
        url=row.url or row.uri or f"{session}#comment-{row.key}",
        content=row.html,
        visibility=_visibility_of_comment(row),
        language=row.language,
        parent=(row.parent_id, row.parent_author_id),
    )


def story_status(row: Any, place: Place, pictures: list[Any], mentions: list[JSON]) -> JSON:
    """The same of a row of `stories_said`, with its pictures and who is named in it."""
    public = "unlisted" if row.is_quiet else "public"
    return _status(
        row,
        uri=row.uri or story_page(row, place),
        url=row.url or row.uri or story_page(row, place),
        content=row.html,
        visibility=public if row.audience == "public" else "private",
        language=row.language,
        spoiler=row.spoiler,
        media=[
            picture(one.id, place.uris.media(one.name), one.description, one.width, one.height)
            for one in pictures
        ],
        mentions=mentions,
        parent=(row.parent_id, row.parent_author_id),
    )


def message_status(row: Any, place: Place, html: str, mentions: list[JSON], poll: JSON | None) -> JSON:
    """The same of a row of `messages_said`; `html` is what it says to whoever reads."""
    address = f"{place.origin}/messages/{row.key}"
    return _status(
        row,
        uri=address,
        url=None,
        content=html or row.html or (text_as_html(row.text) if row.text else ""),
        visibility="direct",
        language=row.language,
        mentions=mentions,
        parent=(row.parent_id, row.parent_author_id),
        poll=poll,
    )


def boost_status(number: int, created_at: datetime, account: JSON, target: JSON, place: Place) -> JSON:
    """What somebody passed on; its own words are empty."""
    address = f"{place.origin}/boosts/{number}"
    kept = ("visibility", "reblogs_count", "favourites_count", "replies_count", "quotes_count")
    own = ("favourited", "reblogged", "muted", "bookmarked", "pinned")
    return _blank(number, created_at, uri=address, url=target["url"]) | {
        **{name: target[name] for name in (*kept, *own) if name in target},
        "account": account,
        "reblog": target,
    }


def session_html(row: Any, page: str, slugs: list[str], place: Place) -> str:
    """Title, when and where and who, what it is about, the name of who holds it, hashtags."""
    parts = [
        headline_html(row.title),
        summary_html(session_of(row), page, row.language),
        row.description_html,
    ]
    host = _host(row, place)
    tail = [_mention_html(host)] if host else []
    tail += [hashtag_html(slug, place) for slug in slugs]
    tail += [leaders_html(place)] if row.is_leaders else []
    if row.series_id is not None:
        words = "Alle Termine dieser Reihe" if row.language.startswith("de") else "All dates of this series"
        parts.append(f'<p>🔁 <a href="{place.origin}/series/{row.series_id}">{words}</a></p>')
    if tail:
        parts.append(f"<p>{' '.join(tail)}</p>")
    return "".join(parts)


def session_of(row: Any) -> Session:
    """A session outside of any database, as much of it as its lines need (see federation.translate.lines)."""
    names = (
        *("title", "starts_at", "ends_at", "timezone", "previous_starts_at", "place", "place_name"),
        *("place_address", "capacity", "going_count", "join_mode", "status", "status_note", "host_shown"),
    )
    session = Session(id=row.key, **{name: getattr(row, name) for name in names})
    session.company = Company(name=row.company_name)
    session.host = Person(name=row.host_name) if row.host_name and row.host_shown else None
    return session


def topics_in(written: str | None) -> list[tuple[str, str]]:
    """Slug and name of each topic, by slug."""
    parts = (part.split(WITHIN, 1) for part in (written or "").split(BETWEEN) if part)
    return sorted((slug, name) for slug, name in parts)


def story_page(row: Any, place: Place) -> str:
    """The address of a story of ours."""
    return place.uris.story(row.key, row.token)


def _visibility_of_comment(row: Any) -> str:
    if row.is_private:
        return "direct"
    return "public" if row.audience == row.session_audience == "public" else "private"


def _host(row: Any, place: Place) -> JSON | None:
    if not (row.host_shown and row.host_id and row.host_username):
        return None
    page = person_page(row.host_username, row.host_host, row.host_url or row.host_uri, place)
    return mention(row.host_id, row.host_username, row.host_host, page)


def _mention_html(named: JSON) -> str:
    return (
        f'<span class="h-card"><a href="{escape(named["url"])}" class="u-url mention">'
        f"@<span>{escape(named['username'])}</span></a></span>"
    )


def _pictures(row: Any, place: Place) -> list[JSON]:
    if row.image is None:
        return []
    address = place.uris.media(row.image)
    return [picture(row.key, address, row.image_alt, row.image_width, row.image_height)]


def _status(
    row: Any,
    *,
    uri: str,
    url: str | None,
    content: str,
    visibility: str,
    language: str,
    spoiler: str = "",
    media: list[JSON] | None = None,
    mentions: list[JSON] | None = None,
    tags: list[JSON] | None = None,
    parent: tuple[int | None, int | None] = (None, None),
    poll: JSON | None = None,
    card: JSON | None = None,
) -> JSON:
    above, above_author = parent
    return _blank(row.posting_id, row.created_at, uri=uri, url=url) | {
        "content": content,
        "visibility": visibility,
        "language": language or None,
        "spoiler_text": spoiler,
        "sensitive": bool(spoiler),
        "edited_at": iso(row.changed_at) if row.changed_at > row.created_at else None,
        "media_attachments": media or [],
        "mentions": mentions or [],
        "tags": tags or [],
        "in_reply_to_id": str(above) if above is not None else None,
        "in_reply_to_account_id": str(above_author) if above is not None and above_author else None,
        "poll": poll,
        "card": card,
    }


def _blank(number: int, created_at: datetime, *, uri: str, url: str | None) -> JSON:
    """Every attribute of a status that says nothing; what concerns the viewer comes on top."""
    return {
        "id": str(number),
        "created_at": iso(created_at),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "private",
        "language": None,
        "uri": uri,
        "url": url,
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "quotes_count": 0,
        "edited_at": None,
        "content": "",
        "reblog": None,
        "account": None,
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
        "quote": None,
        "quote_approval": NO_QUOTES,
    }
