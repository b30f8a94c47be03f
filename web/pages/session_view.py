"""One session in full: when, where, who, and how the reader stands to it, all in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from alliance.models import Attendance, Person, Session
from alliance.visibility import Viewer, takes_part_as_host
from web.pages.frame import address_of, badge_of
from web.pages.rows import is_full, is_open, may_join, places_of, portrait_of, session_row
from web.pages.views import Act, Banner, Guest, GuestList, SessionPage, Standing
from web.texts import language_name
from web.times import Reader

AUDIENCE_TEXTS = {
    "company": "Only %(company)s",
    "alliance": "%(company)s and its allied companies",
    "public": "Everyone",
}


def session_view(
    session: Session,
    attendance: Attendance | None,
    viewer: Viewer,
    reader: Reader,
    *,
    home: str,
    meeting_link: str | None,
    host: Person | None = None,
    guests: GuestList | None = None,
    manages: bool = False,
    wanted_language: str | None = None,
) -> SessionPage:
    """The page of `session` for one reader. `meeting_link` is given only for those who may have it.

    `host` is who holds it, with the profile loaded, where they introduce themselves to this reader.
    """
    texts = reader.texts
    state = attendance.state if attendance else None
    row = session_row(session, state, viewer, reader)
    if host is not None:
        row = replace(row, host=portrait_of(host, viewer, address_of(host)))
    wordings = wordings_of(session)
    shown = wordings.get(wanted_language or reader.language) or wordings[session.language]
    return SessionPage(
        row=row,
        day=reader.day(session.starts_at),
        span=reader.span(session.starts_at, session.ends_at),
        zone=texts.gettext("Time in %(city)s", city=reader.city(reader.zone.key)),
        host_span=reader.span_in(session.timezone, session.starts_at, session.ends_at),
        description=shown.description_html,
        title=shown.title,
        language=shown.language,
        other_wordings=tuple(
            (language, language_name(language, reader.language), f"/sessions/{session.id}?in={language}")
            for language in wordings
            if language != shown.language
        ),
        where=_where(session, reader),
        where_detail=_where_detail(session, meeting_link, reader),
        language_name=language_name(session.language, reader.language),
        audience=_audience(session, reader, home),
        panel=_panel(session, attendance, viewer, reader, has_link=meeting_link is not None),
        places_taken=(min(session.going_count, session.capacity), session.capacity)
        if session.capacity and row.act
        else None,
        meeting_link=_web_address(meeting_link),
        act=_act(session, state, viewer, reader) or row.act,
        leave=_leave(session, state, viewer, reader),
        maybe=_maybe(session, state, viewer, reader),
        host_headline=host.profile.headline if host is not None and host.profile is not None else "",
        banner=_banner(session),
        fine_print=_fine_print(session, state, viewer, reader, home),
        manages=manages,
        postponed=session.status == "postponed",
        guests=guests,
        original_url=_web_address(session.url) if session.uri else None,
        elsewhere=_elsewhere(session, viewer, reader),
        topics=tuple((topic.name, topic.slug) for topic in session.topics),
    )


def _elsewhere(session: Session, viewer: Viewer, reader: Reader) -> str | None:
    """Taking part with an account of another server, for whoever is not signed in here."""
    if session.uri is not None or viewer.kind != "stranger" or not may_join(session, None, viewer, reader):
        return None
    return f"/sessions/{session.id}/elsewhere"


def _audience(session: Session, reader: Reader, home: str) -> str:
    if session.audience == "public":
        return reader.texts.gettext(AUDIENCE_TEXTS["public"])
    # What external sources list is shown to our own people alone.
    company = session.company.name if session.author_uri is None else home
    return reader.texts.gettext(AUDIENCE_TEXTS[session.audience], company=company)


@dataclass(frozen=True)
class Wording:
    """What a session says in one language; the description is sanitised HTML."""

    language: str
    title: str
    description_html: str


def wordings_of(session: Session) -> dict[str, Wording]:
    """By language, the session's own first; `translations` must be loaded."""
    own = Wording(session.language, session.title, session.description_html)
    others = (
        Wording(text.language, text.title, text.description_html or session.description_html)
        for text in session.translations
    )
    return {wording.language: wording for wording in (own, *others)}


