"""Reads when an event was: the day or days that the sentences about it say.

Steps
    ``day_rows`` keeps the dates of a page that are days of the calendar and joins those side by side; ``read_days``
    takes the one nearest to the name, never a deadline or a dateline; a programme or list may say more days.
Leaves out
    The year of a day: ``pipeline.extractors.dates`` has resolved it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date as Day
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from pipeline.extractors.lexicon import word_set
from pipeline.extractors.outline import Outline
from pipeline.page import Page
from pipeline.record import Date

LONGEST = 45  # days; what lasts longer is a period, not the days of an event
LONGEST_SPELT = 120  # days of «с 20 февраля по 9 апреля», which names both ends
APPLYING = 8  # tokens between «заявки принимаются» and the date
ENDING = 8  # tokens between «завершился» and the date
TOP = 3  # lines for headline and dateline
OPENING = 4  # tokens from the head of a line to a name that it opens with
WEEK = 7  # days
GAP = 2  # days between headings of one programme

Days = tuple[str | None, str | None]


class DayRow(NamedTuple):
    """A date of the record with its tokens ``[first, last)``; ``start`` and ``end`` as ISO days or ``None``."""

    first: int
    last: int
    start: str | None
    end: str | None


class Passage(NamedTuple):
    """A sentence ``[start, stop)`` that speaks of an event, at token ``at`` (its first where it has no name)."""

    start: int
    stop: int
    at: int


def day_rows(page: Page, dates: Iterable[Date]) -> list[DayRow]:
    """Return the dates that are days or ranges of days, in text order; those side by side are joined."""
    rows: list[DayRow] = []
    for date in sorted(dates, key=lambda date: date.start):
        first, last = page.tokens_in(date.start, date.end)
        if not _is_day(page, date, first, last):
            continue
        before = rows[-1] if rows else None
        if before and before.last < first <= before.last + 1 and page.lower[before.last] in ("и", ","):
            rows[-1] = DayRow(before.first, last, before.start, date.to)
        else:
            rows.append(DayRow(first, last, date.from_, date.to))
    return rows


def _is_day(page: Page, date: Date, first: int, last: int) -> bool:
    """Tell whether a date is a day or a range of days, not a month or a year."""
    numbered = page.words[first][0].isdigit() or page.lower[first] in ("с", "со")
    if not any(word[0].isdigit() for word in page.words[first:last]):
        named = page.lemmas[first] in word_set("day_words") or page.lemmas[first] in word_set("ordinals")
        return named and date.from_ is not None and date.from_ == date.to  # «вчера», «третьего марта»
    if date.from_ is None or date.to is None:
        return numbered
    length = (Day.fromisoformat(date.to) - Day.fromisoformat(date.from_)).days
    month = date.from_.endswith("-01") and 27 <= length <= 30 and not page.words[first][0].isdigit()
    spelt = page.lower[first] in ("с", "со") and sum(word[0].isdigit() for word in page.words[first:last]) > 1
    return length <= LONGEST_SPELT if spelt else length <= LONGEST and not month


def read_days(page: Page, outline: Outline, passages: Sequence[Passage], rows: Sequence[DayRow]) -> Days | None:
    """Return first and last day of the first sentence that says one, the nearest to the name; else ``None``."""
    for passage in passages:
        here = [row for row in rows if passage.start <= row.first < passage.stop]
        here = [row for row in here if not _is_deadline(page, outline, row) and not _is_told(page, row, passage)]
        if here:
            at = passage.at
            nearest = min(here, key=lambda row: (is_apart(page, row.first, at), abs(row.first - at)))
            unnamed = at == passage.start
            if _is_since(page, nearest):
                return nearest.start, None
            return _with_neighbours(nearest, [row for row in here if unnamed or not is_apart(page, row.first, at)])
    return None


def _is_since(page: Page, row: DayRow) -> bool:
    """«Акция идёт с 1 апреля»: the day is the first, the last one is not said beside it."""
    return row.start == row.end and row.first > 0 and page.lower[row.first - 1] in ("с", "со")


def is_apart(page: Page, i: int, j: int) -> bool:
    """«5 декабря вручили премию «Аркан», а 6–7 декабря прошла школа»: tell whether two tokens are clauses apart."""
    low, high = sorted((i, j))
    return ";" in page.words[low:high] or any(page.lower[k : k + 2] == [",", "а"] for k in range(low, high - 1))


def _with_neighbours(nearest: DayRow, here: Sequence[DayRow]) -> Days:
    """«7 июня за накрытым столом, 8 и 9 июня за рабочим»: days side by side in one sentence are one event's."""
    start, end = nearest.start, nearest.end
    if start is None or end is None:
        return start, end
    known = sorted((row.start, row.end) for row in here if row.start and row.end)
    for first, last in known:
        if first == _days_later(end, 1):
            end = last
    for first, last in reversed(known):
        if start == _days_later(last, 1):
            start = first
    return start, end


