"""Hansewerft, the demo's shipyard and freight company by the sea: the company and its people."""

from web.demo.content import hansewerft_first_weeks, hansewerft_last_weeks, hansewerft_later_weeks
from web.demo.content.shape import DemoCompany, DemoPerson, DemoSession, Words


def people() -> tuple[DemoPerson, ...]:
    """Eight experts and four people who come to learn."""
    return (
        DemoPerson(
            key="ines",
            name="Ines Oldenburg",
            email="ines@hansewerft.example",
            headline="Leiterin IT-Betrieb",
            languages=("de", "en", "es"),
            about="Wenn nachts um drei das Dock keinen Strom für die Server hat, klingelt mein Telefon. "
            "Seit wir danach fragen, was geholfen hat, statt wer schuld war, klingelt es seltener. "
            "Ich sammle Runbooks wie andere Leute Kochbücher.",
            topics=("stoerungen", "it_sicherheit", "automatisieren", "ki"),
            ask_me=("kurze Rückblicke", "Runbooks, die jemand liest", "Phishing-Wetten"),
            admin=True,
        ),
        DemoPerson(
            key="fiete",
            name="Fiete Brüning",
            email="fiete@hansewerft.example",
            headline="Kranführer und Sicherheitsbeauftragter",
            languages=("de", "nds"),
            about="Von meinem Kran aus sieht man bei gutem Wetter bis nach Helgoland, sagen wir den Neuen. "
            "Ich habe in zweiunddreißig Jahren nie etwas fallen lassen, was nicht fallen sollte. "
            "Das meiste an Sicherheit ist rechtzeitig Nein sagen.",
            topics=("arbeitssicherheit", "hafen", "schichtarbeit"),
            ask_me=("Kran und Wind", "Handzeichen", "faire Schichtpläne"),
        ),
        DemoPerson(
            key="beatriz",
            name="Beatriz Fonseca",
            email="beatriz@hansewerft.example",
            headline="Freight planner at the Lisbon desk",
            language="en",
            languages=("en", "pt", "es", "de"),
            about="From a desk above the Tejo I talk ships, trucks and customs officers into meeting. "
            "Eleven of my colleagues are in other time zones, and we still have lunch together once a week. "
            "I explain freight with furniture, usually a piano.",
            topics=("logistik", "hafen", "kultur", "sprachen"),
            ask_me=("freight terms", "time zones", "Portuguese for beginners"),
            zone="Europe/Lisbon",
        ),
        DemoPerson(
            key="rasmus",
            name="Rasmus Holm",
            email="rasmus@hansewerft.example",
            headline="Begleiter für Teams und Rückblicke",
            languages=("de", "en", "da"),
            about="Früher habe ich Boote gebaut, heute begleite ich Teams; hier wie dort zuerst die Lecks. "
            "Mein liebstes Werkzeug ist eine Stille, die niemand füllt. "
            "Klebezettel benutze ich nur, wenn es wirklich sein muss.",
            topics=("retro", "moderation", "agil", "lernzirkel"),
            ask_me=("müde Retrospektiven", "Stille aushalten", "Kanban in der Werkstatt"),
        ),
        DemoPerson(
            key="linh",
            name="Thuy Linh Pham",
            email="linh@hansewerft.example",
            headline="Schiffbauingenieurin",
            languages=("de", "en", "vi"),
            about="Ich lasse Rümpfe im Rechner schwimmen, bevor jemand Stahl bestellt. "
            "Meine Notizen führe ich seit zwölf Jahren als schlichte Textdateien und finde alles wieder. "
            "Schönen Code erkenne ich daran, dass ihn jemand anderes ändern mag.",
            topics=("python", "daten", "konstruktion", "wissen"),
            ask_me=("Notizen, die man wiederfindet", "Python in der Konstruktion", "Rumpfformen"),
        ),
        DemoPerson(
            key="gesche",
            name="Gesche Ahlers",
            email="gesche@hansewerft.example",
            headline="Personalentwicklung",
            languages=("de", "en"),
            about="Ich helfe bei Gesprächen, vor denen man lieber noch schnell die Spülmaschine ausräumt. "
            "Mein Rat ist fast immer kürzer als die Angst davor. "
            "Zwischen zwölf und eins bin ich am Wasser und nicht zu sprechen.",
            topics=("gespraeche", "feedback", "gesundheit", "onboarding"),
            ask_me=("den ersten Satz", "Pausen", "Ankommen ohne Bildschirm"),
        ),
        DemoPerson(
            key="emeka",
            name="Emeka Obi",
            email="emeka@hansewerft.example",
            headline="Marine engineer for new fuels",
            language="en",
            languages=("en", "de", "ig"),
            about="I test what ships might burn when the diesel is gone, and what happens when it leaks. "
            "I grew up beside the port of Lagos and have liked the sound of engines ever since. "
            "Ask me for a number, and I will also tell you how unsure I am.",
            topics=("wasserstoff", "nachhaltigkeit", "konstruktion"),
            ask_me=("fuels for ships", "counting carbon", "waste heat"),
        ),
        DemoPerson(
            key="henrike",
            name="Henrike Vossberg",
            email="henrike@hansewerft.example",
            headline="Werftleiterin",
            languages=("de", "en"),
            about="Ich verantworte Schiffe, die länger sind als unsere Straße, und Termine, die enger sind. "
            "Ein Schiff haben wir zu spät geliefert; davon erzähle ich lieber als von den pünktlichen. "
            "Jeden Monat biete ich eine Session an, weil mir das auch einmal jemand vorgemacht hat.",
            topics=("fuehrung", "projekte", "verhandeln"),
            ask_me=("späte Schiffe", "Entscheiden mit halber Information", "Nein sagen"),
            leader=True,
        ),
        *_learners(),
    )


def _learners() -> tuple[DemoPerson, ...]:
    return (
        DemoPerson(
            key="lasse",
            name="Lasse Dierks",
            email="lasse@hansewerft.example",
            headline="Auszubildender, Konstruktionsmechaniker",
            topics=("schweissen", "arbeitssicherheit", "ausbildung"),
            expert=False,
        ),
        DemoPerson(
            key="sina",
            name="Sina Kruse",
            email="sina@hansewerft.example",
            headline="Disposition",
            languages=("de", "en"),
            topics=("logistik", "excel", "agil"),
            expert=False,
        ),
        DemoPerson(
            key="dilek",
            name="Dilek Arslan",
            email="dilek@hansewerft.example",
            headline="Zoll und Ausfuhr",
            languages=("de", "tr", "en"),
            topics=("recht", "logistik", "ki"),
            expert=False,
        ),
        DemoPerson(
            key="peer",
            name="Peer Lührs",
            email="peer@hansewerft.example",
            headline="Instandhaltung",
            topics=("instandhaltung", "schichtarbeit", "windkraft"),
            expert=False,
        ),
    )


def sessions() -> tuple[DemoSession, ...]:
    """Forty sessions over eight weeks."""
    parts = (hansewerft_first_weeks, hansewerft_later_weeks, hansewerft_last_weeks)
    return tuple(session for part in parts for session in part.sessions())


HANSEWERFT = DemoCompany(
    key="hansewerft",
    name="Hansewerft",
    host="hansewerft.localhost",
    port=8003,
    description=Words(
        de="Hansewerft baut und repariert Schiffe und bringt Fracht von der Weser bis an den Tejo.",
        en="Hansewerft builds and mends ships and moves freight from the Weser to the Tejo.",
    ),
    hue=2,
    language="de",
    zone="Europe/Berlin",
    sign_in="ines",
    people=people(),
    sessions=sessions(),
)
