"""One company of the demo on stage: its folder, its open instance, and its content through the real verbs."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from alliance.drafting import SessionDraft
from alliance.employing import add_employee, found_company
from alliance.languages import known_languages
from alliance.profiling import ProfileDraft, choose_language, edit_profile, publish_profile
from alliance.publishing import publish_session
from alliance.settings import CONFIG_FILE, Settings
from federation.wiring import Federation, open_instance
from migrations.schema import upgrade
from web.command_line.founding import give_keys, set_up
from web.database_copies.sides import sqlite_path
from web.demo.content import TOPICS, DemoCompany, DemoPerson, DemoSession
from web.demo.content.times import starts_ahead, zone_of
from web.demo.progress import Advance

SESSIONS_AT_ONCE = 10


@dataclass
class Cast:
    """A company on stage. `people` are identifiers by key, `sessions` those of its sessions in order."""

    company: DemoCompany
    settings: Settings
    federation: Federation
    people: dict[str, int] = field(default_factory=dict)
    sessions: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As people know the company."""
        return self.company.name

    def person_uri(self, key: str) -> str:
        """How other companies know one of its people."""
        return self.federation.uris.person(self.people[key])

    def session_uri(self, number: int) -> str:
        """How other companies know one of its sessions."""
        return self.federation.uris.session(self.sessions[number])

    async def close(self) -> None:
        """Closes the instance, which its server keeps open for itself."""
        await self.federation.close()
        await self.federation.instance.close()


def settings_in(folder: Path, company: DemoCompany, alike: Path | None = None) -> Settings:
    """The settings in a company's folder; made there, with a secret and an empty database, when new.

    `alike` is another empty database, of which this one is a copy: the history of all tables takes seconds.
    """
    config = folder / CONFIG_FILE
    if config.exists():
        return Settings.from_env({}, folder)
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "ALLIANCE_ORIGIN": company.origin,
        "ALLIANCE_BIND": f"127.0.0.1:{company.port}",
        "ALLIANCE_DANGER_PRIVATE_NETWORKS": "on",
        "ALLIANCE_AI": "on",
    }
    return set_up(config, values, given={}, make_tables=partial(_copy, alike) if alike else upgrade)


def _copy(alike: Path, database: str) -> None:
    with closing(sqlite3.connect(alike)) as empty, closing(sqlite3.connect(sqlite_path(database))) as made:
        empty.backup(made)


async def enter(settings: Settings, company: DemoCompany) -> Cast:
    """Opens a company's instance."""
    _, federation = await open_instance(settings)
    return Cast(company, settings, federation)


def draft_of(session: DemoSession, company: DemoCompany, start: datetime) -> SessionDraft:
    """A session of the demo as its host would type it."""
    return SessionDraft(
        title=session.title,
        description=session.description,
        starts_at=start,
        ends_at=start + timedelta(minutes=session.when.minutes),
        timezone=zone_of(session, company),
        meeting_link=session.meeting_link,
        audience=session.audience,
        capacity=session.capacity,
        join_mode=session.join_mode,
        language=session.language,
        topics=tuple(TOPICS[slug].de for slug in session.topics),
        place=session.place,
        place_name=session.place_name,
        place_address=session.place_address,
    )


async def fill(cast: Cast, password_hash: str, now: datetime, advance: Advance) -> None:
    """Founds the company and brings in everybody and everything that they offer."""
    company, instance = cast.company, cast.federation.instance
    await give_keys(cast.federation)
    async with instance.unit_of_work() as uow:
        await found_company(
            uow,
            company.name,
            summary=getattr(company.description, company.language),
            hue=company.hue,
            language=company.language,
            timezone=company.zone,
        )
    for count, person in enumerate(company.people, 1):
        await _hire(cast, person, password_hash)
        advance(count)
    for first in range(0, len(company.sessions), SESSIONS_AT_ONCE):
        async with instance.unit_of_work() as uow:
            for session in company.sessions[first : first + SESSIONS_AT_ONCE]:
                start = starts_ahead(session.when, zone_of(session, company), now)
                made = await publish_session(
                    uow, cast.people[session.host], draft_of(session, company, start)
                )
                cast.sessions.append(made.id)
        advance(len(company.people) + len(cast.sessions))


async def _hire(cast: Cast, person: DemoPerson, password_hash: str) -> None:
    roles = ("employee", "admin") if person.admin else ("employee",)
    async with cast.federation.instance.unit_of_work() as uow:
        employee = await add_employee(uow, person.email, person.name, roles, password_hash)
        cast.people[person.key] = employee.id
        if person.zone:
            await choose_language(uow, employee.id, language=person.language, timezone=person.zone)
        if person.expert:
            profile = ProfileDraft(
                name=person.name,
                audience="public",
                headline=person.headline,
                about=person.about,
                languages=tuple(code for code in person.languages if code in known_languages()),
                ask_me_about=person.ask_me,
                topics=tuple(TOPICS[slug].de for slug in person.topics),
                is_leader=person.leader,
            )
            await edit_profile(uow, employee.id, profile)
            await publish_profile(uow, employee.id)
