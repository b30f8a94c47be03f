"""Drafts in the form: kept with one press, gone on with later, thrown away after a question."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Conflict, Invalid
from alliance.keeping import discard_draft, keep_draft, typed_in
from alliance.models import Session
from alliance.publishing import draft_of, publish_session
from web.forms import beside
from web.pages.hosting_names import ask_all, named_hosts
from web.pages.offering_page import offering_page
from web.pages.offering_series import asked_rhythm, publish_as_series
from web.pages.repeating import spelled_out
from web.pages.session_communities import put_into_communities
from web.pages.session_form import FIELDS, draft_from, empty_values, gist_of, on_the_form, values_of
from web.pages.visit import Visit
from web.pages.wish_offering import publish_answer


async def keep(visit: Visit, values: Mapping[str, str], session: Session | None = None) -> Response:
    """Keeps the form as it stands, whatever is missing or wrong in it."""
    gist = gist_of(values, visit.reader.now)
    gist = replace(gist, title=gist.title or visit.texts.gettext("Without a title"))
    try:
        async with visit.instance.unit_of_work() as uow:
            kept = await keep_draft(uow, visit.employee.id, gist, values, session.id if session else None)
    except Conflict as error:
        return await offering_page(visit, values, session=session, error=beside(error, "title"))
    return visit.go(f"/sessions/{kept.id}/edit", "kept")


async def draft_page(visit: Visit, session: Session) -> Response:
    """The form as it was left."""
    kept = await typed_in(visit.db, visit.instance.vault, session.id)
    usual = empty_values(visit.reader.language, visit.reader.zone.key)
    values = {name: kept.get(name, usual[name]) for name in FIELDS}
    return await offering_page(visit, values, session=session)


async def publish_kept(visit: Visit, values: Mapping[str, str], session: Session) -> Response:
    """Publishes a draft, or shows the form again with what is wrong."""
    try:
        values = spelled_out(values, visit.reader.now)
        draft, asked = draft_from(values, visit.reader.now), await named_hosts(visit, values)
        if (rhythm := asked_rhythm(values, draft)) is not None:
            return await publish_as_series(visit, draft, rhythm, asked, session)
        async with visit.instance.unit_of_work() as uow:
            published = await publish_session(uow, visit.employee.id, draft, session.id)
            await ask_all(uow, published, asked, visit.employee)
            await put_into_communities(uow, published, values, visit.employee)
            await publish_answer(uow, published, values, visit.employee)
    except Invalid as error:
        return await offering_page(visit, values, session=session, error=on_the_form(error))
    return visit.go(f"/sessions/{session.id}", "published")


async def discard(visit: Visit, session: Session) -> Response:
    """Throws a draft away."""
    async with visit.instance.unit_of_work() as uow:
        await discard_draft(uow, visit.employee.id, session.id)
    return visit.go("/mine", "discarded")


def discard_page(visit: Visit, session: Session) -> Response:
    """Asks once."""
    texts = visit.texts
    return visit.page(
        "confirm.html",
        title=texts.gettext("Discard this draft?"),
        sentence=texts.gettext("Nobody else has ever seen it, and it can't be brought back."),
        submit=texts.gettext("Yes, discard"),
        action=visit.request.url.path,
        back_url=f"/sessions/{session.id}/edit",
        back_label=texts.gettext("Back to the draft"),
    )


def copied(visit: Visit, session: Session) -> dict[str, str]:
    """The form for another session like this one: everything but the time."""
    return values_of(draft_of(visit.instance.vault, session)) | {"when": ""}


def wanted_copy(request: Request) -> int | None:
    """The session that the form is to be filled from, as the address says (`from`)."""
    given = request.query_params.get("from", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= 18 else None
