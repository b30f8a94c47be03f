"""What people of the demo have confirmed to have learned in the weeks before it begins."""

from dataclasses import dataclass

from web.demo.content.shape import Language


@dataclass(frozen=True, slots=True)
class DemoLearning:
    """Somebody was at a session: `who` is the key of a person, `company` the key of who held it.

    `days_ago` counts from the start of the demo, `hour` is on the clock in UTC.
    """

    who: str
    company: str
    title: str
    days_ago: int
    hour: int = 9
    minutes: int = 45
    language: Language = "de"
    by_host: bool = False
    badge: str = ""
    """`named`, `nameless`, or none."""


LEARNED: tuple[DemoLearning, ...] = (
    DemoLearning("mara", "hansewerft", "Schweißnähte lesen: was eine Raupe erzählt", 6, badge="named"),
    DemoLearning("mara", "alpenwerk", "Giving feedback that people ask for again", 13, 14, 60, "en"),
    DemoLearning("mara", "nordlicht", "Sturmwarnung: wer ruft wen an, und in welcher Reihenfolge", 20,
                 by_host=True, badge="nameless"),
    DemoLearning("mara", "hansewerft", "Ein Schichtplan, mit dem alle schlafen können", 34, 13, 90),
    DemoLearning("mara", "alpenwerk", "Wie man einen Berg plant: Puffer, Umkehrpunkte, Abstieg", 48, 15, 60),
    DemoLearning("jonte", "nordlicht", "Karten, die man im Regen lesen kann", 9, badge="named"),
    DemoLearning("jonte", "hansewerft", "Kranführer fragen, bevor der Plan steht", 23, 7, 30),
    DemoLearning("resi", "hansewerft", "Small talk on board: the first five minutes", 8, 12, 30, "en"),
    DemoLearning("resi", "nordlicht", "Zählerstände, die sich selbst erklären", 27, badge="named"),
    DemoLearning("ines", "alpenwerk", "Lawinenlage und Projektlage: dieselben fünf Fragen", 5, badge="named"),
    DemoLearning("ines", "nordlicht", "Reading a load curve like a weather map", 19, 10, 30, "en"),
)  # fmt: skip
