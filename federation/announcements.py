"""Which fact is told to other servers by whom: the table that the wiring hands to units of work.

Listeners run in the transaction of the change that they announce; see `announcing/` for what each says.
"""

from alliance import community_facts, facts, story_facts, wish_facts
from alliance.unit_of_work import Listener
from federation.announcing import (
    actors,
    attendances,
    communities,
    community_posts,
    conversation,
    conversation_again,
    hosting,
    letters,
    memberships,
    partnerships,
    people,
    rsvp,
    sessions,
    shutting_out,
    sources,
    stories,
    wishes,
)
from federation.announcing.community_groups import flush_member_news, is_member_news_due
from federation.announcing.sessions import flush_seat_news, is_seat_news_due
from federation.follower_digests import FollowersChanged

__all__ = [
    "LISTENERS",
    "flush_member_news",
    "flush_seat_news",
    "is_member_news_due",
    "is_seat_news_due",
]

LISTENERS: dict[type[facts.Fact], list[Listener]] = {
    facts.CompanyFounded: [people.on_company_founded],
    facts.CompanyChanged: [actors.on_company_changed],
    facts.EmployeeAdded: [people.on_employee_added],
    facts.ProfileChanged: [people.on_profile_changed],
    facts.PersonErased: [people.on_person_erased],
    facts.SessionPublished: [sessions.on_published, community_posts.on_session],
    facts.SessionChanged: [sessions.on_changed, rsvp.on_changed, community_posts.on_session],
    facts.SeatsChanged: [sessions.on_seats_changed],
    facts.SessionWithdrawn: [sessions.on_withdrawn, rsvp.on_withdrawn, community_posts.on_session],
    facts.SessionReceived: [community_posts.on_session],
    facts.PartnerSessionWithdrawn: [community_posts.on_session],
    facts.AttendanceAsked: [attendances.on_asked],
    facts.AttendanceLeft: [attendances.on_left],
    facts.AttendanceChanged: [attendances.on_changed],
    facts.HostingAsked: [hosting.on_asked],
    facts.HostingAnswered: [hosting.on_answered],
    facts.HostingEnded: [hosting.on_ended],
    facts.PartnerInvited: [partnerships.on_invited],
    facts.PartnerAccepted: [partnerships.on_accepted],
    facts.PartnerDeclined: [partnerships.on_declined],
    facts.PartnerLeft: [partnerships.on_left],
    facts.PartnerAllied: [partnerships.on_allied],
    facts.PartnerResumed: [partnerships.on_resumed],
    facts.SourceAdded: [sources.on_source_added],
    facts.SourceResumed: [sources.on_source_resumed],
    facts.SourceRemoved: [sources.on_source_removed],
    facts.CommentSaid: [conversation.on_said],
    facts.CommentChanged: [conversation.on_changed],
    facts.CommentDeleted: [conversation.on_deleted],
    facts.CommentShown: [conversation.on_shown],
    facts.CommentHidden: [conversation.on_hidden],
    story_facts.StoryTold: [stories.on_told, community_posts.on_story],
    story_facts.StoryChanged: [stories.on_changed],
    story_facts.StoryTakenBack: [stories.on_taken_back, community_posts.on_story],
    story_facts.LetterWritten: [letters.on_letter_written],
    story_facts.LetterTakenBack: [letters.on_letter_taken_back],
    wish_facts.WishMade: [wishes.on_made],
    wish_facts.WishChanged: [wishes.on_changed],
    wish_facts.WishTakenBack: [wishes.on_taken_back],
    wish_facts.WishAnswered: [wishes.on_answered],
    story_facts.StoryReceived: [community_posts.on_story],
    community_facts.CommunityFounded: [communities.on_founded],
    community_facts.CommunityChanged: [communities.on_changed],
    community_facts.CommunityClosed: [communities.on_closed],
    community_facts.MembersCounted: [communities.on_counted],
    community_facts.MembershipChanged: [memberships.on_membership],
    community_facts.CommunityPosted: [community_posts.on_posted],
    community_facts.CommunityUnposted: [community_posts.on_unposted],
    FollowersChanged: [memberships.on_followers],
    facts.InterestShown: [conversation.on_interest_shown],
    facts.InterestLost: [conversation.on_interest_lost],
    facts.ReportForwarded: [shutting_out.on_report_forwarded],
    facts.DomainTreated: [shutting_out.on_domain_treated, conversation_again.on_treated],
    facts.ActorBlocked: [shutting_out.on_actor_blocked, conversation_again.on_treated],
}
