"""The addresses of the console."""

from starlette.routing import Route

from web.pages.admin import connections, console, refused, sources

_HOST = "/admin/federation/hosts/{host}"

ADMIN_ROUTES = [
    Route("/admin", console.start, methods=["GET"]),
    Route("/admin/federation", connections.show, methods=["GET"]),
    Route("/admin/federation/refused", refused.show, methods=["GET"]),
    Route("/admin/federation/refused/{id:int}", refused.explain, methods=["GET"]),
    Route(_HOST, connections.show_host, methods=["GET"]),
    Route(f"{_HOST}/now", connections.try_now, methods=["POST"]),
    Route(f"{_HOST}/again", connections.send_again, methods=["POST"]),
    Route(f"{_HOST}/drop", connections.ask_drop, methods=["GET"]),
    Route(f"{_HOST}/drop", connections.drop, methods=["POST"]),
    Route("/admin/sources", sources.show, methods=["GET"]),
    Route("/admin/sources/new", sources.ask, methods=["GET"]),
    Route("/admin/sources/new", sources.add, methods=["POST"]),
    Route("/admin/sources/{source:int}/remove", sources.ask_remove, methods=["GET"]),
    Route("/admin/sources/{source:int}/{verb}", sources.act, methods=["POST"]),
]
