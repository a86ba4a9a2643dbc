"""Applying corrections to the clusters that the resolution found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.archive.corrections import Corrections, Split
from pipeline.archive.entity_tables import Cluster, EntityKind
from pipeline.archive.slugs import anchor_of
from pipeline.archive.words import words


def apply_corrections(
    kind: EntityKind, clusters: list[Cluster], corrections: Corrections, articles: Mapping[str, int]
) -> tuple[list[Cluster], list[str]]:
    """Apply what a file says of one kind: splits, then merges, then renames.

    Args:
        articles: the number of each article by its id and by its path.

    Returns the clusters, and what could not be applied, in words.
    """
    warnings: list[str] = []
    for split in corrections.splits:
        if split.kind == kind.kind:
            clusters, warning = _split(clusters, split, articles)
            warnings += warning
    for merge in corrections.merges:
        if merge.kind == kind.kind:
            index = _Index(kind, clusters)
            found = [index.find(reference, merge.place, warnings) for reference in merge.of]
            wanted = list(dict.fromkeys(i for i in found if i is not None))
            clusters = _merge(clusters, wanted, merge.name) if wanted else clusters
    for rename in corrections.renames:
        if rename.kind == kind.kind:
            chosen = _Index(kind, clusters).find(rename.of, rename.place, warnings)
            if chosen is not None:
                clusters[chosen] = Cluster(clusters[chosen].members, rename.name)
    return clusters, warnings


class _Index:
    """Clusters by their ids, and by the anchors and names of their members."""

    def __init__(self, kind: EntityKind, clusters: Sequence[Cluster]) -> None:
        self._clusters = clusters
        self._ids: dict[str, int] = {}
        self._names: dict[str, set[int]] = defaultdict(set)
        for i, cluster in enumerate(clusters):
            self._ids[kind.id_of(cluster)] = i
            for name in {cluster.name or "", *(m.name for m in cluster.members)} - {""}:
                self._names[_folded(name)].add(i)

    def find(self, reference: str, place: str, warnings: list[str]) -> int | None:
        """Return the cluster that an id or a name means; else says in ``warnings`` why there is none."""
        if reference in self._ids:
            return self._ids[reference]
        digits = anchor_of(reference)
        if digits:
            for i, cluster in enumerate(self._clusters):
                if any(m.anchor == digits for m in cluster.members):
                    return i
        named = self._names.get(_folded(reference), set())
        if len(named) == 1:
            return min(named)
        problem = f"{len(named)} bear the name, use an id" if named else "nobody in this archive"
        warnings.append(f"{place}: «{reference}»: {problem}")
        return None


def _folded(name: str) -> str:
    return " ".join(words(name))


def _merge(clusters: list[Cluster], wanted: Sequence[int], name: str | None) -> list[Cluster]:
    members = sorted((m for i in wanted for m in clusters[i].members), key=lambda m: m.key)
    named = name or next((clusters[i].name for i in wanted if clusters[i].name), None)
    kept = [cluster for i, cluster in enumerate(clusters) if i not in wanted]
    return [*kept, Cluster(members, named)]


def _split(clusters: list[Cluster], split: Split, articles: Mapping[str, int]) -> tuple[list[Cluster], list[str]]:
    warnings = [f"{split.place}: «{a}»: no such article" for a in sorted(split.articles) if a not in articles]
    wanted = {articles[a] for a in split.articles if a in articles}
    bearers = [
        i
        for i, cluster in enumerate(clusters)
        if any(m.article in wanted for m in cluster.members) and _is_meant(cluster, split.of)
    ]
    if not bearers:
        return clusters, [*warnings, f"{split.place}: «{split.of}»: nobody of that name in these articles"]
    found = []
    for i, cluster in enumerate(clusters):
        if i not in bearers:
            found.append(cluster)
            continue
        parts = (
            [m for m in cluster.members if m.article not in wanted],
            [m for m in cluster.members if m.article in wanted],
        )
        found += [Cluster(parts[0], cluster.name)] if parts[0] else []
        found.append(Cluster(parts[1], split.name))
    return found, warnings


def _is_meant(cluster: Cluster, reference: str) -> bool:
    digits, folded = anchor_of(reference), _folded(reference)
    return any((digits and m.anchor == digits) or _folded(m.name) == folded for m in cluster.members)
