"""Lets the demo have had a newsletter: an edition in the archive, and a note that waits for the next one."""

from collections.abc import Sequence
from datetime import timedelta

from alliance.models import Edition, Guest, NewsletterPlan
from alliance.newsletter import week_of
from alliance.queries.companies import home_company
from alliance.subscribing import ADDRESS, mark_of
from alliance.unit_of_work import UnitOfWork
from web.demo.content.newsletters import NEWSLETTERS, DemoNewsletter
from web.demo.stage_company import Cast

_AGO = timedelta(days=1)
_MONDAY, _HOUR = 0, 8


async def send_newsletters(casts: Sequence[Cast]) -> None:
    """Nobody is mailed anything: what the archive shows is what can be seen of those days anyway."""
    for cast in casts:
        for newsletter in NEWSLETTERS:
            if newsletter.company == cast.company.key:
                async with cast.federation.instance.unit_of_work() as uow:
                    await _send(uow, newsletter)


async def _send(uow: UnitOfWork, newsletter: DemoNewsletter) -> None:
    zone, began = (await home_company(uow.db)).timezone, uow.now - _AGO
    uow.db.add(
        NewsletterPlan(
            id=1, is_on=True, weekday=_MONDAY, hour=_HOUR, is_for_everybody=False, looked_at=uow.now
        )
    )
    readers = len(newsletter.guests) + 12
    uow.db.add(
        Edition(
            id=uow.new_id(),
            state="sent",
            week=week_of(began, zone),
            note_de=newsletter.sent_de,
            note_en=newsletter.sent_en,
            note_audience="public",
            starts_at=began,
            finished_at=began + timedelta(minutes=1),
            is_queued=True,
            expected=readers,
            sent=readers,
        )
    )
    note = {"note_de": newsletter.next_de, "note_en": newsletter.next_en, "note_audience": "public"}
    uow.db.add(Edition(id=uow.new_id(), state="draft", **note))
    for address in newsletter.guests:
        uow.db.add(
            Guest(
                id=uow.new_id(),
                mark=mark_of(uow.vault, address),
                address=uow.vault.seal(address, ADDRESS),
                language="de",
                topics=[],
                confirmed_at=began,
            )
        )
    await uow.db.flush()
