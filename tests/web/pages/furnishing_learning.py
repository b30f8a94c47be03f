"""What the furnished company has learned: confirmations, badges, a record store with a refusal, a token."""

from datetime import timedelta
from typing import Any

from alliance.attending import join_session
from alliance.badges import keep_badge, share_badge
from alliance.confirming import confirm
from alliance.drafting import SessionDraft
from alliance.instance import Instance
from alliance.learning_records import agree
from alliance.learning_settings import StoreDraft, change_store, keep_hosts_confirm, make_token
from alliance.models import Employee, Session
from alliance.publishing import publish_session
from alliance.record_queue import is_refused, take_next
from tests.support.founding import Founded

NUMBER = "00000000-0000-4000-8000-00000000000"
LINK = "https://meet.example/secret-room"


async def learned_there(instance: Instance, founded: Founded, text: str) -> dict[str, Any]:
    """Ada has confirmed two sessions of Jonas's and made badges of one; Jonas was at one of hers."""
    store = StoreDraft(
        is_on=True,
        endpoint="https://lrs.example/",
        is_inside=False,
        key="alliance",
        secret="s3cret",
        version="1.0.3",
    )
    async with instance.unit_of_work() as uow:
        await keep_hosts_confirm(uow, allowed=True)
        await change_store(uow, store, founded.admin)
        await make_token(uow, text[:90], founded.admin)
        await agree(uow, founded.admin)
    held = await _over(instance, founded.admin, founded.employee, text)
    confirmations = []
    for _ in range(2):
        session = await _over(instance, founded.employee, founded.admin, text)
        async with instance.unit_of_work() as uow:
            confirmations.append(await confirm(uow, session.id, founded.admin))
    async with instance.unit_of_work() as uow:
        for count, named in enumerate((True, False)):
            await keep_badge(uow, confirmations[0], f"{NUMBER}{count}", b"{}", is_named=named)
        await share_badge(uow, f"{NUMBER}0", founded.admin.id, shared=True)
        refused = await take_next(uow)
        if refused is not None:
            await is_refused(uow, refused.id, 400, text[:200])
    return {"held": held.id}


async def _over(instance: Instance, host: Employee, guest: Employee, text: str) -> Session:
    starts_at = instance.clock.now() + timedelta(days=1)
    draft = SessionDraft(
        title=text[:150],
        description=text,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=45),
        meeting_link=LINK,
    )
    async with instance.unit_of_work() as uow:
        session = await publish_session(uow, host.id, draft)
        await join_session(uow, session.id, guest.id)
    async with instance.unit_of_work() as uow:
        stored = await uow.db.get_one(Session, session.id)
        stored.starts_at, stored.ends_at = uow.now - timedelta(hours=2), uow.now - timedelta(hours=1)
    return session
