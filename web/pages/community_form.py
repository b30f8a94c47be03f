"""Founding a community, changing what it says of itself, and ending it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from alliance.communities import (
    CommunityDraft,
    change_community,
    close_community,
    draft_of,
    found_community,
)
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.models import Community
from alliance.queries.communities import community as find_community
from alliance.queries.communities import membership
from web.forms import read_form, words
from web.pages.visit import Visit, path_id, visiting
from web.texts import language_name

_FIELDS = {"name": 200, "description": 10_001, "slug": 40, "topics": 500, "language": 10, "audience": 20}
_LANGUAGES = ("de", "en", "fr", "es", "it", "nl", "pl", "cs")


async def new(request: Request) -> Response:
    """GET /communities/new: the empty form."""
    async with visiting(request) as visit:
        _ = visit.employee
        values = dict.fromkeys(_FIELDS, "") | {"language": visit.reader.language, "audience": "alliance"}
        return _page(visit, values)


async def found(request: Request) -> Response:
    """POST /communities/new: founds it, or shows the form again with what is wrong."""
    async with visiting(request) as visit:
        by, values = visit.employee, await read_form(request, _FIELDS)
        try:
            async with visit.instance.unit_of_work() as uow:
                made = await found_community(uow, by, _draft(values))
        except (Invalid, Conflict) as error:
            return _page(visit, values, error=error)
        return visit.go(f"/communities/{made.id}", "community-founded")


async def edit(request: Request) -> Response:
    """GET /communities/<id>/edit: the form, filled."""
    async with visiting(request) as visit:
        own = await owned(visit)
        draft = draft_of(own)
        values = {name: getattr(draft, name) for name in _FIELDS if name != "topics"}
        return _page(visit, values | {"topics": ", ".join(draft.topics)}, own)


async def change(request: Request) -> Response:
    """POST /communities/<id>/edit: changes it, or shows the form again."""
    async with visiting(request) as visit:
        own, values = await owned(visit), await read_form(request, _FIELDS)
        try:
            async with visit.instance.unit_of_work() as uow:
                await change_community(uow, own.id, visit.employee, _draft(values))
        except Invalid as error:
            return _page(visit, values, own, error)
        return visit.go(f"/communities/{own.id}", "community-changed")


async def ask_close(request: Request) -> Response:
    """GET /communities/<id>/close: asks once."""
    async with visiting(request) as visit:
        own, texts = await owned(visit), visit.texts
        return visit.page(
            "confirm.html",
            title=texts.gettext("Close this community?"),
            sentence=texts.gettext(
                "“%(name)s” then disappears here and everywhere else, for good. "
                "Its sessions stay what they are.",
                name=own.name,
            ),
            submit=texts.gettext("Yes, close it"),
            action=f"/communities/{own.id}/close",
            back_url=f"/communities/{own.id}/edit",
            back_label=own.name,
        )


async def close(request: Request) -> Response:
    """POST /communities/<id>/close: ends it."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await close_community(uow, path_id(request), visit.employee)
        return visit.go("/communities", "community-closed")


async def owned(visit: Visit, *roles: str) -> Community:
    """A community of ours that the visitor owns, or has one of these other roles in.

    Raises NotSignedIn, NotFound, Gone, Forbidden.
    """
    employee = visit.employee
    own = await find_community(visit.db, visit.viewer, path_id(visit.request))
    mine = await membership(visit.db, visit.viewer, own.id)
    may = mine is not None and mine.role in ("owner", *roles)
    if own.uri is not None or not (may or employee.has_role("moderator")):
        raise Forbidden("Only those who run this community can do that.")
    return own


def _draft(values: Mapping[str, str]) -> CommunityDraft:
    return CommunityDraft(
        name=values["name"],
        description=values["description"],
        slug=values["slug"],
        audience=values["audience"],
        language=values["language"],
        topics=tuple(words(values["topics"], 20)),
    )


def _page(
    visit: Visit,
    values: Mapping[str, str],
    own: Community | None = None,
    error: Invalid | Conflict | None = None,
) -> Response:
    texts, home = visit.texts, visit.visitor.home
    codes = dict.fromkeys((visit.reader.language, *_LANGUAGES, values["language"]))
    status = 200 if error is None else 422
    return visit.page(
        "community_form.html",
        status,
        form=visit.form(values, error),
        own=own,
        action=visit.request.url.path,
        back_url=f"/communities/{own.id}" if own else "/communities",
        host=home.host,
        languages_to_choose=[(code, language_name(code, visit.reader.language)) for code in codes if code],
        audiences=_audiences(visit, texts.gettext("%(company)s and its allied companies", company=home.name)),
    )


def _audiences(visit: Visit, allies: str) -> tuple[tuple[str, str, str], ...]:
    texts, home = visit.texts, visit.visitor.home.name
    return (
        ("alliance", allies, texts.gettext("Their people join from their own instance.")),
        (
            "public",
            texts.gettext("Everyone"),
            texts.gettext("On the open social web, too: whoever wants to can follow it there."),
        ),
        (
            "company",
            texts.gettext("Only %(company)s", company=home),
            texts.gettext("It never leaves the house."),
        ),
    )
