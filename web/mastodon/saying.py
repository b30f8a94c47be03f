"""What people write in apps, brought to where it belongs: a comment, a story, a letter, or a question to the
helper.

Replying to a session or to what was said about it is a comment; everything else that is not for one person
alone is a story. `public` is for everybody, `unlisted` too but in no list, `private` for the alliance, and
`local_only` (as Hometown and GoToSocial call it) for the company.
"""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import select

from alliance.commenting import say
from alliance.composing import handles_in
from alliance.contacting import write_letter
from alliance.errors import Invalid, NotFound
from alliance.messaging import HELPER_ID
from alliance.models import Employee, Message, Person, Posting
from alliance.posting import posting_of
from alliance.queries.one_posting import posting_seen_by
from alliance.telling import Telling, people_called, tell_story
from alliance.times import is_zone
from alliance.unit_of_work import UnitOfWork
from web.mastodon.session_maker import hear, names_of_maker
from web.texts import LANGUAGES, Texts
from web.times import Reader

VISIBILITIES = ("public", "unlisted", "private", "direct")
_AUDIENCES = {"public": "public", "unlisted": "public", "private": "alliance"}
TO_COMPANY_SENTENCE = "Nobody reads answers to this. Write to the host, or ask below the session."
NOBODY_SENTENCE = "Please name one person to whom this goes: a colleague, or an expert of an allied company."
NOT_TO_THEM_SENTENCE = "You can't write to this person: they take no letters, or not from you."
NO_PICTURES_SENTENCE = "Pictures can only stand beside a story, not beside an answer to a session."


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What an app wants to be said; `reply_to` is the posting that it answers."""

    text: str
    visibility: str = "private"
    is_local: bool = False
    reply_to: int | None = None
    spoiler: str = ""
    language: str = ""
    pictures: list[int] = field(default_factory=list)

    def telling(self, parent_id: int | None = None) -> Telling:
        """The same as a story."""
        return Telling(
            text=self.text,
            audience="company" if self.is_local else _AUDIENCES.get(self.visibility, "alliance"),
            is_quiet=self.visibility == "unlisted",
            spoiler=self.spoiler,
            language=self.language,
            parent_id=parent_id,
            pictures=self.pictures,
        )


async def say_it(uow: UnitOfWork, by: Employee, wishes: Wishes, zone: str = "") -> Posting:
    """Says it where it belongs, and tells the row that apps show.

    Raises NotFound for what it answers if that is not there, Invalid, Conflict, Forbidden, TooMany.
    """
    parent = await posting_seen_by(uow.db, by, wishes.reply_to) if wishes.reply_to is not None else None
    if await _is_for_helper(uow, wishes, parent):
        message = await hear(uow, by, reader_of(uow, by, zone), wishes.text, wishes.visibility, parent)
        return await _row(uow, "message", message.id)
    if parent is not None and parent.kind == "message":
        return await _answer_message(uow, by, wishes, parent)
    if wishes.visibility == "direct":
        return await _write(uow, by, wishes, await _addressee(uow, by, wishes))
    if parent is not None and parent.session_id is not None and parent.kind in ("session", "comment"):
        if wishes.pictures:
            raise Invalid(NO_PICTURES_SENTENCE)
        text = f"{wishes.spoiler}\n\n{wishes.text}" if wishes.spoiler else wishes.text
        comment = await say(uow, parent.session_id, by, text, parent_id=parent.comment_id)
        return await _row(uow, "comment", comment.id)
    story = await tell_story(uow, by, wishes.telling(parent.story_id if parent is not None else None))
    return await _row(uow, "story", story.id)


def reader_of(uow: UnitOfWork, by: Employee, zone: str = "") -> Reader:
    """In whose language and zone an answer is written."""
    language = by.language if by.language in LANGUAGES else "de"
    named = next((one for one in (zone, by.timezone or "") if one and is_zone(one)), "Europe/Berlin")
    return Reader(Texts(language), ZoneInfo(named), uow.now)


async def _row(uow: UnitOfWork, kind: str, reference_id: int) -> Posting:
    await uow.hear()
    found = await posting_of(uow, kind, reference_id)
    if found is None:
        raise NotFound
    return found


async def _is_for_helper(uow: UnitOfWork, wishes: Wishes, parent: Posting | None) -> bool:
    """Whoever names the helper, or answers it; a colleague of that name is meant first."""
    if parent is not None and parent.kind == "message":
        return await _other(uow, parent) == HELPER_ID
    named = names_of_maker(f"{wishes.spoiler}\n{wishes.text}", uow.settings.host)
    return bool(named) and not await people_called(uow.db, named, uow.settings.origin)


async def _answer_message(uow: UnitOfWork, by: Employee, wishes: Wishes, parent: Posting) -> Posting:
    other_id = await _other(uow, parent)
    if await uow.db.scalar(select(Person.id).where(Person.id == other_id)) is None:
        raise Invalid(TO_COMPANY_SENTENCE)
    return await _write(uow, by, wishes, other_id)


async def _write(uow: UnitOfWork, by: Employee, wishes: Wishes, receiver_id: int) -> Posting:
    if wishes.pictures:
        raise Invalid(NO_PICTURES_SENTENCE)
    try:
        letter = await write_letter(uow, by.id, receiver_id, wishes.text)
    except NotFound as error:
        # Mastodon's apps take 404 for the status that is answered; and whoever blocks is not told apart.
        raise Invalid(NOT_TO_THEM_SENTENCE) from error
    await uow.hear()
    mine = select(Message.id).where(Message.letter_id == letter.id, Message.person_id == by.id)
    return await _row(uow, "message", await uow.db.scalar(mine) or 0)


async def _addressee(uow: UnitOfWork, by: Employee, wishes: Wishes) -> int:
    """The one person who is named, a colleague or somebody of an allied company. Raises Invalid."""
    named = await people_called(uow.db, handles_in(wishes.text), uow.settings.origin)
    ids = {one.id for one in named.values() if one.id != by.id}
    if len(ids) != 1 or len(named) > len(ids):
        raise Invalid(NOBODY_SENTENCE)
    return ids.pop()


async def _other(uow: UnitOfWork, posting: Posting) -> int:
    found = await uow.db.scalar(select(Message.other_id).where(Message.id == posting.message_id))
    return found or 0
