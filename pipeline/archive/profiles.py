"""What stands around an entity, and how like two such surroundings are.

A profile counts, for each aspect (organisations, cities, words of posts …), in how many articles of an entity a
feature stands. Likeness is the cosine of two such counts, each feature weighted by how rare it is in the
archive (inverse document frequency), so that a village in common says more than Москва.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log, sqrt

Feature = Hashable
Features = tuple[tuple[Feature, ...], ...]  # of one row: for each aspect, each feature once
Profile = tuple[Counter[Feature], ...]  # of an entity, in the same order of aspects


def profile_of(rows: Iterable[Features]) -> Profile:
    """Count the features of the rows of one entity."""
    return tuple(Counter(chain.from_iterable(aspect)) for aspect in zip(*rows, strict=True))


def add_profiles(one: Profile, other: Profile) -> Profile:
    """Return the profile of two entities that are one."""
    return tuple(a + b for a, b in zip(one, other, strict=True))


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare each feature of each aspect is: 1 for what stands in one article, near 0 for what is everywhere."""

    weights: tuple[Mapping[Feature, float], ...]

    @classmethod
    def count(cls, rows: Iterable[Features], aspects: int, articles: int) -> Rarity:
        """Count over all rows of an archive with so many articles."""
        totals: tuple[Counter[Feature], ...] = tuple(Counter() for _ in range(aspects))
        for row in rows:
            for total, features in zip(totals, row, strict=True):
                total.update(features)
        scale = log(articles + 2)
        return cls(
            tuple({f: max(0.05, log((articles + 2) / n) / scale) for f, n in total.items()} for total in totals)
        )

    def likeness(self, aspect: int, one: Counter[Feature], other: Counter[Feature]) -> float | None:
        """Return the weighted cosine of two counts, ``None`` where one is empty."""
        if not one or not other:
            return None
        if len(one) > len(other):
            one, other = other, one
        weights = self.weights[aspect]
        dot = sum(n * other[f] * weights[f] ** 2 for f, n in one.items() if f in other)
        return dot / (_norm(one, weights) * _norm(other, weights)) if dot else 0.0

    def shared(self, aspect: int, one: Counter[Feature], other: Counter[Feature], most: int = 3) -> list[Feature]:
        """Return the rarest features in common, for the evidence of a merge."""
        common: Sequence[Feature] = [f for f in one if f in other]
        return sorted(common, key=lambda f: (-self.weights[aspect][f], str(f)))[:most]


def _norm(features: Counter[Feature], weights: Mapping[Feature, float]) -> float:
    return sqrt(sum((n * weights[f]) ** 2 for f, n in features.items()))
