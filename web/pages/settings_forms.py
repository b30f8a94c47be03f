"""The forms on the settings page: from what was typed to what is stored, and back."""

from collections.abc import Mapping

from alliance.errors import Invalid
from alliance.models import Employee, Person
from alliance.profiling import ProfileDraft
from alliance.signing_in import is_password
from web.forms import words

YOU_FIELDS = {"language": 10, "timezone": 64}
EXPERT_FIELDS = {
    "name": 201,
    "audience": 10,
    "headline": 201,
    "about": 5001,
    "ask_me_about": 1000,
    "topics": 900,
    "languages": 100,
    "is_leader": 5,
    "takes_letters": 5,
}
PASSWORD_FIELDS = {"current": 1000, "password": 1000}


def you_values(employee: Employee, language: str, zone: str) -> dict[str, str]:
    """Language and zone as they are, chosen or not."""
    return {"language": employee.language or language, "timezone": employee.timezone or zone}


def expert_values(person: Person) -> dict[str, str]:
    """The profile as its owner wrote it, published or not; `profile` and its topics are loaded."""
    profile = person.profile
    if profile is None:
        return {**dict.fromkeys(EXPERT_FIELDS, ""), "name": person.name, "takes_letters": "yes"}
    return {
        "audience": profile.audience if profile.published_at else "",
        "name": person.name,
        "headline": profile.headline,
        "about": profile.about,
        "ask_me_about": "\n".join(profile.ask_me_about),
        "topics": ", ".join(topic.name for topic in profile.topics),
        "languages": ", ".join(profile.languages),
        "is_leader": "yes" if profile.is_leader else "",
        "takes_letters": "yes" if profile.takes_letters else "",
    }


def profile_draft(values: Mapping[str, str]) -> ProfileDraft:
    """What the form says; without an audience nobody is to see it."""
    return ProfileDraft(
        name=values["name"],
        audience=values["audience"] or "company",
        headline=values["headline"],
        about=values["about"],
        languages=tuple(code.lower() for code in words(values["languages"], 20)),
        ask_me_about=tuple(line for line in values["ask_me_about"].split("\n") if line.strip()),
        topics=tuple(words(values["topics"], 40)),
        is_leader=bool(values["is_leader"]),
        takes_letters=bool(values["takes_letters"]),
    )


def check_current_password(password_hash: str | None, values: Mapping[str, str]) -> None:
    """Raises Invalid unless the current password is right; computes a while, so call it in a thread."""
    if not is_password(password_hash, values["current"]):
        raise Invalid("This is not your current password.", field="current")
