"""What is asked of a thousand and of a million sessions, by name."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta


def requests(
    sessions: Sequence[int], companies: Sequence[int], experts: Sequence[int], words: Sequence[str], feed: str
) -> dict[str, list[str]]:
    """Addresses by what they are for; `words`: the most frequent first; `feed`: somebody's own token."""
    plain = [word for word in words if word.isascii()]
    common, rare = plain[:8], plain[-30:]
    now = datetime.now(UTC)
    week, month = now + timedelta(days=7), now.replace(day=1)
    return {
        "start page": ["/"],
        "list": ["/sessions"],
        "list of a company": [f"/sessions?company=firma{number}.example" for number in range(10)],
        "list of a topic": [f"/sessions?topic=thema{number}" for number in (0, 3, 20, 100, 250)],
        "list of a language": ["/sessions?language=en"],
        "list of what is over": ["/sessions?past=1"],
        "calendar week": [f"/calendar/week/{week:%G-W%V}"],
        "calendar month": [f"/calendar/month/{month:%Y-%m}"],
        "session page": [f"/sessions/{number}" for number in sessions],
        "search: common word": [f"/search?q={word}" for word in common],
        "search: rare word": [f"/search?q={word}" for word in rare],
        "search: two words": [f"/search?q={a}+{b}" for a, b in zip(common * 3, rare, strict=False)],
        "search: slip": [f"/search?q={word[:3]}{word[4:]}" for word in rare],
        "experts": ["/experts"],
        "mine": ["/mine"],
        "stories": ["/stories"],
        "notifications": ["/notifications"],
        "home timeline": ["/api/v1/timelines/home"],
        "public timeline": ["/api/v1/timelines/public"],
        "topic timeline": [f"/api/v1/timelines/tag/thema{number}" for number in (0, 3, 20, 100)],
        "statuses of an account": [f"/api/v1/accounts/{number}/statuses" for number in companies],
        "an account": [f"/api/v1/accounts/{number}" for number in (*companies, *experts)],
        "API search": [f"/api/v2/search?q={word}" for word in (*common, *rare)],
        "API notifications": ["/api/v1/notifications"],
        "API trends": ["/api/v1/trends/statuses"],
        "API instance": ["/api/v2/instance"],
        "public calendar": ["/calendar.ics"],
        "own calendar": [f"/feeds/{feed}/calendar.ics"],
        "feed": ["/sessions.atom"],
        "outbox": ["/company/outbox"],
        "outbox page": ["/company/outbox?page=true"],
        "followers": ["/company/followers"],
        "admin overview": ["/admin"],
        "admin people": ["/admin/people"],
        "admin people, searched": ["/admin/people?q=Berg"],
        "admin audit": ["/admin/audit"],
        "admin deliveries": ["/admin/federation"],
        "admin followers": ["/admin/followers"],
    }
