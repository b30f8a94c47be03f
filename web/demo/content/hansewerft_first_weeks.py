"""What Hansewerft's people offer in the first ten working days of the demo."""

from datetime import time

from web.demo.content.shape import DemoSession, Slot, prose


def sessions() -> tuple[DemoSession, ...]:
    """Eighteen sessions, the first of them today and tomorrow."""
    return _first_days() + _second_week()


def _first_days() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="Kran und Wind: wann wir aufhören zu heben",
            host="fiete",
            language="de",
            topics=("hafen", "arbeitssicherheit"),
            when=Slot(0, time(11, 0), 45),
            description=prose("""
                Windstärke sechs steht in der Vorschrift. Aber ob eine Last sich dreht, entscheidet ihre
                Fläche, nicht die Vorschrift. Ich zeige Aufnahmen aus der Kabine, und ihr sagt, wann ihr
                „Stopp“ gerufen hättet. Fast alle rufen zu spät, ich früher auch.

                Für Leute am Haken, am Schreibtisch und alle, die schon einmal einen Regenschirm verloren
                haben.
            """),
            meeting_link="https://meet.jit.example/rumpf-steven-kimm-4539",
            capacity=30,
            attendees=("luca", "lasse", "hauke", "ole", "kwame", "sofie"),
        ),
        DemoSession(
            title="What a stuck container taught me about planning",
            host="beatriz",
            language="en",
            topics=("logistik", "projekte"),
            when=Slot(0, time(13, 30), 30),
            description=prose("""
                Forty feet of garden chairs sat in the wrong port for nineteen days, and every single plan
                said that all was well. I’ll show the five plans side by side. Each was correct, and together
                they were nonsense.

                You’ll take away one question that I now ask on every Monday. It has four words, and it saves
                chairs.
            """),
            meeting_link="https://meet.jit.example/fender-reling-luv-3312",
            capacity=24,
            zone="Europe/Lisbon",
            attendees=("resi", "dilek", "sina", "luca", "tobias", "andrin"),
        ),
        DemoSession(
            title="Retrospectives for teams that hate retrospectives",
            host="rasmus",
            language="en",
            topics=("retro", "teamarbeit"),
            when=Slot(0, time(19, 0), 45),
            description=prose("""
                If your team groans when the sticky notes come out, the team is right. We leave them in the
                drawer. I’ll show three formats that need no wall, no metaphor with sailing boats and no more
                than 25 minutes, and we try one of them on this very day.

                Evening slot on purpose, for everybody who works late and for our friends across the ocean.
            """),
            meeting_link="https://meet.jit.example/knoten-ebbe-deich-4474",
            capacity=8,
            attendees=("resi", "folke", "hauke", "danijela", "gesche", "emeka"),
        ),
        DemoSession(
            title="How we cut our incident reviews to 25 minutes",
            host="ines",
            language="en",
            topics=("stoerungen", "retro"),
            co_hosts=("hauke",),
            when=Slot(1, time(9, 0), 60),
            description=prose("""
                Our reviews used to take half a day and end with “be more careful”. Now they take 25 minutes
                and end with one change that somebody wants to make. The trick is a timeline on paper, a ban
                on the word *should* and a person from another team who understands nothing and asks.

                I’ll run a real one in front of you, about the night our backup saved the wrong ship.
            """),
            meeting_link="https://meet.jit.example/tide-lotse-mast-5433",
            audience="alliance",
            capacity=12,
            attendees=(
                "mara",
                "resi",
                "rasmus",
                "andrin",
                "folke",
                "tomasz",
                "hauke",
                "gesche",
                "birte",
                "yusuf",
            ),
        ),
        DemoSession(
            title="Schwierige Gespräche: die ersten zwei Sätze",
            host="gesche",
            language="de",
            topics=("gespraeche", "feedback"),
            when=Slot(1, time(12, 0), 30),
            description=prose("""
                Die meisten schwierigen Gespräche kippen vor dem dritten Satz. Also kümmern wir uns nur um die
                ersten zwei. Du bringst in Gedanken ein Gespräch mit, das du gerade vor dir herschiebst, und
                gehst mit einem Anfang hinaus, den du noch am selben Tag aussprechen kannst.

                Wir üben zu zweit, niemand muss vor allen reden.
            """),
            meeting_link="https://teams.example/meet/1621773766966?p=ZDYjdG58yKbh",
            capacity=12,
            attendees=(
                "resi",
                "wiebke",
                "petra",
                "samira",
                "mila",
                "hannah",
                "dilek",
                "georg",
                "mara",
                "andrin",
                "tomasz",
                "sofie",
            ),
            waiting=("jonte", "ole"),
            fate="full",
        ),
        DemoSession(
            title="Das Schiff war zu spät: was ich daraus gelernt habe",
            host="henrike",
            language="de",
            topics=("projekte", "fuehrung"),
            when=Slot(1, time(17, 0), 45),
            description=prose("""
                Elf Wochen Verzug, eine Reederei am Telefon und ein Plan, der bis zuletzt grün war. Ich
                erzähle von dem Monat, in dem wir es alle wussten und niemand es sagte, ich eingeschlossen.
                Heute hat bei uns jede und jeder das Recht, eine Ampel umzustellen, ohne zu fragen.

                Zwanzig Minuten Geschichte, danach eure Fragen. Auch die nach dem Geld.
            """),
            meeting_link="https://teams.example/meet/5751125476447?p=eBMjkg97PabD",
            audience="alliance",
            attendees=("folke", "hannah", "jonte", "nele", "wiebke", "priya"),
        ),
        DemoSession(
            title="Rumpfformen vergleichen mit Python und etwas Geduld",
            host="linh",
            language="de",
            topics=("python", "konstruktion"),
            when=Slot(2, time(11, 30), 45),
            description=prose("""
                Dreihundert Varianten eines Bugs, eine Nacht Rechenzeit und am Morgen die Frage: Welche nehmen
                wir? Ich zeige, wie ein kleines Skript die Formen sortiert, zeichnet und die drei
                interessantesten auf eine Seite legt. Der Rechner schlägt vor, entschieden wird beim Kaffee.

                Du solltest schon einmal eine Schleife geschrieben haben. Mehr nicht.
            """),
            meeting_link="https://meet.jit.example/tide-trosse-kimm-1714",
            attendees=("samira", "andrin", "cem", "yusuf"),
        ),
        DemoSession(
            title="Methanol, hydrogen, ammonia: what will ships actually burn?",
            host="emeka",
            language="en",
            topics=("wasserstoff", "nachhaltigkeit"),
            when=Slot(3, time(11, 0), 60),
            description=prose("""
                Three candidates walk into an engine room. One needs huge tanks, one is poisonous and one is
                expensive, and all three have excellent brochures. We compare them with a single example, a
                ferry with 400 cars, and fill in a table together: space, danger, price, smell.

                No engineering needed. At the end we vote, and I’ll tell you how the last four groups decided.
            """),
            meeting_link="https://meet.jit.example/mast-ebbe-segel-3136",
            attendees=("folke", "petra", "danijela", "tobias", "andrin"),
        ),
        DemoSession(
            title="Phishing erkennen: zehn Mails, zwei Köder, eine Wette",
            host="ines",
            language="de",
            topics=("it_sicherheit",),
            when=Slot(3, time(15, 0), 30),
            description=prose("""
                Zehn Mails aus einem ganz normalen Posteingang, zwei davon sind falsch. Du setzt gedachte
                Taler auf jede. Beim letzten Mal hat die IT verloren und eine Kollegin aus der Kantine
                gewonnen, weil sie als Einzige auf die Uhrzeit geachtet hat.

                Danach weißt du, worauf sie schaut, und an wen du eine Mail weiterreichst, die komisch riecht.
            """),
            meeting_link="https://teams.example/meet/9195625526846?p=wrrePD61uyMV",
            capacity=40,
            attendees=("ole", "peer", "wiebke", "resi", "sofie", "tomasz"),
        ),
        DemoSession(
            title="Handzeichen am Kran: wir üben auf dem Hof",
            host="fiete",
            language="de",
            topics=("hafen", "arbeitssicherheit"),
            when=Slot(4, time(11, 0), 45),
            description=prose("""
                Funk kann ausfallen, Arme nicht. Ihr lotst mich mit acht Zeichen eine Holzkiste durch einen
                Parcours, und ich tue genau das, was ihr zeigt, nicht das, was ihr meint. In der Kiste sind
                Franzbrötchen, das hebt die Sorgfalt.

                Wetterfeste Jacke anziehen. Helme haben wir in allen Größen.
            """),
            audience="alliance",
            capacity=10,
            place="on_site",
            place_name="Hansewerft, Ausrüstungskai",
            place_address="Helgenstraße 20, Bremerhaven",
            attendees=(
                "lasse",
                "henrike",
                "sina",
                "beatriz",
                "rasmus",
                "emeka",
                "ines",
                "gesche",
                "dilek",
                "linh",
            ),
            waiting=("peer",),
            fate="full",
        ),
    )


