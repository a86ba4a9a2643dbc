"""What stands around an entity, and how like two such surroundings are.

A profile counts, for each aspect (organisations, cities, words of posts …), in how many articles of an entity a
feature stands. Likeness is the cosine of two such counts, each feature weighted by how rare it is in the
archive (inverse document frequency), so that a village in common says more than Москва.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import log, sqrt

Feature = Hashable
Features = tuple[tuple[Feature, ...], ...]  # of one row: for each aspect, each feature once
LEAST_WEIGHT = 0.05


def count_features(rows: Iterable[Features], aspects: int) -> list[Counter[Feature]]:
    """Return in how many rows each feature stands, by aspect."""
    totals: list[Counter[Feature]] = [Counter() for _ in range(aspects)]
    for row in rows:
        for total, features in zip(totals, row, strict=True):
            total.update(features)
    return totals


class Rarity:
    """How rare each feature of each aspect is: 1 for what stands in one row, near 0 for what is everywhere.

    Args:
        totals: in how many rows each feature stands, by aspect.
        articles: of the whole archive.
    """

    def __init__(self, totals: Iterable[Mapping[Feature, int]], articles: int) -> None:
        scale = log(articles + 2)
        self.squares: list[dict[Feature, float]] = [
            _Squares((f, max(LEAST_WEIGHT, log((articles + 2) / n) / scale) ** 2) for f, n in total.items())
            for total in totals
        ]


class _Squares(dict[Feature, float]):
    """Squares of weights; what was not counted is taken for what stands in one row."""

    def __missing__(self, feature: Feature) -> float:
        return 1.0


class Profile:
    """The counts of an entity by aspect, which grow as rows are joined to it."""

    __slots__ = ("_rarity", "counts", "norms")

    def __init__(self, rows: Iterable[Features], rarity: Rarity) -> None:
        self._rarity = rarity
        self.counts: list[dict[Feature, int]] = [
            Counter(f for features in aspect for f in features) for aspect in zip(*rows, strict=True)
        ]
        self.norms = [
            sum(n * n * squares[f] for f, n in counts.items())
            for counts, squares in zip(self.counts, rarity.squares, strict=True)
        ]

    def discard(self, aspect: int, unwanted: Iterable[Feature]) -> None:
        """Leave features out."""
        squares = self._rarity.squares[aspect]
        for feature in unwanted:
            self.norms[aspect] -= self.counts[aspect].pop(feature) ** 2 * squares[feature]

    def absorb(self, other: Profile) -> None:
        """Add the counts of another profile."""
        for aspect, (mine, theirs) in enumerate(zip(self.counts, other.counts, strict=True)):
            squares = self._rarity.squares[aspect]
            for feature, n in theirs.items():
                before = mine.get(feature, 0)
                mine[feature] = before + n
                self.norms[aspect] += n * (2 * before + n) * squares[feature]

    def likeness(self, other: Profile, weights: Sequence[tuple[float, float]]) -> float:
        """Return the sum of the weighted cosines of the aspects.

        Args:
            weights: of each aspect, and what is taken off where both have something of it, but nothing in common.
        """
        total = 0.0
        for one, two, norm, other_norm, squares, (weight, clash) in zip(
            self.counts, other.counts, self.norms, other.norms, self._rarity.squares, weights, strict=True
        ):
            if not one or not two:
                continue
            few, many = (one, two) if len(one) <= len(two) else (two, one)
            dot = 0.0
            for feature in few:
                if feature in many:
                    dot += few[feature] * many[feature] * squares[feature]
            total += weight * dot / sqrt(norm * other_norm) if dot else -clash
        return total

    def differs(self, other: Profile, aspect: int) -> bool:
        """Tell whether both have something of an aspect, but nothing in common."""
        one, two = self.counts[aspect], other.counts[aspect]
        return bool(one) and bool(two) and one.keys().isdisjoint(two)

    def shared(self, other: Profile, aspect: int, most: int = 3) -> Sequence[Feature]:
        """Return the rarest features in common, for the evidence of a merge."""
        squares = self._rarity.squares[aspect]
        few, many = sorted((self.counts[aspect], other.counts[aspect]), key=len)
        common = [f for f in few if f in many]
        return sorted(common, key=lambda f: (-squares[f], str(f)))[:most]
