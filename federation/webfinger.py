"""WebFinger, host-meta and NodeInfo: finding the actor behind a name, and being found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from yarl import URL

from federation import failures
from federation.client import Answer
from federation.fetch import Budget, Document, Fetcher, is_activity_json, read_answer
from federation.signatures.building_blocks import building_blocks
from federation.uris import host_of, origin_of

if TYPE_CHECKING:
    from bovine.types.jrd import JrdData

JRD_TYPE = "application/jrd+json"
SERVICE = "https://www.w3.org/ns/activitystreams#Service"  # FEP-d556
APPLICATION = "https://www.w3.org/ns/activitystreams#Application"  # FEP-2677
PROFILE_PAGE = "http://webfinger.net/rel/profile-page"
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/2.1"
NODEINFO_TYPE = f'application/json; profile="{NODEINFO}#"'
ACTIVITY_JSON = "application/activity+json"
MAX_NAME_CHARACTERS = 300
_HOST = re.compile(r"[A-Za-z0-9_.-]{1,253}", re.ASCII)
_ACCEPT = f"{JRD_TYPE}, application/json"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed to name another server: `origin` to ask, and perhaps one actor there."""

    origin: str
    username: str | None = None

    @property
    def host(self) -> str:
        """Host with port, as in a handle."""
        return host_of(self.origin)


@dataclass(frozen=True, slots=True)
class Found:
    """An actor that was found by name and whose server confirms that name: `handle` is `name@host`."""

    handle: str
    document: Document


def read_typed(text: str, *, plain_http: bool = False) -> Typed:
    """Reads `birch.example`, `alliance@birch.example`, `@sessions@birch.example` or `https://birch.example/x`.

    `plain_http` is the development switch: names below localhost are then asked over http. Raises UrlRefused.
    """
    name = text.strip().removeprefix("acct:").removeprefix("@")
    username: str | None = None
    scheme, separator, rest = name.partition("://")
    if not separator:
        scheme, rest = "", name
    if not separator and "@" in rest:
        username, _, rest = rest.rpartition("@")
    host = rest.split("/", 1)[0]
    try:
        url = URL(f"https://{host}")
        encoded, port = url.raw_host, url.explicit_port
    except ValueError as error:
        raise failures.UrlRefused(host[:100] or text[:100], detail="not a host name") from error
    refused = url.user is not None or username == "" or len(name) > MAX_NAME_CHARACTERS
    if refused or encoded is None or _HOST.fullmatch(encoded) is None:
        raise failures.UrlRefused(host[:100] or text[:100], detail="not a host name")
    if scheme not in ("https", "http"):
        local = encoded == "localhost" or encoded.endswith(".localhost") or encoded == "127.0.0.1"
        scheme = "http" if plain_http and local else "https"
    netloc = encoded if port is None or port == _default_port(scheme) else f"{encoded}:{port}"
    return Typed(f"{scheme}://{netloc}", username)


async def find_instance(fetcher: Fetcher, typed: Typed, budget: Budget | None = None) -> Found:
    """The actor that speaks for a server, or the one whose handle was typed, confirmed by its own server.

    Asks WebFinger for the server itself (FEP-d556), then NodeInfo (FEP-2677). Raises FetchFailed.
    """
    budget = budget or Budget()
    if typed.username is not None:
        address = await actor_of(fetcher, typed.origin, f"{typed.username}@{typed.host}", budget)
    else:
        address = await _server_actor(fetcher, typed.origin, budget)
    document = await fetcher.document(address, budget)
    if document.id != address:
        raise failures.WrongId(typed.host, detail=f"{address} says {document.id}"[:300])
    return Found(await _confirmed_handle(fetcher, typed, document, budget), document)


