"""Transcripts as Teams, Zoom, YouTube and people write them, and as somebody hostile would."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.captions import (
    MOST_BYTES,
    MOST_CHARACTERS,
    Cue,
    as_text,
    as_webvtt,
    clock,
    cues_of,
    decoded,
    passages_of,
)
from alliance.errors import Invalid

# As Microsoft Stream saves it: an identifier above each cue, who speaks as a voice span
# (learn.microsoft.com/stream/streamnew/portal-autogenerate-captions; W3C WebVTT 4.2.2, "voice span").
TEAMS = """WEBVTT

0f1c9a54-8f0b-4f22-9c62-5a0b0c4e3d11/12-0
00:00:03.060 --> 00:00:07.180
<v Mara Lindqvist>Willkommen &amp; schön,
dass ihr da seid.</v>

0f1c9a54-8f0b-4f22-9c62-5a0b0c4e3d11/15-0
00:00:07.900 --> 00:00:09.000 align:start position:10%
<v Mara Lindqvist>Wir fangen <i>gleich</i> an.</v>
"""
SRT = (
    "1\r\n00:00:01,500 --> 00:00:04,000\r\nHello there.\r\n\r\n2\r\n01:00:02,000 --> 01:00:05,000\r\nBye.\r\n"
)


def test_a_transcript_of_teams_is_read_with_who_speaks() -> None:
    assert cues_of(TEAMS) == [
        Cue("Willkommen & schön, dass ihr da seid.", 3060, 7180, "Mara Lindqvist"),
        Cue("Wir fangen gleich an.", 7900, 9000, "Mara Lindqvist"),
    ]


def test_subrip_is_read() -> None:
    assert cues_of(SRT) == [Cue("Hello there.", 1500, 4000), Cue("Bye.", 3_602_000, 3_605_000)]


def test_notes_styles_and_broken_blocks_are_left_out() -> None:
    text = (
        "WEBVTT - Titel\n\nNOTE\nnicht vorlesen\n\nSTYLE\n::cue { color: red }\n\n"
        "00:01.000 --> 00:02.000\nDas schon.\n\n99:99 --> nie\nKaputt.\n\n00:03.000 --> 00:02.000\nRückwärts."
    )

    assert cues_of(text) == [Cue("Das schon.", 1000, 2000), Cue("Rückwärts.", 3000, 3000)]


def test_what_rolls_up_is_said_once() -> None:
    cues = ("00:01.000 --> 00:02.000\nEins", "00:02.000 --> 00:03.000\nEins", "00:03.000 --> 00:04.000\nZwei")
    text = "\n\n".join(("WEBVTT", *cues))

    assert cues_of(text) == [Cue("Eins", 1000, 3000), Cue("Zwei", 3000, 4000)]


def test_plain_text_is_read_with_the_moments_that_it_names() -> None:
    assert cues_of("[00:12:30] Erstens.\n\n1:02 Zweitens.\nDrittens um 10:30 Uhr.") == [
        Cue("Erstens.", 750_000),
        Cue("Zweitens.", 62_000),
        Cue("Drittens um 10:30 Uhr.", None),
    ]


def test_passages_end_with_sentences_and_say_who_speaks_once() -> None:
    cues = [
        Cue("Ein Satz von einiger Länge, und noch einer. Das war er.", n * 4000, n * 4000 + 4000, "Ana")
        for n in range(20)
    ]

    passages = passages_of(cues)

    assert [passage.start for passage in passages] == [0, 32_000, 64_000]
    assert all(passage.text.count("Ana: ") == 1 for passage in passages)


@given(
    st.lists(
        st.tuples(st.text("abc <>&-äß.\u202e\0", min_size=1, max_size=40), st.integers(0, 10_000_000)),
        min_size=1,
        max_size=20,
    )
)
def test_what_we_write_is_what_we_read(lines: list[tuple[str, int]]) -> None:
    cues = [
        Cue(f"x{number} {text} y".replace("\0", ""), start, start + 500)
        for number, (text, start) in enumerate(lines)
    ]

    again = cues_of(as_webvtt(sorted(cues, key=lambda cue: cue.start or 0)))
    written = as_webvtt(again)

    assert len(again) == len(cues)
    assert cues_of(written) == again


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    try:
        found = cues_of(text)
    except Invalid:
        return
    assert as_text(found).strip()
    assert cues_of(as_webvtt(found))


@pytest.mark.parametrize(
    "text",
    [
        "00:01.000 --> 00:02.000\n" + "<v " * 600_000,
        "00:01.000 --> 00:02.000\n" + "<" * MOST_BYTES,
        "-->" * 600_000,
        " " * MOST_BYTES + "-->",
        "0:" * 900_000 + "-->",
        "[1:" * 600_000,
        ". " * 200_000,
        "\n" * 1_900_000 + "x",
        "&amp;" * 300_000,
    ],
    ids=["voices", "brackets", "arrows", "spaces", "moments", "marks", "sentences", "lines", "entities"],
)
def test_the_worst_of_two_megabytes_takes_no_time(text: str) -> None:
    began = time.process_time()
    with suppress(Invalid):
        passages_of(cues_of(text))
    assert time.process_time() - began < 3


@pytest.mark.parametrize("text", ["", "  \n ", "WEBVTT\n\n", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n"])
def test_without_words_it_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="There are no words in it"):
        cues_of(text)


def test_too_much_is_refused() -> None:
    with pytest.raises(Invalid, match="more than ten hours"):
        cues_of("wort " * (MOST_CHARACTERS // 4))
    with pytest.raises(Invalid, match="larger than 2 MB"):
        decoded(b"x" * (MOST_BYTES + 1))
    with pytest.raises(Invalid, match="no text"):
        decoded(b"\x89PNG\0\0\0\rIHDR")


def test_files_of_windows_are_read() -> None:
    assert decoded("Führung".encode("cp1252")) == "Führung"
    assert decoded("Führung".encode("utf-16")) == "Führung"
    assert decoded(b"\xef\xbb\xbfWEBVTT") == "WEBVTT"


def test_moments_are_written_as_people_and_webvtt_write_them() -> None:
    assert (clock(62_500), clock(3_723_000)) == ("1:02", "1:02:03")
    assert clock(3_723_456, exact=True) == "01:02:03.456"
