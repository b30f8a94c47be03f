"""Filters of SCIM (RFC 7644, section 3.4.2.2) as conditions of the database."""

from collections.abc import Mapping
from typing import Any

from scim2_models import InvalidFilterException
from scim2_models.path import (
    Comparison,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ScimFilter,
    ValuePath,
)
from sqlalchemy import ColumnElement, Text, and_, cast, false, func, not_, or_, true

from alliance.models import Employee, Person, ProvisionedGroup, ProvisionedUser

_MOST_TERMS = 20
_LONGEST = 1_000
Columns = Mapping[str, ColumnElement[Any]]

USER_COLUMNS: Columns = {
    "id": cast(Employee.id, Text),
    "externalid": ProvisionedUser.external_id.expression,
    "username": func.coalesce(ProvisionedUser.user_name_key, Employee.email),
    "displayname": func.lower(func.coalesce(ProvisionedUser.display_name, Person.name)),
    "name.familyname": func.lower(ProvisionedUser.family_name),
    "name.givenname": func.lower(ProvisionedUser.given_name),
    "name.formatted": func.lower(func.coalesce(ProvisionedUser.formatted_name, Person.name)),
    "emails": Employee.email.expression,
    "emails.value": Employee.email.expression,
    "active": Employee.disabled_at.is_(None),
}
GROUP_COLUMNS: Columns = {
    "id": cast(ProvisionedGroup.id, Text),
    "externalid": ProvisionedGroup.external_id.expression,
    "displayname": ProvisionedGroup.name_key.expression,
}
_EXACT = frozenset({"id", "externalid", "active"})
# What stands in every address that we show, so that `emails[type eq "work"]` finds those.
_CONSTANTS = {"emails.type": "work", "emails.primary": True}


def condition_of(text: str, columns: Columns) -> ColumnElement[bool]:
    """The filter as a condition. Raises InvalidFilterException for what is none, or asks for what we lack."""
    if len(text) > _LONGEST:
        raise InvalidFilterException(detail="This filter is too long.")
    try:
        node = ScimFilter(text).ast
        return _Conditions(columns).visit(node)
    except RecursionError:
        raise InvalidFilterException(detail="This filter is too deep.") from None


class _Conditions(FilterVisitor[ColumnElement[bool]]):
    def __init__(self, columns: Columns, within: str = "") -> None:
        self.columns = columns
        self.within = within
        self.terms = 0

    def visit_comparison(self, node: Comparison) -> ColumnElement[bool]:
        self.terms += 1
        if self.terms > _MOST_TERMS:
            raise InvalidFilterException(detail="This filter has too many parts.")
        name = self._name(node.attr_path)
        if name in _CONSTANTS:
            return true() if node.op == "eq" and node.value == _CONSTANTS[name] else false()
        return _compared(self._column(name), name, str(node.op), node.value)

    def visit_present(self, node: Present) -> ColumnElement[bool]:
        name = self._name(node.attr_path)
        return true() if name in _CONSTANTS else self._column(name).is_not(None)

    def visit_not(self, node: Not) -> ColumnElement[bool]:
        return not_(self.visit(node.expr))

    def visit_logical_expr(self, node: LogicalExpr) -> ColumnElement[bool]:
        joined = and_ if node.op == LogicalOperator.and_ else or_
        return joined(*(self.visit(term) for term in node.terms))

    def visit_value_path(self, node: ValuePath) -> ColumnElement[bool]:
        inside = _Conditions(self.columns, f"{self._name(node.attr_path)}.")
        return inside.visit(node.val_filter)

    def _name(self, path: Any) -> str:
        sub = f".{path.sub_attr.lower()}" if path.sub_attr else ""
        return f"{self.within}{path.attr.lower()}{sub}"

    def _column(self, name: str) -> ColumnElement[Any]:
        if name not in self.columns:
            raise InvalidFilterException(detail=f"{name} can't be filtered by.")
        return self.columns[name]


def _compared(column: ColumnElement[Any], name: str, how: str, value: Any) -> ColumnElement[bool]:
    if name == "active":
        if how not in ("eq", "ne") or not isinstance(value, bool):
            raise InvalidFilterException(detail="active is true or false.")
        return column if value is (how == "eq") else not_(column)
    if not isinstance(value, str) or not value.isprintable():
        # No database takes every character that JSON can spell, such as the one with number 0.
        raise InvalidFilterException(detail=f"{name} is text on one line.")
    wanted = value if name in _EXACT else value.lower()
    match how:
        case "eq":
            return column == wanted
        case "ne":
            return column.is_distinct_from(wanted)
        case "co":
            return column.contains(wanted, autoescape=True)
        case "sw":
            return column.startswith(wanted, autoescape=True)
        case "ew":
            return column.endswith(wanted, autoescape=True)
        case _:
            raise InvalidFilterException(detail=f"{name} can't be compared with {how}.")
