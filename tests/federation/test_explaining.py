"""Why a request was turned away can be read afterwards, step by step, and a flood of them fills nothing."""

import json
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import func, select

from alliance.instance import Instance
from alliance.settings import Settings
from federation.explaining import Explanation, explain
from federation.models import RefusedRequest, RejectionTally
from federation.refused_requests import MOST_ROWS, MOST_WRITTEN
from federation.signatures import Dialect, Reason, SignedRequest, rejection
from federation.tallies import Tallies
from federation.wiring import Federation
from tests.federation.engine import federating
from tests.federation.signing import BODY, NOW, changed, signed
from tests.federation.test_inbox import INBOX, knocking, relate
from tests.partner import partner, rsa_of
from tests.support.clock import FrozenClock


async def remembered(us: Federation) -> list[RefusedRequest]:
    """What was written down."""
    await us.inbox.close()
    async with us.instance.reading() as db:
        return list(await db.scalars(select(RefusedRequest).order_by(RefusedRequest.id)))


def outcome_of(told: Explanation) -> str:
    """The steps as signs: `++-..` failed at the third."""
    return "".join({"passed": "+", "failed": "-", "open": "."}[outcome] for _, outcome in told.steps())


async def test_a_clock_three_hours_ahead_is_told_as_such(settings: Settings, clock: FrozenClock) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        await relate(us, them, "allied")
        headers, body = them.signed(INBOX, them.activity(), at=clock.now() + timedelta(hours=3))
        await client.post(INBOX, headers=headers, content=body)
        await client.post(INBOX, headers=headers, content=body)

        (row,) = await remembered(us)

    told = Explanation.read(row.explanation)
    assert (row.host, row.reason, row.count, row.is_known) == (them.authority, "from_future", 2, True)
    assert told.skew == timedelta(hours=3)
    assert (told.dialect, told.key_id) == ("cavage", f"{them.actor}#main-key")
    assert told.covered == ("(request-target)", "host", "date", "digest", "content-type")
    assert told.missing == ()
    assert (told.step, outcome_of(told)) == ("time", "++++++-........")


