"""How rare what stands around people and organisations is, kept in the index between runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from pipeline.archive.losses import Losses
from pipeline.archive.profiles import Feature, Rarity, count_features


def rarity_of(
    db: sqlite3.Connection, kind: str, aspects: int, articles: int, rows: Iterable[Any], lost: Losses | None
) -> Rarity:
    """Return how rare the features of a kind of entities are, and keep it.

    Args:
        rows: the features of all rows, or, where ``lost`` is given, of those that are new.
    """
    totals = count_features(rows, aspects)
    if lost is None:
        db.execute("DELETE FROM surroundings WHERE kind = ?", (kind,))
    else:
        for (of, aspect, feature), n in lost.features.items():
            if of == kind:
                totals[aspect][feature] -= n
    db.executemany(
        "INSERT INTO surroundings VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows",
        ((kind, aspect, f, n) for aspect, total in enumerate(totals) for f, n in total.items() if n),
    )
    if lost is None:
        return Rarity(totals, articles)
    db.execute("DELETE FROM surroundings WHERE rows <= 0")
    kept: list[dict[Feature, int]] = [{} for _ in range(aspects)]
    for aspect, feature, n in db.execute("SELECT aspect, feature, rows FROM surroundings WHERE kind = ?", (kind,)):
        kept[aspect][feature] = n
    return Rarity(kept, articles)
