"""Classes forged activities, amplification, audience escalation by activity, forged RSVPs, stolen links."""

from typing import Any

import pytest
from sqlalchemy import select

from alliance.attending import join_session
from alliance.models import Attendance, Person, Session
from alliance.personal_links import personal_link
from federation.models import Follow, OutboxActivity
from tests.hostile.siege import OURS, Siege


async def held(under: Siege, **changes: Any) -> dict[str, Any]:
    """A session of B that we know."""
    event = under.event(under.b, **changes)
    assert (await under.attack(under.b, under.says(under.b, "Create", event))).state == "processed"
    return event


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


LIARS = ["c", "x", "b:/actor", "b:/people/7"]


def liar(under: Siege, name: str) -> tuple[Any, str]:
    """The server and the actor that lie."""
    server, _, path = name.partition(":")
    found = getattr(under, server)
    return found, f"{found.origin}{path or '/company'}"


@pytest.mark.parametrize("kind", ["Create", "Update"])
@pytest.mark.parametrize(
    "changes",
    [
        {"id": "{c}/sessions/1"},
        {"id": OURS + "/sessions/1"},
        {"attributedTo": "{c}/company"},
        {"attributedTo": ["{c}/company", "{b}/company"]},
        {"attributedTo": "{b}/people/7"},
        {"attributedTo": {"id": "{c}/company", "href": "{b}/company"}},
        {"attributedTo": [], "actor": "{c}/company"},
        {"id": ["{b}/sessions/1", "{c}/sessions/1"]},
        {"id": "{b}.evil.example/sessions/1"},
        {"id": "{b}@evil.example/1"},
        {"id": None},
        {"type": ["Note", "Event"]},
        {"type": "Tombstone"},
        {"name": "\u200b\u200e"},
        {"name": "\x00\x01"},
        {"name": [["a"]]},
        {"name": {"@value": "a"}},
        {"tag": [{"type": "Hashtag", "name": f"#{n}"} for n in range(3000)]},
        {"to": ["https://a.example/"] * 3000},
    ],
    ids=lambda value: f"{value!r:.50}",
)
async def test_an_event_that_is_not_what_it_says(under: Siege, kind: str, changes: dict[str, Any]) -> None:
    said = str(changes).replace("{b}", under.b.origin).replace("{c}", under.c.origin)
    event = under.event(under.b, **eval(said))  # noqa: S307 - our own text

    async with under.unchanged():
        answer = await under.post(under.b, under.says(under.b, kind, event))
        await under.work()

    assert answer.status_code == 202


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "{c}/meet/1-x", "{b}@evil.example/meet", "{b}.evil.example/",
     "http://evil.example", "{b}", "data:text/html,x", "{b}\\@evil.example/",
     "//evil.example/x", "{b}/\nSet-Cookie: a", OURS + "/x"],
)  # fmt: skip
async def test_a_personal_link_that_leads_elsewhere_is_dropped(under: Siege, link: str) -> None:
    join, uri = await asked(under)
    led = link.replace("{b}", under.b.origin).replace("{c}", under.c.origin)

    verdict = await under.attack(under.b, under.says(under.b, "Accept", join, result=led))

    assert verdict.state == "processed"
    async with under.federation.instance.reading() as db:
        place = await db.scalar(select(Attendance).join(Session).where(Session.uri == uri))
        assert place is not None
        assert (place.state, place.personal_link) == ("going", None)


