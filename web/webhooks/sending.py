"""The worker's chore: tells channels what is new, side by side, one message after the other for each."""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import quote

import orjson
import structlog

from alliance.database import is_trouble_of_database
from alliance.models import Webhook, WebhookNews
from alliance.queries.companies import home_company
from alliance.queries.webhooks import told_by
from alliance.webhook_addresses import is_known_service
from alliance.webhook_queue import (
    MOST_IN_MESSAGE,
    Outcome,
    drop_batch,
    due_webhooks,
    forget_told,
    note_outcome,
    take_batch,
)
from alliance.webhooks import secret_of, target_of
from federation.chores import Chore, in_portions
from federation.client import Answer, Client
from federation.failures import FetchFailed
from federation.reporting import report
from federation.retry import retry_after
from federation.wiring import Federation
from web.webhooks import discord, generic, matrix, slack, teams
from web.webhooks.composing import Desk, lines_of, message_of, sample_of
from web.webhooks.message import MOST_LINES, Message

AT_ONCE = 8
MOST_AT_ONCE = 50
SECONDS = 10.0
ANSWER_BYTES = 2000
_PAYLOADS = {
    "teams": teams.payload,
    "slack": slack.payload,
    "discord": discord.payload,
    "matrix": matrix.payload,
    "generic": generic.payload,
}

log = structlog.get_logger("alliance.webhooks")


async def tell_channels(federation: Federation) -> int:
    """Sends what is due; how many channels that were."""
    instance = federation.instance
    async with instance.reading() as db:
        due = await due_webhooks(db, instance.clock.now(), MOST_AT_ONCE)
    if not due:
        return 0
    free = asyncio.Semaphore(AT_ONCE)

    async def tell(webhook_id: int) -> None:
        async with free:
            try:
                await _tell(federation, webhook_id)
            except Exception as error:
                if is_trouble_of_database(error):
                    raise
                # Whatever is the matter with one of them, the others are told.
                report(log, error, "a channel could not be told", webhook=webhook_id)
                await _put_off(federation, webhook_id)

    await asyncio.gather(*(tell(one) for one in due))
    return len(due)


async def _tell(federation: Federation, webhook_id: int) -> None:
    instance = federation.instance
    async with instance.unit_of_work() as uow:
        taken = await take_batch(uow, webhook_id)
    if taken is None:
        return
    hook, news = taken
    ids = [one.id for one in news]
    message, count = await _message(federation, hook, news)
    if message is None:
        async with instance.unit_of_work() as uow:
            await drop_batch(uow, hook.id, ids)
        return
    outcome, _ = await send(federation, hook, message)
    kinds = {line.kind for line in message.lines}
    what = kinds.pop() if len(kinds) == 1 else "several"
    async with instance.unit_of_work() as uow:
        await note_outcome(uow, hook.id, ids, what, count, outcome)


async def _message(
    federation: Federation, hook: Webhook, news: Sequence[WebhookNews]
) -> tuple[Message | None, int]:
    """The message of a batch and how much it tells; None when nothing of it may be told any more."""
    async with federation.instance.reading() as db:
        told = await told_by(db, hook, news)
        desk = Desk(
            await home_company(db),
            federation.instance.settings.origin,
            hook.language,
            federation.instance.clock.now(),
        )
    lines = lines_of(desk, hook, news, told)
    if not lines:
        return None, 0
    most = MOST_IN_MESSAGE.get(hook.kind, MOST_LINES)
    return message_of(desk, f"msg_{hook.id}_{news[-1].id}", lines, most=most), len(lines)


async def send_sample(federation: Federation, hook: Webhook) -> tuple[Outcome, str]:
    """Sends a test now; what came of it, and the beginning of what the other side said."""
    instance = federation.instance
    async with instance.reading() as db:
        home = await home_company(db)
    desk = Desk(home, instance.settings.origin, hook.language, instance.clock.now())
    return await send(federation, hook, sample_of(desk, f"msg_{hook.id}_{instance.mint.new()}"))


async def send(federation: Federation, hook: Webhook, message: Message) -> tuple[Outcome, str]:
    """One request over the one client: its rules, its proxy, at most ten seconds and a short answer."""
    settings = federation.instance.settings

    def is_admitted(host: str) -> bool:
        return is_known_service(host) or hook.is_admitted

    began = time.monotonic()
    answer: Answer | None = None
    failure = ""
    client = Client.from_settings(settings, is_admitted=is_admitted, treatment=federation.admission.treatment)
    async with client:
        try:
            answer = await _request(federation, client, hook, message)
        except FetchFailed as error:
            failure = type(error).__name__
    took = round((time.monotonic() - began) * 1000)
    status = answer.status if answer is not None else None
    # The host alone: whoever reads the rest of the address can speak in the channel.
    log.info("channel was told", webhook=hook.id, host=hook.host, status=status, failure=failure)
    if answer is None:
        return Outcome(None, failure, took), ""
    asked = retry_after(answer.headers.get("Retry-After"), federation.instance.clock.now())
    return Outcome(answer.status, "", took, asked), answer.body.decode("utf-8", "replace")


async def _request(federation: Federation, client: Client, hook: Webhook, message: Message) -> Answer:
    vault, now = federation.instance.vault, federation.instance.clock.now()
    target, secret = target_of(vault, hook), secret_of(vault, hook)
    body = orjson.dumps(_PAYLOADS[hook.kind](message))
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/plain"}
    method, url = "POST", target.url
    if hook.kind == "matrix":
        method, url = "PUT", f"{target.url}/{quote(message.name, safe='')}"
        headers["Authorization"] = f"Bearer {target.token}"
    if secret is not None:
        headers |= generic.signed_headers(secret, message.name, now, body)
    return await client.send(
        method, url, headers=headers, body=body, limit=ANSWER_BYTES, seconds=SECONDS, cut=True
    )


async def _put_off(federation: Federation, webhook_id: int) -> None:
    """Something is wrong with the message itself: it counts as an attempt, and is given up in the end."""
    async with federation.instance.unit_of_work() as uow:
        taken = await take_batch(uow, webhook_id)
        if taken is not None:
            ids = [one.id for one in taken[1]]
            await note_outcome(uow, webhook_id, ids, "several", len(ids), Outcome(None, "Unsendable"))


async def forget_what_was_told(federation: Federation) -> int:
    """What was told more than two months ago."""
    return await in_portions(federation, forget_told)


WEBHOOK_CHORES = (
    Chore("telling channels", 2, tell_channels),
    Chore("forgetting what channels were told", 3600, forget_what_was_told),
)
