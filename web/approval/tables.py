"""The parts of the pack that are made from the configuration itself, in the reader's language."""

from collections.abc import Callable
from typing import Any

from alliance.data_catalogue import ABOUT, AREAS, BASES, ENDS, KINDS, SEEN_BY, TO, Table
from alliance.retention import RULES
from federation.outbound import OPTIONAL
from web.approval.blocks import Block, heading, paragraph, table
from web.approval.closed_reports import REPORTS
from web.approval.rights import INTERFACES, ROLES
from web.texts import Texts

Configuration = dict[str, Any]
_ON_WIRE = ("Person", "Event", "Note", "Group")
WIRE_LABELS = {"Person": "Person", "Event": "Session", "Note": "Words", "Group": "Company or community"}


class Tables:
    """Each method is a table by the name that texts call it by."""

    def __init__(self, configuration: Configuration, texts: Texts) -> None:
        self._held = configuration
        self._texts = texts

    def by_name(self) -> dict[str, Callable[[], list[Block]]]:
        """Every table."""
        return {
            "catalogue": self.catalogue,
            "roles": self.roles,
            "interfaces": self.interfaces,
            "reports": self.reports,
            "retention": self.retention,
            "settings": self.settings,
            "partners": self.partners,
            "outbound": self.outbound,
        }

    def catalogue(self) -> list[Block]:
        """Area by area; what is not personal is named in one paragraph at the end of each."""
        found = []
        for area, tables in AREAS:
            personal = [one for one in tables if one.is_personal]
            found.append(heading(2, self._say(area)))
            if personal:
                found.append(
                    table(
                        self._all("What, and what for", "Contents", "About whom, basis", "Who sees it",
                                  "Leaves the company", "Kept"),
                        [self._entry(one) for one in personal],
                        (22, 27, 17, 13, 15, 10),
                    )
                )  # fmt: skip
            others = ", ".join(one.name for one in tables if not one.is_personal)
            if others:
                found.append(paragraph(f"{self._say('Not personal:')} {others}."))
        return found

    def _entry(self, one: Table) -> tuple[str, ...]:
        kinds: dict[str, list[str]] = {}
        for column, kind in one.columns.items():
            kinds.setdefault(kind, []).append(column)
        leaving: dict[str, list[str]] = {}
        for part in one.leaves:
            leaving.setdefault(part.to, []).extend(part.columns)
        leaves = [f"{self._say(TO[to])}: {', '.join(dict.fromkeys(names))}" for to, names in leaving.items()]
        return (
            f"{self._say(one.purpose)} ({one.name})",
            "\n".join(f"{self._say(KINDS[kind])}: {', '.join(names)}" for kind, names in kinds.items()),
            f"{self._say(ABOUT[one.about])}\n{self._say(BASES[one.basis])}",
            "\n".join(self._say(SEEN_BY[who]) for who in one.seen_by),
            "\n".join(leaves) or self._say("No"),
            self.kept(one.kept),
        )

    def kept(self, rule: str) -> str:
        """How long something is kept, in words."""
        if rule in ENDS:
            return self._say(ENDS[rule])
        return self._days(self._held["retention"][rule])

    def roles(self) -> list[Block]:
        """Who may do what."""
        rows = [
            (self._say(role.name), "\n".join(self._say(right) for right in role.rights)) for role in ROLES
        ]
        return [table(self._all("Role", "May"), rows, (24, 76))]

    def interfaces(self) -> list[Block]:
        """Doors."""
        rows = [tuple(self._all(one.name, one.passes, one.guarded)) for one in INTERFACES]
        return [table(self._all("Interface", "What passes", "What guards it"), rows, (28, 34, 38))]

    def reports(self) -> list[Block]:
        """What is counted."""
        rows = [
            (*self._all(one.name, one.tells, one.readers, one.example), self._guarded(one.guarded))
            for one in REPORTS
        ]
        head = self._all("Name of the report", "Tells", "Who reads it", "Example (invented)", "Its limits")
        return [table(head, rows, (16, 22, 16, 20, 26))]

    def _guarded(self, text: str) -> str:
        threshold = self._held["settings"]["numbers_threshold"]
        return self._say(text, threshold=threshold) if "%(" in text else self._say(text)

    def retention(self) -> list[Block]:
        """How long."""
        rows = [
            (
                self._say(rule.what),
                self._say("%(days)s from %(since)s", days=self._days(self._held["retention"][key]),
                          since=self._say(rule.since)),
                self._say("Fixed") if rule.is_fixed else self._say(
                    "%(least)s to %(most)s days", least=rule.least, most=rule.most
                ),
                self._say(rule.stays) if rule.stays else self._say("Nothing"),
            )
            for key, rule in RULES.items()
        ]  # fmt: skip
        return [table(self._all("What", "Kept", "Can be chosen", "What stays"), rows, (34, 24, 14, 28))]

    def settings(self) -> list[Block]:
        """What is switched how."""
        rows = [
            (self._say(label), self._value(self._held["settings"][key]))
            for key, label in SETTING_LABELS.items()
        ]
        return [table(self._all("Setting", "Here"), rows, (60, 40))]

    def partners(self) -> list[Block]:
        """With whom."""
        rows = [
            (one["name"], host, self._say(STATE_LABELS[one["state"]]))
            for host, one in self._held["partners"].items()
        ]
        if not rows:
            return [paragraph(self._say("None yet."))]
        return [table(self._all("Company", "Address", "Where we stand"), rows, (40, 36, 24))]

    def outbound(self) -> list[Block]:
        """Which fields may leave, and which of them can be held back."""
        held = ", ".join(
            f"{'' if host == '*' else host + ': '}{', '.join(fields)}"
            for host, fields in sorted(self._held["held_back"].items())
        )
        rows = [
            (
                self._say(WIRE_LABELS[kind]),
                ", ".join(self._held["outbound"][kind]),
                ", ".join(OPTIONAL.get(kind, ())) or "–",
            )
            for kind in _ON_WIRE
        ]
        said = self._say("Held back now: %(fields)s", fields=held or self._say("Nothing"))
        head = self._all("Kind", "Fields that may leave", "Can be held back")
        return [table(head, rows, (18, 56, 26)), paragraph(said)]

    def _say(self, text: str, **parameters: object) -> str:
        return self._texts.gettext(text, **parameters)

    def _all(self, *texts: str) -> tuple[str, ...]:
        return tuple(self._say(text) for text in texts)

    def _days(self, days: int) -> str:
        return self._texts.ngettext("%(num)s day", "%(num)s days", days)

    def _value(self, value: object) -> str:
        if isinstance(value, bool):
            return self._say("yes") if value else self._say("no")
        return str(value) if value else "–"


