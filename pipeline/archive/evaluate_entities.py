"""How well the entities of an archive are told apart: B-cubed over gold in which recurring ones have an id.

Steps
    Records are indexed in memory; each gold row is paired with the row of its record that overlaps it best; for
    each gold row with a ``global`` id, precision is the share of rows in its found entity that are of its id,
    recall the share of rows of its id that are in its found entity. A namesake without the id counts against
    precision. A gold row that the record lacks stands alone: it costs recall.
Source
    A. Bagga and B. Baldwin, Entity-based cross-document coreferencing using the vector space model (1998).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.archive.build import index_records
from pipeline.archive.tables import TABLES, rows_of
from pipeline.evaluate import document_name, pair_by_overlap
from pipeline.record import Record

KINDS = ("person", "organisation")


@dataclass(frozen=True, slots=True)
class EntityScore:
    """B-cubed precision and recall over ``gold`` rows, of which ``found`` are in the records."""

    precision: float
    recall: float
    gold: int
    found: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def to_dict(self) -> dict[str, float]:
        """Return the score as JSON values."""
        ratios = {"p": self.precision, "r": self.recall, "f1": self.f1}
        return {k: round(v, 4) for k, v in ratios.items()} | {"gold": self.gold, "found": self.found}


def entity_scores(gold: Mapping[str, Mapping[str, Any]], records: Iterable[Record]) -> dict[str, EntityScore]:
    """Score the entities that the index makes of records against gold tables, by document name.

    Returns scores by figure: ``entities.people``, ``entities.organisations``; a figure without gold is left out.
    """
    if not any(map(_is_of_world, gold.values())):
        return {}
    scores = {}
    for table, items in entity_items(gold, list(records)).items():
        if any(item.true for item in items):
            scores[f"entities.{table}"] = b_cubed(items)
    return scores


@dataclass(frozen=True, slots=True)
class Item:
    """A gold row: its id in the world, if any, and the entity it was given, ``None`` if it was not found."""

    document: str
    name: str
    true: str | None
    given: Hashable | None


def entity_items(gold: Mapping[str, Mapping[str, Any]], records: list[Record]) -> dict[str, list[Item]]:
    """Return the gold rows with what the index made of them, by table.

    Only documents of the shared world count: elsewhere a recurring body would stand without its id.
    """
    db = index_records(records)
    by_name = {document_name(r.to_dict()): r for r in records}
    items: dict[str, list[Item]] = {}
    for kind in KINDS:
        table = TABLES[kind]
        items[table] = []
        given = {
            (article, row): entity
            for article, row, entity in db.execute(
                f"SELECT id, row, {kind} FROM {rows_of(kind)} JOIN articles USING (article)"
            )
        }
        for document, side in gold.items():
            if _is_of_world(side) and document in by_name:
                items[table] += _items(document, side.get(table, []), by_name[document], table, given)
    db.close()
    return items


def _is_of_world(side: Mapping[str, Any]) -> bool:
    return any(row.get("global") for kind in KINDS for row in side.get(TABLES[kind], ()))


def _items(
    document: str,
    rows: list[dict[str, Any]],
    record: Record,
    table: str,
    given: Mapping[tuple[str, int], Hashable],
) -> list[Item]:
    found = [row.model_dump() for row in getattr(record, table)]
    pairs = {j: i for i, j in pair_by_overlap(found, rows, 0.5)}
    return [
        Item(document, row["name"], row.get("global"), given[record.id, pairs[j] + 1] if j in pairs else None)
        for j, row in enumerate(rows)
    ]


def b_cubed(items: list[Item]) -> EntityScore:
    """Score items; those without a true id are not scored, but spoil the entity they were put into."""
    clusters: dict[Hashable, list[str | None]] = defaultdict(list)
    for item in items:
        if item.given is not None:
            clusters[item.given].append(item.true)
    sizes = Counter(item.true for item in items)
    precision = recall = 0.0
    scored = [item for item in items if item.true]
    for item in scored:
        cluster = clusters[item.given] if item.given is not None else [item.true]
        same = cluster.count(item.true)
        precision += same / len(cluster)
        recall += same / sizes[item.true]
    n = len(scored) or 1
    return EntityScore(precision / n, recall / n, len(scored), sum(item.given is not None for item in scored))
