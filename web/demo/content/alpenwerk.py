"""Alpenwerk, the demo's maker of special machines in an Alpine valley: the company and its people."""

from web.demo.content import alpenwerk_first_weeks, alpenwerk_last_weeks, alpenwerk_later_weeks
from web.demo.content.shape import DemoCompany, DemoPerson, DemoSession, Words


def people() -> tuple[DemoPerson, ...]:
    """Eight experts and four people who come to learn."""
    return (
        DemoPerson(
            key="resi",
            name="Resi Moosbrugger",
            email="resi@alpenwerk.example",
            headline="Leiterin der Lehrwerkstatt",
            languages=("de", "en"),
            about="Hundertzwölf Lehrlinge habe ich bisher begleitet, und von jedem habe ich etwas gelernt. "
            "In unserer Werkstatt unterrichten seit drei Jahren die Jungen die Alten. "
            "Wer eine Feile halten kann, bekommt bei mir einen Kaffee; wer nicht, auch.",
            topics=("ausbildung", "gespraeche", "wissen", "teamarbeit"),
            ask_me=("Lehrlinge, die unterrichten", "Werkstattvideos", "Tandems aus Jung und Alt"),
            admin=True,
        ),
        DemoPerson(
            key="tobias",
            name="Tobias Brandl",
            email="tobias@alpenwerk.example",
            headline="Strategischer Einkauf",
            languages=("de", "en"),
            about="Ich kaufe ein, was unsere Maschinen zusammenhält, und verhandle sogar auf dem Flohmarkt. "
            "Seit einem Jahr lasse ich die Angebote von einer KI vorsortieren und schlafe besser. "
            "Am Wochenende findest du mich über der Baumgrenze.",
            topics=("einkauf", "verhandeln", "ki", "nachhaltigkeit"),
            ask_me=("Verhandeln", "KI im Alltag", "Bergtouren"),
        ),
        DemoPerson(
            key="sofie",
            name="Sofie Kern",
            email="sofie@alpenwerk.example",
            headline="Controlling und Zahlenübersetzung",
            languages=("de", "en", "fr"),
            about="Ich erkläre Zahlen so, dass man danach eine Entscheidung treffen mag. "
            "Vorher war ich Mathematiklehrerin, das hört man an meinen Pausen. "
            "In unserem Zahlen-Zirkel sitzen heute mehr Monteure als Kaufleute.",
            topics=("excel", "controlling", "daten", "lernzirkel"),
            ask_me=("Pivot-Tabellen", "Kostenstellen", "Kennzahlen, die niemanden quälen"),
        ),
        DemoPerson(
            key="luca",
            name="Luca Bernasconi",
            email="luca@alpenwerk.example",
            headline="Schweißfachmann",
            languages=("de", "it", "en"),
            about="Eine gute Naht sieht aus wie umgefallene Münzen, eine schlechte wie mein erster Kuchen. "
            "Ich schweiße seit dreißig Jahren und übertrage es seit zweien als Video. "
            "Mein Rücken und ich haben inzwischen einen Vertrag, den ich gern weitergebe.",
            topics=("schweissen", "arbeitssicherheit", "gesundheit", "qualitaet"),
            ask_me=("Nähte beurteilen", "WIG für Anfänger", "Rücken und Knie"),
        ),
        DemoPerson(
            key="danijela",
            name="Danijela Marković",
            email="danijela@alpenwerk.example",
            headline="Konstrukteurin",
            languages=("de", "en", "sr"),
            about="Ich konstruiere Bauteile, die man ohne Fluchen montieren kann. "
            "Dafür stehe ich einen Tag im Monat selbst in der Montage und fluche probeweise. "
            "Meine Fehlersammlung ist öffentlich und wird leider jedes Jahr dicker.",
            topics=("konstruktion", "3d_druck", "qualitaet", "lean"),
            ask_me=("3D-Druck", "Toleranzen", "Fehler, die ich nie wieder mache"),
        ),
        DemoPerson(
            key="yusuf",
            name="Yusuf Demirci",
            email="yusuf@alpenwerk.example",
            headline="Robotics and automation",
            language="en",
            languages=("en", "de", "tr"),
            about="I look for the most boring click or grip of your week and make a machine do it. "
            "My first robot threw a screw at me, and I have respected emergency stops ever since. "
            "I like small solutions that somebody else can repair.",
            topics=("robotik", "automatisieren", "ki", "python"),
            ask_me=("first robot cells", "machine vision", "boring clicks"),
        ),
        DemoPerson(
            key="hannah",
            name="Hannah Feuerstein",
            email="hannah@alpenwerk.example",
            headline="Geschäftsführerin Produktion",
            languages=("de", "en"),
            about="Ich bin im Schichtbetrieb groß geworden und stehe noch immer am liebsten in der Halle. "
            "Meine beste Führungsausbildung war eine Montagelinie, die drei Tage stillstand. "
            "Ich sage laut, wenn ich mich geirrt habe; es spart Zeit.",
            topics=("fuehrung", "lean", "feedback"),
            ask_me=("Irrtümer zugeben", "Morgenkreise", "Führen ohne Büro"),
            leader=True,
        ),
        DemoPerson(
            key="kwame",
            name="Kwame Asante",
            email="kwame@alpenwerk.example",
            headline="Commissioning and service worldwide",
            language="en",
            languages=("en", "de", "fr"),
            about="I start up our machines in places our brochures have never seen. "
            "After 31 countries I know that the best tools are a good question and a bag of local biscuits. "
            "Call me when a machine will not talk; I will ask it politely.",
            topics=("kultur", "instandhaltung", "kunden", "sprachen"),
            ask_me=("remote diagnosis", "working abroad", "plain English on bad lines"),
        ),
        *_learners(),
    )


def _learners() -> tuple[DemoPerson, ...]:
    return (
        DemoPerson(
            key="mila",
            name="Mila Rüscher",
            email="mila@alpenwerk.example",
            headline="Lehrling Metalltechnik, drittes Jahr",
            languages=("de", "en"),
            topics=("schweissen", "ausbildung", "3d_druck"),
            expert=False,
        ),
        DemoPerson(
            key="georg",
            name="Georg Wallner",
            email="georg@alpenwerk.example",
            headline="Montage",
            topics=("lean", "instandhaltung", "gesundheit"),
            expert=False,
        ),
        DemoPerson(
            key="petra",
            name="Petra Lechner",
            email="petra@alpenwerk.example",
            headline="Vertriebsinnendienst",
            languages=("de", "en"),
            topics=("kunden", "excel", "sprachen"),
            expert=False,
        ),
        DemoPerson(
            key="andrin",
            name="Andrin Caduff",
            email="andrin@alpenwerk.example",
            headline="Qualitätssicherung",
            languages=("de", "rm", "en"),
            topics=("qualitaet", "daten", "python"),
            expert=False,
        ),
    )


def sessions() -> tuple[DemoSession, ...]:
    """Forty sessions over eight weeks."""
    parts = (alpenwerk_first_weeks, alpenwerk_later_weeks, alpenwerk_last_weeks)
    return tuple(session for part in parts for session in part.sessions())


ALPENWERK = DemoCompany(
    key="alpenwerk",
    name="Alpenwerk",
    host="alpenwerk.localhost",
    port=8002,
    description=Words(
        de="Alpenwerk baut Seilwinden, Pressen und Sondermaschinen, seit drei Generationen im selben Tal.",
        en="Alpenwerk builds winches, presses and special machines, for three generations in one valley.",
    ),
    hue=10,
    language="de",
    zone="Europe/Vienna",
    sign_in="resi",
    people=people(),
    sessions=sessions(),
)
