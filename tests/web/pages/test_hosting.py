"""Holding a session together, on the pages: without a script, in both languages, for those alone who may."""

import re

import httpx
import pytest
from sqlalchemy import select

from alliance.employing import add_employee
from alliance.hosting import answer_hosting, ask_to_host
from alliance.instance import Instance
from alliance.models import CoHost, Employee, ExpertProfile, Notification, Person, Session
from alliance.receiving_hosting import receive_co_hosts, receive_hosting_invitation
from federation.wiring import Federation
from tests.support.founding import Founded
from tests.web.pages.conftest import as_employee
from tests.web.pages.scenes import LINK, from_partner, introduced, offered, partner

pytestmark = pytest.mark.anyio

FORM = {
    "title": "Sketchnotes zu zweit",
    "description": "Fünf Formen reichen.",
    "when": "tomorrow 4pm",
    "meeting_link": LINK,
    "audience": "alliance",
    "join_mode": "free",
    "language": "en",
    "timezone": "Europe/Berlin",
    "length": "60",
    "host_shown": "yes",
}


@pytest.fixture
async def lena(founded: Founded) -> Employee:
    """A colleague who shows no profile."""
    async with founded.instance.unit_of_work() as uow:
        return await add_employee(uow, "lena@nordlicht.example", "Lena Vogt")


async def expert(instance: Instance, name: str = "Mira Hofer") -> Person:
    """An expert of Alpenwerk, with which we are allied."""
    company = await partner(instance)
    async with instance.unit_of_work() as uow:
        person = Person(
            id=uow.new_id(),
            uri=f"{company.origin}/people/7",
            username="mira",
            host=company.host,
            name=name,
            company_id=company.id,
            created_at=uow.now,
            updated_at=uow.now,
        )
        uow.db.add(person)
        await uow.db.flush()
        uow.db.add(
            ExpertProfile(person_id=person.id, audience="public", published_at=uow.now, updated_at=uow.now)
        )
    return person


async def states(instance: Instance) -> list[str]:
    async with instance.reading() as db:
        return list((await db.scalars(select(CoHost.state).order_by(CoHost.id))).all())


def main(answer: httpx.Response) -> str:
    return answer.text.split("<main")[1].split("</main>")[0]


async def test_people_are_found_asked_and_shown_once_they_said_yes(
    jonas: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    federation: Federation,
    founded: Founded,
    lena: Employee,
) -> None:
    session = await offered(founded.instance, founded.employee, audience="public")
    found = main(await jonas.get(f"/sessions/{session.id}/hosts?q=Lena+Vogt"))
    (number,) = re.findall(r'name="person" value="(\d+)"', found)

    asked = await jonas.post(f"/sessions/{session.id}/hosts", data={"person": number, "q": "Lena Vogt"})

    assert asked.headers["location"] == f"/sessions/{session.id}/hosts"
    assert "Asked, no answer yet" in main(await jonas.get(f"/sessions/{session.id}/hosts"))
    assert "Lena" not in (await stranger.get(f"/sessions/{session.id}")).text
    async with await as_employee(federation, lena) as colleague:
        question = main(await colleague.get(f"/sessions/{session.id}"))
        assert "Will you hold it too?" in question
        panel = question.split('id="taking-part"')[1].split("</aside>")[0]
        assert ("/join" in panel, "button main" in panel) == (True, False)  # the answer is the main thing
        assert "Will you hold it too?" in main(await colleague.get("/mine"))
        assert "Will you hold “Sketchnotes” too?" in (await colleague.get("/notifications")).text
        await colleague.post(f"/sessions/{session.id}/hosting/accept")
        own = main(await colleague.get(f"/sessions/{session.id}"))
        assert ("You hold it too" in own, LINK in own, f"/sessions/{session.id}/edit" in own) == (True,) * 3
        assert f"/sessions/{session.id}/hosts" not in own
        assert (await colleague.get(f"/sessions/{session.id}/edit")).status_code == 200
        assert (await colleague.get(f"/sessions/{session.id}/hosts")).status_code == 403
    shown = (await stranger.get(f"/sessions/{session.id}")).text
    assert ("Lena Vogt" in shown, LINK in shown) == (True, False)
    assert "holds" in (await jonas.get("/notifications")).text


