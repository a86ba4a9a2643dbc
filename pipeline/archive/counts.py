"""What is counted once, when an index is built: mentions of entities, what is in the articles of frequent ones.

After a small change only the entities that it touched are counted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from pipeline.archive.names import write_names
from pipeline.archive.pairs import write_pairs
from pipeline.archive.tables import TABLES, rows_of
from pipeline.archive.views import FACETS, OFTEN
from pipeline.archive.words import fold, lemmatize

COUNTED = ("person", "organisation", "city")
FREQUENT = 12_000  # articles of an entity from which on its neighbours are counted beforehand
Touched = Mapping[str, set[int]]


def count_entities(db: sqlite3.Connection, touched: Touched | None = None) -> None:
    """Fill in counts, names and pairs: of all entities, or of those that were touched, by kind."""
    db.execute("CREATE TEMP TABLE touched (kind TEXT, entity INTEGER, PRIMARY KEY (kind, entity)) WITHOUT ROWID")
    rows = [(kind, entity) for kind, entities in (touched or {}).items() for entity in entities]
    db.executemany("INSERT INTO touched VALUES (?, ?)", rows)
    every = touched is None
    for kind in COUNTED:
        _count_mentions(db, kind, _among(kind, every))
    _count_speeches(db, _among("person", every))
    _write_posts(db, _among("person", every))
    _count_rest(db)
    write_names(db, every=every)
    _write_units(db)
    write_pairs(db)
    _write_neighbours(db)
    _write_facets(db)
    db.execute("DROP TABLE touched")


def _among(kind: str, every: bool) -> str:
    """Return the condition that an entity is to be counted."""
    return "true" if every else f"{kind} IN (SELECT entity FROM touched WHERE kind = '{kind}')"


def _count_mentions(db: sqlite3.Connection, kind: str, among: str) -> None:
    table, rows = TABLES[kind], rows_of(kind)
    db.execute(
        f"""UPDATE {table} SET articles = n, mentions = m, first_day = f, last_day = l FROM (
          SELECT {kind} AS entity, sum(1 - again) AS n, sum(mentions) AS m,
            min(published) AS f, max(published) AS l
          FROM {rows} WHERE {among} GROUP BY {kind}
        ) WHERE entity = {table}.{kind} AND (articles, mentions, first_day, last_day) IS NOT (n, m, f, l)"""
    )
    db.execute(
        f"""UPDATE {rows} SET often = e.articles >= {OFTEN} FROM {table} AS e
        WHERE e.{kind} = {rows}.{kind} AND often != (e.articles >= {OFTEN})
        AND {rows}.{kind} IN (SELECT {kind} FROM {table} WHERE {among})"""
    )


def _count_speeches(db: sqlite3.Connection, among: str) -> None:
    db.execute(
        f"""UPDATE topic_speakers SET person = p.person FROM (SELECT * FROM article_people WHERE {among}) AS p
        WHERE p.article = topic_speakers.article AND p.row = topic_speakers.person_row
        AND topic_speakers.person IS NOT p.person"""
    )
    said = "{} AS q JOIN article_people AS p ON p.article = q.article AND p.row = q.person_row"
    for column, what, rows in (
        ("sessions", "count(DISTINCT topic)", "topic_speakers"),
        ("quotes", "count(*)", said.format("quotes")),
        ("statements", "count(*)", said.format("statements")),
    ):
        db.execute(
            f"""UPDATE people SET {column} = coalesce(n, 0) FROM (
              SELECT e.person AS entity, n FROM (SELECT person FROM people WHERE {among}) AS e
              LEFT JOIN (SELECT person, {what} AS n FROM {rows} WHERE {among} GROUP BY person) USING (person)
            ) WHERE entity = people.person AND {column} != coalesce(n, 0)"""
        )


def _write_posts(db: sqlite3.Connection, among: str) -> None:
    """Give each person the post of the latest article that gives one."""
    db.execute(
        f"""UPDATE people SET post = label FROM (
          SELECT e.person AS entity, label FROM (SELECT person FROM people WHERE {among}) AS e LEFT JOIN (
            SELECT p.person, r.title || coalesce(', ' || o.name, '') AS label,
              row_number() OVER (PARTITION BY p.person ORDER BY a.day DESC, a.id DESC, r.row) AS nth
            FROM (SELECT article, row, person FROM article_people WHERE {among}) AS p
            JOIN roles AS r ON r.article = p.article AND r.person_row = p.row
            JOIN articles AS a ON a.article = r.article
            LEFT JOIN article_organisations AS ao ON ao.article = r.article AND ao.row = r.organisation_row
            LEFT JOIN organisations AS o USING (organisation)
          ) AS posts ON posts.person = e.person AND nth = 1
        ) WHERE entity = people.person AND post IS NOT label"""
    )


def _count_rest(db: sqlite3.Connection) -> None:
    used_by_cities = "SELECT region FROM cities WHERE region IS NOT NULL"
    for table, column, others in (("regions", "region", used_by_cities), ("countries", "country", "SELECT NULL")):
        _count_all(db, table, column, "articles", f"SELECT {column}, count(*) AS n FROM article_{table} GROUP BY 1")
        db.execute(f"DELETE FROM {table} WHERE NOT articles AND NOT coalesce({column} IN ({others}), false)")
    _count_all(
        db, "events", "event", "articles", "SELECT event, sum(1 - again) AS n FROM article_events GROUP BY 1"
    )
    _count_all(
        db,
        "events",
        "event",
        "sessions",
        """SELECT e.event, count(*) AS n FROM topics AS t
        JOIN article_events AS e ON e.article = t.article AND e.row = t.event_row GROUP BY 1""",
    )


def _count_all(db: sqlite3.Connection, table: str, column: str, counted: str, query: str) -> None:
    """Write the ``n`` of a query into a table, 0 where the query has none."""
    db.execute(
        f"""UPDATE {table} SET {counted} = coalesce(n, 0) FROM (
          SELECT e.{column} AS entity, n FROM {table} AS e LEFT JOIN ({query}) USING ({column})
        ) WHERE entity = {table}.{column} AND {counted} != coalesce(n, 0)"""
    )


def _write_units(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM units")
    units = db.execute("SELECT DISTINCT unit FROM facts WHERE unit IS NOT NULL").fetchall()
    db.executemany(
        "INSERT INTO units VALUES (?, ?)", [(unit, f" {lemmatize(unit)[0] or fold(unit)} ") for (unit,) in units]
    )


def _write_neighbours(db: sqlite3.Connection) -> None:
    """Write who and what is in the articles of the most frequent entities: too many to count while one waits."""
    db.execute("DELETE FROM neighbours")
    for kind in COUNTED:
        for other in COUNTED:
            db.execute(
                f"""INSERT INTO neighbours SELECT ?, e.{kind}, ?, o.{other}, sum(1 - o.again), sum(o.mentions),
                  min(o.published), max(o.published)
                FROM {TABLES[kind]} AS e JOIN {rows_of(kind)} AS r ON r.{kind} = e.{kind} AND NOT r.again
                JOIN {rows_of(other)} AS o ON o.article = r.article
                WHERE e.articles >= {FREQUENT} GROUP BY e.{kind}, o.{other}""",
                (kind, other),
            )


def _write_facets(db: sqlite3.Connection) -> None:
    """Write by what the whole lists can be narrowed."""
    db.execute("DELETE FROM facets")
    for question, facets in FACETS.items():
        for facet, value in facets.items():
            db.execute(
                f"""INSERT INTO facets SELECT ?, ?, value, n FROM (
                SELECT {value} AS value, count(*) AS n FROM {question} AS x GROUP BY 1) WHERE value IS NOT NULL""",
                (question, facet),
            )
