"""What was tried against the API for apps: the aim, what comes of it, and the test that says so."""

from dataclasses import dataclass

STREAMING, WEB, HERE = "tests/web/mastodon/streaming", "tests/web/mastodon", "tests/hostile/mastodon"


@dataclass(frozen=True)
class Attempt:
    """One thing that was tried; `mended`: it had worked before this test was there."""

    aim: str
    answer: str
    file: str
    test: str
    mended: bool = False


ATTEMPTS = (
    Attempt("hear another one's filters on a stream", "only one's own come", f"{HERE}/test_streams.py",
            "test_filters_are_told_to_whom_they_belong_alone", mended=True),
    Attempt("hear a profile that is not shown yet, when its person's words are passed on", "as others see it",
            f"{HERE}/test_streams.py", "test_a_profile_that_is_not_shown_yet_is_heard_by_its_person_alone",
            mended=True),
    Attempt("read what employees see with a token for a name alone, for pushing or for pictures",
            "what strangers see", f"{HERE}/test_tokens.py",
            "test_a_token_that_may_not_read_is_shown_what_strangers_see", mended=True),
    Attempt("learn who of the company passed something public on", "404", f"{HERE}/test_reading.py",
            "test_who_passes_something_on_is_told_to_whoever_may_know_them", mended=True),
    Attempt("see people of a partner that has left by what they passed on", "404", f"{HERE}/test_reading.py",
            "test_a_co_host_of_a_company_that_has_left_passes_nothing_on", mended=True),
    Attempt("name an app by signs that no database takes", "401", f"{HERE}/test_tokens.py",
            "test_an_app_that_names_itself_strangely_is_unknown", mended=True),
    Attempt("come back to this machine at another port than was registered", "it works, as RFC 8252 wants",
            f"{HERE}/test_tokens.py", "test_an_app_on_this_machine_comes_back_at_whatever_port_it_has",
            mended=True),
    Attempt("register apps without end from one line of IPv6", "429", f"{HERE}/test_limits.py",
            "test_a_line_with_endless_addresses_registers_no_endless_apps", mended=True),
    Attempt("put markup into the address of a status or a person", "no address", f"{HERE}/test_markup.py",
            "test_an_address_that_is_made_of_markup_is_none", mended=True),
    Attempt("plan a status with somebody else's picture", "422", f"{HERE}/test_others_things.py",
            "test_what_lists_numbers_takes_none_of_others", mended=True),
    Attempt("have a planned picture thrown away before its time", "it waits", f"{HERE}/test_others_things.py",
            "test_a_picture_waits_as_long_as_the_words_that_it_is_planned_with", mended=True),
    Attempt("read, change or delete with the numbers of somebody else's things, at every address",
            "403, 404 or 422, and nothing changes", f"{HERE}/test_others_things.py",
            "test_what_is_somebody_elses_can_be_neither_read_nor_changed"),
    Attempt("mark or throw away conversations of others", "404", f"{HERE}/test_others_things.py",
            "test_conversations_of_others_are_nobodys"),
    Attempt("read words of every audience, from silenced, suspended, paused, left and blocked servers, from "
            "sources, hidden or private ones, at every address that can be read", "as each may",
            f"{HERE}/test_reading.py", "test_everybody_reads_what_is_for_them_and_nothing_else"),
    Attempt("run markup in an app, from every text that reaches one", "shown as text",
            f"{HERE}/test_markup.py", "test_no_text_of_anybody_runs_in_an_app"),
    Attempt("send bodies that make no sense, are nested, huge or in another encoding", "400, 413, 422, JSON",
            f"{HERE}/test_shapes_of_errors.py", "test_a_body_that_makes_no_sense"),
    Attempt("send numbers of 31 digits, negative ones, limits without end", "404 or 422, JSON",
            f"{HERE}/test_shapes_of_errors.py", "test_numbers_that_are_none"),
    Attempt("send people on to an address of the attacker", "shown, and nowhere by itself",
            f"{WEB}/test_oauth_refused.py", "test_nobody_is_sent_to_an_address_that_was_not_registered"),
    Attempt("use a code twice, of another app, without its verifier", "400, and what it gave ends",
            f"{WEB}/test_oauth_refused.py", "test_a_code_is_good_once_and_the_second_time_ends_what_it_gave"),
    Attempt("agree in somebody's name from another site, or to another question", "403",
            f"{WEB}/test_oauth_refused.py", "test_only_whoever_saw_the_question_answers_it"),
    Attempt("go on with a token after the account is closed, erased or has another password", "401",
            f"{WEB}/test_oauth_refused.py", "test_a_token_ends_with_the_account"),
    Attempt("go on listening with a token that was revoked", "hung up on", f"{STREAMING}/test_hostile.py",
            "test_a_revoked_token_ends_what_listens_with_it"),
    Attempt("find a token in the log", "none", f"{STREAMING}/test_hostile.py", "test_no_token_is_logged"),
)  # fmt: skip
