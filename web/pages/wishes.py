"""Requests on pages: all of them, each at its own address, and what people do with them."""

import secrets
from urllib.parse import urlencode

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alliance.answering_wishes import answer_with
from alliance.deciding_wishes import hide_wish, show_wish
from alliance.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany
from alliance.models import Session, Wish
from alliance.queries.wishes import Wishes, WishFilter, one_wish, wish_to_fetch, wish_to_read, wishes_page
from alliance.text import slug_of
from alliance.wishing import add_voice, change_wish, close_wish, make_wish, take_back_wish, take_voice_back
from federation.uris import comment_key, identifier
from web.addresses import address_of_wish
from web.forms import read_form, safe_next
from web.pages.companies import companies_taking_part
from web.pages.frame import badge_of
from web.pages.session_communities import standing_in
from web.pages.views import Chip
from web.pages.visit import Visit, path_id, visiting
from web.pages.wish_form import FIELDS, draft_of, empty_values, values_of, wish_page
from web.pages.wish_views import wish_views

_MENTORING = ("mentor_wanted", "mentor_offered")
_GROUPS = {"learn": ("learn",), "help": ("help",), "mentoring": _MENTORING}
_GROUP_TEXTS = {"learn": "Would like to learn", "help": "Can help", "mentoring": "Mentoring"}
_MOST_OFFERED = 20


async def show(request: Request) -> Response:
    """GET /requests: newest first, narrowed by kind, topic and company."""
    async with visiting(request) as visit:
        query = request.query_params
        chosen = {name: query.get(name, "")[:100] for name in ("kind", "topic", "company", "state")}
        kinds = _GROUPS.get(chosen["kind"], ())
        wanted = WishFilter(
            kinds=kinds,
            topic=slug_of(chosen["topic"]) or None,
            company=chosen["company"] or None,
            state="answered" if chosen["state"] == "answered" else None,
        )
        before = identifier(query.get("before", ""))
        found = await wishes_page(visit.db, visit.viewer, wanted, before=before, moderates=_moderates(visit))
        chips = await _chips(visit, chosen)
        return visit.page(
            "requests.html",
            wishes=await wish_views(visit, found),
            filters=chips,
            topic=chosen["topic"],
            filtered=any(chosen.values()),
            later_url=_with(chosen, before=str(found.next)) if found.next else None,
        )


async def one(request: Request) -> Response:
    """GET /requests/<key>: one request; ours are also found by number alone, by who is signed in."""
    key = comment_key(request.path_params["key"])
    number = key[0] if key is not None else identifier(request.path_params["key"])
    async with visiting(request) as visit:
        try:
            found = await one_wish(visit.db, visit.viewer, number or 0, moderates=_moderates(visit))
        except NotFound:
            await _refuse_gone(visit, key)
            raise
        wish = found.wishes[0]
        if key is None or not secrets.compare_digest(wish.token.encode(), key[1].encode()):
            if visit.visitor.employee is None or key is not None:
                raise NotFound
            if wish.uri is None:
                return RedirectResponse(address_of_wish(wish), 303)
        return await _page(visit, found)


async def ask(request: Request) -> Response:
    """GET /requests/new: the form."""
    async with visiting(request) as visit:
        _ = visit.employee
        return await wish_page(visit, empty_values(visit, request.query_params.get("kind", "")))


async def make(request: Request) -> Response:
    """POST /requests/new."""
    async with visiting(request) as visit:
        employee, values = visit.employee, await read_form(request, FIELDS)
        try:
            async with visit.instance.unit_of_work() as uow:
                wish = await make_wish(uow, employee, draft_of(values))
        except (Invalid, TooMany, Conflict) as error:
            return await wish_page(visit, values, error=error)
        return visit.go(address_of_wish(wish), "wish-made")


async def ask_edit(request: Request) -> Response:
    """GET /requests/<id>/edit: the form, filled."""
    async with visiting(request) as visit:
        wish = await _own(visit)
        return await wish_page(visit, values_of(wish), wish=wish)


async def edit(request: Request) -> Response:
    """POST /requests/<id>/edit."""
    async with visiting(request) as visit:
        wish, values = await _own(visit), await read_form(request, FIELDS)
        values |= {"kind": wish.kind, "audience": wish.audience}
        try:
            async with visit.instance.unit_of_work() as uow:
                await change_wish(uow, wish.id, visit.employee, draft_of(values))
        except (Invalid, Conflict) as error:
            return await wish_page(visit, values, wish=wish, error=error)
        return visit.go(address_of_wish(wish), "wish-changed")


async def speak(request: Request) -> Response:
    """POST /requests/<id>/voice: the reader wants that too."""
    async with visiting(request) as visit:
        employee, values = visit.employee, await read_form(request, {"named": 5, "next": 500})
        async with visit.instance.unit_of_work() as uow:
            wish = await add_voice(uow, path_id(request), employee, named=bool(values["named"]))
        return visit.go(safe_next(values["next"], address_of_wish(wish)), "voice-added")


async def fall_silent(request: Request) -> Response:
    """POST /requests/<id>/silence: no longer."""
    async with visiting(request) as visit:
        employee, values = visit.employee, await read_form(request, {"next": 500})
        async with visit.instance.unit_of_work() as uow:
            wish = await take_voice_back(uow, path_id(request), employee)
        return visit.go(safe_next(values["next"], address_of_wish(wish)), "voice-removed")


