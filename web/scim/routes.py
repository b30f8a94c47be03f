"""The addresses of SCIM; what is behind them is loaded when a directory first asks."""

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.scim.door import Asked, for_directories

_BASE = "/scim/v2"
Endpoint = Callable[[Request], Awaitable[Response]]


def _late(room: str, name: str) -> Endpoint:
    """The endpoint `name` in web/scim/`room`, which brings a large library along."""

    async def handler(asked: Asked) -> Response:
        rooms = await asyncio.to_thread(_rooms)
        response: Response = await getattr(rooms[room], name)(asked)
        return response

    return for_directories(handler)


def _rooms() -> dict[str, ModuleType]:
    from web.scim.endpoints import ROOMS

    return ROOMS


def _routes(path: str, room: str, **names: str) -> list[Route]:
    return [
        Route(_BASE + path, _late(room, name), methods=[method.upper()]) for method, name in names.items()
    ]


SCIM_ROUTES: list[Route] = [
    *_routes("/ServiceProviderConfig", "discovery", get="service"),
    *_routes("/ResourceTypes", "discovery", get="types"),
    *_routes("/ResourceTypes/{name}", "discovery", get="one_type"),
    *_routes("/Schemas", "discovery", get="schemas"),
    *_routes("/Schemas/{name}", "discovery", get="one_schema"),
    *_routes("/Users/.search", "users", post="list_users"),
    *_routes("/Groups/.search", "groups", post="list_groups"),
    *_routes("/Users", "users", get="list_users", post="add_user"),
    *_routes(
        "/Users/{id}", "users", get="read_user", put="replace_user", patch="patch_user", delete="end_user"
    ),
    *_routes("/Groups", "groups", get="list_groups", post="add_group"),
    *_routes(
        "/Groups/{id}", "groups", get="read_group", put="replace_group", patch="patch_group", delete="end_one"
    ),
    *_routes("/.search", "discovery", post="everywhere"),
    *_routes("/{rest:path}", "discovery", get="nothing"),
]
