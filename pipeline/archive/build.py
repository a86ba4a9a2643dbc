"""Building the index: results in, a database with the entities of the whole archive out.

Steps
    ``sync_articles`` brings in what is new; when anything changed, the entities (people, organisations, cities,
    events of the whole archive) are worked out anew from all rows, so that an index that grew bit by bit equals
    one that was built at once; then names and counts.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from pipeline._version import __version__
from pipeline.archive.corrections import Corrections, read_corrections
from pipeline.archive.counts import count_entities
from pipeline.archive.database import LAYOUT, changed_index, create_indexes, layout_of, memory_index, new_index
from pipeline.archive.entities import resolve_entities
from pipeline.archive.results import Reprint, Results, Shard, open_results
from pipeline.archive.sync import Changes, sync_articles
from pipeline.record import Record


@dataclass(slots=True)
class BuildReport:
    """What a build did: articles, seconds by step, and what was odd about the corrections."""

    changes: Changes
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def build_index(
    results: Path | str,
    db: Path | str,
    *,
    corrections: Path | None = None,
    rebuild: bool = False,
    progress: Callable[[int], None] = lambda count: None,
) -> BuildReport:
    """Bring the index at ``db`` to the state of a results folder; make it where there is none.

    Args:
        results: what «letopis extract» wrote.
        corrections: a file of merges, splits and renames (see ``pipeline.archive.corrections``).
        rebuild: make it from nothing even where it could be brought up to date.
        progress: called with the number of articles read since the last call.

    Raises:
        LetopisError: the results cannot be read, or the index cannot be written; it is left as it was.
    """
    source, place = open_results(results), Path(db)
    wanted = read_corrections(corrections) if corrections else Corrections()
    fresh = rebuild or layout_of(place) != LAYOUT
    with (new_index if fresh else changed_index)(place) as connection:
        return fill_index(connection, source, wanted, progress)


def fill_index(
    db: sqlite3.Connection,
    results: Results,
    corrections: Corrections,
    progress: Callable[[int], None] = lambda count: None,
) -> BuildReport:
    """Bring an open index, inside a transaction, to the state of ``results``."""
    clock = _Clock()
    report = BuildReport(sync_articles(db, results, progress))
    clock.mark(report, "articles")
    create_indexes(db)
    clock.mark(report, "indexes")
    if report.changes.any or _meta(db, "corrections") != corrections.digest:
        report.warnings = resolve_entities(db, corrections)
        clock.mark(report, "entities")
        count_entities(db)
        clock.mark(report, "counts")
        db.execute("ANALYZE")
    _write_meta(db, corrections)
    return report


def index_records(records: list[Record]) -> sqlite3.Connection:
    """Return an index in memory of some records."""
    db = memory_index()
    fill_index(db, _InMemory(records), Corrections())
    db.execute("COMMIT")
    return db


class _InMemory:
    """Records as results."""

    def __init__(self, records: list[Record]) -> None:
        self._records = records

    def shards(self) -> list[Shard]:
        return [Shard("memory", sha256(repr([r.id for r in self._records]).encode()).hexdigest())]

    def lines(self, shard: Shard) -> Iterator[bytes]:
        return (record.to_json().encode() for record in self._records)

    def reprints(self) -> Iterator[Reprint]:
        return iter(())


class _Clock:
    """Notes how long each step took."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def mark(self, report: BuildReport, step: str) -> None:
        now = time.perf_counter()
        report.seconds[step], self._last = now - self._last, now


def _meta(db: sqlite3.Connection, key: str) -> str | None:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def _write_meta(db: sqlite3.Connection, corrections: Corrections) -> None:
    first, last = db.execute("SELECT min(day), max(day) FROM articles").fetchone()
    values = {
        "layout": str(LAYOUT),
        "version": __version__,
        "corrections": corrections.digest,
        "articles": str(db.execute("SELECT count(*) FROM articles").fetchone()[0]),
        "reprints": str(db.execute("SELECT count(*) FROM reprints").fetchone()[0]),
        "first_day": first or "",
        "last_day": last or "",
    }
    db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
