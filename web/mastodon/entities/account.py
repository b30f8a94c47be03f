"""Account: a company, which is a group, a person, or the helper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from alliance.identifiers import moment_of
from alliance.messaging import HELPER_ID, HELPER_NAMES
from alliance.text import text_as_html
from web.mastodon.answers import iso
from web.mastodon.entities.place import Place
from web.texts import Texts

JSON = dict[str, Any]
HELPER_NAME_TEXT = "New session"
HELPER_NOTE_TEXT = (
    "Mention me with a pasted invitation from Outlook, Teams, Zoom or Google, and I make a session of it. "
    "Nothing is published before you have said yes."
)


@dataclass(frozen=True)
class Tally:
    """How much an account said, as far as the viewer may count it; `newest` is the last one's identifier."""

    statuses: int = 0
    newest: int | None = None
    followers: int = 0
    following: int = 0


def company_account(row: Any, place: Place, tally: Tally) -> JSON:
    """A row of `queries.accounts.companies_with_ids`."""
    # The host of an external source is its handle already.
    is_source = "@" in row.host
    username = row.host.partition("@")[0] if is_source else (row.handle or "sessions")
    acct = username if row.is_home else row.host if is_source else f"{username}@{row.host}"
    page = f"{place.origin}/" if row.is_home else row.origin
    return _account(
        id=row.id,
        username=username,
        acct=acct,
        url=page,
        uri=place.uris.company if row.is_home else row.uri or row.origin,
        name=row.name,
        note=text_as_html(row.summary) if row.summary else "",
        avatar=place.avatar(row.hue),
        place=place,
        fields=[_field("Alliance", f'<a href="{escape(page)}" rel="me">{escape(row.host)}</a>')],
        is_group=True,
        is_discoverable=True,
        created_at=row.created_at,
        tally=tally,
    )


def person_account(row: Any, place: Place, tally: Tally) -> JSON:
    """A row of `queries.accounts.people_with_ids`."""
    is_ours = row.host is None
    headline = f"<p>{escape(row.headline)}</p>" if row.headline else ""
    fields = []
    if row.company_name:
        home = row.company_origin or place.origin
        fields.append(_field("Company", f'<a href="{escape(home)}">{escape(row.company_name)}</a>'))
    if row.ask_me_about:
        fields.append(_field("Ask me about", escape(", ".join(row.ask_me_about))))
    return _account(
        id=row.id,
        username=row.username,
        acct=handle_of(row.username, row.host),
        url=person_page(row.username, row.host, row.url or row.uri, place),
        uri=row.uri or place.uris.person(row.id),
        name=row.name,
        note=headline + (row.about_html or ""),
        avatar=place.uris.media(row.picture) if row.picture and is_ours else place.avatar(row.id),
        place=place,
        fields=fields,
        is_group=False,
        is_discoverable=bool(row.is_public),
        created_at=row.created_at,
        tally=tally,
    )


def community_account(row: Any, place: Place) -> JSON:
    """A row of `community_accounts`; how many are in it is told on its page, not as followers."""
    page = f"{place.origin}/communities/{row.id}"
    home = place.origin if row.is_home else row.origin
    return _account(
        id=row.id,
        username=row.slug,
        acct=handle_of(row.slug, None if row.is_home else row.host),
        url=page if row.is_home else row.url or page,
        uri=row.uri or page,
        name=row.name,
        note=row.description_html,
        avatar=f"{place.origin}/media/{row.picture}" if row.picture else place.avatar(row.hue),
        place=place,
        fields=[_field("Company", f'<a href="{escape(home)}">{escape(row.company_name)}</a>')],
        is_group=True,
        is_discoverable=row.audience == "public",
        created_at=row.created_at,
        tally=Tally(),
    )


def helper_account(place: Place, language: str, created_at: datetime) -> JSON:
    """The account that turns pasted invitations into sessions, by its name in the reader's language."""
    username, texts = HELPER_NAMES[0] if language == "de" else HELPER_NAMES[1], Texts(language)
    return _account(
        id=HELPER_ID,
        username=username,
        acct=username,
        url=f"{place.origin}/offer",
        uri=f"{place.origin}/offer",
        name=texts.gettext(HELPER_NAME_TEXT),
        note=text_as_html(texts.gettext(HELPER_NOTE_TEXT)),
        avatar=place.avatar(HELPER_ID),
        place=place,
        fields=[],
        is_group=False,
        is_bot=True,
        is_discoverable=False,
        created_at=created_at,
        tally=Tally(),
    )


def handle_of(username: str, host: str | None) -> str:
    """As others write it: `lex` of ours, `mira@alpenwerk.example` of somebody elsewhere."""
    return f"{username}@{host}" if host else username


def person_page(username: str, host: str | None, elsewhere: str | None, place: Place) -> str:
    """The page about somebody, here or where they are at home (see `telling.page_of`)."""
    return elsewhere if host and elsewhere else f"{place.origin}/@{username}"


def mention(number: int, username: str, host: str | None, page: str) -> JSON:
    """Status::Mention."""
    return {"id": str(number), "username": username, "url": page, "acct": handle_of(username, host)}


def _field(name: str, value: str) -> JSON:
    return {"name": name, "value": value, "verified_at": None}


def _account(
    *,
    id: int,  # noqa: A002 - the attribute's own name
    username: str,
    acct: str,
    url: str,
    uri: str,
    name: str,
    note: str,
    avatar: str,
    place: Place,
    fields: Sequence[JSON],
    is_group: bool,
    is_discoverable: bool,
    created_at: datetime,
    tally: Tally,
    is_bot: bool = False,
) -> JSON:
    last = moment_of(tally.newest).date().isoformat() if tally.newest is not None else None
    return {
        "id": str(id),
        "username": username,
        "acct": acct,
        "display_name": name,
        "locked": False,
        "bot": is_bot,
        "discoverable": is_discoverable,
        "indexable": False,
        "group": is_group,
        "created_at": iso(created_at.replace(hour=0, minute=0, second=0, microsecond=0)),
        "note": note,
        "url": url,
        "uri": uri,
        "avatar": avatar,
        "avatar_static": avatar,
        "header": place.cover,
        "header_static": place.cover,
        "followers_count": tally.followers,
        "following_count": tally.following,
        "statuses_count": tally.statuses,
        "last_status_at": last,
        "hide_collections": True,
        "noindex": True,
        "emojis": [],
        "roles": [],
        "fields": list(fields),
    }
