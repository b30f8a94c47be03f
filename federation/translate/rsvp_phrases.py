"""What we say in private to somebody who wants to come, in German and English."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RsvpPhrases:
    """Sentences of HTML; `{}` are filled in order with what is escaped already."""

    going: str
    waiting: str
    asked: str
    maybe: str
    left: str
    declined: str
    lost: str
    """The same where they may no longer see what it is called now."""
    link: str
    """Before the personal link."""
    page: str
    how_to_leave: str
    how_to_change: str
    cancelled: str
    postponed: str
    moved: str
    withdrawn: str
    question: str
    full: str
    decided_by_host: str
    yes: str
    perhaps: str
    no: str
    words: str
    which: str
    host: str
    was_cancelled: str
    was_postponed: str
    is_over: str
    elsewhere: str
    no_registration: str


ENGLISH = RsvpPhrases(
    going="You have a place in “{}”.",
    waiting="“{}” is full. You are number {} on the waiting list and hear from us when a place is yours.",
    asked="You have asked for a place in “{}”. The host decides; you hear from us then.",
    maybe="Noted: perhaps you come to “{}”. No place is kept for you.",
    left="Noted: you don't come to “{}”. No place is kept for you.",
    declined="There is no place for you in “{}”.",
    lost="There is no longer a place for you in a session that you had asked for.",
    link="This is your personal way in, please keep it to yourself: {}",
    page="All about it: {}",
    how_to_leave="If you can't come, answer with <strong>leave</strong>.",
    how_to_change="To change that, answer with <strong>join</strong>, <strong>maybe</strong> or "
    "<strong>leave</strong>.",
    cancelled="“{}” has been cancelled{}.",
    postponed="“{}” has been put off{}. There is no new date yet; you hear from us when there is one.",
    moved="“{}” has been moved. It was to begin on {}.",
    withdrawn="“{}” has been taken back and does not take place.",
    question="Do you come to “{}”?",
    full="All places are taken at the moment; there is a waiting list.",
    decided_by_host="The host decides who gets a place.",
    yes="I'm coming",
    perhaps="Maybe",
    no="I'm not coming",
    words="We did not understand that. Answer with <strong>join</strong>, <strong>maybe</strong> or "
    "<strong>leave</strong>, nothing else is needed.",
    which="Which session do you mean? Answer to what we have posted about it, or mention us with its "
    "link. Everything that is coming up: {}",
    host="You are the host of “{}” and take part anyway.",
    was_cancelled="“{}” has been cancelled, so nobody can join it.",
    was_postponed="“{}” has been put off and has no new date yet, so nobody can join it.",
    is_over="“{}” is already over.",
    elsewhere="The host of “{}” takes registrations elsewhere: {}",
    no_registration="“{}” needs no registration. Just come along.",
)

GERMAN = RsvpPhrases(
    going="Du hast einen Platz in „{}“.",
    waiting="„{}“ ist ausgebucht. Du stehst auf Platz {} der Warteliste und hörst von uns, sobald du "
    "nachrückst.",
    asked="Du hast um einen Platz in „{}“ gebeten. Wer die Session anbietet, entscheidet; dann hörst du "
    "von uns.",
    maybe="Notiert: Du kommst vielleicht zu „{}“. Ein Platz ist damit nicht reserviert.",
    left="Notiert: Du kommst nicht zu „{}“. Für dich ist kein Platz reserviert.",
    declined="In „{}“ ist kein Platz für dich.",
    lost="In einer Session, nach der du gefragt hattest, ist kein Platz mehr für dich.",
    link="Dein persönlicher Zugang, bitte behalte ihn für dich: {}",
    page="Alles dazu: {}",
    how_to_leave="Wenn du nicht kommen kannst, antworte mit <strong>absage</strong>.",
    how_to_change="Wenn sich das ändert, antworte mit <strong>dabei</strong>, <strong>vielleicht</strong> "
    "oder <strong>absage</strong>.",
    cancelled="„{}“ ist abgesagt{}.",
    postponed="„{}“ ist verschoben{}. Einen neuen Termin gibt es noch nicht; du hörst dann von uns.",
    moved="„{}“ ist verlegt, ursprünglich am {}.",
    withdrawn="„{}“ wurde zurückgezogen und findet nicht statt.",
    question="Kommst du zu „{}“?",
    full="Im Moment sind alle Plätze vergeben, es gibt eine Warteliste.",
    decided_by_host="Wer einen Platz bekommt, entscheidet, wer die Session anbietet.",
    yes="Ich bin dabei",
    perhaps="Vielleicht",
    no="Ich komme nicht",
    words="Das haben wir nicht verstanden. Antworte mit <strong>dabei</strong>, <strong>vielleicht</strong> "
    "oder <strong>absage</strong>, mehr braucht es nicht.",
    which="Welche Session meinst du? Antworte auf unseren Beitrag dazu oder erwähne uns mit ihrem Link. "
    "Alles, was ansteht: {}",
    host="Du bietest „{}“ an und bist sowieso dabei.",
    was_cancelled="„{}“ ist abgesagt, eine Teilnahme ist nicht mehr möglich.",
    was_postponed="„{}“ ist auf unbestimmte Zeit verschoben, eine Teilnahme ist noch nicht möglich.",
    is_over="„{}“ ist schon vorbei.",
    elsewhere="Für „{}“ meldest du dich woanders an: {}",
    no_registration="Für „{}“ brauchst du keine Anmeldung. Komm einfach dazu.",
)


def rsvp_phrases_in(language: str) -> RsvpPhrases:
    """German for German, English for every other language."""
    return GERMAN if language.lower().split("-")[0] == "de" else ENGLISH
