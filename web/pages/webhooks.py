"""Channels elsewhere: administrators look after all of them, owners after those of their community.

The same pages behind two doors: `/admin/webhooks` and `/communities/<id>/webhooks`.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Conflict, Invalid, NotFound
from alliance.models import WEBHOOK_KINDS, WEBHOOK_NEWS, Webhook
from alliance.queries.webhooks import webhook_with_id
from alliance.webhook_queue import log_delivery, refuse_more_tests
from alliance.webhooks import (
    NAME_LIMIT,
    WebhookAddress,
    WebhookWish,
    add_webhook,
    change_webhook,
    pause_webhook,
    remove_webhook,
    resume_webhook,
    webhook_to_run,
    wish_of,
)
from web.forms import read_form
from web.pages.admin.console import administering
from web.pages.community_form import owned
from web.pages.visit import Visit, path_id, visiting
from web.pages.webhook_views import Door, form_page, list_page, one_page
from web.webhooks.sending import send_sample

_WISH_FIELDS = {
    "name": NAME_LIMIT,
    **dict.fromkeys(WEBHOOK_NEWS, 3),
    "topic": 60,
    "ours_only": 3,
    "reach": 20,
    "language": 10,
}
_FIELDS = {"kind": 20, "url": 2000, "room": 300, "token": 1000, **_WISH_FIELDS}


async def show(request: Request) -> Response:
    """GET: those that there are, and the kinds of which one can be added."""
    async with _entering(request) as (visit, door):
        return await list_page(visit, door)


async def new(request: Request) -> Response:
    """GET .../new?kind=: the form for one kind."""
    async with _entering(request) as (visit, door):
        kind = request.query_params.get("kind", "")
        if kind not in WEBHOOK_KINDS:
            raise NotFound
        values = dict.fromkeys(_FIELDS, "") | dict.fromkeys(WEBHOOK_NEWS, "yes")
        language = visit.visitor.home.language
        return form_page(visit, door, values | {"kind": kind, "reach": "public", "language": language})


async def add(request: Request) -> Response:
    """POST .../new: adds it, or shows the form again; a secret is shown this once."""
    async with _entering(request) as (visit, door):
        values = await read_form(request, _FIELDS)
        address = WebhookAddress(
            kind=values["kind"], url=values["url"], room=values["room"], token=values["token"]
        )
        if address.kind not in WEBHOOK_KINDS:
            raise NotFound
        community = door.community
        try:
            async with visit.instance.unit_of_work() as uow:
                made, secret = await add_webhook(
                    uow, visit.employee, address, _wish(values), community.id if community else None
                )
        except (Invalid, Conflict) as error:
            # An address that was refused stands in the form again; a token does not.
            return form_page(visit, door, values | {"token": ""}, error)
        if secret is None:
            return visit.go(f"{door.base}/{made.id}", "webhook-added")
        async with visit.instance.reading() as db:
            hook = await webhook_with_id(db, made.id)
        if hook is None:
            raise NotFound
        return await one_page(visit, door, hook, _values(hook), secret=secret)


async def one(request: Request) -> Response:
    """GET .../<hook>: what it is told, how it went, and what can be done."""
    async with _entering(request) as (visit, door):
        hook = await _hook(visit, door)
        return await one_page(visit, door, hook, _values(hook))


async def change(request: Request) -> Response:
    """POST .../<hook>: other news, another name; or the form again."""
    async with _entering(request) as (visit, door):
        hook = await _hook(visit, door)
        values = await read_form(request, _WISH_FIELDS)
        if not visit.employee.has_role("admin"):
            values["reach"] = hook.reach
        try:
            async with visit.instance.unit_of_work() as uow:
                await change_webhook(uow, hook.id, visit.employee, _wish(values))
        except Invalid as error:
            return await one_page(visit, door, hook, values, error=error)
        return visit.go(f"{door.base}/{hook.id}", "webhook-changed")


async def act(request: Request) -> Response:
    """POST .../<hook>/<verb>: test, pause, resume, remove."""
    async with _entering(request) as (visit, door):
        hook = await _hook(visit, door)
        verb = request.path_params["verb"]
        if verb == "test":
            return await _test(visit, door, hook)
        verbs = {"pause": pause_webhook, "resume": resume_webhook, "remove": remove_webhook}
        if verb not in verbs:
            raise NotFound
        async with visit.instance.unit_of_work() as uow:
            await verbs[verb](uow, hook.id, visit.employee)
        address = door.base if verb == "remove" else f"{door.base}/{hook.id}"
        return visit.go(address, f"webhook-{verb}d")


async def ask_remove(request: Request) -> Response:
    """GET .../<hook>/remove: asks once."""
    async with _entering(request) as (visit, door):
        hook, texts = await _hook(visit, door), visit.texts
        return visit.page(
            "confirm.html",
            title=texts.gettext("Remove %(name)s?", name=hook.name),
            sentence=texts.gettext("Nothing is told there any more, and its address is forgotten."),
            submit=texts.gettext("Yes, remove it"),
            action=f"{door.base}/{hook.id}/remove",
            back_url=f"{door.base}/{hook.id}",
            back_label=hook.name,
        )


async def _test(visit: Visit, door: Door, hook: Webhook) -> Response:
    """Sends a sample now, and shows what came back."""
    async with visit.instance.unit_of_work() as uow:
        await refuse_more_tests(uow, hook.id)
    outcome, answer = await send_sample(visit.request.app.state.federation, hook)
    async with visit.instance.unit_of_work() as uow:
        # Somebody may have removed it while we waited for the answer.
        await webhook_to_run(uow, hook.id, visit.employee)
        await log_delivery(uow, hook.id, "test", 1, outcome)
    async with visit.instance.reading() as db:
        hook = await webhook_with_id(db, hook.id) or hook
    return await one_page(visit, door, hook, _values(hook), outcome=outcome, answer=answer)


@asynccontextmanager
async def _entering(request: Request) -> AsyncIterator[tuple[Visit, Door]]:
    """The door through which somebody comes: the console, or a community that they own.

    Raises NotSignedIn, NotFound, Forbidden.
    """
    if "id" not in request.path_params:
        async with administering(request) as visit:
            yield visit, Door("/admin/webhooks")
        return
    async with visiting(request) as visit:
        community = await owned(visit)
        yield visit, Door(f"/communities/{community.id}/webhooks", community)


async def _hook(visit: Visit, door: Door) -> Webhook:
    """The webhook in the address, if it is behind this door. Raises NotFound."""
    hook = await webhook_with_id(visit.db, path_id(visit.request, "hook"))
    if hook is None or (door.community is not None and hook.community_id != door.community.id):
        raise NotFound
    return hook


def _wish(values: Mapping[str, str]) -> WebhookWish:
    return WebhookWish(
        name=values["name"],
        news=tuple(one for one in WEBHOOK_NEWS if values[one]),
        reach=values["reach"] or "public",
        language=values["language"],
        ours_only=bool(values["ours_only"]),
        topic=values["topic"],
    )


def _values(hook: Webhook) -> dict[str, str]:
    wish = wish_of(hook, hook.topic)
    return {
        "name": wish.name,
        **{one: "yes" if one in wish.news else "" for one in WEBHOOK_NEWS},
        "topic": wish.topic,
        "ours_only": "yes" if wish.ours_only else "",
        "reach": wish.reach,
        "language": wish.language,
    }
