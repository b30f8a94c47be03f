"""What Nordlicht's people offer in the first ten working days of the demo."""

from datetime import time

from web.demo.content.shape import DemoSession, Slot, prose


def sessions() -> tuple[DemoSession, ...]:
    """Eighteen sessions, the first of them today and tomorrow."""
    return _first_days() + _second_week()


def _first_days() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="Python für Controller: der Monatsabschluss, der sich selbst prüft",
            host="cem",
            language="de",
            topics=("python", "controlling"),
            when=Slot(0, time(10, 0), 30),
            description=prose("""
                Elf Jahre lang habe ich am dritten Werktag Spalten verglichen, bis mir die Augen tränten.
                Heute erledigen das vierzig Zeilen Python, während ich Kaffee hole. Ich zeige dir alle
                vierzig, auch die peinliche in Zeile 17.

                Du brauchst keine Vorkenntnisse, nur eine Tabelle, die dich nervt.
            """),
            meeting_link="https://teams.example/meet/2283834324258?p=NHYtiv12MuIC",
            capacity=30,
            attendees=("andrin", "sina", "lasse", "dilek", "yusuf", "samira", "linh"),
        ),
        DemoSession(
            title="Sketchnotes für Ungeübte: fünf Formen reichen",
            host="lene",
            language="de",
            topics=("visualisieren",),
            when=Slot(0, time(16, 0), 45),
            description=prose("""
                Kreis, Linie, Dreieck, Quadrat, Punkt: Mehr brauchst du nicht, um eine Besprechung auf eine
                Seite zu bringen. Wir üben an einem echten Protokoll über Kabelmuffen, denn wer Kabelmuffen
                zeichnen kann, kann alles zeichnen. Nimm Papier und den Stift, der gerade vor dir liegt. Schön
                muss es nicht werden.
            """),
            meeting_link="https://teams.example/meet/2987391737541?p=LDJGho88xspP",
            capacity=25,
            attendees=("mara", "wiebke", "sina", "yusuf", "petra", "kwame", "rasmus"),
        ),
        DemoSession(
            title="Why our wind forecast was wrong on the stormiest day of the year",
            host="priya",
            language="en",
            topics=("windkraft", "daten", "ki"),
            when=Slot(0, time(18, 30), 30),
            description=prose("""
                Our model had been right for 212 days in a row. On day 213 the storm arrived six hours early,
                and nobody, human or machine, believed the one sensor that knew. I will walk you through what
                we saw, what we ignored and the small change that would have caught it.

                There is time at the end for three mistakes of yours. Ours cost a weekend, so don’t be shy.
            """),
            meeting_link="https://bbb.example/rooms/priya-fqi-747",
            audience="alliance",
            attendees=("sofie", "ines", "samira", "cem", "tobias"),
        ),
        DemoSession(
            title="Schichtübergabe in sieben Minuten, und nichts geht verloren",
            host="hauke",
            language="de",
            topics=("schichtarbeit", "stoerungen"),
            co_hosts=("ines",),
            when=Slot(1, time(7, 30), 25),
            description=prose("""
                Zwischen Nacht- und Frühschicht verschwand bei uns jede Woche eine Information. Meistens die
                wichtige. Jetzt übergeben wir mit einer Karte und vier Feldern:

                - läuft
                - hakt
                - kommt noch
                - weiß ich nicht

                Das vierte Feld war der Durchbruch. Ich zeige die Karte, erzähle vom Widerstand und davon, was
                der Nachtschicht bis heute nicht passt.
            """),
            meeting_link="https://teams.example/meet/7572393553861?p=ElQnMI31lNJP",
            audience="alliance",
            attendees=("fiete", "ines", "peer", "georg", "luca"),
        ),
        DemoSession(
            title="Vergaberecht in 30 Minuten: was du wissen musst, bevor du bestellst",
            host="birte",
            language="de",
            topics=("vergabe", "recht", "einkauf"),
            when=Slot(1, time(13, 0), 30),
            description=prose("""
                Bis wann darfst du einfach anrufen, und ab wann brauchst du drei Angebote? Ich habe das
                Vergaberecht auf eine Seite gebracht, und die Seite darfst du behalten. Zwanzig Minuten rede
                ich, zehn Minuten gehören deinen Fällen, gern auch den unangenehmen.

                Das ersetzt keine Rechtsberatung. Es erspart dir aber vermutlich eine.
            """),
            meeting_link="https://teams.example/meet/7957784874394?p=cvkIOO57gvqq",
            capacity=40,
            attendees=("ole", "dilek", "peer", "beatriz", "linh", "danijela", "mila"),
        ),
        DemoSession(
            title="Wasserstoff für alle, die in der Schule Chemie abgewählt haben",
            host="folke",
            language="de",
            topics=("wasserstoff", "nachhaltigkeit"),
            when=Slot(1, time(15, 0), 60),
            description=prose("""
                Warum reden alle von Grün, wenn Wasserstoff gar keine Farbe hat? Wir gehen den Weg eines
                einzigen Kilogramms: vom Windrad über den Elektrolyseur bis in den Kessel einer Gärtnerei.
                Unterwegs rechnen wir zweimal, beide Male mit Zahlen, die auf einen Bierdeckel passen.

                Danach kannst du beim Abendessen mitreden und bei Schlagzeilen die richtigen Rückfragen
                stellen.
            """),
            meeting_link="https://teams.example/meet/3588675716551?p=oGJRug61uqQC",
            capacity=40,
            attendees=("emeka", "tobias", "hannah", "fiete", "henrike", "danijela"),
        ),
        DemoSession(
            title="Listen to your own website: a first hour with a screen reader",
            host="nele",
            language="en",
            topics=("barrierefreiheit", "kunden"),
            when=Slot(2, time(9, 0), 60),
            description=prose("""
                I use a screen reader every day, at a speed that sounds like an angry bee. For you I slow it
                down, and we visit three pages together: a good one, a bad one and one of our own. You will
                hear what a missing label does to somebody who only wants to report a meter reading.

                Afterwards you try it on a page of yours. Most people find their first five fixes within ten
                minutes.
            """),
            meeting_link="https://bbb.example/rooms/nele-bdc-228",
            capacity=20,
            attendees=("petra", "kwame", "sofie", "tobias", "yusuf"),
        ),
        DemoSession(
            title="Lernzirkel mit lernOS: zwölf Wochen, fünf Menschen, kein Lehrer",
            host="mara",
            language="de",
            topics=("lernzirkel",),
            when=Slot(2, time(14, 0), 30),
            description=prose("""
                Ein Lernzirkel ist eine Verabredung: Ihr seid zu fünft, trefft euch zwölf Wochen lang einmal
                die Woche, und jede und jeder lernt etwas Eigenes. Klingt nach wenig. Eine Kollegin hat so
                Portugiesisch angefangen, ein Kollege seine Meisterprüfung geschafft, und ich habe das
                Fliegenfischen aufgegeben.

                Ich erzähle, wie die erste Woche abläuft und woran Zirkel scheitern. Wer will, findet gleich
                im Anschluss vier andere.
            """),
            meeting_link="https://teams.example/meet/4237387974367?p=SFJQdo94UCan",
            capacity=25,
            attendees=("rasmus", "peer", "sina", "beatriz", "luca", "sofie"),
        ),
        DemoSession(
            title="Höhenrettung zum Mitmachen: ein Vormittag am Übungsturm",
            host="tomasz",
            language="de",
            topics=("arbeitssicherheit", "windkraft"),
            when=Slot(3, time(9, 30), 90),
            description=prose("""
                Wenn in der Gondel jemand umkippt, ist der Rettungswagen neunzig Meter zu tief. Am Turm üben
                wir, wie zwei Leute einen dritten sicher nach unten bringen. Wir fangen auf zwei Metern an und
                hören auf zwölf auf. Niemand muss höher, als der eigene Bauch es will.

                Zieh feste Schuhe an und frühstücke ordentlich. Gurte und Helme liegen bereit.
            """),
            audience="alliance",
            capacity=8,
            join_mode="restricted",
            place="on_site",
            place_name="Übungsturm Nordersiel",
            place_address="Am Außendeich 3, Nordersiel bei Husum",
            attendees=("priya", "jonte", "cem", "wiebke", "fiete", "nele", "lene", "ole"),
            waiting=("lasse", "samira"),
            fate="full",
        ),
        DemoSession(
            title="Three Excel functions that replaced half my formulas",
            host="cem",
            language="en",
            topics=("excel", "controlling"),
            when=Slot(3, time(16, 30), 30),
            description=prose("""
                I once inherited a workbook with a formula that was 1,140 characters long. It is now a wall
                decoration, and in its place stand three short functions: FILTER, XLOOKUP and LET. I’ll
                rebuild that formula live, one piece at a time, so you can see where the pain went.

                Works in English and German Excel; I’ll show both sets of names.
            """),
            meeting_link="https://teams.example/meet/1599476291175?p=Kylnvn39ClDy",
            capacity=40,
            attendees=("sofie", "petra", "sina", "tobias", "emeka"),
        ),
    )


