"""What comes with a session and after it: saving it for oneself, materials, a word of thanks, counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import AllianceError, Conflict, Forbidden, Invalid
from alliance.materials import add_material, in_order, remove_material
from alliance.models import Session
from alliance.saving import save_session, unsave_session
from alliance.thanking import LONGEST_THANKS, thank
from alliance.visibility import may_host
from web.forms import beside, read_form, safe_next
from web.pages.managing import managed_session
from web.pages.views import Act
from web.pages.visit import Visit, path_id, visiting
from web.texts import language_name

MATERIAL_LABELS = {"recording": "Recording", "slides": "Slides", "link": "Link"}
_MATERIAL = {"kind": 20, "material_title": 300, "url": 2001}
_THANKS = {"words": LONGEST_THANKS}
_NOTHING = {
    "kind": "recording",
    "material_title": "",
    "url": "",
    "transcript": "",
    "transcript_language": "",
    "pasted": "",
    "words": "",
}
_LANGUAGES = ("de", "en")


@dataclass(frozen=True)
class MaterialRow:
    """Something to see or read again."""

    title: str
    url: str
    kind: str
    host: str
    remove_url: str


@dataclass(frozen=True)
class Extras:
    """What stands on the page of a session besides the session itself."""

    materials: tuple[MaterialRow, ...] = ()
    save: Act | None = None
    is_saved: bool = False
    afterwards_url: str = ""
    """Where the host adds materials and says thank you."""


def extras_of(visit: Visit, session: Session, *, manages: bool, is_saved: bool) -> Extras:
    """For whoever reads the page; `manages` says whether they may change the session."""
    return Extras(
        materials=_rows(visit, session),
        save=_save(visit, session, is_saved),
        is_saved=is_saved,
        afterwards_url=f"/sessions/{session.id}/afterwards" if manages else "",
    )


def _save(visit: Visit, session: Session, saved: bool) -> Act | None:
    texts = visit.texts
    if visit.viewer.person_id is None or may_host(visit.viewer, session):
        return None
    if saved:
        return Act(texts.gettext("Saved"), f"/sessions/{session.id}/unsave", main=False)
    if session.ends_at <= visit.reader.now or session.status == "cancelled":
        return None
    return Act(texts.gettext("Save for later"), f"/sessions/{session.id}/save", main=False)


def _rows(visit: Visit, session: Session) -> tuple[MaterialRow, ...]:
    return tuple(
        MaterialRow(
            title=one.title,
            url=one.url,
            kind=visit.texts.gettext(MATERIAL_LABELS[one.kind]),
            host=one.url.split("/")[2][:100],
            remove_url=f"/sessions/{session.id}/materials/{one.id}/remove",
        )
        for one in in_order(session)
        # Whatever a partner sends: people are led to pages, by https alone.
        if one.url.startswith("https://")
    )


async def save(request: Request) -> Response:
    """POST /sessions/<id>/save: keeps it in mind; nobody else learns of it."""
    async with visiting(request) as visit:
        session_id = path_id(request)
        async with visit.instance.unit_of_work() as uow:
            await save_session(uow, visit.employee.id, session_id)
        return visit.go(await _back(request, session_id), "bookmarked")


async def unsave(request: Request) -> Response:
    """POST /sessions/<id>/unsave: no longer."""
    async with visiting(request) as visit:
        session_id = path_id(request)
        async with visit.instance.unit_of_work() as uow:
            await unsave_session(uow, visit.employee.id, session_id)
        return visit.go(await _back(request, session_id), "unbookmarked")


async def _back(request: Request, session_id: int) -> str:
    wanted = (await read_form(request, {"next": 500}))["next"]
    return safe_next(wanted, f"/sessions/{session_id}")


async def show(request: Request) -> Response:
    """GET /sessions/<id>/afterwards: materials, thanks and counts, for the host."""
    async with visiting(request) as visit:
        return await afterwards_page(visit, await published(visit))


async def add(request: Request) -> Response:
    """POST /sessions/<id>/materials: adds one, or says what is wrong with it."""
    async with visiting(request) as visit:
        session, values = await published(visit), await read_form(request, _MATERIAL)
        try:
            async with visit.instance.unit_of_work() as uow:
                await add_material(
                    uow, session.id, values["kind"], values["material_title"], values["url"], visit.employee
                )
        except (Invalid, Conflict) as error:
            return await afterwards_page(visit, session, values, beside(error, "material_title"))
        return visit.go(f"/sessions/{session.id}/afterwards", "material-added")


async def remove(request: Request) -> Response:
    """POST /sessions/<id>/materials/<material>/remove: takes it away again."""
    async with visiting(request) as visit:
        session = await published(visit)
        async with visit.instance.unit_of_work() as uow:
            await remove_material(uow, session.id, path_id(request, "material"), visit.employee)
        return visit.go(f"/sessions/{session.id}/afterwards", "material-removed")


async def say_thanks(request: Request) -> Response:
    """POST /sessions/<id>/thanks: says thank you to everybody who was going."""
    async with visiting(request) as visit:
        session, values = await published(visit), await read_form(request, _THANKS)
        try:
            async with visit.instance.unit_of_work() as uow:
                await thank(uow, session.id, values["words"], visit.employee)
        except (Invalid, Conflict) as error:
            return await afterwards_page(visit, session, values, beside(error, "words"))
        return visit.go(f"/sessions/{session.id}/afterwards", "thanked")


async def published(visit: Visit) -> Session:
    """The session in the address, if the visitor may change it and it is no draft.

    Raises NotSignedIn, NotFound, Gone, Forbidden.
    """
    session = await managed_session(visit)
    if session.status == "draft":
        raise Forbidden("Only the host can change this session.")
    return session


def _may_thank(visit: Visit, session: Session) -> bool:
    is_first = session.thanked_at is None and session.status != "cancelled"
    return is_first and may_host(visit.viewer, session)


async def afterwards_page(
    visit: Visit,
    session: Session,
    values: Mapping[str, str] | None = None,
    error: AllianceError | None = None,
) -> Response:
    """What the host does after a session, with what somebody typed and what is wrong with that."""
    texts, is_over = visit.texts, session.ends_at <= visit.reader.now
    spoken = dict.fromkeys((session.language, *_LANGUAGES))
    given = _NOTHING | {"transcript_language": session.language} | dict(values or {})
    return visit.page(
        "afterwards.html",
        422 if error else 200,
        form=visit.form(given, error),
        transcripts=[
            (one.id, language_name(one.language, visit.reader.language)) for one in session.transcripts
        ],
        has_begun=session.starts_at <= visit.reader.now,
        languages=[(code, language_name(code, visit.reader.language)) for code in spoken],
        session_title=session.title,
        session_language=session.language,
        session_url=f"/sessions/{session.id}",
        rows=_rows(visit, session),
        kinds=[(kind, texts.gettext(label)) for kind, label in MATERIAL_LABELS.items()],
        counted=texts.ngettext("%(num)s person was going", "%(num)s people were going", session.going_count)
        if is_over
        else "",
        may_thank=is_over and _may_thank(visit, session),
        has_thanked=session.thanked_at is not None,
    )
