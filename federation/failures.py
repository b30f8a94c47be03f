"""What can go wrong when we call another server; each failure has a sentence that says who and why.

FetchFailed
├── UrlRefused           not an address that we may call
├── PrivateAddress       a name that leads into a private network
├── ShutOut              a domain that we have nothing to do with by decision
├── MediaRefused         a picture of a domain of which we take none
├── NotAdmitted          behind a proxy only known hosts are called
├── HostUnknown          the name does not resolve
├── ConnectionRefused    nobody listens there
├── Unreachable          no route, connection reset, broken answer
├── BadCertificate       TLS does not prove who answers
├── TimedOut             longer than the time we give
├── ProxyFailed          our own proxy refuses
├── TooLarge             more bytes than we take, also after decompression
├── TooManyRedirects
├── AnsweredStatus       an HTTP status that is not 200 (MissingThere, GoneThere, DeniedThere, BusyThere)
├── NotAnActivity        HTML or another kind of content
├── NoServer             nothing there that knows alliances
├── BadDocument          not JSON, too deep, or of a form that we refuse
├── WrongId              the document calls itself something else
└── BudgetSpent          one activity made us fetch too much
"""

from typing import ClassVar

from alliance.errors import AllianceError


class FetchFailed(AllianceError):
    """Another server could not be asked or its answer can't be used; `host` names it."""

    status = 502
    default_sentence = "{host} can't be reached."
    is_permanent: ClassVar[bool] = False

    def __init__(self, host: str, *, detail: str = "", **parameters: object) -> None:
        super().__init__(None, detail=detail, host=host, **parameters)
        self.host = host


class UrlRefused(FetchFailed):
    """Not https, an odd port, user info, an IP literal, or not an address at all."""

    default_sentence = "{host} is not the address of a public server."
    is_permanent = True


class PrivateAddress(FetchFailed):
    """The name resolves to an address that is not public."""

    default_sentence = "{host} leads into a private network; only public servers are called."


class ShutOut(FetchFailed):
    """An administrator has suspended the domain."""

    default_sentence = "{host} is shut out here, so nothing is sent there and nothing fetched."
    is_permanent = True


class MediaRefused(FetchFailed):
    """An administrator wants no pictures of the domain."""

    default_sentence = "No pictures are taken from {host}."
    is_permanent = True


class NotAdmitted(FetchFailed):
    """Behind a proxy addresses can't be checked, so only hosts that an admin has admitted are called."""

    default_sentence = "Requests leave through a proxy, and {host} is not on the list of partners."


class HostUnknown(FetchFailed):
    """The name does not resolve."""

    default_sentence = "There is no server called {host}. Is the name spelled right?"


class ConnectionRefused(FetchFailed):
    """Nothing listens at the address."""

    default_sentence = "{host} does not accept connections; the server seems to be down."


class Unreachable(FetchFailed):
    """The connection broke, or what came back is not HTTP."""

    default_sentence = "The connection to {host} broke before there was an answer."


class BadCertificate(FetchFailed):
    """TLS failed: expired, self-signed, of another host, or no TLS at all."""

    default_sentence = "The certificate of {host} is not valid, so nobody can tell whether it is really them."


class TimedOut(FetchFailed):
    """Name, connection and answer together took longer than allowed."""

    default_sentence = "{host} took too long to answer."


class ProxyFailed(FetchFailed):
    """Our own proxy does not let the request through."""

    default_sentence = "The proxy of this network did not let the request to {host} through."


class TooLarge(FetchFailed):
    """The answer is bigger than `limit` bytes, packed or unpacked."""

    default_sentence = "The answer of {host} is too large."
    is_permanent = True


class TooManyRedirects(FetchFailed):
    """More than three redirects, or one that leads nowhere."""

    default_sentence = "{host} only sends us on to other addresses."


class AnsweredStatus(FetchFailed):
    """The other server answered, but not with 200; `code` is what it said."""

    default_sentence = "{host} answered with the error {code}."

    def __init__(self, host: str, *, code: int, detail: str = "") -> None:
        super().__init__(host, detail=detail, code=code)
        self.code = code


class MissingThere(AnsweredStatus):
    """404."""

    default_sentence = "{host} has nothing at this address."


class GoneThere(AnsweredStatus):
    """410: it was there and has been deleted."""

    default_sentence = "{host} says that this no longer exists."
    is_permanent = True


class DeniedThere(AnsweredStatus):
    """401 or 403."""

    default_sentence = "{host} does not want to talk to us."


class BusyThere(AnsweredStatus):
    """429 or a 5xx."""

    default_sentence = "{host} has trouble of its own at the moment."


class NotAnActivity(FetchFailed):
    """The content type is not ActivityPub's; usually a web page."""

    default_sentence = "{host} answers with a web page: no alliance server seems to run there."
    is_permanent = True


class NoServer(FetchFailed):
    """The host answers, but neither WebFinger nor NodeInfo names an actor."""

    default_sentence = "No alliance server seems to run at {host}."
    is_permanent = True


class BadDocument(FetchFailed):
    """The answer is not a JSON object that we read: broken, too deep, or with parts that we refuse."""

    default_sentence = "The answer of {host} can't be read."
    is_permanent = True


class WrongId(FetchFailed):
    """The document says that it is another one, and at that address it still does."""

    default_sentence = "The answer of {host} claims to be something else than what was asked for."
    is_permanent = True


class BudgetSpent(FetchFailed):
    """One incoming activity would have made us fetch more than its share."""

    default_sentence = "Too many requests to {host} would follow from a single message."
    is_permanent = True


def status_failure(host: str, code: int, detail: str = "") -> AnsweredStatus:
    """The failure for an HTTP status other than 200."""
    if code in (401, 403):
        return DeniedThere(host, code=code, detail=detail)
    if code == 404:
        return MissingThere(host, code=code, detail=detail)
    if code == 410:
        return GoneThere(host, code=code, detail=detail)
    if code == 429 or code >= 500:
        return BusyThere(host, code=code, detail=detail)
    return AnsweredStatus(host, code=code, detail=detail)
