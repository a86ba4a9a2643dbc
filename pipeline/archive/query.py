"""Asking the index: a question, filters, an order; rows and their evidence out.

``ask`` puts the pieces of a view together: the articles that count, the rows chosen from them, what is shown of
those. Text, names and values that people give are bound, never written into SQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.archive.filters import (
    FilterError,
    Filters,
    Sql,
    find_units,
    hits,
    joined,
    marks,
    numbers,
    row_conditions,
    search_condition,
)
from pipeline.archive.regions import all_regions
from pipeline.archive.related import widened
from pipeline.archive.sentences import sentence_around
from pipeline.archive.together import TOGETHER_COLUMNS, TOGETHER_SORTS, only_frequent, sorted_pairs, together_sql
from pipeline.archive.views import SPEAKERS, VIEWS, Column, View
from pipeline.archive.words import parse_search

RANK = "bm25(articles_fts, 8.0, 4.0, 1.0, 0.5)"  # a word of the headline says more than one of the text
ALL = -1
ENTITY_KINDS = {"person": "people", "organisation": "organisations", "city": "cities"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of an answer, each with the number of what it is about."""

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    keys: list[Any]

    def dicts(self) -> list[dict[str, Any]]:
        """Return the rows by column name."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an article says it: its id, headline and day, the sentence, and offsets into the text."""

    article: str
    title: str
    day: str | None
    sentence: str
    start: int | None
    stop: int | None


