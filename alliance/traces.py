"""The smaller things that are held about one of our people: what is handed out, and what is forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from alliance.models import (
    AccountMark,
    AccountNote,
    AppFilter,
    AppList,
    AppListMember,
    AppToken,
    Badge,
    CircleNote,
    CirclePlace,
    CoHost,
    CommunityMember,
    CommunityPost,
    Confirmation,
    Decision,
    Distance,
    DomainDistance,
    FeaturedTopic,
    FeedAddress,
    Identity,
    Interest,
    Letter,
    Mail,
    MailTrouble,
    Mark,
    Message,
    NoticePolicy,
    Notification,
    NotificationChoice,
    Passkey,
    PlannedWords,
    ProvisionedMember,
    ProvisionedUser,
    ReadingMarker,
    RecordChoice,
    RecordStatement,
    SaidOnce,
    SavedSession,
    SeriesMember,
    SeriesTurn,
    SignIn,
    StoryPicture,
    WishVoice,
    WritingChoice,
)
from alliance.text import plain_text

Row = Any
Shown = dict[str, Any]


@dataclass(frozen=True)
class Trace:
    """Rows of one table that name a person in `column`; `show` says what of them is handed out."""

    name: str
    column: InstrumentedAttribute[Any]
    show: Callable[[Row], Shown]
    along: tuple[InstrumentedAttribute[Any], ...] = ()
    """What `show` reads besides the row."""


def iso(moment: datetime | None) -> str | None:
    """A moment as files carry it (ISO 8601), None for none."""
    return moment.isoformat() if moment is not None else None


def _sign_in(row: SignIn) -> Shown:
    return {"since": iso(row.created_at), "until": iso(row.expires_at), "device": row.device}


def _identity(row: Identity) -> Shown:
    return {"issuer": row.issuer, "subject": row.subject, "since": iso(row.created_at)}


def _passkey(row: Passkey) -> Shown:
    return {"name": row.name, "since": iso(row.created_at)}


def _app(row: AppToken) -> Shown:
    used = row.used_in.isoformat() if row.used_in is not None else None
    return {"name": row.app.name, "scopes": row.scopes, "since": iso(row.created_at), "last_at": used}


def _interest(row: Interest) -> Shown:
    followed = row.topic or row.expert or row.company
    return {"name": followed.name if followed else "", "since": iso(row.since)}


def _co_host(row: CoHost) -> Shown:
    return {"session": str(row.session_id), "state": row.state, "since": iso(row.since)}


def _membership(row: CommunityMember) -> Shown:
    return {
        "name": row.community.name,
        "role": row.role,
        "is_shown": row.is_shown,
        "since": iso(row.joined_at),
    }


def _community_post(row: CommunityPost) -> Shown:
    return {"name": row.community.name, "kind": row.kind, "state": row.state, "since": iso(row.created_at)}


def _series_member(row: SeriesMember) -> Shown:
    return {"id": str(row.series_id), "title": row.series.title, "since": iso(row.since)}


def _series_turn(row: SeriesTurn) -> Shown:
    return {"id": str(row.series_id)}


def _letter(row: Letter) -> Shown:
    return {"text": row.text, "created_at": iso(row.created_at)}


def _notification(row: Notification) -> Shown:
    return {
        "kind": row.kind,
        "session": row.session.title if row.session else None,
        "created_at": iso(row.created_at),
    }


def _choice(row: NotificationChoice) -> Shown:
    return {"kind": row.kind, "by_mail": row.by_mail, "in_app": row.in_app}


def _mail(row: Mail) -> Shown:
    return {
        "kind": row.kind,
        "session": row.session.title if row.session else None,
        "state": row.state,
        "created_at": iso(row.finished_at or row.due_at),
    }


def _trouble(row: MailTrouble) -> Shown:
    return {"bounces": row.bounces, "last_at": iso(row.last_at)}


def _feed(row: FeedAddress) -> Shown:
    return {"is_open": row.is_open, "since": iso(row.changed_at)}


def _distance(row: Distance) -> Shown:
    return {
        "id": str(row.account_id), "kind": row.kind, "since": iso(row.since), "until": iso(row.until),
    }  # fmt: skip


def _domain_distance(row: DomainDistance) -> Shown:
    return {"name": row.domain, "since": iso(row.since)}


def _account_mark(row: AccountMark) -> Shown:
    return {"id": str(row.account_id), "kind": row.kind, "since": iso(row.since)}


def _account_note(row: AccountNote) -> Shown:
    return {"id": str(row.account_id), "text": row.text, "since": iso(row.changed_at)}


def _list(row: AppList) -> Shown:
    return {
        "title": row.title,
        "members": [str(member.account_id) for member in row.members],
        "since": iso(row.created_at),
    }


def _filter(row: AppFilter) -> Shown:
    words = [keyword.keyword for keyword in row.keywords]
    return {"title": row.title, "words": words, "until": iso(row.expires_at)}


def _reading_marker(row: ReadingMarker) -> Shown:
    return {"kind": row.timeline, "updated_at": iso(row.updated_at)}


def _notice_policy(row: NoticePolicy) -> Shown:
    treatments = [row.not_following, row.not_followers, row.new_accounts]
    return {"state": [*treatments, row.private_mentions, row.limited_accounts]}


def _writing_choice(row: WritingChoice) -> Shown:
    return {"audience": row.visibility, "language": row.language}


def _featured_topic(row: FeaturedTopic) -> Shown:
    return {"name": row.topic.name, "since": iso(row.since)}


def _saved(row: SavedSession) -> Shown:
    return {"session": str(row.session_id), "since": iso(row.since)}


def _mark(row: Mark) -> Shown:
    return {"kind": row.kind, "posting": str(row.posting_id), "since": iso(row.since)}


def _message(row: Message) -> Shown:
    return {"direction": row.direction, "about": row.about, "text": row.text or plain_text(row.html),
            "created_at": iso(row.created_at)}  # fmt: skip


def _planned(row: PlannedWords) -> Shown:
    return {"text": row.text, "due_at": iso(row.due_at)}


def _said_once(row: SaidOnce) -> Shown:
    return {"since": iso(row.since)}


def _story_picture(row: StoryPicture) -> Shown:
    return {"picture": row.name, "description": row.description, "since": iso(row.created_at)}


def _voice(row: WishVoice) -> Shown:
    return {"title": row.wish.title, "is_named": row.is_named, "since": iso(row.since)}


def _decision(row: Decision) -> Shown:
    return {"kind": row.kind, "state": row.state, "reason": row.reason, "text": row.words,
            "since": iso(row.at)}  # fmt: skip


def _circle_place(row: CirclePlace) -> Shown:
    return {
        "topics": row.topics,
        "languages": row.languages,
        "slots": row.slots,
        "own_code": row.own_code,
        "pair_code": row.pair_code,
        "since": iso(row.since),
    }


def _circle_note(row: CircleNote) -> Shown:
    return {"text": row.text, "created_at": iso(row.created_at)}


def _confirmation(row: Confirmation) -> Shown:
    return {
        "title": row.title,
        "company": row.company,
        "uri": row.session_uri,
        "starts_at": iso(row.starts_at),
        "ends_at": iso(row.ends_at),
        "state": "host" if row.host_at is not None else "own",
        "since": iso(row.confirmed_at),
        "withdrawn_at": iso(row.taken_back_at),
    }


def _badge(row: Badge) -> Shown:
    signed = row.document.decode() if row.document is not None else None
    return {
        "uid": row.id,
        "title": row.title,
        "is_named": row.is_named,
        "is_shown": row.is_shared,
        "text": signed,
        "since": iso(row.issued_at),
        "withdrawn_at": iso(row.revoked_at),
    }


def _record_choice(row: RecordChoice) -> Shown:
    return {"name": row.account, "since": iso(row.since)}


def _record_statement(row: RecordStatement) -> Shown:
    return {"uid": row.statement_id, "kind": row.verb, "state": row.state, "created_at": iso(row.created_at)}


def _provisioned(row: ProvisionedUser) -> Shown:
    return {
        "username": row.user_name,
        "key": row.external_id,
        "name": row.display_name or row.formatted_name,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
    }


def _group(row: ProvisionedMember) -> Shown:
    return {"name": row.group.name}


TRACES = (
    Trace("sign_ins", SignIn.employee_id, _sign_in),
    Trace("identities", Identity.employee_id, _identity),
    Trace("directory", ProvisionedUser.employee_id, _provisioned),
    Trace("directory_groups", ProvisionedMember.employee_id, _group, (ProvisionedMember.group,)),
    Trace("passkeys", Passkey.employee_id, _passkey),
    Trace("apps", AppToken.employee_id, _app, (AppToken.app,)),
    Trace("follows", Interest.person_id, _interest, (Interest.topic, Interest.expert, Interest.company)),
    Trace("saved_sessions", SavedSession.person_id, _saved),
    Trace("marks", Mark.person_id, _mark),
    Trace("messages", Message.person_id, _message),
    Trace("planned_words", PlannedWords.person_id, _planned),
    Trace("said_once", SaidOnce.person_id, _said_once),
    Trace("story_pictures", StoryPicture.owner_id, _story_picture),
    Trace("voices", WishVoice.person_id, _voice, (WishVoice.wish,)),
    Trace("circle_places", CirclePlace.person_id, _circle_place),
    Trace("circle_notes", CircleNote.author_id, _circle_note),
    Trace("confirmed_learning", Confirmation.person_id, _confirmation),
    Trace("badges", Badge.person_id, _badge),
    Trace("learning_records", RecordChoice.person_id, _record_choice),
    Trace("learning_statements", RecordStatement.person_id, _record_statement),
    Trace("asked_to_host", CoHost.person_id, _co_host),
    Trace("series_joined", SeriesMember.person_id, _series_member, (SeriesMember.series,)),
    Trace("series_turns", SeriesTurn.person_id, _series_turn),
    Trace("communities", CommunityMember.person_id, _membership, (CommunityMember.community,)),
    Trace("community_posts", CommunityPost.posted_by, _community_post, (CommunityPost.community,)),
    Trace("decisions", Decision.person_id, _decision),
    Trace("letters_written", Letter.sender_id, _letter),
    Trace("letters_received", Letter.receiver_id, _letter),
    Trace("notifications", Notification.person_id, _notification, (Notification.session,)),
    Trace("notification_choices", NotificationChoice.employee_id, _choice),
    Trace("mails", Mail.employee_id, _mail, (Mail.session,)),
    Trace("mail_troubles", MailTrouble.employee_id, _trouble),
    Trace("feed_addresses", FeedAddress.employee_id, _feed),
    Trace("kept_away", Distance.person_id, _distance),
    Trace("kept_away_domains", DomainDistance.person_id, _domain_distance),
    Trace("marked_accounts", AccountMark.person_id, _account_mark),
    Trace("account_notes", AccountNote.person_id, _account_note),
    Trace("lists", AppList.person_id, _list, (AppList.members,)),
    Trace("filters", AppFilter.person_id, _filter, (AppFilter.keywords,)),
    Trace("reading_markers", ReadingMarker.person_id, _reading_marker),
    Trace("notice_policies", NoticePolicy.person_id, _notice_policy),
    Trace("writing_choices", WritingChoice.person_id, _writing_choice),
    Trace("featured_topics", FeaturedTopic.person_id, _featured_topic, (FeaturedTopic.topic,)),
)


_NOTED_BY_OTHERS: tuple[InstrumentedAttribute[Any], ...] = (
    Interest.expert_id,
    Distance.account_id,
    AccountMark.account_id,
    AccountNote.account_id,
    AppListMember.account_id,
    Notification.account_id,
)


async def traces_of(db: AsyncSession, person_id: int) -> dict[str, list[Shown]]:
    """Everything of TRACES that is held about this person, by name, oldest first; one query for each."""
    return {trace.name: await _shown(db, trace, person_id) for trace in TRACES}


async def _shown(db: AsyncSession, trace: Trace, person_id: int) -> list[Shown]:
    model = trace.column.class_
    query = select(model).where(trace.column == person_id).order_by(*model.__table__.primary_key.columns)
    rows = await db.scalars(query.options(*(joinedload(other) for other in trace.along)))
    return [trace.show(row) for row in rows.unique().all()]


async def forget_traces(db: AsyncSession, person_id: int) -> None:
    """Deletes all of it, and what others noted down about this person."""
    for column in (*(trace.column for trace in TRACES), *_NOTED_BY_OTHERS):
        await db.execute(
            delete(column.class_).where(column == person_id), execution_options={"synchronize_session": False}
        )
