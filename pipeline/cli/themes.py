"""The command ``letopis themes``: the themes of an archive, found, saved and applied to new articles."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from pipeline.record import Record, Theme
    from pipeline.themes import ThemeModel

MODEL, ARTICLES, SUMMARY = "model.npz", "articles.jsonl", "themes.json"


def themes(
    results: Annotated[Path, typer.Argument(help="What «letopis extract» wrote: a folder or a file.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the model and its answers go.")] = Path(
        "themes"
    ),
    number: Annotated[
        int | None, typer.Option(help="How many themes; by coherence if not given.", min=2, max=100)
    ] = None,
    refit: Annotated[
        bool, typer.Option("--refit", help="Find the themes anew, though a model is saved in OUTPUT.")
    ] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Measure coherence beside plain LDA, and stability.")
    ] = False,
    index: Annotated[
        Path | None, typer.Option(help="An index (archive.db): write the tables found_themes there as well.")
    ] = None,
) -> None:
    """Find what an archive is about: themes with their words, articles, session topics, years.

    The first run fits a model and saves it; later runs apply it to all articles, also new ones.

    Example: letopis themes results --output themes
    """
    from pipeline.archive import read_records
    from pipeline.themes import article_terms, fit, load_model

    console = Console()
    records = list(read_records(results))
    path = output / MODEL
    if path.exists() and not refit and number is None:
        model = load_model(path)
        console.print(f"themes of {path}, version {model.version}", highlight=False)
    else:
        model, trials = fit(records, number=number)
        output.mkdir(parents=True, exist_ok=True)
        model.save(path)
        tried = ", ".join(f"{trial.number}: {trial.coherence:.3f}" for trial in trials)
        console.print(f"coherence by number of themes: {tried}", highlight=False)
    assigned = model.assign([article_terms(record) for record in records])
    _write_answers(output, model, records, assigned)
    if index is not None:
        _write_index(index, records, assigned)
    console.print(_table(model, records, assigned))
    if compare:
        _print_comparison(console, model, records)


def _write_answers(output: Path, model: ThemeModel, records: list[Record], assigned: list[list[Theme]]) -> None:
    """Write ``articles.jsonl``, a line an article, and ``themes.json`` with words and years."""
    topics = _topic_themes(model, records)
    with (output / ARTICLES).open("w", encoding="utf-8") as file:
        for record, found in zip(records, assigned, strict=True):
            row = {
                "id": record.id,
                "published": record.source.published,
                "themes": [theme.model_dump() for theme in found],
                "session_topics": topics[record.id],
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    years = _by_year(records, assigned)
    rows = [
        {
            "label": label,
            "words": words,
            "articles": sum(years[label].values()),
            "years": dict(sorted(years[label].items())),
        }
        for label, words in zip(model.labels, model.best_words(), strict=True)
    ]
    summary = {"version": model.version, "coherence": round(model.coherence, 4), "themes": rows}
    (output / SUMMARY).write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _topic_themes(model: ThemeModel, records: list[Record]) -> dict[str, list[dict[str, Any]]]:
    """The theme of each session topic by its own words and its article."""
    from pipeline.themes import article_terms, text_terms

    terms = {record.id: article_terms(record) for record in records}
    places = [(record.id, topic) for record in records for topic in record.session_topics]
    titles = [text_terms(topic.title) for _, topic in places]
    found = model.assign_topics(titles, [terms[article] for article, _ in places])
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (article, topic), themes in zip(places, found, strict=True):
        best = themes[0].label if themes else None
        rows[article].append({"id": topic.id, "title": topic.title, "theme": best})
    return rows


def _by_year(records: list[Record], assigned: list[list[Theme]]) -> dict[str, Counter[str]]:
    """How many articles have a theme as their first, by year."""
    years: dict[str, Counter[str]] = defaultdict(Counter)
    for record, found in zip(records, assigned, strict=True):
        if found:
            years[found[0].label][(record.source.published or "—")[:4]] += 1
    return years


def _write_index(index: Path, records: list[Record], assigned: list[list[Theme]]) -> None:
    """Write the table ``found_themes`` (article, theme, score, rank) into an index; an older one is replaced."""
    import sqlite3
    from contextlib import closing

    from pipeline.errors import LetopisError

    if not index.exists():
        raise LetopisError(f"{index}: no such index; «letopis index» makes one")
    rows = [
        (record.id, theme.label, theme.score, rank)
        for record, found in zip(records, assigned, strict=True)
        for rank, theme in enumerate(found, 1)
    ]
    with closing(sqlite3.connect(index)) as database, database:
        database.execute("DROP TABLE IF EXISTS found_themes")
        database.execute("CREATE TABLE found_themes (article_id TEXT, theme TEXT, score REAL, rank INTEGER)")
        database.executemany("INSERT INTO found_themes VALUES (?, ?, ?, ?)", rows)


def _table(model: ThemeModel, records: list[Record], assigned: list[list[Theme]]) -> Table:
    years = _by_year(records, assigned)
    table = Table(header_style="dim", caption=f"coherence (NPMI) {model.coherence:.3f}")
    table.add_column("theme")
    table.add_column("articles", justify="right")
    table.add_column("years")
    table.add_column("words")
    order = sorted(range(len(model.labels)), key=lambda i: -sum(years[model.labels[i]].values()))
    words = model.best_words(6)
    for i in order:
        label = model.labels[i]
        dated = sorted(year for year in years[label] if year != "—")
        span = f"{dated[0]}–{dated[-1]}" if dated else "—"
        table.add_row(label, str(sum(years[label].values())), span, " ".join(words[i]))
    return table


def _print_comparison(console: Console, model: ThemeModel, records: list[Record]) -> None:
    from pipeline import theme_quality as quality
    from pipeline.themes import MIN_ARTICLES, article_terms, fit_words

    articles = [article_terms(record) for record in records]
    number = len(model.labels)
    own = quality.coherence(model.best_words(), articles)
    plain = quality.coherence(quality.lda_words(articles, number), articles)
    kept = quality.coherence(quality.lda_words(articles, number, min_articles=MIN_ARTICLES), articles)
    stable = quality.stability(lambda part: fit_words(part, number), model.best_words(), articles)
    console.print(f"coherence (NPMI) of {number} themes over {len(articles)} articles: {own:.3f}", highlight=False)
    console.print(f"  scikit-learn LDA, same text: {plain:.3f}; without rare words: {kept:.3f}", highlight=False)
    console.print(f"stability when a fifth of the articles is left out: {stable:.2f}", highlight=False)
