"""The start page and the page of an article."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipeline.archive.filters import Filters
from pipeline.archive.query import ask
from pipeline.archive.rows import unpack
from pipeline.archive.web import russian
from pipeline.archive.web.drawing import Bar, Place, columns, map_of
from pipeline.archive.web.links import entity_url, list_url
from pipeline.archive.web.markup import MarkSpan, mark_text
from pipeline.record import Record

TOP = 10
MAPPED = 120  # cities on the map of the start page
Context = dict[str, Any]


def start_context(db: sqlite3.Connection) -> Context:
    """Return what the start page shows."""
    meta = dict(tuple(row) for row in db.execute("SELECT key, value FROM meta"))
    cities = db.execute(
        f"SELECT latitude, longitude, name, articles, id FROM cities ORDER BY articles DESC LIMIT {MAPPED}"
    ).fetchall()
    return {
        "meta": meta,
        "span": russian.years(meta.get("first_day"), meta.get("last_day")),
        "numbers": _numbers(db),
        "timeline": _timeline(db),
        "map": map_of(
            [Place(lat, lon, name, n, entity_url("city", id_)) for lat, lon, name, n, id_ in cities],
            "Карта городов, о которых пишут чаще всего",
        ),
        "people": _top(db, "people", "person"),
        "organisations": _top(db, "organisations", "organisation"),
        "cities": _top(db, "cities", "city"),
        "themes": _themes(db),
        "latest": [
            row | {"href": entity_url("article", row["id"])}
            for row in ask(db, "articles", Filters(), limit=6).dicts()
        ],
    }


def _numbers(db: sqlite3.Connection) -> list[Context]:
    tables = (
        ("articles", "article"), ("people", "person"), ("organisations", "organisation"), ("cities", "city"),
        ("events", "event"), ("topics", "topic"), ("facts", "fact"),
    )  # fmt: skip
    counts = [(table, noun, db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table, noun in tables]
    return [
        {"count": russian.number(n), "noun": russian.form(n, *russian.NOUNS[noun]), "href": f"/{table}"}
        for table, noun, n in counts
    ]


def _timeline(db: sqlite3.Connection) -> Any:
    """Draw articles by year, or by month where there are few years."""
    known = dict(
        tuple(row)
        for row in db.execute("SELECT substr(day, 1, 7), count(*) FROM articles WHERE day IS NOT NULL GROUP BY 1")
    )
    if not known:
        return ""
    first, last = min(known)[:4], max(known)[:4]
    if int(last) - int(first) < 3:
        keys = [f"{y}-{m:02}" for y in range(int(first), int(last) + 1) for m in range(1, 13)]
        keys = [key for key in keys if min(known) <= key <= max(known)]
    else:
        keys = [str(year) for year in range(int(first), int(last) + 1)]
    counts = {key: sum(n for month, n in known.items() if month.startswith(key)) for key in keys}
    bars = [Bar(key, n, list_url("articles", since=key, until=key)) for key, n in counts.items()]
    return columns(bars, "Статьи по времени")


def _top(db: sqlite3.Connection, question: str, kind: str) -> list[Context]:
    rows = ask(db, question, Filters(), limit=TOP).dicts()
    return _with_shares([row | {"href": entity_url(kind, row["id"])} for row in rows])


def _with_shares(rows: list[Context]) -> list[Context]:
    """Add how large each row is beside the largest, in steps of five hundredths, for the bar behind it."""
    highest = max((row["articles"] for row in rows), default=1) or 1
    return [row | {"share": max(1, round(20 * row["articles"] / highest))} for row in rows]


def _themes(db: sqlite3.Connection) -> list[Context]:
    rows = db.execute(
        f"""SELECT theme, count(*) AS n FROM articles WHERE theme IS NOT NULL
        GROUP BY theme ORDER BY n DESC, theme LIMIT {TOP}"""
    )
    return _with_shares(
        [{"name": theme, "articles": n, "href": list_url("articles", theme=theme)} for theme, n in rows]
    )


# -- an article -------------------------------------------------------------------------------------------------

KINDS = {
    "people": ("person", "люди"),
    "organisations": ("organisation", "организации"),
    "cities": ("city", "города"),
    "regions": ("region", "регионы"),
    "events": ("event", "события"),
    "session_topics": ("topic", "темы обсуждений"),
    "facts": ("fact", "числа"),
    "dates": ("date", "даты"),
    "quotes": ("quote", "цитаты"),
    "statements": ("statement", "косвенная речь"),
}


def article_context(db: sqlite3.Connection, article_id: str) -> Context | None:
    """Return what the page of an article shows, ``None`` where there is none with that id."""
    row = db.execute(
        "SELECT article, title, text, record FROM articles JOIN article_texts USING (article) WHERE id = ?",
        (article_id,),
    ).fetchone()
    if row is None:
        return None
    number, title, text, packed = row
    record = unpack(text, packed)
    entities = _entities_of(db, number)
    cities = db.execute(
        """SELECT c.latitude, c.longitude, c.name, a.mentions, c.id
        FROM article_cities AS a JOIN cities AS c USING (city) WHERE article = ?""",
        (number,),
    ).fetchall()
    return {
        "record": record,
        "title": title,
        "lines": mark_text(text, _spans(record, entities)),
        "kinds": [
            (kind, name, len(getattr(record, field)))
            for field, (kind, name) in KINDS.items()
            if getattr(record, field)
        ],
        "entities": entities,
        "topics": _topics_of(record, entities),
        "facts": [_fact_of(fact) for fact in record.facts],
        "map": map_of(
            [Place(lat, lon, name, n, entity_url("city", id_)) for lat, lon, name, n, id_ in cities],
            "Города статьи",
            small=True,
        ),
        "reprints": db.execute("SELECT id, title, url, day FROM reprints WHERE article = ?", (number,)).fetchall(),
        "themes": [t.label for t in record.themes],
    }


def _entities_of(db: sqlite3.Connection, article: int) -> dict[str, dict[int, Context]]:
    """Return the entities of an article by the list and row of its record."""
    found: dict[str, dict[int, Context]] = {}
    for field, table, column, kind in (
        ("people", "people", "person", "person"),
        ("organisations", "organisations", "organisation", "organisation"),
        ("cities", "cities", "city", "city"),
        ("events", "events", "event", "event"),
    ):
        rows = db.execute(
            f"""SELECT r.row, e.id, e.name, e.articles FROM article_{table} AS r JOIN {table} AS e USING ({column})
            WHERE article = ?""",
            (article,),
        )
        found[field] = {
            row: {"name": name, "href": entity_url(kind, id_), "articles": n} for row, id_, name, n in rows
        }
    return found


def _spans(record: Record, entities: dict[str, dict[int, Context]]) -> list[MarkSpan]:
    """Return every span of a record, with the page of its entity; a start is an anchor."""
    spans = []
    for field, (kind, name) in KINDS.items():
        for i, row in enumerate(getattr(record, field), 1):
            entity = entities.get(field, {}).get(i)
            title = entity["name"] if entity else name
            for span in getattr(row, "mentions", None) or ([row] if hasattr(row, "start") else []):
                if isinstance(span.start, int):
                    href = entity["href"] if entity else None
                    spans.append(MarkSpan(span.start, span.end, kind, href, f"s{span.start}", title))
    return spans


def _topics_of(record: Record, entities: dict[str, dict[int, Context]]) -> list[Context]:
    people = {person.id: entities["people"].get(i) for i, person in enumerate(record.people, 1)}
    return [
        {
            "title": topic.title,
            "kind": topic.kind,
            "time": "–".join(filter(None, [topic.starts, topic.ends])),
            "speakers": [person for s in topic.speakers if (person := people.get(s))],
            "href": f"#s{topic.mentions[0].start}" if topic.mentions else None,
        }
        for topic in record.session_topics
    ]


def _fact_of(fact: Any) -> Context:
    return {
        "text": fact.text,
        "kind": russian.FACT_KINDS.get(fact.kind, fact.kind),
        "value": russian.bounds(fact.min, fact.max, fact.modifier),
        "unit": fact.unit,
        "href": f"#s{fact.start}",
    }
