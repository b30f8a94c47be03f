"""What Alpenwerk's people offer in the first ten working days of the demo."""

from datetime import time

from web.demo.content.shape import DemoSession, Slot, prose


def sessions() -> tuple[DemoSession, ...]:
    """Eighteen sessions, the first of them today and tomorrow."""
    return _first_days() + _second_week()


def _first_days() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="Schweißnähte lesen: gut, schlecht, gefährlich",
            host="luca",
            language="de",
            topics=("schweissen", "qualitaet"),
            when=Slot(0, time(9, 15), 45),
            description=prose("""
                Ich halte zwanzig Nähte in die Kamera, und du sagst, welche du über deinem Kopf hängen haben
                möchtest. Erst raten alle, dann schneide ich die Probe auf, und wir sehen nach. Die schönste
                Naht ist übrigens nicht immer die beste.

                Für alle, die nie schweißen, aber ständig an Geschweißtem vorbeigehen.
            """),
            meeting_link="https://zoom.example/j/94277119442?pwd=fbujIqLWuCUk",
            attendees=("lene", "gesche", "fiete", "danijela", "tomasz"),
        ),
        DemoSession(
            title="Prompts, die im Einkauf wirklich Zeit sparen",
            host="tobias",
            language="de",
            topics=("ki", "einkauf"),
            when=Slot(0, time(12, 30), 30),
            description=prose("""
                Wir vergleichen jeden Monat rund 400 Angebote. Ich zeige drei Prompts, mit denen mein Team
                daraus eine Entscheidungsvorlage macht, und zwei, die krachend gescheitert sind. Einer davon
                hat uns beinahe 9.000 Gartenzwerge statt Gewindebolzen bestellt.

                Leg dir ein eigenes Beispiel bereit; wir bauen es live um. Vorwissen brauchst du keines.
            """),
            meeting_link="https://teams.example/meet/8647555493259?p=wkBJHX75PAFj",
            capacity=30,
            attendees=(
                "mara",
                "ines",
                "priya",
                "samira",
                "dilek",
                "yusuf",
                "ole",
                "cem",
                "hauke",
                "henrike",
                "linh",
            ),
        ),
        DemoSession(
            title="Commissioning in Osaka, Ohio and Oslo: what nobody tells you beforehand",
            host="kwame",
            language="en",
            topics=("kultur", "kunden"),
            when=Slot(0, time(17, 15), 45),
            description=prose("""
                Three cities, one identical press, three completely different weeks. In one place silence
                meant yes, in another it meant no, and in the third it meant that lunch was ready. I’ll tell
                the stories and hand over my packing list, which contains surprisingly few tools.

                If you are about to travel for work for the first time, please come and ask everything.
            """),
            meeting_link="https://zoom.example/j/56572377273?pwd=haOcljrkszYH",
            attendees=("emeka", "beatriz", "rasmus", "ines", "birte", "nele"),
        ),
        DemoSession(
            title="Lehrlinge unterrichten: die Umkehrstunde",
            host="resi",
            language="de",
            topics=("ausbildung", "wissen"),
            co_hosts=("mara",),
            when=Slot(1, time(8, 0), 30),
            description=prose("""
                Jeden Dienstag um acht steht bei uns ein Lehrling vorn, und in der Bank sitzt die
                Geschäftsleitung. Thema ist, was die Jungen besser können: Videos schneiden, Maschinen am
                Handy auslesen, Hilfe annehmen.

                Mila aus dem dritten Lehrjahr und ich erzählen, wie die Umkehrstunde begann, welche Regel sie
                rettete (keine Koreferate) und wie du nächste Woche damit anfangen kannst.
            """),
            meeting_link="https://zoom.example/j/12992111837?pwd=ToEXPSZQEOfH",
            capacity=35,
            attendees=("mila", "lene", "lasse", "jonte", "mara", "linh", "peer"),
        ),
        DemoSession(
            title="Excel-Pivot in einer halben Stunde",
            host="sofie",
            language="de",
            topics=("excel", "daten"),
            when=Slot(1, time(11, 0), 30),
            description=prose("""
                Eine Pivot-Tabelle ist eine Sortiermaschine mit vier Schubladen. Wenn du weißt, was in welche
                Schublade gehört, brauchst du kein Seminar mehr. Wir füllen sie mit den echten, leicht
                verfremdeten Kaffeezahlen unserer drei Standorte und klären, wer eigentlich den ganzen
                Espresso trinkt.
            """),
            meeting_link="https://teams.example/meet/2896884778229?p=npUeKD86UbHl",
            capacity=40,
            attendees=("sina", "cem", "andrin", "petra", "samira", "gesche"),
            fate="cancelled",
            note="Sofie ist heiser wie ein Rabe und holt die Session nach.",
        ),
        DemoSession(
            title="Your first robot cell: twelve decisions before you buy anything",
            host="yusuf",
            language="en",
            topics=("robotik", "automatisieren"),
            when=Slot(1, time(16, 0), 45),
            description=prose("""
                The robot is the easy part. Before it arrives somebody has to decide how parts come in, where
                bad ones go and who may open the door. I made four of my twelve decisions too late, and one of
                them cost us a wall.

                You get the list, the prices we actually paid and the phone number of the wall.
            """),
            meeting_link="https://teams.example/meet/3645556297247?p=TwFxkS59Nfmf",
            audience="alliance",
            capacity=18,
            attendees=("dilek", "ines", "cem", "priya", "petra"),
        ),
        DemoSession(
            title="Konstruieren für den 3D-Druck: vergiss den Fräser in deinem Kopf",
            host="danijela",
            language="de",
            topics=("konstruktion", "3d_druck"),
            when=Slot(2, time(10, 0), 60),
            description=prose("""
                Wer jahrelang gefräst hat, denkt in Klötzen. Drucken heißt wachsen lassen. Wir nehmen einen
                ganz gewöhnlichen Halter und machen ihn in einer Stunde leichter, billiger und hübscher,
                Schritt für Schritt und mit allen Sackgassen.

                Am Ende lade ich die Datei hoch, und wer einen Drucker hat, kann ihn noch am selben Abend
                anschrauben.
            """),
            meeting_link="https://zoom.example/j/74995957633?pwd=bYdonJjFDFCb",
            capacity=16,
            attendees=("emeka", "mila", "lasse", "fiete", "sina"),
        ),
        DemoSession(
            title="„Ich habe mich geirrt“: wie Chefinnen das laut sagen",
            host="hannah",
            language="de",
            topics=("fuehrung", "feedback"),
            when=Slot(2, time(15, 0), 30),
            description=prose("""
                Vor zwei Jahren habe ich vor 140 Leuten eine Linie verteidigt, die schon tot war. Drei Wochen
                später habe ich vor denselben Leuten das Gegenteil gesagt. Ich dachte, das kostet mich
                Respekt. Es war der Tag, an dem zum ersten Mal jemand aus der Montage von sich aus in mein
                Büro kam.

                Ich erzähle, welche Worte geholfen haben. Danach übt ihr zu zweit einen kleinen, echten
                Irrtum.
            """),
            meeting_link="https://teams.example/meet/3913197242483?p=QeafKM35yucE",
            attendees=("ines", "ole", "gesche", "henrike", "jonte", "cem", "georg"),
        ),
        DemoSession(
            title="Negotiating when you have no leverage at all",
            host="tobias",
            language="en",
            topics=("verhandeln", "einkauf"),
            when=Slot(3, time(13, 0), 30),
            description=prose("""
                One supplier, no alternative, and they know it. It happens to me about twice a month. What
                still works is surprisingly human: being early, being precise, being the customer people like
                to call back.

                I’ll share five moves, rank them by how often they failed and finish with a call I wish I had
                recorded.
            """),
            meeting_link="https://teams.example/meet/9213161333174?p=CrXNHD53FhZU",
            audience="alliance",
            attendees=("henrike", "birte", "beatriz", "linh", "hauke"),
        ),
        DemoSession(
            title="WIG-Schweißen zum Anfassen: deine erste Naht",
            host="luca",
            language="de",
            topics=("schweissen",),
            when=Slot(4, time(9, 0), 90),
            description=prose("""
                Acht Plätze, acht Kabinen, acht krumme erste Nähte. Du lernst Zünden, Halten und vor allem
                Atmen, denn wer die Luft anhält, zittert. Deine Naht nimmst du mit nach Hause, als
                Briefbeschwerer oder Mahnung.

                Bitte Baumwolle tragen und lange Haare zusammenbinden. Helm, Handschuhe und Zuspruch gibt es
                vor Ort.
            """),
            audience="alliance",
            capacity=8,
            join_mode="restricted",
            place="on_site",
            place_name="Alpenwerk, Lehrwerkstatt",
            place_address="Sägeweg 14, Feldkirch",
            attendees=("mila", "petra", "danijela", "sofie", "resi", "andrin", "georg", "kwame"),
            waiting=("tobias", "hannah"),
            fate="full",
        ),
    )


