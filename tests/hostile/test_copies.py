"""A cache in between keeps what everybody may have, and never what was for an ally alone."""

import httpx

from alliance.commenting import delete_comment, say
from alliance.publishing import postpone_session
from tests.federation.announcements.outgoing import follower, sent
from tests.hostile.siege import OURS, Siege
from tests.hostile.talking import page, person_of, to_allies


def is_kept(answer: httpx.Response) -> bool:
    """Whether a cache may hand this answer to somebody else."""
    return "public" in answer.headers["Cache-Control"]


async def test_what_became_an_allys_alone_is_kept_by_nobody(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    (create,) = await sent(under.federation.instance, "Create")
    path = str(create.body["id"]).removeprefix(OURS)
    assert is_kept(await under.get(path))

    await under.stage.edit(session, audience="alliance", title="Between us")

    read = await under.get(path, under.b)
    assert read.json()["object"]["name"] == "Between us"
    assert not is_kept(read)
    assert (await under.get(path)).status_code == 404


async def test_that_something_for_allies_is_gone_is_kept_by_nobody(under: Siege) -> None:
    await follower(under.stage, "kim")
    session = await under.stage.publish(audience="alliance")
    async with under.federation.instance.unit_of_work() as uow:
        await postpone_session(uow, session.id, "", under.stage.host)
        ours = await say(uow, session.id, under.stage.host, "Bring a mug.")
    async with under.federation.instance.unit_of_work() as uow:
        await delete_comment(uow, ours.id, under.stage.host)
    said = await under.get(f"/comments/{ours.id}-{ours.token}", under.b)
    await under.stage.withdraw(session)
    creates = await sent(under.federation.instance, "Create")
    (note,) = [one.object_uri.removeprefix(OURS) for one in creates if "/notes/" in one.object_uri]

    for gone in (
        said,
        await under.get(page(session).removeprefix(OURS), under.b),
        await under.get(note, under.b),
    ):
        assert gone.status_code == 410
        assert not is_kept(gone)


async def test_an_allys_list_of_a_conversation_is_kept_by_nobody(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    await under.attack(
        under.b, under.says(under.b, "Create", to_allies(under.b, page(session)), person_of(under.b))
    )
    await under.stage.edit(session, audience="public")
    path = f"{page(session).removeprefix(OURS)}/replies"

    theirs, anybodys = await under.get(path, under.b), await under.get(path)

    assert (theirs.json()["totalItems"], anybodys.json()["totalItems"]) == (1, 0)
    assert (is_kept(theirs), is_kept(anybodys)) == (False, True)
