"""The manifest of a data set: what was read, with what, and where each record is; an SQLite file.

The manifest is the truth about the shards: a shard counts from the transaction that names it. All writing of
a run happens in one transaction per shard, so that after a crash the manifest tells exactly the records of
the last whole shard; articles that were under way are rows without a place, which ``recover`` takes out.

Tables
    files      every file read: size, time stamp, digest, whether it need not be read again while unchanged
    articles   every article: its source, fingerprint, and either shard and line of its record or what it
               is a duplicate of
    shards     the files of records, with size and digest
    problems   what failed or was odd: the rows of ``errors.jsonl``
    makers     version, models and options that made records
    runs       each run with its counts
    bands, signatures   the index of near duplicates (see ``duplicates.py``)
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import LetopisError
from pipeline.ingest import FileEnd, SourceError
from pipeline.ingest.files import SourceFile, printable

LAYOUT = 1  # raised when the tables change
PAGE_OF_FILES = 1000
BUSY_SECONDS = 60

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE makers (number INTEGER PRIMARY KEY, digest TEXT UNIQUE, version TEXT, models TEXT, options TEXT);
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER, stamp TEXT, sha256 TEXT, maker INTEGER REFERENCES makers,
    whole INTEGER, since TEXT
) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, source TEXT UNIQUE, file TEXT, fingerprint BLOB, text_hash BLOB,
    maker INTEGER REFERENCES makers, seen INTEGER, shard INTEGER REFERENCES shards, line INTEGER,
    published TEXT, url TEXT, title TEXT, duplicate_of INTEGER REFERENCES articles, similarity REAL
);
CREATE INDEX articles_by_file ON articles (file);
CREATE INDEX articles_by_text ON articles (text_hash);
CREATE INDEX articles_by_place ON articles (shard, line);
CREATE INDEX duplicates_of ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE TABLE shards (number INTEGER PRIMARY KEY, name TEXT UNIQUE, records INTEGER, bytes INTEGER, sha256 TEXT);
CREATE TABLE problems (
    file TEXT, source TEXT, level TEXT, place TEXT, seen TEXT, advice TEXT
);
CREATE INDEX problems_by_file ON problems (file);
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, started TEXT, ended TEXT, state TEXT, maker INTEGER, sources TEXT, counts TEXT
);
CREATE TABLE signatures (article INTEGER PRIMARY KEY, hashes BLOB, numbers TEXT, published TEXT);
CREATE TABLE bands (band INTEGER, article INTEGER, PRIMARY KEY (band, article)) WITHOUT ROWID;
CREATE INDEX bands_by_article ON bands (article);
"""
LISTING = """
CREATE TEMP TABLE listing (number INTEGER PRIMARY KEY, path TEXT UNIQUE, raw BLOB, size INTEGER, stamp TEXT)
"""
# A file to read: new, changed, not read to its end, or (unless only changes are asked for) read by another maker.
PENDING = """
    (files.path IS NULL OR files.size != listing.size OR files.stamp != listing.stamp OR NOT files.whole
     OR (files.since IS NOT NULL AND files.since > :since) OR (files.maker != :maker AND NOT :only_changed))
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What the manifest knows of an article; ``seen`` is the last pass over the sources that met it."""

    number: int
    id: str
    source: str
    file: str
    fingerprint: bytes
    text_hash: bytes | None
    maker: int
    seen: int
    shard: int | None
    duplicate_of: int | None


