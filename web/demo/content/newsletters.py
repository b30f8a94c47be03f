"""What the editors of the demo's newsletters wrote, last week and for the next one; who gets it besides."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoNewsletter:
    """Of one company: the note of the edition that went out, and the one that waits, in both languages."""

    company: str
    sent_de: str
    sent_en: str
    next_de: str
    next_en: str
    guests: tuple[str, ...] = ()


NEWSLETTERS: tuple[DemoNewsletter, ...] = (
    DemoNewsletter(
        company="nordlicht",
        sent_de="seit dieser Woche stehen auch die Sessions von **Alpenwerk** und **Hansewerft** in unserem "
        "Kalender. Am ersten Abend waren wir neun Leute aus drei Firmen und haben eine Stunde lang nur über "
        "Checklisten geredet. Es war die kürzeste Stunde der Woche.\n\n"
        "Mein Tipp: Geht zu einer Session, deren Titel ihr nicht versteht. Die Gastgeber freuen sich, und "
        "fragen darf man alles.\n\nEuer Lernteam",
        sent_en="from this week on the sessions of **Alpenwerk** and **Hansewerft** are in our calendar too. "
        "On the first evening we were nine people from three companies and talked about nothing but "
        "checklists for an hour. It was the shortest hour of the week.\n\n"
        "My tip: go to a session whose title you don't understand. Hosts like that, and you may ask "
        "anything.\n\nYour learning team",
        next_de="zwei Dinge aus der letzten Woche: Die Hansewerft sucht noch zwei Leute, die erzählen, wie "
        "bei ihnen Schichtübergaben laufen. Und wer schon immer wissen wollte, wie man ein Protokoll "
        "zeichnet statt schreibt: Das lernt ihr jetzt von Kollegen.\n\nEuer Lernteam",
        next_en="two things from last week: Hansewerft is still looking for two people who tell how shifts "
        "are handed over where they work. And if you have always wanted to draw minutes instead of writing "
        "them: now colleagues show you how.\n\nYour learning team",
        guests=("karla@freunde.example", "post@stadtbibliothek.example"),
    ),
)
