"""The accounts of employees: roles, closing, ending sign-ins, handing over; nothing of what anybody does."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from alliance.administrating import (
    are_given_by_groups,
    close_account,
    give_roles,
    hand_over_sessions,
    open_account,
    sign_out_everywhere,
)
from alliance.errors import AllianceError, Conflict, Invalid, NotFound
from alliance.models import ROLES, Employee
from alliance.queries.administration import (
    AccountFilter,
    account_page,
    account_with_id,
    sessions_to_hand_over,
)
from alliance.unit_of_work import UnitOfWork
from web.forms import read_form
from web.pages.admin.console import admin_page, administering
from web.pages.admin.paging import number_asked, pages, words_asked
from web.pages.frame import address_of
from web.pages.views import Chip
from web.pages.visit import Visit, path_id

_HERE = "/admin/people"
ROLE_LABELS = {
    "admin": "Administrator",
    "moderator": "Moderator",
    "council": "Works council",
}
_ROLE_DETAIL_LABELS = {
    "admin": "Decides about alliances, accounts and settings, and may do what moderators do",
    "moderator": "Decides about what is reported, hides and shows",
    "council": "Reads settings, reports and the audit log, without names",
}
_STATE_LABELS = {"open": "Open", "closed": "Closed"}


async def show(request: Request) -> Response:
    """GET /admin/people?q=&role=&state=&after=: every account, by name."""
    async with administering(request) as visit:
        query = request.query_params
        role = query.get("role", "") if query.get("role", "") in ROLE_LABELS else ""
        state = query.get("state", "") if query.get("state", "") in _STATE_LABELS else ""
        text = words_asked(visit)
        page = await account_page(
            visit.db, AccountFilter(text=text, role=role, state=state), number_asked(visit)
        )
        filters = {"q": text, "role": role, "state": state}
        return admin_page(
            visit,
            "admin/people.html",
            text=text,
            role=role,
            state=state,
            is_filtered=bool(text or role or state),
            chips=_chips(visit, filters),
            people=[_row(visit, one) for one in page.accounts],
            pages=pages(visit, _HERE, filters, page.next),
        )


async def one(request: Request) -> Response:
    """GET /admin/people/<account>: one account, and what can be done about it."""
    async with administering(request) as visit:
        return await _page(visit)


async def choose_roles(request: Request) -> Response:
    """POST /admin/people/<account>/roles."""
    async with administering(request) as visit:
        values = await read_form(request, dict.fromkeys(ROLE_LABELS, 3))
        roles = [role for role in ROLES if values.get(role)]

        async def give(uow: UnitOfWork) -> None:
            await give_roles(uow, path_id(request), roles, visit.employee)

        return await _done(visit, give)


async def act(request: Request) -> Response:
    """POST /admin/people/<account>/<verb>: close, open, sign-out."""
    verbs = {"close": close_account, "open": open_account, "sign-out": sign_out_everywhere}
    async with administering(request) as visit:
        verb = verbs.get(request.path_params["verb"])
        if verb is None:
            raise NotFound

        async def do(uow: UnitOfWork) -> None:
            await verb(uow, path_id(request), visit.employee)

        return await _done(visit, do)


async def hand_over(request: Request) -> Response:
    """POST /admin/people/<account>/hand-over: makes a colleague host of what is to come."""
    async with administering(request) as visit:
        values = await read_form(request, {"username": 100})

        async def give(uow: UnitOfWork) -> None:
            await hand_over_sessions(uow, path_id(request), values["username"], visit.employee)

        return await _done(visit, give, values)


async def ask_close(request: Request) -> Response:
    """GET /admin/people/<account>/close: asks once, and says what ends."""
    async with administering(request) as visit:
        account, texts = await _account(visit), visit.texts
        return admin_page(
            visit,
            "confirm.html",
            title=texts.gettext("Close the account of %(name)s?", name=account.person.name),
            sentence=texts.gettext(
                "They are signed out everywhere at once; apps, links and calendar addresses end, the profile "
                "disappears. Sessions to come go to a co-host, or stay until you hand them over."
            ),
            submit=texts.gettext("Yes, close it"),
            action=request.url.path,
            back_url=f"{_HERE}/{account.id}",
            back_label=account.person.name,
        )


async def _done(
    visit: Visit, do: Callable[[UnitOfWork], Awaitable[None]], values: Mapping[str, str] | None = None
) -> Response:
    """Does it and comes back to the account; shows what is in the way there."""
    try:
        async with visit.acting() as uow:
            await do(uow)
    except (Conflict, Invalid) as error:
        return await _page(visit, values, error)
    return visit.go(f"{_HERE}/{path_id(visit.request)}", "saved")


async def _account(visit: Visit) -> Employee:
    account = await account_with_id(visit.db, path_id(visit.request))
    if account is None:
        raise NotFound
    return account


async def _page(
    visit: Visit, values: Mapping[str, str] | None = None, error: AllianceError | None = None
) -> Response:
    account, gettext = await _account(visit), visit.texts.gettext
    wrong = ""
    if isinstance(error, Conflict):
        wrong, error = visit.texts.sentence(error.sentence, error.parameters), None
    return admin_page(
        visit,
        "admin/person.html",
        409 if wrong else 422 if error else 200,
        account=_row(visit, account),
        page=address_of(account.person),
        wrong=wrong,
        form=visit.form({"username": "", **(values or {})}, error),
        roles=[
            (role, gettext(label), gettext(_ROLE_DETAIL_LABELS[role]), role in account.roles)
            for role, label in ROLE_LABELS.items()
        ],
        by_groups=are_given_by_groups(visit.instance.settings),
        is_me=account.id == visit.employee.id,
        to_hand_over=await sessions_to_hand_over(visit.db, account.id, visit.reader.now),
    )


def _row(visit: Visit, account: Employee) -> dict[str, object]:
    gettext = visit.texts.gettext
    return {
        "id": account.id,
        "url": f"{_HERE}/{account.id}",
        "name": account.person.name,
        "username": account.person.username,
        "email": account.email,
        "roles": [gettext(label) for role, label in ROLE_LABELS.items() if role in account.roles],
        "closed": account.disabled_at is not None,
    }


def _chips(visit: Visit, filters: Mapping[str, str]) -> list[Chip]:
    gettext = visit.texts.gettext
    found = [Chip(gettext("Everybody"), _HERE, not filters["role"] and not filters["state"])]
    for name, labels in (("role", ROLE_LABELS), ("state", {"closed": _STATE_LABELS["closed"]})):
        for key, label in labels.items():
            query = urlencode({"q": filters["q"], name: key})
            found.append(Chip(gettext(label), f"{_HERE}?{query}", filters[name] == key))
    return found
