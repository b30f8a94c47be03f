"""Who publishes a calendar is found by handle, account, page or host; lists are read within bounds."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
import pytest
from aiohttp import web

from alliance.errors import AllianceError, Conflict
from federation.fetch import Budget
from federation.source_introductions import NoCalendar, SourceFound, introduce_source
from federation.source_lists import Bounds, listed_events
from federation.vocabulary.actor import parse_actor
from federation.webfinger import APPLICATION, NODEINFO
from tests.federation.servers import Web, serving
from tests.federation.sources.library import Library
from tests.hostile.siege import company_of

ACTIVITY = "application/activity+json"


class Host:
    """A foreign server that answers by path and by what is accepted."""

    def __init__(self) -> None:
        self.there = Web()
        self.documents: dict[str, Callable[[], object]] = {}
        self.pages: dict[str, str] = {}
        self.software = "gancio"

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.there.port}"

    def actor(self, path: str, kind: str = "Application", **more: Any) -> str:
        """Publishes an account."""
        uri = f"{self.origin}{path}"
        self.documents[path] = lambda: {
            "id": uri, "type": kind, "preferredUsername": "events", "inbox": f"{uri}/inbox",
            "outbox": f"{uri}/outbox", "name": "Kalender", **more,
        }  # fmt: skip
        return uri

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """As the accepted type asks."""
        path, accepted = request.path, request.headers.get("Accept", "")
        if path == "/.well-known/webfinger":
            links = [{"rel": "self", "type": ACTIVITY, "href": f"{self.origin}/account"}]
            name = request.query["resource"]
            found = name.startswith("acct:events@")
            return self._json({"subject": name, "links": links}) if found else web.Response(status=404)
        if path == "/.well-known/nodeinfo":
            return self._json({"links": [
                {"rel": NODEINFO, "href": f"{self.origin}/ni"},
                {"rel": APPLICATION, "href": f"{self.origin}/account"},
            ]})  # fmt: skip
        if path == "/ni":
            return self._json({"version": "2.1", "software": {"name": self.software, "version": "1.22.0"}})
        if "activity+json" in accepted and path in self.documents:
            return self._json(self.documents[path](), ACTIVITY)
        if path in self.pages:
            return web.Response(text=self.pages[path], content_type="text/html")
        return web.Response(status=404)

    def _json(self, body: object, kind: str = "application/json") -> web.Response:
        return web.Response(body=orjson.dumps(body), content_type=kind)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    """Gancio: one account for everything."""
    made = Host()
    async with serving(made.answer) as there:
        made.there = there
        made.actor("/account")
        yield made


Finding = Callable[[str], Awaitable[SourceFound]]


@pytest.fixture
def find(library: Library) -> Finding:
    """What an administrator finds."""

    async def found(text: str) -> SourceFound:
        return await introduce_source(library.under.federation, text)

    return found


@pytest.mark.parametrize(
    "typed", ["{origin}/account", "events@{host}", "@events@{host}", "{host}", "{origin}/"]
)
async def test_by_account_handle_and_host(host: Host, find: Finding, typed: str) -> None:
    """Gancio 1.2x names its account in NodeInfo (server/federation/webfinger.js)."""
    name = host.origin.removeprefix("http://")

    found = await find(typed.format(origin=host.origin, host=name))

    assert (found.feed.uri, found.feed.name) == (f"{host.origin}/account", "Kalender")
    assert (found.feed.handle, found.feed.software) == (f"events@{name}", "gancio 1.22.0")
    assert found.upcoming is None


async def test_by_a_page_that_names_its_other_form(host: Host, find: Finding) -> None:
    """WordPress ActivityPub 7 puts a link into the head of its pages."""
    host.actor("/?author=0".partition("?")[0] + "blog", "Group")
    link = f'<link rel="alternate" type="application/activity+json" href="{host.origin}/blog">'
    host.pages["/veranstaltungen"] = f"<html><head>{link}</head></html>"

    assert (await find(f"{host.origin}/veranstaltungen")).feed.uri == f"{host.origin}/blog"


async def test_by_an_event_of_theirs(host: Host, find: Finding) -> None:
    host.documents["/event/1"] = lambda: {
        "id": f"{host.origin}/event/1", "type": "Event", "attributedTo": f"{host.origin}/account",
    }  # fmt: skip

    assert (await find(f"{host.origin}/event/1")).feed.uri == f"{host.origin}/account"


async def test_a_page_that_leads_to_another_host_is_not_followed(host: Host, find: Finding) -> None:
    link = '<link rel="alternate" type="application/activity+json" href="http://127.0.0.9:1/x">'
    host.pages["/page"] = link
    host.documents["/event/2"] = lambda: {
        "id": f"{host.origin}/event/2", "type": "Event", "attributedTo": "http://127.0.0.9:1/x",
    }  # fmt: skip

    for path in ("/page", "/event/2"):
        assert (await find(f"{host.origin}{path}")).feed.uri == f"{host.origin}/account"


async def test_an_alliance_server_is_invited_instead(host: Host, find: Finding) -> None:
    host.software = "alliance"

    with pytest.raises(Conflict, match="Invite the company instead"):
        await find(host.origin)


async def test_a_server_without_any_account(host: Host, find: Finding) -> None:
    del host.documents["/account"]

    with pytest.raises(NoCalendar):
        await find(host.origin)


@pytest.mark.parametrize(
    "changes",
    [
        {"inbox": "http://127.0.0.9:1/inbox"},
        {"inbox": None},
        {"id": "http://127.0.0.9:1/account"},
        {"type": "Event"},
        {"preferredUsername": ""},
        {"preferredUsername": 7},
    ],
)
async def test_an_account_that_contradicts_itself(host: Host, find: Finding, changes: dict[str, Any]) -> None:
    host.actor("/account", **changes)

    with pytest.raises(AllianceError):
        await find(f"{host.origin}/account")


def create(library: Library, number: int) -> dict[str, Any]:
    """As an outbox shows it."""
    event = library.event(number)
    return {"type": "Create", "id": f"{event['id']}#create", "actor": library.uri, "object": event}


async def read(library: Library, bounds: Bounds | None = None) -> list[str]:
    """The titles that its list holds."""
    instance = library.under.federation.instance
    actor = parse_actor(dict(library.server.documents["/@library"]))
    listed = await listed_events(library.under.federation, actor, instance.clock.now(), bounds or Bounds())
    return [event.name for event in listed.events]


async def test_every_form_of_a_list(library: Library) -> None:
    library.serves(library.event(3))
    library.serves(library.event(4, attributedTo=f"{library.server.origin}/@eva"))
    library.lists(
        create(library, 1),
        library.event(2),
        library.event(3)["id"],
        {
            "type": "Announce",
            "id": "https://x.example/1",
            "actor": library.uri,
            "object": library.event(4)["id"],
        },
        {"type": "Create", "object": {"type": "Note", "id": "https://x.example/2"}},
        *(None, 7, {}, "nonsense", {"type": "Event"}, [], {"type": ["Create"], "object": []}),
    )

    assert await read(library) == ["Bindings 1", "Bindings 2", "Bindings 3", "Bindings 4"]


async def test_an_event_of_somebody_else_in_a_list_is_asked_of_its_server(library: Library) -> None:
    author = f"{library.server.origin}/@eva"
    library.serves(library.event(1, attributedTo=author, name="As its server has it"))
    library.lists(library.event(1, attributedTo=author, name="Copy"))

    assert await read(library) == ["As its server has it"]


async def test_events_of_other_servers_are_left_out(library: Library) -> None:
    under = library.under
    under.b.documents["/sessions/1"] = under.event(under.b, 1, to=["as:Public"])
    library.lists(
        under.event(under.b, 1),
        f"{under.b.origin}/sessions/1",
        library.event(2, attributedTo=company_of(under.b)),
    )
    del under.b.asked[:]

    assert await read(library) == []
    assert under.b.asked == []


async def test_a_list_is_read_page_by_page(library: Library) -> None:
    outbox = f"{library.server.origin}/@library/outbox"
    for number in range(3):
        library.server.documents[f"/@library/outbox/{number}"] = {
            "id": f"{outbox}/{number}", "type": "OrderedCollectionPage", "next": f"{outbox}/{number + 1}",
            "orderedItems": [create(library, number)],
        }  # fmt: skip
    library.server.documents["/@library/outbox"] = {
        "id": outbox, "type": "OrderedCollection", "totalItems": 3, "first": f"{outbox}/0",
    }  # fmt: skip
    library.server.documents["/@library/outbox/2"]["next"] = f"{outbox}/0"

    assert await read(library) == ["Bindings 0", "Bindings 1", "Bindings 2"]
    assert len(await read(library, Bounds(pages=2))) == 1


async def test_a_list_without_end_is_left_at_its_bounds(library: Library) -> None:
    library.lists(*(create(library, number) for number in range(250)))
    assert len(await read(library)) == 200
    assert len(await read(library, Bounds(items=7))) == 7
    library.lists(*(library.event(number)["id"] for number in range(60)))
    for number in range(60):
        library.serves(library.event(number))
    del library.server.asked[:]

    assert len(await read(library, Bounds(originals=5))) == 5
    assert len(library.server.asked) == 6
    assert len(await read(library, Bounds(size=3000))) < 10
    assert await read(library, Bounds(budget=Budget(3))) == ["Bindings 0", "Bindings 1"]


async def test_a_next_page_on_another_host_ends_it(library: Library) -> None:
    library.lists(create(library, 1))
    page = library.server.documents["/@library/outbox"]
    library.server.documents["/@library/outbox"] = {
        **page, "type": "OrderedCollectionPage", "next": f"{library.under.b.origin}/outbox",
    }  # fmt: skip
    del library.under.b.asked[:]

    with pytest.raises(AllianceError):
        await read(library)
    assert library.under.b.asked == []