def guest_list(attendances: Sequence[Attendance], reader: Reader) -> GuestList:
    """Everybody on the host's list, with person and company loaded."""

    def having(state: str) -> tuple[Guest, ...]:
        return tuple(_guest(attendance, reader) for attendance in attendances if attendance.state == state)

    return GuestList(
        asking=having("asked"), going=having("going"), waiting=having("waiting"), maybe=having("maybe")
    )


def _web_address(url: str | None) -> str | None:
    """An address that people may be led to: whatever a partner sends, it is a page."""
    return url if url and url.startswith(("https://", "http://")) else None


def _guest(attendance: Attendance, reader: Reader) -> Guest:
    person = attendance.person
    answer = f"/sessions/{attendance.session_id}/guests/{attendance.id}"
    asked = attendance.state == "asked"
    return Guest(
        name=person.name,
        company=badge_of(person.company) if person.company else None,
        host=person.host or "",
        since=reader.texts.gettext("since %(moment)s", moment=reader.since(attendance.since)),
        accept_url=f"{answer}/accept" if asked else None,
        decline_url=f"{answer}/decline" if asked else None,
    )


def _where(session: Session, reader: Reader) -> str:
    if session.place == "online":
        return reader.texts.gettext("Online")
    place = ", ".join(part for part in (session.place_name, session.place_address) if part)
    if session.place == "hybrid":
        return reader.texts.gettext("%(place)s and online", place=place)
    return place or reader.texts.gettext("See the event page")


def _where_detail(session: Session, meeting_link: str | None, reader: Reader) -> str:
    if (
        session.place == "on_site"
        or session.author_uri is not None
        or meeting_link
        or session.ends_at <= reader.now
    ):
        return ""
    return reader.texts.gettext("People who are going get the link.")


def _panel(
    session: Session, attendance: Attendance | None, viewer: Viewer, reader: Reader, *, has_link: bool
) -> Standing:
    texts = reader.texts
    if session.status == "cancelled":
        return Standing("over", texts.gettext("Cancelled"), session.status_note, "x")
    if session.status == "postponed":
        return Standing(
            "waiting", texts.gettext("Put off, no new date yet"), session.status_note, "hourglass"
        )
    if takes_part_as_host(viewer, session):
        own = session.uri is None and session.host_id == viewer.person_id
        words = texts.gettext("Your session") if own else texts.gettext("You hold it too")
        return Standing("going", words, places_of(session, reader)[0], "star")
    if session.ends_at <= reader.now:
        return Standing("over", texts.gettext("This session is over"), "", "clock")
    return _own_standing(session, attendance, reader, has_link) or _open_standing(session, reader)


def _own_standing(
    session: Session, attendance: Attendance | None, reader: Reader, has_link: bool
) -> Standing | None:
    if attendance is None:
        return None
    texts, since = reader.texts, reader.since(attendance.since)
    company = session.company.name
    match attendance.state:
        case "going":
            when = f"{reader.day(session.starts_at)}, {reader.span(session.starts_at, session.ends_at)}"
            if not has_link and session.place != "on_site":
                when = texts.gettext(
                    "%(company)s has said yes; the link is still on its way.", company=company
                )
            return Standing("going", texts.gettext("You are in"), when, "circle-check")
        case "asked" if session.uri is not None:
            detail = texts.gettext("Waiting for %(company)s since %(moment)s.", company=company, moment=since)
            return Standing("waiting", texts.gettext("Asked"), detail, "hourglass")
        case "asked":
            detail = texts.gettext("Waiting for the host's answer since %(moment)s.", moment=since)
            return Standing("waiting", texts.gettext("Asked"), detail, "hourglass")
        case "waiting":
            detail = texts.gettext("Since %(moment)s. You move up as soon as a place is free.", moment=since)
            return Standing("waiting", texts.gettext("On the waiting list"), detail, "hourglass")
        case "maybe":
            detail = texts.gettext("The host knows. You have no place until you join.")
            return Standing("waiting", texts.gettext("Maybe"), detail, "clock")
        case "declined":
            detail = texts.gettext("The host could not give you a place.")
            return Standing("over", texts.gettext("Not this time"), detail, "x")
        case _:
            return None


