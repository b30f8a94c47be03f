"""Timelines as apps read them: the shapes, what belongs into which, and how to go on."""

import re
from typing import Any

import httpx
import pytest

from alliance.commenting import say
from alliance.following import follow
from alliance.models import Company, ExpertProfile, Person, Session
from alliance.reacting import show_interest
from alliance.receiving_sessions import receive_session
from alliance.saving import save_session
from federation.wiring import Federation
from tests.alliance.stage import Stage, session_news
from tests.support.founding import Founded
from tests.web.mastodon.shapes import assert_entity


@pytest.fixture
async def stage(founded: Founded, federation: Federation) -> Stage:
    """Things happen as in production: every listener hears of them."""
    return Stage(founded)


async def titles(api: httpx.AsyncClient, address: str, **params: Any) -> list[str]:
    answer = await api.get(address, params=params)
    assert answer.status_code == 200, answer.text
    assert_entity("Status[]", answer.json())
    return [title_of(status) for status in answer.json()]


def title_of(status: dict[str, Any]) -> str:
    shown = status["reblog"] or status
    found = re.search(r"<strong>(.*?)</strong>", shown["content"])
    words = found[1] if found else re.sub("<[^>]+>", "", shown["content"])
    return f"↻ {words}" if status["reblog"] else words


async def followed(stage: Stage, kind: str, key: object) -> None:
    async with stage.instance.unit_of_work() as uow:
        await follow(uow, stage.host.id, kind, str(key))


async def test_the_companys_sessions_are_at_home_once(api: httpx.AsyncClient, stage: Stage) -> None:
    await stage.publish(title="First")
    await stage.publish(title="Second", host=stage.admin)

    assert await titles(api, "/api/v1/timelines/home") == ["Second", "First"]


async def test_of_partners_only_what_is_followed_is_at_home(api: httpx.AsyncClient, stage: Stage) -> None:
    followed_ally, other = await stage.ally(), await stage.ally("seewind.example")
    await stage.theirs(followed_ally, title="Theirs")
    await stage.theirs(other, title="Others'")

    assert await titles(api, "/api/v1/timelines/home") == []
    await followed(stage, "company", followed_ally.id)
    assert await titles(api, "/api/v1/timelines/home") == ["Theirs"]


async def test_a_followed_topic_brings_sessions_of_everybody(api: httpx.AsyncClient, stage: Stage) -> None:
    await stage.theirs(await stage.ally(), title="Theirs", topics=("Optics",))
    await stage.publish(title="Ours", topics=("Optics",))
    await followed(stage, "topic", "optics")

    assert await titles(api, "/api/v1/timelines/home") == ["Ours", "Theirs"]


async def test_what_partners_no_longer_share_is_nowhere(api: httpx.AsyncClient, stage: Stage) -> None:
    ally = await stage.ally()
    session = await stage.theirs(ally, topics=("Optics",))
    await followed(stage, "company", ally.id)
    number = (await api.get("/api/v1/timelines/home")).json()[0]["id"]
    doors = (
        *("/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/optics"),
        *(f"/api/v1/accounts/{ally.id}/statuses", f"/api/v1/statuses?id[]={number}"),
    )
    for door in doors:
        assert [one["id"] for one in (await api.get(door)).json()] == [number], door

    for state in ("paused", "blocked", "left"):
        await stage.put(ally, state)
        for door in doors:
            answer = await api.get(door)
            assert answer.status_code == 404 or answer.json() == [], (state, door)
        for door in ("", "/context", "/history", "/source", "/card", "/favourited_by", "/reblogged_by"):
            assert (await api.get(f"/api/v1/statuses/{number}{door}")).status_code == 404, (state, door)
    assert session.title not in (await api.get("/api/v1/timelines/home")).text


async def test_strangers_read_what_is_public_and_no_more(
    stranger_api: httpx.AsyncClient, stage: Stage
) -> None:
    await stage.publish(title="For us", audience="company", topics=("Optics",))
    await stage.publish(title="For allies", audience="alliance", topics=("Optics",))
    await stage.publish(title="For all", topics=("Optics",))
    await stage.theirs(await stage.ally(), title="Theirs", audience="alliance", topics=("Optics",))

    for door in ("public", "tag/optics"):
        assert await titles(stranger_api, f"/api/v1/timelines/{door}") == ["For all"]
    company = stage.founded.company
    assert await titles(stranger_api, f"/api/v1/accounts/{company.id}/statuses") == ["For all"]
    account = (await stranger_api.get(f"/api/v1/accounts/{company.id}")).json()
    assert account["statuses_count"] == 1


async def test_local_and_remote_are_told_apart(api: httpx.AsyncClient, stage: Stage) -> None:
    await stage.publish(title="Ours", topics=("Optics",))
    await stage.theirs(await stage.ally(), title="Theirs", topics=("Optics",))

    for door in ("/api/v1/timelines/public", "/api/v1/timelines/tag/optics"):
        assert await titles(api, door) == ["Theirs", "Ours"]
        assert await titles(api, door, local="true") == ["Ours"]
        assert await titles(api, door, remote="true") == ["Theirs"]
        assert await titles(api, door, only_media="true") == []


