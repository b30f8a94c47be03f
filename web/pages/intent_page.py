"""The page before anything happens: what somebody else's site asks for, in our words, with one button."""

from dataclasses import dataclass, replace
from datetime import datetime

from starlette.responses import Response

from alliance.errors import AllianceError
from alliance.models import Session
from alliance.queries.own_part import own_part
from alliance.text import plain_text
from federation.handlers.standing import publisher
from federation.uris import host_of
from federation.vocabulary.actor import Actor
from federation.vocabulary.event import Event
from web.pages.intent_objects import Found
from web.pages.rows import ACTIVE, may_join
from web.pages.visit import Visit

_SUMMARY_CHARACTERS = 300


@dataclass(frozen=True)
class Intent:
    """What is asked for: heading, what it is about, what follows; without `button` there is nothing to do."""

    title: str
    name: str
    host: str
    url: str | None = None
    details: tuple[str, ...] = ()
    consequence: str = ""
    button: str = ""
    verb: str = ""
    uri: str = ""
    way_out: tuple[str, str] | None = None


async def intent_page(visit: Visit, verb: str, found: Found) -> Response:
    """The page for one intent; what can't be done says why, and where to go instead."""
    if found.session is not None:
        intent = await _about_session(visit, verb, found.uri, found.session)
    elif found.event is not None:
        intent = await _about_event(visit, found.event)
    elif found.actor is not None:
        intent = _about_actor(visit, found.actor)
    else:
        intent = _about_ours(visit, found)
    return visit.page("intent.html", intent=intent)


def no_such_page(visit: Visit, uri: str, error: Exception) -> Response:
    """Why nothing can be done with this address; the same for what there is not and what is not for us."""
    texts = visit.texts
    status = 422
    sentence = texts.gettext("There is nothing at this address that can be opened here.")
    if isinstance(error, AllianceError):
        sentence = texts.sentence(error.sentence, error.parameters)
        status = 404 if error.status == 404 else 422
    intent = Intent(
        title=texts.gettext("That did not work"),
        name=uri,
        host=host_of(uri),
        consequence=sentence,
        way_out=(texts.gettext("To the sessions"), "/"),
    )
    return visit.page("intent.html", status, intent=intent)


async def _about_session(visit: Visit, verb: str, uri: str, session: Session) -> Intent:
    texts, page = visit.texts, f"/sessions/{session.id}"
    own = (await own_part(visit.db, visit.viewer.person_id, session)).attendance
    state = own.state if own is not None else None
    about = Intent(
        title=texts.gettext("Take part?"),
        name=session.title,
        host=session.company.name,
        url=page,
        details=(_starts(visit, session.starts_at),),
        uri=uri,
        way_out=(texts.gettext("To the session"), page),
    )
    if verb == "leave":
        return _leaving(visit, about, state)
    if state in ACTIVE:
        return replace(about, consequence=texts.gettext("You have asked for a place already."))
    if not may_join(session, state, visit.viewer, visit.reader):
        return replace(about, consequence=texts.gettext("There are no places to ask for here."))
    return _joining(visit, about, is_home=session.company.is_home)


async def _about_event(visit: Visit, event: Event) -> Intent:
    """A session that we had not heard of: allies' can be joined, others are looked at where they are."""
    texts, host = visit.texts, host_of(event.id)
    standing = await publisher(visit.db, event.attributed_to)
    about = Intent(
        title=texts.gettext("Take part?"),
        name=event.name,
        host=standing.company.name if standing is not None else host,
        url=event.url if event.url and host_of(event.url) == host else event.id,
        details=(_starts(visit, event.starts_at),),
        uri=event.id,
    )
    if standing is not None and standing.is_allied:
        return _joining(visit, about, is_home=False)
    sentence = texts.gettext(
        "%(host)s is not part of the alliance. Ask for a place on their own page.", host=host
    )
    return replace(about, consequence=sentence)


def _leaving(visit: Visit, about: Intent, state: str | None) -> Intent:
    texts = visit.texts
    about = replace(about, title=texts.gettext("Give your place back?"))
    if state not in ACTIVE:
        return replace(about, consequence=texts.gettext("You have no place in this session."))
    return replace(
        about,
        consequence=texts.gettext("Your place becomes free for somebody else."),
        button=texts.gettext("Yes, leave"),
        verb="leave",
    )


def _joining(visit: Visit, about: Intent, *, is_home: bool) -> Intent:
    """Whoever takes part is told first who learns of it."""
    texts = visit.texts
    learns = texts.gettext("The host sees your name.")
    if not is_home:
        learns = texts.gettext(
            "%(company)s sees your name and “%(home)s”, nothing else.",
            company=about.host,
            home=visit.visitor.home.name,
        )
    return replace(about, consequence=learns, button=texts.gettext("Yes, join"), verb="join")


def _about_actor(visit: Visit, actor: Actor) -> Intent:
    texts, host = visit.texts, host_of(actor.id)
    name = actor.name or actor.username or host
    summary = plain_text(actor.summary)[:_SUMMARY_CHARACTERS]
    about = Intent(
        title=texts.gettext("Follow %(name)s?", name=name),
        name=name,
        host=f"@{actor.username}@{host}" if actor.username else host,
        url=actor.url if actor.url and host_of(actor.url) == host else actor.id,
        details=(summary,) if summary else (),
        uri=actor.id,
    )
    if not has_public_profile(visit):
        sentence = texts.gettext(
            "Whoever is followed sees by whom. Publish your profile for everyone first, then come back."
        )
        to_profile = (texts.gettext("To your profile"), "/settings#expert")
        return replace(about, consequence=sentence, way_out=to_profile)
    return replace(
        about,
        consequence=texts.gettext("They see your name and your profile, and may say no."),
        button=texts.gettext("Yes, follow"),
        verb="follow",
    )


def _starts(visit: Visit, moment: datetime) -> str:
    here = visit.reader.here(moment)
    return f"{visit.reader.day_name(here.date())}, {visit.reader.clock(moment)}"


def _about_ours(visit: Visit, found: Found) -> Intent:
    texts, home = visit.texts, visit.visitor.home
    return Intent(
        title=texts.gettext("You are at home here"),
        name=home.name,
        host=home.host,
        consequence=texts.gettext("What happens at your own company you see without following anybody."),
        way_out=(texts.gettext("To the page"), found.page or "/"),
    )


def has_public_profile(visit: Visit) -> bool:
    """Whether others can see who it is that follows them."""
    profile = visit.employee.person.profile
    return profile is not None and profile.published_at is not None and profile.audience == "public"
