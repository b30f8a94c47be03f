"""What was said is read and found by whoever sees the session, and by nobody else."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select

from alliance.erasing import forget
from alliance.exporting import everything_about
from alliance.facts import SessionChanged
from alliance.instance import Instance
from alliance.materials import add_material
from alliance.models import Passage, Person, Session, Transcript
from alliance.transcribing import keep_transcript, prepared, remove_transcript
from federation.wiring import Federation
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.pages.scenes import LINK, offered
from web.pages.recordings import moment_in

pytestmark = pytest.mark.anyio

SAID = """WEBVTT

00:00:01.000 --> 00:00:05.000
<v Jonas>Heute geht es um Quittengelee. <script>alert(1)</script></v>

00:02:03.000 --> 00:02:09.000
<v Jonas>Die Früchte werden gewaschen &amp; entkernt.</v>
"""
VIDEO = "https://www.youtube.com/watch?v=abc"


async def begun(
    instance: Instance, founded: Founded, clock: FrozenClock, audience: str = "public"
) -> Session:
    """A session of Jonas that began an hour ago."""
    starts_at = clock.now() + timedelta(hours=1)
    session = await offered(
        instance, founded.employee, f"Gelee {audience}", audience=audience, starts_at=starts_at
    )
    clock.advance(hours=2)
    return session


async def told(
    instance: Instance, founded: Founded, clock: FrozenClock, audience: str = "public"
) -> Transcript:
    """What was said in such a session."""
    session = await begun(instance, founded, clock, audience)
    async with instance.unit_of_work() as uow:
        return await keep_transcript(uow, session.id, prepared(SAID), "de", founded.employee)


async def passages(instance: Instance) -> int:
    async with instance.reading() as db:
        return await db.scalar(select(func.count()).select_from(Passage)) or 0


async def test_the_host_adds_a_file_and_the_page_shows_it_with_its_moments(
    jonas: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
    clock: FrozenClock,
) -> None:
    session = await begun(instance, founded, clock)
    async with instance.unit_of_work() as uow:
        await add_material(uow, session.id, "recording", "Aufzeichnung", VIDEO, founded.employee)

    answer = await jonas.post(
        f"/sessions/{session.id}/transcripts",
        data={"transcript_language": "de", "pasted": ""},
        files={"transcript": ("gelee.vtt", SAID.encode(), "text/vtt")},
    )
    page = (await stranger.get(f"/sessions/{session.id}")).text

    assert (answer.status_code, answer.headers["location"]) == (303, f"/sessions/{session.id}/afterwards")
    assert "Jonas: Heute geht es um Quittengelee. alert(1)" in page
    assert f'href="{VIDEO}&amp;t=123s"' in page.replace("%3D", "=")
    assert "gewaschen &amp; entkernt" in page
    assert '<details class="said">' in page
    found = (await stranger.get("/search?q=quitten")).text
    assert f"/sessions/{session.id}?heard=" in found
    assert "<mark>Quittengelee</mark>" in found


@pytest.mark.parametrize("audience", ["company", "alliance", "public"])
async def test_every_door_opens_for_whoever_sees_the_session(
    audience: str,
    jonas: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
    clock: FrozenClock,
) -> None:
    said = await told(instance, founded, clock, audience)
    doors = [
        f"/sessions/{said.session_id}/transcripts/{said.id}.vtt",
        f"/sessions/{said.session_id}/transcripts/{said.id}.txt",
        f"/sessions/{said.session_id}",
        "/search?q=entkernt",
    ]

    ours = [(await jonas.get(door)).text for door in doors]
    theirs = [(await stranger.get(door)).text for door in doors]

    assert ["entkernt" in text and "Früchte" in text for text in ours] == [True] * 4
    assert ["Früchte" in text for text in theirs] == [audience == "public"] * 4
    assert (await jonas.get(doors[0])).headers["content-type"] == "text/vtt; charset=utf-8"
    assert (await jonas.get(f"/sessions/1/transcripts/{said.id}.vtt")).status_code == 404
    assert (await jonas.get(doors[0].replace(".vtt", ".exe"))).status_code == 404


async def test_what_becomes_public_is_found_by_strangers_and_what_goes_is_found_no_more(
    jonas: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
    clock: FrozenClock,
) -> None:
    said = await told(instance, founded, clock, "company")

    async def finds() -> list[bool]:
        return ["Früchte" in (await who.get("/search?q=entkernt")).text for who in (jonas, stranger)]

    assert await finds() == [True, False]
    async with instance.unit_of_work() as uow:
        session = await uow.db.get_one(Session, said.session_id)
        before, session.audience = session.audience, "public"
        uow.record(SessionChanged(session, previous_audience=before))
    assert await finds() == [True, True]
    async with instance.unit_of_work() as uow:
        await remove_transcript(uow, said.session_id, said.id, founded.employee)
    assert await finds() == [False, False]
    assert await passages(instance) == 0


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"", "Please choose a file, or paste what was said."),
        (b"\x89PNG\0\0", "This is no text"),
        (b"WEBVTT\n\n", "There are no words in it."),
        (b"x" * 2_000_001, "The file is larger than 2 MB."),
        (f"Hier: {LINK}".encode(), "This is the link to the meeting, or gives it away."),
        (
            f"1\n00:00:01,0 --> 00:00:02,0\n{LINK[:30]}\n{LINK[30:]}".encode(),
            "This is the link to the meeting",
        ),
        (
            f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v {LINK}>Hallo".encode(),
            "This is the link to the meeting",
        ),
    ],
    ids=["nothing", "picture", "no words", "too long", "link", "broken link", "link as a name"],
)
async def test_what_cannot_be_kept_is_said_beside_the_field(
    sent: bytes, why: str, jonas: httpx.AsyncClient, instance: Instance, founded: Founded, clock: FrozenClock
) -> None:
    session = await begun(instance, founded, clock)

    files = {"transcript": ("a.vtt", sent, "text/vtt")} if sent else {"nothing": ("", b"", "text/plain")}
    answer = await jonas.post(f"/sessions/{session.id}/transcripts", data={"pasted": ""}, files=files)

    assert (answer.status_code, why in answer.text.replace("&#39;", "'")) == (422, True)
    assert await passages(instance) == 0


async def test_a_session_that_says_a_word_all_the_time_hides_no_other(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded, clock: FrozenClock
) -> None:
    once = await told(instance, founded, clock)
    often = await begun(instance, founded, clock)
    lines = "\n\n".join(
        f"00:{minute:02}:00.000 --> 00:{minute:02}:09.000\nEntkernt {minute}." for minute in range(60)
    )
    async with instance.unit_of_work() as uow:
        await keep_transcript(uow, often.id, prepared(f"WEBVTT\n\n{lines}"), "de", founded.employee)

    page = (await stranger.get("/search?q=entkernt")).text

    assert page.index(f"/sessions/{often.id}?heard=") < page.index(f"/sessions/{once.session_id}?heard=")
    assert "<mark>Entkernt</mark> 0." in page


async def test_only_who_holds_the_session_adds_and_only_once_it_has_begun(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, instance: Instance, founded: Founded, clock: FrozenClock
) -> None:
    early = await offered(instance, founded.employee)
    of_admin = await offered(instance, founded.admin, "Andere", starts_at=clock.now() + timedelta(minutes=1))
    clock.advance(hours=1)
    pasted = {"pasted": "Gesagt.", "transcript_language": "de"}

    async def sends(who: httpx.AsyncClient, session: Session) -> int:
        files = {"transcript": ("", b"", "text/plain")}
        return (await who.post(f"/sessions/{session.id}/transcripts", data=pasted, files=files)).status_code

    assert await sends(jonas, early) == 422
    assert await sends(jonas, of_admin) == 403
    assert await sends(ada, of_admin) == 303
    assert await passages(instance) == 1
    # Once more in the same language takes the place of what was there.
    assert await sends(ada, of_admin) == 303
    assert await passages(instance) == 1


async def test_the_host_takes_it_along(
    instance: Instance, federation: Federation, founded: Founded, clock: FrozenClock
) -> None:
    await told(instance, founded, clock)

    async with instance.reading() as db:
        everything = await everything_about(db, instance.vault, "https://x.example", founded.employee.id)

    [session] = everything["sessions"]
    assert session["transcripts"][0]["language"] == "de"
    assert "gewaschen &amp; entkernt" in session["transcripts"][0]["webvtt"]


async def test_with_the_host_goes_what_was_said(
    instance: Instance, founded: Founded, clock: FrozenClock
) -> None:
    await told(instance, founded, clock)

    async with instance.unit_of_work() as uow:
        await forget(uow, await uow.db.get_one(Person, founded.employee.id))

    assert await passages(instance) == 0


def test_players_that_can_be_told_begin_at_the_moment() -> None:
    assert moment_in("https://youtu.be/abc?t=1", 62) == "https://youtu.be/abc?t=62s"
    assert moment_in("https://vimeo.com/1", 62) == "https://vimeo.com/1#t=62s"
    assert moment_in("https://tube.example/w/abc", 62) == "https://tube.example/w/abc?start=62s"
    assert moment_in("https://files.example/a.MP4?x=1", 62) == "https://files.example/a.MP4?x=1#t=62"
    assert moment_in("https://contoso.sharepoint.com/:v:/s/x", 62) is None