def _second_week() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="Kostenstellen für Neugierige",
            host="sofie",
            language="de",
            topics=("controlling",),
            when=Slot(4, time(14, 0), 30),
            description=prose("""
                Warum zahlt die Montage für das Licht im Lager, und wer hat 2009 beschlossen, dass der
                Parkplatz zum Vertrieb gehört? Ich führe dich einmal durch unseren Kostenstellenbaum, mit
                echten Namen und allen Merkwürdigkeiten. Danach verstehst du deinen Monatsbericht, und
                vielleicht schaffen wir gemeinsam eine Kostenstelle ab.
            """),
            meeting_link="https://teams.example/meet/3673628814187?p=QZqKTB31HKNz",
            audience="company",
            attendees=("kwame", "georg", "yusuf", "luca"),
        ),
        DemoSession(
            title="Remote diagnosis: asking questions until the machine confesses",
            host="kwame",
            language="en",
            topics=("instandhaltung", "kunden"),
            when=Slot(5, time(11, 0), 45),
            description=prose("""
                A customer calls: “It makes a noise.” You are 6,000 kilometres away. What do you ask first? We
                play it live: I am the machine, one of you holds the phone, and everybody else whispers
                advice.

                My record is a broken bearing found in four questions. The second one was “What does it smell
                like?”
            """),
            meeting_link="https://zoom.example/j/15848613329?pwd=jmgVnoLtqQxB",
            capacity=12,
            attendees=("tomasz", "petra", "henrike", "ines", "beatriz"),
        ),
        DemoSession(
            title="Schlechte Note, guter Mensch: Lehrlingsgespräche, die weiterhelfen",
            host="resi",
            language="de",
            topics=("ausbildung", "gespraeche"),
            when=Slot(5, time(13, 30), 60),
            description=prose("""
                Wenn ein Siebzehnjähriger auf seine Schuhe schaut, ist das Gespräch meistens schon verloren.
                Deshalb führe ich es an der Werkbank, mit einem Werkstück in der Hand, das keiner von uns
                beiden anschauen muss, aber kann. Wir spielen drei Fälle durch und suchen für jeden den ersten
                Satz.

                Für alle, die ausbilden, einlernen oder selbst Kinder in dem Alter haben.
            """),
            meeting_link="https://zoom.example/j/35323447451?pwd=gZRYFrnaNomD",
            audience="alliance",
            attendees=("wiebke", "lasse", "mila", "gesche", "ole"),
        ),
        DemoSession(
            title="Der langweiligste Klick der Woche: wir automatisieren ihn",
            host="yusuf",
            language="de",
            topics=("automatisieren", "python"),
            when=Slot(6, time(10, 30), 30),
            description=prose("""
                Ihr stimmt ab, ich baue. Zur Wahl stehen eure eigenen Einsendungen: der Stundenzettel, das
                Umbenennen von Fotos, die Mail mit dem immer gleichen Anhang. In dreißig Minuten läuft die
                Lösung, oder wir haben sehr genau verstanden, warum nicht. Mein Deutsch wird beim
                Programmieren schneller, bremst mich bitte.
            """),
            meeting_link="https://teams.example/meet/6885193957339?p=SPPzCS52jzbp",
            attendees=("priya", "linh", "lasse", "cem", "beatriz", "jonte"),
        ),
        DemoSession(
            title="Tolerances: how tight is too tight",
            host="danijela",
            language="en",
            topics=("konstruktion", "qualitaet"),
            when=Slot(7, time(9, 0), 45),
            description=prose("""
                Every zero after the decimal point costs money, and most of them are there because somebody
                was nervous. I’ll show one drawing with its price tag next to each dimension. Then we relax
                the tolerances one by one and stop exactly where the thing no longer fits.

                Designers, buyers and inspectors in one room: that is when it gets interesting.
            """),
            meeting_link="https://zoom.example/j/14756553331?pwd=DFsVXItGHbGS",
            audience="alliance",
            attendees=("andrin", "emeka", "linh", "lene"),
        ),
        DemoSession(
            title="Augen, Lunge, Haut: gut geschützt am Schweißplatz",
            host="luca",
            language="de",
            topics=("arbeitssicherheit", "schweissen"),
            when=Slot(8, time(13, 0), 45),
            description=prose("""
                Im ersten Jahr habe ich mir die Augen verblitzt, in den neunundzwanzig danach nie wieder. Wir
                gehen unsere zwölf Plätze ab, messen die Absaugung mit Rauch und tauschen, was müde ist. Wer
                mag, probiert die neuen Helme mit Frischluft; sie sehen nach Raumfahrt aus und fühlen sich
                auch so an.
            """),
            audience="company",
            capacity=15,
            place="on_site",
            place_name="Alpenwerk, Halle 2",
            place_address="Sägeweg 14, Feldkirch",
            attendees=("mila", "georg", "andrin", "kwame"),
        ),
        DemoSession(
            title="Walking the shop floor without pretending to be royalty",
            host="hannah",
            language="en",
            topics=("lean", "fuehrung"),
            when=Slot(8, time(16, 30), 30),
            description=prose("""
                People sweep the floor before the boss comes. That is how you know the visit is useless. I now
                go at odd hours, with one question and no entourage, and I carry something on the way out.

                I’ll tell you what I learned in the first hundred walks, including the one where I stood in
                the way for twenty minutes and nobody dared to say so.
            """),
            meeting_link="https://teams.example/meet/9855128832453?p=tYEEvq84OuQj",
            audience="alliance",
            attendees=("folke", "danijela", "emeka", "henrike", "hauke"),
        ),
        DemoSession(
            title="Five spreadsheet errors that cost real money",
            host="sofie",
            language="en",
            topics=("excel", "controlling"),
            when=Slot(9, time(11, 30), 30),
            description=prose("""
                A hidden row, a dragged formula, a date that thought it was a number. Each of these five
                errors happened to us, each one had a price, and I’ll name it. For every error you get the
                habit that prevents it.

                None of the habits takes longer than ten seconds. I timed them.
            """),
            meeting_link="https://teams.example/meet/3313912253343?p=qyYJVr82dplA",
            attendees=("cem", "sina", "gesche", "tomasz", "samira"),
            fate="moved",
            moved_to=Slot(10, time(11, 30), 30),
        ),
    )
