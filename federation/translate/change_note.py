"""The short Note that tells timelines of a cancellation or a new time."""

from datetime import datetime
from html import escape

from alliance.models import Session
from federation.translate.lines import when
from federation.translate.phrases import phrases_in
from federation.uris import PUBLIC, Uris
from federation.vocabulary.values import Json, written


def change_note(session: Session, uris: Uris, *, id: str, now: datetime, is_public: bool) -> Json:  # noqa: A002
    """A reply to the session, in its language: to everybody, or to allied instances."""
    words, page = phrases_in(session.language), uris.session(session.id)
    link = f'<a href="{escape(page)}">{escape(session.title)}</a>'
    reason = f": {escape(session.status_note)}" if session.status_note else ""
    if session.status == "cancelled":
        text = f"❌ {words.cancelled}{reason}<br>{link}<br>🗓️ {when(session, words)}"
    elif session.status == "postponed":
        text = f"⏸️ {words.postponed}{reason}<br>{link}"
    else:
        text = f"🔁 {words.now.format(when(session, words))}<br>{link}"
    return {
        "id": id,
        "type": "Note",
        "attributedTo": uris.company,
        "inReplyTo": page,
        "to": [PUBLIC] if is_public else [uris.partners],
        "cc": [f"{uris.company}/followers"] if is_public else [],
        "content": f"<p>{text}</p>",
        "contentMap": {session.language: f"<p>{text}</p>"},
        "url": page,
        "published": written(now),
    }
