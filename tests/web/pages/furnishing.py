"""A company in which every page has something to show, with one text in every field, ours and others'."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from alliance.answering_wishes import answer_with
from alliance.apps import register_app
from alliance.attending import join_session
from alliance.circle_calls import CallDraft, PlaceDraft, open_call, sign_up
from alliance.circle_matching import keep_matching, publish_circles, question_for
from alliance.circling import answer_circle, say_note
from alliance.commenting import say
from alliance.communities import CommunityDraft, found_community
from alliance.community_members import join_community
from alliance.community_posts import post_session
from alliance.contacting import write_letter
from alliance.drafting import SessionDraft
from alliance.employing import add_employee
from alliance.hosting import answer_hosting, ask_to_host
from alliance.instance import Instance
from alliance.introductions import Introduction, company_introduced
from alliance.inviting import send_link
from alliance.matching.deciding import match
from alliance.models import Attendance, Company, Employee, Notification, Partner, Session
from alliance.news import CommentNews, PersonNews, ProfileNews, SessionNews, TranslationNews
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.publishing import publish_session
from alliance.receiving_comments import receive_comment
from alliance.receiving_people import receive_person
from alliance.receiving_sessions import receive_session
from alliance.recurrence import Rhythm
from alliance.series import SeriesPlan, publish_series
from alliance.telling import Telling, tell_story
from alliance.transcribing import keep_transcript, prepared
from alliance.wishing import WishDraft, add_voice, make_wish
from tests.support.founding import Founded
from tests.web.pages.furnishing_console import OTHER, administered, newsletter_begun
from tests.web.pages.furnishing_learning import learned_there
from tests.web.pages.furnishing_numbers import add_channel, publish_two_months
from web.mail.tokens import leave_token, stop_token
from web.mastodon.oauth.redirects import OUT_OF_BAND

LINK = "https://meet.example/secret-room"


@dataclass(frozen=True)
class Furnished:
    """What there is, by the numbers that addresses are made of."""

    own: int
    others: int
    comment: int
    notification: int
    company: int
    source: int
    refused: int
    report: int
    colleague: int
    """Jonas, who has written to Ada."""
    administrator: int
    shared: int
    """A session of Jonas's that Ada holds with him."""
    attended: int
    """A session of Jonas's to which Ada goes."""
    community: int
    hook: int
    """A channel that hears of what stands in it."""
    series: int
    call: int
    """A call for circles of Ada's, with a matching to look at."""
    circle: int
    """A circle in which Ada and Jonas are."""
    story: int
    story_key: str
    wish: int
    wish_key: str
    stop: str
    """What the address ends in at which one stops a kind of mail."""
    leave: str
    """The same for giving back a place."""
    link: str
    """The same for choosing a password."""
    app: str
    """The name under which an app is registered."""
    held: int
    """A session of Ada's that is over and to which Jonas went; Ada has confirmed another one."""
    edition: int
    """A newsletter on its way."""
    week: str
    guest_yes: str
    """What the address ends in at which a guest says yes to the newsletter."""
    guest_no: str


async def furnish(founded: Founded, text: str) -> Furnished:
    """Everything of Ada's, who administers, hosts and is written to; `text` is shortened where it must be."""
    instance = founded.instance
    async with instance.unit_of_work() as uow:
        uow.db.add(await _allied(instance, await company_introduced(uow, _introduction(text)), uow.now))
    own = await _own(instance, founded.admin, text)
    others = await _others(instance, text)
    said = await _said(instance, founded, own, others, text)
    learned = await learned_there(instance, founded, text)
    async with instance.unit_of_work() as uow:
        await keep_transcript(uow, learned["held"], prepared(f"0:01 {text}\n\n{text}"), "de", founded.admin)
    return Furnished(
        own=own.id,
        others=others.id,
        company=others.company_id,
        colleague=founded.employee.id,
        administrator=founded.admin.id,
        **said,
        **await administered(instance, founded, others, text),
        **await _shared(instance, founded, text),
        **await _gathered(instance, founded, own, text),
        **await _repeated(instance, founded, text),
        **await _circled(instance, founded, text),
        **await _told(instance, founded, own, text),
        **await _asked(instance, founded, own, text),
        **learned,
        **await _mailed(instance, founded, own, text),
        **await newsletter_begun(instance, founded, text),
    )


