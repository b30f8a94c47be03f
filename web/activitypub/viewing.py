"""Who asks for a document: the instance of a company that signed its request, or a stranger."""

import structlog
from sqlalchemy import select
from starlette.requests import Request

from alliance.errors import Forbidden
from alliance.models import Company, Partner
from alliance.visibility import STRANGER, Viewer, partner_viewer
from federation.models import Lane
from federation.signatures import Policy, Reason, Rejection, SignedRequest, peek, rejection, verify
from federation.uris import host_of
from federation.wiring import Federation
from web.activitypub.answers import has_signature

log = structlog.get_logger("alliance.doors")


async def viewer_of(request: Request) -> Viewer:
    """As whom documents are asked. A signature that does not hold makes a stranger, as none does.

    Only allies see more than strangers: a signature that doesn't claim to be an ally's is not looked at, so
    that nobody can make this instance fetch keys by asking for documents.
    """
    federation: Federation = request.app.state.federation
    await federation.held_back.refresh()
    request.state.viewer = viewer = await _viewer(request, federation)
    return viewer


async def _viewer(request: Request, federation: Federation) -> Viewer:
    if not has_signature(request):
        return STRANGER
    try:
        signed = _signed(request, federation)
        await _refuse_shut_out(federation, signed)
        ally = await _claimed(federation, signed)
        if ally is None:
            return STRANGER
        return await _proved(federation, signed, ally)
    except Rejection as refusal:
        log.info("signed request not believed", reason=refusal.reason.word, detail=refusal.detail)
        return STRANGER


async def _refuse_shut_out(federation: Federation, signed: SignedRequest) -> None:
    """Raises Forbidden, before any key is asked for, when a signature names a domain that is suspended."""
    await federation.admission.refresh()
    if any(federation.admission.is_suspended(host_of(claim.key_id)) for claim in peek(signed)):
        raise Forbidden


def _signed(request: Request, federation: Federation) -> SignedRequest:
    scope = request.scope
    target = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    scheme = "https" if federation.instance.settings.is_https else "http"
    return SignedRequest.received(request.method, target, scheme, scope["headers"], b"")


async def _claimed(federation: Federation, signed: SignedRequest) -> Company | None:
    """The ally on whose host a key of this signature is said to lie; nothing is proved yet."""
    hosts = {host_of(claim.key_id) for claim in peek(signed)}
    async with federation.instance.reading() as db:
        wanted = select(Company).join(Company.partner).where(Partner.state == "allied")
        return await db.scalar(wanted.where(Company.host.in_(hosts)).limit(1))


async def _proved(federation: Federation, signed: SignedRequest, ally: Company) -> Viewer:
    """The ally, if its instance or company signed. Raises Rejection."""
    settings = federation.instance.settings
    policy = Policy.of(settings.origin, max_age=settings.signature_max_age)
    signer = await verify(signed, federation.remote_keys, federation.instance.clock.now(), policy)
    is_ally = signer.actor_id in (ally.instance_uri, ally.uri)
    return partner_viewer(ally.id) if is_ally else STRANGER


async def signing_host(request: Request) -> str:
    """The host of the actor that signed this request. Raises Rejection for anybody else.

    Whoever has nothing to do with us is turned away before a key is fetched.
    """
    federation: Federation = request.app.state.federation
    settings = federation.instance.settings
    signed = _signed(request, federation)
    hosts = {host_of(claim.key_id) for claim in peek(signed)}
    await federation.admission.refresh()
    for host in hosts:
        if federation.admission.is_blocked(host):
            raise rejection(Reason.BLOCKED, host)
    if not await _are_known(federation, hosts):
        raise rejection(Reason.KEY_NOT_FOUND, "nobody there has to do with us")
    policy = Policy.of(settings.origin, max_age=settings.signature_max_age)
    signer = await verify(signed, federation.remote_keys, federation.instance.clock.now(), policy)
    return host_of(signer.actor_id)


async def _are_known(federation: Federation, hosts: set[str]) -> bool:
    """Whether something was ever sent to each of these hosts: whoever follows has had an answer."""
    async with federation.instance.reading() as db:
        found = await db.scalars(select(Lane.host).where(Lane.direction == "out", Lane.host.in_(hosts)))
        return hosts <= set(found)
