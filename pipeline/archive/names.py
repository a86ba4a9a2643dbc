"""The names of entities as they stand in the articles, and the words and lemmas by which each is found."""

from __future__ import annotations

import sqlite3

from pipeline.archive.tables import TABLES, rows_of
from pipeline.archive.words import lemmatize, words


def write_names(db: sqlite3.Connection, *, every: bool) -> None:
    """Bring the names of all entities, or of those of the table ``touched`` (and of regions), up to date."""
    if every:
        db.execute("DELETE FROM entity_names")
        db.execute("INSERT INTO names_fts (names_fts) VALUES ('delete-all')")
    db.execute(
        """CREATE TEMP TABLE named (
          kind TEXT, entity INTEGER, name TEXT, articles INTEGER, PRIMARY KEY (kind, entity, name)
        ) WITHOUT ROWID"""
    )
    for kind, table in TABLES.items():
        resolved = kind != "region"  # of regions articles say no names of their own
        among = "true" if every or not resolved else f"{kind} IN (SELECT entity FROM touched WHERE kind = '{kind}')"
        if resolved:
            db.execute(
                f"""INSERT INTO named SELECT '{kind}', {kind}, name, count(DISTINCT article)
                FROM {rows_of(kind)} WHERE {among} GROUP BY {kind}, name"""
            )
        db.execute(f"INSERT OR IGNORE INTO named SELECT '{kind}', {kind}, name, 0 FROM {table} WHERE {among}")
    _forget(db)
    db.execute(
        """UPDATE entity_names SET articles = n.articles FROM named AS n WHERE n.kind = entity_names.kind
        AND n.entity = entity_names.entity AND n.name = entity_names.name AND n.articles != entity_names.articles"""
    )
    new = db.execute(
        """INSERT INTO entity_names (kind, entity, name, articles)
        SELECT kind, entity, name, articles FROM named EXCEPT SELECT kind, entity, name, articles FROM entity_names
        RETURNING name_key, name"""
    ).fetchall()
    db.executemany("INSERT INTO names_fts (rowid, words, lemmas) VALUES (?, ?, ?)", map(_name_words, new))
    db.execute("DROP TABLE named")


def _forget(db: sqlite3.Connection) -> None:
    """Take out names of touched entities that nothing is called by any more."""
    gone = db.execute(
        """SELECT e.name_key, e.name FROM (
          SELECT kind, entity FROM touched UNION ALL SELECT 'region', entity FROM entity_names WHERE kind = 'region'
        ) AS t CROSS JOIN entity_names AS e USING (kind, entity) LEFT JOIN named AS n USING (kind, entity, name)
        WHERE n.articles IS NULL GROUP BY e.name_key"""
    ).fetchall()
    db.executemany(
        "INSERT INTO names_fts (names_fts, rowid, words, lemmas) VALUES ('delete', ?, ?, ?)", map(_name_words, gone)
    )
    db.executemany("DELETE FROM entity_names WHERE name_key = ?", ((key,) for key, _ in gone))


def _name_words(row: tuple[int, str]) -> tuple[int, str, str]:
    key, name = row
    lemmas, others = lemmatize(name)
    return key, " ".join(words(name)), f"{lemmas} {others}"
