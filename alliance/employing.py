"""Founds the home company, and makes, disables and erases the accounts of its employees."""

import hashlib
import re
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from alliance.acts import person as person_of_ours
from alliance.circle_parting import leave_every_circle, say_places_again
from alliance.community_members import leave_every_community
from alliance.erasing import forget
from alliance.errors import Conflict, Invalid, NotFound
from alliance.facts import CompanyFounded, EmployeeAdded, PersonErased, ProfileChanged, SessionChanged
from alliance.feed_addresses import close_feeds
from alliance.handing_over import hand_over
from alliance.languages import known_languages
from alliance.models import ROLES, Company, Employee, ExpertProfile, Person, Session, SignIn
from alliance.names import is_name_free, username_from
from alliance.problems import Problems
from alliance.publishing import withdraw_session
from alliance.queries.companies import home_company
from alliance.signing_in import end_every_sign_in
from alliance.subscribing import forget_address
from alliance.text import clean_line, clean_text
from alliance.times import is_zone
from alliance.unit_of_work import UnitOfWork

HUES = 24
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>\"(),:;\[\]\\]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*")


async def found_company(
    uow: UnitOfWork,
    name: str,
    *,
    summary: str = "",
    hue: int | None = None,
    language: str = "de",
    timezone: str = "Europe/Berlin",
) -> Company:
    """Sets our own company up, once. `hue` 0-23, else chosen by the host. Raises Invalid, Conflict."""
    problems = Problems()
    name = clean_line(name)
    if not 1 <= len(name) <= 200:
        problems.add("name", "Please give the company a name of up to {limit} characters.", limit=200)
    if language not in known_languages():
        problems.add("language", "Please choose a language from the list.")
    if not is_zone(timezone):
        problems.add("timezone", "There is no time zone “{zone}”.", zone=timezone[:64])
    if hue is not None and not 0 <= hue < HUES:
        problems.add("hue", "The colour must be a number from 0 to 23.")
    problems.raise_if_any()
    if await uow.db.scalar(select(Company.id).where(Company.is_home)) is not None:
        raise Conflict("A company has been founded here already.")
    company = Company(
        id=uow.new_id(),
        is_home=True,
        origin=uow.settings.origin,
        host=uow.settings.host,
        name=name,
        handle=uow.settings.handle,
        summary=clean_text(summary, 2000),
        hue=hue_of(uow.settings.host) if hue is None else hue,
        language=language,
        timezone=timezone,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.db.add(company)
    await uow.db.flush()
    uow.record(CompanyFounded(company))
    uow.audit("company.founded")
    return company


def hue_of(host: str) -> int:
    """The colour of a company that has chosen none: always the same for the same host."""
    return hashlib.sha256(host.encode()).digest()[0] % HUES


async def add_employee(
    uow: UnitOfWork,
    email: str,
    name: str,
    roles: Sequence[str] = ("employee",),
    password_hash: str | None = None,
    *,
    username: str | None = None,
) -> Employee:
    """Makes an account with its person. `password_hash` comes from `signing_in.hash_password`.

    Without `username` one is made from the address. Raises Invalid with a problem per field, Conflict.
    """
    company = await home_company(uow.db)
    email, name = email.strip().lower(), clean_line(name)
    _check_account(email, name, roles)
    if await uow.db.scalar(select(Employee.id).where(Employee.email == email)) is not None:
        raise Conflict("There is an account for {email} already.", email=email)
    person = Person(
        id=uow.new_id(),
        company=company,
        username=await _free_username(uow, username or email.partition("@")[0], given=username is not None),
        name=name,
        created_at=uow.now,
        updated_at=uow.now,
    )
    person.profile = None
    uow.db.add(person)
    await uow.db.flush()
    employee = Employee(
        id=person.id,
        person=person,
        email=email,
        password_hash=password_hash,
        roles=sorted({"employee", *roles}, key=ROLES.index),
        created_at=uow.now,
    )
    uow.db.add(employee)
    await uow.db.flush()
    uow.record(EmployeeAdded(employee, person))
    uow.audit("employee.added", person_of_ours(person.id), roles=",".join(employee.roles))
    return employee


async def disable_employee(uow: UnitOfWork, employee_id: int) -> Employee:
    """Closes an account at once: sign-ins, links and feeds end, the profile is withdrawn, circles are left.

    Sessions to come go to a co-host of ours, and stay where there is none. Raises NotFound.
    """
    employee = await _employee(uow, employee_id)
    await end_every_sign_in(uow, employee.id)
    await close_feeds(uow, employee.id)
    if employee.disabled_at is None:
        employee.disabled_at = uow.now
        await hand_over(uow, employee.person)
        await leave_every_community(uow, employee.person)
        await leave_every_circle(uow, employee.id)
        await say_places_again(uow, employee.id)
        await _withdraw_profile(uow, employee.person)
        uow.audit("employee.disabled", person_of_ours(employee.id))
    await uow.db.flush()
    return employee


async def enable_employee(uow: UnitOfWork, employee_id: int) -> Employee:
    """Opens a closed account again; the profile stays withdrawn until its owner publishes it."""
    employee = await _employee(uow, employee_id)
    if employee.disabled_at is not None:
        uow.audit("employee.enabled", person_of_ours(employee.id))
        await say_places_again(uow, employee.id)
    employee.disabled_at = None
    await uow.db.flush()
    return employee


async def erase_employee(uow: UnitOfWork, employee_id: int, *, withdraw_sessions: bool = False) -> Person:
    """Forgets an employee: account, address, name and profile go, also at partners and everywhere else.

    Sessions to come go to a co-host of ours. The others stay without the name, or those to come are
    withdrawn. Raises NotFound.
    """
    employee = await _employee(uow, employee_id)
    person = employee.person
    await uow.db.execute(delete(SignIn).where(SignIn.employee_id == employee.id))
    await forget_address(uow, employee.email)
    await uow.db.delete(employee)
    await uow.db.flush()
    await hand_over(uow, person)
    await _settle_sessions(uow, person, withdraw=withdraw_sessions)
    await forget(uow, person)
    uow.record(PersonErased(person))
    uow.audit("employee.erased", person_of_ours(person.id), withdraw=withdraw_sessions)
    return person


async def _settle_sessions(uow: UnitOfWork, person: Person, *, withdraw: bool) -> None:
    """Sessions go on without the name or are withdrawn; drafts, which nobody has seen, are gone."""
    drafts = delete(Session).where(Session.host_id == person.id, Session.status == "draft")
    await uow.db.execute(drafts, execution_options={"synchronize_session": False})
    hosted = await uow.db.scalars(
        select(Session)
        .where(Session.host_id == person.id, Session.uri.is_(None), Session.withdrawn_at.is_(None))
        .order_by(Session.id)
        .options(
            selectinload(Session.company),
            selectinload(Session.host).selectinload(Person.company),
            selectinload(Session.topics),
        )
    )
    for session in hosted.all():
        if withdraw and session.ends_at > uow.now:
            await withdraw_session(uow, session.id)
            continue
        session.host_shown = False
        session.updated_at = uow.now
        uow.record(SessionChanged(session, previous_audience=session.audience))


async def _withdraw_profile(uow: UnitOfWork, person: Person) -> None:
    profile = await uow.db.get(ExpertProfile, person.id)
    if profile is not None and profile.published_at is not None:
        was_shared = profile.is_shared
        profile.published_at = None
        person.updated_at = profile.updated_at = uow.now
        uow.record(ProfileChanged(person, was_shared))


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
    )
    if employee is None:
        raise NotFound("There is no such account.")
    return employee


