"""Requests on pages: asked, joined in, answered by a session, and seen by those for whom they are alone."""

import httpx
import pytest
from sqlalchemy import select

from alliance.models import Notification, Wish, WishAnswer, WishChorus, WishVoice
from alliance.queries.wishes import WishFilter, wishes_page
from alliance.visibility import Viewer, employee_viewer
from alliance.wishing import WishDraft, add_voice, make_wish
from tests.support.client import main_of
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.scenes import offered

TITLE = "Quarzglas barfuß polieren"
FORM = {
    "kind": "learn",
    "title": TITLE,
    "text": "Zwei Stunden <b>reichen</b>.",
    "topics": "optics, feet",
    "audience": "alliance",
    "language": "de",
    "months": "3",
}


async def asked(founded: Founded, audience: str = "alliance", **more: object) -> Wish:
    async with founded.instance.unit_of_work() as uow:
        draft = WishDraft(kind="learn", title=TITLE, audience=audience, **more)  # type: ignore[arg-type]
        return await make_wish(uow, founded.employee, draft)


async def test_a_request_is_made_changed_closed_and_taken_back(jonas: httpx.AsyncClient) -> None:
    made = await jonas.post("/requests/new", data=FORM)
    address = made.headers["location"]
    page = main_of((await jonas.get(address)).text)
    assert made.status_code == 303
    assert TITLE in page
    assert "&lt;b&gt;reichen&lt;/b&gt;" in page
    number = address.split("/")[2].split("-")[0]

    await jonas.post(f"/requests/{number}/edit", data=FORM | {"title": "Quarzglas mit Socken polieren"})
    assert "mit Socken" in main_of((await jonas.get("/requests")).text)
    await jonas.post(f"/requests/{number}/close")
    assert "/voice" not in (await jonas.get(address)).text
    await jonas.post(f"/requests/{number}/delete")

    assert (await jonas.get(address)).status_code == 410
    assert "mit Socken" not in (await jonas.get("/requests")).text


async def test_what_is_wrong_stands_beside_its_field(jonas: httpx.AsyncClient) -> None:
    wrong = await jonas.post(
        "/requests/new", data=FORM | {"title": " ", "months": "9", "topics": "a,b,c,d,e,f"}
    )

    assert wrong.status_code == 422
    for field in ("title", "months", "topics"):
        assert f'id="{field}-error"' in wrong.text


@pytest.mark.parametrize("audience", ["company", "alliance", "public"])
async def test_only_its_audience_reads_a_request(
    founded: Founded, ada: httpx.AsyncClient, stranger: httpx.AsyncClient, audience: str
) -> None:
    wish = await asked(founded, audience)
    pages = ("/requests", f"/requests/{wish.id}-{wish.token}", "/requests?kind=learn")

    for page in pages:
        assert TITLE in main_of((await ada.get(page)).text)
        assert (TITLE in (await stranger.get(page)).text) == (audience == "public")
    assert (await stranger.get(f"/requests/{wish.id}")).status_code == 404
    wrong = f"/requests/{wish.id}-AAAAAAAAAAAAAAAA"
    assert [(await one.get(wrong)).status_code for one in (ada, stranger)] == [404, 404]


async def test_a_voice_is_a_number_until_somebody_says_their_name(
    founded: Founded, ada: httpx.AsyncClient, jonas: httpx.AsyncClient
) -> None:
    wish = await asked(founded)
    name = founded.admin.person.name

    await ada.post(f"/requests/{wish.id}/voice")
    unnamed = main_of((await jonas.get(f"/requests/{wish.id}-{wish.token}")).text)
    await ada.post(f"/requests/{wish.id}/voice", data={"named": "yes"})
    named = main_of((await jonas.get(f"/requests/{wish.id}-{wish.token}")).text)
    await ada.post(f"/requests/{wish.id}/silence")
    silent = main_of((await jonas.get(f"/requests/{wish.id}-{wish.token}")).text)

    assert [name in page for page in (unnamed, named, silent)] == [False, True, False]
    async with founded.instance.reading() as db:
        assert (await db.scalars(select(WishVoice))).all() == []


