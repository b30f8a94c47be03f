"""Nordlicht, the demo's energy supplier between the two seas: the company and its people."""

from web.demo.content import nordlicht_first_weeks, nordlicht_last_weeks, nordlicht_later_weeks
from web.demo.content.shape import DemoCompany, DemoPerson, DemoSession, Words


def people() -> tuple[DemoPerson, ...]:
    """Nine experts and four people who come to learn."""
    return (
        DemoPerson(
            key="mara",
            name="Mara Jensen",
            email="mara@nordlicht.example",
            headline="Lernbegleiterin",
            languages=("de", "en", "da"),
            about="Ich bringe Menschen zusammen, die voneinander lernen können und es noch nicht wissen. "
            "Angefangen habe ich im Kundenservice, Spätschicht, Telefon zwölf. "
            "Meinen Kalender halte ich freitags frei, für alle, die eine erste eigene Session wagen wollen.",
            topics=("lernzirkel", "moderation", "onboarding", "wissen"),
            ask_me=("die erste eigene Session", "Lernzirkel gründen", "Postkarten statt Folien"),
            admin=True,
        ),
        DemoPerson(
            key="lene",
            name="Lene Petersen",
            email="lene@nordlicht.example",
            headline="Netzplanerin und Zeichnerin",
            languages=("de", "en"),
            about="Ich plane Mittelspannung, und nebenbei zeichne ich mit, was in Sitzungen gesagt wird. "
            "Zeichnen können muss man dafür nicht, nur hinhören. "
            "Mein bestes Werkzeug ist ein Filzstift für neunzig Cent.",
            topics=("visualisieren", "stromnetz", "wissen"),
            ask_me=("Sketchnotes", "Netzpläne lesen", "große Wände"),
        ),
        DemoPerson(
            key="cem",
            name="Cem Aydın",
            email="cem@nordlicht.example",
            headline="Controller, der Python gelernt hat",
            languages=("de", "en", "tr"),
            about="Elf Jahre Monatsabschluss von Hand, dann ein verregneter Urlaub und ein Python-Buch. "
            "Seitdem zeige ich anderen, dass man dafür kein Informatiker sein muss. "
            "Ich erkläre gern zweimal, beim dritten Mal mit Keksen.",
            topics=("python", "controlling", "excel", "ki"),
            ask_me=("Python für Nicht-Informatiker", "hässliche Tabellen", "der Mut zum ersten Skript"),
        ),
        DemoPerson(
            key="hauke",
            name="Hauke Thomsen",
            email="hauke@nordlicht.example",
            headline="Schichtleiter in der Leitwarte",
            languages=("de", "en", "nds"),
            about="Seit sechsundzwanzig Jahren passe ich nachts auf, dass bei euch das Licht angeht. "
            "Ich rede nicht viel, aber über Störungen kann ich einen Abend füllen. "
            "Am liebsten über die, aus denen wir etwas gelernt haben.",
            topics=("stoerungen", "schichtarbeit", "stromnetz"),
            ask_me=("Schichtübergaben", "Ruhe bei Alarm", "Netzausfälle durchspielen"),
        ),
        DemoPerson(
            key="priya",
            name="Priya Raman",
            email="priya@nordlicht.example",
            headline="Data scientist for wind forecasts",
            language="en",
            languages=("en", "de", "ta"),
            about="I teach computers to guess tomorrow’s wind, and people how far to trust the guess. "
            "I came from Chennai for two years, and that was nine years ago. "
            "No question about statistics is too basic for me; the basic ones are the best.",
            topics=("daten", "ki", "windkraft", "python"),
            ask_me=("forecasts and doubt", "reading research papers", "statistics without fear"),
        ),
        DemoPerson(
            key="birte",
            name="Birte Claasen",
            email="birte@nordlicht.example",
            headline="Juristin für Vergabe und Verträge",
            languages=("de", "en"),
            about="Ich übersetze Paragrafen in Sätze, die man beim Mittagessen sagen könnte. "
            "Wer mir einen Schachtelsatz schickt, bekommt zwei Hauptsätze zurück. "
            "In meiner Sprechstunde gibt es keine dummen Fragen, nur zu späte.",
            topics=("vergabe", "recht", "schreiben"),
            ask_me=("Ausschreibungen", "Briefe ohne Amtsdeutsch", "Datenschutz mit Augenmaß"),
        ),
        DemoPerson(
            key="tomasz",
            name="Tomasz Wilk",
            email="tomasz@nordlicht.example",
            headline="Servicetechniker und Höhenretter",
            languages=("de", "en", "pl"),
            about="Mein Büro ist neunzig Meter hoch und schwankt ein wenig. "
            "Ich bilde Höhenretter aus und habe bisher alle heil nach unten gebracht. "
            "Höhenangst hatte ich übrigens auch, frag mich gern danach.",
            topics=("windkraft", "arbeitssicherheit", "instandhaltung"),
            ask_me=("Arbeiten in der Höhe", "das Innere einer Windkraftanlage", "Knoten, die halten"),
        ),
        DemoPerson(
            key="folke",
            name="Dr. Folke Brodersen",
            email="folke@nordlicht.example",
            headline="Vorstand Technik",
            languages=("de", "en", "sv"),
            about="Von Haus aus Chemiker, aus Versehen Vorstand. "
            "Ich lerne jeden Freitag eine Stunde etwas Neues und verteidige den Termin gegen alle. "
            "Am meisten habe ich aus Entscheidungen gelernt, die falsch waren.",
            topics=("wasserstoff", "fuehrung", "projekte"),
            ask_me=("Wasserstoff ohne Hype", "falsche Entscheidungen", "Lernzeit verteidigen"),
            leader=True,
        ),
        DemoPerson(
            key="nele",
            name="Nele Harms",
            email="nele@nordlicht.example",
            headline="Designerin fürs Kundenportal",
            languages=("de", "en"),
            about="Ich gestalte Formulare, die niemand hasst, und prüfe sie mit den Ohren: "
            "Ich sehe kaum etwas und arbeite seit meinem neunzehnten Lebensjahr mit Vorleseprogramm. "
            "Wenn du wissen willst, wie deine Seite klingt, komm vorbei.",
            topics=("barrierefreiheit", "kunden", "schreiben"),
            ask_me=("Vorleseprogramme", "Nutzertests mit fünf Leuten", "gute Formulare"),
        ),
        *_learners(),
    )


