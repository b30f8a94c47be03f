"""What Alpenwerk's people offer in the last weeks of the demo."""

from datetime import time

from web.demo.content.shape import DemoSession, Slot, prose


def sessions() -> tuple[DemoSession, ...]:
    """Six sessions."""
    return (
        DemoSession(
            title="Rücken, Knie, Nacken: sieben Minuten für Menschen, die stehen",
            host="luca",
            language="de",
            topics=("gesundheit",),
            when=Slot(29, time(13, 30), 20),
            description=prose("""
                Ich bin kein Turnlehrer, ich bin ein Schweißer mit Bandscheibe. Diese sieben Minuten hat mir
                eine Physiotherapeutin beigebracht, und sie passen zwischen Jause und Schicht. Wir machen sie
                einmal langsam und einmal im echten Tempo. Kamera aus ist erlaubt, Arbeitskleidung auch.
            """),
            meeting_link="https://zoom.example/j/57534779431?pwd=vpRxVetLAxQC",
            attendees=("georg", "hauke", "lasse"),
        ),
        DemoSession(
            title="Reading a supplier contract like a pessimist",
            host="tobias",
            language="en",
            topics=("einkauf", "recht"),
            when=Slot(31, time(9, 0), 60),
            description=prose("""
                I read contracts from the end, because that is where the trouble lives: termination,
                liability, the small word “reasonable”. We’ll go through one invented contract with nine traps
                in it. The best group so far found seven, and they were apprentices.

                I’m a buyer, not a lawyer. Birte from Nordlicht will join us to say where I’m wrong.
            """),
            meeting_link="https://teams.example/meet/6764325245447?p=vglGAo85wsgf",
            audience="alliance",
            attendees=("birte", "dilek", "sina"),
            fate="moved",
            moved_to=Slot(32, time(9, 0), 60),
        ),
        DemoSession(
            title="Jung und Alt an einer Maschine: Tandems, die halten",
            host="resi",
            language="de",
            topics=("teamarbeit", "ausbildung"),
            when=Slot(32, time(14, 0), 45),
            description=prose("""
                Er ist 61 und hört am Geräusch, was fehlt. Sie ist 19 und liest die Steuerung aus wie andere
                den Wetterbericht. Zusammen sind sie unser bestes Störungsteam. Die beiden sind mit dabei und
                verraten, warum es im ersten Monat fast gekracht hätte.

                Weil sie offen reden wollen, bleibt die Runde klein. Schreib mir, was dich herführt.
            """),
            meeting_link="https://zoom.example/j/69527751769?pwd=luFzhHcQTAej",
            audience="alliance",
            capacity=15,
            join_mode="restricted",
            attendees=("lasse", "mila"),
            waiting=("jonte",),
        ),
        DemoSession(
            title="One sheet to solve a problem: the A3 report, drawn by hand",
            host="danijela",
            language="en",
            topics=("lean", "visualisieren"),
            when=Slot(34, time(11, 0), 30),
            description=prose("""
                Left side: what is wrong. Right side: what we will try. If it does not fit on one sheet, we
                have not understood it yet. I’ll fill in a real one about a leaking valve, with a pencil,
                because you will want to rub out your first cause. Everybody’s first cause is wrong.
            """),
            meeting_link="https://zoom.example/j/97877765299?pwd=OzCEapFbRjNx",
            attendees=("hannah", "lene"),
        ),
        DemoSession(
            title="English on a bad line: plain phrases for loud halls",
            host="kwame",
            language="en",
            topics=("sprachen", "instandhaltung"),
            when=Slot(36, time(16, 0), 45),
            description=prose("""
                “Could you possibly elaborate?” does not survive a compressor. “Say again: which lamp?” does.
                We practise thirty phrases with recorded factory noise, first as listener, then as speaker.
                Beginners are very welcome; they often use the better words.
            """),
            meeting_link="https://zoom.example/j/57624214872?pwd=EuRGwNUdbzoo",
            attendees=("tomasz", "petra"),
        ),
        DemoSession(
            title="Aus unserem Zahlen-Zirkel: zwölf Wochen, fünf Aha-Momente",
            host="sofie",
            language="de",
            topics=("lernzirkel", "excel"),
            when=Slot(38, time(12, 0), 45),
            description=prose("""
                Fünf Leute aus fünf Abteilungen wollten „endlich Zahlen können“. Zwölf Wochen später rechnet
                der Monteur die Nachkalkulation, und die Buchhalterin weiß, wie sich eine Presse anhört. Alle
                fünf erzählen von dem Moment, in dem es klick gemacht hat.
            """),
            meeting_link="https://teams.example/meet/7255243767341?p=BagwkO24WheC",
            place="hybrid",
            place_name="Alpenwerk, Stube",
            place_address="Sägeweg 14, Feldkirch",
            attendees=("rasmus", "cem", "peer"),
        ),
    )
