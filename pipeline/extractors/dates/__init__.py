"""Finds calendar expressions and the days they mean.

Purpose
    «26—27 сентября» → 2019-09-26 … 2019-09-27: days, ranges, months, seasons, years, «прошлого года», «завтра».
Steps
    1. ``grammar`` reads expressions from words.
    2. Places that only look so are dropped: titles in quotes, a bare year that counts things, a season in general
       («зимой мы учимся»).
    3. The year is chosen (``years``); where neither the text nor the day of publication tells it, the date
       stays open.
Leaves out
    Clock times, weekdays («в минувшую субботу»), «каждый август», centuries.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from pipeline.extractors.dates.grammar import Found, Grammar
from pipeline.extractors.dates.values import Period
from pipeline.extractors.dates.years import nearest_verb, resolve
from pipeline.extractors.digits import web_addresses
from pipeline.extractors.quoted_titles import outermost, title_spans
from pipeline.page import Page
from pipeline.record import Date

YEAR_BEFORE = frozenset(["в", "во", "с", "со", "до", "к", "ко", "за", "после", "на", "от", "около", "весь"])


def find(page: Page) -> list[Date]:
    """Return the dates of a page in text order, ids ``date-1`` …

    >>> find(Page.build("Форум прошёл 26—27 сентября.", published="2019-10-02"))[0].from_
    '2019-09-26'
    """
    found = list(expressions(page))
    days = resolve(page, found)
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
    elsewhere = outermost([*title_spans(page), *web_addresses(page.text)])
    last = 0
    for i in grammar.starts():
        if i < last:
            continue
        found = grammar.at(i)
        if found is not None and _is_date(page, found, elsewhere):
            yield found
            last = found.last


def _is_date(page: Page, found: Found, elsewhere: list[tuple[int, int]]) -> bool:
    start = page.starts[found.first]
    k = bisect_right(elsewhere, (start, start)) - 1
    if k >= 0 and start < elsewhere[k][1]:
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
    if found.last < len(page) and found.last in page.breaks:
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
    verb = nearest_verb(page, found)
    if verb is None:
        return False
    tense = page.feature(verb, "Tense")
    if before == "за":
        return tense == "Past"
    return word in ("весной", "летом", "осенью", "зимой") and tense in ("Past", "Fut")
