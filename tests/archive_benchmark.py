"""How fast an index of many articles is built and asked: ``python -m tests.archive_benchmark 100000 [FOLDER]``.

The archive is synthetic (``tests.archive_synthetic``): articles of the sample corpus with other people,
organisations, cities, days and numbers, who appears by Zipf's law. Each question is asked once to warm up, then
``ROUNDS`` times; the table tells the median and the 95th percentile. What is in FOLDER already is used again.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from pipeline.archive.build import build_index
from pipeline.archive.database import open_index
from pipeline.archive.filters import Filters
from pipeline.archive.query import ask
from pipeline.archive.web.answers import search_context
from pipeline.archive.web.entity_pages import entity_context
from pipeline.archive.web.links import read_asked
from pipeline.archive.web.pages import article_context, start_context
from tests.archive_synthetic import write_archive

ROUNDS = 15


def main(count: int, folder: Path) -> None:
    """Build and ask; print two tables."""
    results, db = folder / "results", folder / "archive.db"
    if not results.exists():
        write_archive(results, count)
    if not db.exists():
        started = time.perf_counter()
        report = build_index(results, db)
        wall, cpu = time.perf_counter() - started, time.process_time()
        steps = ", ".join(f"{step} {seconds:.0f}" for step, seconds in report.seconds.items())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count} articles: {wall:.0f} s ({steps}; {cpu:.0f} s of processor time), peak {peak:.0f} MB")
    print(f"{db.stat().st_size / 1e6:.0f} MB, {db.stat().st_size / count / 1e3:.1f} KB an article")
    ask_all(db)


def ask_all(path: Path) -> None:
    """Ask each question ``ROUNDS`` times; print the median and the 95th percentile in milliseconds."""
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
    }
    print(f"{'question':44} {'p50 ms':>8} {'p95 ms':>8}")
    for name, question in questions.items():
        question()
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            question()
            times.append((time.perf_counter() - started) * 1000)
        print(f"{name:44} {median(times):8.1f} {quantiles(times, n=20)[-1]:8.1f}")


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if len(sys.argv) > 2:
        Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
        main(size, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(size, Path(scratch))
