"""Who may do what, and through which doors data comes and goes; closed lists, told in the approval pack."""

from dataclasses import dataclass


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated when the page is made."""
    return text


@dataclass(frozen=True)
class Role:
    """A role with everything that only it may do."""

    key: str
    name: str
    rights: tuple[str, ...]


ROLES = (
    Role("employee", _("Employee"), (
        _("Offer sessions, take part, comment, tell stories, ask, write letters"),
        _("See who takes part in sessions that one holds, for 30 days at most"),
        _("Take along or erase everything about oneself, without asking anybody"),
    )),
    Role("moderator", _("Moderator"), (
        _("Read reports and decide about them, with a reason; hide comments, stories and requests"),
        _("Confirm that somebody leads people"),
    )),
    Role("admin", _("Administrator"), (
        _("Everything that moderators may do"),
        _("Invite, accept, pause and end partners; say what is held back from whom"),
        _("Make and close accounts, give roles; change settings"),
        _("No right to see what somebody attended, read or answered"),
    )),
    Role("council", _("Works-council reader"), (
        _("Read settings, the data catalogue, this pack, numbers and the audit of administrative acts"),
        _("No personal data of employees"),
    )),
    Role("operator", _("Operator of the server"), (
        _("Start, update, back up and restore; read logs without names"),
        _("Could read the database with technical means; the company obliges them to secrecy"),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Interface:
    """A door: who is on the other side, what passes, and what keeps it shut for others."""

    key: str
    name: str
    passes: str
    guarded: str


INTERFACES = (
    Interface(
        "pages", _("Pages for people"), _("Everything that somebody may see"),
        _("Signed in through the company's provider or with an account here; 12 hours at most"),
    ),
    Interface(
        "federation", _("Exchange with allied companies (ActivityPub)"),
        _("Sessions, profiles and words for the alliance or everybody; the fields of the list alone"),
        _("Signed requests, both sides have said yes; the link of a meeting is never in it"),
    ),
    Interface(
        "public", _("Public documents and feeds"), _("What somebody published for everybody"),
        _("Nothing else can be asked for; can be turned off altogether"),
    ),
    Interface(
        "apps", _("Apps of employees (Mastodon's interface)"), _("What the person sees on pages"),
        _("Allowed by the person, for what they choose; ended by them at any time"),
    ),
    Interface(
        "calendars", _("Calendars"), _("Sessions as appointments"),
        _("Secret address of the person, made void with one click"),
    ),
    Interface(
        "mail", _("Mail"), _("Invitations, reminders, what somebody chose to hear"),
        _("The company's own mail server; encrypted on the way"),
    ),
    Interface(
        "push", _("Notifications on devices"), _("That there is something new, encrypted for the device"),
        _("Only if the person turned it on in their app"),
    ),
    Interface(
        "ai", _("AI tools (MCP, library export)"), _("Sessions and words that the person may see"),
        _("Off until the company turns it on; joins, leaves and drafts for whoever connects it, publishes "
          "nothing; partners' words are marked as untrusted"),
    ),
    Interface(
        "records", _("The company's learning systems"), _("Confirmed learning of those who want that"),
        _("Off for everybody who has not said yes"),
    ),
    Interface(
        "channels", _("Channels such as Teams (webhooks)"), _("That a session is new or changed"),
        _("Set up by an administrator; no names of people who take part"),
    ),
    Interface(
        "operation", _("Measurements and logs for operators"), _("Numbers and events of the machine"),
        _("A listener inside the company, or a token"),
    ),
)  # fmt: skip
