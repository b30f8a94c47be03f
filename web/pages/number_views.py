"""What the page of numbers shows of each report: a chart, the same as a table, what it tells and what not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from alliance.numbers import REPORTS
from alliance.queries.numbers import OTHERS, Numbers
from web.charts import Chart, columns, rows
from web.times import Reader

MOST_TOPICS = 10
TITLE_TEXTS = {
    "sessions": "Sessions",
    "joins": "People who took part",
    "companies": "Companies reached",
    "topics": "Topics",
    "growth": "Growth",
    "feedback": "Did it help?",
    "circles": "Learning circles",
    "exchange": "Stories and requests",
}
TELLS_TEXTS = {
    "sessions": "How many sessions took place, ours and those of allied companies. Everybody can count them "
    "in the calendar.",
    "joins": "How many places in our sessions were taken, by company, and how many companies that reached.",
    "topics": "What most sessions of the last twelve months were about.",
    "growth": "How many accounts, visible experts and communities there were at the end of each month.",
    "feedback": "What was answered to “Did it help?”, in quarters, once all answers of a month are in.",
    "circles": "How many people began in a learning circle that was formed here.",
    "exchange": "How many stories our people told, and how many requests and offers they made.",
}
TELLS_NOT_TEXTS = {
    "sessions": "Not who held how many.",
    "joins": "Not who, not how often somebody, not who was really there. Companies with fewer than "
    "%(threshold)s people do not appear and are in no sum.",
    "topics": "Not who is interested in what.",
    "growth": "Not who came or went; people and experts are rounded down to multiples of %(threshold)s.",
    "feedback": "Not what anybody answered, and nothing of a single session or host: months with fewer than "
    "%(threshold)s hosts are left out.",
    "circles": "Not who is with whom, nor whether a circle goes on. Fewer than %(threshold)s are not shown.",
    "exchange": "Not who reads or answers.",
}
QUARTER_TEXTS = ("few", "some", "about half", "most", "almost everybody")


@dataclass(frozen=True)
class Names:
    """What the keys of reports are called."""

    companies: Mapping[str, str]
    topics: Mapping[str, str]
    home: str


@dataclass(frozen=True)
class Figure:
    """One chart: what it is called, what it says in a sentence, and what its two colours mean."""

    id: str
    title: str
    sentence: str
    chart: Chart
    legend: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report of the closed catalogue."""

    id: str
    title: str
    tells: str
    tells_not: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    plain: tuple[tuple[str, ...], ...]
    """The same rows for programs: months as 2026-03."""
    figures: tuple[Figure, ...] = ()


def reports_of(reader: Reader, numbers: Numbers, names: Names, threshold: int) -> list[Report]:
    """All of them, in the order of the catalogue."""
    return [report_of(reader, one, numbers, names, threshold) for one in REPORTS]


def report_of(reader: Reader, name: str, numbers: Numbers, names: Names, threshold: int) -> Report:
    """One of them."""
    page = _Page(reader, numbers, names)
    head, table, figures = getattr(page, name)()
    gettext = reader.texts.gettext
    return Report(
        id=name,
        title=gettext(TITLE_TEXTS[name]),
        tells=gettext(TELLS_TEXTS[name]),
        tells_not=gettext(TELLS_NOT_TEXTS[name], threshold=threshold),
        head=tuple(head),
        rows=tuple((page.label(first), *rest) for first, *rest in table),
        plain=tuple((_plain(first), *rest) for first, *rest in table),
        figures=tuple(figures),
    )


Table = list[tuple[date | str, *tuple[str, ...]]]
Made = tuple[Sequence[str], Table, list[Figure]]


