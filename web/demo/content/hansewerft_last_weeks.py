"""What Hansewerft's people offer in the last weeks of the demo."""

from datetime import time

from web.demo.content.shape import DemoSession, Slot, prose


def sessions() -> tuple[DemoSession, ...]:
    """Six sessions."""
    return (
        DemoSession(
            title="Wie unser Lernzirkel fast gescheitert wäre",
            host="rasmus",
            language="de",
            topics=("lernzirkel", "retro"),
            when=Slot(29, time(15, 30), 45),
            description=prose("""
                Woche fünf: zwei abgesagt, einer verspätet, eine genervt, und das war ich. Wir haben dann
                nicht aufgehört, sondern eine Frage gestellt, die den Rest des Zirkels getragen hat. Welche
                das war, erzählen wir zu dritt, mit drei ziemlich unterschiedlichen Erinnerungen.

                Für alle, die gerade in Woche fünf sind.
            """),
            meeting_link="https://bbb.example/rooms/rasmus-sfj-887",
            place="hybrid",
            place_name="Hansewerft, Kantine",
            place_address="Helgenstraße 20, Bremerhaven",
            attendees=("sofie", "mara", "jonte"),
        ),
        DemoSession(
            title="Summaries you can trust: AI and long technical documents",
            host="linh",
            language="en",
            topics=("ki", "schreiben"),
            when=Slot(31, time(10, 30), 30),
            description=prose("""
                A 240-page specification, four questions, one assistant. It answered three beautifully and
                invented the fourth, including the page number. I’ll show how I ask so that every sentence
                points to its source, and how I spot-check in six minutes.
            """),
            meeting_link="https://meet.jit.example/boje-pier-lotse-1186",
            attendees=("priya", "nele"),
        ),
        DemoSession(
            title="Das Jahresgespräch proben, bevor es zählt",
            host="gesche",
            language="de",
            topics=("gespraeche", "feedback"),
            when=Slot(33, time(14, 0), 45),
            description=prose("""
                Du sagst, was du dir wünschst, ich spiele deine Vorgesetzte, und zwar in drei Stimmungen:
                freundlich, müde und schon halb im nächsten Termin. Danach kennst du deine zwei wichtigsten
                Sätze auswendig. Gilt auch umgekehrt, für alle, die Gespräche führen und davor schlecht
                schlafen.
            """),
            meeting_link="https://teams.example/meet/8731571118221?p=ljxPyR81RAjt",
            audience="company",
            attendees=("beatriz", "linh", "fiete"),
            fate="cancelled",
            note="Die Gespräche beginnen dieses Jahr später, die Probe also auch. Ein neuer Termin folgt.",
        ),
        DemoSession(
            title="Passwörter, Schlüssel, Zweitgeräte: einmal aufräumen",
            host="ines",
            language="de",
            topics=("it_sicherheit",),
            when=Slot(35, time(11, 0), 45),
            description=prose("""
                Wie den Keller, nur kürzer. Wir gehen gemeinsam durch: Welche drei Konten sind wirklich
                wichtig, wo liegt der Ersatzschlüssel, und was passiert, wenn dein Handy ins Hafenbecken
                fällt? (Meines, im Juni.) Jede und jeder räumt am eigenen Gerät auf, niemand schaut zu.
            """),
            meeting_link="https://teams.example/meet/2174756558916?p=bDtJKi44Kasi",
            audience="alliance",
            attendees=("lene", "danijela", "kwame"),
            fate="moved",
            moved_to=Slot(36, time(11, 0), 45),
        ),
        DemoSession(
            title="Portuguese in half an hour: greetings for port and yard",
            host="beatriz",
            language="en",
            topics=("sprachen", "kultur"),
            when=Slot(37, time(16, 30), 30),
            description=prose("""
                Twelve phrases, three gestures and the correct way to say *Lisboa*. You’ll be able to greet a
                crew, thank a crane driver and order the right coffee, which is harder than it sounds because
                there are nine. We speak from the first minute; nobody conjugates anything.
            """),
            meeting_link="https://meet.jit.example/rumpf-winde-knoten-1151",
            audience="alliance",
            capacity=20,
            zone="Europe/Lisbon",
            attendees=("kwame", "petra"),
        ),
        DemoSession(
            title="Wohin mit der Wärme? Was unsere Dockpumpe heizen könnte",
            host="emeka",
            language="de",
            topics=("nachhaltigkeit", "projekte"),
            when=Slot(39, time(9, 30), 45),
            description=prose("""
                Unsere Pumpe pustet warme Luft über den Kai, und zwanzig Meter weiter frieren die Möwen und
                die Pförtnerin. Ich rechne vor, was man damit heizen könnte, und zeige die drei Angebote, die
                wir eingeholt haben. Mein Deutsch ist technisch; bei der Poesie helft ihr mir.
            """),
            meeting_link="https://bbb.example/rooms/emeka-cvw-416",
            attendees=("folke", "tobias"),
        ),
    )
