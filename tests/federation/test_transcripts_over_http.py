"""What was said in a session for allies, over real HTTP: fetched, found there, taken away."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from alliance.models import Session, Transcript
from alliance.queries.search import question_of
from alliance.queries.transcripts import heard
from alliance.transcribing import keep_transcript, prepared, remove_transcript
from alliance.visibility import STRANGER, employee_viewer
from tests.federation.neighbourhood import Neighbour, ally, neighbourhood
from tests.support.client import client_of
from tests.support.databases import Databases
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey


@pytest.fixture
async def two(databases: Databases, tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """Birke is allied with Linde."""
    async with neighbourhood(databases, tmp_path, "birke", "linde") as companies:
        await ally(*companies)
        yield companies


async def found_in(here: Neighbour, word: str) -> list[str]:
    async with here.instance.reading() as db:
        found = await heard(db, employee_viewer(here.employee.id), question_of(word))
        assert await heard(db, STRANGER, question_of(word)) == []
        return [one.text for one in found]


async def test_what_was_said_lives_at_an_ally_until_it_is_taken_away(two: list[Neighbour]) -> None:
    birke, linde = two
    session = await birke.publish("Gelee")
    async with birke.instance.unit_of_work() as uow:
        (await uow.db.get_one(Session, session.id)).starts_at = uow.now
        said = prepared("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Jonas>Quitten</v>\n")
        transcript = await keep_transcript(uow, session.id, said, "de", birke.employee)

    async def is_found() -> bool:
        return await found_in(linde, "quitten") == ["Jonas: Quitten"]

    assert await eventually(is_found)
    async with client_of(birke.federation) as anybody:
        hidden = await anybody.get(f"/sessions/{session.id}/transcripts/{transcript.id}.vtt")
    assert hidden.status_code == 404

    async with birke.instance.unit_of_work() as uow:
        await remove_transcript(uow, session.id, transcript.id, birke.employee)

    async def is_gone() -> bool:
        return await found_in(linde, "quitten") == []

    assert await eventually(is_gone)
    async with linde.instance.reading() as db:
        assert list(await db.scalars(select(Transcript))) == []
