"""Person to the Person of ActivityStreams: as much of them as they let others know, and no more."""

from collections.abc import Iterable
from html import escape

from alliance.models import Company, ExpertProfile, Person
from federation.models import SigningKey
from federation.translate.company_actors import wire_keys
from federation.uris import Uris
from federation.vocabulary.actor import Actor, Expertise, Icon


def private_person(person: Person, uris: Uris, keys: Iterable[SigningKey]) -> Actor:
    """Somebody who shows nothing: only there so that signatures can be verified."""
    id = uris.person(person.id)  # noqa: A001 - the property's own name
    return Actor(
        id=id,
        type="Person",
        username=f"person-{person.id}",
        inbox=f"{id}/inbox",
        outbox=f"{id}/outbox",
        shared_inbox=uris.shared_inbox,
        approves_by_hand=True,
        published=person.created_at,
        keys=tuple(wire_keys(id, keys)),
    )


def named_person(person: Person, company: Company, uris: Uris, keys: Iterable[SigningKey]) -> Actor:
    """Somebody whose name the reader knows anyway: who holds a session there or asks them for a place."""
    id = uris.person(person.id)  # noqa: A001
    return Actor(
        id=id,
        type="Person",
        username=person.username,
        webfinger=f"{person.username}@{company.host}",
        name=person.name,
        url=id,
        inbox=f"{id}/inbox",
        outbox=f"{id}/outbox",
        shared_inbox=uris.shared_inbox,
        approves_by_hand=True,
        published=person.created_at,
        updated=person.updated_at,
        fields=(_works_at(company, uris),),
        keys=tuple(wire_keys(id, keys)),
    )


def expert(
    person: Person, company: Company, profile: ExpertProfile, uris: Uris, keys: Iterable[SigningKey]
) -> Actor:
    """Somebody with a profile that the reader may see; its topics must be loaded."""
    id = uris.person(person.id)  # noqa: A001
    is_public = profile.audience == "public"
    about = f"<p>{escape(profile.headline)}</p>" if profile.headline else ""
    return Actor(
        id=id,
        type="Person",
        username=person.username,
        webfinger=f"{person.username}@{company.host}",
        name=person.name,
        summary=about + profile.about_html,
        url=id,
        inbox=f"{id}/inbox",
        outbox=f"{id}/outbox",
        followers=f"{id}/followers",
        following=f"{id}/following",
        shared_inbox=uris.shared_inbox,
        is_discoverable=is_public,
        is_indexable=is_public,
        published=person.created_at,
        updated=max(person.updated_at, profile.updated_at),
        fields=(_works_at(company, uris),),
        topics=tuple((topic.name, uris.topic(topic.slug)) for topic in profile.topics),
        icon=Icon(uris.media(profile.picture)) if profile.picture and profile.picture_shared else None,
        keys=tuple(wire_keys(id, keys)),
        expertise=Expertise(
            headline=profile.headline,
            languages=tuple(profile.languages),
            ask_me_about=tuple(profile.ask_me_about),
            is_leader=profile.is_leader,
            takes_letters=profile.takes_letters,
            audience=profile.audience,
        ),
    )


def _works_at(company: Company, uris: Uris) -> tuple[str, str]:
    return "Company", f'<a href="{escape(uris.origin)}">{escape(company.name)}</a>'
