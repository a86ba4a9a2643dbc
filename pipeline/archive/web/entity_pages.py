"""The pages of a person, an organisation, a city, an event: what the whole archive knows of it."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipeline.archive.filters import Filters
from pipeline.archive.lookup import entity_by_id
from pipeline.archive.query import ask
from pipeline.archive.tables import TABLES, rows_of
from pipeline.archive.web import russian
from pipeline.archive.web.answers import with_sentences
from pipeline.archive.web.drawing import Bar, Place, Stretch, columns, map_of, stretches
from pipeline.archive.web.links import article_url, entity_url, list_url

MANY = 12  # rows of a list on the page of an entity
QUOTES = 8
NEAR_PARTS = 100  # code points between the parts of one statement
SUMS = 6
FREQUENT = 50  # articles of an entity from which on its pairs are taken as counted with the index
POSTS = 10
LATEST = 4000  # rows of an entity that are looked at for posts, staff, words said and doubtful merges
NEIGHBOURS = 60  # cities on the map of one
Context = dict[str, Any]


def entity_context(db: sqlite3.Connection, kind: str, entity_id: str) -> Context | None:
    """Return what the template of an entity shows, ``None`` where there is none with that id."""
    number = entity_by_id(db, kind, entity_id)
    if number is None:
        return None
    return _PAGES[kind](db, number)


def _rows(db: sqlite3.Connection, sql: str, *values: object) -> list[Context]:
    cursor = db.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, tuple(row), strict=True)) for row in cursor]


def _entity(db: sqlite3.Connection, kind: str, number: int) -> Context:
    row = _rows(db, f"SELECT * FROM {TABLES[kind]} WHERE {kind} = ?", number)[0]
    names = db.execute(
        """SELECT name FROM entity_names WHERE kind = ? AND entity = ? AND name != ?
        ORDER BY articles DESC, name LIMIT 12""",
        (kind, number, row["name"]),
    )
    return row | {"other_names": [name for (name,) in names]}


def _common(db: sqlite3.Connection, kind: str, number: int) -> Context:
    """Return what every page of an entity has: its row, its years, its articles."""
    entity = _entity(db, kind, number)
    published = "published" if kind != "event" else "(SELECT day FROM articles AS a WHERE a.article = r.article)"
    years = db.execute(
        f"""SELECT substr({published}, 1, 4) AS year, count(*) FROM {rows_of(kind)} AS r
        WHERE {kind} = ? AND NOT again GROUP BY year HAVING year IS NOT NULL ORDER BY year""",
        (number,),
    ).fetchall()
    articles = _rows(
        db,
        f"""SELECT a.id, a.title, a.day, r.start FROM (
          SELECT article, row, {published} AS day FROM {rows_of(kind)} AS r WHERE {kind} = ? AND NOT again
          ORDER BY day DESC, article DESC LIMIT {MANY}
        ) AS latest JOIN {rows_of(kind)} AS r USING (article, row) JOIN articles AS a USING (article)
        ORDER BY a.day DESC, a.article DESC""",
        number,
    )
    bars = [
        Bar(year, n, list_url("articles", since=year, until=year, **{kind: entity["id"]}))
        for year, n in _filled(years)
    ]
    return {
        "kind": kind,
        "entity": entity,
        "columns": columns(bars, f"Статьи по годам: {entity['name']}") if len(bars) > 1 else "",
        "articles": [row | {"href": article_url(row["id"], row["start"])} for row in articles],
        "merges": _merges(db, kind, number),
        "latest": LATEST if entity["articles"] > LATEST else None,
    }


def _filled(years: list[Any]) -> list[tuple[str, int]]:
    """Return counts by year without gaps."""
    known = {int(year): n for year, n in years}
    return [(str(year), known.get(year, 0)) for year in range(min(known), max(known) + 1)] if known else []


def _latest(kind: str) -> str:
    """Return the query of the latest rows of an entity: all, unless it is very frequent."""
    return f"""(SELECT article, row, published FROM {rows_of(kind)} WHERE {kind} = ?
        ORDER BY published DESC, article DESC LIMIT {LATEST})"""


def _merges(db: sqlite3.Connection, kind: str, number: int) -> list[Context]:
    """Return why articles with other names were given to the entity, the least sure first."""
    if kind not in ("person", "organisation"):
        return []
    return _rows(
        db,
        f"""SELECT m.score, m.evidence, r.name, a.id AS article, a.title, a.day FROM (
          SELECT m.* FROM {_latest(kind)} AS r CROSS JOIN merges AS m ON m.article = r.article AND m.kind = ?
            AND m.row = r.row
          WHERE m.score > 0 ORDER BY m.score LIMIT {MANY}
        ) AS m JOIN {rows_of(kind)} AS r USING (article, row) JOIN articles AS a USING (article)
        ORDER BY m.score""",
        number,
        kind,
    )


def _together(db: sqlite3.Connection, kind: str, entity: Context) -> dict[str, list[Context]]:
    """Return the people and organisations that stand with an entity most often."""
    number = entity[kind]
    pairs = (
        _counted_pairs(db, kind, number) if entity["articles"] > FREQUENT else _all_pairs(db, kind, entity["id"])
    )
    found: dict[str, list[Context]] = {"person": [], "organisation": []}
    for other_kind, id_, name, articles in pairs:
        if len(found[other_kind]) < MANY:
            found[other_kind].append({"name": name, "articles": articles, "href": entity_url(other_kind, id_)})
    return found


def _all_pairs(db: sqlite3.Connection, kind: str, entity_id: str) -> list[tuple[Any, ...]]:
    filters = Filters(person=entity_id) if kind == "person" else Filters(organisation=entity_id)
    rows = ask(db, "together", filters, limit=200).dicts()
    return [(row["other_kind"], row["other_id"], row["other_name"], row["articles"]) for row in rows]


def _counted_pairs(db: sqlite3.Connection, kind: str, number: int) -> list[tuple[Any, ...]]:
    """Return the pairs that were counted when the index was built: all of the frequent ones are there."""
    found = []
    for other_kind in ("person", "organisation"):
        found += db.execute(
            f"""SELECT ?, e.id, e.name, n FROM (
              SELECT other AS entity, articles AS n FROM pairs WHERE kind = ? AND entity = ? AND other_kind = ?
              UNION ALL SELECT entity, articles FROM pairs WHERE other_kind = ? AND other = ? AND kind = ?
              ORDER BY n DESC LIMIT {MANY}
            ) JOIN {TABLES[other_kind]} AS e ON e.{other_kind} = entity ORDER BY n DESC, e.name""",
            (other_kind, kind, number, other_kind, kind, number, other_kind),
        ).fetchall()
    return found


# -- a person ---------------------------------------------------------------------------------------------------


def _person(db: sqlite3.Connection, number: int) -> Context:
    context = _common(db, "person", number)
    posts = _posts(db, number)
    entity_id = context["entity"]["id"]
    return context | {
        "posts": posts,
        "posts_picture": stretches(
            [Stretch(p["label"], p["first_day"], p["last_day"]) for p in posts if p["first_day"]],
            "Кем назывался по годам статей",
        ),
        "topics": ask(db, "topics", Filters(person=entity_id), limit=MANY).dicts(),
        "topics_url": list_url("topics", person=entity_id),
        "quotes": _said(db, "quotes", "person", number),
        "statements": _joined(_said(db, "statements", "person", number)),
        "together": _together(db, "person", context["entity"]),
        "cities": _linked(ask(db, "cities", Filters(person=entity_id), limit=MANY).dicts(), "city"),
        "articles_url": list_url("articles", person=entity_id),
    }


def _posts(db: sqlite3.Connection, number: int) -> list[Context]:
    """Return the posts of a person with the organisation and the days of the articles, the latest last."""
    rows = _rows(
        db,
        f"""SELECT r.title, o.id, o.name AS organisation, min(p.published) AS first_day,
          max(p.published) AS last_day, count(DISTINCT p.article) AS articles
        FROM {_latest("person")} AS p CROSS JOIN roles AS r ON r.article = p.article AND r.person_row = p.row
        LEFT JOIN article_organisations AS ao ON ao.article = r.article AND ao.row = r.organisation_row
        LEFT JOIN organisations AS o USING (organisation)
        GROUP BY r.title, o.organisation ORDER BY articles DESC, first_day LIMIT {POSTS}""",
        number,
    )
    rows.sort(key=lambda row: (row["first_day"] or "", row["last_day"] or ""))
    return [
        row
        | {
            "label": ", ".join(filter(None, [row["title"], row["organisation"]])),
            "href": entity_url("organisation", row["id"]) if row["id"] else None,
            "years": russian.years(row["first_day"], row["last_day"]),
        }
        for row in rows
    ]


def _said(db: sqlite3.Connection, words: str, kind: str, number: int) -> list[Context]:
    """Return the latest ``words`` (quotes or statements) of a person or an organisation."""
    rows = _rows(
        db,
        f"""SELECT substr(t.text, q.start + 1, q.stop - q.start) AS words, a.id, a.title, a.day, q.start, q.stop
        FROM (
          SELECT p.article, q.start, q.stop FROM {_latest(kind)} AS p
          CROSS JOIN {words} AS q ON q.article = p.article AND q.{kind}_row = p.row
          ORDER BY p.published DESC, q.start LIMIT {QUOTES}
        ) AS q JOIN articles AS a USING (article) JOIN article_texts AS t USING (article)
        ORDER BY a.day DESC, q.start""",
        number,
    )
    return [row | {"href": article_url(row["id"], row["start"])} for row in rows]


def _joined(rows: list[Context]) -> list[Context]:
    """Join the parts of a statement that its source's name breaks: «хватит … пяти»."""
    found: list[Context] = []
    for row in rows:
        if found and found[-1]["id"] == row["id"] and row["start"] - found[-1]["stop"] < NEAR_PARTS:
            found[-1] |= {"words": f"{found[-1]['words']} … {row['words']}", "stop": row["stop"]}
        else:
            found.append(row)
    return found


