"""What Nordlicht's people offer from the third to the sixth week of the demo."""

from datetime import time

from web.demo.content.shape import DemoSession, Slot, prose


def sessions() -> tuple[DemoSession, ...]:
    """Sixteen sessions."""
    return _third_and_fourth_week() + _fifth_and_sixth_week()


def _third_and_fourth_week() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="Besprechungen moderieren, wenn alle anderen den höheren Rang haben",
            host="mara",
            language="de",
            topics=("moderation", "gespraeche"),
            when=Slot(10, time(9, 0), 60),
            description=prose("""
                Wie unterbrichst du jemanden, der deine Gehaltserhöhung unterschreibt? Mit einer Uhr, einer
                Frage und einem Satz, den ich dir verrate. Wir üben in kleinen Gruppen, abwechselnd als
                Moderation und als redseliger Abteilungsleiter.

                Die Gruppe bleibt klein, damit alle drankommen. Ich melde mich, wenn dein Platz sicher ist.
            """),
            meeting_link="https://teams.example/meet/3379762621848?p=sAhWRV47JaZg",
            audience="alliance",
            capacity=10,
            join_mode="restricted",
            attendees=("wiebke", "peer", "rasmus", "gesche"),
            waiting=("resi",),
        ),
        DemoSession(
            title="Die neue Störungskarte: so melden wir ab jetzt",
            host="hauke",
            language="de",
            topics=("stoerungen", "schichtarbeit"),
            when=Slot(11, time(13, 0), 30),
            description=prose("""
                Ab dem Monatsersten melden Leitwarte, Netzbetrieb und Kundenservice Störungen auf derselben
                Karte. Sie passt auf einen Bildschirm und in eine Jackentasche. Ich gehe sie einmal durch,
                dann füllen wir sie für drei alte Fälle aus. Was euch fehlt, kommt in die zweite Auflage.
            """),
            meeting_link="https://teams.example/meet/6192477797167?p=caOIas35RDkt",
            audience="company",
            attendees=("samira", "nele", "jonte", "priya"),
        ),
        DemoSession(
            title="Language models without magic: what happens between question and answer",
            host="priya",
            language="en",
            topics=("ki", "daten"),
            when=Slot(12, time(10, 30), 45),
            description=prose("""
                We will play a language model with paper slips: thirty people, one sentence, always guessing
                the next word. After ten minutes you will understand in your bones why these systems sound so
                sure when they are wrong.

                Then I’ll connect our game to the real thing: tokens, training, temperature. No formulas, one
                very patient parrot.
            """),
            meeting_link="https://bbb.example/rooms/priya-dcg-619",
            capacity=30,
            attendees=("dilek", "sofie", "samira"),
        ),
        DemoSession(
            title="Netzpläne lesen für alle, die keine Netzplaner sind",
            host="lene",
            language="de",
            topics=("stromnetz", "visualisieren"),
            when=Slot(13, time(16, 0), 30),
            description=prose("""
                Ein Netzplan ist eine Wanderkarte, nur dass hier der Strom wandert. Ich erkläre die zwölf
                Zeichen, die neun Zehntel aller Pläne ausmachen, und danach findest du auf einem echten Plan
                die Straße mit dem Kindergarten. Wer zuerst fertig ist, sagt uns, was dort bei einem
                Kabelschaden passiert.
            """),
            meeting_link="https://teams.example/meet/6638353259764?p=vruutO23NXhb",
            audience="alliance",
            attendees=("hauke", "fiete"),
        ),
        DemoSession(
            title="Alt texts: describing a picture in one good sentence",
            host="nele",
            language="en",
            topics=("barrierefreiheit", "schreiben"),
            when=Slot(14, time(12, 30), 30),
            description=prose("""
                “Image of a photo of a picture” is what my screen reader told me this morning. We can do
                better. You will see five images, write one sentence for each, and I will tell you honestly
                what I imagined.

                It’s a lunch session, so cameras off and soup allowed.
            """),
            meeting_link="https://bbb.example/rooms/nele-dhm-611",
            attendees=("andrin", "henrike"),
        ),
        DemoSession(
            title="Python-Sprechstunde: zeig mir deine kaputte Tabelle",
            host="cem",
            language="de",
            topics=("python", "excel"),
            when=Slot(15, time(9, 0), 90),
            description=prose("""
                Kein Vortrag, nur Sprechstunde. Du zeigst, was klemmt, und wir reparieren es gemeinsam, im
                Raum oder am Bildschirm. Bisher dabei: ein Dienstplan mit Schaltjahrproblem, eine Stückliste
                in drei Sprachen und ein Kuchenplan, der sich weigerte, gerecht zu sein.

                Komm, wann du willst, geh, wenn es läuft.
            """),
            meeting_link="https://teams.example/meet/1645219296468?p=yWPfFq53eWkF",
            capacity=20,
            place="hybrid",
            place_name="Nordlicht-Haus, Raum Hallig",
            place_address="Kanalufer 7, Rendsburg",
            attendees=("andrin", "sofie"),
        ),
        DemoSession(
            title="Warum ich jeden Freitag eine Stunde lerne, und wie ich sie verteidige",
            host="folke",
            language="de",
            topics=("fuehrung", "lernzirkel"),
            when=Slot(16, time(17, 30), 30),
            description=prose("""
                Seit vier Jahren steht freitags um acht „Folke lernt“ in meinem Kalender, für alle sichtbar.
                Gelernt habe ich seitdem: Löten, Schwedisch, Kurzmeldungen schreiben und dass der Termin genau
                dann wackelt, wenn ich ihn am nötigsten habe.

                Ich erzähle, was ich antworte, wenn jemand „nur kurz“ etwas in diese Stunde legen will. Danach
                sammeln wir eure Antworten.
            """),
            meeting_link="https://teams.example/meet/8798562268966?p=XOmxDd38bGGf",
            attendees=("hannah", "rasmus", "henrike"),
        ),
        DemoSession(
            title="Data protection questions you’re allowed to ask out loud",
            host="birte",
            language="en",
            topics=("recht", "ki"),
            when=Slot(17, time(14, 30), 45),
            description=prose("""
                May I put a customer’s e-mail into a chatbot? May I keep the birthday list? May I photograph
                the whiteboard when there is a name on it? You ask, I answer with *yes*, *no* or *yes, if*.
                The third answer is the most common, and it is always shorter than people fear.
            """),
            meeting_link="https://teams.example/meet/3669835273614?p=PGUrMz21WgKa",
            audience="alliance",
            attendees=("dilek", "ines"),
        ),
        DemoSession(
            title="Leitern, Gurte, Karabiner: wir machen die jährliche Prüfung gemeinsam",
            host="tomasz",
            language="de",
            topics=("arbeitssicherheit",),
            when=Slot(18, time(11, 0), 45),
            description=prose("""
                Einmal im Jahr muss jeder Gurt auf den Tisch. Allein ist das öde, zu zwölft ist es ein
                Vormittag mit Kaffee. Ich zeige, woran du eine müde Naht erkennst, und wir prüfen jedes Teil
                zu zweit. Was durchfällt, wird feierlich zerschnitten.
            """),
            audience="company",
            capacity=12,
            place="on_site",
            place_name="Servicehalle Süd",
            place_address="Am Umspannwerk 11, Rendsburg",
            attendees=("birte", "wiebke", "ole"),
        ),
    )


