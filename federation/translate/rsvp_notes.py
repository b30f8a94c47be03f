"""Private messages to one person about their place in a session, as Note and as poll."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal

from babel.dates import format_datetime

from alliance.joining import Why
from alliance.models import Session
from federation.translate.lines import is_full, when, zone_of
from federation.translate.phrases import GERMAN, phrases_in
from federation.translate.rsvp_phrases import RsvpPhrases, rsvp_phrases_in
from federation.uris import Uris
from federation.vocabulary.contexts import ACTIVITYSTREAMS
from federation.vocabulary.values import Json, compact, written

News = Literal["cancelled", "postponed", "moved", "withdrawn"]

# Mastodon counts the voters with a term of its own.
POLL_CONTEXT: list[object] = [
    ACTIVITYSTREAMS,
    {"toot": "http://joinmastodon.org/ns#", "votersCount": "toot:votersCount"},
]


@dataclass(frozen=True)
class Addressee:
    """The one person whom a message is for, and how they are called in a timeline."""

    uri: str
    username: str
    host: str
    language: str

    @property
    def handle(self) -> str:
        """`@kim@social.example`."""
        return f"@{self.username}@{self.host}"


def standing_html(
    session: Session, state: str, page: str, language: str, *, place: int = 0, link: str | None = None
) -> str:
    """Where somebody stands: `place` is theirs on the waiting list, `link` their personal way in."""
    words, title = rsvp_phrases_in(language), escape(session.title)
    head = {
        "going": words.going,
        "waiting": words.waiting,
        "asked": words.asked,
        "maybe": words.maybe,
        "declined": words.declined,
    }.get(state, words.left)
    lines = [head.format(title, place)]
    if state in ("going", "waiting", "asked", "maybe"):
        lines += _details(session, language)
    if link is not None:
        lines.append(words.link.format(_anchor(link)))
    lines.append(words.page.format(_anchor(page)))
    if state != "declined":
        is_in = state in ("going", "waiting", "asked")
        lines.append(words.how_to_leave if is_in else words.how_to_change)
    return _paragraphs(lines)


def lost_html(language: str) -> str:
    """That there is no place any more, to somebody from whom the session is hidden now."""
    return _paragraphs([rsvp_phrases_in(language).lost])


def news_html(session: Session, news: News, page: str, language: str) -> str:
    """What has become of a session, before the line that says where somebody stands now."""
    words, title = rsvp_phrases_in(language), escape(session.title)
    if news == "withdrawn":
        return _paragraphs([words.withdrawn.format(title)])
    if news == "cancelled" or news == "postponed":
        note = f": {escape(session.status_note.rstrip('.'))}" if session.status_note else ""
        said = words.cancelled if news == "cancelled" else words.postponed
        more = [] if news == "cancelled" else [words.how_to_leave]
        return _paragraphs([said.format(title, note), words.page.format(_anchor(page)), *more])
    before = _moment(session.previous_starts_at or session.starts_at, session, language)
    return _paragraphs([words.moved.format(title, before)])


def refusal_html(session: Session, why: Why, page: str, language: str) -> str:
    """Why somebody can't have a place."""
    words, title = rsvp_phrases_in(language), escape(session.title)
    reason = {
        "declined": words.declined,
        "host": words.host,
        "cancelled": words.was_cancelled,
        "postponed": words.was_postponed,
        "over": words.is_over,
        "external": words.elsewhere,
        "none": words.no_registration,
    }[why].format(title, _anchor(page))
    return _paragraphs([reason] if why == "external" else [reason, words.page.format(_anchor(page))])


def help_html(session: Session, page: str, language: str) -> str:
    """Which words are understood."""
    words = rsvp_phrases_in(language)
    return _paragraphs([words.words, f"{escape(session.title)}: {_anchor(page)}"])


def which_html(calendar: str, language: str) -> str:
    """That nobody knows which session is meant."""
    return _paragraphs([rsvp_phrases_in(language).which.format(_anchor(calendar))])


def question_html(session: Session, page: str, language: str) -> str:
    """What a poll asks."""
    words = rsvp_phrases_in(language)
    lines = [words.question.format(escape(session.title)), *_details(session, language)]
    if session.join_mode == "restricted":
        lines.append(words.decided_by_host)
    elif is_full(session):
        lines.append(words.full)
    return _paragraphs([*lines, words.page.format(_anchor(page))])


def private_note(
    uris: Uris, number: int, to: Addressee, content: str, *, reply_to: str | None, now: datetime
) -> Json:
    """A Note that one person alone may read: they are its only addressee, and mentioned in it.

    Without the mention Mastodon takes it for something that a group was told (activity/create.rb,
    `process_audience`).
    """
    return compact(
        {
            "id": uris.note(number),
            "type": "Note",
            "attributedTo": uris.company,
            "inReplyTo": reply_to,
            "to": [to.uri],
            "cc": [],
            "content": content,
            "contentMap": {_tag(to.language): content},
            "tag": [{"type": "Mention", "href": to.uri, "name": to.handle}],
            "published": written(now),
        }
    )


def poll(
    uris: Uris,
    number: int,
    to: Addressee,
    session: Session,
    *,
    reply_to: str | None,
    now: datetime,
    closes_at: datetime,
) -> Json:
    """A poll that one person alone may see and answer, until `closes_at`.

    As Mastodon 4.4 reads it (app/lib/activitypub/parser/poll_parser.rb) and GoToSocial asks for it
    (docs/federation/posts.md): options in `oneOf` by `name`, each with a count in `replies`.
    """
    content = question_html(session, uris.session(session.id), to.language)
    note = private_note(uris, number, to, content, reply_to=reply_to, now=now)
    options = [
        {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": 0}}
        for name in poll_options(to.language)
    ]
    return note | {"type": "Question", "oneOf": options, "endTime": written(closes_at), "votersCount": 0}


def poll_options(language: str) -> dict[str, Literal["join", "maybe", "leave"]]:
    """The options of a poll, in order, and what each of them means."""
    words: RsvpPhrases = rsvp_phrases_in(language)
    return {words.yes: "join", words.perhaps: "maybe", words.no: "leave"}


def _details(session: Session, language: str) -> list[str]:
    where = ", ".join(part for part in (session.place_name, session.place_address) if part)
    times = f"🗓️ {when(session, phrases_in(language))}"
    return [times, f"📍 {escape(where)}"] if where and session.place != "online" else [times]


def _moment(moment: datetime, session: Session, language: str) -> str:
    words = phrases_in(language)
    local = moment.astimezone(zone_of(session)).replace(tzinfo=None)
    day = format_datetime(local, words.day, locale="de" if words is GERMAN else "en")
    return f"{day}, {local:%H:%M}"


def _paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def _anchor(address: str) -> str:
    return f'<a href="{escape(address)}">{escape(address)}</a>'


def _tag(language: str) -> str:
    """The language in which a message is really written."""
    return "de" if phrases_in(language) is GERMAN else "en"
