"""What people say, like, report and block, moves of accounts and lists: forged or about what is hidden."""

from typing import Any

from tests.hostile.catalogue import Blow, Kind, attack, enlist, ignored, refused
from tests.hostile.siege import OURS, Siege, company_of

FORGERIES, AUDIENCES = Kind.FORGERIES, Kind.AUDIENCES
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def note(under: Siege, about: str, **changes: Any) -> dict[str, Any]:
    """A comment by an employee of B."""
    mira = f"{under.b.origin}/people/7"
    said = {"id": f"{under.b.origin}/notes/1", "type": "Note", "attributedTo": mira, "inReplyTo": about}
    return said | {"content": "<p>Dabei sein ist alles.</p>", "to": [PUBLIC]} | changes


NOTES: dict[str, tuple[str, dict[str, str], str]] = {
    "a comment of somebody elsewhere": (
        "By somebody on another host.",
        {"attributedTo": "{c}/people/7"},
        "somebody else wrote it",
    ),
    "a comment of a colleague": (
        "By another employee of the same host.",
        {"attributedTo": "{b}/people/8"},
        "somebody else wrote it",
    ),
    "a comment of one of us": (
        "By one of our own actors.",
        {"attributedTo": OURS + "/company"},
        "somebody else wrote it",
    ),
    "a comment with an id elsewhere": (
        "With an id on another host.",
        {"id": "{c}/notes/1"},
        "the note is on another host than its author",
    ),
    "a comment with an id of ours": (
        "With an id of ours.",
        {"id": OURS + "/comments/1-x"},
        "the note is on another host than its author",
    ),
}


def comment(name: str) -> None:
    """A comment under somebody else's name or address."""
    sentence, changes, reason = NOTES[name]

    async def prepare(under: Siege) -> Blow:
        session = await under.stage.publish(audience="public")
        words = {"{b}": under.b.origin, "{c}": under.c.origin}
        filled = dict(changes)
        for word, origin in words.items():
            filled = {field: value.replace(word, origin) for field, value in filled.items()}
        said = note(under, f"{OURS}/sessions/{session.id}", **filled)
        return lambda: under.post(under.b, under.says(under.b, "Create", said, f"{under.b.origin}/people/7"))

    enlist(FORGERIES, name, f"A comment on a session: {sentence.lower()}", refused(reason), prepare)


for which in NOTES:
    comment(which)


def commented(kind: str, reason: Any) -> None:
    """Somebody changes or takes away what a colleague has said."""

    async def prepare(under: Siege) -> Blow:
        session = await under.stage.publish(audience="public")
        mira, kim = (f"{under.b.origin}/people/{number}" for number in (7, 8))
        said = note(under, f"{OURS}/sessions/{session.id}")
        verdict = await under.attack(under.b, under.says(under.b, "Create", said, mira))
        assert verdict.state == "processed", verdict
        other = said | {"attributedTo": kim, "content": "Hijacked"} if kind == "Update" else said["id"]
        return lambda: under.post(under.b, under.says(under.b, kind, other, kim))

    enlist(
        FORGERIES,
        f"{kind} of a colleague's comment",
        f"{kind} of a comment by another actor of the same host.",
        reason,
        prepare,
    )


commented("Update", refused("somebody else wrote it"))
commented("Delete", refused("somebody else wrote it"))


def hidden(kind: str, audience: str) -> None:
    """A stranger says something about a session that is hidden."""

    async def prepare(under: Siege) -> Blow:
        session = await under.stage.publish(audience=audience)
        where, who = f"{OURS}/sessions/{session.id}", f"{under.x.origin}/people/7"
        said = {"id": f"{under.x.origin}/notes/1", "type": "Note", "attributedTo": who, "inReplyTo": where}
        about: Any = said | {"content": "x", "to": [PUBLIC]} if kind == "Create" else where
        return lambda: under.post(under.x, under.says(under.x, kind, about, who))

    whom = "allies" if audience == "alliance" else "colleagues"
    name = f"{'comment' if kind == 'Create' else kind} on a session for {whom} by a stranger"
    enlist(AUDIENCES, name, f"{name[0].upper()}{name[1:]}.", ignored("no session that they may see"), prepare)


for verb in ("Create", "Like"):
    for whom in ("alliance", "company"):
        hidden(verb, whom)

