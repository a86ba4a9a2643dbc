"""Finds calendar expressions and the days they mean.

Purpose
    «26—27 сентября» → 2019-09-26 … 2019-09-27: days, ranges, months, seasons, years, «прошлого года», «завтра».
Steps
    1. ``date_grammar`` reads expressions from words.
    2. Places that only look so are dropped: titles in quotes, a bare year that counts things, a season in general
       («зимой мы учимся»).
    3. The year is chosen (``date_values``): said by the expression, said of the same day elsewhere in the text, or
       the one nearest to the day of publication that the tense allows. Without a day of publication the first
       full date of the text stands for it; without that a yearless date stays open.
Leaves out
    Clock times, weekdays («в минувшую субботу»), «каждый август», centuries.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipeline.extractors.date_grammar import Found, Grammar
from pipeline.extractors.date_values import Days, Offset, Period, distance, nearest, year_days
from pipeline.extractors.quoted_titles import title_spans
from pipeline.page import Page
from pipeline.record import Date

ENDS = frozenset({".", "!", "?", ";", "…"})
UNTIL = frozenset({"до", "к", "по"})
YEAR_BEFORE = frozenset(["в", "во", "с", "со", "до", "к", "ко", "за", "после", "на", "от", "около", "весь"])
COMING = ("следующ", "предстоящ", "ближайш")


def find(page: Page) -> list[Date]:
    """Return the dates of a page in text order, ids ``date-1`` …

    >>> find(Page.build("Форум прошёл 26—27 сентября.", published="2019-10-02"))[0].from_
    '2019-09-26'
    """
    found = list(expressions(page))
    days = _Resolver(page, found).resolve()
    rows: list[Date] = []
    for item, span in zip(found, days, strict=True):
        start, end = page.starts[item.first], page.ends[item.last - 1]
        rows.append(
            Date(
                id=f"date-{len(rows) + 1}",
                start=start,
                end=end,
                text=page.text[start:end],
                rule=item.rule,
                precision=item.value.precision,
                **{"from": span[0].isoformat() if span else None},
                to=span[1].isoformat() if span else None,
            )
        )
    return rows


def expressions(page: Page) -> Iterable[Found]:
    """Yield the calendar expressions of a page, those that only look so left out."""
    grammar = Grammar(page)
    titles = title_spans(page)
    last = 0
    for i in grammar.starts():
        if i < last:
            continue
        found = grammar.at(i)
        if found is not None and _is_date(page, found, titles):
            yield found
            last = found.last


def _is_date(page: Page, found: Found, titles: list[tuple[int, int]]) -> bool:
    start = page.starts[found.first]
    if any(first < start < last for first, last in titles):
        return False
    if found.first and page.lower[found.first - 1] in ("каждый", "каждую", "каждое", "каждой"):
        return False
    if found.backwards is not None and found.bare:  # «70 миллионов в прошлом»: a year must be named before
        return "год" in "".join(page.lower[max(0, found.first - 12) : found.first])
    if found.bare and isinstance(found.value, Period):
        return _is_season(page, found) if found.value.precision == "season" else _is_bare_year(page, found)
    return True


def _is_bare_year(page: Page, found: Found) -> bool:
    """«В 2018 прошло», «Гранты — 2026: кому»; not «2000 человек», «в 2019 организациях», «ФЗ 2019»."""
    before = page.lower[found.first - 1] if found.first else ""
    after = page.words[found.last] if found.last < len(page) else "."
    if found.last < len(page) and "\n" in page.text[page.ends[found.last - 1] : page.starts[found.last]]:
        after = "."
    if before in ("—", "–", "-"):
        return after in (":", ".")
    if before in YEAR_BEFORE:
        counts = page.pos[found.last : found.last + 1] in (["NOUN"], ["ADJ"], ["NUM"], ["SYM"]) and after != "."
        return not counts and after not in ("%", "₽") and not after[0].isdigit()
    return before == "(" and after == ")"


def _is_season(page: Page, found: Found) -> bool:
    """«Весной провели опрос», «за лето спустили»; not «летом дети сидят», «к зиме», «встретил зиму»."""
    word = page.lower[found.first]
    before = page.lower[found.first - 1] if found.first else ""
    verb = _verb(page, found)
    if verb is None:
        return False
    tense = page.feature(verb, "Tense")
    if before == "за":
        return tense == "Past"
    return word in ("весной", "летом", "осенью", "зимой") and tense in ("Past", "Fut")


# -- which year -------------------------------------------------------------------------------------------


class _Resolver:
    """Chooses the days of the expressions of one page."""

    def __init__(self, page: Page, found: list[Found]) -> None:
        self.page = page
        self.found = found
        self.fixed = [item.value.fixed() if isinstance(item.value, Period) else None for item in found]
        self.anchor = self._anchor()

    def _anchor(self) -> date | None:
        """The day of publication, else the first day or month with a year that the text gives."""
        if self.page.published:
            try:
                return date.fromisoformat(self.page.published[:10])
            except ValueError:
                return None
        for precisions in (("day",), ("month", "season")):
            for item, days in zip(self.found, self.fixed, strict=True):
                if days is not None and item.value.precision in precisions:
                    return days[0]
        return None

    def resolve(self) -> list[Days | None]:
        days: list[Days | None] = []
        for number in range(len(self.found)):
            days.append(self._days(number, days))
        return days

    def _days(self, number: int, before: list[Days | None]) -> Days | None:
        item, fixed = self.found[number], self.fixed[number]
        if fixed is not None:
            return fixed
        if item.backwards is not None:
            year = self._year_in_sentence(number, before)
            if year is not None:
                return year_days(year + item.backwards)
        if isinstance(item.value, Offset):
            return item.value.days(self.anchor) if self.anchor else None
        return self._open(number, item.value)

    def _open(self, number: int, period: Period) -> Days | None:
        """Resolve a period whose year is not said."""
        if self.anchor is None:
            return None
        if period.shift is not None:
            return period.in_year(self.anchor.year + period.shift)
        year = self._lent_year(number) or self._same_day(period) or self._sentence_year(number, period)
        if year is not None:
            return period.in_year(year)
        return nearest(period, self.anchor, tense(self.page, self.found[number]))

    def _lent_year(self, number: int) -> int | None:
        """«В ноябре и декабре прошлого года»: the second lends its year to the first."""
        item = self.found[number]
        if number + 1 == len(self.found) or self.anchor is None:
            return None
        after = self.found[number + 1]
        if after.first != item.last + 1 or self.page.lower[item.last] not in ("и", "или", ","):
            return None
        if not isinstance(after.value, Period) or after.value.precision != item.value.precision:
            return None
        if after.value.shift is not None:
            return self.anchor.year + after.value.shift
        return self.fixed[number + 1][0].year if self.fixed[number + 1] else None  # type: ignore[index]

    def _same_day(self, period: Period) -> int | None:
        """The year that the text gives elsewhere to the same day: «12–13 мая 2024 года» … «12 мая»."""
        if period.precision != "day":
            return None
        for item, days in zip(self.found, self.fixed, strict=True):
            if days is not None and item.value.precision == "day":
                span = period.in_year(days[0].year)
                if span and days[0] <= span[0] and span[1] <= days[1]:
                    return days[0].year
        return None

    def _sentence_year(self, number: int, period: Period) -> int | None:
        """«Слёт пройдёт в июне 2024 года, заявки принимаются с 1 марта»: a month with its year came before."""
        item = self.found[number]
        for j in range(number - 1, -1, -1):
            other = self.found[j]
            if not _same_sentence(self.page, other.last, item.first):
                return None
            days = self.fixed[j]
            if days is not None and other.value.precision in ("day", "month", "season"):
                return self._year_near(period, days[0])
        return None

    def _year_near(self, period: Period, other: date) -> int:
        """Return the year in which a period is nearest to another date, before it when that is still to come."""
        coming = self.anchor is not None and other > self.anchor
        spans = [span for year in (other.year - 1, other.year, other.year + 1) if (span := period.in_year(year))]
        if coming:
            spans = [span for span in spans if span[0] <= other] or spans
        return min(spans, key=lambda span: abs(distance(span, other)))[0].year if spans else other.year

    def _year_in_sentence(self, number: int, before: list[Days | None]) -> int | None:
        """The last year named earlier in the sentence: «за 2022 год … больше, чем годом ранее»."""
        for j in range(number - 1, -1, -1):
            days = before[j]
            if not _same_sentence(self.page, self.found[j].last, self.found[number].first):
                return None
            if days is not None and self.found[j].value.precision == "year":
                return days[0].year
        return None


def _same_sentence(page: Page, first: int, last: int) -> bool:
    if "\n" in page.text[page.ends[first - 1] : page.starts[last]]:
        return False
    return not any(page.words[i] in ENDS and page.words[i - 1] not in ("г", "гг") for i in range(first, last))


def tense(page: Page, found: Found) -> str | None:
    """Return the time of what happens at a date: by the words before it, else by the nearest verb.

    «до 17 апреля», «следующая встреча в ноябре» → "future"; «с января руководит» → ``None``.
    """
    before = page.lower[found.first - 1] if found.first else ""
    first, _ = _clause(page, found)
    if any(word.startswith(COMING) for word in page.lower[first : found.first]):
        return "future"
    if (
        before == "на"
        and found.value.precision in ("month", "season")
        and page.feature(found.first, "Case") != "Loc"
    ):
        return "future"  # «готовят на ноябрь»
    verb = _verb(page, found)
    if before in UNTIL:
        return "present" if verb is None or page.feature(verb, "Tense") != "Past" else None
    if verb is None:
        return None
    named = {"Past": "past", "Fut": "future", "Pres": "present"}.get(page.feature(verb, "Tense") or "")
    return None if named == "present" and before in ("с", "со") else named


def _verb(page: Page, found: Found) -> int | None:
    """Return the nearest verb of the clause; one behind a comma counts as further off.

    An infinitive has no tense and so hides the past of «договорились провести».
    """
    first, last = _clause(page, found)
    best, best_cost = None, 99
    for i in range(first, last):
        if found.first <= i < found.last or page.pos[i] not in ("VERB", "AUX"):
            continue
        if page.feature(i, "VerbForm") == "Conv":
            continue
        between = page.words[found.last : i] if i > found.last else page.words[i + 1 : found.first]
        cost = len(between) + 6 * between.count(",")
        if cost < best_cost:
            best, best_cost = i, cost
    return best


def _clause(page: Page, found: Found) -> tuple[int, int]:
    """Return the words around a date up to the end of the sentence or line on either side."""
    first, last = found.first, found.last
    while first > 0 and _same_sentence(page, first, first) and _joined(page, first):
        first -= 1
    while last < len(page) and _joined(page, last):
        last += 1
    return first, last


def _joined(page: Page, i: int) -> bool:
    """Tell whether words ``i - 1`` and ``i`` stand in one sentence and line."""
    if page.words[i - 1] in ENDS and i < len(page) and page.words[i - 2] not in ("г", "гг"):
        return False
    return "\n" not in page.text[page.ends[i - 1] : page.starts[i]]