async def answer(request: Request) -> Response:
    """POST /requests/<id>/answer: a session that the reader holds already answers it."""
    async with visiting(request) as visit:
        employee, values = visit.employee, await read_form(request, {"session": 20})
        session_id = identifier(values["session"])
        if session_id is None:
            raise NotFound
        async with visit.instance.unit_of_work() as uow:
            wish = await answer_with(uow, path_id(request), session_id, employee)
        return visit.go(address_of_wish(wish), "wish-answered")


async def close(request: Request) -> Response:
    """POST /requests/<id>/close: its author has what they wanted."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            wish = await close_wish(uow, path_id(request), visit.employee)
        return visit.go(address_of_wish(wish), "wish-closed")


async def ask_delete(request: Request) -> Response:
    """GET /requests/<id>/delete: asks once."""
    async with visiting(request) as visit:
        wish, texts = await _own(visit), visit.texts
        return visit.page(
            "confirm.html",
            title=texts.gettext("Delete this request?"),
            sentence=texts.gettext("It disappears here and at the allied companies."),
            submit=texts.gettext("Yes, delete"),
            action=f"/requests/{wish.id}/delete",
            back_url=address_of_wish(wish),
            back_label=texts.gettext("The request"),
        )


async def delete(request: Request) -> Response:
    """POST /requests/<id>/delete: takes it back."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await take_back_wish(uow, path_id(request), visit.employee)
        return visit.go("/requests", "wish-deleted")


async def ask_hide(request: Request) -> Response:
    """GET /requests/<id>/hide: asks for the reason."""
    async with visiting(request) as visit:
        if not _moderates(visit):
            raise Forbidden
        wish = await wish_to_read(visit.db, visit.viewer, path_id(request), moderates=True)
        texts = visit.texts
        return visit.page(
            "comment.html",
            title=texts.gettext("Hide this request?"),
            form=visit.form({"reason": ""}),
            field="reason",
            label=texts.gettext("Why? Only those who decide here read it."),
            action=f"/requests/{wish.id}/hide",
            submit=texts.gettext("Hide"),
            back_url=address_of_wish(wish),
            back_label=texts.gettext("The request"),
        )


async def hide(request: Request) -> Response:
    """POST /requests/<id>/hide: moderators take it away."""
    async with visiting(request) as visit:
        values = await read_form(request, {"reason": 500})
        async with visit.instance.unit_of_work() as uow:
            wish = await hide_wish(uow, path_id(request), visit.employee, values["reason"])
        return visit.go(address_of_wish(wish), "wish-hidden")


async def unhide(request: Request) -> Response:
    """POST /requests/<id>/show: moderators show it again."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            wish = await show_wish(uow, path_id(request), visit.employee)
        return visit.go(address_of_wish(wish), "wish-shown")


async def _page(visit: Visit, found: Wishes) -> Response:
    (view,) = await wish_views(visit, found)
    return visit.page(
        "request.html",
        wish=view,
        communities=await standing_in(visit, "wish", view.id, is_theirs=view.is_mine),
        own_sessions=await _own_sessions(visit),
    )


async def _own_sessions(visit: Visit) -> list[tuple[int, str]]:
    """What the reader offers next, to choose one that is the answer."""
    if visit.viewer.person_id is None:
        return []
    rows = await visit.db.execute(
        select(Session.id, Session.title, Session.starts_at)
        .where(
            Session.host_id == visit.viewer.person_id,
            Session.uri.is_(None),
            Session.status == "scheduled",
            Session.withdrawn_at.is_(None),
            Session.starts_at > visit.reader.now,
        )
        .order_by(Session.starts_at, Session.id)
        .limit(_MOST_OFFERED)
    )
    return [(row[0], f"{row[1]} ({visit.reader.day(row[2])})") for row in rows]


async def _refuse_gone(visit: Visit, key: tuple[int, str] | None) -> None:
    """Raises Gone for one of ours that the reader could see before it was taken back."""
    if key is not None:
        gone = await wish_to_fetch(visit.db, visit.viewer, key[0])
        if gone.state == "deleted" and secrets.compare_digest(gone.token.encode(), key[1].encode()):
            raise Gone


async def _own(visit: Visit) -> Wish:
    _ = visit.employee
    wish = await wish_to_read(visit.db, visit.viewer, path_id(visit.request))
    if wish.author_id != visit.employee.id:
        raise Forbidden
    return wish


async def _chips(visit: Visit, chosen: dict[str, str]) -> list[Chip]:
    texts, chips = visit.texts, []
    everything = {**chosen, "kind": "", "state": ""}
    chips.append(
        Chip(texts.gettext("Everything"), _with(everything), on=not chosen["kind"] and not chosen["state"])
    )
    for name, label in _GROUP_TEXTS.items():
        chips.append(
            Chip(texts.gettext(label), _with({**everything, "kind": name}), on=chosen["kind"] == name)
        )
    answered = chosen["state"] == "answered"
    chips.append(Chip(texts.gettext("Answered"), _with({**everything, "state": "answered"}), on=answered))
    companies = await companies_taking_part(visit.db, visit.visitor)
    for company in companies if len(companies) > 1 else ():
        on = chosen["company"] == company.host
        address = _with({**chosen, "company": "" if on else company.host})
        chips.append(Chip(company.name, address, on=on, company=badge_of(company)))
    return chips


def _with(chosen: dict[str, str], **more: str) -> str:
    said = urlencode({name: value for name, value in {**chosen, **more}.items() if value})
    return f"/requests?{said}" if said else "/requests"


def _moderates(visit: Visit) -> bool:
    employee = visit.visitor.employee
    return employee is not None and employee.has_role("moderator")
