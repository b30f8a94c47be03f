"""An invitation that is pasted into the form fills it; nothing is published before somebody has seen it."""

from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from alliance.instance import Instance
from alliance.models import Session
from alliance.publishing import draft_of
from tests.support.founding import Founded
from tests.web.pages.filled_form import fields_of
from tests.web.pages.scenes import offered

pytestmark = pytest.mark.anyio

SAMPLES = Path(__file__).parents[2] / "invitations" / "samples"
LINK = "https://teams.microsoft.com/meet/38812345678901?p=aB3dE5fG7hJ9kL1mN2"


def invitation(name: str = "outlook_de_teams_new.txt") -> str:
    return (SAMPLES / name).read_text("utf-8")


async def pasted(browser: httpx.AsyncClient, text: str, **typed: str) -> httpx.Response:
    """Opens the form, pastes an invitation, presses "Read it" and nothing else."""
    fields = fields_of((await browser.get("/sessions/new")).text)
    return await browser.post("/sessions/new", data={**fields, **typed, "invitation": text, "read": "yes"})


async def sessions(instance: Instance) -> list[Session]:
    async with instance.reading() as db:
        return list((await db.scalars(select(Session))).all())


async def test_a_pasted_invitation_fills_the_four_fields(
    jonas: httpx.AsyncClient, instance: Instance
) -> None:
    answer = await pasted(jonas, invitation())

    fields = fields_of(answer.text)
    assert answer.status_code == 200
    assert fields["title"] == "Sketchnotes für Ungeübte"
    assert fields["when"] == "2026-09-10 16:00–17:00"
    assert fields["meeting_link"] == LINK
    assert fields["description"].startswith("Liebe alle,")
    assert "xY9zW2" not in answer.text
    assert fields["invitation"] == ""
    assert "The form is filled with what the invitation says" in answer.text
    assert await sessions(instance) == []


async def test_the_filled_form_publishes_as_it_stands(jonas: httpx.AsyncClient, instance: Instance) -> None:
    fields = fields_of((await pasted(jonas, invitation())).text)

    answer = await jonas.post("/sessions/new", data=fields)

    [session] = await sessions(instance)
    assert answer.status_code == 303
    assert session.starts_at.isoformat() == "2026-09-10T14:00:00+00:00"
    assert session.timezone == "Europe/Berlin"


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
async def test_every_sample_is_taken_or_refused_in_a_sentence(jonas: httpx.AsyncClient, path: Path) -> None:
    answer = await pasted(jonas, path.read_text("utf-8"))

    assert answer.status_code == 200


async def test_what_was_typed_stays_where_the_invitation_says_nothing(jonas: httpx.AsyncClient) -> None:
    answer = await pasted(
        jonas, invitation("teams_copied_de.txt"), title="Mein Titel", topics="zeichnen", capacity="12"
    )

    fields = fields_of(answer.text)
    assert (fields["title"], fields["topics"], fields["capacity"]) == ("Mein Titel", "zeichnen", "12")
    assert fields["meeting_link"] == LINK


@pytest.mark.parametrize("text", ["", "   ", "+49 40 123456", "________________"])
async def test_a_text_that_says_nothing_is_kept_with_a_sentence_beside_it(
    jonas: httpx.AsyncClient, text: str
) -> None:
    answer = await pasted(jonas, text, title="Mein Titel")

    assert answer.status_code == 422
    assert "Neither a time nor a link nor a title was found in this text." in answer.text
    assert fields_of(answer.text)["title"] == "Mein Titel"
    assert answer.text.count("autofocus") == 1
    assert "autofocus" in answer.text.split('id="invitation"')[1].split(">")[0]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("recurring.ics", "It is a series: the form takes the first date."),
        ("cancelled.ics", "This invitation calls the meeting off."),
        ("two_events.ics", "There is more than one date in it: the form takes the first."),
        ("all_day.ics", "It names a day and no time. Please add when it begins."),
        ("zoom_en.txt", "It names no end, so one hour is assumed."),
        ("too_long.ics", "It lasts longer than a session can, so one hour is assumed."),
    ],
)
async def test_what_has_to_be_looked_at_is_said(jonas: httpx.AsyncClient, name: str, sentence: str) -> None:
    assert sentence in (await pasted(jonas, invitation(name))).text


async def test_a_time_that_is_over_is_said(jonas: httpx.AsyncClient) -> None:
    answer = await pasted(jonas, "Betreff: Gestern\nWann: 10.03.2026 10:00-11:00")

    assert "The time that it names is over. Please choose another one." in answer.text


async def test_a_changed_invitation_moves_a_session(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee)
    fields = fields_of((await jonas.get(f"/sessions/{session.id}/edit")).text)
    text = "Betreff: Anders\nWann: 10.09.2026 16:00-17:00"

    read = await jonas.post(
        f"/sessions/{session.id}/edit", data={**fields, "invitation": text, "read": "yes"}
    )
    await jonas.post(f"/sessions/{session.id}/edit", data=fields_of(read.text))

    [changed] = await sessions(instance)
    assert (changed.title, changed.starts_at.isoformat()) == ("Anders", "2026-09-10T14:00:00+00:00")
    assert draft_of(instance.vault, await loaded(instance, session.id)).meeting_link is not None


async def loaded(instance: Instance, session_id: int) -> Session:
    async with instance.unit_of_work() as uow:
        found = await uow.db.get_one(Session, session_id)
        await uow.db.refresh(found, ["topics", "translations"])
        return found


async def test_markup_in_an_invitation_stays_text(jonas: httpx.AsyncClient) -> None:
    evil = 'Subject: <script>alert(1)</script>\nWhen: 10.09.2026 16:00\nWhere: "><img src=x>\n</textarea>'

    answer = await pasted(jonas, evil)

    assert "<script>alert" not in answer.text
    assert "<img src=x>" not in answer.text


async def test_the_greatest_invitation_is_read_and_a_greater_one_is_no_error_of_ours(
    jonas: httpx.AsyncClient,
) -> None:
    long = invitation() + "ä" * 60_000

    assert (await pasted(jonas, long)).status_code == 200
    assert (await pasted(jonas, invitation() + "ä" * 300_000)).status_code in (200, 400, 413, 422)


async def test_strangers_can_have_nothing_read(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.post("/sessions/new", data={"invitation": invitation(), "read": "yes"})

    assert answer.status_code == 401
