"""The data catalogue: the newsletter, and channels elsewhere that are told what is new."""

from alliance.data_catalogue.entries import _, table, to

TABLES = (
    table(
        "newsletter_plan", _("When the newsletter goes out, and what editors add to it."), seen_by="admins",
        kept="company", number="id", choice="is_on weekday hour is_for_everybody", moment="looked_at",
    ),
    table(
        "newsletter_edition", _("When the newsletter goes out, and what editors add to it."),
        seen_by="colleagues", kept="company", number="id", state="state is_queued", name="week",
        words="note_de note_en", choice="note_audience", moment="starts_at finished_at",
        count="expected sent failed dropped", work="employees_until guests_until",
    ),
    table(
        "newsletter_guest", _("Who asked for the newsletter from outside; gone with the wish."),
        about="outsider", basis="a", kept="owner", number="id", digest="mark", sealed="address",
        place_time="language", choice="topics wanted", moment="asked_at confirmed_at",
        count="asked_times bounces", leaves=(to("mail", "address"),),
    ),
    table(
        "webhook", _("Channels elsewhere that are told what is new, such as Teams; public sessions, or what "
        "an administrator chose."),
        seen_by="admins", kept="company", number="id", name="name", link="community_id topic_id",
        choice="kind news ours_only reach language is_admitted batch", address="host",
        sealed="sealed secret", state="state", count="failures", moment="created_at failing_since next_at",
        leaves=(to("channel", "news"),),
    ),
    table(
        "webhook_delivery", _("Channels elsewhere that are told what is new: the last attempts."),
        seen_by="admins", number="id", link="webhook_id", choice="what", count="count milliseconds",
        state="status failure", moment="at",
    ),
    table(
        "webhook_news", _("Channels elsewhere that are told what is new: what waits."),
        number="id subject_id", link="webhook_id", choice="kind occasion", count="attempts",
        moment="previous_starts_at told_at",
    ),
)  # fmt: skip
