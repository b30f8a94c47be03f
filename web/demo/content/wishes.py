"""What the demo's people would like to learn and could help with, who joins in, and what came of it."""

from dataclasses import dataclass
from typing import Literal

from web.demo.content.shape import Audience, Language

Kind = Literal["learn", "help", "mentor_wanted", "mentor_offered"]


@dataclass(frozen=True, slots=True)
class DemoWish:
    """A request: `by` is the key of who asks, `days` how long ago; `voices` are keys, `named` those of them
    who say their names. `answer`: company and number of the session that answers it.
    """

    by: str
    kind: Kind
    title: str
    text: str
    topics: tuple[str, ...]
    days: int
    language: Language = "de"
    audience: Audience = "alliance"
    voices: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    answer: tuple[str, int] | None = None


WISHES: tuple[DemoWish, ...] = (
    DemoWish(
        by="wiebke",
        kind="learn",
        title="Ruhig bleiben, wenn jemand am Telefon schreit",
        text="Nach jedem Sturm rufen Menschen an, bei denen seit Stunden nichts mehr geht. Ich verstehe "
        "sie. Ich hätte nur gern drei Sätze, die mir selbst helfen.",
        topics=("Gespräche", "Kunden"),
        days=1,
        audience="public",
        voices=("samira", "petra", "georg", "sina", "dilek"),
        named=("petra", "sina"),
    ),
    DemoWish(
        by="lene",
        kind="learn",
        title="Rückblicke moderieren, ohne dass alle auf die Uhr sehen",
        text="Unsere Retrospektiven enden immer mit derselben Liste. Wie kommt man zu dem, worüber keiner "
        "redet?",
        topics=("Moderation",),
        days=9,
        voices=("nele", "cem", "danijela", "andrin", "gesche"),
        named=("danijela",),
        answer=("hansewerft", 10),
    ),
    DemoWish(
        by="samira",
        kind="mentor_wanted",
        title="Als Werkstudentin in die erste feste Stelle: wer ist den Weg gegangen?",
        text="Netzdaten machen mir Freude, Bewerbungen nicht. Eine halbe Stunde im Monat, am liebsten mit "
        "jemandem, der nicht in meinem Haus arbeitet.",
        topics=("Onboarding", "Daten"),
        days=4,
        voices=("jonte", "mila"),
    ),
    DemoWish(
        by="birte",
        kind="help",
        title="Ich lese euren Vertragsentwurf, bevor er peinlich wird",
        text="Keine Rechtsberatung, aber zwanzig Jahre Übung darin, lange Sätze kurz zu machen. Bringt "
        "einen Absatz mit, keine vierzig Seiten.",
        topics=("Recht", "Schreiben"),
        days=6,
        voices=("ole", "tobias", "dilek", "petra"),
        named=("tobias",),
    ),
    DemoWish(
        by="mila",
        kind="learn",
        title="Wie rechnet man aus, was ein Fehler gekostet hat?",
        text="In der Berufsschule gibt es Formeln, in der Halle gibt es Ärger. Ich würde gern einmal einen "
        "echten Fall von Anfang bis Ende durchrechnen.",
        topics=("Qualität", "Controlling"),
        days=2,
        voices=("georg", "jonte", "lasse", "ole"),
        named=("jonte", "lasse"),
    ),
    DemoWish(
        by="kwame",
        kind="learn",
        title="Reading German emails between the lines",
        text="“Das schauen wir uns dann mal an.” Is that a yes, a no, or a polite goodbye? Ten real "
        "examples would save me a lot of airports.",
        topics=("Gespräche", "Kultur"),
        days=3,
        language="en",
        audience="public",
        voices=("yusuf", "priya", "beatriz", "emeka"),
        named=("priya", "beatriz"),
    ),
    DemoWish(
        by="andrin",
        kind="help",
        title="Messmittel, denen du trauen kannst: ich komme mit dem Koffer",
        text="Eine Stunde, zwölf Messschieber, einer lügt. Geht auch per Video, ist aber nur halb so lustig.",
        topics=("Qualität",),
        days=11,
        voices=("jonte", "linh", "peer"),
    ),
    DemoWish(
        by="hannah",
        kind="mentor_offered",
        title="Erste Führungsrolle in der Produktion: ich höre zu und frage zurück",
        text="Ich habe fast jeden Fehler gemacht, den man als neue Chefin machen kann. Zwei Menschen, ein "
        "halbes Jahr, einmal im Monat eine Stunde. Gern aus einem anderen Haus.",
        topics=("Führung",),
        days=7,
        voices=("hauke", "danijela", "peer", "sina"),
        named=("hauke",),
    ),
    DemoWish(
        by="sina",
        kind="learn",
        title="Freundlich Nein sagen, wenn der Kunde König ist",
        text="Disposition heißt: alle wollen um acht. Ich sage zu oft Ja und sitze dann bis sieben.",
        topics=("Kunden", "Gespräche"),
        days=12,
        voices=("dilek", "peer", "wiebke", "petra"),
        named=("wiebke",),
        answer=("hansewerft", 33),
    ),
    DemoWish(
        by="peer",
        kind="learn",
        title="Python, aber nur so viel, dass meine Wartungsliste sich selbst sortiert",
        text="Ich will kein Programmierer werden. Ich will montags nicht mehr zwei Stunden Zeilen schieben.",
        topics=("Python", "Instandhaltung"),
        days=5,
        audience="public",
        voices=("lasse", "hauke", "tomasz", "andrin", "georg", "ole"),
        named=("tomasz", "georg"),
    ),
    DemoWish(
        by="emeka",
        kind="help",
        title="Ask me anything about alternative fuels, even the embarrassing questions",
        text="No slides. You bring the question you never dared to ask in a steering committee, I bring "
        "coffee and a whiteboard.",
        topics=("Wasserstoff", "Nachhaltigkeit"),
        days=8,
        language="en",
        audience="public",
        voices=("folke", "kwame", "priya"),
        named=("folke",),
    ),
    DemoWish(
        by="gesche",
        kind="learn",
        title="Leise Menschen im Team hören, ohne sie vorzuführen",
        text="In jeder Runde reden dieselben vier. Mir fehlt Handwerkszeug, das nicht nach Seminar klingt.",
        topics=("Moderation", "Führung"),
        days=1,
        voices=("rasmus", "mara", "nele", "sofie", "resi"),
        named=("mara", "resi"),
    ),
)
