"""The data catalogue: confirmed learning, badges and the company's own learning systems."""

from alliance.data_catalogue.entries import Shared, _, table, to

_OWN: Shared = {"about": "employee", "basis": "a", "seen_by": "self"}

TABLES = (
    table(
        "confirmation", _("What somebody has learned, in their own words or their host's, for them to show."),
        **_OWN, kept="owner", number="id", person="person_id", link="session_id", name="title company",
        address="session_uri company_uri", place_time="language",
        moment="starts_at ends_at confirmed_at own_at host_at taken_back_at",
    ),
    table(
        "badge", _("A confirmation that somebody took along, signed. Others read it where they let them."),
        **{**_OWN, "seen_by": "self public"}, kept="owner", number="id", person="person_id",
        link="confirmation_id", name="title", choice="is_named is_shared", words="document",
        moment="issued_at revoked_at",
    ),
    table(
        "record_choice", _("Who wants the company's record store to know what they learn; off for everybody "
        "who has not said so."),
        **_OWN, kept="owner", person="person_id", name="account", moment="since",
    ),
    table(
        "record_statement", _("What the company's record store is told of those who want that."),
        **_OWN, kept="owner", number="id statement_id", person="person_id", link="session_id",
        choice="verb is_void", words="body", state="state last_status last_error", count="attempts",
        moment="created_at finished_at", leaves=(to("records", "body"),),
    ),
    table(
        "learning_setting", _("How the company goes on with what is learned."), seen_by="admins",
        kept="company", number="id", choice="hosts_confirm is_on is_inside version", address="endpoint",
        sealed="credentials", count="failures", state="last_error",
        moment="next_at last_success_at changed_at",
    ),
    table(
        "integration_token", _("With which other systems of the company read the list of sessions."),
        about="admin", basis="c", seen_by="admins", kept="company", number="id", name="name",
        choice="scope", digest="token_hash", moment="created_at used_on",
    ),
)  # fmt: skip
