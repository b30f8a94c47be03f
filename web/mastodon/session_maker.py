"""The helper: turns a pasted invitation into a session, after a question.

Whatever names it is a message, published to nobody. The answer shows the session as it was understood, with
the same parser and the same rules as the form, and asks whether to publish it; what is missing is asked for,
and an answer with the missing line completes it. The form's fields travel in its answers, encrypted, because
the link of a meeting is among them.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from alliance.drafting import checked
from alliance.errors import Invalid
from alliance.invitations import read_invitation
from alliance.messaging import HELPER_ID, HELPER_NAMES, answered, opened, own_message, write
from alliance.models import Employee, Message, Posting
from alliance.natural_time import understand
from alliance.publishing import publish_session
from alliance.times import zone_named
from alliance.unit_of_work import UnitOfWork
from web.pages.invitation_reading import read_into
from web.pages.session_form import FIELDS, draft_from, empty_values, on_the_form
from web.times import Reader

YES, NO = 0, 1
MOST_LINES = 200
EMPTY_SENTENCE = (
    "Paste an invitation from Outlook, Teams, Zoom or Google behind my name, or write title, time and link, "
    "each on a line of its own."
)
ANSWERED_SENTENCE = "You have answered this already."
# Wider than names are read elsewhere: what is meant for the helper must never be published by a slip.
_NAMES = re.compile(rf"(?<![\w/])@({'|'.join(HELPER_NAMES)})(?:@([\w.:-]*[\w]))?(?![\w@])", re.IGNORECASE)
_LABELS = {
    "title": ("titel", "title", "betreff", "subject", "thema"),
    "when": ("wann", "when", "zeit", "time", "datum", "date"),
    "meeting_link": ("link", "teams", "zoom", "webex"),
    "place_name": ("ort", "place", "where", "wo"),
    "topics": ("themen", "topics", "tags"),
    "capacity": ("plätze", "places", "seats"),
    "description": ("beschreibung", "description", "worum"),
}
_FIELDS = {word: name for name, words in _LABELS.items() for word in words}
_LINE = re.compile(r"\s*([a-zäöü]{2,20})\s*:\s*(?!//)(.+)", re.IGNORECASE)


async def hear(
    uow: UnitOfWork, by: Employee, reader: Reader, text: str, visibility: str, parent: Posting | None
) -> Message:
    """Keeps what somebody wrote to the helper, and answers it; tells what they wrote."""
    before = await _asked_before(uow, by, parent)
    said = _NAMES.sub("", text).strip()
    audience = "public" if visibility == "public" else "alliance"
    written = await write(
        uow,
        by.id,
        HELPER_ID,
        "invitation",
        direction="from",
        parent_id=before.id if before is not None else None,
        sealed=text,
        audience=before.audience if before is not None else audience,
    )
    values = _values_before(uow, before) or _empty(reader, audience)
    values = understood(values, said, reader)
    problems = _problems(values, reader)
    about = "understood" if not problems else "problem"
    if before is not None and before.answer is None:
        await answered(uow, before, "over")
    await write(
        uow,
        by.id,
        HELPER_ID,
        about,
        parent_id=written.id,
        sealed=orjson.dumps(values).decode(),
        audience=values["audience"],
    )
    return written


def names_of_maker(text: str, host: str) -> list[str]:
    """The names by which the helper of this `host` is called in a text, in lower case."""
    found = _NAMES.finditer(text)
    return list(dict.fromkeys(one[1].lower() for one in found if one[2] in (None, "", host)))


async def decide(uow: UnitOfWork, by: Employee, message_id: int, choice: int, reader: Reader) -> Message:
    """Publishes what was understood, by the verb of the form, or drops it. Raises NotFound, Invalid.

    Tells the message with the question.
    """
    message = await own_message(uow, message_id, by.id)
    if message.about != "understood" or message.answer is not None or choice not in (YES, NO):
        raise Invalid(ANSWERED_SENTENCE)
    values = values_in(uow, message)
    session_id = None
    if choice == YES:
        try:
            session = await publish_session(uow, by.id, draft_from(values, uow.now))
        except Invalid as error:
            # What was right when it was asked no longer is: the time is over, for one.
            wrong = next(iter(on_the_form(error).problems.values()), error)
            raise Invalid(wrong.sentence) from error
        session_id = session.id
    await _unseal_what_led_here(uow, message)
    await answered(uow, message, "yes" if choice == YES else "no")
    about = "published" if choice == YES else "dropped"
    await write(uow, by.id, HELPER_ID, about, parent_id=message.id, session_id=session_id)
    return message


def understood(values: Mapping[str, str], said: str, reader: Reader) -> dict[str, str]:
    """The form with what somebody says: lines with a label, an invitation, or the one thing missing."""
    filled, rest = dict(values), []
    for line in said.splitlines()[:MOST_LINES]:
        match = _LINE.fullmatch(line)
        name = _FIELDS.get(match[1].lower()) if match else None
        if match is not None and name is not None:
            filled[name] = match[2].strip()[: FIELDS[name]]
        else:
            rest.append(line)
    invitation = "\n".join(rest).strip()
    if not invitation:
        return filled
    missing = _missing(filled, reader)
    if missing == ["description"]:
        return filled | {"description": invitation[: FIELDS["description"]]}
    if missing and len(rest) == 1 and (answer := _plain_answer(missing, invitation, reader)):
        return filled | answer
    labelled = {name: value for name, value in filled.items() if value and value != values.get(name)}
    try:
        return read_into(filled | {"invitation": invitation}, reader).values | labelled
    except Invalid:
        return filled | ({} if filled["title"] else {"title": rest[0].strip()[:200]})


def _plain_answer(missing: list[str], line: str, reader: Reader) -> dict[str, str]:
    """A line without any label, taken for what was asked for."""
    if "when" in missing:
        try:
            understand(line, now=reader.now, zone=reader.zone)
        except Invalid:
            pass
        else:
            return {"when": line}
    found = read_invitation(line, now=reader.now, zone=reader.zone.key)
    if "meeting_link" in missing and found.meeting_link:
        return {"meeting_link": found.meeting_link}
    named = next((name for name in ("title", "description") if name in missing), None)
    return {named: line[:200]} if named is not None and not found.meeting_link else {}


def problems_of(values: Mapping[str, str], reader: Reader) -> list[str]:
    """What has to be said before it can be published, in the reader's language."""
    found = _problems(values, reader)
    return [reader.texts.sentence(one.sentence, one.parameters) for one in found.values()]


