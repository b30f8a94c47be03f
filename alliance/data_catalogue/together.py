"""The data catalogue: communities and learning circles."""

from alliance.data_catalogue.entries import Shared, _, table, to

_CIRCLE: Shared = {"about": "person", "basis": "b", "seen_by": "members", "kept": "circles"}

TABLES = (
    table(
        "community", _("Groups around a topic, of one company or several."),
        about="person", basis="b", seen_by="colleagues allies public", kept="relation",
        number="id", link="company_id", name="slug name", address="uri url",
        words="description description_html", place_time="language", choice="audience", state="state",
        picture="picture picture_alt", count="member_count", person="owners",
        moment="created_at updated_at closed_at",
        leaves=(
            to("allies", "name description_html picture", "Group.name Group.summary Group.icon"),
            to("allies", "member_count owners", "Group.memberCount Group.attributedTo"),
        ),
    ),
    table("community_topic", _("What communities are about."), link="community_id topic_id"),
    table(
        "community_crowd", _("How many people of each company are in a community."), seen_by="colleagues",
        link="community_id company_id", count="count", moment="told_at",
    ),
    table(
        "community_member", _("Who is in a community. The name is shown where the person chose that."),
        about="employee", basis="a", seen_by="self members", kept="owner",
        link="community_id", person="person_id", choice="role is_shown", moment="joined_at",
        leaves=(to("addressee", "person_id is_shown", "Follow.actor Follow.object"),),
    ),
    table(
        "community_post", _("What was put into a community, and who did it."),
        about="person", basis="b", seen_by="members", kept="thing",
        number="id subject_id", link="community_id", choice="kind announced is_moderated",
        person="posted_by", state="state", address="announcement", moment="created_at updated_at",
    ),
    table("community_news", _("That a community has news to tell."), link="community_id", moment="due_at"),
    table(
        "circle_call", _("A call to form learning circles."),
        about="employee", basis="b", seen_by="colleagues", kept="owner", number="id", link="company_id",
        person="organiser_id", words="title about guide_title guide_licence topics",
        choice="audience companies_wanted",
        address="guide_url uri", place_time="languages slots timezone minutes starts_on",
        moment="sign_up_until matched_at created_at updated_at", count="smallest largest", state="state",
        work="matching version",
        leaves=(to("allies", "title about guide_title guide_url", "CircleCall.name CircleCall.content"),),
    ),
    table(
        "circle_place",
        _("Who signed up, for which topics and hours. Whom somebody would rather not meet is encrypted, read "
          "for the matching alone and forgotten. People of other companies have pseudonyms until all in a "
          "circle have said yes."),
        about="person", basis="b", seen_by="self members", kept="circles", number="id",
        link="call_id company_id", person="person_id partner_id", choice="topics own_code pair_code",
        name="name handle", address="token uri", place_time="languages slots utc_offset",
        sealed="avoids words", digest="told", work="version hints", moment="since",
        leaves=(
            to("caller", "token topics languages slots utc_offset", "CirclePlace.id CirclePlace.hours"),
            to("circle", "person_id", "CircleWord.members"),
        ),
    ),
    table(
        "circle", _("A learning circle, and why these people are in it."), **_CIRCLE, number="id",
        link="call_id", words="topic", place_time="language slots", count="companies wished met",
        state="state", sealed="meeting_link", moment="created_at link_at", address="uri",
        work="version heard", leaves=(to("circle", "meeting_link", "CircleWord.meetingLink"),),
    ),
    table(
        "circle_member", _("Who is in a circle; named to each other once all have said yes."), **_CIRCLE,
        number="id", link="circle_id place_id", state="answer", moment="since",
    ),
    table(
        "circle_meeting", _("When a circle meets."), **_CIRCLE, number="id number sequence",
        link="circle_id", moment="starts_at ends_at held_at",
    ),
    table(
        "circle_note", _("What a circle wrote down for itself."), **_CIRCLE, number="id",
        link="circle_id place_id", person="author_id", words="text", address="uri", moment="created_at",
        leaves=(to("circle", "text", "CircleNote.content"),),
    ),
    table("circle_pit_stop", _("Sessions at which circles of a call meet."), link="call_id session_id"),
)  # fmt: skip
