"""What Hansewerft's people offer from the third to the sixth week of the demo."""

from datetime import time

from web.demo.content.shape import DemoSession, Slot, prose


def sessions() -> tuple[DemoSession, ...]:
    """Sixteen sessions."""
    return _third_and_fourth_week() + _fifth_and_sixth_week()


def _third_and_fourth_week() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="Sensoren an Bord: welche Daten sich lohnen",
            host="linh",
            language="de",
            topics=("daten", "instandhaltung"),
            when=Slot(10, time(15, 0), 45),
            description=prose("""
                Unser Versuchsschiff hatte 1.900 Sensoren. Angeschaut wurden vierzehn. Ich erzähle, wie wir
                die vierzehn gefunden haben, warum der nützlichste ein Thermometer für elf Euro war und welche
                Daten wir heute gar nicht erst sammeln. Wer gerade vor einem Datensee steht, bringt bitte
                Badesachen mit.
            """),
            meeting_link="https://meet.jit.example/luv-winde-heck-8385",
            audience="alliance",
            attendees=("kwame", "priya", "peer"),
        ),
        DemoSession(
            title="Kanban auf der Werkbank: Zettel, Stift, fertig",
            host="rasmus",
            language="de",
            topics=("agil", "lean"),
            when=Slot(11, time(9, 0), 45),
            description=prose("""
                Die Tischlerei hatte siebenundvierzig angefangene Aufträge und zwei Leute. Mit einem Brett,
                drei Spalten und der Regel „höchstens vier“ waren es nach einem Monat sechs, und beide Leute
                gingen pünktlich heim.

                Wir bauen dein erstes Brett gleich mit, auf Papier. Software kommt nur am Rande vor, und dort
                bleibt sie auch.
            """),
            meeting_link="https://meet.jit.example/mast-moewe-winde-4288",
            audience="alliance",
            attendees=("georg", "danijela", "hannah"),
        ),
        DemoSession(
            title="Delivery terms explained with a piano",
            host="beatriz",
            language="en",
            topics=("logistik", "recht"),
            when=Slot(12, time(14, 0), 30),
            description=prose("""
                You buy a piano in Porto. Who pays if it falls into the water, and at exactly which metre does
                that change? We move the piano through the most common delivery terms, from the seller’s door
                to your living room, and drop it in a different place each time.

                No pianos are harmed. Your next purchase order might be improved.
            """),
            meeting_link="https://meet.jit.example/deich-lotse-ebbe-9527",
            zone="Europe/Lisbon",
            attendees=("dilek", "sina", "birte"),
        ),
        DemoSession(
            title="Inside the engine lab: a guided visit",
            host="emeka",
            language="en",
            topics=("wasserstoff", "konstruktion"),
            when=Slot(13, time(10, 0), 60),
            description=prose("""
                Behind a very thick window stands an engine that runs on methanol and, on Thursdays, on
                doubts. You will see it start, hear the difference and smell almost nothing. We walk the fuel
                line from tank to exhaust, and I’ll show where we put the sensors we hope never to need.

                Closed shoes, please, and tell me your company, so that I can order badges.
            """),
            audience="alliance",
            capacity=12,
            join_mode="restricted",
            place="on_site",
            place_name="Hansewerft, Motorenlabor",
            place_address="Am Schleusenhaus 6, Bremerhaven",
            attendees=("linh", "sina", "henrike", "gesche"),
            waiting=("beatriz",),
        ),
        DemoSession(
            title="Ankommen für Leute, die nie am Rechner sitzen",
            host="gesche",
            language="de",
            topics=("onboarding", "teamarbeit"),
            when=Slot(14, time(13, 30), 30),
            description=prose("""
                Unser Willkommen bestand aus elf Mails an ein Postfach, das im ersten Monat niemand öffnete.
                Jetzt gibt es einen Paten, einen Spind mit Namen und einen Rundgang mit sieben Stationen. Ich
                zeige die Karte vom Rundgang und was an Station vier passiert: Du bringst jemandem etwas bei,
                am ersten Tag.
            """),
            meeting_link="https://teams.example/meet/3839284469561?p=XOnhch17smmq",
            attendees=("mara", "resi"),
        ),
        DemoSession(
            title="Was darf in den Chatbot und was nicht?",
            host="ines",
            language="de",
            topics=("ki", "it_sicherheit", "recht"),
            when=Slot(15, time(16, 0), 45),
            description=prose("""
                Ein Angebot, ein Krankenschein, ein Schaltplan, ein Geburtstagsgedicht: Ich zeige zwanzig
                Texte, ihr hebt die grüne oder die rote Karte. Bei sieben davon streiten wir uns jedes Mal,
                und genau diese sieben sind der Kern.

                Am Ende passt die Regel auf einen Aufkleber. Den bekommst du.
            """),
            meeting_link="https://teams.example/meet/6784637575879?p=AWZgAO49SIXw",
            audience="alliance",
            capacity=35,
            attendees=("dilek", "birte", "cem", "priya"),
        ),
        DemoSession(
            title="Neuer Schichtplan: wir rechnen ihn gemeinsam durch",
            host="fiete",
            language="de",
            topics=("schichtarbeit", "gesundheit"),
            when=Slot(16, time(11, 0), 30),
            description=prose("""
                Drei Entwürfe hängen aus, jeder hat Fans und Feinde. Wir rechnen sie für vier echte Leben
                durch: mit kleinen Kindern, mit Fußballtraining, mit langem Weg und kurz vor der Rente. Danach
                stimmt ihr ab, und ich trage das Ergebnis hoch ins Büro, notfalls mit dem Kran.
            """),
            meeting_link="https://teams.example/meet/4714683448621?p=mhWUDb76ptUV",
            audience="company",
            attendees=("peer", "gesche", "lasse", "emeka"),
        ),
        DemoSession(
            title="Entscheiden mit halber Information",
            host="henrike",
            language="de",
            topics=("fuehrung", "projekte"),
            when=Slot(17, time(9, 30), 45),
            description=prose("""
                Wenn ich alles weiß, ist das Schiff schon weg. Ich zeige dir das Blatt, auf dem ich große
                Entscheidungen vorbereite: was ich weiß, was ich vermute, was mich umstimmen würde. Wir füllen
                es für eine Entscheidung aus, die bei dir gerade liegt.

                Das letzte Feld heißt „Wie komme ich zurück?“ und ist mir das liebste.
            """),
            meeting_link="https://teams.example/meet/3214383353572?p=MwZfhu56BlIi",
            attendees=("folke", "hannah", "ole"),
        ),
        DemoSession(
            title="Remote workshops that people stay awake in",
            host="rasmus",
            language="en",
            topics=("moderation", "retro"),
            when=Slot(18, time(15, 0), 45),
            description=prose("""
                Half of you will be in our canteen, half on a screen, and nobody will be able to tell who has
                the better seats. I’ll run a tiny workshop and stop every five minutes to explain the wiring:
                who speaks first, when cameras rest, why everybody writes before anybody talks.
            """),
            meeting_link="https://meet.jit.example/moewe-planke-segel-6988",
            place="hybrid",
            place_name="Hansewerft, Kantine",
            place_address="Helgenstraße 20, Bremerhaven",
            attendees=("nele", "petra", "mara"),
        ),
        DemoSession(
            title="Scripts your colleagues can read: tidying up Python together",
            host="linh",
            language="en",
            topics=("python", "wissen"),
            when=Slot(19, time(13, 0), 30),
            description=prose("""
                The script works, but it has a variable called *thing2* and a comment saying “don’t ask”. We
                take one such script, mine, and make it readable in four small steps. Nothing will run any
                faster. Somebody else will be able to go on holiday.
            """),
            meeting_link="https://meet.jit.example/rumpf-reling-boje-2888",
            capacity=16,
            attendees=("lene", "cem", "priya"),
        ),
    )


