"""The page of answers to a search: who spoke of it, what of, how many came, how much money, which articles.

A search for one word of a subject (добровольчество) that finds no session topic is widened, for topics, speakers
and numbers of people, to the words of its family (``pipeline.archive.related``). A region among the words that were
typed («добровольчество в Сибири») is taken for where to look.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

from pipeline.archive.filters import Filters, hits, marks, sought
from pipeline.archive.lookup import search_entities
from pipeline.archive.query import ask, count_rows, evidence
from pipeline.archive.related import either, related_words
from pipeline.archive.sentences import sentence_around
from pipeline.archive.tables import rows_of
from pipeline.archive.web.drawing import Bar, columns
from pipeline.archive.web.links import Asked, entity_url
from pipeline.archive.words import fold, is_small, lemma, readings, words

SOME = 8  # rows of each part of the answers
FEW_NAMED = 4  # entities of each kind that bear what was typed
MOST_NAMED = 200  # that are looked at, to find those of a region
NAMED = ("person", "organisation", "city")
STEM_SHORT = 5  # letters by which a word of the search is looked for in a sentence
PEOPLE_UNITS = "участник|человек|гость|волонтёр|доброволец|представитель|слушатель|школьник|студент|эксперт"
Context = dict[str, Any]


def search_context(db: sqlite3.Connection, asked: Asked) -> Context:
    """Return what the page of answers shows; a region typed among the words is where, unless that is refused."""
    typed_whole = asked.filters.text or ""
    places = _places_named(db, asked)
    if places and places[0]["words"] and "exact" not in asked.values:
        asked = asked.narrowed_to(q=places[0]["words"], region=places[0]["name"])
    else:
        typed_whole = ""
    filters = replace(asked.filters, kind=None, unit=None, min=None, max=None, speaking=False)
    typed = filters.text or ""
    related = related_words(db, typed)
    filters = sought(db, filters)
    topics = ask(db, "topics", filters, limit=SOME).dicts()
    widened = either(typed, related) if typed and not topics else ""
    spoken = sought(db, replace(filters, text=widened, found="")) if widened else filters
    return {
        "asked": asked,
        "values": asked.values,
        "spoke": bool(typed),
        "related": [(word, asked.url("search", q=f"{typed} ИЛИ {word}")) for word in related],
        "all_related": asked.url("search", q=either(typed, related)) if len(related) > 1 else None,
        "widened": related if widened else [],
        "speakers": _linked(ask(db, "people", replace(spoken, speaking=bool(typed)), limit=SOME).dicts(), "person"),
        "speakers_url": asked.url("people", q=spoken.text, speaking="1" if typed else None),
        "topics": ask(db, "topics", spoken, limit=SOME).dicts() if widened else topics,
        "topics_total": count_rows(db, "topics", spoken),
        "topics_url": asked.url("topics", q=spoken.text),
        "named": _linked(ask(db, "people", filters, limit=SOME).dicts(), "person") if typed else [],
        "turnout": with_sentences(db, replace(spoken, kind="count", unit=PEOPLE_UNITS), SOME, "turnout"),
        "turnout_url": asked.url("facts", q=spoken.text, kind="count", unit=PEOPLE_UNITS, sort="turnout"),
        "money": with_sentences(db, replace(filters, kind="money"), SOME),
        "organisations": _linked(ask(db, "organisations", filters, limit=SOME).dicts(), "organisation"),
        "events": _linked(ask(db, "events", filters, limit=SOME).dicts(), "event"),
        "articles": _found_articles(db, filters),
        "total": count_rows(db, "articles", filters),
        "timeline": _found_timeline(db, asked, filters),
        "entities": _entities_named(db, filters),
        "places": places if not typed_whole else [],
        "read_as_place": typed_whole and asked.url("search", q=typed_whole, region=None, exact="1"),
    }


# -- the parts of the page -------------------------------------------------------------------------


def _linked(rows: list[Context], kind: str) -> list[Context]:
    return [row | {"href": entity_url(kind, row["id"])} for row in rows]


def with_sentences(db: sqlite3.Connection, filters: Filters, limit: int, sort: str = "value") -> list[Context]:
    """Return the largest numbers of the articles that count, each with its sentence."""
    answer = ask(db, "facts", filters, sort=sort, limit=limit)
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


def _found_timeline(db: sqlite3.Connection, asked: Asked, filters: Filters) -> Any:
    counted = hits(db, filters)
    if counted is None:
        return ""
    rows = db.execute(
        f"SELECT substr(day, 1, 4) AS year, count(*) FROM ({counted[0]})"
        " JOIN articles USING (article) WHERE day IS NOT NULL GROUP BY year",
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


def _entities_named(db: sqlite3.Connection, filters: Filters) -> list[Context]:
    """Return the entities that bear the words that were typed as their name, of the articles that count."""
    typed = filters.text or ""
    if not typed.strip():
        return []
    counted = hits(db, replace(filters, text=None, found=""))
    found: list[Context] = []
    for kind in NAMED:
        named = search_entities(db, kind, typed, limit=SOME if counted is None else MOST_NAMED)
        articles = {entity.number: entity.articles for entity in named}
        if counted:
            where = f"article IN (SELECT article FROM ({counted[0]})) AND {kind} IN ({marks(named)})"
            articles = dict(
                tuple(row)
                for row in db.execute(
                    f"""SELECT {kind}, count(*) FROM {rows_of(kind)} AS r
                    WHERE {where} AND NOT again GROUP BY 1""",
                    [*counted[1], *articles],
                )
            )
        some = [(articles.get(entity.number, 0), entity) for entity in named]
        some.sort(key=lambda pair: -pair[0])
        found += (
            {"name": entity.name, "articles": n, "href": entity_url(kind, entity.id), "kind": kind}
            for n, entity in some[:FEW_NAMED]
            if n
        )
    return found


def _places_named(db: sqlite3.Connection, asked: Asked) -> list[Context]:
    """Return regions that were typed among the words («добровольчество в Сибири»), with the words besides."""
    if asked.filters.region or not asked.filters.text:
        return []
    typed = asked.filters.text.split()
    lemmas = [[lemma(word) for word in words(term)] for term in typed]
    named = []
    for (region,) in db.execute("SELECT name FROM regions ORDER BY name"):
        wanted = [lemma(word) for word in words(region)]
        match = [i for i, found in enumerate(lemmas) if found and set(found) <= set(wanted)]
        if match and {word for i in match for word in lemmas[i]} == set(wanted):
            rest = " ".join(w for i, w in enumerate(typed) if i not in match and not is_small(w))
            named.append(
                {"name": region, "words": rest, "href": asked.url("search", q=rest, region=region), "n": len(match)}
            )
    return sorted(named, key=lambda place: -int(place["n"]))[:3]
