"""Groups of SCIM: some of them give roles; members come and go in portions, so none is ever loaded whole."""

from collections.abc import Iterable
from typing import Any

from scim2_models import (
    Context,
    InvalidPathException,
    InvalidValueException,
    Meta,
    PatchOp,
    Reference,
    SearchRequest,
)
from scim2_models.path import Comparison
from starlette.responses import Response

from alliance.models import ProvisionedGroup
from alliance.provisioned_groups import (
    add_members,
    end_group,
    group_to_change,
    make_group,
    remove_members,
    rename_group,
    set_members,
)
from alliance.queries.provisioned import group_of, groups, members_of
from alliance.unit_of_work import UnitOfWork
from web.scim.door import Asked, answer, number_of
from web.scim.filters import GROUP_COLUMNS, condition_of
from web.scim.listing import listed, shown
from web.scim.resources import POLICY, Group, GroupMember, bounded

_MOST_MEMBERS = 20_000


async def list_groups(asked: Asked) -> Response:
    """GET /scim/v2/Groups, POST /scim/v2/Groups/.search: all, or those that fit `filter`."""
    search = SearchRequest[Group].model_validate(asked.question())
    part = listed(search)
    condition = condition_of(search.filter, GROUP_COLUMNS) if search.filter else None
    async with asked.instance.reading() as db:
        found = await groups(db, condition, skip=part.skip, limit=part.limit)
        members = await members_of(db, [one.id for one in found.found]) if _with_members(search) else {}
    rows = [shown(group_resource(one, members.get(one.id, []), asked.base), search) for one in found.found]
    return answer(part.page(rows, found.total))


async def read_group(asked: Asked) -> Response:
    """GET /scim/v2/Groups/<id>; `excludedAttributes=members` spares the long part."""
    search = SearchRequest[Group].model_validate(asked.question())
    async with asked.instance.reading() as db:
        found = await group_of(db, asked.number())
        members = await members_of(db, [found.id]) if _with_members(search) else {}
    return answer(shown(group_resource(found, members.get(found.id, []), asked.base), search))


