"""Experts write their profile, show it to whom they like, and take it back."""

from typing import Any

import pytest

from alliance.employing import disable_employee
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.models import Employee
from alliance.profiling import ProfileDraft, choose_language, edit_profile, publish_profile, withdraw_profile
from alliance.queries import people
from alliance.visibility import STRANGER, employee_viewer
from tests.alliance.stage import Stage


def draft(**changes: Any) -> ProfileDraft:
    given: dict[str, Any] = {
        "name": "Jonas Brandt",
        "audience": "public",
        "headline": "Grinds lenses",
        "about": "For **twenty** years.",
        "languages": ("de", "en"),
        "ask_me_about": ("Scratches", " "),
        "topics": ("Optik",),
    }
    return ProfileDraft(**(given | changes))


async def write(stage: Stage, employee: Employee | None = None, **changes: Any) -> None:
    async with stage.instance.unit_of_work() as uow:
        await edit_profile(uow, (employee or stage.host).id, draft(**changes))


async def publish(stage: Stage, audience: str | None = None) -> None:
    async with stage.instance.unit_of_work() as uow:
        await publish_profile(uow, stage.host.id, audience)


async def test_what_is_written_is_shown_only_when_published(stage: Stage) -> None:
    await write(stage)
    async with stage.instance.reading() as db:
        with pytest.raises(NotFound):
            await people.profile(db, STRANGER, "jonas")
        assert (await people.profile(db, employee_viewer(stage.host.id), "jonas")).profile is not None

    await publish(stage)

    async with stage.instance.reading() as db:
        person = await people.profile(db, STRANGER, "@jonas@nordlicht.example")
    assert person.profile is not None
    assert person.profile.about_html == "<p>For <strong>twenty</strong> years.</p>"
    assert person.profile.ask_me_about == ["Scratches"]
    assert [topic.slug for topic in person.profile.topics] == ["optik"]
    assert stage.told() == ["ProfileChanged", "ProfileChanged"]


async def test_a_withdrawn_profile_is_hidden_and_kept_for_its_owner(stage: Stage) -> None:
    await write(stage)
    await publish(stage)
    stage.told()

    async with stage.instance.unit_of_work() as uow:
        await withdraw_profile(uow, stage.host.id)
        await withdraw_profile(uow, stage.host.id)

    assert stage.told() == ["ProfileChanged"]
    async with stage.instance.reading() as db:
        with pytest.raises(NotFound):
            await people.profile(db, employee_viewer(stage.admin.id), "jonas")
        own = await people.profile(db, employee_viewer(stage.host.id), "jonas")
    assert own.profile is not None
    assert own.profile.headline == "Grinds lenses"


async def test_a_profile_is_written_again(stage: Stage) -> None:
    await write(stage)
    await write(stage, name="Jonas B.", topics=("Glas", "Optik"), headline="")

    async with stage.instance.reading() as db:
        person = await people.profile(db, employee_viewer(stage.host.id), "jonas")
    assert person.name == "Jonas B."
    assert person.profile is not None
    assert [topic.slug for topic in person.profile.topics] == ["glas", "optik"]


async def test_nothing_written_can_not_be_published(stage: Stage) -> None:
    with pytest.raises(Conflict):
        await publish(stage)
    async with stage.instance.unit_of_work() as uow:
        assert await withdraw_profile(uow, stage.host.id) is None


async def test_publishing_may_choose_another_audience(stage: Stage) -> None:
    await write(stage)
    await publish(stage, "company")

    async with stage.instance.reading() as db:
        with pytest.raises(NotFound):
            await people.profile(db, STRANGER, "jonas")
    with pytest.raises(Invalid):
        await publish(stage, "everybody")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"audience": "everybody"}, "audience"),
        ({"headline": "h" * 201}, "headline"),
        ({"about": "a" * 5001}, "about"),
        ({"languages": ("xx",)}, "languages"),
        ({"languages": ("de",) * 11}, "languages"),
        ({"ask_me_about": ("a",) * 11}, "ask_me_about"),
        ({"ask_me_about": ("a" * 81,)}, "ask_me_about"),
        ({"topics": tuple("abcdefghijk")}, "topics"),
    ],
)
async def test_a_broken_rule_is_told_at_its_field(stage: Stage, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        await write(stage, **changes)

    assert list(raised.value.problems) == [field]


async def test_a_closed_account_writes_nothing(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        await disable_employee(uow, stage.host.id)

    with pytest.raises(Forbidden):
        await write(stage)


async def test_language_and_zone_are_chosen_from_what_exists(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        chosen = await choose_language(uow, stage.host.id, language="en", timezone="Europe/Lisbon")
        assert (chosen.language, chosen.timezone) == ("en", "Europe/Lisbon")
        back = await choose_language(uow, stage.host.id, language=None, timezone=None)
        assert (back.language, back.timezone) == (None, None)

    with pytest.raises(Invalid) as raised:
        async with stage.instance.unit_of_work() as uow:
            await choose_language(uow, stage.host.id, language="xx", timezone="Middle/Earth")
    assert list(raised.value.problems) == ["language", "timezone"]