def _open_standing(session: Session, reader: Reader) -> Standing:
    texts = reader.texts
    if session.author_uri is not None:
        detail = texts.gettext("%(name)s publishes it; taking part works there.", name=session.company.name)
        return Standing("open", texts.gettext("External event"), detail)
    if session.join_mode == "external":
        return Standing("open", texts.gettext("Registration is elsewhere"))
    if session.join_mode == "none":
        return Standing("open", texts.gettext("Just come along"), texts.gettext("No registration needed."))
    words, _ = places_of(session, reader)
    when = f"{reader.day(session.starts_at)}, {reader.span(session.starts_at, session.ends_at)}"
    return Standing(
        "open", words[:1].upper() + words[1:] if words else texts.gettext("Places for everybody"), when
    )


def _act(session: Session, state: str | None, viewer: Viewer, reader: Reader) -> Act | None:
    """What is not a place to ask for: registration elsewhere, or signing in first."""
    texts = reader.texts
    elsewhere = _web_address(session.url)
    if session.join_mode == "external" and elsewhere and session.ends_at > reader.now:
        is_external = session.author_uri is not None
        event_page, registration = (
            texts.gettext("Go to the event page"),
            texts.gettext("Go to the registration"),
        )
        return Act(event_page if is_external else registration, elsewhere, get=True)
    if viewer.kind == "stranger" and may_join(session, state, viewer, reader):
        return Act(texts.gettext("Sign in to join"), f"/sign-in?next=/sessions/{session.id}", get=True)
    return None


def _leave(session: Session, state: str | None, viewer: Viewer, reader: Reader) -> Act | None:
    if viewer.kind != "employee" or session.ends_at <= reader.now or session.status == "cancelled":
        return None
    if takes_part_as_host(viewer, session):
        return None
    labels = {
        "going": reader.texts.gettext("I can't come after all"),
        "asked": reader.texts.gettext("Take the question back"),
        "waiting": reader.texts.gettext("Leave the waiting list"),
        "maybe": reader.texts.gettext("I won't come"),
    }
    label = labels.get(state or "")
    return Act(label, f"/sessions/{session.id}/leave", main=False) if label else None


def _maybe(session: Session, state: str | None, viewer: Viewer, reader: Reader) -> Act | None:
    """Perhaps: known to the host, takes no place. Other companies are only told of a yes or a no."""
    if viewer.kind != "employee" or session.uri is not None or takes_part_as_host(viewer, session):
        return None
    if state in ("maybe", "declined") or not is_open(session, reader):
        return None
    return Act(reader.texts.gettext("Maybe"), f"/sessions/{session.id}/maybe", main=False)


def _banner(session: Session) -> Banner | None:
    """Our own pictures alone; nobody's browser is led to another company's."""
    if session.image is None or session.uri is not None:
        return None
    return Banner(
        f"/media/{session.image}", session.image_alt, session.image_width or 16, session.image_height or 9
    )


def _fine_print(session: Session, state: str | None, viewer: Viewer, reader: Reader, home: str) -> str:
    texts = reader.texts
    if viewer.kind != "employee" or not may_join(session, state, viewer, reader):
        return ""
    if is_full(session):
        return texts.gettext("Places that become free go to the waiting list in order, by themselves.")
    if session.uri is not None:
        return texts.gettext(
            "%(company)s sees your name and “%(home)s”, nothing else.",
            company=session.company.name,
            home=home,
        )
    return texts.gettext("The link to the meeting appears here as soon as you are in.")
