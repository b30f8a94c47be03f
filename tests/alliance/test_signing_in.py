"""A password signs in for twelve hours, guessing is slowed down, and nothing tells who has an account."""

import time

import pytest
from sqlalchemy import func, select

from alliance.employing import disable_employee
from alliance.errors import Invalid, NotSignedIn, TooMany
from alliance.models import Employee, SignIn, SignInAttempt
from alliance.signing_in import (
    NewSignIn,
    change_password,
    end_other_sign_ins,
    end_sign_in,
    forget_old_sign_ins,
    hash_password,
    is_password,
    sign_in,
    signed_in,
    start_sign_in,
)
from tests.alliance.stage import Stage
from tests.support.clock import FrozenClock
from tests.support.counting import queries_of

PASSWORD = "correct horse battery"
ADDRESS = "192.0.2.7"


@pytest.fixture
async def lena(stage: Stage) -> Employee:
    return await stage.colleague(password_hash=hash_password(PASSWORD))


async def attempt(stage: Stage, password: str = PASSWORD, address: str = ADDRESS) -> NewSignIn:
    return await sign_in(
        stage.instance, email=" Lena.Vogt@nordlicht.example ", password=password, address=address
    )


async def who(stage: Stage, token: str) -> Employee | None:
    async with stage.instance.reading() as db:
        return await signed_in(db, token, stage.instance.clock.now())


async def test_the_right_password_signs_in(stage: Stage, lena: Employee) -> None:
    token = (await attempt(stage)).token

    found = await who(stage, token)
    assert found is not None
    assert (found.id, found.person.name) == (lena.id, "Lena Vogt")
    async with stage.instance.reading() as db:
        row = (await db.scalars(select(SignIn))).one()
    assert row.token_hash != token
    assert await who(stage, token + "x") is None
    assert await who(stage, "x" * 5000) is None
    assert await who(stage, "\ud800") is None


async def test_who_looks_is_found_with_one_query(stage: Stage, lena: Employee) -> None:
    token = (await attempt(stage)).token

    async with stage.instance.reading() as db:
        with queries_of(db) as queries:
            await signed_in(db, token, stage.instance.clock.now())

    assert len(queries) == 1


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper(), "x" * 100_000])
async def test_a_wrong_password_does_not(stage: Stage, lena: Employee, password: str) -> None:
    with pytest.raises(NotSignedIn, match="do not fit together"):
        await attempt(stage, password)


async def test_accounts_that_do_not_exist_are_closed_or_have_no_password_all_sound_alike(
    stage: Stage, lena: Employee
) -> None:
    async with stage.instance.unit_of_work() as uow:
        await disable_employee(uow, lena.id)

    for email in ("lena.vogt@nordlicht.example", "jonas@nordlicht.example", "nobody@nordlicht.example"):
        with pytest.raises(NotSignedIn, match="do not fit together"):
            await sign_in(stage.instance, email=email, password=PASSWORD, address=ADDRESS)


def test_an_unknown_account_costs_as_much_work_as_a_known_one() -> None:
    known = hash_password(PASSWORD)
    is_password(None, "warm up")

    def least_work(stored: str | None) -> float:
        """Of this thread's processor, so that others on the machine don't count."""
        times = []
        for _ in range(5):
            begun = time.thread_time()
            assert not is_password(stored, "wrong")
            times.append(time.thread_time() - begun)
        return min(times)

    # A shortcut takes microseconds instead of twenty milliseconds.
    assert least_work(None) > least_work(known) / 5


async def test_after_five_failures_the_next_attempt_has_to_wait_longer_and_longer(
    stage: Stage, lena: Employee, clock: FrozenClock
) -> None:
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await attempt(stage, "wrong")

    with pytest.raises(TooMany) as raised:
        await attempt(stage)
    assert raised.value.retry_after == 31

    clock.advance(seconds=31)
    with pytest.raises(NotSignedIn):
        await attempt(stage, "wrong")
    clock.advance(seconds=31)
    with pytest.raises(TooMany):
        await attempt(stage)
    clock.advance(seconds=30)
    await attempt(stage)
    async with stage.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(SignInAttempt)) == 0


async def test_a_lockout_holds_for_one_account_from_one_address(stage: Stage, lena: Employee) -> None:
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await attempt(stage, "wrong")

    await attempt(stage, address="192.0.2.8")

    async with stage.instance.reading() as db:
        keys = (await db.scalars(select(SignInAttempt.key))).all()
    assert all("192" not in key and "lena" not in key for key in keys)


async def test_a_pause_is_never_longer_than_a_quarter_of_an_hour(
    stage: Stage, lena: Employee, clock: FrozenClock
) -> None:
    for _ in range(14):
        with pytest.raises(NotSignedIn):
            await attempt(stage, "wrong")
        clock.advance(minutes=16)
    with pytest.raises(NotSignedIn):
        await attempt(stage, "wrong")

    with pytest.raises(TooMany) as raised:
        await attempt(stage)

    assert raised.value.retry_after == 15 * 60 + 1


async def test_a_sign_in_ends_after_twelve_hours(stage: Stage, lena: Employee, clock: FrozenClock) -> None:
    token = (await attempt(stage)).token

    clock.advance(hours=12, seconds=-1)
    assert await who(stage, token) is not None
    clock.advance(seconds=1)
    assert await who(stage, token) is None


async def test_signing_out_ends_this_browser_or_all_others(stage: Stage, lena: Employee) -> None:
    tokens = [(await attempt(stage)).token for _ in range(3)]

    async with stage.instance.unit_of_work() as uow:
        await end_sign_in(uow, tokens[0])
        await end_sign_in(uow, tokens[0])
        await end_other_sign_ins(uow, lena.id, tokens[1])

    assert [await who(stage, token) is not None for token in tokens] == [False, True, False]


async def test_a_new_password_signs_out_everywhere(stage: Stage, lena: Employee) -> None:
    token = (await attempt(stage)).token
    async with stage.instance.unit_of_work() as uow:
        await change_password(uow, lena.id, hash_password("another long password"))

    assert await who(stage, token) is None
    with pytest.raises(NotSignedIn):
        await attempt(stage)
    assert (await attempt(stage, "another long password")).employee.id == lena.id


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_has_a_length(password: str) -> None:
    with pytest.raises(Invalid):
        hash_password(password)


def test_hashes_differ_and_what_is_no_hash_fits_nothing() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)
    assert hash_password(PASSWORD).startswith("$argon2id$")
    assert not is_password("not a hash", PASSWORD)


async def test_what_is_old_is_forgotten(stage: Stage, lena: Employee, clock: FrozenClock) -> None:
    async with stage.instance.unit_of_work() as uow:
        await start_sign_in(uow, lena)
    with pytest.raises(NotSignedIn):
        await attempt(stage, "wrong")
    clock.advance(hours=25)

    async with stage.instance.unit_of_work() as uow:
        await forget_old_sign_ins(uow)

    async with stage.instance.reading() as db:
        for table in (SignIn, SignInAttempt):
            assert await db.scalar(select(func.count()).select_from(table)) == 0