def _fifth_and_sixth_week() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="Das Übergabe-Interview: Wissen von Menschen, die bald gehen",
            host="mara",
            language="de",
            topics=("wissen", "gespraeche"),
            when=Slot(20, time(10, 0), 30),
            description=prose("""
                Als unser Wärmemeister in Rente ging, nahm er das Geheimnis der Pumpe drei mit. Seitdem führen
                wir Interviews, bevor der Kuchen angeschnitten wird. Ich zeige dir die sieben Fragen, allen
                voran diese: „Was machst du anders, als es im Handbuch steht?“

                Du hörst zwei kurze Ausschnitte, und wir probieren die Fragen aneinander aus.
            """),
            meeting_link="https://teams.example/meet/6885754357922?p=ZpAnsS51ZJal",
            attendees=("resi", "gesche"),
        ),
        DemoSession(
            title="Night shift, 3 a.m.: staying calm when eleven alarms ring",
            host="hauke",
            language="en",
            topics=("stoerungen", "schichtarbeit", "gesundheit"),
            when=Slot(21, time(15, 0), 45),
            description=prose("""
                When everything blinks, the first thing I do is nothing, for one breath. The second thing is
                to say out loud what I see. This session is about the next eight minutes: sorting alarms,
                sharing work, and knowing when to wake somebody who will not be pleased.

                My English is plain, like our control room. You will be fine.
            """),
            meeting_link="https://teams.example/meet/6998387113874?p=wcOYNq65QTZY",
            audience="alliance",
            attendees=("luca", "gesche"),
        ),
        DemoSession(
            title="Statistik am Frühstückstisch: Mittelwert, Median und andere Halbwahrheiten",
            host="priya",
            language="de",
            topics=("daten", "controlling"),
            when=Slot(22, time(8, 15), 30),
            description=prose("""
                Wenn eine Milliardärin den Raum betritt, sind wir im Mittel alle reich. Mit Brötchenpreisen,
                Busverspätungen und eurer Schlafdauer klären wir, welche Zahl wann lügt. Du rechnest nichts
                aus, du lernst nur, höflich nachzufragen. Kaffee bringt bitte jede und jeder selbst mit.
            """),
            meeting_link="https://bbb.example/rooms/priya-apo-782",
            attendees=("sofie", "fiete"),
        ),
        DemoSession(
            title="Wand frei: Mitzeichnen im Großformat",
            host="lene",
            language="de",
            topics=("visualisieren", "moderation"),
            when=Slot(24, time(16, 0), 60),
            description=prose("""
                Vier Meter Papier, dicke Stifte, ein Vortrag, der live gehalten wird. Du zeichnest mit, was du
                hörst, und zwar so groß, dass es die letzte Reihe lesen kann. Die ersten zehn Minuten fühlen
                sich furchtbar an. Danach will niemand mehr aufhören.

                Zieh etwas an, das Farbe verträgt.
            """),
            audience="alliance",
            capacity=9,
            place="on_site",
            place_name="Nordlicht-Haus, Foyer",
            place_address="Kanalufer 7, Rendsburg",
            attendees=("wiebke", "nele", "tomasz", "folke", "ole", "jonte", "priya", "mara", "samira"),
            waiting=("cem",),
            fate="full",
        ),
        DemoSession(
            title="Formulare, die niemand hasst",
            host="nele",
            language="de",
            topics=("barrierefreiheit", "kunden", "schreiben"),
            when=Slot(25, time(9, 30), 45),
            description=prose("""
                Unser Umzugsformular fragte nach der „Verbrauchsstelle“. Gemeint war: deine Wohnung. Wir
                nehmen uns drei Formulare vor und stellen jedem Feld dieselbe Frage: Was passiert, wenn wir
                dich weglassen? Von einundzwanzig Feldern blieben beim letzten Mal acht.

                Gern mit Beispielen aus deinem Haus, auch aus Papier.
            """),
            meeting_link="https://bbb.example/rooms/nele-woi-397",
            attendees=("wiebke", "kwame"),
        ),
        DemoSession(
            title="Letting AI explain my own spreadsheet to me",
            host="cem",
            language="en",
            topics=("ki", "excel", "controlling"),
            when=Slot(27, time(14, 0), 30),
            description=prose("""
                I gave an assistant the workbook I built in 2014 and asked what it does. It was polite about
                it. I’ll show which explanations were right, which were charming nonsense, and the three
                checks that tell them apart before you forward anything to your boss.
            """),
            meeting_link="https://teams.example/meet/9229281479219?p=mRMoWi45oIoe",
            audience="alliance",
            attendees=("ines", "sina"),
        ),
        DemoSession(
            title="Ausschreiben, ohne zu verschrecken: Texte für kleine Betriebe",
            host="birte",
            language="de",
            topics=("vergabe", "schreiben"),
            when=Slot(28, time(11, 30), 45),
            description=prose("""
                Die Malerin aus dem Nachbardorf streicht wunderbar, aber an unserer Ausschreibung ist sie auf
                Seite vier gescheitert. Das lag nicht an ihr. Wir schauen uns an, welche Nachweise wirklich
                sein müssen, wie man Lose schneidet und wie ein Anschreiben klingt, auf das auch ein Betrieb
                mit drei Leuten antwortet.
            """),
            meeting_link="https://teams.example/meet/2479634956891?p=LHnusr65RhlT",
            audience="alliance",
            attendees=("ole",),
        ),
    )