# -- an organisation --------------------------------------------------------------------------------------------


def _organisation(db: sqlite3.Connection, number: int) -> Context:
    context = _common(db, "organisation", number)
    entity = context["entity"]
    city = _rows(db, "SELECT id, name FROM cities WHERE city = ?", entity["city"]) if entity["city"] else []
    staff = _rows(
        db,
        f"""SELECT p.id, p.name, x.* FROM (
          SELECT ap.person, r.title, min(ao.published) AS first_day, max(ao.published) AS last_day,
            count(DISTINCT ao.article) AS articles
          FROM {_latest("organisation")} AS ao
          CROSS JOIN roles AS r ON r.article = ao.article AND r.organisation_row = ao.row
          CROSS JOIN article_people AS ap ON ap.article = r.article AND ap.row = r.person_row
          GROUP BY ap.person, r.title ORDER BY articles DESC, last_day DESC LIMIT {MANY}
        ) AS x JOIN people AS p USING (person) ORDER BY x.articles DESC, x.last_day DESC, p.name""",
        number,
    )
    events = _rows(
        db,
        f"""SELECT DISTINCT e.id, e.name, e.kind, e.first_day, e.last_day FROM article_organisations AS ao
        JOIN event_organisers AS eo ON eo.article = ao.article AND eo.organisation_row = ao.row
        JOIN article_events AS ae ON ae.article = eo.article AND ae.row = eo.event_row
        JOIN events AS e USING (event)
        WHERE ao.organisation = ? ORDER BY e.first_day DESC LIMIT {MANY}""",
        number,
    )
    return context | {
        "city": city[0] | {"href": entity_url("city", city[0]["id"])} if city else None,
        "kind_name": russian.ORGANISATION_KINDS.get(entity["kind"]) if entity["kind"] != "other" else None,
        "staff": [
            row
            | {"href": entity_url("person", row["id"]), "years": russian.years(row["first_day"], row["last_day"])}
            for row in staff
        ],
        "events": [row | {"href": entity_url("event", row["id"])} for row in events],
        "statements": _joined(_said(db, "statements", "organisation", number)),
        "together": _together(db, "organisation", entity),
        "cities": _linked(ask(db, "cities", Filters(organisation=entity["id"]), limit=MANY).dicts(), "city"),
        "facts": with_sentences(db, Filters(organisation=entity["id"], kind="money"), SUMS),
        "facts_url": list_url("facts", organisation=entity["id"]),
        "articles_url": list_url("articles", organisation=entity["id"]),
    }


