"""The data catalogue: comments, stories, letters, requests and notifications."""

from alliance.data_catalogue.entries import Shared, _, table, to

_SAID: Shared = {"about": "person", "basis": "a", "seen_by": "colleagues allies public", "kept": "owner"}
_OWN: Shared = {"about": "employee", "basis": "b", "seen_by": "self"}

TABLES = (
    table(
        "comment", _("What people say about a session."), **_SAID,
        number="id depth edits", link="session_id parent_id thread_id", person="author_id",
        address="uri url token", words="text html reason", choice="audience is_private", state="state",
        moment="created_at updated_at",
        leaves=(
            to("allies", "html author_id", "Note.content Note.attributedTo"),
            to("public", "html author_id", "Note.content Note.attributedTo"),
        ),
    ),
    table(
        "reaction", _("Who finds a session interesting; shown as a number."),
        about="person", basis="a", seen_by="self", kept="owner", number="id", link="session_id",
        choice="kind", person="actor", address="host activity_uri", moment="created_at",
        leaves=(to("host", "actor", "Like.actor Like.object"),),
    ),
    table(
        "story", _("What people tell about what they learned."), **_SAID,
        number="id edits", person="author_id", link="session_id parent_id", address="uri url token",
        words="text html spoiler reason", place_time="language", choice="audience is_quiet", state="state",
        moment="created_at updated_at",
        leaves=(
            to("allies", "html author_id", "Note.content Note.attributedTo Note.summary"),
            to("public", "html author_id", "Note.content Note.attributedTo"),
        ),
    ),
    table(
        "story_version", _("How a story was worded before; goes with its words."), **_SAID,
        link="story_id", number="number", words="html spoiler", moment="written_at",
    ),
    table(
        "story_picture", _("Pictures that somebody brought along."), **_SAID,
        number="id position", person="owner_id", link="story_id",
        picture="name width height description", moment="created_at",
        leaves=(to("allies", "name description", "Document.url Document.name"),),
    ),
    table(
        "letter", _("A few lines to somebody, without giving out an address."),
        about="person", basis="a", seen_by="self addressee", kept="letters",
        number="id", person="sender_id receiver_id", words="text", address="uri",
        moment="created_at read_at gone_at",
        leaves=(to("addressee", "text sender_id", "Note.content Note.attributedTo"),),
    ),
    table(
        "message", _("Messages of the instance to a person, and what they answered, for apps."),
        **_OWN, kept="messages", number="id", person="person_id other_id", choice="direction about audience",
        link="session_id letter_id parent_id", words="text html answer", place_time="language",
        sealed="sealed", moment="created_at updated_at read_at",
    ),
    table(
        "planned_words", _("What somebody wants to say later."), **_OWN, kept="owner",
        number="id", person="person_id", moment="due_at created_at", words="text wishes problem",
    ),
    table(
        "said_once", _("So that what an app sends twice is said once."), **_OWN, kept="expires",
        person="person_id", digest="key", link="reference", moment="since",
    ),
    table(
        "notification", _("What somebody should hear of."), **_OWN, kept="notifications",
        number="id", choice="kind", person="person_id account_id",
        link="session_id comment_id message_id story_id", moment="created_at read_at",
    ),
    table(
        "posting", _("In which order apps show what was said; without words."),
        about="person", basis="f", number="id edition", choice="kind lane audience is_listed has_picture",
        person="author_id", link="company_id session_id comment_id story_id message_id boosted_id parent_id",
        moment="created_at changed_at gone_at",
    ),
    table("posting_topic", _("By which topics apps find what was said."), link="topic_id posting_id"),
    table(
        "mark", _("Favourites, bookmarks and the like of apps; nobody else is shown whose they are."),
        **_OWN, kept="owner", number="id", person="person_id", link="posting_id", choice="kind",
        moment="since",
    ),
    table(
        "wish", _("What somebody would like to learn, or could help with."), **_SAID,
        number="id", person="author_id", address="uri url token", choice="kind audience",
        words="title text html reason", place_time="language", state="state",
        moment="created_at updated_at closes_at news_due_at",
        leaves=(to("allies", "title html author_id", "Note.content Note.attributedTo Intent.name"),),
    ),
    table("wish_topic", _("What requests are about."), link="wish_id topic_id"),
    table(
        "wish_voice", _("Who would like that too. Others read a number, and the name where one ticked that."),
        about="employee", basis="a", seen_by="self colleagues", kept="owner",
        link="wish_id", person="person_id", choice="is_named", moment="since",
        leaves=(to("allies", "is_named", "Collection.items Collection.totalItems"),),
    ),
    table(
        "wish_chorus", _("How many people of other companies would like that too."),
        about="outsider", basis="a", seen_by="colleagues", link="wish_id", address="host",
        name="company_name names", count="count", moment="since",
    ),
    table(
        "wish_like", _("Who from elsewhere likes a request; shown as a number."),
        about="outsider", basis="f", link="wish_id", address="actor_uri",
    ),
    table(
        "wish_answer", _("Which session answers a request."), seen_by="colleagues allies",
        link="wish_id session_id", address="session_uri", state="is_invited", moment="since",
    ),
)  # fmt: skip
