"""How fast an index of many articles is built and asked.

    python -m tests.archive_benchmark 100000 [FOLDER] [--markdown FILE]

The archive is synthetic (``tests.archive_synthetic``): articles of the sample corpus with other people,
organisations, cities, days and numbers, who appears by Zipf's law. It is built, one article of a hundred is changed
and the index brought up to date; then each question is asked once to warm up, and ``ROUNDS`` times. What is in
FOLDER already is used again, with the figures of its building.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from pipeline.archive.build import build_index
from pipeline.archive.database import open_index
from pipeline.archive.filters import Filters
from pipeline.archive.query import ask
from pipeline.archive.web.answers import search_context
from pipeline.archive.web.entity_pages import entity_context
from pipeline.archive.web.links import read_asked
from pipeline.archive.web.lists import LISTS, list_context
from pipeline.archive.web.pages import article_context, start_context
from tests.archive_synthetic import other_records, write_archive

ROUNDS = 15
CHANGED = 0.01


def main(count: int, folder: Path, markdown: Path | None) -> None:
    """Build and ask; print the figures, and write them down where that is asked for."""
    results, db, notes = folder / "results", folder / "archive.db", folder / "building.json"
    if not results.exists():
        write_archive(results, count)
    if not notes.exists():
        built = _build(results, db)
        notes.write_text(json.dumps({"whole": built, "update": _update(results, folder, count)}), encoding="utf-8")
    building = json.loads(notes.read_text(encoding="utf-8"))
    text = "\n".join([*_about_building(count, db, building), *_table(ask_all(db))])
    print(text)
    if markdown:
        markdown.write_text(HEAD.format(count=count, machine=_machine()) + text + "\n", encoding="utf-8")


HEAD = """# An index of {count:,} articles

Written by `python -m tests.archive_benchmark {count} --markdown tests/archive_benchmark.md`, on {machine}.
The articles are synthetic; each question is asked once to warm up and then fifteen times.

"""


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"


def _build(results: Path, db: Path) -> dict[str, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    report = build_index(results, db)
    return {
        "seconds": time.perf_counter() - wall,
        "processor": time.process_time() - cpu,
        "steps": report.seconds,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _update(results: Path, folder: Path, count: int) -> dict[str, Any]:
    """Have other articles in the place of some of a copy, and bring a copy of the index up to date."""
    changed, db = folder / "changed", folder / "changed.db"
    changed.mkdir(exist_ok=True)
    shutil.copy(folder / "archive.db", db)
    shards = sorted(results.glob("*.jsonl"))
    for shard in shards:
        if shard != shards[-1]:
            (changed / shard.name).symlink_to(shard.absolute())
            continue
        lines = shard.read_text(encoding="utf-8").splitlines(keepends=True)
        step = max(1, len(lines) // max(1, round(count * CHANGED)))
        first = count - len(lines)
        for record in other_records(range(first, count, step), count):
            lines[int(record.id.rpartition("-")[2]) - first] = record.to_json() + "\n"
        (changed / shard.name).write_text("".join(lines), encoding="utf-8")
    built = _build(changed, db)
    shutil.rmtree(changed)
    db.unlink()
    return built


def _about_building(count: int, db: Path, building: dict[str, Any]) -> list[str]:
    whole, update = building["whole"], building["update"]
    size = db.stat().st_size / 1e6
    steps = ", ".join(f"{step} {seconds:.0f} s" for step, seconds in whole["steps"].items())
    return [
        f"- Built in {whole['seconds']:.0f} s ({steps}; {whole['processor']:.0f} s of one processor),"
        f" peak {whole['peak']:.0f} MB of memory.",
        f"- {size:.0f} MB, {size / count * 1e3:.1f} KB an article.",
        f"- Brought up to date after {CHANGED:.0%} of the articles changed: {update['seconds']:.0f} s"
        f" ({update['processor']:.0f} s of one processor).",
        "",
    ]


def _table(times: dict[str, list[float]]) -> list[str]:
    rows = [f"| {name} | {median(found):.1f} | {quantiles(found, n=20)[-1]:.1f} |" for name, found in times.items()]
    return ["| question | p50, ms | p95, ms |", "| --- | ---: | ---: |", *rows]


def ask_all(path: Path) -> dict[str, list[float]]:
    """Ask each question ``ROUNDS`` times after a first one; returns the milliseconds that each took."""
    db = open_index(path)
    person, organisation, city, event, article = (
        ask(db, question, limit=1).rows[0][0]
        for question in ("people", "organisations", "cities", "events", "articles")
    )
    questions = {
        "people, all": lambda: ask(db, "people"),
        "people of a region and three years": lambda: ask(
            db, "people", Filters(region="Сибирь", since="2018", until="2020")
        ),
        "people by words": lambda: ask(db, "people", Filters(text="ресурсный центр")),
        "people speaking on a topic in a region": lambda: ask(
            db, "people", Filters(text="волонтёр", region="Сибирь", speaking=True)
        ),
        "organisations of a city": lambda: ask(db, "organisations", Filters(city=city)),
        "organisations beside a person": lambda: ask(db, "organisations", Filters(person=person)),
        "cities of a theme": lambda: ask(db, "cities", Filters(theme="экология")),
        "topics, latest": lambda: ask(db, "topics"),
        "topics by words in a region": lambda: ask(db, "topics", Filters(text="волонтёр", region="Сибирь")),
        "topics of a speaker": lambda: ask(db, "topics", Filters(person=person)),
        "facts, latest": lambda: ask(db, "facts"),
        "facts: participants, most first": lambda: ask(
            db, "facts", Filters(kind="count", unit="участник"), sort="value"
        ),
        "facts: money of a region, most first": lambda: ask(
            db, "facts", Filters(kind="money", region="Сибирь"), sort="value"
        ),
        "events of a year": lambda: ask(db, "events", Filters(since="2019", until="2019")),
        "articles by words, best first": lambda: ask(db, "articles", Filters(text="ресурсный центр форум")),
        "articles by a phrase": lambda: ask(db, "articles", Filters(text="«президентских грантов»")),
        "articles of a person and an organisation": lambda: ask(
            db, "articles", Filters(person=person, organisation=organisation)
        ),
        "together, all": lambda: ask(db, "together"),
        "together with a person": lambda: ask(db, "together", Filters(person=person)),
        "together with an organisation, three years": lambda: ask(
            db, "together", Filters(organisation=organisation, since="2018", until="2020")
        ),
        "page: start": lambda: start_context(db),
        "page: answers to a search": lambda: search_context(db, read_asked({"q": "волонтёр", "region": "Сибирь"})),
        "page: an article": lambda: article_context(db, article),
        "page: the most frequent person": lambda: entity_context(db, "person", person),
        "page: the most frequent organisation": lambda: entity_context(db, "organisation", organisation),
        "page: the most frequent city": lambda: entity_context(db, "city", city),
        "page: an event": lambda: entity_context(db, "event", event),
        "page: the list of numbers": lambda: list_context(db, LISTS["facts"], read_asked({})),
        "page: the list of people of a region, three years": lambda: list_context(
            db, LISTS["people"], read_asked({"region": "Сибирь", "since": "2018", "until": "2020"})
        ),
    }
    return {name: _times(question) for name, question in questions.items()}


def _times(question: Callable[[], object]) -> list[float]:
    question()
    found = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        question()
        found.append((time.perf_counter() - started) * 1000)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
        main(options.count, options.folder, options.markdown)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(options.count, Path(scratch), options.markdown)
