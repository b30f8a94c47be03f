"""What the pages about channels elsewhere show: the list, the form, and one of them with its log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from alliance.errors import AllianceError, Invalid
from alliance.models import WEBHOOK_KINDS, WEBHOOK_NEWS, Community, Webhook, WebhookDelivery
from alliance.queries.webhooks import deliveries, webhooks
from alliance.text import one_line
from alliance.webhook_queue import Outcome
from federation import failures
from web.pages.admin.console import admin_page
from web.pages.frame import badge_of
from web.pages.views import Badge
from web.pages.visit import Visit
from web.texts import LANGUAGES

KIND_TEXTS = {
    "teams": "Microsoft Teams",
    "slack": "Slack",
    "discord": "Discord",
    "matrix": "Matrix",
    "generic": "Any program",
}
HOW_TEXTS = {
    "teams": "In the channel choose “Workflows”, then “Post to a channel when a webhook request is "
    "received”, and copy the address that it shows in the end.",
    "slack": "In Slack add an app with “Incoming Webhooks” to the channel, and copy the address.",
    "discord": "In the settings of the channel choose “Integrations”, then “Webhooks”, and copy the address.",
    "matrix": "An account of its own speaks in the room: invite it, and paste its access token here. "
    "Rooms that are encrypted can't be told anything.",
    "generic": "Receives JSON, signed as Standard Webhooks describes. Mattermost, Rocket.Chat and the "
    "generic webhooks of Matrix Hookshot understand it too.",
}
NEWS_TEXTS = {
    "session": "New sessions",
    "moved": "Moved sessions",
    "cancelled": "Cancelled sessions",
    "story": "New stories",
    "wish": "New requests and offers",
}
_ONE_TEXTS = {
    "session": "New session",
    "moved": "Moved session",
    "cancelled": "Cancelled session",
    "story": "New story",
    "wish": "New request",
}
REACH_TEXTS = {
    "public": ("Everybody, or it is not certain", "Told of what everybody may see."),
    "alliance": (
        "People of our company and of allied ones",
        "Also told of what our company shares with its allies.",
    ),
    "company": (
        "Colleagues only",
        "Told of everything that every colleague may see, also of what stays in the house.",
    ),
}
_STATE_TEXTS = {"running": "Running", "paused": "Paused", "ended": "Switched itself off"}


@dataclass(frozen=True)
class Door:
    """Where the reader came in: the console, or a community (`base` is its address)."""

    base: str
    community: Community | None = None

    @property
    def layout(self) -> str:
        """The frame of its pages."""
        return "admin/frame.html" if self.community is None else "webhooks_frame.html"


@dataclass(frozen=True)
class HookRow:
    """A webhook in the list."""

    url: str
    name: str
    kind: str
    about: str
    state: str
    words: str
    host: str


@dataclass(frozen=True)
class Attempt:
    """A line of the log."""

    at: str
    moment: str
    what: str
    answer: str
    arrived: bool
    took: str


async def list_page(visit: Visit, door: Door) -> Response:
    """Those that there are, and how one is added."""
    found = await webhooks(visit.db, community_id=door.community.id if door.community else None)
    return _page(
        visit,
        door,
        "webhooks.html",
        200,
        hooks=[_row(visit, door, hook) for hook in found],
        kinds=[(kind, _name(visit, kind), visit.texts.gettext(HOW_TEXTS[kind])) for kind in WEBHOOK_KINDS],
    )


def form_page(
    visit: Visit, door: Door, values: Mapping[str, str], error: AllianceError | None = None
) -> Response:
    """The form for a new one; with what is wrong (422)."""
    kind = values["kind"]
    return _page(
        visit,
        door,
        "webhook_new.html",
        422 if error else 200,
        form=visit.form(values, error),
        kind=kind,
        kind_name=_name(visit, kind),
        how=visit.texts.gettext(HOW_TEXTS[kind]),
        **_choices(visit, error),
    )


async def one_page(
    visit: Visit,
    door: Door,
    hook: Webhook,
    values: Mapping[str, str],
    *,
    error: Invalid | None = None,
    secret: str = "",
    outcome: Outcome | None = None,
    answer: str = "",
) -> Response:
    """One of them: its settings, its log, a test and what came of it."""
    async with visit.instance.reading() as db:
        log = await deliveries(db, hook.id)
    return _page(
        visit,
        door,
        "webhook.html",
        422 if error else 200,
        form=visit.form(values, error),
        hook=_row(visit, door, hook),
        is_general=hook.community_id is None,
        secret=secret,
        tested=_tested(visit, hook, outcome) if outcome else "",
        test_arrived=outcome.arrived if outcome else False,
        # Whoever may only ask for tests reads nothing of what is said at an address of their choice.
        answer=one_line(answer, 200) if visit.employee.has_role("admin") else "",
        log=[_attempt(visit, hook, one) for one in log],
        reach=visit.texts.gettext(REACH_TEXTS[hook.reach][0]),
        **_choices(visit, error),
    )


def _page(visit: Visit, door: Door, template: str, status: int, /, **context: Any) -> Response:
    company: Badge | None = badge_of(door.community.company) if door.community else None
    shared = {"layout": door.layout, "base": door.base, "community": door.community, "company": company}
    if door.community is None:
        return admin_page(visit, template, status, **shared, **context)
    return visit.page(template, status, **shared, **context)


def _choices(visit: Visit, error: AllianceError | None) -> dict[str, Any]:
    gettext = visit.texts.gettext
    is_admin = visit.employee.has_role("admin")
    return {
        "news": [(one, gettext(NEWS_TEXTS[one])) for one in WEBHOOK_NEWS],
        "reaches": [(key, gettext(name), gettext(detail)) for key, (name, detail) in REACH_TEXTS.items()],
        "may_widen": is_admin,
        "languages_to_choose": list(LANGUAGES.items()),
        "news_error": _problem(visit, error, "news"),
    }


def _problem(visit: Visit, error: AllianceError | None, field: str) -> str:
    wrong = error.problems.get(field) if isinstance(error, Invalid) else None
    return visit.texts.sentence(wrong.sentence, wrong.parameters) if wrong else ""


def _name(visit: Visit, kind: str) -> str:
    return visit.texts.gettext(KIND_TEXTS[kind])


def _row(visit: Visit, door: Door, hook: Webhook) -> HookRow:
    gettext = visit.texts.gettext
    about = gettext("Everything")
    if hook.community is not None:
        about = hook.community.name
    elif hook.topic is not None:
        about = f"#{hook.topic.name}"
    words = gettext(_STATE_TEXTS[hook.state])
    if hook.state == "running" and hook.failing_since is not None:
        words = gettext("Not reached since %(moment)s", moment=visit.reader.since(hook.failing_since))
    state = "failing" if hook.failing_since is not None and hook.state == "running" else hook.state
    return HookRow(
        f"{door.base}/{hook.id}", hook.name, _name(visit, hook.kind), about, state, words, hook.host
    )


def _attempt(visit: Visit, hook: Webhook, one: WebhookDelivery) -> Attempt:
    outcome = Outcome(one.status, one.failure, one.milliseconds)
    return Attempt(
        visit.reader.since(one.at),
        one.at.isoformat(),
        _what(visit, one),
        _words(visit, hook, outcome),
        outcome.arrived,
        f"{one.milliseconds} ms",
    )


def _what(visit: Visit, one: WebhookDelivery) -> str:
    texts = visit.texts
    if one.what == "test":
        return texts.gettext("Test")
    if one.what in NEWS_TEXTS and one.count == 1:
        return texts.gettext(_ONE_TEXTS[one.what])
    if one.what in NEWS_TEXTS:
        return f"{texts.gettext(NEWS_TEXTS[one.what])}: {one.count}"
    return texts.ngettext("%(num)s piece of news", "%(num)s pieces of news", one.count)


def _tested(visit: Visit, hook: Webhook, outcome: Outcome) -> str:
    texts = visit.texts
    if outcome.arrived:
        return texts.gettext(
            "The test arrived after %(time)s ms (%(status)s). Have a look at the channel.",
            time=outcome.milliseconds,
            status=outcome.status,
        )
    return texts.gettext("The test did not arrive: %(why)s", why=_words(visit, hook, outcome))


def _words(visit: Visit, hook: Webhook, outcome: Outcome) -> str:
    """The answer in words: its number, or what kept it from coming."""
    texts = visit.texts
    if outcome.status is not None:
        if outcome.arrived:
            return texts.gettext("Arrived (%(status)s)", status=outcome.status)
        return texts.gettext("Refused (%(status)s)", status=outcome.status)
    kind = getattr(failures, outcome.failure, None)
    if isinstance(kind, type) and issubclass(kind, failures.FetchFailed):
        return texts.sentence(kind.default_sentence, {"host": hook.host, "code": ""})
    return texts.gettext("The message could not be made.")
