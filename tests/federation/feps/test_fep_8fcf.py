"""FEP-8fcf, followers collection synchronization across servers; headings name its sections."""

import httpx
import pytest
from sqlalchemy import select

from federation.models import RemoteActor
from federation.pruning import prune_followers
from federation.signatures import Dialect, peek, sign
from federation.synchronisation import NOBODY, Synchronisation, digest_of, read_header
from tests.federation.announcements.outgoing import sent
from tests.federation.feps.followed import (
    compared,
    delivered,
    drifts,
    follow,
    follows,
    listing,
    person,
    says_with_header,
    we_follow,
)
from tests.hostile.siege import OURS, Siege
from tests.partner import ACTIVITY_JSON, Got, Partner, Programmed, as_request

COMPANY = f"{OURS}/company"


# "Partial follower collection digest"
def test_the_digest_of_the_fep() -> None:
    followers = ["https://testing.example.org/users/1", "https://testing.example.org/users/2"]

    assert digest_of(followers) == "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f"
    assert digest_of(reversed(followers)) == digest_of(followers)
    assert digest_of([]) == NOBODY


# "The Collection-Synchronization HTTP Header"
def test_the_header_of_the_fep() -> None:
    actor, digest = "https://example.org/users/1", digest_of(["https://testing.example.org/users/1"])
    written = str(Synchronisation.of(actor, digest))

    assert written == (
        f'collectionId="{actor}/followers", url="{actor}/followers_synchronization", digest="{digest}"'
    )
    assert read_header(written) == Synchronisation.of(actor, digest)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "nonsense",
        'collectionId="https://x/f", url="https://x/s"',
        f'collectionId="https://x/f", url="https://x/s", digest="{"g" * 64}"',
        f'url="https://x/s", url="https://y/s", collectionId="https://x/f", digest="{NOBODY}"',
        f'collectionId="https://x/{"f" * 3000}", url="https://x/s", digest="{NOBODY}"',
        f"collectionId=https://x/f, url=https://x/s, digest={NOBODY}",
    ],
)
def test_headers_that_can_not_be_read_are_none(value: str) -> None:
    assert read_header(value) is None


# "On the sender end"
@pytest.mark.parametrize("dialect", list(Dialect))
async def test_a_create_for_followers_brings_the_digest_of_the_receiving_host_signed(
    under: Siege, dialect: Dialect
) -> None:
    await follow(under)
    if dialect is Dialect.RFC9421:
        under.x.rule = refuse_cavage
    await under.stage.publish(audience="public")

    got = (await delivered(under, under.x, "Create"))[0]

    said = read_header(got.headers["collection-synchronization"])
    assert said == Synchronisation.of(COMPANY, digest_of([person(under.x)]))
    claims = peek(as_request(f"{under.x.origin}{got.path}", got.headers, got.body))
    assert [claim.covers("collection-synchronization") for claim in claims] == [True]
    assert got.dialect is dialect


async def test_what_is_not_for_followers_brings_none(under: Siege) -> None:
    await follow(under)

    accept = (await delivered(under, under.x, "Accept"))[0]

    assert "collection-synchronization" not in accept.headers


async def test_a_new_follower_is_in_the_next_digest(under: Siege) -> None:
    under.x.add_actor("/people/9", "Person")
    await follow(under)
    await under.stage.publish(audience="public")
    await delivered(under, under.x, "Create")
    await follow(under, path="/people/9")
    await under.stage.publish(audience="public", title="Grinding")

    last = (await delivered(under, under.x, "Create"))[-1]

    both = digest_of([person(under.x), person(under.x, "/people/9")])
    assert both in last.headers["collection-synchronization"]


# "Partial follower collection": for the host that asks, and for no other
async def test_the_list_answers_the_host_that_signs_with_its_own_part(under: Siege) -> None:
    await follow(under)
    await follow(under, by=under.b)

    ours = await asks(under, under.x)
    theirs = await asks(under, under.b)

    assert ours.json()["orderedItems"] == [person(under.x)]
    assert ours.json()["id"] == f"{COMPANY}/followers_synchronization"
    assert theirs.json()["orderedItems"] == [person(under.b)]
    assert ours.headers["cache-control"] == "private, no-store"


async def test_the_list_answers_nobody_who_does_not_sign(under: Siege) -> None:
    await follow(under)

    unsigned = await under.get("/company/followers_synchronization")
    unknown = await asks(under, under.c)
    forged = await asks(under, under.x, key_of=under.b)

    assert [answer.status_code for answer in (unsigned, unknown, forged)] == [401, 401, 401]
    assert person(under.x) not in unsigned.text + unknown.text + forged.text


async def test_somebody_without_public_profile_has_no_list(under: Siege) -> None:
    await follow(under)

    answer = await asks(under, under.x, path=f"/people/{under.stage.host.id}")

    assert answer.status_code == 404


# "On the receiving end"
@pytest.fixture
async def jonas(under: Siege) -> str:
    """One of ours, whom Kim has let follow; Kim's document is known from that."""
    ours = f"{OURS}/people/{under.stage.host.id}"
    await follow(under)
    await we_follow(under, ours, person(under.x))
    return ours


async def test_a_digest_that_agrees_changes_nothing(under: Siege, jonas: str) -> None:
    listing(under, jonas)

    assert await says_with_header(under, said_of(under, digest_of([jonas]))) == 202

    assert await drifts(under) == []


async def test_whom_they_do_not_list_no_longer_follows(under: Siege, jonas: str) -> None:
    url = listing(under)

    await says_with_header(under, said_of(under, NOBODY))

    assert await drifts(under) == [(person(under.x), url)]
    assert await compared(under) == 1
    assert (jonas, person(under.x), "accepted") not in await follows(under)
    assert await drifts(under) == []


