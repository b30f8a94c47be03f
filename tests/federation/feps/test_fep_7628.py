"""FEP-7628, move actor: headings name its sections; tests/federation/following tries the lies."""

from federation.leaving import find_account, move_away
from federation.uris import COMPANY
from tests.federation.feps.followed import delivered, follow, follows, person, we_follow
from tests.hostile.siege import OURS, Siege
from tests.partner import ACTIVITY_JSON


# "Move activity": id, type, actor, object, target; push mode is addressed to the followers of the old actor
async def test_our_move_has_every_property_and_goes_to_followers(under: Siege) -> None:
    await follow(under)
    new = under.c.add_actor("/people/8", "Group", alsoKnownAs=f"{OURS}/company")
    target = await find_account(under.federation, new)
    async with under.federation.instance.unit_of_work() as uow:
        await move_away(uow, COMPANY, target)

    move = (await delivered(under, under.x, "Move"))[0].activity

    assert move["id"].startswith(f"{OURS}/activities/")
    assert [move[name] for name in ("type", "actor", "object", "target")] == [
        "Move",
        f"{OURS}/company",
        f"{OURS}/company",
        new,
    ]
    assert f"{OURS}/company/followers" in move["cc"]
    # "movedTo": it MUST be there, and followers SHOULD hear of it by an Update
    actor = (await under.client.get("/company", headers={"Accept": ACTIVITY_JSON})).json()
    updates = [got.activity for got in under.x.received if got.activity["type"] == "Update"]
    assert actor["movedTo"] == updates[0]["object"]["movedTo"] == new


# "all actors following object MAY un-follow it and MUST send Follow to the target"; both modes
async def test_whoever_follows_goes_along_in_both_modes(under: Siege) -> None:
    ours = f"{OURS}/people/{under.stage.host.id}"
    await follow(under)
    for mode in ("push", "pull"):
        new = under.c.add_actor(f"/people/{mode}", "Person", alsoKnownAs=person(under.x))
        under.x.add_actor("/people/7", "Person", movedTo=new, alsoKnownAs=[new])
        await we_follow(under, ours, person(under.x))
        server, actor = (under.x, person(under.x)) if mode == "push" else (under.c, new)

        told = under.says(server, "Move", person(under.x), actor, target=new)
        verdict = await under.attack(server, told)

        assert verdict.state == "processed"
        assert (ours, new, "asked") in await follows(under)
        assert (ours, person(under.x), "accepted") not in await follows(under)
        under.federation.instance.clock.advance(days=8)  # type: ignore[attr-defined]


# "Publishers SHOULD NOT deliver activities to actor's inbox if movedTo property is present"
async def test_a_follower_who_has_moved_gets_nothing_there_any_more(under: Siege) -> None:
    await follow(under)
    new = under.c.add_actor("/people/8", "Person", alsoKnownAs=[person(under.x)])
    await under.attack(under.x, under.says(under.x, "Move", person(under.x), person(under.x), target=new))
    await under.stage.publish(audience="public")

    assert await delivered(under, under.x, "Create") == []
