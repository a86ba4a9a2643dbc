"""Reads when and where an event was and who held it.

Steps
    ``read_days`` looks at the sentences that name the event, then (for the main event of the text) at its first
    lines and at sentences with the bare event word; it takes days of the calendar, never months, years, deadlines.
    ``read_city`` looks at the same sentences: «в Ижевске», «Омск примет», «петербургский лофт принимал».
    ``read_organisers`` takes organisations beside «организатор», «провёл», «его проводит».
Leaves out
    The year of a day: ``pipeline.extractors.dates`` has resolved it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Day

from pipeline.extractors.naming import may_be
from pipeline.extractors.outline import Outline
from pipeline.page import Page
from pipeline.record import City, Date, Organisation

LONGEST = 45  # days; what lasts longer is a period, not the days of an event
APPLYING = frozenset("заявка регистрация запись подписать подписанный прием анкета".split())
SETTLEMENT = frozenset("город г село с деревня д поселок пос станица хутор аул пгт п рп столица".split())
WELCOMING = frozenset("принять принимать встретить встречать приютить проводить провести".split())
HOLDING = frozenset("принять принимать провести проводить организовать устроить".split())
HEADER = 5  # lines that may be a heading with place and date
ONLINE = frozenset("онлайн дистанционный онлайн-формат интернет сеть".split())
ORGANISING = frozenset(
    "организатор организовать провести проводить устроить устраивать подготовить готовить организация "
    "собрать учредитель соорганизатор инициатор организованный".split()
)


@dataclass(frozen=True, slots=True)
class DayRow:
    """A date of the record with its tokens ``[first, last)``; ``start`` and ``end`` as ISO days or ``None``."""

    first: int
    last: int
    start: str | None
    end: str | None


def day_rows(page: Page, dates: Iterable[Date]) -> list[DayRow]:
    """Return the dates that are days or ranges of days, in text order; those side by side are joined."""
    rows: list[DayRow] = []
    for row in sorted(dates, key=lambda r: r.start):
        first, last = page.tokens_in(row.start, row.end)
        if not _is_day(page, row, first, last):
            continue
        if rows and _side_by_side(page, rows[-1].last, first):
            rows[-1] = DayRow(rows[-1].first, last, rows[-1].start, row.to)
        else:
            rows.append(DayRow(first, last, row.from_, row.to))
    return rows


def _is_day(page: Page, row: Date, first: int, last: int) -> bool:
    if not any(word[0].isdigit() for word in page.words[first:last]):
        return False
    if row.from_ is None or row.to is None:
        return row.precision in (None, "day", "range") and page.words[first][0].isdigit() or page.lower[first] == "с"
    length = (Day.fromisoformat(row.to) - Day.fromisoformat(row.from_)).days
    whole_month = row.from_.endswith("-01") and length in (27, 28, 29, 30)
    return length <= LONGEST and not (whole_month and not page.words[first][0].isdigit())


def _side_by_side(page: Page, end: int, start: int) -> bool:
    return end < start <= end + 1 and page.lower[end] in ("и", ",")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence ``[start, stop)`` that speaks of an event, at token ``at`` (its first where it does not name it)."""

    start: int
    stop: int
    at: int


def read_days(
    page: Page, outline: Outline, passages: Sequence[Passage], rows: Sequence[DayRow]
) -> tuple[str | None, str | None] | None:
    """Return first and last day of the first sentence that says one, the nearest to the name; else ``None``."""
    for passage in passages:
        here = [
            row
            for row in rows
            if passage.start <= row.first < passage.stop and not _is_deadline(page, outline, row, passage.start)
        ]
        if here:
            nearest = min(here, key=lambda row: abs(row.first - passage.at))
            return nearest.start, nearest.end
    return None


def _is_deadline(page: Page, outline: Outline, row: DayRow, start: int) -> bool:
    """«Регистрация до 15 июня», «заявки принимаются с 1 марта»: no day of the event; nor is a dateline."""
    if row.first > start and page.lower[row.first - 1] in ("до", "после", "к", "от"):
        return True
    first, stop = outline.unit(row.first)
    if any(word in APPLYING for word in page.lemmas[max(first, row.first - 8) : row.first]):
        return True
    rest = [page.words[k] for k in (*range(first, row.first), *range(row.last, stop)) if page.words[k][0].isalpha()]
    return len(rest) <= 2 and row.start == row.end and first < len(page) // 4 and not outline.line(first).item


def programme_end(page: Page, outline: Outline, rows: Sequence[DayRow], day: str) -> str:
    """Return the last day of the headings of a programme that begins on ``day`` («13 августа», «14 августа»)."""
    end = day
    for row in rows:
        line = outline.line(row.first)
        heading = row.first - line.first <= 3 and line.last - line.first <= 12 and not line.starts
        if heading and row.start and row.start == row.end and page.words[line.last - 1] not in ".:;":
            if 0 < (Day.fromisoformat(row.start) - Day.fromisoformat(end)).days <= 2:
                end = row.start
    return end


def listed_days(
    page: Page, outline: Outline, unit: tuple[int, int], rows: Sequence[DayRow]
) -> tuple[str | None, str | None] | None:
    """Return first and last day of a list with dates after «…на три занятия:»."""
    if page.words[unit[1] - 1] != ":":
        return None
    days = []
    for line in outline.lines[outline.line_of[unit[0]] + 1 :]:
        if not line.marker:
            break
        row = next((row for row in rows if line.first <= row.first <= line.body), None)
        if row is None or row.start is None or row.end is None:
            break
        days.append(row)
    return (days[0].start, days[-1].end) if len(days) > 1 else None