def _fifth_and_sixth_week() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="How a port thinks: berths, tides and paperwork",
            host="beatriz",
            language="en",
            topics=("hafen", "logistik"),
            when=Slot(21, time(10, 0), 45),
            description=prose("""
                A ship that arrives early is almost as annoying as one that arrives late. From my window I’ll
                explain what is moving down there, live: who waits, who pays for waiting, and why the smallest
                boat goes first. If we are lucky the pilot waves.
            """),
            meeting_link="https://meet.jit.example/welle-fender-pier-1212",
            zone="Europe/Lisbon",
            attendees=("sina", "danijela"),
        ),
        DemoSession(
            title="Streit im Team: wir üben mit echten Fällen",
            host="gesche",
            language="de",
            topics=("gespraeche", "teamarbeit"),
            when=Slot(22, time(14, 30), 60),
            description=prose("""
                Zwei Menschen, eine Kaffeetasse, drei Jahre Schweigen. Es geht nie um die Tasse. Wir nehmen
                uns zwei Fälle aus eurer Runde vor, verfremden sie und spielen sie mit vertauschten Rollen
                nach.

                Acht Plätze, damit Vertrauen entstehen kann. Was gesagt wird, bleibt unter uns, auch gegenüber
                den eigenen Chefs.
            """),
            meeting_link="https://teams.example/meet/2777196821693?p=cmjmzh69hfgo",
            audience="alliance",
            capacity=8,
            join_mode="restricted",
            attendees=("resi", "wiebke", "hauke", "birte", "mila", "jonte", "kwame", "priya"),
            waiting=("folke", "peer"),
            fate="full",
        ),
        DemoSession(
            title="Rückblick auf den Netzausfall im Dock",
            host="ines",
            language="de",
            topics=("stoerungen",),
            when=Slot(23, time(11, 0), 25),
            description=prose("""
                Vor drei Wochen stand Dock 2 für siebzig Minuten ohne Netz, und die Schicht hat sich mit
                Kreide beholfen. Wir schauen in fünfundzwanzig Minuten zurück: Was ist passiert, was hat
                geholfen, was ändern wir? Niemand wird vorgeführt. Die Kreide bekommt einen Ehrenplatz.
            """),
            meeting_link="https://meet.jit.example/moewe-pier-spant-3982",
            audience="company",
            attendees=("fiete", "linh", "beatriz", "peer"),
        ),
        DemoSession(
            title="A ship’s carbon footprint in one afternoon",
            host="emeka",
            language="en",
            topics=("nachhaltigkeit", "daten"),
            when=Slot(25, time(16, 0), 45),
            description=prose("""
                Consultants need four months for the exact number. We’ll get to within ten per cent before the
                coffee is cold: steel, fuel, paint and thirty years at sea. You learn which three numbers
                decide everything and how to write down honestly what you don’t know.
            """),
            meeting_link="https://meet.jit.example/moewe-ebbe-spant-8443",
            attendees=("sofie", "tobias"),
        ),
        DemoSession(
            title="Mit der Barkasse: Hafenrundgang für Landratten",
            host="fiete",
            language="de",
            topics=("hafen", "logistik"),
            when=Slot(26, time(9, 0), 60),
            description=prose("""
                Eine Stunde auf dem Wasser, vorbei an allem, worüber wir sonst nur reden: Schleuse, Schlepper,
                Dock und der Kran, in dem mein Radio steht. Ich erkläre, ihr fragt, und wer seekrank wird,
                darf ans Steuer, das hilft.

                Die Barkasse trägt vierzehn. Sag mir bitte, ob du schwimmen kannst.
            """),
            audience="alliance",
            capacity=14,
            join_mode="restricted",
            place="on_site",
            place_name="Hansewerft, Barkassenanleger",
            place_address="Am Schleusenhaus 1, Bremerhaven",
            attendees=("beatriz", "dilek", "sina", "rasmus", "emeka"),
            waiting=("ines",),
        ),
        DemoSession(
            title="Nein sagen zum größten Kunden",
            host="henrike",
            language="de",
            topics=("verhandeln", "kunden"),
            when=Slot(28, time(13, 0), 30),
            description=prose("""
                Einmal habe ich Nein gesagt, und der Kunde ist geblieben. Einmal habe ich Ja gesagt, und wir
                haben ein Jahr lang daran gezahlt. Ich erzähle beide Gespräche, so genau ich es darf, und was
                ich vorher mit wem abgesprochen hatte. Weil Namen fallen könnten, bleibt die Runde
                überschaubar.
            """),
            meeting_link="https://teams.example/meet/5866429421158?p=wsEuKy79FaQF",
            audience="alliance",
            capacity=20,
            join_mode="restricted",
            attendees=("wiebke", "kwame", "nele"),
            waiting=("tomasz",),
        ),
    )