async def test_stepping_down_asks_once(
    federation: Federation, founded: Founded, lena: Employee, jonas: httpx.AsyncClient
) -> None:
    session = await offered(founded.instance, founded.employee)
    async with founded.instance.unit_of_work() as uow:
        await ask_to_host(uow, session.id, lena.id, founded.employee)
    async with founded.instance.unit_of_work() as uow:
        await answer_hosting(uow, session.id, lena.id, yes=True)
    assert (await jonas.get(f"/sessions/{session.id}/hosting/leave")).status_code == 404
    async with await as_employee(federation, lena) as colleague:
        question = main(await colleague.get(f"/sessions/{session.id}/hosting/leave"))
        assert f'action="/sessions/{session.id}/hosting/decline"' in question
        assert await states(founded.instance) == ["yes"]

        await colleague.post(f"/sessions/{session.id}/hosting/decline")

    assert await states(founded.instance) == ["no"]
    assert "Lena" not in main(await jonas.get(f"/sessions/{session.id}"))


@pytest.mark.parametrize("path", ["hosts", "hosting/accept", "hosting/decline"])
async def test_nobody_else_can_ask_or_answer(
    ada: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    federation: Federation,
    founded: Founded,
    lena: Employee,
    path: str,
) -> None:
    session = await offered(founded.instance, founded.employee)

    async with await as_employee(federation, lena) as colleague:
        for client, data in ((colleague, {"person": str(lena.id)}), (stranger, {"person": str(lena.id)})):
            answer = await client.post(f"/sessions/{session.id}/{path}", data=data)
            assert answer.status_code in (401, 403, 404)
    assert await states(founded.instance) == []


async def test_names_are_typed_while_offering(
    jonas: httpx.AsyncClient, founded: Founded, lena: Employee
) -> None:
    mira = await expert(founded.instance)
    answer = await jonas.post(
        "/sessions/new", data={**FORM, "co_hosts": "lena vogt, @mira@alpenwerk.example"}
    )

    assert answer.status_code == 303
    assert await states(founded.instance) == ["asked", "asked"]
    async with founded.instance.reading() as db:
        people = (await db.scalars(select(CoHost.person_id).order_by(CoHost.id))).all()
        kinds = (await db.scalars(select(Notification.kind).where(Notification.person_id == lena.id))).all()
    assert (list(people), list(kinds)) == ([lena.id, mira.id], ["hosting"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"co_hosts": "Nobody Here"}, "There is nobody called “Nobody Here” whom you can ask."),
        ({"co_hosts": "Lena"}, "There is nobody called “Lena” whom you can ask."),
        ({"co_hosts": "Lena Vogt"}, "Several people are called “Lena Vogt”"),
        ({"co_hosts": "a,b,c,d,e,f"}, "At most 5 people can hold a session with you."),
        ({"co_hosts": "Mira Hofer", "audience": "company"}, "Only colleagues can hold a session"),
        ({"co_hosts": "@<script>alert(1)</script>"}, "There is nobody called"),
    ],
)
async def test_a_name_that_means_nobody_is_said_beside_the_field(
    jonas: httpx.AsyncClient, founded: Founded, lena: Employee, changes: dict[str, str], sentence: str
) -> None:
    await expert(founded.instance)
    async with founded.instance.unit_of_work() as uow:
        await add_employee(uow, "lena2@nordlicht.example", "Lena Vogt")

    answer = await jonas.post("/sessions/new", data={**FORM, **changes})

    assert (answer.status_code, sentence in answer.text, "<script>alert" in answer.text) == (422, True, False)
    assert ("{name}" in answer.text, "{limit}" in answer.text) == (False, False)
    async with founded.instance.reading() as db:
        assert (await db.scalars(select(Session))).all() == []


async def test_a_session_of_the_house_lets_the_others_go_with_a_sentence(
    jonas: httpx.AsyncClient, founded: Founded
) -> None:
    mira, session = await expert(founded.instance), await offered(founded.instance, founded.employee)
    async with founded.instance.unit_of_work() as uow:
        row = await ask_to_host(uow, session.id, mira.id, founded.employee)
        row.state = "yes"
        (await uow.db.get_one(Session, session.id)).co_host_ids = [mira.id]
    assert "Mira Hofer" in main(await jonas.get(f"/sessions/{session.id}"))

    answer = await jonas.post(f"/sessions/{session.id}/edit", data={**FORM, "audience": "company"})

    page = (await jonas.get(answer.headers["location"])).text
    assert ("people of other companies no longer hold it" in page, "Mira Hofer" in page) == (True, False)


