"""The addresses of the console."""

from starlette.routing import Route

from web.pages import followers, webhooks
from web.pages.admin import (
    audit,
    company,
    connections,
    console,
    domains,
    leaders,
    moderation,
    people,
    refused,
    sources,
)

_HOST = "/admin/federation/hosts/{host}"
_HOOK = "/admin/webhooks/{hook:int}"

ADMIN_ROUTES = [
    Route("/admin/audit", audit.show, methods=["GET"]),
    Route("/admin/audit/export", audit.export, methods=["POST"]),
    Route("/admin/people", people.show, methods=["GET"]),
    Route("/admin/people/{id:int}", people.one, methods=["GET"]),
    Route("/admin/people/{id:int}/close", people.ask_close, methods=["GET"]),
    Route("/admin/people/{id:int}/roles", people.choose_roles, methods=["POST"]),
    Route("/admin/people/{id:int}/hand-over", people.hand_over, methods=["POST"]),
    Route("/admin/people/{id:int}/{verb}", people.act, methods=["POST"]),
    Route("/admin/moderation", moderation.show, methods=["GET"]),
    Route("/admin/moderation/{id:int}/decide", moderation.decide, methods=["POST"]),
    Route("/admin/moderation/{id:int}/forward", moderation.forward, methods=["POST"]),
    Route("/admin/leaders", leaders.show, methods=["GET"]),
    Route("/admin/leaders/{id:int}", leaders.answer, methods=["POST"]),
    Route("/admin/domains", domains.show, methods=["GET"]),
    Route("/admin/domains", domains.treat, methods=["POST"]),
    Route("/admin/domains/free", domains.free, methods=["POST"]),
    Route("/admin/domains/unblock", domains.unblock, methods=["POST"]),
    Route("/admin/webhooks", webhooks.show, methods=["GET"]),
    Route("/admin/webhooks/new", webhooks.new, methods=["GET"]),
    Route("/admin/webhooks/new", webhooks.add, methods=["POST"]),
    Route(_HOOK, webhooks.one, methods=["GET"]),
    Route(_HOOK, webhooks.change, methods=["POST"]),
    Route(f"{_HOOK}/remove", webhooks.ask_remove, methods=["GET"]),
    Route(f"{_HOOK}/{{verb}}", webhooks.act, methods=["POST"]),
    Route("/admin/company", company.show, methods=["GET"]),
    Route("/admin/company", company.save, methods=["POST"]),
    Route("/admin/company/logo", company.save_logo, methods=["POST"]),
    Route("/admin", console.start, methods=["GET"]),
    Route("/admin/federation", connections.show, methods=["GET"]),
    Route("/admin/federation/refused", refused.show, methods=["GET"]),
    Route("/admin/federation/refused/{id:int}", refused.explain, methods=["GET"]),
    Route(_HOST, connections.show_host, methods=["GET"]),
    Route(f"{_HOST}/now", connections.try_now, methods=["POST"]),
    Route(f"{_HOST}/again", connections.send_again, methods=["POST"]),
    Route(f"{_HOST}/drop", connections.ask_drop, methods=["GET"]),
    Route(f"{_HOST}/drop", connections.drop, methods=["POST"]),
    Route("/admin/followers", followers.console, methods=["GET"]),
    Route("/admin/followers/{actor}", followers.choose, methods=["POST"]),
    Route("/admin/followers/{actor}/{follow:int}/{verb}", followers.act, methods=["POST"]),
    Route("/admin/sources", sources.show, methods=["GET"]),
    Route("/admin/sources/new", sources.ask, methods=["GET"]),
    Route("/admin/sources/new", sources.add, methods=["POST"]),
    Route("/admin/sources/{source:int}/remove", sources.ask_remove, methods=["GET"]),
    Route("/admin/sources/{source:int}/{verb}", sources.act, methods=["POST"]),
]
