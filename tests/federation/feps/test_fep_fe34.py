"""FEP-fe34, origin-based security model: headings name its sections; tests/hostile tries many more."""

import pytest

from tests.federation.feps.followed import person
from tests.hostile.siege import OURS, Siege, company_of


# "Authentication": delivered with a signature of the same origin (2), or fetched from its origin (1)
async def test_what_its_own_origin_delivers_is_authentic(under: Siege) -> None:
    event = under.event(under.b)

    assert (await under.attack(under.b, under.says(under.b, "Create", event))).state == "processed"


async def test_what_another_origin_delivers_is_discarded(under: Siege) -> None:
    event = under.event(under.b)

    async with under.unchanged():
        verdict = await under.attack(under.c, under.says(under.c, "Create", event))

    assert verdict.state == "refused"


async def test_what_is_only_named_is_fetched_from_its_origin(under: Siege) -> None:
    event = under.event(under.b)
    under.b.documents["/sessions/5"] = event

    assert (await under.attack(under.b, under.says(under.b, "Create", event["id"]))).state == "processed"
    assert "/sessions/5" in under.b.asked


# "Ownership": the id of an object and of its owner have the same origin
async def test_an_owner_of_another_origin_is_refused(under: Siege) -> None:
    event = under.event(under.b, attributedTo=company_of(under.c))

    async with under.unchanged():
        assert (await under.attack(under.b, under.says(under.b, "Create", event))).state != "processed"


# "Create, update and delete"
@pytest.mark.parametrize("kind", ["Update", "Delete"])
async def test_only_the_owner_changes_or_deletes(under: Siege, kind: str) -> None:
    event = under.event(under.b)
    await under.attack(under.b, under.says(under.b, "Create", event))

    async with under.unchanged():
        told = under.says(under.b, kind, {**event, "name": "Hijacked"}, person(under.b))
        assert (await under.attack(under.b, told)).state in ("refused", "ignored")


async def test_only_the_owner_adds_to_a_list(under: Siege) -> None:
    event = under.event(under.b)
    under.b.documents["/sessions/5"] = event
    theirs, others = f"{company_of(under.b)}/featured", f"{company_of(under.c)}/featured"

    foreign = await under.attack(under.b, under.says(under.b, "Add", event["id"], target=others))
    own = await under.attack(under.b, under.says(under.b, "Add", event["id"], target=theirs))
    removed = await under.attack(under.b, under.says(under.b, "Remove", event["id"], target=theirs))

    assert (foreign.state, own.state, removed.state) == ("refused", "processed", "ignored")
    assert await under.session(event["id"]) is not None


async def test_our_own_session_on_their_list_changes_nothing(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    added = under.says(
        under.b, "Add", f"{OURS}/sessions/{session.id}", target=f"{company_of(under.b)}/featured"
    )

    async with under.unchanged():
        assert (await under.attack(under.b, added)).state == "ignored"


# "Access control": a GET of what is protected is signed by somebody in the audience
async def test_what_is_protected_answers_its_audience(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    path = f"/sessions/{session.id}"

    answers = [await under.get(path, by) for by in (None, under.x, under.b)]
    people = await under.get(path, under.b, person(under.b))

    assert [answer.status_code for answer in answers] == [404, 404, 200]
    assert people.status_code == 404  # the same origin is not enough


# "Cross-origin relationships": reciprocal claims; moves are in tests/federation/following
async def test_a_key_of_another_origin_proves_nothing(under: Siege) -> None:
    told = under.says(under.x, "Create", {"type": "Note"}, person(under.x))

    answer = await under.post(under.x, told, key=under.b.key(person(under.b)))

    assert answer.status_code in (401, 403)
