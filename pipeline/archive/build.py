"""Building the index: results in, a database with the entities of the whole archive out.

Steps
    ``sync_articles`` brings in what is new; then the entities (people, organisations, cities, events of the whole
    archive) are worked out: after a small change those of the names that it touches, else all; then indexes,
    names and counts. When more than a twentieth of the articles has changed since all were worked out, they are
    again, so that an index that grew bit by bit equals one that was built at once, but for the latest few.
"""

from __future__ import annotations

import gc
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from pipeline._version import __version__
from pipeline.archive.corrections import Corrections, read_corrections
from pipeline.archive.counts import count_entities
from pipeline.archive.database import LAYOUT, changed_index, create_indexes, layout_of, memory_index, new_index
from pipeline.archive.entities import resolve_entities
from pipeline.archive.results import Reprint, Results, Shard, open_results
from pipeline.archive.sync import FEW, Changes, sync_articles
from pipeline.record import Record

MANY = 1000  # articles of an archive of which only what changed is worked out


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
    with (new_index if fresh else changed_index)(place) as connection, _no_collection():
        return fill_index(connection, source, wanted, progress)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Have Python not look for cycles among millions of rows: none are there, and looking takes an eighth more."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


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
    changed = report.changes.any or _meta(db, "corrections") != corrections.digest
    if changed:
        few = _are_few(db, report.changes) and _meta(db, "corrections") == corrections.digest
        resolution = resolve_entities(db, corrections, report.changes.lost if few else None)
        report.warnings = resolution.warnings
        clock.mark(report, "entities")
        _note_resolution(db, report.changes, whole=not few)
    create_indexes(db)
    clock.mark(report, "indexes")
    if changed:
        count_entities(db, resolution.changed if few else None)
        clock.mark(report, "counts")
        if not few:
            db.execute("ANALYZE")
    _write_meta(db, corrections)
    return report


def index_records(records: list[Record]) -> sqlite3.Connection:
    """Return an index in memory of some records."""
    db = memory_index()
    fill_index(db, _InMemory(records), Corrections())
    db.execute("COMMIT")
    return db


def _are_few(db: sqlite3.Connection, changes: Changes) -> bool:
    """Tell whether few articles changed since all entities were worked out: then only some are, anew.

    How rare each surrounding is shifts little with them, so that the others would come out the same; in a small
    archive it shifts more, and all is worked out in seconds.
    """
    articles, before = (int(_meta(db, key) or 0) for key in ("articles", "changed_since_resolution"))
    return articles >= MANY and before + changes.added + changes.changed + changes.removed <= FEW * articles


def _note_resolution(db: sqlite3.Connection, changes: Changes, *, whole: bool) -> None:
    before = 0 if whole else int(_meta(db, "changed_since_resolution") or 0)
    since = 0 if whole else before + changes.added + changes.changed + changes.removed
    db.execute("INSERT OR REPLACE INTO meta VALUES ('changed_since_resolution', ?)", (str(since),))


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
