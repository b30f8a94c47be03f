"""Company to its two actors: the Application that speaks for the instance, the Group that publishes."""

from collections.abc import Iterable
from html import escape

from alliance.models import Company
from alliance.text import text_as_html
from federation.models import SigningKey
from federation.uris import Uris
from federation.vocabulary.actor import Actor, Card, Icon, Key

INSTANCE_USERNAME = "alliance"


def instance_actor(company: Company, uris: Uris, keys: Iterable[SigningKey], *, is_open: bool) -> Actor:
    """The home company's instance: signs fetches, follows partners, announces what is public."""
    return _actor(
        company,
        uris,
        keys,
        id=uris.instance,
        type="Application",
        username=INSTANCE_USERNAME,
        is_open=is_open,
        also_serves={"partners": uris.partners},
    )


def company_actor(company: Company, uris: Uris, keys: Iterable[SigningKey], *, is_open: bool) -> Actor:
    """The home company as publisher of its sessions; what people elsewhere follow."""
    actor = uris.company
    return _actor(
        company,
        uris,
        keys,
        id=actor,
        type="Group",
        username=company.handle,
        is_open=is_open,
        upcoming=f"{actor}/upcoming",
        featured=f"{actor}/featured",
        also_serves={"experts": f"{actor}/experts", "communities": f"{actor}/communities"},
    )


def _actor(
    company: Company,
    uris: Uris,
    keys: Iterable[SigningKey],
    *,
    id: str,  # noqa: A002 - the property's own name
    type: str,  # noqa: A002
    username: str,
    is_open: bool,
    upcoming: str | None = None,
    featured: str | None = None,
    also_serves: dict[str, str] | None = None,
) -> Actor:
    link = f'<a href="{escape(uris.origin)}" rel="me">{escape(company.host)}</a>'
    return Actor(
        id=id,
        type=type,
        username=username,
        webfinger=f"{username}@{company.host}",
        name=company.name,
        summary=text_as_html(company.summary) if company.summary else "",
        url=f"{uris.origin}/",
        inbox=f"{id}/inbox",
        outbox=f"{id}/outbox",
        followers=f"{id}/followers",
        following=f"{id}/following",
        featured=featured,
        upcoming=upcoming,
        shared_inbox=uris.shared_inbox,
        is_discoverable=is_open,
        is_indexable=is_open,
        published=company.created_at,
        updated=company.updated_at,
        fields=(("Alliance", link),),
        icon=Icon(uris.media(company.logo)) if company.logo else None,
        keys=tuple(wire_keys(id, keys)),
        card=card_of(company, uris),
        also_serves=also_serves or {},
    )


def card_of(company: Company, uris: Uris) -> Card:
    """What partners show beside a company's name."""
    return Card(
        company=uris.company,
        instance=uris.instance,
        hue=company.hue,
        language=company.language,
        timezone=company.timezone,
        software=company.software,
    )


def wire_keys(actor: str, keys: Iterable[SigningKey]) -> Iterable[Key]:
    """The public halves of an actor's keys, under the ids that signatures name."""
    fragments = {"rsa": "#main-key", "ed25519": "#ed25519-key"}
    return (Key(f"{actor}{fragments[key.kind]}", actor, key.kind, key.public) for key in keys)