async def test_topics_are_joined_by_any_all_and_none(api: httpx.AsyncClient, stage: Stage) -> None:
    await stage.publish(title="Both", topics=("Optics", "Glass"))
    await stage.publish(title="Optics", topics=("Optics",))
    await stage.publish(title="Sand", topics=("Sand",))
    door = "/api/v1/timelines/tag/optics"

    assert await titles(api, door) == ["Optics", "Both"]
    assert await titles(api, door, **{"any[]": "sand"}) == ["Sand", "Optics", "Both"]
    assert await titles(api, door, **{"all[]": "glass"}) == ["Both"]
    assert await titles(api, door, **{"none[]": "glass"}) == ["Optics"]
    assert await titles(api, door, **{"all[]": "nobody"}) == []
    assert await titles(api, "/api/v1/timelines/tag/nobody") == []


async def test_a_withdrawn_session_and_a_draft_are_nowhere(api: httpx.AsyncClient, stage: Stage) -> None:
    session = await stage.publish(title="Gone", topics=("Optics",))
    number = (await api.get("/api/v1/timelines/home")).json()[0]["id"]

    await stage.withdraw(session)

    for door in ("home", "public", "tag/optics"):
        assert await titles(api, f"/api/v1/timelines/{door}") == []
    assert (await api.get(f"/api/v1/statuses/{number}")).status_code == 404


async def test_a_narrower_audience_is_heeded_at_once(
    api: httpx.AsyncClient, stranger_api: httpx.AsyncClient, stage: Stage
) -> None:
    session = await stage.publish(title="Secret")
    number = (await stranger_api.get("/api/v1/timelines/public")).json()[0]["id"]

    await stage.edit(session, title="Secret", audience="company")

    assert await titles(stranger_api, "/api/v1/timelines/public") == []
    assert (await stranger_api.get(f"/api/v1/statuses/{number}")).status_code == 404
    mine = (await api.get(f"/api/v1/statuses/{number}")).json()
    assert mine["visibility"] == "private"


async def test_a_change_is_seen_at_once_and_by_its_date(api: httpx.AsyncClient, stage: Stage) -> None:
    session = await stage.publish(title="Before")
    assert (await api.get("/api/v1/timelines/home")).json()[0]["edited_at"] is None

    stage.instance.clock.advance(minutes=1)  # type: ignore[attr-defined]
    await stage.edit(session, title="After")

    (status,) = (await api.get("/api/v1/timelines/home")).json()
    assert title_of(status) == "After"
    assert status["edited_at"] == "2026-03-16T08:01:00.000Z"


async def test_the_meeting_link_is_in_no_status(api: httpx.AsyncClient, stage: Stage) -> None:
    await stage.publish()

    answer = await api.get("/api/v1/timelines/home")

    assert "meet.example" not in answer.text
    assert "amber-fox" not in answer.text


async def test_a_session_says_when_who_and_what_with_a_poll_and_a_card(
    api: httpx.AsyncClient, stage: Stage
) -> None:
    session = await stage.publish(topics=("Optics",), title="Lenses & light")

    (status,) = (await api.get("/api/v1/timelines/home")).json()

    assert_entity("Status", status)
    assert status["content"].startswith("<p><strong>Lenses &amp; light</strong></p>")
    assert "Tue 17 Mar 2026, 10:00" in status["content"]
    assert "UTC" in status["content"]
    assert "What the machine can’t feel." in status["content"] or "can't feel" in status["content"]
    assert status["account"]["acct"] == "sessions"
    assert status["account"]["group"] is True
    assert [one["acct"] for one in status["mentions"]] == ["jonas"]
    assert status["tags"] == [{"name": "optics", "url": "https://nordlicht.example/sessions?topic=optics"}]
    assert status["card"]["image"] == f"https://nordlicht.example/sessions/{session.id}/preview.png"
    assert [one["title"] for one in status["poll"]["options"]] == ["Going", "Maybe", "No"]
    assert (status["poll"]["id"], status["poll"]["voted"]) == (status["id"], False)
    assert status["url"] == f"https://nordlicht.example/sessions/{session.id}"


async def test_my_vote_is_where_i_stand(api: httpx.AsyncClient, stage: Stage) -> None:
    session = await stage.publish(host=stage.admin)
    await stage.join(session, stage.host)

    (status,) = (await api.get("/api/v1/timelines/home")).json()

    assert (status["poll"]["own_votes"], status["poll"]["votes_count"]) == ([0], 1)
    await stage.leave(session, stage.host)
    (status,) = (await api.get("/api/v1/timelines/home")).json()
    assert (status["poll"]["own_votes"], status["poll"]["votes_count"]) == ([2], 0)


async def test_an_expert_who_is_followed_brings_their_sessions(api: httpx.AsyncClient, stage: Stage) -> None:
    ally = await stage.ally()
    session = await _hosted_by_expert(stage, ally)
    await _follow_person(stage, session)

    assert await titles(api, "/api/v1/timelines/home") == ["↻ Hosted"]
    await followed(stage, "company", ally.id)
    assert await titles(api, "/api/v1/timelines/home") == ["Hosted"]


