"""Understands what somebody in a timeline wants of a session: the few words that we tell them to use.

Deterministic on purpose: the whole message, or how it begins. Whoever says no must never get a place, so a
negation that is not one of the known ones is not understood at all.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from alliance.text import plain_text

Wish = Literal["join", "maybe", "leave", "ask", "unclear"]

# A longer text is something said to everybody, however it begins.
SHORT = 60
# What is read of a message; parsing more costs time and tells nothing.
READ = 4_000

JOIN = frozenset(
    [
        *("dabei", "bin dabei", "ich bin dabei", "bin auch dabei", "ich bin auch dabei", "wieder dabei"),
        *("ich wäre dabei", "wäre dabei", "zusage", "ich sage zu", "sage zu", "ich komme", "komme"),
        *("ich komme auch", "melde mich an", "ich melde mich an", "anmelden", "ich nehme teil", "nehme teil"),
        *(
            "mitmachen",
            "ich mache mit",
            "mache mit",
            "teilnehmen",
            "join",
            "i join",
            "joining",
            "i'm joining",
        ),
        *("i'm in", "i am in", "im in", "count me in", "sign me up", "i'll be there", "i will be there"),
        *("i'd like to join", "i would like to join", "i want to join", "i'll join", "i will join"),
        *("i'm going", "i am going", "going", "i'm coming", "i'll come", "attending", "attend", "rsvp yes"),
        *("+1", "+ 1", "plus 1"),
    ]
)
LEAVE = frozenset(
    [
        *("absage", "absagen", "ich sage ab", "sage ab", "ich muss absagen", "muss absagen", "abmelden"),
        *("melde mich ab", "ich melde mich ab", "raus", "bin raus", "ich bin raus", "doch nicht"),
        *("nicht dabei", "bin nicht dabei", "ich bin nicht dabei", "doch nicht dabei", "nicht mehr dabei"),
        *("bin doch nicht dabei", "ich bin doch nicht dabei", "bin nicht mehr dabei"),
        *("ich komme nicht", "komme nicht", "ich komme doch nicht", "komme doch nicht"),
        *("ich kann nicht", "kann nicht", "ich kann doch nicht", "kann doch nicht", "ich schaffe es nicht"),
        *("schaffe es nicht", "ich kann nicht kommen", "kann nicht kommen", "kann doch nicht kommen"),
        *("leave", "cancel", "count me out", "i'm out", "i am out", "out", "i have to cancel"),
        *("have to cancel", "i must cancel", "not going", "i'm not going", "i am not going", "not coming"),
        *("i'm not coming", "i am not coming", "not joining", "i'm not joining", "can't join"),
        *("i can't join", "can not join", "cannot join", "i cannot join", "can't make it"),
        *("i can't make it", "cannot make it", "i cannot make it", "can't come", "i can't come"),
        *("cannot come", "i cannot come", "can't attend", "i can't attend", "cannot attend"),
        *("won't make it", "i won't make it", "won't be there", "i won't be there", "rsvp no", "-1"),
    ]
)
MAYBE = frozenset(
    [
        *("vielleicht", "eventuell", "evtl", "vielleicht dabei", "bin vielleicht dabei"),
        *("ich bin vielleicht dabei", "ich komme vielleicht", "komme vielleicht", "maybe", "perhaps"),
        *("i might join", "might join", "i might come", "might come", "rsvp maybe"),
    ]
)
ASK = frozenset(["rsvp", "poll", "umfrage", "anmeldung", "info", "hilfe", "help"])
# Answers to a question of ours; anywhere else they answer somebody else.
TO_US: dict[str, Wish] = {"ja": "join", "yes": "join", "yep": "join", "nein": "leave", "no": "leave"}

_WISHES: dict[str, Wish] = {
    **dict.fromkeys(ASK, "ask"),
    **dict.fromkeys(MAYBE, "maybe"),
    **dict.fromkeys(LEAVE, "leave"),
    **dict.fromkeys(JOIN, "join"),
}
_LONGEST = max(len(phrase.split()) for phrase in _WISHES)

_MENTION = re.compile(r"@[\w.\-]+(?:@[\w.\-]+(?::[0-9]+)?)?")
# Also as timelines shorten it: lernen.example/sess…
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+|\b[\w.-]{1,100}\.[a-z]{2,20}(?::[0-9]+)?/\S*")
_POLITE = re.compile(r"\b(leider|gern|gerne|bitte|please|sorry|unfortunately|thanks|thank you|danke)\b")
_GREETING = re.compile(r"^(?:(?:hallo|hi|hello|hey|moin|ok|okay|oh|super|cool|great|ja|yes)\b[ ,.!]*)+")
_NO = re.compile(r"^(?:no|nein|nope|nee)\b[ ,.!]+")
_NEGATION = re.compile(
    r"\b(nicht|nichts|kein|keine|keinen|nie|niemals|ohne|not|no|never|without|nein)\b|n't\b"
)
_EDGES = re.compile(r"^[^\w+\-?]+|[^\w+?]+$")
_SENTENCE = re.compile(r"[.!;,\n…–—]")
_CONTINUING = frozenset(
    [
        *("und", "and", "too", "auch", "also", "wieder", "again", "mit", "with", "am", "on", "beim", "heute"),
        *("morgen", "today", "tomorrow", "sicher", "definitely", "trotzdem", "dann", "then", "weil"),
        "because",
    ]
)


@dataclass(frozen=True)
class Heard:
    """What a message wants; `is_whole`: it says nothing else that somebody could want to read."""

    wish: Wish
    is_whole: bool


def heard(content: str, *, to_us: bool = False) -> Heard | None:
    """What the HTML of a message wants, or None for anything that is not about coming or not.

    `to_us`: it answers a private message of ours, so yes is yes.
    """
    plain = _bare(plain_text(content[:READ]))
    if plain in ("", "?"):
        return Heard("ask", is_whole=True)
    greeted = _GREETING.sub("", plain) or plain
    for text in (plain, greeted):
        if to_us and (_trimmed(text) in TO_US):
            return Heard(TO_US[_trimmed(text)], is_whole=True)
    refused = _NO.sub("", greeted)
    found = _whole(refused) or _beginning(refused, is_long=len(plain) > SHORT or len(content) > READ)
    if found is not None and refused != greeted and found.wish != "leave":
        found = Heard("unclear", is_whole=False)
    if found is not None:
        return found
    return Heard("unclear", is_whole=to_us) if to_us or _is_doubtful(plain) else None


def _bare(text: str) -> str:
    """Lower case, one kind of apostrophe, without mentions, addresses and empty politeness."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("\N{ACUTE ACCENT}", "'")
    text = _POLITE.sub(" ", _ADDRESS.sub(" ", _MENTION.sub(" ", text))).replace("#", "")
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line).strip(" \n,.!:;")


