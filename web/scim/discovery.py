"""What the service tells of itself (RFC 7644, section 4)."""

from typing import Any

from scim2_models import Context, Resource
from starlette.responses import Response

from alliance.errors import NotFound
from web.scim.door import Asked, answer, trouble
from web.scim.resources import Group, User, config, resource_types

_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


async def service(asked: Asked) -> Response:
    """GET /scim/v2/ServiceProviderConfig."""
    told = _told(config())
    told["meta"] = {
        "resourceType": "ServiceProviderConfig",
        "location": f"{asked.base}/ServiceProviderConfig",
    }
    return answer(told)


async def types(asked: Asked) -> Response:
    """GET /scim/v2/ResourceTypes."""
    return answer(_list([_type(asked, one) for one in resource_types()]))


async def one_type(asked: Asked) -> Response:
    """GET /scim/v2/ResourceTypes/<name>. Raises NotFound."""
    for one in resource_types():
        if one.id == asked.request.path_params["name"]:
            return answer(_type(asked, one))
    raise NotFound


async def schemas(asked: Asked) -> Response:
    """GET /scim/v2/Schemas."""
    return answer(_list([_schema(asked, model) for model in (User, Group)]))


async def one_schema(asked: Asked) -> Response:
    """GET /scim/v2/Schemas/<URN>. Raises NotFound."""
    for model in (User, Group):
        if str(model.__schema__).lower() == asked.request.path_params["name"].lower():
            return answer(_schema(asked, model))
    raise NotFound


async def everywhere(asked: Asked) -> Response:
    """POST /scim/v2/.search: users and groups at once are not to be had (RFC 7644, section 3.12)."""
    return trouble(501, "Please search /Users or /Groups.")


async def nothing(asked: Asked) -> Response:
    """Any other address. Raises NotFound."""
    raise NotFound


def _type(asked: Asked, one: Resource[Any]) -> dict[str, object]:
    location = f"{asked.base}/ResourceTypes/{one.id}"
    return {**_told(one), "meta": {"resourceType": "ResourceType", "location": location}}


def _schema(asked: Asked, model: type[Resource[Any]]) -> dict[str, object]:
    location = f"{asked.base}/Schemas/{model.__schema__}"
    return {**_told(model.to_schema()), "meta": {"resourceType": "Schema", "location": location}}


def _told(resource: Resource[Any]) -> dict[str, object]:
    found: dict[str, object] = resource.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    return found


def _list(resources: list[dict[str, object]]) -> dict[str, object]:
    return {
        "schemas": [_LIST],
        "totalResults": len(resources),
        "startIndex": 1,
        "itemsPerPage": len(resources),
        "Resources": resources,
    }
