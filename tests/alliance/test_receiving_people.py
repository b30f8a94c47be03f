"""People from elsewhere are who their own server says they are, in moderate length, until they are gone."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from alliance.erasing import FORMER_COLLEAGUE
from alliance.errors import Invalid
from alliance.models import ExpertProfile, Person
from alliance.news import ProfileNews
from alliance.receiving import forget_person
from tests.alliance.stage import Stage

URI = "https://alpenwerk.example/people/7"


async def stored(stage: Stage) -> Person:
    async with stage.instance.reading() as db:
        rows = await db.scalars(
            select(Person)
            .where(Person.uri == URI)
            .options(selectinload(Person.profile).selectinload(ExpertProfile.topics))
        )
        return rows.one()


async def test_a_person_belongs_to_the_company_of_their_server(stage: Stage) -> None:
    stranger = await stage.person()
    assert stranger.company_id is None
    passer_by = await stage.person("https://alpenwerk.example.evil.example/people/7")

    company = await stage.ally()

    assert (await stored(stage)).company_id == company.id
    assert (await stage.person()).company_id == company.id
    assert (await stage.person(passer_by.uri or "")).company_id is None
    assert (await stage.person("https://social.example/users/kim")).company_id is None


async def test_a_person_is_stored_once_and_renewed(stage: Stage) -> None:
    first = await stage.person()

    second = await stage.person(name="Mira Hofer-Lang", username="mira.lang")

    assert (second.id, second.name, second.username) == (first.id, "Mira Hofer-Lang", "mira.lang")


async def test_a_profile_is_stored_sanitised_and_withdrawn_with_the_next_news(stage: Stage) -> None:
    await stage.ally()
    news = ProfileNews(
        audience="alliance",
        headline="Welds\u202e anything" + "!" * 300,
        about_html="<script>x</script><p>Hi</p>",
        languages=["de", "xx", "en"] * 20,
        ask_me_about=["Seams", " "] * 20,
        topics=["Welding", "🙂"] * 20,
    )

    await stage.person(profile=news)

    profile = (await stored(stage)).profile
    assert profile is not None
    assert (profile.audience, profile.about_html) == ("alliance", "<p>Hi</p>")
    assert len(profile.headline) == 200
    assert profile.languages == ["de", "en"]
    assert profile.ask_me_about == ["Seams"]
    assert [topic.slug for topic in profile.topics] == ["welding"]
    assert profile.published_at is not None

    await stage.person(profile=None)

    profile = (await stored(stage)).profile
    assert profile is not None
    assert profile.published_at is None


async def test_strangers_have_no_profile_here(stage: Stage) -> None:
    await stage.person(profile=ProfileNews(headline="Hi"))

    assert (await stored(stage)).profile is None


@pytest.mark.parametrize(
    "changes",
    [
        {"uri": "https://nordlicht.example/people/7"},
        {"uri": "mailto:mira@alpenwerk.example"},
        {"uri": "https://user:pw@alpenwerk.example/people/7"},
        {"uri": "https://alpenwerk.example"},
        {"uri": "https://[alpenwerk.example/people/7"},
        {"uri": URI + "7" * 500},
        {"username": " \u200b"},
    ],
)
async def test_nonsense_is_refused(stage: Stage, changes: dict[str, Any]) -> None:
    given = {"uri": URI, "host": "alpenwerk.example"} | changes

    with pytest.raises(Invalid):
        await stage.person(**given)

    async with stage.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Person).where(Person.uri.is_not(None))) == 0


async def test_names_are_cut_and_cleaned(stage: Stage) -> None:
    person = await stage.person(
        name="Mi\u202era\n" + "a" * 300, url="https://evil.example/mira", username="m" * 300
    )

    assert person.name.startswith("Mira aaa")
    assert (len(person.name), len(person.username), person.url) == (200, 100, None)


async def test_somebody_who_was_deleted_stays_so_and_leaves_no_name(stage: Stage) -> None:
    company = await stage.ally()
    person = await stage.person(profile=ProfileNews(headline="Hi"))
    session = await stage.theirs(company, host_uri=URI)
    async with stage.instance.unit_of_work() as uow:
        await forget_person(uow, URI)
        await forget_person(uow, URI)
        await forget_person(uow, "https://alpenwerk.example/people/404")

    await stage.person(profile=ProfileNews(headline="Back"))

    gone = await stored(stage)
    assert (gone.id, gone.name, gone.profile) == (person.id, FORMER_COLLEAGUE, None)
    assert "mira" not in gone.username
    assert (await stage.stored(session)).host_id == person.id
