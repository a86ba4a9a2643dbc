"""The rows of a table of the articles, block by block: a block holds what may be one entity.

An archive has more rows than should be in memory at once. So the rows are read twice: first to learn the block of
each (the surname of a person), then block after block.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

BITS = 20  # of a place, for the row


class Blocks:
    """Where the rows of each block stand; ``touched`` are the blocks that have to be worked out anew.

    Args:
        lost: entities that lost rows since they were worked out.
    """

    def __init__(self, lost: Collection[int] = ()) -> None:
        self._places: dict[Hashable, array[int]] = {}
        self._touched: set[Hashable] = set()
        self._lost = lost

    def add(self, key: Hashable, article: int, row: int, entity: int | None) -> None:
        """Note that a row, which is of ``entity`` so far, belongs to a block."""
        places = self._places.get(key)
        if places is None:
            places = self._places[key] = array("q")
        places.append(article << BITS | row)
        if entity is None or entity in self._lost:
            self._touched.add(key)

    def join(self, roots: Mapping[str, str]) -> None:
        """Make one block of those whose keys have one root."""
        joined: dict[Hashable, array[int]] = {}
        for key, places in self._places.items():
            joined.setdefault(roots[str(key)], array("q")).extend(places)
        self._places = joined
        self._touched = {roots[str(key)] for key in self._touched}

    def read(self, db: sqlite3.Connection, table: str, columns: str, *, every: bool) -> Iterator[list[Any]]:
        """Yield the rows of each block, or of each one that was touched, as article, row, and other columns."""
        keys = self._places.keys() if every else self._touched
        db.execute(
            "CREATE TEMP TABLE block_rows (nth INTEGER PRIMARY KEY, block INTEGER, article INTEGER, row INTEGER)"
        )
        db.executemany("INSERT INTO block_rows (block, article, row) VALUES (?, ?, ?)", self._numbered(keys))
        rows = db.execute(
            f"""SELECT block, article, row, {columns} FROM block_rows CROSS JOIN {table} USING (article, row)
            ORDER BY nth"""
        )
        for _, group in groupby(rows, itemgetter(0)):
            yield [row[1:] for row in group]
        db.execute("DROP TABLE block_rows")

    def _numbered(self, keys: Iterable[Hashable]) -> Iterator[tuple[int, int, int]]:
        for number, key in enumerate(sorted(keys, key=str)):
            for place in self._places[key]:
                yield number, place >> BITS, place & (1 << BITS) - 1
