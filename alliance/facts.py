"""What has happened in the domain, said in the past tense and heard before the commit."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alliance.models import (
        Attendance,
        CoHost,
        Comment,
        Company,
        Employee,
        Partner,
        Person,
        Reaction,
        Report,
        Session,
        Source,
    )


@dataclass(frozen=True)
class Fact:
    """Root of all facts."""


@dataclass(frozen=True)
class CompanyFounded(Fact):
    """The home company was set up."""

    company: "Company"


@dataclass(frozen=True)
class CompanyChanged(Fact):
    """What the home company says about itself has changed."""

    company: "Company"


@dataclass(frozen=True)
class EmployeeAdded(Fact):
    """An account was made."""

    employee: "Employee"
    person: "Person"


@dataclass(frozen=True)
class ProfileChanged(Fact):
    """An expert profile, or what a person shows of themselves, was published, changed or withdrawn.

    `was_shared` tells whether others than the company saw it before, so have something to take back.
    """

    person: "Person"
    was_shared: bool


@dataclass(frozen=True)
class PersonErased(Fact):
    """A person asked to be forgotten; their actor is to be deleted everywhere."""

    person: "Person"


@dataclass(frozen=True)
class SessionPublished(Fact):
    """One of our sessions became visible to its audience."""

    session: "Session"


@dataclass(frozen=True)
class SessionChanged(Fact):
    """One of our sessions was edited. `previous_audience` tells who loses or gains sight of it."""

    session: "Session"
    previous_audience: str
    previous_starts_at: datetime | None = None
    cancelled: bool = False
    postponed: bool = False


@dataclass(frozen=True)
class SeatsChanged(Fact):
    """The number of people going to one of our sessions changed."""

    session: "Session"


@dataclass(frozen=True)
class SessionWithdrawn(Fact):
    """One of our sessions was taken back."""

    session: "Session"


@dataclass(frozen=True)
class SessionReceived(Fact):
    """Another company, or an external source, told us of a session (`is_new`) or of a change to it."""

    session: "Session"
    is_new: bool


@dataclass(frozen=True)
class PersonReceived(Fact):
    """Another server told us about somebody, or that they are gone."""

    person: "Person"


@dataclass(frozen=True)
class SessionThanked(Fact):
    """The host of one of our sessions thanks everybody who was there."""

    session: "Session"
    words: str


@dataclass(frozen=True)
class HostingAsked(Fact):
    """Somebody was asked to hold a session together with its host: of our company, or of an allied one."""

    co_host: "CoHost"
    session: "Session"
    person: "Person"


@dataclass(frozen=True)
class HostingAnswered(Fact):
    """Who was asked says yes or no, or steps down; `previous` is the state before."""

    co_host: "CoHost"
    session: "Session"
    person: "Person"
    previous: str


@dataclass(frozen=True)
class HostingEnded(Fact):
    """The host's company took the question back, or the yes (`previous`)."""

    co_host: "CoHost"
    session: "Session"
    person: "Person"
    previous: str


@dataclass(frozen=True)
class SessionHandedOver(Fact):
    """The host of one of our sessions has left; `heir` held it too and is the host now."""

    session: "Session"
    heir: "Person"


@dataclass(frozen=True)
class AttendanceAsked(Fact):
    """One of our employees asked another company for a place."""

    attendance: "Attendance"
    session: "Session"
    person: "Person"


@dataclass(frozen=True)
class AttendanceChanged(Fact):
    """The place of somebody in one of our own sessions changed (`previous` is the former state or None)."""

    attendance: "Attendance"
    session: "Session"
    person: "Person"
    previous: str | None


@dataclass(frozen=True)
class AttendanceLeft(Fact):
    """One of our employees gave back a place (or a request for one) at another company."""

    attendance: "Attendance"
    session: "Session"
    person: "Person"


