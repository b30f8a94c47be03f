"""Writes one mail of the queue as a letter, from what holds at this moment and in the reader's language."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from alliance.mailing import SEALED
from alliance.models import Company, Mail, Session
from alliance.models import Letter as WrittenLetter
from alliance.notice_kinds import choice_of_kind
from alliance.personal_links import personal_link
from alliance.settings import Settings
from alliance.text import clean_line, one_line, plain_text
from alliance.times import is_zone
from alliance.vault import Vault
from alliance.visibility import employee_viewer, shown_host
from web.feeds.entries import entry_of
from web.mail.packing import Letter
from web.mail.tokens import answer_address, leave_token, letter_address, message_id, stop_token
from web.mail.wording import CHOICE_LABELS, LEAD_TEXTS, SUBJECT_TEXTS
from web.templating import fill
from web.texts import LANGUAGES, Texts
from web.times import Reader

_OFF = ("cancelled", "postponed", "withdrawn")
_WITH_PLACE = ("joined", "series_date", "moved_up", "changed", "reminder_day", "reminder_hour")


@dataclass(frozen=True)
class Desk:
    """What is at hand when letters are written: who we are, our secrets, the moment."""

    settings: Settings
    vault: Vault
    home: Company
    now: datetime


def write(desk: Desk, mail: Mail, told: WrittenLetter | None = None) -> Letter:
    """The letter of a mail with everything loaded (`mail_queue.mail_with`); `told` is what it is about.

    Nobody's address is in it: whoever wants to answer does that here.
    """
    employee, session = mail.reader, mail.session
    reader = reader_of(desk, employee.language, employee.timezone)
    said = _words(desk, mail, reader, told)
    stop = _stop(desk, mail, reader)
    context = said | {
        "company": desk.home.name,
        "facts": _facts(mail, session, reader) if session is not None else [],
        "buttons": _buttons(desk, mail, session, reader),
        "notes": _notes(desk, mail, session, reader, told),
        "is_off": mail.kind in _OFF,
        "stop": stop,
    }
    text = fill("mail/letter.txt", reader.language, **context)
    return Letter(
        message_id=message_id(desk.vault, desk.settings.host.partition(":")[0], mail.id),
        to=(clean_line(employee.person.name), employee.email),
        sender=(clean_line(desk.home.name), desk.settings.mailbox),
        reply_to=_reply_to(desk, mail, session, told),
        subject=said["subject"],
        text=text.strip() + "\n",
        html=fill("mail/letter.html", reader.language, **context),
        language=reader.language,
        calendar=_calendar(desk, mail, session) if session is not None else None,
        method=mail.method,
        unsubscribe=stop["url"] if stop else None,
    )


def _reply_to(desk: Desk, mail: Mail, session: Session | None, told: WrittenLetter | None) -> str:
    """Where an answer by hand goes to the host, if that is one of ours, or to who wrote the letter; neither
    sees the other's address."""
    answers_to = desk.settings.answers_to
    if answers_to is not None and told is not None:
        return letter_address(desk.vault, answers_to, told.id)
    if answers_to is None or mail.attendance_id is None or session is None or session.uri is not None:
        return ""
    is_reached = session.host_id is not None and session.host_id != mail.employee_id
    return answer_address(desk.vault, answers_to, mail.attendance_id) if is_reached else ""


def reader_of(desk: Desk, language: str | None, timezone: str | None) -> Reader:
    """Somebody who reads now, in the company's language and zone where they have chosen none."""
    wanted = language or desk.home.language
    zone = timezone or desk.home.timezone
    known = wanted if wanted in LANGUAGES else "en"
    return Reader(Texts(known), ZoneInfo(zone if is_zone(zone) else "UTC"), desk.now)


