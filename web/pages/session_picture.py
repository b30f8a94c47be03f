"""The picture over a session of ours: put there by its host, in words for those who don't see it."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.models import Session
from alliance.pictures import remove_banner, set_banner
from web.pages.managing import managed_session
from web.pages.picture_form import NotTaken, changed_picture
from web.pages.visit import Visit, visiting


async def ask(request: Request) -> Response:
    """GET /sessions/<id>/picture."""
    async with visiting(request) as visit:
        return _page(visit, await managed_session(visit))


async def save(request: Request) -> Response:
    """POST /sessions/<id>/picture: another picture with its words, or none."""
    async with visiting(request) as visit:
        session, by = await managed_session(visit), visit.employee
        refused = await changed_picture(
            visit,
            "banner",
            lambda uow, picture, words: set_banner(uow, session.id, picture, words, by),
            lambda uow: remove_banner(uow, session.id, by),
        )
        return _page(visit, session, refused) if refused else visit.go(f"/sessions/{session.id}", "saved")


def _page(visit: Visit, session: Session, refused: NotTaken | None = None) -> Response:
    alt = refused.alt if refused else session.image_alt
    return visit.page(
        "session_picture.html",
        refused.error.status if refused else 200,
        form=visit.form({"picture": "", "image_alt": alt}, refused.error if refused else None),
        session=session,
        image=f"/media/{session.image}" if session.image else None,
    )