@dataclass(frozen=True)
class AttendanceAnswered(Fact):
    """Another company has answered one of our employees who asked for a place, or gave out a new link.

    `previous` is the state before; it equals the present one when only the link is new.
    """

    attendance: "Attendance"
    session: "Session"
    person: "Person"
    previous: str


@dataclass(frozen=True)
class PartnerSessionChanged(Fact):
    """Another company told us of a change in a session of theirs that we knew already."""

    session: "Session"
    previous_status: str
    previous_starts_at: datetime


@dataclass(frozen=True)
class PartnerSessionWithdrawn(Fact):
    """A session of another company is no longer there, or no longer for us."""

    session: "Session"


@dataclass(frozen=True)
class PartnerInvited(Fact):
    """We asked another company to ally with us."""

    partner: "Partner"
    company: "Company"


@dataclass(frozen=True)
class PartnerAccepted(Fact):
    """We said yes to a company that asked us."""

    partner: "Partner"
    company: "Company"


@dataclass(frozen=True)
class PartnerDeclined(Fact):
    """We said no to a company that asked us."""

    partner: "Partner"
    company: "Company"


@dataclass(frozen=True)
class PartnerAllied(Fact):
    """Both companies have said yes."""

    partner: "Partner"
    company: "Company"


@dataclass(frozen=True)
class PartnerLeft(Fact):
    """We ended the alliance with a company, or took back our invitation."""

    partner: "Partner"
    company: "Company"
    previous: str


@dataclass(frozen=True)
class PartnerResumed(Fact):
    """A pause ended; what was missed meanwhile has to be fetched and sent."""

    partner: "Partner"
    company: "Company"


@dataclass(frozen=True)
class SourceAdded(Fact):
    """We want to read an external source; it has to be asked."""

    source: "Source"
    company: "Company"


@dataclass(frozen=True)
class SourceResumed(Fact):
    """An external source said yes, or a pause ended: its list is to be fetched."""

    source: "Source"
    company: "Company"


@dataclass(frozen=True)
class SourceRemoved(Fact):
    """We no longer want to read an external source."""

    uri: str


@dataclass(frozen=True)
class CommentSaid(Fact):
    """One of our employees said something about a session, of ours or of a partner."""

    comment: "Comment"
    session: "Session"
    parent: "Comment | None"


@dataclass(frozen=True)
class CommentChanged(Fact):
    """One of our employees found better words."""

    comment: "Comment"
    session: "Session"
    parent: "Comment | None"


@dataclass(frozen=True)
class CommentDeleted(Fact):
    """One of our employees took a comment back, for good."""

    comment: "Comment"
    session: "Session"


@dataclass(frozen=True)
class CommentShown(Fact):
    """Everybody who sees one of our sessions can read this comment now, or its new version."""

    comment: "Comment"
    session: "Session"


@dataclass(frozen=True)
class CommentHidden(Fact):
    """A comment in one of our sessions, shown before, no longer is."""

    comment: "Comment"
    session: "Session"


@dataclass(frozen=True)
class CommentKept(Fact):
    """A comment from elsewhere was taken in, changed or taken back, whoever may read it (its state)."""

    comment: "Comment"


@dataclass(frozen=True)
class InterestShown(Fact):
    """One of our employees finds a session of a partner interesting."""

    reaction: "Reaction"
    session: "Session"
    person_id: int


@dataclass(frozen=True)
class InterestLost(Fact):
    """One of our employees takes that back."""

    reaction: "Reaction"
    session: "Session"
    person_id: int


@dataclass(frozen=True)
class ReportForwarded(Fact):
    """A moderator wants those to know of a report on whose server lies what it is about."""

    report: "Report"


@dataclass(frozen=True)
class DomainTreated(Fact):
    """A domain is treated in another way from now on."""

    domain: str
    suspended: bool


@dataclass(frozen=True)
class ActorBlocked(Fact):
    """Our moderators want nothing from an actor elsewhere any more, or no longer mind."""

    actor_uri: str
    blocked: bool
