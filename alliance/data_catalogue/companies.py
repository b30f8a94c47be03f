"""The data catalogue: companies, partners, and what moderators decide."""

from alliance.data_catalogue.entries import _, table, to

TABLES = (
    table(
        "company", _("Our company and those that we have to do with."),
        seen_by="colleagues allies public", kept="relation",
        number="id", choice="is_home hue", address="origin host uri instance_uri",
        name="name handle software", words="summary imprint privacy rules", place_time="language timezone",
        picture="logo", moment="created_at updated_at",
        leaves=(to("public", "name summary hue", "Group.name Group.summary Group.hue"),),
    ),
    table(
        "partner", _("Where we stand with another company."), seen_by="colleagues", kept="relation",
        link="company_id", state="state we_said_yes they_said_yes ended_by_them", digest="key_fingerprint",
        moment="since created_at last_heard_at caught_up_at",
    ),
    table(
        "source", _("Public calendars of others that are read for our people."), seen_by="colleagues",
        kept="company", link="company_id", address="uri host", state="state failure", choice="is_paused",
        words="topics", moment="since created_at fetched_at failing_since",
    ),
    table(
        "domain_policy", _("Decisions about whole servers, and who decided."),
        about="admin", basis="c", seen_by="admins", kept="company", address="domain",
        choice="severity rejects_media", words="reason", moment="created_at updated_at", person="by_id",
    ),
    table(
        "actor_block", _("Who is kept away by our moderators, and who keeps ours away."),
        about="outsider", basis="f", seen_by="moderators", kept="relation",
        number="id", address="actor_uri activity_uri", choice="by_them", link="ours", moment="created_at",
    ),
    table(
        "report", _("What moderators were asked to look at, and what they decided."),
        about="person", basis="f", seen_by="moderators", kept="reports",
        number="id", link="comment_id session_id story_id wish_id",
        person="person_id reporter_id closed_by_id", address="reporter_host", words="reason note",
        state="state outcome", moment="created_at closed_at forwarded_at",
        leaves=(to("addressee", "reason", "Flag.content Flag.object"),),
    ),
)  # fmt: skip
