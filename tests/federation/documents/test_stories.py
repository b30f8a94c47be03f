"""A story as a Note: golden files, and what readers find in it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from alliance.composing import Named, composed
from alliance.models import Person, Story, StoryPicture
from federation.translate.story_note import note_of_story, story_news
from federation.uris import PUBLIC
from federation.vocabulary.contexts import NOTE_CONTEXT, with_context
from federation.vocabulary.note import Note, parse_note
from tests.federation.documents.written_sessions import PUBLISHED, URIS, written_session

GOLDEN = Path(__file__).parent / "golden"
MIA = Person(
    id=77,
    username="mia",
    name="Mia Hofer",
    host="alpenwerk.example",
    uri="https://alpenwerk.example/people/7",
)
TEXT = "Danke @mia@alpenwerk.example für #Künstliche_Intelligenz!\nMehr: https://nordlicht.example/lesen"
PICTURE = StoryPicture(name="AAAAAAAAAAAAAAAAAAAAAA.jpg", width=1600, height=900, description="Ein Prisma")
KINDS: dict[str, dict[str, Any]] = {
    "public": {"audience": "public"},
    "quiet": {"audience": "public", "is_quiet": True},
    "alliance": {"audience": "alliance"},
    "changed": {"audience": "public", "updated_at": datetime(2026, 8, 21, 9, 0, tzinfo=UTC)},
    "full": {"audience": "alliance", "spoiler": "Lang & <laut>", "pictures": [PICTURE]},
}


def story(kind: str) -> Story:
    names = {"mia@alpenwerk.example": Named("mia", "https://alpenwerk.example/people/7")}
    given: dict[str, Any] = {
        "id": 9, "author_id": 42, "token": "AbCdEfGhIjKlMnOp", "text": TEXT, "language": "de",
        "html": composed(TEXT, names, URIS.topic), "spoiler": "", "is_quiet": False, "state": "shown",
        "created_at": PUBLISHED, "updated_at": PUBLISHED, "pictures": [], **KINDS[kind],
    }  # fmt: skip
    return Story(**given)


def note(kind: str) -> Note:
    session = written_session("alliance_only") if kind == "full" else None
    return note_of_story(story(kind), URIS, session=session, named={"mia@alpenwerk.example": MIA})


@pytest.mark.parametrize("kind", KINDS)
def test_a_story_is_written_as_in_its_golden_file(kind: str) -> None:
    golden = json.loads((GOLDEN / f"story_{kind}.json").read_text(encoding="utf-8"))

    assert with_context(NOTE_CONTEXT, note(kind).as_json()) == golden


@pytest.mark.parametrize("kind", KINDS)
def test_a_story_that_was_written_is_read_as_the_same(kind: str) -> None:
    written = note(kind)

    assert parse_note(written.as_json()) == replace(written, pictures=())


@pytest.mark.parametrize("kind", KINDS)
def test_a_story_arrives_at_an_ally_as_it_left(kind: str) -> None:
    told = story(kind)

    news = story_news(parse_note(note(kind).as_json()), URIS, URIS)

    assert (news.audience, news.is_quiet, news.html) == (told.audience, told.is_quiet, told.html)
    assert (news.spoiler, news.language, news.published_at) == (told.spoiler, "de", told.created_at)


def test_a_session_for_fewer_people_is_not_named() -> None:
    secret = written_session("alliance_only")

    told = note_of_story(story("public"), URIS, session=secret)

    assert told.about == ()
    assert secret.title not in json.dumps(told.as_json())


def test_a_story_for_allies_is_addressed_to_nobody_else() -> None:
    told = note("alliance").as_json()

    assert (told["to"], told["cc"]) == (["https://nordlicht.example/partners"], [])
    assert PUBLIC not in json.dumps(told)
