"""The data catalogue: people, their accounts and how they sign in."""

from alliance.data_catalogue.entries import Shared, _, table, to

_OWN: Shared = {"about": "employee", "basis": "b", "seen_by": "self"}
_SAFE: Shared = {"about": "employee", "basis": "c", "seen_by": "self"}

TABLES = (
    table(
        "person",
        _("To name who holds, says or takes part in something; the name is all that is needed for it."),
        about="person", basis="b", seen_by="colleagues allies public", kept="account",
        number="id", link="company_id", address="uri url host", name="username name",
        moment="created_at updated_at gone_at",
        leaves=(
            to("allies", "name username", "Person.name Person.preferredUsername Person.webfinger"),
            to("public", "name username", "Person.name Person.preferredUsername"),
            to("host", "name username", "Person.name"),
        ),
    ),
    table(
        "expert_profile",
        _("To be found for what one knows. Empty until the person writes something and says for whom."),
        about="employee", basis="a", seen_by="self colleagues allies public", kept="owner",
        person="person_id", choice="audience is_leader takes_letters picture_shared",
        words="headline about about_html ask_me_about office_hours office_hours_note",
        place_time="languages", picture="picture", moment="leads_since published_at updated_at",
        leaves=(
            to("allies", "headline about_html", "Person.summary Person.headline"),
            to("allies", "languages", "Person.speaks"),
            to("allies", "ask_me_about is_leader", "Person.askMeAbout Person.isLeader"),
            to("allies", "takes_letters audience", "Person.takesLetters Person.visibleTo"),
            to("allies", "picture", "Person.icon"),
            to("public", "headline about_html picture", "Person.summary Person.icon"),
        ),
    ),
    table(
        "expert_topic", _("By which topics experts are found."),
        about="employee", basis="a", seen_by="colleagues allies public", kept="owner",
        person="person_id", link="topic_id", leaves=(to("allies", "topic_id", "Person.tag"),),
    ),
    table(
        "featured_topic", _("Topics that somebody shows on their own page."),
        **{**_OWN, "seen_by": "self colleagues"}, kept="owner",
        number="id", person="person_id", link="topic_id", moment="since",
    ),
    table(
        "employee", _("The account: who may sign in, with which rights, and in which language pages speak."),
        about="employee", basis="b", seen_by="self admins", kept="account",
        person="id", mail="email", digest="password_hash", choice="roles language timezone",
        moment="created_at disabled_at", leaves=(to("mail", "email"),),
    ),
    table(
        "identity", _("To know who signs in through the company's own provider."),
        **_SAFE, kept="account", number="id", person="employee_id", name="issuer subject",
        moment="created_at",
    ),
    table(
        "passkey", _("To sign in without a password."),
        **_SAFE, kept="owner", number="id", person="employee_id", digest="credential public_key",
        count="sign_count", name="name", moment="created_at",
    ),
    table(
        "sign_in", _("Browsers that are signed in, so that their owner sees them and can end them."),
        **_SAFE, kept="expires", digest="token_hash", person="employee_id", moment="created_at expires_at",
        choice="method", name="device", link="identity_id provider_session", sealed="id_token",
        leaves=(to("provider", "id_token"),),
    ),
    table(
        "sign_in_attempt", _("To stop guessing of passwords; by a digest of account and address."),
        about="employee", basis="c", kept="sign_in_attempts", digest="key", count="failures",
        moment="last_at locked_until",
    ),
    table(
        "sign_in_link", _("Links to choose a password."),
        about="employee", basis="c", kept="expires", digest="token_hash", person="employee_id",
        choice="purpose", moment="created_at expires_at",
    ),
    table(
        "interest", _("Which topics, people and companies somebody follows; nobody else is shown that."),
        **_OWN, kept="owner", number="id", person="person_id expert_id", link="topic_id company_id",
        moment="since", choice="shows_boosts notifies languages",
    ),
    table(
        "distance", _("Whom somebody does not want to hear of; the other one is not told."),
        **_OWN, kept="owner", number="id", person="person_id account_id", choice="kind hides_notifications",
        moment="until since",
    ),
    table(
        "domain_distance", _("Whom somebody does not want to hear of; the other one is not told."),
        **_OWN, kept="owner", number="id", person="person_id", address="domain", moment="since",
    ),
    table(
        "account_mark", _("What somebody noted about accounts, for themselves alone."),
        **_OWN, kept="owner", number="id", person="person_id account_id", choice="kind", moment="since",
    ),
    table(
        "account_note", _("What somebody noted about accounts, for themselves alone."),
        **_OWN, kept="owner", person="person_id account_id", words="text", moment="changed_at",
    ),
    table(
        "topic", _("The topics that there are."), kept="company", seen_by="colleagues allies public",
        number="id", name="slug name", leaves=(to("allies", "name", "Hashtag.name"),),
    ),
    table(
        "provisioned_user",
        _("How the company's directory calls an account, so that it can be opened and closed from there."),
        **_SAFE, kept="account", person="employee_id", name="user_name user_name_key display_name given_name "
        "family_name formatted_name", digest="external_id", choice="email_type email_is_primary",
        moment="created_at updated_at left_at",
    ),
    table(
        "provisioned_group", _("Groups of the company's directory; some of them give roles."),
        kept="company", number="id", name="name name_key", digest="external_id",
        moment="created_at updated_at",
    ),
    table(
        "provisioned_member", _("Who is in which group of the company's directory."),
        **_SAFE, kept="account", person="employee_id", link="group_id",
    ),
)  # fmt: skip
