"""What holds on this instance, as JSON: what an approval is given for, and what two versions are compared by.

Nothing secret is in it, and nobody of ours.
"""

from datetime import datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.data_catalogue import catalogue
from alliance.identities import roles_from
from alliance.models import Company, OutboundRule, Partner, Source
from alliance.queries.companies import home_company
from alliance.retention import RULES, days_kept
from alliance.settings import Settings
from federation.outbound import ALLOWED
from web.approval.closed_reports import REPORTS
from web.approval.rights import INTERFACES, ROLES

Configuration = dict[str, Any]
FORM = 1
"""Raised when the shape changes."""


async def configuration(db: AsyncSession, settings: Settings, now: datetime) -> Configuration:
    """The configuration at this moment (aware)."""
    home = await home_company(db)
    return {
        "form": FORM,
        "product": f"Alliance {version('alliance')}",
        "made_at": now.isoformat(timespec="seconds"),
        "company": {"name": home.name, "host": settings.host, "language": home.language},
        "settings": _settings(settings),
        "partners": await _partners(db),
        "sources": sorted(await db.scalars(select(Source.host))),
        "roles": {role.key: sorted(role.rights) for role in ROLES},
        "interfaces": [one.key for one in INTERFACES],
        "reports": [one.key for one in REPORTS],
        "retention": {rule: days_kept(settings.retention, rule) for rule in RULES},
        "outbound": {kind: sorted(fields) for kind, fields in ALLOWED.items()},
        "held_back": await _held_back(db),
        "catalogue": {name: _table(name) for name in sorted(catalogue())},
    }


def _settings(settings: Settings) -> Configuration:
    return {
        "federation": settings.federation,
        "ai": settings.ai,
        "announce_again": settings.announce_again,
        "leavers_sessions": settings.leavers_sessions,
        "passwords": settings.passwords,
        "single_sign_on": settings.oidc_issuer,
        "roles_from_groups": roles_from((), settings) is not None,
        "numbers_threshold": settings.numbers_threshold,
        "mail": settings.smtp.host if settings.smtp else None,
        "mail_encryption": settings.smtp.security if settings.smtp else None,
        "mailbox": settings.imap.host if settings.imap else None,
        "pictures": f"{settings.s3_endpoint}/{settings.s3_bucket}" if settings.s3_endpoint else None,
        "proxy": bool(settings.https_proxy),
        "database": settings.database.partition(":")[0].partition("+")[0],
        "transport_encryption": settings.is_https,
        "development_mode": settings.danger_private_networks,
        "security_contact": settings.security_contact,
    }


async def _partners(db: AsyncSession) -> Configuration:
    rows = await db.execute(
        select(Company.host, Company.name, Partner.state)
        .join(Partner, Partner.company_id == Company.id)
        .order_by(Company.host)
    )
    return {row.host: {"name": row.name, "state": row.state} for row in rows}


async def _held_back(db: AsyncSession) -> dict[str, list[str]]:
    """Fields by host; those held back from everybody under an asterisk."""
    rows = await db.execute(
        select(OutboundRule.kind, OutboundRule.field, Company.host)
        .outerjoin(Company, Company.id == OutboundRule.company_id)
        .order_by(OutboundRule.kind, OutboundRule.field)
    )
    found: dict[str, list[str]] = {}
    for kind, field, host in rows:
        found.setdefault(host or "*", []).append(f"{kind}.{field}")
    return found


def _table(name: str) -> Configuration:
    entry = catalogue()[name]
    return {
        "about": entry.about,
        "basis": entry.basis,
        "seen_by": sorted(entry.seen_by),
        "kept": entry.kept,
        "columns": sorted(entry.columns),
        "leaves": sorted(f"{one} > {leaving.to}" for leaving in entry.leaves for one in leaving.columns),
    }
