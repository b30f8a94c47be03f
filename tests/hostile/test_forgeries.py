"""Classes forged activities, amplification, audience escalation by activity, forged RSVPs, stolen links."""

from typing import Any

import pytest
from sqlalchemy import select

from alliance.attending import join_session, leave_session
from alliance.models import Attendance, Person, Session
from alliance.personal_links import personal_link
from federation.models import Follow, OutboxActivity, RemoteActor
from tests.hostile.siege import OURS, Siege, Verdict, company_of


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


@pytest.mark.parametrize("who", LIARS)
@pytest.mark.parametrize("kind", ["Create", "Update", "Delete", "Announce", "Undo", "Reject", "Accept"])
async def test_somebody_else_speaks_about_a_session_of_b(under: Siege, who: str, kind: str) -> None:
    event = await held(under)
    server, actor = liar(under, who)
    about: Any = (
        event["id"]
        if kind == "Announce"
        else {**event, "name": "Hijacked", "updated": "2026-03-17T00:00:00Z"}
    )
    del under.b.asked[:]

    async with under.unchanged():
        verdict = await under.attack(server, under.says(server, kind, about, actor))

    assert verdict.state in ("ignored", "refused")


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


@pytest.mark.parametrize("kind", ["Accept", "Reject", "TentativeAccept"])
@pytest.mark.parametrize("who", LIARS)
async def test_an_answer_to_a_join_by_somebody_who_is_not_the_host(under: Siege, who: str, kind: str) -> None:
    join, _ = await asked(under)
    server, actor = liar(under, who)

    async with under.unchanged():
        lie = under.says(server, kind, join, actor, result=f"{server.origin}/meet/1-x")
        verdict = await under.attack(server, lie)

    assert verdict == Verdict(202, "refused", "it was not asked of them")


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


async def test_an_old_answer_after_the_question_was_taken_back(under: Siege) -> None:
    join, uri = await asked(under)
    session = await under.session(uri)
    assert session is not None
    async with under.federation.instance.unit_of_work() as uow:
        await leave_session(uow, session.id, under.stage.host.id)

    async with under.unchanged():
        verdict = await under.attack(
            under.b, under.says(under.b, "Accept", join, result=f"{under.b.origin}/m")
        )

    assert verdict.state == "ignored"


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
            ("TentativeAccept", page),
            ("Delete", mira),
        ):
            verdict = await under.attack(under.b, under.says(under.b, kind, about, kim))
            assert verdict.state in ("ignored", "refused"), kind
    assert await under.places(session) == {mira: "going"}


@pytest.mark.parametrize("kind", ["Join", "Accept"])
@pytest.mark.parametrize("actor", ["/actor", "/company"])
async def test_groups_and_machines_take_no_place(under: Siege, kind: str, actor: str) -> None:
    session = await under.stage.publish(audience="alliance")
    ask = under.says(under.b, kind, f"{OURS}/sessions/{session.id}", f"{under.b.origin}{actor}")

    async with under.unchanged():
        verdict = await under.attack(under.b, ask)

    assert verdict == Verdict(202, "refused", "only people take part")


@pytest.mark.parametrize("audience", ["alliance", "company"])
@pytest.mark.parametrize("kind", ["Join", "Accept"])
async def test_a_stranger_joins_what_is_not_public(under: Siege, audience: str, kind: str) -> None:
    session = await under.stage.publish(audience=audience)
    nobody = f"{under.x.origin}/people/7"

    async with under.unchanged():
        seen = await under.attack(under.x, under.says(under.x, kind, f"{OURS}/sessions/{session.id}", nobody))
        none = await under.attack(under.x, under.says(under.x, kind, f"{OURS}/sessions/12345", nobody))

    assert seen == none == Verdict(202, "ignored", "no session that they may see")


@pytest.mark.parametrize("state", ["paused", "left", "blocked", "asking", "invited"])
@pytest.mark.parametrize("kind", ["Join", "Accept"])
async def test_people_of_a_company_that_is_no_ally_join(under: Siege, state: str, kind: str) -> None:
    session = await under.stage.publish(audience="alliance")
    await under.put(under.b, state)
    mira = f"{under.b.origin}/people/7"

    async with under.unchanged():
        verdict = await under.attack(
            under.b, under.says(under.b, kind, f"{OURS}/sessions/{session.id}", mira)
        )

    assert verdict.status == 403 if state == "blocked" else verdict.state == "ignored"


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


async def test_a_company_deletes_or_renames_another(under: Siege) -> None:
    async with under.unchanged():
        for victim in (company_of(under.c), under.c.actor, f"{under.c.origin}/people/7", f"{OURS}/company"):
            for kind in ("Delete", "Update"):
                about = {"id": victim, "type": "Group", "name": "Taken over", "inbox": f"{victim}/inbox"}
                verdict = await under.attack(under.b, under.says(under.b, kind, about))
                assert verdict.state in ("ignored", "refused"), (victim, kind)


@pytest.mark.parametrize("kind", ["Follow", "Join"])
async def test_nobody_has_our_answers_sent_to_a_victim(under: Siege, kind: str) -> None:
    """Amplification: an inbox elsewhere is no inbox."""
    session = await under.stage.publish(audience="public")
    document = under.x.documents["/people/7"]
    assert isinstance(document, dict)
    document |= {"inbox": under.c.inbox, "endpoints": {"sharedInbox": under.c.inbox}}
    about = f"{OURS}/company" if kind == "Follow" else f"{OURS}/sessions/{session.id}"

    async with under.unchanged():
        verdict = await under.attack(under.x, under.says(under.x, kind, about, f"{under.x.origin}/people/7"))

    assert verdict == Verdict(202, "refused", "an inbox on another host")
    async with under.federation.instance.reading() as db:
        assert not list(await db.scalars(select(RemoteActor.uri).where(RemoteActor.inbox == under.c.inbox)))


async def test_an_announce_makes_us_fetch_only_from_allies(under: Siege) -> None:
    under.x.documents["/sessions/1"] = under.event(under.x, 1)

    async with under.unchanged():
        verdict = await under.attack(under.b, under.says(under.b, "Announce", f"{under.x.origin}/sessions/1"))

    assert verdict == Verdict(202, "ignored", "not allied")
    assert under.x.asked == []


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
