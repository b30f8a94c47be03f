"""Who asks for a document: the instance of a company that signed its request, or a stranger."""

import structlog
from starlette.requests import Request

from alliance.queries.companies import company_with_uri
from alliance.visibility import STRANGER, Viewer, partner_viewer
from federation.signatures import Policy, Rejection, SignedRequest, verify
from federation.wiring import Federation
from web.activitypub.answers import has_signature

log = structlog.get_logger("alliance.doors")


async def viewer_of(request: Request) -> Viewer:
    """As whom documents are asked. A signature that does not hold makes a stranger, as none does.

    Only what an allied instance may see beyond the public needs to know; nobody learns which it was.
    """
    if not has_signature(request):
        return STRANGER
    federation: Federation = request.app.state.federation
    try:
        actor_id = await _signer(request, federation)
    except Rejection as refusal:
        log.info("signed request not believed", reason=refusal.reason.word, detail=refusal.detail)
        return STRANGER
    async with federation.instance.reading() as db:
        company = await company_with_uri(db, actor_id)
    return partner_viewer(company.id) if company is not None and not company.is_home else STRANGER


async def _signer(request: Request, federation: Federation) -> str:
    settings = federation.instance.settings
    scope = request.scope
    target = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    scheme = "https" if settings.is_https else "http"
    signed = SignedRequest.received(request.method, target, scheme, scope["headers"], b"")
    policy = Policy.of(settings.origin, max_age=settings.signature_max_age)
    signer = await verify(signed, federation.remote_keys, federation.instance.clock.now(), policy)
    return signer.actor_id
