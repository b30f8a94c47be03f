"""A badge says what its owner chose, in the words of Open Badges 3.0; anything else is told apart."""

import asyncio
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from alliance.badges import MOST_OF_ONE, MOST_REVOKED, revoke_badge
from alliance.errors import Conflict
from alliance.models import Confirmation
from federation.badges import (
    CONTEXT,
    Bearer,
    badge_for,
    credential,
    issuer_document,
    issuer_uri,
    listed_as_void,
    revocation_list,
)
from federation.client import MAX_BYTES
from federation.keys import rotate_keys
from federation.signatures import SecretKey
from federation.signatures.credentials import sign_credential
from federation.uris import COMPANY
from federation.verifying_badges import MOST_BYTES, NotABadge, Verdict, issuer_of, read_badge, verify_badge
from federation.wiring import Federation
from tests.support.clock import FrozenClock
from tests.support.founding import Founded

ORIGIN = "https://nordlicht.example"
Json = dict[str, Any]


@pytest.fixture
async def confirmed(federation: Federation, founded: Founded) -> Confirmation:
    """Jonas was at a session of an ally, and says so."""
    async with founded.instance.unit_of_work() as uow:
        made = Confirmation(
            id=uow.new_id(),
            person_id=founded.employee.id,
            session_id=None,
            session_uri="https://alpenwerk.example/sessions/7",
            title="Löten <b>für</b> Neugierige",
            language="de",
            company="Alpenwerk",
            company_uri="https://alpenwerk.example/company",
            starts_at=uow.now - timedelta(hours=3),
            ends_at=uow.now - timedelta(hours=2),
            confirmed_at=uow.now,
            own_at=uow.now,
        )
        uow.db.add(made)
    return made


async def made(
    federation: Federation, founded: Founded, confirmed: Confirmation, name: str | None = "Jonas Brandt"
) -> Json:
    badge = await badge_for(federation, confirmed.id, Bearer(person_id=founded.employee.id, name=name))
    found: Json = orjson.loads(badge.document or b"")
    return found


async def shown(federation: Federation, badge: Json | bytes) -> Verdict:
    return await verify_badge(federation, badge if isinstance(badge, bytes) else orjson.dumps(badge))


async def forged(federation: Federation, document: Json, key_id: str | None = None) -> Json:
    """Signed with the company's own key, whatever it says."""
    keys = await federation.keyring.of(COMPANY)
    key_id = key_id or f"{issuer_uri(ORIGIN)}#{keys.ed25519_public}"
    key = SecretKey(key_id, issuer_uri(ORIGIN), keys.ed25519.material)
    return sign_credential(document, key, federation.instance.clock.now())


async def test_a_badge_is_an_open_badge_that_names_whom_it_is_to_name(
    federation: Federation, founded: Founded, confirmed: Confirmation
) -> None:
    named = await made(federation, founded, confirmed)
    again = await made(federation, founded, confirmed)
    nameless = await made(federation, founded, confirmed, None)

    assert named == again
    # Open Badges 3.0, B.1.1 to B.1.4: what an OpenBadgeCredential must have.
    assert tuple(named["@context"]) == CONTEXT
    assert set(named["type"]) == {"VerifiableCredential", "OpenBadgeCredential"}
    assert named["issuer"]["id"] == f"{ORIGIN}/badges/issuer"
    assert named["issuer"]["type"] == ["Profile"]
    subject = named["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert subject["identifier"] == [
        {"type": "IdentityObject", "hashed": False, "identityHash": "Jonas Brandt", "identityType": "name"}
    ]
    achievement = subject["achievement"]
    assert {"id", "type", "name", "description", "criteria"} <= set(achievement)
    assert achievement["id"] == "https://alpenwerk.example/sessions/7"
    assert named["proof"]["verificationMethod"].startswith(f"{ORIGIN}/badges/issuer#z6Mk")
    text = json.dumps(nameless)
    for secret in ("Jonas", "Brandt", str(founded.employee.id), "jonas@"):
        assert secret not in text
    assert nameless["credentialSubject"]["id"].startswith("urn:uuid:")
    # Two badges of one person have nothing in common but the company.
    assert nameless["credentialSubject"]["id"] not in json.dumps(named)
    assert nameless["id"] != named["id"]


async def test_a_genuine_badge_tells_what_it_says(
    federation: Federation, founded: Founded, confirmed: Confirmation
) -> None:
    verdict = await shown(federation, await made(federation, founded, confirmed))
    nameless = await shown(federation, await made(federation, founded, confirmed, None))

    assert verdict.outcome == "valid"
    assert (verdict.issuer, verdict.is_home, verdict.host) == ("Nordlicht Optik", True, "nordlicht.example")
    assert (verdict.title, verdict.held_by) == ("Löten <b>für</b> Neugierige", "Alpenwerk")
    assert (verdict.who, verdict.confirmed_by) == ("Jonas Brandt", "person")
    assert verdict.begins_at == confirmed.starts_at
    assert (nameless.outcome, nameless.who) == ("valid", "")


