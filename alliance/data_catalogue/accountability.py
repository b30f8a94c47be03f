"""The data catalogue: what administrators did, numbers, what left and whose erasure is open."""

from alliance.data_catalogue.entries import _, table

TABLES = (
    table(
        "audit_entry", _("What those who run the instance did, in a chain that shows any change."),
        about="admin", basis="c", seen_by="admins council", kept="audit", number="number", moment="at",
        choice="act", person="who_kind who_id who_name who_mark", link="on_kind on_id on_name on_mark",
        words="details", digest="previous digest seal",
    ),
    table(
        "audit_head", _("What those who run the instance did: the end of the chain."), kept="company",
        number="id number", digest="digest seal",
    ),
    table(
        "run_time_setting", _("What was decided about this instance while it runs."),
        seen_by="admins council", kept="company", choice="name value", moment="changed_at",
    ),
    table(
        "given_setting", _("What the operator set on the server about privacy, when it was last looked at."),
        seen_by="admins council", kept="company", choice="name value", moment="noted_at",
    ),
    table(
        "decision", _("What moderators decided about somebody's words, and what they answered."),
        about="employee", basis="f", seen_by="self moderators", kept="account", number="id",
        person="person_id by_id closed_by_id", choice="kind", link="thing_id session_id",
        words="reason words note", state="state", moment="at answered_at closed_at",
    ),
    table(
        "sign_of_life", _("On which machines a worker runs, and when it last said so."), seen_by="admins",
        kept="company", work="name", moment="at",
    ),
    table(
        "setting_proposal", _("Changes that concern privacy: who proposed them, and who agreed."),
        about="admin", basis="c", seen_by="admins council colleagues", kept="company", number="id",
        choice="name before value", state="state", person="proposed_by_id decided_by_id",
        moment="proposed_at decided_at",
    ),
    table(
        "monthly_number", _("Published numbers: rounded, and none of a small group."), seen_by="colleagues",
        kept="company", moment="month", choice="report key", count="value",
    ),
    table(
        "number_tally", _("How many took part in months that are not over, in sums by company, encrypted."),
        kept="company", number="id counted_id", sealed="sealed", moment="counted_from",
    ),
    table(
        "outbound_tally", _("How often which fields left for which partner, by month."),
        seen_by="colleagues admins", kept="outbound_counts", address="host", moment="month",
        choice="kind field", count="count",
    ),
    table(
        "outbound_rule", _("Which fields are held back, from all or from one partner, and who said so."),
        about="admin", basis="c", seen_by="colleagues admins", kept="company", number="id",
        link="company_id", choice="kind field", person="by_id", moment="created_at",
    ),
    table(
        "outbound_mark", _("Up to where fields that left have been counted."), kept="company",
        number="id up_to",
    ),
    table(
        "erasure", _("Whose erasure which partner has not confirmed yet; by address, without a name."),
        about="employee", basis="c", seen_by="admins council", kept="erasures", number="id", address="uri",
        link="company_id activity_id", state="state", moment="asked_at confirmed_at",
    ),
)  # fmt: skip
