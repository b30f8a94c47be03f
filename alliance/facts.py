"""What has happened in the domain, said in the past tense and heard before the commit."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alliance.models import Attendance, Company, Employee, Partner, Person, Session, Source


@dataclass(frozen=True)
class Fact:
    """Root of all facts."""


@dataclass(frozen=True)
class CompanyFounded(Fact):
    """The home company was set up."""

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


@dataclass(frozen=True)
class SeatsChanged(Fact):
    """The number of people going to one of our sessions changed."""

    session: "Session"


@dataclass(frozen=True)
class SessionWithdrawn(Fact):
    """One of our sessions was taken back."""

    session: "Session"


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
