"""Roles follow the groups of the company's directory that the settings name."""

from dataclasses import replace

import pytest

from alliance.models import Employee
from alliance.settings import Settings
from tests.support.founding import Founded
from tests.web.scim.directory import Directory


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """One group gives a role."""
    return replace(settings, oidc_admin_groups=("Learning team",))


async def test_groups_of_the_directory_give_roles_and_take_them(
    directory: Directory, founded: Founded
) -> None:
    made = await directory.user("ruth")
    group = await directory.group("Learning team")
    address, member = f"/Groups/{group['id']}", [{"value": made["id"]}]

    async def roles() -> list[str]:
        async with founded.instance.reading() as db:
            return (await db.get_one(Employee, int(made["id"]))).roles

    await directory.patch(address, {"op": "add", "path": "members", "value": member})
    assert await roles() == ["employee", "admin"]
    await directory.patch(address, {"op": "replace", "path": "displayName", "value": "Nobody special"})
    assert await roles() == ["employee"]
    await directory.patch(address, {"op": "replace", "path": "displayName", "value": "Learning team"})
    assert await roles() == ["employee", "admin"]
    await directory.ask("DELETE", address)
    assert await roles() == ["employee"]
