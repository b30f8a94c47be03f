"""Notifications for those who listen: which are new, and what they say to the one they are for."""

from collections.abc import Sequence

from sqlalchemy import Connection as Db
from sqlalchemy import select

from alliance.models import Notification
from alliance.queries.app_choices import notice_policy
from alliance.queries.app_notifications import Notices, notification_of
from web.mastodon.answers import as_json
from web.mastodon.door import Call
from web.mastodon.notifications import notification
from web.mastodon.showing import show_all

MOST_PEOPLE = 900


def newer_notices(db: Db, people: Sequence[int], since: int) -> list[tuple[int, int]]:
    """`(notification, person)` of these people from an identifier on. A query for each 900 of them."""
    found: list[tuple[int, int]] = []
    for begin in range(0, len(people), MOST_PEOPLE):
        query = select(Notification.id, Notification.person_id).where(
            Notification.person_id.in_(people[begin : begin + MOST_PEOPLE]), Notification.id >= since
        )
        rows = db.execute(query.order_by(Notification.id))
        found += [(number, person_id) for number, person_id in rows]
    return found


async def notices_for(call: Call, numbers: Sequence[int]) -> list[str]:
    """Those that the person's policy lets through, as JSON, the oldest first."""
    async with call.instance.reading() as db:
        policy = await notice_policy(db, call.me.id)
        moderates = call.me.has_role("moderator")
        notices = Notices(call.me.id, call.instance.clock.now(), policy, moderates=moderates)
        notices.heard()
        rows = (await db.execute(notices.select().where(Notification.id.in_(numbers)))).all()
    found = sorted((notification_of(row) for row in rows), key=lambda one: one.id)
    shown = await show_all(
        call, [one.account_id for one in found], [one.posting_id for one in found if one.posting_id]
    )
    made = (notification(one, shown) for one in found)
    return [as_json(entity) for entity in made if entity is not None]
