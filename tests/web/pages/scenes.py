"""Scenes that the tests of pages begin with: sessions of ours and of an allied company."""

from datetime import timedelta

from alliance.drafting import SessionDraft
from alliance.instance import Instance
from alliance.models import Company, Employee, ExpertProfile, Partner, Person, Session
from alliance.publishing import publish_session

LINK = "https://teams.example/meet/2711?p=geheim42"


async def offered(instance: Instance, host: Employee, title: str = "Sketchnotes", **said: object) -> Session:
    """A session of `host`, tomorrow at this hour for 45 minutes unless said otherwise."""
    starts_at = instance.clock.now() + timedelta(days=1)
    given: dict[str, object] = {
        "title": title,
        "description": "Fünf Formen reichen.",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=45),
        "meeting_link": LINK,
        **said,
    }
    if "starts_at" in said and "ends_at" not in said:
        given["ends_at"] = said["starts_at"] + timedelta(minutes=45)  # type: ignore[operator]
    async with instance.unit_of_work() as uow:
        return await publish_session(uow, host.id, SessionDraft(**given))  # type: ignore[arg-type]


async def partner(instance: Instance, state: str = "allied", name: str = "Alpenwerk") -> Company:
    """Another company in this state; its host is `<name>.example`."""
    host = f"{name.lower()}.example"
    async with instance.unit_of_work() as uow:
        company = Company(
            id=uow.new_id(),
            origin=f"https://{host}",
            host=host,
            name=name,
            hue=10,
            uri=f"https://{host}/company",
            instance_uri=f"https://{host}/actor",
            created_at=uow.now,
            updated_at=uow.now,
        )
        uow.db.add(company)
        await uow.db.flush()
        said_yes = {
            "allied": (True, True),
            "paused": (True, True),
            "invited": (True, False),
            "asking": (False, True),
        }
        ours, theirs = said_yes.get(state, (False, False))
        uow.db.add(
            Partner(
                company_id=company.id,
                state=state,
                we_said_yes=ours,
                they_said_yes=theirs,
                since=uow.now,
                created_at=uow.now,
            )
        )
    return company


async def from_partner(
    instance: Instance, company: Company, title: str = "Prompts im Einkauf", **said: object
) -> Session:
    """A session that `company` told us about, tomorrow for half an hour, held by its expert Tobias."""
    starts_at = instance.clock.now() + timedelta(days=1, hours=2)
    async with instance.unit_of_work() as uow:
        host = Person(
            id=uow.new_id(),
            company_id=company.id,
            uri=f"{company.origin}/people/{uow.new_id()}",
            username="tobias",
            host=company.host,
            name="Tobias Brandl",
            created_at=uow.now,
            updated_at=uow.now,
        )
        uow.db.add(host)
        await uow.db.flush()
        given: dict[str, object] = {
            "title": title,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=30),
            "timezone": "Europe/Berlin",
            "audience": "alliance",
            **said,
        }
        number = uow.new_id()
        session = Session(
            id=number,
            company_id=company.id,
            host_id=host.id,
            uri=f"{company.origin}/sessions/{number}",
            published_at=uow.now,
            updated_at=uow.now,
            **{"url": f"{company.origin}/sessions/{number}", **given},
        )
        uow.db.add(session)
    return session


async def introduced(instance: Instance, employee: Employee, audience: str = "public") -> None:
    """A published profile of `employee`."""
    async with instance.unit_of_work() as uow:
        profile = ExpertProfile(
            person_id=employee.id,
            audience=audience,
            headline="Sieht, was andere übersehen",
            about_html="<p>Frag mich.</p>",
            languages=["de"],
            ask_me_about=["Optik"],
            published_at=uow.now,
            updated_at=uow.now,
        )
        uow.db.add(profile)