def ask(
    db: sqlite3.Connection,
    question: str,
    filters: Filters | None = None,
    *,
    sort: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Answer:
    """Answer a question: ``people``, ``organisations``, ``cities``, ``topics``, ``facts``, ``events``,
    ``articles`` or ``together``.

    Args:
        sort: one of the orders that ``sorts`` names for the question.
        limit: at most so many rows, ``ALL`` for all.

    Raises:
        FilterError: a filter has no meaning for the question; NotFoundError: a name that nobody bears.
    """
    sql, values, columns = build(db, question, _meant(db, filters), sort)
    rows = db.execute(sql, [*values, limit, offset]).fetchall()
    return Answer(columns, [tuple(row)[1:] for row in rows], [row[0] for row in rows])


def _meant(db: sqlite3.Connection, filters: Filters | None) -> Filters:
    """Return filters with the words of the subject written out, where these are wanted."""
    if filters is None or not filters.related:
        return filters or Filters()
    return replace(filters, text=filters.text and widened(db, filters.text), related=False)


def sorts(question: str, filters: Filters | None = None) -> list[str]:
    """Return the orders of a question, the usual one first."""
    if question == "together":
        return list(TOGETHER_SORTS)
    return list(_view(question, filters or Filters()).sorts)


def count_rows(db: sqlite3.Connection, question: str, filters: Filters | None = None) -> int:
    """Return how many rows the whole answer has."""
    filters = _meant(db, filters)
    if question == "together":
        sql, values = together_sql(db, filters)
        return int(db.execute(f"SELECT count(*) FROM ({sql})", values).fetchone()[0])
    view = _view(question, filters)
    tables, inner, values = _inner(db, view, filters)
    return int(db.execute(f"{_with(tables)} SELECT count(*) FROM ({inner})", values).fetchone()[0])


TABLES = {
    "organisations": "organisations AS x ON x.organisation = c.key",
    "topics": "topics AS x ON x.topic = c.key",
    "facts": "facts AS x ON x.fact = c.key",
    "events": "events AS x ON x.event = c.key",
    "articles": "articles AS x ON x.article = c.key",
}


def count_values(
    db: sqlite3.Connection, question: str, filters: Filters, expression: str, limit: int
) -> list[tuple[Any, int]]:
    """Return the commonest values of an SQL expression over the rows (``x``) of an answer, with their counts."""
    filters = _meant(db, filters)
    tables, inner, values = _inner(db, _view(question, filters), filters)
    rows = db.execute(
        f"""{_with(tables)} SELECT {expression}, count(*) FROM ({inner}) AS c
        JOIN {TABLES[question]} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?""",
        [*values, limit],
    )
    return [(value, n) for value, n in rows]


def build(
    db: sqlite3.Connection, question: str, filters: Filters, sort: str | None
) -> tuple[str, list[object], tuple[Column, ...]]:
    """Return the SQL of a question, which ends in ``LIMIT ? OFFSET ?``, its values but these, and its columns."""
    if question == "together":
        pairs, values = together_sql(db, filters)
        part = sorted_pairs(pairs, _sort(sort, list(TOGETHER_SORTS), question))
        columns = ", ".join(column.sql for column in TOGETHER_COLUMNS)
        return f"SELECT 0, {columns} FROM ({part})", values, TOGETHER_COLUMNS
    view = _view(question, filters)
    usual = "rank" if question == "articles" and filters.text and not sort else sort
    order = view.sorts[_sort(usual, list(view.sorts), question)]
    tables, inner, values = _inner(db, view, filters)
    columns = ", ".join(column.sql for column in view.columns)
    ordered = f"SELECT * FROM ({inner}) ORDER BY {order} LIMIT ? OFFSET ?"
    chosen = f"chosen AS MATERIALIZED (SELECT *, row_number() OVER () AS nth FROM ({ordered}))"
    sql = f"{_with([*tables, chosen])} SELECT c.key, {columns} FROM chosen AS c {view.outer} ORDER BY c.nth"
    return sql, values, view.columns


def _view(question: str, filters: Filters) -> View:
    if question not in VIEWS:
        raise FilterError(f"{question}: no such question; there are {', '.join([*VIEWS, 'together'])}")
    view = SPEAKERS if question == "people" and filters.speaking else VIEWS[question]
    misplaced = filters.given() - view.allowed
    if misplaced:
        raise FilterError(f"{question}: --{min(misplaced)} has no meaning here")
    return view


def _sort(sort: str | None, known: Sequence[str], question: str) -> str:
    if sort and sort not in known:
        raise FilterError(f"{question}: --sort {sort}: there are {', '.join(known)}")
    return sort or known[0]


def _inner(db: sqlite3.Connection, view: View, filters: Filters) -> tuple[list[str], str, list[object]]:
    """Return the tables of the WITH clause, the query of all rows by key, and the values of both."""
    leave_out = ["text"] if "text" in view.own else []
    rows, row_values = joined(_row_conditions(db, view, filters))
    if view.direct:
        conditions = row_conditions(db, filters, "x", leave_out)
        articles, values = joined(conditions)
        inner = view.filtered if conditions or not view.plain else view.plain
        inner = inner.replace("{articles}", articles).replace("{rows}", rows)
        return [], f"{inner} {view.group}", [*values, *row_values]
    known = _counted_before(db, view, filters)
    if known:
        return [], f"{known[0]} AND {rows}", [*known[1], *row_values]
    counted = hits(db, filters, leave_out)
    ranked, ranked_values = _ranked(view, filters)
    tables = [*([f"hits AS MATERIALIZED ({counted[0]})"] if counted else []), *ranked]
    inner = (view.filtered if counted else view.plain).replace("{rows}", rows)
    values = [*(counted[1] if counted else []), *ranked_values, *row_values]
    return tables, f"{inner} {view.group if counted else ''}", values


def _counted_before(db: sqlite3.Connection, view: View, filters: Filters) -> Sql | None:
    """Return the query of what is in the articles of one very frequent entity, if only that is asked for."""
    given = filters.given() - (view.own.keys() - ENTITY_KINDS)
    kind = next(iter(given)) if len(given) == 1 else None
    if kind not in ENTITY_KINDS or kind in view.own or view.name not in ENTITY_KINDS.values():
        return None
    number = only_frequent(db, kind, numbers(db, filters, kind))
    if number is None:
        return None
    other = next(name for name, question in ENTITY_KINDS.items() if question == view.name)
    return (
        f"""SELECT other AS key, other AS {other}, articles, mentions, first_day, last_day FROM neighbours
        WHERE kind = ? AND entity = ? AND other_kind = ?""",
        [kind, number, other],
    )


def _with(tables: Sequence[str]) -> str:
    return f"WITH {', '.join(tables)}" if tables else ""


def _ranked(view: View, filters: Filters) -> tuple[list[str], list[object]]:
    """Return the table of how well each article fits the search, for the one question that sorts by it."""
    if view.name != "articles":
        return [], []
    wanted = parse_search(filters.text or "").wanted
    if not wanted:
        return ["ranked AS (SELECT 0 AS article, 0 AS place)"], []
    return [
        f"""ranked AS MATERIALIZED (SELECT rowid AS article, {RANK} AS place FROM articles_fts
        WHERE articles_fts MATCH ?)"""
    ], [wanted]


def _row_conditions(db: sqlite3.Connection, view: View, filters: Filters) -> list[Sql]:
    """Return the conditions on rows, as distinct from articles."""
    conditions = [_row_condition(db, view, filters, name, template) for name, template in view.own.items()]
    return [condition for condition in conditions if condition[0]]


def _row_condition(db: sqlite3.Connection, view: View, filters: Filters, name: str, template: str) -> Sql:
    if name == "place":
        return _place_condition(db, filters, template)
    typed = getattr(filters, name)
    if typed in (None, ""):
        return "", []
    if name == "text":
        return search_condition(template, "topics_fts", typed)
    chosen: Sequence[object]
    if name == "unit":
        chosen = find_units(db, typed)
    elif name == "region":
        chosen = regions_within(db, numbers(db, filters, "region"))
    elif name in ("person", "organisation", "city"):
        chosen = numbers(db, filters, name)
    elif name == "kind":
        chosen = list(dict.fromkeys([typed.strip(), typed.strip().lower()]))
    else:
        chosen = [typed]
    return template.replace("{marks}", marks(chosen)), list(chosen)


def _place_condition(db: sqlite3.Connection, filters: Filters, template: str) -> Sql:
    """Leave out rows of events that are known to have been elsewhere than in the city and region asked for."""
    parts, values = [], []
    if filters.city:
        chosen = numbers(db, filters, "city")
        parts.append(template.replace("{cities}", marks(chosen)))
        values += chosen
    if filters.region:
        chosen = regions_within(db, numbers(db, filters, "region"))
        parts.append(template.replace("{cities}", f"SELECT city FROM cities WHERE region IN ({marks(chosen)})"))
        values += chosen
    return " AND ".join(parts), list(values)


def regions_within(db: sqlite3.Connection, wanted: Sequence[int]) -> list[int]:
    """Return the regions and those that lie in them: Сибирь → Томская область and the others."""
    rows = db.execute("SELECT region, name FROM regions").fetchall()
    names = {name for region, name in rows if region in wanted}
    return [region for region, name in rows if names & all_regions([name])]


def evidence(db: sqlite3.Connection, question: str, filters: Filters, key: Any, limit: int = 3) -> list[Evidence]:
    """Return where the articles that count say what a row says, the latest first; ``key`` is one of its answer."""
    filters = _meant(db, filters)
    view = _view(question, filters)
    sql, values = view.evidence, []
    if "{condition}" in sql:
        counted = hits(db, filters, ["text"] if "text" in view.own else [])
        condition = f"h.article IN (SELECT article FROM ({counted[0]}))" if counted else "true"
        sql, values = sql.replace("{condition}", condition), counted[1] if counted else []
    rows = db.execute(
        f"""SELECT a.id, a.title, a.day, t.text, e.start, e.stop FROM ({sql} LIMIT ?) AS e
        JOIN articles AS a USING (article) JOIN article_texts AS t USING (article)""",
        [key, *values, limit],
    )
    return [
        Evidence(id_, title, day, sentence_around(text, start, stop), start, stop)
        for id_, title, day, text, start, stop in rows
    ]
