"""What is counted once, when an index is built: mentions of entities, their names for search, pairs."""

from __future__ import annotations

import sqlite3

from pipeline.archive.words import fold, lemmatize, words

# table, column, rows of the articles
COUNTED = (
    ("people", "person", "article_people"),
    ("organisations", "organisation", "article_organisations"),
    ("cities", "city", "article_cities"),
)
NAMED = (
    ("person", "person", "article_people"),
    ("organisation", "organisation", "article_organisations"),
    ("city", "city", "article_cities"),
    ("event", "event", "article_events"),
)
CALLED = (
    ("person", "person", "people"),
    ("organisation", "organisation", "organisations"),
    ("city", "city", "cities"),
    ("region", "region", "regions"),
    ("event", "event", "events"),
)
MOST_PAIRED = 30  # entities of one article that are paired; a list of all members of a union says little
LEAST_TOGETHER = 2
FREQUENT = 2000  # articles of an entity from which on its neighbours are counted beforehand


def count_entities(db: sqlite3.Connection) -> None:
    """Fill in all counts, names and pairs anew."""
    for table, column, rows in COUNTED:
        db.execute(
            f"""UPDATE {table} SET articles = n, mentions = m, first_day = f, last_day = l FROM (
              SELECT {column} AS entity, sum(1 - again) AS n, sum(mentions) AS m,
                min(published) AS f, max(published) AS l
              FROM {rows} GROUP BY {column}
            ) WHERE entity = {table}.{column} AND (articles, mentions, first_day, last_day) IS NOT (n, m, f, l)"""
        )
    _count_speeches(db)
    _write_posts(db)
    _count_rest(db)
    _write_names(db)
    _write_units(db)
    _write_pairs(db)
    _write_neighbours(db)


def _count_speeches(db: sqlite3.Connection) -> None:
    db.execute(
        """UPDATE topic_speakers SET person = p.person FROM article_people AS p
        WHERE p.article = topic_speakers.article AND p.row = topic_speakers.person_row
        AND topic_speakers.person IS NOT p.person"""
    )
    db.execute("UPDATE people SET sessions = 0, quotes = 0, statements = 0 WHERE sessions OR quotes OR statements")
    db.execute(
        """UPDATE people SET sessions = n FROM (SELECT person AS entity, count(DISTINCT topic) AS n
        FROM topic_speakers GROUP BY person) WHERE entity = people.person"""
    )
    for said in ("quotes", "statements"):
        db.execute(
            f"""UPDATE people SET {said} = n FROM (SELECT p.person AS entity, count(*) AS n FROM {said} AS q
            JOIN article_people AS p ON p.article = q.article AND p.row = q.person_row GROUP BY p.person)
            WHERE entity = people.person"""
        )


def _write_posts(db: sqlite3.Connection) -> None:
    """Give each person the post of the latest article that gives one."""
    db.execute("UPDATE people SET post = NULL WHERE post IS NOT NULL")
    db.execute(
        """UPDATE people SET post = label FROM (
          SELECT p.person AS entity, r.title || coalesce(', ' || o.name, '') AS label,
            row_number() OVER (PARTITION BY p.person ORDER BY a.day DESC, a.article DESC, r.row) AS nth
          FROM roles AS r JOIN article_people AS p ON p.article = r.article AND p.row = r.person_row
          JOIN articles AS a ON a.article = r.article
          LEFT JOIN article_organisations AS ao ON ao.article = r.article AND ao.row = r.organisation_row
          LEFT JOIN organisations AS o USING (organisation)
        ) WHERE nth = 1 AND entity = people.person"""
    )


def _count_rest(db: sqlite3.Connection) -> None:
    used_by_cities = "SELECT region FROM cities WHERE region IS NOT NULL"
    for table, column, others in (("regions", "region", used_by_cities), ("countries", "country", "SELECT NULL")):
        used = f"SELECT {column} FROM article_{table}"
        db.execute(f"DELETE FROM {table} WHERE NOT coalesce({column} IN ({used} UNION {others}), false)")
        db.execute(
            f"""UPDATE {table} SET articles = (SELECT count(*) FROM article_{table} AS a
            WHERE a.{column} = {table}.{column})"""
        )
    db.execute(
        """UPDATE events SET sessions = 0,
        articles = (SELECT count(DISTINCT article) FROM article_events AS a WHERE a.event = events.event)"""
    )
    db.execute(
        """UPDATE events SET sessions = n FROM (SELECT e.event AS entity, count(*) AS n FROM topics AS t
        JOIN article_events AS e ON e.article = t.article AND e.row = t.event_row GROUP BY e.event)
        WHERE entity = events.event"""
    )


