"""The worker's chore: pushes what is new to devices, one after the other for each push service."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import orjson
import structlog
from sqlalchemy import ColumnElement, Connection, exists, false, select, true

from alliance.models import Interest, Notification, PushMessage, PushSubscription
from alliance.pushing import (
    Device,
    due_messages,
    end_subscription,
    finish,
    forget_messages,
    is_anything_new,
    queue_messages,
    try_again,
)
from alliance.queries.app_choices import notice_policy
from alliance.queries.app_notifications import Notices, notification_of
from alliance.queries.timelines import placed
from alliance.visibility import employee_viewer
from federation.chores import Chore
from federation.client import Client
from federation.failures import FetchFailed
from federation.retry import retry_after
from federation.uris import host_of
from federation.wiring import Federation
from web.mastodon.entities.place import Place
from web.mastodon.kept import Kept
from web.mastodon.notifications import notification
from web.mastodon.rendering import Desk
from web.mastodon.showing import Shown
from web.push.keys import public_push_key, signing_push_key
from web.push.sealing import parcel
from web.push.words import message_of
from web.texts import LANGUAGES, Texts, preferred_language

MOST_AT_ONCE = 100
MOST_PER_SERVICE = 20
AT_ONCE = 8
SECONDS = 10.0
_ANSWER_BYTES = 10_000
# Whoever sends through a proxy that can't check addresses calls these and nobody else.
SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    ".push.apple.com",
    ".notify.windows.com",
)
Due = tuple[PushMessage, PushSubscription]

log = structlog.get_logger("alliance.push")


async def push(federation: Federation) -> int:
    """Sends what waits; tells how much was tried."""
    instance = federation.instance
    async with instance.reading() as db:
        now = instance.clock.now()
        if await db.scalar(select(PushSubscription.id).limit(1)) is None:
            return 0
        has_news = await is_anything_new(db, now)
    if has_news:
        async with instance.unit_of_work() as uow:
            await queue_messages(uow)
    async with instance.reading() as db:
        due = await due_messages(db, instance.clock.now(), MOST_AT_ONCE)
    if due:
        await _send_all(federation, due)
    return len(due)


async def _send_all(federation: Federation, due: list[Due]) -> None:
    """Side by side for different push services; one that is slow keeps nobody else waiting for long."""
    by_service: dict[str, list[Due]] = {}
    for one in due:
        by_service.setdefault(host_of(one[1].endpoint), []).append(one)
    free = asyncio.Semaphore(AT_ONCE)
    treatment = federation.admission.treatment
    settings = federation.instance.settings
    async with Client.from_settings(settings, is_admitted=is_service, treatment=treatment) as client:
        sender = Sender(federation, client)

        async def send(some: Iterable[Due]) -> None:
            async with free:
                for message, subscription in some:
                    if not await sender.send(message, subscription):
                        break

        await asyncio.gather(*(send(some[:MOST_PER_SERVICE]) for some in by_service.values()))


def is_service(host: str) -> bool:
    """Whether a host is one of the push services that browsers and phones use."""
    return any(host == known or (known[0] == "." and host.endswith(known)) for known in SERVICES)


class Sender:
    """Sends for one instance."""

    def __init__(self, federation: Federation, client: Client) -> None:
        self._instance = federation.instance
        self._client = client
        self._kept = Kept(most=200)

    async def send(self, message: PushMessage, subscription: PushSubscription) -> bool:
        """One message; False when the push service is better left alone for now."""
        content = await self._content(message, subscription)
        if content is None:
            async with self._instance.unit_of_work() as uow:
                await finish(uow, message.id)
            return True
        status, asked = await self._post(content, subscription)
        async with self._instance.unit_of_work() as uow:
            if 200 <= status < 300:
                await finish(uow, message.id)
            elif 400 <= status < 500 and status not in (408, 413, 429):
                # Gone (RFC 8030, 7.3), or it will never take anything of ours.
                await end_subscription(uow, subscription.id)
            elif status == 413:
                await finish(uow, message.id)
            else:
                await try_again(uow, message, asked)
        return status < 500 and status not in (408, 429)

    async def _post(self, content: bytes, subscription: PushSubscription) -> tuple[int, timedelta | None]:
        settings, now = self._instance.settings, self._instance.clock.now()
        device = Device(
            endpoint=subscription.endpoint,
            p256dh=subscription.p256dh,
            auth=subscription.auth,
            is_standard=subscription.is_standard,
        )
        key, public = await signing_push_key(self._instance), await public_push_key(self._instance)
        contact = settings.security_contact or settings.origin
        sealed = parcel(content, device, key, public, contact=contact, now=now)
        try:
            answer = await self._client.send(
                "POST",
                subscription.endpoint,
                headers=sealed.headers,
                body=sealed.body,
                limit=_ANSWER_BYTES,
                seconds=SECONDS,
                cut=True,
            )
        except FetchFailed as error:
            log.info("nothing could be pushed", host=error.host, reason=type(error).__name__)
            return 503, None
        return answer.status, retry_after(answer.headers.get("Retry-After", ""), now)

    async def _content(self, message: PushMessage, subscription: PushSubscription) -> bytes | None:
        """What is pushed; None when the person does not want it, or may not see it any more."""
        employee = subscription.token.employee
        if employee is None:
            return None
        now = self._instance.clock.now()
        async with self._instance.reading() as db:
            policy = await notice_policy(db, employee.id)
            notices = Notices(employee.id, now, policy, moderates=employee.has_role("moderator"))
            notices.heard()
            query = notices.select().where(Notification.id == message.notification_id)
            row = (await db.execute(query)).first()
            found = notification_of(row) if row is not None else None
            if found is None or found.type not in subscription.alerts:
                return None
            if not await db.scalar(select(_is_wanted(subscription.policy, employee.id, found.account_id))):
                return None
        chosen = employee.language
        language = chosen if chosen in LANGUAGES else preferred_language("")
        settings = self._instance.settings
        desk = Desk(
            place=Place(settings.origin, settings.host),
            viewer=employee_viewer(employee.id),
            now=now,
            kept=self._kept,
            language=language,
        )

        def look(db: Connection) -> Shown:
            rows = placed(db, [found.posting_id]) if found.posting_id else []
            statuses, accounts = desk.statuses(db, rows), desk.accounts(db, [found.account_id])
            return Shown(dict(accounts), {int(one["id"]): one for one in statuses})

        entity = notification(found, await self._instance.look(look))
        return None if entity is None else orjson.dumps(message_of(entity, Texts(language)))


def _is_wanted(policy: str, person_id: int, account_id: int) -> ColumnElement[bool]:
    """The subscription's policy: everybody, whom one follows, who follows one, nobody."""
    match policy:
        case "followed":
            account = (Interest.expert_id == account_id) | (Interest.company_id == account_id)
            return exists().where(Interest.person_id == person_id, account)
        case "follower":
            return exists().where(
                Notification.person_id == person_id,
                Notification.account_id == account_id,
                Notification.kind == "follow",
            )
        case _:
            return true() if policy == "all" else false()


async def forget_pushed(federation: Federation) -> None:
    """What is no news any more."""
    async with federation.instance.unit_of_work() as uow:
        await forget_messages(uow)


PUSH_CHORES = (Chore("pushing to devices", 1, push), Chore("forgetting what was pushed", 600, forget_pushed))