def _second_week() -> tuple[DemoSession, ...]:
    return (
        DemoSession(
            title="Schweigen aushalten: Moderieren mit der Stoppuhr",
            host="rasmus",
            language="de",
            topics=("moderation",),
            when=Slot(5, time(14, 30), 30),
            description=prose("""
                Nach einer guten Frage braucht eine Gruppe etwa neun Sekunden. Die meisten von uns geben ihr
                zwei und antworten dann selbst. Wir üben mit der Stoppuhr: fragen, warten, weiter warten. Es
                ist die ruhigste Session im ganzen Programm und für manche die anstrengendste.
            """),
            meeting_link="https://meet.jit.example/boje-deich-segel-2398",
            attendees=("mara", "hannah", "jonte", "peer", "petra"),
        ),
        DemoSession(
            title="Working across four time zones without losing your weekends",
            host="beatriz",
            language="en",
            topics=("kultur", "teamarbeit"),
            when=Slot(5, time(15, 0), 45),
            description=prose("""
                Our team sits in Lisbon, Bremerhaven, Recife and Busan. There are exactly forty minutes in the
                day when nobody is asleep, and we stopped filling them with status reports. I’ll show our
                handover note, our rule for urgent things and the calendar that protects Sunday everywhere.
            """),
            meeting_link="https://meet.jit.example/welle-reling-heck-7155",
            audience="alliance",
            zone="Europe/Lisbon",
            attendees=("kwame", "lene", "rasmus", "hannah"),
        ),
        DemoSession(
            title="Pausen, die wirklich welche sind",
            host="gesche",
            language="de",
            topics=("gesundheit",),
            when=Slot(6, time(9, 0), 30),
            description=prose("""
                Mails lesen mit belegtem Brot ist keine Pause, es ist Mails lesen mit belegtem Brot. Wir
                schauen uns an, wann dein Kopf wirklich loslässt, und jede und jeder verabredet mit sich
                selbst eine einzige Pause für die nächste Woche. Die Session dauert dreißig Minuten, zehn
                davon sind frei.
            """),
            meeting_link="https://teams.example/meet/6699412338366?p=ulrbLf17OOKN",
            attendees=("georg", "luca", "jonte", "birte", "folke"),
            fate="cancelled",
            note="Gesche macht gerade selbst Pause, mit gebrochenem Handgelenk. Sie holt das nach.",
        ),
        DemoSession(
            title="My notes finally find me: personal knowledge management in plain text",
            host="linh",
            language="en",
            topics=("wissen", "schreiben"),
            when=Slot(6, time(15, 30), 45),
            description=prose("""
                Twelve years, 4,300 small text files, no special app. I’ll open my notes as they are and show
                how one thought from 2016 came back in the very week I needed it. The method has three rules,
                and the first is: write the title as a full sentence.

                Please have one notebook, app or shoebox of your own at hand. We’ll rescue one note from it.
            """),
            meeting_link="https://meet.jit.example/pier-gaffel-spant-9837",
            capacity=15,
            attendees=("mara", "nele", "birte", "resi", "petra", "tomasz"),
        ),
        DemoSession(
            title="Die neue Halle: Fragen, Sorgen, Zeitplan",
            host="henrike",
            language="de",
            topics=("projekte", "fuehrung"),
            when=Slot(7, time(13, 0), 45),
            description=prose("""
                Wir stehen dort, wo in zwei Jahren das Dach sein wird, und schauen gemeinsam auf den Plan. Was
                passiert mit den Parkplätzen, wo bleibt die Fahrradwerkstatt, und wann wird es laut? Ich
                bringe Antworten mit, soweit es sie gibt, und einen Zettel für alle anderen Fragen.
            """),
            audience="company",
            place="on_site",
            place_name="Hansewerft, Helling 3",
            place_address="Helgenstraße 20, Bremerhaven",
            attendees=("sina", "lasse", "rasmus", "ines", "beatriz"),
        ),
        DemoSession(
            title="The runbook nobody reads, and how ours became useful",
            host="ines",
            language="en",
            topics=("stoerungen", "automatisieren"),
            when=Slot(8, time(10, 0), 45),
            description=prose("""
                At three in the morning nobody reads chapter two. Our best runbook now starts with a single
                line: what to do in the next five minutes. I’ll show before and after, how we test a page with
                a sleepy colleague, and which steps we finally gave to a script.

                Everybody is invited to have one of their own pages rewritten on the spot.
            """),
            meeting_link="https://meet.jit.example/rumpf-segel-trosse-4576",
            audience="alliance",
            attendees=("yusuf", "hauke", "tobias", "nele"),
        ),
        DemoSession(
            title="Was ich Neuen am ersten Tag auf der Helling zeige",
            host="fiete",
            language="de",
            topics=("onboarding", "arbeitssicherheit", "ausbildung"),
            when=Slot(9, time(12, 30), 30),
            description=prose("""
                Zuerst den Fluchtweg, dann die Kaffeemaschine, dann die Stelle, an der ich mir 1996 den Fuß
                gebrochen habe. An die Stelle erinnern sich alle, an die Unterweisung niemand. Ich nehme euch
                mit der Kamera auf meine Runde mit und erzähle, warum Geschichten besser schützen als
                Schilder.
            """),
            meeting_link="https://meet.jit.example/lotse-steven-deich-2298",
            attendees=("lasse", "tomasz", "resi", "luca"),
        ),
        DemoSession(
            title="Feedback that survives the car ride home",
            host="gesche",
            language="en",
            topics=("feedback", "gespraeche"),
            when=Slot(9, time(17, 0), 30),
            description=prose("""
                Good feedback still makes sense an hour later, when you are alone at a red light. Most
                feedback has turned into either anger or fog by then. We’ll look at one sentence pattern,
                polish it with your examples and read the results aloud to each other, slowly.
            """),
            meeting_link="https://teams.example/meet/9615532663414?p=wuHWAv57PAwY",
            attendees=("nele", "hannah", "petra", "tobias", "resi"),
            fate="moved",
            moved_to=Slot(12, time(17, 0), 30),
        ),
    )
