"""What our employees can be told of, what they are asked about it, and what holds until they answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Defaults:
    """Whether something is told by mail and on the page of notifications."""

    by_mail: bool
    in_app: bool


# What is switched on or off, in the order in which people are asked. Quiet: a mail is for what concerns a
# promise - one's own place in a session, or somebody who waits for an answer.
CHOICES: dict[str, Defaults] = {
    "joined": Defaults(by_mail=True, in_app=True),
    "moved_up": Defaults(by_mail=True, in_app=True),
    "changed": Defaults(by_mail=True, in_app=True),
    "cancelled": Defaults(by_mail=True, in_app=True),
    "left": Defaults(by_mail=True, in_app=False),
    "reminder_day": Defaults(by_mail=True, in_app=False),
    "reminder_hour": Defaults(by_mail=False, in_app=False),
    "request": Defaults(by_mail=True, in_app=True),
    "letter": Defaults(by_mail=True, in_app=True),
    "hosting": Defaults(by_mail=True, in_app=True),
    "wished": Defaults(by_mail=True, in_app=True),
    "circle": Defaults(by_mail=True, in_app=False),
    "thanks": Defaults(by_mail=True, in_app=True),
    "feedback": Defaults(by_mail=False, in_app=True),
    "comment": Defaults(by_mail=False, in_app=True),
    "topic": Defaults(by_mail=False, in_app=True),
    # Where the company has not decided that everybody gets it (see `newsletter_plan`).
    "digest": Defaults(by_mail=False, in_app=False),
}

_CHOICE_OF = {
    "declined": "joined",
    "series_date": "joined",
    "postponed": "changed",
    "withdrawn": "cancelled",
    "hosting_yes": "hosting",
    "hosting_no": "hosting",
    "hosting_over": "hosting",
    "hosting_yours": "hosting",
    "circle_asked": "circle",
    "circle_runs": "circle",
    "circle_left": "circle",
    "circle_none": "circle",
    "circle_formed": "circle",
    "reply": "comment",
    "mention": "comment",
}


def choice_of_kind(kind: str) -> str | None:
    """The choice that decides about a kind of mail; None for what can't be switched off: a new password."""
    choice = _CHOICE_OF.get(kind, kind)
    return choice if choice in CHOICES else None
