"""Connecting the company's account with one that exists here already: after proof, never by its address."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.devices import device_of
from alliance.errors import AllianceError, Conflict, Forbidden, Invalid, NotSignedIn, TooMany
from alliance.identities import Entered, Proven, Refusal, connect
from alliance.models import Employee
from alliance.signing_in import prove_password
from web.forms import read_form
from web.pages.company_sign_in import provider_of, refused, signed_in, waiting_to_connect
from web.pages.visit import Visit, visiting
from web.sign_in.attempts import proven_from

GONE_SENTENCE = "That took too long. Please sign in with your company account once more."


async def ask(request: Request) -> Response:
    """GET /sign-in/company/connect: which account, and the password of the one here."""
    async with visiting(request) as visit:
        proven, _ = _waiting(visit)
        return _page(visit, proven)


async def act(request: Request) -> Response:
    """POST /sign-in/company/connect: links both and signs in."""
    async with visiting(request) as visit:
        proven, onwards = _waiting(visit)
        values = await read_form(request, {"password": 1000})
        try:
            owner = visit.visitor.employee or await _owner(visit, proven, values["password"])
            device = device_of(request.headers.get("user-agent", ""))
            async with visit.instance.unit_of_work() as uow:
                outcome = await connect(uow, owner.id, proven, device=device)
        except (Invalid, NotSignedIn, TooMany, Conflict, Forbidden) as error:
            return _page(visit, proven, error)
        response = await _answer(visit, outcome, onwards)
        waiting_to_connect(visit).drop(response)
        return response


async def _answer(visit: Visit, outcome: Entered | Refusal, onwards: str) -> Response:
    if isinstance(outcome, Refusal):
        return refused(visit, outcome)
    return await signed_in(visit, outcome, onwards)


async def _owner(visit: Visit, proven: Proven, password: str) -> Employee:
    """Whoever knows the password of the account with that address. Raises as prove_password does."""
    if not password:
        raise Invalid("Please type your password.", field="password")
    client = visit.request.client
    address = client.host if client else ""
    return await prove_password(visit.instance, email=proven.email, password=password, address=address)


def _waiting(visit: Visit) -> tuple[Proven, str]:
    """Whom the provider vouched for a moment ago. Raises NotSignedIn, Conflict."""
    provider_of(visit)
    cookie = waiting_to_connect(visit)
    found = proven_from(cookie.read(visit.request.cookies.get(cookie.name, ""), visit.reader.now))
    if found is None:
        raise Conflict(GONE_SENTENCE)
    return found


def _page(visit: Visit, proven: Proven, error: AllianceError | None = None) -> Response:
    status = 200 if error is None else 429 if isinstance(error, TooMany) else 422
    me = visit.visitor.employee
    response = visit.page(
        "connect.html",
        status,
        form=visit.form({"password": ""}, error),
        account=proven.email or proven.name,
        me=me.email if me else None,
        with_password=visit.instance.settings.passwords,
    )
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response
