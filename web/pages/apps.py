"""The apps that act for somebody: which ones, what they may, and the end of one."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from alliance.apps import end_app, tokens_of
from alliance.models import AppToken
from web.mastodon.oauth.words import Right, rights_of
from web.pages.visit import Visit, path_id, visiting

ADDRESS = "/settings/apps"
SINCE_TEXT = "Since %(when)s"
USED_TEXT = "Used this month"
UNUSED_TEXT = "Last used in %(month)s"


@dataclass(frozen=True)
class ShownApp:
    """An app as its owner sees it; everything that it was allowed counts together."""

    id: int
    name: str
    website: str | None
    place: str
    since: str
    used: str
    rights: list[Right]


async def show(request: Request) -> Response:
    """GET /settings/apps."""
    async with visiting(request) as visit:
        tokens = await tokens_of(visit.db, visit.employee.id)
        by_app: dict[int, list[AppToken]] = {}
        for token in tokens:
            by_app.setdefault(token.app_id, []).append(token)
        apps = [_shown(visit, of_one) for of_one in by_app.values()]
        return visit.page("apps.html", apps=apps, host=visit.instance.settings.host)


async def end(request: Request) -> Response:
    """POST /settings/apps/<id>/end: the app stops at once."""
    async with visiting(request) as visit:
        employee_id = visit.employee.id
        async with visit.instance.unit_of_work() as uow:
            await end_app(uow, employee_id, path_id(request))
        return visit.go(ADDRESS, "app-ended")


def _shown(visit: Visit, tokens: list[AppToken]) -> ShownApp:
    app, reader = tokens[0].app, visit.reader
    scopes = tuple(dict.fromkeys(scope for token in tokens for scope in token.scopes))
    since = visit.texts.gettext(SINCE_TEXT, when=reader.since(min(token.created_at for token in tokens)))
    place = urlsplit(app.website).netloc if app.website else ""
    return ShownApp(
        app.id, app.name, app.website, place, since, _use(visit, tokens), rights_of(scopes, visit.texts)
    )


def _use(visit: Visit, tokens: list[AppToken]) -> str:
    months = [token.used_in for token in tokens if token.used_in]
    if not months:
        return ""
    latest = max(months)
    if latest == visit.reader.now.date().replace(day=1):
        return visit.texts.gettext(USED_TEXT)
    return visit.texts.gettext(UNUSED_TEXT, month=visit.reader.month_name(latest))
