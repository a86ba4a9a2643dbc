"""What calendar expressions mean: periods with or without a year, and their days.

Purpose
    The grammar of ``grammar`` reads «с 3 по 7 июля» as a period that lacks its year; here the year is
    chosen and the period becomes two ISO days.
Steps
    An expression is a ``Period`` (days of the calendar, the year may be open) or an ``Offset`` (so many days,
    weeks, months, seasons or years from the day of publication). ``resolve`` turns either into days.
Leaves out
    Clock times, weekdays, holidays by name.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

Precision = Literal["day", "month", "season", "year", "range"]
Unit = Literal["day", "week", "month", "season", "quarter", "year"]
Days = tuple[date, date]

# A yearless date is taken in the year nearest to the day of publication; the tense overrules that only when the
# nearest day lies further off than this. A past tense beside a date soon to come («приём заявок продлили до 15
# июня») and a future one beside a date just gone are common. Chosen on the 99 annotated texts of genre-dev.
PAST_SLACK, FUTURE_SLACK, PRESENT_SLACK = 30, 14, 60


class Point(NamedTuple):
    """A day of the calendar; day 0 is the last one of the month, ``year`` is ``None`` where not said."""

    year: int | None
    month: int
    day: int

    def on(self, year: int) -> date | None:
        """Return the day in a year, ``None`` for 29 February of a common year or 31 April."""
        if 0 < self.day <= 28:
            return date(year, self.month, self.day)
        last = monthrange(year, self.month)[1]
        if self.day > last:
            return None
        return date(year, self.month, self.day or last)


class Period(NamedTuple):
    """From a point to a point; ``shift`` says the year from that of publication («прошлого года»: −1)."""

    start: Point
    end: Point
    precision: Precision
    shift: int | None = None

    def in_year(self, year: int) -> Days | None:
        """Return the days when the period begins in ``year``; «1 декабря — 31 марта» ends in the next."""
        first = self.start.on(year)
        crosses = (self.end.month, self.end.day or 31) < (self.start.month, self.start.day or 1)
        last = self.end.on(year + crosses)
        return (first, last) if first and last and first <= last else None

    def fixed(self) -> Days | None:
        """Return the days of a period that says its year itself, else ``None``."""
        if self.start.year is not None and self.end.year is not None:
            first, last = self.start.on(self.start.year), self.end.on(self.end.year)
            return (first, last) if first and last and first <= last else None
        if self.end.year is not None:  # «30 декабря — 2 января 2020 года»
            crosses = (self.start.month, self.start.day or 1) > (self.end.month, self.end.day or 31)
            return self.in_year(self.end.year - crosses)
        return self.in_year(self.start.year) if self.start.year is not None else None


@dataclass(frozen=True, slots=True)
class Offset:
    """So many units from the day of publication: «завтра», «на прошлой неделе», «следующей осенью».

    ``month`` is the month for units ``month`` and ``season`` that are named («прошлым августом»), else 0.
    """

    unit: Unit
    count: int
    month: int = 0
    edge: bool = False  # «к концу месяца»: the last day alone

    @property
    def precision(self) -> Precision:
        if self.unit in ("week", "quarter"):
            return "range"
        return self.unit  # type: ignore[return-value]

    def days(self, anchor: date) -> Days:
        """Return the days counted from ``anchor``."""
        if self.unit == "day":
            day = anchor + timedelta(days=self.count)
            return day, day
        if self.unit == "week":
            monday = anchor - timedelta(days=anchor.weekday()) + timedelta(weeks=self.count)
            return monday, monday + timedelta(days=6)
        if self.month:
            return self._named(anchor)
        if self.unit == "month":
            return month_days(*_add_months(anchor.year, anchor.month, self.count))
        if self.unit == "quarter":
            first = (anchor.month - 1) // 3 * 3 + 1
            year, month = _add_months(anchor.year, first, 3 * self.count)
            return date(year, month, 1), month_days(*_add_months(year, month, 2))[1]
        return year_days(anchor.year + self.count)

    def _named(self, anchor: date) -> Days:
        """«Прошлым августом» is over, «следующей осенью» begins after the anchor, «этим летом» is nearest."""
        length = 2 if self.unit == "season" else 0
        spans = []
        for year in range(anchor.year - 2, anchor.year + 3):
            last = month_days(*_add_months(year, self.month, length))[1]
            spans.append((date(year, self.month, 1), last))
        if self.count < 0:
            return [span for span in spans if span[1] < anchor][self.count]
        if self.count > 0:
            return next(span for span in spans if span[0] > anchor)
        return min(spans, key=lambda span: abs(distance(span, anchor)))


Expression = Period | Offset


def year_days(year: int) -> Days:
    """Return the first and the last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def month_days(year: int, month: int) -> Days:
    """Return the first and the last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _add_months(year: int, month: int, count: int) -> tuple[int, int]:
    total = year * 12 + month - 1 + count
    return total // 12, total % 12 + 1


def distance(span: Days, anchor: date) -> int:
    """Return the days from the anchor to a span: negative when it has ended, 0 inside."""
    if span[1] < anchor:
        return (span[1] - anchor).days
    return max(0, (span[0] - anchor).days)


def nearest(period: Period, anchor: date, tense: str | None) -> Days | None:
    """Choose the year of a yearless period.

    Args:
        anchor: the day of publication.
        tense: "past", "present" or "future" of the verb beside the date, ``None`` where none is.

    Returns the days nearest to the anchor that the tense allows: «в декабре прошёл» published in January is
    last year's December.
    """
    reach = 8 if period.start.day == 29 or period.end.day == 29 else 1  # 29 February
    years = range(anchor.year - reach, anchor.year + reach + 1)
    spans = [span for year in years if (span := period.in_year(year))]
    if not spans:
        return None
    best = min(spans, key=lambda span: abs(distance(span, anchor)))
    off = distance(best, anchor)
    if tense == "past" and off > PAST_SLACK:
        return max((s for s in spans if distance(s, anchor) <= 0), key=lambda s: s[0])
    slack = {"future": FUTURE_SLACK, "present": PRESENT_SLACK}.get(tense or "")
    if slack is not None and off < -slack:
        return min((s for s in spans if distance(s, anchor) >= 0), key=lambda s: s[0])
    return best