async def test_a_context_is_the_conversation_as_it_may_be_read(
    api: httpx.AsyncClient, stranger_api: httpx.AsyncClient, stage: Stage
) -> None:
    session = await stage.publish()
    first = await _say(stage, session, "First")
    await _say(stage, session, "Second", first.id)
    number = (await api.get("/api/v1/timelines/home")).json()[0]["id"]
    everything = (await api.get(f"/api/v1/statuses/{number}/context")).json()
    assert_entity("Context", everything)
    assert [title_of(one) for one in everything["descendants"]] == ["First", "Second"]
    middle = everything["descendants"][0]["id"]
    around = (await api.get(f"/api/v1/statuses/{middle}/context")).json()
    assert [one["id"] for one in around["ancestors"]] == [number]
    assert [title_of(one) for one in around["descendants"]] == ["Second"]

    await stage.edit(session, audience="company")

    assert (await stranger_api.get(f"/api/v1/statuses/{middle}")).status_code == 404


@pytest.mark.parametrize("door", ["history", "source", "card", "favourited_by", "reblogged_by"])
async def test_what_belongs_to_a_status_has_its_shape(
    api: httpx.AsyncClient, stage: Stage, door: str
) -> None:
    await stage.publish()
    number = (await api.get("/api/v1/timelines/home")).json()[0]["id"]
    shapes = {"history": "StatusEdit[]", "source": "StatusSource", "card": "PreviewCard"}

    answer = await api.get(f"/api/v1/statuses/{number}/{door}")

    assert answer.status_code == 200, answer.text
    assert_entity(shapes.get(door, "Account[]"), answer.json())


async def test_accounts_are_found_by_number_and_by_handle(api: httpx.AsyncClient, stage: Stage) -> None:
    ally = await stage.ally()
    company = stage.founded.company
    for acct, number in (
        ("sessions", company.id),
        ("@sessions@nordlicht.example", company.id),
        ("sessions@alpenwerk.example", ally.id),
        ("jonas", stage.host.id),
    ):
        found = (await api.get("/api/v1/accounts/lookup", params={"acct": acct})).json()
        assert_entity("Account", found)
        assert found["id"] == str(number)
        assert (await api.get(f"/api/v1/accounts/{number}")).json() == found
    answer = await api.get("/api/v1/accounts", params={"id[]": [company.id, ally.id, 5]})
    assert [one["id"] for one in answer.json()] == [str(company.id), str(ally.id)]
    await stage.put(ally, "blocked")
    assert (await api.get(f"/api/v1/accounts/{ally.id}")).status_code == 404
    assert (await api.get("/api/v1/accounts/lookup?acct=sessions@alpenwerk.example")).status_code == 404


async def test_the_next_sessions_of_a_company_are_pinned(api: httpx.AsyncClient, stage: Stage) -> None:
    await stage.publish(title="Next")

    door = f"/api/v1/accounts/{stage.founded.company.id}/statuses"

    assert await titles(api, door, pinned="true") == ["Next"]
    assert await titles(api, door, tagged="optics") == []
    assert await titles(api, f"/api/v1/accounts/{stage.host.id}/statuses") == ["↻ Next"]
    assert await titles(api, f"/api/v1/accounts/{stage.host.id}/statuses", exclude_reblogs="true") == []


async def test_what_is_kept_in_mind_and_liked_is_listed(api: httpx.AsyncClient, stage: Stage) -> None:
    session = await stage.publish(title="Mine")
    async with stage.instance.unit_of_work() as uow:
        await save_session(uow, stage.host.id, session.id)
        await show_interest(uow, session.id, stage.host)

    assert await titles(api, "/api/v1/bookmarks") == ["Mine"]
    assert await titles(api, "/api/v1/favourites") == ["Mine"]
    (status,) = (await api.get("/api/v1/favourites")).json()
    assert (status["favourited"], status["bookmarked"], status["favourites_count"]) == (True, True, 1)
    await stage.withdraw(session)
    assert await titles(api, "/api/v1/bookmarks") == []


async def _say(stage: Stage, session: Session, words: str, parent_id: int | None = None) -> Any:
    async with stage.instance.unit_of_work() as uow:
        return await say(uow, session.id, stage.admin, words, parent_id=parent_id)


async def _hosted_by_expert(stage: Stage, ally: Company) -> Session:
    person = await stage.person()
    async with stage.instance.unit_of_work() as uow:
        known = await uow.db.get_one(Person, person.id)
        known.company_id = ally.id
        profile = ExpertProfile(person_id=person.id, audience="public", languages=[], ask_me_about=[])
        profile.published_at = profile.updated_at = uow.now
        uow.db.add(profile)
    async with stage.instance.unit_of_work() as uow:
        news = session_news(ally, title="Hosted", host_uri=person.uri)
        session = await receive_session(uow, ally.id, news)
    assert session is not None
    return session


async def _follow_person(stage: Stage, session: Session) -> None:
    await followed(stage, "expert", session.host_id)
