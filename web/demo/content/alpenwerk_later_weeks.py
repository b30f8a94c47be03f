"""What Alpenwerk's people offer from the third to the sixth week of the demo."""

from datetime import time

from web.demo.content.shape import DemoSession, Slot, prose


def sessions() -> tuple[DemoSession, ...]:
    """Sixteen sessions."""
    return _third_and_fourth_week() + _fifth_and_sixth_week()


def _third_and_fourth_week() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="Lieferanten nach CO₂ fragen, ohne dass alle stöhnen",
            host="tobias",
            language="de",
            topics=("einkauf", "nachhaltigkeit"),
            when=Slot(10, time(14, 0), 45),
            description=prose("""
                Unser erster Fragebogen hatte 62 Felder und eine Rücklaufquote von drei Freundschaftsdiensten.
                Der neue hat fünf Felder, und neun von zehn Betrieben antworten. Ich zeige beide nebeneinander
                und erkläre, was wir mit den Antworten tun, denn genau das wollten die Lieferanten wissen,
                bevor sie antworten.
            """),
            meeting_link="https://teams.example/meet/3175698825686?p=fksJBn51otdT",
            audience="alliance",
            attendees=("ole", "emeka", "lene"),
        ),
        DemoSession(
            title="Apprentices teach: what six of them taught our board",
            host="resi",
            language="en",
            topics=("ausbildung", "fuehrung"),
            when=Slot(11, time(10, 0), 60),
            description=prose("""
                Six apprentices, ten minutes each, and a board that had to do homework. Topics last year: how
                to film a repair, why our careers page smells of 1998, and what “psychological safety” feels
                like at seventeen.

                Three of the six will tell you themselves. I’ll only look after the biscuits and translate
                dialect.
            """),
            meeting_link="https://zoom.example/j/37155792562?pwd=okLadypsGozc",
            place="hybrid",
            place_name="Alpenwerk, Lehrwerkstatt",
            place_address="Sägeweg 14, Feldkirch",
            attendees=("mila", "folke", "henrike", "hannah"),
        ),
        DemoSession(
            title="Zelle 4: was der Umbau für deine Schicht bedeutet",
            host="yusuf",
            language="de",
            topics=("robotik", "schichtarbeit"),
            when=Slot(12, time(9, 0), 30),
            description=prose("""
                In drei Wochen zieht der neue Roboter ein, und es kursieren drei Gerüchte. Zwei davon stimmen
                nicht. Ich zeige den Plan, das Modell und die Zeiten, in denen wir laut werden. Die letzte
                Viertelstunde gehört deinen Fragen, auch der einen, die sich niemand zu stellen traut.
            """),
            meeting_link="https://teams.example/meet/4715554489696?p=jAeMoW42hYkI",
            audience="company",
            attendees=("georg", "tobias", "danijela", "mila"),
        ),
        DemoSession(
            title="Konstruktionsfehler, die ich nie wieder mache: eine Sammlung",
            host="danijela",
            language="de",
            topics=("konstruktion", "wissen"),
            when=Slot(13, time(13, 0), 45),
            description=prose("""
                Eintrag 1: die Schraube, an die kein Schlüssel kam. Eintrag 23: dieselbe Schraube, andere
                Maschine. Ich lese aus meinem Fehlerheft vor, und jede und jeder bringt mindestens einen
                eigenen Eintrag mit. Nichts davon verlässt den Raum, darum lade ich persönlich ein. Gelacht
                wird viel, meistens vor Erleichterung.
            """),
            meeting_link="https://zoom.example/j/41551572588?pwd=mFsKRgYumeDD",
            audience="alliance",
            capacity=14,
            join_mode="restricted",
            attendees=("linh", "fiete", "peer"),
            waiting=("mara",),
        ),
        DemoSession(
            title="Small talk for engineers",
            host="kwame",
            language="en",
            topics=("kultur", "sprachen"),
            when=Slot(14, time(16, 0), 45),
            description=prose("""
                You can explain a planetary gearbox, but “How was your weekend?” makes you sweat. I have good
                news: small talk has a mechanism, and it has only three moving parts. We take it apart, oil it
                and put it back together in pairs. Safe topics, dangerous topics and a graceful way to leave
                are included.
            """),
            meeting_link="https://zoom.example/j/91153537238?pwd=nFsRaFRnctjV",
            capacity=24,
            attendees=("beatriz", "rasmus", "petra"),
        ),
        DemoSession(
            title="Vom Bauchgefühl zur Kennzahl und wieder zurück",
            host="sofie",
            language="de",
            topics=("daten", "controlling"),
            when=Slot(15, time(11, 0), 30),
            description=prose("""
                Unser Meister Alois hört am Klang, ob die Presse gut läuft. Wir haben gemessen, was er hört,
                und heraus kam eine Kennzahl. Dann haben wir Alois gefragt, ob sie stimmt. Diese Reihenfolge
                ist das ganze Geheimnis, und ich zeige, wie du sie auf deine Arbeit überträgst.
            """),
            meeting_link="https://teams.example/meet/9653684983921?p=CRKGPy94dijK",
            attendees=("samira", "linh"),
        ),
        DemoSession(
            title="Zwölf Minuten am Brett: unser Morgenkreis in der Montage",
            host="hannah",
            language="de",
            topics=("lean", "teamarbeit"),
            when=Slot(16, time(8, 30), 45),
            description=prose("""
                Sieben Uhr, zehn Leute, ein Brett, keine Stühle. Du siehst zuerst eine Aufnahme von einem
                gewöhnlichen Dienstag, dann nehmen wir sie auseinander: Wer spricht zuerst, was steht auf dem
                Brett, und warum enden wir auch dann nach zwölf Minuten, wenn es gerade spannend wird?

                Mit dabei ist Georg aus der Montage. Er war anfangs dagegen und sagt auch, warum.
            """),
            meeting_link="https://teams.example/meet/5588628998674?p=CrfEhu79dDHU",
            attendees=("georg", "danijela", "wiebke"),
        ),
        DemoSession(
            title="Welding stainless steel by video: watch the puddle",
            host="luca",
            language="en",
            topics=("schweissen", "qualitaet"),
            when=Slot(17, time(15, 0), 45),
            description=prose("""
                With a filter in front of the lens you see what I see: a small bright lake that wants to run
                away. Steel tells you everything, if you watch the colour behind it. Straw is good, blue is
                late, grey is sorry.

                I weld, you call out the colour, and together we save the part. Or we don’t, and learn more.
            """),
            meeting_link="https://zoom.example/j/49958679694?pwd=DFnXOVYDnRnK",
            attendees=("andrin", "lene", "hauke"),
        ),
        DemoSession(
            title="Verhandeln üben: du verkaufst mir einen gebrauchten Kran",
            host="tobias",
            language="de",
            topics=("verhandeln",),
            when=Slot(18, time(14, 0), 60),
            description=prose("""
                Der Kran ist gelb, zwölf Jahre alt und quietscht. Die eine Hälfte will ihn loswerden, die
                andere braucht ihn bis Freitag. Ihr bekommt geheime Zettel, verhandelt zu zweit, und danach
                legen wir alle Karten auf den Tisch. Der höchste Preis war bisher viermal so hoch wie der
                niedrigste, beim selben Kran.
            """),
            meeting_link="https://teams.example/meet/3358162455118?p=JboYhe64wkDb",
            audience="alliance",
            capacity=12,
            join_mode="restricted",
            attendees=("lasse", "jonte", "fiete", "ole"),
            waiting=("henrike",),
        ),
        DemoSession(
            title="Talking to a machine controller from Python in twenty lines",
            host="yusuf",
            language="en",
            topics=("python", "robotik"),
            when=Slot(19, time(10, 0), 30),
            description=prose("""
                There is a small controller on my desk with one lamp and one button. In twenty lines of Python
                we read the button, switch the lamp and write both to a file, safely and without touching
                anything that moves.

                Then I’ll tell you what changes when it is a six-tonne press. Mostly: you ask Luca first.
            """),
            meeting_link="https://teams.example/meet/7415254745585?p=aSHTDR86QeRz",
            audience="alliance",
            attendees=("priya", "cem", "andrin"),
        ),
    )


