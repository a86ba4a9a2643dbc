"""Agglomerative clustering: join the two likeliest of a block, and again, while a pair scores above zero.

A block of more than ``LARGE`` nodes (a name that thousands of articles have) is first made smaller: each node in
turn is joined to the likeliest of the clusters so far that share a feature with it, if it is sure enough.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Protocol, TypeVar

LARGE = 30  # above it all pairs take too long; the sample archive resolves alike with 10 and with 80
CANDIDATES = 5  # clusters with which a node of a large block is compared
SURE = 0.5


class ClusterNode(Protocol):
    """A cluster of rows; ``keys`` are what a large block is searched by."""

    def keys(self) -> Iterable[Hashable]: ...


Node = TypeVar("Node", bound=ClusterNode)
Score = Callable[[Node, Node], "float | None"]
Join = Callable[[Node, Node, float], Node]


@dataclass(frozen=True, slots=True)
class Merge:
    """Why some rows were given to an entity: with what score, and the evidence in words."""

    rows: tuple[int, ...]
    score: float
    evidence: str


def shared_articles(one: frozenset[str], other: frozenset[str]) -> int:
    """Return how many articles two clusters have in common."""
    return 0 if one.isdisjoint(other) else len(one & other)


def cluster(nodes: Sequence[Node], score: Score[Node], join: Join[Node]) -> list[Node]:
    """Cluster the nodes of a block.

    Args:
        nodes: in an order that does not depend on how they were read: ties go to the earlier ones.
        score: above zero for what is likelier one than two; ``None`` for what cannot be one.
        join: makes one node of two that have that score; may change the first.
    """
    least = SURE
    while len(nodes) > LARGE:
        smaller = _absorb(nodes, score, join, least)
        if len(smaller) == len(nodes) and not least:
            return smaller
        nodes, least = smaller, 0.0
    return _agglomerate(nodes, score, join)


def _absorb(nodes: Sequence[Node], score: Score[Node], join: Join[Node], least: float) -> list[Node]:
    """Join each node in turn to the likeliest cluster before it, if that scores above ``least``."""
    clusters: list[Node] = []
    index: dict[Hashable, set[int]] = defaultdict(set)
    for node in nodes:
        shared: Counter[int] = Counter()
        keys = set(node.keys())
        for key in keys:
            shared.update(index[key])
        candidates = sorted(shared, key=lambda i: (-shared[i], i))[:CANDIDATES]
        scored = [(value, -i) for i in candidates if (value := score(clusters[i], node)) is not None]
        best, place = max(scored, default=(0.0, 0))
        if best > least:
            place = -place
            clusters[place] = join(clusters[place], node, best)
        else:
            place = len(clusters)
            clusters.append(node)
        for key in keys:
            index[key].add(place)
    return clusters


def _agglomerate(nodes: Sequence[Node], score: Score[Node], join: Join[Node]) -> list[Node]:
    """Join the pair with the highest score, and again, until no pair is above zero."""
    live = dict(enumerate(nodes))
    heap: list[tuple[float, int, int]] = []

    def push(i: int, j: int) -> None:
        value = score(live[i], live[j])
        if value is not None and value > 0:
            heappush(heap, (-value, i, j))

    for j in live:
        for i in range(j):
            push(i, j)
    following = len(nodes)
    while heap:
        negative, i, j = heappop(heap)
        if i not in live or j not in live:
            continue
        live[following] = join(live.pop(i), live.pop(j), -negative)
        for k in list(live)[:-1]:
            push(k, following)
        following += 1
    return list(live.values())