async def test_a_pending_follow_that_they_list_is_accepted(under: Siege) -> None:
    ours = f"{OURS}/people/{under.stage.host.id}"
    await follow(under)
    await we_follow(under, ours, person(under.x), "asked")
    listing(under, ours)

    await says_with_header(under, said_of(under, digest_of([ours])))
    await compared(under)

    assert (ours, person(under.x), "accepted") in await follows(under)


async def test_whom_they_list_and_we_do_not_know_is_undone(under: Siege, jonas: str) -> None:
    ada, nobody = f"{OURS}/people/{under.stage.admin.id}", f"{OURS}/people/4711"
    listing(under, jonas, ada, nobody, "https://elsewhere.example/users/1")

    await says_with_header(under, said_of(under, digest_of([jonas, ada])))
    await compared(under)

    undone = await sent(under.federation.instance, "Undo")
    assert [(one.body["actor"], one.body["object"]["object"]) for one in undone] == [(ada, person(under.x))]
    assert undone[0].inboxes == (f"{person(under.x)}/inbox",)
    assert (jonas, person(under.x), "accepted") in await follows(under)


async def test_what_the_instance_follows_is_asked_for_once_more(under: Siege) -> None:
    await follow(under)
    await we_follow(under, f"{OURS}/actor", person(under.x))
    listing(under)

    await says_with_header(under, said_of(under, NOBODY))
    await compared(under)

    assert (f"{OURS}/actor", person(under.x), "asked") in await follows(under)
    assert [one.body["object"] for one in await sent(under.federation.instance, "Follow")] == [
        person(under.x)
    ]


async def test_a_header_that_is_not_signed_is_passed_over(under: Siege, jonas: str) -> None:
    listing(under)

    assert await says_with_header(under, said_of(under, NOBODY), signed=False) == 202

    assert await drifts(under) == []


async def test_a_header_signed_in_the_other_way_counts_too(under: Siege, jonas: str) -> None:
    listing(under)

    await says_with_header(under, said_of(under, NOBODY), dialect=Dialect.RFC9421)

    assert len(await drifts(under)) == 1


@pytest.mark.parametrize("what", ["collection", "url"])
async def test_a_header_about_somebody_else_is_passed_over(under: Siege, jonas: str, what: str) -> None:
    """The FEP: otherwise one server would have us ask for the followers of a third party's people."""
    victim = f"{under.b.origin}/people/7"
    said = Synchronisation.of(person(under.x), NOBODY)
    collection = f"{victim}/followers" if what == "collection" else said.collection
    url = f"{victim}/followers_synchronization" if what == "url" else said.url

    await says_with_header(under, str(Synchronisation(collection, url, NOBODY)))

    assert await drifts(under) == []


async def test_a_list_that_lies_elsewhere_changes_nothing(under: Siege, jonas: str) -> None:
    url = listing(under)
    elsewhere = listing(under, server=under.b)
    under.x.documents["/people/7/followers_synchronization"] = {
        "id": elsewhere, "type": "OrderedCollection", "orderedItems": [],
    }  # fmt: skip

    await says_with_header(under, said_of(under, NOBODY))
    await compared(under)

    assert (jonas, person(under.x), "accepted") in await follows(under)
    assert await drifts(under) == [(person(under.x), url)]  # tried again later, three times at most


async def test_a_list_without_end_changes_nothing(under: Siege, jonas: str) -> None:
    url = listing(under)
    page = {"id": url, "type": "OrderedCollectionPage", "orderedItems": [], "next": url}
    under.x.documents["/people/7/followers_synchronization"] = page
    before = len(under.x.asked)

    await says_with_header(under, said_of(under, NOBODY))
    await compared(under)

    assert (jonas, person(under.x), "accepted") in await follows(under)
    assert len(under.x.asked) - before == 10


async def test_one_actor_makes_us_ask_once_in_half_an_hour(under: Siege, jonas: str) -> None:
    listing(under, jonas)
    for number in range(20):
        await says_with_header(under, said_of(under, f"{number:064x}"))
        await compared(under)

    assert under.x.asked.count("/people/7/followers_synchronization") == 1


async def test_a_delivery_is_taken_whatever_the_header_says(under: Siege) -> None:
    for value in ("nonsense", 'digest="', "x" * 5000):
        assert await says_with_header(under, value) == 202


async def test_followers_of_accounts_that_are_gone_are_dropped(under: Siege) -> None:
    await follow(under)
    assert await prune_followers(under.federation) == 0
    async with under.federation.instance.unit_of_work() as uow:
        kim = await uow.db.scalar(select(RemoteActor).where(RemoteActor.uri == person(under.x)))
        assert kim is not None
        kim.gone_at = uow.now

    assert await prune_followers(under.federation) == 1
    assert await follows(under) == set()


def said_of(under: Siege, digest: str) -> str:
    return str(Synchronisation.of(person(under.x), digest))


def refuse_cavage(got: Got) -> Programmed:
    return Programmed(401) if got.dialect is Dialect.CAVAGE else Programmed()


async def asks(
    under: Siege, who: Partner, *, path: str = "/company", key_of: Partner | None = None
) -> httpx.Response:
    """A GET of the list, signed by an actor of `who` (with the key of another server, if one is named)."""
    url = f"{OURS}{path}/followers_synchronization"
    now = under.federation.instance.clock.now()
    key = who.key(person(who))
    if key_of is not None:
        key = type(key)(key.key_id, key.owner, key_of.key().material)
    headers = sign("GET", url, None, key, Dialect.CAVAGE, now)
    return await under.client.get(url, headers={"Accept": ACTIVITY_JSON, **headers})
