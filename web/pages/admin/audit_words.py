"""How an entry of the audit log is said: in full to administrators, without people to the works council."""

from dataclasses import dataclass
from typing import Any

import orjson

from alliance.acts import ACT_TEXTS
from alliance.audit_chain import name_in
from alliance.models import AuditEntry, Employee
from alliance.run_time_settings import CHOICES
from alliance.vault import Vault
from web.pages.admin.people import ROLE_LABELS
from web.texts import Texts
from web.times import Reader

_KIND_LABELS = {
    "person": "Employee",
    "partner": "Company",
    "source": "External source",
    "domain": "Domain",
    "account": "Account elsewhere",
    "actor": "Account of this instance",
    "report": "Report",
    "appeal": "Objection",
    "comment": "Comment",
    "story": "Story",
    "wish": "Request",
    "session": "Session",
    "community": "Community",
    "circle-call": "Call for learning circles",
    "host": "Server",
    "setting": "Setting",
    "webhook": "Webhook",
}
_DETAIL_LABELS = {
    "roles": "Roles",
    "before": "Before",
    "after": "Afterwards",
    "severity": "How",
    "rejects_media": "Without pictures",
    "outcome": "Outcome",
    "fields": "What",
    "scopes": "May",
    "by_hand": "By hand",
    "count": "How many",
    "form": "As",
    "purpose": "For",
    "removed": "Removed",
    "withdraw": "Sessions taken back",
    "through": "Up to entry",
    "value": "Now",
    "setting": "What",
    "allowed": "Allowed",
    "week": "Week",
    "kind": "Kind",
}
# What is about no person: these the works council reads, too.
_PLAIN_KINDS = frozenset({"partner", "source", "domain", "setting", "host"})
_HOUSE_ACTORS = frozenset({"company", "instance"})


@dataclass(frozen=True)
class EntryView:
    """One line of the log; `iso` is for machines."""

    number: int
    moment: str
    iso: str
    act: str
    who: str
    on: str
    details: str
    digest: str
    is_grave: bool


def may_read_names(reader: Employee) -> bool:
    """Administrators; the works council reads the log without people."""
    return reader.has_role("admin")


def entry_view(reader: Reader, vault: Vault, entry: AuditEntry, *, names: bool) -> EntryView:
    """An entry in the reader's words; without `names` nobody can be recognised in it."""
    texts = reader.texts
    return EntryView(
        number=entry.number,
        moment=reader.since(entry.at),
        iso=reader.here(entry.at).isoformat(timespec="seconds"),
        act=texts.gettext(ACT_TEXTS[entry.act]) if entry.act in ACT_TEXTS else entry.act,
        who=who_text(texts, vault, entry, names=names),
        on=on_text(texts, entry, names=names),
        details=_details(texts, entry),
        digest=entry.digest,
        is_grave=entry.act == "audit.broken",
    )


def who_text(texts: Texts, vault: Vault, entry: AuditEntry, *, names: bool) -> str:
    """Who did it. Without names the same account has the same four letters, and no others."""
    if entry.who_kind == "command-line":
        return texts.gettext("Command line")
    if entry.who_kind == "system":
        return texts.gettext("By itself")
    if not names:
        return texts.gettext("Account %(mark)s", mark=vault.seal_chain(f"reader {entry.who_id}")[:4])
    return name_in(entry.who_name) or texts.gettext("Former colleague")


def on_text(texts: Texts, entry: AuditEntry, *, names: bool) -> str:
    """What it was done to."""
    if not entry.on_kind:
        return ""
    kind = texts.gettext(_KIND_LABELS[entry.on_kind]) if entry.on_kind in _KIND_LABELS else entry.on_kind
    if entry.on_kind == "setting" and entry.on_id in CHOICES:
        return f"{kind}: {texts.gettext(CHOICES[entry.on_id].label)}"
    if entry.on_kind == "person":
        name = name_in(entry.on_name) or texts.gettext("Former colleague")
        return f"{kind}: {name}" if names else kind
    shown = names or entry.on_kind in _PLAIN_KINDS or entry.on_id in _HOUSE_ACTORS
    return f"{kind}: {entry.on_id}" if shown and entry.on_id else kind


def _details(texts: Texts, entry: AuditEntry) -> str:
    """Details that are about no person, in words; what has no word here is for machines alone."""
    try:
        found: dict[str, Any] = orjson.loads(entry.details)
    except orjson.JSONDecodeError:
        return entry.details[:200]
    return "; ".join(
        f"{texts.gettext(label)}: {_value(texts, found[key])}"
        for key, label in _DETAIL_LABELS.items()
        if found.get(key) not in (None, False, "")
    )


def _value(texts: Texts, value: Any) -> str:
    if value is True:
        return texts.gettext("Yes")
    words = str(value).split(",")
    return ", ".join(texts.gettext(ROLE_LABELS[word]) if word in ROLE_LABELS else word for word in words)
