"""Takes in what other servers tell us about people."""

from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from alliance.erasing import forget
from alliance.errors import Invalid
from alliance.facts import PersonReceived
from alliance.introductions import is_uri_of
from alliance.languages import known_languages
from alliance.models import ExpertProfile, Person
from alliance.news import PersonNews, ProfileNews
from alliance.queries.companies import company_with_origin, home_company
from alliance.text import clean_line, sanitise
from alliance.topics import MOST_TOPICS, topics_named
from alliance.unit_of_work import UnitOfWork

_ABOUT_LIMIT = 10_000
_MOST_WORDS = 10


async def receive_person(uow: UnitOfWork, news: PersonNews) -> Person:
    """Somebody elsewhere as they are now; whoever was deleted stays so. Raises Invalid for nonsense."""
    origin = _origin(news.uri)
    home = await home_company(uow.db)
    username = clean_line(news.username, 100).replace(" ", "")
    if origin == home.origin or not is_uri_of(origin, news.uri) or not username:
        raise Invalid(detail=f"not a person from elsewhere: {news.uri[:300]}")
    person = await _known(uow, news.uri) or await _new(uow, news.uri, username)
    if person.gone_at is not None:
        return person
    company = await company_with_origin(uow.db, origin)
    person.company = company
    person.username = username
    person.host = clean_line(news.host, 260) or urlsplit(origin).netloc
    person.name = clean_line(news.name, 200) or username
    person.url = news.url if news.url is not None and is_uri_of(origin, news.url) else None
    person.updated_at = uow.now
    if company is not None:
        await _write_profile(uow, person, news.profile)
    await uow.db.flush()
    uow.record(PersonReceived(person))
    return person


async def forget_person(uow: UnitOfWork, uri: str) -> None:
    """Somebody elsewhere was deleted there: name and profile go, and places become free."""
    person = await _known(uow, uri)
    if person is not None and person.gone_at is None:
        await forget(uow, person)
        uow.record(PersonReceived(person))


def _origin(uri: str) -> str:
    try:
        parts = urlsplit(uri)
    except ValueError:
        raise Invalid(detail="not a web address") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc:
        raise Invalid(detail="not a web address")
    return f"{parts.scheme}://{parts.netloc}"


async def _known(uow: UnitOfWork, uri: str) -> Person | None:
    return await uow.db.scalar(
        select(Person)
        .where(Person.uri == uri)
        .with_for_update(of=Person, key_share=True)
        .options(
            selectinload(Person.company), selectinload(Person.profile).selectinload(ExpertProfile.topics)
        )
    )


async def _new(uow: UnitOfWork, uri: str, username: str) -> Person:
    try:
        async with uow.db.begin_nested():
            uow.db.add(
                Person(
                    id=uow.new_id(),
                    uri=uri,
                    username=username,
                    # Without a host it would be a user name of ours, and taken perhaps.
                    host=urlsplit(uri).netloc,
                    name=username,
                    created_at=uow.now,
                    updated_at=uow.now,
                )
            )
    except IntegrityError:
        # Another process has learned of the same person at the same moment.
        pass
    person = await _known(uow, uri)
    if person is None:
        raise Invalid(detail=f"can't be stored: {uri[:300]}")
    return person


async def _write_profile(uow: UnitOfWork, person: Person, news: ProfileNews | None) -> None:
    profile = person.profile
    if news is None:
        if profile is not None:
            profile.published_at = None
        return
    if news.audience not in ("public", "alliance"):
        raise Invalid(detail="a profile that is not for us")
    topics = await topics_named(uow, news.topics[: MOST_TOPICS * 2])
    if profile is None:
        profile = ExpertProfile(person_id=person.id, topics=[])
        person.profile = profile
    profile.audience = news.audience
    profile.headline = clean_line(news.headline, 200)
    profile.about_html = sanitise(news.about_html, _ABOUT_LIMIT)
    known = [code for code in news.languages[:_MOST_WORDS] if code in known_languages()]
    lines = [clean_line(word, 80) for word in news.ask_me_about[:_MOST_WORDS]]
    profile.languages = list(dict.fromkeys(known))
    profile.ask_me_about = [line for line in dict.fromkeys(lines) if line]
    profile.is_leader = news.is_leader
    profile.takes_letters = news.takes_letters
    profile.topics = topics
    profile.published_at = profile.published_at or uow.now
    profile.updated_at = uow.now
