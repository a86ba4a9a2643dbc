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
DEADLINE = frozenset("до".split())
SETTLEMENT = frozenset("город г село с деревня д поселок пос станица хутор аул пгт п рп столица".split())
HOSTING = frozenset("принять принимать собрать собирать встретить встречать приютить провести стать проводить".split())
ONLINE = frozenset("онлайн дистанционный онлайн-формат интернет сеть".split())
FROM = frozenset({"из", "от", "до", "через", "под"})
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


def read_days(
    page: Page, outline: Outline, units: Sequence[tuple[int, int]], rows: Sequence[DayRow]
) -> tuple[str | None, str | None] | None:
    """Return first and last day of the first sentence that says one; ``None`` if none does."""
    for start, stop in units:
        for row in rows:
            if start <= row.first < stop and not _is_deadline(page, outline, row, start):
                return row.start, row.end
    return None


def _is_deadline(page: Page, outline: Outline, row: DayRow, start: int) -> bool:
    """«Регистрация до 15 июня», «заявки принимаются с 1 марта»: no day of the event; nor is a dateline."""
    if row.first > start and page.lower[row.first - 1] in ("до", "после", "к", "от"):
        return True
    first, stop = outline.unit(row.first)
    if any(word in ("заявка", "регистрация", "запись", "подписать", "подписанный") for word in page.lemmas[max(first, row.first - 8) : row.first]):
        return True
    line = outline.line(row.first)
    return row.first == line.first and line.last - row.last <= 3 and not any(
        page.pos[k] in ("NOUN", "PROPN", "VERB") for k in range(row.last, line.last)
    )


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


def read_city(
    page: Page, outline: Outline, units: Sequence[tuple[int, int]], found: Sequence[Place], *, loose: bool
) -> str | None:
    """Return the city of the first sentence that places something there, ``None`` if none does or many do.

    With ``loose`` the city of a host («калужский приют», «в школах Магнитогорска») will do.
    """
    for start, stop in units:
        if any(word in ONLINE for word in page.lemmas[start:stop]):
            return None
        here = [place for place in found if start <= place.first < stop]
        located = [place for place in here if _is_located(page, place, start)]
        if located:
            return located[0].city if not _several(page, located) else None
        hosting = [place for place in here if _is_host(page, place, stop)]
        if hosting:
            return hosting[0].city
    if loose:
        for start, stop in units:
            adjectives = [place for place in found if start <= place.first < stop and place.adjective]
            if adjectives and len({place.city for place in adjectives}) == 1:
                return adjectives[0].city
    return None


def _is_located(page: Page, place: Place, start: int) -> bool:
    """«в Ижевске», «в селе Максимиха», «во Владимир», «г. Тотьма» in a heading."""
    if place.adjective:
        return False
    i = place.first - 1
    if i >= start and page.words[i] == ".":
        i -= 1
    while i >= start and (page.lemmas[i] in SETTLEMENT or page.pos[i] == "ADJ"):
        i -= 1
    return i >= start and page.lower[i] in ("в", "во", "у", "на", "под")


def _several(page: Page, located: list[Place]) -> bool:
    """«в Слюдянке, Байкальске и Танхое», «в г. Екатеринбурге и г. Первоуральске»."""
    first = located[0]
    j = first.last
    if j < len(page) and page.lower[j] in (",", "и"):
        nearby = page.lower[j : j + 4]
        return any(place.first in range(j, j + 5) for place in located[1:]) or (
            page.words[j + 1 : j + 2] != [] and nearby[0] == "и" and page.words[j + 1][0].isupper()
        )
    return False


def _is_host(page: Page, place: Place, stop: int) -> bool:
    """«Омск примет», «который в этом году примет Томск»; «петербургский лофт принимал»."""
    if place.adjective or not may_be(page.words[place.first], "nomn"):
        return False
    near = page.lemmas[max(0, place.first - 3) : min(stop, place.last + 4)]
    return any(word in HOSTING for word in near)


def read_organisers(
    page: Page, outline: Outline, units: Sequence[tuple[int, int]], organisations: Iterable[Organisation]
) -> tuple[str, ...]:
    """Return ids of organisations in sentences that say who held the event."""
    found: dict[str, int] = {}
    spans = [
        (*page.tokens_in(m.start, m.end), organisation.id)
        for organisation in organisations
        for m in organisation.mentions
    ]
    for start, stop in units:
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
