"""Bringing the articles of an index to the state of a results folder: what is new in, what is gone out.

Steps
    Shards are compared by digest; of a shard that is new or changed each line is compared by digest, so that
    an article is read again only when its record differs. Articles of shards that changed or are gone, and
    that no line names any more, are removed with all their rows.
    The full-text index keeps no texts and cannot forget an article; numbers of articles are never used twice,
    so what it still says of removed ones finds nothing. When too much of it is such, it is written anew.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from pipeline.archive.losses import Losses
from pipeline.archive.regions import RegionFacts, known_regions
from pipeline.archive.results import Results, Shard, parse_record
from pipeline.archive.rows import INSERTS, Rows, record_rows
from pipeline.archive.slugs import named_id, slug
from pipeline.archive.words import lemmatize
from pipeline.record import Record

FEW = 0.05  # of the articles: so many may change before all entities are worked out anew
BATCH = 500  # records whose rows are written together
MOST_DEAD = 0.25  # of the full-text index, before it is written anew

Progress = Callable[[int], None]


@dataclass(slots=True)
class Changes:
    """How many articles were added, changed and removed, and how many stayed as they were in what was read.

    ``lost`` tells what the changed and removed ones took with them.
    """

    lost: Losses
    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0

    @property
    def any(self) -> bool:
        """Whether the articles of the index are other than before."""
        return bool(self.added or self.changed or self.removed)


def sync_articles(db: sqlite3.Connection, results: Results, progress: Progress) -> Changes:
    """Bring the articles to the state of ``results``; ``progress`` is called with 1 for each one read."""
    _set_search_memory(db, MUCH_MEMORY)
    articles = db.execute("SELECT count(*) FROM articles").fetchone()[0]
    changes = Changes(Losses(most=int(FEW * articles)))
    writer = _Writer(db, changes)
    known = {path: (shard, digest) for shard, path, digest in db.execute("SELECT shard, path, digest FROM shards")}
    shards = results.shards()
    stale = [s for s in shards if s.name in known and known[s.name][1] != s.digest]
    gone = known.keys() - {s.name for s in shards}
    db.execute("CREATE TEMP TABLE unseen (article INTEGER PRIMARY KEY)")
    for name in [*gone, *(s.name for s in stale)]:
        db.execute("INSERT INTO unseen SELECT article FROM articles WHERE shard = ?", (known[name][0],))
    for shard in shards:
        if known.get(shard.name, (0, ""))[1] != shard.digest:
            _read_shard(db, results, shard, writer, changes, progress)
    writer.flush()
    changes.removed = delete_articles(db, "article IN (SELECT article FROM unseen)", (), changes)
    db.executemany("DELETE FROM shards WHERE path = ?", [(name,) for name in gone])
    db.execute("DROP TABLE unseen")
    _write_reprints(db, results)
    _tidy_search(db)
    _set_search_memory(db, USUAL_MEMORY)
    return changes


def _read_shard(
    db: sqlite3.Connection, results: Results, shard: Shard, writer: _Writer, changes: Changes, progress: Progress
) -> None:
    db.execute(
        "INSERT INTO shards (path, digest) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET digest = excluded.digest",
        (shard.name, shard.digest),
    )
    number = db.execute("SELECT shard FROM shards WHERE path = ?", (shard.name,)).fetchone()[0]
    for line in results.lines(shard):
        _take_line(db, line, number, shard.name, writer, changes)
        progress(1)


def _take_line(
    db: sqlite3.Connection, line: bytes, shard: int, place: str, writer: _Writer, changes: Changes
) -> None:
    digest = blake2b(line, digest_size=16).digest()
    same = writer.known.get(digest)
    if same is not None:
        db.execute("UPDATE articles SET shard = ? WHERE article = ?", (shard, same))
        db.execute("DELETE FROM unseen WHERE article = ?", (same,))
        changes.same += 1
        return
    record = parse_record(line, place)
    if writer.replace(record):
        changes.changed += 1
    else:
        changes.added += 1
    writer.add(record, shard, digest, line)


def delete_articles(db: sqlite3.Connection, condition: str, values: tuple[Any, ...], changes: Changes) -> int:
    """Delete articles with all their rows, and note whose rows these were; returns how many articles it were."""
    numbers = [row[0] for row in db.execute(f"SELECT article FROM articles WHERE {condition}", values)]
    for number in numbers:
        changes.lost.note(db, number)
        db.execute("DELETE FROM articles WHERE article = ?", (number,))
    return len(numbers)


class _Writer:
    """Writes records as rows, many at a time; ``known`` are the articles that were there, by digest."""

    def __init__(self, db: sqlite3.Connection, changes: Changes) -> None:
        self._db, self._changes = db, changes
        self.known: dict[bytes, int] = dict(db.execute("SELECT digest, article FROM articles"))
        self._rows: Rows = defaultdict(list)
        self._waiting: set[str] = set()
        self._regions = {name for (name,) in db.execute("SELECT name FROM regions")}
        self._countries = {name for (name,) in db.execute("SELECT name FROM countries")}
        self._article, self._topic = _last_number(db, "articles"), _last_number(db, "topics")

    def replace(self, record: Record) -> bool:
        """Take out the article with the id of a record; tells whether there was one."""
        if record.id in self._waiting:
            self.flush()
        return bool(delete_articles(self._db, "id = ?", (record.id,), self._changes))

    def add(self, record: Record, shard: int, digest: bytes, line: bytes) -> None:
        """Write a record at the next flush."""
        self._article += 1
        for table, rows in record_rows(record, self._article, shard, digest, self._topic + 1, line).items():
            self._rows[table] += rows
        self._add_search_rows(record)
        self._topic += len(record.session_topics)
        self._waiting.add(record.id)
        if len(self._waiting) >= BATCH:
            self.flush()

    def _add_search_rows(self, record: Record) -> None:
        article = self._rows["articles"][-1]
        topics = [(t.title, "; ".join(t.keywords)) for t in record.session_topics]
        self._rows["articles_fts"].append(
            article_words(article[0], article[4], [t for t, _ in topics], record.text)
        )
        self._rows["topics_fts"] += [topic_words(self._topic + i, *topic) for i, topic in enumerate(topics, 1)]

    def flush(self) -> None:
        """Write the rows that wait."""
        self._name_regions()
        self._name_countries()
        for table, statement in (INSERTS | SEARCH_INSERTS).items():
            self._db.executemany(statement, self._rows[table])
        self._rows.clear()
        self._waiting.clear()

    def _name_regions(self) -> None:
        new = {row[-1] for row in self._rows["article_regions"]} - self._regions
        facts = known_regions()
        self._db.executemany(
            "INSERT INTO regions (id, name, code, kind, district) VALUES (?, ?, ?, ?, ?)",
            [
                (slug(name) if name in facts else named_id(name), name, *facts.get(name, RegionFacts()))
                for name in sorted(new)
            ],
        )
        self._regions |= new

    def _name_countries(self) -> None:
        new = {row[-1] for row in self._rows["article_countries"]} - self._countries
        self._db.executemany(
            "INSERT INTO countries (id, name) VALUES (?, ?)", [(named_id(name), name) for name in sorted(new)]
        )
        self._countries |= new


def _last_number(db: sqlite3.Connection, table: str) -> int:
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return row[0] if row else 0


# -- full text --------------------------------------------------------------------------------------------------

MUCH_MEMORY, USUAL_MEMORY = 64 << 20, 1 << 20  # bytes; the second is that of SQLite
SEARCH_INSERTS = {
    "articles_fts": "INSERT INTO articles_fts (rowid, title, topics, text, also) VALUES (?, ?, ?, ?, ?)",
    "topics_fts": "INSERT INTO topics_fts (rowid, title, keywords, also) VALUES (?, ?, ?, ?)",
}


def _set_search_memory(db: sqlite3.Connection, size: int) -> None:
    """Set how much of the full-text index is gathered in memory before it is written: less merging later."""
    for table in SEARCH_INSERTS:
        db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', ?)", (size,))


def article_words(article: int, title: str, topics: list[str], text: str) -> tuple[Any, ...]:
    """Return the row of the full-text index for an article."""
    parts = [lemmatize(part) for part in (title, " . ".join(topics), text)]
    return (article, *(main for main, _ in parts), _joined(other for _, other in parts))


def topic_words(topic: int, title: str, keywords: str) -> tuple[Any, ...]:
    """Return the row of the full-text index for a session topic."""
    parts = [lemmatize(title), lemmatize(keywords)]
    return (topic, *(main for main, _ in parts), _joined(other for _, other in parts))


def _joined(parts: Any) -> str:
    return " ".join(filter(None, parts))


def _tidy_search(db: sqlite3.Connection) -> None:
    """Write the full-text index anew when too much of it is of articles that are gone."""
    live = db.execute("SELECT count(*) FROM articles").fetchone()[0]
    indexed = db.execute("SELECT count(*) FROM articles_fts_docsize").fetchone()[0]
    if indexed - live <= MOST_DEAD * live + BATCH:
        return
    for table in SEARCH_INSERTS:
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
    topics = defaultdict(list)
    for article, title in db.execute("SELECT article, title FROM topics ORDER BY topic"):
        topics[article].append(title)
    articles = db.execute("SELECT article, title, text FROM articles JOIN article_texts USING (article)")
    rows = (article_words(article, title, topics[article], text) for article, title, text in articles)
    db.executemany(SEARCH_INSERTS["articles_fts"], rows)
    found = db.execute("SELECT topic, title, keywords FROM topics")
    db.executemany(SEARCH_INSERTS["topics_fts"], (topic_words(*row) for row in found))


def _write_reprints(db: sqlite3.Connection, results: Results) -> None:
    db.execute("DELETE FROM reprints")
    db.executemany(
        """INSERT INTO reprints (id, article, title, url, path, day)
        SELECT ?, article, ?, ?, ?, ? FROM articles WHERE id = ?""",
        ((r.id, r.title, r.url, r.path, r.day, r.duplicate_of) for r in results.reprints()),
    )
    db.execute(
        """UPDATE articles SET reprints = n FROM (
          SELECT article, (SELECT count(*) FROM reprints WHERE reprints.article = a.article) AS n FROM articles AS a
        ) AS counted WHERE counted.article = articles.article AND reprints != n"""
    )
