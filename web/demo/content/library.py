"""Sessions of the demo that are over, with what is left of them: a recording, slides, what was said."""

from dataclasses import dataclass
from datetime import time

from web.demo.content.shape import Audience, Language, prose


@dataclass(frozen=True, slots=True)
class DemoPast:
    """A session that was held `days_ago`; `host` is the key of a person.

    `said` is when (seconds), by whom and what; `recording` an address that can be told when to begin.
    """

    title: str
    host: str
    language: Language
    topics: tuple[str, ...]
    days_ago: int
    start: time
    minutes: int
    description: str
    recording: str
    said: tuple[tuple[int, str, str], ...]
    slides: str = ""
    audience: Audience = "alliance"


PAST: tuple[DemoPast, ...] = (
    DemoPast(
        title="Drei Sätze, die jeden Bericht kürzer machen",
        host="birte",
        language="de",
        audience="public",
        topics=("schreiben", "kunden"),
        days_ago=9,
        start=time(16),
        minutes=30,
        description=prose("""
            Was will ich, warum jetzt, was soll jemand tun: drei Sätze am Anfang, und die Hälfte vom Rest
            kann weg. Wir haben drei echte Berichte gekürzt, mit Erlaubnis derer, die sie geschrieben haben.
        """),
        recording="https://media.nordlicht.example/lernen/drei-saetze.mp4",
        slides="https://media.nordlicht.example/lernen/drei-saetze.pdf",
        said=(
            (
                2,
                "Birte Claasen",
                "Schön, dass ihr da seid. Ich habe drei Berichte mitgebracht, die niemand zu Ende "
                "gelesen hat.",
            ),
            (11, "Birte Claasen", "Das sage ich ohne Häme, einer davon ist von mir."),
            (
                19,
                "Birte Claasen",
                "Der erste hat neun Seiten und handelt von einer Umspannstation. Auf Seite sieben "
                "steht, dass wir bis Freitag entscheiden müssen.",
            ),
            (34, "Nele Harms", "Und wann habt ihr es gemerkt?"),
            (37, "Birte Claasen", "Am Montag danach."),
            (
                45,
                "Birte Claasen",
                "Also der erste Satz: Was will ich? Nicht, worum es geht. Was ich will. Ich möchte, "
                "dass wir den Transformator tauschen.",
            ),
            (
                63,
                "Birte Claasen",
                "Der zweite: Warum jetzt? Weil der Hersteller die Ersatzteile nur noch bis Jahresende "
                "liefert.",
            ),
            (
                81,
                "Birte Claasen",
                "Der dritte: Was soll die Person tun, die das liest? Bitte gib bis Freitag das Budget frei.",
            ),
            (97, "Wiebke Hansen", "Das klingt aber fast unhöflich."),
            (
                101,
                "Birte Claasen",
                "Das dachte ich auch. Dann habe ich gefragt, und alle haben gesagt: endlich. Höflich "
                "ist, wenn ich dir Zeit lasse.",
            ),
            (
                124,
                "Birte Claasen",
                "Jetzt ihr. Nehmt den zweiten Bericht, fünf Minuten, und streicht alles, was vor dem "
                "ersten Verb steht, das etwas will.",
            ),
            (
                431,
                "Nele Harms",
                "Bei uns ist eine halbe Seite übrig geblieben. Und eine Tabelle, die eigentlich die "
                "ganze Geschichte erzählt.",
            ),
            (
                446,
                "Birte Claasen",
                "Dann schickt die Tabelle. Drei Sätze und eine Tabelle, das ist ein guter Bericht.",
            ),
            (470, "Wiebke Hansen", "Was mache ich mit dem, was ich gestrichen habe? Da steckt Arbeit drin."),
            (
                478,
                "Birte Claasen",
                "In den Anhang. Anhänge sind das freundlichste Möbelstück, das wir haben: Alles passt "
                "hinein, und niemand muss sich setzen.",
            ),
            (
                502,
                "Birte Claasen",
                "Nehmt die drei Sätze mit. Nächsten Montag schreibt ihr damit eine Mail, mehr nicht.",
            ),
        ),
    ),
    DemoPast(
        title="What the night shift knows that the schedule does not",
        host="beatriz",
        language="en",
        topics=("schichtarbeit", "logistik"),
        days_ago=16,
        start=time(13),
        minutes=40,
        description=prose("""
            For a month I worked every second week at night and wrote down what people did that no plan told
            them to. Nine habits came of it. Three of them are in the plan now.
        """),
        recording="https://media.hansewerft.example/learning/night-shift.mp4",
        said=(
            (
                3,
                "Beatriz Fonseca",
                "Good afternoon, and good evening to those who will hear this at three in the morning "
                "with a thermos beside them. This is yours.",
            ),
            (
                15,
                "Beatriz Fonseca",
                "I plan container moves. My schedule says the crane is free at two. The night shift "
                "knows it is not, because at two the wind turns.",
            ),
            (
                33,
                "Beatriz Fonseca",
                "Nobody wrote that down. Peer has known it for eleven years, and nobody asked.",
            ),
            (48, "Peer Lührs", "You asked in October. I said it in October."),
            (
                53,
                "Beatriz Fonseca",
                "You did, and that is the reason for this session. So here are nine habits, and the "
                "first is the coffee round.",
            ),
            (
                71,
                "Beatriz Fonseca",
                "At a quarter to one somebody walks the quay with coffee. It looks like a break. It "
                "is an inspection: every lamp, every rope, every face.",
            ),
            (
                96,
                "Beatriz Fonseca",
                "When we moved the coffee machine closer to save time, near misses went up for six "
                "weeks. We moved it back.",
            ),
            (128, "Kwame Asante", "How did you find out it was the coffee?"),
            (
                132,
                "Beatriz Fonseca",
                "I did not. Sina did, with a spreadsheet and a bad mood. She put the near misses next "
                "to the facility orders, and there it was.",
            ),
            (
                160,
                "Beatriz Fonseca",
                "The second habit is handing over standing up. Sitting down, people read the list to "
                "each other. Standing, they tell each other what worried them.",
            ),
            (
                201,
                "Kwame Asante",
                "We tried that in Bregenz after your last session. Seven minutes instead of twenty, "
                "and we talk about the right machine.",
            ),
            (219, "Beatriz Fonseca", "Then we have learned it twice, which is my favourite kind."),
            (
                240,
                "Beatriz Fonseca",
                "If you take one thing along: before you change a plan, work one night in it.",
            ),
        ),
    ),
    DemoPast(
        title="Ein Werkzeug, das spricht: unser Prüfstand erklärt sich selbst",
        host="danijela",
        language="de",
        topics=("konstruktion", "qualitaet"),
        days_ago=5,
        start=time(10, 30),
        minutes=45,
        description=prose("""
            Unser Prüfstand sagte jahrelang nur „Fehler 14“. Jetzt sagt er in einem Satz, was er gemessen hat
            und was er vermutet. Wie wir die Sätze gefunden haben, und warum die Lehrlinge sie schrieben.
        """),
        recording="https://media.alpenwerk.example/wissen/pruefstand.mp4",
        said=(
            (
                4,
                "Danijela Marković",
                "Grüß euch. Ich beginne mit einem Geräusch, und ihr sagt mir, was es bedeutet.",
            ),
            (
                21,
                "Danijela Marković",
                "Das war Fehler 14. Seit neun Jahren. Und Fehler 14 heißt: Der Druck ist zu schnell "
                "gefallen, wahrscheinlich sitzt die Dichtung schief.",
            ),
            (39, "Danijela Marković", "Warum sagt er das nicht? Weil niemand ihn gefragt hat, was er weiß."),
            (
                52,
                "Mila Rüscher",
                "Wir haben dann zwei Wochen lang mitgeschrieben, was die Alten sagen, wenn er piepst.",
            ),
            (
                64,
                "Mila Rüscher",
                "Der Sepp hat gesagt: Der meint, du hast ihn nicht sauber eingehängt. Und das ist "
                "jetzt der Satz, der auf dem Schirm steht.",
            ),
            (
                88,
                "Danijela Marković",
                "Genau so. Wir haben keine Fehlertexte geschrieben, wir haben sie gesammelt. "
                "Einundvierzig Sätze von sieben Leuten.",
            ),
            (110, "Lene Petersen", "Habt ihr auch Bilder ausprobiert?"),
            (
                114,
                "Danijela Marković",
                "Ja, für die Dichtung. Ein Kreis, der schief liegt. Den hat Mila gezeichnet, und "
                "seither fragt niemand mehr nach.",
            ),
            (
                140,
                "Danijela Marković",
                "Was hat es gebracht? Die Zeit bis zum ersten richtigen Handgriff ist von elf auf "
                "vier Minuten gefallen. Gemessen an sechzig Störungen, nicht geschätzt.",
            ),
            (171, "Andrin Caduff", "Und was sagt er, wenn er es nicht weiß?"),
            (
                175,
                "Danijela Marković",
                "Dann sagt er: Das kenne ich nicht, bitte ruf Danijela. Das war der wichtigste Satz "
                "von allen.",
            ),
            (
                198,
                "Danijela Marković",
                "Nehmt euch eine Maschine, die piepst, und schreibt zwei Wochen lang mit, was die "
                "Leute antworten. Mehr braucht ihr nicht.",
            ),
        ),
    ),
)