def _learners() -> tuple[DemoPerson, ...]:
    return (
        DemoPerson(
            key="jonte",
            name="Jonte Lorenzen",
            email="jonte@nordlicht.example",
            headline="Auszubildender, Elektroniker für Betriebstechnik",
            topics=("ausbildung", "stromnetz"),
            expert=False,
        ),
        DemoPerson(
            key="wiebke",
            name="Wiebke Hansen",
            email="wiebke@nordlicht.example",
            headline="Kundenservice",
            topics=("kunden", "gespraeche", "visualisieren"),
            expert=False,
        ),
        DemoPerson(
            key="samira",
            name="Samira Haddad",
            email="samira@nordlicht.example",
            headline="Werkstudentin Netzdaten",
            languages=("de", "en", "ar"),
            topics=("daten", "python", "ki"),
            expert=False,
        ),
        DemoPerson(
            key="ole",
            name="Ole Matthiesen",
            email="ole@nordlicht.example",
            headline="Materialwirtschaft",
            topics=("einkauf", "logistik", "vergabe"),
            expert=False,
        ),
    )


def sessions() -> tuple[DemoSession, ...]:
    """Forty sessions over eight weeks."""
    parts = (nordlicht_first_weeks, nordlicht_later_weeks, nordlicht_last_weeks)
    return tuple(session for part in parts for session in part.sessions())


NORDLICHT = DemoCompany(
    key="nordlicht",
    name="Nordlicht",
    host="nordlicht.localhost",
    port=8001,
    description=Words(
        de="Nordlicht bringt Strom, Wärme und Wasserstoff zu den Menschen zwischen den beiden Meeren.",
        en="Nordlicht brings power, heat and hydrogen to the people between the two seas.",
    ),
    hue=15,
    language="de",
    zone="Europe/Berlin",
    sign_in="mara",
    people=people(),
    sessions=sessions(),
)
