"""How long what is stored is kept, by kind: a rule each, with bounds within which a company may move it.

Workers enforce it (`alliance/forgetting.py`, `federation/forgetting_exchange.py`); the page for employees,
the data catalogue and the approval pack read the same rules, so that they can't promise something else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated when the page is made."""
    return text


@dataclass(frozen=True)
class Rule:
    """`days` unless the company says otherwise, which it may between `least` and `most`."""

    what: str
    """A msgid."""
    since: str
    """From when on the days are counted: a msgid."""
    days: int
    least: int
    most: int
    stays: str = ""
    """What is left of it: a msgid, empty for nothing."""

    @property
    def is_fixed(self) -> bool:
        """Whether nobody may move it."""
        return self.least == self.most


_END_OF_SESSION = _("the end of the session")
_ARRIVAL = _("the day it was made")
_DONE = _("the day it was done with")

RULES: Mapping[str, Rule] = {
    "attendance": Rule(
        _("Names of who took part, asked or waited"), _END_OF_SESSION, 30, 1, 30,
        _("The number of people; everybody's own list of what they attended"),
    ),
    "own_attendance": Rule(
        _("Everybody's own list of what they attended, which nobody else sees"),
        _END_OF_SESSION, 730, 31, 1095,
    ),
    "feedback_marks": Rule(
        _("That somebody said whether a session helped, as a digest"), _END_OF_SESSION, 14, 14, 14,
        _("Sums of fives; what anybody said is never stored"),
    ),
    "notifications": Rule(_("Notifications"), _ARRIVAL, 180, 14, 365),
    "letters": Rule(_("Letters between people"), _ARRIVAL, 365, 30, 730),
    "messages": Rule(_("Messages of the instance to people"), _ARRIVAL, 365, 30, 730),
    "mails": Rule(_("That a mail was sent; its text is not kept at all"), _ARRIVAL, 30, 3, 30),
    "received_mail": Rule(_("That an answer of a calendar was read"), _ARRIVAL, 30, 3, 30),
    "pushes": Rule(_("That a device was told of something"), _ARRIVAL, 2, 2, 2),
    "circles": Rule(
        _("Who signed up for learning circles and got no place, and whom somebody would rather not meet"),
        _("the first day of the circles"), 140, 140, 140,
        _("Who was in a circle with whom, until the account is erased"),
    ),
    "reports": Rule(_("Reports to moderators, with reason and decision"), _DONE, 365, 90, 730),
    "sign_in_attempts": Rule(_("Failed sign-ins"), _ARRIVAL, 1, 1, 1),
    "received": Rule(_("Messages of other servers, as they came in"), _ARRIVAL, 30, 2, 30),
    "deliveries": Rule(_("To which server something was delivered"), _ARRIVAL, 14, 3, 14),
    "dead_letters": Rule(_("What could not be delivered"), _ARRIVAL, 90, 14, 90),
    "private_activities": Rule(
        _("Messages to other companies about one person's place, as they were sent"), _ARRIVAL, 30, 14, 60,
        _("What was told to everybody or to all allies, until it is taken back"),
    ),
    "rsvp_messages": Rule(
        _("That somebody elsewhere was told something about their place"), _ARRIVAL, 60, 14, 60,
    ),
    "refused": Rule(_("What was turned away, and why"), _ARRIVAL, 14, 14, 14),
    "audit": Rule(_("What administrators did"), _ARRIVAL, 365, 365, 365),
    "outbound_counts": Rule(
        _("How often which fields left for which partner"), _("the end of the month"), 365, 31, 1095,
    ),
    "erasures": Rule(_("That a partner confirmed an erasure"), _DONE, 365, 30, 1095),
}  # fmt: skip
"""By name, as the setting and the data catalogue know them."""


def days_kept(chosen: Iterable[tuple[str, int]], rule: str) -> int:
    """How many days this is kept; `chosen` is the setting."""
    return dict(chosen).get(rule, RULES[rule].days)


def kept_for(chosen: Iterable[tuple[str, int]], rule: str) -> timedelta:
    """The same as a time."""
    return timedelta(days=days_kept(chosen, rule))


def read_retention(value: str) -> tuple[tuple[str, int], ...]:
    """`attendance=14, mails=7`. Raises ValueError for what there is no rule for, and beyond its bounds."""
    found = {}
    for part in filter(None, (part.strip() for part in value.split(","))):
        name, _equals, days = (piece.strip() for piece in part.partition("="))
        rule = RULES.get(name)
        if rule is None:
            raise ValueError(f"there is no kind {name}; known are {', '.join(RULES)}")
        if not days.isdecimal() or len(days) > 5 or not rule.least <= int(days) <= rule.most:
            raise ValueError(f"{name} must be {rule.least} to {rule.most} days")
        found[name] = int(days)
    if found.get("own_attendance", RULES["own_attendance"].days) <= found.get("attendance", 0):
        raise ValueError("own_attendance must be longer than attendance")
    return tuple(found.items())
