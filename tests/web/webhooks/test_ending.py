"""When a channel ends by itself, administrators and the owners of its community get a mail about it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from alliance.communities import CommunityDraft, found_community
from alliance.mail_queue import mail_with
from alliance.models import Mail
from alliance.queries.companies import home_company
from alliance.settings import MailServer, Settings
from alliance.webhook_queue import Outcome, note_outcome
from tests.alliance.stage import Stage
from tests.web.webhooks.conftest import Channel, hooked
from web.mail.relevance import is_still_wanted
from web.mail.writing import Desk, write

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """There is a mail server, at least by name."""
    return replace(settings, smtp=MailServer("127.0.0.1", 25, "none"))


async def test_each_is_led_to_the_page_that_they_may_open(stage: Stage, channel: Channel) -> None:
    async with stage.instance.unit_of_work() as uow:
        draft = CommunityDraft(name="Optics", description="Lenses.", audience="public")
        there = (await found_community(uow, stage.host, draft)).id
    hook = await hooked(stage, channel, name="Lens channel", community_id=there, by=stage.host)
    async with stage.instance.unit_of_work() as uow:
        await note_outcome(uow, hook.id, [], "session", 1, Outcome(410))

    async with stage.instance.reading() as db:
        now, home = stage.instance.clock.now(), await home_company(db)
        desk = Desk(stage.instance.settings, stage.instance.vault, home, now)
        letters = {}
        for id_ in (await db.scalars(select(Mail.id).order_by(Mail.id))).all():
            mail = await mail_with(db, id_)
            assert mail is not None
            assert await is_still_wanted(db, mail, now)
            letters[mail.employee_id] = write(desk, mail, None)
    assert set(letters) == {stage.admin.id, stage.host.id}
    assert letters[stage.admin.id].subject == "Es wird nichts mehr gemeldet: Lens channel"
    assert f"/admin/webhooks/{hook.id}" in letters[stage.admin.id].text
    assert f"/communities/{there}/webhooks/{hook.id}" in letters[stage.host.id].text
    assert "T0PS3CRET" not in "".join(letter.text for letter in letters.values())
