"""What scopes mean, in words of the house."""

from dataclasses import dataclass

from web.texts import Texts

WHOLE_TEXTS = {
    "read": "See everything that you see here: sessions, people, notifications, your meeting links",
    "write": "Do everything that you do here: take part, say something, publish, follow",
    "follow": "Follow and unfollow people, companies and topics, and keep people away",
    "push": "Send notifications to your device",
    "profile": "See your name and your picture, and nothing else",
}
SEE_TEXT = "See: %(what)s"
CHANGE_TEXT = "Change: %(what)s"
PART_TEXTS = {
    "accounts": "People and profiles",
    "blocks": "Whom you keep away",
    "bookmarks": "What you have saved",
    "collections": "Collections",
    "conversations": "Direct messages",
    "favourites": "What interests you",
    "filters": "Your filters",
    "follows": "Whom you follow",
    "lists": "Your lists",
    "media": "Pictures",
    "mutes": "Whom you have muted",
    "notifications": "Your notifications",
    "reports": "Reports to the moderators",
    "search": "The search",
    "statuses": "Sessions and what is said, with your meeting links",
}
_WRITING_TEXT = "Taking part in sessions, and what you say"


@dataclass(frozen=True)
class Right:
    """One line of what is asked for; `changes` marks what does something in somebody's name."""

    words: str
    changes: bool


def rights_of(scopes: tuple[str, ...], texts: Texts) -> list[Right]:
    """What somebody allows with these scopes: whole areas first, parts of an area on one line."""
    rights = [
        Right(texts.gettext(WHOLE_TEXTS[scope]), scope in ("write", "follow"))
        for scope in WHOLE_TEXTS
        if scope in scopes
    ]
    for verb, sentence in (("read", SEE_TEXT), ("write", CHANGE_TEXT)):
        parts = [scope.partition(":")[2] for scope in scopes if scope.startswith(f"{verb}:")]
        if parts and verb not in scopes:
            words = [texts.gettext(_words(verb, part)) for part in parts]
            rights.append(Right(texts.gettext(sentence, what="; ".join(words)), verb == "write"))
    return rights


def _words(verb: str, part: str) -> str:
    return _WRITING_TEXT if (verb, part) == ("write", "statuses") else PART_TEXTS[part]
