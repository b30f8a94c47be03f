"""What messages say, in the reader's language, as HTML: places, questions of the helper, letters."""

from collections.abc import Mapping
from html import escape
from typing import Any

from alliance.errors import Invalid
from alliance.messaging import HELPER_ID
from alliance.models import Message, Session
from alliance.text import clean_line, one_line, text_as_html
from web.mastodon.session_maker import EMPTY_SENTENCE, problems_of, values_from
from web.pages.session_form import draft_from
from web.times import Reader

JOINED_TEXT = "You are in: %(title)s, %(when)s."
LINK_TEXT = "Your own way into the meeting, for you alone: %(link)s"
NO_LINK_TEXT = "The link to the meeting is on the page of the session as soon as there is one."
WAITING_TEXT = "%(title)s is full. You are on the waiting list and move up as soon as a place is free."
ASKED_TEXT = "%(company)s was asked for a place in %(title)s. The answer comes here."
GONE_TEXT = "This session is no longer there."
UNDERSTOOD_TEXT = "This is how I understand it:"
LANGUAGE_TEXT = "Answer with a line such as “Title: …”, “When: …” or “Link: …” to change it."
PUBLISH_TEXT = "Publish?"
MISSING_TEXT = "Almost. Please answer with what is missing:"
PUBLISHED_TEXT = "Published: %(link)s. You change it, call it off or take it back there."
DROPPED_TEXT = "Dropped. Nothing was published, and nothing of it is kept."
OVER_TEXT = "This question is closed."
SENT_TEXT = "You have sent an invitation to the helper."
AUDIENCE_TEXTS = {
    "company": "Only colleagues will see it.",
    "alliance": "Colleagues and people at allied companies will see it.",
    "public": "Everybody will see it.",
}
OPTION_TEXTS = ("Yes", "No")


def words_of(
    message: Message,
    reader: Reader,
    *,
    origin: str,
    session: Session | None = None,
    link: str | None = None,
    sealed: str = "",
) -> str:
    """The content of a message, sanitised HTML.

    `session` with company, where the reader may see it; `link` their own way into its meeting; `sealed` what
    was sealed in it, opened.
    """
    gettext = reader.texts.gettext
    match message.about:
        case "letter":
            return message.html
        case "invitation":
            return text_as_html(sealed) if sealed else _paragraphs(gettext(SENT_TEXT))
        case "understood" if message.answer is None:
            return _understood(values_from(sealed), reader)
        case "understood":
            return _paragraphs(gettext(OVER_TEXT))
        case "problem":
            return _problem(values_from(sealed), reader)
        case "published":
            return _published(message, reader, origin)
        case "dropped":
            return _paragraphs(gettext(DROPPED_TEXT))
        case _:
            return _standing(message, reader, origin, session, link)


def has_question(message: Message) -> bool:
    """Whether a poll belongs to it."""
    return message.about == "understood" and message.other_id == HELPER_ID


def question(message: Message, reader: Reader, posting_id: int) -> dict[str, Any]:
    """The poll of the helper: publish, yes or no."""
    own = {"yes": [0], "no": [1]}.get(message.answer or "", [])
    return {
        "id": str(posting_id),
        "expires_at": None,
        "expired": message.answer is not None,
        "multiple": False,
        "votes_count": len(own),
        "voters_count": len(own),
        "options": [
            {"title": reader.texts.gettext(text), "votes_count": int(own == [number])}
            for number, text in enumerate(OPTION_TEXTS)
        ],
        "emojis": [],
        "voted": bool(own),
        "own_votes": own,
    }


def _standing(
    message: Message, reader: Reader, origin: str, session: Session | None, link: str | None
) -> str:
    gettext = reader.texts.gettext
    if session is None:
        return _paragraphs(gettext(GONE_TEXT))
    when = f"{reader.day(session.starts_at)}, {reader.span(session.starts_at, session.ends_at)}"
    page = f"{origin}/sessions/{session.id}"
    if message.about == "waiting":
        return _paragraphs(gettext(WAITING_TEXT, title=session.title), page)
    if message.about == "asked":
        return _paragraphs(gettext(ASKED_TEXT, company=session.company.name, title=session.title), page)
    first = gettext(JOINED_TEXT, title=session.title, when=when)
    if link is None:
        return _paragraphs(first, gettext(NO_LINK_TEXT), page)
    return _paragraphs(first, gettext(LINK_TEXT, link=link), page)


def _understood(values: Mapping[str, str], reader: Reader) -> str:
    gettext = reader.texts.gettext
    if not values:
        return _paragraphs(gettext(OVER_TEXT))
    return _paragraphs(
        gettext(UNDERSTOOD_TEXT),
        *_gist(values, reader),
        gettext(AUDIENCE_TEXTS.get(values["audience"], AUDIENCE_TEXTS["alliance"])),
        gettext(LANGUAGE_TEXT),
        gettext(PUBLISH_TEXT),
    )


def _problem(values: Mapping[str, str], reader: Reader) -> str:
    gettext = reader.texts.gettext
    if not values:
        return _paragraphs(gettext(OVER_TEXT))
    if not (values["title"] or values["when"] or values["meeting_link"]):
        return _paragraphs(gettext(EMPTY_SENTENCE))
    return _paragraphs(*_gist(values, reader), gettext(MISSING_TEXT), *problems_of(values, reader))


def _gist(values: Mapping[str, str], reader: Reader) -> list[str]:
    when = values["when"]
    try:
        draft = draft_from(values, reader.now)
    except Invalid:
        draft = None
    if draft is not None and draft.starts_at is not None and draft.ends_at is not None:
        day = draft.starts_at.date()
        when = f"{reader.date_of(day)}, {draft.starts_at:%H:%M}–{draft.ends_at:%H:%M} ({draft.timezone})"
    place = values["place_name"] or values["meeting_link"]
    lines = [values["title"], when, place, one_line(values["description"], 300)]
    return [line for line in lines if line]


def _published(message: Message, reader: Reader, origin: str) -> str:
    page = f"{origin}/sessions/{message.session_id}"
    return _paragraphs(reader.texts.gettext(PUBLISHED_TEXT, link=page))


def _paragraphs(*lines: str) -> str:
    return "".join(f"<p>{_linked(clean_line(line))}</p>" for line in lines)


def _linked(line: str) -> str:
    """Addresses in our own sentences can be tapped."""
    found = []
    for part in line.split(" "):
        bare = part.rstrip(".,")
        if bare.startswith(("https://", "http://")):
            rest = escape(part[len(bare) :])
            found.append(
                f'<a href="{escape(bare)}" rel="nofollow noopener noreferrer">{escape(bare)}</a>{rest}'
            )
        else:
            found.append(escape(part, quote=False))
    return " ".join(found)
