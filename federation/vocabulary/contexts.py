"""The JSON-LD contexts that our documents carry: the two that everybody bundles, the rest inline.

Readers that expand JSON-LD fetch what is referenced and fail when it is down, so nothing else is referenced.
"""

from typing import Any

from federation.vocabulary.values import Json

ACTIVITYSTREAMS = "https://www.w3.org/ns/activitystreams"
SECURITY = "https://w3id.org/security/v1"

_XSD = "http://www.w3.org/2001/XMLSchema#"
_FEP_EVENT_TERMS = (
    *("OrganizersCollection", "AttendeesCollection", "organizers", "attendees"),
    *("EventScheduled", "EventCancelled", "EventRescheduled", "EventPostponed"),
    *("EventTentative", "EventMovedOnline", "externalParticipationUrl", "isBannerImage"),
    *("joinMode", "previousStartTime", "timezone"),
)

EVENT_TERMS: Json = {
    "toot": "http://joinmastodon.org/ns#",
    "Hashtag": "as:Hashtag",
    "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
    "sc": "http://schema.org/",
    "VirtualLocation": "sc:VirtualLocation",
    "address": "sc:address",
    "PostalAddress": "sc:PostalAddress",
    "streetAddress": "sc:streetAddress",
    "maximumAttendeeCapacity": "sc:maximumAttendeeCapacity",
    "remainingAttendeeCapacity": "sc:remainingAttendeeCapacity",
    "inLanguage": "sc:inLanguage",
    "uuid": "sc:identifier",
    "mz": "https://joinmobilizon.org/ns#",
    "isOnline": "mz:isOnline",
    "participantCount": "mz:participantCount",
    "repliesModerationOption": "mz:repliesModerationOption",
    "anonymousParticipationEnabled": "mz:anonymousParticipationEnabled",
    "pt": "https://joinpeertube.org/ns#",
    "commentsEnabled": "pt:commentsEnabled",
    "status": "http://www.w3.org/2002/12/cal/ical#status",
    "fe": "https://w3id.org/fep/8a8e/",
    **{term: f"fe:{term}" for term in _FEP_EVENT_TERMS},
    "category": {"@container": "@list", "@id": "fe:category"},
    "displayEndTime": {"@id": "fe:displayEndTime", "@type": f"{_XSD}boolean"},
    "eventStatus": {"@id": "fe:eventStatus", "@type": "@vocab"},
    "alliance": "urn:alliance:ns#",
    "sequence": "alliance:sequence",
    "statusNote": "alliance:statusNote",
    "waitingCount": "alliance:waitingCount",
}

# What allied instances tell each other besides; everybody else passes over it.
ALLIANCE_TERMS: Json = {
    "alliance": "urn:alliance:ns#",
    "company": {"@id": "alliance:company", "@type": "@id"},
    "instance": {"@id": "alliance:instance", "@type": "@id"},
    "experts": {"@id": "alliance:experts", "@type": "@id"},
    "partners": {"@id": "alliance:partners", "@type": "@id"},
    "hue": "alliance:hue",
    "workingLanguage": "alliance:workingLanguage",
    "homeTimezone": "alliance:homeTimezone",
    "software": "alliance:software",
    "headline": "alliance:headline",
    "speaks": "alliance:speaks",
    "askMeAbout": "alliance:askMeAbout",
    "isLeader": "alliance:isLeader",
    "takesLetters": "alliance:takesLetters",
    "visibleTo": "alliance:visibleTo",
    "memberCount": "alliance:memberCount",
    "communities": {"@id": "alliance:communities", "@type": "@id"},
}

ACTOR_TERMS: Json = {
    "toot": "http://joinmastodon.org/ns#",
    "discoverable": "toot:discoverable",
    "indexable": "toot:indexable",
    "featured": {"@id": "toot:featured", "@type": "@id"},
    "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
    "movedTo": {"@id": "as:movedTo", "@type": "@id"},
    "schema": "http://schema.org#",
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    "Hashtag": "as:Hashtag",
    "Multikey": "https://w3id.org/security#Multikey",
    "assertionMethod": {
        "@id": "https://w3id.org/security#assertionMethod",
        "@type": "@id",
        "@container": "@set",
    },
    "controller": {"@id": "https://w3id.org/security#controller", "@type": "@id"},
    "publicKeyMultibase": "https://w3id.org/security#publicKeyMultibase",
    "implements": {"@id": "https://w3id.org/fep/844e/implements", "@type": "@id", "@container": "@list"},
    "upcomingEvents": {"@id": "https://w3id.org/fep/8a8e/upcomingEvents", "@type": "@id"},
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    **ALLIANCE_TERMS,
}

# What proofs need of https://w3id.org/security/data-integrity/v2, in words of JSON-LD 1.0: processors
# of that age stop at a scoped context or a container for graphs.
PROOF_TERMS: Json = {
    "DataIntegrityProof": "https://w3id.org/security#DataIntegrityProof",
    "proof": {"@id": "https://w3id.org/security#proof", "@type": "@id"},
    "cryptosuite": "https://w3id.org/security#cryptosuite",
    "proofPurpose": {"@id": "https://w3id.org/security#proofPurpose", "@type": "@vocab"},
    "assertionMethod": {
        "@id": "https://w3id.org/security#assertionMethod",
        "@type": "@id",
        "@container": "@set",
    },
    "proofValue": {
        "@id": "https://w3id.org/security#proofValue",
        "@type": "https://w3id.org/security#multibase",
    },
    "verificationMethod": {"@id": "https://w3id.org/security#verificationMethod", "@type": "@id"},
    "created": {"@id": "http://purl.org/dc/terms/created", "@type": f"{_XSD}dateTime"},
}

NOTE_TERMS: Json = {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive"}

NOTE_CONTEXT: list[Any] = [ACTIVITYSTREAMS, NOTE_TERMS]
EVENT_CONTEXT: list[Any] = [ACTIVITYSTREAMS, SECURITY, EVENT_TERMS]
ACTOR_CONTEXT: list[Any] = [ACTIVITYSTREAMS, SECURITY, ACTOR_TERMS]


def with_context(context: object, body: Json) -> Json:
    """The document with its context in front."""
    return {"@context": context, **{name: value for name, value in body.items() if name != "@context"}}


def without_context(body: Json) -> Json:
    """The document as it stands inside another one."""
    return {name: value for name, value in body.items() if name != "@context"}


def with_proof_terms(body: Json) -> Json:
    """The document with the terms of proofs in its context, so that no reader has to fetch one for them."""
    given = body.get("@context", [])
    contexts = given if isinstance(given, list) else [given]
    return with_context([*contexts, PROOF_TERMS], body)
