"""Engines: how the steps of a run are carried out, in this process, in several, or on many machines.

An engine does one thing: it maps a step over batches and gives the results in order, with no more batches under
way than its workers need. Steps, batches and results are the same for all, and so is what a run writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, TypeVar

A = TypeVar("A")
B = TypeVar("B")
Step = Callable[[list[A]], list[B]]


class Engine(Protocol):
    """Maps steps over batches; a context manager that lets go of its workers."""

    def map(self, step: Step[A, B], batches: Iterable[list[A]], *, lost: Callable[[A], B]) -> Iterator[list[B]]:
        """Yield ``step(batch)`` for each batch, in order.

        Args:
            step: a picklable function; it gives as many results as it got.
            lost: the result of something that ended each worker that took it.
        """

    def __enter__(self) -> Engine: ...

    def __exit__(self, *_: Any) -> None: ...


class WorkerLost(Exception):
    """A worker was ended before it gave its results."""


def redo(work: Callable[[list[A]], list[B]], batch: list[A], lost: Callable[[A], B]) -> list[B]:
    """Do a batch again whose worker was lost, then its halves, down to what ends each worker that takes it.

    Args:
        work: does a batch on some worker and waits; raises ``WorkerLost``.
    """
    try:
        return work(batch)
    except WorkerLost:
        if len(batch) == 1:
            return [lost(batch[0])]
    middle = len(batch) // 2
    return redo(work, batch[:middle], lost) + redo(work, batch[middle:], lost)


def open_engine(name: str, *, workers: int, address: str | None = None, preload: bool = True) -> Engine:
    """Make an engine: ``local`` (this process for one worker, else as many processes) or ``ray``.

    Args:
        workers: how many; for Ray 0 takes as many as its cluster has cores.
        preload: have the models loaded before the first batch.

    Raises:
        LetopisError: Ray is not installed or its cluster cannot be reached.
    """
    if name == "ray":
        from pipeline.batch.engines.cluster import RayEngine

        return RayEngine(workers=workers, address=address)
    from pipeline.batch.engines.local import ProcessEngine, SerialEngine

    return SerialEngine() if workers == 1 else ProcessEngine(workers, preload=preload)