def _introduction(text: str) -> Introduction:
    return Introduction(
        origin=f"https://{OTHER}",
        host=OTHER,
        name=text[:200],
        uri=f"https://{OTHER}/company",
        instance_uri=f"https://{OTHER}/actor",
        summary=text,
        hue=3,
        software=text[:60],
    )


async def _allied(instance: Instance, company: Company, now: object) -> Partner:
    return Partner(
        company_id=company.id,
        state="allied",
        we_said_yes=True,
        they_said_yes=True,
        since=now,
        created_at=now,
    )


async def _shared(instance: Instance, founded: Founded, text: str) -> dict[str, Any]:
    starts_at = instance.clock.now() + timedelta(days=2)
    draft = SessionDraft(
        title=text[:150],
        description=text,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=45),
        meeting_link=LINK,
    )
    async with instance.unit_of_work() as uow:
        session = await publish_session(uow, founded.employee.id, draft)
        await ask_to_host(uow, session.id, founded.admin.id, founded.employee)
        await answer_hosting(uow, session.id, founded.admin.id, yes=True)
        await write_letter(uow, founded.employee.id, founded.admin.id, text)
        attended = await publish_session(uow, founded.employee.id, draft)
        await join_session(uow, attended.id, founded.admin.id)
    return {"shared": session.id, "attended": attended.id}


async def _gathered(instance: Instance, founded: Founded, own: Session, text: str) -> dict[str, Any]:
    """A community of Ada's in which her session stands, with Jonas in it by name."""
    async with instance.unit_of_work() as uow:
        draft = CommunityDraft(name=text[:60], description=text, audience="public", topics=("Stürme",))
        community = await found_community(uow, founded.admin, draft)
        await post_session(uow, community.id, own.id, founded.admin)
        await join_community(uow, community.id, founded.employee, is_shown=True)
    hook = await add_channel(instance, founded, community.id, text)
    await publish_two_months(instance)
    return {"community": community.id, "hook": hook}


async def _repeated(instance: Instance, founded: Founded, text: str) -> dict[str, Any]:
    starts_at = instance.clock.now() + timedelta(days=3)
    draft = SessionDraft(
        title=text[:150],
        description=text,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=45),
        timezone="UTC",
        meeting_link=LINK,
        is_leaders=True,
    )
    rhythm = Rhythm(kind="weekly", every=5, weekday=starts_at.weekday())
    async with instance.unit_of_work() as uow:
        plan = SeriesPlan(draft=draft, rhythm=rhythm, turns=(founded.employee.id,))
        series = await publish_series(uow, founded.admin.id, plan)
    return {"series": series.id}


async def _circled(instance: Instance, founded: Founded, text: str) -> dict[str, Any]:
    people = [founded.admin, founded.employee]
    line = " ".join(text.split())
    async with instance.unit_of_work() as uow:
        people.append(await add_employee(uow, "third@nordlicht.example", line[:60] or "Third"))
    calls = [await _called(instance, people, line, text) for _ in range(2)]
    async with instance.unit_of_work() as uow:
        circle = (await publish_circles(uow, calls[1], founded.admin))[0]
        for employee in people:
            await answer_circle(uow, circle.id, employee.id, yes=True)
        await say_note(uow, circle.id, founded.admin.id, text[:500])
    return {"call": calls[0], "circle": circle.id}


async def _called(instance: Instance, people: list[Employee], line: str, text: str) -> int:
    async with instance.unit_of_work() as uow:
        draft = CallDraft(
            title=line[:150],
            about=text[:1000],
            topics=(line[:40].replace(",", " "), "Writing"),
            slots=((1, "12:00"), (3, "16:00"), (4, "09:00")),
            starts_on=(uow.now + timedelta(days=21)).date(),
            sign_up_until=uow.now + timedelta(days=5),
            guide_title=line[:100],
            guide_url="https://guides.example/one",
            languages=("de", "en"),
            smallest=3,
        )
        call = await open_call(uow, people[0], draft)
        for employee in people:
            place = PlaceDraft((call.topics[0],), ("de",), (0, 1), "Europe/Berlin")
            await sign_up(uow, call.id, employee, place)
        question = await question_for(uow, call.id, people[0])
        await keep_matching(uow, call.id, people[0], question, match(question))
    return call.id


