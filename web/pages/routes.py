"""The addresses of all pages for people."""

from starlette.routing import Route

from web.pages import alliance, offering, people, session, sessions, settings, signing, taking_part
from web.pages.admin.routes import ADMIN_ROUTES

PAGE_ROUTES = [
    Route("/", sessions.programme),
    Route("/sessions", sessions.programme),
    Route("/sessions/new", offering.new, methods=["GET"]),
    Route("/sessions/new", offering.publish, methods=["POST"]),
    Route("/sessions/{id:int}", session.session),
    Route("/sessions/{id:int}/edit", offering.edit, methods=["GET"]),
    Route("/sessions/{id:int}/edit", offering.change, methods=["POST"]),
    Route("/sessions/{id:int}/postpone", offering.ask_postpone, methods=["GET"]),
    Route("/sessions/{id:int}/postpone", offering.postpone, methods=["POST"]),
    Route("/sessions/{id:int}/cancel", offering.ask_cancel, methods=["GET"]),
    Route("/sessions/{id:int}/cancel", offering.cancel, methods=["POST"]),
    Route("/sessions/{id:int}/withdraw", offering.ask_withdraw, methods=["GET"]),
    Route("/sessions/{id:int}/withdraw", offering.withdraw, methods=["POST"]),
    Route("/sessions/{id:int}/join", taking_part.join, methods=["POST"]),
    Route("/sessions/{id:int}/leave", taking_part.leave, methods=["POST"]),
    Route("/sessions/{id:int}/guests/{attendance:int}/accept", taking_part.accept_guest, methods=["POST"]),
    Route("/sessions/{id:int}/guests/{attendance:int}/decline", taking_part.decline_guest, methods=["POST"]),
    Route("/meet/{token}", taking_part.meet),
    Route("/experts", people.directory),
    Route("/@{handle}", people.person),
    Route("/alliance", alliance.show),
    Route("/alliance/invite", alliance.ask_invite, methods=["GET"]),
    Route("/alliance/invite", alliance.invite, methods=["POST"]),
    Route("/alliance/{company:int}/{verb}", alliance.ask, methods=["GET"]),
    Route("/alliance/{company:int}/{verb}", alliance.act, methods=["POST"]),
    Route("/settings", settings.show, methods=["GET"]),
    Route("/settings", settings.save_you, methods=["POST"]),
    Route("/settings/expert", settings.save_expert, methods=["POST"]),
    Route("/settings/password", settings.save_password, methods=["POST"]),
    Route("/sign-in", signing.ask, methods=["GET"]),
    Route("/sign-in", signing.enter, methods=["POST"]),
    Route("/sign-out", signing.leave, methods=["POST"]),
    Route("/language", signing.language, methods=["POST"]),
    *ADMIN_ROUTES,
]
