"""Who may follow, who decides, and who learns of it."""

import pytest
from sqlalchemy import select

from alliance.employing import erase_employee
from alliance.facts import CompanyChanged
from alliance.models import Company
from federation.announcing.actors import tell_actor
from federation.followers import accept_follower, choose_approval, remove_follower
from federation.keys import rotate_keys
from federation.models import Follow
from federation.uris import COMPANY, INSTANCE, person_actor
from tests.federation.announcements.outgoing import sent
from tests.federation.feps.followed import delivered, follow, follows, person
from tests.hostile.siege import OURS, Siege
from tests.partner import ACTIVITY_JSON
from tests.web.pages.scenes import introduced

SAME = {"Sec-Fetch-Site": "same-origin"}


def path_of(under: Siege, actor: str) -> str:
    return {COMPANY: "/company", INSTANCE: "/actor"}.get(actor, f"/people/{under.stage.host.id}")


async def by_hand(under: Siege, actor: str, yes: bool = True) -> None:
    async with under.federation.instance.unit_of_work() as uow:
        await choose_approval(uow, actor, by_hand=yes)


async def document(under: Siege, path: str) -> dict[str, object]:
    found: dict[str, object] = (await under.client.get(path, headers={"Accept": ACTIVITY_JSON})).json()
    return found


async def asked_ids(under: Siege) -> list[int]:
    async with under.federation.instance.reading() as db:
        return list(await db.scalars(select(Follow.id).order_by(Follow.id)))


@pytest.mark.parametrize("who", ["company", "instance", "person"])
async def test_every_public_account_can_be_followed_at_once_or_by_hand(under: Siege, who: str) -> None:
    await introduced(under.federation.instance, under.stage.host)
    actor = {"company": COMPANY, "instance": INSTANCE}.get(who, person_actor(under.stage.host.id))
    path = path_of(under, actor)

    before = await document(under, path)
    await by_hand(under, actor)
    after = await document(under, path)
    await follow(under, f"{OURS}{path}")
    waiting = await follows(under)
    count = await document(under, f"{path}/followers")

    assert (before["manuallyApprovesFollowers"], after["manuallyApprovesFollowers"]) == (False, True)
    assert waiting == {(person(under.x), f"{OURS}{path}", "asked")}
    assert count["totalItems"] == 0
    assert await sent(under.federation.instance, "Accept", "Reject") == []
    async with under.federation.instance.unit_of_work() as uow:
        await accept_follower(uow, actor, (await asked_ids(under))[0])
    assert (await delivered(under, under.x, "Accept"))[0].activity["object"]["object"] == f"{OURS}{path}"
    assert (await document(under, f"{path}/followers"))["totalItems"] == 1


async def test_whoever_asks_again_is_one_follower(under: Siege) -> None:
    for _ in range(3):
        await follow(under)

    assert await follows(under) == {(person(under.x), f"{OURS}/company", "accepted")}
    assert len(await sent(under.federation.instance, "Accept")) == 3


async def test_whoever_follows_already_is_not_asked_to_wait(under: Siege) -> None:
    await follow(under)
    await by_hand(under, COMPANY)

    await follow(under)

    assert await follows(under) == {(person(under.x), f"{OURS}/company", "accepted")}


async def test_whoever_waits_is_let_in_when_nobody_looks_any_more(under: Siege) -> None:
    await by_hand(under, COMPANY)
    await follow(under)

    await by_hand(under, COMPANY, yes=False)

    assert await follows(under) == {(person(under.x), f"{OURS}/company", "accepted")}
    assert len(await sent(under.federation.instance, "Accept")) == 1


@pytest.mark.parametrize("state", ["asked", "accepted"])
async def test_whoever_is_declined_or_removed_is_told(under: Siege, state: str) -> None:
    await by_hand(under, COMPANY, yes=state == "asked")
    await follow(under)

    async with under.federation.instance.unit_of_work() as uow:
        await remove_follower(uow, COMPANY, (await asked_ids(under))[0])

    assert await follows(under) == set()
    no = (await delivered(under, under.x, "Reject"))[0].activity
    assert (no["actor"], no["object"]["actor"]) == (f"{OURS}/company", person(under.x))


async def test_whoever_goes_by_themselves_is_gone(under: Siege) -> None:
    await by_hand(under, COMPANY)
    asked = under.says(under.x, "Follow", f"{OURS}/company", person(under.x))
    await under.attack(under.x, asked)

    undone = await under.attack(under.x, under.says(under.x, "Undo", asked, person(under.x)))

    assert undone.state == "processed"
    assert await follows(under) == set()


@pytest.mark.parametrize("name", ["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"])
async def test_this_is_no_relay(under: Siege, name: str) -> None:
    """Mastodon asks relays to pass everything on by following as:Public (app/models/relay.rb, 4.4)."""
    async with under.unchanged():
        verdict = await under.attack(under.x, under.says(under.x, "Follow", name, under.x.actor))

    assert (verdict.state, verdict.reason) == ("refused", "nobody follows everybody: this is no relay")


