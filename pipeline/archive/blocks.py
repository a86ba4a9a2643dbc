"""The rows of a table of the articles, block by block: a block holds what may be one entity.

An archive has more rows than should be in memory at once. So the rows are read twice: first to learn the block of
each (the surname of a person), then block after block.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from pipeline.archive.entity_tables import EntityKind

BITS = 20  # of a place, for the row


class Blocks:
    """Where the rows of each block stand, and which blocks have to be worked out.

    ``lost`` are the entities that lost rows since they were worked out.
    """

    def __init__(self, kind: EntityKind, lost: set[int]) -> None:
        self._kind = kind
        self._places: dict[Hashable, array[int]] = {}
        self._touched: set[Hashable] = set()
        self._anew: set[Hashable] = set()
        self.lost = lost
        self._sizes: Counter[int] = Counter()

    def add(self, key: Hashable, article: int, row: int, entity: int | None) -> None:
        """Note that a row, which is of ``entity`` so far, belongs to a block."""
        places = self._places.get(key)
        if places is None:
            places = self._places[key] = array("q")
        places.append(article << BITS | row)
        if entity is None or entity in self.lost:
            self._touched.add(key)
        if entity is not None:
            self._sizes[entity] += 1

    def has(self, entity: int, count: int) -> bool:
        """Tell whether an entity had so many rows when it was worked out, and still has them."""
        return self._sizes[entity] == count and entity not in self.lost

    def join(self, roots: Mapping[Any, Hashable]) -> None:
        """Make one block of those whose keys have one root."""
        joined: dict[Hashable, array[int]] = {}
        for key, places in self._places.items():
            joined.setdefault(roots[key], array("q")).extend(places)
        self._places = joined
        self._touched = {roots[key] for key in self._touched}

    def touch(self, keys: Iterable[Hashable], most: int | None = None) -> None:
        """Have blocks worked out anew, or those of at most so many rows."""
        self._anew.update(key for key in keys if most is None or len(self._places[key]) <= most)

    def read(self, db: sqlite3.Connection, columns: str, *, every: bool) -> Iterator[tuple[bool, list[Any]]]:
        """Yield the blocks to be worked out, or every one: whether anew; rows of article, row, entity, others."""
        keys = self._places.keys() if every else self._touched | self._anew
        ordered = sorted(keys, key=str)
        db.execute(
            "CREATE TEMP TABLE block_rows (nth INTEGER PRIMARY KEY, block INTEGER, article INTEGER, row INTEGER)"
        )
        db.executemany("INSERT INTO block_rows (block, article, row) VALUES (?, ?, ?)", self._numbered(ordered))
        rows = db.execute(
            f"""SELECT block, article, row, {self._kind.kind}, {columns}
            FROM block_rows CROSS JOIN {self._kind.rows} USING (article, row) ORDER BY nth"""
        )
        for number, group in groupby(rows, itemgetter(0)):
            yield every or ordered[number] in self._anew, [row[1:] for row in group]
        db.execute("DROP TABLE block_rows")

    def _numbered(self, keys: Iterable[Hashable]) -> Iterator[tuple[int, int, int]]:
        for number, key in enumerate(keys):
            for place in self._places[key]:
                yield number, place >> BITS, place & (1 << BITS) - 1
