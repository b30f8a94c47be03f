"""The addresses of the console."""

from starlette.routing import Route

from web.pages.admin import console

ADMIN_ROUTES = [
    Route("/admin", console.start, methods=["GET"]),
]