def _write_names(db: sqlite3.Connection) -> None:
    """Write every form of every name, and the words and lemmas by which it is found."""
    db.execute("DELETE FROM entity_names")
    db.execute("INSERT INTO names_fts (names_fts) VALUES ('delete-all')")
    for kind, column, rows in NAMED:
        db.execute(
            f"""INSERT INTO entity_names (kind, entity, name, articles)
            SELECT '{kind}', {column}, name, count(DISTINCT article) FROM {rows} GROUP BY 2, 3"""
        )
    for kind, column, table in CALLED:
        db.execute(
            f"""INSERT INTO entity_names (kind, entity, name, articles)
            SELECT '{kind}', {column}, name, 0 FROM {table} AS e WHERE NOT EXISTS (
              SELECT 1 FROM entity_names AS n
              WHERE n.kind = '{kind}' AND n.entity = e.{column} AND n.name = e.name)"""
        )
    names = db.execute("SELECT name_key, name FROM entity_names").fetchall()
    db.executemany("INSERT INTO names_fts (rowid, words, lemmas) VALUES (?, ?, ?)", map(_name_words, names))


def _name_words(row: tuple[int, str]) -> tuple[int, str, str]:
    key, name = row
    lemmas, others = lemmatize(name)
    return key, " ".join(words(name)), f"{lemmas} {others}"


def _write_units(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM units")
    units = db.execute("SELECT DISTINCT unit FROM facts WHERE unit IS NOT NULL").fetchall()
    db.executemany(
        "INSERT INTO units VALUES (?, ?)", [(unit, f" {lemmatize(unit)[0] or fold(unit)} ") for (unit,) in units]
    )


def _write_pairs(db: sqlite3.Connection) -> None:
    """Write which people and organisations stand in the same articles, twice at least."""
    db.execute("DELETE FROM pairs")
    db.execute(
        f"""CREATE TEMP TABLE both AS
        SELECT article, kind, entity FROM (
          SELECT *, row_number() OVER (PARTITION BY article ORDER BY kind DESC, entity) AS place FROM (
            SELECT DISTINCT article, 'person' AS kind, person AS entity FROM article_people
              JOIN people USING (person) WHERE people.articles >= {LEAST_TOGETHER}
            UNION ALL
            SELECT DISTINCT article, 'organisation', organisation FROM article_organisations
              JOIN organisations USING (organisation) WHERE organisations.articles >= {LEAST_TOGETHER}
          )
        ) WHERE place <= {MOST_PAIRED}"""
    )
    db.execute("CREATE INDEX temp.both_by_article ON both (article)")
    db.execute(
        f"""INSERT INTO pairs
        SELECT a.kind, a.entity, b.kind, b.entity, count(*), min(day), max(day)
        FROM both AS a JOIN both AS b USING (article) JOIN articles USING (article)
        WHERE (a.kind, a.entity) < (b.kind, b.entity)
        GROUP BY 1, 2, 3, 4 HAVING count(*) >= {LEAST_TOGETHER}"""
    )
    db.execute("DROP TABLE both")


def _write_neighbours(db: sqlite3.Connection) -> None:
    """Write who and what is in the articles of the most frequent entities: too many to count while one waits."""
    db.execute("DELETE FROM neighbours")
    for table, column, rows in COUNTED:
        for _, other, other_rows in COUNTED:
            kinds = (column, other)  # the columns are called like the kinds
            db.execute(
                f"""INSERT INTO neighbours SELECT ?, e.{column}, ?, o.{other}, sum(1 - o.again), sum(o.mentions),
                  min(o.published), max(o.published)
                FROM {table} AS e JOIN {rows} AS r ON r.{column} = e.{column} AND NOT r.again
                JOIN {other_rows} AS o ON o.article = r.article
                WHERE e.articles >= {FREQUENT} GROUP BY e.{column}, o.{other}""",
                kinds,
            )
