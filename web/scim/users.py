"""Users of SCIM: accounts here, as the company's directory opens, changes and closes them."""

from typing import Any

from scim2_models import Context, InvalidValueException, Meta, PatchOp, Reference, SearchRequest
from starlette.responses import Response

from alliance.models import Employee, ProvisionedUser
from alliance.provisioning import Wanted, hold_account, provision, reprovision, unprovision
from alliance.queries.provisioned import Account, account_of, accounts
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork
from web.scim.door import Asked, answer
from web.scim.filters import USER_COLUMNS, condition_of
from web.scim.listing import listed, shown
from web.scim.resources import POLICY, Email, GroupMembership, Name, User, bounded

_NAME_LIMIT = 200


async def list_users(asked: Asked) -> Response:
    """GET /scim/v2/Users, POST /scim/v2/Users/.search: all, or those that fit `filter`."""
    search = SearchRequest[User].model_validate(asked.question())
    part = listed(search)
    condition = condition_of(search.filter, USER_COLUMNS) if search.filter else None
    async with asked.instance.reading() as db:
        found = await accounts(db, condition, skip=part.skip, limit=part.limit)
    users = [shown(user_of(one, asked.base), search) for one in found.found]
    return answer(part.page(users, found.total))


async def read_user(asked: Asked) -> Response:
    """GET /scim/v2/Users/<id>."""
    search = SearchRequest[User].model_validate(asked.question())
    async with asked.instance.reading() as db:
        found = await account_of(db, asked.number())
    return answer(shown(user_of(found, asked.base), search))


async def add_user(asked: Asked) -> Response:
    """POST /scim/v2/Users: 201 with the account."""
    with POLICY:
        given = User.model_validate(_completed(asked.payload), scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    async with asked.changing() as uow:
        employee = await provision(uow, _wanted(given))
        made = user_of(await account_of(uow.db, employee.id), asked.base)
    return answer(shown(made), 201, Location=f"{asked.base}/Users/{employee.id}")


async def replace_user(asked: Asked) -> Response:
    """PUT /scim/v2/Users/<id>: without `active` and `emails` these stay as they are."""
    async with asked.changing() as uow:
        before = await _held(asked, uow)
        with POLICY:
            given = User.model_validate(
                _completed(asked.payload, before.employee), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST
            )
        return await _change(asked, uow, before, given)


async def patch_user(asked: Asked) -> Response:
    """PATCH /scim/v2/Users/<id>: `active` false ends everything that the account could open, at once."""
    with POLICY:
        patch = PatchOp[User].model_validate(asked.payload, scim_ctx=Context.RESOURCE_PATCH_REQUEST)
        bounded(patch.operations)
        async with asked.changing() as uow:
            before = await _held(asked, uow)
            wanted = user_of(before, asked.base)
            patch.patch(wanted)
            return await _change(asked, uow, before, wanted)


async def end_user(asked: Asked) -> Response:
    """DELETE /scim/v2/Users/<id>: closed at once, erased a month later."""
    async with asked.changing() as uow:
        await unprovision(uow, (await _held(asked, uow)).employee.id)
    return Response(status_code=204)


async def _held(asked: Asked, uow: UnitOfWork) -> Account:
    """As it is once nobody else changes it any more: a PATCH is applied to that. Raises NotFound."""
    await hold_account(uow, asked.number())
    return await account_of(uow.db, asked.number())


async def _change(asked: Asked, uow: UnitOfWork, before: Account, given: User) -> Response:
    await reprovision(uow, before.employee.id, _wanted(given, before.employee))
    await uow.db.flush()
    return answer(shown(user_of(await account_of(uow.db, before.employee.id), asked.base)))


def user_of(account: Account, base: str) -> User:
    """The account as the directory reads it."""
    employee, known = account.employee, account.described
    return User(
        id=str(employee.id),
        external_id=known.external_id if known else None,
        user_name=known.user_name if known else employee.email,
        display_name=known.display_name if known else employee.person.name,
        name=_name(known, employee),
        active=employee.disabled_at is None,
        emails=[_address(known, employee)],
        groups=[
            GroupMembership(value=str(number), ref=Reference(f"{base}/Groups/{number}"), display=name)
            for number, name in account.groups
        ]
        or None,
        meta=Meta(
            resource_type="User",
            created=employee.created_at,
            last_modified=known.updated_at if known else employee.created_at,
            location=f"{base}/Users/{employee.id}",
        ),
    )


def _address(known: ProvisionedUser | None, employee: Employee) -> Email:
    if known is None:
        return Email(value=employee.email, type="work", primary=True)
    # Always of a type, so that a PATCH of `emails[type eq "work"]` finds it and adds no second one.
    return Email(value=employee.email, type=known.email_type or "work", primary=known.email_is_primary)


def _name(known: ProvisionedUser | None, employee: Employee) -> Name:
    if known is None:
        return Name(formatted=employee.person.name)
    return Name(formatted=known.formatted_name, given_name=known.given_name, family_name=known.family_name)


def _wanted(user: User, before: Employee | None = None) -> Wanted:
    """What the account is to be. Raises InvalidValueException for a name that is missing or too long."""
    user_name = clean_line(user.user_name or "")
    name = user.name or Name()
    parts = [clean_line(part or "") for part in (name.given_name, name.family_name)]
    display, formatted = clean_line(user.display_name or ""), clean_line(name.formatted or "")
    shown_as = display or formatted or " ".join(part for part in parts if part)
    shown_as = shown_as or (before.person.name if before else "") or user_name.partition("@")[0]
    if not 1 <= len(user_name) <= 320:
        raise InvalidValueException(detail="userName has 1 to 320 characters.")
    if any(len(one) > _NAME_LIMIT for one in (*parts, display, formatted, shown_as)):
        raise InvalidValueException(detail=f"A name has up to {_NAME_LIMIT} characters.")
    return Wanted(
        user_name=user_name,
        email=_email(user, before) or user_name,
        name=shown_as,
        external_id=user.external_id or None,
        display_name=display or None,
        given_name=parts[0] or None,
        family_name=parts[1] or None,
        formatted_name=formatted or None,
        email_type=_email_type(user),
        email_is_primary=main.primary if (main := _main(user)) is not None else None,
        is_active=user.active if user.active is not None else _is_open(before),
    )


def _completed(given: dict[str, Any], before: Employee | None = None) -> dict[str, Any]:
    """With what is not always sent: whoever is there stays as they are.

    Somebody new is active, and has their name as address where it can be one.
    """
    payload = {"active": _is_open(before), **given}
    address = before.email if before else payload.get("userName")
    if not payload.get("emails") and isinstance(address, str) and "@" in address:
        return {**payload, "emails": [{"value": address, "type": "work", "primary": True}]}
    return payload


def _is_open(before: Employee | None) -> bool:
    return before is None or before.disabled_at is None


def _email(user: User, before: Employee | None) -> str:
    """An account keeps its own address where none is given."""
    main = _main(user)
    if main is not None and main.value:
        return main.value
    return before.email if before else ""


def _email_type(user: User) -> str | None:
    main = _main(user)
    return clean_line(main.type, 60) or None if main is not None and main.type else None


def _main(user: User) -> Email | None:
    """The main address, else the one for work, else the first."""
    given = sorted(user.emails or [], key=lambda one: (not one.primary, one.type != "work"))
    return given[0] if given else None
