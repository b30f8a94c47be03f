"""Somebody moves who has said and liked things here, or of whom we wanted to hear nothing more."""

import pytest
from sqlalchemy import select

from alliance.domain_policies import free_domain, treat_domain
from alliance.models import ActorBlock, Employee, Person, Reaction
from alliance.moderating import block_person
from tests.hostile.siege import Siege, Verdict
from tests.hostile.talking import comments, note, page, person_of, said
from tests.partner import Partner

NEW = "/people/9"


async def talks(under: Siege) -> str:
    """Somebody comments on a session, likes it and comes; the address of what they said."""
    session = await under.stage.publish(audience="public")
    mine = note(under.x, page(session))
    await under.attack(under.x, under.says(under.x, "Create", mine, person_of(under.x)))
    for kind in ("Like", "Join"):
        await under.attack(under.x, under.says(under.x, kind, page(session), person_of(under.x)))
    return str(mine["id"])


async def moves(under: Siege, to: Partner, *, told_by: str = "old", path: str = NEW) -> Verdict:
    """From the server that nobody knows to another one, or to another account there."""
    old = person_of(under.x)
    new = to.add_actor(path, "Person", name="Kim Sander", alsoKnownAs=[old])
    under.x.documents["/people/7"] |= {"movedTo": new}  # type: ignore[operator]
    server, actor = (under.x, old) if told_by == "old" else (to, new)
    return await under.attack(server, under.says(server, "Move", old, actor, target=new))


async def author(under: Siege) -> str | None:
    (comment,) = await comments(under)
    return comment.author.uri


async def test_what_they_liked_goes_along_and_counts_once(under: Siege) -> None:
    await talks(under)
    await moves(under, under.x)
    new = f"{under.x.origin}{NEW}"
    (comment,) = await comments(under)

    again = under.says(under.x, "Like", f"{_origin(under)}/sessions/{comment.session_id}", new)
    await under.attack(under.x, again)

    async with under.federation.instance.reading() as db:
        assert [row.actor for row in await db.scalars(select(Reaction))] == [new]


async def test_what_they_said_can_still_be_deleted_where_it_was_written(under: Siege) -> None:
    address = await talks(under)
    await moves(under, under.x)
    assert await author(under) == f"{under.x.origin}{NEW}"

    verdict = await under.attack(under.x, under.says(under.x, "Delete", address, person_of(under.x)))

    assert verdict.state == "processed"
    assert await said(under) == [("deleted", "")]


async def test_nobody_else_deletes_what_somebody_said_who_has_moved(under: Siege) -> None:
    address = await talks(under)
    await moves(under, under.x)

    verdict = await under.attack(under.x, under.says(under.x, "Delete", address, person_of(under.x, 8)))

    assert verdict.state == "refused"
    assert [state for state, _ in await said(under)] == ["waiting"]


async def test_with_the_old_account_goes_what_was_said_by_it_and_the_place_stays(under: Siege) -> None:
    await talks(under)
    await moves(under, under.x)
    (comment,) = await comments(under)

    gone = under.says(under.x, "Delete", person_of(under.x), person_of(under.x))
    await under.attack(under.x, gone)

    assert await said(under) == [("deleted", "")]
    async with under.federation.instance.reading() as db:
        kim = (await db.scalars(select(Person).where(Person.id == comment.author_id))).one()
    assert kim.gone_at is None


@pytest.mark.parametrize("told_by", ["old", "new"])
async def test_a_blocked_actor_does_not_come_back_under_another_name(under: Siege, told_by: str) -> None:
    await talks(under)
    async with under.federation.instance.unit_of_work() as uow:
        admin = await uow.db.get_one(Employee, under.stage.admin.id)
        kim = (await uow.db.scalars(select(Person).where(Person.uri == person_of(under.x)))).one()
        await block_person(uow, kim, admin)

    async with under.unchanged():
        verdict = await moves(under, under.c, told_by=told_by)

    assert verdict.status == 403 or verdict.state == "refused"
    assert await author(under) == person_of(under.x)
    async with under.federation.instance.reading() as db:
        assert [row.actor_uri for row in await db.scalars(select(ActorBlock))] == [person_of(under.x)]


@pytest.mark.parametrize("severity", ["silence", "suspend"])
@pytest.mark.parametrize("told_by", ["old", "new"])
async def test_nobody_leaves_a_domain_that_is_shut_out_with_their_words(
    under: Siege, severity: str, told_by: str
) -> None:
    await talks(under)
    async with under.federation.instance.unit_of_work() as uow:
        await treat_domain(uow, under.x.host, severity)

    verdict = await moves(under, under.c, told_by=told_by)

    assert verdict.status == 403 or verdict.state in ("refused", "ignored")
    assert await author(under) == person_of(under.x)
    async with under.federation.instance.unit_of_work() as uow:
        await free_domain(uow, under.x.host)
    assert await author(under) == person_of(under.x)


def _origin(under: Siege) -> str:
    return under.federation.instance.settings.origin
