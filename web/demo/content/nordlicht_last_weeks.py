"""What Nordlicht's people offer in the last weeks of the demo."""

from datetime import time

from web.demo.content.shape import DemoSession, Slot, prose


def sessions() -> tuple[DemoSession, ...]:
    """Six sessions."""
    return (
        DemoSession(
            title="Hydrogen economics on one sheet of paper",
            host="folke",
            language="en",
            topics=("wasserstoff", "controlling"),
            when=Slot(30, time(10, 0), 45),
            description=prose("""
                What does a kilogram cost, and who pays for it? I’ll fill one sheet by hand while you watch:
                electricity, water, hours of use, interest. You will see which of these numbers matters most,
                and it is not the one in the headlines.

                Pause me whenever a number smells. That is the whole point of doing it by hand.
            """),
            meeting_link="https://teams.example/meet/9154916421676?p=xWJJeX42GpHb",
            attendees=("emeka", "sofie"),
        ),
        DemoSession(
            title="Gefährdungsbeurteilung, die in die Jackentasche passt",
            host="tomasz",
            language="de",
            topics=("arbeitssicherheit", "windkraft"),
            when=Slot(31, time(15, 30), 30),
            description=prose("""
                Vierzehn Seiten liest auf der Baustelle niemand, bei Regen erst recht nicht. Wir haben sie auf
                eine gefaltete Karte gebracht: sechs Fragen, ein Bleistift, drei Minuten vor jedem Einstieg.
                Ich zeige, wie die Karte entstand und warum die sechste Frage „Wie geht es dir heute?“ heißt.
            """),
            meeting_link="https://teams.example/meet/7523333214711?p=hICcQK62qevk",
            audience="company",
            attendees=("ole", "priya"),
            fate="cancelled",
            note="Sturmtag: Tomasz wird draußen gebraucht. Die Karte hängt am Tor der Servicehalle aus.",
        ),
        DemoSession(
            title="Pit stop: what three rounds of learning circles changed",
            host="mara",
            language="en",
            topics=("lernzirkel", "wissen"),
            when=Slot(33, time(13, 0), 45),
            description=prose("""
                All circles of this year meet for three quarters of an hour of stories. Each circle gets five
                minutes and may not use slides. Expect a welder who now writes poems, a buyer who learned to
                say no, and a circle that dissolved in week four and will tell us why that was right.

                Guests are welcome, especially sceptical ones.
            """),
            meeting_link="https://teams.example/meet/8324836533293?p=kVxwua33siuq",
            place="hybrid",
            place_name="Nordlicht-Haus, Kantine",
            place_address="Kanalufer 7, Rendsburg",
            attendees=("rasmus", "linh", "danijela"),
        ),
        DemoSession(
            title="Ein Vormittag in der Leitwarte",
            host="hauke",
            language="de",
            topics=("stromnetz", "schichtarbeit"),
            when=Slot(35, time(9, 0), 60),
            description=prose("""
                Du sitzt neben uns, siehst das Netz atmen und darfst alles fragen außer: „Was passiert, wenn
                ich hier drücke?“ Zwischen neun und zehn steigt die Last, dann kommt die Sonne dazu, und man
                sieht beides auf der großen Wand.

                Weil der Raum geschützt ist, brauche ich zwei Tage vorher deine Zusage. Handys bleiben in der
                Kiste.
            """),
            audience="alliance",
            capacity=10,
            join_mode="restricted",
            place="on_site",
            place_name="Leitwarte West",
            place_address="Am Deichtor 4, Heide",
            attendees=("lene", "jonte"),
            waiting=("ole",),
        ),
        DemoSession(
            title="Reading a research paper in forty minutes",
            host="priya",
            language="en",
            topics=("wissen", "daten"),
            when=Slot(37, time(16, 0), 45),
            description=prose("""
                Nobody reads papers from front to back, not even the people who write them. I’ll show my
                order: pictures, last paragraph, method, and the abstract only at the very end. We then read
                one together, on bats and wind turbines, and decide whether we believe it.
            """),
            meeting_link="https://bbb.example/rooms/priya-vsr-973",
            attendees=("linh", "andrin"),
            fate="moved",
            moved_to=Slot(38, time(16, 0), 45),
        ),
        DemoSession(
            title="Draw your job so that a child understands it",
            host="lene",
            language="en",
            topics=("visualisieren", "kultur"),
            when=Slot(39, time(12, 0), 30),
            description=prose("""
                My niece believes that I plug in villages. She is nearly right. In this session everybody
                draws their own work in three pictures and without a single word, and the others guess. You
                will learn something about drawing and quite a lot about what your colleagues do all day.
            """),
            meeting_link="https://teams.example/meet/4872716812439?p=TtxRee46Coge",
            attendees=("beatriz", "ines"),
        ),
    )
