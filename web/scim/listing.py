"""Parts of lists and of resources, as RFC 7644, sections 3.4.2.4 and 3.9, has them."""

from dataclasses import dataclass
from typing import Any

from scim2_models import Context, Resource, SearchRequest

from web.scim.resources import MOST_RESULTS

_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


@dataclass(frozen=True)
class Part:
    """Which rows of a list are asked for."""

    skip: int
    limit: int

    def page(self, resources: list[dict[str, Any]], total: int) -> dict[str, Any]:
        """The list as a message."""
        return {
            "schemas": [_LIST],
            "totalResults": total,
            "startIndex": self.skip + 1,
            "itemsPerPage": len(resources),
            "Resources": resources,
        }


def listed(search: SearchRequest[Any]) -> Part:
    """At most 200 at once; counting starts with 1, and less than that is 1."""
    start = max(1, min(search.start_index or 1, 10_000_000))
    count = MOST_RESULTS if search.count is None else max(0, min(search.count, MOST_RESULTS))
    return Part(start - 1, count)


def shown(resource: Resource[Any], search: SearchRequest[Any] | None = None) -> dict[str, Any]:
    """The resource, or the attributes of it that are asked for."""
    found: dict[str, Any] = resource.model_dump(
        scim_ctx=Context.RESOURCE_QUERY_RESPONSE,
        response_parameters=search,
    )
    return found
