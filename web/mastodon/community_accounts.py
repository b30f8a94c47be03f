"""Communities as apps know accounts: groups that pass on the sessions which stand in them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from alliance.models import Community, CommunityPost, Company, Posting
from alliance.queries.timelines import Placed, placed
from alliance.visibility import Viewer, visible_communities
from web.mastodon.entities.account import community_account
from web.mastodon.entities.place import Place
from web.mastodon.spans import Span

JSON = dict[str, Any]
# Conditions on what is visible ask about companies themselves.
_Owner = aliased(Company)
_SHOWN = (
    Community.id,
    Community.slug,
    Community.name,
    Community.description_html,
    Community.uri,
    Community.url,
    Community.created_at,
    Community.audience,
    Community.picture,
    _Owner.host,
    _Owner.hue,
    _Owner.name.label("company_name"),
    _Owner.origin,
    _Owner.is_home,
)


def community_with_id(db: Connection, viewer: Viewer, place: Place, number: int) -> JSON | None:
    """The account of a community that the viewer may know of. One query."""
    query = select(*_SHOWN).join(_Owner, _Owner.id == Community.company_id)
    row = db.execute(query.where(Community.id == number, visible_communities(viewer))).one_or_none()
    return community_account(row, place) if row is not None else None


def community_called(db: Connection, viewer: Viewer, acct: str, host: str) -> int | None:
    """The identifier of the community with this handle, ours or an ally's, if the viewer may know of it."""
    slug, _, there = acct.strip().removeprefix("@").lower()[:400].partition("@")
    query = select(Community.id).join(_Owner, _Owner.id == Community.company_id)
    found = query.where(
        func.lower(Community.slug) == slug,
        _Owner.is_home if there in ("", host.lower()) else _Owner.host == there,
        visible_communities(viewer),
    )
    return db.scalar(found.limit(1))


def standing_in(db: Connection, community_id: int, span: Span) -> Sequence[Placed]:
    """The sessions that stand in it, as rows of a timeline; who may see each is asked when it is shown."""
    there = select(CommunityPost.subject_id).where(
        CommunityPost.community_id == community_id,
        CommunityPost.kind == "session",
        CommunityPost.state == "shown",
    )
    query: Any = select(Posting.id).where(
        Posting.kind == "session", Posting.gone_at.is_(None), Posting.session_id.in_(there)
    )
    ids = span.sorted(db.execute(span.applied(query, Posting.id)).all())
    rows = {row.id: row for row in placed(db, [one[0] for one in ids])}
    return [rows[one[0]] for one in ids if one[0] in rows]
