"""One's own sessions as rows: with the way into the meeting, or the way on with a draft."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from alliance.instance import Instance
from alliance.models import Attendance, CoHost, Session
from alliance.personal_links import personal_link
from alliance.visibility import Viewer, may_host, takes_part_as_host
from web.pages.rows import day_groups, session_row
from web.pages.views import Act, DayGroup, PastRow, SessionRow, Standing
from web.times import Reader


class MineRows:
    """Rows for one reader, who is signed in; `places` lead into meetings, by session id."""

    def __init__(
        self,
        instance: Instance,
        viewer: Viewer,
        reader: Reader,
        places: Mapping[int, Attendance | CoHost],
    ) -> None:
        self.instance = instance
        self.viewer = viewer
        self.reader = reader
        self.places = places

    def is_own(self, session: Session) -> bool:
        """Whether the reader holds it, alone or with others."""
        return takes_part_as_host(self.viewer, session)

    def days(self, sessions: Iterable[Session]) -> tuple[DayGroup, ...]:
        """By days, each row with the one thing to do next."""
        by_address = {f"/sessions/{session.id}": session for session in sessions}
        states = {session_id: place.state for session_id, place in self.places.items()}
        groups = day_groups(by_address.values(), states, self.viewer, self.reader)
        return tuple(
            replace(group, rows=tuple(self._with_next_step(row, by_address[row.url]) for row in group.rows))
            for group in groups
        )

    def drafts(self, sessions: Iterable[Session]) -> tuple[SessionRow, ...]:
        """What is to be finished."""
        texts, reader = self.reader.texts, self.reader
        standing = Standing("draft", texts.gettext("Draft"), icon="pencil")
        label = texts.gettext("Continue")
        return tuple(
            replace(
                session_row(session, None, self.viewer, reader),
                standing=standing,
                length=reader.short_day(reader.here(session.starts_at).date()),
                act=Act(label, f"/sessions/{session.id}/edit", get=True),
            )
            for session in sessions
        )

    def questions(self, sessions: Iterable[Session]) -> tuple[DayGroup, ...]:
        """What waits for the reader's yes to holding it too."""
        label = self.reader.texts.gettext("Answer")
        groups = day_groups(sessions, {}, self.viewer, self.reader)
        return tuple(
            replace(group, rows=tuple(replace(row, act=Act(label, row.url, get=True)) for row in group.rows))
            for group in groups
        )

    def past(self, sessions: Iterable[Session]) -> tuple[PastRow, ...]:
        """What is over, one line each."""
        return tuple(self._past(session) for session in sessions)

    def _past(self, session: Session) -> PastRow:
        reader, texts, own = self.reader, self.reader.texts, self.is_own(session)
        were_there = texts.ngettext(
            "%(num)s person was there", "%(num)s people were there", session.going_count
        )
        cancelled = texts.gettext("Cancelled")
        return PastRow(
            row=session_row(session, None, self.viewer, reader),
            date=reader.date_of(reader.here(session.starts_at).date()),
            detail=(cancelled if session.status == "cancelled" else were_there) if own else "",
        )

    def _with_next_step(self, row: SessionRow, session: Session) -> SessionRow:
        texts = self.reader.texts
        if may_host(self.viewer, session):
            return replace(row, act=Act(texts.gettext("Edit"), f"{row.url}/edit", get=True, main=False))
        place = self.places.get(session.id)
        link = personal_link(self.instance.settings.origin, self.instance.vault, place) if place else None
        if link and link.startswith(("https://", "http://")):
            return replace(row, act=Act(texts.gettext("To the meeting"), link, get=True))
        return row
