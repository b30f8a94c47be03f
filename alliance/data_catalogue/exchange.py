"""The data catalogue: what passes between companies, and what is known of the other side."""

from alliance.data_catalogue.entries import Shared, _, table

_ELSEWHERE: Shared = {"about": "outsider", "basis": "f", "seen_by": "admins"}

TABLES = (
    table(
        "outbox_activity",
        _("What was told to others, as it was sent; it can be asked for again. What is for one person alone "
          "is encrypted."),
        about="person", basis="f", seen_by="admins", kept="private_activities",
        number="id", link="actor", choice="type is_public to_followers", address="object_uri",
        words="body", moment="created_at",
    ),
    table(
        "delivery", _("To which server something is on its way."), seen_by="admins", kept="deliveries",
        number="id position", link="activity_id lane_id", address="inbox",
        state="state last_status last_error", count="attempts",
        moment="created_at give_up_at failed_at finished_at",
    ),
    table(
        "lane", _("In which order things are sent and received."), seen_by="admins", kept="relation",
        number="id", choice="direction", address="host", link="actor", work="tail leased_by",
        moment="next_at leased_until",
    ),
    table(
        "destination", _("Whether a server can be reached."), seen_by="admins", kept="relation",
        address="host", choice="dialect", count="failures", state="last_error",
        moment="failing_since open_until last_success_at last_failure_at",
    ),
    table(
        "received_activity", _("What others sent, until it is done with and can be traced for a while."),
        **_ELSEWHERE, kept="received", number="id position", address="uri actor_uri", choice="type",
        link="lane_id", words="body", state="state reason", count="attempts",
        moment="received_at processed_at",
    ),
    table(
        "rejection_tally", _("How much was turned away."), seen_by="admins", kept="refused",
        moment="day", choice="reason", count="count",
    ),
    table(
        "refused_request", _("Why requests of a server were turned away."), seen_by="admins",
        kept="refused", number="id", moment="day first_at last_at", address="host", choice="reason is_known",
        count="count", words="explanation",
    ),
    table(
        "remote_actor", _("Accounts of other servers as these show them, with the keys that prove them."),
        **_ELSEWHERE, kept="relation", number="id", address="uri host inbox shared_inbox", choice="type",
        digest="keys", words="document", moment="fetched_at gone_at",
    ),
    table(
        "signing_key", _("With which our accounts prove what they send."), kept="account", number="id",
        link="actor", choice="kind", digest="public", sealed="private", moment="created_at retired_at",
    ),
    table(
        "follow", _("Who follows whom across servers."),
        about="person", basis="a", seen_by="self admins", kept="relation", number="id",
        person="follower_uri followed_uri", address="follower_host activity_uri inbox shared_inbox",
        state="state", moment="created_at",
    ),
    table(
        "our_actor", _("What was decided about one of our accounts."),
        about="employee", basis="a", seen_by="self", kept="account", link="actor",
        choice="approves_followers", address="also_known_as moved_to", moment="moved_at",
    ),
    table(
        "actor_move", _("That an account moved to another server."), **_ELSEWHERE, kept="relation",
        address="uri moved_to", moment="moved_at",
    ),
    table(
        "follower_drift", _("That two servers count followers differently."), kept="expires",
        address="actor_uri url", count="attempts", moment="due_at",
    ),
    table(
        "tombstone", _("That something was deleted elsewhere, so that it does not come back."),
        kept="relation", address="uri", moment="deleted_at",
    ),
    table("seat_news", _("That something changed and is to be told."), link="session_id", moment="due_at"),
    table(
        "catch_up", _("That something changed and is to be told."), link="company_id", work="version",
        count="attempts", moment="due_at",
    ),
    table(
        "told_inbox", _("Which servers were told of something, so that its end can be told to them too."),
        kept="relation", address="object_uri inbox",
    ),
    table(
        "session_note", _("What timelines elsewhere were told of a change."), number="id",
        link="session_id", choice="is_public", moment="gone_at",
    ),
    table(
        "rsvp_message", _("That somebody elsewhere was told something about their place."),
        **_ELSEWHERE, kept="rsvp_messages", number="id", person="actor_uri", address="host reply_to",
        link="session_id", choice="kind", place_time="language", moment="closed_at",
    ),
)  # fmt: skip