class _Page:
    """Makes the reports for one reader."""

    def __init__(self, reader: Reader, numbers: Numbers, names: Names) -> None:
        self._reader, self._numbers, self._names = reader, numbers, names
        self.gettext = reader.texts.gettext
        self._months = list(numbers.months)

    def label(self, first: date | str) -> str:
        """The first cell of a row as it is read."""
        return first if isinstance(first, str) else self._reader.month_name(first)

    def sessions(self) -> Made:
        """Ours, and those of allies on top."""
        ours, theirs = (self._numbers.series("sessions", key) for key in ("ours", "theirs"))
        legend = (self._names.home, self.gettext("Allied companies"))
        head = (self.gettext("Month"), *legend)
        return head, self._table(ours, theirs), [self._columns("sessions", ours, theirs, legend)]

    def joins(self) -> Made:
        """By company, with all of them together and how many companies those were."""
        totals = self._numbers.totals("joins")
        keys = self._numbers.keys("joins")
        reached = [len(set(self._numbers.of(month, "joins")) - {OTHERS}) for month in self._months]
        head = (
            self.gettext("Month"),
            self.gettext("All together"),
            self.gettext("Companies"),
            *(self._company(key) for key in keys),
        )
        table = self._table(totals, reached, *(self._numbers.series("joins", key) for key in keys))
        return head, table, [self._columns("joins", totals), self._columns("companies", reached)]

    def topics(self) -> Made:
        """Those of all months together."""
        keys = self._numbers.keys("topics")[:MOST_TOPICS]
        sums = [sum(self._numbers.series("topics", key)) for key in keys]
        labels = [self._names.topics.get(key, key) for key in keys]
        head = (self.gettext("Topic"), self.gettext("Sessions"))
        table: Table = [(label, str(count)) for label, count in zip(labels, sums, strict=True)]
        if not keys:
            return head, [], []
        sentence = self.gettext("Most sessions were about %(topic)s.", topic=labels[0])
        return head, table, [Figure("topics", self._title("topics"), sentence, rows(labels, sums))]

    def growth(self) -> Made:
        """Accounts, experts, communities."""
        people, experts, communities = (
            self._numbers.series("growth", key) for key in ("people", "experts", "communities")
        )
        head = (
            self.gettext("Month"),
            self.gettext("Accounts"),
            self.gettext("Experts"),
            self.gettext("Communities"),
        )
        return head, self._table(people, experts, communities), [self._columns("growth", people)]

    def feedback(self) -> Made:
        """How many answered, and what share said yes."""
        answers = self._numbers.series("feedback", "answers")
        quarters = self._numbers.series("feedback", "quarter")
        head = (self.gettext("Month"), self.gettext("Answers"), self.gettext("Said that it helped"))
        table: Table = [
            (month, self._at_least(count), self.gettext(QUARTER_TEXTS[min(max(quarter, 1), 5) - 1]))
            for month, count, quarter in zip(self._months, answers, quarters, strict=True)
            if count
        ]
        return head, table, [self._columns("feedback", answers)] if table else []

    def circles(self) -> Made:
        """People who began in one."""
        people = self._numbers.series("circles", "people")
        head = (self.gettext("Month"), self.gettext("People"))
        return head, self._table(people), [self._columns("circles", people)] if any(people) else []

    def exchange(self) -> Made:
        """Stories, and requests on top."""
        stories, wishes = (self._numbers.series("exchange", key) for key in ("stories", "requests"))
        legend = (self.gettext("Stories"), self.gettext("Requests and offers"))
        head = (self.gettext("Month"), *legend)
        return head, self._table(stories, wishes), [self._columns("exchange", stories, wishes, legend)]

    def _title(self, name: str) -> str:
        return self.gettext(TITLE_TEXTS[name])

    def _company(self, key: str) -> str:
        return self._names.companies.get(key) or self.gettext("Others")

    def _table(self, *series: Sequence[int]) -> Table:
        return [
            (month, *(str(values[place]) if values[place] else "–" for values in series))
            for place, month in enumerate(self._months)
        ]

    def _at_least(self, count: int) -> str:
        return self.gettext("at least %(number)s", number=count)

    def _columns(
        self, name: str, first: Sequence[int], second: Sequence[int] = (), legend: tuple[str, ...] = ()
    ) -> Figure:
        labels = [self._reader.short_month(month) for month in self._months]
        return Figure(
            name, self._title(name), self._sentence(first, second), columns(labels, first, second), legend
        )

    def _sentence(self, first: Sequence[int], second: Sequence[int]) -> str:
        """The chart for whoever does not see it: the highest and the last."""
        sums = [a + b for a, b in zip(first, second or [0] * len(first), strict=True)]
        if not any(sums):
            return self.gettext("Nothing could be published yet.")
        highest = max(range(len(sums)), key=sums.__getitem__)
        return self.gettext(
            "Most in %(month)s: %(most)s. In %(last_month)s: %(last)s.",
            month=self._reader.month_name(self._months[highest]),
            most=sums[highest],
            last_month=self._reader.month_name(self._months[-1]),
            last=sums[-1] or "–",
        )


def _plain(first: date | str) -> str:
    return first if isinstance(first, str) else f"{first:%Y-%m}"
