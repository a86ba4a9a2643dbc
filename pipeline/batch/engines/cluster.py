"""The engine of many machines: actors of a Ray cluster, each with its models.

An actor that is lost (its machine, or killed for memory) is left out, another is started where the cluster has
room for one, and its batches go to those that are left. Each actor has a few batches waiting, no more, so that
the driver reads no further ahead than the cluster works. The machines need the same version of this package.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pipeline.batch.engines import A, B, Step, WorkerLost, redo
from pipeline.errors import LetopisError

AHEAD = 2  # batches under way for each actor
MOST_STARTS = 3  # times that all actors are lost before anything is done


class _Worker:
    """What lives in an actor: nothing but the process, whose models stay loaded."""

    def work(self, step: Callable[[list[Any]], list[Any]], batch: list[Any]) -> list[Any]:
        return step(batch)


class RayEngine:
    """Actors of a Ray cluster, local by default."""

    def __init__(self, *, workers: int, address: str | None) -> None:
        ray = self._ray = _import_ray()
        self._connected = not ray.is_initialized()
        if self._connected:
            _connect(ray, address)
        self._workers = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        self._load: dict[Any, int] = {}
        self._works, self._starts = False, 0

    def map(self, step: Step[A, B], batches: Iterable[list[A]], *, lost: Callable[[A], B]) -> Iterator[list[B]]:
        shared = self._ray.put(step)
        waiting: deque[tuple[list[A], Any, Any]] = deque()
        for batch in batches:
            waiting.append((batch, *self._submit(shared, batch)))
            if len(waiting) >= AHEAD * self._workers:
                yield self._result(shared, *waiting.popleft(), lost)
        while waiting:
            yield self._result(shared, *waiting.popleft(), lost)

    def __enter__(self) -> RayEngine:
        return self

    def __exit__(self, *_: Any) -> None:
        for actor in self._load:
            self._ray.kill(actor)
        if self._connected:
            self._ray.shutdown()

    def _submit(self, step: Any, batch: list[Any]) -> tuple[Any, Any]:
        """Send a batch to the actor with the least to do; returns the actor and the promise of its results."""
        self._start()
        actor = min(self._load, key=self._load.__getitem__)
        self._load[actor] += 1
        return actor, actor.work.remote(step, batch)

    def _start(self) -> None:
        """Start the actors that are missing, as far as the cluster has room; if there is none at all, wait."""
        room = int(self._ray.available_resources().get("CPU", 0)) if self._load else self._workers
        missing = min(self._workers - len(self._load), room)
        if missing <= 0:
            return
        self._starts += not self._load
        if self._starts > MOST_STARTS and not self._works:
            raise LetopisError("the Ray workers end as soon as they start; is letopis installed on each machine?")
        kind = self._ray.remote(num_cpus=1, max_restarts=0)(_Worker)
        self._load.update({kind.remote(): 0 for _ in range(missing)})

    def _result(self, step: Any, batch: list[A], actor: Any, promise: Any, lost: Callable[[A], B]) -> list[B]:
        try:
            return self._wait(actor, promise)
        except WorkerLost:
            return redo(lambda part: self._wait(*self._submit(step, part)), batch, lost)

    def _wait(self, actor: Any, promise: Any) -> list[Any]:
        errors = self._ray.exceptions
        try:
            results: list[Any] = self._ray.get(promise)
        except (errors.RayActorError, errors.ObjectLostError, errors.WorkerCrashedError):
            self._load.pop(actor, None)
            raise WorkerLost from None
        except errors.RayTaskError as error:
            raise error.as_instanceof_cause() from None
        self._works = True
        if actor in self._load:
            self._load[actor] -= 1
        return results


def _import_ray() -> Any:
    try:
        import ray
    except ImportError:
        raise LetopisError("--engine ray: Ray is not installed; pip install 'letopis[ray]'") from None
    return ray


def _connect(ray: Any, address: str | None) -> None:
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    paths = os.pathsep.join(path for path in sys.path if path)
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
    if address:
        options["address"] = address
    else:
        options |= {"include_dashboard": False, "runtime_env": {"env_vars": {"PYTHONPATH": paths}}}
    try:
        ray.init(**options)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise LetopisError(f"--address {address or 'local'}: no Ray cluster there ({error})") from error