@pytest.mark.parametrize("dialect", Dialect)
async def test_what_is_kept_holds_neither_body_nor_signature(
    settings: Settings, clock: FrozenClock, dialect: Dialect
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        activity = them.activity(content="https://meet.example/j/8271-quitte?pwd=Zebra4711")
        headers, body = them.signed(f"{INBOX}?token=Zebra4711", activity, dialect=dialect)
        await client.post(f"{INBOX}?token=Zebra4711", headers=headers, content=body + b" ")

        (row,) = await remembered(us)

    kept = json.dumps(row.explanation)
    (signature,) = re.findall(r"[A-Za-z0-9+/]{300,}", headers["Signature"])
    assert row.reason == "digest_wrong"
    assert "Zebra4711" not in kept
    assert signature not in kept
    told = Explanation.read(row.explanation)
    assert told.digest_given != told.digest_computed
    assert told.digest_given[:7].lower() == "sha-256"


async def test_another_key_than_published_fails_at_the_signature(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock) as us, knocking(us) as client:
        forged = type(them.key())(f"{them.actor}#main-key", them.actor, rsa_of("somebody else"))
        headers, body = them.signed(INBOX, them.activity(), key=forged)
        await client.post(INBOX, headers=headers, content=body)

        (row,) = await remembered(us)

    assert (row.reason, outcome_of(Explanation.read(row.explanation))) == (
        "signature_wrong", "+++++++++-....."
    )  # fmt: skip


async def test_who_signs_nothing_is_remembered_without_a_host(settings: Settings, clock: FrozenClock) -> None:
    async with federating(settings, clock) as us, knocking(us) as client:
        await client.post(
            INBOX, headers={"Content-Type": "application/activity+json"}, content=b'{"a": "Zebra4711"}'
        )

        (row,) = await remembered(us)

    told = Explanation.read(row.explanation)
    assert (row.host, row.reason, row.is_known) == ("", "no_signature", False)
    assert (told.key_id, told.dialect, told.digest_computed, told.skew) == ("", "", "", None)


async def test_a_flood_under_invented_names_costs_a_few_rows_and_leaves_partners_theirs(
    settings: Settings, clock: FrozenClock
) -> None:
    async with partner(clock) as them, federating(settings, clock, inbox_rate=0) as us:
        await relate(us, them, "allied")
        await us.admission.refresh()
        tallies = Tallies(us.instance, us.admission.is_partner)
        ours = _from(them.authority)
        tallies.count(rejection(Reason.TOO_OLD), ours)
        await tallies.flush()
        for wave in range(MOST_ROWS // MOST_WRITTEN[False] + 5):
            clock.advance(seconds=5)
            for number in range(300):
                tallies.count(rejection(Reason.TOO_OLD), _from(f"x{wave}-{number}.example"))
            await tallies.close()

        async with us.instance.reading() as db:
            strangers = await db.scalar(
                select(func.count()).where(RefusedRequest.is_known.is_(False)).select_from(RefusedRequest)
            )
            known = (await db.scalars(select(RefusedRequest).where(RefusedRequest.is_known))).all()
            counted = await db.scalar(select(RejectionTally.count))

    assert strangers == MOST_ROWS
    assert [row.host for row in known] == [them.authority]
    assert counted == 1 + 300 * (MOST_ROWS // MOST_WRITTEN[False] + 5)


async def test_after_two_weeks_it_is_forgotten(instance: Instance, clock: FrozenClock) -> None:
    tallies = Tallies(instance)
    tallies.count(rejection(Reason.TOO_OLD), _from("acorn.example"))
    await tallies.close()
    clock.advance(days=15)
    tallies.count(rejection(Reason.TOO_OLD), _from("birch.example"))
    await tallies.close()

    async with instance.reading() as db:
        assert (await db.scalars(select(RefusedRequest.host))).all() == ["birch.example"]


def _from(host: str) -> SignedRequest:
    """A request that claims to come from a host."""
    header = (
        f'keyId="https://{host}/actor#main-key",headers="(request-target) host date digest",signature="AA=="'
    )
    return changed(signed(), {"signature": header})


@pytest.mark.parametrize(
    ("dialect", "covered", "missing"),
    [
        (Dialect.CAVAGE, "host date", ("(request-target)", "digest")),
        (Dialect.CAVAGE, "(request-target) host (created) digest", ()),
        (Dialect.RFC9421, '"@method" "@path" "@authority" "content-digest"', ()),
        (Dialect.RFC9421, '"@method"', ("@target-uri", "content-digest")),
    ],
)
def test_what_is_not_covered_is_named(dialect: Dialect, covered: str, missing: tuple[str, ...]) -> None:
    if dialect is Dialect.CAVAGE:
        fields = {"signature": f'keyId="https://a.example/k",headers="{covered}",signature="AA=="'}
    else:
        made = int(NOW.timestamp())
        fields = {
            "signature-input": f'sig1=({covered});created={made};keyid="https://a.example/k"',
            "signature": "sig1=:AAAA:",
        }

    told = explain(rejection(Reason.NOT_COVERED), changed(signed(), fields), NOW)

    assert told.missing == missing
    assert Explanation.read(json.loads(json.dumps(told.stored()))) == told


@given(
    value=some.text(some.characters(max_codepoint=255), max_size=300),
    inputs=some.none() | some.text(some.characters(max_codepoint=255), max_size=300),
    date=some.text(max_size=40),
    body=some.binary(max_size=50),
)
def test_nothing_that_is_sent_breaks_the_explanation(
    value: str, inputs: str | None, date: str, body: bytes
) -> None:
    headers = {"signature": value, "signature-input": inputs, "date": date}
    request = changed(signed(), headers, body=body)

    told = explain(rejection(Reason.SIGNATURE_MALFORMED, value), request, NOW)

    kept = json.dumps(told.stored())
    assert "\\u0000" not in kept
    assert Explanation.read(json.loads(kept)) == told


def test_times_beyond_all_calendars_are_left_out() -> None:
    parameters = 'keyId="https://a.example/k",headers="(request-target) (created)",created=999999999999'

    header = f'{parameters},signature="AA=="'
    told = explain(rejection(Reason.FROM_FUTURE), changed(signed(), {"signature": header}), NOW)

    assert (told.signed_at, told.skew, told.key_id) == (None, None, "https://a.example/k")
    assert BODY not in json.dumps(told.stored()).encode()