async def test_whoever_changes_a_name_a_title_or_a_byte_is_seen(
    federation: Federation, founded: Founded, confirmed: Confirmation
) -> None:
    badge = await made(federation, founded, confirmed)
    raw = orjson.dumps(badge)
    renamed = raw.replace(b"Jonas Brandt", b"Jonas Brandl")
    retitled = raw.replace("Löten".encode(), b"Leiten")
    other_id = {**badge, "id": "urn:uuid:00000000-0000-4000-8000-000000000000"}

    for changed in (renamed, retitled, orjson.dumps(other_id)):
        assert (await shown(federation, changed)).outcome == "changed"
    # A proof cannot be carried over to another badge of the same issuer.
    nameless = await made(federation, founded, confirmed, None)
    assert (await shown(federation, {**badge, "proof": nameless["proof"]})).outcome == "changed"
    for outcome in ("title", "who", "issuer"):
        assert getattr(await shown(federation, renamed), outcome) == ""


async def test_the_key_must_be_the_issuers_own(
    federation: Federation, founded: Founded, confirmed: Confirmation
) -> None:
    badge = await made(federation, founded, confirmed)
    plain = {name: value for name, value in badge.items() if name != "proof"}
    for key_id in (
        "https://attacker.example/badges/issuer#z6Mk",
        f"{ORIGIN}/company#ed25519-key",
        "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6Mk",
    ):
        assert (await shown(federation, await forged(federation, plain, key_id))).outcome == "wrong_key"
    assert (await shown(federation, plain)).outcome == "unsigned"
    for issuer in (
        "https://attacker.example/badges/issuer",
        "https://nordlicht.example.attacker.example/badges/issuer",
        "https://attacker.example@nordlicht.example/badges/issuer",
        f"{ORIGIN}/company",
        f"{ORIGIN}/badges/issuer?x",
        "http://nordlicht.example/badges/issuer",
    ):
        changed = {**badge, "issuer": {**badge["issuer"], "id": issuer}}
        assert (await shown(federation, changed)).outcome == "unknown"


async def test_void_badges_are_told_and_old_keys_keep_theirs(
    federation: Federation, founded: Founded, confirmed: Confirmation, clock: FrozenClock
) -> None:
    kept = await made(federation, founded, confirmed)
    void = await made(federation, founded, confirmed, None)
    async with founded.instance.unit_of_work() as uow:
        await revoke_badge(uow, void["id"].removeprefix("urn:uuid:"), founded.employee.id)
    plain = {name: value for name, value in kept.items() if name != "proof"}
    old = await federation.keyring.of(COMPANY)
    clock.advance(minutes=1)
    async with founded.instance.unit_of_work() as uow:
        await rotate_keys(uow, COMPANY, federation.keyring)
    clock.advance(minutes=1)
    stolen = SecretKey(kept["proof"]["verificationMethod"], issuer_uri(ORIGIN), old.ed25519.material)
    fresh = await badge_for(
        federation, confirmed.id, Bearer(person_id=founded.employee.id, name="Jonas Brandt-Ahrens")
    )

    assert (await shown(federation, kept)).outcome == "valid"
    assert (await shown(federation, void)).outcome == "revoked"
    assert (await shown(federation, sign_credential(plain, stolen, clock.now()))).outcome == "wrong_key"
    assert (await shown(federation, fresh.document or b"")).who == "Jonas Brandt-Ahrens"
    async with founded.instance.reading() as db:
        document = await issuer_document(db, ORIGIN)
        listed = await revocation_list(db, ORIGIN)
    assert [set(key) - {"expires"} for key in document["verificationMethod"]] == [
        {"id", "type", "controller", "publicKeyMultibase"}
    ] * 2
    assert document["assertionMethod"] == [key["id"] for key in document["verificationMethod"]]
    assert listed["revokedCredential"] == [{"id": void["id"], "revoked": True}]
    assert "Jonas" not in json.dumps([document, listed])


