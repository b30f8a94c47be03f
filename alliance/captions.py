"""Reads what was said: WebVTT, SubRip or plain text, from anybody, into lines with their moments.

By the W3C's WebVTT ("WebVTT parser algorithm") as far as words and moments go: looks, places and notes are
left out, broken blocks too.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from alliance.errors import Invalid
from alliance.text import clean_line, clean_text

MOST_BYTES = 2_000_000
MOST_CHARACTERS = 500_000
"""Of words: more than ten hours of somebody who talks fast."""
MOST_CUES = 12_000
_LONGEST_LINE = 5_000
_LONGEST_NAME = 80
_LAST_MOMENT = 100 * 60 * 60 * 1000
_MOMENT = r"((?:[0-9]{1,3}:)?[0-5]?[0-9]:[0-5]?[0-9][.,][0-9]{1,3})"
_TIMING = re.compile(rf"\s{{0,20}}{_MOMENT}\s{{0,20}}-->\s{{0,20}}{_MOMENT}(?:\s|$)", re.ASCII)
# What meeting software writes at the beginning of a line of plain text: [00:12:30], (12:30), 00:12:30.
_MARK = re.compile(
    r"[\[(]?((?:[0-9]{1,3}:)?[0-5]?[0-9]:[0-5][0-9])(?:[.,][0-9]{1,3})?[\])]?(?:\s|$)", re.ASCII
)
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?[ \t]([^<>]{1,200})>")
_TAG = re.compile(r"<[^<>]{0,300}>")
# A passage is what somebody reads at a glance, and what a search shows.
_ENOUGH, _MOST = 400, 700
_LONGEST_PASSAGE = 90_000


@dataclass(frozen=True)
class Cue:
    """One line: when it begins and ends (milliseconds from the start; None without moments), who, what."""

    text: str
    start: int | None = None
    end: int | None = None
    who: str = ""


@dataclass(frozen=True)
class Spoken:
    """Several lines that are read together; `start` in milliseconds."""

    text: str
    start: int | None = None


def cues_of(content: str) -> list[Cue]:
    """What was said, in the order of time. Raises Invalid for nothing, for no text and for too much."""
    text = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    found = list(_together(_timed(text) if _has_timings(text) else _plain(text)))
    if not found:
        raise Invalid("There are no words in it.")
    if len(found) > MOST_CUES or sum(len(cue.text) for cue in found) > MOST_CHARACTERS:
        raise Invalid("That is more than ten hours of talking.")
    return found


def decoded(content: bytes) -> str:
    """A file as text: UTF-8, or UTF-16 with its mark, or Windows' own. Raises Invalid for what is no text."""
    if len(content) > MOST_BYTES:
        raise Invalid("The file is larger than {limit} MB.", limit=MOST_BYTES // 1_000_000)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if "\0" in text[:10_000]:
        raise Invalid("This is no text: WebVTT, SRT and plain text can be read.")
    return text


def passages_of(cues: Sequence[Cue]) -> list[Spoken]:
    """The lines in portions of some sentences or a minute and a half, with who speaks where that changes."""
    found: list[Spoken] = []
    held: list[str] = []
    start: int | None = None
    who = ""
    for cue in cues:
        if held and _is_full(held, start, cue):
            found.append(Spoken(" ".join(held), start))
            held = []
        if not held:
            start = cue.start
        speaks = cue.who if cue.who != who or not held else ""
        held.append(f"{speaks}: {cue.text}" if speaks else cue.text)
        who = cue.who
    if held:
        found.append(Spoken(" ".join(held), start))
    return found


def as_webvtt(cues: Sequence[Cue], language: str = "") -> str:
    """A WebVTT file; lines without moments can't be in one, so each takes four seconds."""
    blocks = ["WEBVTT" + (f"\nLanguage: {language}" if language else "")]
    for place, cue in enumerate(cues):
        start = cue.start if cue.start is not None else place * 4000
        end = cue.end if cue.end is not None and cue.end > start else start + 4000
        voice = f"<v {_escaped(cue.who)}>" if cue.who else ""
        blocks.append(f"{clock(start, exact=True)} --> {clock(end, exact=True)}\n{voice}{_escaped(cue.text)}")
    return "\n\n".join(blocks) + "\n"


def as_text(cues: Sequence[Cue]) -> str:
    """A text to read, a passage in each paragraph, begun with its moment."""
    paragraphs = (
        f"[{clock(passage.start)}] {passage.text}" if passage.start is not None else passage.text
        for passage in passages_of(cues)
    )
    return "\n\n".join(paragraphs) + "\n"


def clock(milliseconds: int, *, exact: bool = False) -> str:
    """`1:02:03` or `2:03`; exact as WebVTT wants it: `01:02:03.456`."""
    seconds, rest = divmod(milliseconds, 1000)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    if exact:
        return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _has_timings(text: str) -> bool:
    if text.lstrip().startswith("WEBVTT"):
        return True
    return "-->" in text and any(_TIMING.match(line[:200]) for line in text.split("\n") if "-->" in line)


def _timed(text: str) -> Iterator[Cue]:
    cues: list[Cue] = []
    lines: list[str] = []
    moments: tuple[int, int] | None = None
    for line in [*text.split("\n"), ""]:
        timing = _TIMING.match(line[:200]) if "-->" in line else None
        if timing or not line.strip():
            if moments is not None and (cue := _cue(lines, *moments)):
                cues.append(cue)
            moments = (_milliseconds(timing[1]), _milliseconds(timing[2])) if timing else None
            lines = []
        elif moments is not None:
            lines.append(line[:_LONGEST_LINE])
    return iter(sorted(cues, key=lambda cue: cue.start or 0))


def _cue(lines: list[str], start: int, end: int) -> Cue | None:
    raw = " ".join(lines)[:_LONGEST_LINE]
    voice = _VOICE.search(raw)
    text = clean_line(html.unescape(_TAG.sub("", raw)))
    who = clean_line(html.unescape(voice[1]))[:_LONGEST_NAME] if voice else ""
    return Cue(text, start, max(start, end), who) if text else None


def _plain(text: str) -> Iterator[Cue]:
    start: int | None = None
    for line in clean_text(text).split("\n"):
        mark = _MARK.match(line[:40])
        if mark:
            start = _milliseconds(mark[1])
        words = clean_line(line[mark.end() :] if mark else line)
        for part in _cut(words):
            yield Cue(part, start)
            start = None


def _cut(words: str) -> Iterator[str]:
    """Long paragraphs in portions that end with a sentence, or at least with a word."""
    while len(words) > _MOST:
        end = max(words.rfind(sign, _ENOUGH, _MOST) + 1 for sign in (". ", "? ", "! "))
        end = end or words.rfind(" ", 1, _MOST) + 1 or _MOST
        yield words[:end].strip()
        words = words[end:].strip()
    if words:
        yield words


def _together(cues: Iterable[Cue]) -> Iterator[Cue]:
    """The same without lines that only repeat the one before, as captions do that roll up."""
    last: Cue | None = None
    for cue in cues:
        if last is not None and last.text == cue.text and cue.start is not None:
            last = replace(last, end=cue.end)
            continue
        if last is not None:
            yield last
        last = cue
    if last is not None:
        yield last


def _is_full(held: list[str], start: int | None, cue: Cue) -> bool:
    length = sum(map(len, held))
    if start is None or cue.start is None:
        return cue.start is not None or length >= _ENOUGH
    is_sentence = held[-1].endswith((".", "?", "!", "…"))
    return length >= _MOST or cue.start - start >= _LONGEST_PASSAGE or (is_sentence and length >= _ENOUGH)


def _milliseconds(moment: str) -> int:
    whole, _, part = moment.replace(",", ".").partition(".")
    seconds = 0
    for number in whole.split(":"):
        seconds = seconds * 60 + int(number)
    return min(seconds * 1000 + int((part or "0").ljust(3, "0")), _LAST_MOMENT)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
