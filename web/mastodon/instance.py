"""What an app asks first: whose server this is, what it speaks, and what fits through."""

from typing import Any

from alliance.instance import Instance
from alliance.models import Company
from alliance.queries.companies import home_company
from web.activitypub.nodeinfo import our_version
from web.mastodon.door import Call, Endpoint
from web.mastodon.entities.place import Place
from web.push.keys import public_push_key
from web.texts import LANGUAGES

SPEAKS = "4.5.0"
API_VERSION = 7
"""Of Mastodon 4.5; apps decide by it what they offer."""
MOST_CHARACTERS = 5000
CHARACTERS_PER_URL = 23
MOST_PICTURES = 1
PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
PICTURE_BYTES = 10_000_000
PICTURE_PIXELS = 40_000_000
MOST_ALT_CHARACTERS = 500
MOST_FEATURED_TAGS = 10
MOST_PINNED = 5
MOST_OPTIONS = 4
MOST_OPTION_CHARACTERS = 50
POLL_SECONDS = (300, 2_629_746)


def version_words() -> str:
    """Three numbers that apps read, then who we are."""
    return f"{SPEAKS} (compatible; Alliance {our_version()})"


async def vapid_key(call: Call) -> str:
    """The public key of what signs push messages; made when the first app asks, and then remembered."""
    state = call.request.app.state
    if not hasattr(state, "push_key"):
        state.push_key = await public_push_key(call.instance)
    known: str = state.push_key
    return known


async def v2(call: Call) -> dict[str, Any]:
    """GET /api/v2/instance."""
    async with call.reading() as db:
        company = await home_company(db)
    settings = call.instance.settings
    place = Place(settings.origin, settings.host)
    return {
        "domain": settings.host,
        "title": company.name,
        "version": version_words(),
        "source_url": settings.origin,
        "description": company.summary,
        "usage": {"users": {"active_month": 0}},  # nobody is watched here
        "thumbnail": {"url": place.cover, "description": company.name, "versions": {}},
        "icon": [{"src": place.avatar(company.hue), "size": "400x400"}],
        "languages": list(LANGUAGES),
        "configuration": {
            "urls": {
                "streaming": streaming_address(call.instance),
                "status": None,
                "about": f"{settings.origin}/",
                "privacy_policy": None,
                "terms_of_service": None,
            },
            "vapid": {"public_key": await vapid_key(call)},
            **configuration(),
            "accounts": {
                "max_featured_tags": MOST_FEATURED_TAGS,
                "max_pinned_statuses": MOST_PINNED,
            },
            "media_attachments": {
                **configuration()["media_attachments"],
                "description_limit": MOST_ALT_CHARACTERS,
            },
            "translation": {"enabled": False},
            "timelines_access": _access(),
            "limited_federation": settings.federation == "alliance-only",
        },
        "registrations": _registrations(call, company),
        "api_versions": {"mastodon": API_VERSION},
        "contact": {"email": contact_email(call.instance), "account": None},
        "rules": [],
    }


async def v1(call: Call) -> dict[str, Any]:
    """GET /api/v1/instance."""
    counts = await call.request.app.state.usage.of(call.instance)
    async with call.reading() as db:
        company = await home_company(db)
    settings = call.instance.settings
    return {
        "uri": settings.host,
        "title": company.name,
        "short_description": company.summary,
        "description": company.summary,
        "email": contact_email(call.instance),
        "version": version_words(),
        "urls": {"streaming_api": streaming_address(call.instance)},
        "stats": {"user_count": counts.people, "status_count": counts.sessions, "domain_count": 0},
        "thumbnail": Place(settings.origin, settings.host).cover,
        "languages": list(LANGUAGES),
        "registrations": False,
        "approval_required": False,
        "invites_enabled": False,
        "configuration": configuration(),
        "contact_account": None,
        "rules": [],
    }


def configuration() -> dict[str, Any]:
    """What fits through, as both versions tell it."""
    return {
        "accounts": {"max_featured_tags": MOST_FEATURED_TAGS},
        "statuses": {
            "max_characters": MOST_CHARACTERS,
            "max_media_attachments": MOST_PICTURES,
            "characters_reserved_per_url": CHARACTERS_PER_URL,
        },
        "media_attachments": {
            "supported_mime_types": list(PICTURE_TYPES),
            "image_size_limit": PICTURE_BYTES,
            "image_matrix_limit": PICTURE_PIXELS,
            "video_size_limit": 0,
            "video_frame_rate_limit": 0,
            "video_matrix_limit": 0,
        },
        "polls": {
            "max_options": MOST_OPTIONS,
            "max_characters_per_option": MOST_OPTION_CHARACTERS,
            "min_expiration": POLL_SECONDS[0],
            "max_expiration": POLL_SECONDS[1],
        },
    }


def streaming_address(instance: Instance) -> str:
    """Where apps open a WebSocket."""
    return instance.settings.origin.replace("http", "ws", 1)


def contact_email(instance: Instance) -> str:
    """Where people write; empty where the operator names no address."""
    contact = instance.settings.security_contact or ""
    return contact.removeprefix("mailto:") if contact.startswith("mailto:") else ""


def _registrations(call: Call, company: Company) -> dict[str, Any]:
    message = call.texts.gettext("Accounts here are those of %(company)s.", company=company.name)
    return {
        "enabled": False,
        "approval_required": False,
        "reason_required": None,
        "message": f"<p>{_escaped(message)}</p>",
        "min_age": None,
        "url": None,
    }


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _access() -> dict[str, Any]:
    everybody = {"local": "public", "remote": "public"}
    return {
        "live_feeds": everybody,
        "hashtag_feeds": everybody,
        "trending_link_feeds": {"local": "public", "remote": "disabled"},
    }


ENDPOINTS = (
    Endpoint("GET", "/api/v1/instance", v1, "none"),
    Endpoint("GET", "/api/v2/instance", v2, "none"),
)
