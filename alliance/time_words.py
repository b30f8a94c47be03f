"""The words for days, months and lengths that people use in German and English."""

import re

WEEKDAYS: dict[str, int] = {
    **dict.fromkeys(("mo", "montag", "mon", "monday"), 0),
    **dict.fromkeys(("di", "dienstag", "tue", "tues", "tuesday"), 1),
    **dict.fromkeys(("mi", "mittwoch", "wed", "wednesday"), 2),
    **dict.fromkeys(("do", "donnerstag", "thu", "thur", "thurs", "thursday"), 3),
    **dict.fromkeys(("fr", "freitag", "fri", "friday"), 4),
    **dict.fromkeys(("sa", "samstag", "sonnabend", "sat", "saturday"), 5),
    **dict.fromkeys(("so", "sonntag", "sun", "sunday"), 6),
}
MONTHS: dict[str, int] = {
    **dict.fromkeys(("jan", "januar", "january", "jänner"), 1),
    **dict.fromkeys(("feb", "februar", "february"), 2),
    **dict.fromkeys(("mär", "märz", "mrz", "maerz", "mar", "march"), 3),
    **dict.fromkeys(("apr", "april"), 4),
    **dict.fromkeys(("mai", "may"), 5),
    **dict.fromkeys(("jun", "juni", "june"), 6),
    **dict.fromkeys(("jul", "juli", "july"), 7),
    **dict.fromkeys(("aug", "august"), 8),
    **dict.fromkeys(("sep", "sept", "september"), 9),
    **dict.fromkeys(("okt", "oktober", "oct", "october"), 10),
    **dict.fromkeys(("nov", "november"), 11),
    **dict.fromkeys(("dez", "dezember", "dec", "december"), 12),
}
DAYS_FROM_NOW: dict[str, int] = {
    "day after tomorrow": 2,
    "übermorgen": 2,
    "uebermorgen": 2,
    "tomorrow": 1,
    "morgen": 1,
    "today": 0,
    "heute": 0,
}
_COUNTED = (
    ("a", "an", "one", "ein", "eins", "eine", "einer", "einem"),
    ("two", "zwei"),
    ("three", "drei"),
    ("four", "vier"),
    ("five", "fünf"),
    ("six", "sechs"),
    ("seven", "sieben"),
    ("eight", "acht"),
    ("nine", "neun"),
    ("ten", "zehn"),
    ("eleven", "elf"),
    ("twelve", "zwölf"),
)
NUMBERS: dict[str, int] = {name: number for number, names in enumerate(_COUNTED, 1) for name in names}


def any_of(words: dict[str, int]) -> str:
    """A pattern for one of `words`, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_WEEKDAY = any_of(WEEKDAYS)
_MONTH = any_of(MONTHS)
_NUMBER = any_of(NUMBERS)
_CLOCK = (
    r"(?P<{0}h>\d{{1,2}})(?:[:.](?P<{0}m>\d{{2}}))?"
    r"(?:\s*(?:uhr\b|h(?=\d|\b))\s*(?P<{0}m2>[0-5]\d(?!\d|\s*min))?)?(?:\s*(?P<{0}p>[ap])\.?m\b\.?)?"
)

LENGTH = re.compile(
    rf"(?:\b(?:für|for|lang)\s+)?\b(?:(?P<half>(?:einen?\s+)?halben?|half an?)\s+(?:stunde|hour)"
    rf"|(?P<hours>\d+(?:[.,]\d+)?|{_NUMBER})\s*(?:std\.?|stunden?|hours?|hrs?)(?![a-zäöü])"
    rf"(?:\s*(?:und|and)?\s*(?P<rest>\d+)\s*(?:min\w*\.?|m\b))?"
    rf"|(?P<minutes>\d+)\s*(?:min(?:uten?|utes?|s)?\b\.?|['′]))",
)
HOURS_SHORT = re.compile(r"(?:\b(?:für|for)\s+)?\b(?P<hours>\d+(?:[.,]\d+)?)\s*h\s*(?P<rest>[0-5]?\d)?(?!\w)")
ISO_DATE = re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:t(?=\d)|(?![\d-]))")
DOT_DATE = re.compile(
    r"(?<![\d.:])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\."
    r"(?:\s?(?P<y>\d{4}|\d{2}(?![\d:.])(?!\s*(?:uhr|[ap]\.?m\b|-|bis))))?"
)
LOOSE_DATE = re.compile(r"(?<![\d.:])(?P<d>\d{1,2})\.(?P<m>\d{1,2})(?![\d.:])(?!\s*(?:uhr|[ap]\.?m\b))")
SLASH_DATE = re.compile(r"(?<!\d)(?P<d>\d{1,2})/(?P<m>\d{1,2})(?:/(?P<y>\d{4}|\d{2}))?(?!\d)")
DAY_MONTH = re.compile(
    rf"(?<![\d.:])(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?\b(?P<month>{_MONTH})\b\.?(?:,?\s*(?P<y>\d{{4}}))?"
)
MONTH_DAY = re.compile(
    rf"\b(?P<month>{_MONTH})\b\.?\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.])(?:,?\s*(?P<y>\d{{4}}))?"
)
IN_DAYS = re.compile(rf"\bin\s+(?P<n>\d+|{_NUMBER})\s+(?P<unit>tag|tagen|days?|wochen?|weeks?)\b")
NEXT_WEEK = re.compile(r"\b(?:nächste[rn]?\s+woche|naechste\s+woche|next\s+week)\b")
NAMED_DAY = re.compile(rf"\b(?P<day>{any_of(DAYS_FROM_NOW)})\b")
WEEKDAY = re.compile(
    rf"\b(?:(?:am|on|nächsten|kommenden|diesen|next|this|coming)\s+)*(?P<day>{_WEEKDAY})\b\.?"
)
SPOKEN = re.compile(
    rf"\b(?P<how>halb|viertel nach|viertel vor|dreiviertel|half past|quarter past|quarter to)\s+"
    rf"(?P<hour>\d{{1,2}}|{_NUMBER})\b(?:\s*(?P<p>[ap])\.?m\b\.?)?"
)
NOON = re.compile(r"\b(?:noon|mittags?|midday)\b(?:\s+12)?")
RANGE = re.compile(
    r"(?:\b(?:von|from|zwischen|between)\s+)?(?<![\d.:])"
    + _CLOCK.format("a")
    + r"\s*(?:-|\bbis\b|\bto\b|\buntil\b|\btill?\b|\band\b|\bund\b)\s*"
    + _CLOCK.format("b")
    + r"(?![\d:])"
)
CLOCK = re.compile(r"(?:\b(?:um|at|ab|from|von|gegen)\s+)?(?<![\d.:])" + _CLOCK.format("a") + r"(?![\d:])")
PART_OF_DAY = re.compile(
    r"\b(?P<pm>nachmittags?|abends?|in the afternoon|in the evening|afternoon|evening)\b"
    r"|\b(?P<am>vormittags?|morgens|früh|in the morning|morning)\b"
)
FILLER = re.compile(
    r"\b(?:um|at|on|ab|von|from|uhr|the|den|der|am|im|in|dem|of|o'clock|oclock|h|für|for|lang|long|start|beginn"
    r"|ca|gegen)\b"
    r"|[,;.\-|·@()]"
)
IN_BRACKETS = re.compile(r"\([^)]*\)")
