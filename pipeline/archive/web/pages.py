"""The start page, the page of answers to a search, the page of an article."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

from pipeline.archive.filters import Filters, hits
from pipeline.archive.lookup import search_entities
from pipeline.archive.query import ask, count_rows, evidence
from pipeline.archive.regions import known_regions
from pipeline.archive.rows import unpack
from pipeline.archive.sentences import sentence_around
from pipeline.archive.web import russian
from pipeline.archive.web.drawing import Bar, Place, columns, map_of
from pipeline.archive.web.links import Asked, entity_url, list_url
from pipeline.archive.web.markup import MarkSpan, mark_text
from pipeline.archive.words import fold, lemma, parse_search, readings, words
from pipeline.record import Record

TOP = 10
MAPPED = 120  # cities on the map of the start page
SOME = 8  # rows of each part of the answers
STEM_SHORT = 5  # letters by which a word of the search is looked for in a sentence
STEM = 8  # letters that a related word begins with
PEOPLE_UNITS = "участник|человек|гость|волонтёр|доброволец|представитель|слушатель|школьник|студент|эксперт"
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


# -- answers ----------------------------------------------------------------------------------------------------


def search_context(db: sqlite3.Connection, asked: Asked) -> Context:
    """Return what the page of answers shows: who spoke of it, what of, how many, which articles."""
    filters = replace(asked.filters, kind=None, unit=None, min=None, max=None, speaking=False)
    asked_text = bool(filters.text)
    people = ask(db, "people", replace(filters, speaking=asked_text), limit=SOME).dicts()
    return {
        "asked": asked,
        "speakers": [row | {"href": entity_url("person", row["id"])} for row in people],
        "spoke": asked_text,
        "named": _linked(ask(db, "people", filters, limit=SOME).dicts(), "person") if asked_text else [],
        "topics": ask(db, "topics", filters, limit=SOME).dicts(),
        "topics_total": count_rows(db, "topics", filters),
        "turnout": _facts(db, replace(filters, kind="count", unit=PEOPLE_UNITS)),
        "money": _facts(db, replace(filters, kind="money")),
        "organisations": _linked(ask(db, "organisations", filters, limit=SOME).dicts(), "organisation"),
        "events": _linked(ask(db, "events", filters, limit=SOME).dicts(), "event"),
        "articles": _found_articles(db, filters),
        "total": count_rows(db, "articles", filters),
        "timeline": _found_timeline(db, asked),
        "entities": _entities_named(db, filters.text or ""),
        "places": _places_named(db, asked),
        "related": _related_words(db, asked),
    }


def _linked(rows: list[Context], kind: str) -> list[Context]:
    return [row | {"href": entity_url(kind, row["id"])} for row in rows]


def _facts(db: sqlite3.Connection, filters: Filters) -> list[Context]:
    """Return the largest numbers of the articles that count, each with its sentence."""
    answer = ask(db, "facts", filters, sort="value", limit=SOME)
    return [
        row | {"sentence": evidence(db, "facts", filters, key)[0].sentence}
        for row, key in zip(answer.dicts(), answer.keys, strict=True)
    ]


def _found_articles(db: sqlite3.Connection, filters: Filters) -> list[Context]:
    wanted = {lemma for word in words(filters.text or "") for lemma in readings(word)}
    found = []
    for row in ask(db, "articles", filters, limit=SOME).dicts():
        text = db.execute(
            "SELECT text FROM articles JOIN article_texts USING (article) WHERE id = ?", (row["id"],)
        ).fetchone()[0]
        found.append(row | {"href": entity_url("article", row["id"]), "snippet": _snippet(text, wanted)})
    return found


def _snippet(text: str, wanted: set[str]) -> str:
    """Return the first sentence after the headline that holds a word of the search."""
    start = text.find("\n") + 1
    at = start
    for line in text[start:].split("\n"):
        if wanted & {lemma for word in words(line) for lemma in readings(word)}:
            begins = sorted((w[:STEM_SHORT] for w in wanted), key=len, reverse=True)
            inside = next((i for w in begins if (i := fold(line).find(w)) >= 0), 0)
            return sentence_around(text, at + inside, at + inside + 1)
        at += len(line) + 1
    return sentence_around(text, start, start + 1)


def _found_timeline(db: sqlite3.Connection, asked: Asked) -> Any:
    counted = hits(db, asked.filters)
    if counted is None:
        return ""
    rows = db.execute(
        f"SELECT substr(day, 1, 4) AS year, count(*) FROM ({counted[0]}) WHERE day IS NOT NULL GROUP BY year",
        counted[1],
    ).fetchall()
    known = {int(year): n for year, n in rows}
    if len(known) < 2:
        return ""
    bars = [
        Bar(str(year), known.get(year, 0), asked.url("search", since=year, until=year))
        for year in range(min(known), max(known) + 1)
    ]
    return columns(bars, "Найденные статьи по годам")


def _entities_named(db: sqlite3.Connection, typed: str) -> list[Context]:
    """Return the entities that bear the words that were typed as their name."""
    if not typed.strip():
        return []
    return [
        {"name": found.name, "articles": found.articles, "href": entity_url(kind, found.id), "kind": kind}
        for kind in ("person", "organisation", "city")
        for found in search_entities(db, kind, typed, limit=4)
        if found.articles
    ]


def _places_named(db: sqlite3.Connection, asked: Asked) -> list[Context]:
    """Return regions that were typed among the words: «добровольчество Сибирь» is better asked in Сибирь."""
    if asked.filters.region:
        return []
    typed = (asked.filters.text or "").split()
    named = []
    for (region,) in db.execute("SELECT name FROM regions"):
        lemmas = [lemma(word) for word in words(region)]
        match = [i for i, word in enumerate(typed) if words(word) and set(map(lemma, words(word))) <= set(lemmas)]
        if match and (len(match) == len(lemmas) or known_regions().get(region)):
            if len(match) < len(lemmas):
                continue
            rest = [word for i, word in enumerate(typed) if i not in match and len(word) > 2]
            named.append({"name": region, "href": asked.url("search", q=" ".join(rest), region=region)})
    return named[:3]


def _related_words(db: sqlite3.Connection, asked: Asked) -> list[Context]:
    """Return words of the archive that begin as a long word of the search does: доброволец, добровольный."""
    found = []
    typed = asked.filters.text or ""
    for word in words(typed)[:3]:
        main = lemma(word)
        if len(main) < STEM:
            continue
        rows = db.execute(
            """SELECT term, doc FROM search_words
            WHERE term >= ? AND term < ? AND term != ? AND doc > 1 ORDER BY doc DESC LIMIT 4""",
            (main[: STEM - 1], main[: STEM - 1] + "\uffff", main),
        )
        found += [
            {"word": term, "articles": n, "href": asked.url("search", q=f"{typed} ИЛИ {term}")} for term, n in rows
        ]
    return found if parse_search(typed).wanted and len(words(typed)) == 1 else []


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
