"""Mastodon's entities as JSON Schema, for the description of the API."""

from typing import Any

from web.mastodon.reference import entities

_SIMPLE: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "html": {"type": "string"},
    "url": {"type": "string"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "datetime|date": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "object": {"type": "object"},
    "null": {"type": "null"},
    "Empty": {"type": "object", "maxProperties": 0},
}


def schema_name(entity: str) -> str:
    """As the description calls it: `Admin::Account` is `AdminAccount`."""
    return entity.replace("::", "")


def schemas() -> dict[str, Any]:
    """Every entity."""
    return {schema_name(name): _entity(name) for name in entities()}


def returned(returns: str) -> dict[str, Any]:
    """The schema of what a table says that an address returns; of shapes without a name that it is JSON."""
    if returns.endswith("[]"):
        return {"type": "array", "items": returned(returns[:-2])}
    if "|" in returns and "{" not in returns:
        return {"anyOf": [returned(part) for part in returns.split("|")]}
    if returns in entities():
        return {"$ref": f"#/components/schemas/{schema_name(returns)}"}
    return _SIMPLE.get(returns, {})


def _entity(name: str) -> dict[str, Any]:
    entity = entities()[name]
    own = _object(entity["attributes"])
    if entity["parent"]:
        return {"allOf": [returned(entity["parent"]), own]}
    return own


def _object(attributes: list[list[Any]]) -> dict[str, Any]:
    properties, required = {}, []
    for path, kind, marks, *_ in attributes:
        if len(path) > 1:
            continue
        inner = [[p[1:], *rest] for p, *rest in attributes if len(p) > 1 and p[0] == path[0]]
        properties[path[0]] = _nullable(_inner(kind, inner), "?" in marks)
        if "-" not in marks:
            required.append(path[0])
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _inner(kind: str, inner: list[list[Any]]) -> dict[str, Any]:
    if not inner:
        return _type(kind)
    if inner[0][0] == ["[]"] or inner[0][0][0] == "[]":
        return {"type": "array", "items": _object([[p[1:], *rest] for p, *rest in inner if len(p) > 1])}
    return _object(inner)


def _type(kind: str) -> dict[str, Any]:
    if kind.startswith("array<"):
        return {"type": "array", "items": _type(kind[6:-1])}
    if kind.startswith("entity:"):
        names = [part.strip().removeprefix("entity:") for part in kind.split("|")]
        return returned(names[0]) if len(names) == 1 else {"anyOf": [returned(name) for name in names]}
    if kind.startswith("enum:"):
        return {"enum": kind[5:].split("|")}
    return _SIMPLE.get(kind, {})


def _nullable(schema: dict[str, Any], may_be_null: bool) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]} if may_be_null else schema
