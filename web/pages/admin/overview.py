"""The first page of the console: is everything reaching everyone, and what is to be done if not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from web.pages.admin.connections_page import answer_of
from web.pages.admin.console import admin_page, administering, start
from web.pages.admin.overview_figures import Figures, figures_of
from web.pages.visit import Visit, visiting

_WORKER_GONE = timedelta(minutes=2)
_INBOX_SLOW = timedelta(minutes=2)
_MAIL_SLOW = timedelta(minutes=15)
_BACKUP_OLD = timedelta(days=8)
_CLOCK_SECONDS = 30
_LITTLE_SPACE = 0.10
_NO_SPACE = 0.03
_GB = 1_000_000_000

_TONE_LABELS = {"good": "Fine", "careful": "Look at it", "bad": "Not working"}
_ICONS = {"good": "circle-check", "careful": "hourglass", "bad": "circle-alert"}


@dataclass(frozen=True)
class Look:
    """One thing that was looked at: how it stands (good, careful, bad), in words, and where to mend it."""

    tone: str
    title: str
    words: str
    url: str
    link: str


@dataclass(frozen=True)
class LookView:
    """The same with what stands for the tone, so that it is never the colour alone."""

    look: Look
    word: str
    icon: str


async def show(request: Request) -> Response:
    """GET /admin: the overview for administrators; for others the first page that they may see."""
    async with visiting(request) as visit:
        is_admin = visit.employee.has_role("admin")
    if not is_admin:
        return await start(request)
    async with administering(request) as visit:
        figures = await figures_of(visit)
        looks = list(_looks(visit, figures))
        gettext = visit.texts.gettext
        return admin_page(
            visit,
            "admin/overview.html",
            answer=_answer(visit, looks),
            looks=[LookView(one, gettext(_TONE_LABELS[one.tone]), _ICONS[one.tone]) for one in looks],
        )


def _answer(visit: Visit, looks: list[Look]) -> tuple[str, str]:
    """The whole page in one sentence, with the kind of notice."""
    gettext = visit.texts.gettext
    tones = [one.tone for one in looks]
    if "bad" in tones:
        return "wrong", gettext("No: something does not work. It stands first below.")
    if "careful" in tones:
        return "careful", gettext("Yes, as far as your server can. Some things want to be looked at.")
    return "good-news", gettext("Yes. Everything reaches everyone, and nothing waits for you.")


def _looks(visit: Visit, figures: Figures) -> Iterator[Look]:
    """What is wrong first."""
    found = [
        _deliveries(visit, figures),
        _received(visit, figures),
        _worker(visit, figures),
        _partners(visit, figures),
        _mail(visit, figures),
        _decisions(visit, figures),
        _backup(visit, figures),
        _disk(visit, figures),
        _clock(visit, figures),
    ]
    order = ("bad", "careful", "good")
    yield from sorted(found, key=lambda look: order.index(look.tone))


def _deliveries(visit: Visit, figures: Figures) -> Look:
    gettext = visit.texts.gettext
    kind, words = answer_of(visit, figures.reach)
    given_up = figures.reach.dead + figures.reach.failed
    url = "/admin/federation?which=dead" if given_up and not figures.reach.failing else "/admin/federation"
    tone = "good" if kind == "good-news" else "careful"
    return Look(tone, gettext("To other companies"), words, url, gettext("Connections"))


def _received(visit: Visit, figures: Figures) -> Look:
    gettext, since = visit.texts.gettext, figures.unread_since
    if since is not None and visit.reader.now - since > _INBOX_SLOW:
        words = gettext("What came in has been waiting since %(since)s.", since=visit.reader.since(since))
        return Look(
            "bad", gettext("From other companies"), words, "/admin/federation", gettext("Connections")
        )
    words = gettext("What comes in is read at once.")
    return Look("good", gettext("From other companies"), words, "/admin/federation", gettext("Connections"))


def _worker(visit: Visit, figures: Figures) -> Look:
    texts, at = visit.texts, figures.worker_at
    title, link = texts.gettext("Worker"), texts.gettext("Settings")
    if at is None:
        words = texts.gettext(
            "None has ever worked here. Start `alliance worker`, or `alliance serve` with one."
        )
        return Look("bad", title, words, "/admin/settings", link)
    if visit.reader.now - at > _WORKER_GONE:
        moment = visit.reader.since(at)
        words = texts.gettext("None has worked since %(since)s. Start `alliance worker`.", since=moment)
        return Look("bad", title, words, "/admin/settings", link)
    words = texts.ngettext("Works on %(num)s machine.", "Works on %(num)s machines.", figures.workers)
    return Look("good", title, words, "/admin/settings", link)


def _partners(visit: Visit, figures: Figures) -> Look:
    texts, states = visit.texts, figures.partners
    title, link = texts.gettext("Alliance"), texts.gettext("Alliance")
    if asking := states.get("asking", 0):
        words = texts.ngettext(
            "%(num)s company waits for your answer.", "%(num)s companies wait for your answer.", asking
        )
        return Look("careful", title, words, "/alliance", link)
    allied = texts.ngettext(
        "Allied with %(num)s company.", "Allied with %(num)s companies.", states.get("allied", 0)
    )
    invited = states.get("invited", 0)
    waiting = texts.ngettext(
        "%(num)s has not answered yet.", "%(num)s have not answered yet.", invited
    )  # fmt: skip
    return Look("good", title, f"{allied} {waiting}" if invited else allied, "/alliance", link)


def _mail(visit: Visit, figures: Figures) -> Look:
    texts, since = visit.texts, figures.mails_waiting_since
    title = texts.gettext("Mail")
    if visit.instance.settings.smtp is None:
        words = texts.gettext("Off: there is no mail server. Nobody is reminded by mail.")
        return Look("careful", title, words, "/admin/settings#given", texts.gettext("Settings"))
    if since is not None and visit.reader.now - since > _MAIL_SLOW:
        words = texts.gettext("Mails have been waiting since %(since)s.", since=visit.reader.since(since))
        return Look("bad", title, words, "/admin/settings#given", texts.gettext("Settings"))
    if figures.mails_failed:
        words = texts.ngettext(
            "%(num)s mail came back or was refused within a week. Is the address right?",
            "%(num)s mails came back or were refused within a week. Are the addresses right?",
            figures.mails_failed,
        )
        return Look("careful", title, words, "/admin/people", texts.gettext("Accounts"))
    return Look("good", title, texts.gettext("Mails leave at once."), "/admin/settings#given",
                texts.gettext("Settings"))  # fmt: skip


def _decisions(visit: Visit, figures: Figures) -> Look:
    texts = visit.texts
    title, link = texts.gettext("Decisions"), texts.gettext("Moderation")
    if figures.reports or figures.comments:
        words = texts.ngettext(
            "%(num)s report or comment waits for a moderator.",
            "%(num)s reports and comments wait for a moderator.",
            figures.reports + figures.comments,
        )
        return Look("careful", title, words, "/admin/moderation", link)
    if figures.proposals:
        words = texts.ngettext(
            "%(num)s change of a setting waits for a second administrator.",
            "%(num)s changes of settings wait for a second administrator.",
            figures.proposals,
        )
        return Look("careful", title, words, "/admin/settings", texts.gettext("Settings"))
    if figures.sources_refused:
        words = texts.gettext("An external source does not let us read it.")
        return Look("careful", title, words, "/admin/sources", texts.gettext("External sources"))
    return Look("good", title, texts.gettext("Nothing waits for anybody."), "/admin/moderation", link)


def _backup(visit: Visit, figures: Figures) -> Look:
    gettext, at = visit.texts.gettext, figures.backup_at
    title, url, link = gettext("Backup"), "/admin/audit?act=backup", gettext("Audit log")
    if at is None:
        words = gettext("None is known. `alliance backup` makes one while everything runs.")
        return Look("careful", title, words, url, link)
    words = gettext("The latest is of %(since)s.", since=visit.reader.since(at))
    return Look("careful" if visit.reader.now - at > _BACKUP_OLD else "good", title, words, url, link)


def _disk(visit: Visit, figures: Figures) -> Look:
    gettext = visit.texts.gettext
    title, url, link = gettext("Space"), "/admin/storage", gettext("Storage")
    if figures.disk_free is None or not figures.disk_size:
        return Look("careful", title, gettext("How much there is can't be told."), url, link)
    part = figures.disk_free / figures.disk_size
    tone = "bad" if part < _NO_SPACE else "careful" if part < _LITTLE_SPACE else "good"
    free, size = figures.disk_free / _GB, figures.disk_size / _GB
    words = gettext("%(free)s of %(size)s GB are free.", free=f"{free:.0f}", size=f"{size:.0f}")
    return Look(tone, title, words, url, link)


def _clock(visit: Visit, figures: Figures) -> Look:
    texts = visit.texts
    title, url, link = texts.gettext("Clock"), "/admin/federation/refused", texts.gettext("Turned away")
    if figures.clock_off > _CLOCK_SECONDS:
        words = texts.gettext(
            "%(seconds)s seconds apart from the database's. Others won't believe your signatures.",
            seconds=round(figures.clock_off),
        )
        return Look("bad", title, words, url, link)
    if figures.refused_for_clock:
        words = texts.ngettext(
            "%(num)s request was turned away today because two clocks differ.",
            "%(num)s requests were turned away today because two clocks differ.",
            figures.refused_for_clock,
        )
        return Look("careful", title, words, url, link)
    moment = _in_full(visit, visit.instance.clock.now())
    return Look("good", title, texts.gettext("It is %(moment)s.", moment=moment), url, link)


def _in_full(visit: Visit, moment: datetime) -> str:
    return f"{visit.reader.date_of(visit.reader.here(moment).date())}, {visit.reader.clock(moment)}"
