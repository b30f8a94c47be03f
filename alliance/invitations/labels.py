"""The labels that stand before what an invitation says, in German and English: "Betreff:", "When:"."""

import re

_NAMES = {
    "title": (
        *("betreff", "subject", "thema", "topic", "titel", "title", "meeting topic", "besprechungsthema"),
        *("veranstaltung", "event", "event name", "summary"),
    ),
    "when": (
        *("wann", "when", "zeit", "time", "uhrzeit", "zeitpunkt", "termin", "date and time", "date & time"),
        *("datum und uhrzeit", "date/time"),
    ),
    "start": (
        "beginn",
        "start",
        "startzeit",
        "anfang",
        "start time",
        "starts",
        "beginnt",
        "startet",
        "begins",
    ),
    "end": ("ende", "end", "endzeit", "end time", "ends", "endet"),
    "day": ("datum", "date", "tag", "day"),
    "where": ("wo", "where", "ort", "location", "standort", "veranstaltungsort", "raum", "room", "place"),
    "zone": ("zeitzone", "time zone", "timezone"),
    "again": (
        *("serientyp", "serienmuster", "recurrence", "recurrence pattern", "wiederholung", "wiederholt sich"),
        *("repeats", "häufigkeit"),
    ),
    "link": (
        *("link", "meeting link", "meetinglink", "meeting-link", "besprechungslink", "teilnehmen", "join"),
        *("url", "join url", "teilnahmelink", "link zum meeting", "link zur besprechung", "einladungslink"),
    ),
    "other": (
        *("von", "from", "gesendet", "sent", "an", "to", "cc", "bcc", "organisator", "organisatorin"),
        *("organizer", "organiser", "erforderlich", "optional", "erforderliche teilnehmer"),
        *("optionale teilnehmer", "required", "required attendees", "optional attendees", "teilnehmer"),
        *("attendees", "zeitspanne anzeigen als", "anzeigen als", "show time as", "besprechungsstatus"),
        *("meeting status", "anlagen", "attachments", "wichtigkeit", "importance", "priorität", "priority"),
        *("kategorien", "categories", "erinnerung", "reminder", "organisiert von", "organized by"),
        *("antworten an", "reply-to", "gäste", "guests", "wer", "who", "kalender", "calendar"),
        *("ressourcen", "resources", "vertraulichkeit", "sensitivity", "mime-version", "message-id"),
    ),
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names}
_LABEL = re.compile(
    r"^[\s>*|•\-]*(?P<name>[^\W\d_][^:\t\n<>]{0,28}?)\s*\**\s*(?::|\t)[\s*]*(?P<value>.*)$", re.DOTALL
)
# These also stand on a line of their own and without a colon, in mails of Google.
_ALONE = {
    "wann",
    "when",
    "wo",
    "where",
    "ort",
    "location",
    "wer",
    "who",
    "kalender",
    "calendar",
    "gäste",
    "guests",
}
_LONGEST = 4000


def labelled(line: str) -> tuple[str, str] | None:
    """The kind of what a line says (a key of the table above) and the words; None without a known label."""
    match = _LABEL.match(line[:_LONGEST])
    name = " ".join(match["name"].casefold().strip(" *").split()) if match else ""
    if match and name in _KINDS:
        return _KINDS[name], match["value"].strip(" *\t")
    alone = line[:40].strip(" *\t>").casefold()
    return (_KINDS[alone], "") if alone in _ALONE else None
