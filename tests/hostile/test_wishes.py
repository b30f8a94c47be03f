"""Requests, voices, answers and sums of feedback through the door: nobody says what is not theirs to say."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from alliance.models import (
    Attendance,
    Company,
    FeedbackFromAlly,
    Notification,
    Person,
    Session,
    Wish,
    WishAnswer,
    WishChorus,
    WishLike,
)
from alliance.queries.wishes import Voices, one_wish
from alliance.visibility import employee_viewer
from alliance.wishing import WishDraft, make_wish
from tests.hostile.siege import OURS, Siege, Verdict, company_of
from tests.hostile.talking import PUBLIC, person_of
from tests.partner import ACTIVITY_JSON, Partner

TITLE = "Quarzglas polieren"


def request(by: Partner, number: int = 1, **changes: Any) -> dict[str, Any]:
    """What somebody there asks the allies of their company."""
    given: dict[str, Any] = {
        "id": f"{by.origin}/requests/{number}-token",
        "type": "Note",
        "attributedTo": person_of(by),
        "to": [f"{by.origin}/partners"],
        "cc": [],
        "content": f"<p>I’d like to learn this: <strong>{TITLE}</strong></p>",
        "purpose": "request",
        "publishes": {
            "type": "Intent",
            "id": f"{by.origin}/requests/{number}-token#primary",
            "action": "deliverService",
            "resourceQuantity": {"hasUnit": "one"},
            "name": TITLE,
            "content": "<p>Zwei Stunden</p>",
        },
        "published": "2026-03-16T07:00:00Z",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


async def asked(under: Siege, by: Partner, kind: str = "Create", **changes: Any) -> Verdict:
    return await under.attack(by, under.says(by, kind, request(by, **changes), person_of(by)))


async def wishes(under: Siege) -> list[Wish]:
    async with under.federation.instance.reading() as db:
        return list(await db.scalars(select(Wish).order_by(Wish.id)))


async def ours(under: Siege, audience: str = "alliance") -> Wish:
    async with under.federation.instance.unit_of_work() as uow:
        draft = WishDraft(kind="learn", title=TITLE, text="Barfuß.", audience=audience)
        return await make_wish(uow, under.stage.host, draft)


def address(wish: Wish) -> str:
    return f"{OURS}/requests/{wish.id}-{wish.token}"


async def voices(under: Siege, wish: Wish) -> Voices:
    async with under.federation.instance.reading() as db:
        viewer = employee_viewer(under.stage.host.id)
        return (await one_wish(db, viewer, wish.id)).voices[wish.id]


async def test_an_ally_asks_and_it_is_no_story_and_no_comment(under: Siege) -> None:
    verdict = await asked(under, under.b)

    (found,) = await wishes(under)
    assert verdict == Verdict(202, "processed")
    assert (found.kind, found.title, found.html, found.audience) == (
        "learn",
        TITLE,
        "<p>Zwei Stunden</p>",
        "alliance",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"to": [f"{OURS}/people/1"]},
        {"to": []},
        {"to": [f"{OURS}/partners"]},
        {"publishes": {"type": "Intent", "name": ""}},
        {"publishes": {"type": "Intent", "name": TITLE, "content": "<p>" + "Glas " * 2000 + "</p>"}},
        {"attributedTo": "http://somebody.example/people/1"},
        {"id": f"{OURS}/requests/5-token"},
        {"id": "http://somebody.example/requests/1-token"},
    ],
    ids=str,
)
async def test_what_is_not_for_us_or_not_theirs_leaves_nothing(under: Siege, changes: dict[str, Any]) -> None:
    async with under.unchanged():
        verdict = await asked(under, under.b, **changes)

    assert verdict.state in ("ignored", "refused"), verdict


@pytest.mark.parametrize(
    "changes",
    [
        {"publishes": []},
        {"publishes": "x"},
        {"purpose": ["request"]},
        {"endTime": "never"},
        {"voices": "many", "answers": 7},
        {"voices": [None, 3, {"totalItems": -4}, {"totalItems": "9"}], "answers": [None, {}, "x"]},
        {"voices": [{"totalItems": 10**15, "name": "x" * 900, "items": ["x"] * 100}]},
        {"publishes": {"type": "Intent", "name": {"de": 3}, "content": ["x"], "finished": "yes"}},
    ],
    ids=str,
)
async def test_nonsense_is_answered_calmly(under: Siege, changes: dict[str, Any]) -> None:
    verdict = await asked(under, under.b, **changes)

    assert verdict.status == 202
    assert verdict.state in ("processed", "ignored", "refused", "failed")


@pytest.mark.parametrize("state", ["paused", "left", "blocked", "asking", "stranger"])
async def test_whoever_is_no_ally_asks_us_nothing(under: Siege, state: str) -> None:
    by = under.x if state == "stranger" else under.b
    if by is under.b:
        await under.put(by, state)

    async with under.unchanged():
        await asked(under, by, to=[PUBLIC, f"{by.origin}/partners"])


async def test_only_its_author_changes_it_and_never_for_more_people(under: Siege) -> None:
    await asked(under, under.b)
    later: dict[str, Any] = {"updated": "2026-03-16T07:30:00Z"}
    forged = request(under.b, **later, publishes={"type": "Intent", "name": "Falsch"})

    stolen = await under.attack(under.b, under.says(under.b, "Update", forged, person_of(under.b, 8)))
    theft = forged | {"attributedTo": person_of(under.b, 8)}
    taken = await under.attack(under.b, under.says(under.b, "Update", theft, person_of(under.b, 8)))
    gone = {"id": forged["id"], "type": "Tombstone"}
    deleted = await under.attack(under.b, under.says(under.b, "Delete", gone, person_of(under.b, 8)))
    wider = await asked(under, under.b, "Update", to=[PUBLIC], **later)

    (found,) = await wishes(under)
    assert [one.state for one in (stolen, taken, deleted, wider)] == [
        "refused",
        "refused",
        "refused",
        "processed",
    ]
    assert (found.title, found.audience, found.state) == (TITLE, "alliance", "open")


async def test_a_company_speaks_for_its_own_people_alone(under: Siege) -> None:
    wish = await ours(under)
    said = {
        "type": "Collection",
        "name": "Andere GmbH",
        "attributedTo": company_of(under.c),
        "totalItems": 9_000_000,
        "items": [
            {"type": "Person", "id": f"{under.b.origin}/people/1", "name": "Resi <b>Moos</b>"},
            {"type": "Person", "id": f"{under.c.origin}/people/1", "name": "Jemand von C"},
            {"type": "Person", "id": f"{OURS}/people/1", "name": "Eine von uns"},
        ],
    }

    verdict = await under.attack(under.b, under.says(under.b, "Like", address(wish), voices=said))

    told = await voices(under, wish)
    async with under.federation.instance.reading() as db:
        (chorus,) = (await db.scalars(select(WishChorus))).all()
    assert verdict.state == "processed"
    assert chorus.host in under.b.origin
    assert (chorus.count, told.total) == (5000, 5000)
    assert "Andere GmbH" not in [name for name, _, _ in told.companies]
    assert {name for name, _, _ in told.names}.isdisjoint({"Jemand von C", "Eine von uns"})


async def test_one_person_of_an_ally_is_no_voice_of_the_company(under: Siege) -> None:
    wish = await ours(under, "public")

    async with under.unchanged():
        verdict = await under.attack(under.b, under.says(under.b, "Like", address(wish), person_of(under.b)))

    assert verdict.state == "ignored"


async def test_a_stranger_counts_once_and_only_for_what_is_public(under: Siege) -> None:
    hidden, public = await ours(under), await ours(under, "public")
    actor = f"{under.x.origin}/people/7"

    async with under.unchanged():
        await under.attack(under.x, under.says(under.x, "Like", address(hidden), actor))
        await under.attack(under.x, under.says(under.x, "Like", f"{OURS}/requests/{public.id}-wrong", actor))
    for _ in range(2):
        await under.attack(under.x, under.says(under.x, "Like", address(public), actor))

    async with under.federation.instance.reading() as db:
        assert len((await db.scalars(select(WishLike))).all()) == 1
    undone = {"id": "http://x.example/1", "type": "Like", "actor": actor, "object": address(public)}
    await under.attack(under.x, under.says(under.x, "Undo", undone, actor))
    assert (await voices(under, public)).total == 0


async def test_only_a_session_of_theirs_that_we_know_answers(under: Siege) -> None:
    wish, closed = await ours(under), await ours(under, "company")
    event = under.event(under.b)
    await under.attack(under.b, under.says(under.b, "Create", event))
    own = await under.stage.publish(title="Eigene")
    wrong = [
        (under.b, f"{under.b.origin}/sessions/99", address(wish)),
        (under.b, f"{OURS}/sessions/{own.id}", address(wish)),
        (under.c, event["id"], address(wish)),
        (under.b, event["id"], address(closed)),
        (under.b, event["id"], f"{OURS}/requests/{wish.id}-wrong"),
        (under.x, f"{under.x.origin}/sessions/1", address(wish)),
    ]

    async with under.unchanged():
        for by, session, target in wrong:
            verdict = await under.attack(by, under.says(by, "Offer", session, target=target))
            assert verdict.state in ("ignored", "refused"), (session, target, verdict)
    right = await under.attack(under.b, under.says(under.b, "Offer", event["id"], target=address(wish)))

    async with under.federation.instance.reading() as db:
        answers = (await db.scalars(select(WishAnswer.wish_id))).all()
        told = (await db.execute(select(Notification.person_id, Notification.kind))).all()
        places = (await db.scalars(select(Attendance))).all()
    assert (right.state, answers, places) == ("processed", [wish.id], [])
    assert [tuple(row) for row in told] == [(under.stage.host.id, "wished")]


async def test_who_wants_it_is_told_allies_alone(under: Siege) -> None:
    wish = await ours(under, "public")
    said = {"type": "Collection", "totalItems": 3}
    await under.attack(under.b, under.says(under.b, "Like", address(wish), voices=said))

    stranger = (await under.client.get(address(wish), headers={"Accept": ACTIVITY_JSON})).json()

    assert (stranger["purpose"], stranger["publishes"]["name"]) == ("request", TITLE)
    assert not {"voices", "answers"} & set(stranger)


@pytest.mark.parametrize("audience", ["company", "alliance"])
async def test_a_stranger_finds_no_document_of_it(under: Siege, audience: str) -> None:
    wish = await ours(under, audience)

    answers = [
        await under.client.get(path, headers={"Accept": ACTIVITY_JSON})
        for path in (address(wish), f"{OURS}/requests/{wish.id}-wrong", f"{OURS}/requests/{wish.id}")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert not any(TITLE in answer.text for answer in answers)


def rating(by: Partner, session: Session, count: Any = 5, value: Any = 2, **changes: Any) -> dict[str, Any]:
    """What a company says that its people said."""
    return {
        "id": f"{by.origin}/company#feedback-1",
        "type": "AggregateRating",
        "itemReviewed": f"{OURS}/sessions/{session.id}",
        "ratingCount": count,
        "ratingValue": value,
        **changes,
    }


async def over(under: Siege, guests: int) -> Session:
    """A session of ours that is over, with so many people of `b` who were there."""
    session = await under.stage.publish(title="Vorbei")
    async with under.federation.instance.unit_of_work() as uow:
        of_b = select(Company.id).where(Company.uri == company_of(under.b))
        company = await uow.db.scalar(of_b)
        for number in range(guests):
            person = Person(
                id=uow.new_id(),
                uri=f"{under.b.origin}/people/{100 + number}",
                username=f"gast{number}",
                host=under.b.origin.split("//")[1],
                name=f"Gast {number}",
                company_id=company,
                created_at=uow.now,
                updated_at=uow.now,
            )
            place = Attendance(
                id=uow.new_id(), session_id=session.id, person=person, state="going", since=uow.now,
                created_at=uow.now,
            )  # fmt: skip
            uow.db.add_all([person, place])
        stored = await uow.db.get_one(Session, session.id)
        stored.starts_at, stored.ends_at = uow.now - timedelta(hours=2), uow.now - timedelta(hours=1)
    return session


async def sums(under: Siege) -> list[tuple[int, int]]:
    async with under.federation.instance.reading() as db:
        return [(row.batches, row.points) for row in await db.scalars(select(FeedbackFromAlly))]


async def test_sums_that_can_not_be_are_not_believed(under: Siege) -> None:
    session = await over(under, guests=6)
    wrong: list[dict[str, Any]] = [
        rating(under.b, session, count=4),
        rating(under.b, session, count=10),
        rating(under.b, session, count=0),
        rating(under.b, session, count=-5),
        rating(under.b, session, count="5"),
        rating(under.b, session, count=10**18),
        rating(under.b, session, value=2.5),
        rating(under.b, session, value=float("1e308")),
        rating(under.b, session, value=True),
        rating(under.b, session, value=None),
        rating(under.b, session, id=f"{under.c.origin}/company#feedback-1"),
        rating(under.b, session, itemReviewed=f"{under.b.origin}/sessions/1"),
        rating(under.b, session, itemReviewed=f"{OURS}/sessions/99"),
    ]

    for one in wrong:
        verdict = await under.attack(under.b, under.says(under.b, "Create", one))
        assert verdict.state in ("ignored", "refused", "failed"), one
    person = await under.attack(
        under.b, under.says(under.b, "Create", rating(under.b, session), person_of(under.b))
    )
    other = await under.attack(under.c, under.says(under.c, "Create", rating(under.c, session)))
    assert {person.state, other.state} == {"ignored"}
    assert await sums(under) == []

    right = await under.attack(under.b, under.says(under.b, "Create", rating(under.b, session, value=1)))
    again = await under.attack(under.b, under.says(under.b, "Create", rating(under.b, session, value=0)))
    assert (right.state, again.state) == ("processed", "ignored")
    assert await sums(under) == [(1, 1)]