# -- a city -----------------------------------------------------------------------------------------------------


def _city(db: sqlite3.Connection, number: int) -> Context:
    context = _common(db, "city", number)
    entity = context["entity"]
    region = _rows(db, "SELECT name FROM regions WHERE region = ?", entity["region"]) if entity["region"] else []
    filters = Filters(city=entity["id"])
    return context | {
        "region": region[0]["name"] if region else None,
        "map": map_of(_places(db, number), f"Карта: {entity['name']} и другие города архива", names=0),
        "organisations": _linked(ask(db, "organisations", filters, limit=MANY).dicts(), "organisation"),
        "people": _linked(ask(db, "people", filters, limit=MANY).dicts(), "person"),
        "events": [
            row | {"href": entity_url("event", row["id"])}
            for row in _rows(
                db, f"SELECT * FROM events WHERE city = ? ORDER BY first_day DESC LIMIT {MANY}", number
            )
        ],
        "events_url": list_url("events", city=entity["id"]),
        "articles_url": list_url("articles", city=entity["id"]),
        "facts_url": list_url("facts", city=entity["id"]),
    }


def _linked(rows: list[Context], kind: str) -> list[Context]:
    return [row | {"href": entity_url(kind, row["id"])} for row in rows]


def _places(db: sqlite3.Connection, number: int) -> list[Place]:
    rows = db.execute(
        f"""SELECT latitude, longitude, name, articles, id, city = ? FROM cities
        WHERE city = ? OR city IN (SELECT city FROM cities ORDER BY articles DESC LIMIT {NEIGHBOURS})""",
        (number, number),
    )
    return [Place(lat, lon, name, n, entity_url("city", id_), bool(main)) for lat, lon, name, n, id_, main in rows]


