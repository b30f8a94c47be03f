"""A badge of one company is verified at another over real HTTP, by whoever brings it, and only at allies."""

from datetime import timedelta
from pathlib import Path

import pytest

from alliance.badges import revoke_badge, share_badge
from alliance.models import Confirmation, Partner
from federation.badge_issuers import MOST_BADGES_A_MINUTE
from federation.badges import Bearer, badge_for
from federation.failures import BudgetSpent
from federation.uris import host_of
from federation.verifying_badges import fetch_badge, verify_badge
from tests.federation.neighbourhood import Neighbour, ally, neighbourhood
from tests.support.databases import Databases


async def badge_of(here: Neighbour, name: str | None) -> tuple[str, bytes]:
    """A badge of the employee of a company, by its number."""
    async with here.instance.unit_of_work() as uow:
        confirmation = Confirmation(
            id=uow.new_id(),
            person_id=here.employee.id,
            session_uri=f"{here.origin}/sessions/1",
            title="Bäume bestimmen",
            language="de",
            company=here.company.name,
            company_uri=f"{here.origin}/company",
            starts_at=uow.now - timedelta(hours=3),
            ends_at=uow.now - timedelta(hours=2),
            confirmed_at=uow.now,
            own_at=uow.now,
        )
        uow.db.add(confirmation)
    badge = await badge_for(here.federation, confirmation.id, Bearer(person_id=here.employee.id, name=name))
    return badge.id, badge.document or b""


async def outcome(there: Neighbour, badge: bytes) -> str:
    return (await verify_badge(there.federation, badge)).outcome


async def test_allies_believe_each_others_badges_and_nobody_elses(
    databases: Databases, tmp_path: Path
) -> None:
    async with neighbourhood(databases, tmp_path, "birke", "linde") as (birke, linde):
        number, badge = await badge_of(birke, "Rosa Quitte")
        void, other = await badge_of(birke, None)
        # Before they are allies nobody is asked, so nothing of it is remembered either.
        assert await outcome(linde, badge) == "unknown"
        assert await fetch_badge(linde.federation, f"{birke.origin}/badges/{number}.json") is None
        await ally(birke, linde)
        async with birke.instance.unit_of_work() as uow:
            await revoke_badge(uow, void, birke.employee.id)
            await share_badge(uow, number, birke.employee.id, shared=True)

        verdict = await verify_badge(linde.federation, badge)
        assert (verdict.outcome, verdict.who, verdict.issuer) == ("valid", "Rosa Quitte", birke.company.name)
        assert not verdict.is_home
        assert await outcome(linde, badge.replace(b"Rosa", b"Rosi")) == "changed"
        assert await outcome(linde, other) == "revoked"
        # A badge that says it was issued by an ally, with a key of our own.
        _, ours = await badge_of(linde, "Rosa Quitte")
        assert await outcome(linde, ours) == "valid"
        moved = ours.replace(
            f"{linde.origin}/badges/issuer".encode(), f"{birke.origin}/badges/issuer".encode()
        )
        assert await outcome(linde, moved) == "wrong_key"
        assert await fetch_badge(linde.federation, f"{birke.origin}/badges/{number}.json") == badge
        for elsewhere in ("/badges/issuer", "/actor", f"/badges/{number}.png", f"/badges/../{number}.json"):
            assert await fetch_badge(linde.federation, birke.origin + elsewhere) is None

        # However often a stranger asks, an ally is asked so often and no more.
        for _ in range(MOST_BADGES_A_MINUTE - 1):
            linde.federation.issuers.count(host_of(birke.origin))
        with pytest.raises(BudgetSpent):
            await fetch_badge(linde.federation, f"{birke.origin}/badges/{number}.json")

        async with linde.instance.unit_of_work() as uow:
            partner = await uow.db.get_one(Partner, (await linde.knows(birke)).id)
            partner.state = "paused"
        linde.federation.admission._looked_at = None
        assert await outcome(linde, badge) == "unknown"
