"""Which people and organisations stand in the same articles, twice at least.

Steps
    Pairs are numbers, a part at a time where there are very many: sorted, equal ones are counted. Of an article
    that names many, only some are paired: a list of all members of a union says little.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

MOST_PAIRED = 30  # entities of one article
LEAST_TOGETHER = 2
BITS = 40  # of a code, for the number of an entity; the one above tells the kind
PART = 20_000_000  # pairs that are sorted at a time
KINDS = ("organisation", "person")
NO_DAY = -1
Numbers = NDArray[np.int64]


def write_pairs(db: sqlite3.Connection) -> None:
    """Bring the table of pairs up to date."""
    days = [day for (day,) in db.execute("SELECT DISTINCT day FROM articles WHERE day IS NOT NULL ORDER BY day")]
    articles, entities = _read(db)
    known, codes = np.unique(entities, return_inverse=True)
    names = [(KINDS[code >> BITS], code & (1 << BITS) - 1) for code in known.tolist()]
    parts = 1 + int(np.square(np.unique(articles, return_counts=True)[1]).sum()) // 2 // PART
    db.execute("CREATE TEMP TABLE paired AS SELECT * FROM pairs LIMIT 0")
    db.execute("CREATE UNIQUE INDEX temp.paired_by_entity ON paired (kind, entity, other_kind, other)")
    for part in range(parts):
        counted = _count(*_pairs(articles, codes, _days(db, days), part, parts))
        db.executemany(
            "INSERT INTO paired VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (*names[one], *names[other], n, *((days[first], days[last]) if last != NO_DAY else (None, None)))
                for one, other, n, first, last in zip(*(column.tolist() for column in counted), strict=True)
            ),
        )
    db.execute(
        """DELETE FROM pairs WHERE NOT EXISTS (SELECT 1 FROM paired AS p WHERE p.kind = pairs.kind
        AND p.entity = pairs.entity AND p.other_kind = pairs.other_kind AND p.other = pairs.other)"""
    )
    db.execute(
        """INSERT INTO pairs SELECT * FROM paired WHERE true ON CONFLICT DO UPDATE SET
        articles = excluded.articles, first_day = excluded.first_day, last_day = excluded.last_day
        WHERE (articles, first_day, last_day) IS NOT (excluded.articles, excluded.first_day, excluded.last_day)"""
    )
    db.execute("DROP TABLE paired")


def _read(db: sqlite3.Connection) -> tuple[Numbers, Numbers]:
    """Return the articles of entities with several, and these: a bit for the kind, and the number."""
    found = []
    for bit, kind, table in ((1, "person", "people"), (0, "organisation", "organisations")):
        rows = db.execute(
            f"""SELECT article, {kind} FROM article_{table} JOIN {table} USING ({kind})
            WHERE NOT again AND {table}.articles >= {LEAST_TOGETHER} ORDER BY article, {kind}"""
        )
        numbers = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 2)
        numbers[:, 1] |= bit << BITS
        found.append(numbers)
    every = np.concatenate(found)
    every = every[np.argsort(every[:, 0], kind="stable")]
    places = np.arange(len(every)) - np.searchsorted(every[:, 0], every[:, 0])
    every = every[places < MOST_PAIRED]
    return every[:, 0], every[:, 1]


def _days(db: sqlite3.Connection, days: Sequence[str]) -> Numbers:
    """Return the place in ``days`` of the day of each article."""
    places = {day: i for i, day in enumerate(days)}
    articles = db.execute("SELECT article, day FROM articles ORDER BY article").fetchall()
    found = np.full(articles[-1][0] + 1 if articles else 0, NO_DAY, dtype=np.int64)
    for article, day in articles:
        found[article] = places.get(day, NO_DAY)
    return found


def _pairs(articles: Numbers, codes: Numbers, days: Numbers, part: int, parts: int) -> tuple[Numbers, Numbers]:
    """Return the pairs of all articles, or a part, as numbers of 32 bits for each side, and their days."""
    _, starts, sizes = np.unique(articles, return_index=True, return_counts=True)
    pairs, published = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for size in np.unique(sizes[sizes > 1]).tolist():
        rows = starts[sizes == size][:, None] + np.arange(size)
        ones, others = np.triu_indices(size, 1)
        one, other = codes[rows[:, ones]], codes[rows[:, others]]
        low, high = np.minimum(one, other), np.maximum(one, other)
        wanted = low % parts == part
        pairs.append((low << 32 | high)[wanted])
        published.append(np.broadcast_to(days[articles[rows[:, :1]]], low.shape)[wanted])
    return np.concatenate(pairs), np.concatenate(published)


def _count(pairs: Numbers, days: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    """Return the pairs of several articles: one, other, how many, first and last day."""
    order = np.argsort(pairs, kind="stable")
    pairs, days = pairs[order], days[order]
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    counts = np.diff(starts, append=len(pairs))
    if not len(starts):
        return starts, starts, starts, starts, starts
    first = np.minimum.reduceat(np.where(days == NO_DAY, np.iinfo(np.int64).max, days), starts)
    last = np.maximum.reduceat(days, starts)
    kept = counts >= LEAST_TOGETHER
    found = pairs[starts[kept]]
    return found >> 32, found & (1 << 32) - 1, counts[kept], first[kept], last[kept]
