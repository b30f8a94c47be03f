"""Which words of a timeline mean coming, which mean not coming, and which are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.translate.rsvp_words import ASK, JOIN, LEAVE, MAYBE, SHORT, Heard, heard

MENTION = (
    '<p><span class="h-card"><a href="https://a.example/company" class="u-url mention">@<span>sessions</span>'
    "</a></span> {}</p>"
)


def wish(text: str) -> str | None:
    found = heard(MENTION.format(text))
    return found.wish if found else None


@pytest.mark.parametrize(
    "text",
    [
        *("join", "Join!", "JOIN", "dabei", "Dabei!", "bin dabei", "Ich bin dabei.", "+1", "ich komme"),
        *("I'm in", "I’m in!", "count me in", "Count me in, please", "bin gerne dabei", "ja, bin dabei"),
        *("bin dabei 🎉", "🎉 dabei", "#dabei", "Hallo, ich bin dabei", "sign me up", "ich melde mich an"),
        *(
            "bin gerne dabei, freue mich",
            "ich bin dabei und bringe Kuchen mit",
        ),
        *("dabei<br>freue mich", "dabei https://a.example/sessions/5", "@sessions@a.example dabei"),
    ],
)
def test_these_join(text: str) -> None:
    assert wish(text) == "join"


@pytest.mark.parametrize(
    "text",
    [
        *("leave", "absage", "Absage!", "bin raus", "bin leider raus", "doch nicht", "nicht dabei"),
        *("Ich bin leider nicht dabei", "bin doch nicht dabei", "can't join", "I can’t make it, sorry"),
        *("sorry, can't make it", "cannot join", "not going", "count me out", "-1", "ich komme nicht"),
        *(
            "nein, ich komme nicht",
            "no, I can't make it",
            "absage, bin krank",
            "Bin raus, der Zug kommt zu spät",
        ),
        *("absage, kann nicht kommen", "kann leider doch nicht kommen", "nicht mehr dabei"),
    ],
)
def test_these_leave(text: str) -> None:
    assert wish(text) == "leave"


@pytest.mark.parametrize("text", ["vielleicht", "Maybe!", "bin vielleicht dabei", "I might join"])
def test_these_may_come(text: str) -> None:
    assert wish(text) == "maybe"


@pytest.mark.parametrize("text", ["?", "", "rsvp", "RSVP?", "dabei?", "join?", "nicht dabei?", "umfrage"])
def test_these_ask(text: str) -> None:
    assert wish(text) == "ask"


@pytest.mark.parametrize(
    "text",
    [
        *("bin dabei, das zu klären", "nein, bin dabei", "no, count me in", "I would not join"),
        *("weiß nicht, ob ich komme", "bin dabei, aber nicht lange", "never going, but would join"),
        *("bin nicht sicher, ob ich dabei bin", "count me in. not", "bin raus, oder doch dabei"),
    ],
)
def test_a_negation_that_we_do_not_know_is_not_understood(text: str) -> None:
    assert wish(text) == "unclear"


@pytest.mark.parametrize(
    "text",
    [
        *("Dabei fällt mir ein, dass das schon letztes Jahr so war", "dabei sein ist alles"),
        *("ich komme zu dem Schluss, dass es sich lohnt", "join us next week", "+1 für die Idee"),
        *("I'm in doubt", "leave it to me", "Sehr spannend!", "yes", "no", "ja", "nein", "going forward"),
        *("Wie bist du dabei vorgegangen?", "komme gerade aus dem Urlaub", "out of office"),
        "Wer kommt mit in die Kantine, ich bin ab zwölf Uhr da und warte vor der Tür auf alle",
    ],
)
def test_these_are_left_alone(text: str) -> None:
    assert wish(text) is None


@pytest.mark.parametrize(
    ("text", "meant"), [("yes", "join"), ("Ja!", "join"), ("no", "leave"), ("Nein.", "leave")]
)
def test_yes_is_yes_to_a_question_of_ours_alone(text: str, meant: str) -> None:
    assert heard(text, to_us=True) == Heard(meant, is_whole=True)  # type: ignore[arg-type]
    assert heard(text) is None


def test_what_is_said_to_us_alone_is_always_answered() -> None:
    assert heard("Wer ist denn der Gastgeber", to_us=True) == Heard("unclear", is_whole=True)


def test_a_long_text_asks_whatever_it_begins_with() -> None:
    """Longer than about 60 characters it is something said to everybody."""
    assert heard("count me in, " + "because this is what I have been looking for. " * 2) == Heard(
        "ask", is_whole=False
    )


def test_a_word_alone_is_told_from_one_with_more() -> None:
    assert heard("bin dabei!") == Heard("join", is_whole=True)
    assert heard("bin dabei, freue mich") == Heard("join", is_whole=False)


def test_no_phrase_means_two_things() -> None:
    kinds = (JOIN, LEAVE, MAYBE, ASK)

    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))


@given(
    st.sampled_from(sorted(JOIN)), st.sampled_from(["nicht ", "not ", "never ", "don't ", "kein ", "nie "])
)
def test_no_negation_before_a_yes_is_a_yes(phrase: str, negation: str) -> None:
    assert wish(negation + phrase) != "join"


@given(
    st.sampled_from(sorted(JOIN)), st.sampled_from([" nicht", ", not", ", aber nicht", " never", ", nein"])
)
def test_no_negation_after_a_yes_is_a_yes(phrase: str, negation: str) -> None:
    assert wish(phrase + negation) != "join"


@given(st.text(max_size=300))
def test_any_text_is_one_of_five_or_nothing(text: str) -> None:
    found = heard(text)

    assert found is None or found.wish in ("join", "maybe", "leave", "ask", "unclear")
    if found is not None and len(text) > 4 * SHORT:
        assert found.wish not in ("join", "leave", "maybe") or found.is_whole


@pytest.mark.parametrize(
    "mess", ["<b>" * 20_000, "@a" * 50_000, "dabei " * 50_000, "&lt;" * 50_000, "#" * 90_000]
)
def test_a_huge_text_is_read_in_its_beginning_alone(mess: str) -> None:
    found = heard(mess)

    assert found is None or found.wish == "ask"
