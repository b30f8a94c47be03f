"""Roles follow the groups of the company's directory that the settings name."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from alliance.identities import Entered, Proven, connect
from alliance.models import Employee
from alliance.settings import Settings
from tests.support.founding import Founded
from tests.web.scim.directory import Directory


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Two groups give a role each."""
    return replace(
        settings, oidc_admin_groups=("Learning team",), oidc_moderator_groups=("Moderators", "4f1c-group")
    )


async def roles_of(founded: Founded, number: int) -> list[str]:
    """As they are stored now."""
    async with founded.instance.reading() as db:
        return (await db.get_one(Employee, number)).roles


async def test_groups_of_the_directory_give_roles_and_take_them(
    directory: Directory, founded: Founded
) -> None:
    made = await directory.user("ruth")
    group = await directory.group("Learning team")
    address, member = f"/Groups/{group['id']}", [{"value": made["id"]}]

    async def roles() -> list[str]:
        return await roles_of(founded, int(made["id"]))

    await directory.patch(address, {"op": "add", "path": "members", "value": member})
    assert await roles() == ["employee", "admin"]
    await directory.patch(address, {"op": "replace", "path": "displayName", "value": "Nobody special"})
    assert await roles() == ["employee"]
    await directory.patch(address, {"op": "replace", "path": "displayName", "value": "Learning team"})
    assert await roles() == ["employee", "admin"]
    await directory.ask("DELETE", address)
    assert await roles() == ["employee"]


async def test_a_group_takes_only_the_roles_that_it_gives(directory: Directory, founded: Founded) -> None:
    """Those of a sign-in, by groups that the directory does not send here, are not the directory's."""
    made = await directory.user("ruth")
    number = int(made["id"])
    async with founded.instance.unit_of_work() as uow:
        (await uow.db.get_one(Employee, number)).roles = ["employee", "moderator", "admin"]
    everybody = await directory.group("Everybody", made["id"])
    assert await roles_of(founded, number) == ["employee", "moderator", "admin"]
    await directory.ask("DELETE", f"/Groups/{everybody['id']}")
    moderators = await directory.group("Moderators", made["id"])
    assert await roles_of(founded, number) == ["employee", "moderator", "admin"]
    await directory.patch(f"/Groups/{moderators['id']}", {"op": "remove", "path": "members"})
    assert await roles_of(founded, number) == ["employee", "admin"]


async def test_a_role_stays_while_another_group_gives_it(directory: Directory, founded: Founded) -> None:
    made = await directory.user("ruth")
    one, other = [await directory.group(name, made["id"]) for name in ("Moderators", "4f1c-group")]
    await directory.ask("DELETE", f"/Groups/{one['id']}")
    assert await roles_of(founded, int(made["id"])) == ["employee", "moderator"]
    await directory.ask("DELETE", f"/Groups/{other['id']}")
    assert await roles_of(founded, int(made["id"])) == ["employee"]


async def test_who_was_deleted_comes_back_without_groups_and_roles(
    directory: Directory, founded: Founded
) -> None:
    made = await directory.user("ruth")
    group = await directory.group("Learning team", made["id"])
    await directory.ask("DELETE", f"/Users/{made['id']}")
    assert "members" not in (await directory.ask("GET", f"/Groups/{group['id']}")).json()
    member = {"op": "add", "path": "members", "value": [{"value": made["id"]}]}
    assert (await directory.patch(f"/Groups/{group['id']}", member)).status_code == 400
    assert (await directory.user("ruth"))["id"] == made["id"]
    assert await roles_of(founded, int(made["id"])) == ["employee"]


async def test_groups_of_the_directory_count_when_an_account_is_connected(
    directory: Directory, founded: Founded
) -> None:
    async with founded.instance.reading() as db:
        jonas = await db.scalar(select(Employee.id).where(Employee.email == "jonas@nordlicht.example"))
    assert jonas is not None
    await directory.group("Learning team", str(jonas))
    proven = Proven(issuer="https://login.example", subject="jonas", email="jonas@nordlicht.example")
    async with founded.instance.unit_of_work() as uow:
        assert isinstance(await connect(uow, jonas, proven), Entered)
    assert await roles_of(founded, jonas) == ["employee", "admin"]
