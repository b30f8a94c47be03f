"""Writes the newsletter for one reader, from what that reader may see at this moment."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Edition, Guest, Mail, Session, Story, Wish
from alliance.newsletter import TEST_KIND
from alliance.queries.digests import WEEK, Digest, digest_for_employee, digest_for_guest
from alliance.queries.newsletter import KIND, next_edition
from alliance.subscribing import ADDRESS, CONFIRM_KIND
from alliance.text import clean_line, one_line, plain_text, render_markdown
from alliance.visibility import STRANGER, Viewer, employee_viewer, shown_host
from web.addresses import address_of_story, address_of_wish
from web.mail.packing import Letter
from web.mail.tokens import guest_token, message_id
from web.mail.writing import Desk, reader_of, stop_words
from web.templating import fill
from web.texts import language_name
from web.times import Reader

KINDS = (KIND, TEST_KIND, CONFIRM_KIND)
_NOTE_STYLES = MappingProxyType(
    {
        "<p>": '<p style="margin:0 0 12px">',
        "<ul>": '<ul style="margin:0 0 12px;padding-left:20px">',
        "<a ": '<a style="color:#1f4f8f" ',
    }
)


@dataclass(frozen=True)
class Addressee:
    """For whom a copy is: what is shown is what `viewer` may see. `stop` is empty for a copy to look at."""

    viewer: Viewer
    reader: Reader
    name: str = ""
    address: str = ""
    stop: dict[str, str] | None = None


@dataclass(frozen=True)
class Line:
    """One thing in the newsletter: its title leads to `url`; `language` where it is not the reader's.

    `is_words`: what somebody said, rather than what something is called.
    """

    title: str
    url: str
    about: str
    when: str = ""
    language: str = ""
    is_words: bool = False


@dataclass(frozen=True)
class Part:
    """Lines under one heading, in groups with a heading of their own: days."""

    title: str
    groups: tuple[tuple[str, tuple[Line, ...]], ...]


async def newsletter_letter(db: AsyncSession, desk: Desk, mail: Mail) -> Letter | None:
    """The letter of a mail of KINDS, everything of it loaded; None if there is nothing to tell its reader."""
    number = message_id(desk.vault, desk.settings.host.partition(":")[0], mail.id)
    if mail.guest is not None and mail.kind == CONFIRM_KIND:
        return _question(desk, mail.guest, number)
    edition = mail.edition if mail.kind == KIND else await next_edition(db)
    since = edition.starts_at if edition is not None and edition.starts_at is not None else desk.now
    if mail.guest is not None:
        digest = await digest_for_guest(db, mail.guest.topics, since=since, now=desk.now)
        to = _to_guest(desk, mail.guest)
    else:
        digest = await digest_for_employee(db, mail.reader.id, since=since, now=desk.now)
        to = _to_employee(desk, mail)
    said = copy_of(desk, edition, digest, to, since=since)
    if mail.kind == KIND and not said["has_something"]:
        return None
    return _letter(desk, to, number, said, "mail/digest")


def copy_of(
    desk: Desk, edition: Edition | None, digest: Digest, to: Addressee, *, since: datetime
) -> dict[str, object]:
    """What the templates of the newsletter are filled with, for one reader."""
    reader, texts = to.reader, to.reader.texts
    note = note_for(edition, to.viewer, reader.language)
    parts = [part for part in _parts(desk, digest, to) if part.groups]
    until = reader.date_of(reader.here(since + WEEK).date())
    subject = texts.gettext("%(company)s: what comes up until %(day)s", company=desk.home.name, day=until)
    return {
        "subject": one_line(subject, 160),
        "company": desk.home.name,
        "greeting": _greeting(to),
        "note": _styled(render_markdown(note)) if note else "",
        "note_text": note,
        "parts": parts,
        "has_something": bool(parts or note),
        "programme": f"{desk.settings.origin}/",
        "has_more": digest.has_more,
        "stop": to.stop,
    }


def note_for(edition: Edition | None, viewer: Viewer, language: str) -> str:
    """The editor's words as this viewer may read them, in this language if there are any in it; Markdown."""
    if edition is None or (edition.note_audience != "public" and viewer.kind != "employee"):
        return ""
    notes = (edition.note_de, edition.note_en)
    own, other = notes if language == "de" else notes[::-1]
    return own or other


def _to_employee(desk: Desk, mail: Mail) -> Addressee:
    employee = mail.reader
    reader = reader_of(desk, employee.language, employee.timezone)
    return Addressee(
        viewer=employee_viewer(employee.id),
        reader=reader,
        name=clean_line(employee.person.name),
        address=employee.email,
        stop=stop_words(desk, employee.id, KIND, reader) if mail.kind == KIND else None,
    )