def _trimmed(text: str) -> str:
    return " ".join(_EDGES.sub("", text).split())


def _whole(text: str) -> Heard | None:
    wish = _WISHES.get(_trimmed(text))
    if wish is not None:
        return Heard(wish, is_whole=True)
    asked = _trimmed(text).rstrip("?").rstrip()
    return Heard("ask", is_whole=True) if text.endswith("?") and asked in _WISHES else None


def _beginning(text: str, *, is_long: bool) -> Heard | None:
    """The longest known phrase with which the text begins and ends a thought."""
    words = text.replace("\n", " \n ").split(" ")
    for count in range(min(_LONGEST, len(words)), 0, -1):
        head, rest = " ".join(words[:count]), " ".join(words[count:])
        wish = _WISHES.get(_trimmed(head))
        if wish is None or not _ends_thought(head, count, rest, wish):
            continue
        if is_long or "?" in text or wish == "ask":
            return Heard("ask", is_whole=False)
        return Heard("unclear" if _is_turned(rest, wish) else wish, is_whole=False)
    return None


def _ends_thought(head: str, count: int, rest: str, wish: Wish) -> bool:
    following = rest.split()
    if not following or rest.startswith("\n") or _SENTENCE.search(head[-1:]):
        return True
    first = following[0]
    if not any(c.isalnum() for c in first):
        return True  # an emoji or a dash
    # "Ich komme nicht mit dem Zug" says nothing about coming.
    goes_on = _CONTINUING if wish == "join" else _CONTINUING - {"mit", "with"}
    return count > 1 and first.strip(".,!") in goes_on


def _is_turned(rest: str, wish: Wish) -> bool:
    """Whether what follows may turn the meaning round: "bin dabei, das zu klären" is no yes to a session."""
    is_negated = _NEGATION.search(rest) is not None
    if wish == "leave":
        return not is_negated and re.search(r"\b(dabei|count me in|i'm in|join)\b", rest) is not None
    return is_negated or re.search(r"\bzu \w+en\b", rest) is not None


def _is_doubtful(text: str) -> bool:
    """Short, about coming, and with a negation that we don't know."""
    if len(text) > SHORT or _NEGATION.search(text) is None:
        return False
    return (
        re.search(r"\b(dabei|komme|kommen|teilnehmen|join|joining|attend|coming|make it)\b", text) is not None
    )