async def test_strangers_read_a_number_and_neither_names_nor_companies(
    founded: Founded, ada: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    wish = await asked(founded, "public")
    await ada.post(f"/requests/{wish.id}/voice", data={"named": "yes"})
    async with founded.instance.unit_of_work() as uow:
        chorus = WishChorus(
            wish_id=wish.id, host="birke.example", company_name="Birke", count=4, names=[], since=uow.now
        )
        uow.db.add(chorus)

    for page in ("/requests", f"/requests/{wish.id}-{wish.token}"):
        seen, known = main_of((await stranger.get(page)).text), main_of((await ada.get(page)).text)
        assert "5 more want that" in seen
        assert "Birke" not in seen
        assert founded.admin.person.name not in seen
        assert "from 2 companies" in known


async def test_a_request_becomes_a_session_and_whoever_asked_is_invited(
    founded: Founded, ada: httpx.AsyncClient, jonas: httpx.AsyncClient
) -> None:
    wish = await asked(founded, topics=("Optics",))
    form = main_of((await ada.get(f"/sessions/new?wish={wish.id}")).text)
    assert f'name="wish" value="{wish.id}"' in form
    assert f'value="{TITLE}"' in form

    made = await ada.post(
        "/sessions/new",
        data={
            "title": TITLE,
            "description": "So geht es.",
            "when": "tomorrow 4pm",
            "meeting_link": "https://meet.example/geheim",
            "audience": "alliance",
            "join_mode": "free",
            "language": "de",
            "timezone": "Europe/Berlin",
            "host_shown": "yes",
            "wish": str(wish.id),
        },
    )
    assert made.status_code == 303, main_of(made.text)[:2000]

    page = main_of((await jonas.get(f"/requests/{wish.id}-{wish.token}")).text)
    assert made.headers["location"] in page
    assert "https://meet.example/geheim" not in page
    async with founded.instance.reading() as db:
        (answer,) = (await db.scalars(select(WishAnswer))).all()
        told = (await db.execute(select(Notification.person_id, Notification.kind))).all()
        stored = await db.get_one(Wish, wish.id)
    assert (stored.state, answer.is_invited) == ("answered", True)
    assert [tuple(row) for row in told] == [(founded.employee.id, "wished")]
    assert TITLE in main_of((await jonas.get("/notifications")).text)


async def test_only_ones_own_session_is_the_answer(
    founded: Founded, ada: httpx.AsyncClient, jonas: httpx.AsyncClient
) -> None:
    wish = await asked(founded)
    session = await offered(founded.instance, founded.admin, "Glas")

    refused = await jonas.post(f"/requests/{wish.id}/answer", data={"session": str(session.id)})
    nothing = await ada.post(f"/requests/{wish.id}/answer", data={"session": "99"})
    taken = await ada.post(f"/requests/{wish.id}/answer", data={"session": str(session.id)})

    assert [one.status_code for one in (refused, nothing, taken)] == [403, 404, 303]


async def test_moderators_hide_a_request_and_show_it_again(
    founded: Founded, ada: httpx.AsyncClient, jonas: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    wish = await asked(founded, "public")
    address = f"/requests/{wish.id}-{wish.token}"

    await jonas.post(f"/requests/{wish.id}/hide", data={"reason": "Werbung"})
    assert (await stranger.get(address)).status_code == 200
    await ada.post(f"/requests/{wish.id}/hide", data={"reason": "Werbung"})
    assert (await stranger.get(address)).status_code == 404
    await ada.post(f"/requests/{wish.id}/show")
    assert (await stranger.get(address)).status_code == 200


async def test_the_list_asks_as_often_for_one_as_for_three(founded: Founded) -> None:
    viewer = employee_viewer(founded.admin.id)
    for count in (1, 3):
        while len(await seen(founded, viewer)) < count:
            wish = await asked(founded, topics=("Optics",))
            async with founded.instance.unit_of_work() as uow:
                await add_voice(uow, wish.id, founded.admin, named=True)
        async with founded.instance.reading() as db:
            with queries_of(db) as queries:
                page = await wishes_page(db, viewer, WishFilter())
        assert (len(page.wishes), len(queries)) == (count, 7)


async def test_the_list_goes_on_where_a_page_ends(founded: Founded) -> None:
    made = [(await asked(founded)).id for _ in range(5)]
    viewer = employee_viewer(founded.admin.id)

    async with founded.instance.reading() as db:
        first = await wishes_page(db, viewer, WishFilter(), limit=3)
        second = await wishes_page(db, viewer, WishFilter(), limit=3, before=first.next)

    assert [wish.id for page in (first, second) for wish in page.wishes] == made[::-1]
    assert second.next is None


async def seen(founded: Founded, viewer: Viewer) -> list[Wish]:
    async with founded.instance.reading() as db:
        return (await wishes_page(db, viewer, WishFilter())).wishes
