"""Activity intents (FEP-3b86): what people can do here from other sites, and there from ours."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from alliance.errors import AllianceError
from federation import failures
from federation.fetch import Budget, Fetcher
from federation.uris import host_of
from federation.vocabulary.values import is_uri
from federation.webfinger import SUBSCRIBE, Typed, templates_of

INTENT = "https://w3id.org/fep/3b86/"
VERBS = ("Follow", "Join", "Leave", "Object")
MAX_ADDRESS = 2_000
FETCHES = 6
_EXPRESSION = re.compile(r"\{([^{}]*)\}")
_WAYS = {
    "Follow": (f"{INTENT}Follow", SUBSCRIBE),
    "Join": (f"{INTENT}Join", f"{INTENT}Object", SUBSCRIBE),
    "Object": (f"{INTENT}Object", SUBSCRIBE),
}


class NoAccount(AllianceError):
    """The server answers, but has no such account."""

    status = 404
    default_sentence = "{host} knows no account called {name}. Is it spelled right?"


class NoWayThere(AllianceError):
    """The account is there, but its server offers nothing of the kind."""

    status = 422
    default_sentence = (
        "{host} can't be opened from here. Copy the address below into the search field over there."
    )


def intent_links(origin: str) -> list[dict[str, str]]:
    """The links in the WebFinger answer of our accounts (FEP-3b86, 3.2)."""
    return [
        {"rel": f"{INTENT}{verb}", "template": f"{origin}/intents/{verb.lower()}?object={{object}}"}
        for verb in VERBS
    ]


async def way_to(fetcher: Fetcher, typed: Typed, verb: str, uri: str) -> str:
    """The page at somebody's own server on which they can follow or join `uri`.

    The intent itself, else opening the object, else what OStatus called subscribing (FEP-3b86, 7.2). Raises
    NoAccount, NoWayThere, FetchFailed.
    """
    handle = f"{typed.username}@{typed.host}"
    try:
        found = await templates_of(fetcher, typed.origin, handle, Budget(FETCHES))
    except failures.NoServer as error:
        raise NoAccount(host=typed.host, name=typed.username, detail=error.detail) from error
    address = _address(found, _WAYS[verb], uri)
    # Whoever answers for a handle may send people to itself and nowhere else.
    if address is None or not _leads_to(address, typed):
        raise NoWayThere(host=typed.host, detail=(address or "no template")[:300])
    return address


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its expressions replaced: values percent-encoded, unknown ones empty (3.2, 3.3)."""
    return _EXPRESSION.sub(lambda match: quote(values.get(match[1], ""), safe=""), template)


def _address(templates: Mapping[str, str], relations: Sequence[str], uri: str) -> str | None:
    for relation in relations:
        if relation in templates:
            return filled(templates[relation], {"object": uri, "uri": uri})
    return None


def _leads_to(address: str, typed: Typed) -> bool:
    is_address = len(address) <= MAX_ADDRESS and is_uri(address) and address.isascii()
    return is_address and address.startswith(f"{typed.origin}/") and host_of(address) == typed.host
