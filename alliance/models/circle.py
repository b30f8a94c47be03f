"""Learning circles: calls for them, who signed up, the circles that were formed, and what they do.

A call of an allied company, and a circle that it formed, stand here as their company tells them (`uri`).
People of other companies are places without a person: pseudonyms, until all in a circle have said yes.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.company import Company
from alliance.models.person import Person

CALL_STATES = ("open", "running", "withdrawn")
CALL_AUDIENCES = ("company", "alliance")
CIRCLE_STATES = ("asked", "running", "ended")
CIRCLE_ANSWERS = ("asked", "yes", "no", "left")
WEEKS = 12
MOST_CIRCLE_SLOTS = 14


class CircleCall(Base):
    """A call for learning circles: what they learn by, when they can meet, until when people sign up.

    `open`: people sign up, and the matching can be looked at. `running`: its circles were published.
    """

    __tablename__ = "circle_call"
    __table_args__ = (
        Index("ix_circle_call_state_sign_up_until", "state", "sign_up_until"),
        # Not a constraint: SQLite adds an index to a table without writing the table anew.
        Index("uq_circle_call_uri", "uri", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(Text, default="")
    guide_title: Mapped[str] = mapped_column(String(200), default="")
    guide_url: Mapped[str] = mapped_column(String(500), default="")
    guide_licence: Mapped[str] = mapped_column(String(100), default="")
    topics: Mapped[list[str]] = mapped_column(JSON)
    languages: Mapped[list[str]] = mapped_column(JSON)
    slots: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Weekly hours: `day` (0 is Monday) and `time` ("12:00"), as clocks show them in `timezone`."""
    timezone: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int] = mapped_column(SmallInteger)
    starts_on: Mapped[date]
    """The Monday of the first week."""
    sign_up_until: Mapped[datetime] = mapped_column(UtcDateTime)
    smallest: Mapped[int] = mapped_column(SmallInteger)
    largest: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(word(*CALL_STATES, name="state"))
    audience: Mapped[str] = mapped_column(
        word(*CALL_AUDIENCES, name="audience"), default="company", server_default="company"
    )
    companies_wanted: Mapped[list[int] | None] = mapped_column(JSON)
    """Numbers of the allied companies whose people can sign up for a call of ours; None where all can."""
    uri: Mapped[str | None] = mapped_column(String(500))
    """Identity of an allied company's call; ours is minted."""
    version: Mapped[int | None]
    """Of an allied company's call, as it counts."""
    matching: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The latest matching, as `alliance.matching.letters` writes it; keys are numbers of places."""
    matched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    company: Mapped[Company] = relationship(lazy="raise")
    organiser: Mapped[Person | None] = relationship(lazy="raise")


class CirclePlace(Base):
    """Somebody signed up for a call. `partner_id`: whom they want to be with; counts if it is mutual."""

    __tablename__ = "circle_place"
    __table_args__ = (
        UniqueConstraint("call_id", "person_id"),
        Index("ix_circle_place_person_id", "person_id"),
        Index("ix_circle_place_partner_id", "partner_id"),
        Index("uq_circle_place_token", "token", unique=True),
        Index("uq_circle_place_uri", "uri", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The pseudonym in matchings."""
    call_id: Mapped[int] = mapped_column(ForeignKey("circle_call.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    """One of our people; None for somebody of another company."""
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    topics: Mapped[list[str]] = mapped_column(JSON)
    """In the order of wish."""
    languages: Mapped[list[str]] = mapped_column(JSON)
    slots: Mapped[list[int]] = mapped_column(JSON)
    """Places in the call's list of hours."""
    utc_offset: Mapped[int] = mapped_column(SmallInteger)
    """Minutes, in the first week."""
    avoids: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed with purpose "circle.avoids": handles of colleagues whom they would rather not meet there."""
    token: Mapped[str | None] = mapped_column(String(40))
    """Ends the address by which other companies know this place of ours; random, of this call alone."""
    uri: Mapped[str | None] = mapped_column(String(500))
    """The same of somebody of another company, as their company wrote it."""
    version: Mapped[int | None]
    own_code: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What this person may give to somebody of any company, so that the two stay together."""
    pair_code: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What somebody gave to this person."""
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed with purpose "circle.words": what another company says for the matching alone."""
    told: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Digest of what was last said of this place to the company of the call."""
    hints: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    """What would have helped, as the company of the call says."""
    name: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """Of somebody of another company, once everybody in a circle of ours has said yes, until they leave."""
    handle: Mapped[str] = mapped_column(String(100), default="", server_default="")
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    company: Mapped[Company] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=person_id)
    partner: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=partner_id)
    call: Mapped[CircleCall] = relationship(lazy="raise")


class Circle(Base):
    """Four to six people who meet once a week for twelve weeks; nobody else sees anything of it.

    `asked`: not everybody has said yes, so nobody knows who the others are. `running`: they have.
    """

    __tablename__ = "circle"
    __table_args__ = (Index("ix_circle_call_id", "call_id"), Index("uq_circle_uri", "uri", unique=True))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    call_id: Mapped[int] = mapped_column(ForeignKey("circle_call.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(10))
    slots: Mapped[list[int]] = mapped_column(JSON)
    """All hours that its people share; they meet at the first."""
    companies: Mapped[int] = mapped_column(SmallInteger)
    wished: Mapped[int] = mapped_column(SmallInteger)
    """How many of them had named the topic first."""
    met: Mapped[int] = mapped_column(SmallInteger, default=0)
    state: Mapped[str] = mapped_column(word(*CIRCLE_STATES, name="state"))
    meeting_link: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed with purpose "circle.meeting_link"; for its members alone."""
    link_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was last set or taken back; of two companies that do, the later one counts."""
    uri: Mapped[str | None] = mapped_column(String(500))
    """Identity of a circle that an allied company formed; ours is minted."""
    version: Mapped[int | None]
    heard: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    """The version of the last word of each other company, by host."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    call: Mapped[CircleCall] = relationship(lazy="raise")
    members: Mapped[list["CircleMember"]] = relationship(lazy="raise", order_by="CircleMember.id")
    meetings: Mapped[list["CircleMeeting"]] = relationship(lazy="raise", order_by="CircleMeeting.number")
    notes: Mapped[list["CircleNote"]] = relationship(lazy="raise", order_by="CircleNote.id")


class CircleMember(Base):
    """Somebody in a circle, or asked to be."""

    __tablename__ = "circle_member"
    __table_args__ = (
        UniqueConstraint("circle_id", "place_id"),
        Index("ix_circle_member_place_id", "place_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"))
    place_id: Mapped[int] = mapped_column(ForeignKey("circle_place.id", ondelete="CASCADE"))
    answer: Mapped[str] = mapped_column(word(*CIRCLE_ANSWERS, name="answer"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    place: Mapped[CirclePlace] = relationship(lazy="raise")
    circle: Mapped[Circle] = relationship(lazy="raise", viewonly=True)


class CircleMeeting(Base):
    """One of the twelve weekly sessions of a circle."""

    __tablename__ = "circle_meeting"
    __table_args__ = (UniqueConstraint("circle_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(SmallInteger)
    """1 to 12."""
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sequence: Mapped[int] = mapped_column(default=0)
    """How often it was moved (RFC 5545)."""
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody said that they have met."""


class CircleNote(Base):
    """What somebody says to their circle when they check in."""

    __tablename__ = "circle_note"
    __table_args__ = (
        Index("ix_circle_note_circle_id_id", "circle_id", "id"),
        Index("ix_circle_note_author_id", "author_id"),
        Index("ix_circle_note_place_id", "place_id"),
        Index("uq_circle_note_uri", "uri", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    """One of our people; None for somebody of another company, who then has a place."""
    place_id: Mapped[int | None] = mapped_column(ForeignKey("circle_place.id", ondelete="CASCADE"))
    uri: Mapped[str | None] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    author: Mapped[Person | None] = relationship(lazy="raise")
    place: Mapped["CirclePlace | None"] = relationship(lazy="raise")


class PitStop(Base):
    """A session in which all circles of a call tell each other how it goes."""

    __tablename__ = "circle_pit_stop"
    __table_args__ = (Index("ix_circle_pit_stop_session_id", "session_id"),)

    call_id: Mapped[int] = mapped_column(ForeignKey("circle_call.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
