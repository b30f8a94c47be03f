"""Tells the companies of a circle who is in it, and what our own people there have answered and said.

Names, the meeting link and check-ins leave only once every home has said yes for its people, and only to
where somebody has said yes.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from alliance.circle_facts import CircleChanged, CircleSaid, MeetingWished, NoteSaid, NoteTakenBack
from alliance.circle_news import Address, CircleNews, MeetingNews, MeetingWish, MemberNews, NoteNews, WordNews
from alliance.circle_settling import INSIDE
from alliance.circling import CIRCLE_LINK
from alliance.models import Circle, CircleCall, CircleMember, CirclePlace, Company
from alliance.unit_of_work import UnitOfWork
from federation.announcing.circles import allied_company, say_gone, tell
from federation.recipients import inbox_of
from federation.uris import Uris
from federation.vocabulary.circles import circle_json, meeting_json, note_json, word_json


@dataclass(frozen=True)
class _Whole:
    """A circle with everybody who is or was in it, and its address."""

    circle: Circle
    members: list[CircleMember]
    address: Address

    @property
    def ours(self) -> list[CircleMember]:
        return [member for member in self.members if member.place.person_id is not None]

    def of(self, company_id: int) -> list[CircleMember]:
        """Those of another company."""
        return [member for member in self.members
                if member.place.company_id == company_id and member.place.person_id is None]  # fmt: skip

    @property
    def others(self) -> list[int]:
        """The other companies that somebody of is inside, by number."""
        return sorted(
            {
                member.place.company_id
                for member in self.members
                if member.place.person_id is None and member.answer in INSIDE
            }
        )

    def waits_for_ours(self) -> bool:
        """Whether some of ours have not answered yet and nobody has said no: there is nothing to act on."""
        answers = {member.answer for member in self.ours}
        return self.circle.state == "asked" and "asked" in answers and answers <= set(INSIDE)

    def misses(self, company: Company) -> bool:
        """Whether a company may have said something that we don't know: when it did, we had not heard of the
        circle, or not of everybody's yes."""
        if company.host not in self.circle.heard:
            return True
        said_yes = [member.place for member in self.of(company.id) if member.answer == "yes"]
        return self.circle.state == "running" and not all(place.name for place in said_yes)

    def is_open_to(self, company_id: int) -> bool:
        """Whether names may be told there: all have said yes, and one of them lives there."""
        return self.circle.state == "running" and any(
            member.answer == "yes" for member in self.of(company_id)
        )


async def on_changed(uow: UnitOfWork, fact: CircleChanged) -> None:
    """Who is in a circle of ours and when it meets, to the companies of those inside."""
    whole = await _whole(uow, fact.circle.id)
    if whole is None or whole.circle.uri is not None:
        return
    circle, uris = whole.circle, Uris(uow.settings.origin)
    inside = [member for member in whole.members if member.answer in INSIDE]
    news = CircleNews(
        circle=whole.address,
        call=Address(uris.circle_call(circle.call_id), uow.settings.host),
        version=uow.new_id(),
        has_ended=circle.state == "ended",
        topic=circle.topic,
        language=circle.language,
        slots=tuple(circle.slots),
        wished=circle.wished,
        members=tuple(_place(member.place, uris) for member in inside),
        meetings=tuple(
            MeetingNews(one.number, one.starts_at, one.ends_at, one.sequence, one.held_at is not None)
            for one in circle.meetings
        ),
    )
    await tell_each(uow, circle_json(news), whole.others)


async def on_said(uow: UnitOfWork, fact: CircleSaid) -> None:
    """What our people have answered; with names and link where that may be."""
    whole = await _whole(uow, fact.circle.id)
    if whole is None or not whole.ours or (fact.only is None and whole.waits_for_ours()):
        return
    homes = set(whole.others)
    if whole.circle.uri is not None:
        homes.add(whole.circle.call.company_id)
    for company_id in sorted(homes if fact.only is None else homes & {fact.only}):
        company = await allied_company(uow, company_id)
        if company is not None:
            news = _word(uow, whole, company, asks=fact.asks or whole.misses(company))
            address = f"{Uris(uow.settings.origin).company}#circle-{whole.circle.id}"
            await tell(uow, word_json(address, news), [company])


