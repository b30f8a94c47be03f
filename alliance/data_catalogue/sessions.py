"""The data catalogue: sessions, series and who takes part."""

from alliance.data_catalogue.entries import Shared, _, table, to

_OFFER: Shared = {"about": "employee", "basis": "b", "seen_by": "colleagues allies public", "kept": "owner"}
_EVENT = "Event.name Event.content Event.startTime Event.endTime Event.timezone Event.location"

TABLES = (
    table(
        "session", _("Offers of people to others to learn something: what, when, where, by whom."),
        **_OFFER, number="id sequence", link="company_id series_id", person="host_id co_host_ids",
        choice="host_shown join_mode audience conversation capacity is_leaders",
        address="uri url author_uri", words="title description description_html status_note",
        place_time="language timezone place place_name place_address slot",
        moment="starts_at ends_at previous_starts_at published_at updated_at withdrawn_at thanked_at",
        sealed="meeting_link", count="going_count waiting_count", state="status",
        picture="image image_alt image_width image_height",
        leaves=(
            to("allies", "title description_html starts_at ends_at timezone place_name", _EVENT),
            to("allies", "host_id co_host_ids", "Event.organizers"),
            to("allies", "going_count waiting_count", "Event.participantCount Event.waitingCount"),
            to("allies", "image image_alt", "Event.image Event.attachment"),
            to("public", "title description_html starts_at ends_at host_id image", _EVENT),
        ),
    ),
    table(
        "session_translation", _("The same offer in a second language."), **_OFFER,
        link="session_id", place_time="language", words="title description description_html",
        leaves=(to("allies", "title description_html", "Event.nameMap Event.contentMap"),),
    ),
    table(
        "session_topic", _("What sessions are about."), seen_by="colleagues allies public",
        link="session_id topic_id", leaves=(to("allies", "topic_id", "Event.tag"),),
    ),
    table(
        "material", _("Recordings, slides and links that a host adds."), **_OFFER,
        number="id", link="session_id", choice="kind", words="title", address="url", moment="added_at",
        leaves=(to("allies", "title url", "Link.name Link.href"),),
    ),
    table(
        "draft_form", _("What somebody has begun to write and shown to nobody."),
        about="employee", basis="b", seen_by="self", kept="owner", link="session_id", words="typed",
    ),
    table(
        "co_host", _("Who was asked to hold a session together, and what they said."),
        about="person", basis="b", seen_by="hosts", kept="thing",
        number="id", link="session_id", person="person_id", state="state", moment="since",
        address="request_uri answer_uri", sealed="personal_link",
        leaves=(to("host", "person_id state", "Accept.actor Offer.target"),),
    ),
    table(
        "attendance",
        _("To give places fairly, to bring the link of the meeting and the calendar entry to whoever comes, "
          "and to tell hosts who comes. Afterwards a row is its person's own list of what they attended."),
        about="person", basis="b", seen_by="self hosts", kept="attendance",
        number="id", link="session_id", person="person_id", state="state",
        moment="since created_at closed_at", address="request_uri", choice="dialect", place_time="language",
        work="pass_version", sealed="personal_link",
        leaves=(to("host", "person_id state", "Join.actor Join.object Leave.actor"),),
    ),
    table(
        "saved_session", _("What somebody keeps in mind; nobody else is shown that."),
        about="employee", basis="b", seen_by="self", kept="owner",
        person="person_id", link="session_id", moment="since",
    ),
    table(
        "feedback_tally", _("Whether a session helped, as a sum of fives; nobody's answer can be found out."),
        seen_by="hosts", link="session_id", count="batches points told_batches", sealed="sealed",
        leaves=(to("host", "batches points", "Update.object"),),
    ),
    table(
        "feedback_given", _("That somebody has answered, as a keyed digest, so that nobody answers twice."),
        about="employee", basis="f", kept="feedback_marks", link="session_id", digest="mark",
    ),
    table(
        "feedback_from_ally", _("Sums of at least five answers that allied companies tell."),
        seen_by="hosts", link="session_id company_id", count="batches points",
    ),
    table(
        "series", _("Sessions that belong together, and the rule by which their dates come."), **_OFFER,
        number="id", link="company_id", person="host_id",
        choice="host_shown capacity join_mode audience is_leaders", address="uri",
        words="title description topics translations rhythm", work="rule exceptions due_at",
        place_time="language timezone place place_name place_address first_day starts minutes",
        sealed="meeting_link", state="state", moment="published_at updated_at",
        leaves=(to("allies", "title rhythm", "sc:EventSeries.name sc:EventSeries.summaryMap"),),
    ),
    table(
        "series_date", _("What is special about one date of a series."),
        link="session_id", choice="joins_after is_quiet",
    ),
    table(
        "series_member", _("Who joined all dates of a series; known to their own company alone."),
        about="employee", basis="b", seen_by="self", kept="owner",
        link="series_id", person="person_id", moment="since",
    ),
    table(
        "series_turn", _("Who takes turns in holding a series."),
        about="person", basis="b", seen_by="hosts", link="series_id", person="person_id", number="position",
    ),
    table(
        "session_reminder", _("That a session was announced once more."), link="session_id",
        moment="announced_at",
    ),
    table(
        "featured_session", _("Which sessions followers are shown as the next ones."), link="session_id",
        moment="since",
    ),
    table(
        "transcript", _("What was said in a session, added by its host, to be read and searched."), **_OFFER,
        number="id", link="session_id", place_time="language", address="uri", words="cues",
        state="is_there", count="tries", moment="added_at fetch_at",
    ),
    table(
        "passage", _("What was said in a session, added by its host, to be read and searched."), **_OFFER,
        number="id number", link="transcript_id session_id", moment="starts_ms", words="text words vector",
        work="marks",
    ),
    table(
        "search_document", _("The index of the search: words of what may be found, for whoever may see it."),
        about="person", basis="b", seen_by="colleagues allies public", number="id object_id", choice="kind",
        words="title topics host body vector", work="marks",
    ),
    table("search_word", _("Forms of words that the search knows."), kept="company", name="variant word"),
)  # fmt: skip
