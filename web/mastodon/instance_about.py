"""What apps tell people about this server: rules, description, privacy, languages."""

from datetime import UTC, datetime
from typing import Any

from alliance.company_profile import rules_in
from alliance.queries.app_choices import writing_choice
from alliance.queries.companies import home_company
from alliance.text import render_markdown
from web.mastodon.answers import iso
from web.mastodon.door import Call, Endpoint
from web.mastodon.entities.place import Place
from web.pages.about import PRIVACY_TEXTS
from web.texts import LANGUAGES, language_name

_WRITTEN = datetime(2026, 11, 22, tzinfo=UTC)


async def rules(call: Call) -> list[Any]:
    """GET /api/v1/instance/rules: as the company wrote them."""
    async with call.reading() as db:
        company = await home_company(db)
    return [
        {"id": str(number), "text": rule, "hint": "", "translations": {}}
        for number, rule in enumerate(rules_in(company.rules), 1)
    ]


async def extended_description(call: Call) -> dict[str, Any]:
    """GET /api/v1/instance/extended_description."""
    async with call.reading() as db:
        company = await home_company(db)
    return {"updated_at": iso(company.updated_at), "content": render_markdown(company.summary)}


async def privacy_policy(call: Call) -> dict[str, Any]:
    """GET /api/v1/instance/privacy_policy."""
    async with call.reading() as db:
        company = await home_company(db)
    if company.privacy:
        return {"updated_at": iso(company.updated_at), "content": render_markdown(company.privacy)}
    content = "".join(f"<p>{call.texts.gettext(text)}</p>" for text in PRIVACY_TEXTS)
    return {"updated_at": iso(_WRITTEN), "content": content}


async def languages(call: Call) -> list[dict[str, str]]:
    """GET /api/v1/instance/languages."""
    return [{"code": code, "name": language_name(code, call.language)} for code in LANGUAGES]


async def translation_languages(call: Call) -> dict[str, Any]:
    """GET /api/v1/instance/translation_languages: nothing is sent to a translator."""
    return {}


async def health(call: Call) -> dict[str, str]:
    """GET /health; /readyz tells more."""
    return {"status": "OK"}


async def nothing(call: Call) -> list[Any]:
    """Of what there is none here: custom emoji, announcements."""
    return []


async def preferences(call: Call) -> dict[str, Any]:
    """GET /api/v1/preferences: new statuses are for the alliance, unless somebody chose otherwise."""
    async with call.reading() as db:
        choice = await writing_choice(db, call.me.id)
    return {
        "posting:default:visibility": choice.visibility,
        "posting:default:sensitive": choice.is_sensitive,
        "posting:default:language": choice.language or call.me.language,
        "posting:default:quote_policy": "nobody",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
    }


async def userinfo(call: Call) -> dict[str, Any]:
    """GET and POST /oauth/userinfo: who allowed this, and nothing more."""
    person, origin = call.me.person, call.instance.settings.origin
    page = f"{origin}/people/{person.id}"
    return {
        "iss": origin,
        "sub": page,
        "name": person.name,
        "preferred_username": person.username,
        "profile": page,
        "picture": Place(origin, call.instance.settings.host).avatar(person.id),
    }


ENDPOINTS = (
    Endpoint("GET", "/api/v1/instance/rules", rules, "none"),
    Endpoint("GET", "/api/v1/instance/extended_description", extended_description, "none"),
    Endpoint("GET", "/api/v1/instance/privacy_policy", privacy_policy, "none"),
    Endpoint("GET", "/api/v1/instance/languages", languages, "none"),
    Endpoint("GET", "/api/v1/instance/translation_languages", translation_languages, "none"),
    Endpoint("GET", "/api/v1/custom_emojis", nothing, "none"),
    Endpoint("GET", "/api/v1/announcements", nothing, "user"),
    Endpoint("GET", "/api/v1/preferences", preferences, "user", ("read:accounts",)),
    Endpoint("GET", "/oauth/userinfo", userinfo, "user", ("profile",)),
    Endpoint("POST", "/oauth/userinfo", userinfo, "user", ("profile",)),
    Endpoint("GET", "/health", health, "none"),
)