async def _told(instance: Instance, founded: Founded, own: Session, text: str) -> dict[str, Any]:
    async with instance.unit_of_work() as uow:
        telling = Telling(text=text, audience="public", spoiler=text[:100], session_id=own.id)
        story = await tell_story(uow, founded.admin, telling)
    return {"story": story.id, "story_key": f"{story.id}-{story.token}"}


async def _asked(instance: Instance, founded: Founded, own: Session, text: str) -> dict[str, Any]:
    """Ada's request, which Jonas wants as well and her own session answers; and one of his."""
    async with instance.unit_of_work() as uow:
        draft = WishDraft(kind="learn", title=text[:100], text=text[:900], audience="public", topics=(text,))
        wish = await make_wish(uow, founded.admin, draft)
        await add_voice(uow, wish.id, founded.employee, named=True)
        await answer_with(uow, wish.id, own.id, founded.admin)
        await make_wish(uow, founded.employee, WishDraft(kind="mentor_offered", title=text[:100]))
    return {"wish": wish.id, "wish_key": f"{wish.id}-{wish.token}"}


async def _mailed(instance: Instance, founded: Founded, own: Session, text: str) -> dict[str, Any]:
    async with instance.unit_of_work() as uow:
        link = await send_link(uow, founded.employee, "reset")
        app = await register_app(uow, text[:60], [OUT_OF_BAND], ("read", "write"), None)
        place = await uow.db.scalar(select(Attendance.id).where(Attendance.session_id == own.id))
    return {
        "stop": stop_token(instance.vault, founded.employee.id, "joined"),
        "leave": leave_token(instance.vault, place or 0),
        "link": link.rpartition("/")[2],
        "app": app.app.client_id,
    }


async def _own(instance: Instance, host: Employee, text: str) -> Session:
    starts_at = instance.clock.now() + timedelta(days=1)
    draft = SessionDraft(
        title=text[:150],
        description=text,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=45),
        timezone="Europe/Berlin",
        meeting_link=LINK,
        audience="public",
        capacity=2,
        place="hybrid",
        place_name=text[:150],
        place_address=text[:400],
        topics=("Optik",),
    )
    async with instance.unit_of_work() as uow:
        profile = ProfileDraft(
            name=text[:150],
            audience="public",
            headline=text[:150],
            about=text,
            languages=("de",),
            ask_me_about=(text[:80],),
            topics=("Optik",),
        )
        await edit_profile(uow, host.id, profile)
        await publish_profile(uow, host.id, "public")
        return await publish_session(uow, host.id, draft)


async def _others(instance: Instance, text: str) -> Session:
    starts_at = instance.clock.now() + timedelta(days=1, hours=1)
    async with instance.unit_of_work() as uow:
        profile = ProfileNews(headline=text, about_html=text, ask_me_about=(text,), topics=(text[:50],))
        person = await receive_person(
            uow,
            PersonNews(
                uri=f"https://{OTHER}/people/1", username="resi", host=OTHER, name=text, profile=profile
            ),
        )
        news = SessionNews(
            uri=f"https://{OTHER}/sessions/1",
            url=f"https://{OTHER}/sessions/1",
            title=text,
            description_html=text,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=30),
            updated_at=uow.now,
            audience="public",
            place="on_site",
            place_name=text,
            place_address=text,
            status="tentative",
            status_note=text,
            topics=(text[:50],),
            host_uri=person.uri,
            translations=(TranslationNews(language="de", title=text, description_html=text),),
        )
        company_id = person.company_id
        assert company_id is not None
        session = await receive_session(uow, company_id, news)
    assert session is not None
    return session


async def _said(
    instance: Instance, founded: Founded, own: Session, others: Session, text: str
) -> dict[str, Any]:
    async with instance.unit_of_work() as uow:
        await join_session(uow, own.id, founded.employee.id)
        await join_session(uow, others.id, founded.admin.id)
        await say(uow, own.id, founded.employee, text)
        mine = await say(uow, own.id, founded.admin, text)
        author = await receive_person(
            uow, PersonNews(uri=f"https://{OTHER}/people/2", username="vroni", host=OTHER, name=text)
        )
        await receive_comment(
            uow, own.id, author, CommentNews(uri=f"https://{OTHER}/notes/1", html=f"Servus {text}")
        )
        number = uow.new_id()
        uow.db.add(
            Notification(
                id=number, kind="comment", person_id=founded.admin.id, session_id=own.id,
                comment_id=mine.id, created_at=uow.now,
            )
        )  # fmt: skip
    return {"comment": mine.id, "notification": number}
