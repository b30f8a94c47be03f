"""What surrounds every page: whose instance, who reads, where one can go, what has just happened."""

from urllib.parse import quote

from starlette.requests import Request

from alliance.models import Company, Person
from web.forms import safe_next
from web.pages.companies import Participant
from web.pages.views import Badge, Face, Frame, NavItem
from web.texts import Texts
from web.viewer import Visitor

NAV_LABELS = {
    "/": "Sessions",
    "/calendar": "Calendar",
    "/search": "Search",
    "/communities": "Communities",
    "/experts": "People",
    "/circles": "Circles",
    "/requests": "Requests",
    "/stories": "Stories",
    "/alliance": "Alliance",
    "/numbers": "Numbers",
    "/mine": "Mine",
}
_NAV_ICONS = {
    "/": "house",
    "/calendar": "calendar-days",
    "/search": "search",
    "/communities": "users",
    "/experts": "users",
    "/circles": "repeat",
    "/requests": "users",
    "/stories": "star",
    "/alliance": "handshake",
    "/numbers": "info",
    "/mine": "bookmark",
}
_FOR_EMPLOYEES = {"/alliance", "/numbers", "/mine"}
_TOP = ("/", "/calendar", "/communities", "/experts")
# What is visited now and then: behind one word, in the order of how often.
_MORE = ("/alliance", "/circles", "/requests", "/stories", "/numbers")
# Two on either side of the "+", for the thumb; the rest is in the menu.
_BAR = ("/", "/search", "/experts", "/mine")

