"""What somebody keeps for themselves: lists, filters, markers, the policy for notifications."""

from typing import Any

from alliance.models import AppFilter, AppList, FilterKeyword, FilterPosting, NoticePolicy, ReadingMarker
from alliance.queries.app_choices import NOTICE_GROUPS
from alliance.queries.app_filters import Head, Match
from web.mastodon.answers import iso

JSON = dict[str, Any]


def app_list(row: AppList) -> JSON:
    """List."""
    return {
        "id": str(row.id),
        "title": row.title,
        "replies_policy": row.replies_policy,
        "exclusive": row.is_exclusive,
    }


def filter_v2(row: AppFilter) -> JSON:
    """Filter, with everything in it; keywords and postings must be loaded."""
    head = Head(row.id, row.title, tuple(row.contexts), row.action, row.expires_at)
    return {
        **filter_head(head),
        "keywords": [filter_keyword(one) for one in row.keywords],
        "statuses": [filter_status(one) for one in row.postings],
    }


def filter_head(head: Head) -> JSON:
    """Filter without what is in it."""
    return {
        "id": str(head.id),
        "title": head.title,
        "context": list(head.contexts),
        "expires_at": iso(head.expires_at) if head.expires_at else None,
        "filter_action": head.action,
    }


def filter_keyword(row: FilterKeyword) -> JSON:
    """FilterKeyword."""
    return {"id": str(row.id), "keyword": row.keyword, "whole_word": row.is_whole_word}


def filter_status(row: FilterPosting) -> JSON:
    """FilterStatus."""
    return {"id": str(row.id), "status_id": str(row.posting_id)}


def filter_result(match: Match) -> JSON:
    """FilterResult, as statuses carry it in `filtered`."""
    return {
        "filter": filter_head(match.filter),
        "keyword_matches": match.keywords or None,
        "status_matches": [str(number) for number in match.postings] or None,
    }


def filter_v1(keyword: FilterKeyword, row: AppFilter) -> JSON:
    """V1::Filter: one word of a filter, seen as a filter of its own."""
    return {
        "id": str(keyword.id),
        "phrase": keyword.keyword,
        "context": list(row.contexts),
        "expires_at": iso(row.expires_at) if row.expires_at else None,
        "irreversible": row.action == "hide",
        "whole_word": keyword.is_whole_word,
    }


def marker(row: ReadingMarker) -> JSON:
    """Marker."""
    return {
        "last_read_id": str(row.last_read_id),
        "version": row.version,
        "updated_at": iso(row.updated_at),
    }


def notice_policy(row: NoticePolicy, requests: int, waiting: int) -> JSON:
    """NotificationPolicy; how many ask to be heard, and with how many notifications."""
    return {
        **{f"for_{group}": getattr(row, group) for group in NOTICE_GROUPS},
        "summary": {"pending_requests_count": requests, "pending_notifications_count": waiting},
    }


def notice_policy_v1(row: NoticePolicy, requests: int, waiting: int) -> JSON:
    """V1::NotificationPolicy, which knows yes and no alone, and no limited accounts."""
    return {
        **{f"filter_{group}": getattr(row, group) != "accept" for group in NOTICE_GROUPS[:-1]},
        "summary": {"pending_requests_count": requests, "pending_notifications_count": waiting},
    }