def _fifth_and_sixth_week() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="Werkstattvideos: der Trick, der in keinem Handbuch steht",
            host="resi",
            language="de",
            topics=("wissen", "ausbildung"),
            when=Slot(20, time(13, 0), 45),
            description=prose("""
                Neunzig Sekunden, ein Handgriff, ein Mensch, der ihn kann. So sammeln wir, was sonst mit in
                Pension geht. Du brauchst ein Handy, ein Stück Klebeband und jemanden, der beim Erklären auf
                die Hände schaut statt in die Kamera.

                Wir drehen gemeinsam eines, gern aus dem Büro. Das schönste bisher zeigt, wie man unseren
                Drucker besänftigt.
            """),
            meeting_link="https://zoom.example/j/73256574797?pwd=RJnYrFKHXvcb",
            attendees=("mila", "lasse"),
        ),
        DemoSession(
            title="Ersatzteil über Nacht: vom Scan zum Druck",
            host="danijela",
            language="de",
            topics=("3d_druck", "instandhaltung"),
            when=Slot(22, time(9, 30), 45),
            description=prose("""
                Du bringst ein zerbrochenes Kunststoffteil mit, wir scannen es, flicken das Modell und starten
                den Druck. Am nächsten Morgen geht das neue Teil in die Post. Bisher gerettet: ein
                Förderbandrad, elf Kaffeemaschinenklappen und die Nase eines Maskottchens.
            """),
            audience="alliance",
            capacity=10,
            place="on_site",
            place_name="Alpenwerk, Druckraum",
            place_address="Sägeweg 14, Feldkirch",
            attendees=(
                "mila",
                "kwame",
                "georg",
                "tobias",
                "andrin",
                "luca",
                "petra",
                "resi",
                "hannah",
                "sofie",
            ),
            waiting=("yusuf",),
            fate="full",
        ),
        DemoSession(
            title="Budget season: a survival kit",
            host="sofie",
            language="en",
            topics=("controlling", "gespraeche"),
            when=Slot(23, time(16, 0), 30),
            description=prose("""
                Budget season has five stages: denial, anger, bargaining, version nine and acceptance. I sit
                on the other side of the table, and I’ll tell you what we really look at, which sentence opens
                our hearts and which cushion we always find.

                Honest questions only. What you tell me here will never find its way into your numbers.
            """),
            meeting_link="https://teams.example/meet/8957281561131?p=PTKWSe99ZhqE",
            audience="alliance",
            attendees=("gesche", "folke"),
        ),
        DemoSession(
            title="Wartung, die mitreist: Checklisten, die in jeder Sprache funktionieren",
            host="kwame",
            language="de",
            topics=("instandhaltung", "visualisieren"),
            when=Slot(24, time(11, 0), 45),
            description=prose("""
                Eine gute Checkliste hat Bilder, große Kästchen und höchstens sieben Zeilen. Meine erste hatte
                vier Seiten, und am Äquator benutzte man sie als Fächer. Ich zeige, wie wir sie gemeinsam mit
                den Leuten vor Ort neu gezeichnet haben. Mein Deutsch reicht dafür, meine Zeichnungen erst
                recht.
            """),
            meeting_link="https://zoom.example/j/75737439685?pwd=vcOQTLIlXLaE",
            attendees=("tomasz", "wiebke"),
            fate="cancelled",
            note="Kwame sitzt länger als geplant auf einer Baustelle fest. Die Checkliste schickt er euch.",
        ),
        DemoSession(
            title="Das neue Werk: eine Stunde nur für Fragen",
            host="hannah",
            language="de",
            topics=("fuehrung", "projekte"),
            when=Slot(26, time(15, 0), 60),
            description=prose("""
                Keine Präsentation, ich verspreche es. Am Eingang liegen Zettel, wer nicht laut fragen mag,
                schreibt. Ich beantworte alles, was ich weiß, sage, was ich nicht weiß, und nenne den Tag, an
                dem ich es wissen werde. Es gibt Leberkäse und etwas Vernünftiges.
            """),
            audience="company",
            place="on_site",
            place_name="Alpenwerk, Kantine",
            place_address="Sägeweg 14, Feldkirch",
            attendees=("tobias", "andrin", "mila", "yusuf", "sofie", "georg"),
        ),
        DemoSession(
            title="A camera that sorts screws: machine vision for beginners",
            host="yusuf",
            language="en",
            topics=("ki", "robotik", "qualitaet"),
            when=Slot(27, time(10, 30), 45),
            description=prose("""
                One cheap camera, one lamp and two boxes: good and bad. We teach the computer with forty
                photos and then try to fool it with a paper clip, a shadow and a biscuit. It will fall for the
                biscuit, and why it does is the most useful part of the session.
            """),
            meeting_link="https://teams.example/meet/9938741767692?p=jBMfoJ98inLu",
            capacity=20,
            attendees=("samira", "dilek"),
        ),
    )
