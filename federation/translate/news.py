"""From the wire to the domain: Event to SessionNews, Person to PersonNews."""

from datetime import datetime
from html import escape

from alliance.languages import known_language
from alliance.models import Person
from alliance.news import PersonNews, ProfileNews, SeriesNews, SessionNews, TranslationNews
from alliance.times import is_zone
from federation.translate.lines import headline_html
from federation.uris import host_of
from federation.vocabulary import event as wire
from federation.vocabulary.actor import Actor
from federation.vocabulary.event import Event, Organizer

_STATES = {wire.CANCELLED: "cancelled", wire.POSTPONED: "postponed", wire.TENTATIVE: "tentative"}


def session_news(event: Event, now: datetime) -> SessionNews:
    """An Event as the domain takes it in. Without dates of its own it counts as changed `now`."""
    place = event.place
    is_here = place is not None and not place.is_virtual
    return SessionNews(
        uri=event.id,
        url=event.url if event.url and host_of(event.url) == host_of(event.id) else event.id,
        title=event.name,
        description_html=_description(event),
        language=known_language(event.language or "", "en"),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone if is_zone(event.timezone) else "UTC",
        previous_starts_at=event.previous_starts_at,
        published_at=event.published,
        updated_at=event.updated or event.published or now,
        audience="public" if event.is_public else "alliance",
        place=_kind_of_place(event),
        place_name=place.name if place and is_here else "",
        place_address=place.address if place and is_here else "",
        capacity=event.capacity,
        going_count=event.going or 0,
        waiting_count=event.waiting or 0,
        join_mode="restricted" if event.join_mode == "invite" else event.join_mode,
        status=_STATES.get(event.state, "scheduled"),
        status_note=event.status_note,
        materials=event.materials,
        transcripts=event.transcripts,
        conversation=event.conversation,
        sequence=event.sequence,
        topics=[name for name, _ in event.topics],
        series=SeriesNews(event.series.id, event.series.name, event.series.rhythm) if event.series else None,
        is_leaders=event.leaders_share,
        host_uri=organizer.id if (organizer := organizer_of(event)) else None,
        translations=tuple(
            TranslationNews(
                language=text.language,
                title=text.name,
                description_html=_own_words(text.name, text.summary, text.content),
            )
            for text in event.translations
        ),
    )


def organizer_of(event: Event) -> Organizer | None:
    """The first organizer with a name whose identity lies where the Event does."""
    at_home = (one for one in event.organizers if one.name and host_of(one.id) == host_of(event.id))
    return next(at_home, None)


def organizer_news(organizer: Organizer) -> PersonNews:
    """A host of whom nothing but the name is known."""
    username = organizer.id.rstrip("/").rsplit("/", 1)[-1][:100]
    return PersonNews(
        uri=organizer.id,
        url=organizer.id,
        username=username,
        host=host_of(organizer.id),
        name=organizer.name,
    )


def person_news(actor: Actor, known_as: str | None = None) -> PersonNews:
    """A Person as the domain takes it in; the profile is there only if they publish one.

    Somebody who no longer shows a name is still `known_as` they were, where their sessions name them.
    """
    return PersonNews(
        uri=actor.id,
        url=actor.url if actor.url and host_of(actor.url) == host_of(actor.id) else actor.id,
        username=actor.username or "unknown",
        host=host_of(actor.id),
        name=actor.name or known_as or actor.username or "?",
        profile=_profile(actor),
    )


def without_profile(person: Person) -> PersonNews:
    """Somebody elsewhere as they are known here, but that they no longer show what they know."""
    return PersonNews(
        uri=person.uri or "",
        url=person.url,
        username=person.username,
        host=person.host or "",
        name=person.name,
    )


def _profile(actor: Actor) -> ProfileNews | None:
    shown = actor.expertise
    if shown is None:
        return None
    return ProfileNews(
        audience=shown.audience,
        headline=shown.headline,
        about_html=actor.summary.removeprefix(f"<p>{escape(shown.headline)}</p>"),
        languages=shown.languages,
        ask_me_about=shown.ask_me_about,
        topics=[name for name, _ in actor.topics],
        is_leader=shown.is_leader,
        takes_letters=shown.takes_letters,
    )


def _description(event: Event) -> str:
    """The content without what repeats name and summary in front of it."""
    return _own_words(event.name, event.summary, event.content)


def _own_words(name: str, summary: str, content: str) -> str:
    return content.removeprefix(headline_html(name)).removeprefix(summary)


def _kind_of_place(event: Event) -> str:
    if event.place is not None and not event.place.is_virtual:
        return "hybrid" if event.second_url else "on_site"
    return "online"