async def on_meeting(uow: UnitOfWork, fact: MeetingWished) -> None:
    """To the company that formed the circle."""
    circle = fact.circle
    company = await allied_company(uow, circle.call.company_id)
    if company is not None and circle.uri is not None:
        address = f"{Uris(uow.settings.origin).company}#circle-{circle.id}-{fact.wish.number}"
        wish = fact.wish
        named = MeetingWish(wish.number, wish.starts_at, wish.is_held, Address(circle.uri, company.host))
        await tell(uow, meeting_json(address, named), [company])


async def on_note(uow: UnitOfWork, fact: NoteSaid) -> None:
    """A check-in, to where somebody of the circle is at home."""
    note = fact.note
    whole = await _whole(uow, note.circle_id)
    if whole is None:
        return
    own = next((one.place for one in whole.ours if one.place.person_id == note.author_id), None)
    if own is None:
        return
    uris = Uris(uow.settings.origin)
    news = NoteNews(uris.circle_note(note.id), whole.address, _place(own, uris), note.text)
    homes = [company_id for company_id in whole.others if whole.is_open_to(company_id)]
    await tell_each(uow, note_json(news), homes)


async def on_note_taken_back(uow: UnitOfWork, fact: NoteTakenBack) -> None:
    """Delete, to where it may have gone."""
    companies = [await allied_company(uow, number) for number in fact.companies]
    inboxes = {inbox_of(company) for company in companies if company is not None}
    await say_gone(uow, Uris(uow.settings.origin).circle_note(fact.note_id), inboxes)


async def tell_circles_again(uow: UnitOfWork, company: Company) -> None:
    """To an ally that is back: circles of ours with its people, and what ours say in circles with them."""
    with_theirs = (
        select(CircleMember.circle_id)
        .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
        .where(CirclePlace.company_id == company.id, CirclePlace.person_id.is_(None))
    )
    rows = await uow.db.scalars(
        select(Circle).where(Circle.id.in_(with_theirs), Circle.state != "ended").order_by(Circle.id)
    )
    for circle in rows.all():
        await on_changed(uow, CircleChanged(circle))
        await on_said(uow, CircleSaid(circle, asks=True, only=company.id))


async def tell_each(uow: UnitOfWork, said: dict[str, object], company_ids: list[int]) -> None:
    """The same to each of these companies that we are allied with now."""
    companies = [await allied_company(uow, number) for number in company_ids]
    there = [company for company in companies if company is not None]
    if there:
        await tell(uow, said, there)


def _word(uow: UnitOfWork, whole: _Whole, company: Company, *, asks: bool) -> WordNews:
    uris, circle, is_open = Uris(uow.settings.origin), whole.circle, whole.is_open_to(company.id)
    members = tuple(
        MemberNews(_place(member.place, uris), member.answer, *_called(member, is_open))
        for member in whole.ours
    )
    link = None
    if is_open and circle.link_at is not None:
        link = uow.vault.open(circle.meeting_link, CIRCLE_LINK) if circle.meeting_link is not None else ""
    return WordNews(
        circle=whole.address,
        version=uow.new_id(),
        asks=asks,
        members=members,
        link=link,
        link_at=circle.link_at if link is not None else None,
    )


def _called(member: CircleMember, is_open: bool) -> tuple[str, str]:
    person = member.place.person
    if not is_open or person is None or member.answer != "yes":
        return "", ""
    return person.name, person.username or ""


def _place(place: CirclePlace, uris: Uris) -> Address:
    return Address(place.uri or uris.circle_place(place.token or ""), "")


async def _whole(uow: UnitOfWork, circle_id: int) -> _Whole | None:
    circle = await uow.db.scalar(
        select(Circle)
        .where(Circle.id == circle_id)
        .options(joinedload(Circle.call).joinedload(CircleCall.company), selectinload(Circle.meetings))
        .execution_options(populate_existing=True)
    )
    rows = await uow.db.scalars(
        select(CircleMember)
        .where(CircleMember.circle_id == circle_id)
        .order_by(CircleMember.id)
        .options(joinedload(CircleMember.place).joinedload(CirclePlace.person))
        .execution_options(populate_existing=True)
    )
    members = list(rows.all())
    if circle is None:
        return None
    if circle.uri is None and all(member.place.person_id is not None for member in members):
        return None  # nobody of another company is or was in it
    uri = circle.uri or Uris(uow.settings.origin).circle(circle.id)
    return _Whole(circle, members, Address(uri, ""))