def _to_guest(desk: Desk, guest: Guest) -> Addressee:
    reader = reader_of(desk, guest.language, None)
    return Addressee(
        viewer=STRANGER,
        reader=reader,
        address=desk.vault.open(guest.address, ADDRESS),
        stop={
            "words": reader.texts.gettext("You get this mail because you signed up for it."),
            "label": reader.texts.gettext("No longer, and delete my address"),
            "url": f"{desk.settings.origin}/newsletter/stop/{guest_token(desk.vault, 'no', guest.id)}",
        },
    )


def _question(desk: Desk, guest: Guest, number: str) -> Letter:
    """Asks whoever has an address whether it was them who signed up with it."""
    language = guest.wanted["language"] if guest.wanted else guest.language
    reader = reader_of(desk, language, None)
    to = Addressee(viewer=STRANGER, reader=reader, address=desk.vault.open(guest.address, ADDRESS))
    texts, company = to.reader.texts, desk.home.name
    link = f"{desk.settings.origin}/newsletter/confirm/{guest_token(desk.vault, 'yes', guest.id)}"
    said = {
        "subject": one_line(
            texts.gettext("Please confirm: the newsletter of %(company)s", company=company), 160
        ),
        "company": company,
        "lead": texts.gettext("Somebody, probably you, would like to get our newsletter at this address."),
        "title": "",
        "facts": [],
        "quote": "",
        "buttons": [(texts.gettext("Yes, I want it"), link)],
        "notes": [
            texts.gettext(
                "It was not you? Then do nothing: without your yes nothing comes, and after two days the "
                "address is deleted."
            )
        ],
        "is_off": False,
        "stop": None,
    }
    return _letter(desk, to, number, said, "mail/letter")


def _letter(desk: Desk, to: Addressee, number: str, said: dict[str, object], template: str) -> Letter:
    language = to.reader.language
    return Letter(
        message_id=number,
        to=(to.name, to.address),
        sender=(clean_line(desk.home.name), desk.settings.mailbox),
        subject=str(said["subject"]),
        text=fill(f"{template}.txt", language, **said).strip() + "\n",
        html=fill(f"{template}.html", language, **said),
        language=language,
        unsubscribe=to.stop["url"] if to.stop else None,
    )


def _greeting(to: Addressee) -> str:
    if not to.name:
        return to.reader.texts.gettext("Hello,")
    return to.reader.texts.gettext("Hello %(name)s,", name=one_line(to.name, 80))


def _parts(desk: Desk, digest: Digest, to: Addressee) -> list[Part]:
    texts = to.reader.texts
    others = texts.gettext("And besides") if digest.followed else texts.gettext("What comes up")
    return [
        Part(texts.gettext("What you follow"), _days(desk, digest.followed, to)),
        Part(others, _days(desk, digest.others, to)),
        Part(
            texts.gettext("What others took with them"),
            _one_group([_told(desk, one) for one in digest.stories]),
        ),
        Part(
            texts.gettext("What others ask for and offer"),
            _one_group([_asked(desk, one) for one in digest.wishes]),
        ),
    ]


def _one_group(lines: list[Line]) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    return (("", tuple(lines)),) if lines else ()


def _days(desk: Desk, sessions: list[Session], to: Addressee) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    reader = to.reader
    by_day = groupby(sessions, key=lambda one: reader.here(one.starts_at).date())
    return tuple(
        (f"{reader.weekday(day)}, {reader.date_of(day)}", tuple(_line(desk, one, to) for one in of_day))
        for day, of_day in by_day
    )


def _line(desk: Desk, session: Session, to: Addressee) -> Line:
    """A session: who and where; never the link to its meeting."""
    reader = to.reader
    host = shown_host(to.viewer, session)
    foreign = session.language != reader.language
    said = (
        host.name if host else "",
        session.company.name,
        _place(session, reader),
        language_name(session.language, reader.language) if foreign else "",
    )
    return Line(
        title=session.title,
        url=f"{desk.settings.origin}/sessions/{session.id}",
        about=" · ".join(filter(None, said)),
        when=reader.span(session.starts_at, session.ends_at),
        language=session.language if foreign else "",
    )


def _place(session: Session, reader: Reader) -> str:
    if session.place == "online" or not session.place_name:
        return reader.texts.gettext("Online") if session.place != "on_site" else ""
    return session.place_name


def _told(desk: Desk, story: Story) -> Line:
    words = one_line(story.spoiler or plain_text(story.html), 200)
    url = f"{desk.settings.origin}{address_of_story(story)}"
    return Line(f"“{words}”", url, _author(story), is_words=True)


def _asked(desk: Desk, wish: Wish) -> Line:
    return Line(wish.title, f"{desk.settings.origin}{address_of_wish(wish)}", _author(wish))


def _author(told: Story | Wish) -> str:
    company = told.author.company
    return " · ".join(filter(None, (told.author.name, company.name if company else "")))


def _styled(markup: str) -> str:
    """Sanitised HTML with the little that mail programs need; they read no style sheet."""
    for plain, styled in _NOTE_STYLES.items():
        markup = markup.replace(plain, styled)
    return markup
