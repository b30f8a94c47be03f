"""Takes in what people of allied companies write to one of ours."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, not_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from alliance.contacting import TEXT_LIMIT, empty_letter, is_blocked_between, wrote_to
from alliance.errors import Forbidden, Invalid, NotFound, TooMany
from alliance.identifiers import first_identifier_of
from alliance.mailing import post_letter
from alliance.models import ActorBlock, DomainDistance, Employee, ExpertProfile, Letter, Partner, Person
from alliance.models.domain_policy import domain_of, is_treated
from alliance.story_facts import LetterReceived
from alliance.text import HTML_LIMIT, plain_text
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import partner_viewer, visible_profiles

MOST_A_DAY = 20
"""Of one person. Their own company lets them write five; what waited while we were away comes at once."""
MOST_OF_A_COMPANY = 400
MOST_TO_ONE = 50
"""What one of ours gets from elsewhere in a day."""


async def receive_letter(
    uow: UnitOfWork, sender: Person, receiver_id: int, uri: str, markup: str, written_at: datetime | None
) -> Letter | None:
    """A few lines of `sender`, at home at an allied company, to one of ours; None for one that is known.

    `markup` is HTML; its words alone are kept. Raises NotFound whenever the receiver can't be written to,
    whatever the reason, Forbidden, TooMany, Invalid.
    """
    sender = await _locked(uow, sender)
    words = plain_text(markup[:HTML_LIMIT])
    if not words or len(words) > TEXT_LIMIT or len(markup) > HTML_LIMIT:
        raise Invalid(detail="a letter without words, or with too many")
    if not await _takes(uow, sender, receiver_id):
        raise NotFound
    if await uow.db.scalar(select(Letter.id).where(Letter.uri == uri)) is not None:
        return None
    await _count(uow, sender, receiver_id)
    letter = Letter(
        id=uow.new_id(),
        sender_id=sender.id,
        receiver_id=receiver_id,
        uri=uri,
        text=words,
        created_at=min(written_at, uow.now) if written_at and written_at.year > 2000 else uow.now,
    )
    try:
        async with uow.db.begin_nested():
            uow.db.add(letter)
    except IntegrityError:
        return None  # the same has arrived by another way at this moment
    await post_letter(uow, letter)
    uow.record(LetterReceived(letter))
    return letter


async def withdraw_letter(uow: UnitOfWork, uri: str, sender_uris: Collection[str]) -> bool:
    """Its writer, by one of these names, has taken it back; False when there is none.

    Raises Forbidden for somebody else's.
    """
    letter = await uow.db.scalar(
        select(Letter).where(Letter.uri == uri).with_for_update(of=Letter).options(joinedload(Letter.sender))
    )
    if letter is None:
        return False
    if letter.sender.uri not in sender_uris:
        raise Forbidden(detail="the letter is somebody else's")
    if letter.gone_at is None:
        await empty_letter(uow, letter)
    return True


async def _locked(uow: UnitOfWork, sender: Person) -> Person:
    """The sender again, locked, so that two letters at once are counted one after the other."""
    found = await uow.db.scalar(
        select(Person)
        .join(Partner, Partner.company_id == Person.company_id)
        .where(
            Person.id == sender.id,
            Person.uri.is_not(None),
            Person.gone_at.is_(None),
            Partner.state == "allied",
            not_(is_treated(Person.host, "silence", "suspend")),
            not_(exists().where(ActorBlock.actor_uri == Person.uri, ActorBlock.by_them.is_(False))),
        )
        .with_for_update(of=Person, key_share=True)
    )
    if found is None:
        raise Forbidden(detail="only people of allied companies write here")
    return found


async def _takes(uow: UnitOfWork, sender: Person, receiver_id: int) -> bool:
    """Whether the receiver, one of ours, shows the sender's company a profile that takes letters, or wrote to
    the sender; and keeps neither the sender nor their host away."""
    shown = Person.id.in_(
        select(ExpertProfile.person_id)
        .join(Person, Person.id == ExpertProfile.person_id)
        .where(
            Person.id == receiver_id,
            ExpertProfile.takes_letters,
            visible_profiles(partner_viewer(sender.company_id)),
        )
        .correlate(None)
    )
    here = exists().where(Employee.id == Person.id, Employee.disabled_at.is_(None))
    # Mutes are gentler than this: they are applied when letters are read.
    domain_kept_away = exists().where(
        DomainDistance.person_id == receiver_id, DomainDistance.domain == domain_of(sender.host or "")
    )
    found = await uow.db.scalar(
        select(Person.id).where(
            Person.id == receiver_id,
            Person.uri.is_(None),
            Person.gone_at.is_(None),
            here,
            or_(shown, wrote_to(sender.id)),
            not_(is_blocked_between(sender.id, receiver_id)),
            not_(domain_kept_away),
        )
    )
    return found is not None


async def _count(uow: UnitOfWork, sender: Person, receiver_id: int) -> None:
    """By when they arrived: what the sender says of the time decides nothing."""
    since = first_identifier_of(uow.now - timedelta(days=1))
    lately = and_(Letter.id >= since, Letter.uri.is_not(None))
    counted = select(func.count()).select_from(Letter).where(lately)
    for which, most in (
        (counted.where(Letter.sender_id == sender.id), MOST_A_DAY),
        (counted.where(Letter.receiver_id == receiver_id), MOST_TO_ONE),
        (
            counted.join(Person, Person.id == Letter.sender_id).where(Person.company_id == sender.company_id),
            MOST_OF_A_COMPANY,
        ),
    ):
        if (await uow.db.scalar(which) or 0) >= most:
            raise TooMany(retry_after=60 * 60)
