"""A few lines to an expert, and what came for whoever is signed in, or went out from them."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.contacting import (
    TEXT_LIMIT,
    delete_letter,
    may_write_to,
    read_letters,
    take_back_letter,
    write_letter,
)
from alliance.errors import AllianceError, Invalid, NotFound, TooMany
from alliance.models import Letter, Person
from alliance.queries.letters import PER_PAGE, letters_by, letters_to
from alliance.queries.people import experts_with_ids, person_with_id
from web.forms import beside, read_form
from web.pages.frame import address_of, badge_of
from web.pages.rows import portrait_of
from web.pages.views import Badge, Face
from web.pages.visit import Visit, path_id, visiting


@dataclass(frozen=True)
class LetterView:
    """A letter as one of the two sees it; `face` and `company` (of others) are those of the other one."""

    id: int
    face: Face
    company: Badge | None
    text: str
    when: str
    unread: bool = False
    answer_url: str | None = None
    report_url: str | None = None


async def ask(request: Request) -> Response:
    """GET /people/<id>/write: the form."""
    async with visiting(request) as visit:
        return await _form(visit, await _receiver(visit), "")


async def send(request: Request) -> Response:
    """POST /people/<id>/write."""
    async with visiting(request) as visit:
        sender_id, receiver = visit.employee.id, await _receiver(visit)
        text = (await read_form(request, {"text": TEXT_LIMIT}))["text"]
        try:
            async with visit.instance.unit_of_work() as uow:
                await write_letter(uow, sender_id, receiver.id, text)
        except (Invalid, TooMany) as error:
            return await _form(visit, receiver, text, error)
        return visit.go(await _page_of(visit, receiver) or "/experts", "written")


async def show(request: Request) -> Response:
    """GET /letters: newest first."""
    async with visiting(request) as visit:
        found = await letters_to(visit.db, visit.employee.id, visit.reader.now, before=_before(visit))
        return _list(visit, "/letters", found, [_received(visit, letter) for letter in found])


async def written(request: Request) -> Response:
    """GET /letters/written: one's own, newest first."""
    async with visiting(request) as visit:
        found = await letters_by(visit.db, visit.employee.id, before=_before(visit))
        return _list(visit, "/letters/written", found, [_view(visit, one, one.receiver) for one in found])


async def read(request: Request) -> Response:
    """POST /letters/read: nothing is new any more."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await read_letters(uow, visit.employee.id)
        return visit.go("/letters")


async def delete(request: Request) -> Response:
    """POST /letters/<id>/delete."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await delete_letter(uow, path_id(request), visit.employee.id)
        return visit.go("/letters", "letter-deleted")


async def take_back(request: Request) -> Response:
    """POST /letters/<id>/take-back."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await take_back_letter(uow, path_id(request), visit.employee.id)
        return visit.go("/letters/written", "letter-taken-back")


def _before(visit: Visit) -> int | None:
    before = visit.request.query_params.get("before", "")
    return int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None


def _list(visit: Visit, address: str, found: list[Letter], letters: list[LetterView]) -> Response:
    return visit.page(
        "letters.html",
        letters=letters,
        own=address != "/letters",
        more_url=f"{address}?before={found[-1].id}" if len(found) == PER_PAGE else None,
    )


async def _receiver(visit: Visit) -> Person:
    """Somebody who can be written to. Raises NotSignedIn, NotFound."""
    sender_id, receiver_id = visit.employee.id, path_id(visit.request)
    if sender_id == receiver_id or not await may_write_to(visit.db, sender_id, receiver_id):
        raise NotFound
    person = await person_with_id(visit.db, receiver_id)
    if person is None:
        raise NotFound
    return person


async def _page_of(visit: Visit, person: Person) -> str | None:
    """Where somebody introduces themselves to the visitor, if they do."""
    return address_of(person) if await experts_with_ids(visit.db, visit.viewer, [person.id]) else None


async def _form(visit: Visit, receiver: Person, text: str, error: AllianceError | None = None) -> Response:
    status = 200 if error is None else 429 if isinstance(error, TooMany) else 422
    return visit.page(
        "write.html",
        status,
        form=visit.form({"text": text}, beside(error, "text") if error else None),
        receiver=portrait_of(receiver, visit.viewer),
        company=_company_of(receiver),
        back_to=await _page_of(visit, receiver),
        action=visit.request.url.path,
        limit=TEXT_LIMIT,
    )


def _received(visit: Visit, letter: Letter) -> LetterView:
    sender = letter.sender
    is_there, is_elsewhere = sender.gone_at is None, sender.uri is not None
    return _view(
        visit,
        letter,
        sender,
        unread=letter.read_at is None,
        answer_url=f"/people/{sender.id}/write" if is_there and _is_near(sender) else None,
        report_url=f"/report?person={sender.id}" if is_there and is_elsewhere else None,
    )


def _view(
    visit: Visit,
    letter: Letter,
    other: Person,
    *,
    unread: bool = False,
    answer_url: str | None = None,
    report_url: str | None = None,
) -> LetterView:
    return LetterView(
        id=letter.id,
        face=portrait_of(other, visit.viewer),
        company=_company_of(other),
        text=letter.text,
        when=visit.reader.since(letter.created_at),
        unread=unread,
        answer_url=answer_url,
        report_url=report_url,
    )


def _is_near(person: Person) -> bool:
    """One of ours, or of a company that is still allied; company and partner have to be loaded."""
    company = person.company
    if company is None or company.is_home:
        return person.uri is None
    return company.partner is not None and company.partner.state == "allied"


def _company_of(person: Person) -> Badge | None:
    """The company of somebody who is not a colleague; it has to be loaded."""
    company = person.company
    return badge_of(company) if company is not None and not company.is_home else None
