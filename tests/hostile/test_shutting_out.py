"""Domains that are silenced or suspended, actors that are blocked, reports: the effect on every way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, literal, select

from alliance.domain_policies import free_domain, treat_domain
from alliance.errors import Conflict, Invalid, NotFound
from alliance.models import DomainPolicy, Notification, Policies
from alliance.models import Partner as PartnerRow
from alliance.models.domain_policy import domain_of, is_domain
from federation.failures import MediaRefused, ShutOut
from federation.models import Delivery, Follow
from federation.recipients import partner_inboxes
from federation.webfinger import actor_of
from tests.federation.announcements.outgoing import sent
from tests.hostile.siege import INBOX, OURS, Siege, Verdict
from tests.hostile.talking import comments, note, page, person_of, shown_to, to_allies
from tests.partner import Partner

ALIASES = ["{host}", "{upper}", "{host}.", "{host}:{port}", "http://{host}/", " {host} "]


async def treat(under: Siege, domain: str, severity: str = "suspend", *, rejects_media: bool = False) -> None:
    async with under.federation.instance.unit_of_work() as uow:
        await treat_domain(uow, domain, severity, rejects_media=rejects_media)


async def free(under: Siege, domain: str) -> None:
    async with under.federation.instance.unit_of_work() as uow:
        await free_domain(uow, domain)


def hello(
    under: Siege, by: Partner, kind: str = "Like", about: str = f"{OURS}/sessions/1"
) -> dict[str, object]:
    return under.says(by, kind, about, person_of(by))


@pytest.mark.parametrize(
    "kind",
    ["Create", "Update", "Delete", "Undo", "Follow", "Announce", "Join", "Like", "Flag", "Block", "Move"],
)
async def test_a_suspended_domain_stands_before_a_closed_door_whatever_it_brings(
    under: Siege, kind: str
) -> None:
    await treat(under, under.x.host)

    async with under.unchanged():
        verdict = await under.attack(under.x, hello(under, under.x, kind))

    assert verdict == Verdict(403)
    assert under.x.asked == []
    assert await under.tallied() == {"blocked": 1}


async def test_a_second_signature_does_not_hide_a_suspended_domain(under: Siege) -> None:
    await treat(under, under.x.host)
    activity = hello(under, under.b)
    good, _ = under.b.signed(INBOX, activity, key=under.b.key(person_of(under.b)))
    bad, _ = under.x.signed(INBOX, activity, key=under.x.key(person_of(under.x)))
    both = [("Signature", good["Signature"]), ("Signature", bad["Signature"])]
    rest = [(name, value) for name, value in good.items() if name != "Signature"]

    answer = await under.client.post(INBOX, headers=[*rest, *both], json=activity)

    assert answer.status_code in (400, 401, 403)
    assert under.x.asked == []


async def test_a_signed_get_of_a_suspended_domain_is_refused_before_its_key_is_asked_for(
    under: Siege,
) -> None:
    session = await under.stage.publish(audience="public")
    await treat(under, under.x.host)

    answer = await under.get(f"/sessions/{session.id}", under.x, person_of(under.x))

    assert answer.status_code == 403
    assert under.x.asked == []


async def test_what_was_taken_in_before_is_refused_afterwards(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    like = hello(under, under.x, about=page(session))
    assert (await under.post(under.x, like)).status_code == 202

    await treat(under, under.x.host)
    async with under.unchanged():
        await under.work()

    assert "interested" not in await shown_to(under, session)


async def test_nothing_is_fetched_from_there_and_nothing_sent(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    await under.stage.edit(session, audience="alliance", title="Something else")
    async with under.federation.instance.reading() as db:
        waiting = select(func.count()).where(Delivery.inbox == under.b.inbox, Delivery.state == "waiting")
        assert await db.scalar(waiting) == 2
    await treat(under, under.b.host)
    fetched = len(under.b.asked)

    async with under.federation.instance.reading() as db:
        assert await db.scalar(waiting) == 0
        assert await partner_inboxes(db) == {under.c.inbox}
    await under.stage.edit(session, audience="alliance", title="Something new")
    assert all(under.b.inbox not in one.inboxes for one in (await sent(under.federation.instance))[2:])
    with pytest.raises(ShutOut):
        await under.federation.fetcher.document(person_of(under.b))
    with pytest.raises(ShutOut):
        await under.federation.client.send("POST", under.b.inbox, body=b"{}")
    with pytest.raises(ShutOut):
        await actor_of(under.federation.fetcher, under.b.origin, "mira")
    assert len(under.b.asked) == fetched


async def test_an_allys_announce_of_their_words_brings_nothing(under: Siege) -> None:
    await under.attack(under.b, under.says(under.b, "Create", under.event(under.b)))
    await treat(under, under.x.host)
    stub = {
        "id": f"{under.x.origin}/notes/1",
        "type": "Note",
        "inReplyTo": f"{under.b.origin}/sessions/5",
    }

    async with under.unchanged():
        verdict = await under.attack(under.b, under.says(under.b, "Announce", stub))

    assert verdict.state == "refused"
    assert under.x.asked == []


async def test_an_alliance_ends_and_their_people_words_and_sessions_disappear_until_they_are_freed(
    under: Siege,
) -> None:
    ours = await under.stage.publish(audience="public")
    await under.attack(
        under.b, under.says(under.b, "Create", to_allies(under.b, page(ours)), person_of(under.b))
    )
    await under.attack(under.b, under.says(under.b, "Create", under.event(under.b)))
    theirs = await under.session(f"{under.b.origin}/sessions/5")
    assert theirs is not None
    assert "coffee" in await shown_to(under, ours, under.stage.host)

    await treat(under, under.b.host)
    assert "coffee" not in await shown_to(under, ours, under.stage.host)
    assert "Lichtleiter" not in await shown_to(under, theirs, under.stage.host)
    async with under.federation.instance.reading() as db:
        states = list(await db.scalars(select(PartnerRow.state).order_by(PartnerRow.company_id)))
    assert states == ["left", "allied"]

    await free(under, under.b.host)
    assert "coffee" in await shown_to(under, ours, under.stage.host)
    assert (await under.attack(under.b, hello(under, under.b, about=page(ours)))).status == 202


async def test_follows_end_in_both_directions(under: Siege) -> None:
    async with under.federation.instance.unit_of_work() as uow:
        for follower, followed in (
            (person_of(under.x), f"{OURS}/company"),
            (f"{OURS}/people/1", person_of(under.x)),
            (person_of(under.c), f"{OURS}/company"),
        ):
            uow.db.add(
                Follow(
                    id=uow.new_id(), follower_uri=follower, followed_uri=followed, state="accepted",
                    activity_uri=f"{follower}#f", created_at=uow.now,
                )
            )  # fmt: skip

    await treat(under, under.x.host)

    async with under.federation.instance.reading() as db:
        left = list(await db.scalars(select(Follow.follower_uri)))
    assert left == [person_of(under.c)]


async def test_places_of_theirs_become_free(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    await under.attack(under.x, hello(under, under.x, "Join", page(session)))
    assert await under.places(session) == {person_of(under.x): "going"}

    await treat(under, under.x.host)

    assert await under.places(session) == {person_of(under.x): "declined"}


@pytest.mark.parametrize("alias", ALIASES)
async def test_a_domain_is_one_domain_however_it_is_spelled(under: Siege, alias: str) -> None:
    spelled = alias.format(host=under.x.host, upper=under.x.host.upper(), port=under.x.port)
    await treat(under, spelled)

    assert (await under.attack(under.x, hello(under, under.x))).status == 403


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Bücher.Example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("ｅvil。example", "evil.example"),
        ("xn--BCHER-kva.example.", "xn--bcher-kva.example"),
        ("evil.example:8443", "evil.example"),
        ("[2001:DB8::1]:443", "2001:db8::1"),
        ("a_b.example", "a_b.example"),
    ],
)
def test_every_spelling_of_a_domain_becomes_one(typed: str, known: str) -> None:
    assert domain_of(typed) == known
    assert is_domain(known)


@pytest.mark.parametrize(
    "nonsense",
    ["", "0.0.2", "a b.example", "x/y", "a..b", "%.example", "me@x.example", "1", "a" * 64 + ".example"],
)
async def test_nonsense_is_no_domain(under: Siege, nonsense: str) -> None:
    with pytest.raises(Invalid):
        await treat(under, nonsense)


async def test_nobody_shuts_themselves_out(under: Siege) -> None:
    for own in ("nordlicht.localhost", "localhost"):
        with pytest.raises(Conflict):
            await treat(under, own)


_LABELS = st.lists(st.sampled_from(["a", "b", "evil", "example", "xn--p1ai"]), min_size=1, max_size=4)


@given(_LABELS, _LABELS)
def test_what_lies_below_a_domain_is_treated_like_it(domain: list[str], host: list[str]) -> None:
    policies = Policies([DomainPolicy(domain=".".join(domain), severity="suspend", rejects_media=True)])

    assert policies.of(".".join(host)).suspended == (host[-len(domain) :] == domain)


async def test_the_database_decides_as_the_program_does(under: Siege) -> None:
    hosts = [
        "evil.example",
        "a.evil.example:8001",
        "notevil.example",
        "evil.example.org",
        "127.0.0.4",
        "1127.0.0.4",
    ]
    await treat(under, "evil.example")
    await treat(under, "127.0.0.4")
    async with under.federation.instance.reading() as db:
        policies = Policies(await db.scalars(select(DomainPolicy)))
        for host in hosts:
            needle = literal(".") + DomainPolicy.domain + literal(":")
            written = literal(f".{host}:")
            said = select(func.count()).where(func.replace(written, needle, "") != written)
            assert bool(await db.scalar(said)) == policies.of(host).suspended, host


async def test_a_silenced_ally_waits_is_told_to_nobody_and_never_public(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    await under.attack(under.b, under.says(under.b, "Create", under.event(under.b, to=["as:Public"])))
    await treat(under, under.b.host, "silence")

    mine = note(under.b, page(session))
    assert (
        await under.attack(under.b, under.says(under.b, "Create", mine, person_of(under.b)))
    ).status == 202
    await under.attack(under.b, hello(under, under.b, about=page(session)))

    (comment,) = await comments(under)
    assert comment.state == "waiting"
    async with under.federation.instance.reading() as db:
        assert list(await db.scalars(select(Notification))) == []
    assert "interested" not in (await shown_to(under, session))
    async with await under.browser(under.stage.host) as browser:
        await browser.post(f"/comments/{comment.id}/show", headers={"Origin": OURS})
    assert "coffee" in await shown_to(under, session, under.stage.host)
    assert "coffee" not in await shown_to(under, session)
    theirs = await under.session(f"{under.b.origin}/sessions/5")
    assert theirs is not None
    assert "Lichtleiter" in await shown_to(under, theirs, under.stage.host)
    assert "Lichtleiter" not in await shown_to(under, theirs)
    await free(under, under.b.host)
    assert "coffee" in await shown_to(under, session)
    assert "1 interested" in await shown_to(under, session)


async def test_pictures_of_a_domain_are_refused_and_nothing_else(under: Siege) -> None:
    await treat(under, under.x.host, "none", rejects_media=True)
    under.x.documents["/notes/1"] = {"id": f"{under.x.origin}/notes/1", "type": "Note"}

    assert (await under.federation.fetcher.document(f"{under.x.origin}/notes/1")).id
    under.x.content_type = "image/png"
    with pytest.raises(MediaRefused):
        await under.federation.client.send("GET", f"{under.x.origin}/notes/1")


async def test_freeing_what_was_never_decided_is_not_found(under: Siege) -> None:
    with pytest.raises(NotFound):
        await free(under, "nobody.example")
