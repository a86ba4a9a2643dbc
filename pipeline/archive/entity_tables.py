"""Entities as rows: ids, names and facts are chosen, and what changed is written."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.archive.clusters import Merge
from pipeline.archive.slugs import anchor, slug

Facts = Callable[[Sequence["Member"], str], dict[str, Any]]  # columns of an entity, by its rows and name


@dataclass(frozen=True, slots=True)
class Member:
    """A row of an article that belongs to an entity; ``values`` are the columns that its facts are made of."""

    article: int
    row: int
    key: tuple[str, str, int]  # day, id of the article, row
    name: str
    values: tuple[Any, ...] = ()

    @property
    def anchor(self) -> str:
        """The digits under which it can be named."""
        return anchor(self.key[1], self.row)


@dataclass(slots=True)
class Cluster:
    """The rows of one entity, the earliest first; ``name`` where a correction gives one."""

    members: list[Member]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class EntityKind:
    """How one kind of entity is kept."""

    kind: str  # person
    table: str  # people
    column: str  # person
    rows: str  # article_people
    choose_name: Callable[[Sequence[str]], str]
    facts: Facts
    make_id: Callable[[str, Sequence[Member]], str] = lambda name, members: f"{slug(name)}-{members[0].anchor}"

    def name_of(self, cluster: Cluster) -> str:
        """Return what an entity is called."""
        return cluster.name or self.choose_name([member.name for member in cluster.members])

    def id_of(self, cluster: Cluster) -> str:
        """Return the id of an entity."""
        return self.make_id(self.name_of(cluster), cluster.members)


def write_entities(
    db: sqlite3.Connection, kind: EntityKind, clusters: Iterable[Cluster]
) -> dict[tuple[int, int], int]:
    """Write the entities of a kind; returns the number of the entity of each row, by article and row."""
    known: dict[str, int] = dict(db.execute(f"SELECT id, {kind.column} FROM {kind.table}"))
    following = max(known.values(), default=0) + 1
    owners: dict[tuple[int, int], int] = {}
    kept = set()
    for cluster in clusters:
        name, id_ = kind.name_of(cluster), kind.id_of(cluster)
        number = known.get(id_, following)
        following += number == following
        kept.add(number)
        _write_entity(db, kind, number, {"id": id_, "name": name, **kind.facts(cluster.members, name)})
        owners.update({(m.article, m.row): number for m in cluster.members})
    _point_rows(db, kind, owners)
    gone = [(number,) for number in known.values() if number not in kept]
    db.executemany(f"DELETE FROM {kind.table} WHERE {kind.column} = ?", gone)
    return owners


def _write_entity(db: sqlite3.Connection, kind: EntityKind, number: int, values: dict[str, Any]) -> None:
    columns = list(values)
    marks = ", ".join("?" * len(columns))
    updates = ", ".join(f"{column} = excluded.{column}" for column in columns)
    changed = " OR ".join(f"{column} IS NOT excluded.{column}" for column in columns)
    db.execute(
        f"INSERT INTO {kind.table} ({kind.column}, {', '.join(columns)}) VALUES (?, {marks})"
        f" ON CONFLICT ({kind.column}) DO UPDATE SET {updates} WHERE {changed}",
        (number, *values.values()),
    )


def _point_rows(db: sqlite3.Connection, kind: EntityKind, owners: dict[tuple[int, int], int]) -> None:
    """Have the rows of the articles point to their entities, where they do not."""
    seen: set[tuple[int, int]] = set()
    changed = []
    for a, r, owner, again in db.execute(
        f"SELECT article, row, {kind.column}, again FROM {kind.rows} ORDER BY 1, 2"
    ):
        new = owners[a, r]
        is_again = int((a, new) in seen)
        seen.add((a, new))
        if (owner, again) != (new, is_again):
            changed.append((new, is_again, a, r))
    db.executemany(f"UPDATE {kind.rows} SET {kind.column} = ?, again = ? WHERE article = ? AND row = ?", changed)


def write_merges(db: sqlite3.Connection, kind: str, members: Sequence[Member], merges: Iterable[Merge]) -> None:
    """Write why each row was given to its entity; the first reason counts, a row without one is the first."""
    reasons: dict[int, tuple[float, str]] = {}
    for merge in merges:
        for i in merge.rows:
            reasons.setdefault(i, (round(merge.score, 3), merge.evidence))
    db.execute("DELETE FROM merges WHERE kind = ?", (kind,))
    db.executemany(
        "INSERT INTO merges (kind, article, row, anchor, score, evidence) VALUES (?, ?, ?, ?, ?, ?)",
        ((kind, m.article, m.row, m.anchor, *reasons.get(i, (0.0, ""))) for i, m in enumerate(members)),
    )


def most_common(names: Iterable[str]) -> str:
    """Return the most frequent name, of equals the longest."""
    return max(Counter(names).items(), key=lambda pair: (pair[1], len(pair[0]), pair[0]))[0]


def fullest_common(names: Iterable[str], least: float = 0.15) -> str:
    """Return the longest of the names that are not much rarer than the most frequent one."""
    counted = Counter(names)
    bar = max(counted.values()) * least
    return max(
        (name for name, n in counted.items() if n >= bar), key=lambda name: (len(name.split()), len(name), name)
    )