async def test_genuine_badges_have_a_time(
    federation: Federation, founded: Founded, confirmed: Confirmation, clock: FrozenClock
) -> None:
    badge = await made(federation, founded, confirmed)
    plain = {name: value for name, value in badge.items() if name != "proof"}
    future = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    past = (clock.now() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")

    for change, outcome in (
        ({"validFrom": future}, "not_yet"),
        ({"validUntil": past}, "expired"),
        ({"validUntil": future}, "valid"),
        ({"validUntil": "tomorrow"}, "unreadable"),
        ({"validFrom": 7}, "unreadable"),
        # No clock can show these: a page that tried would fail.
        ({"validFrom": "0001-01-01T00:00:00+14:00"}, "unreadable"),
        ({"validUntil": "9999-12-31T23:59:59-12:00"}, "unreadable"),
        ({"credentialSubject": [badge["credentialSubject"]]}, "valid"),
        ({"credentialSubject": []}, "unreadable"),
        ({"credentialSubject": {"achievement": "x"}}, "unreadable"),
        ({"id": None}, "unreadable"),
    ):
        signed = await forged(federation, plain | change)
        assert (await shown(federation, signed)).outcome == outcome, change


async def test_two_clicks_make_one_badge_and_nobody_makes_any_number(
    federation: Federation, founded: Founded, confirmed: Confirmation
) -> None:
    mine = Bearer(person_id=founded.employee.id, name=None)

    one, other = await asyncio.gather(*(badge_for(federation, confirmed.id, mine) for _ in range(2)))
    assert one.id == other.id
    for _ in range(MOST_OF_ONE - 1):
        async with founded.instance.unit_of_work() as uow:
            await revoke_badge(uow, one.id, founded.employee.id)
        one = await badge_for(federation, confirmed.id, mine)
    async with founded.instance.unit_of_work() as uow:
        await revoke_badge(uow, one.id, founded.employee.id)
    with pytest.raises(Conflict):
        await badge_for(federation, confirmed.id, mine)


def test_those_who_verify_can_read_the_longest_list_of_void_badges() -> None:
    listed = listed_as_void([str(uuid.uuid4())] * MOST_REVOKED, "https://" + "a" * 200)
    assert len(orjson.dumps(listed)) < MAX_BYTES


def hostile() -> dict[str, bytes]:
    good = {
        "@context": list(CONTEXT),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": f"{ORIGIN}/badges/issuer"},
    }
    deep: Any = "x"
    for _ in range(40):
        deep = [deep]
    return {
        "nothing": b"",
        "no-json": b"<html>",
        "list": b"[]",
        "huge": b'{"a":"' + b"x" * MOST_BYTES + b'"}',
        "deep": orjson.dumps({**good, "a": deep}),
        "deeper": b'{"a":' * 100_000,
        "brackets": b"[" * 60_000,
        "graph": orjson.dumps({**good, "@graph": []}),
        "twice": orjson.dumps(good)[:-1] + b',"issuer":"https://attacker.example/badges/issuer"}',
        "not-a-number": orjson.dumps(good)[:-1] + b',"a":NaN}',
        "no-utf8": b'{"a":"\xff"}',
        "other-type": orjson.dumps({**good, "type": ["VerifiableCredential"]}),
        "type-of-objects": orjson.dumps({**good, "type": [{}, []]}),
        "other-context": orjson.dumps({**good, "@context": ["https://attacker.example"]}),
        "context-text": orjson.dumps({**good, "@context": "https://www.w3.org/ns/credentials/v2"}),
        "issuer-number": orjson.dumps({**good, "issuer": 7}),
        "issuer-long": orjson.dumps({**good, "issuer": "https://" + "a" * 1000}),
        "issuer-file": orjson.dumps({**good, "issuer": "file:///etc/passwd"}),
    }


@pytest.mark.parametrize("raw", hostile().values(), ids=hostile())
def test_what_is_no_badge_is_no_badge(raw: bytes) -> None:
    with pytest.raises(NotABadge):
        issuer_of(read_badge(raw))


async def test_numbers_that_no_canonical_form_has_are_no_trouble(
    federation: Federation, founded: Founded, confirmed: Confirmation
) -> None:
    badge = await made(federation, founded, confirmed)
    for number in (b"1e400", b"123456789012345678901234567890", b"-0.0", b"5e-324", b'"\\ud800"'):
        raw = orjson.dumps(badge)[:-1] + b',"a":' + number + b"}"
        assert (await shown(federation, raw)).outcome in ("changed", "unsigned", "unreadable")


def test_a_credential_carries_no_more_than_it_needs(clock: FrozenClock) -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    confirmation = Confirmation(
        session_uri="https://x.example/sessions/1",
        title="T",
        company="C",
        company_uri="https://x.example/company",
        language="de",
        starts_at=moment,
        ends_at=moment,
        host_at=moment,
    )

    class Home:
        name = "Nordlicht"

    bearer = Bearer(person_id=1, name=None)
    document = credential(confirmation, "n", bearer, Home(), ORIGIN, moment)  # type: ignore[arg-type]

    assert set(document) == {
        "@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject", "credentialStatus",
    }  # fmt: skip
    assert "host" in document["credentialSubject"]["achievement"]["criteria"]["narrative"]