def _second_week() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="Stromausfall auf dem Papier: wir spielen eine Störung durch",
            host="hauke",
            language="de",
            topics=("stoerungen", "stromnetz", "teamarbeit"),
            when=Slot(4, time(10, 0), 90),
            description=prose("""
                Es ist Sonntag, 4:12 Uhr, und ein Umspannwerk meldet sich nicht mehr. Ihr seid die Schicht.
                Ich würfle das Wetter, ihr entscheidet, wer angerufen wird und wer weiterschlafen darf.
                Vorwissen über Stromnetze brauchst du keines, Nerven schon.

                Am Ende vergleichen wir eure Nacht mit der echten. Bisher war noch keine Gruppe langsamer als
                wir damals.
            """),
            meeting_link="https://teams.example/meet/2277739879112?p=HHHanG33LeEZ",
            audience="alliance",
            capacity=16,
            join_mode="restricted",
            attendees=("jonte", "lene", "folke", "priya", "wiebke", "nele"),
            waiting=("yusuf", "samira"),
        ),
        DemoSession(
            title="Git for people who name their files final_final_v3",
            host="priya",
            language="en",
            topics=("python", "daten"),
            when=Slot(5, time(9, 30), 30),
            description=prose("""
                Version control is a time machine with an unfriendly door. In half an hour we open the door
                together: save a state, break something on purpose, travel back. Four commands are enough, and
                I have printed them on a card you can stick to your screen.

                No programming needed. Last time, the fastest learner was from the legal department.
            """),
            meeting_link="https://bbb.example/rooms/priya-qte-259",
            audience="alliance",
            attendees=("linh", "andrin", "yusuf", "samira"),
        ),
        DemoSession(
            title="The first ten days: an onboarding plan that fits on a postcard",
            host="mara",
            language="en",
            topics=("onboarding", "wissen"),
            when=Slot(5, time(17, 0), 45),
            description=prose("""
                Our old onboarding folder had 84 pages and one reader: the person who wrote it. We replaced it
                with a postcard. On the front are three people to meet, on the back three things to have done
                by day ten.

                Bring the name of somebody who starts soon. You will leave with their postcard written, and
                with an idea of whom to ask for a stamp.
            """),
            meeting_link="https://teams.example/meet/1613671281315?p=tUdbpt41wfjw",
            capacity=12,
            attendees=("gesche", "linh", "dilek", "ines"),
        ),
        DemoSession(
            title="Amtsdeutsch abgewöhnen: ein Brief, zwanzig Minuten, halb so lang",
            host="birte",
            language="de",
            topics=("schreiben", "kunden"),
            when=Slot(6, time(13, 30), 20),
            description=prose("""
                „Hinsichtlich der Inanspruchnahme“ heißt auf Deutsch: wenn du das nutzt. Ich nehme einen
                echten Brief aus unserem Haus, natürlich ohne Namen, und kürze ihn vor euren Augen auf die
                Hälfte. Jede Streichung begründe ich, und wer mir widerspricht, bekommt einen Keks per
                Hauspost.
            """),
            meeting_link="https://teams.example/meet/8247887584155?p=bHNgCt14DibI",
            attendees=("nele", "kwame", "georg", "dilek", "wiebke"),
        ),
        DemoSession(
            title="Fünf Testpersonen genügen: Nutzertests, die du morgen machen kannst",
            host="nele",
            language="de",
            topics=("kunden", "barrierefreiheit"),
            when=Slot(7, time(10, 0), 45),
            description=prose("""
                Für einen guten Test brauchst du kein Labor. Du brauchst fünf Menschen, eine Aufgabe und die
                Fähigkeit, still zu sein, während jemand den falschen Knopf sucht. Das Letzte ist das
                Schwerste, also üben wir es.

                Wir testen reihum unsere eigenen Seiten aneinander. Vorsicht: Das verändert deine Meinung über
                deine eigene Arbeit.
            """),
            meeting_link="https://bbb.example/rooms/nele-oxn-174",
            capacity=15,
            attendees=("petra", "kwame", "mila", "beatriz"),
            fate="cancelled",
            note="Nele ist krank. Gute Besserung von uns allen; ein neuer Termin folgt.",
        ),
        DemoSession(
            title="Ask a board member anything about decisions that went wrong",
            host="folke",
            language="en",
            topics=("fuehrung", "projekte"),
            when=Slot(7, time(15, 30), 30),
            description=prose("""
                In 2017 I signed off a storage project that never stored a single kilowatt-hour. I can tell
                you exactly which question I should have asked and why I didn’t. Ten minutes of story, then
                twenty minutes of your questions, without a moderator and without a recording.

                This one stays inside Nordlicht, so that I can be properly honest.
            """),
            meeting_link="https://teams.example/meet/3889416516937?p=okczuL32nGfq",
            audience="company",
            attendees=("mara", "samira", "hauke", "tomasz", "priya"),
        ),
        DemoSession(
            title="What’s inside a wind turbine: from tower foot to hub, by video",
            host="tomasz",
            language="en",
            topics=("windkraft", "instandhaltung"),
            when=Slot(8, time(11, 0), 45),
            description=prose("""
                I’m strapping a camera to my helmet and climbing, so that you don’t have to. On the way up we
                stop at the cables, the brake, the gearbox and the place where I keep my sandwiches. You ask,
                I point the lamp.

                If the wind is above twelve metres per second we stay at the bottom and I’ll explain why. That
                is worth hearing too.
            """),
            meeting_link="https://teams.example/meet/4141761448233?p=UEUEtv91jTLL",
            attendees=("dilek", "henrike", "luca", "rasmus", "resi"),
        ),
        DemoSession(
            title="Zahlen erzählen: aus zwölf Diagrammen wird eines",
            host="cem",
            language="de",
            topics=("controlling", "visualisieren"),
            when=Slot(9, time(14, 0), 45),
            description=prose("""
                Unser Quartalsbericht hatte zwölf Diagramme, und niemand konnte danach sagen, ob es uns gut
                geht. Jetzt hat er eines. Ich zeige, welche elf gehen mussten, wer sie vermisst hat (niemand)
                und nach welcher Frage wir ausgewählt haben.

                Schick mir bis zum Vorabend gern ein Diagramm von dir. Wir behandeln es pfleglich.
            """),
            meeting_link="https://teams.example/meet/2585678891794?p=yZSqHt59psrE",
            audience="alliance",
            capacity=20,
            attendees=("lene", "lasse", "luca", "sofie"),
            fate="moved",
            moved_to=Slot(11, time(15, 0), 45),
        ),
    )