SAID = "said"
SAID_TEXTS = {
    "published": "Published. Everybody it is meant for can see it now.",
    "changed": "Changed. Everybody who is going sees the new version.",
    "cancelled": "Cancelled. Everybody who was going learns about it.",
    "postponed": "Put off. Everybody who is going learns about it.",
    "withdrawn": "Withdrawn. The session is gone here and at the allied companies.",
    "joined": "You are in. The link is on the page of the session.",
    "waiting": "You are on the waiting list and move up as soon as a place becomes free.",
    "asked": "Asked. You don't need to do anything until there is an answer.",
    "maybe": "Noted. The host knows that you may come; a place is yours when you join.",
    "left": "You are no longer taking part. Your place is free for somebody else.",
    "series-published": "Published. Each date is a session of its own; new ones come by themselves.",
    "series-changed": "Changed. Whoever has a place at these dates learns about it.",
    "series-joined": "You are in the series. What you can't make, you give back on the page of the date.",
    "series-left": "You are no longer in the series. Your places are free for others.",
    "series-skipped": "Left out. Nothing takes place on that day.",
    "series-turns": "Saved. Each is asked for their dates, six weeks before.",
    "series-ended": "Ended. Everybody who was going learns about it.",
    "answered": "Your answer has been passed on.",
    "saved": "Saved.",
    "kept": "Saved as a draft. Nobody else sees it; you find it under “Mine”.",
    "discarded": "Discarded.",
    "changed-alone": "Changed. It stays in the house now, so people of other companies no longer hold it.",
    "host-asked": "Asked. Their name appears as soon as they have said yes.",
    "host-removed": "Taken back. They learn about it.",
    "host-yes": "You hold this session too. Thank you.",
    "host-no": "Noted. Your name does not stand there.",
    "bookmarked": "Saved for yourself. Nobody else learns of it; to take part, join.",
    "unbookmarked": "No longer saved.",
    "material-added": "Added. Whoever sees the session finds it there.",
    "material-removed": "Removed.",
    "thanked": "Thank you said. It stands in the conversation about the session.",
    "password": "Your password has been changed. You have been signed out everywhere else.",
    "profile": "Saved. That is how others find you now.",
    "hidden": "Your profile is no longer visible to anybody.",
    "invited": "Invited. They see your invitation as soon as their server has answered.",
    "allied": "You have said yes. As soon as their server knows, their sessions appear here.",
    "declined": "Declined. They can ask again at any time.",
    "paused": "Paused. Nothing is shared in either direction until you resume.",
    "resumed": "Resumed. What was missed is being fetched.",
    "parted": "You have left this alliance. Their sessions are no longer shown here.",
    "blocked": "Blocked. Nothing from there reaches you any more.",
    "source-asked": "Asked. As soon as their server has said yes, their events appear in your programme.",
    "source-paused": "Paused. Their events are hidden until you resume.",
    "source-resumed": "Resumed. What was missed is being fetched.",
    "source-removed": "Removed. Their events are gone from here.",
    "trying": "Trying. In a few seconds you see here what came of it.",
    "put-aside": "Put aside.",
    "community-founded": "Founded. Invite others, and put the first session in.",
    "community-changed": "Changed. It says that everywhere now.",
    "community-closed": "Closed. Thank you for looking after it.",
    "community-joined": "You are in. New sessions appear among your notifications.",
    "community-kept": "Saved.",
    "community-left": "You are no longer a member.",
    "community-removed": "Taken out. Only you and others who run it can let it in again.",
    "community-restored": "Let in again.",
    "followed": "You follow this now. What comes next stands on your start page.",
    "unfollowed": "You no longer follow this.",
    "following": "Asked. You follow as soon as they have said yes.",
    "said": "Said. Everybody who may see this session can read it now.",
    "written": "Sent. The answer appears under your notifications.",
    "letter-deleted": "Deleted.",
    "letter-taken-back": "Taken back.",
    "comment-deleted": "Deleted. Answers to it are still there.",
    "comment-shown": "Shown. Everybody who sees the session can read it now.",
    "story-deleted": "Deleted.",
    "story-told": "Told. Whoever it is for can read it now.",
    "attended": "Confirmed. You find it under “Mine”, and only you see it.",
    "attended-taken-back": "Taken back.",
    "presence": "Noted. They find it under “Mine”.",
    "badge-made": "Here is your badge, to be downloaded as a file or as a picture.",
    "badge-shared": "Whoever has the address can read it now.",
    "badge-unshared": "Only you can read it here now.",
    "badge-revoked": "Void from now on, wherever it is.",
    "records-on": "Noted. What you learn from now on is told.",
    "records-off": "Noted. Nothing is told any more, and what was told is taken back.",
    "token-ended": "Ended. It opens nothing any more.",
    "feedback-given": "Thank you. Nobody learns what you answered.",
    "story-hidden": "Hidden. Only its author and moderators still see it.",
    "story-shown": "Everybody for whom it is sees it again.",
    "wish-made": "Published. Whoever can help may make a session of it.",
    "wish-changed": "Changed.",
    "wish-closed": "Closed. Nobody is invited to anything new.",
    "wish-deleted": "Deleted.",
    "wish-hidden": "Hidden. Only its author and moderators still see it.",
    "wish-shown": "Everybody for whom it is sees it again.",
    "wish-answered": "Thank you. Everybody who asked is invited.",
    "voice-added": "Noted. You are invited when there is a session.",
    "voice-removed": "Taken back.",
    "circle-call-made": "Published. Colleagues can sign up now.",
    "circle-call-withdrawn": "Taken back.",
    "circle-signed-up": "You are signed up. On matching day you hear from us.",
    "circle-signed-off": "You are no longer signed up.",
    "circle-matched": "The circles have been formed. Nobody has been told anything yet.",
    "circle-published": "Published. Everybody is asked whether they are in.",
    "circle-refilled": "Asked. They join as soon as they have said yes.",
    "circle-left": "You have left the circle. Thank you for having been there.",
    "circle-said": "Said. Only your circle reads it.",
    "comment-hidden": "Hidden. Only you and others who decide here still see it.",
    "reported": "Thank you. Our moderators look at it; nobody else learns that it was you.",
    "decided": "Decided.",
    "forwarded": "Passed on to the company concerned, without a name.",
    "webhook-added": "Added. Send a test to see whether it arrives.",
    "webhook-changed": "Changed. It holds from now on.",
    "webhook-paused": "Paused. What happens meanwhile is not told later.",
    "webhook-resumed": "Resumed. What is new from now on is told again.",
    "webhook-removed": "Removed. Its address is forgotten.",
    "treated": "Decided. It is in effect at once.",
    "setting-proposed": "Proposed. It counts as soon as another administrator has confirmed it.",
    "setting-decided": "Decided.",
    "decision-answered": "Answered. A second moderator looks at it, and you learn what came of it.",
    "freed": "Freed. What was said before is shown again.",
    "newsletter-test": "On its way to you.",
    "newsletter-begun": "Begun. Below you see how far it is.",
    "newsletter-stopped": "Stopped.",
    "erased": "Your account has been erased. Thank you for what you shared.",
    "signed-out": "You are signed out. See you soon.",
    "signed-out-there": "Signed out there.",
    "signed-out-elsewhere": "Signed out everywhere else.",
    "passkey-added": "The passkey has been added.",
    "passkey-removed": "The passkey has been removed. It opens nothing here any more.",
    "app-ended": "Ended. The app can do nothing here any more.",
}
_CAREFUL = {"waiting", "asked", "invited", "source-asked"}


