"""Redirects, amplification and breakers: what one request makes us call."""

import asyncio
from typing import Any

from aiohttp import web

from federation.allowed_urls import Rules
from federation.signatures import SecretKey
from tests.federation.servers import listening
from tests.hostile.attacks.identities import follow_of, key_at, opened
from tests.hostile.catalogue import Answer, Blow, Kind, Told, attack, door, enlist, ignored, page, refused
from tests.hostile.siege import INBOX, OURS, Siege, company_of, stolen
from tests.partner import rsa_of

SSRF, REDIRECTS, AMPLIFICATION, BREAKERS = (Kind.SSRF, Kind.REDIRECTS, Kind.AMPLIFICATION, Kind.BREAKERS)


@attack(SSRF, "An ally announces a session that is said to lie in our network.", ignored("not allied"))
async def an_announce_of_our_own_network(under: Siege) -> Blow:
    listener = await under.stack.enter_async_context(listening())
    announce = under.says(under.b, "Announce", f"http://127.0.0.1:{listener.port}/sessions/1")

    async def blow() -> Told:
        answer = await under.post(under.b, announce)
        await under.work()
        assert listener.seen == 0
        return answer

    return blow


async def redirected(under: Siege, location: str | None) -> Blow:
    """A follow whose actor's document redirects."""

    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        headers = {} if location is None else {"Location": location.replace("{self}", server.url())}
        return web.Response(status=302, headers=headers)

    server = await opened(under, serve)
    return lambda: under.post(under.x, follow_of(server), key=key_at(server))


LOCATIONS: dict[str, tuple[str, str | None]] = {
    "a redirect to a file": ("To a file of ours.", "file:///etc/passwd"),
    "a redirect to another protocol": ("To another protocol.", "gopher://127.0.0.1:25/_x"),
    "a redirect to ourselves": ("To our own actor.", f"{OURS}/actor"),
    "a redirect to ourselves with a dot": (
        "To our own host with a dot.",
        "http://nordlicht.localhost.:8001/actor",
    ),
    "a redirect without end": ("To itself, again and again.", "{self}"),
    "a redirect to nowhere": ("To no address at all.", None),
    "a redirect with user info": ("To a host with a password.", "http://a:b@127.0.0.1/"),
    "a redirect with a newline": ("To an address with a space in its middle.", "http://127.0.0.1/a b"),
    "a redirect to half a bracket": ("To something that is no address.", "http://[::1"),
}


def redirect(name: str) -> None:
    """A redirect that leads nowhere good."""
    sentence, location = LOCATIONS[name]

    async def prepare(under: Siege) -> Blow:
        return await redirected(under, location)

    enlist(
        REDIRECTS,
        name,
        f"The actor's document redirects: {sentence.lower()}",
        door(401, "key_not_found"),
        prepare,
    )


for which in LOCATIONS:
    redirect(which)


@attack(
    REDIRECTS,
    "A document redirects to an ally's actor, whose key then would be the sender's.",
    door(401, "key_not_found"),
)
async def a_redirect_to_an_ally(under: Siege) -> Blow:
    return await redirected(under, company_of(under.c))


@attack(REDIRECTS, "An ally's document redirects to metadata of the machine.", door(401, "key_not_found"))
async def a_redirect_to_metadata(under: Siege) -> Blow:
    client = under.federation.client
    client.rules = Rules(
        plain_http=True, any_port=True, literals=True, private_hosts=frozenset({"ally.localhost"})
    )
    listener = await under.stack.enter_async_context(listening())

    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(
            status=307, headers={"Location": f"http://127.0.0.1:{listener.port}/latest/meta-data"}
        )

    server = await opened(under, serve)
    actor = server.url("/u", host="ally.localhost")
    follow = under.says(under.x, "Follow", f"{OURS}/company", actor) | {"id": f"{actor}/1"}

    async def blow() -> Told:
        answer = await under.post(under.x, follow, key=SecretKey(f"{actor}#k", actor, rsa_of("web")))
        assert listener.seen == 0
        assert len(server.requests) == 1
        return answer

    return blow