# -- an event ---------------------------------------------------------------------------------------------------


def _event(db: sqlite3.Connection, number: int) -> Context:
    context = _common(db, "event", number)
    entity = context["entity"]
    city = _rows(db, "SELECT id, name FROM cities WHERE city = ?", entity["city"]) if entity["city"] else []
    topics = _rows(
        db,
        """SELECT t.topic, t.title, t.kind, t.day, t.starts, t.ends, a.id AS article, t.start
        FROM article_events AS ae JOIN topics AS t ON t.article = ae.article AND t.event_row = ae.row
        JOIN articles AS a ON a.article = t.article WHERE ae.event = ? ORDER BY t.day, t.starts, t.topic""",
        number,
    )
    return context | {
        "city": city[0] | {"href": entity_url("city", city[0]["id"])} if city else None,
        "when": russian.days(entity["first_day"], entity["last_day"]),
        "topics": [
            t | {"href": article_url(t["article"], t["start"]), "speakers": _speakers(db, t["topic"])}
            for t in topics
        ],
        "organisers": [
            row | {"href": entity_url("organisation", row["id"])}
            for row in _rows(
                db,
                """SELECT DISTINCT o.id, o.name FROM article_events AS ae
                JOIN event_organisers AS eo ON eo.article = ae.article AND eo.event_row = ae.row
                JOIN article_organisations AS ao ON ao.article = eo.article AND ao.row = eo.organisation_row
                JOIN organisations AS o USING (organisation) WHERE ae.event = ? ORDER BY o.name""",
                number,
            )
        ],
        "facts": [
            row | {"href": article_url(row["id"], row["start"])}
            for row in _rows(
                db,
                f"""SELECT f.text, f.unit, f.subject, a.id, a.title, a.day, f.start FROM article_events AS ae
                JOIN facts AS f ON f.article = ae.article AND f.event_row = ae.row
                JOIN articles AS a ON a.article = f.article WHERE ae.event = ? ORDER BY f.fact LIMIT {MANY}""",
                number,
            )
        ],
        "others": [
            row | {"href": entity_url("event", row["id"]), "when": russian.days(row["first_day"], row["last_day"])}
            for row in _rows(
                db,
                "SELECT * FROM events WHERE series = ? AND event != ? ORDER BY first_day DESC LIMIT 12",
                entity["series"],
                number,
            )
        ],
        "articles_url": None,
    }


def _speakers(db: sqlite3.Connection, topic: int) -> list[Context]:
    rows = _rows(
        db,
        """SELECT p.id, p.name FROM topic_speakers AS s
        JOIN article_people AS ap ON ap.article = s.article AND ap.row = s.person_row
        JOIN people AS p USING (person) WHERE s.topic = ? ORDER BY s.person_row""",
        topic,
    )
    return [row | {"href": entity_url("person", row["id"])} for row in rows]


_PAGES = {"person": _person, "organisation": _organisation, "city": _city, "event": _event}
