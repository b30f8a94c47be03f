"""A few lines to an expert, and what colleagues wrote to whoever is signed in."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.contacting import TEXT_LIMIT, delete_letter, may_write_to, read_letters, write_letter
from alliance.errors import AllianceError, Invalid, NotFound, TooMany
from alliance.models import Letter, Person
from alliance.queries.letters import PER_PAGE, letters_to
from alliance.queries.people import experts_with_ids, person_with_id
from web.forms import beside, read_form
from web.pages.frame import address_of
from web.pages.rows import portrait_of
from web.pages.views import Face
from web.pages.visit import Visit, path_id, visiting


@dataclass(frozen=True)
class LetterView:
    """A letter as its receiver reads it."""

    id: int
    face: Face
    text: str
    when: str
    unread: bool
    answer_url: str | None


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
        employee, before = visit.employee, request.query_params.get("before", "")
        is_key = before.isascii() and before.isdigit() and len(before) < 19
        found = await letters_to(visit.db, employee.id, before=int(before) if is_key else None)
        return visit.page(
            "letters.html",
            letters=[_view(visit, letter) for letter in found],
            more_url=f"/letters?before={found[-1].id}" if len(found) == PER_PAGE else None,
        )


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
        back_to=await _page_of(visit, receiver),
        action=visit.request.url.path,
        limit=TEXT_LIMIT,
    )


def _view(visit: Visit, letter: Letter) -> LetterView:
    sender = letter.sender
    return LetterView(
        id=letter.id,
        face=portrait_of(sender, visit.viewer),
        text=letter.text,
        when=visit.reader.since(letter.created_at),
        unread=letter.read_at is None,
        answer_url=f"/people/{sender.id}/write" if sender.gone_at is None else None,
    )
