"""The filters of every question: which articles count, and which rows of them.

``Filters`` holds what a person asked for. ``hits`` turns it into a table expression of the articles that count
(article, and n: how often each counts, more than once where reprints count too). What belongs to a row
rather than to its article (the unit of a fact, the kind of an organisation) is left to the question.
Values are always bound, never written into SQL.
"""

from __future__ import annotations

import calendar
import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from pipeline.archive.lookup import find_entities
from pipeline.archive.tables import TABLES, rows_of
from pipeline.archive.words import fold, lemmatize, parse_search
from pipeline.errors import LetopisError

Sql = tuple[str, list[object]]
MANY = 3000  # articles of an entity


class FilterError(LetopisError):
    """A filter that cannot be understood, or has no meaning for the question."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look at; everything that is given must hold.

    ``person``, ``organisation``, ``city``, ``region`` are ids or names; ``since`` and ``until`` days, months or
    years (2019, 2019-05, 2019-05-17), both inclusive; ``text`` is searched as ``pipeline.archive.words`` says,
    with ``related`` also for other words of its subject (добровольчество: волонтёр).
    """

    person: str | None = None
    organisation: str | None = None
    city: str | None = None
    region: str | None = None
    since: str | None = None
    until: str | None = None
    text: str | None = None
    theme: str | None = None
    kind: str | None = None
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    speaking: bool = False
    reprints: bool = False
    related: bool = False
    found: str = ""  # JSON: the articles that count, where these were sought before (see ``sought``)

    def given(self) -> set[str]:
        """Return the names of the filters that are set."""
        return {
            f.name for f in fields(self) if f.name != "found" and getattr(self, f.name) not in (None, "", False)
        }


ARTICLE_FILTERS = frozenset(
    {"person", "organisation", "city", "region", "since", "until", "text", "theme", "reprints", "related"}
)


def numbers(db: sqlite3.Connection, filters: Filters, kind: str) -> list[int]:
    """Return the entities that the filter of a kind means, none where it is not set."""
    typed = getattr(filters, kind)
    return find_entities(db, kind, typed) if typed else []


def sought(db: sqlite3.Connection, filters: Filters) -> Filters:
    """Return filters that know which articles count, for several questions about these."""
    counted = hits(db, filters)
    if counted is None or filters.reprints:
        return filters
    articles = [article for article, _ in db.execute(*counted)]
    return replace(filters, found=json.dumps(articles))


def hits(db: sqlite3.Connection, filters: Filters, leave_out: Sequence[str] = ()) -> Sql | None:
    """Return the articles that count as a query of (article, n); ``None`` where all count once.

    Args:
        leave_out: filters that the question applies to its rows instead.
    """
    names = _given(filters, leave_out)
    if not names and not filters.reprints:
        return None
    if filters.found and not leave_out:
        return "SELECT value AS article, 1 AS n FROM json_each(?)", [filters.found]
    first = next((name for name in _ENTITIES if name in names), None)
    if first:  # its rows have the day: no need to look into the articles
        chosen: list[object] = list(numbers(db, filters, first))
        once = "" if first == "region" else "AND NOT a.again "
        start, values = f"{rows_of(first)} AS a WHERE a.{first} IN ({marks(chosen)}) {once}AND", chosen
        distinct = "DISTINCT " if len(chosen) > 1 else ""
    else:
        start, values, distinct = "articles AS a WHERE", [], ""
    day = "a.published" if first else "a.day"
    where, more = joined(
        [_condition(db, filters, name, False, "a.article", day) for name in names if name != first]
    )
    sql = f"SELECT {distinct}a.article, 1 AS n FROM {start} {where}"
    if filters.reprints:
        sql = f"SELECT article, 1 + reprints AS n FROM ({sql}) JOIN articles USING (article)"
    return sql, [*values, *more]


def row_conditions(
    db: sqlite3.Connection, filters: Filters, row: str, leave_out: Sequence[str] = (), *, in_order: bool = False
) -> list[Sql]:
    """Return the conditions on the article of a row (a topic, a fact), which tells its article and day.

    Region and theme, which many articles have, are checked for each row by itself: few rows are looked at.
    """
    article, day = f"{row}.article", f"{row}.published"
    if filters.found and not leave_out:
        singly = "+" if in_order and filters.found.count(",") > MANY else ""  # the first rows are soon found
        return [(f"{singly}{article} IN (SELECT value FROM json_each(?))", [filters.found])]
    return [_condition(db, filters, name, True, article, day) for name in _given(filters, leave_out)]


