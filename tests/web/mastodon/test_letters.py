"""A private post in an app to an expert of an allied company, and the answer, are letters."""

import httpx
import pytest
from sqlalchemy import select

from alliance.models import Letter, Person
from alliance.news import ProfileNews
from alliance.receiving_letters import receive_letter
from federation.models import OutboxActivity
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.founding import Founded

MIRA = "https://alpenwerk.example/people/7"


@pytest.fixture
def stage(founded: Founded, federation: Federation) -> Stage:
    """With everything that listens in production."""
    return Stage(founded)


async def mira(stage: Stage, *, takes_letters: bool = True) -> Person:
    await stage.ally()
    return await stage.person(MIRA, profile=ProfileNews(takes_letters=takes_letters))


async def says(api: httpx.AsyncClient, text: str, **more: str) -> httpx.Response:
    return await api.post("/api/v1/statuses", data={"status": text, "visibility": "direct", **more})


async def test_it_goes_out_comes_back_and_is_one_conversation(api: httpx.AsyncClient, stage: Stage) -> None:
    person = await mira(stage)

    sent = await says(api, "@mira@alpenwerk.example Hast du kurz Zeit?")
    async with stage.instance.reading() as db:
        letter = (await db.scalars(select(Letter))).one()
        out = list(await db.scalars(select(OutboxActivity.type).where(OutboxActivity.type == "Create")))
    async with stage.instance.unit_of_work() as uow:
        await receive_letter(uow, person, letter.sender_id, f"{MIRA}/letters/1", "<p>Gern.</p>", None)
    (conversation,) = (await api.get("/api/v1/conversations")).json()
    answer = await says(api, "Um neun?", in_reply_to_id=conversation["last_status"]["id"])

    assert (sent.status_code, sent.json()["visibility"], out) == (200, "direct", ["Create"])
    assert letter.receiver_id == person.id
    assert [one["acct"] for one in conversation["accounts"]] == ["mira@alpenwerk.example"]
    assert "Gern." in conversation["last_status"]["content"]
    assert answer.status_code == 200
    async with stage.instance.reading() as db:
        assert list(await db.scalars(select(Letter.text).order_by(Letter.id)))[1:] == ["Gern.", "Um neun?"]


async def test_who_takes_no_letters_gets_none_from_apps_either(api: httpx.AsyncClient, stage: Stage) -> None:
    await mira(stage, takes_letters=False)

    refusal = await says(api, "@mira@alpenwerk.example Hallo")

    assert (refusal.status_code, "from you" in refusal.text) == (422, True)
    async with stage.instance.reading() as db:
        assert list(await db.scalars(select(Letter))) == []
