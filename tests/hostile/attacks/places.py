"""Forged votes and RSVPs: places of others, answers of others, links of others."""

from sqlalchemy import select

from alliance.attending import join_session, leave_session
from federation.models import OutboxActivity
from tests.hostile.attacks.forgeries import LIARS, held, liar
from tests.hostile.catalogue import Answer, Blow, Kind, attack, door, enlist, ignored, refused
from tests.hostile.siege import OURS, Siege

VOTES = Kind.VOTES


async def asked(under: Siege) -> tuple[str, str]:
    """Jonas asks for a place at B; id of the Join and of the session."""
    event = await held(under)
    session = await under.session(event["id"])
    assert session is not None
    async with under.federation.instance.unit_of_work() as uow:
        await join_session(uow, session.id, under.stage.host.id)
    async with under.federation.instance.reading() as db:
        join = await db.scalar(select(OutboxActivity.id).where(OutboxActivity.type == "Join"))
    return f"{OURS}/activities/{join}", event["id"]


def answered(kind: str, who: str) -> None:
    """Somebody who is not the host answers a Join of ours."""

    async def prepare(under: Siege) -> Blow:
        join, _ = await asked(under)
        server, actor = liar(under, who)
        lie = under.says(server, kind, join, actor, result=f"{server.origin}/meet/1-x")
        return lambda: under.post(server, lie)

    sentence = f"{kind} of our employee's Join by {who}, who was not asked."
    enlist(VOTES, f"{kind} of our Join by {who}", sentence, refused("it was not asked of them"), prepare)


for which in ("Accept", "Reject", "TentativeAccept"):
    for who_lies in LIARS:
        answered(which, who_lies)


@attack(VOTES, "An answer comes after the question was taken back.", ignored("the question was taken back"))
async def an_answer_that_is_too_late(under: Siege) -> Blow:
    join, uri = await asked(under)
    session = await under.session(uri)
    assert session is not None
    async with under.federation.instance.unit_of_work() as uow:
        await leave_session(uow, session.id, under.stage.host.id)
    return lambda: under.post(under.b, under.says(under.b, "Accept", join, result=f"{under.b.origin}/m"))


@attack(VOTES, "An employee joins with a colleague as the actor.", door(401, "other_actor"))
async def a_join_for_a_colleague(under: Siege) -> Blow:
    session = await under.stage.publish(audience="alliance")
    mira, kim = (f"{under.b.origin}/people/{number}" for number in (7, 8))
    join = under.says(under.b, "Join", f"{OURS}/sessions/{session.id}", kim)
    return lambda: under.post(under.b, join, key=under.b.key(mira))


TAKEN: dict[str, Answer] = {
    "Leave": ignored("nothing to give back"),
    "Undo": refused("somebody else did it"),
    "Reject": ignored("nothing to give back"),
    "Delete": refused("an actor deletes only itself"),
}


def taken(kind: str) -> None:
    """A colleague gives back the place of another."""

    async def prepare(under: Siege) -> Blow:
        session = await under.stage.publish(audience="alliance")
        where, (mira, kim) = f"{OURS}/sessions/{session.id}", (f"{under.b.origin}/people/{n}" for n in (7, 8))
        join = under.says(under.b, "Join", where, mira)
        await under.attack(under.b, join)
        about = {**join, "object": where} if kind == "Undo" else mira if kind == "Delete" else where
        return lambda: under.post(under.b, under.says(under.b, kind, about, kim))

    enlist(
        VOTES,
        f"{kind} of a colleague's place",
        f"{kind} by somebody else than who joined.",
        TAKEN[kind],
        prepare,
    )


for which in TAKEN:
    taken(which)


def no_person(kind: str, path: str) -> None:
    """Groups and machines take no place."""

    async def prepare(under: Siege) -> Blow:
        session = await under.stage.publish(audience="alliance")
        ask = under.says(under.b, kind, f"{OURS}/sessions/{session.id}", f"{under.b.origin}{path}")
        return lambda: under.post(under.b, ask)

    who = "an instance" if path == "/actor" else "a company"
    enlist(
        VOTES, f"{kind} by {who}", f"{kind} of a session by {who}.", refused("only people take part"), prepare
    )


def not_theirs(kind: str, audience: str, *, exists: bool) -> None:
    """A stranger asks for a place in what is hidden; the answer is that of what does not exist."""

    async def prepare(under: Siege) -> Blow:
        session = await under.stage.publish(audience=audience)
        number = session.id if exists else 12345
        ask = under.says(under.x, kind, f"{OURS}/sessions/{number}", f"{under.x.origin}/people/7")
        return lambda: under.post(under.x, ask)

    what = f"a session for {'allies' if audience == 'alliance' else 'colleagues'}" if exists else "no session"
    name = f"{kind} of {what} by a stranger"
    enlist(VOTES, name, f"{name}: all are told the same.", ignored("no session that they may see"), prepare)


def not_now(kind: str, state: str) -> None:
    """People of a company that is no ally, or not now."""

    async def prepare(under: Siege) -> Blow:
        session = await under.stage.publish(audience="alliance")
        await under.put(under.b, state)
        ask = under.says(under.b, kind, f"{OURS}/sessions/{session.id}", f"{under.b.origin}/people/7")
        return lambda: under.post(under.b, ask)

    answers = {"blocked": door(403, "blocked"), "paused": ignored("paused")}
    answer = answers.get(state, ignored("no session that they may see"))
    enlist(
        VOTES,
        f"{kind} of people who are {state}",
        f"{kind} by people of a company that is {state}.",
        answer,
        prepare,
    )


for which in ("Join", "Accept"):
    for at in ("/actor", "/company"):
        no_person(which, at)
    for whom in ("alliance", "company"):
        not_theirs(which, whom, exists=True)
    not_theirs(which, "alliance", exists=False)
    for how in ("paused", "left", "blocked", "asking", "invited"):
        not_now(which, how)

NUMBERS = {
    "too large a number": str(1 << 63),
    "nineteen nines": "9" * 19,
    "leading zeros": "007",
    "the largest number": str((1 << 63) - 1),
}


def numbered(name: str) -> None:
    """A session that no database holds."""

    async def prepare(under: Siege) -> Blow:
        ask = under.says(under.b, "Join", f"{OURS}/sessions/{NUMBERS[name]}", f"{under.b.origin}/people/7")
        return lambda: under.post(under.b, ask)

    reason = "no session that they may see" if name == "the largest number" else "no session of ours"
    enlist(
        Kind.PARSERS, f"a session with {name}", f"A place in a session with {name}.", ignored(reason), prepare
    )


for which in NUMBERS:
    numbered(which)