async def test_an_allys_question_stands_at_its_session_and_leads_into_the_meeting(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, founded: Founded
) -> None:
    instance, me = founded.instance, founded.employee.id
    company = await partner(instance)
    session = await from_partner(instance, company, "Prompts im Einkauf")
    await introduced(instance, founded.employee)
    link = f"{company.origin}/meet/4-abc"
    async with instance.unit_of_work() as uow:
        await receive_hosting_invitation(
            uow, company_id=company.id, session_uri=session.uri or "", person_id=me, request_uri="https://a"
        )
    assert "Will you hold it too?" in main(await jonas.get(f"/sessions/{session.id}"))
    assert "Will you hold it too?" not in main(await ada.get(f"/sessions/{session.id}"))

    await jonas.post(f"/sessions/{session.id}/hosting/accept")
    async with instance.unit_of_work() as uow:
        row = (await uow.db.scalars(select(CoHost))).one()
        row.personal_link = instance.vault.seal(link, "attendance.personal_link")

    page, mine = main(await jonas.get(f"/sessions/{session.id}")), main(await jonas.get("/mine"))
    assert [link in page, link in mine, "/edit" in page, "Prompts im Einkauf" in mine] == [
        True, True, False, True,
    ]  # fmt: skip
    others = [(await ada.get(path)).text for path in (f"/sessions/{session.id}", "/mine", "/")]
    assert [link in text for text in others] == [False] * 3
    name = founded.employee.person.username
    assert "Prompts im Einkauf" in main(await ada.get(f"/@{name}"))
    assert "Prompts im Einkauf" not in (await ada.get("/mine")).text


async def test_somebody_of_a_third_company_is_shown_with_their_badge(
    jonas: httpx.AsyncClient, founded: Founded
) -> None:
    mira = await expert(founded.instance)
    third = await partner(founded.instance, name="Hansewerft")
    session = await from_partner(founded.instance, third, "Spleißen")
    async with founded.instance.unit_of_work() as uow:
        await receive_co_hosts(uow, await uow.db.get_one(Session, session.id), {mira.id: None})

    page = main(await jonas.get(f"/sessions/{session.id}"))

    assert ("Mira Hofer" in page, "Alpenwerk" in page, "/@mira@alpenwerk.example" in page) == (True,) * 3


async def test_german_readers_read_german(jonas: httpx.AsyncClient, founded: Founded) -> None:
    session = await offered(founded.instance, founded.employee)

    page = main(await jonas.get(f"/sessions/{session.id}/hosts?q=x", headers={"Accept-Language": "de"}))

    assert ("Gemeinsam anbieten" in page, "Niemand gefunden" in page) == (True, True)


async def test_a_company_is_followed_where_it_is_shown(jonas: httpx.AsyncClient, founded: Founded) -> None:
    company = await partner(founded.instance)
    for path in ("/alliance", "/sessions?company=alpenwerk.example"):
        assert f'action="/follow/company/{company.id}"' in main(await jonas.get(path))

    answer = await jonas.post(f"/follow/company/{company.id}", data={"next": "/alliance"})

    assert answer.headers["location"] == "/alliance"
    assert f'action="/unfollow/company/{company.id}"' in main(await jonas.get("/alliance"))


async def test_what_a_followed_company_offers_next_is_told_and_stands_on_the_start_page(
    jonas: httpx.AsyncClient, founded: Founded
) -> None:
    home = founded.company.id
    assert f'action="/follow/company/{home}"' in main(await jonas.get("/sessions?company=nordlicht.example"))
    await jonas.post(f"/follow/company/{home}", data={"next": "/"})

    await offered(founded.instance, founded.admin, "Linsen polieren")

    start = main(await jonas.get("/"))
    assert "Linsen polieren" in start.split('id="for-you"')[1].split("</section>")[0]
    assert "New about what you follow: “Linsen polieren”" in (await jonas.get("/notifications")).text


async def test_strangers_follow_no_company_here(stranger: httpx.AsyncClient, founded: Founded) -> None:
    assert "/follow/" not in (await stranger.get("/sessions?company=nordlicht.example")).text
