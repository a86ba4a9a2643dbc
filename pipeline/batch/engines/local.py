"""Engines of one machine: this process, or a pool of processes.

The processes come from multiprocessing's fork server, which has loaded the models before: they share its memory
and are safe beside the threads of the parent. A worker that is killed (out of memory) breaks the pool; it is
made anew and what was under way is done again, in halves, until the one article that ends its worker is alone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Any

from pipeline.batch.engines import A, B, Step, WorkerLost, redo
from pipeline.errors import LetopisError

AHEAD = 3  # batches under way for each worker
MOST_STARTS = 3
PRELOAD = ["pipeline.batch.engines.preload"]


class SerialEngine:
    """Everything in this process."""

    def map(self, step: Step[A, B], batches: Iterable[list[A]], *, lost: Callable[[A], B]) -> Iterator[list[B]]:
        return map(step, batches)

    def __enter__(self) -> SerialEngine:
        return self

    def __exit__(self, *_: Any) -> None:
        pass


class ProcessEngine:
    """A pool of processes on this machine."""

    def __init__(self, workers: int, *, preload: bool = True) -> None:
        self._workers, self._preload = workers, preload
        self._pool: ProcessPoolExecutor | None = None
        self._works = False  # a batch has come back
        self._starts = 0

    def map(self, step: Step[A, B], batches: Iterable[list[A]], *, lost: Callable[[A], B]) -> Iterator[list[B]]:
        waiting: deque[tuple[list[A], Future[list[B]]]] = deque()
        for batch in batches:
            waiting.append((batch, self._submit(step, batch)))
            if len(waiting) >= self._workers * AHEAD:
                yield self._result(step, *waiting.popleft(), lost)
        while waiting:
            yield self._result(step, *waiting.popleft(), lost)

    def __enter__(self) -> ProcessEngine:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        if self._pool is None:
            return
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=kind is None, cancel_futures=True)
        for process in processes:  # ended by now, unless the run was broken off
            process.terminate()

    def _submit(self, step: Step[A, B], batch: list[A]) -> Future[list[B]]:
        while True:
            pool = self._pool = self._pool or self._start()
            try:
                return pool.submit(step, batch)
            except BrokenProcessPool:
                self._pool = None

    def _start(self) -> ProcessPoolExecutor:
        self._starts += 1
        if self._starts > MOST_STARTS and not self._works:
            raise LetopisError(
                "the workers end as soon as they start; in a script of your own, call this under "
                "if __name__ == '__main__', else try --workers 1 to see why"
            )
        method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        context = multiprocessing.get_context(method)
        if method == "forkserver" and self._preload:
            context.set_forkserver_preload(PRELOAD)
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=_start_worker)

    def _result(self, step: Step[A, B], batch: list[A], future: Future[list[B]], lost: Callable[[A], B]) -> list[B]:
        try:
            return self._wait(future)
        except WorkerLost:
            return redo(lambda part: self._wait(self._submit(step, part)), batch, lost)

    def _wait(self, future: Future[list[B]]) -> list[B]:
        try:
            result = future.result()
        except BrokenProcessPool:
            raise WorkerLost from None
        self._works = True
        return result


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end when the parent is gone, killed or not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
