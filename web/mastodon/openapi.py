"""The description of the API for programs (OpenAPI 3.1), made from what is really answered."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from alliance.app_scopes import SCOPES
from web.activitypub.nodeinfo import our_version
from web.mastodon.door import Endpoint
from web.mastodon.openapi_schemas import returned, schemas
from web.mastodon.reference import by_address, without_names

_PARAMETER_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "enum": {"type": "string"},
    "file": {"type": "string", "format": "binary"},
    "object": {"type": "object"},
    "array<string>": {"type": "array", "items": {"type": "string"}},
    "array<integer>": {"type": "array", "items": {"type": "integer"}},
}
_ERROR = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
_ERRORS = {
    "400": "not to be read",
    "401": "no token, or one that has ended",
    "403": "not allowed to this token or person",
    "404": "not there, or not for these eyes",
    "409": "somebody was faster",
    "410": "taken back",
    "413": "too long",
    "422": "can't be used",
    "429": "too many requests",
}


@cache
def described(endpoints: tuple[Endpoint, ...]) -> dict[str, Any]:
    """The whole description; addresses are relative to where it was read."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Alliance: the client API of Mastodon",
            "version": our_version(),
            "description": "Sessions are statuses, people and companies are accounts, votes are RSVPs.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {**schemas(), "Error": _ERROR},
            "securitySchemes": {"token": _token()},
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    row = by_address().get((endpoint.method, without_names(endpoint.path)), {})
    operation: dict[str, Any] = {
        "operationId": f"{endpoint.method.lower()} {endpoint.path}",
        "tags": [row.get("group", "instance")],
        "parameters": [*_in_path(endpoint.path), *_in_query(row.get("params", ()))],
        "responses": _responses(row.get("returns", "")),
    }
    if endpoint.token != "none":  # noqa: S105 - the word for "no token is looked at"
        asked = [{"token": list(endpoint.scopes)}]
        operation["security"] = [{}, *asked] if endpoint.token == "user-optional" else asked  # noqa: S105
    if body := _body(row.get("params", ())):
        operation["requestBody"] = body
    return operation


def _in_path(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names]


def _in_query(params: Iterable[list[Any]]) -> list[dict[str, Any]]:
    return [
        {"name": _bracketed(name, kind), "in": "query", "required": False, "schema": _parameter(kind)}
        for name, place, kind, _ in params
        if place == "query"
    ]


def _bracketed(name: str, kind: str) -> str:
    return f"{name}[]" if kind.startswith("array<") and not name.endswith("]") else name


def _body(params: Iterable[list[Any]]) -> dict[str, Any]:
    fields = {_bracketed(name, kind): _parameter(kind) for name, place, kind, _ in params if place == "form"}
    if not fields:
        return {}
    schema = {"type": "object", "properties": fields}
    has_file = any(field.get("format") == "binary" for field in fields.values())
    kinds = (
        ("multipart/form-data",) if has_file else ("application/x-www-form-urlencoded", "application/json")
    )
    return {"content": {kind: {"schema": schema} for kind in kinds}}


def _parameter(kind: str) -> dict[str, Any]:
    return _PARAMETER_TYPES.get(kind, {"type": "string"})


def _responses(returns: str) -> dict[str, Any]:
    good = {"description": "as asked", "content": {"application/json": {"schema": returned(returns)}}}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    errors = {status: {"description": words, "content": error} for status, words in _ERRORS.items()}
    return {"200": good, **errors}


def _token() -> dict[str, Any]:
    return {
        "type": "oauth2",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth/authorize",
                "tokenUrl": "/oauth/token",
                "scopes": dict.fromkeys(SCOPES, ""),
            }
        },
    }