def _words(desk: Desk, mail: Mail, reader: Reader, told: WrittenLetter | None) -> dict[str, str]:
    texts, session = reader.texts, mail.session
    title = session.title if session else str(mail.data.get("title", ""))
    author = _writer(told) if told else mail.comment.author.name if mail.comment else ""
    filled = {"title": title, "company": desk.home.name, "name": author}
    if session is not None:
        filled |= {"day": reader.day(session.starts_at), "time": reader.clock(session.starts_at)}
    return {
        "subject": one_line(texts.gettext(SUBJECT_TEXTS[mail.kind], **filled), 160),
        "lead": texts.gettext(LEAD_TEXTS[mail.kind], **filled),
        "title": title,
        "quote": told.text if told else one_line(plain_text(mail.comment.html), 300) if mail.comment else "",
    }


def _writer(told: WrittenLetter) -> str:
    """Who wrote a letter; of people elsewhere also where."""
    company = told.sender.company
    name = one_line(told.sender.name, 80)
    return f"{name} ({one_line(company.name, 60)})" if company is not None and not company.is_home else name


def _facts(mail: Mail, session: Session, reader: Reader) -> list[tuple[str, str]]:
    """When in the reader's zone, and in the host's where that differs; where; by whom."""
    texts, start, end = reader.texts, session.starts_at, session.ends_at
    when = f"{_date(reader, start)}, {reader.span(start, end)} ({reader.city(reader.zone.key)})"
    facts = [(texts.gettext("When"), when)]
    zone = session.timezone if is_zone(session.timezone) else "UTC"
    if there := reader.span_in(zone, start, end):
        facts.append((texts.gettext("For the host"), there))
    moved_from = _moment(mail.data.get("moved_from"))
    if moved_from is not None:
        was = f"{_date(reader, moved_from)}, {reader.clock(moved_from)}"
        facts.append((texts.gettext("Before"), was))
    if mail.kind not in _OFF:
        facts.append((texts.gettext("Where"), _place(session, reader)))
    host = shown_host(employee_viewer(mail.reader.id), session)
    by = f"{host.name}, {session.company.name}" if host else session.company.name
    facts.append((texts.gettext("By"), by))
    if later := _later_dates(mail, reader):
        facts.append((texts.gettext("More dates of the series"), later))
    if session.status_note and mail.kind in _OFF:
        facts.append((texts.gettext("The host says"), session.status_note))
    return facts


def _later_dates(mail: Mail, reader: Reader) -> str:
    """The dates whose invitations come later, each two weeks before."""
    given = mail.data.get("dates")
    moments = [_moment(one) for one in given] if isinstance(given, list) else []
    return ", ".join(_date(reader, moment) for moment in moments if moment is not None)


def _date(reader: Reader, moment: datetime) -> str:
    """The date in full: "tomorrow" may be another day when the mail is read."""
    day = reader.here(moment).date()
    return f"{reader.short_day(day).split()[0]} {reader.date_of(day)}"


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _place(session: Session, reader: Reader) -> str:
    place = ", ".join(part for part in (session.place_name, session.place_address) if part)
    if session.place == "hybrid" and place:
        return reader.texts.gettext("%(place)s and online", place=place)
    return place if session.place == "on_site" and place else reader.texts.gettext("Online")


def _buttons(desk: Desk, mail: Mail, session: Session | None, reader: Reader) -> list[tuple[str, str]]:
    texts, origin = reader.texts, desk.settings.origin
    if mail.sealed is not None:
        return [(texts.gettext("Choose a password"), desk.vault.open(mail.sealed, SEALED))]
    if mail.kind == "letter":
        return [(texts.gettext("Read and answer"), f"{origin}/letters")]
    if session is None:
        return _buttons_of_others(mail, texts, origin)
    if mail.kind == "request":
        return [(texts.gettext("Answer"), f"{origin}/sessions/{session.id}#guests")]
    if mail.kind == "feedback":
        return [(texts.gettext("Answer with one tap"), f"{origin}/sessions/{session.id}/feedback")]
    buttons = []
    if mail.kind in _WITH_PLACE and (link := _link(desk, mail)):
        buttons.append((texts.gettext("To the meeting"), link))
    if mail.kind != "withdrawn":
        buttons.append((texts.gettext("To the session"), f"{origin}/sessions/{session.id}"))
    if mail.kind in _WITH_PLACE and mail.attendance_id is not None:
        token = leave_token(desk.vault, mail.attendance_id)
        buttons.append((texts.gettext("I can't come after all"), f"{origin}/mail/leave/{token}"))
    return buttons


