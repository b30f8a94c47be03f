"""Audience escalation: documents and pages of what is for allies or for colleagues."""

from tests.hostile.catalogue import Blow, Kind, Told, attack, enlist, ignored, page
from tests.hostile.siege import OURS, Siege
from tests.partner import Partner

AUDIENCES = Kind.AUDIENCES
TITLE = "Quarzglas im Geheimen"
WHO = {
    "nobody": "",
    "a stranger's instance": "x:/actor",
    "a stranger's company": "x:/company",
    "an employee of an ally": "b:/people/7",
    "a paused ally": "paused",
    "an ally that has left": "left",
    "a blocked company": "blocked",
    "a company that asks": "asking",
    "a stolen name": "stolen",
}


def reading(who: str, audience: str) -> None:
    """A document, its activity and the collections, asked for by somebody whom it is not for."""

    async def prepare(under: Siege) -> Blow:
        session = await under.stage.publish(audience=audience, title=TITLE, topics=("Quarzglas",))
        said = WHO[who]
        by: Partner | None = None if said == "" else under.b
        actor = None
        if ":" in said:
            by = getattr(under, said[0])
            actor = f"{getattr(under, said[0]).origin}{said[2:]}"
        elif said in ("paused", "left", "blocked", "asking"):
            await under.put(under.b, said)
        elif said == "stolen":
            by, actor = under.x, under.b.actor

        async def blow() -> Told:
            told = [await under.get(f"/sessions/{session.id}", by, actor)]
            for path in ("/company/outbox?page=true", "/company/upcoming?page=true", "/company/featured"):
                answer = await under.get(path, by, actor)
                assert "Quarzglas" not in answer.text
                assert str(session.id) not in answer.text
            assert "Quarzglas" not in told[0].text
            return told

        return blow

    whom = "allies" if audience == "alliance" else "colleagues"
    sentence = f"A session for {whom} is asked for by {who}; the collections don't name it either."
    enlist(AUDIENCES, f"a session for {whom} read by {who}", sentence, page(404), prepare)


for which in WHO:
    for what in ("alliance", "company"):
        reading(which, what)


@attack(AUDIENCES, "A session for colleagues is asked for by a true ally.", page(404, 404))
async def a_session_for_colleagues_read_by_an_ally(under: Siege) -> Blow:
    session = await under.stage.publish(audience="company", title=TITLE)

    async def blow() -> Told:
        actors = (under.b.actor, f"{under.b.origin}/company")
        return [await under.get(f"/sessions/{session.id}", under.b, actor) for actor in actors]

    return blow


@attack(AUDIENCES, "An ally's signature for GET is used for HEAD, and for another address.", page(404, 404))
async def an_allys_signature_used_elsewhere(under: Siege) -> Blow:
    session = await under.stage.publish(audience="alliance", title=TITLE)
    other = await under.stage.publish(audience="alliance", title=TITLE)
    signed = dict((await under.get(f"/sessions/{session.id}", under.b)).request.headers)

    async def blow() -> Told:
        return [
            await under.client.head(f"/sessions/{session.id}", headers=signed),
            await under.client.get(f"/sessions/{other.id}", headers=signed),
        ]

    return blow


@attack(
    AUDIENCES,
    "The tag of a hidden document is guessed, to be told that it has not changed.",
    page(404, 404, 404),
)
async def a_guess_at_the_tag(under: Siege) -> Blow:
    session = await under.stage.publish(audience="alliance")
    tag = (await under.get(f"/sessions/{session.id}", under.b)).headers["etag"]
    conditions = ({"If-None-Match": tag}, {"If-None-Match": "*"}, {"If-Match": "*"})

    async def blow() -> Told:
        wanted = {"Accept": "application/activity+json"}
        at = f"/sessions/{session.id}"
        return [await under.client.get(at, headers=wanted | condition) for condition in conditions]

    return blow


@attack(
    AUDIENCES,
    "What an ally shares with us is asked for here by strangers and by the other ally.",
    page(404, 404, 404),
)
async def what_an_ally_shares_is_not_shared_on(under: Siege) -> Blow:
    event = under.event(under.b, name=TITLE)
    await under.attack(under.b, under.says(under.b, "Create", event))
    held = await under.session(event["id"])
    assert held is not None

    async def blow() -> Told:
        return [await under.get(f"/sessions/{held.id}", by) for by in (None, under.c, under.x)]

    return blow


@attack(
    AUDIENCES,
    "The collection of our allies is addressed by a stranger's Create, to be shown as one of them.",
    ignored("not allied"),
)
async def a_stranger_addresses_our_allies(under: Siege) -> Blow:
    event = under.event(under.x, to=[f"{OURS}/partners"])
    return lambda: under.post(under.x, under.says(under.x, "Create", event, to=[f"{OURS}/partners"]))


@attack(AUDIENCES, "A stranger asks who our allies are.", page(200))
async def the_list_of_our_allies(under: Siege) -> Blow:
    async def blow() -> Told:
        answer = await under.get("/partners")
        assert under.b.origin not in answer.text
        return answer

    return blow
