"""Which cities and events of the articles are one.

Cities by their number in the gazetteer, else by name, region and country. Events by name and time: two with
one name are one if they were held on overlapping days, or, where days are not known, in articles of one year.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pipeline.archive.words import lemmatize, words

NEAR_DAYS = 45  # an event without days is that of the articles so many days from it


def city_key(name: str, region: str | None, country: str | None, geoname_id: int | None) -> Hashable:
    """Return what two mentions of one city have equal."""
    if geoname_id is not None:
        return geoname_id
    return " ".join(words(name)), region or "", country or ""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of an article: when it was held, if that is known, the city, and the day of the article."""

    key: tuple[str, str, int]
    name: str
    first_day: str | None
    last_day: str | None
    city: int | None
    published: str | None


def resolve_events(rows: Sequence[EventRow]) -> list[list[int]]:
    """Cluster the events of an archive; returns the rows of each, the earliest first."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        by_name[event_name(row.name)].append(i)
    events = []
    for name in sorted(by_name):
        for group in _by_time(rows, by_name[name]):
            events.append(sorted(group, key=lambda i: rows[i].key))
    return events


@lru_cache(maxsize=50_000)
def event_name(name: str) -> str:
    """Return a name without quotes, edition and case: «XII форум „Сообщество“» → «форум сообщество»."""
    plain = re.sub(r"\b(?:[IVXLC]+|\d{1,2}(?:-?(?:й|ый|ой|ий|я|ая|е|ое))?)\b(?=\s)", " ", name)
    return lemmatize(plain)[0] or name


def _by_time(rows: Sequence[EventRow], group: Iterable[int]) -> list[list[int]]:
    """Split the events with one name by when they were held."""
    dated: list[tuple[int, int, list[int], set[int]]] = []
    undated = []
    for i in sorted(group, key=lambda i: (rows[i].first_day or "~", rows[i].key)):
        days = _days(rows[i])
        if days is None:
            undated.append(i)
            continue
        first, last = days
        if dated and first <= dated[-1][1] and _same_city(rows[i], dated[-1][3]):
            _, end, members, cities = dated[-1]
            dated[-1] = (dated[-1][0], max(end, last), [*members, i], cities | _city(rows[i]))
        else:
            dated.append((first, last, [i], _city(rows[i])))
    found = [members for _, _, members, _ in dated]
    for i in undated:
        _place_undated(rows, i, dated, found)
    return found


def _days(row: EventRow) -> tuple[int, int] | None:
    if not row.first_day:
        return None
    first = date.fromisoformat(row.first_day).toordinal()
    last = date.fromisoformat(row.last_day or row.first_day).toordinal()
    return first, max(first, last)


def _city(row: EventRow) -> set[int]:
    return set() if row.city is None else {row.city}


def _same_city(row: EventRow, cities: set[int]) -> bool:
    return row.city is None or not cities or row.city in cities


def _place_undated(
    rows: Sequence[EventRow], i: int, dated: Sequence[tuple[int, int, list[int], set[int]]], found: list[list[int]]
) -> None:
    """Give an event without days to the one held near the day of its article, else to others of its year."""
    row = rows[i]
    day = date.fromisoformat(row.published).toordinal() if row.published else None
    for first, last, members, cities in dated:
        if day is not None and first - NEAR_DAYS <= day <= last + NEAR_DAYS and _same_city(row, cities):
            members.append(i)
            return
    for members in found[len(dated) :]:
        other = rows[members[0]]
        same_year = (row.published or "")[:4] == (other.published or "")[:4]
        if same_year and _same_city(row, set().union(*(_city(rows[m]) for m in members))):
            members.append(i)
            return
    found.append([i])