async def actor_of(fetcher: Fetcher, origin: str, handle: str, budget: Budget | None = None) -> str:
    """The actor id that `origin` gives for `name@host`. Raises FetchFailed, NoServer when it knows none."""
    descriptor = await _webfinger(fetcher, origin, f"acct:{handle}", budget or Budget())
    address = _link(descriptor, ("self",))
    if address is None:
        raise failures.NoServer(host_of(origin), detail=f"no self link for {handle}")
    return address


async def templates_of(fetcher: Fetcher, origin: str, handle: str, budget: Budget) -> dict[str, str]:
    """The link templates of `name@host` by relation, the first of each. Raises FetchFailed."""
    descriptor = await _webfinger(fetcher, origin, f"acct:{handle}", budget)
    found: dict[str, str] = {}
    for link in (descriptor.links or [])[:50]:
        if link.rel and link.template:
            found.setdefault(link.rel, link.template)
    return found


async def software_of(fetcher: Fetcher, origin: str, budget: Budget | None = None) -> str:
    """Name and version of the software of a server, such as `alliance 0.1.0`. Raises FetchFailed."""
    budget = budget or Budget()
    links = _descriptor(await _ask(fetcher, f"{origin}/.well-known/nodeinfo", budget))
    address = _link(links, (NODEINFO, NODEINFO.removesuffix("1") + "0"), any_type=True)
    if address is None or origin_of(address) != origin:
        raise failures.BadDocument(host_of(origin), detail="no NodeInfo of its own")
    software = read_answer(await _ask(fetcher, address, budget)).get("software")
    if not isinstance(software, dict):
        raise failures.BadDocument(host_of(origin), detail="NodeInfo without software")
    return f"{software.get('name', '')} {software.get('version', '')}".strip()[:100]


async def _server_actor(fetcher: Fetcher, origin: str, budget: Budget) -> str:
    address: str | None = None
    try:
        descriptor = await _webfinger(fetcher, origin, f"{origin}/", budget)
        address = _link(descriptor, (SERVICE, APPLICATION, "self"))
    except (failures.AnsweredStatus, failures.NoServer, failures.BadDocument, failures.NotAnActivity):
        address = None  # many servers answer handles only
    if address is None:
        links = _descriptor(await _ask(fetcher, f"{origin}/.well-known/nodeinfo", budget))
        address = _link(links, (APPLICATION,), any_type=True)
    if address is None:
        raise failures.NoServer(host_of(origin), detail="no server actor in WebFinger or NodeInfo")
    return address


async def _confirmed_handle(fetcher: Fetcher, typed: Typed, document: Document, budget: Budget) -> str:
    """`name@host` of an actor, if asking for that name leads back to exactly this actor.

    When handle and actor live on different hosts, both must say so.
    """
    username = document.data.get("preferredUsername")
    if not isinstance(username, str) or not 0 < len(username) <= MAX_NAME_CHARACTERS:
        raise failures.BadDocument(typed.host, detail="an actor without preferredUsername")
    handle = f"{username}@{typed.host}"
    for origin in dict.fromkeys((typed.origin, origin_of(document.id))):
        if await actor_of(fetcher, origin, handle, budget) != document.id:
            raise failures.WrongId(typed.host, detail=f"{handle} is not {document.id}"[:300])
    return handle


async def _webfinger(fetcher: Fetcher, origin: str, resource: str, budget: Budget) -> "JrdData":
    await building_blocks()
    query = urlencode({"resource": resource}, quote_via=quote, safe=":/@")
    return _descriptor(await _ask(fetcher, f"{origin}/.well-known/webfinger?{query}", budget))


async def _ask(fetcher: Fetcher, url: str, budget: Budget) -> Answer:
    """A JSON answer of a well-known address. Raises FetchFailed: NoServer for 404, NotAnActivity for HTML."""
    try:
        answer = await fetcher.get(url, _ACCEPT, budget, signed=False)
    except (failures.MissingThere, failures.GoneThere) as error:
        raise failures.NoServer(host_of(url), detail=error.detail) from error
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise failures.NotAnActivity(answer.host, detail=kind[:100])
    return answer


