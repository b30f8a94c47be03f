"""How programs frame an invitation: the lines that they add around what the host has written."""

import re


def any_of(*patterns: str) -> str:
    """A pattern for one of these."""
    return f"(?:{'|'.join(patterns)})"


# Beside these stands a number, a code or a word that opens the door.
CREDENTIALS = any_of(
    r"(?:besprechungs|konferenz|telefonkonferenz|video|meeting|webinar|phone conference|conference|event"
    r"|tenant|video conference)[ -]?(?:id|nummer|number|key|code|kennung|passwor[dt])",
    r"pass ?codes?",
    r"passwor(?:d|t|te)",
    r"passwörter",
    r"kenn ?codes?",
    r"kennw[oö]rt(?:er)?",
    r"kennung",
    r"(?:zugangs|zugriffs|moderatoren|teilnehmer|access|participant|host)[ -]?(?:codes?|daten|key|pin)",
    r"(?:conf\.?|phone)[ -]?id",
    r"pins?",
    r"id",
)
_LINES = any_of(
    # Teams
    r"microsoft teams[- ](?:besprechung|meeting|need help)",
    r"^\W*microsoft teams\W*$",
    r"need help\?|benötigen sie hilfe",
    r"(?:click here|klicken sie hier|hier klicken).{0,20}(?:to join|um an|teilzunehmen)",
    r"(?:jetzt )?an (?:der )?besprechung teilnehmen",
    r"join on your (?:computer|phone)",
    r"nehmen sie (?:von|auf|über) ihrem? (?:computer|smartphone|mobil)",
    r"nehmen sie (?:per|über) (?:computer|telefon)",
    r"meeting options|besprechungsoptionen",
    r"download teams|teams herunterladen|join on the web|im web beitreten",
    r"(?:or call in|oder rufen sie an)\b.{0,20}audio",
    r"for organi[sz]ers|für organisator(?:en|innen)",
    r"^\W*(?:learn more|weitere informationen|weitere infos)\b.{0,120}$",
    r"system reference|systemreferenz",
    r"alternate vtc|weitere vtc|videokonferenzgerät|video conferencing device",
    r"(?:reset|zurücksetzen).{0,20}\bpin\b|\bpin\b.{0,20}(?:reset|zurücksetzen)",
    r"^\W*(?:privacy and security|datenschutz und sicherheit|rechtliches|legal|hilfe|help)\W*$",
    # Zoom
    r"(?:join|start) (?:the |our )?zoom",
    r"zoom[- ]meeting beitreten",
    r"is inviting you to a scheduled|lädt (?:sie|dich) zu einem geplanten",
    r"hat sie zu einem .{0,30}eingeladen",
    r"one[- ]tap mobile|schnelleinwahl mobil",
    r"(?:find|suchen?).{0,25}(?:local number|ortseinwahl|lokale nummer)",
    r"(?:local number|ortseinwahl|lokale nummer).{0,12}suchen",
    r"dial (?:by your|in\b)|nach standort einwählen|einwahl(?:nummern?|en|daten)?\b.{0,3}:",
    r"^\W*(?:dial-?in|einwahl|telefoneinwahl|einwählen)\b.{0,40}$",
    # Webex
    r"join (?:from|by) (?:the )?(?:meeting (?:link|number)|a video|phone|video)",
    r"join (?:the )?(?:webex )?(?:meeting|webinar|event)(?: now)?\W*(?:<|http|$)",
    r"über (?:den )?meeting-?(?:link|nummer) beitreten",
    r"tap to (?:join|call)|tippen sie,? um",
    r"global call-in|call-in (?:number|toll)|toll[- ]?free.{0,25}\d",
    r"gebühren(?:frei|pflichtig)(?:e|er)? (?:nummer|einwahl)",
    r"attendees only|nur teilnehmer",
    r"invites you to (?:join )?this webex|lädt sie zu diesem webex|more ways to join|weitere möglichkeiten",
    r"if you are a host|wenn sie (?:der )?gastgeber",
    r"^\W*(?:cisco )?webex(?:[- ]meeting)?\W*$",
    # Google
    r"join with google meet|mit google meet teilnehmen",
    r"(?:more|weitere) (?:phone numbers|telefonnummern)",
    r"please (?:do not|don't) edit this section|bearbeiten sie diesen abschnitt",
    r"(?:this event has|diese veranstaltung enthält|dieser termin enthält).{0,40}(?:video|google)",
    r"view all guest info|alle gästeinformationen",
    r"view your event at|termin anzeigen unter",
    r"::~:~|-::~",
    r"^\W*(?:join by phone|per telefon(?: einwählen| teilnehmen)?|über das telefon beitreten)\W*$",
    r"^\W*(?:or|oder)\W*$",
    # Rooms with hardware
    r"h\.323|sip[- ]?(?:address|adresse|uri)",
)
_RULE = r"^[\s_\-=~.*•·─—–+#|]{3,}$"
_PHONE = r"(?<![\w/=.\-])(?:\+|00)\d[\d\s().\-/]{6,60}\d"
_TAP = any_of(r"\+?\d{6,20},{1,8}\d", r"\d{6,20}#", r"\*\d{4,20}#", r"(?<!\w)(?:tel|sips?|h323|callto):\S")
# Of a person, or of a room with hardware.
_ADDRESS_ONLY = r"^\W*[\w.+-]{1,64}@[\w.-]{1,200}\W*$"
_NUMBERS_ONLY = r"^[\d\s#*+().,/\-–]{6,}$"

CREDENTIAL = re.compile(
    rf"(?<![\w-]){CREDENTIALS}(?:\s*\([^)\n]{{0,60}}\))?"
    r"(?:\s*(?:[:=#]|ist|is|lautet|heißt)\s*|\s+(?=[\d#*]))(?P<value>[^\n]{0,80})",
    re.IGNORECASE,
)
CREDENTIAL_ALONE = re.compile(rf"^\W*{CREDENTIALS}\W*$", re.IGNORECASE)
_FRAMES = tuple(
    re.compile(text, re.IGNORECASE) for text in (_LINES, _RULE, _PHONE, _TAP, _ADDRESS_ONLY, _NUMBERS_ONLY)
)


def is_frame(line: str) -> bool:
    """Whether a line belongs to the frame of an invitation and not to what it is about."""
    if CREDENTIAL.search(line) or CREDENTIAL_ALONE.match(line):
        return True
    return any(pattern.search(line) for pattern in _FRAMES)
