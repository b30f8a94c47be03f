"""The closed catalogue of reports: what is counted for whom; nothing else is."""

from dataclasses import dataclass


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated when the page is made."""
    return text


@dataclass(frozen=True)
class Report:
    """One report: what it tells, to whom, an invented example, and what keeps people out of it."""

    key: str
    name: str
    tells: str
    readers: str
    example: str
    guarded: str


REPORTS = (
    Report(
        "feedback", _("Whether a session helped"),
        _("One of five sentences and how many have answered, in fives"), _("Whoever held the session"),
        _("“It helped most of them.” 15 answers"),
        _("From five answers on; nobody's answer is stored anywhere"),
    ),
    Report(
        "places", _("How many take part"), _("A number for each session"),
        _("Everybody who sees the session"),
        _("12 are going, 3 wait"), _("Names for whoever holds it alone, until 30 days after the session"),
    ),
    Report(
        "months", _("Numbers of a month"),
        _("How many sessions, companies and people taking part there were, rounded"),
        _("Everybody who is signed in"),
        _("March: 42 sessions, 310 people taking part"),
        _("Groups of fewer than five are in no number; published numbers never change or subtract"),
    ),
    Report(
        "outbound", _("What left for which partner"), _("How often each field was sent, by month"),
        _("Everybody who is signed in"), _("Alpenwerk, March: display name 31 times"),
        _("Counts fields, not people"),
    ),
)  # fmt: skip
