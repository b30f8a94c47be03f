"""Voting from apps: joining a session, and the account that makes sessions of pasted invitations."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from alliance.models import Session, Story
from federation.wiring import Federation
from tests.alliance.stage import LINK, Stage
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.shapes import assert_entity
from tests.web.mastodon.talking import as_app, posting_of, said


@pytest.fixture
def stage(founded: Founded, federation: Federation) -> Stage:
    """With everything that listens in production."""
    return Stage(founded)


VOTED = "/api/v1/polls/{}/votes"


async def test_voting_joins_and_brings_the_link_to_that_person_alone(
    api: httpx.AsyncClient, stage: Stage, federation: Federation, allow: Allow
) -> None:
    session = await stage.publish(stage.admin)
    number = await posting_of(stage, session)

    poll = (await api.post(VOTED.format(number), json={"choices": ["0"]})).json()

    assert_entity("Poll", poll)
    assert (poll["own_votes"], poll["voted"]) == ([0], True)
    assert await stage.state(session, stage.host) == "going"
    (talk,) = (await api.get("/api/v1/conversations")).json()
    assert_entity("Conversation", talk)
    direct = talk["last_status"]
    assert (direct["visibility"], talk["unread"]) == ("direct", True)
    assert f"{stage.instance.settings.origin}/meet/" in direct["content"]
    assert LINK not in direct["content"]
    async with await as_app(federation, allow, stage.admin) as other:
        assert (await other.get("/api/v1/conversations")).json() == []
        for way in ("favourite", "reblog", "bookmark"):
            assert (await other.post(f"/api/v1/statuses/{direct['id']}/{way}")).status_code == 404
        assert (await other.delete(f"/api/v1/statuses/{direct['id']}")).status_code == 404
        status = await other.get(f"/api/v1/statuses/{direct['id']}")
        assert status.status_code == 404

    left = (await api.post(VOTED.format(number), json={"choices": ["2"]})).json()
    assert left["own_votes"] == [2]
    assert await stage.state(session, stage.host) == "left"
    assert (await api.get("/api/v1/conversations")).json() == []


async def test_votes_that_can_not_be_are_refused_in_words(api: httpx.AsyncClient, stage: Stage) -> None:
    session = await stage.publish(stage.admin, capacity=1)
    number = await posting_of(stage, session)
    await stage.join(session, await stage.colleague())
    full = (await api.post(VOTED.format(number), json={"choices": [0]})).json()
    assert full["own_votes"] == [0]
    assert await stage.state(session, stage.host) == "waiting"
    (talk,) = (await api.get("/api/v1/conversations")).json()
    assert "waiting list" in talk["last_status"]["content"] or "Warteliste" in talk["last_status"]["content"]

    for choices in ([], ["3"], ["0", "1"], ["x"]):
        assert (await api.post(VOTED.format(number), json={"choices": choices})).status_code == 422
    await stage.cancel(session, by=stage.admin)
    answer = await api.post(VOTED.format(number), json={"choices": ["0"]})
    assert answer.status_code == 422
    assert (await api.post(VOTED.format("123"), json={"choices": ["0"]})).status_code == 404


INVITATION = """@neu
Betreff: Quarzglas von Hand polieren
Wann: Dienstag, 17. März 2026 10:00-11:00
https://meet.example/rooms/blue-fox?pwd=t0psecret
Beschreibung: Was die Maschine nicht spürt.
"""


async def asked(api: httpx.AsyncClient, text: str, **more: Any) -> dict[str, Any]:
    """What the helper answers."""
    await said(api, text, **more)
    (talk,) = [one for one in (await api.get("/api/v1/conversations")).json() if one["id"] == "1"]
    found: dict[str, Any] = talk["last_status"]
    return found


async def test_the_helper_makes_a_session_of_an_invitation(api: httpx.AsyncClient, stage: Stage) -> None:
    answer = await asked(api, INVITATION, visibility="public")

    assert answer["account"]["acct"] in ("neu", "new")
    assert "Quarzglas von Hand polieren" in answer["content"]
    assert [option["title"] for option in answer["poll"]["options"]] in (["Ja", "Nein"], ["Yes", "No"])
    async with stage.instance.reading() as db:
        assert list(await db.scalars(select(Session))) == []
        assert list(await db.scalars(select(Story))) == []

    answered = await api.post(VOTED.format(answer["id"]), json={"choices": ["0"]})

    assert answered.status_code == 200, answered.text
    poll = answered.json()
    assert (poll["expired"], poll["own_votes"]) == (True, [0])
    async with stage.instance.reading() as db:
        session = (await db.scalars(select(Session))).one()
    assert (session.title, session.audience) == ("Quarzglas von Hand polieren", "public")
    assert session.host_id == stage.host.id
    last = next(one for one in (await api.get("/api/v1/conversations")).json() if one["id"] == "1")
    assert f"/sessions/{session.id}" in last["last_status"]["content"]
    again = await api.post(VOTED.format(answer["id"]), json={"choices": ["0"]})
    assert again.status_code == 422


async def test_the_helper_drops_what_is_not_wanted_and_keeps_nothing(
    api: httpx.AsyncClient, stage: Stage
) -> None:
    answer = await asked(api, INVITATION)

    await api.post(VOTED.format(answer["id"]), json={"choices": ["1"]})

    async with stage.instance.reading() as db:
        assert list(await db.scalars(select(Session))) == []
    everything = (await api.get(f"/api/v1/statuses/{answer['id']}")).text
    assert "t0psecret" not in everything


async def test_the_helper_asks_for_what_is_missing(api: httpx.AsyncClient, stage: Stage) -> None:
    answer = await asked(api, "@neu\nTitel: Löten für alle\nhttps://meet.example/rooms/red-fox")
    assert answer["poll"] is None

    answer = await asked(api, "17.3.2026 10:00", in_reply_to_id=answer["id"])

    assert answer["poll"] is None
    answer = await asked(api, "Wir löten, bis es hält.", in_reply_to_id=answer["id"])

    assert answer["poll"] is not None
    assert "Löten für alle" in answer["content"]
    await api.post(VOTED.format(answer["id"]), json={"choices": ["0"]})
    async with stage.instance.reading() as db:
        session = (await db.scalars(select(Session))).one()
    assert (session.title, session.audience) == ("Löten für alle", "alliance")


async def test_what_the_helper_reads_lies_encrypted(api: httpx.AsyncClient, stage: Stage) -> None:
    await asked(api, INVITATION)

    def rows(db: Any) -> str:
        return str(db.exec_driver_sql("SELECT * FROM message").all())

    async with stage.instance.reading() as db:
        assert "t0psecret" not in await db.run_sync(lambda handle: rows(handle.connection()))


@pytest.mark.parametrize(
    "text",
    [
        "@neu x", "Hallo.@neu x", "@NEU: x", "(@neu) x", "@neu@nordlicht.example x", "@new x", "x\n@neu",
        " ".join(f"@nobody{number}" for number in range(40)) + " @neu",
    ],
)  # fmt: skip
async def test_what_names_the_helper_is_never_published(
    api: httpx.AsyncClient, stage: Stage, text: str
) -> None:
    made = await said(api, text, visibility="public")

    assert made["visibility"] == "direct"
    async with stage.instance.reading() as db:
        assert list(await db.scalars(select(Story))) == []


@pytest.mark.parametrize("text", ["@neue Ideen", "post@neu.example", "@neu@elsewhere.example hi"])
async def test_what_only_looks_like_its_name_is_a_story(
    api: httpx.AsyncClient, stage: Stage, text: str
) -> None:
    assert (await said(api, text))["visibility"] == "private"


async def test_the_helper_is_found_by_its_name_and_says_what_it_does(
    api: httpx.AsyncClient, stranger_api: httpx.AsyncClient
) -> None:
    for address in ("/api/v1/accounts/search?q=neu", "/api/v1/accounts/search?q=@ne"):
        (found,) = (await api.get(address)).json()
        assert_entity("Account", found)
        assert (found["id"], found["bot"]) == ("1", True)
        assert "Outlook" in found["note"]
    assert (await stranger_api.get("/api/v2/search?q=neu")).json()["accounts"] == []
    assert (await stranger_api.get("/api/v1/accounts/1")).status_code == 404
