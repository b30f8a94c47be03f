"""What one listener is told is never what another one keeps to themselves."""

from typing import Any

import pytest

from alliance.following import follow
from alliance.profiling import ProfileDraft, edit_profile
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.scenes import expert
from tests.web.mastodon.streaming.conftest import Ear, Listen, address, app, hub, listen, settings
from tests.web.mastodon.talking import as_app, said
from web.app import Alliance

__all__ = ["address", "app", "hub", "listen", "settings"]
pytestmark = pytest.mark.anyio


async def update(ear: Ear) -> dict[str, Any]:
    """The next status."""
    while (one := await ear.next())["event"] != "update":
        pass
    found: dict[str, Any] = one["payload"]
    return found


async def test_filters_are_told_to_whom_they_belong_alone(
    stage: Stage, listen: Listen, founded: Founded, allow: Allow, federation: Federation, app: Alliance
) -> None:
    words = {"title": "Layoffs", "context": ["home"], "keywords_attributes": [{"keyword": "lenses"}]}
    lena = await stage.colleague("Lena Vogt")
    async with await as_app(federation, allow, founded.admin) as ada:
        assert (await ada.post("/api/v2/filters", json=words)).status_code == 200
    theirs, others = await listen("user", by=founded.admin), await listen("user", by=founded.employee)

    await stage.publish(lena)

    assert [one["filter"]["title"] for one in (await update(theirs))["filtered"]] == ["Layoffs"]
    assert (await update(others))["filtered"] == []


async def test_a_profile_that_is_not_shown_yet_is_heard_by_its_person_alone(
    stage: Stage, listen: Listen, founded: Founded, allow: Allow, federation: Federation, app: Alliance
) -> None:
    lena, ada, jonas = await expert(stage), founded.admin, founded.employee
    async with stage.instance.unit_of_work() as uow:
        await edit_profile(uow, ada.id, ProfileDraft(name=ada.person.name, headline="Leaves in May"))
        for one in (ada, jonas):
            await follow(uow, one.id, "expert", str(lena.id))
    async with await as_app(federation, allow, ada) as client:
        story = await said(client, "Good morning")
    await listen("public", by=ada)
    others = await listen("user", by=jonas)
    async with await as_app(federation, allow, lena) as client:
        assert (await client.post(f"/api/v1/statuses/{story['id']}/reblog")).status_code == 200

    heard = await update(others)

    assert heard["reblog"]["account"]["id"] == str(ada.id)
    assert "Leaves in May" not in str(heard)
