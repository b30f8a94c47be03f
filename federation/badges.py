"""Makes badges of confirmed learning: Open Badges 3.0 credentials, signed by the company.

A badge is a Verifiable Credential 2.0 that its owner takes along; what it says of them is what they chose.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.badges import confirmation_to_show, keep_badge, revoked_badges, same_badge
from alliance.models import Badge, Company, Confirmation
from alliance.queries.companies import home_company
from alliance.times import rfc3339
from federation.models import SigningKey
from federation.signatures import KeyKind, SecretKey
from federation.signatures.credentials import sign_credential
from federation.uris import COMPANY

if TYPE_CHECKING:
    from federation.wiring import Federation

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
ISSUER_PATH = "/badges/issuer"
REVOKED_PATH = "/badges/revoked"
MOST_KEYS = 20
CONFIRMED_BY = {
    "host": "The host of the session confirmed the attendance.",
    "person": "The person confirmed their own attendance.",
}

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """Who a badge is about: by `name`, or without one by nothing but a number of its own."""

    person_id: int
    name: str | None


def issuer_uri(origin: str) -> str:
    """Who issues the badges of a company of an alliance, and where its keys for that are listed."""
    return f"{origin}{ISSUER_PATH}"


async def badge_for(federation: "Federation", confirmation_id: int, bearer: Bearer) -> Badge:
    """The badge of a confirmation, made when there is none of this kind yet. Raises NotFound, Conflict."""
    instance = federation.instance
    async with instance.reading() as db:
        confirmation = await confirmation_to_show(db, confirmation_id, bearer.person_id)
        known = await same_badge(db, confirmation.id, is_named=bearer.name is not None)
        home = await home_company(db)
    if known is not None and _says(known, bearer):
        return known
    badge_id = str(uuid.uuid4())
    document = credential(
        confirmation, badge_id, bearer, home, instance.settings.origin, instance.clock.now()
    )
    signed = sign_credential(document, await _signing_key(federation), instance.clock.now())
    async with instance.unit_of_work() as uow:
        # Taken back meanwhile, there is nothing to make a badge of; and two clicks make one badge.
        confirmation = await confirmation_to_show(uow.db, confirmation_id, bearer.person_id, locked=True)
        known = await same_badge(uow.db, confirmation.id, is_named=bearer.name is not None)
        if known is not None and _says(known, bearer):
            return known
        body = orjson.dumps(signed, option=orjson.OPT_INDENT_2)
        return await keep_badge(uow, confirmation, badge_id, body, is_named=bearer.name is not None)


def credential(
    confirmation: Confirmation, badge_id: str, bearer: Bearer, home: Company, origin: str, now: datetime
) -> Json:
    """An OpenBadgeCredential (Open Badges 3.0, B.1.1) without its proof.

    Pseudonymous, its subject is a number that no other badge has, so that two badges of one person have
    nothing in common.
    """
    subject: Json = {
        "type": ["AchievementSubject"],
        "activityStartDate": rfc3339(confirmation.starts_at),
        "activityEndDate": rfc3339(confirmation.ends_at),
        "achievement": _achievement(confirmation),
    }
    if bearer.name is None:
        subject["id"] = f"urn:uuid:{uuid.uuid4()}"
    else:
        subject["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": bearer.name,
                "identityType": "name",
            }
        ]
    return {
        "@context": list(CONTEXT),
        "id": f"urn:uuid:{badge_id}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": confirmation.title,
        "issuer": {"id": issuer_uri(origin), "type": ["Profile"], "name": home.name, "url": origin},
        "validFrom": rfc3339(now),
        "credentialSubject": subject,
        "credentialStatus": {"id": f"{origin}{REVOKED_PATH}", "type": "1EdTechRevocationList"},
    }


async def issuer_document(db: AsyncSession, origin: str) -> Json:
    """Who issues badges here, with every key that they were ever signed with: they outlive a change of keys.

    A controlled identifier document (W3C, May 2025); a key that was replaced says until when it was used.
    """
    home = await home_company(db)
    issuer = issuer_uri(origin)
    keys = [_method(issuer, key) for key in await _keys(db)]
    return {
        "@context": ["https://www.w3.org/ns/cid/v1", CONTEXT[1]],
        "id": issuer,
        "type": ["Profile"],
        "name": home.name,
        "url": origin,
        "verificationMethod": keys,
        "assertionMethod": [key["id"] for key in keys],
    }


async def revocation_list(db: AsyncSession, origin: str) -> Json:
    """Which badges are void."""
    return listed_as_void(await revoked_badges(db), origin)


def listed_as_void(badge_ids: Sequence[str], origin: str) -> Json:
    """Badges by their numbers alone (1EdTech Revocation List Status Method)."""
    return {
        "id": f"{origin}{REVOKED_PATH}",
        "issuer": issuer_uri(origin),
        "revokedCredential": [{"id": f"urn:uuid:{one}", "revoked": True} for one in badge_ids],
    }


def badge_number(text: str) -> str | None:
    """A badge's number as we write it, or None for what is none."""
    try:
        number = uuid.UUID(text)
    except ValueError:
        return None
    return text if str(number) == text else None


def _says(badge: Badge, bearer: Bearer) -> bool:
    """Whether a badge still names its owner as they are called now."""
    if bearer.name is None or badge.document is None:
        return badge.document is not None
    subject = orjson.loads(badge.document)["credentialSubject"]
    return bool(subject["identifier"][0]["identityHash"] == bearer.name)


def _achievement(confirmation: Confirmation) -> Json:
    said_by = CONFIRMED_BY["host" if confirmation.host_at is not None else "person"]
    return {
        "id": confirmation.session_uri,
        "type": ["Achievement"],
        "achievementType": "LearningProgram",
        "name": confirmation.title,
        "description": f"A learning session of {confirmation.company}.",
        "criteria": {"narrative": said_by},
        "creator": {"id": confirmation.company_uri, "type": ["Profile"], "name": confirmation.company},
        "inLanguage": confirmation.language,
    }


async def _signing_key(federation: "Federation") -> SecretKey:
    keys = await federation.keyring.of(COMPANY)
    issuer = issuer_uri(federation.instance.settings.origin)
    return SecretKey(f"{issuer}#{keys.ed25519_public}", issuer, keys.ed25519.material)


async def _keys(db: AsyncSession) -> Sequence[SigningKey]:
    """The newest first."""
    rows = await db.scalars(
        select(SigningKey)
        .where(SigningKey.actor == COMPANY, SigningKey.kind == KeyKind.ED25519)
        .order_by(SigningKey.id.desc())
        .limit(MOST_KEYS)
    )
    return rows.all()


def _method(issuer: str, key: SigningKey) -> Json:
    method: Json = {
        "id": f"{issuer}#{key.public}",
        "type": "Multikey",
        "controller": issuer,
        "publicKeyMultibase": key.public,
    }
    return method if key.retired_at is None else method | {"expires": rfc3339(key.retired_at)}
