"""The series of the demo: a meetup that three companies hold in turn, and a leader who opens her door."""

from dataclasses import dataclass
from datetime import time

from alliance.recurrence import Rhythm


@dataclass(frozen=True, slots=True)
class DemoSeries:
    """One series; `host`, `turns` and `members` are keys of people, of several companies.

    `translation` is title and description in the other language.
    """

    title: str
    description: str
    host: str
    language: str
    rhythm: Rhythm
    start: time
    minutes: int
    zone: str
    topics: tuple[str, ...]
    translation: tuple[str, str]
    turns: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    leaders: bool = False
    audience: str = "public"
    meeting_link: str = "https://meet.example/rooms/offene-werkstatt"


SERIES = (
    DemoSeries(
        title="Offene Werkstatt: Was hast Du diesen Monat gelernt?",
        description=(
            "Einmal im Monat zeigen drei von uns in je zehn Minuten etwas, das sie gerade gelernt haben - "
            "auch Halbfertiges und Schiefgegangenes. Danach reden wir.\n\n"
            "Gastgeber sind im Wechsel **Nordlicht**, **Alpenwerk** und **Hansewerft**."
        ),
        host="lene",
        language="de",
        rhythm=Rhythm(kind="weekday", weekday=1, position=2),
        start=time(16),
        minutes=60,
        zone="Europe/Berlin",
        topics=("Lernen", "Zusammenarbeit"),
        translation=(
            "Open workshop: what did you learn this month?",
            "Once a month three of us show something they have just learned, ten minutes each - unfinished "
            "and failed things welcome. Then we talk.\n\n"
            "Nordlicht, Alpenwerk and Hansewerft take turns as hosts.",
        ),
        turns=("resi", "ines"),
        members=("sofie", "yusuf", "fiete", "linh", "cem"),
    ),
    DemoSeries(
        title="Tür auf: eine halbe Stunde mit Henrike Vossberg",
        description=(
            "Keine Folien. Ich erzähle fünf Minuten, was mich gerade umtreibt, und dann fragt Ihr, was Ihr "
            "sonst nicht fragt: zu Entscheidungen, zu Fehlern, zum Weg in die Führung und wieder hinaus."
        ),
        host="henrike",
        language="de",
        rhythm=Rhythm(kind="weekly", every=2, weekday=3, count=8),
        start=time(12, 30),
        minutes=30,
        zone="Europe/Berlin",
        topics=("Führung",),
        translation=(
            "Open door: half an hour with Henrike Vossberg",
            "No slides. I say for five minutes what is on my mind, and then you ask what you never ask "
            "otherwise: about decisions, mistakes, the way into leading and out of it again.",
        ),
        members=("nele", "mila"),
        leaders=True,
        audience="alliance",
        meeting_link="https://meet.example/rooms/tuer-auf",
    ),
)
