"""What people do who run an instance, in closed words: the vocabulary of the audit log."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alliance.models import Employee


@dataclass(frozen=True)
class Who:
    """On whose behalf something is done: an account, the command line, or the program by itself."""

    kind: str
    """`employee`, `command-line` or `system`."""
    id: int | None = None
    """Of the account."""


@dataclass(frozen=True)
class Subject:
    """What something was done to. `person` is one of our people, by number: their name is looked up."""

    kind: str = ""
    id: str = ""


COMMAND_LINE = Who("command-line")
SYSTEM = Who("system")
NOTHING = Subject()


def who_is(employee: "Employee") -> Who:
    """Somebody who acts with an account."""
    return Who("employee", employee.id)


def person(number: int) -> Subject:
    """One of our people."""
    return Subject("person", str(number))


# Who did it and to what stands beside it; each is said as it is listed.
ACT_TEXTS = {
    "employee.added": "Account made",
    "employee.link-made": "Link to choose a password made",
    "employee.connected": "Account connected with the company's sign-in",
    "employee.roles-changed": "Roles changed",
    "employee.disabled": "Account closed",
    "employee.enabled": "Account opened again",
    "employee.signed-out": "Signed out everywhere",
    "employee.handed-over": "Sessions handed over",
    "employee.erased": "Account erased",
    "employee.exported": "Everything about a person handed out",
    "employee.acted-for": "Acted in somebody's name",
    "token.made": "Token for a program made",
    "token.ended": "Token for a program taken back",
    "partner.invited": "Company invited",
    "partner.accepted": "Said yes to a company",
    "partner.declined": "Said no to a company",
    "partner.paused": "Alliance paused",
    "partner.resumed": "Alliance resumed",
    "partner.left": "Alliance ended",
    "partner.blocked": "Company blocked",
    "partner.unblocked": "Company unblocked",
    "source.added": "External source subscribed to",
    "source.paused": "External source paused",
    "source.resumed": "External source resumed",
    "source.removed": "External source removed",
    "domain.treated": "Decided about a domain",
    "domain.freed": "Domain freed",
    "account.blocked": "Account elsewhere blocked",
    "account.unblocked": "Account elsewhere unblocked",
    "report.decided": "Report decided",
    "report.forwarded": "Report passed on",
    "appeal.decided": "Objection decided",
    "comment.shown": "Comment shown",
    "comment.hidden": "Comment hidden",
    "story.shown": "Story shown",
    "story.hidden": "Story hidden",
    "wish.shown": "Request shown",
    "wish.hidden": "Request hidden",
    "session.changed": "Session changed for its host",
    "community.run": "Community changed by its administration",
    "circles.run": "Learning circles looked after for their organiser",
    "leader.agreed": "Agreed that somebody leads people",
    "leader.ended": "No longer agreed that somebody leads people",
    "company.founded": "Instance set up",
    "company.changed": "What the company says of itself changed",
    "company.logo-changed": "Mark of the company changed",
    "follower.approval": "Decided who looks at new followers",
    "follower.accepted": "Follower let in",
    "follower.removed": "Follower removed",
    "account.alias-added": "Former account named",
    "account.alias-removed": "Former account no longer named",
    "account.moved": "Account moved to another server",
    "account.returned": "Move of an account taken back",
    "queue.tried": "Pause of a server ended",
    "queue.retried": "Given up messages tried again",
    "queue.dropped": "Given up messages put aside",
    "keys.rotated": "Keys replaced",
    "search.rebuilt": "Search written anew",
    "mail.tested": "Mail sent to try the mail server",
    "newsletter.changed": "When the newsletter goes out changed",
    "newsletter.sent": "Newsletter sent",
    "newsletter.stopped": "Newsletter stopped",
    "webhook.added": "Webhook added",
    "webhook.changed": "Webhook changed",
    "webhook.paused": "Webhook paused",
    "webhook.resumed": "Webhook resumed",
    "webhook.removed": "Webhook removed",
    "setting.changed": "Setting changed",
    "setting.given": "Setting changed on the server",
    "setting.proposed": "Change of a setting proposed",
    "setting.confirmed": "Change of a setting confirmed",
    "setting.rejected": "Change of a setting rejected",
    "instance.moved": "Moved into another database",
    "media.copied": "Pictures copied to another place",
    "backup.made": "Backup made",
    "backup.restored": "Backup brought back",
    "audit.exported": "Audit log exported",
    "audit.pruned": "Entries of the audit log reached their age",
    "audit.broken": "The audit log had been tampered with",
}
AREA_TEXTS = {
    "employee": "People",
    "token": "Tokens",
    "partner": "Alliance",
    "source": "External sources",
    "domain": "Domains",
    "account": "Accounts",
    "report": "Reports",
    "appeal": "Objections",
    "comment": "Comments",
    "story": "Stories",
    "wish": "Requests",
    "session": "Sessions",
    "community": "Communities",
    "circles": "Circles",
    "leader": "Leaders",
    "company": "Company",
    "follower": "Followers",
    "queue": "Deliveries",
    "keys": "Keys",
    "search": "Search",
    "mail": "Mail",
    "newsletter": "Newsletter",
    "webhook": "Webhooks",
    "setting": "Settings",
    "instance": "Instance",
    "backup": "Backups",
    "audit": "Audit log",
}
