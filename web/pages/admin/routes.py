"""The addresses of the console."""

from starlette.routing import Route

from web.pages.admin import console, sources

ADMIN_ROUTES = [
    Route("/admin", console.start, methods=["GET"]),
    Route("/admin/sources", sources.show, methods=["GET"]),
    Route("/admin/sources/new", sources.ask, methods=["GET"]),
    Route("/admin/sources/new", sources.add, methods=["POST"]),
    Route("/admin/sources/{source:int}/remove", sources.ask_remove, methods=["GET"]),
    Route("/admin/sources/{source:int}/{verb}", sources.act, methods=["POST"]),
]
