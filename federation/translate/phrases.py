"""The few words that travel inside documents, in the language of the session."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Texts for people who read a session in a timeline; `{}` are filled in order."""

    day: str
    """Babel's pattern for a date."""
    host: str
    online: str
    on_site: str
    hybrid: str
    free: str
    restricted: str
    external: str
    none: str
    full: str
    cancelled: str
    postponed: str
    tentative: str
    moved: str
    now: str
    link_is_yours: str
    no_link: str
    leave: str
    waiting: str
    declined: str


ENGLISH = Phrases(
    day="EEE d MMM y",
    host="Host: {}",
    online="Online",
    on_site="On site: {}",
    hybrid="On site and online: {}",
    free="Join: {}",
    restricted="Ask for a place: {}",
    external="How to join: {}",
    none="More: {}",
    full="Full; there is a waiting list: {}",
    cancelled="Cancelled",
    postponed="Postponed",
    tentative="Not yet certain",
    moved="Moved; it was to begin on {}",
    now="Now: {}",
    link_is_yours="You have a place in “{}”. This is your personal way in, please keep it to yourself: {}",
    no_link="You have a place in “{}”.",
    leave="If you can't come, please give the place back: {}",
    waiting="You are on the waiting list of “{}”.",
    declined="There is no place for you in “{}”.",
)

GERMAN = Phrases(
    day="EEE d. MMM y",
    host="Mit: {}",
    online="Online",
    on_site="Vor Ort: {}",
    hybrid="Vor Ort und online: {}",
    free="Teilnehmen: {}",
    restricted="Um einen Platz bitten: {}",
    external="So nimmst du teil: {}",
    none="Mehr dazu: {}",
    full="Ausgebucht, mit Warteliste: {}",
    cancelled="Abgesagt",
    postponed="Verschoben auf unbestimmte Zeit",
    tentative="Noch nicht sicher",
    moved="Verlegt, ursprünglich am {}",
    now="Jetzt: {}",
    link_is_yours="Du hast einen Platz in „{}“. Dein persönlicher Zugang, bitte behalte ihn für dich: {}",
    no_link="Du hast einen Platz in „{}“.",
    leave="Wenn du nicht kommen kannst, gib den Platz bitte zurück: {}",
    waiting="Du stehst auf der Warteliste von „{}“.",
    declined="In „{}“ ist kein Platz für dich.",
)


def phrases_in(language: str) -> Phrases:
    """German for German, English for every other language."""
    return GERMAN if language.lower().split("-")[0] == "de" else ENGLISH
