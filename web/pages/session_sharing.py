"""How a session gets into a calendar, and to others: links that need nothing from us but the page."""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from alliance.models import Session
from alliance.text import one_line, plain_text
from alliance.times import rfc3339
from web.pages.views import Sharing
from web.texts import Texts

_MOST = 600


def calendar_links(session: Session, page: str, texts: Texts) -> tuple[tuple[str, str], ...]:
    """Label and address: a file for every calendar, and the forms of the two that take links.

    In the links of others stands the page, not a personal link: whoever gets them may keep them.
    """
    if session.status not in ("scheduled", "tentative"):
        return ()
    said = _words(session, page)
    return (
        (texts.gettext("Calendar file (.ics)"), f"{page}.ics"),
        ("Outlook", outlook_link(session, page, said)),
        ("Google", google_link(session, page, said)),
    )


def outlook_link(session: Session, page: str, said: str) -> str:
    """Outlook on the web, for company accounts: a new entry that has to be saved."""
    words = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": session.title,
        "startdt": rfc3339(session.starts_at),
        "enddt": rfc3339(session.ends_at),
        "location": _where(session, page),
        "body": said,
    }
    return f"https://outlook.office.com/calendar/0/deeplink/compose?{urlencode(words, quote_via=quote)}"


def google_link(session: Session, page: str, said: str) -> str:
    """The same of Google's calendar."""
    words = {
        "action": "TEMPLATE",
        "text": session.title,
        "dates": f"{_basic(session.starts_at)}/{_basic(session.ends_at)}",
        "location": _where(session, page),
        "details": said,
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(words, quote_via=quote)}"


def sharing_of(session: Session, page: str, when: str, texts: Texts, *, home: str) -> Sharing:
    """The address to copy, a mail to a colleague, and for public ones of ours the way to other servers."""
    body = f"{session.title}\n{when}\n\n{page}\n"
    hints = {
        "company": texts.gettext("Only colleagues at %(company)s can open it.", company=home),
        "alliance": texts.gettext("People at %(company)s and its allies can open it.", company=home),
        "public": texts.gettext("Everyone can open it."),
    }
    is_shown_to_all = session.audience == "public" and session.uri is None
    return Sharing(
        address=page,
        mail=f"mailto:?{urlencode({'subject': session.title, 'body': body}, quote_via=quote)}",
        hint=hints["company"] if session.author_uri is not None else hints[session.audience],
        elsewhere=f"/sessions/{session.id}/share" if is_shown_to_all else None,
    )


def _where(session: Session, page: str) -> str:
    place = ", ".join(part for part in (session.place_name, session.place_address) if part)
    return page if session.place == "online" or not place else place


def _words(session: Session, page: str) -> str:
    return f"{one_line(plain_text(session.description_html), _MOST)}\n\n{page}".strip()


def _basic(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
