"""Offering a session takes four fields; whatever is wrong is said beside its field."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select

from alliance.instance import Instance
from alliance.models import Session
from alliance.publishing import draft_of
from alliance.queries.sessions import find
from alliance.visibility import employee_viewer
from tests.support.founding import Founded
from tests.web.pages.filled_form import fields_of
from tests.web.pages.scenes import LINK, from_partner, offered, partner

pytestmark = pytest.mark.anyio

FOUR_FIELDS = {
    "title": "Sketchnotes für Ungeübte",
    "description": "Fünf Formen reichen.",
    "when": "Do 16:00, 45 min",
    "meeting_link": LINK,
    # What a browser sends besides, because the fields are on the page.
    "audience": "alliance",
    "join_mode": "free",
    "language": "de",
    "timezone": "Europe/Berlin",
    "capacity": "",
    "topics": "",
    "place_name": "",
    "date": "",
    "time": "",
    "length": "60",
    "host_shown": "yes",
}


async def sessions(instance: Instance) -> list[Session]:
    async with instance.reading() as db:
        return list((await db.scalars(select(Session).order_by(Session.id))).all())


async def test_strangers_are_asked_to_sign_in_first(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/sessions/new")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/sessions/new")


async def test_a_preview_on_its_way_does_not_take_away_what_is_to_be_said(jonas: httpx.AsyncClient) -> None:
    """The script asks for a preview while the form is being sent: both answers know the cookie."""
    published = await jonas.post("/sessions/new", data=FOUR_FIELDS)
    by_script = {"sec-fetch-dest": "empty"}
    await jonas.post("/sessions/new", data=FOUR_FIELDS | {"preview": "yes"}, headers=by_script)

    shown = await jonas.get(published.headers["location"], headers={"sec-fetch-dest": "document"})

    assert "Published." in shown.text


async def test_four_fields_publish_a_session(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    answer = await jonas.post("/sessions/new", data=FOUR_FIELDS)
    shown = await jonas.get(answer.headers["location"])

    [session] = await sessions(instance)
    start = session.starts_at.astimezone(ZoneInfo("Europe/Berlin"))
    assert answer.headers["location"] == f"/sessions/{session.id}"
    assert f"{start:%Y-%m-%d %H:%M}" == "2026-03-19 16:00"
    assert session.ends_at - session.starts_at == timedelta(minutes=45)
    assert (session.host_id, session.audience) == (founded.employee.id, "alliance")
    assert "Published." in shown.text
    assert "Published." not in (await jonas.get(f"/sessions/{session.id}")).text


async def test_the_calendar_does_instead_of_the_text(jonas: httpx.AsyncClient, instance: Instance) -> None:
    picked = {**FOUR_FIELDS, "when": "", "date": "2026-03-20", "time": "09:15", "length": "90"}

    await jonas.post("/sessions/new", data=picked)

    [session] = await sessions(instance)
    assert session.starts_at.isoformat() == "2026-03-20T08:15:00+00:00"
    assert session.ends_at - session.starts_at == timedelta(minutes=90)


async def test_every_problem_is_said_at_once_and_the_text_is_kept(
    jonas: httpx.AsyncClient, instance: Instance
) -> None:
    typed = {**FOUR_FIELDS, "title": "", "when": "irgendwann", "meeting_link": "teams", "capacity": "viele"}

    answer = await jonas.post("/sessions/new", data=typed)

    assert answer.status_code == 422
    assert [sentence in answer.text for sentence in (
        "Please give your session a title.",
        "What does “irgendwann” mean here?",
        "The meeting link",
        "Please write the number of places in digits.",
    )] == [True] * 4  # fmt: skip
    assert 'value="irgendwann"' in answer.text
    assert "Fünf Formen reichen.</textarea>" in answer.text
    assert answer.text.count("autofocus") == 1
    assert answer.text.index("autofocus") < answer.text.index('id="description"')
    assert '<details class="fold" id="more" open>' in answer.text
    assert await sessions(instance) == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"when": "Do 16:00-15:00"}, "The end lies before the start."),
        ({"timezone": "Europe/Entenhausen"}, "There is no time zone “Europe/Entenhausen”."),
        ({"when": "29.3. 2:30"}, "the clocks in Europe/Berlin are put forward: 02:30 does not exist there."),
        ({"when": "15.3. 10:00"}, "The start lies in the past."),
        ({"date": "2026-03-20", "when": ""}, "Please pick both a date and a time."),
        ({"description": f"Kommt her: {LINK}"}, "This text contains the meeting link or its passcode."),
        ({"title": "x" * 250}, "The title is longer than 200 characters."),
        ({"topics": "a1,b1,c1,d1,e1,f1"}, "Please choose at most 5 topics."),
        ({"audience": "everybody"}, "Please choose one of the options."),
        ({"language": "xx"}, "Please choose a language from the list."),
    ],
)
async def test_what_is_impossible_gets_a_sentence(
    jonas: httpx.AsyncClient, instance: Instance, said: dict[str, str], sentence: str
) -> None:
    answer = await jonas.post("/sessions/new", data={**FOUR_FIELDS, **said})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert await sessions(instance) == []


@pytest.mark.parametrize("wrong", [{}, {"length": "9" * 5}, {"date": "x", "time": "y", "when": ""}])
async def test_an_empty_or_broken_form_is_no_error_of_ours(
    jonas: httpx.AsyncClient, wrong: dict[str, str]
) -> None:
    assert (await jonas.post("/sessions/new", data=wrong)).status_code == 422


async def test_a_preview_publishes_nothing(jonas: httpx.AsyncClient, instance: Instance) -> None:
    answer = await jonas.post("/sessions/new", data={**FOUR_FIELDS, "preview": "yes"})

    assert answer.status_code == 200
    assert "Thursday, 19 March, 16:00–16:45 (Berlin)" in answer.text
    assert await sessions(instance) == []


async def test_markup_in_a_title_stays_text(jonas: httpx.AsyncClient) -> None:
    evil = {
        **FOUR_FIELDS,
        "title": "<script>alert(1)</script>",
        "description": "[x](javascript:alert(1)) <b>",
    }

    answer = await jonas.post("/sessions/new", data=evil)
    page = (await jonas.get(answer.headers["location"])).text

    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


async def test_a_form_that_is_saved_unchanged_changes_nothing(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(
        instance, founded.employee, topics=("Optik", "Licht"), capacity=12, join_mode="restricted",
        place="hybrid", place_name="Raum 3", language="en", audience="public", host_shown=False,
    )  # fmt: skip
    before = draft_of(instance.vault, session)

    page = (await jonas.get(f"/sessions/{session.id}/edit")).text
    await jonas.post(f"/sessions/{session.id}/edit", data=fields_of(page))

    async with instance.reading() as db:
        found = await find(db, employee_viewer(founded.employee.id), session.id)
        assert draft_of(instance.vault, found) == before
        assert found.sequence == 0


async def test_only_the_host_and_moderators_change_a_session(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    hers = await offered(instance, founded.admin)
    theirs = await from_partner(instance, await partner(instance))

    refused = [
        (await jonas.get(f"/sessions/{hers.id}/{verb}")).status_code
        for verb in ("edit", "cancel", "withdraw")
    ]
    refused += [
        (await jonas.post(f"/sessions/{hers.id}/{verb}")).status_code for verb in ("cancel", "withdraw")
    ]

    assert refused == [403] * 5
    assert (await jonas.post(f"/sessions/{hers.id}/edit", data=FOUR_FIELDS)).status_code == 403
    assert (await ada.get(f"/sessions/{theirs.id}/edit")).status_code == 403
    assert (await jonas.get("/sessions/9223372036854775808/edit")).status_code == 404


async def test_cancelling_asks_once_and_leaves_a_sentence(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee)

    question = await jonas.get(f"/sessions/{session.id}/cancel")
    answer = await jonas.post(f"/sessions/{session.id}/cancel", data={"note": "Ich bin krank."})
    page = (await jonas.get(answer.headers["location"])).text

    assert "Yes, cancel it" in question.text
    assert "Ich bin krank." in page
    assert "cancelled-title" in page
    assert page.index(">Cancelled<") < page.index("<h1"), (
        "the word is beside the struck title, on a phone too"
    )
    assert LINK not in page


async def test_withdrawing_asks_once_and_leaves_nothing(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee)

    question = await jonas.get(f"/sessions/{session.id}/withdraw")
    answer = await jonas.post(f"/sessions/{session.id}/withdraw")

    assert "Yes, withdraw" in question.text
    assert answer.headers["location"] == "/"
    assert (await jonas.get(f"/sessions/{session.id}")).status_code == 410