def refuse_no_address(email: str) -> None:
    """Raises Invalid for what can't be the address of an account, in lower case."""
    if not _is_address(email):
        raise Invalid("Please type an e-mail address.", field="email")


def _is_address(email: str) -> bool:
    return len(email) <= 320 and _EMAIL.fullmatch(email) is not None


def _check_account(email: str, name: str, roles: Sequence[str]) -> None:
    problems = Problems()
    if not _is_address(email):
        problems.add("email", "Please type an e-mail address.")
    if not 1 <= len(name) <= 200:
        problems.add("name", "Please type a name of up to {limit} characters.", limit=200)
    for role in roles:
        if role not in ROLES:
            problems.add("roles", "There is no role “{role}”.", role=role[:40])
    problems.raise_if_any()


async def _free_username(uow: UnitOfWork, wish: str, *, given: bool) -> str:
    """A user name of a-z, 0-9, _ and . that nobody here has; a given one must be free as it is."""
    username = wish.strip().lower() if given else username_from(wish)
    if not re.fullmatch(r"[a-z0-9_]([a-z0-9_.]{0,28}[a-z0-9_])?", username):
        raise Invalid("A user name is 1 to 30 of a-z, 0-9, dot and underscore.", field="username")
    for candidate in [username] if given else [username, *(f"{username}{n}" for n in range(2, 1000))]:
        if await is_name_free(uow, candidate):
            return candidate
    raise Conflict("The user name {username} is taken.", username=username)
