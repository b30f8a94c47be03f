"""Blocked and unallied servers under other names."""

from typing import Any

from federation.signatures import Dialect
from tests.hostile.catalogue import Blow, Kind, Told, attack, door, enlist, ignored
from tests.hostile.siege import INBOX, OURS, Siege, company_of, stolen

SPELLINGS = {
    "itself": "{b}",
    "a dot behind its name": "http://127.0.0.2.:{p}",
    "user info": "http://a@127.0.0.2:{p}",
}


def blocked(name: str) -> None:
    """A blocked company under another spelling of its name."""

    async def prepare(under: Siege) -> Blow:
        await under.put(under.b, "blocked")
        origin = SPELLINGS[name].replace("{b}", under.b.origin).replace("{p}", str(under.b.port))
        actor = f"{origin}/company"
        follow = under.says(under.b, "Follow", f"{OURS}/company", actor) | {"id": f"{origin}/a/1"}
        return lambda: under.post(under.b, follow, key=stolen(actor, under.b.host))

    enlist(
        Kind.BLOCKS,
        f"a blocked company as {name}",
        f"A blocked company names itself with {name}.",
        door(403, "blocked"),
        prepare,
    )


for which in SPELLINGS:
    blocked(which)


async def hidden_behind(under: Siege, order: int) -> Blow:
    """A true signature of B with a label that names somebody else before or behind it."""
    follow = under.says(under.b, "Follow", f"{OURS}/company")
    true, body = under.b.signed(INBOX, follow, key=under.b.key(company_of(under.b)), dialect=Dialect.RFC9421)
    other = (
        f'sig0=("@method" "@target-uri" "content-digest");created=1;keyid="{company_of(under.x)}#main-key"'
    )
    labels = [other, true["Signature-Input"]][::order]
    headers = {**true, "Signature-Input": ", ".join(labels), "Signature": f"sig0=:AAAA:, {true['Signature']}"}
    return lambda: under.client.post(INBOX, headers=headers, content=body)


@attack(
    Kind.BLOCKS,
    "A blocked company puts a label with a harmless name before its own signature.",
    door(403, "blocked"),
)
async def blocked_behind_another_name(under: Siege) -> Blow:
    await under.put(under.b, "blocked")
    return await hidden_behind(under, 1)


@attack(
    Kind.BLOCKS,
    "A server over its limit puts a label with another name before its own signature.",
    door(429, "domain_too_busy"),
)
async def busy_behind_another_name(under: Siege) -> Blow:
    under.federation.inbox._domains._most = 1
    await under.post(under.b, under.says(under.b, "Ignore", OURS))
    await under.work()
    return await hidden_behind(under, 1)


STATES = {"paused": "paused", "left": "not allied", "asking": "not allied", "invited": "not allied"}


def unallied(state: str, kind: str) -> None:
    """Who is not allied tells us nothing, and costs no fetch."""

    async def prepare(under: Siege) -> Blow:
        await under.put(under.b, state)
        about: Any = under.event(under.b)
        under.b.documents["/sessions/5"] = about

        async def blow() -> Told:
            act = under.says(under.b, kind, about["id"] if kind == "Announce" else about)
            answer = await under.post(under.b, act)
            await under.work()
            assert "/sessions/5" not in under.b.asked
            return answer

        return blow

    name = f"{kind} of a company that is {state}"
    enlist(Kind.BLOCKS, name, f"{name}: as if nothing had been said.", ignored(STATES[state]), prepare)


for which in STATES:
    for verb in ("Create", "Update", "Announce"):
        unallied(which, verb)