def _days_later(day: str, number: int) -> str:
    return (Day.fromisoformat(day) + timedelta(days=number)).isoformat()


def told_month(page: Page, passages: Sequence[Passage], dates: Iterable[Date]) -> Days | None:
    """Return the first and last day of the month in which an event is said to be held: «слёт пройдёт в августе»."""
    months = [(page.tokens_in(d.start, d.end)[0], d) for d in dates if d.precision == "month" and d.from_ and d.to]
    coming = word_set("began") | {"быть"}
    for passage in passages:
        verbs = [k for k in range(passage.start, passage.stop) if page.lemmas[k] in coming]
        for first, date in months:
            stated = any(abs(first - k) <= ENDING for k in verbs) and page.lower[first - 1] in ("в", "во")
            if passage.start <= first < passage.stop and stated:
                return date.from_, date.to
    return None


def heading_day(page: Page, outline: Outline, rows: Sequence[DayRow], passages: Sequence[Passage]) -> Days | None:
    """Return the day of the heading above an item of a programme: «16.03» over «13.00 — вручение премии «Край»».

    Below a line with a day and nothing else the item needs no hour: «10 июня» over «Парк. Фестиваль «Двор»».
    """
    for passage in passages:
        line = outline.line(passage.at)
        above = [row for row in rows if row.first == outline.line(row.first).first and row.first < line.first]
        bare = bool(above) and above[-1].last >= outline.line(above[-1].first).last - 1
        bare = bare and outline.line_of[above[-1].first] >= TOP  # above it stands the day of the news
        near = line.starts and passage.at <= line.body + OPENING
        under = bare and passage.at <= line.body + 2 * OPENING and page.words[line.last - 1] != ":"
        if above and (near or under):
            return above[-1].start, above[-1].end
    return None


def opening_days(outline: Outline, rows: Sequence[DayRow], days: Days | None) -> Days | None:
    """Return the days that open paragraphs one after another: «20 марта, открытие…», «21 марта, день навыков…».

    A day that is known already must be the first or second of them.
    """
    single = [row for row in rows if row.start and row.start == row.end]
    known = [
        row for row in single if row.first <= max(outline.unit(row.first)[0], outline.line(row.first).body) + 1
    ]
    run: list[str] = []
    for row in known:
        if run and str(row.start) not in (run[-1], _days_later(run[-1], 1)):
            break
        run.append(str(row.start))
    fits = bool(run) and run[0] != run[-1] and (days is None or days[0] in run[:2])
    return (run[0], run[-1]) if fits else None


def told_length(page: Page, outline: Outline, passages: Sequence[Passage]) -> int:
    """Return the number of days that the text says in words: «Два дня…», «Он продлится три дня», «День второй»."""
    numbers = day_numbers()
    length = 1
    for passage in passages:
        for k in range(passage.start + 1, passage.stop):
            if page.lower[k] in ("дня", "дней") and page.lower[max(0, k - 2)] not in ("за", "через", "до"):
                number = numbers.get(page.lemmas[k - 1], 1)
                length = max(length, number if number <= WEEK else 1)
    for start, stop in outline.units:
        words = page.lemmas[start : min(stop, start + 4)]
        if "день" in words:
            at = words.index("день")
            length = max([length, *(numbers.get(word, 1) for word in words[max(0, at - 1) : at + 2])])
    return max(length, lasted(page, passages))


def lasted(page: Page, passages: Sequence[Passage]) -> int:
    """Return the number of days after a verb that says so: «продлится пять дней», «шёл неделю»; 1 if none does."""
    numbers = day_numbers()
    for passage in passages:
        for k in range(passage.start, passage.stop - 1):
            if page.lemmas[k] not in word_set("lasting_verbs"):
                continue
            word, unit = page.lemmas[k + 1], page.lower[min(k + 2, passage.stop - 1)]
            if word == "неделя":
                return WEEK
            number = int(word) if word.isdecimal() and len(word) < 3 else numbers.get(word, 0)
            if number and unit in ("дня", "дней", "недели", "недель"):
                return min(number * (1 if unit.startswith("д") else WEEK), LONGEST)
    return 1


@cache
def day_numbers() -> dict[str, int]:
    """Return the numbers of days by lemma, cardinal and ordinal: «два», «второй»."""
    cardinals = ("два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять")
    ordinals = ("второй", "третий", "четвертый", "пятый", "шестой", "седьмой", "восьмой", "девятый", "десятый")
    return {word: n for words in (cardinals, ordinals) for n, word in enumerate(words, 2)}


def last_day(page: Page, passages: Sequence[Passage], rows: Sequence[DayRow], days: Days) -> Days:
    """Return the days with the last one where the text says it apart: «открылся 5 мая и продлится до 7 мая»."""
    start, end = days
    if start is None or end not in (start, None):
        return days
    for passage in passages:
        for row in rows:
            inside = passage.start <= row.first < passage.stop and row.end is not None and row.end > start
            before = page.lemmas[max(passage.start, row.first - ENDING) : row.first]
            if inside and not word_set("ending").isdisjoint(before) and word_set("applying").isdisjoint(before):
                length = (Day.fromisoformat(str(row.end)) - Day.fromisoformat(start)).days
                return (start, row.end) if length <= LONGEST_SPELT else days
    length = lasted(page, passages)
    return (start, _days_later(start, length - 1)) if length > 1 else days


