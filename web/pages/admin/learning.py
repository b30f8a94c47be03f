"""How the company goes on with what is learned: hosts' word, record store, tokens for the catalogue."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Conflict, Invalid
from alliance.learning_settings import (
    StoreDraft,
    change_store,
    end_token,
    learning_setting,
    make_token,
    stored_key,
    tokens,
)
from alliance.models import XAPI_VERSIONS, LearningSetting
from alliance.record_queue import counts, dead, drop_dead, send_dead_again
from alliance.run_time_settings import propose
from federation.failures import UrlRefused
from federation.record_store import Store, client_for, try_store
from federation.wiring import Federation
from web.forms import beside, read_form
from web.pages.admin.console import admin_page, administering
from web.pages.visit import Visit, path_id

_HERE = "/admin/learning"
_STORE = {"is_on": 5, "endpoint": 401, "is_inside": 5, "key": 501, "secret": 501, "version": 10}
_TRIED_TEXTS = {
    "works": "It answers and knows us. Statements will arrive.",
    "refuses": "It answers, but does not accept this key and secret, or lets them read nothing.",
    "no-store": "Something answers there, but no record store does.",
    "away": "Nothing answers there.",
}
_VERB_TEXTS = {"registered": "Got a place", "attended": "Took part", "voided": "Took it back"}


async def show(request: Request) -> Response:
    """GET /admin/learning."""
    async with administering(request) as visit:
        return await _page(visit)


async def save_hosts(request: Request) -> Response:
    """POST /admin/learning/hosts: proposes whether hosts may say who was there; that needs four eyes."""
    async with administering(request) as visit:
        employee, values = visit.employee, await read_form(request, {"hosts_confirm": 5})
        try:
            async with visit.acting() as uow:
                await propose(uow, "hosts_confirm", "on" if values["hosts_confirm"] else "off", employee)
        except Conflict:
            # It is so already, or proposed already: where that stands, one sees it.
            return visit.go("/admin/settings")
        return visit.go("/admin/settings", "setting-proposed")


async def save_store(request: Request) -> Response:
    """POST /admin/learning/store: another record store, or none."""
    async with administering(request) as visit:
        employee, values = visit.employee, await read_form(request, _STORE)
        try:
            _check_address(request.app.state.federation, _draft(values))
            async with visit.acting() as uow:
                await change_store(uow, _draft(values), employee)
        except Invalid as error:
            return await _page(visit, store=values, error=error)
        return visit.go(f"{_HERE}#store", "saved")


async def test_store(request: Request) -> Response:
    """POST /admin/learning/store/test: asks it for one statement and shows what came of it."""
    async with administering(request) as visit:
        federation: Federation = request.app.state.federation
        setting = await learning_setting(visit.db)
        if not setting.endpoint:
            return visit.go(f"{_HERE}#store")
        tried, said = await try_store(federation, Store.of(setting, visit.instance.vault))
        return await _page(visit, tried=(tried, visit.texts.gettext(_TRIED_TEXTS[tried]), said))


async def send_again(request: Request) -> Response:
    """POST /admin/learning/store/again: everything that was refused, once more."""
    async with administering(request) as visit:
        async with visit.acting() as uow:
            await send_dead_again(uow)
        return visit.go(f"{_HERE}#store", "trying")


async def drop(request: Request) -> Response:
    """POST /admin/learning/store/drop/<statement>."""
    async with administering(request) as visit:
        async with visit.acting() as uow:
            await drop_dead(uow, path_id(request))
        return visit.go(f"{_HERE}#store", "put-aside")


async def add_token(request: Request) -> Response:
    """POST /admin/learning/tokens: a new token, shown on this page and never again."""
    async with administering(request) as visit:
        employee, values = visit.employee, await read_form(request, {"name": 101})
        try:
            async with visit.acting() as uow:
                made = await make_token(uow, values["name"], employee)
        except (Invalid, Conflict) as error:
            return await _page(visit, token_form=values, error=beside(error, "name"))
        return await _page(visit, made=made)


async def remove_token(request: Request) -> Response:
    """POST /admin/learning/tokens/<token>/end."""
    async with administering(request) as visit:
        employee = visit.employee
        async with visit.acting() as uow:
            await end_token(uow, path_id(request), employee)
        return visit.go(f"{_HERE}#tokens", "token-ended")


def _draft(values: Mapping[str, str]) -> StoreDraft:
    return StoreDraft(
        is_on=bool(values["is_on"]),
        endpoint=values["endpoint"],
        is_inside=bool(values["is_inside"]),
        key=values["key"],
        secret=values["secret"],
        version=values["version"],
    )


def _check_address(federation: Federation, draft: StoreDraft) -> None:
    """Raises Invalid for an address that nothing here would ever call."""
    endpoint = draft.endpoint.strip()
    if not endpoint:
        return
    store = Store(endpoint=endpoint, key="", secret="", version=draft.version, is_inside=draft.is_inside)
    try:
        client_for(federation, store).rules.checked(endpoint)
    except (UrlRefused, ValueError) as error:
        raise Invalid(
            "Please give an https address with a name, such as https://lrs.example/xapi/.", field="endpoint"
        ) from error


def _values(visit: Visit, setting: LearningSetting) -> dict[str, str]:
    return {
        "is_on": "yes" if setting.is_on else "",
        "endpoint": setting.endpoint,
        "is_inside": "yes" if setting.is_inside else "",
        "key": stored_key(visit.instance.vault, setting)[0],
        "secret": "",
        "version": setting.version,
    }


async def _page(
    visit: Visit,
    *,
    store: Mapping[str, str] | None = None,
    token_form: Mapping[str, str] | None = None,
    error: Invalid | None = None,
    tried: tuple[str, str, str] | None = None,
    made: str = "",
) -> Response:
    db, reader, texts = visit.db, visit.reader, visit.texts
    setting = await learning_setting(db)
    queue = await counts(db)
    response = admin_page(
        visit,
        "admin/learning.html",
        422 if error else 200,
        hosts=visit.form({"hosts_confirm": "yes" if setting.hosts_confirm else ""}),
        store=visit.form(
            {**_values(visit, setting), **dict(store or {}), "secret": ""},
            error if store is not None else None,
        ),
        token_form=visit.form(dict(token_form or {"name": ""}), error if token_form is not None else None),
        versions=[(version, f"xAPI {version}") for version in XAPI_VERSIONS],
        has_store=bool(setting.endpoint),
        has_secret=setting.credentials is not None,
        waiting=queue.get("waiting", 0),
        dead_count=queue.get("dead", 0),
        dead=[
            (one.id, texts.gettext(_VERB_TEXTS[one.verb]), reader.since(one.created_at), one.last_error)
            for one in await dead(db)
        ],
        last_success=reader.since(setting.last_success_at) if setting.last_success_at else "",
        last_error=setting.last_error,
        tried=tried,
        made=made,
        tokens=[
            (
                one.id,
                one.name,
                reader.since(one.created_at),
                reader.date_of(one.used_on) if one.used_on else "",
            )
            for one in await tokens(db)
        ],
        origin=visit.instance.settings.origin,
    )
    if made:
        response.headers["Cache-Control"] = "no-store"
    return response
