"""The tables of the domain."""

from alliance.models.attendance import ATTENDANCE_STATES, Attendance
from alliance.models.company import PARTNER_STATES, Company, Partner
from alliance.models.employee import ROLES, Employee, SignIn, SignInAttempt
from alliance.models.person import ExpertProfile, Person
from alliance.models.session import AUDIENCES, JOIN_MODES, PLACES, SESSION_STATES, Session
from alliance.models.topic import Topic, expert_topic, session_topic

__all__ = [
    "ATTENDANCE_STATES",
    "AUDIENCES",
    "JOIN_MODES",
    "PARTNER_STATES",
    "PLACES",
    "ROLES",
    "SESSION_STATES",
    "Attendance",
    "Company",
    "Employee",
    "ExpertProfile",
    "Partner",
    "Person",
    "Session",
    "SignIn",
    "SignInAttempt",
    "Topic",
    "expert_topic",
    "session_topic",
]
