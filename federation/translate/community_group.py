"""Community to Group and back: what a partner's community says, as the domain takes it in."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from alliance.models import Community, CommunityMember, Company
from alliance.receiving_communities import CommunityNews
from federation.models import SigningKey
from federation.translate.company_actors import wire_keys
from federation.uris import Uris, host_of
from federation.vocabulary import community as wire
from federation.vocabulary.actor import Actor, Icon


def group_of(
    community: Community,
    company: Company,
    runs: Sequence[CommunityMember],
    uris: Uris,
    keys: Iterable[SigningKey],
    *,
    is_open: bool,
) -> wire.Community:
    """One of our communities; `runs` are its owners and moderators, with their people loaded."""
    id = uris.community(community.id)  # noqa: A001 - the property's own name
    is_public = community.audience == "public" and is_open
    actor = Actor(
        id=id,
        type="Group",
        username=community.slug,
        webfinger=f"{community.slug}@{company.host}",
        name=community.name,
        summary=community.description_html,
        url=id,
        inbox=f"{id}/inbox",
        outbox=f"{id}/outbox",
        followers=f"{id}/followers",
        featured=f"{id}/featured",
        shared_inbox=uris.shared_inbox,
        is_discoverable=is_public,
        is_indexable=is_public,
        published=community.created_at,
        updated=community.updated_at,
        topics=tuple((topic.name, uris.topic(topic.slug)) for topic in community.topics),
        icon=Icon(uris.media(community.picture)) if community.picture else None,
        keys=tuple(wire_keys(id, keys)),
        also_serves={"company": uris.company},
    )
    owners = tuple((uris.person(row.person_id), row.person.name) for row in runs)
    return wire.Community(actor, community.audience, community.language, community.member_count, owners)


def community_news(told: wire.Community, now: datetime) -> CommunityNews:
    """A Group as the domain takes it in; without a date of its own it counts as changed `now`."""
    actor = told.actor
    return CommunityNews(
        uri=actor.id,
        url=actor.url if actor.url and host_of(actor.url) == host_of(actor.id) else actor.id,
        slug=actor.username,
        name=actor.name,
        description_html=actor.summary,
        language=told.language,
        audience=told.audience,
        member_count=told.member_count,
        topics=[name for name, _ in actor.topics],
        owners=[(name, address) for address, name in told.owners],
        updated_at=actor.updated or now,
    )
