"""Every call that Mastodon.py 2.3 has: how it is made here, or why it is not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mastodon import Mastodon


@dataclass
class There:
    """What there is to ask about: identifiers as apps know them."""

    me: str
    ada: str
    company: str
    session: str
    said: str
    picture: bytes
    later: Any
    made: dict[str, Any]


NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/2.1"
Make = Callable[[Mastodon, There], Any]

# In this order; what one makes, later ones use and throw away.
CALLS: dict[str, Make] = {
    "instance": lambda m, t: m.instance(),
    "instance_v1": lambda m, t: m.instance_v1(),
    "instance_v2": lambda m, t: m.instance_v2(),
    "instance_activity": lambda m, t: m.instance_activity(),
    "instance_peers": lambda m, t: m.instance_peers(),
    "instance_rules": lambda m, t: m.instance_rules(),
    "instance_health": lambda m, t: m.instance_health(),
    "instance_nodeinfo": lambda m, t: m.instance_nodeinfo(NODEINFO),
    "instance_extended_description": lambda m, t: m.instance_extended_description(),
    "instance_translation_languages": lambda m, t: m.instance_translation_languages(),
    "instance_languages": lambda m, t: m.instance_languages(),
    "instance_domain_blocks": lambda m, t: m.instance_domain_blocks(),
    "retrieve_mastodon_version": lambda m, t: m.retrieve_mastodon_version(),
    "verify_minimum_version": lambda m, t: m.verify_minimum_version("4.3.0"),
    "get_approx_server_time": lambda m, t: m.get_approx_server_time(),
    "oauth_authorization_server_info": lambda m, t: m.oauth_authorization_server_info(),
    "app_verify_credentials": lambda m, t: m.app_verify_credentials(),
    "custom_emojis": lambda m, t: m.custom_emojis(),
    "announcements": lambda m, t: m.announcements(),
    "preferences": lambda m, t: m.preferences(),
    "me": lambda m, t: m.me(),
    "account_verify_credentials": lambda m, t: m.account_verify_credentials(),
    "account_update_credentials": lambda m, t: m.account_update_credentials(note="Misst Licht"),
    "account": lambda m, t: m.account(t.ada),
    "accounts": lambda m, t: m.accounts([t.me, t.ada]),
    "account_lookup": lambda m, t: m.account_lookup("jonas"),
    "account_search": lambda m, t: m.account_search("jonas"),
    "account_statuses": lambda m, t: m.account_statuses(t.me),
    "account_followers": lambda m, t: m.account_followers(t.me),
    "account_following": lambda m, t: m.account_following(t.me),
    "account_featured_tags": lambda m, t: m.account_featured_tags(t.me),
    "account_relationships": lambda m, t: m.account_relationships([t.ada]),
    "account_familiar_followers": lambda m, t: m.account_familiar_followers(t.ada),
    "account_lists": lambda m, t: m.account_lists(t.ada),
    "account_follow": lambda m, t: m.account_follow(t.company),
    "follows": lambda m, t: m.follows("sessions"),
    "account_note_set": lambda m, t: m.account_note_set(t.ada, "kennt Linsen"),
    "account_endorse": lambda m, t: m.account_endorse(t.ada),
    "endorsements": lambda m, t: m.endorsements(),
    "account_unendorse": lambda m, t: m.account_unendorse(t.ada),
    "account_pin": lambda m, t: m.account_pin(t.ada),
    "account_unpin": lambda m, t: m.account_unpin(t.ada),
    "account_remove_from_followers": lambda m, t: m.account_remove_from_followers(t.ada),
    "list_create": lambda m, t: t.made.update(list=m.list_create("Optik")),
    "lists": lambda m, t: m.lists(),
    "list": lambda m, t: m.list(t.made["list"]),
    "list_update": lambda m, t: m.list_update(t.made["list"], "Licht"),
    "list_accounts_add": lambda m, t: m.list_accounts_add(t.made["list"], [t.ada]),
    "list_accounts": lambda m, t: m.list_accounts(t.made["list"]),
    "timeline_list": lambda m, t: m.timeline_list(t.made["list"]),
    "list_accounts_delete": lambda m, t: m.list_accounts_delete(t.made["list"], [t.ada]),
    "list_delete": lambda m, t: m.list_delete(t.made["list"]),
    "account_unfollow": lambda m, t: m.account_unfollow(t.company),
    "account_mute": lambda m, t: m.account_mute(t.ada, duration=3600),
    "mutes": lambda m, t: m.mutes(),
    "account_unmute": lambda m, t: m.account_unmute(t.ada),
    "account_block": lambda m, t: m.account_block(t.ada),
    "blocks": lambda m, t: m.blocks(),
    "account_unblock": lambda m, t: m.account_unblock(t.ada),
    "domain_block": lambda m, t: m.domain_block("laut.example"),
    "domain_blocks": lambda m, t: m.domain_blocks(),
    "domain_unblock": lambda m, t: m.domain_unblock("laut.example"),
    "follow_requests": lambda m, t: m.follow_requests(),
    "timeline": lambda m, t: m.timeline(),
    "timeline_home": lambda m, t: m.timeline_home(),
    "timeline_local": lambda m, t: m.timeline_local(),
    "timeline_public": lambda m, t: m.timeline_public(),
    "timeline_hashtag": lambda m, t: m.timeline_hashtag("optik"),
    "timeline_link": lambda m, t: m.timeline_link("https://nordlicht.example/"),
    "status": lambda m, t: m.status(t.session),
    "statuses": lambda m, t: m.statuses([t.session, t.said]),
    "status_context": lambda m, t: m.status_context(t.session),
    "status_history": lambda m, t: m.status_history(t.session),
    "status_source": lambda m, t: m.status_source(t.said),
    "status_card": lambda m, t: m.status_card(t.session),
    "status_favourited_by": lambda m, t: m.status_favourited_by(t.session),
    "status_reblogged_by": lambda m, t: m.status_reblogged_by(t.session),
    "status_quotes": lambda m, t: m.status_quotes(t.said),
    "status_favourite": lambda m, t: m.status_favourite(t.session),
    "favourites": lambda m, t: m.favourites(),
    "status_unfavourite": lambda m, t: m.status_unfavourite(t.session),
    "status_bookmark": lambda m, t: m.status_bookmark(t.session),
    "bookmarks": lambda m, t: m.bookmarks(),
    "status_unbookmark": lambda m, t: m.status_unbookmark(t.session),
    "status_reblog": lambda m, t: m.status_reblog(t.session),
    "status_unreblog": lambda m, t: m.status_unreblog(t.session),
    "status_mute": lambda m, t: m.status_mute(t.said),
    "status_unmute": lambda m, t: m.status_unmute(t.said),
    "status_pin": lambda m, t: m.status_pin(t.said),
    "status_unpin": lambda m, t: m.status_unpin(t.said),
    "poll": lambda m, t: m.poll(t.session),
    "poll_vote": lambda m, t: m.poll_vote(t.session, [0]),
    "status_reply": lambda m, t: m.status_reply(m.status(t.session), "Ich komme gern"),
    "media_post": lambda m, t: t.made.update(media=m.media_post(t.picture, "image/png", description="Glas")),
    "media": lambda m, t: m.media(t.made["media"]),
    "media_update": lambda m, t: m.media_update(t.made["media"], description="Ein Prisma"),
    "status_post": lambda m, t: t.made.update(status=m.status_post("Gelernt", media_ids=t.made["media"])),
    "toot": lambda m, t: m.toot("Noch etwas"),
    "status_update": lambda m, t: m.status_update(t.made["status"], "Viel gelernt"),
    "status_delete": lambda m, t: m.status_delete(t.made["status"]),
    "scheduled_statuses": lambda m, t: m.scheduled_statuses(),
    "scheduled_status": lambda m, t: t.made.update(
        later=m.scheduled_status(m.status_post("Später", scheduled_at=t.later))
    ),
    "scheduled_status_update": lambda m, t: m.scheduled_status_update(
        t.made["later"], t.later + timedelta(hours=1)
    ),
    "scheduled_status_delete": lambda m, t: m.scheduled_status_delete(t.made["later"]),
    "conversations": lambda m, t: m.conversations(),
    "notifications": lambda m, t: m.notifications(),
    "notifications_unread_count": lambda m, t: m.notifications_unread_count(),
    "grouped_notifications": lambda m, t: m.grouped_notifications(),
    "unread_grouped_notifications_count": lambda m, t: m.unread_grouped_notifications_count(),
    "notifications_policy": lambda m, t: m.notifications_policy(),
    "update_notifications_policy": lambda m, t: m.update_notifications_policy(for_not_following="accept"),
    "notification_requests": lambda m, t: m.notification_requests(),
    "notifications_merged": lambda m, t: m.notifications_merged(),
    "notifications_clear": lambda m, t: m.notifications_clear(),
    "markers_set": lambda m, t: m.markers_set(["home"], [t.session]),
    "markers_get": lambda m, t: m.markers_get(),
    "search": lambda m, t: m.search("Licht"),
    "search_v2": lambda m, t: m.search_v2("Licht"),
    "create_filter_v2": lambda m, t: t.made.update(
        filter=m.create_filter_v2("Leise", ["home"], "warn", keywords_attributes=[{"keyword": "laut"}])
    ),
    "filters_v2": lambda m, t: m.filters_v2(),
    "filter_v2": lambda m, t: m.filter_v2(t.made["filter"]),
    "update_filter_v2": lambda m, t: m.update_filter_v2(t.made["filter"], title="Leiser"),
    "add_filter_keyword_v2": lambda m, t: t.made.update(
        keyword=m.add_filter_keyword_v2(t.made["filter"], "grell")
    ),
    "filter_keywords_v2": lambda m, t: m.filter_keywords_v2(t.made["filter"]),
    "delete_filter_keyword_v2": lambda m, t: m.delete_filter_keyword_v2(t.made["keyword"]),
    "add_filter_status_v2": lambda m, t: t.made.update(
        hidden=m.add_filter_status_v2(t.made["filter"], t.said)
    ),
    "filter_statuses_v2": lambda m, t: m.filter_statuses_v2(t.made["filter"]),
    "filter_status_v2": lambda m, t: m.filter_status_v2(t.made["hidden"]),
    "delete_filter_status_v2": lambda m, t: m.delete_filter_status_v2(t.made["hidden"]),
    "delete_filter_v2": lambda m, t: m.delete_filter_v2(t.made["filter"]),
    "filter_create": lambda m, t: t.made.update(old=m.filter_create("laut", ["home"])),
    "filters": lambda m, t: m.filters(),
    "filter": lambda m, t: m.filter(t.made["old"]),
    "filter_update": lambda m, t: m.filter_update(t.made["old"], phrase="schrill", context=["home"]),
    "filter_delete": lambda m, t: m.filter_delete(t.made["old"]),
    "tag": lambda m, t: m.tag("optik"),
    "tag_follow": lambda m, t: m.tag_follow("optik"),
    "followed_tags": lambda m, t: m.followed_tags(),
    "tag_unfollow": lambda m, t: m.tag_unfollow("optik"),
    "featured_tag_create": lambda m, t: t.made.update(tag=m.featured_tag_create("optik")),
    "featured_tags": lambda m, t: m.featured_tags(),
    "featured_tag_suggestions": lambda m, t: m.featured_tag_suggestions(),
    "featured_tag_delete": lambda m, t: m.featured_tag_delete(t.made["tag"]),
    "tag_feature": lambda m, t: m.tag_feature("optik"),
    "tag_unfeature": lambda m, t: m.tag_unfeature("optik"),
    "trends": lambda m, t: m.trends(),
    "trending_tags": lambda m, t: m.trending_tags(),
    "trending_statuses": lambda m, t: m.trending_statuses(),
    "trending_links": lambda m, t: m.trending_links(),
    "directory": lambda m, t: m.directory(),
    "suggestions": lambda m, t: m.suggestions(),
    "suggestions_v1": lambda m, t: m.suggestions_v1(),
    "suggestions_v2": lambda m, t: m.suggestions_v2(),
    "suggestion_delete": lambda m, t: m.suggestion_delete(t.ada),
    "report": lambda m, t: m.report(t.company, status_ids=[t.session], comment="Bitte ansehen"),
    "annual_reports": lambda m, t: m.annual_reports(),
    "account_delete_avatar": lambda m, t: m.account_delete_avatar(),
    "account_delete_header": lambda m, t: m.account_delete_header(),
    "fetch_next": lambda m, t: m.fetch_next(m.timeline_public(limit=1)),
    "fetch_previous": lambda m, t: m.fetch_previous(m.timeline_public(limit=1)),
    "fetch_remaining": lambda m, t: m.fetch_remaining(m.timeline_public(limit=1)),
    "pagination_iterator": lambda m, t: list(m.pagination_iterator(m.timeline_public(limit=1))),
    "push_subscription_generate_keys": lambda m, t: t.made.update(key=m.push_subscription_generate_keys()[1]),
    "push_subscription_set": lambda m, t: m.push_subscription_set(
        "https://push.example/kiebitz", t.made["key"], mention_events=True, policy="followed"
    ),
    "push_subscription": lambda m, t: m.push_subscription(),
    "push_subscription_update": lambda m, t: m.push_subscription_update(mention_events=False),
    "push_subscription_delete": lambda m, t: m.push_subscription_delete(),
}

IN_ITS_OWN_MEMORY = "asks nobody"
OF_ADMINISTRATION = "administration has pages of its own"
OF_A_LATER_VERSION = "since 4.6, which we do not claim to be"
NOT_HERE = "there is none of it here: 404"
OF_STREAMING = "streaming is tested with sockets of its own"
NOT_CALLED: dict[str, str] = {
    **dict.fromkeys(
        (
            *("auth_request_url", "clear_caches", "decode_blurhash", "generate_media_edit_attributes"),
            *("get_pagination_info", "get_status_length", "get_supported_version", "make_poll"),
            *("persistable_login_credentials", "set_language", "filters_apply", "pagination_page_iterator"),
            *("timeline_is_available", "push_subscription_decrypt_push"),
        ),
        IN_ITS_OWN_MEMORY,
    ),
    **dict.fromkeys(
        (
            *("announcement_dismiss", "announcement_reaction_create", "announcement_reaction_delete"),
            *("annual_report", "annual_report_generate", "annual_report_read", "annual_report_state"),
            *("await_async_refresh", "get_async_refresh_info", "get_async_refresh_status"),
            "instance_terms_of_service",
        ),
        NOT_HERE,
    ),
    **dict.fromkeys(
        (
            *("account_collections", "account_in_collections", "collection", "collection_create"),
            *("collection_delete", "collection_item_add", "collection_item_delete"),
            *("collection_item_revoke", "collection_update", "profile", "profile_update"),
        ),
        OF_A_LATER_VERSION,
    ),
    **dict.fromkeys(
        (
            *("stream_direct", "stream_hashtag", "stream_healthy"),
            *("stream_list", "stream_local", "stream_open_websocket", "stream_public", "stream_user"),
            "stream_user_notifications",
        ),
        OF_STREAMING,
    ),
    "create_app": "how the test begins",
    "oauth_userinfo": "asks over https alone: tests/web/mastodon/test_oauth.py",
    "log_in": "how the test begins",
    "revoke_access_token": "how the test ends",
    "create_account": "403: accounts are made by the company",
    "email_resend_confirmation": "403: the company confirms addresses",
    "status_translate": "403: nothing is handed to a translator",
    "search_v1": "removed in Mastodon 3.0",
    "reports": "removed in Mastodon 2.5",
    "conversations_read": "needs a message: tests/web/mastodon",
    "dismiss_grouped_notification": "needs a notification: tests/web/mastodon",
    "grouped_notification": "needs a notification: tests/web/mastodon",
    "grouped_notification_accounts": "needs a notification: tests/web/mastodon",
    "notifications_dismiss": "needs a notification: tests/web/mastodon",
    "notification_request": "needs a request, which policies never make here",
    "accept_notification_request": "needs a request, which policies never make here",
    "dismiss_notification_request": "needs a request, which policies never make here",
    "accept_multiple_notification_requests": "needs a request, which policies never make here",
    "dismiss_multiple_notification_requests": "needs a request, which policies never make here",
    "follow_request_authorize": "needs a request: tests/web/mastodon",
    "follow_request_reject": "needs a request: tests/web/mastodon",
    "status_quote_revoke": "nobody quotes here",
    "status_update_quote_approval_policy": "nobody quotes here",
}
