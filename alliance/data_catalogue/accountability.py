"""The data catalogue: what administrators did, numbers, what left and whose erasure is open."""

from alliance.data_catalogue.entries import _, table

TABLES = (
    table(
        "audit_entry", _("What those who run the instance did, in a chain that shows any change."),
        about="admin", basis="c", seen_by="admins", kept="audit", number="number", moment="at",
        choice="act", person="who_kind who_id who_name who_mark", link="on_kind on_id on_name on_mark",
        words="details", digest="previous digest seal",
    ),
    table(
        "audit_head", _("What those who run the instance did: the end of the chain."), kept="company",
        number="id number", digest="digest seal",
    ),
    table(
        "monthly_number", _("Published numbers: rounded, and none of a small group."), seen_by="colleagues",
        kept="company", moment="month", choice="report key", count="value",
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
        about="employee", basis="c", seen_by="admins", kept="erasures", number="id", address="uri",
        link="company_id activity_id", state="state", moment="asked_at confirmed_at",
    ),
)  # fmt: skip