def _descriptor(answer: Answer) -> "JrdData":
    from bovine.types.jrd import JrdData
    from pydantic import ValidationError

    try:
        return JrdData.model_validate(read_answer(answer))
    except ValidationError as error:
        raise failures.BadDocument(answer.host, detail="not a JRD") from error


def _link(descriptor: "JrdData", relations: Sequence[str], *, any_type: bool = False) -> str | None:
    """The first address with one of the relations, in the order of `relations`."""
    links = (descriptor.links or [])[:50]
    for relation in relations:
        for link in links:
            if link.rel == relation and link.href and (any_type or is_activity_json(link.type or "")):
                return link.href
    return None


def _default_port(scheme: str) -> int:
    return 80 if scheme == "http" else 443


def actor_descriptor(
    handle: str, uri: str, page: str, origin: str, links: Sequence[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """The JRD of one of our actors; `self` is its id verbatim, `links` come on top (FEP-3b86 intents)."""
    from bovine.types.jrd import JrdData, JrdLink

    name, _, host = handle.rpartition("@")
    data = JrdData(
        subject=f"acct:{quote(name)}@{host}",
        aliases=[uri, page] if page != uri else [uri],
        links=[
            JrdLink(rel="self", type=ACTIVITY_JSON, href=uri),
            JrdLink(rel=PROFILE_PAGE, type="text/html", href=page),
            JrdLink(rel=SUBSCRIBE, template=f"{origin}/authorize_interaction?uri={{uri}}"),
            *(JrdLink.model_validate(link) for link in links),
        ],
    )
    return _plain(data)


def server_descriptor(origin: str, instance_uri: str) -> dict[str, Any]:
    """The JRD of the server itself (FEP-d556): which actor speaks for it."""
    from bovine.types.jrd import JrdData, JrdLink

    link = JrdLink(rel=SERVICE, type=ACTIVITY_JSON, href=instance_uri)
    return _plain(JrdData(subject=f"{origin}/", aliases=[instance_uri], links=[link]))


def host_meta(origin: str) -> dict[str, Any]:
    """host-meta as JRD (RFC 6415): where WebFinger is."""
    from bovine.types.jrd import JrdData, JrdLink

    template = f"{origin}/.well-known/webfinger?resource={{uri}}"
    return _plain(JrdData(subject=None, links=[JrdLink(rel="lrdd", type=JRD_TYPE, template=template)]))


def host_meta_xml(origin: str) -> str:
    """host-meta as XRD, for those who do not ask for JSON."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        f'<Link rel="lrdd" template="{origin}/.well-known/webfinger?resource={{uri}}"/></XRD>\n'
    )


def nodeinfo_links(origin: str, instance_uri: str) -> dict[str, Any]:
    """Where NodeInfo is, and which actor speaks for the server (FEP-2677)."""
    from bovine.types.jrd import JrdData, JrdLink

    links = [
        JrdLink(rel=NODEINFO, href=f"{origin}/nodeinfo/2.1"),
        JrdLink(rel=APPLICATION, type=ACTIVITY_JSON, href=instance_uri),
    ]
    return _plain(JrdData(subject=None, links=links))


def nodeinfo(name: str, version: str, people: int, posts: int, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """NodeInfo 2.1 (FEP-f1d5); nobody is watched, so active people are not counted."""
    from bovine.types.nodeinfo import NodeInfo

    document = NodeInfo.model_validate(
        {
            "version": "2.1",
            "software": {"name": name, "version": version},
            "usage": {"users": {"total": people}, "localPosts": posts},
            "metadata": dict(metadata),
        }
    ).model_dump(mode="json")
    # bovine's model is of version 2.0 and writes zeros for counts that we do not make.
    document["usage"] = {"users": {"total": people}, "localPosts": posts}
    return document


def _plain(data: "JrdData") -> dict[str, Any]:
    return data.model_dump(mode="json", exclude_none=True)