def values_in(uow: UnitOfWork, message: Message) -> dict[str, str]:
    """The form's fields that a message carries; empty for one that carries none."""
    return values_from(opened(uow.vault, message))


def values_from(sealed: str) -> dict[str, str]:
    """The same from what was sealed."""
    try:
        given: Any = orjson.loads(sealed) if sealed else {}
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(given, dict):
        return {}
    return {name: str(given.get(name, "")) for name in FIELDS} if given else {}


def _problems(values: Mapping[str, str], reader: Reader) -> dict[str, Invalid]:
    try:
        checked(draft_from(values, reader.now), reader.now)
    except Invalid as error:
        return on_the_form(error).problems or {"": error}
    return {}


def _missing(values: Mapping[str, str], reader: Reader) -> list[str]:
    wrong = _problems(values, reader)
    return [name for name in ("when", "meeting_link", "title", "description") if name in wrong]


def _empty(reader: Reader, audience: str) -> dict[str, str]:
    zone = zone_named(reader.zone.key).key
    return empty_values(reader.language, zone) | {"audience": audience}


def _values_before(uow: UnitOfWork, before: Message | None) -> dict[str, str]:
    return values_in(uow, before) if before is not None else {}


async def _asked_before(uow: UnitOfWork, by: Employee, parent: Posting | None) -> Message | None:
    """The helper's message that is answered, as long as it is open."""
    if parent is None or parent.kind != "message" or parent.message_id is None:
        return None
    message = await own_message(uow, parent.message_id, by.id)
    if message.other_id != HELPER_ID or message.about not in ("understood", "problem"):
        return None
    return message if message.sealed is not None else None


async def _unseal_what_led_here(uow: UnitOfWork, message: Message) -> None:
    """The pasted words and their links are no longer needed, back to the first of them."""
    number = message.parent_id
    while number is not None:
        before = await uow.db.get(Message, number)
        if before is None or before.person_id != message.person_id:
            return
        before.sealed = None
        number = before.parent_id
    await uow.db.flush()