def open_until(page: Page, passages: Sequence[Passage], rows: Sequence[DayRow]) -> Days | None:
    """«Выставка будет работать до 5 июня»: the last day, where the first is not said."""
    for passage in passages:
        for row in rows:
            before = page.lemmas[max(passage.start, row.first - ENDING) : row.first]
            until = row.first > passage.start and page.lower[row.first - 1] in ("до", "по")
            going = not (word_set("ending") | word_set("lasting_verbs") | {"действовать"}).isdisjoint(before)
            if passage.start <= row.first < passage.stop and until and going and row.end:
                return (None, row.end) if word_set("applying").isdisjoint(before) else None
    return None


def is_only_begin(page: Page, passages: Sequence[Passage], rows: Sequence[DayRow], days: Days) -> bool:
    """«Конкурс начнётся 1 апреля», «1 апреля стартует»: tell whether a day is only the first one of a contest."""
    starting = word_set("starting")
    return days[0] == days[1] and any(
        row.start == days[0] and not starting.isdisjoint(page.lemmas[max(p.start, row.first - 3) : row.last + 2])
        for p in passages
        for row in rows
        if p.start <= row.first < p.stop
    )


def _is_told(page: Page, row: DayRow, passage: Passage) -> bool:
    """«7 июня директор рассказал о фестивале «Ветер»»: the day of the telling."""
    k = passage.at - 1
    while k > passage.start and (page.pos[k] in ("ADJ", "NOUN") or not page.words[k][0].isalpha()):
        k -= 1
    return row.last <= k and page.lower[k] in ("о", "об", "про")


def _is_deadline(page: Page, outline: Outline, row: DayRow) -> bool:
    """«Регистрация до 15 июня», «заявки принимаются с 1 марта», «Магадан, 3 сентября»: no day of the event."""
    first = outline.unit(row.first)[0]
    if row.first > first and page.lower[row.first - 1] in ("до", "после", "к", "от"):
        return True
    before = page.lemmas[max(first, row.first - APPLYING) : row.first]
    if not word_set("applying").isdisjoint(before):
        return True
    return _is_dateline(page, outline, row)


def _is_dateline(page: Page, outline: Outline, row: DayRow) -> bool:
    """«Магадан, 3 сентября», «Ростов-на-Дону, 2 декабря.»: place and day of the news."""
    first, stop = outline.unit(row.first)
    if ":" in page.words[first : row.first]:
        return False  # «Дата проведения: 5 мая»
    rest = (*page.words[first : row.first], *page.words[row.last : stop])
    letters = [word for word in rest if word[0].isalpha()]
    named = row.first > first or all(word[0].isupper() for word in letters)  # not «20 марта, открытие.»
    alone = named and len(letters) <= 2 and row.start == row.end
    return alone and first < len(page) // 4 and not outline.line(first).item


def dateline_day(page: Page, outline: Outline, rows: Sequence[DayRow], at: int) -> Days | None:
    """Return the day of the dateline that opens the line of token ``at``: «Орёл, 2 декабря. Здесь наградили…»."""
    line = outline.line(at)
    for row in rows:
        same = outline.unit(row.first)[0] == line.first and outline.unit(row.first)[1] < line.last
        if same and _is_dateline(page, outline, row):
            return row.start, row.end
    return None


def programme_end(
    page: Page, outline: Outline, rows: Sequence[DayRow], passages: Sequence[Passage], day: str
) -> str:
    """Return the last day of the headings of a programme that begins on ``day`` («13 августа», «14 августа»).

    Without such headings the text may say in words how many days it took.
    """
    end = day
    for row in rows:
        line = outline.line(row.first)
        heading = row.first - line.first <= 3 and line.last - line.first <= 12 and not line.starts
        if not heading or row.start is None or row.start != row.end or page.words[line.last - 1] in ".:;":
            continue
        if 0 < (Day.fromisoformat(row.start) - Day.fromisoformat(end)).days <= GAP:
            end = row.start
    return end if end > day else _days_later(day, told_length(page, outline, passages) - 1)


def listed_days(page: Page, outline: Outline, passage: Passage, rows: Sequence[DayRow]) -> Days | None:
    """Return first and last day of a list with dates after «…на три занятия:», ``None`` if none follows."""
    if page.words[passage.stop - 1] != ":":
        return None
    days = []
    for line in outline.lines[outline.line_of[passage.start] + 1 :]:
        row = next((row for row in rows if line.first <= row.first <= line.body), None)
        if row is None or row.start is None or row.end is None:
            break
        days.append(row)
    return (days[0].start, days[-1].end) if len(days) > 1 else None
