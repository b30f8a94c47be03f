"""Sessions of Nordlicht as they stand in golden files: plain values, no database."""

from datetime import UTC, datetime
from typing import Any

from alliance.models import Company, Person, Session, SessionTranslation, Topic
from federation.uris import Uris

URIS = Uris("https://nordlicht.example")
PUBLISHED = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
NORDLICHT = Company(
    id=1, is_home=True, origin=URIS.origin, host="nordlicht.example", name="Nordlicht & Söhne"
)
DANA = Person(id=42, username="dana", name="Dana Roe", company=NORDLICHT)

KINDS: dict[str, dict[str, Any]] = {
    "online": {},
    "alliance_only": {"audience": "alliance"},
    "on_site": {"place": "on_site", "place_name": "Library", "place_address": "Hafenstraße 1, 28195 Bremen"},
    "hybrid": {"place": "hybrid", "place_name": "Library", "place_address": "Hafenstraße 1, 28195 Bremen"},
    "full": {"capacity": 30, "going_count": 30, "waiting_count": 2},
    "restricted": {"capacity": 8, "going_count": 3, "join_mode": "restricted"},
    "cancelled": {"status": "cancelled", "status_note": "Dana is ill.", "sequence": 1},
    "rescheduled": {
        "previous_starts_at": datetime(2026, 9, 3, 14, 0, tzinfo=UTC),
        "sequence": 1,
        "updated_at": datetime(2026, 8, 25, 7, 30, tzinfo=UTC),
    },
    "postponed": {"status": "postponed", "sequence": 1},
    "no_named_host": {"host_shown": False},
    "german_overnight": {
        "language": "de",
        "title": "Wärmebilder lesen <heute>",
        "ends_at": datetime(2026, 9, 10, 23, 30, tzinfo=UTC),
        "place": "on_site",
        "place_name": "Werkstatt",
    },
    "with_picture": {
        "image": "a1b2.png",
        "image_alt": "A whiteboard with arrows",
        "image_width": 1200,
        "image_height": 630,
    },
    "tentative": {"status": "tentative"},
    "no_registration": {"join_mode": "none"},
    "registration_elsewhere": {"join_mode": "external"},
    "full_without_waiting": {"capacity": 1, "going_count": 1, "join_mode": "restricted"},
    "german_and_english": {
        "language": "de",
        "title": "Bedrohungen durchdenken",
        "description": "Bring ein System mit, das du kennst.",
        "description_html": "<p>Bring ein System mit, das du kennst.</p>\n",
        "place": "hybrid",
        "place_name": "Werkstatt",
    },
}
TRANSLATIONS: dict[str, list[dict[str, str]]] = {
    "german_and_english": [
        {
            "language": "en",
            "title": "Thinking through <threats>",
            "description": "Bring a system you know.",
            "description_html": "<p>Bring a system you know.</p>\n",
        }
    ],
}


def written_session(kind: str = "online") -> Session:
    """A session of this kind, with all that an Event says loaded, and a meeting link that it must not say."""
    values: dict[str, Any] = {
        "id": 977,
        "company_id": 1,
        "host_id": 42,
        "host_shown": True,
        "title": "Intro to threat modelling",
        "description": "Bring a system you *know*.",
        "description_html": "<p>Bring a system you <em>know</em>.</p>\n",
        "language": "en",
        "starts_at": datetime(2026, 9, 10, 14, 0, tzinfo=UTC),
        "ends_at": datetime(2026, 9, 10, 15, 0, tzinfo=UTC),
        "timezone": "Europe/Zurich",
        "place": "online",
        "place_name": "",
        "place_address": "",
        "meeting_link": b"sealed",
        "going_count": 18,
        "waiting_count": 0,
        "join_mode": "free",
        "audience": "public",
        "status": "scheduled",
        "status_note": "",
        "sequence": 0,
        "image_alt": "",
        "published_at": PUBLISHED,
        "updated_at": PUBLISHED,
    }
    session = Session(**(values | KINDS[kind]))
    session.company, session.host = NORDLICHT, DANA
    session.topics = [
        Topic(id=7, slug="security", name="Security"),
        Topic(id=8, slug="threat_modelling", name="Threat modelling"),
    ]
    session.translations = [SessionTranslation(**text) for text in TRANSLATIONS.get(kind, ())]
    return session