@attack(
    REDIRECTS,
    "A redirect takes our signature to another host: there it has to be a new one, for that host.",
    door(401, "key_not_found"),
)
async def a_signature_carried_along(under: Siege) -> Blow:
    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": second.url("/elsewhere", host="b.localhost")})

    async def note(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=404)

    first, second = await opened(under, serve), await opened(under, note)

    async def blow() -> Told:
        answer = await under.post(under.x, follow_of(first), key=key_at(first))
        before, after = first.requests[0].headers, second.requests[0].headers
        assert before["Signature"] != after["Signature"]
        assert after["Host"] == f"b.localhost:{second.port}"
        return answer

    return blow


@attack(AMPLIFICATION, "Goodbyes of people whom nobody here knows cost no fetch.", page(202, 202, 202))
async def goodbyes_of_strangers(under: Siege) -> Blow:
    people = [under.x.add_actor(f"/people/{number}", "Person") for number in (21, 22, 23)]

    async def blow() -> Told:
        del under.x.asked[:]
        told = [await under.post(under.x, under.says(under.x, "Delete", one, one)) for one in people]
        assert under.x.asked == []
        return told

    return blow


@attack(
    AMPLIFICATION,
    "More goodbyes in a minute than anybody has to say.",
    Answer((202,) * 3 + (429,) * 2, (("address_too_busy", 2),)),
)
async def goodbyes_without_end(under: Siege) -> Blow:
    under.federation.inbox._goodbyes._most = 3
    people = [under.x.add_actor(f"/people/{number}", "Person") for number in range(21, 26)]

    async def blow() -> Told:
        return [await under.post(under.x, under.says(under.x, "Delete", one, one)) for one in people]

    return blow


@attack(
    AMPLIFICATION,
    "Each request names another key on a victim's server, so that each would cost the victim one.",
    Answer((401,) * 3 + (429,) * 3, (("key_not_found", 3), ("address_too_busy", 3))),
)
async def a_new_key_with_every_request(under: Siege) -> Blow:
    under.federation.inbox._asking._windows._most = 3

    async def blow() -> Told:
        told = []
        for number in range(6):
            actor = f"{under.c.origin}/nobody/{number}"
            forged = under.says(under.x, "Create", under.event(under.x), actor)
            told.append(await under.post(under.x, forged, key=stolen(actor, under.x.host)))
        assert len([path for path in under.c.asked if path.startswith("/nobody")]) == 3
        return told

    return blow


@attack(
    AMPLIFICATION,
    "Five signatures, each of which would have us fetch a key.",
    door(400, "too_many_signatures"),
)
async def five_signatures(under: Siege) -> Blow:
    labels = [f'sig{n}=("@method");created=1;keyid="{under.c.origin}/k/{n}"' for n in range(5)]
    headers = {
        "Signature-Input": ", ".join(labels),
        "Signature": ", ".join(f"sig{n}=:AAAA:" for n in range(5)),
        "Content-Type": "application/activity+json",
    }

    async def blow() -> Told:
        answer = await under.client.post(INBOX, headers=headers, content=b"{}")
        assert "/k/0" not in under.c.asked
        return answer

    return blow


@attack(
    AMPLIFICATION,
    "Forty requests at once with one unknown key: it is asked for once.",
    door(401, "key_not_found", 40),
)
async def forty_at_once(under: Siege) -> Blow:
    actor = f"{under.c.origin}/nobody"
    forged = under.says(under.x, "Create", under.event(under.x), actor)

    async def blow() -> Told:
        key = stolen(actor, under.x.host)
        told = await asyncio.gather(*(under.post(under.x, forged, key=key) for _ in range(40)))
        assert len([path for path in under.c.asked if path == "/nobody"]) <= 1
        return list(told)

    return blow


