"""Time natasha and Letopis on the same texts, in turn, each in a process of its own with one thread.

Usage: python -m tests.benchmark [--texts PATH] [--rounds N] [--json FILE] [--markdown FILE] [--profile]

`--texts` is a folder of .txt files, or a JSON Lines file with a `text` in each row; the sample corpus without it.
The figures are medians over the rounds; the first round is shown apart, as both systems then meet each word
for the first time.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.benchmark.report import Result, differences, markdown
from tests.benchmark.systems import Letopis, Natasha, System, ask, peak_memory, start
from tests.conftest import ROOT

SYSTEMS: dict[str, type[System]] = {"natasha": Natasha, "letopis": Letopis}
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def read_texts(path: Path) -> list[str]:
    """Read a folder of .txt files or a JSON Lines file."""
    if path.is_dir():
        return [file.read_text(encoding="utf-8") for file in sorted(path.glob("*.txt"))]
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


@contextmanager
def processes() -> Iterator[dict[str, ProcessPoolExecutor]]:
    """A process for each system, alive over all rounds."""
    os.environ.update(ONE_THREAD)
    context = get_context("spawn")
    pools = {name: ProcessPoolExecutor(1, mp_context=context) for name in SYSTEMS}
    try:
        yield pools
    finally:
        for pool in pools.values():
            pool.shutdown()


def measure(texts: list[str], rounds: int) -> Result:
    """Run both systems in turn, a round each."""
    from tests.benchmark.floor import floors

    with processes() as pools:
        loads = {name: pool.submit(start, SYSTEMS[name]).result() for name, pool in pools.items()}
        times: dict[str, list[dict[str, float]]] = {name: [] for name in pools}
        for _ in range(rounds):
            for name, pool in pools.items():
                times[name].append(pool.submit(ask, "run", texts).result())
        memory = {name: pool.submit(peak_memory).result() for name, pool in pools.items()}
        found = {name: pool.submit(ask, "find", texts).result() for name, pool in pools.items()}
        floor = pools["letopis"].submit(floors).result()
    n_tokens = sum(len(tokens) for tokens, _ in found["letopis"])
    different = differences(found["natasha"], found["letopis"])
    return Result(len(texts), n_tokens, times, loads, memory, floor, different)


def profile(texts: list[str]) -> str:
    """Profile the whole extraction, words known."""
    system: Any = Letopis()
    system.run(texts)
    return str(system.profile(texts))


def main() -> None:
    """Read the options, measure, report."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--texts", type=Path, default=ROOT / "corpus" / "news")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write all times here")
    parser.add_argument("--markdown", type=Path, help="write the table here")
    parser.add_argument("--profile", action="store_true", help="only print where Letopis spends its time")
    options = parser.parse_args()
    texts = read_texts(options.texts)
    if options.profile:
        print(profile(texts))
        return
    result = measure(texts, options.rounds)
    table = markdown(result)
    print(table)
    if options.json:
        options.json.write_text(json.dumps(result.to_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    if options.markdown:
        options.markdown.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
