"""Forged activities about what belongs to others."""

from typing import Any

from federation.models import Follow
from federation.signatures import SecretKey
from tests.hostile.catalogue import Answer, Blow, Kind, attack, door, enlist, ignored, page, refused
from tests.hostile.siege import INBOX, OURS, Siege, company_of, stolen
from tests.partner import Partner, rsa_of

FORGERIES, BLOCKS = Kind.FORGERIES, Kind.BLOCKS
LIARS = {
    "another ally": "c:/company",
    "a stranger": "x:/company",
    "the ally's own instance": "b:/actor",
    "an employee of the ally": "b:/people/7",
}


def liar(under: Siege, name: str) -> tuple[Partner, str]:
    """The server and the actor that lie."""
    server, _, path = LIARS[name].partition(":")
    found: Partner = getattr(under, server)
    return found, f"{found.origin}{path}"


async def held(under: Siege, **changes: Any) -> dict[str, Any]:
    """A session of B that we know."""
    event = under.event(under.b, **changes)
    assert (await under.attack(under.b, under.says(under.b, "Create", event))).state == "processed"
    return event


NOT_ALLIED, NOTHING = ignored("not allied"), ignored("nothing that was asked")
ABOUT: dict[tuple[str, str], Answer] = {}
for who_lies in LIARS:
    # Of another ally it is said that the session is elsewhere; whoever publishes nothing is not heard at all.
    publishes = who_lies == "another ally"
    elsewhere = refused("the session is on another host") if publishes else NOT_ALLIED
    ABOUT[who_lies, "Create"] = ABOUT[who_lies, "Update"] = elsewhere
    here = LIARS[who_lies].startswith("b:")
    ABOUT[who_lies, "Delete"] = refused(
        "the session is somebody else's" if here else "not on the sender's host"
    )
    ABOUT[who_lies, "Undo"] = ignored("nothing to undo")
    ABOUT[who_lies, "Reject"] = ABOUT[who_lies, "Accept"] = NOTHING


def forged(who: str, kind: str) -> None:
    """Somebody speaks about a session of B."""

    async def prepare(under: Siege) -> Blow:
        event = await held(under)
        server, actor = liar(under, who)
        about = {**event, "name": "Hijacked", "updated": "2026-03-17T00:00:00Z"}
        return lambda: under.post(server, under.says(server, kind, about, actor))

    enlist(
        FORGERIES,
        f"{kind} of a session by {who}",
        f"{kind} of an ally's session by {who}.",
        ABOUT[who, kind],
        prepare,
    )


for who_lies, which_kind in ABOUT:
    forged(who_lies, which_kind)

EVENTS: dict[str, tuple[str, dict[str, Any], Answer]] = {
    "a session on another host": (
        "Its id lies at another ally.",
        {"id": "{c}/sessions/1"},
        refused("the session is on another host"),
    ),
    "a session of ours": (
        "Its id is one of ours.",
        {"id": OURS + "/sessions/1"},
        refused("the session is on another host"),
    ),
    "a session by another company": (
        "Another company is its author.",
        {"attributedTo": "{c}/company"},
        refused("the session is somebody else's"),
    ),
    "a session by two companies": (
        "Two authors, the other one first.",
        {"attributedTo": ["{c}/company", "{b}/company"]},
        refused("the session is somebody else's"),
    ),
    "a session by an employee": (
        "An employee is its author.",
        {"attributedTo": "{b}/people/7"},
        refused("the session is somebody else's"),
    ),
    "a session below the name of the host": (
        "A host that begins like the sender's.",
        {"id": "{b}.evil.example/sessions/1"},
        refused("the session is on another host"),
    ),
    "a session with user info": (
        "The sender's host as user info.",
        {"id": "{b}@evil.example/1"},
        refused("the session is on another host"),
    ),
    "a session without id": ("No id.", {"id": None}, refused("object is not an address")),
    "a session with an invisible name": (
        "A name of characters that nobody sees.",
        {"name": "\u200b\u200e"},
        refused("Invalid: a session without a title"),
    ),
    "a session with a name of controls": (
        "A name of control characters.",
        {"name": "\x00\x01"},
        refused("name is missing"),
    ),
}


def odd_event(name: str) -> None:
    """An Event that is not what it says."""
    sentence, changes, answer = EVENTS[name]

    async def prepare(under: Siege) -> Blow:
        words = {"{b}": under.b.origin, "{c}": under.c.origin}

        def fill(value: Any) -> Any:
            if isinstance(value, list):
                return [fill(one) for one in value]
            for word, origin in words.items():
                value = value.replace(word, origin) if isinstance(value, str) else value
            return value

        event = under.event(under.b, **{field: fill(value) for field, value in changes.items()})
        return lambda: under.post(under.b, under.says(under.b, "Create", event))

    kind = Kind.PARSERS if "name" in changes else Kind.IDS
    enlist(kind, name, f"An Event of an ally: {sentence[0].lower()}{sentence[1:]}", answer, prepare)


for which in EVENTS:
    odd_event(which)


async def with_follows(under: Siege) -> None:
    """The alliance with C as its Follows both ways tell it."""
    async with under.federation.instance.unit_of_work() as uow:
        both = ((f"{OURS}/actor", under.c.actor), (under.c.actor, f"{OURS}/actor"))
        for number, (follower, followed) in enumerate(both, start=1):
            uow.db.add(
                Follow(
                    id=number,
                    follower_uri=follower,
                    followed_uri=followed,
                    state="accepted",
                    activity_uri=f"{(OURS, under.c.origin)[number - 1]}/activities/77",
                    created_at=uow.now,
                )
            )


