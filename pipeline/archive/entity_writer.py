"""Entities as rows: ids, names and facts are chosen, and what changed is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pipeline.archive.blocks import Blocks
from pipeline.archive.clusters import Merge
from pipeline.archive.correcting import apply_corrections
from pipeline.archive.corrections import Corrections
from pipeline.archive.entity_tables import Cluster, EntityKind, Member

BATCH = 5000  # rows that are written together


class EntityWriter:
    """Writes the entities of one kind, cluster by cluster, and why each row was given to its entity.

    Where corrections speak of the kind, clusters wait until all are known.

    Args:
        articles: the number of each article by its id and by its path.
        before: tells what each entity had: what has just these rows is left as it is; ``None``: all is written.

    ``changed`` are the entities that got rows or lost them, ``renamed`` those that have another name now, ``moved``
    the articles of rows that are of another one now.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        kind: EntityKind,
        corrections: Corrections,
        articles: Mapping[str, int],
        before: Blocks | None = None,
    ) -> None:
        self.changed: set[int] = set()
        self.renamed: set[int] = set()
        self.moved: set[int] = set()
        self._before = before
        self._db, self._kind, self._corrections, self._articles = db, kind, corrections, articles
        self._known: dict[str, int] = dict(db.execute(f"SELECT id, {kind.kind} FROM {kind.table}"))
        self._names: dict[int, str] = dict(db.execute(f"SELECT {kind.kind}, name FROM {kind.table}"))
        self._following = max(self._known.values(), default=0) + 1
        self._waiting: list[Cluster] | None = [] if corrections.about(kind.kind) else None
        self._entities: list[tuple[Any, ...]] = []
        self._rows: list[tuple[int, int, int, int]] = []
        self._reasons: list[tuple[Any, ...]] = []
        self.warnings: list[str] = []

    def add(
        self,
        members: Sequence[Member],
        groups: Iterable[Sequence[int]],
        merges: Iterable[Merge] | None = None,
        settled: Collection[int] = (),
    ) -> None:
        """Take the entities of a block.

        Args:
            groups: the members of each as indexes.
            merges: why they were joined; that of ``settled`` ones is known.
        """
        changed = [group for group in groups if not self._is_there(members, group)]
        if merges is not None:
            self._add_reasons(members, merges, {i for group in changed for i in group}.difference(settled))
        clusters = [Cluster(sorted((members[i] for i in group), key=lambda m: m.key)) for group in changed]
        if self._waiting is not None:
            self._waiting += clusters
            return
        for cluster in clusters:
            self._take(cluster)

    def _is_there(self, members: Sequence[Member], group: Sequence[int]) -> bool:
        """Tell whether an entity has just these rows already."""
        first = members[group[0]].entity
        if self._before is None or first is None or not self._before.has(first, len(group)):
            return False
        return all(members[i].entity == first for i in group)

    def finish(self) -> None:
        """Write what waits, and take out entities that have no rows any more."""
        if self._waiting is not None:
            clusters, self.warnings = apply_corrections(
                self._kind, self._waiting, self._corrections, self._articles
            )
            for cluster in clusters:
                self._take(cluster)
        self._flush()
        kind = self._kind
        self._db.execute(f"DELETE FROM {kind.table} WHERE {kind.kind} NOT IN (SELECT {kind.kind} FROM {kind.rows})")

    def _add_reasons(self, members: Sequence[Member], merges: Iterable[Merge], wanted: Iterable[int]) -> None:
        """The first reason of a row counts; one without is the first of its entity."""
        reasons: dict[int, tuple[float, str]] = {}
        for merge in merges:
            for i in merge.rows:
                reasons.setdefault(i, (round(merge.score, 3), merge.evidence))
        self._reasons += (
            (members[i].article, self._kind.kind, members[i].row, members[i].anchor, *reasons.get(i, (0.0, "")))
            for i in wanted
        )

    def _take(self, cluster: Cluster) -> None:
        kind = self._kind
        name = kind.name_of(cluster)
        id_ = kind.make_id(name, cluster.members)
        number = self._known.get(id_)
        if number is None:
            number, self._following = self._following, self._following + 1
        self._entities.append((number, id_, name, *kind.facts(cluster.members, name).values()))
        if self._names.get(number) != name:
            self.renamed.add(number)
        self.changed |= {number, *(m.entity for m in cluster.members if m.entity is not None)}
        self.moved.update(m.article for m in cluster.members if m.entity is not None and m.entity != number)
        seen = set()
        for article, row in sorted((m.article, m.row) for m in cluster.members):
            self._rows.append((number, int(article in seen), article, row))
            seen.add(article)
        if len(self._rows) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        kind = self._kind
        columns = ("id", "name", *kind.columns)
        values = ", ".join("?" * (len(columns) + 1))
        updates = ", ".join(f"{column} = excluded.{column}" for column in columns)
        changed = " OR ".join(f"{column} IS NOT excluded.{column}" for column in columns)
        self._db.executemany(
            f"INSERT INTO {kind.table} ({kind.kind}, {', '.join(columns)}) VALUES ({values})"
            f" ON CONFLICT ({kind.kind}) DO UPDATE SET {updates} WHERE {changed}",
            self._entities,
        )
        self._db.executemany(
            f"""UPDATE {kind.rows} SET {kind.kind} = ?1, again = ?2 WHERE article = ?3 AND row = ?4
            AND ({kind.kind} IS NOT ?1 OR again != ?2)""",
            self._rows,
        )
        self._db.executemany(
            """INSERT INTO merges (article, kind, row, anchor, score, evidence) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET score = excluded.score, evidence = excluded.evidence
            WHERE score != excluded.score OR evidence != excluded.evidence""",
            self._reasons,
        )
        for waiting in (self._entities, self._rows, self._reasons):
            waiting.clear()
