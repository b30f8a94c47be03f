"""Alliances are made by two yeses, ended by one no, and every wrong moment is refused."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from alliance import partnering, receiving
from alliance.errors import AllianceError, Conflict, Forbidden, Invalid, NotFound
from alliance.facts import PartnerLeft
from alliance.models import Company, Partner
from alliance.unit_of_work import UnitOfWork
from tests.alliance.stage import Stage, introduction

Verb = Callable[[UnitOfWork, int], Awaitable[Partner]]
VERBS: dict[str, Verb] = {
    "invite": lambda uow, company_id: partnering.invite_company(uow, introduction(), None),
    "accept": lambda uow, company_id: partnering.accept_company(uow, company_id, None),
    "decline": lambda uow, company_id: partnering.decline_company(uow, company_id, None),
    "pause": lambda uow, company_id: partnering.pause_company(uow, company_id, None),
    "resume": lambda uow, company_id: partnering.resume_company(uow, company_id, None),
    "leave": lambda uow, company_id: partnering.leave_company(uow, company_id, None),
    "block": lambda uow, company_id: partnering.block_company(uow, company_id, None),
    "unblock": lambda uow, company_id: partnering.unblock_company(uow, company_id, None),
    "they ask": lambda uow, company_id: receiving.partner_asked(uow, introduction()),
    "both said yes": receiving.partner_allied,
    "they end": receiving.partner_ended,
}
# state, we said yes, they said yes
STARTS: dict[str, tuple[str, bool, bool]] = {
    "invited": ("invited", True, False),
    "both invited": ("invited", True, True),
    "asking": ("asking", False, True),
    "accepted": ("asking", True, True),
    "allied": ("allied", True, True),
    "paused": ("paused", True, True),
    "left": ("left", False, False),
    "blocked": ("blocked", False, False),
}
NO = "Conflict"
# verb -> per start: the state, who has said yes (w, t, wt, -) and what was told
TABLE: dict[str, dict[str, str]] = {
    "invite": {
        "invited": NO,
        "both invited": NO,
        "asking": "asking wt PartnerAccepted",
        "accepted": NO,
        "allied": NO,
        "paused": NO,
        "left": "invited w PartnerInvited",
        "blocked": NO,
    },
    "accept": {"asking": "asking wt PartnerAccepted"},
    "decline": {"asking": "left - PartnerDeclined"},
    "pause": {"allied": "paused wt"},
    "resume": {"paused": "allied wt PartnerResumed"},
    "leave": {
        "invited": "left - PartnerLeft",
        "both invited": "left - PartnerLeft",
        "accepted": "left - PartnerLeft",
        "allied": "left - PartnerLeft",
        "paused": "left - PartnerLeft",
    },
    "block": {
        "invited": "blocked - PartnerLeft",
        "both invited": "blocked - PartnerLeft",
        "asking": "blocked - PartnerLeft",
        "accepted": "blocked - PartnerLeft",
        "allied": "blocked - PartnerLeft",
        "paused": "blocked - PartnerLeft",
        "left": "blocked -",
    },
    "unblock": {"blocked": "left -"},
    "they ask": {
        "invited": "invited wt",
        "both invited": "invited wt",
        "asking": "asking t",
        "accepted": "asking wt",
        "allied": "allied wt",
        "paused": "paused wt",
        "left": "asking t",
        "blocked": "Forbidden",
    },
    "both said yes": {
        "invited": "allied wt PartnerAllied",
        "both invited": "allied wt PartnerAllied",
        "accepted": "allied wt PartnerAllied",
        "allied": "allied wt",
        "paused": "paused wt",
    },
    "they end": {
        "invited": "left -",
        "both invited": "left -",
        "asking": "left -",
        "accepted": "left -",
        "allied": "left -",
        "paused": "left -",
        "left": "left -",
        "blocked": "blocked -",
    },
}


async def start(stage: Stage, name: str) -> Company:
    state, we, they = STARTS[name]
    company = await stage.know()
    async with stage.instance.unit_of_work() as uow:
        now = uow.now
        uow.db.add(
            Partner(
                company_id=company.id,
                state=state,
                we_said_yes=we,
                they_said_yes=they,
                since=now,
                created_at=now,
            )
        )
    return company


async def outcome(stage: Stage, verb: str, company: Company) -> str:
    try:
        async with stage.instance.unit_of_work() as uow:
            partner = await VERBS[verb](uow, company.id)
    except AllianceError as error:
        return type(error).__name__
    yes = f"{'w' * partner.we_said_yes}{'t' * partner.they_said_yes}" or "-"
    return " ".join([partner.state, yes, *stage.told()])


@pytest.mark.parametrize("name", STARTS)
@pytest.mark.parametrize("verb", TABLE)
async def test_every_state_answers_every_verb_as_the_table_says(stage: Stage, verb: str, name: str) -> None:
    company = await start(stage, name)

    assert await outcome(stage, verb, company) == TABLE[verb].get(name, NO)


async def test_a_company_that_nobody_knows_can_be_invited(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        partner = await partnering.invite_company(uow, introduction(), stage.admin)

    assert (partner.state, partner.company.name) == ("invited", "Alpenwerk")
    assert partner.key_fingerprint == "ab12 cd34"
    assert stage.told() == ["PartnerInvited"]


async def test_a_company_without_any_tie_can_be_blocked(stage: Stage) -> None:
    company = await stage.know()

    async with stage.instance.unit_of_work() as uow:
        partner = await partnering.block_company(uow, company.id, stage.admin)

    assert partner.state == "blocked"
    assert stage.told() == []


@pytest.mark.parametrize(
    "verb", ["invite", "accept", "decline", "pause", "resume", "leave", "block", "unblock"]
)
async def test_only_administrators_decide(stage: Stage, verb: str) -> None:
    company = (await stage.asked()).company
    moderator = await stage.colleague(roles=("moderator",))

    about = introduction() if verb == "invite" else company.id

    with pytest.raises(Forbidden):
        async with stage.instance.unit_of_work() as uow:
            await getattr(partnering, f"{verb}_company")(uow, about, moderator)


async def test_our_own_company_is_no_partner(stage: Stage) -> None:
    with pytest.raises(Conflict, match="your own company"):
        async with stage.instance.unit_of_work() as uow:
            await partnering.invite_company(uow, introduction("nordlicht.example"), None)
    with pytest.raises(NotFound):
        async with stage.instance.unit_of_work() as uow:
            await partnering.block_company(uow, stage.founded.company.id, None)


async def test_an_unknown_company_can_not_be_accepted(stage: Stage) -> None:
    with pytest.raises(NotFound):
        async with stage.instance.unit_of_work() as uow:
            await partnering.accept_company(uow, 4711, None)


async def test_who_left_us_is_told_apart_from_whom_we_left(stage: Stage) -> None:
    company = await stage.ally()
    async with stage.instance.unit_of_work() as uow:
        await receiving.partner_ended(uow, company.id)
    assert (await stage.partner(company)).ended_by_them

    async with stage.instance.unit_of_work() as uow:
        await receiving.partner_asked(uow, introduction())

    assert not (await stage.partner(company)).ended_by_them


async def test_the_fact_of_leaving_tells_what_was_before(stage: Stage) -> None:
    company = await stage.ally()
    stage.told()

    async with stage.instance.unit_of_work() as uow:
        await partnering.leave_company(uow, company.id, None)

    heard = stage.facts[0]
    assert isinstance(heard, PartnerLeft)
    assert heard.previous == "allied"


async def test_when_an_alliance_ends_shared_attendances_end(stage: Stage) -> None:
    company = await stage.ally()
    guest, ally = await stage.colleague(), await stage.person()
    theirs = await stage.theirs(company)
    shared = await stage.publish(audience="alliance", capacity=1)
    public = await stage.publish()
    await stage.join(theirs, guest)
    for session in (shared, public):
        await stage.join(session, ally)
    assert await stage.join(shared, guest) == "waiting"

    async with stage.instance.unit_of_work() as uow:
        await partnering.leave_company(uow, company.id, None)

    assert await stage.state(theirs, guest) == "left"
    assert await stage.state(shared, ally) == "declined"
    assert await stage.state(shared, guest) == "going"
    assert await stage.state(public, ally) == "going"

    async with stage.instance.unit_of_work() as uow:
        await partnering.block_company(uow, company.id, None)

    assert await stage.state(public, ally) == "declined"
    assert (await stage.stored(public)).going_count == 0


async def test_a_pause_ends_no_attendance(stage: Stage) -> None:
    company = await stage.ally()
    guest, theirs = await stage.colleague(), await stage.theirs(company)
    await stage.join(theirs, guest)

    async with stage.instance.unit_of_work() as uow:
        await partnering.pause_company(uow, company.id, None)

    assert await stage.state(theirs, guest) == "asked"


async def test_an_introduction_is_cleaned_and_cut(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        company = await receiving.receive_company(
            uow,
            introduction(
                name="Alpen\u202ewerk\n" + "x" * 300,
                summary="a\x00b" * 3000,
                hue=99,
                language="xx",
                timezone="Middle/Earth",
                software="s" * 300,
                handle="h" * 300,
            ),
        )

    assert company.name.startswith("Alpenwerk xxx")
    assert len(company.name) == 200
    assert len(company.summary) == 2000
    assert (company.hue, company.language, company.timezone) == (0, "en", "UTC")
    assert (len(company.software), len(company.handle)) == (100, 64)


async def test_a_company_without_a_name_is_called_by_its_host(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        company = await receiving.receive_company(uow, introduction(name=" \u200b "))

    assert company.name == "alpenwerk.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"uri": "https://evil.example/company"},
        {"instance_uri": "https://alpenwerk.example.evil.example/actor"},
        {"uri": "https://alpenwerk.example/" + "c" * 500},
        {"origin": "ftp://alpenwerk.example"},
        {"origin": "https://alpenwerk.example/"},
        {"host": "other.example"},
        {"origin": "https://user@alpenwerk.example"},
    ],
)
async def test_an_introduction_that_contradicts_itself_is_refused(
    stage: Stage, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        async with stage.instance.unit_of_work() as uow:
            await receiving.receive_company(uow, replace(introduction(), **changes))


async def test_a_second_introduction_renews_the_first(stage: Stage) -> None:
    first = await stage.know()

    async with stage.instance.unit_of_work() as uow:
        second = await receiving.receive_company(uow, introduction(name="Alpenwerk AG", hue=5))

    assert (second.id, second.name, second.hue) == (first.id, "Alpenwerk AG", 5)
