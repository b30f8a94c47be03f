"""Learning circles of the demo: one of three companies in its fourth week, and a call for all of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoCall:
    """A call: title, what it is about, number of its guide, topics, weekly hours."""

    title: str
    about: str
    guide: int
    topics: tuple[str, ...]
    slots: tuple[tuple[int, str], ...]


RUNNING = DemoCall(
    "Herbstzirkel: besser moderieren",
    "Zwölf Wochen, in denen jede und jeder ein eigenes Vorhaben weiterbringt und die anderen mitzieht.",
    0,
    ("Moderation", "Visualisieren"),
    ((1, "08:30"), (2, "12:00"), (3, "16:00")),
)
OPEN = DemoCall(
    "Winterzirkel: KI im Arbeitsalltag",
    "Wir probieren jede Woche etwas aus und zeigen einander, was davon hilft. Vorwissen braucht es keines.",
    1,
    ("Texte und Recherche", "Daten", "Automatisieren"),
    ((0, "12:00"), (1, "08:30"), (2, "12:00"), (3, "16:00"), (4, "09:00")),
)

# Who is in the circle: the how many-th company, and the how many-th of its people; whoever signs in is 0.
SEATS = ((0, 0), (1, 0), (2, 0), (0, 2), (1, 2))
# Who says it: the how many-th of the circle.
NOTES = (
    (
        1,
        "Mein Satz steht: Ich leite eine Stunde, nach der niemand sagt, das hätte eine Mail sein können.",
    ),
    (2, "Hab die stille Runde am Anfang ausprobiert. Erst komisch, dann redeten auch Leise."),
    (0, "Week three: I wrote the agenda as questions instead of topics. We were done ten minutes early."),
    (3, "Diese Woche krank, ich lese mit. Nächste Woche bringe ich mein erstes Flipchart mit, versprochen."),
)
# Two of different companies who stay together: the how many-th company, and which of those who signed up.
PAIR = ((1, 0), (2, 0))
# First and second wish and hours of those who have signed up for the open call.
SIGN_UPS = (
    ((0, 1), (0, 2, 3)),
    ((0,), (2, 3)),
    ((1, 0), (0, 2, 3, 4)),
    ((0, 2), (1, 2, 3)),
    ((0,), (0, 2, 3)),
    ((2, 0), (2, 3)),
    ((1,), (1, 4)),
)
