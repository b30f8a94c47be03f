"""The communities of the demo: what people of three companies stay with, and who is in them."""

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True, slots=True)
class DemoCommunity:
    """A community; `owner`, `moderators`, `shown` and `hidden` are keys of people.

    `shown` let their names be read among the members, `hidden` are counted. `sessions` are titles, of
    sessions of any company; those of others are put there by their hosts, who have to be members.
    """

    slug: str
    name: str
    language: str
    audience: str
    topics: tuple[str, ...]
    owner: str
    description: str
    moderators: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()


def _text(words: str) -> str:
    """Paragraphs without the line breaks of this file, which Markdown would keep; lists stay lists."""
    paragraphs = dedent(words).strip().split("\n\n")
    return "\n\n".join(one if one.startswith("- ") else one.replace("\n", " ") for one in paragraphs)


COMMUNITIES = (
    DemoCommunity(
        slug="strichweise",
        name="Strichweise: wir zeichnen mit",
        language="de",
        audience="public",
        topics=("Visualisieren", "Moderation"),
        owner="lene",
        moderators=("mara",),
        shown=("cem", "danijela", "rasmus", "kwame"),
        hidden=("jonte", "samira", "mila", "petra", "sina", "dilek"),
        description=_text(
            """
            Ein Kreis, ein Pfeil, ein Strichmensch: Mehr braucht niemand, um in einer Besprechung verstanden
            zu werden. Wir üben das zusammen, **ungefähr alle zwei Wochen**, und keiner von uns hat Kunst
            studiert.

            - Bring Papier und einen Stift mit, der dir in der Hand liegt.
            - Zeig, was du im Alltag gezeichnet hast, auch wenn es schief ist. *Gerade dann.*
            - Wer neu ist, sagt einfach Hallo. Nach einer Session kennst du fünf Formen und drei Leute.

            *Drawing together, mostly in German: pens say the same in every language, so do come in.*
            """
        ),
        sessions=(
            "Sketchnotes für Ungeübte: fünf Formen reichen",
            "Zahlen erzählen: aus zwölf Diagrammen wird eines",
            "Netzpläne lesen für alle, die keine Netzplaner sind",
            "Draw your job so that a child understands it",
            "One sheet to solve a problem: the A3 report, drawn by hand",
        ),
    ),
    DemoCommunity(
        slug="python",
        name="Python without fear",
        language="en",
        audience="alliance",
        topics=("Python", "Daten"),
        owner="cem",
        moderators=("priya",),
        shown=("linh", "yusuf"),
        hidden=("ole", "jonte", "georg", "andrin", "lasse", "sina"),
        description=_text(
            """
            For people whose real job is something else: controllers, welders with a dashboard, naval
            architects. We write small programs that **give somebody back an hour a week**, and we read each
            other's code without sighing.

            Bring the spreadsheet that annoys you. Nobody here asks why you did not learn this earlier, and
            whoever was helped last time helps next time.

            *Auf Deutsch geht es genauso: Die Hälfte von uns flucht zweisprachig.*
            """
        ),
        sessions=(
            "Python für Controller: der Monatsabschluss, der sich selbst prüft",
            "Python-Sprechstunde: zeig mir deine kaputte Tabelle",
            "Git for people who name their files final_final_v3",
            "Talking to a machine controller from Python in twenty lines",
            "Rumpfformen vergleichen mit Python und etwas Geduld",
            "Scripts your colleagues can read: tidying up Python together",
        ),
    ),
    DemoCommunity(
        slug="naht",
        name="Die saubere Naht",
        language="de",
        audience="alliance",
        topics=("Schweißen", "Qualität"),
        owner="luca",
        shown=("fiete", "tomasz", "danijela"),
        hidden=("georg", "andrin", "peer", "lasse", "ole"),
        description=_text(
            """
            Im Anlagenbau, auf der Werft und am Turmfuß schweißen wir dasselbe und reden zu selten darüber.
            Hier liegen Nähte auf dem Tisch, **gute wie misslungene**, und wer sie gezogen hat, erzählt, was
            der Wind, die Lage oder der Montagmorgen damit zu tun hatte.

            Fotos sind willkommen, Namen von Schuldigen nicht. Wer noch nie einen Brenner in der Hand hatte,
            darf fragen, was alle anderen sich nicht mehr zu fragen trauen.
            """
        ),
        sessions=(
            "Schweißnähte lesen: gut, schlecht, gefährlich",
            "WIG-Schweißen zum Anfassen: deine erste Naht",
            "Welding stainless steel by video: watch the puddle",
        ),
    ),
    DemoCommunity(
        slug="aftermath",
        name="What went wrong, kindly told",
        language="en",
        audience="public",
        topics=("Störungen", "Retro"),
        owner="ines",
        moderators=("rasmus",),
        shown=("hauke", "kwame", "henrike"),
        hidden=("dilek", "peer", "wiebke", "ole", "samira", "georg", "petra"),
        description=_text(
            """
            A dock without network, a grid in the dark, a crane that stood still for a day: we tell each other
            what happened, **without heroes and without culprits**, and steal the best idea.

            Every story has three parts. What we saw. What we believed at that moment. What we do differently
            since. Slides are not needed, honesty is.

            *Störungen verstehen, ohne jemanden zu suchen, der schuld ist. Deutsch ist willkommen.*
            """
        ),
        sessions=(
            "How we cut our incident reviews to 25 minutes",
            "The runbook nobody reads, and how ours became useful",
            "Retrospectives for teams that hate retrospectives",
            "Stromausfall auf dem Papier: wir spielen eine Störung durch",
            "Night shift, 3 a.m.: staying calm when eleven alarms ring",
            "Remote diagnosis: asking questions until the machine confesses",
        ),
    ),
    DemoCommunity(
        slug="neuer_antrieb",
        name="Womit wir morgen fahren",
        language="de",
        audience="public",
        topics=("Wasserstoff", "Nachhaltigkeit"),
        owner="emeka",
        moderators=("beatriz",),
        shown=("folke", "tobias"),
        hidden=("lasse", "priya", "nele", "mila", "andrin"),
        description=_text(
            """
            Wasserstoff, Methanol, Ammoniak, Strom: Jeder von uns kennt eine Zahl, die in keiner Broschüre
            steht. Wir legen sie nebeneinander, **rechnen laut** und lassen uns gern widerlegen.

            Einmal im Monat stellt jemand etwas vor, das im eigenen Haus gerade wirklich gebaut wird. Danach
            ist Zeit für die Fragen, die man auf Konferenzen nicht stellt.

            *What will ships, valleys and factories run on? Bring a number and a doubt.*
            """
        ),
        sessions=(
            "Methanol, hydrogen, ammonia: what will ships actually burn?",
            "Inside the engine lab: a guided visit",
            "A ship’s carbon footprint in one afternoon",
            "Wasserstoff für alle, die in der Schule Chemie abgewählt haben",
            "Hydrogen economics on one sheet of paper",
        ),
    ),
)