async def add_group(asked: Asked) -> Response:
    """POST /scim/v2/Groups: 201 with the group."""
    with POLICY:
        given = Group.model_validate(asked.payload, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    async with asked.changing() as uow:
        group = await make_group(uow, given.display_name or "", given.external_id)
        await add_members(uow, group, _numbers(given.members))
        made = await _whole(uow, group, asked.base)
    return answer(made, 201, Location=f"{asked.base}/Groups/{group.id}")


async def replace_group(asked: Asked) -> Response:
    """PUT /scim/v2/Groups/<id>."""
    with POLICY:
        given = Group.model_validate(asked.payload, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
    async with asked.changing() as uow:
        group = await group_to_change(uow, asked.number())
        await rename_group(uow, group, given.display_name or "", given.external_id)
        await set_members(uow, group, _numbers(given.members))
        return answer(await _whole(uow, group, asked.base))


async def patch_group(asked: Asked) -> Response:
    """PATCH /scim/v2/Groups/<id>: 204, as Microsoft Entra wants it, because groups are long."""
    with POLICY:
        patch = PatchOp[Group].model_validate(asked.payload, scim_ctx=Context.RESOURCE_PATCH_REQUEST)
    operations = bounded(patch.operations)
    async with asked.changing() as uow:
        group = await group_to_change(uow, asked.number())
        for operation in operations:
            await _apply(uow, group, operation)
    return Response(status_code=204)


async def end_one(asked: Asked) -> Response:
    """DELETE /scim/v2/Groups/<id>."""
    async with asked.changing() as uow:
        await end_group(uow, await group_to_change(uow, asked.number()))
    return Response(status_code=204)


def group_resource(group: ProvisionedGroup, members: Iterable[int], base: str) -> Group:
    """The group as the directory reads it."""
    return Group(
        id=str(group.id),
        external_id=group.external_id,
        display_name=group.name,
        members=[
            GroupMember(value=str(number), ref=Reference(f"{base}/Users/{number}")) for number in members
        ]
        or None,
        meta=Meta(
            resource_type="Group",
            created=group.created_at,
            last_modified=group.updated_at,
            location=f"{base}/Groups/{group.id}",
        ),
    )


async def _whole(uow: UnitOfWork, group: ProvisionedGroup, base: str) -> dict[str, Any]:
    await uow.db.flush()
    members = await members_of(uow.db, [group.id])
    return shown(group_resource(group, members.get(group.id, []), base))


async def _apply(uow: UnitOfWork, group: ProvisionedGroup, operation: Any) -> None:
    """One operation (RFC 7644, section 3.5.2) by what it names."""
    path, value = operation.path, operation.value
    if path is None or not path.parts:
        if not isinstance(value, dict):
            raise InvalidValueException(detail="Without a path the value is an object.")
        for name, one in list(value.items())[:20]:
            await _set(uow, group, str(operation.op), name.lower(), one)
        return
    if path.value_filter is not None:
        await _by_filter(uow, group, str(operation.op), path)
        return
    await _set(uow, group, str(operation.op), ".".join(path.parts).lower(), value)


async def _set(uow: UnitOfWork, group: ProvisionedGroup, how: str, name: str, value: Any) -> None:
    match name, how:
        case "members", "add":
            await add_members(uow, group, _given(value))
        case "members", "replace":
            await set_members(uow, group, _given(value))
        case "members", "remove":
            # Without a value everybody goes, with an empty list nobody.
            if value is None:
                await set_members(uow, group, ())
            else:
                await remove_members(uow, group, _given(value))
        case "displayname", "add" | "replace":
            await rename_group(uow, group, _line(value), group.external_id)
        case "externalid", "add" | "replace":
            await rename_group(uow, group, group.name, None if value is None else _line(value))
        case "externalid", "remove":
            await rename_group(uow, group, group.name, None)
        case "displayname", _:
            raise InvalidValueException(detail="A group has a name.")
        case _:
            return  # What we don't keep (`id`, `meta`, attributes of others) changes nothing.


async def _by_filter(uow: UnitOfWork, group: ProvisionedGroup, how: str, path: Any) -> None:
    """`members[value eq "…"]`, which is how Okta removes one."""
    wanted = path.value_filter
    simple = isinstance(wanted, Comparison) and wanted.op == "eq" and wanted.attr_path.attr.lower() == "value"
    if not simple or path.parts[0].lower() != "members" or how != "remove":
        raise InvalidPathException(detail='Members are removed by `members[value eq "…"]`.')
    await remove_members(uow, group, _ids([str(wanted.value)]))


def _line(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidValueException(detail="displayName and externalId are text.")
    return value


def _given(value: Any) -> list[int]:
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict | GroupMember) for one in listed):
        raise InvalidValueException(detail="Members are objects with a value.")
    return _ids(one.value or "" if isinstance(one, GroupMember) else _text(one) for one in listed)


def _text(member: dict[str, Any]) -> str:
    value = member.get("value")
    return value if isinstance(value, str) else ""


def _numbers(members: Iterable[GroupMember] | None) -> list[int]:
    return _ids(one.value or "" for one in members or ())


def _ids(values: Iterable[str]) -> list[int]:
    found = list(values)
    if len(found) > _MOST_MEMBERS:
        raise InvalidValueException(detail=f"At most {_MOST_MEMBERS} members at once.")
    numbers = [number for one in found if (number := number_of(one)) is not None]
    if len(numbers) < len(found):
        raise InvalidValueException(detail="A member's value is the id of a user.")
    return numbers


def _with_members(search: SearchRequest[Group]) -> bool:
    excluded = {str(path).lower() for path in search.excluded_attributes or ()}
    wanted = {str(path).lower().partition(".")[0] for path in search.attributes or ()}
    return "members" not in excluded and (not wanted or "members" in wanted)
