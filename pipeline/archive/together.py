"""Who and what stands in the same articles.

Without a person, organisation or city asked for: all pairs of people and organisations (of those with two
articles in common at least, counted when the index was built, unless other filters are set). With one: that
entity and everybody who is in articles with it.
"""

from __future__ import annotations

import sqlite3

from pipeline.archive.filters import ARTICLE_FILTERS, FilterError, Filters, Sql, hits, numbers
from pipeline.archive.lookup import TABLES
from pipeline.archive.views import Column

TOGETHER_COLUMNS = (
    Column("kind", "kind", "person, organisation or city"),
    Column("id", "id", "one of them", "id", brief=False),
    Column("name", "name", "its name"),
    Column("other_kind", "other_kind", "person or organisation"),
    Column("other_id", "other_id", "the other one", "id", brief=False),
    Column("other_name", "other_name", "its name"),
    Column("articles", "articles", "articles that name both", "number"),
    Column("first_day", "first_day", "day of the earliest of these", "day"),
    Column("last_day", "last_day", "day of the latest", "day"),
)
TOGETHER_SORTS = {
    "articles": "articles DESC, last_day DESC, id, other_id",
    "last_day": "last_day DESC, articles DESC, id, other_id",
    "name": "name, other_name, id, other_id",
}
OTHERS = (("person", "people", "person"), ("organisation", "organisations", "organisation"))


def together_sql(db: sqlite3.Connection, filters: Filters) -> Sql:
    """Return the query of the pairs that the filters mean."""
    misplaced = filters.given() - ARTICLE_FILTERS
    if misplaced:
        raise FilterError(f"together: --{min(misplaced)} has no meaning here")
    chosen = [
        (kind, number) for kind in ("person", "organisation", "city") for number in numbers(db, filters, kind)
    ]
    counted = hits(db, filters)
    if chosen:
        return _with_one(chosen, counted or ("", []))
    if counted is None:
        return _named("SELECT * FROM pairs"), []
    pairs = """SELECT a.kind, a.entity, b.kind AS other_kind, b.entity AS other, count(*) AS articles,
        min(a.day) AS first_day, max(a.day) AS last_day FROM of_hits AS a JOIN of_hits AS b USING (article)
        WHERE (a.kind, a.entity) < (b.kind, b.entity) GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"""
    of_hits = " UNION ".join(
        f"SELECT '{kind}' AS kind, {column} AS entity, article, day FROM h JOIN article_{table} USING (article)"
        for kind, table, column in OTHERS
    )
    tables = f"WITH h AS MATERIALIZED ({counted[0]}), of_hits AS MATERIALIZED ({of_hits})"
    return f"{tables} {_named(pairs)}", counted[1]


def _named(pairs: str) -> str:
    """Give the entities of pairs their ids and names."""
    columns = ["x.kind", "x.other_kind", "x.articles", "x.first_day", "x.last_day"]
    for side, prefix in (("x.entity", ""), ("x.other", "other_")):
        kind = f"x.{prefix}kind"
        for what in ("id", "name"):
            columns.append(
                f"""CASE {kind} WHEN 'person' THEN (SELECT {what} FROM people WHERE person = {side})
                ELSE (SELECT {what} FROM organisations WHERE organisation = {side}) END AS {prefix}{what}"""
            )
    return f"SELECT {', '.join(columns)} FROM ({pairs}) AS x"


def _with_one(chosen: list[tuple[str, int]], counted: Sql) -> Sql:
    """Pair each of the entities asked for with all others of its articles."""
    parts: list[str] = []
    values: list[object] = []
    for kind, number in chosen:
        table, column = TABLES[kind]
        mine = f"SELECT h.article, h.day FROM h CROSS JOIN article_{table} AS r USING (article) WHERE NOT r.again"
        for other_kind, other_table, other in OTHERS:
            itself = f"AND o.{other} != ?" if other_kind == kind else ""
            parts.append(
                f"""SELECT '{kind}' AS kind, e.id AS id, e.name AS name, '{other_kind}' AS other_kind,
                n.id AS other_id, n.name AS other_name, c.articles, c.first_day, c.last_day FROM (
                  SELECT o.{other} AS entity, sum(1 - o.again) AS articles, min(day) AS first_day,
                    max(day) AS last_day
                  FROM ({mine} AND r.{column} = ?) CROSS JOIN article_{other_table} AS o USING (article)
                  WHERE true {itself} GROUP BY o.{other}) AS c
                JOIN {other_table} AS n ON n.{other} = c.entity JOIN {table} AS e ON e.{column} = ?"""
            )
            values += [number, *([number] if itself else []), number]
    return f"WITH h AS MATERIALIZED ({counted[0]}) {' UNION ALL '.join(parts)}", [*counted[1], *values]
