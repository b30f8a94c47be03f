"""Which pages the console has; a new kind of page adds its line here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AdminPage:
    """A place in the console, for whoever has `role` (admins may act as moderators)."""

    url: str
    label: str
    role: str = "admin"


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated when the page is made."""
    return text


ADMIN_PAGES: tuple[AdminPage, ...] = (
    AdminPage("/admin", _("Overview")),
    AdminPage("/admin/people", _("Accounts")),
    AdminPage("/admin/federation", _("Connections")),
    AdminPage("/admin/followers", _("Followers")),
    AdminPage("/admin/company", _("Your company")),
    AdminPage("/admin/newsletter", _("Newsletter")),
    AdminPage("/admin/sources", _("External sources")),
    AdminPage("/admin/moderation", _("Moderation"), "moderator"),
    AdminPage("/admin/leaders", _("Leaders"), "moderator"),
    AdminPage("/admin/domains", _("Domains")),
    AdminPage("/admin/learning", _("Learning tool")),
    AdminPage("/admin/webhooks", _("Webhooks")),
    AdminPage("/admin/storage", _("Storage")),
    AdminPage("/admin/settings", _("Settings"), "council"),
    AdminPage("/admin/outbound", _("What leaves")),
    AdminPage("/admin/approval", _("Approval pack"), "council"),
    AdminPage("/admin/audit", _("Audit log"), "council"),
)  # fmt: skip
