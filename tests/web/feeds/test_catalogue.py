"""The catalogue for the learning tool holds what its reader may see, with or without a token, and no link."""

import csv
import io

import httpx
import pytest

from alliance.learning_settings import end_token, make_token, tokens
from alliance.models import Session
from alliance.publishing import cancel_session, withdraw_session
from alliance.queries.sessions import MOST_PER_PAGE
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.scenes import LINK, from_partner, offered, partner
from web.feeds import catalogue
from web.feeds.tables import cell


@pytest.fixture
async def programme(client: httpx.AsyncClient, founded: Founded) -> dict[str, Session]:
    """One session for each audience, ours and an ally's, and what must never be there."""
    instance = founded.instance
    made = {
        audience: await offered(instance, founded.employee, f"For {audience}", audience=audience)
        for audience in ("public", "alliance", "company")
    }
    made["off"] = await offered(instance, founded.employee, "Called off", audience="public")
    made["gone"] = await offered(instance, founded.employee, "Taken back", audience="public")
    ally = await partner(instance)
    made["theirs"] = await from_partner(instance, ally, "Of an ally", audience="alliance")
    left = await partner(instance, "left", "Hansewerft")
    made["left"] = await from_partner(instance, left, "Of a former ally", audience="public")
    source = await partner(instance, "invited", "Stadtbibliothek")
    listed = await from_partner(instance, source, "Of a source", audience="public")
    unfinished = await offered(instance, founded.employee, "A draft of nobody", audience="public")
    async with instance.unit_of_work() as uow:
        await cancel_session(uow, made["off"].id)
        await withdraw_session(uow, made["gone"].id, founded.employee)
        stored = await uow.db.get_one(Session, listed.id)
        stored.author_uri = "https://stadtbibliothek.example/users/1"
        draft = await uow.db.get_one(Session, unfinished.id)
        draft.status, draft.host_id = "draft", None
    return made


async def made_token(founded: Founded) -> str:
    async with founded.instance.unit_of_work() as uow:
        return await make_token(uow, "Portal", founded.admin)


async def titles(client: httpx.AsyncClient, token: str = "") -> set[str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = await client.get("/catalogue.json", headers=headers)
    assert answer.status_code == 200
    return {item["title"] for item in answer.json()["items"]}


async def test_strangers_read_what_is_public_and_the_company_what_everybody_there_may_see(
    client: httpx.AsyncClient, founded: Founded, programme: dict[str, Session]
) -> None:
    token = await made_token(founded)

    assert await titles(client) == {"For public", "Called off"}
    assert await titles(client, token) == {
        "For public", "For alliance", "For company", "Called off", "Of an ally",
    }  # fmt: skip
    async with founded.instance.unit_of_work() as uow:
        stored = (await tokens(uow.db))[0]
        assert stored.used_on == uow.now.date()
        await end_token(uow, stored.id, founded.admin)
    for void in (token, "", "x" * 500, "ä"):
        sent = {b"Authorization": f"Bearer {void}".encode()}
        assert (await client.get("/catalogue.json", headers=sent)).status_code == 401
    assert (await client.get("/catalogue.csv", headers={"Authorization": "Basic YTpi"})).status_code == 401


async def test_both_forms_say_the_same_and_never_the_link(
    client: httpx.AsyncClient, founded: Founded, programme: dict[str, Session]
) -> None:
    headers = {"Authorization": f"Bearer {await made_token(founded)}"}
    as_json = await client.get("/catalogue.json", headers=headers)
    as_csv = await client.get("/catalogue.csv", headers=headers)
    rows = list(csv.DictReader(io.StringIO(as_csv.text)))
    items = as_json.json()["items"]

    assert [row["id"] for row in rows] == [item["id"] for item in items]
    assert tuple(rows[0]) == catalogue.COLUMNS == tuple(items[0])
    own = next(item for item in items if item["title"] == "For public")
    address = f"https://nordlicht.example/sessions/{programme['public'].id}"
    assert (own["id"], own["url"], own["minutes"], own["host"]) == (address, address, 45, "Jonas Brandt")
    ally = next(item for item in items if item["title"] == "Of an ally")
    assert ally["id"] == programme["theirs"].uri
    assert ally["url"] == f"https://nordlicht.example/sessions/{programme['theirs'].id}"
    for text in (as_json.text, as_csv.text):
        assert LINK not in text
        assert "geheim42" not in text
    for answer in (as_json, as_csv):
        assert answer.headers["cache-control"].startswith("private")
    assert (await client.get("/catalogue.json")).headers["cache-control"].startswith("public")


async def test_it_goes_on_page_by_page_at_a_constant_price(
    client: httpx.AsyncClient, founded: Founded
) -> None:
    first = await offered(founded.instance, founded.employee, "Number 0", audience="public")
    async with founded.instance.unit_of_work() as uow:
        stored = await uow.db.get_one(Session, first.id)
        copied = {column.key: getattr(stored, column.key) for column in Session.__table__.columns}
        for number in range(1, MOST_PER_PAGE + 3):
            uow.db.add(Session(**{**copied, "id": uow.new_id(), "title": f"Number {number}"}))
    seen, address, price = [], "/catalogue.json", set()
    while address:
        async with founded.instance.reading() as db:
            with queries_of(db) as queries:
                answer = await client.get(address)
        price.add(len(queries))
        seen += [item["title"] for item in answer.json()["items"]]
        address = answer.json()["next"]
        assert (address is not None) == ("link" in answer.headers)

    assert sorted(seen) == sorted(f"Number {number}" for number in range(MOST_PER_PAGE + 3))
    assert len(price) == 1
    assert (await client.get("/catalogue.json", params={"after": "nonsense"})).status_code == 200


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM", "\t=1", " \r\n=1"])
def test_a_table_holds_no_formula(text: str) -> None:
    assert cell(text).startswith("'")
    assert cell("Löten = Spaß") == "Löten = Spaß"
