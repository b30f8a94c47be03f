"""A year of the demo's companies in numbers, as their page shows it: it grows, and pauses in summer."""

from dataclasses import dataclass

# How much is going on from January to December, in hundredths.
SEASON = (105, 110, 115, 95, 100, 90, 55, 50, 115, 120, 125, 70)


@dataclass(frozen=True, slots=True)
class DemoYear:
    """What a company had twelve months ago in an ordinary month; a year later it is about double.

    `topics` are slugs, those with most sessions first; `quarters` is how feedback usually goes (1 to 5).
    """

    sessions: int
    theirs: int
    guests: int
    accounts: int
    experts: int
    stories: int
    requests: int
    topics: tuple[str, ...]
    quarter: int = 4


YEARS: dict[str, DemoYear] = {
    "nordlicht": DemoYear(
        sessions=14,
        theirs=24,
        guests=130,
        accounts=620,
        experts=40,
        stories=4,
        requests=6,
        topics=("ki", "daten", "fuehrung", "qualitaet", "excel", "python", "feedback", "nachhaltigkeit"),
    ),
    "alpenwerk": DemoYear(
        sessions=11,
        theirs=27,
        guests=95,
        accounts=480,
        experts=30,
        stories=3,
        requests=5,
        topics=("instandhaltung", "lean", "konstruktion", "ki", "arbeitssicherheit", "3d_druck", "fuehrung"),
    ),
    "hansewerft": DemoYear(
        sessions=9,
        theirs=29,
        guests=80,
        accounts=390,
        experts=25,
        stories=3,
        requests=4,
        topics=("logistik", "ausbildung", "hafen", "agil", "ki", "gespraeche", "gesundheit"),
        quarter=5,
    ),
}
