"""Agglomerative clustering: join the two likeliest of a block, and again, while a pair scores above zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TypeVar

Node = TypeVar("Node")


@dataclass(frozen=True, slots=True)
class Merge:
    """Why some rows were given to an entity: with what score, and the evidence in words."""

    rows: tuple[int, ...]
    score: float
    evidence: str


def agglomerate(
    nodes: Sequence[Node],
    score: Callable[[Node, Node], float | None],
    join: Callable[[Node, Node, float], Node],
) -> list[Node]:
    """Cluster the nodes of a block; each step joins the pair with the highest score.

    Args:
        nodes: in an order that does not depend on how they were read: ties go to the earlier ones.
        score: above zero for what is likelier one than two; ``None`` for what cannot be one.
        join: makes one node of two that have that score.
    """
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
