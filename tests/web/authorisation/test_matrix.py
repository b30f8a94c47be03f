"""Every address lets in whom it is for: all routes, all roles, compared with docs/authorisation.md."""

from pathlib import Path

import pytest

from federation.wiring import Federation
from tests.support.founding import Founded
from tests.web.authorisation.matrix import NO, SIGNS_IN, YES, Door, doors, observed, written

pytestmark = pytest.mark.anyio

DOCUMENT = Path(__file__).parents[3] / "docs" / "authorisation.md"
# What the works council may send in the console: it changes nothing but the audit log.
OF_THE_COUNCIL = {"/admin/audit/export", "/admin/approval/compare"}


@pytest.mark.once
async def test_every_address_lets_in_whom_it_is_for(federation: Federation, founded: Founded) -> None:
    found = await observed(federation)

    console = {door: outcomes for door, outcomes in found.items() if door.path.startswith("/admin")}
    assert set(found) == set(doors())
    assert {outcomes[:2] for outcomes in console.values()} == {(SIGNS_IN, NO)}
    assert {outcomes[4] for outcomes in console.values()} == {YES}
    writing = {door.path for door, outcomes in console.items() if door.method != "GET" and outcomes[2] == YES}
    assert writing == OF_THE_COUNCIL
    # `python -m tests.web.authorisation` writes it anew.
    assert DOCUMENT.read_text("utf-8") == written(found)


def test_the_console_is_among_the_doors() -> None:
    assert Door("/admin/people/{id:int}/roles", "POST") in doors()
