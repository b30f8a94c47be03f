"""Administrators, and owners in their community, let channels elsewhere be told what is new here.

An address is never changed: whoever may look after a webhook could otherwise turn it to another channel.
"""

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select

from alliance.acts import Subject
from alliance.communities import may_run
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.languages import OURS
from alliance.models import (
    AUDIENCES,
    MOST_WEBHOOKS,
    MOST_WEBHOOKS_OF_COMMUNITY,
    WEBHOOK_KINDS,
    WEBHOOK_NEWS,
    Community,
    Employee,
    Topic,
    Webhook,
    WebhookNews,
)
from alliance.problems import Problems
from alliance.queries.communities import community as find_community
from alliance.text import clean_line
from alliance.topics import topics_named
from alliance.unit_of_work import UnitOfWork
from alliance.vault import Vault
from alliance.visibility import employee_viewer
from alliance.webhook_addresses import checked_address, checked_token, room_address

SEALED, SECRET = "webhook.sealed", "webhook.secret"
NAME_LIMIT = 80
_SECRET_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class WebhookWish:
    """What somebody wants a channel to be told; `topic` by name, empty for every topic."""

    name: str
    news: Sequence[str]
    reach: str = "public"
    language: str = "de"
    ours_only: bool = False
    topic: str = ""


@dataclass(frozen=True, kw_only=True)
class WebhookAddress:
    """Where it leads: `url` is the address, or for Matrix that of the server, with room and token."""

    kind: str
    url: str
    room: str = ""
    token: str = ""


@dataclass(frozen=True)
class Target:
    """The opened address of a webhook. Never shown, never logged."""

    url: str
    token: str = ""


async def add_webhook(
    uow: UnitOfWork,
    by: Employee,
    address: WebhookAddress,
    wish: WebhookWish,
    community_id: int | None = None,
) -> tuple[Webhook, str | None]:
    """A new webhook; for programs with the secret that signs, which is told this once.

    Raises Invalid with a problem per field, Forbidden, NotFound, Conflict when there are too many.
    """
    community = await _community(uow, by, community_id)
    problems = Problems()
    _check(problems, by, wish)
    target = _target(problems, uow, address)
    problems.raise_if_any()
    assert target is not None  # noqa: S101 - a problem was raised otherwise
    await _refuse_too_many(uow, community_id)
    topics = await topics_named(uow, [wish.topic] if wish.topic.strip() and community is None else [])
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"
    hook = Webhook(
        id=uow.new_id(),
        kind=address.kind,
        community_id=community.id if community else None,
        topic_id=topics[0].id if topics else None,
        host=urlsplit(target.url).netloc[:260],
        sealed=uow.vault.seal(json.dumps({"url": target.url, "token": target.token}), SEALED),
        secret=uow.vault.seal(secret, SECRET) if address.kind == "generic" else None,
        is_admitted=by.has_role("admin"),
        state="running",
        failures=0,
        next_at=uow.now,
        created_at=uow.now,
    )
    _write(hook, wish)
    uow.db.add(hook)
    await uow.db.flush()
    _audit(uow, "webhook.added", hook, by)
    return hook, secret if hook.secret is not None else None


async def change_webhook(uow: UnitOfWork, webhook_id: int, by: Employee, wish: WebhookWish) -> Webhook:
    """Another name, other news, another language; who reads there is for administrators to say.

    Raises Invalid, NotFound.
    """
    hook = await webhook_to_run(uow, webhook_id, by)
    problems = Problems()
    _check(problems, by, wish, before=hook.reach)
    problems.raise_if_any()
    if hook.community_id is None:
        topics = await topics_named(uow, [wish.topic] if wish.topic.strip() else [])
        hook.topic_id = topics[0].id if topics else None
    _write(hook, wish)
    await uow.db.flush()
    _audit(uow, "webhook.changed", hook, by)
    return hook


async def pause_webhook(uow: UnitOfWork, webhook_id: int, by: Employee) -> None:
    """Nothing is told until it is resumed, nor afterwards what happened meanwhile. Raises NotFound."""
    hook = await webhook_to_run(uow, webhook_id, by)
    hook.state = "paused"
    await forget_open_news(uow, hook.id)
    _audit(uow, "webhook.paused", hook, by)


async def resume_webhook(uow: UnitOfWork, webhook_id: int, by: Employee) -> None:
    """It is told again from now on, also after it had ended. Raises NotFound."""
    hook = await webhook_to_run(uow, webhook_id, by)
    hook.state, hook.batch, hook.failures, hook.failing_since = "running", None, 0, None
    hook.next_at = uow.now
    await uow.db.flush()
    _audit(uow, "webhook.resumed", hook, by)


async def remove_webhook(uow: UnitOfWork, webhook_id: int, by: Employee) -> None:
    """It is gone, with its address and everything that was noted about it. Raises NotFound."""
    hook = await webhook_to_run(uow, webhook_id, by)
    _audit(uow, "webhook.removed", hook, by)
    await uow.db.delete(hook)
    await uow.db.flush()