def inbox_elsewhere(name: str, sentence: str, kind: str, answer: Answer, which: Kind, shape: str) -> None:
    """An actor whose inbox would have our answers, or our troubles, be another server's."""

    async def prepare(under: Siege) -> Blow:
        session = await under.stage.publish(audience="public")
        document: Any = under.x.documents["/people/7"]
        inbox = shape.replace("{c}", under.c.origin).replace("{ca}", under.c.authority)
        inbox = inbox.replace("{x}", under.x.origin).replace("{xa}", under.x.authority)
        document |= {"inbox": inbox, "endpoints": {"sharedInbox": inbox}}
        about = f"{OURS}/company" if kind == "Follow" else f"{OURS}/sessions/{session.id}"
        act = under.says(under.x, kind, about, f"{under.x.origin}/people/7")
        return lambda: under.post(under.x, act)

    enlist(which, name, sentence, answer, prepare)


ELSEWHERE = refused("an inbox on another host")
for verb in ("Follow", "Join"):
    inbox_elsewhere(
        f"a {verb} with an inbox elsewhere",
        f"A {verb} by an actor whose inbox is an ally's: our answer would go there.",
        verb,
        ELSEWHERE,
        AMPLIFICATION,
        "{c}/inbox",
    )
    inbox_elsewhere(
        f"a {verb} with an inbox below a name",
        f"A {verb} by an actor whose inbox lies on a name that begins like its own.",
        verb,
        ELSEWHERE,
        BREAKERS,
        "http://{xa}.evil.example/inbox",
    )
    inbox_elsewhere(
        f"a {verb} with user info in its inbox",
        f"A {verb} by an actor whose inbox names its own host as user info before an ally's.",
        verb,
        ELSEWHERE,
        BREAKERS,
        "http://{xa}@{ca}/inbox",
    )
    inbox_elsewhere(
        f"a {verb} with another port",
        f"A {verb} by an actor whose inbox is another service of its host.",
        verb,
        ELSEWHERE,
        BREAKERS,
        "http://127.0.0.4:25/inbox",
    )


@attack(
    BREAKERS,
    "Requests that fail in a victim's name do not make the victim's host look down.",
    door(401, "signature_wrong", 5),
)
async def failures_in_a_victims_name(under: Siege) -> Blow:
    victim = company_of(under.c)

    async def blow() -> Told:
        forged = under.says(under.c, "Create", under.event(under.c), victim)
        key = stolen(victim, under.x.host)
        return [await under.post(under.x, forged, key=key) for _ in range(5)]

    return blow


@attack(BREAKERS, "A key server that answers 503 and asks for a long pause.", door(401, "key_not_found"))
async def a_key_server_that_wants_a_pause(under: Siege) -> Blow:
    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=503, headers={"Retry-After": "99999999"})

    server = await opened(under, serve)
    return lambda: under.post(under.x, follow_of(server), key=key_at(server))


@attack(
    BREAKERS,
    "An actor's key is gone, which must not end what waits for others on its host.",
    door(401, "key_gone"),
)
async def a_key_that_is_gone(under: Siege) -> Blow:
    under.b.documents["/people/99"] = 410
    actor = f"{under.b.origin}/people/99"
    return lambda: under.post(under.b, under.says(under.b, "Create", under.event(under.b), actor))


@attack(AMPLIFICATION, "An announce makes us fetch from allies alone.", ignored("not allied"))
async def an_announce_of_a_strangers_session(under: Siege) -> Blow:
    under.x.documents["/sessions/1"] = under.event(under.x, 1)

    async def blow() -> Told:
        answer = await under.post(under.b, under.says(under.b, "Announce", f"{under.x.origin}/sessions/1"))
        await under.work()
        assert under.x.asked == []
        return answer

    return blow


@attack(
    AMPLIFICATION,
    "Documents asked for with a stranger's signature cost no fetch of the stranger's key.",
    page(404, 404, 404),
)
async def reading_with_unknown_keys(under: Siege) -> Blow:
    session = await under.stage.publish(audience="alliance")

    async def blow() -> Told:
        told = [await under.get(f"/sessions/{session.id}", under.x) for _ in range(3)]
        assert under.x.asked == []
        return told

    return blow
