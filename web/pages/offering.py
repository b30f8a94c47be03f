"""Offering a session, changing it and taking it back."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Invalid
from alliance.models import Session
from alliance.publishing import (
    draft_of,
    edit_session,
    publish_session,
    withdraw_session,
)
from web.forms import read_form
from web.pages.hosting_names import ask_all, named_hosts
from web.pages.invitation_reading import read_into
from web.pages.managing import managed_session, way_back
from web.pages.offering_drafts import (
    copied,
    discard,
    discard_page,
    draft_page,
    keep,
    publish_kept,
    wanted_copy,
)
from web.pages.offering_page import offering_page
from web.pages.offering_series import (
    asked_rhythm,
    change_following,
    follows,
    may_change_following,
    publish_as_series,
)
from web.pages.repeating import spelled_out, values_of_series
from web.pages.session_communities import put_into_communities, ticked_in, wanted_community, written
from web.pages.session_form import FIELDS, draft_from, empty_values, on_the_form, values_of
from web.pages.visit import Visit, path_id, visiting
from web.pages.wish_offering import asked_for, publish_answer


async def new(request: Request) -> Response:
    """GET /sessions/new: the empty form, or with `?from=<id>` one like that session of one's own."""
    async with visiting(request) as visit:
        _ = visit.employee
        copy = wanted_copy(request)
        if copy is not None:
            return await offering_page(visit, copied(visit, await managed_session(visit, copy)))
        values = empty_values(visit.reader.language, visit.reader.zone.key)
        values |= {"communities": wanted_community(request)}
        return await offering_page(visit, values | await asked_for(visit))


async def publish(request: Request) -> Response:
    """POST /sessions/new: publishes, or shows the form again with what is wrong or as a preview."""
    async with visiting(request) as visit:
        host_id, values = visit.employee.id, await read_form(request, FIELDS)
        values["communities"] = written(await ticked_in(request))
        if await is_pressed(request, "draft"):
            return await keep(visit, values)
        if await is_pressed(request, "read"):
            return await _filled(visit, values)
        if await is_pressed(request, "preview"):
            return await offering_page(visit, values)
        try:
            values = spelled_out(values, visit.reader.now)
            draft, asked = draft_from(values, visit.reader.now), await named_hosts(visit, values)
            if (rhythm := asked_rhythm(values, draft)) is not None:
                return await publish_as_series(visit, draft, rhythm, asked)
            async with visit.instance.unit_of_work() as uow:
                session = await publish_session(uow, host_id, draft)
                await ask_all(uow, session, asked, visit.employee)
                await put_into_communities(uow, session, values, visit.employee)
                await publish_answer(uow, session, values, visit.employee)
        except Invalid as error:
            return await offering_page(visit, values, error=on_the_form(error))
        return visit.go(f"/sessions/{session.id}", "published")


async def edit(request: Request) -> Response:
    """GET /sessions/<id>/edit: the form, filled."""
    async with visiting(request) as visit:
        session = await managed_session(visit)
        if session.status == "draft":
            return await draft_page(visit, session)
        values = values_of(draft_of(visit.instance.vault, session)) | values_of_series(session.series)
        following = may_change_following(visit, session) and request.query_params.get("scope") == "following"
        values["scope"] = "following" if following else "one"
        return await offering_page(visit, values, session=session)


async def change(request: Request) -> Response:
    """POST /sessions/<id>/edit: changes the session, or shows the form again."""
    async with visiting(request) as visit:
        session, values = await managed_session(visit), await read_form(request, FIELDS)
        values["communities"] = written(await ticked_in(request))
        if session.status == "draft" and await is_pressed(request, "draft"):
            return await keep(visit, values, session)
        if await is_pressed(request, "read"):
            return await _filled(visit, values, session)
        if await is_pressed(request, "preview"):
            return await offering_page(visit, values, session=session)
        if session.status == "draft":
            return await publish_kept(visit, values, session)
        guests = any(row.person.uri is not None for row in session.co_hosts)
        try:
            if follows(values, session):
                return await change_following(visit, session, spelled_out(values, visit.reader.now))
            await _write(visit, session, values)
        except Invalid as error:
            return await offering_page(visit, values, session=session, error=on_the_form(error))
        alone = guests and values["audience"] == "company"
        return visit.go(f"/sessions/{session.id}", "changed-alone" if alone else "changed")


async def ask_withdraw(request: Request) -> Response:
    """GET /sessions/<id>/withdraw: asks once."""
    async with visiting(request) as visit:
        session, texts = await managed_session(visit), visit.texts
        if session.status == "draft":
            return discard_page(visit, session)
        return visit.page(
            "confirm.html",
            title=texts.gettext("Take this session back?"),
            sentence=texts.gettext(
                "“%(title)s” then disappears here and at all allied companies. If it only doesn't take "
                "place, cancel it instead: then people see that.",
                title=session.title,
            ),
            submit=texts.gettext("Yes, withdraw"),
            **way_back(visit, session),
        )


async def withdraw(request: Request) -> Response:
    """POST /sessions/<id>/withdraw: takes the session back."""
    async with visiting(request) as visit:
        session = await visit.db.get(Session, path_id(request))
        if session is not None and session.status == "draft":
            return await discard(visit, session)
        async with visit.instance.unit_of_work() as uow:
            await withdraw_session(uow, path_id(request), visit.employee)
        return visit.go("/", "withdrawn")


async def _write(visit: Visit, session: Session, values: Mapping[str, str]) -> None:
    draft = draft_from(values, visit.reader.now)
    async with visit.instance.unit_of_work() as uow:
        await edit_session(uow, session.id, draft, visit.employee)


async def is_pressed(request: Request, button: str) -> bool:
    """Whether a form was sent with this button of it."""
    return bool((await read_form(request, {button: 3}))[button])


async def _filled(visit: Visit, values: Mapping[str, str], session: Session | None = None) -> Response:
    """The form with what the pasted invitation says; nothing is published before somebody has seen it."""
    try:
        reading = read_into(values, visit.reader)
    except Invalid as error:
        return await offering_page(visit, values, session=session, error=error)
    return await offering_page(visit, reading.values, session=session, read=reading.sentences)
