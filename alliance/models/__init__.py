"""The tables of the domain."""

from alliance.models.app import App, AppCode, AppToken
from alliance.models.attendance import ATTENDANCE_STATES, DIALECTS, Attendance
from alliance.models.co_host import CO_HOST_STATES, MOST_CO_HOSTS, CoHost
from alliance.models.comment import COMMENT_STATES, REACTIONS, Comment, Reaction
from alliance.models.company import PARTNER_STATES, Company, Partner
from alliance.models.domain_policy import SEVERITIES, ActorBlock, DomainPolicy, Policies
from alliance.models.employee import ROLES, SIGN_IN_METHODS, Employee, SignIn, SignInAttempt
from alliance.models.identity import LINK_PURPOSES, Identity, Passkey, SignInLink
from alliance.models.interest import MOST_INTERESTS, Interest
from alliance.models.letter import Letter
from alliance.models.mail import (
    CALENDAR_METHODS,
    MAIL_STATES,
    CalendarEntry,
    FeedAddress,
    Mail,
    MailTrouble,
    NotificationChoice,
    ReceivedMail,
)
from alliance.models.message import MESSAGE_SUBJECTS, Message, PlannedWords, SaidOnce
from alliance.models.notification import Notification
from alliance.models.offering import MATERIAL_KINDS, MOST_MATERIALS, DraftForm, Material, SavedSession
from alliance.models.person import ExpertProfile, Person
from alliance.models.posting import MARKS, POSTING_AUDIENCES, POSTING_KINDS, Mark, Posting, posting_topic
from alliance.models.report import REPORT_OUTCOMES, REPORT_STATES, Report
from alliance.models.search import SearchDocument, SearchWord
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
from alliance.models.story import STORY_STATES, Story, StoryPicture, StoryVersion
from alliance.models.topic import Topic, expert_topic, session_topic

__all__ = [
    "ATTENDANCE_STATES",
    "AUDIENCES",
    "CALENDAR_METHODS",
    "COMMENT_STATES",
    "CONVERSATIONS",
    "CO_HOST_STATES",
    "DIALECTS",
    "JOIN_MODES",
    "LINK_PURPOSES",
    "MAIL_STATES",
    "MARKS",
    "MATERIAL_KINDS",
    "MESSAGE_SUBJECTS",
    "MOST_CO_HOSTS",
    "MOST_INTERESTS",
    "MOST_MATERIALS",
    "PARTNER_STATES",
    "PLACES",
    "POSTING_AUDIENCES",
    "POSTING_KINDS",
    "REACTIONS",
    "REPORT_OUTCOMES",
    "REPORT_STATES",
    "ROLES",
    "SESSION_STATES",
    "SEVERITIES",
    "SIGN_IN_METHODS",
    "SOURCE_STATES",
    "STORY_STATES",
    "ActorBlock",
    "App",
    "AppCode",
    "AppToken",
    "Attendance",
    "CalendarEntry",
    "CoHost",
    "Comment",
    "Company",
    "DomainPolicy",
    "DraftForm",
    "Employee",
    "ExpertProfile",
    "FeedAddress",
    "Identity",
    "Interest",
    "Letter",
    "Mail",
    "MailTrouble",
    "Mark",
    "Material",
    "Message",
    "Notification",
    "NotificationChoice",
    "Partner",
    "Passkey",
    "Person",
    "PlannedWords",
    "Policies",
    "Posting",
    "Reaction",
    "ReceivedMail",
    "Report",
    "SaidOnce",
    "SavedSession",
    "SearchDocument",
    "SearchWord",
    "Session",
    "SessionTranslation",
    "SignIn",
    "SignInAttempt",
    "SignInLink",
    "Source",
    "Story",
    "StoryPicture",
    "StoryVersion",
    "Topic",
    "expert_topic",
    "posting_topic",
    "session_topic",
]