def _buttons_of_others(mail: Mail, texts: Texts, origin: str) -> list[tuple[str, str]]:
    """Of mails that are about no session."""
    if choice_of_kind(mail.kind) == "circle":
        return [(texts.gettext("To the circle"), f"{origin}{mail.data['path']}")]
    if mail.kind == "webhook_ended":
        return [(texts.gettext("To the webhook"), f"{origin}{mail.data['path']}")]
    return []


def _notes(
    desk: Desk, mail: Mail, session: Session | None, reader: Reader, told: WrittenLetter | None
) -> list[str]:
    texts, notes = reader.texts, []
    if told is not None and desk.settings.answers_to is not None:
        notes.append(
            texts.gettext(
                "What you answer to this mail goes to %(name)s, without your address.", name=_writer(told)
            )
        )
    elif told is not None:
        notes.append(texts.gettext("Please answer there and not to this mail."))
    if mail.method == "REQUEST" and desk.settings.answers_to is not None:
        notes.append(
            texts.gettext(
                "It is in your calendar. If you decline it there, your place goes to somebody else."
            )
        )
    elif mail.method == "REQUEST":
        notes.append(
            texts.gettext(
                "It is in your calendar. Declining it there does not give your place back: "
                "please use “I can't come after all”."
            )
        )
    if session is not None and _reply_to(desk, mail, session, told):
        notes.append(texts.gettext("What you answer to this mail goes to the host, without your address."))
    if mail.data.get("dates"):
        notes.append(
            texts.gettext(
                "Each of the later dates goes into your calendar by a mail two weeks before it begins."
            )
        )
    if mail.kind in _WITH_PLACE and session is not None and session.place != "on_site":
        notes.append(texts.gettext("The link to the meeting is yours alone. Please don't pass it on."))
    if mail.kind in ("invitation", "reset"):
        notes.append(texts.gettext("The link works once and only for a while."))
    return notes


def _stop(desk: Desk, mail: Mail, reader: Reader) -> dict[str, str] | None:
    choice = choice_of_kind(mail.kind)
    if choice is None:
        return None
    return stop_words(desk, mail.reader.id, choice, reader)


def stop_words(desk: Desk, employee_id: int, choice: str, reader: Reader) -> dict[str, str]:
    """Why one of our people gets a mail, and where it stops."""
    token = stop_token(desk.vault, employee_id, choice)
    name = reader.texts.gettext(CHOICE_LABELS[choice])
    return {
        "words": reader.texts.gettext("You get this mail because of “%(choice)s”.", choice=name),
        "label": reader.texts.gettext("No more mail of this kind"),
        "url": f"{desk.settings.origin}/mail/stop/{token}",
    }


def _link(desk: Desk, mail: Mail) -> str | None:
    """The personal link of the person whom the mail is for."""
    attendance = mail.attendance
    if attendance is None or attendance.person_id != mail.employee_id:
        return None
    return personal_link(desk.settings.origin, desk.vault, attendance)


def _calendar(desk: Desk, mail: Mail, session: Session) -> bytes | None:
    if mail.method is None or mail.sequence is None:
        return None
    from web.mail.invitations import invitation

    host = shown_host(employee_viewer(mail.reader.id), session)
    link = _link(desk, mail) if mail.method == "REQUEST" else None
    answers_to = desk.settings.answers_to
    organizer = desk.settings.mailbox
    if answers_to is not None and mail.attendance_id is not None:
        organizer = answer_address(desk.vault, answers_to, mail.attendance_id)
    return invitation(
        # Exactly the number that was given to this mail: the next one is counted from it.
        replace(entry_of(session, desk.settings, link=link), sequence=mail.sequence),
        mail.method,
        stamp=desk.now,
        organizer=(f"{clean_line((host or session.company).name)} via Alliance", organizer),
        attendee=(clean_line(mail.reader.person.name), mail.reader.email),
        answers=answers_to is not None,
    )