def _given(filters: Filters, leave_out: Sequence[str]) -> list[str]:
    return [name for name in _CONDITIONS if name not in leave_out and getattr(filters, name)]


def joined(conditions: Sequence[Sql]) -> Sql:
    """Return one condition of several, ``true`` of none."""
    return " AND ".join(sql for sql, _ in conditions) or "true", [v for _, values in conditions for v in values]


_CONDITIONS = ("since", "until", "text", "theme", "person", "organisation", "city", "region")
_ENTITIES = ("person", "organisation", "city", "region")


def _condition(db: sqlite3.Connection, filters: Filters, name: str, singly: bool, article: str, day: str) -> Sql:
    typed = getattr(filters, name)
    if name in _ENTITIES:
        chosen: list[object] = list(numbers(db, filters, name))
        many = singly and (name == "region" or _are_many(db, name, chosen))
        return _among(article, rows_of(name), f"{name} IN ({marks(chosen)})", many), chosen
    if name == "since":
        return f"{day} >= ?", [first_day(typed)]
    if name == "until":
        return f"{day} <= ?", [last_day(typed)]
    if name == "theme":
        return _among(article, "article_themes", "theme = ?", singly), [find_theme(db, typed)]
    return search_condition(article, "articles_fts", typed)


def _are_many(db: sqlite3.Connection, kind: str, chosen: Sequence[object]) -> bool:
    """Tell whether entities are in so many articles that rows are better checked one by one."""
    articles = f"SELECT sum(articles) FROM {TABLES[kind]} WHERE {kind} IN ({marks(chosen)})"
    return int(db.execute(articles, list(chosen)).fetchone()[0] or 0) > MANY


def _among(article: str, table: str, condition: str, singly: bool) -> str:
    """Return the condition that an article has a row in a table."""
    if singly:
        return f"EXISTS (SELECT 1 FROM {table} AS r WHERE r.article = {article} AND r.{condition})"
    return f"{article} IN (SELECT article FROM {table} WHERE {condition})"


def marks(values: Sequence[object]) -> str:
    """Return so many question marks."""
    return ", ".join("?" * len(values))


def search_condition(column: str, index: str, typed: str) -> Sql:
    """Return the condition that a row is found by what was typed; nothing is, where no word was typed."""
    search = parse_search(typed)
    if search.empty:
        return "false", []
    parts, values = [], []
    if search.wanted:
        parts.append(f"{column} IN (SELECT rowid FROM {index} WHERE {index} MATCH ?)")
        values.append(search.wanted)
    if search.unwanted:
        parts.append(f"{column} NOT IN (SELECT rowid FROM {index} WHERE {index} MATCH ?)")
        values.append(search.unwanted)
    return " AND ".join(parts), list(values)


def first_day(text: str) -> str:
    """Return the first day of a day, month or year: «2019» → «2019-01-01»."""
    year, month, day = _day_parts(text)
    return date(year, month or 1, day or 1).isoformat()


def last_day(text: str) -> str:
    """Return the last day of a day, month or year: «2019-02» → «2019-02-28»."""
    year, month, day = _day_parts(text)
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1]).isoformat()


def _day_parts(text: str) -> tuple[int, int, int]:
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", text.strip())
    year, month, day = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    try:
        date(year, month or 1, day or 1)
    except ValueError as error:
        raise FilterError(f"«{text}»: not a day; write 2019, 2019-05 or 2019-05-17") from error
    return year, month, day


def find_theme(db: sqlite3.Connection, typed: str) -> str:
    """Return the theme that is meant, by its name or the beginning of it."""
    themes = [theme for (theme,) in db.execute("SELECT DISTINCT theme FROM article_themes ORDER BY theme")]
    wanted = fold(typed).strip()
    found = [t for t in themes if fold(t) == wanted] or [t for t in themes if fold(t).startswith(wanted)]
    if not found:
        raise FilterError(f"theme «{typed}»: none in this archive; there are {', '.join(themes) or 'no themes'}")
    return str(found[0])


def find_units(db: sqlite3.Connection, typed: str) -> list[str]:
    """Return the units whose words hold all that were typed, in any case: «площадок» → «дискуссионная площадка».

    Alternatives are divided by bars: «участник | человек».
    """
    units = db.execute("SELECT unit, lemmas FROM units").fetchall()
    found = []
    for part in typed.split("|"):
        wanted = lemmatize(part)[0].split() or [part.strip()]
        found += [unit for unit, lemmas in units if all(f" {word} " in lemmas for word in wanted)]
    return found