ENDED = {"Accept": NOTHING, "Reject": NOTHING, "Undo": ignored("nothing to undo")}


def ended(kind: str, who: str) -> None:
    """Somebody else ends the alliance with C, or confirms it."""

    async def prepare(under: Siege) -> Blow:
        await with_follows(under)
        server, actor = liar(under, who)
        about = f"{under.c.origin}/activities/77"
        return lambda: under.post(server, under.says(server, kind, about, actor))

    enlist(
        FORGERIES,
        f"{kind} of an alliance by {who}",
        f"{kind} of the Follow of an ally by {who}.",
        ENDED[kind],
        prepare,
    )


for which_kind in ENDED:
    for who_lies in ("a stranger", "an employee of the ally"):
        ended(which_kind, who_lies)


@attack(
    FORGERIES,
    "Undo of an ally's Follow that claims to be made by that ally.",
    refused("somebody else did it"),
)
async def an_undo_in_the_name_of_an_ally(under: Siege) -> Blow:
    await with_follows(under)
    follow = {
        "type": "Follow",
        "actor": under.c.actor,
        "object": f"{OURS}/actor",
        "id": f"{under.b.origin}/f",
    }
    return lambda: under.post(under.b, under.says(under.b, "Undo", follow))


VICTIMS = {
    "another company": "{c}/company",
    "another instance": "{c}/actor",
    "an employee elsewhere": "{c}/people/7",
    "our company": OURS + "/company",
}


def of_actor(kind: str, name: str) -> None:
    """A company deletes or renames somebody else."""

    async def prepare(under: Siege) -> Blow:
        victim = VICTIMS[name].replace("{c}", under.c.origin)
        about = {"id": victim, "type": "Group", "name": "Taken over", "inbox": f"{victim}/inbox"}
        return lambda: under.post(under.b, under.says(under.b, kind, about))

    reason = "not on the sender's host" if kind == "Delete" else "an actor changes only itself"
    enlist(FORGERIES, f"{kind} of {name}", f"An ally sends {kind} of {name}.", refused(reason), prepare)


for which_name in VICTIMS:
    of_actor("Delete", which_name)
    of_actor("Update", which_name)


@attack(
    FORGERIES,
    "A company deletes an employee of its own host, who is an actor with a key of their own.",
    refused("an actor deletes only itself"),
)
async def a_delete_of_a_neighbour_on_the_same_host(under: Siege) -> Blow:
    session = await under.stage.publish(audience="public")
    mira = f"{under.b.origin}/people/7"
    await under.attack(under.b, under.says(under.b, "Join", f"{OURS}/sessions/{session.id}", mira))
    return lambda: under.post(under.b, under.says(under.b, "Delete", mira))


def goodbye(name: str, sentence: str, answer: Answer, *, is_known: bool, own_key: bool) -> None:
    """A Delete in the name of somebody else: the answer must not tell whether we know them."""

    async def prepare(under: Siege) -> Blow:
        mira = f"{under.b.origin}/people/7"
        if is_known:
            await under.attack(under.b, under.says(under.b, "Follow", f"{OURS}/company", mira))
        key = under.x.key(company_of(under.x)) if own_key else stolen(mira, under.x.host)
        return lambda: under.post(under.x, under.says(under.x, "Delete", mira, mira), key=key)

    enlist(BLOCKS, name, sentence, answer, prepare)


goodbye(
    "a forged goodbye of somebody known",
    "Delete of somebody whom we know, with a forged signature.",
    Answer((202,), (("signature_wrong", 1),)),
    is_known=True,
    own_key=False,
)
goodbye(
    "a forged goodbye of somebody unknown",
    "Delete of somebody of whom we have never heard: the same answer.",
    page(202),
    is_known=False,
    own_key=False,
)
goodbye(
    "a goodbye of somebody known with another key",
    "Delete of somebody whom we know, with the sender's true key.",
    Answer((202,), (("other_actor", 1),)),
    is_known=True,
    own_key=True,
)


@attack(
    BLOCKS,
    "Goodbye of somebody we know, with a key of another actor that is gone.",
    Answer((202,), (("key_gone", 1),)),
)
async def a_goodbye_with_a_key_that_is_gone(under: Siege) -> Blow:
    mira = f"{under.b.origin}/people/7"
    await under.attack(under.b, under.says(under.b, "Follow", f"{OURS}/company", mira))
    under.x.documents["/gone"] = 410
    gone = SecretKey(f"{under.x.origin}/gone#k", f"{under.x.origin}/gone", rsa_of(under.x.host))
    return lambda: under.post(under.x, under.says(under.x, "Delete", mira, mira), key=gone)


def probe(name: str, sentence: str, answer: Answer, *, is_known: bool) -> None:
    """With its refusals used up, an address names keys to find out which ones we remember."""

    async def prepare(under: Siege) -> Blow:
        mira = f"{under.b.origin}/people/7"
        if is_known:
            await under.attack(under.b, under.says(under.b, "Follow", f"{OURS}/company", mira))
        inbox = under.federation.inbox
        inbox._addresses._most = 3
        for _ in range(3):
            await under.client.post(INBOX, content=b"{}")
        await inbox._tallies.flush()
        return lambda: under.post(
            under.x, under.says(under.b, "Create", OURS, mira), key=stolen(mira, under.x.host)
        )

    enlist(BLOCKS, name, sentence, answer, prepare)


probe(
    "a known key from an address that has to wait",
    "A key that we remember, in vain.",
    Answer((429,), (("signature_wrong", 1),)),
    is_known=True,
)
probe(
    "an unknown key from an address that has to wait",
    "A key of which we have never heard: the same answer.",
    door(429, "address_too_busy"),
    is_known=False,
)
