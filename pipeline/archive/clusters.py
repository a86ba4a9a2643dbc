"""Clustering the rows of a block: agglomerative, the likeliest two joined first, while a pair scores above zero.

Steps
    Rows that are equal without thought make the first nodes. A block of more than ``LARGE`` nodes (a name that
    thousands of articles have) is made smaller: each node in turn is joined to the likeliest of the clusters so
    far that share a feature with it, if it is sure enough. Then the two likeliest are joined, and again.
    ``settle`` gives a few new rows of a large block to the clusters that are there, each to the likeliest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Generic, Protocol, TypeVar

LARGE = 30  # above it all pairs take too long; the sample archive resolves alike with 10 and with 80
CANDIDATES = 5  # clusters with which a node of a large block is compared
SURE = 0.5
LOOKED_AT = 100  # rows of a cluster, the latest, to which new ones are compared


class ClusterNode(Protocol):
    """A cluster of rows; ``keys`` are what a large block is searched by."""

    @property
    def rows(self) -> tuple[int, ...]: ...
    def keys(self) -> Iterable[Hashable]: ...


Node = TypeVar("Node", bound=ClusterNode)


@dataclass(frozen=True, slots=True)
class Merge:
    """Why some rows were given to an entity: with what score, and the evidence in words."""

    rows: tuple[int, ...]
    score: float
    evidence: str


class Resolver(Protocol[Node]):
    """What is known of the rows of a block, which it numbers from 0; notes in ``merges`` why it joins."""

    merges: list[Merge]

    def first_key(self, i: int) -> Hashable:
        """Return what rows have equal that are one without thought."""

    def sameness(self, i: int) -> tuple[float, str]:
        """Return the score and the evidence of rows with the first key of one."""

    def row_keys(self, i: int) -> Iterable[Hashable]:
        """Return the keys of a node of one row."""

    def node(self, group: Sequence[int]) -> Node:
        """Make a node of rows."""

    def score(self, one: Node, other: Node) -> float | None:
        """Return above zero for what is likelier one than two; ``None`` for what cannot be one."""

    def join(self, one: Node, other: Node, score: float) -> Node:
        """Make one node of two that have that score; may change the first."""


def shared_articles(one: frozenset[str], other: frozenset[str]) -> int:
    """Return how many articles two clusters have in common."""
    return 0 if one.isdisjoint(other) else len(one & other)


def resolve(resolver: Resolver[Node], count: int) -> list[tuple[int, ...]]:
    """Cluster all rows of a block; returns the rows of each cluster.

    Rows should come in an order that does not depend on how they were read: ties go to the earlier ones.
    """
    nodes = [resolver.node(group) for group in _first_groups(resolver, range(count)).values()]
    least = SURE
    while len(nodes) > LARGE:
        smaller = _absorb(nodes, resolver, least, _Clusters())
        done = len(smaller) == len(nodes) and not least
        nodes, least = smaller, 0.0
        if done:
            break
    else:
        nodes = _agglomerate(nodes, resolver)
    return [node.rows for node in nodes]


def settle(resolver: Resolver[Node], known: Sequence[Sequence[int]], new: Iterable[int]) -> list[tuple[int, ...]]:
    """Give new rows to known clusters, or make new ones of them; returns the rows of all."""
    places: dict[Hashable, int] = {}
    clusters: _Clusters[Node] = _Clusters()
    for place, rows in enumerate(known):
        clusters.nodes.append(None)
        for i in rows:
            places.setdefault(resolver.first_key(i), place)
            for key in resolver.row_keys(i):
                clusters.index[key].add(place)
    grown: dict[int, list[int]] = defaultdict(list)
    nodes = []
    for key, group in _first_groups(resolver, new).items():
        if key in places:
            grown[places[key]] += group
            resolver.merges.append(Merge(tuple(group), *resolver.sameness(group[0])))
        else:
            nodes.append(resolver.node(group))
    clusters.build = lambda place: resolver.node([*known[place][-LOOKED_AT:], *grown.get(place, ())])
    _absorb(nodes, resolver, 0.0, clusters)
    return [
        tuple({*(known[place] if place < len(known) else ()), *grown.get(place, ()), *(node.rows if node else ())})
        for place, node in enumerate(clusters.nodes)
    ]


def _first_groups(resolver: Resolver[Node], rows: Iterable[int]) -> dict[Hashable, list[int]]:
    """Put together the rows that are one without thought."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for i in rows:
        groups[resolver.first_key(i)].append(i)
    resolver.merges += (
        Merge(tuple(group), *resolver.sameness(group[0])) for group in groups.values() if len(group) > 1
    )
    return groups


class _Clusters(Generic[Node]):
    """Clusters that nodes are joined to; ``None`` for one that is built when it is looked at."""

    def __init__(self) -> None:
        self.nodes: list[Node | None] = []
        self.index: dict[Hashable, set[int]] = defaultdict(set)
        self.build: Callable[[int], Node]

    def get(self, place: int) -> Node:
        node = self.nodes[place]
        if node is None:
            node = self.nodes[place] = self.build(place)
        return node


def _absorb(nodes: Sequence[Node], resolver: Resolver[Node], least: float, clusters: _Clusters[Node]) -> list[Node]:
    """Join each node in turn to the likeliest cluster before it, if that scores above ``least``."""
    for node in nodes:
        shared: Counter[int] = Counter()
        keys = set(node.keys())
        for key in keys:
            shared.update(clusters.index[key])
        scored = [
            (value, -i) for i in _likest(shared) if (value := resolver.score(clusters.get(i), node)) is not None
        ]
        best, place = max(scored, default=(0.0, 0))
        if best > least:
            place = -place
            clusters.nodes[place] = resolver.join(clusters.get(place), node, best)
        else:
            place = len(clusters.nodes)
            clusters.nodes.append(node)
        for key in keys:
            clusters.index[key].add(place)
    return [node for node in clusters.nodes if node is not None]


def _likest(shared: Mapping[int, int]) -> list[int]:
    """Return the few clusters that share most with a node, of equals the earlier."""
    if len(shared) > CANDIDATES:
        bar = sorted(shared.values())[-CANDIDATES]
        shared = {i: n for i, n in shared.items() if n >= bar}
    return sorted(shared, key=lambda i: (-shared[i], i))[:CANDIDATES]


def _agglomerate(nodes: Sequence[Node], resolver: Resolver[Node]) -> list[Node]:
    """Join the pair with the highest score, and again, until no pair is above zero."""
    live = dict(enumerate(nodes))
    heap: list[tuple[float, int, int]] = []

    def push(i: int, j: int) -> None:
        value = resolver.score(live[i], live[j])
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
        live[following] = resolver.join(live.pop(i), live.pop(j), -negative)
        for k in list(live)[:-1]:
            push(k, following)
        following += 1
    return list(live.values())
