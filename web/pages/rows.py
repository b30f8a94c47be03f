"""Sessions as rows: what one reader is told about each, and what they can do next."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby

from alliance.models import Person, Session
from alliance.visibility import Viewer, shown_host, shown_portrait, takes_part_as_host
from web.pages.frame import badge_of
from web.pages.views import Act, DayGroup, Face, SessionRow, Standing
from web.texts import language_name
from web.times import Reader

# Up to this many free places are called scarce.
_FEW = 3
ACTIVE = ("asked", "going", "waiting", "maybe")
_ASKED = ("asked", "going", "waiting")


def day_groups(
    sessions: Iterable[Session], states: Mapping[int, str], viewer: Viewer, reader: Reader
) -> tuple[DayGroup, ...]:
    """Sessions in the order of their start, by the days on which they begin where the reader is."""

    def day_of(session: Session) -> date:
        return reader.here(session.starts_at).date()

    return tuple(
        DayGroup(
            reader.day_name(day),
            reader.day_detail(day),
            day.isoformat(),
            tuple(session_row(session, states.get(session.id), viewer, reader) for session in of_day),
        )
        for day, of_day in groupby(sessions, key=day_of)
    )


def session_row(session: Session, state: str | None, viewer: Viewer, reader: Reader) -> SessionRow:
    """One session; company, host and topics are loaded. `state` is the viewer's own attendance."""
    places, scarce = places_of(session, reader)
    standing = standing_of(session, state, viewer, reader)
    host = shown_host(viewer, session)
    return SessionRow(
        url=f"/sessions/{session.id}",
        title=session.title,
        language=session.language,
        starts_at=session.starts_at,
        clock=reader.clock(session.starts_at),
        length=reader.length(session.starts_at, session.ends_at),
        company=badge_of(session.company),
        host=face_of(host) if host else None,
        elsewhere=reader.start_in(session.timezone, session.starts_at),
        foreign_language=None
        if session.language == reader.language
        else language_name(session.language, reader.language),
        place=session.place_name or None if session.place != "online" else None,
        topics=tuple(topic.name for topic in session.topics),
        external=external_words(session, reader),
        in_series=session.series_id is not None,
        leaders=session.is_leaders,
        cancelled=session.status == "cancelled",
        live=session.starts_at <= reader.now < session.ends_at,
        places="" if standing and standing.kind != "hosting" else places,
        scarce=scarce,
        standing=standing,
        act=join_act(session, state, viewer, reader),
    )


def external_words(session: Session, reader: Reader) -> str:
    """What marks an event of an external source, with its server; empty for sessions of the alliance."""
    if session.author_uri is None:
        return ""
    return reader.texts.gettext("External, from %(host)s", host=session.company.host.rpartition("@")[2])


def face_of(person: Person, url: str | None = None) -> Face:
    """A person beside what they offer."""
    return Face(person.name, url)


def portrait_of(person: Person, viewer: Viewer, url: str | None = None) -> Face:
    """The same with the picture, as far as the viewer may see it; the profile is loaded."""
    picture = shown_portrait(viewer, person.profile)
    return Face(person.name, url, f"/media/{picture}" if picture else None)


def is_full(session: Session) -> bool:
    """Whether every place is taken, as far as we know."""
    return session.capacity is not None and session.going_count >= session.capacity


def places_of(session: Session, reader: Reader) -> tuple[str, bool]:
    """The places in words, and whether they are scarce; empty where there is nothing to say."""
    texts = reader.texts
    if session.ends_at <= reader.now or session.join_mode in ("external", "none"):
        return "", False
    if session.capacity is None:
        going = session.going_count
        return (texts.ngettext("%(num)s going", "%(num)s going", going), False) if going else ("", False)
    free = session.capacity - session.going_count
    if free <= 0 and session.waiting_count:
        return texts.ngettext("full, %(num)s waiting", "full, %(num)s waiting", session.waiting_count), False
    if free <= 0:
        return texts.gettext("full"), False
    if free <= _FEW:
        return texts.ngettext("%(num)s place left", "%(num)s places left", free), True
    return texts.gettext("%(free)s of %(all)s places free", free=free, all=session.capacity), False


def standing_of(session: Session, state: str | None, viewer: Viewer, reader: Reader) -> Standing | None:
    """How the viewer stands to a session, in a few words; None for nothing to say."""
    texts = reader.texts
    if takes_part_as_host(viewer, session):
        own = session.uri is None and session.host_id == viewer.person_id
        words = texts.gettext("Your session") if own else texts.gettext("You hold it too")
        return Standing("hosting", words, icon="star")
    if session.ends_at <= reader.now:
        return Standing(
            "over", texts.gettext("You were there") if state == "going" else texts.gettext("Over")
        )
    match state:
        case "going":
            return Standing("going", texts.gettext("You are in"), icon="check")
        case "asked":
            return Standing("asked", texts.gettext("Asked, no answer yet"), icon="hourglass")
        case "waiting":
            return Standing("waiting", texts.gettext("On the waiting list"), icon="hourglass")
        case "maybe":
            return Standing("maybe", texts.gettext("Maybe"), icon="clock")
        case "declined":
            return Standing("declined", texts.gettext("Not this time"))
        case _:
            return None


def is_open(session: Session, reader: Reader) -> bool:
    """Whether places are given away here at all."""
    return (
        session.status in ("scheduled", "tentative")
        and session.ends_at > reader.now
        and session.join_mode in ("free", "restricted")
    )


def may_join(session: Session, state: str | None, viewer: Viewer, reader: Reader) -> bool:
    """Whether asking for a place makes sense at all, for whoever is signed in."""
    return (
        is_open(session, reader)
        and state not in (*_ASKED, "declined")
        and not takes_part_as_host(viewer, session)
    )


def join_act(session: Session, state: str | None, viewer: Viewer, reader: Reader) -> Act | None:
    """The one button of a row, for employees who could take part."""
    if viewer.kind != "employee" or not may_join(session, state, viewer, reader):
        return None
    texts, url = reader.texts, f"/sessions/{session.id}/join"
    if is_full(session):
        return Act(texts.gettext("Join the waiting list"), url, main=False)
    if session.join_mode == "restricted":
        return Act(texts.gettext("Ask for a place"), url)
    return Act(texts.gettext("Join"), url)