KNOWN = ", ".join(Known.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do, in files and bytes."""

    new: int
    changed: int
    unchanged: int
    gone: int
    bytes: int

    @property
    def pending(self) -> int:
        """Files to read."""
        return self.new + self.changed


class Manifest:
    """The manifest at a path, made if it is not there.

    One process writes it (the run holds a lock); others read it with ``read_only`` while it does. They too open
    it for writing where they may: what a killed run left half done is rolled back by whoever comes first.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path, self._read_only = path, read_only
        self.released = 0  # duplicates whose files are to be read again
        mode = "rwc" if not read_only else "rw" if os.access(path, os.W_OK) else "ro"
        address = f"{path.absolute().as_uri()}?mode={mode}"
        self.db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("PRAGMA temp_store = FILE")
        if self.scalar("SELECT count(*) FROM sqlite_schema") == 0 and not read_only:
            self.db.executescript(f"BEGIN; {SCHEMA} INSERT INTO meta VALUES ('layout', '{LAYOUT}'); COMMIT")
        layout = self.scalar("SELECT value FROM meta WHERE key = 'layout'")
        if layout != str(LAYOUT):
            raise LetopisError(f"{path}: written by another version (layout {layout}); choose a new folder")

    def scalar(self, query: str, *values: Any) -> Any:
        """The first value of the first row, or ``None``."""
        row = self.db.execute(query, values).fetchone()
        return row[0] if row else None

    def rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query; a reader takes them all at once, not to keep the writer waiting."""
        found = self.db.execute(query, values)
        return iter(found.fetchall()) if self._read_only else iter(found)

    def begin(self) -> None:
        """Open the transaction in which all writing happens until ``commit``."""
        self.db.execute("BEGIN")

    def commit(self) -> None:
        """Make everything since ``begin`` last; the next transaction is open after it."""
        self.db.execute("COMMIT")
        self.begin()

    def close(self) -> None:
        """Let go of what was not committed."""
        self.db.close()

    # -- before and after a run --------------------------------------------------------------------------------

    def recover(self) -> None:
        """Take out the articles that were under way when an earlier run was stopped."""
        for (number,) in self.db.execute(
            "SELECT number FROM articles WHERE shard IS NULL AND duplicate_of IS NULL"
        ).fetchall():
            self.remove(number)
        self.db.execute("UPDATE runs SET state = 'stopped' WHERE state = 'running'")

    def maker(self, digest: str, version: str, models: str, options: str) -> int:
        """The number of what makes records now."""
        values = (digest, version, models, options)
        self.db.execute(
            "INSERT OR IGNORE INTO makers (digest, version, models, options) VALUES (?, ?, ?, ?)", values
        )
        number: int = self.scalar("SELECT number FROM makers WHERE digest = ?", digest)
        return number

    def next_turn(self) -> int:
        """The number of a new pass over the sources."""
        turn = 1 + int(self.scalar("SELECT value FROM meta WHERE key = 'turn'") or 0)
        self.db.execute("INSERT OR REPLACE INTO meta VALUES ('turn', ?)", (str(turn),))
        return turn

    def start_run(self, started: str, maker: int, sources: str) -> int:
        """Note that a run begins; returns its number."""
        row = (started, "running", maker, sources)
        cursor = self.db.execute("INSERT INTO runs (started, state, maker, sources) VALUES (?, ?, ?, ?)", row)
        return int(cursor.lastrowid or 0)

    def end_run(self, run: int, ended: str, state: str, counts: str) -> None:
        """Note how a run ended."""
        self.db.execute(
            "UPDATE runs SET ended = ?, state = ?, counts = ? WHERE number = ?", (ended, state, counts, run)
        )

    # -- files -------------------------------------------------------------------------------------------------

    def list_files(self, files: Iterable[SourceFile]) -> None:
        """Take in the files that are there now, for this run only."""
        self.db.execute("DROP TABLE IF EXISTS temp.listing")
        self.db.execute(LISTING)
        self.db.executemany(
            "INSERT OR IGNORE INTO listing (path, raw, size, stamp) VALUES (?, ?, ?, ?)",
            ((printable(f.path), f.path.encode("utf-8", "surrogateescape"), f.size, f.stamp) for f in files),
        )

    def plan(self, maker: int, *, only_changed: bool, since: str | None, gone: int) -> Plan:
        """Count what is to be read."""
        row = self.db.execute(
            f"""SELECT count(*) FILTER (WHERE files.path IS NULL),
                count(*) FILTER (WHERE files.path IS NOT NULL AND {PENDING}),
                count(*) FILTER (WHERE NOT {PENDING}), sum(listing.size) FILTER (WHERE {PENDING})
            FROM listing LEFT JOIN files USING (path)""",
            {"maker": maker, "only_changed": only_changed, "since": since or ""},
        ).fetchone()
        return Plan(row[0], row[1], row[2], gone, row[3] or 0)

    def pending_files(self, maker: int, *, only_changed: bool, since: str | None) -> Iterator[tuple[str, int, str]]:
        """The files to read, in the order of the listing: raw path, size, stamp."""
        values = {"maker": maker, "only_changed": only_changed, "since": since or "", "last": 0}
        while page := self.db.execute(
            f"""SELECT listing.number, listing.raw, listing.size, listing.stamp
            FROM listing LEFT JOIN files USING (path) WHERE listing.number > :last AND {PENDING}
            ORDER BY listing.number LIMIT {PAGE_OF_FILES}""",
            values,
        ).fetchall():
            for number, raw, size, stamp in page:
                values["last"] = number
                yield raw.decode("utf-8", "surrogateescape"), size, stamp

    def gone_files(self, roots: Iterable[str], hidden: Iterable[str]) -> list[str]:
        """Files read earlier under the roots of this run that are there no more; ``hidden`` could not be listed."""
        below = tuple(root.rstrip("/") + "/" for root in roots)
        unseen = tuple(folder.rstrip("/") + "/" for folder in hidden)
        missing = self.db.execute("SELECT path FROM files WHERE path NOT IN (SELECT path FROM listing)")
        return [path for (path,) in missing if path.startswith(below) and not path.startswith(unseen)]

    def forget_file(self, path: str) -> int:
        """Take out a file with its articles and problems; returns how many articles."""
        numbers = self.db.execute("SELECT number FROM articles WHERE file = ?", (path,)).fetchall()
        for (number,) in numbers:
            self.remove(number)
        self.db.execute("DELETE FROM problems WHERE file = ?", (path,))
        self.db.execute("DELETE FROM files WHERE path = ?", (path,))
        return len(numbers)

    def start_file(self, path: str) -> None:
        """A file is about to be read: its earlier problems are no more known."""
        self.db.execute("DELETE FROM problems WHERE file = ?", (printable(path),))

    def end_file(self, end: FileEnd, maker: int, since: str | None) -> None:
        """Note that a file was read to its end."""
        row = (printable(end.file), end.size, end.stamp, end.sha256, maker, end.whole, since)
        self.db.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def remove_unseen(self, file: str, turn: int) -> int:
        """Take out the articles of a file that were not in it any more; returns how many."""
        query = "SELECT number FROM articles WHERE file = ? AND seen != ?"
        numbers = self.db.execute(query, (printable(file), turn)).fetchall()
        for (number,) in numbers:
            self.remove(number)
        return len(numbers)

    def reopen_files_with_problems(self) -> None:
        """Have the files in which something failed read again."""
        self.db.execute(
            "UPDATE files SET whole = 0 WHERE path IN (SELECT file FROM problems WHERE level = 'error')"
        )

    # -- articles ----------------------------------------------------------------------------------------------

    def by_source(self, source: str) -> Known | None:
        """What is known of the article of a source."""
        return self._known("source = ?", source)

    def source_of_id(self, article_id: str) -> str | None:
        """The source of the article that has an id."""
        source: str | None = self.scalar("SELECT source FROM articles WHERE id = ?", article_id)
        return source

    def same_text(self, text_hash: bytes, but: int) -> int | None:
        """The number of the article, itself no duplicate, with the same text."""
        query = "SELECT number FROM articles WHERE text_hash = ? AND duplicate_of IS NULL AND number != ?"
        number: int | None = self.scalar(query, text_hash, but)
        return number

    def add_article(self, article_id: str, source: str, file: str, turn: int) -> int:
        """Enter an article that is under way; returns its number."""
        row = (article_id, source, file, turn)
        cursor = self.db.execute("INSERT INTO articles (id, source, file, seen) VALUES (?, ?, ?, ?)", row)
        return int(cursor.lastrowid or 0)

    def update_article(self, number: int, **values: Any) -> None:
        """Set columns of an article."""
        names = ", ".join(f"{name} = ?" for name in values)
        self.db.execute(f"UPDATE articles SET {names} WHERE number = ?", (*values.values(), number))

    def remove(self, number: int) -> None:
        """Take out an article; the duplicates that pointed to it are read anew."""
        self.release(number)
        self.unindex(number)
        self.db.execute("DELETE FROM articles WHERE number = ?", (number,))

    def release(self, number: int) -> None:
        """Forget the duplicates of an article and have their files read again: they may be duplicates no more."""
        for duplicate, file in self.db.execute(
            "SELECT number, file FROM articles WHERE duplicate_of = ?", (number,)
        ).fetchall():
            self.db.execute("UPDATE files SET whole = 0 WHERE path = ?", (file,))
            self.db.execute("DELETE FROM articles WHERE number = ?", (duplicate,))
            self.released += 1

    def unindex(self, number: int) -> None:
        """Take an article out of the index of near duplicates."""
        self.db.execute("DELETE FROM bands WHERE article = ?", (number,))
        self.db.execute("DELETE FROM signatures WHERE article = ?", (number,))

    def _known(self, condition: str, value: Any) -> Known | None:
        row = self.db.execute(f"SELECT {KNOWN} FROM articles WHERE {condition}", (value,)).fetchone()
        return Known(*row) if row else None

    # -- problems ----------------------------------------------------------------------------------------------

    def add_problem(self, problem: SourceError) -> None:
        """Note what failed or was odd."""
        names = (printable(problem.file), printable(problem.source))
        row = (*names, problem.level, problem.where, printable(problem.seen), problem.advice)
        self.db.execute("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?)", row)

    def problems(self) -> Iterator[SourceError]:
        """All that failed or was odd, as it stands now."""
        query = "SELECT file, source, seen, advice, place, level FROM problems ORDER BY rowid"
        return (SourceError(*row) for row in self.rows(query))
