"""What other servers offer and this one does not, on purpose: answered precisely, with the reason."""

from typing import Any

from alliance.errors import Forbidden, NotFound
from web.mastodon.door import Call, Endpoint, Handler

NO_SIGN_UP_SENTENCE = "Accounts here are made by the company; sign in with yours."
NO_CONFIRMATION_SENTENCE = "Addresses here are confirmed by the company."
NO_TRANSLATION_SENTENCE = "Nothing is handed to a translator here."


def _refused(sentence: str) -> Handler:
    async def refuse(call: Call) -> Any:
        raise Forbidden(sentence)

    return refuse


async def not_there(call: Call) -> Any:
    """Of what there is none, nothing can be found either."""
    raise NotFound


async def no_reports(call: Call) -> dict[str, list[Any]]:
    """GET /api/v1/annual_reports: nobody's year is measured."""
    return {"annual_reports": [], "accounts": [], "statuses": []}


_NO_SIGN_UP = _refused(NO_SIGN_UP_SENTENCE)
_NO_CONFIRMATION = _refused(NO_CONFIRMATION_SENTENCE)
_NO_TRANSLATION = _refused(NO_TRANSLATION_SENTENCE)
_REACTION = "/api/v1/announcements/{id}/reactions/{name}"

ENDPOINTS = (
    Endpoint("POST", "/api/v1/accounts", _NO_SIGN_UP, "app", ("write:accounts",)),
    Endpoint("POST", "/api/v1/emails/confirmations", _NO_CONFIRMATION, "user"),
    Endpoint("POST", "/api/v1/statuses/{id}/translate", _NO_TRANSLATION, "app", ("read:statuses",)),
    Endpoint("GET", "/api/v1/instance/terms_of_service", not_there, "none"),
    Endpoint("GET", "/api/v1/instance/terms_of_service/{date}", not_there, "none"),
    Endpoint("POST", "/api/v1/announcements/{id}/dismiss", not_there, "user", ("write:accounts",)),
    Endpoint("PUT", _REACTION, not_there, "user", ("write:favourites",)),
    Endpoint("DELETE", _REACTION, not_there, "user", ("write:favourites",)),
    Endpoint("GET", "/api/v1/annual_reports", no_reports, "user", ("read:accounts",)),
    Endpoint("GET", "/api/v1/annual_reports/{year}", not_there, "user", ("read:accounts",)),
    Endpoint("GET", "/api/v1/annual_reports/{year}/state", not_there, "user", ("read:accounts",)),
    Endpoint("POST", "/api/v1/annual_reports/{year}/read", not_there, "user", ("write:accounts",)),
    Endpoint("POST", "/api/v1/annual_reports/{year}/generate", not_there, "user", ("write:accounts",)),
    Endpoint("GET", "/api/v1_alpha/async_refreshes/{id}", not_there, "user", ("read",)),
)
