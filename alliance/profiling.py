"""Lets employees say who they are, and publish or withdraw their expert profile."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from alliance.errors import Conflict, Forbidden
from alliance.facts import ProfileChanged
from alliance.languages import known_languages
from alliance.models import AUDIENCES, Employee, ExpertProfile, Person
from alliance.problems import Problems
from alliance.text import clean_line, clean_text, render_markdown
from alliance.times import is_zone
from alliance.topics import topic_names, topics_named
from alliance.unit_of_work import UnitOfWork

ABOUT_LIMIT = 5000
MOST_TOPICS = 10
MOST_LINES = 10
LINE_LIMIT = 80


@dataclass(frozen=True, kw_only=True)
class ProfileDraft:
    """An expert profile as typed. `topics` are names, `ask_me_about` short lines, `about` is Markdown."""

    name: str
    audience: str = "company"
    headline: str = ""
    about: str = ""
    languages: tuple[str, ...] = ()
    ask_me_about: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    is_leader: bool | None = None
    """None leaves the mark as it is."""
    takes_letters: bool | None = None
    """The same."""


async def edit_profile(uow: UnitOfWork, employee_id: int, draft: ProfileDraft) -> ExpertProfile:
    """Writes a profile without publishing it; a published one changes for everybody who sees it.

    Raises Invalid with a problem per field, Forbidden for a closed account.
    """
    person = await _person(uow, employee_id)
    name = clean_line(draft.name)
    about = clean_text(draft.about)
    _check(draft, name, about)
    was_shared = person.profile is not None and person.profile.is_shared
    profile = person.profile or _new_profile(person, uow.now)
    person.name = name
    profile.audience = draft.audience
    profile.headline = clean_line(draft.headline)
    profile.about, profile.about_html = about, render_markdown(about)
    profile.languages = list(dict.fromkeys(draft.languages))
    profile.ask_me_about = [line for given in draft.ask_me_about if (line := clean_line(given))]
    profile.topics = await topics_named(uow, draft.topics)
    if draft.is_leader is not None:
        profile.is_leader = draft.is_leader
    if draft.takes_letters is not None:
        profile.takes_letters = draft.takes_letters
    await _changed(uow, person, profile, was_shared)
    return profile


async def publish_profile(uow: UnitOfWork, employee_id: int, audience: str | None = None) -> ExpertProfile:
    """Shows the profile to its audience, or to a new one. Raises Conflict while nothing has been written."""
    person = await _person(uow, employee_id)
    profile = person.profile
    if profile is None:
        raise Conflict("Please write something about yourself first.")
    was_shared = profile.is_shared
    if audience is not None:
        problems = Problems()
        if audience not in AUDIENCES:
            problems.add("audience", "Please choose one of the options.")
        problems.raise_if_any()
        profile.audience = audience
    profile.published_at = profile.published_at or uow.now
    await _changed(uow, person, profile, was_shared)
    return profile


async def withdraw_profile(uow: UnitOfWork, employee_id: int) -> ExpertProfile | None:
    """Hides the profile from everybody; what was written stays for its owner. Twice is the same as once."""
    person = await _person(uow, employee_id)
    profile = person.profile
    if profile is not None and profile.published_at is not None:
        was_shared = profile.is_shared
        profile.published_at = None
        await _changed(uow, person, profile, was_shared)
    return profile


async def own_profile(uow: UnitOfWork, employee_id: int) -> ExpertProfile:
    """The profile of an employee, published or not; a new one that nobody sees where there is none."""
    person = await _person(uow, employee_id)
    return person.profile or _new_profile(person, uow.now)


async def change_portrait(
    uow: UnitOfWork, employee_id: int, picture: str | None, *, shared: bool
) -> ExpertProfile:
    """Names another portrait, or none, beside a profile; `shared` lets it leave the company with it."""
    person = await _person(uow, employee_id)
    was_shared = person.profile is not None and person.profile.is_shared
    profile = person.profile or _new_profile(person, uow.now)
    profile.picture, profile.picture_shared = picture, shared
    await _changed(uow, person, profile, was_shared)
    return profile


async def choose_language(
    uow: UnitOfWork, employee_id: int, *, language: str | None, timezone: str | None
) -> Employee:
    """In which language and time zone pages and mails are; None follows the browser. Raises Invalid."""
    employee = await _employee(uow, employee_id)
    problems = Problems()
    if language is not None and language not in known_languages():
        problems.add("language", "Please choose a language from the list.")
    if timezone is not None and not is_zone(timezone):
        problems.add("timezone", "There is no time zone “{zone}”.", zone=timezone[:64])
    problems.raise_if_any()
    employee.language, employee.timezone = language, timezone
    await uow.db.flush()
    return employee


async def _changed(uow: UnitOfWork, person: Person, profile: ExpertProfile, was_shared: bool) -> None:
    person.updated_at = profile.updated_at = uow.now
    await uow.db.flush()
    uow.record(ProfileChanged(person, was_shared))


def _new_profile(person: Person, now: datetime) -> ExpertProfile:
    profile = ExpertProfile(
        person_id=person.id, is_leader=False, takes_letters=True, topics=[], updated_at=now
    )
    person.profile = profile
    return profile


async def _employee(uow: UnitOfWork, employee_id: int) -> Employee:
    employee = await uow.db.scalar(
        select(Employee)
        .where(Employee.id == employee_id)
        .options(
            selectinload(Employee.person).options(
                selectinload(Person.company),
                selectinload(Person.profile).selectinload(ExpertProfile.topics),
            )
        )
        .execution_options(populate_existing=True)
    )
    if employee is None or employee.disabled_at is not None:
        raise Forbidden("This account is closed.")
    return employee


async def _person(uow: UnitOfWork, employee_id: int) -> Person:
    return (await _employee(uow, employee_id)).person


def _check(draft: ProfileDraft, name: str, about: str) -> None:
    problems = Problems()
    if not 1 <= len(name) <= 200:
        problems.add("name", "Please type a name of up to {limit} characters.", limit=200)
    if draft.audience not in AUDIENCES:
        problems.add("audience", "Please choose one of the options.")
    if len(clean_line(draft.headline)) > 200:
        problems.add("headline", "This is longer than {limit} characters.", limit=200)
    if len(about) > ABOUT_LIMIT:
        problems.add("about", "This is longer than {limit} characters.", limit=ABOUT_LIMIT)
    if len(draft.languages) > MOST_LINES or any(code not in known_languages() for code in draft.languages):
        problems.add("languages", "Please choose languages from the list.")
    if len(draft.ask_me_about) > MOST_LINES:
        problems.add("ask_me_about", "Please write at most {limit} lines.", limit=MOST_LINES)
    if any(len(clean_line(line)) > LINE_LIMIT for line in draft.ask_me_about[:MOST_LINES]):
        problems.add("ask_me_about", "Every line can have {limit} characters.", limit=LINE_LIMIT)
    if len(draft.topics) > MOST_TOPICS * 4 or len(topic_names(draft.topics)) > MOST_TOPICS:
        problems.add("topics", "Please choose at most {limit} topics.", limit=MOST_TOPICS)
    problems.raise_if_any()
