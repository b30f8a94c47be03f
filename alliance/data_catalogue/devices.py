"""The data catalogue: mail, calendars, apps and devices."""

from alliance.data_catalogue.entries import Shared, _, table, to

_OWN: Shared = {"about": "employee", "basis": "b", "seen_by": "self"}

TABLES = (
    table(
        "mail", _("Mails that wait or were sent; their text is made when they are sent and not kept."),
        **_OWN, kept="mails", number="id sequence", choice="kind method", person="employee_id",
        link="session_id attendance_id comment_id edition_id guest_id",
        moment="occasion due_at leased_until finished_at",
        words="data", sealed="sealed", state="state last_error", count="attempts",
        leaves=(to("mail", "employee_id kind data"),),
    ),
    table(
        "mail_trouble", _("That mail to somebody came back."), **_OWN, kept="account",
        person="employee_id", count="bounces", moment="last_at", state="last_error",
    ),
    table(
        "calendar_entry", _("What somebody's calendar was last told."), **_OWN, kept="thing",
        link="attendance_id", number="sequence session_sequence", state="is_there",
    ),
    table(
        "received_mail", _("Which answers of calendars were followed; without their text."), **_OWN,
        kept="received_mail", digest="key", number="id sequence sequence_after", state="outcome",
        link="attendance_id", moment="stamped_at",
    ),
    table(
        "notification_choice", _("What somebody wants to hear of, and how."), **_OWN, kept="account",
        person="employee_id", choice="kind by_mail in_app",
    ),
    table(
        "feed_address", _("The secret address of somebody's own calendar."), **_OWN, kept="account",
        person="employee_id", work="version", choice="is_open", moment="changed_at",
    ),
    table(
        "app", _("Apps that registered themselves."), seen_by="self", kept="expires", number="id",
        name="client_id name", digest="secret_hash", address="website redirect_uris", choice="scopes",
        moment="created_at first_used_at",
    ),
    table(
        "app_code", _("What an app was allowed to do for somebody, and until when."), **_OWN, kept="expires",
        digest="code_hash challenge", link="app_id token_id", person="employee_id", address="redirect_uri",
        choice="scopes", moment="expires_at",
    ),
    table(
        "app_token",
        _("What an app was allowed to do for somebody, and until when; of its use the month alone."),
        **_OWN, kept="owner", number="id", digest="token_hash", link="app_id", person="employee_id",
        choice="scopes", moment="created_at expires_at used_in",
    ),
    table(
        "app_filter", _("What somebody does not want to read in apps."), **_OWN, kept="owner",
        number="id", person="person_id", name="title", choice="contexts action", moment="expires_at",
    ),
    table(
        "filter_keyword", _("What somebody does not want to read in apps."), **_OWN, kept="thing",
        number="id", link="filter_id", words="keyword", choice="is_whole_word",
    ),
    table(
        "filter_posting", _("What somebody does not want to read in apps."), **_OWN, kept="thing",
        number="id", link="filter_id posting_id",
    ),
    table(
        "app_list", _("Lists of accounts that somebody reads apart."), **_OWN, kept="owner", number="id",
        person="person_id", name="title", choice="replies_policy is_exclusive", moment="created_at",
    ),
    table(
        "app_list_member", _("Lists of accounts that somebody reads apart."), **_OWN, kept="thing",
        number="id", link="list_id", person="account_id",
    ),
    table(
        "reading_marker", _("How far somebody has read in their app; the person's app alone asks for it."),
        **_OWN, kept="account", person="person_id", choice="timeline", link="last_read_id", work="version",
        moment="updated_at",
    ),
    table(
        "notice_policy", _("How somebody's apps read and write unless told otherwise."), **_OWN,
        kept="account", person="person_id",
        choice="not_following not_followers new_accounts private_mentions limited_accounts",
    ),
    table(
        "writing_choice", _("How somebody's apps read and write unless told otherwise."), **_OWN,
        kept="account", person="person_id", choice="visibility is_sensitive language",
    ),
    table(
        "push_key", _("The key by which push services know this instance."), kept="company", number="id",
        digest="public", sealed="sealed", moment="created_at",
    ),
    table(
        "push_subscription", _("Devices that want to hear of notifications."), **_OWN, kept="owner",
        number="id", link="token_id", address="endpoint", digest="p256dh", sealed="auth",
        choice="is_standard alerts policy", moment="created_at", leaves=(to("device", "endpoint"),),
    ),
    table(
        "push_message", _("That a device is to be told; without words."), **_OWN, kept="pushes",
        number="id", link="subscription_id notification_id", count="attempts", moment="due_at finished_at",
    ),
)  # fmt: skip
