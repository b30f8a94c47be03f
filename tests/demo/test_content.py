"""The demo's content keeps its promises: enough of everything, nothing impossible, a pleasure to read."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from alliance.drafting import SessionDraft, checked
from alliance.text import slug_of
from web.demo.content import COMPANIES, TOPICS, DemoCompany, DemoPerson, DemoSession, Slot
from web.demo.content.shape import prose
from web.demo.content.times import DAY_AFTER_ALL_OTHERS, date_of, starts_ahead, starts_at, zone_of

A_WEEK_OF_STARTS = [date(2026, 9, 7) + timedelta(days=n) for n in range(7)]
PLACED = [(session, company) for company in COMPANIES for session in company.sessions]
SESSIONS = [session for session, _ in PLACED]
PEOPLE = {person.key: (person, company) for company in COMPANIES for person in company.people}

each_company = pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.key)
each_session = pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.title)
each_start = pytest.mark.parametrize("first", A_WEEK_OF_STARTS, ids=lambda first: first.strftime("%A"))


def slots(session: DemoSession) -> list[Slot]:
    return [session.when, *([session.moved_to] if session.moved_to else [])]


def texts() -> Iterator[str]:
    for company in COMPANIES:
        yield from (company.name, company.description.de, company.description.en)
        for person in company.people:
            yield from (person.name, person.headline, person.about, *person.ask_me)
        for session in company.sessions:
            yield from (session.title, session.description, session.place_name, session.place_address)
            yield session.note
    for name in TOPICS.values():
        yield from (name.de, name.en)


# Companies and people


def test_three_companies_live_where_the_command_line_says() -> None:
    assert [(company.origin, company.hue) for company in COMPANIES] == [
        ("http://nordlicht.localhost:8001", 15),
        ("http://alpenwerk.localhost:8002", 10),
        ("http://hansewerft.localhost:8003", 2),
    ]


def test_there_are_25_experts_and_a_few_who_come_to_learn() -> None:
    assert [len(company.experts) for company in COMPANIES] == [9, 8, 8]
    assert [len(company.people) for company in COMPANIES] == [13, 12, 12]


@each_company
def test_one_sign_in_per_company_is_its_admin_and_an_expert(company: DemoCompany) -> None:
    admins = [person for person in company.people if person.admin]

    assert [person.key for person in admins] == [company.sign_in]
    assert admins[0].expert


@each_company
def test_every_company_has_a_leader_who_teaches(company: DemoCompany) -> None:
    leaders = {person.key for person in company.people if person.leader}

    assert len(leaders) == 1
    assert sum(session.host in leaders for session in company.sessions) >= 3


def test_keys_names_and_addresses_of_people_are_unique() -> None:
    people = [person for company in COMPANIES for person in company.people]

    assert len({person.key for person in people}) == len(people)
    assert len({person.name for person in people}) == len(people)
    assert len({person.email for person in people}) == len(people)


@pytest.mark.parametrize(("person", "company"), PEOPLE.values(), ids=PEOPLE)
def test_a_person_is_complete(person: DemoPerson, company: DemoCompany) -> None:
    assert person.email == f"{person.key}@{company.key}.example"
    assert person.headline
    assert person.language in person.languages
    assert person.topics
    assert set(person.topics) <= TOPICS.keys()
    assert bool(person.about) == bool(person.ask_me) == person.expert
    ZoneInfo(person.zone or company.zone)


def test_every_expert_offers_something() -> None:
    experts = {person.key for company in COMPANIES for person in company.experts}

    assert {session.host for session in SESSIONS} == experts


# Sessions


def test_each_company_offers_forty_sessions() -> None:
    assert [len(company.sessions) for company in COMPANIES] == [40, 40, 40]


def test_titles_are_unique_and_fit_two_lines() -> None:
    titles = [session.title for session in SESSIONS]

    assert len({title.casefold() for title in titles}) == len(titles)
    assert max(map(len, titles)) <= 80


def test_no_two_sessions_open_with_the_same_words() -> None:
    openings = Counter(tuple(session.description.split()[:5]) for session in SESSIONS)

    assert openings.most_common(1)[0][1] == 1


@each_company
def test_hosts_are_experts_of_their_own_company(company: DemoCompany) -> None:
    experts = {person.key: person for person in company.experts}

    for session in company.sessions:
        assert session.language in experts[session.host].languages


@each_session
def test_topics_are_one_to_three_of_the_shared_vocabulary(session: DemoSession) -> None:
    assert 1 <= len(set(session.topics)) == len(session.topics) <= 3
    assert set(session.topics) <= TOPICS.keys()


def test_every_topic_is_taught_and_works_as_a_hashtag() -> None:
    assert {topic for session in SESSIONS for topic in session.topics} == TOPICS.keys()
    assert {slug: slug_of(name.de) for slug, name in TOPICS.items()} == {slug: slug for slug in TOPICS}


def test_six_of_ten_sessions_are_german() -> None:
    assert Counter(session.language for session in SESSIONS) == {"de": 72, "en": 48}


def test_most_sessions_are_public_and_few_stay_inside() -> None:
    assert Counter(session.audience for session in SESSIONS) == {"public": 66, "alliance": 42, "company": 12}


def test_places_and_join_modes_are_mixed() -> None:
    assert Counter(session.place for session in SESSIONS) == {"online": 102, "on_site": 12, "hybrid": 6}
    assert Counter(session.join_mode for session in SESSIONS) == {"free": 108, "restricted": 12}


@each_company
def test_every_state_can_be_seen_at_every_company(company: DemoCompany) -> None:
    fates = Counter(session.fate for session in company.sessions)

    assert fates["cancelled"] == 2
    assert fates["moved"] == 2
    assert fates["full"] >= 2


# When


@each_company
def test_today_and_tomorrow_are_never_empty(company: DemoCompany) -> None:
    days = Counter(session.when.day for session in company.sessions)

    assert days[0] >= 3
    assert days[1] >= 3
    assert sum(days[day] for day in range(10)) >= 15


@each_session
def test_sessions_are_held_by_day_and_keep_to_a_working_length(session: DemoSession) -> None:
    for slot in slots(session):
        end = datetime.combine(date(2026, 9, 7), slot.start) + timedelta(minutes=slot.minutes)

        assert 0 <= slot.day <= 39
        assert 20 <= slot.minutes <= 90
        assert time(7) <= slot.start
        assert end.time() <= time(20)


@each_session
def test_only_a_moved_session_knows_a_new_time(session: DemoSession) -> None:
    assert (session.moved_to is not None) == (session.fate == "moved")
    assert len({(slot.day, slot.start) for slot in slots(session)}) == len(slots(session))


@each_session
def test_only_a_cancelled_session_says_why(session: DemoSession) -> None:
    assert bool(session.note) == (session.fate == "cancelled")


@each_start
def test_days_fall_on_different_dates_within_eight_weeks(first: date) -> None:
    dates = [date_of(day, first) for day in range(DAY_AFTER_ALL_OTHERS)]

    assert dates[:2] == [first, first + timedelta(days=1)]
    assert dates == sorted(set(dates))
    assert all(when.weekday() < 5 for when in dates[2:])
    assert dates[-1] < first + timedelta(weeks=8)


@each_start
@pytest.mark.parametrize("hour", [5, 10, 15, 22])
def test_whenever_the_demo_starts_all_is_ahead_and_nobody_is_in_two_places(first: date, hour: int) -> None:
    now = datetime.combine(first, time(hour), tzinfo=UTC)
    diary: dict[str, list[tuple[datetime, datetime, str]]] = {key: [] for key in PEOPLE}
    for session, company in PLACED:
        for slot in slots(session):
            start = starts_ahead(slot, zone_of(session, company), now)
            assert start > now
            for key in (session.host, *session.attendees):
                diary[key].append((start, start + timedelta(minutes=slot.minutes), session.title))

    for entries in diary.values():
        entries.sort()
        for (_, end, before), (start, _, after) in pairwise(entries):
            assert end <= start, (before, after)


def test_a_time_in_lisbon_is_an_hour_later_in_berlin() -> None:
    session = next(session for session in SESSIONS if session.zone == "Europe/Lisbon")

    start = starts_at(session.when, "Europe/Lisbon", date(2026, 9, 10))

    assert start.astimezone(ZoneInfo("Europe/Berlin")).hour == session.when.start.hour + 1


@pytest.mark.parametrize(("session", "company"), PLACED, ids=[session.title for session in SESSIONS])
def test_every_session_can_be_published(session: DemoSession, company: DemoCompany) -> None:
    now = datetime(2026, 9, 10, 9, 20, tzinfo=UTC)
    zone = zone_of(session, company)
    start = starts_ahead(session.when, zone, now)

    details = checked(
        SessionDraft(
            title=session.title,
            description=session.description,
            starts_at=start,
            ends_at=start + timedelta(minutes=session.when.minutes),
            timezone=zone,
            meeting_link=session.meeting_link,
            audience=session.audience,
            capacity=session.capacity,
            join_mode=session.join_mode,
            language=session.language,
            topics=tuple(TOPICS[slug].de for slug in session.topics),
            place=session.place,
            place_name=session.place_name,
            place_address=session.place_address,
        ),
        now,
    )

    assert tuple(details.topics) == session.topics


# Where


@each_session
def test_a_link_where_online_and_an_address_where_people_meet(session: DemoSession) -> None:
    assert (session.meeting_link is None) == (session.place == "on_site")
    assert bool(session.place_name) == bool(session.place_address) == (session.place != "online")


def test_meeting_links_are_unique_and_lead_nowhere_real() -> None:
    links = [session.meeting_link for session in SESSIONS if session.meeting_link]

    assert len(set(links)) == len(links)
    assert {urlsplit(link).scheme for link in links} == {"https"}
    assert {urlsplit(link).hostname for link in links} == {
        "teams.example",
        "zoom.example",
        "bbb.example",
        "meet.jit.example",
    }


# Who comes


@each_session
def test_seats_suffice_for_those_who_come(session: DemoSession) -> None:
    if session.capacity is not None:
        assert 8 <= session.capacity <= 40
        assert len(session.attendees) <= session.capacity
    if session.fate == "full":
        assert len(session.attendees) == session.capacity


@each_session
def test_only_full_or_restricted_sessions_keep_people_waiting(session: DemoSession) -> None:
    may_wait = session.fate == "full" or session.join_mode == "restricted"

    assert bool(session.waiting) <= may_wait


@pytest.mark.parametrize(("session", "company"), PLACED, ids=[session.title for session in SESSIONS])
def test_who_comes_exists_may_see_the_session_and_understands_it(
    session: DemoSession, company: DemoCompany
) -> None:
    coming = (*session.attendees, *session.waiting)

    assert len({*coming, session.host}) == len(coming) + 1
    for key in coming:
        person, home = PEOPLE[key]
        assert session.language in person.languages
        assert session.audience != "company" or home == company


@each_company
def test_the_person_to_try_learns_at_both_other_companies(company: DemoCompany) -> None:
    elsewhere = {home.key for session, home in PLACED if company.sign_in in session.attendees} - {company.key}

    assert len(elsewhere) == 2


# The voice


def test_texts_raise_no_voice_and_use_typographic_signs() -> None:
    for text in texts():
        assert not re.search(r"[!\"'`]|\.\.\.| - |--", text), text
        assert text == text.strip()
        assert "  " not in text


def test_german_quotes_in_german_and_english_ones_in_english() -> None:
    for session in SESSIONS:
        words = f"{session.title}\n{session.description}"
        opening, closing = ("„", "“") if session.language == "de" else ("“", "”")

        assert words.count(opening) == words.count(closing), session.title
        assert ("”" in words) <= (session.language == "en"), session.title


@each_session
def test_descriptions_are_short_enough_to_read_and_long_enough_to_tell(session: DemoSession) -> None:
    sentences = re.findall(r"[.?:…”“)*](?=\s|$)", session.description)

    assert len(sentences) >= 2
    assert 30 <= len(session.description.split()) <= 100


def test_german_says_du() -> None:
    formal = re.compile(r"(?<=[a-zäöüß,] )(?:Ihnen|Ihr|Ihre|Ihrem|Ihren)\b")

    assert [session.title for session in SESSIONS if formal.search(session.description)] == []


def test_prose_takes_back_line_breaks_but_keeps_lists() -> None:
    block = """
        One
        sentence.

        - first
        - second
    """

    assert prose(block) == "One sentence.\n\n- first\n- second"
