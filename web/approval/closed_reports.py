"""The closed catalogue of reports: what is counted for whom; nothing else is."""

from dataclasses import dataclass

from alliance.numbers import REPORTS as OF_MONTHS
from web.pages.number_views import TELLS_NOT_TEXTS, TELLS_TEXTS, TITLE_TEXTS


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
    """May name the threshold: `%(threshold)s`."""


_EVERYBODY = _("Everybody who is signed in")
_EXAMPLES = {
    "sessions": _("March: 42 sessions, 17 of them ours"),
    "joins": _("March: 310 places, 60 of them by Alpenwerk"),
    "topics": _("Negotiating 12, data 9"),
    "growth": _("March: 480 accounts, 45 experts, 7 communities"),
    "feedback": _("March: at least 20 answers, most were helped"),
    "circles": _("March: 25 people"),
    "exchange": _("March: 14 stories, 9 requests"),
}

REPORTS = (
    *(
        Report(
            f"month/{name}", TITLE_TEXTS[name], TELLS_TEXTS[name], _EVERYBODY, _EXAMPLES[name],
            TELLS_NOT_TEXTS[name],
        )
        for name in OF_MONTHS
    ),
    Report(
        "session/feedback", _("Whether a session helped"),
        _("One of five sentences and how many have answered, in fives"), _("Whoever held the session"),
        _("“It helped most of them.” 15 answers"),
        _("From five answers on; nobody's answer is stored anywhere"),
    ),
    Report(
        "session/places", _("How many take part"), _("A number for each session"),
        _("Everybody who sees the session"),
        _("12 are going, 3 wait"), _("Names for whoever holds it alone, until 30 days after the session"),
    ),
    Report(
        "outbound", _("What left for which partner"), _("How often each field was sent, by month"),
        _EVERYBODY, _("Alpenwerk, March: display name 31 times"),
        _("Counts fields, not people"),
    ),
)  # fmt: skip
