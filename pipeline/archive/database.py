"""Opening an index: to build it, to change it, to read it.

A new index is built under a temporary name and takes its place when it is whole. A change to one that is there
is a single transaction (write-ahead log), so that whoever reads it meanwhile sees the state before, and a run
that is stopped leaves it as it was. Reading never writes.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline.errors import LetopisError

LAYOUT = 7  # raised when the tables change: an index of another layout is built anew
BUILDING = ".building"
CACHE = -64_000  # KiB, of pages
BIG_CACHE = -256_000


class ArchiveError(LetopisError):
    """An index that cannot be opened or written."""


def layout_of(path: Path) -> int | None:
    """Return the layout of the index at a path, ``None`` where there is none; raises on a foreign file."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        with _closing(_connect(path, "ro")) as db:
            row = db.execute("SELECT value FROM meta WHERE key = 'layout'").fetchone()
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"{path}: not an index of Letopis ({error}); choose another --db") from error
    return int(row[0]) if row else None


@contextmanager
def new_index(path: Path) -> Iterator[sqlite3.Connection]:
    """Give an empty index that takes its place at ``path`` when the block ends well."""
    building = path.with_name(path.name + BUILDING)
    _remove_leftover(building)
    db = _connect(building, "rwc")
    try:
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "locking_mode = EXCLUSIVE",
            f"cache_size = {BIG_CACHE}",
        ):
            db.execute(f"PRAGMA {pragma}")
        db.execute("BEGIN EXCLUSIVE")
        create_tables(db)
        yield db
        db.execute("COMMIT")
        db.close()
        _sync(building)
        building.replace(path)
    finally:
        db.close()
        building.unlink(missing_ok=True)


def memory_index() -> sqlite3.Connection:
    """Return an empty index in memory, inside a transaction."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute("BEGIN")
    create_tables(db)
    return db


@contextmanager
def changed_index(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the index at ``path`` for a change that lasts only if the block ends well."""
    db = _connect(path, "rw")
    try:
        with _explained(path):
            db.execute("PRAGMA journal_mode = WAL")
            db.execute(f"PRAGMA cache_size = {BIG_CACHE}")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("BEGIN IMMEDIATE")
        yield db
        db.execute("COMMIT")
        with suppress(sqlite3.OperationalError):  # somebody reads it: the log is taken in when they have gone
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.execute("PRAGMA journal_mode = DELETE")
    finally:
        db.close()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise ArchiveError(f"{path}: another run is writing it; wait for its end") from error
        raise ArchiveError(f"{path}: cannot be written ({error}); check the folder and its rights") from error


def open_index(path: Path | str) -> sqlite3.Connection:
    """Open an index for reading; raises where there is none or it was made by another version."""
    place = Path(path)
    layout = layout_of(place)
    if layout is None:
        raise ArchiveError(f"{place}: no index here; make it: letopis index RESULTS --db {place}")
    if layout != LAYOUT:
        raise ArchiveError(f"{place}: made by another version; make it anew: letopis index RESULTS --db {place}")
    db = _connect(place, "ro")
    db.execute(f"PRAGMA cache_size = {CACHE}")
    db.execute("PRAGMA query_only = ON")
    db.row_factory = sqlite3.Row
    return db


def create_tables(db: sqlite3.Connection) -> None:
    """Create the tables of ``schema.sql``."""
    for statement in _statements((files("pipeline.archive") / "schema.sql").read_text(encoding="utf-8")):
        db.execute(statement)


def create_indexes(db: sqlite3.Connection) -> None:
    """Create the indexes of ``indexes.sql`` that are not there; after the rows are in, which is faster."""
    for statement in _statements((files("pipeline.archive") / "indexes.sql").read_text(encoding="utf-8")):
        db.execute(statement)


def _statements(script: str) -> Iterator[str]:
    """Split a script: ``executescript`` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=10
        )
    except sqlite3.OperationalError as error:
        raise ArchiveError(f"{path}: cannot be opened ({error}); check the folder and its rights") from error


@contextmanager
def _closing(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield db
    finally:
        db.close()


def _remove_leftover(building: Path) -> None:
    """Remove what a stopped build left behind, unless a build that still runs holds it."""
    if not building.exists():
        return
    with _closing(sqlite3.connect(building, timeout=0)) as db:
        try:
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise ArchiveError(f"{building}: another run is building it; wait for its end") from error
        except sqlite3.DatabaseError:
            pass
    building.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def time_limit(db: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Have what a connection does in the block end with an ``ArchiveError`` when it takes longer."""
    stop = time.monotonic() + seconds
    db.set_progress_handler(lambda: int(time.monotonic() > stop), 10_000)
    try:
        yield
    except sqlite3.OperationalError as error:
        if str(error) == "interrupted":
            raise ArchiveError(f"the question took longer than {seconds:g} s; ask for less") from error
        raise
    finally:
        db.set_progress_handler(None, 0)


READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})


def run_sql(db: sqlite3.Connection, statement: str, limit: int, seconds: float = 60) -> tuple[list[str], list[Any]]:
    """Run one SELECT that somebody wrote; returns the names of its columns and at most so many rows.

    Raises ``ArchiveError`` for anything else than reading (no PRAGMA, no ATTACH), for an error in it, and when
    it takes too long.
    """

    def authorize(action: int, one: str | None, *rest: str | None) -> int:
        return sqlite3.SQLITE_OK if action in READS else sqlite3.SQLITE_DENY

    db.set_authorizer(authorize)
    try:
        with time_limit(db, seconds):
            cursor = db.execute(statement)
            return [column[0] for column in cursor.description or ()], cursor.fetchmany(limit)
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        raise ArchiveError(f"SQL: {error}; the tables are described in pipeline/archive/SCHEMA.md") from error
    finally:
        db.set_authorizer(None)
