"""Chooses the year of calendar expressions that do not say it.

Purpose
    «20 и 21 апреля» is a period without a year; the text and the day of publication tell which one is meant.
Steps
    The expression's own year; the year of the expression it is joined to («в ноябре и декабре прошлого года»);
    the weekday beside it; the year of the same day elsewhere in the text; a year named in the sentence; the year
    nearest to the day of publication that the tense of the verb allows. Without a day of publication the first full
    date of the text stands for it.
Leaves out
    What the expressions are (``grammar``) and how periods become days (``values``).
"""

from __future__ import annotations

from datetime import date, timedelta

from pipeline.extractors.dates.grammar import Found
from pipeline.extractors.dates.values import Days, Offset, Period, distance, nearest, year_days
from pipeline.morphology import parses
from pipeline.page import Page

ENDS = frozenset({".", "!", "?", ";", "…"})
UNTIL = frozenset({"до", "к", "по"})
COMING = ("следующ", "предстоящ", "ближайш")
WEEKDAYS = ("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень")
TENSES = {"past": "past", "pres": "present", "futr": "future", "Past": "past", "Pres": "present", "Fut": "future"}
LONGEST_EVENT = timedelta(days=31)
LONGEST = 60  # tokens of a sentence that are looked at: a text may have no full stop at all
FAR = 3  # years back from which a year named in the sentence is that of the days told with it
WEEKDAY_REACH = 3  # years around the day of publication among which a weekday decides


def resolve(page: Page, found: list[Found]) -> list[Days | None]:
    """Return the days of each expression, ``None`` where the year cannot be known."""
    return Resolver(page, found).resolve()


class Resolver:
    """Chooses the days of the expressions of one page."""

    def __init__(self, page: Page, found: list[Found]) -> None:
        self.page = page
        self.found = found
        self.fixed = [item.value.fixed() if isinstance(item.value, Period) else None for item in found]
        self.anchor = self._anchor()
        self.years: dict[tuple[int, int], int] = {}
        for item, days in zip(found, self.fixed, strict=True):
            self._remember(item, days)

    def _anchor(self) -> date | None:
        """The day of publication, else the first day or month with a year."""
        if self.page.published:
            try:
                return date.fromisoformat(self.page.published[:10])
            except ValueError:
                return None
        for precisions in (("day",), ("month", "season")):
            for item, days in zip(self.found, self.fixed, strict=True):
                if days is not None and item.value.precision in precisions:
                    return days[0]
        return None  # a bare year may be that of anything: «на конференции 2018 года отмечали»

    def resolve(self) -> list[Days | None]:
        days: list[Days | None] = []
        for number in range(len(self.found)):
            days.append(self._days(number, days))
            self._remember(self.found[number], days[number])
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
            year = None if period.shift is not None else self._year_in_sentence(number, self.fixed)
            return period.in_year(year) if year is not None else None
        if period.shift is not None:
            return period.in_year(self.anchor.year + period.shift)
        year = (
            self._lent_year(number)
            or self._weekday_year(number, period)
            or self._same_day(period)
            or self._sentence_year(number, period)
        )
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

    def _weekday_year(self, number: int, period: Period) -> int | None:
        """The year in which «четверг, 18 июня» is a Thursday."""
        if period.precision != "day" or period.start != period.end or self.anchor is None:
            return None
        weekday = _weekday(self.page, self.found[number])
        years = range(self.anchor.year - WEEKDAY_REACH, self.anchor.year + WEEKDAY_REACH + 1)
        spans = [span for year in years if (span := period.in_year(year)) and span[0].weekday() == weekday]
        anchor = self.anchor
        return min(spans, key=lambda span: abs(distance(span, anchor)))[0].year if spans else None

    def _same_day(self, period: Period) -> int | None:
        """The year that the text gives elsewhere to the same day: «12–13 мая 2024 года» … «12 мая»."""
        if period.precision != "day":
            return None
        return self.years.get((period.start.month, period.start.day))

    def _remember(self, item: Found, days: Days | None) -> None:
        """Keep the year of each day of an expression; what is said first holds."""
        if days is None or item.value.precision != "day" or days[1] - days[0] > LONGEST_EVENT:
            return
        day = days[0]
        while day <= days[1]:
            self.years.setdefault((day.month, day.day), day.year)
            day += timedelta(days=1)

    def _sentence_year(self, number: int, period: Period) -> int | None:
        """«Слёт пройдёт в июне 2024 года, заявки принимаются с 1 марта»: a month with its year came before."""
        item = self.found[number]
        for j in range(number - 1, -1, -1):
            other = self.found[j]
            if not _same_sentence(self.page, other.last, item.first):
                return None
            days = self.fixed[j]
            if days is None:
                continue
            if other.value.precision in ("day", "month", "season"):
                return self._year_near(period, days[0])
            if self._is_year_of(other, item, days[0].year):
                return days[0].year
        return None

    def _is_year_of(self, other: Found, item: Found, year: int) -> bool:
        """«В 1943 году он ушёл на фронт, 5 июля был ранен», «в 2030 году слёт пройдёт в мае».

        The year must be long past and told of in the past tense, or still to come.
        """
        if self.anchor is None or other.value.precision != "year":
            return False
        inside = other.first > 0 and self.page.lower[other.first - 1] in ("в", "во")
        past = year <= self.anchor.year - FAR and tense(self.page, item) == "past"
        return inside and (past or year > self.anchor.year)

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
    """Tell whether no sentence and no line ends between two tokens that stand near each other."""
    if last - first > LONGEST:
        return False
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
    verb = nearest_verb(page, found)
    if before in UNTIL:
        return "present" if verb is None or _tense_of(page, verb) != "past" else None
    if verb is None:
        return None
    named = _tense_of(page, verb)
    return None if named == "present" and before in ("с", "со") else named


def _tense_of(page: Page, verb: int) -> str | None:
    """Return the tense of a verb: the dictionary's where it has but one («проиндексируют»), else the model's."""
    known = {p.tag.tense for p in parses(page.lower[verb]) if p.is_known and p.tag.POS == "VERB"}
    if len(known) == 1:
        return TENSES.get(str(known.pop()))
    return TENSES.get(page.feature(verb, "Tense") or "")


def nearest_verb(page: Page, found: Found) -> int | None:
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
    farthest = max(0, found.first - LONGEST)
    while first > farthest and _joined(page, first):
        first -= 1
    end = min(len(page), found.last + LONGEST)
    while last < end and _joined(page, last):
        last += 1
    return first, last


def _joined(page: Page, i: int) -> bool:
    """Tell whether words ``i - 1`` and ``i`` stand in one sentence and line."""
    if page.words[i - 1] in ENDS and i < len(page.words) and page.words[i - 2] not in ("г", "гг"):
        return False
    return i not in page.breaks


def _weekday(page: Page, found: Found) -> int | None:
    """Return the weekday beside a day: «в субботу, 5 июля», «9 ноября, четверг», «9 ноября (чт)» has none."""
    near = [word for word in (_beside(page, found.first - 1, -1), _beside(page, found.last, 1)) if word]
    return next((n for n, stem in enumerate(WEEKDAYS) for word in near if word.startswith(stem)), None)


def _beside(page: Page, i: int, step: int) -> str:
    """Return the word at ``i`` or, past a comma or a bracket, the next one in the direction ``step``."""
    if 0 <= i < len(page) and page.words[i] in (",", "(", ")"):
        i += step
    return page.lower[i] if 0 <= i < len(page) else ""
