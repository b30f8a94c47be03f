"""Brings letters of our people to experts of allied companies, and asks to forget them again."""

from alliance.models import Letter, Person
from alliance.story_facts import LetterTakenBack, LetterWritten
from alliance.unit_of_work import UnitOfWork
from federation.documents import tombstone
from federation.outbox import send
from federation.recipients import personal_inbox, told_of
from federation.translate.letter_note import letter_uri, note_of_letter
from federation.uris import Uris, person_actor
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import NOTE_CONTEXT, without_context


async def on_letter_written(uow: UnitOfWork, fact: LetterWritten) -> None:
    """Create(Note) to the receiver alone, sealed at rest; nothing for colleagues."""
    letter = fact.letter
    receiver = await _elsewhere(uow, letter)
    if receiver is None:
        return
    inbox = await personal_inbox(uow.db, receiver, person_actor(letter.sender_id))
    if inbox is None:
        return
    note = note_of_letter(letter, receiver, Uris(uow.settings.origin))
    await _send(
        uow,
        letter,
        activity(
            "Create",
            actor=note.attributed_to,
            object=note.as_json(),
            to=list(note.to),
            cc=[],
            context=NOTE_CONTEXT,
            published=uow.now,
        ),
        {inbox},
    )


async def on_letter_taken_back(uow: UnitOfWork, fact: LetterTakenBack) -> None:
    """Delete with a Tombstone, to where the letter went."""
    letter, uris = fact.letter, Uris(uow.settings.origin)
    if letter.uri is not None:
        return
    address = letter_uri(letter, uris)
    receiver, inboxes = await _elsewhere(uow, letter), await told_of(uow.db, address)
    if receiver is None or not inboxes:
        return
    body = activity(
        "Delete",
        actor=uris.person(letter.sender_id),
        object=without_context(tombstone(address, uow.now, former="Note").body),
        to=[receiver.uri or ""],
        published=uow.now,
    )
    await _send(uow, letter, body, inboxes)


async def _elsewhere(uow: UnitOfWork, letter: Letter) -> Person | None:
    receiver = await uow.db.get(Person, letter.receiver_id)
    return receiver if receiver is not None and receiver.uri is not None else None


async def _send(uow: UnitOfWork, letter: Letter, body: dict[str, object], inboxes: set[str]) -> None:
    await send(
        uow,
        actor=person_actor(letter.sender_id),
        activity=body,
        object_uri=letter_uri(letter, Uris(uow.settings.origin)),
        inboxes=inboxes,
        is_public=False,
        is_sealed=True,
    )