def badge_of(company: Company | Participant) -> Badge:
    """A company as people recognise it."""
    logo = f"/media/{company.logo}" if company.is_home and company.logo else None
    return Badge(company.name, company.host, company.hue % 24, home=company.is_home, logo=logo)


def address_of(person: Person) -> str:
    """The page of a person on this site: `/@jonas`, `/@ines@hansewerft.example` for others."""
    handle = f"{person.username}@{person.host}" if person.host else person.username
    return f"/@{quote(handle, safe='@:')}"


def frame_of(request: Request, visitor: Visitor, texts: Texts) -> Frame:
    """The frame for one request."""
    path = request.url.path
    employee = visitor.employee
    person = employee.person if employee else None
    return Frame(
        company=badge_of(visitor.home),
        path=path,
        back_to=_address(request),
        nav=_places(request, texts, _TOP, signed_in=employee is not None),
        more=_places(request, texts, _MORE, signed_in=employee is not None),
        bar=_places(request, texts, _BAR, signed_in=employee is not None),
        search=True,
        query=request.query_params.get("q", "")[:200] if path == "/search" else "",
        me=Face(person.name) if person else None,
        unread=visitor.unread,
        admin=employee is not None and employee.has_role("admin"),
        console=employee is not None and (employee.has_role("moderator") or employee.has_role("council")),
        my_page=address_of(person) if person and person.profile and person.profile.published_at else None,
        notices=(*_notices(request, texts), *_told(request, texts, signed_in=employee is not None)),
    )


def _address(request: Request) -> str:
    """Where the reader is, to come back to after a change made in passing."""
    path = request.url.path
    if path == "/sign-in":
        onwards = safe_next(request.query_params.get("next", "/"))
        return f"{path}?next={quote(onwards)}"
    query = request.url.query if request.method in ("GET", "HEAD") else ""
    return (f"{path}?{query}" if query else path)[:500]


def _places(request: Request, texts: Texts, urls: tuple[str, ...], *, signed_in: bool) -> tuple[NavItem, ...]:
    path = request.url.path
    return tuple(
        NavItem(url, texts.gettext(NAV_LABELS[url]), _NAV_ICONS[url], _is_current(url, path))
        for url in urls
        if (signed_in or url not in _FOR_EMPLOYEES)
    )


def _is_current(url: str, path: str) -> bool:
    if url == "/":
        return path in ("/", "/sessions")
    return path == url or path.startswith(f"{url}/") or (url == "/experts" and path.startswith("/@"))


def _told(request: Request, texts: Texts, *, signed_in: bool) -> tuple[tuple[str, str], ...]:
    """What was changed about privacy is told to everybody who works here, on the start page."""
    chosen = request.app.state.instance.chosen
    if not signed_in or request.url.path != "/" or chosen is None or not chosen.told:
        return ()
    return (
        ("", texts.gettext("What concerns your privacy was changed here. “About us” says what and when.")),
    )


def _notices(request: Request, texts: Texts) -> tuple[tuple[str, str], ...]:
    """What was said is shown once, on a page that is looked at: a preview that a script fetches is none."""
    said = request.cookies.get(SAID, "")
    if said not in SAID_TEXTS or request.headers.get("sec-fetch-dest", "document") != "document":
        return ()
    return (("careful" if said in _CAREFUL else "good-news", texts.gettext(SAID_TEXTS[said])),)
