"""Words from one to one: unread again, whom nobody may write to, and what a device shows of them."""

from httpx import AsyncClient
from sqlalchemy import select

from alliance.keeping_away import block
from alliance.models import Message
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.scenes import NOBODY, expert, got, said
from tests.web.mastodon.talking import as_app

TALKS = "/api/v1/conversations"


async def test_a_conversation_that_was_read_is_unread_again(
    api: AsyncClient, stage: Stage, federation: Federation, allow: Allow
) -> None:
    lena = await expert(stage)
    words = {"status": f"@{lena.person.username} Hello", "visibility": "direct"}
    said(await api.post("/api/v1/statuses", json=words), "Status")
    async with await as_app(federation, allow, lena) as hers:
        [talk] = await got(hers, TALKS, "Conversation[]")
        assert talk["unread"] is True
        assert said(await hers.post(f"{TALKS}/{talk['id']}/read"), "Conversation")["unread"] is False

        again = said(await hers.post(f"{TALKS}/{talk['id']}/unread"), "Conversation")

        assert again == talk
        assert await got(hers, TALKS) == [talk]
        assert (await api.post(f"{TALKS}/{stage.host.id}/unread")).status_code == 404
    for number in NOBODY:
        assert (await api.post(f"{TALKS}/{number}/unread")).status_code == 404


async def test_who_takes_no_letters_and_who_blocks_are_refused_alike(api: AsyncClient, stage: Stage) -> None:
    lena = await expert(stage)
    silent = await stage.colleague("Ole Kern")
    async with stage.instance.unit_of_work() as uow:
        await block(uow, lena.id, stage.host.id)

    refused = [
        await api.post("/api/v1/statuses", json={"status": f"@{name} Hello", "visibility": "direct"})
        for name in (lena.person.username, silent.person.username)
    ]

    assert [answer.status_code for answer in refused] == [422, 422]
    assert refused[0].json() == refused[1].json()
    assert "write to this person" in refused[0].json()["error"]
    async with stage.instance.reading() as db:
        assert list(await db.scalars(select(Message.id))) == []