@dataclass(frozen=True, slots=True)
class Place:
    """A mention of a city: tokens ``[first, last)``, its id, whether it is an adjective."""

    first: int
    last: int
    city: str
    adjective: bool


def places(page: Page, cities: Iterable[City]) -> list[Place]:
    """Return the mentions of cities in text order."""
    found = [
        Place(*page.tokens_in(m.start, m.end), city.id, m.form == "adjective") for city in cities for m in city.mentions
    ]
    return sorted(found, key=lambda place: place.first)


def read_city(page: Page, passages: Sequence[Passage], found: Sequence[Place], *, host: bool) -> str | None:
    """Return the city of the first sentence that places something there, ``None`` if none does or many do.

    With ``host`` the city of the house or the holder («калужский приют провёл», «в томском коворкинге») will do.
    """
    for passage in passages:
        start, stop = passage.start, passage.stop
        here = [place for place in found if start <= place.first < stop]
        nouns = [place for place in here if not place.adjective]
        welcoming = [place for place in nouns if _welcomes(page, place, start, stop)]
        if welcoming:
            return welcoming[0].city
        located = [place for place in nouns if _is_located(page, place, start)]
        if located:
            nearest = min(located, key=lambda place: abs(place.first - passage.at))
            return None if _several(page, nearest, nouns) else nearest.city
    for start, stop in [(p.start, p.stop) for p in passages] if host else []:
        adjectives = [p for p in found if start <= p.first < stop and p.adjective and _is_house(page, p, start, stop)]
        if adjectives and len({place.city for place in adjectives}) == 1:
            return adjectives[0].city
    return None


def header_city(page: Page, outline: Outline, found: Sequence[Place]) -> str | None:
    """Return the city of a heading or dateline: «Магадан, 3 сентября 2019 г.», «16–17 октября, г. Новосибирск»."""
    for place in found:
        line = outline.line(place.first)
        if outline.line_of[place.first] >= HEADER or place.adjective or line.last - line.first > 16:
            continue
        finite = any(page.feature(k, "VerbForm") == "Fin" for k in range(line.first, line.last))
        if not finite and any(page.words[k][0].isdigit() for k in range(line.first, line.last)):
            return place.city
    return None


def is_online(page: Page, passages: Sequence[Passage]) -> bool:
    """Tell whether the sentences say that the event was held in the net: it has no city then."""
    return any(word in ONLINE for passage in passages for word in page.lemmas[passage.start : passage.stop])


def _is_located(page: Page, place: Place, start: int) -> bool:
    """«в Ижевске», «в селе Максимиха», «во Владимир», «у посёлка Хужир»."""
    i = place.first - 1
    if i >= start and page.words[i] == ".":
        i -= 1
    while i >= start and (page.lemmas[i] in SETTLEMENT or page.pos[i] == "ADJ"):
        i -= 1
    return i >= start and page.lower[i] in ("в", "во", "у", "под")


def _several(page: Page, first: Place, nouns: Sequence[Place]) -> bool:
    """«в Слюдянке, Байкальске и Танхое», «в г. Екатеринбурге и г. Первоуральске»."""
    j = first.last
    if j >= len(page) or page.lower[j] not in (",", "и"):
        return False
    return any(j < place.first <= j + 3 for place in nouns)


def _welcomes(page: Page, place: Place, start: int, stop: int) -> bool:
    """«Омск примет», «который 10–12 сентября принимала Казань», «Красноярск принимал форум»."""
    if not may_be(page.words[place.first], "nomn"):
        return False
    after = next((k for k in range(place.last, min(stop, place.last + 8)) if _finite(page, k)), None)
    before = place.first - 1 if place.first > start and _finite(page, place.first - 1) else None
    if before is not None and page.lemmas[before] == "стать" and "место" in page.lemmas[start:before]:
        return True  # «местом встречи стал Барнаул»
    return any(k is not None and page.lemmas[k] in WELCOMING for k in (after, before))


def _finite(page: Page, i: int) -> bool:
    return page.pos[i] == "VERB" and page.feature(i, "VerbForm") == "Fin"


def _is_house(page: Page, place: Place, start: int, stop: int) -> bool:
    """«в томском коворкинге», «калужский приют провёл», «принимал петербургский лофт»."""
    if place.first > start and page.lower[place.first - 1] in ("в", "во"):
        return True
    nominative = may_be(page.words[place.first], "nomn")
    return nominative and any(page.lemmas[k] in HOLDING for k in range(start, stop))


def read_organisers(
    page: Page, passages: Sequence[Passage], organisations: Iterable[Organisation]
) -> tuple[str, ...]:
    """Return ids of organisations in sentences that say who held the event."""
    found: dict[str, int] = {}
    spans = [
        (*page.tokens_in(m.start, m.end), organisation.id)
        for organisation in organisations
        for m in organisation.mentions
    ]
    for start, stop in [(p.start, p.stop) for p in passages]:
        verbs = [i for i in range(start, stop) if page.lemmas[i] in ORGANISING]
        if not verbs:
            continue
        limit = next((i for i in range(start, stop) if page.lemmas[i] in ("поддержка", "участие")), stop)
        for first, last, identifier in spans:
            if start <= first < min(stop, limit) and not _inside_another(first, last, spans):
                found.setdefault(identifier, first)
    return tuple(sorted(found, key=lambda identifier: found[identifier]))


def _inside_another(first: int, last: int, spans: Sequence[tuple[int, int, str]]) -> bool:
    return any(a <= first and last <= b and b - a > last - first for a, b, _ in spans)
