"""What external sources list is for our own signed-in people: no door shows it to anybody else."""

import httpx
import pytest
from sqlalchemy import select

from alliance.attending import join_session
from alliance.domain_policies import free_domain, treat_domain
from alliance.errors import Conflict
from alliance.models import Session
from alliance.sources import pause_source
from federation.models import OutboxActivity
from tests.federation.sources.library import Library
from tests.hostile.siege import OURS
from tests.partner import Partner

TITLE = "Quarzglas im Magazin"
DOORS = (
    "/sessions/{id}", "/company/outbox", "/company/outbox?page=true", "/actor/outbox?page=true",
    "/company/featured", "/company/upcoming", "/company/upcoming?page=true", "/company/following",
    "/actor/following", "/actor/following?page=true", "/nodeinfo/2.1", "/partners", "/", "/sessions",
    "/?external=1", "/sessions?external=1", "/?outside=1", "/sessions?topic=quarzglas", "/experts",
    "/metrics",
    "/authorize_interaction?uri={uri}", "/authorize_interaction?uri=" + OURS + "/sessions/{id}",
    "/calendar.ics", "/sessions.atom", "/sessions.json", "/sessions/{id}.ics", "/admin/sources",
    "/api/v1/timelines/public", "/api/v1/statuses/{id}", "/search?q=Magazin",
)  # fmt: skip


async def listed(library: Library) -> Session:
    """An event of the library with a title and a topic that nobody else has."""
    await library.followed()
    await library.says("Create", library.event(name=TITLE, tag=[{"type": "Hashtag", "name": "#Quarzglas"}]))
    (session,) = await library.held()
    return session


def shows(answer: httpx.Response) -> bool:
    """Whether anything of it is told."""
    return any(word in answer.text for word in ("Quarzglas", "Stadtbibliothek", "@library"))


@pytest.mark.parametrize("who", ["nobody", "b:/actor", "b:/company", "c:/actor", "x:/actor", "x:/@library"])
async def test_no_door_shows_it_to_others(library: Library, who: str) -> None:
    session = await listed(library)
    by: Partner | None = None
    actor = None
    if who != "nobody":
        name, _, path = who.partition(":")
        by = getattr(library.under, name)
        actor = f"{by.origin}{path}" if by is not None else None

    for door in DOORS:
        url = f"{OURS}{door.format(id=session.id, uri=session.uri)}"
        assert not shows(await library.under.get(url, by, actor)), door


async def test_no_page_shows_it_to_strangers(library: Library) -> None:
    session = await listed(library)

    async with await library.under.browser() as browser:
        for door in DOORS:
            answer = await browser.get(f"{OURS}{door.format(id=session.id, uri=session.uri)}")
            # Who types the topic or the words sees their own words again.
            told = answer.text.replace("#quarzglas", "").replace("topic=quarzglas", "")
            assert TITLE not in told, door
            assert "Stadtbibliothek" not in told, door


async def test_employees_see_it_marked(library: Library) -> None:
    session = await listed(library)

    async with await library.under.browser(library.under.stage.host) as browser:
        programme = (await browser.get(f"{OURS}/?external=1")).text
        page = (await browser.get(f"{OURS}/sessions/{session.id}")).text

    for text in (programme, page):
        assert TITLE in text
        assert "Stadtbibliothek" in text
        assert f"External, from {library.server.authority}" in text
    assert "Go to the event page" in page
    assert f'href="{session.url}"' in page
    assert f"/sessions/{session.id}/join" not in programme + page


async def test_nothing_about_it_is_sent_to_anybody(library: Library) -> None:
    session = await listed(library)

    async with library.under.federation.instance.reading() as db:
        bodies = (await db.scalars(select(OutboxActivity.body))).all()
    assert not any(TITLE.encode() in body or str(session.uri).encode() in body for body in bodies)


async def test_nobody_joins_it_here(library: Library) -> None:
    session = await listed(library)

    with pytest.raises(Conflict, match="elsewhere"):
        async with library.under.federation.instance.unit_of_work() as uow:
            await join_session(uow, session.id, library.under.stage.host.id)


async def test_a_stranger_cannot_join_it_from_elsewhere(library: Library) -> None:
    session = await listed(library)
    under = library.under

    for about in (session.uri, f"{OURS}/sessions/{session.id}"):
        verdict = await under.attack(
            under.b, under.says(under.b, "Join", about, f"{under.b.origin}/people/7")
        )
        assert verdict.state == "ignored"


async def test_a_pause_hides_it(library: Library) -> None:
    session = await listed(library)
    async with library.under.federation.instance.unit_of_work() as uow:
        await pause_source(uow, session.company_id)

    async with await library.under.browser(library.under.stage.host) as browser:
        assert TITLE not in (await browser.get(f"{OURS}/")).text
        assert (await browser.get(f"{OURS}/sessions/{session.id}")).status_code == 404


async def test_an_ally_cannot_claim_it(library: Library) -> None:
    session = await listed(library)
    under = library.under

    async with under.unchanged():
        await under.attack(
            under.b, under.says(under.b, "Create", under.event(under.b, id=session.uri, name="Hijacked"))
        )


async def test_a_source_on_a_suspended_domain_is_shown_to_nobody(library: Library) -> None:
    session = await listed(library)
    async with library.under.federation.instance.unit_of_work() as uow:
        await treat_domain(uow, library.server.host, "suspend")

    async with await library.under.browser(library.under.stage.host) as browser:
        assert (await browser.get(f"/sessions/{session.id}")).status_code == 404
        assert not shows(await browser.get("/sessions"))

    async with library.under.federation.instance.unit_of_work() as uow:
        await free_domain(uow, library.server.host)
    async with await library.under.browser(library.under.stage.host) as browser:
        assert shows(await browser.get(f"/sessions/{session.id}"))
