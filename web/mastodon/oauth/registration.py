"""Apps register themselves, as they do at every server that their people come from."""

from typing import Any

from alliance.app_scopes import scopes_from
from alliance.apps import register_app
from alliance.errors import Invalid
from alliance.models import App
from alliance.text import clean_line
from web.mastodon.door import Call, Endpoint
from web.mastodon.errors import WrongToken
from web.mastodon.instance import vapid_key
from web.mastodon.oauth.redirects import LONGEST, MOST, is_redirect_uri
from web.mastodon.params import Params, blank, unusable

LONGEST_NAME = 60


async def register(call: Call) -> dict[str, Any]:
    """POST /api/v1/apps."""
    params = call.params
    name = clean_line(params.needed("client_name", most=LONGEST_NAME))
    if not name:
        raise blank("client_name")
    scopes = scopes_from(params.text("scopes", most=2000))
    if scopes is None:
        raise Invalid("Validation failed: Scopes doesn't match configured on the server.")
    addresses, website = _redirect_uris(params), _website(params)
    async with call.unit_of_work() as uow:
        made = await register_app(uow, name, addresses, scopes, website)
    return {
        **await application(made.app, call),
        "client_id": made.app.client_id,
        "client_secret": made.secret,
        "client_secret_expires_at": 0,
    }


async def verify(call: Call) -> dict[str, Any]:
    """GET /api/v1/apps/verify_credentials: whose token this is."""
    if call.token is None:
        raise WrongToken
    return await application(call.token.app, call)


async def application(app: App, call: Call) -> dict[str, Any]:
    """An app as it sees itself."""
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website,
        "scopes": app.scopes,
        "redirect_uris": app.redirect_uris,
        "redirect_uri": "\n".join(app.redirect_uris),
        "vapid_key": await vapid_key(call),
    }


def _redirect_uris(params: Params) -> list[str]:
    given = params.texts("redirect_uris", most=MOST, longest=LONGEST * 5)
    addresses = list(
        dict.fromkeys(line.strip() for text in given for line in text.split("\n") if line.strip())
    )
    if not addresses:
        raise blank("redirect_uris")
    if len(addresses) > MOST or not all(is_redirect_uri(address) for address in addresses):
        raise unusable("redirect_uris")
    return addresses


def _website(params: Params) -> str | None:
    website = params.text("website", most=LONGEST)
    if not website:
        return None
    if not website.startswith(("https://", "http://")) or not is_page(website):
        raise unusable("website")
    return website


def is_page(address: str) -> bool:
    """Whether a link may lead there: printable, without anything that a browser would read otherwise."""
    return address.isascii() and address.isprintable() and not set(address) & set(' "<>\\^`{|}')


ENDPOINTS = (
    Endpoint("POST", "/api/v1/apps", register, "none", allowance="registration"),
    Endpoint("GET", "/api/v1/apps/verify_credentials", verify, "app"),
)