SETTING_LABELS = {
    "federation": "Who may follow what is public",
    "ai": "AI tools may read what the person may see",
    "announce_again": "Public sessions are announced again the day before",
    "leavers_sessions": "Coming sessions of whoever erases their account",
    "passwords": "Accounts with a password of their own",
    "single_sign_on": "Sign-in through the company's provider",
    "roles_from_groups": "Roles come from the company's groups at every sign-in",
    "numbers_threshold": "Smallest group of people in a published number",
    "mail": "Mail server",
    "mail_encryption": "Encryption towards the mail server",
    "mailbox": "Mailbox that answers are read from",
    "pictures": "Bucket that pictures lie in (none: a folder of the instance)",
    "proxy": "Everything outgoing goes through a proxy",
    "database": "Database",
    "transport_encryption": "Pages are reached over TLS",
    "development_mode": "Development mode (must be off)",
    "security_contact": "Contact for weaknesses",
}
STATE_LABELS = {
    "invited": "Invited by us",
    "asking": "Asks to be allied",
    "allied": "Allied",
    "paused": "Paused",
    "left": "Ended",
    "blocked": "Blocked",
}
HEAD_TEXTS = (
    "What, and what for", "Contents", "About whom, basis", "Who sees it", "Leaves the company", "Kept",
    "Not personal:", "Role", "May", "Interface", "What passes", "What guards it", "Name of the report",
    "Tells", "Who reads it", "Example (invented)", "Its limits", "Fixed", "%(least)s to %(most)s days",
    "%(days)s from %(since)s", "Nothing", "What", "Can be chosen", "What stays", "Setting", "Here",
    "None yet.", "Company", "Address", "Where we stand",  "Held back now: %(fields)s", "Kind",
    "Fields that may leave", "Can be held back", "No",
)  # fmt: skip
