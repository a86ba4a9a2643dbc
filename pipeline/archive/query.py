"""Asking the index: a question, filters, an order; rows and their evidence out.

``ask`` puts the pieces of a view together: the articles that count, the rows chosen from them, what is shown of
those. Text, names and values that people give are bound, never written into SQL.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.archive.filters import (
    ARTICLE_FILTERS,
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
from pipeline.archive.tables import TABLES
from pipeline.archive.together import TOGETHER_COLUMNS, TOGETHER_SORTS, only_frequent, sorted_pairs, together_sql
from pipeline.archive.views import CAME_TO_IT, FACETS, OFTEN, SPEAKERS, VIEWS, Column, View
from pipeline.archive.words import parse_search

RANK = "bm25(articles_fts, 8.0, 4.0, 1.0, 0.5)"  # a word of the headline says more than one of the text
ALL = -1
ENTITY_KINDS = {kind: TABLES[kind] for kind in ("person", "organisation", "city")}


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
    filters = _meant(db, filters)
    shorter = _ask_comers if question == "facts" and sort == "turnout" else _ask_often
    rows = shorter(db, question, filters, sort, limit, offset)
    if rows is None:
        sql, values = build(db, question, filters, sort)
        rows = db.execute(sql, [*values, limit, offset]).fetchall()
    return Answer(_columns(question, filters), [tuple(row)[1:] for row in rows], [row[0] for row in rows])


def _ask_often(
    db: sqlite3.Connection, question: str, filters: Filters, sort: str | None, limit: int, offset: int
) -> list[Any] | None:
    """Count only entities that are in many articles, half of the rows, and keep those in many that count.

    ``None`` where there are not enough of these, or counting all is no more.
    """
    filtered = bool(filters.given() & (ARTICLE_FILTERS - {"reprints"}))
    if (
        limit == ALL
        or not filtered
        or filters.reprints
        or _sort(sort, sorts(question, filters), question) != "articles"
    ):
        return None
    if question != "together" and not _view(question, filters).once:
        return None
    sql, values = build(db, question, filters, sort, often=True)
    rows = db.execute(sql, [*values, limit, offset]).fetchall()
    return rows if len(rows) == limit else None


def _ask_comers(
    db: sqlite3.Connection, question: str, filters: Filters, sort: str | None, limit: int, offset: int
) -> list[Any] | None:
    """Look at the numbers of people who came alone, which stand first; ``None`` where there are not enough."""
    if filters.unit and not find_units(db, filters.unit):
        return None
    sql, values = build(db, question, filters, "value")
    sql = sql.replace(
        "FROM facts AS x WHERE", f"FROM facts AS x INDEXED BY facts_of_comers WHERE {CAME_TO_IT} AND", 1
    )
    rows = db.execute(sql, [*values, limit, offset]).fetchall()
    return rows if len(rows) == limit else None


def _columns(question: str, filters: Filters) -> tuple[Column, ...]:
    return TOGETHER_COLUMNS if question == "together" else _view(question, filters).columns


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


KEYS = {
    "organisations": "organisation",
    "topics": "topic",
    "facts": "fact",
    "events": "event",
    "articles": "article",
}
Values = dict[str, list[tuple[Any, int]]]


def count_values(db: sqlite3.Connection, question: str, filters: Filters, limit: int) -> tuple[int, Values]:
    """Return how many rows an answer has, and the commonest values of each facet over these, with their counts."""
    facets = FACETS.get(question, {})
    if not facets or not filters.given():
        total = count_rows(db, question, filters)
        return total, {facet: _counted_values(db, question, facet, limit) for facet in facets}
    filters = _meant(db, filters)
    view = _view(question, filters)
    tables, inner, values = _inner(db, view, filters)
    rows = f"{question} AS x"
    if view.direct:  # the rows themselves are gone through
        rows += inner[inner.index(" WHERE ") :]
    else:
        rows += f" JOIN ({inner}) AS c ON x.{KEYS[question]} = c.key"
    places = ", ".join(str(i) for i in range(1, len(facets) + 1))
    counted = db.execute(
        f"{_with(tables)} SELECT {', '.join(facets.values())}, count(*) FROM {rows} GROUP BY {places}", values
    ).fetchall()
    found: Values = {}
    for i, facet in enumerate(facets):
        values_of: Counter[Any] = Counter()
        for *row, n in counted:
            values_of[row[i]] += n
        found[facet] = sorted(values_of.items(), key=lambda pair: (-pair[1], str(pair[0])))[:limit]
    return sum(row[-1] for row in counted), found


def _counted_values(db: sqlite3.Connection, question: str, facet: str, limit: int) -> list[tuple[Any, int]]:
    """Return the values of a facet over all rows, which were counted when the index was built."""
    rows = db.execute(
        "SELECT value, n FROM facets WHERE question = ? AND facet = ? ORDER BY n DESC, value LIMIT ?",
        (question, facet, limit),
    )
    return [(value, n) for value, n in rows]


def build(
    db: sqlite3.Connection, question: str, filters: Filters, sort: str | None, *, often: bool = False
) -> tuple[str, list[object]]:
    """Return the SQL of a question, which ends in ``LIMIT ? OFFSET ?``, and its values but these.

    Args:
        often: look only at entities that are in many of the articles that count.
    """
    if question == "together":
        pairs, values = together_sql(db, filters, often=often)
        part = sorted_pairs(pairs, _sort(sort, list(TOGETHER_SORTS), question))
        columns = ", ".join(column.sql for column in TOGETHER_COLUMNS)
        return f"SELECT 0, {columns} FROM ({part})", values
    view = _view(question, filters)
    usual = "rank" if question == "articles" and filters.text and not sort else sort
    order = view.sorts[_sort(usual, list(view.sorts), question)]
    in_order = sort in ("value", "least")  # of an index
    tables, inner, values = _inner(db, view, filters, often=often, in_order=in_order)
    columns = ", ".join(column.sql for column in view.columns)
    ordered = f"SELECT * FROM ({inner}) ORDER BY {order} LIMIT ? OFFSET ?"
    chosen = f"chosen AS MATERIALIZED (SELECT *, row_number() OVER () AS nth FROM ({ordered}))"
    sql = f"{_with([*tables, chosen])} SELECT c.key, {columns} FROM chosen AS c {view.outer} ORDER BY c.nth"
    return sql, values


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


def _inner(
    db: sqlite3.Connection, view: View, filters: Filters, *, often: bool = False, in_order: bool = False
) -> tuple[list[str], str, list[object]]:
    """Return the tables of the WITH clause, the query of all rows by key, and the values of both."""
    leave_out = ["text"] if "text" in view.own else []
    rows, row_values = joined(_row_conditions(db, view, filters))
    if view.direct:
        conditions = row_conditions(db, filters, "x", leave_out, in_order=in_order)
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
    values = [*(counted[1] if counted else []), *ranked_values, *row_values]
    if not counted:
        return tables, view.plain.replace("{rows}", rows), values
    if not view.once or filters.reprints:
        return tables, f"{view.filtered.replace('{rows}', rows)} {view.group}", values
    inner = view.once.replace("{rows}", rows).replace("{index}", "often" if often else "counted")
    many = f"AND r.often {view.group} HAVING articles >= {OFTEN}" if often else view.group
    return tables, f"{inner} {many}", values


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