MOVES: dict[str, tuple[str, str, str, str, Any]] = {
    # old, new, who says it
    "a move told by somebody else": (
        "A third actor moves a follower of ours.",
        "{x}/people/7",
        "{c}/people/7",
        "{x}/people/8",
        refused("only the old or the new account says so"),
    ),
    "a move to somebody who knows nothing of it": (
        "The new account does not name the old one.",
        "{x}/people/7",
        "{x}/people/8",
        "{x}/people/7",
        refused("the new account does not name the old one"),
    ),
    "a move that the old account knows nothing of": (
        "The new account claims a follower who does not name it.",
        "{x}/people/7",
        "{x}/people/9",
        "{x}/people/9",
        refused("the old account does not name the new one"),
    ),
    "a move of an ally": (
        "An allied company is said to have moved.",
        "{b}/company",
        "{b}/people/7",
        "{b}/company",
        ignored("an alliance does not move"),
    ),
    "a move to us": (
        "A follower is said to be one of us now.",
        "{x}/people/7",
        OURS + "/company",
        "{x}/people/7",
        ignored("ours"),
    ),
}


def move(name: str) -> None:
    """A Move that somebody did not agree to."""
    sentence, old, new, by, answer = MOVES[name]

    async def prepare(under: Siege) -> Blow:
        follow = under.says(under.x, "Follow", f"{OURS}/company", f"{under.x.origin}/people/7")
        assert (await under.attack(under.x, follow)).state == "processed"
        under.x.add_actor("/people/9", "Person", name="N", alsoKnownAs=[f"{under.x.origin}/people/7"])
        words = {"{x}": under.x.origin, "{b}": under.b.origin, "{c}": under.c.origin}

        def fill(text: str) -> str:
            for word, origin in words.items():
                text = text.replace(word, origin)
            return text

        server = under.b if fill(by).startswith(under.b.origin) else under.x
        moved = under.says(server, "Move", fill(old), fill(by), target=fill(new))
        return lambda: under.post(server, moved)

    enlist(FORGERIES, name, sentence, answer, prepare)


for which in MOVES:
    move(which)


@attack(
    FORGERIES, "An ally puts a session on another company's list.", refused("the list is somebody else's")
)
async def an_addition_to_anothers_list(under: Siege) -> Blow:
    add = under.says(
        under.b, "Add", f"{under.b.origin}/sessions/5", target=f"{under.c.origin}/company/featured"
    )
    return lambda: under.post(under.b, add)


@attack(
    FORGERIES, "An ally takes a session from another company's list.", refused("the list is somebody else's")
)
async def a_removal_from_anothers_list(under: Siege) -> Blow:
    gone = under.says(
        under.b, "Remove", f"{under.c.origin}/sessions/5", target=f"{under.c.origin}/company/featured"
    )
    return lambda: under.post(under.b, gone)


@attack(FORGERIES, "An ally that blocks ends no alliance by it.", ignored("companies leave instead"))
async def a_block_by_an_ally(under: Siege) -> Blow:
    return lambda: under.post(under.b, under.says(under.b, "Block", f"{OURS}/company"))


@attack(FORGERIES, "A Block between two others, which is none of our business.", ignored("nobody here"))
async def a_block_of_somebody_elsewhere(under: Siege) -> Blow:
    block = under.says(under.x, "Block", company_of(under.b), f"{under.x.origin}/people/7")
    return lambda: under.post(under.x, block)


@attack(FORGERIES, "A report about the ally, sent to us as if we had to judge.", ignored("nothing of ours"))
async def a_report_about_somebody_elsewhere(under: Siege) -> Blow:
    flag = under.says(under.x, "Flag", [company_of(under.b), f"{under.b.origin}/sessions/5"], under.x.actor)
    return lambda: under.post(under.x, flag)


@attack(Kind.AMPLIFICATION, "A report that names three thousand things.", refused("an array is too long"))
async def a_report_without_end(under: Siege) -> Blow:
    flag = under.says(under.x, "Flag", [f"{OURS}/sessions/{number}" for number in range(3000)], under.x.actor)
    return lambda: under.post(under.x, flag)


@attack(
    Kind.AMPLIFICATION,
    "A Follow of everybody, which asks a relay to pass on what all the others say.",
    refused("nobody follows everybody: this is no relay"),
)
async def a_follow_of_everybody(under: Siege) -> Blow:
    return lambda: under.post(under.x, under.says(under.x, "Follow", PUBLIC, f"{under.x.origin}/people/7"))


@attack(Kind.PARSERS, "A Follow of an object where an address is expected.", ignored("nobody here"))
async def a_follow_of_an_object(under: Siege) -> Blow:
    about = {"id": f"{OURS}/sessions/1", "type": "Event"}
    return lambda: under.post(under.x, under.says(under.x, "Follow", about, f"{under.x.origin}/people/7"))
