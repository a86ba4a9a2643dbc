"""Engines: the same results from all of them, and from those whose workers are killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.batch.engines import Engine, WorkerLost, open_engine, redo
from pipeline.batch.inspect import verify
from pipeline.batch.options import RunOptions
from pipeline.batch.run import run
from pipeline.errors import LetopisError
from tests.archive_maker import STUB, make_archive

ROOT = str(Path(__file__).parent.parent)


def double(batch: list[int]) -> list[int]:
    """A step; 13 ends its worker, 14 is a bug."""
    if 13 in batch:
        os.kill(os.getpid(), signal.SIGKILL)
    if 14 in batch:
        raise ValueError("14")
    return [2 * n for n in batch]


def lost(n: int) -> int:
    return -n


def batches(*numbers: int) -> Iterator[list[int]]:
    return ([n, n + 1] for n in numbers)


def test_redo_finds_the_one_that_ends_its_worker() -> None:
    seen = []

    def work(batch: list[int]) -> list[int]:
        seen.append(batch)
        if 5 in batch:
            raise WorkerLost
        return [2 * n for n in batch]

    assert redo(work, [1, 2, 3, 4, 5, 6], lost) == [2, 4, 6, 8, -5, 12]
    assert len(seen) == 7


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_order(workers: int) -> None:
    with open_engine("local", workers=workers, preload=False) as engine:
        results = list(engine.map(double, batches(*range(20, 60, 2)), lost=lost))
    assert results == [[2 * n, 2 * n + 2] for n in range(20, 60, 2)]


def test_a_killed_worker_costs_what_killed_it() -> None:
    with open_engine("local", workers=2, preload=False) as engine:
        results = list(engine.map(double, batches(20, 30, 12, 40), lost=lost))
    assert results == [[40, 42], [60, 62], [24, -13], [80, 82]]


def test_a_bug_in_a_step_is_not_hidden() -> None:
    with open_engine("local", workers=2, preload=False) as engine, pytest.raises(ValueError, match="14"):
        list(engine.map(double, batches(14), lost=lost))


def test_no_more_is_read_than_the_workers_need() -> None:
    read = 0

    def endless() -> Iterator[list[int]]:
        nonlocal read
        while True:
            read += 1
            yield [20]

    with open_engine("local", workers=2, preload=False) as engine:
        stream = engine.map(double, endless(), lost=lost)
        assert [next(stream) for _ in range(5)] == [[40]] * 5
    assert read < 15


def test_ray_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(LetopisError, match=r"pip install 'letopis\[ray\]'"):
        open_engine("ray", workers=1)


# -- a cluster of two nodes on this machine ----------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    ray = pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))
    os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    cluster.add_node(num_cpus=1)
    ray.init(address=cluster.address, log_to_driver=False)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


@pytest.fixture
def engine(cluster: Any) -> Iterator[Engine]:
    with open_engine("ray", workers=2) as engine:
        yield engine


@pytest.mark.slow
def test_ray_gives_results_in_order_and_survives_what_kills_a_worker(engine: Engine) -> None:
    results = list(engine.map(double, batches(*range(20, 40, 2), 12, 50), lost=lost))
    assert results == [[2 * n, 2 * n + 2] for n in range(20, 40, 2)] + [[24, -13], [100, 102]]
    with pytest.raises(ValueError, match="14"):
        list(engine.map(double, batches(14), lost=lost))


@pytest.mark.slow
def test_ray_writes_what_one_process_writes_with_a_node_killed(cluster: Any, tmp_path: Path) -> None:
    make_archive(tmp_path / "news", 600)
    quiet, rayed = tmp_path / "quiet", tmp_path / "ray"
    run([tmp_path / "news"], quiet, RunOptions(extract=STUB, shard_size=50))
    node = cluster.add_node(num_cpus=1)
    _wait_for(lambda: __import__("ray").cluster_resources().get("CPU", 0) >= 3)
    watch = KillOnce(lambda: cluster.remove_node(node, allow_graceful=False))
    run([tmp_path / "news"], rayed, RunOptions(extract=STUB, shard_size=50, engine="ray", workers=3), watch)
    assert watch.killed
    assert _lines(rayed) == _lines(quiet)
    assert list(verify(rayed)) == []


class KillOnce:
    """Watches a run and kills a node once two shards are written."""

    stop = False

    def __init__(self, kill: Callable[[], None]) -> None:
        self._kill, self._shards, self.killed = kill, 0, False

    def planned(self, *_: Any) -> None: ...

    def problem(self, *_: Any) -> None: ...

    def tick(self) -> None: ...

    def committed(self, _: int) -> None:
        self._shards += 1
        if self._shards == 2:
            self._kill()
            self.killed = True


def _lines(output: Path) -> list[bytes]:
    return sorted(line for path in output.rglob("*.jsonl") for line in path.read_bytes().splitlines())


def _wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.1)
