"""The tables of an archive: their columns with types, and the rows that a record gives.

Each row names its ``article`` and the article's ``year`` (of publication); ids of people, organisations and the
like hold within an article. A list is a list in Parquet and joined by ``; `` in CSV.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from pipeline.record import Record, Row, Span

Type = Literal["string", "int", "float", "bool", "day", "list"]
Columns = dict[str, Type]

SPAN: Columns = {"start": "int", "end": "int", "text": "string"}
TABLES: dict[str, Columns] = {
    "articles": {
        "id": "string", "path": "string", "url": "string", "title": "string", "published": "day",
        "sha256": "string", "encoding": "string", "media_type": "string", "version": "string", "text": "string",
        "warnings": "list",
    },
    "people": {
        "id": "string", "name": "string", "given": "string", "patronymic": "string", "surname": "string",
        "gender": "string",
    },
    "roles": {"person": "string", "title": "string", "organisation": "string", "place": "string", **SPAN},
    "organisations": {
        "id": "string", "name": "string", "aliases": "list", "kind": "string", "city": "string",
    },
    "cities": {
        "id": "string", "name": "string", "region": "string", "federal_district": "string", "country": "string",
        "geoname_id": "int", "latitude": "float", "longitude": "float", "population": "int",
    },
    "regions": {"id": "string", "name": "string", "code": "string", "kind": "string"},
    "countries": {"id": "string", "name": "string", "code": "string"},
    "events": {
        "id": "string", "name": "string", "kind": "string", "start": "day", "end": "day", "city": "string",
        "organisers": "list",
    },
    "session_topics": {
        "id": "string", "title": "string", "titled": "bool", "kind": "string", "event": "string", "day": "int",
        "starts": "string", "ends": "string", "speakers": "list", "keywords": "list",
    },
    "facts": {
        "id": "string", "kind": "string", "min": "float", "max": "float", "modifier": "string", "unit": "string",
        "subject": "string", "predicate": "string", "event": "string", **SPAN,
    },
    "dates": {"id": "string", "from": "day", "to": "day", "precision": "string", **SPAN},
    "quotes": {"id": "string", "speaker": "string", **SPAN},
    "statements": {"id": "string", "speaker": "string", "organisation": "string", **SPAN},
    "themes": {"label": "string", "score": "float"},
    "keyphrases": {"text": "string", "score": "float"},
    "mentions": {"table": "string", "id": "string", "form": "string", **SPAN},
    "duplicates": {
        "id": "string", "source": "string", "url": "string", "title": "string", "published": "day",
        "similarity": "float", "duplicate_of": "string",
    },
}  # fmt: skip
OWN = ("articles", "duplicates")  # whose ``id`` is that of an article
FROM_RECORD = [name for name in TABLES if name not in (*OWN, "roles", "mentions")]


def columns(table: str) -> Columns:
    """The columns of a table with their types."""
    return (
        {**TABLES[table], "year": "int"} if table in OWN else {"article": "string", **TABLES[table], "year": "int"}
    )


def rows_of(record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a record, each with its table."""
    common = {"article": record.id, "year": year_of(record.source.published)}
    yield "articles", _article(record)
    for table in FROM_RECORD:
        for row in getattr(record, table):
            yield table, {**_row(table, row), **common}
            for mention in getattr(row, "mentions", ()):
                yield "mentions", {**_mention(table, row.id, mention), **common}
    for person in record.people:
        for role in person.roles:
            yield "roles", {**_row("roles", role), "person": person.id, **common}


def duplicate_row(row: dict[str, Any]) -> dict[str, Any]:
    """The row of an article that repeats another."""
    published = day(row["published"])
    return {**row, "published": published, "year": published.year if published else None}


def year_of(published: str | None) -> int | None:
    """The year of an ISO day."""
    found = day(published)
    return found.year if found else None


def day(value: str | None) -> date | None:
    """An ISO day as a date; ``None`` for what is none."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


def _article(record: Record) -> dict[str, Any]:
    source = record.source.model_dump()
    row = {name: source.get(name) for name in TABLES["articles"]}
    return {
        **row,
        "id": record.id,
        "published": day(record.source.published),
        "version": record.produced.version,
        "text": record.text,
        "warnings": list(record.warnings),
        "year": year_of(record.source.published),
    }


def _row(table: str, row: Row) -> dict[str, Any]:
    values = row.model_dump(by_alias=True)
    return {
        name: day(values.get(name)) if kind == "day" else list(values[name]) if kind == "list" else values.get(name)
        for name, kind in TABLES[table].items()
    }


def _mention(table: str, row_id: str, span: Span) -> dict[str, Any]:
    form = getattr(span, "form", None)
    return {"table": table, "id": row_id, "form": form, "start": span.start, "end": span.end, "text": span.text}
