"""Session to Event: one document for everybody, and the meeting link is not in it."""

import mimetypes
from collections.abc import Sequence
from html import escape
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from alliance.models import AUDIENCES, Session
from alliance.rhythm_words import rhythm_by_language
from alliance.visibility import shown_co_hosts, with_co_hosts
from federation.translate.lines import headline_html, is_full, summary_html, zone_of
from federation.uris import PUBLIC, Uris
from federation.vocabulary import event as wire
from federation.vocabulary.event import Event, Organizer, Picture
from federation.vocabulary.places import Place
from federation.vocabulary.series import SeriesTold
from federation.vocabulary.wordings import Wording

# What an Event says; to be loaded with the session.
EVERYTHING_SAID: tuple[ORMOption, ...] = (
    joinedload(Session.company),
    joinedload(Session.host),
    selectinload(Session.topics),
    selectinload(Session.translations),
    selectinload(Session.materials),
    selectinload(Session.transcripts),
    joinedload(Session.series),
    with_co_hosts(),
)
_STATES = {"cancelled": wire.CANCELLED, "postponed": wire.POSTPONED, "tentative": wire.TENTATIVE}
# Titles are spliced into HTML unescaped by Mastodon, so what could begin a tag is replaced by its look-alike.
_NO_MARKUP = str.maketrans({"<": "‹", ">": "›"})


def event_of(session: Session, uris: Uris, audience: Sequence[str] = ()) -> Event:
    """One of our sessions as an Event; company, host, topics and translations must be loaded.

    `audience`: the communities in which it stands. What is written here is all that ever leaves about it.
    """
    page = uris.session(session.id)
    zone = zone_of(session)
    series = _series(session, uris)
    summary = summary_html(session, page, session.language, _series_line(series, session.language))
    to, cc = audience_of(session, uris)
    moved = session.previous_starts_at
    return Event(
        id=page,
        url=page,
        uuid=str(uuid5(NAMESPACE_URL, page)),
        attributed_to=uris.company,
        to=to,
        cc=cc,
        audience=tuple(audience),
        name=_name(session.title),
        summary=summary,
        # GoToSocial shows the content and folds it away behind the summary.
        content=headline_html(_name(session.title)) + summary + session.description_html,
        language=session.language,
        translations=_translations(session, page, series),
        starts_at=session.starts_at.astimezone(zone),
        ends_at=session.ends_at.astimezone(zone),
        timezone=session.timezone,
        state=_STATES.get(session.status, wire.RESCHEDULED if moved else wire.SCHEDULED),
        previous_starts_at=moved.astimezone(zone) if moved else None,
        place=_place(session, page),
        second_url=page if session.place == "hybrid" else None,
        is_online=session.place == "online",
        join_mode=session.join_mode,
        participation_url=page,
        capacity=session.capacity,
        remaining=_remaining(session),
        going=session.going_count,
        organizers=_organizers(session, uris),
        topics=tuple((topic.name, uris.topic(topic.slug)) for topic in session.topics),
        picture=_picture(session, uris),
        published=session.published_at or session.updated_at,
        updated=max(session.updated_at, session.published_at or session.updated_at),
        sequence=session.sequence,
        waiting=session.waiting_count,
        status_note=session.status_note,
        materials=tuple((one.kind, one.title, one.url) for one in session.materials),
        transcripts=tuple((one.language, uris.transcript(session.id, one.id)) for one in session.transcripts),
        series=series,
        leaders_share=bool(session.is_leaders),
        conversation=session.conversation or "moderated",
        replies=uris.replies(session.id),
    )


def audience_of(session: Session, uris: Uris) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`to` and `cc`. Public stands in `to`: only then may calendars list an Event."""
    if session.audience == "public":
        return (PUBLIC,), (f"{uris.company}/followers", uris.partners)
    return (uris.partners,), ()


def _series(session: Session, uris: Uris) -> SeriesTold | None:
    """What it is a date of, unless the series is now for fewer people than this date."""
    series = session.series
    if series is None or AUDIENCES.index(series.audience) < AUDIENCES.index(session.audience):
        return None
    return SeriesTold(uris.series(series.id), _name(series.title), rhythm_by_language(series))


def _series_line(series: SeriesTold | None, language: str) -> str:
    """For timelines: the name with the way to all dates, and how often."""
    if series is None:
        return ""
    rhythm = series.rhythm.get("de" if language.startswith("de") else "en", "")
    named = f'🔁 <a href="{escape(series.id)}">{escape(series.name)}</a>'
    return f"{named}: {escape(rhythm)}" if rhythm else named


def _name(title: str) -> str:
    return title.translate(_NO_MARKUP)


def _translations(session: Session, page: str, series: SeriesTold | None) -> tuple[Wording, ...]:
    """The summary is there in each language, the description in those in which the host wrote one."""
    found = []
    for text in session.translations:
        summary = summary_html(session, page, text.language, _series_line(series, text.language))
        name = _name(text.title)
        content = headline_html(name) + summary + (text.description_html or session.description_html)
        found.append(Wording(text.language, name, summary, content))
    return tuple(found)


def _place(session: Session, page: str) -> Place:
    """One place: of a hybrid session the real one. Mobilizon 5.1 crashes over an array."""
    if session.place == "online":
        return Place(name="Online", url=page, is_virtual=True)
    return Place(name=session.place_name, address=session.place_address)


def _remaining(session: Session) -> int | None:
    if session.capacity is None:
        return None
    return 0 if is_full(session) else session.capacity - session.going_count


def _organizers(session: Session, uris: Uris) -> tuple[Organizer, ...]:
    """The host where the name is shown, then whoever said yes to holding it too, with where they said so."""
    said_yes = {row.person_id: row.answer_uri for row in session.co_hosts}
    found = [session.host] if session.host_shown and session.host is not None else []
    return tuple(
        Organizer(person.uri or uris.person(person.id), person.name, said_yes.get(person.id))
        for person in (*found, *shown_co_hosts(session))
    )


def _picture(session: Session, uris: Uris) -> Picture | None:
    if session.image is None:
        return None
    media_type = mimetypes.guess_type(session.image)[0] or "image/jpeg"
    width, height = session.image_width, session.image_height
    return Picture(
        uris.media(session.image),
        media_type,
        session.image_alt,
        (width, height) if width and height else None,
    )