async def test_followers_of_the_instance_get_what_it_announces(under: Siege) -> None:
    await follow(under, f"{OURS}/actor")

    session = await under.stage.publish(audience="public")

    announced = (await delivered(under, under.x, "Announce"))[0].activity
    assert announced["object"] == f"{OURS}/sessions/{session.id}"
    assert await delivered(under, under.x, "Create") == []


async def test_names_of_followers_are_for_the_owner_alone(under: Siege) -> None:
    await introduced(under.federation.instance, under.stage.host)
    own = f"/people/{under.stage.host.id}"
    for path in ("/company", own):
        await follow(under, f"{OURS}{path}")
    stranger, jonas = await under.browser(), await under.browser(under.stage.host)
    ada = await under.browser(under.stage.admin)

    seen = {
        "owner": (await jonas.get("/settings/followers")).text,
        "admin": (await ada.get("/admin/followers")).text,
        "other": (await ada.get("/settings/followers")).text,
        "stranger": (await stranger.get("/settings/followers")).text,
        "no admin": (await jonas.get("/admin/followers")).text,
        "page": (await stranger.get("/@jonas")).text,
        "machines": (await under.get(f"{own}/followers")).text + (await under.get("/company/followers")).text,
        "allies": (await under.get(f"{own}/followers", under.b)).text,
    }

    assert {who for who, text in seen.items() if "Kim Sander" in text or person(under.x) in text} == {
        "owner",
        "admin",
    }


async def test_the_buttons_do_what_they_say_for_their_owner_alone(under: Siege) -> None:
    await introduced(under.federation.instance, under.stage.host)
    actor = person_actor(under.stage.host.id)
    jonas, ada = await under.browser(under.stage.host), await under.browser(under.stage.admin)
    chosen = await jonas.post("/settings/followers", data={"by_hand": "yes"}, headers=SAME)
    await follow(under, f"{OURS}/people/{under.stage.host.id}")
    number = (await asked_ids(under))[0]

    foreign = [
        await ada.post(f"/settings/followers/{number}/accept", headers=SAME),
        await ada.post(f"/admin/followers/company/{number}/accept", headers=SAME),
        await ada.post(f"/admin/followers/{actor}/{number}/accept", headers=SAME),
        await jonas.post(f"/settings/followers/{number}/nonsense", headers=SAME),
        await jonas.post(f"/admin/followers/company/{number}/accept", headers=SAME),
        await jonas.post(f"/settings/followers/{(1 << 63) + 5}/accept", headers=SAME),
    ]
    waiting = (await jonas.get("/settings/followers")).text
    accepted = await jonas.post(f"/settings/followers/{number}/accept", headers=SAME)

    assert chosen.status_code == 303
    assert [answer.status_code for answer in foreign] == [404] * 6
    assert f'action="/settings/followers/{number}/accept"' in waiting
    assert accepted.status_code == 303
    assert {state for _, _, state in await follows(under)} == {"accepted"}


async def test_an_alliance_is_not_ended_on_the_page_of_followers(under: Siege) -> None:
    await follow(under, f"{OURS}/actor", by=under.b, path="/actor")
    ada = await under.browser(under.stage.admin)
    numbers = await asked_ids(under)

    for number in numbers:
        answer = await ada.post(f"/admin/followers/instance/{number}/remove", headers=SAME)
        assert answer.status_code == 404

    assert under.b.actor not in (await ada.get("/admin/followers")).text


async def test_somebody_who_is_erased_has_no_followers_and_they_are_told(under: Siege) -> None:
    await introduced(under.federation.instance, under.stage.host)
    await follow(under, f"{OURS}/people/{under.stage.host.id}")

    async with under.federation.instance.unit_of_work() as uow:
        await erase_employee(uow, under.stage.host.id)

    gone = (await delivered(under, under.x, "Delete"))[0].activity
    assert gone["object"] == f"{OURS}/people/{under.stage.host.id}"
    assert await follows(under) == set()


async def test_followers_hear_of_new_keys_and_the_signature_holds(under: Siege) -> None:
    await follow(under)
    before = (await document(under, "/company"))["publicKey"]
    async with under.federation.instance.unit_of_work() as uow:
        await rotate_keys(uow, COMPANY, under.federation.keyring)
        await tell_actor(uow, COMPANY)

    told = (await delivered(under, under.x, "Update"))[0].activity["object"]

    after = (await document(under, "/company"))["publicKey"]
    assert told["publicKey"] == after != before


async def test_followers_hear_when_the_company_says_something_else_of_itself(under: Siege) -> None:
    await follow(under)
    async with under.federation.instance.unit_of_work() as uow:
        company = await uow.db.get_one(Company, under.stage.founded.company.id)
        company.summary = "We grind lenses."
        uow.record(CompanyChanged(company))

    told = [got.activity["object"] for got in await delivered(under, under.x, "Update")]

    assert [(one["id"], "grind" in one["summary"]) for one in told] == [(f"{OURS}/company", True)]
