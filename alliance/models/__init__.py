"""The tables of the domain."""

from alliance.models.attendance import ATTENDANCE_STATES, DIALECTS, Attendance
from alliance.models.comment import COMMENT_STATES, REACTIONS, Comment, Reaction
from alliance.models.company import PARTNER_STATES, Company, Partner
from alliance.models.domain_policy import SEVERITIES, ActorBlock, DomainPolicy, Policies
from alliance.models.employee import ROLES, Employee, SignIn, SignInAttempt
from alliance.models.notification import Notification
from alliance.models.person import ExpertProfile, Person
from alliance.models.report import REPORT_OUTCOMES, REPORT_STATES, Report
from alliance.models.session import (
    AUDIENCES,
    CONVERSATIONS,
    JOIN_MODES,
    PLACES,
    SESSION_STATES,
    Session,
    SessionTranslation,
)
from alliance.models.source import SOURCE_STATES, Source
from alliance.models.topic import Topic, expert_topic, session_topic

__all__ = [
    "ATTENDANCE_STATES",
    "AUDIENCES",
    "COMMENT_STATES",
    "CONVERSATIONS",
    "DIALECTS",
    "JOIN_MODES",
    "PARTNER_STATES",
    "PLACES",
    "REACTIONS",
    "REPORT_OUTCOMES",
    "REPORT_STATES",
    "ROLES",
    "SESSION_STATES",
    "SEVERITIES",
    "SOURCE_STATES",
    "ActorBlock",
    "Attendance",
    "Comment",
    "Company",
    "DomainPolicy",
    "Employee",
    "ExpertProfile",
    "Notification",
    "Partner",
    "Person",
    "Policies",
    "Reaction",
    "Report",
    "Session",
    "SessionTranslation",
    "SignIn",
    "SignInAttempt",
    "Source",
    "Topic",
    "expert_topic",
    "session_topic",
]
