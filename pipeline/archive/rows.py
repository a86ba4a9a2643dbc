"""Records as rows of the index: one record in, rows by table out.

``schema.sql`` says what the columns mean. What needs the whole archive (which person this is) is left empty
here and filled in by ``pipeline.archive.entities``. Regions and countries are entities by their names alone, so
their rows hold the name, and the insert looks the number up.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.archive.regions import all_regions, official
from pipeline.record import Fact, Organisation, Person, Record, SessionTopic, Span

Rows = dict[str, list[tuple[Any, ...]]]

COLUMNS: dict[str, str] = {
    "articles": "article, id, shard, digest, title, url, path, day, theme",
    "article_texts": "article, text, record",
    "article_people": "article, row, name, given, patronymic, surname, gender, near, published, mentions,"
    " start, stop",
    "article_organisations": "article, row, name, kind, aliases, city_row, near, published, mentions, start, stop",
    "article_cities": "article, row, name, region, federal_district, country, geoname_id, latitude, longitude,"
    " population, published, mentions, start, stop",
    "article_events": "article, row, name, kind, first_day, last_day, city_row, mentions, start, stop",
    "event_organisers": "article, event_row, organisation_row",
    "roles": "article, row, person_row, organisation_row, title, start, stop",
    "topics": "topic, article, row, published, title, titled, kind, event_row, day, starts, ends, keywords,"
    " start, stop",
    "topic_speakers": "topic, article, person_row",
    "facts": "article, row, published, kind, value, min, max, modifier, unit, subject, predicate, event_row,"
    " start, stop, text",
    "dates": "article, row, first_day, last_day, precision, start, stop, text",
    "quotes": "article, row, person_row, start, stop",
    "statements": "article, row, person_row, organisation_row, start, stop",
    "article_themes": "article, theme, score",
    "keyphrases": "article, phrase, score",
}
INSERTS = {
    table: f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({', '.join('?' * (columns.count(',') + 1))})"
    for table, columns in COLUMNS.items()
} | {
    "article_regions": "INSERT OR IGNORE INTO article_regions (article, region, published, mentions, start, stop)"
    " SELECT ?, region, ?, ?, ?, ? FROM regions WHERE name = ?",
    "article_countries": "INSERT OR IGNORE INTO article_countries (article, country, mentions, start, stop)"
    " SELECT ?, country, ?, ?, ? FROM countries WHERE name = ?",
}
COMPRESSION = 3  # of zlib: half the time of the usual 6, a twelfth more bytes
TITLE_LENGTH = 120
NEAR = 60  # code points between a name and a city; 40 resolves the annotated archive alike, 100 confuses people


def title_of(record: Record) -> str:
    """Return the headline of an article, else the first line of its text."""
    if record.source.title and record.source.title.strip():
        return record.source.title.strip()
    first = next((line.strip() for line in record.text.split("\n") if line.strip()), "")
    return first if len(first) <= TITLE_LENGTH else first[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def record_rows(
    record: Record, article: int, shard: int, digest: bytes, first_topic: int, line: bytes | None = None
) -> Rows:
    """Return the rows of a record by table.

    Args:
        article: the number of the article in the index.
        shard: the number of the shard it was read from; ``digest`` is that of its ``line``.
        first_topic: the number that its first session topic gets, the others follow.
    """
    source, a = record.source, article
    theme = max(record.themes, key=lambda theme: theme.score).label if record.themes else None
    title = title_of(record)
    return {
        "articles": [(a, record.id, shard, digest, title, source.url, source.path, source.published, theme)],
        "article_texts": [(a, record.text, pack(record, line))],
        **_entity_rows(record, a),
        **_statement_rows(record, a, first_topic),
    }


def _entity_rows(record: Record, a: int) -> Rows:
    cities, day = _places(record.cities), record.source.published
    return {
        "article_people": [
            (a, i, p.name, p.given, p.patronymic, p.surname, p.gender, _near(p, record), day, *_span(p.mentions))
            for i, p in enumerate(record.people, 1)
        ],
        "article_organisations": [
            (a, i, o.name, o.kind, _json(o.aliases), cities.get(o.city), _near(o, record), day, *_span(o.mentions))
            for i, o in enumerate(record.organisations, 1)
        ],
        "article_cities": [
            (a, i, c.name, c.region, c.federal_district, c.country, c.geoname_id, c.latitude, c.longitude,
             c.population, day, *_span(c.mentions))
            for i, c in enumerate(record.cities, 1)
        ],
        "article_events": [
            (a, i, e.name, e.kind, e.start, e.end or e.start, cities.get(e.city), *_span(e.mentions))
            for i, e in enumerate(record.events, 1)
        ],
        "article_regions": _region_rows(record, a),
        "article_countries": [(a, *_span(c.mentions), c.name) for c in record.countries],
    }  # fmt: skip


def _region_rows(record: Record, a: int) -> list[tuple[Any, ...]]:
    named = {official(region.name): region.mentions for region in record.regions}
    through_cities = (name for city in record.cities for name in (city.region, city.federal_district))
    day = record.source.published
    return [(a, day, *_span(named.get(name, ())), name) for name in sorted(all_regions([*named, *through_cities]))]


def _statement_rows(record: Record, a: int, first_topic: int) -> Rows:
    people, organisations, events = map(_places, (record.people, record.organisations, record.events))
    roles = [(people[person.id], role) for person in record.people for role in person.roles]
    topics, published = list(enumerate(record.session_topics)), record.source.published
    return {
        "event_organisers": [
            (a, i, organisations[o])
            for i, e in enumerate(record.events, 1)
            for o in e.organisers
            if o in organisations
        ],
        "roles": [
            (a, i, person, organisations.get(role.organisation), role.title, role.start, role.end)
            for i, (person, role) in enumerate(roles, 1)
        ],
        "topics": [_topic_row(t, (first_topic + i, a, i + 1, published), events) for i, t in topics],
        "topic_speakers": [(first_topic + i, a, people[s]) for i, t in topics for s in t.speakers if s in people],
        "facts": [_fact_row(f, (a, i, published), events) for i, f in enumerate(record.facts, 1)],
        "dates": [
            (a, i, d.from_, d.to, d.precision, d.start, d.end, d.text) for i, d in enumerate(record.dates, 1)
        ],
        "quotes": [(a, i, people.get(q.speaker), q.start, q.end) for i, q in enumerate(record.quotes, 1)],
        "statements": [
            (a, i, people.get(s.speaker), organisations.get(s.organisation), s.start, s.end)
            for i, s in enumerate(record.statements, 1)
        ],
        "article_themes": [(a, theme.label, theme.score) for theme in record.themes],
        "keyphrases": [(a, phrase.text, phrase.score) for phrase in record.keyphrases],
    }


def _topic_row(t: SessionTopic, key: tuple[Any, ...], events: Mapping[str | None, int]) -> tuple[Any, ...]:
    _, start, stop = _span(t.mentions)
    when = (events.get(t.event), t.day, t.starts, t.ends)
    return (*key, t.title, int(t.titled), t.kind, *when, _json(t.keywords), start, stop)


def _fact_row(f: Fact, key: tuple[Any, ...], events: Mapping[str | None, int]) -> tuple[Any, ...]:
    value = f.max if f.min is None else f.min
    what = (f.kind, value, f.min, f.max, f.modifier, f.unit, f.subject, f.predicate)
    return (*key, *what, events.get(f.event), f.start, f.end, f.text)


def _places(rows: Iterable[Any]) -> dict[str | None, int]:
    """Return the place of each row in its list, from 1, by its id."""
    return {row.id: i for i, row in enumerate(rows, 1)}


def _span(mentions: Iterable[Span]) -> tuple[int, int | None, int | None]:
    """Return how many mentions there are, and where the first one stands."""
    spans = sorted((mention.start, mention.end) for mention in mentions)
    return (len(spans), *spans[0]) if spans else (0, None, None)


def _near(row: Person | Organisation, record: Record) -> str | None:
    """Return the rows of the cities that are named near a mention of a row, as JSON: «[1, 3]»."""
    near = {
        i
        for i, city in enumerate(record.cities, 1)
        for place in city.mentions
        for mention in row.mentions
        if -NEAR < place.start - mention.end < NEAR and -NEAR < mention.start - place.end < NEAR
    }
    return json.dumps(sorted(near)) if near else None


def _json(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def pack(record: Record, line: bytes | None = None) -> bytes:
    """Return a record without its text, small; ``line`` is the record as JSON, where it was read from one."""
    text = b'"text":' + json.dumps(record.text, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if line is None or line.count(text) != 1:
        line = record.model_copy(update={"text": ""}).to_json().encode()
    return zlib.compress(line.replace(text, b'"text":""'), COMPRESSION)


def unpack(text: str, packed: bytes) -> Record:
    """Return the record that ``pack`` made small."""
    return Record.from_json(zlib.decompress(packed)).model_copy(update={"text": text})