async def webhook_to_run(uow: UnitOfWork, webhook_id: int, by: Employee) -> Webhook:
    """A webhook, locked, that `by` may look after: administrators all, owners those of their community.

    Raises NotFound.
    """
    hook = await uow.db.scalar(select(Webhook).where(Webhook.id == webhook_id).with_for_update())
    if hook is None or by.disabled_at is not None:
        raise NotFound
    if not by.has_role("admin"):
        community = await uow.db.get(Community, hook.community_id) if hook.community_id else None
        if community is None or not await may_run(uow, community, by, "owner"):
            raise NotFound
    return hook


async def forget_open_news(uow: UnitOfWork, webhook_id: int) -> None:
    """What waits is told no more."""
    waiting = delete(WebhookNews).where(WebhookNews.webhook_id == webhook_id, WebhookNews.told_at.is_(None))
    await uow.db.execute(waiting.execution_options(synchronize_session=False))


def target_of(vault: Vault, hook: Webhook) -> Target:
    """Where a webhook leads. Raises WrongConfiguration when the secret file is another one."""
    return Target(**json.loads(vault.open(hook.sealed, SEALED)))


def secret_of(vault: Vault, hook: Webhook) -> str | None:
    """With what messages to a program are signed, `whsec_...`; None for the other kinds."""
    return vault.open(hook.secret, SECRET) if hook.secret is not None else None


def wish_of(hook: Webhook, topic: Topic | None) -> WebhookWish:
    """A webhook as it would have been typed, to fill a form."""
    return WebhookWish(
        name=hook.name,
        news=tuple(hook.news),
        reach=hook.reach,
        language=hook.language,
        ours_only=hook.ours_only,
        topic=topic.name if topic is not None else "",
    )


async def _community(uow: UnitOfWork, by: Employee, community_id: int | None) -> Community | None:
    """Whose news it tells. Raises Forbidden, NotFound."""
    if by.disabled_at is not None:
        raise Forbidden
    if community_id is None:
        if not by.has_role("admin"):
            raise Forbidden
        return None
    community = await find_community(uow.db, employee_viewer(by.id), community_id)
    if not by.has_role("admin") and not await may_run(uow, community, by, "owner"):
        raise Forbidden("Only those who run this community can do that.")
    return community


def _audit(uow: UnitOfWork, act: str, hook: Webhook, by: Employee) -> None:
    """Written down for those who run the instance; owners act for their community."""
    if by.has_role("admin"):
        uow.audit(act, Subject("webhook", str(hook.id)), by=by, kind=hook.kind, reach=hook.reach)


def _check(problems: Problems, by: Employee, wish: WebhookWish, before: str = "public") -> None:
    if not 1 <= len(clean_line(wish.name)) <= NAME_LIMIT:
        problems.add("name", "Please give it a name of 1 to {limit} characters.", limit=NAME_LIMIT)
    if not wish.news or not set(wish.news) <= set(WEBHOOK_NEWS):
        problems.add("news", "Please choose what is to be told.")
    if wish.language not in OURS:
        problems.add("language", "Please choose a language from the list.")
    if wish.reach not in AUDIENCES:
        problems.add("reach", "Please choose who reads there.")
    elif wish.reach != before and not by.has_role("admin"):
        problems.add("reach", "Only administrators can say that a channel is internal.")


def _target(problems: Problems, uow: UnitOfWork, address: WebhookAddress) -> Target | None:
    # On loopback channels are stand-ins: no Teams has an address there.
    any_host = uow.settings.danger_private_networks
    if address.kind not in WEBHOOK_KINDS:
        problems.add("kind", "Please choose a kind of channel.")
        return None
    try:
        if address.kind != "matrix":
            return Target(checked_address(address.kind, address.url, any_host=any_host))
        url = room_address(address.url, address.room, any_host=any_host)
        return Target(url, checked_token(address.token))
    except Invalid as error:
        for field, wrong in error.problems.items():
            problems.take(field, wrong)
        return None


async def _refuse_too_many(uow: UnitOfWork, community_id: int | None) -> None:
    """Each takes a little of every publication, so there are not arbitrarily many. Raises Conflict."""
    count = select(func.count()).select_from(Webhook)
    if community_id is None:
        limits = [(count.where(Webhook.community_id.is_(None)), MOST_WEBHOOKS)]
    else:
        limits = [
            (count.where(Webhook.community_id == community_id), MOST_WEBHOOKS_OF_COMMUNITY),
            (count.where(Webhook.community_id.is_not(None)), 3 * MOST_WEBHOOKS),
        ]
    for counted, most in limits:
        if (await uow.db.scalar(counted) or 0) >= most:
            raise Conflict("There are {limit} webhooks already.", limit=most)


def _write(hook: Webhook, wish: WebhookWish) -> None:
    hook.name, hook.reach, hook.language = clean_line(wish.name), wish.reach, wish.language
    hook.news = [one for one in WEBHOOK_NEWS if one in wish.news]
    hook.ours_only = wish.ours_only