async def test_an_employee_joins_as_another_employee(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    page, mira, kim = f"{OURS}/sessions/{session.id}", *(f"{under.b.origin}/people/{n}" for n in (7, 8))

    async with under.unchanged():
        answer = await under.post(under.b, under.says(under.b, "Join", page, kim), key=under.b.key(mira))
    assert answer.status_code == 401

    await under.attack(under.b, under.says(under.b, "Join", page, mira))
    async with under.unchanged():
        for kind, about in (
            ("Leave", page),
            ("Undo", {"type": "Join", "actor": mira, "id": f"{under.b.origin}/activities/1", "object": page}),
            ("Undo", {"type": "Join", "id": f"{under.b.origin}/activities/1", "object": page}),
            ("Reject", page),
            ("Delete", mira),
        ):
            verdict = await under.attack(under.b, under.says(under.b, kind, about, kim))
            assert verdict.state in ("ignored", "refused"), kind
    # Who may come says so for themselves; it takes nobody's place.
    await under.attack(under.b, under.says(under.b, "TentativeAccept", page, kim))
    assert await under.places(session) == {mira: "going", kim: "maybe"}


@pytest.mark.parametrize("kind", ["Accept", "Reject", "Undo"])
@pytest.mark.parametrize("who", ["b:/company", "b:/people/7", "x", "x:/actor"])
async def test_the_alliance_with_c_is_ended_or_made_by_somebody_else(
    under: Siege, who: str, kind: str
) -> None:
    async with under.federation.instance.unit_of_work() as uow:
        for number, (follower, followed) in enumerate(
            ((f"{OURS}/actor", under.c.actor), (under.c.actor, f"{OURS}/actor")), start=1
        ):
            uow.db.add(
                Follow(
                    id=number, follower_uri=follower, followed_uri=followed, state="accepted",
                    activity_uri=f"{(OURS, under.c.origin)[number - 1]}/activities/77",
                    created_at=uow.now,
                )
            )  # fmt: skip
    server, actor = liar(under, who)

    async with under.unchanged():
        for about in (
            f"{OURS}/activities/77",
            f"{under.c.origin}/activities/77",
            {"type": "Follow", "actor": under.c.actor, "object": f"{OURS}/actor", "id": f"{server.origin}/f"},
            {"type": "Follow", "object": f"{OURS}/actor", "id": f"{under.c.origin}/activities/77"},
        ):
            verdict = await under.attack(server, under.says(server, kind, about, actor))
            assert verdict.state in ("ignored", "refused")


async def test_a_session_of_c_announced_by_b_is_what_c_says(under: Siege) -> None:
    under.c.documents["/sessions/1"] = {**under.event(under.c, 1), "name": "What C says"}
    copy = {**under.event(under.c, 1), "name": "What B says"}

    assert (await under.attack(under.b, under.says(under.b, "Announce", copy))).state == "processed"

    stored = await under.session(f"{under.c.origin}/sessions/1")
    assert stored is not None
    assert stored.title == "What C says"


async def test_a_company_has_no_hosts_at_another(under: Siege) -> None:
    victim = f"{under.c.origin}/people/7"
    organizers = {
        "type": "OrganizersCollection",
        "items": [{"type": "Person", "id": victim, "name": "Taken"}],
    }

    event = await held(under, organizers=organizers)

    stored = await under.session(event["id"])
    assert stored is not None
    assert stored.host_id is None
    async with under.federation.instance.reading() as db:
        assert await db.scalar(select(Person).where(Person.uri == victim)) is None


@pytest.mark.parametrize(
    "name",
    ["Nordlicht\u202eknil", "<script>x</script>", "\ud83d\ude00" * 10, "x" * 5000, "\u0000", " ", "\u200b"],
)
async def test_a_person_with_an_absurd_name_takes_a_place(under: Siege, name: str) -> None:
    session = await under.stage.publish(audience="public")
    person = under.x.add_actor(
        "/people/9", "Person", name=name.encode("utf-16", "surrogatepass").decode("utf-16")
    )

    verdict = await under.attack(
        under.x, under.says(under.x, "Join", f"{OURS}/sessions/{session.id}", person)
    )

    assert verdict.state == "processed"
    browser = await under.browser(under.stage.host)
    page = await browser.get(f"/sessions/{session.id}")
    assert page.status_code == 200
    assert "<script>x" not in page.text
    assert "\u202e" not in page.text


async def test_our_own_personal_links_can_not_be_guessed_or_borrowed(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    for number in (7, 8):
        await under.attack(
            under.b,
            under.says(under.b, "Join", f"{OURS}/sessions/{session.id}", f"{under.b.origin}/people/{number}"),
        )
    vault = under.federation.instance.vault
    async with under.federation.instance.reading() as db:
        one, two = await db.scalars(select(Attendance).order_by(Attendance.id))
        for place in (one, two):
            place.session = await db.get_one(Session, place.session_id)
        first, second = (personal_link(OURS, vault, place) for place in (one, two))
    assert first is not None
    assert second is not None
    mark = first.rpartition("/")[2].partition("-")[2]
    other = second.rpartition("/")[2].partition("-")[0]
    wrong = (f"{other}-{mark}", f"{one.id}-{mark}=", f"{one.id}-{mark.swapcase()}",
             f"{1 << 63}-{mark}", f"{'9' * 19}-{mark}", f"{one.id}-", "-", f"x{one.id}-{mark}")  # fmt: skip

    statuses = {token: (await under.client.get(f"/meet/{token}")).status_code for token in wrong}

    assert set(statuses.values()) == {404}, statuses
    assert (await under.client.get(first)).status_code == 303
